/* reply.c - replies to and from the wire (RFC 5321 4.2, RFC 2034 4). */
#include "sim/smtp/reply.h"

#include <assert.h>

/* ---- writing ----------------------------------------------------------------------------------- */

size_t smtp_reply_size(const struct smtp_reply *reply)
{
    size_t each = 3 + 1 + 2 + (reply->enhanced.size > 0 ? reply->enhanced.size + 1 : 0);
    size_t size = reply->line_count * each;

    for (size_t i = 0; i < reply->line_count; i++)
        size += reply->lines[i].size;
    return size;
}

static char *write_text(char *room, struct text t)
{
    if (t.size > 0)
        memcpy(room, t.at, t.size);
    return room + t.size;
}

static char *write_line(char *room, const struct smtp_reply *reply, size_t i)
{
    *room++ = (char)('0' + reply->code / 100);
    *room++ = (char)('0' + reply->code / 10 % 10);
    *room++ = (char)('0' + reply->code % 10);
    *room++ = i + 1 < reply->line_count ? '-' : ' ';
    if (reply->enhanced.size > 0 && (i == 0 || !reply->status_once)) {
        room = write_text(room, reply->enhanced);
        *room++ = ' ';
    }
    return write_text(room, reply->lines[i]);
}

char *smtp_reply_write(char *room, const struct smtp_reply *reply)
{
    assert(reply->code >= 200 && reply->code <= 599 && reply->line_count > 0);
    for (size_t i = 0; i < reply->line_count; i++) {
        room = write_line(room, reply, i);
        *room++ = '\r';
        *room++ = '\n';
    }
    return room;
}

void smtp_reply_put(struct buffer *out, const struct smtp_reply *reply)
{
    size_t size = smtp_reply_size(reply);

    buffer_reserve(out, size);
    smtp_reply_write(out->at + out->size, reply);
    out->size += size;
}

void smtp_reply_put_quoted(struct buffer *out, const struct smtp_reply *reply)
{
    buffer_reserve(out, smtp_reply_size(reply));
    char *at = out->at + out->size;

    for (size_t i = 0; i < reply->line_count; i++) {
        if (i > 0)
            *at++ = '\n';
        at = write_line(at, reply, i);
    }
    out->size = (size_t)(at - out->at);
}

/* ---- reading ----------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* 1 to 3 digits from `at`; the place behind them, or 0. */
static size_t skip_number(struct text t, size_t at)
{
    size_t end = at;

    while (end < t.size && end < at + 3 && is_digit(t.at[end]))
        end++;
    return end > at ? end : 0;
}

size_t smtp_reply_enhanced(struct text t, unsigned code)
{
    size_t end;

    if (t.size < 5 || (unsigned)(t.at[0] - '0') != code / 100 || code / 100 == 3 || t.at[1] != '.')
        return 0;
    end = skip_number(t, 2);
    if (end == 0 || end == t.size || t.at[end] != '.')
        return 0;
    end = skip_number(t, end + 1);
    return end > 0 && (end == t.size || t.at[end] == ' ') ? end : 0;
}

void smtp_reply_reader_init(struct smtp_reply_reader *r, struct memory *m)
{
    *r = (struct smtp_reply_reader){.reply = {.to = SMTP_VERB_NONE}};
    buffer_init(&r->octets, m);
    buffer_init(&r->lines, m);
}

void smtp_reply_reader_free(struct smtp_reply_reader *r)
{
    struct memory *m = r->octets.memory;

    buffer_free(&r->octets);
    buffer_free(&r->lines);
    smtp_reply_reader_init(r, m);
}

static void begin_next(struct smtp_reply_reader *r)
{
    buffer_clear(&r->octets);
    buffer_clear(&r->lines);
    r->line_start = 0;
    r->code = r->line_count = 0;
    r->whole = false;
}

/* A line of a reply without its CRLF: Reply-code, and "-" if others follow. */
static bool check_line(struct smtp_reply_reader *r, struct text line, bool *last)
{
    unsigned code = 0;

    if (line.size < 3 || line.at[0] < '2' || line.at[0] > '5')
        return false;
    for (int i = 0; i < 3; i++) {
        if (!is_digit(line.at[i]))
            return false;
        code = code * 10 + (unsigned)(line.at[i] - '0');
    }
    if (r->line_count > 0 && code != r->code)
        return false;
    *last = line.size == 3 || line.at[3] == ' ';
    r->code = (uint16_t)code;
    return *last || line.at[3] == '-';
}

/* "5.1.1 words" -> "words", if that is the status. */
static bool begins_with_status(struct text words, struct text status, unsigned code)
{
    size_t size = smtp_reply_enhanced(words, code);

    return size > 0 && text_equal(text_from(words.at, size), status);
}

/* Cuts the collected octets into texts, now that they do not move any more. */
static void make_reply(struct smtp_reply_reader *r)
{
    struct text *lines = (struct text *)(void *)r->lines.at;
    const char *at = r->octets.at;
    bool on_all = true;

    for (size_t i = 0; i < r->line_count; i++) {
        size_t size = lines[i].size;
        lines[i] = text_after(text_from(at, size), 4);
        at += size;
    }
    struct text status = text_from(lines[0].at, smtp_reply_enhanced(lines[0], r->code));
    for (size_t i = 1; i < r->line_count; i++)
        on_all = on_all && begins_with_status(lines[i], status, r->code);
    for (size_t i = 0; status.size > 0 && i < (on_all ? r->line_count : 1); i++)
        lines[i] = text_after(lines[i], status.size + 1);
    r->reply = (struct smtp_reply){
        .code = r->code, .to = SMTP_VERB_NONE, .enhanced = status, .status_once = !on_all};
    r->reply.lines = lines;
    r->reply.line_count = r->line_count;
    r->whole = true;
}

/* The octets from line_start on end with CRLF. */
static bool end_line(struct smtp_reply_reader *r, bool *last)
{
    struct text line;

    r->octets.size -= 2;
    line = text_after(buffer_text(&r->octets), r->line_start);
    if (r->line_count == SMTP_REPLY_LINES_MAX || !check_line(r, line, last))
        return false;
    buffer_put(&r->lines, &line, sizeof line);
    r->line_count++;
    r->line_start = r->octets.size;
    return true;
}

enum smtp_reply_result smtp_reply_read(struct smtp_reply_reader *r, struct text *octets)
{
    bool last = false;

    if (r->whole)
        begin_next(r);
    while (!r->bad && octets->size > 0) {
        size_t lf = text_find(*octets, '\n');
        size_t take = lf < octets->size ? lf + 1 : lf;

        if (r->octets.size - r->line_start + take > SMTP_REPLY_LINE_MAX) {
            r->bad = true;
            break;
        }
        buffer_put(&r->octets, octets->at, take);
        *octets = text_after(*octets, take);

        size_t size = r->octets.size - r->line_start;

        if (size < 2 || memcmp(r->octets.at + r->octets.size - 2, "\r\n", 2) != 0)
            continue;
        if (!end_line(r, &last))
            r->bad = true;
        else if (last) {
            make_reply(r);
            return SMTP_REPLY_WHOLE;
        }
    }
    return r->bad ? SMTP_REPLY_BAD : SMTP_REPLY_MORE;
}
