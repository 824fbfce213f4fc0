/* extensions.c - the rows of extensions.h as data. */
#include "sim/smtp/extensions.h"

#include <assert.h>

static const struct smtp_extension_info extensions[] = {
#define X(suffix, keyword, mail, rcpt, section) {TEXT_INIT(keyword), mail, rcpt, section},
    SMTP_EXTENSIONS(X)
#undef X
};

static const struct smtp_parameter_info parameters[] = {
#define X(suffix, keyword, verb, needs, once) {TEXT_INIT(keyword), SMTP_VERB_##verb, needs, once},
    SMTP_PARAMETERS(X)
#undef X
};

static const struct text mechanisms[] = {
#define X(suffix, name, source) TEXT_INIT(name),
    SMTP_MECHANISMS(X)
#undef X
};

struct text smtp_mechanism_name(enum smtp_mechanism mechanism)
{
    assert(mechanism < SMTP_MECHANISM_COUNT);
    return mechanisms[mechanism];
}

enum smtp_mechanism smtp_mechanism_find(struct text name)
{
    unsigned i = 0;

    while (i < SMTP_MECHANISM_COUNT && !text_equal_nocase(name, mechanisms[i]))
        i++;
    return (enum smtp_mechanism)i;
}

const struct smtp_extension_info *smtp_extension_info(enum smtp_extension_index index)
{
    assert(index < SMTP_EXTENSION_COUNT);
    return &extensions[index];
}

const struct smtp_parameter_info *smtp_parameter_info(enum smtp_parameter parameter)
{
    assert(parameter < SMTP_PARAMETER_COUNT);
    return &parameters[parameter];
}

enum smtp_extension_index smtp_extension_find(struct text keyword)
{
    unsigned i = 0;

    while (i < SMTP_EXTENSION_COUNT && !text_equal_nocase(keyword, extensions[i].keyword))
        i++;
    return (enum smtp_extension_index)i;
}

size_t smtp_extension_line_max(enum smtp_verb verb, uint32_t offered)
{
    size_t max = SMTP_COMMAND_MAX;

    for (unsigned i = 0; i < SMTP_EXTENSION_COUNT; i++)
        if (offered & (1U << i)) {
            if (verb == SMTP_VERB_MAIL)
                max += extensions[i].mail_octets;
            if (verb == SMTP_VERB_RCPT)
                max += extensions[i].rcpt_octets;
        }
    return max;
}
