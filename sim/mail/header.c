/*
 * header.c - reading the header, and the fields that servers put in front of it.
 */
#include "sim/mail/message.h"

#include <assert.h>

#include "sim/kernel/clock.h"

/* ---- reading -------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Octets of the first line, its CRLF included; the whole text if there is none. */
static size_t line_size(struct text t)
{
    size_t i = 0;
    for (;;) {
        i += text_find(text_after(t, i), '\n');
        if (i >= t.size)
            return t.size;
        i++;
        if (i >= 2 && t.at[i - 2] == '\r')
            return i;
    }
}

/* Length of a field name at the front (RFC 5322 3.6.8), 0 if this line is none.  The obsolete form
 * with blanks before the colon is read too. */
static size_t name_size(struct text line, size_t *colon)
{
    size_t i = 0;
    while (i < line.size && line.at[i] > ' ' && line.at[i] < 0x7f && line.at[i] != ':')
        i++;
    *colon = i;
    while (*colon < line.size && is_blank(line.at[*colon]))
        ++*colon;
    return *colon < line.size && line.at[*colon] == ':' ? i : 0;
}

void message_fields_begin(struct message_fields *it, const struct message *msg)
{
    *it = (struct message_fields){.part = msg};
}

bool message_fields_next(struct message_fields *it, struct mail_field *f)
{
    while (it->part && it->within == it->part->octets.size) {
        it->part = it->part->rest;
        it->within = 0;
    }
    if (!it->part)
        return false;
    struct text t = text_after(it->part->octets, it->within);
    size_t size = line_size(t), colon;
    size_t name = name_size((struct text){t.at, size}, &colon);
    if (name == 0)
        return false;
    while (size < t.size && is_blank(t.at[size]))
        size += line_size(text_after(t, size));
    size_t end = size;
    if (end - colon > 2 && memcmp(t.at + end - 2, "\r\n", 2) == 0)
        end -= 2;
    *f = (struct mail_field){
        .name = {t.at, name},
        .value = {t.at + colon + 1, end - colon - 1},
        .offset = it->offset,
        .size = size,
    };
    it->within += size;
    it->offset += size;
    return true;
}

bool message_find_field(const struct message *msg, struct text name, struct mail_field *f)
{
    struct message_fields it;
    message_fields_begin(&it, msg);
    while (message_fields_next(&it, f))
        if (text_equal_nocase(f->name, name))
            return true;
    return false;
}

size_t message_count_fields(const struct message *msg, struct text name)
{
    struct message_fields it;
    struct mail_field f;
    size_t count = 0;
    message_fields_begin(&it, msg);
    while (message_fields_next(&it, &f))
        count += text_equal_nocase(f.name, name);
    return count;
}

size_t message_count_hops(const struct message *msg)
{
    return message_count_fields(msg, TEXT("Received"));
}

size_t message_fields_size(const struct message *msg)
{
    struct message_fields it;
    struct mail_field f;
    message_fields_begin(&it, msg);
    while (message_fields_next(&it, &f))
        ;
    return it.offset;
}

size_t message_header_size(const struct message *msg)
{
    size_t size = message_fields_size(msg);
    struct text next = message_at(msg, size);
    bool empty_line = next.size >= 2 && memcmp(next.at, "\r\n", 2) == 0;
    return size + (empty_line ? 2 : 0);
}

void mail_field_put_unfolded(struct buffer *b, struct text value)
{
    value = text_trim(value);
    for (size_t i = 0; i < value.size; i++) {
        bool fold =
            i + 2 < value.size && memcmp(value.at + i, "\r\n", 2) == 0 && is_blank(value.at[i + 2]);
        if (fold)
            i++;
        else
            buffer_put_char(b, value.at[i]);
    }
}

/* ---- trace fields --------------------------------------------------------------------------- */

/* A blank, not a tab: unfolded, the field reads as one line of words. */
enum { FOLD = 1 };

/* Fills lines up to 78 columns; a word that does not fit begins the next one. */
struct filler {
    struct buffer *b;
    size_t column;
};

static void fill_line(struct filler *f)
{
    buffer_put_string(f->b, "\r\n ");
    f->column = FOLD;
}

/* Room for a word of `size` octets: after a blank, or on a new line. */
static void fill_room(struct filler *f, size_t size)
{
    if (f->column > FOLD && f->column + 1 + size > MESSAGE_LINE_SHOULD)
        fill_line(f);
    else if (f->column > FOLD) {
        buffer_put_char(f->b, ' ');
        f->column++;
    }
    f->column += size;
}

static void fill_pair(struct filler *f, const char *word, struct text value, const char *after)
{
    size_t word_size = strlen(word), after_size = strlen(after);
    fill_room(f, word_size + value.size + after_size);
    buffer_put(f->b, word, word_size);
    buffer_put_text(f->b, value);
    buffer_put(f->b, after, after_size);
}

/* What a client called itself may be anything; what would break the field becomes "?". */
static void put_helo(struct buffer *b, struct text helo)
{
    if (helo.size == 0) {
        buffer_put_string(b, "unknown");
        return;
    }
    for (size_t i = 0; i < helo.size; i++) {
        char c = helo.at[i];
        bool fine = c > ' ' && c < 0x7f && !strchr("();<>\\\"", c);
        buffer_put_char(b, fine ? c : '?');
    }
}

/* TCP-info = address-literal / ( Domain FWS address-literal ) */
static void fill_tcp_info(struct filler *f, const struct mail_received *r)
{
    bool v6 = text_find(r->address, ':') < r->address.size;
    size_t size = r->name.size + (r->name.size > 0) + (v6 ? 5 : 0) + r->address.size + 4;
    fill_room(f, size);
    buffer_put_char(f->b, '(');
    buffer_put_text(f->b, r->name);
    buffer_put_string(f->b, r->name.size > 0 ? " [" : "[");
    buffer_put_string(f->b, v6 ? "IPv6:" : "");
    buffer_put_text(f->b, r->address);
    buffer_put_string(f->b, "])");
}

void mail_put_received(struct buffer *b, const struct mail_received *r)
{
    struct filler f = {b, 0};
    buffer_put_string(b, "Received: from ");
    size_t start = b->size;
    put_helo(b, r->helo);
    f.column = strlen("Received: from ") + (b->size - start);
    if (r->address.size > 0)
        fill_tcp_info(&f, r);
    fill_line(&f);
    const char *end = r->recipient.size == 0 ? ";" : "";
    fill_pair(&f, "by ", r->by, "");
    if (r->via.size > 0)
        fill_pair(&f, "via ", r->via, "");
    fill_pair(&f, "with ", r->with, r->id.size == 0 ? end : "");
    if (r->id.size > 0)
        fill_pair(&f, "id ", r->id, end);
    fill_line(&f);
    if (r->recipient.size > 0)
        fill_pair(&f, "for <", r->recipient, ">;");
    fill_room(&f, strlen("Mon, 02 Mar 2026 09:00:00 +0000"));
    clock_put_rfc5322(b, r->date);
    buffer_put_string(b, "\r\n");
}

struct message *message_deliver(struct message *msg, struct text reverse_path)
{
    struct message *bare = message_without(msg, TEXT("Return-Path"));
    struct buffer line;
    buffer_init(&line, msg->memory);
    buffer_put_string(&line, "Return-Path: <");
    buffer_put_text(&line, reverse_path);
    buffer_put_string(&line, ">\r\n");
    struct message *delivered = message_prepend(bare, buffer_text(&line));
    buffer_free(&line);
    message_release(bare);
    return delivered;
}

/* Text that begins with no field at all is a body: the fields need an empty line behind them. */
static bool is_headless(const struct message *msg)
{
    return msg->size > 0 && message_header_size(msg) == 0;
}

void mail_put_missing(struct buffer *b, const struct message *msg, int64_t date, struct text id,
                      struct text host)
{
    struct mail_field f;
    bool dated = message_find_field(msg, TEXT("Date"), &f);
    bool named = message_find_field(msg, TEXT("Message-ID"), &f);
    if (!dated) {
        buffer_put_string(b, "Date: ");
        clock_put_rfc5322(b, date);
        buffer_put_string(b, "\r\n");
    }
    if (!named) {
        buffer_put_string(b, "Message-ID: <");
        buffer_put_text(b, id);
        buffer_put_char(b, '@');
        buffer_put_text(b, host);
        buffer_put_string(b, ">\r\n");
    }
    if (is_headless(msg))
        buffer_put_string(b, "\r\n");
}
