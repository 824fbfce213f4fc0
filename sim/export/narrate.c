/*
 * narrate.c - sentences from formats, and which file narrates which record.
 */
#include "sim/export/narrate.h"

#include <stdarg.h>
#include <string.h>

#include "sim/explain/explain.h"
#include "sim/export/clean.h"
#include "sim/export/narrate_parts.h"
#include "sim/export/tell.h"

#define NONE RECORDING_NONE

enum { ADDRESS = 36, HOST = 30, WORDS = 64 }; /* characters, beyond which a piece is cut */

void narration_init(struct narration *n, struct memory *m)
{
    *n = (struct narration){.code = 0};
    buffer_init(&n->headline, m);
    buffer_init(&n->detail, m);
}

void narration_free(struct narration *n)
{
    buffer_free(&n->headline);
    buffer_free(&n->detail);
}

/* ---- pieces -------------------------------------------------------------------------------- */

/* Octets of the first `count` characters. */
static size_t octets_of(struct text t, size_t count)
{
    size_t at = 0;

    for (; count > 0 && at < t.size; count--)
        for (at++; at < t.size && ((unsigned char)t.at[at] & 0xC0) == 0x80; at++)
            ;
    return at;
}

static size_t characters_of(struct text t)
{
    size_t count = 0;

    for (size_t i = 0; i < t.size; i++)
        count += ((unsigned char)t.at[i] & 0xC0) != 0x80;
    return count;
}

/* Cuts what stands from `start` on to `count` characters. */
static void cut(struct buffer *b, size_t start, size_t count)
{
    struct text t = text_after(buffer_text(b), start);

    if (characters_of(t) <= count)
        return;
    b->size = start + octets_of(t, count - 1);
    while (b->size > start && b->at[b->size - 1] == ' ')
        b->size--;
    buffer_put_string(b, "\xE2\x80\xA6");
}

static void put_cut(struct buffer *b, struct text t, size_t count)
{
    size_t start = b->size;

    clean_put(b, t);
    cut(b, start, count);
}

static void put_host(const struct narrator *n, struct buffer *b, uint32_t host, struct text name)
{
    if (host != NONE && host < n->r->cast->host_count)
        put_cut(b, n->r->cast->hosts[host].label, HOST);
    else if (name.size > 0)
        put_cut(b, name, HOST);
    else
        buffer_put_string(b, "somebody");
}

/* A long address keeps its end, which says where it belongs. */
static void put_address(struct buffer *b, struct text address)
{
    size_t at = text_find(address, '@'), host = address.size - at;

    if (address.size == 0) {
        buffer_put_string(b, "<>");
    } else if (address.size > ADDRESS && host < ADDRESS - 6) {
        put_cut(b, text_from(address.at, at), ADDRESS - host);
        clean_put(b, text_after(address, at));
    } else {
        put_cut(b, address, ADDRESS);
    }
}

struct text narrate_person(const struct narrator *n, struct text mailbox)
{
    const struct cast *c = n->r->cast;

    for (uint32_t i = 0; mailbox.size > 0 && i < c->host_count; i++)
        if (c->hosts[i].person.size > 0 && text_equal_nocase(c->hosts[i].mailbox, mailbox))
            return c->hosts[i].person;
    return TEXT("");
}

static void put_person(const struct narrator *n, struct buffer *b, struct text mailbox)
{
    struct text person = narrate_person(n, mailbox);

    if (person.size > 0)
        put_cut(b, person, HOST);
    else
        put_address(b, mailbox);
}

static bool is_report(const struct narrator *n)
{
    uint32_t mail = n->line->mail;

    return mail != NONE && n->r->mails[mail].ndr != NONE && n->r->mails[mail].ndr <= n->index;
}

/* ---- sentences ----------------------------------------------------------------------------- */

struct piece {
    const struct narrator *n;
    struct buffer *b;
    va_list arguments;
};

static void put_piece(struct piece *p, char directive)
{
    const struct narrator *n = p->n;
    struct text t;

    switch (directive) {
    case 'H': put_host(n, p->b, n->line->host, n->line->record->where.host); break;
    case 'O': put_host(n, p->b, n->line->other, TEXT("")); break;
    case 'h': put_host(n, p->b, va_arg(p->arguments, uint32_t), TEXT("")); break;
    case 'n': buffer_put_string(p->b, is_report(n) ? "the report" : "the letter"); break;
    case 'N': buffer_put_string(p->b, is_report(n) ? "The report" : "The letter"); break;
    case 's': buffer_put_string(p->b, va_arg(p->arguments, const char *)); break;
    case 'a': put_address(p->b, va_arg(p->arguments, struct text)); break;
    case 'p': put_person(n, p->b, va_arg(p->arguments, struct text)); break;
    case 't': put_cut(p->b, va_arg(p->arguments, struct text), WORDS); break;
    case 'd': buffer_put_int(p->b, va_arg(p->arguments, int64_t)); break;
    case 'D': tell_duration(p->b, va_arg(p->arguments, int64_t)); break;
    case 'x':
        t = va_arg(p->arguments, struct text);
        put_host(n, p->b, cast_host(n->r->cast, t), t);
        break;
    case 'q':
        buffer_put_char(p->b, '"');
        put_cut(p->b, va_arg(p->arguments, struct text), WORDS);
        buffer_put_char(p->b, '"');
        break;
    default: buffer_put_char(p->b, directive); break;
    }
}

static void put_format(struct piece *p, const char *format)
{
    for (; *format; format++)
        if (*format == '%')
            put_piece(p, *++format);
        else
            buffer_put_char(p->b, *format);
}

void narrate_head(struct narrator *n, const char *format, ...)
{
    struct piece p = {.n = n, .b = &n->out->headline};

    buffer_clear(p.b);
    va_start(p.arguments, format);
    put_format(&p, format);
    va_end(p.arguments);
    cut(p.b, 0, NARRATE_HEADLINE);
}

void narrate_more(struct narrator *n, const char *format, ...)
{
    struct piece p = {.n = n, .b = &n->out->detail};
    size_t before = p.b->size;

    if (before > 0)
        buffer_put_char(p.b, ' ');
    va_start(p.arguments, format);
    put_format(&p, format);
    va_end(p.arguments);
    if (before == 0)
        cut(p.b, 0, NARRATE_DETAIL);
    else if (characters_of(buffer_text(p.b)) > NARRATE_DETAIL)
        p.b->size = before;
}

/* ---- what several need --------------------------------------------------------------------- */

struct text narrate_path(struct text line)
{
    size_t open = text_find(line, '<');
    struct text rest = text_after(line, open + 1);

    return open < line.size ? text_from(rest.at, text_find(rest, '>')) : TEXT("");
}

const char *narrate_status(struct text enhanced)
{
    const struct explain_entry *entry =
        enhanced.size > 0 ? explain_entry(EXPLAIN_STATUS, enhanced) : NULL;

    /* X.5.1 and the like say less than the reply's own words, X.3.0 nothing. */
    if (!entry || enhanced.size < 4 || text_ends_nocase(enhanced, TEXT(".0")) ||
        text_equal(text_from(enhanced.at + 1, 3), TEXT(".5.")))
        return NULL;
    return entry->title;
}

uint32_t narrate_answered(const struct narrator *n)
{
    enum { FAR = 60 }; /* a verdict may need some look-ups */
    const struct recording_line *line = n->line;
    uint32_t at = line->leaves ? n->index : line->pair;

    for (int i = 0; i < FAR && at != NONE; i++, at = n->r->lines[at].cause) {
        enum trace_kind kind = n->r->lines[at].record->kind;

        if ((kind == TRACE_SMTP_COMMAND || kind == TRACE_POP3_COMMAND) &&
            n->r->lines[at].conn == line->conn)
            return at;
    }
    return NONE;
}

bool narrate_smuggled(const struct narrator *n)
{
    const struct recording_line *line = n->line;

    if (line->leaves || line->pair != NONE || line->conn == NONE)
        return false;
    for (uint32_t at = line->conn_before; at != NONE; at = n->r->lines[at].conn_before)
        if (n->r->lines[at].travel == TRAVEL_COMMAND && n->r->lines[at].leaves)
            return true; /* what its client sends is recorded, and this is not among it */
    return false;
}

/* ---- records ------------------------------------------------------------------------------- */

/* What no file has a sentence for: what the table of kinds says. */
static void narrate_plainly(struct narrator *n)
{
    const struct trace_kind_info *info = trace_kind_info(n->line->record->kind);

    if (n->line->record->where.host.size > 0)
        narrate_head(n, "%H: %s", info->doc);
    else
        narrate_head(n, "%s", info->doc);
}

void narrate(struct narration *out, const struct recording *r, uint32_t index)
{
    struct narrator n = {.out = out, .r = r, .line = &r->lines[index], .index = index};

    buffer_clear(&out->headline);
    buffer_clear(&out->detail);
    out->code = 0;
    if (!narrate_reply(&n) && !narrate_session(&n) && !narrate_mail(&n) && !narrate_rule(&n) &&
        !narrate_network(&n) && !narrate_world(&n))
        narrate_plainly(&n);
    if (out->detail.size == 0)
        narrate_more(&n, "A record of the kind %s.", trace_kind_info(n.line->record->kind)->name);
}
