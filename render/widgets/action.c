#include "render/widgets/action.h"

static const struct act_info acts[ACT_COUNT] = {
#define X(suffix, name, takes, keys, doc) {name, TAKES_##takes, keys, doc},
    ACTS(X)
#undef X
};

const struct act_info *act_info(enum act act)
{
    return &acts[(unsigned)act < ACT_COUNT ? act : ACT_NONE];
}

enum act act_find(struct text name)
{
    for (unsigned i = 0; i < ACT_COUNT; i++)
        if (text_equal(name, text_of(acts[i].name)))
            return (enum act)i;
    return ACT_COUNT;
}

enum act act_key(struct text key)
{
    if (key.size == 0)
        return ACT_NONE;
    for (unsigned i = 0; i < ACT_COUNT; i++) {
        struct text keys = text_of(acts[i].keys);
        while (keys.size > 0) {
            size_t end = text_find(keys, ' ');
            if (text_equal(key, text_from(keys.at, end)))
                return (enum act)i;
            keys = text_after(keys, end + 1);
        }
    }
    return ACT_NONE;
}
