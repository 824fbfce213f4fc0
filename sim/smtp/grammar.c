/* grammar.c - slicing of command lines (RFC 5321 4.1.1, 4.1.2). */
#include "sim/smtp/grammar.h"

#include <assert.h>

#include "sim/smtp/extensions.h"

static const struct text verb_names[] = {
#define X(suffix, name) TEXT_INIT(name),
    SMTP_VERBS(X)
#undef X
};

struct text smtp_verb_name(enum smtp_verb verb)
{
    assert(verb < SMTP_VERB_COUNT);
    return verb_names[verb];
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static enum smtp_verb find_verb(struct text word)
{
    for (unsigned v = SMTP_VERB_EHLO; v < SMTP_VERB_COUNT; v++)
        if (verb_names[v].size == word.size &&
            ascii_lower(verb_names[v].at[0]) == ascii_lower(word.at[0]) &&
            text_equal_nocase(verb_names[v], word))
            return (enum smtp_verb)v;
    return SMTP_VERB_UNKNOWN;
}

struct smtp_command smtp_command_parse(struct text line)
{
    struct smtp_command c;
    size_t end = 0;

    while (line.size > 0 && is_blank(line.at[line.size - 1]))
        line.size--;
    while (end < line.size && line.at[end] != ' ')
        end++;
    c.word = text_from(line.at, end);
    c.argument = text_after(line, end + 1);
    c.verb = end > 0 ? find_verb(c.word) : SMTP_VERB_UNKNOWN;
    return c;
}

/* ---- parameters: 4.1.2, esmtp-param ------------------------------------------------------------ */

/* RFC 1870 3: 1*20DIGIT.  What is more than 63 bits is more than any limit. */
static bool parse_size(struct text value, int64_t *size)
{
    if (value.size == 0 || value.size > 20)
        return false;
    for (size_t i = 0; i < value.size; i++)
        if (value.at[i] < '0' || value.at[i] > '9')
            return false;
    if (!text_to_int(value, size))
        *size = INT64_MAX;
    return true;
}

static bool parse_value(enum smtp_parameter parameter, struct text value,
                        struct smtp_parameters *out)
{
    switch (parameter) {
    case SMTP_PARAMETER_SIZE: return parse_size(value, &out->size);
    case SMTP_PARAMETER_BODY:
        out->body =
            text_equal_nocase(value, TEXT("8BITMIME")) ? SMTP_BODY_8BITMIME : SMTP_BODY_7BIT;
        return out->body == SMTP_BODY_8BITMIME || text_equal_nocase(value, TEXT("7BIT"));
    case SMTP_PARAMETER_AUTH: out->auth = value; return dsn_xtext_valid(value);
    case SMTP_PARAMETER_RET: return dsn_ret_parse(value, &out->dsn.message.ret);
    case SMTP_PARAMETER_ENVID: out->dsn.message.envid = value; return dsn_envid_valid(value);
    case SMTP_PARAMETER_NOTIFY: return dsn_notify_parse(value, &out->dsn.recipient.notify);
    case SMTP_PARAMETER_ORCPT: out->dsn.recipient.orcpt = value; return dsn_orcpt_valid(value);
    case SMTP_PARAMETER_COUNT: break;
    }
    assert(0 && "a parameter without a grammar");
    return false;
}

/* `word` is KEYWORD or KEYWORD=value. */
static enum smtp_path_result parse_parameter(enum smtp_verb verb, struct text word,
                                             uint32_t extensions, struct smtp_parameters *out)
{
    size_t equals = text_find(word, '=');
    struct text keyword = text_from(word.at, equals);

    for (unsigned p = 0; p < SMTP_PARAMETER_COUNT; p++) {
        const struct smtp_parameter_info *info = smtp_parameter_info((enum smtp_parameter)p);

        if (info->verb != verb || !text_equal_nocase(info->keyword, keyword))
            continue;
        if (info->needs != 0 && (info->needs & extensions) == 0)
            break;
        if (info->once && (out->given & (UINT32_C(1) << p)))
            return SMTP_PATH_PARAMETER_BAD;
        out->given |= UINT32_C(1) << p;
        return parse_value((enum smtp_parameter)p, text_after(word, equals + 1), out)
                   ? SMTP_PATH_FINE
                   : SMTP_PATH_PARAMETER_BAD;
    }
    return SMTP_PATH_PARAMETER_UNKNOWN;
}

static enum smtp_path_result parse_parameters(enum smtp_verb verb, struct text rest,
                                              uint32_t extensions, struct smtp_parameters *out)
{
    while (rest.size > 0) {
        size_t end = text_find(rest, ' ');

        if (end > 0) {
            enum smtp_path_result r =
                parse_parameter(verb, text_from(rest.at, end), extensions, out);
            if (r != SMTP_PATH_FINE)
                return r;
        }
        rest = text_after(rest, end + 1);
    }
    return SMTP_PATH_FINE;
}

/* ---- paths ------------------------------------------------------------------------------------- */

enum smtp_path_result smtp_path_parse(enum smtp_verb verb, struct text argument,
                                      uint32_t extensions, struct mail_path *path,
                                      struct smtp_parameters *parameters, const char **error)
{
    struct text keyword = verb == SMTP_VERB_MAIL ? TEXT("FROM:") : TEXT("TO:");
    enum mail_address_error why = MAIL_ADDRESS_NONE;

    assert(verb == SMTP_VERB_MAIL || verb == SMTP_VERB_RCPT);
    *parameters = (struct smtp_parameters){.auth = TEXT_INIT("")};
    if (verb == SMTP_VERB_MAIL)
        parameters->dsn.message.envid = TEXT("");
    else
        parameters->dsn.recipient.orcpt = TEXT("");
    if (!text_starts_nocase(argument, keyword)) {
        *error = verb == SMTP_VERB_MAIL ? "FROM: is missing" : "TO: is missing";
        return SMTP_PATH_BAD;
    }

    struct text rest = text_after(argument, keyword.size);

    while (rest.size > 0 && is_blank(rest.at[0]))
        rest = text_after(rest, 1);

    size_t used = mail_path_scan(rest, path, &why);

    rest = text_after(rest, used);
    if (used == 0) {
        *error = mail_address_error_text(why);
        return SMTP_PATH_BAD;
    }
    if (verb == SMTP_VERB_RCPT && path->null) {
        *error = "a recipient cannot be <>";
        return SMTP_PATH_BAD;
    }
    if (verb == SMTP_VERB_MAIL && !path->null && path->mailbox.domain.size == 0) {
        *error = mail_address_error_text(MAIL_ADDRESS_NO_DOMAIN);
        return SMTP_PATH_BAD;
    }
    if (rest.size > 0 && rest.at[0] != ' ') {
        *error = "something stands behind the >";
        return SMTP_PATH_BAD;
    }
    return parse_parameters(verb, rest, extensions, parameters);
}

bool smtp_hello_valid(struct text argument)
{
    return mail_domain_kind(argument, NULL) != MAIL_DOMAIN_BAD;
}

int64_t smtp_count_lines(struct text octets, bool after_cr)
{
    int64_t lines = 0;

    for (size_t at = 0; at < octets.size; at++) {
        at += text_find(text_after(octets, at), '\n');
        if (at < octets.size)
            lines += at > 0 ? octets.at[at - 1] == '\r' : after_cr;
    }
    return lines;
}
