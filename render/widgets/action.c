#include "render/widgets/action.h"

#include <string.h>

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

static enum act exact_key(struct text key)
{
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

/* A large letter that means nothing of its own is the small one: Caps Lock is nobody's fault. */
enum act act_key(struct text key)
{
    static const char shift[] = "Shift+";
    const size_t before = sizeof shift - 1;

    if (key.size == 0)
        return ACT_NONE;
    enum act found = exact_key(key);

    if (found == ACT_NONE && key.size == before + 1 && memcmp(key.at, shift, before) == 0)
        found = exact_key(text_after(key, before));
    return found;
}
