/*
 * server_write.c - the words of the server: lines, enhanced status, and their way to the wire.
 */
#include <assert.h>

#include "sim/smtp/reply.h"
#include "sim/smtp/server_parts.h"

void smtp_server_flush(struct smtp_acts *acts)
{
    size_t size = 0;

    for (size_t i = acts->flushed; i < acts->count; i++)
        if (acts->at[i].kind == SMTP_ACT_REPLY)
            size += smtp_reply_size(&acts->at[i].reply);
    if (size > 0) {
        char *room = smtp_acts_room(acts, size), *end = room;

        for (size_t i = acts->flushed; i < acts->count; i++)
            if (acts->at[i].kind == SMTP_ACT_REPLY)
                end = smtp_reply_write(end, &acts->at[i].reply);
        smtp_acts_add(acts, SMTP_ACT_SEND)->send = text_from(room, size);
    }
    acts->flushed = acts->count;
}

/* "%" becomes our host name. */
static struct text expand(const struct smtp_server *s, struct text words, struct smtp_acts *acts)
{
    struct text name = s->options->name;
    size_t mark = text_find(words, '%');

    if (mark == words.size)
        return words;

    char *room = smtp_acts_room(acts, words.size - 1 + name.size);

    memcpy(room, words.at, mark);
    if (name.size > 0)
        memcpy(room + mark, name.at, name.size);
    memcpy(room + mark + name.size, words.at + mark + 1, words.size - mark - 1);
    return text_from(room, words.size - 1 + name.size);
}

/* 4.2: these begin with our host name, whoever wrote the rest. */
static bool wants_name(enum smtp_verb to, unsigned code)
{
    return to == SMTP_VERB_GREETING || code == 221 || code == 421;
}

struct text smtp_server_join(struct smtp_acts *acts, struct text a, struct text b, struct text c)
{
    char *room = smtp_acts_room(acts, a.size + b.size + c.size);

    memcpy(room, a.at, a.size);
    memcpy(room + a.size, b.at, b.size);
    memcpy(room + a.size + b.size, c.at, c.size);
    return text_from(room, a.size + b.size + c.size);
}

/* "SIZE 10000000" */
static struct text size_line(const struct smtp_server *s, struct text keyword,
                             struct smtp_acts *acts)
{
    char digits[24];
    size_t at = sizeof digits;
    int64_t rest = s->options->size_limit;

    do
        digits[--at] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    return smtp_server_join(acts, keyword, TEXT(" "), text_from(digits + at, sizeof digits - at));
}

/* "AUTH PLAIN LOGIN" */
static struct text auth_line(const struct smtp_server *s, struct text line, struct smtp_acts *acts)
{
    for (unsigned i = 0; i < SMTP_MECHANISM_COUNT; i++)
        if (s->options->mechanisms & (1U << i))
            line = smtp_server_join(acts, line, TEXT(" "),
                                    smtp_mechanism_name((enum smtp_mechanism)i));
    return line;
}

/* The lines of an accepted EHLO (4.1.1.1): who we are, then a keyword on each line. */
static struct text *hello_lines(const struct smtp_server *s, size_t *count, struct smtp_acts *acts)
{
    struct text *lines = smtp_acts_room(acts, (SMTP_EXTENSION_COUNT + 1) * sizeof *lines);

    lines[0] = smtp_server_join(acts, s->options->name, TEXT(" greets "), s->hello);
    *count = 1;

    uint32_t extensions = smtp_server_extensions(s);

    for (unsigned i = 0; i < SMTP_EXTENSION_COUNT; i++)
        if (extensions & (1U << i)) {
            struct text keyword = smtp_extension_info((enum smtp_extension_index)i)->keyword;

            lines[(*count)++] = i == SMTP_INDEX_SIZE   ? size_line(s, keyword, acts)
                                : i == SMTP_INDEX_AUTH ? auth_line(s, keyword, acts)
                                                       : keyword;
        }
    return lines;
}

/* "EHLO HELO RSET NOOP VRFY HELP QUIT": what may be said now (4.1.1.8). */
static struct text help_line(const struct smtp_server *s, struct smtp_acts *acts)
{
    struct text line = TEXT("");

    for (unsigned v = 0; v < SMTP_VERB_COUNT; v++)
        if (smtp_server_takes(s, (enum smtp_verb)v))
            line = smtp_server_join(acts, line, line.size ? TEXT(" ") : TEXT(""),
                                    smtp_verb_name((enum smtp_verb)v));
    return line;
}

/* The answer's words, cut at each LF; what else could break a line becomes a blank (2.3.8). */
static struct text *own_lines(struct text words, size_t *count, struct smtp_acts *acts)
{
    char *copy = smtp_acts_room(acts, words.size);
    struct text *lines;

    *count = 1;
    for (size_t i = 0; i < words.size; i++) {
        copy[i] = words.at[i] == '\r' || words.at[i] == '\0' ? ' ' : words.at[i];
        *count += copy[i] == '\n';
    }
    lines = smtp_acts_room(acts, *count * sizeof *lines);
    words.at = copy;
    for (size_t i = 0; i < *count; i++) {
        size_t end = text_find(words, '\n');

        lines[i] = text_from(words.at, end);
        words = text_after(words, end + 1);
    }
    return lines;
}

static struct text choose_status(const struct smtp_server *s, const struct smtp_cell *cell,
                                 const struct smtp_answer *answer, enum smtp_verb to, unsigned code)
{
    static const struct text plain[] = {TEXT_INIT("2.0.0"), TEXT_INIT("4.0.0"), TEXT_INIT("5.0.0")};

    /* RFC 2034 4: not in a greeting, not in the reply to EHLO or HELO; there is no class 3. */
    if (!(s->options->extensions & SMTP_HAS_ENHANCEDSTATUSCODES) || to == SMTP_VERB_GREETING ||
        to == SMTP_VERB_EHLO || to == SMTP_VERB_HELO || to == SMTP_VERB_LHLO || code / 100 == 3)
        return TEXT("");
    if (answer != NULL && answer->enhanced.size > 0) {
        assert(smtp_reply_enhanced(answer->enhanced, code) == answer->enhanced.size);
        return answer->enhanced;
    }
    if (cell->enhanced.size > 0 && code / 100 == cell->code / 100)
        return cell->enhanced;
    return plain[code < 300 ? 0 : code / 100 - 3];
}

void smtp_server_reply(struct smtp_server *s, const struct smtp_cell *cell,
                       const struct smtp_answer *answer, enum smtp_verb to, unsigned code,
                       struct smtp_acts *acts)
{
    struct text own = answer != NULL ? answer->text : TEXT("");
    struct text *lines;
    size_t count = 1;

    if ((to == SMTP_VERB_EHLO || to == SMTP_VERB_LHLO) && code == 250) {
        lines = hello_lines(s, &count, acts);
    } else if (own.size > 0) {
        lines = own_lines(own, &count, acts);
        if (wants_name(to, code))
            lines[0] = smtp_server_join(acts, s->options->name, TEXT(" "), lines[0]);
    } else {
        lines = smtp_acts_room(acts, sizeof *lines);
        lines[0] =
            to == SMTP_VERB_HELP && code == 214 ? help_line(s, acts) : expand(s, cell->text, acts);
    }

    struct text status = choose_status(s, cell, answer, to, code);

    if (answer != NULL && status.at == answer->enhanced.at)
        status = smtp_acts_copy(acts, status);
    smtp_acts_add(acts, SMTP_ACT_REPLY)->reply = (struct smtp_reply){
        .code = (uint16_t)code, .to = to, .enhanced = status, .lines = lines, .line_count = count};
}
