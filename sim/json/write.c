/*
 * write.c - JSON out of our own hand.
 *
 * Strings dominate, and most octets in them stand for themselves: runs of those are copied whole.
 */
#include "sim/json/write.h"

#include <assert.h>

void json_writer_init(struct json_writer *w, struct buffer *out, bool pretty)
{
    *w = (struct json_writer){.out = out, .pretty = pretty};
}

static inline bool level_is_flat(const struct json_writer *w)
{
    return !w->pretty || w->depth == 0 || (w->flat >> (w->depth - 1) & 1);
}

static void new_line(struct json_writer *w)
{
    buffer_put_char(w->out, '\n');
    for (unsigned i = 0; i < w->depth; i++)
        buffer_put(w->out, "  ", 2);
}

/* Before a key or an element: the comma, and where it stands. */
static inline void separate(struct json_writer *w)
{
    if (w->comma)
        buffer_put_char(w->out, ',');
    if (!level_is_flat(w))
        new_line(w);
    else if (w->pretty && w->comma)
        buffer_put_char(w->out, ' ');
}

static inline bool in_array(const struct json_writer *w)
{
    return w->depth > 0 && (w->arrays >> (w->depth - 1) & 1);
}

static inline void before_value(struct json_writer *w)
{
    assert(w->after_key || w->depth == 0 || in_array(w));
    if (!w->after_key && w->depth > 0)
        separate(w);
    w->after_key = false;
    w->comma = true;
}

static void begin(struct json_writer *w, bool array, bool flat)
{
    uint64_t bit;

    assert(w->depth < JSON_WRITE_DEPTH_MAX);
    before_value(w);
    if (w->pretty && w->depth > 0)
        flat |= w->flat >> (w->depth - 1) & 1;
    bit = UINT64_C(1) << w->depth;
    w->arrays = array ? w->arrays | bit : w->arrays & ~bit;
    w->flat = flat ? w->flat | bit : w->flat & ~bit;
    w->depth++;
    w->comma = false;
    buffer_put_char(w->out, array ? '[' : '{');
}

void json_write_object(struct json_writer *w)
{
    begin(w, false, false);
}

void json_write_array(struct json_writer *w)
{
    begin(w, true, false);
}

void json_write_flat_object(struct json_writer *w)
{
    begin(w, false, true);
}

void json_write_flat_array(struct json_writer *w)
{
    begin(w, true, true);
}

void json_write_end(struct json_writer *w)
{
    bool array = in_array(w), flat = level_is_flat(w);

    assert(w->depth > 0);
    assert(!w->after_key);
    w->depth--;
    if (w->comma && !flat)
        new_line(w);
    w->comma = true;
    buffer_put_char(w->out, array ? ']' : '}');
}

void json_write_key(struct json_writer *w, struct text key)
{
    assert(w->depth > 0 && !in_array(w));
    assert(!w->after_key);
    separate(w);
    json_quote_text(w->out, key);
    buffer_put_char(w->out, ':');
    if (w->pretty)
        buffer_put_char(w->out, ' ');
    w->after_key = true;
}

void json_write_int(struct json_writer *w, int64_t value)
{
    before_value(w);
    buffer_put_int(w->out, value);
}

void json_write_bool(struct json_writer *w, bool value)
{
    before_value(w);
    if (value)
        buffer_put(w->out, "true", 4);
    else
        buffer_put(w->out, "false", 5);
}

void json_write_null(struct json_writer *w)
{
    before_value(w);
    buffer_put(w->out, "null", 4);
}

void json_write_text(struct json_writer *w, struct text utf8)
{
    before_value(w);
    json_quote_text(w->out, utf8);
}

void json_write_octets(struct json_writer *w, struct text octets)
{
    before_value(w);
    json_quote_octets(w->out, octets);
}

void json_write_raw(struct json_writer *w, struct text json)
{
    before_value(w);
    buffer_put_text(w->out, json);
}

void json_put_int(struct json_writer *w, struct text key, int64_t value)
{
    json_write_key(w, key);
    json_write_int(w, value);
}

void json_put_bool(struct json_writer *w, struct text key, bool value)
{
    json_write_key(w, key);
    json_write_bool(w, value);
}

void json_put_text(struct json_writer *w, struct text key, struct text utf8)
{
    json_write_key(w, key);
    json_write_text(w, utf8);
}

void json_put_octets(struct json_writer *w, struct text key, struct text octets)
{
    json_write_key(w, key);
    json_write_octets(w, octets);
}

/* ---- strings ------------------------------------------------------------------------------- */

/* What follows the backslash of a short escape; 0 stands for itself, 'u' needs four digits. */
static char short_escape(unsigned char c)
{
    switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return c < 0x20 || c >= 0x7f ? 'u' : 0;
    }
}

/* Printable ASCII but quote and backslash, the same test for eight octets at once.  Each line sets
 * the top bit of those octets that fail: not ASCII or DEL; a control; a quote; a backslash. */
static inline bool eight_stand_for_themselves(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones * 0x80;
    uint64_t quote = word ^ ones * '"', backslash = word ^ ones * '\\', low;

    low = (word | (word + ones)) & tops;
    low |= (word - ones * 0x20) & ~word & tops;
    low |= (quote - ones) & ~quote & tops;
    low |= (backslash - ones) & ~backslash & tops;
    return low == 0;
}

static inline uint64_t load_eight(const char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return word;
}

/* All of the last one to seven octets of a text, some of them twice, or eight with those before. */
static inline uint64_t load_tail(struct text t, size_t at)
{
    uint32_t low, high;
    size_t size = t.size - at;
    const char *first = t.at + at;

    if (t.size >= 8)
        return load_eight(t.at + t.size - 8);
    if (size < 4) {
        char three[8] = {first[0], first[size / 2], first[size - 1], ' ', ' ', ' ', ' ', ' '};
        return load_eight(three);
    }
    memcpy(&low, first, sizeof low);
    memcpy(&high, first + size - 4, sizeof high);
    return (uint64_t)high << 32 | low;
}

/* Octets from `at` on that stand for themselves. */
static size_t plain_run(struct text t, size_t at)
{
    size_t start = at;

    while (at + 8 <= t.size && eight_stand_for_themselves(load_eight(t.at + at)))
        at += 8;
    if (at < t.size && t.size - at < 8 && eight_stand_for_themselves(load_tail(t, at)))
        return t.size - start;
    while (at < t.size && short_escape((unsigned char)t.at[at]) == 0)
        at++;
    return at - start;
}

static void put_unit(struct buffer *out, uint32_t unit)
{
    static const char digits[] = "0123456789abcdef";
    char escape[6] = {'\\',
                      'u',
                      digits[unit >> 12 & 15],
                      digits[unit >> 8 & 15],
                      digits[unit >> 4 & 15],
                      digits[unit & 15]};

    buffer_put(out, escape, sizeof escape);
}

static bool is_continuation(struct text t, size_t at, unsigned char low, unsigned char high)
{
    return at < t.size && (unsigned char)t.at[at] >= low && (unsigned char)t.at[at] <= high;
}

/* The character at `at`, which is not ASCII: its size; *c is U+FFFD if it is not UTF-8. */
static size_t take_utf8(struct text t, size_t at, uint32_t *c)
{
    unsigned char a = (unsigned char)t.at[at];
    unsigned char low = a == 0xe0 ? 0xa0 : a == 0xf0 ? 0x90 : 0x80;
    unsigned char high = a == 0xed ? 0x9f : a == 0xf4 ? 0x8f : 0xbf;
    size_t size = a >= 0xf0 ? 4 : a >= 0xe0 ? 3 : 2;

    *c = 0xfffd;
    if (a < 0xc2 || a > 0xf4 || !is_continuation(t, at + 1, low, high))
        return 1;
    for (size_t i = 2; i < size; i++)
        if (!is_continuation(t, at + i, 0x80, 0xbf))
            return 1;
    *c = a & (0x7fU >> size);
    for (size_t i = 1; i < size; i++)
        *c = *c << 6 | ((unsigned char)t.at[at + i] & 0x3f);
    return size;
}

static size_t put_wide(struct buffer *out, struct text t, size_t at)
{
    uint32_t c;
    size_t size = take_utf8(t, at, &c);

    if (c < 0x10000) {
        put_unit(out, c);
    } else {
        put_unit(out, 0xd800 + ((c - 0x10000) >> 10));
        put_unit(out, 0xdc00 + ((c - 0x10000) & 0x3ff));
    }
    return size;
}

static void quote(struct buffer *out, struct text t, bool utf8)
{
    size_t at = 0;

    buffer_reserve(out, t.size + 2);
    buffer_put_char(out, '"');
    for (;;) {
        size_t run = plain_run(t, at);
        unsigned char c;
        char escape;

        if (run > 0) /* else: the text may be nowhere */
            buffer_put(out, t.at + at, run);
        at += run;
        if (at >= t.size)
            break;
        c = (unsigned char)t.at[at];
        escape = short_escape(c);
        if (utf8 && c >= 0x80) {
            at += put_wide(out, t, at);
            continue;
        }
        if (escape == 'u') {
            put_unit(out, c);
        } else {
            buffer_put_char(out, '\\');
            buffer_put_char(out, escape);
        }
        at++;
    }
    buffer_put_char(out, '"');
}

void json_quote_text(struct buffer *out, struct text utf8)
{
    quote(out, utf8, true);
}

void json_quote_octets(struct buffer *out, struct text octets)
{
    quote(out, octets, false);
}

void json_put_message(struct buffer *out, struct text utf8)
{
    for (size_t at = 0; at < utf8.size;) {
        unsigned char c = (unsigned char)utf8.at[at];
        uint32_t code = c;
        size_t size = c < 0x80 ? 1 : take_utf8(utf8, at, &code);

        /* C0, DEL and C1 controls. */
        if (code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0xfffd)
            put_unit(out, code);
        else
            buffer_put(out, utf8.at + at, size);
        at += size;
    }
}

void json_quote_message(struct buffer *out, struct text utf8)
{
    buffer_put_char(out, '"');
    json_put_message(out, utf8);
    buffer_put_char(out, '"');
}
