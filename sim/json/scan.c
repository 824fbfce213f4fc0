/*
 * scan.c - strings and numbers, octet by octet.
 *
 * Most strings are ASCII without escapes, so the loop over them tests one table per octet and leaves
 * at the first octet that needs thought.
 */
#include "sim/json/scan.h"

#include <assert.h>

/* Octets that need no thought inside a string: printable ASCII but quote and backslash. */
static inline bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static inline unsigned char octet(struct text input, size_t at)
{
    return at < input.size ? (unsigned char)input.at[at] : 0;
}

size_t json_scan_utf8(struct text input, size_t at)
{
    unsigned char a = octet(input, at), b = octet(input, at + 1);
    unsigned char low = 0x80, high = 0xbf; /* of the second octet */
    size_t size;

    if (a < 0x80)
        return at < input.size ? 1 : 0;
    if (a >= 0xc2 && a <= 0xdf)
        size = 2;
    else if (a >= 0xe0 && a <= 0xef)
        size = 3;
    else if (a >= 0xf0 && a <= 0xf4)
        size = 4;
    else
        return 0;
    if (a == 0xe0)
        low = 0xa0;
    else if (a == 0xed)
        high = 0x9f;
    else if (a == 0xf0)
        low = 0x90;
    else if (a == 0xf4)
        high = 0x8f;
    if (b < low || b > high)
        return 0;
    for (size_t i = 2; i < size; i++)
        if ((octet(input, at + i) & 0xc0) != 0x80)
            return 0;
    return size;
}

static int hex_digit(unsigned char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The four digits of a \u escape, or -1. */
static int32_t hex_unit(struct text input, size_t at)
{
    int32_t unit = 0;

    for (size_t i = 0; i < 4; i++) {
        int digit = hex_digit(octet(input, at + i));

        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

/* Checks the escape at the backslash; *size is how much of it belongs together. */
static const char *check_escape(struct text input, size_t at, size_t *size)
{
    unsigned char c = octet(input, at + 1);
    int32_t unit, low;

    *size = 2;
    if (c != 0 && strchr("\"\\/bfnrt", c))
        return NULL;
    if (c != 'u') {
        *size = 1; /* what follows is looked at by itself: it may be the closing quote */
        return "there is no such escape; \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four "
               "hexadecimal digits are all";
    }
    unit = hex_unit(input, at + 2);
    if (unit < 0)
        return "\\u needs four hexadecimal digits";
    *size = 6;
    if (unit >= 0xdc00 && unit <= 0xdfff)
        return "the second half of a surrogate pair stands alone";
    if (unit < 0xd800 || unit > 0xdbff)
        return NULL;
    low =
        octet(input, at + 6) == '\\' && octet(input, at + 7) == 'u' ? hex_unit(input, at + 8) : -1;
    if (low < 0xdc00 || low > 0xdfff)
        return "the first half of a surrogate pair stands alone";
    *size = 12;
    return NULL;
}

const char *json_scan_string(struct text input, size_t *at, size_t *resume, bool *plain)
{
    size_t i = *at;

    for (;;) {
        const char *error = NULL;
        size_t size = 1;
        unsigned char c;

        while (i < input.size && is_plain((unsigned char)input.at[i]))
            i++;
        *at = i;
        *resume = 0;
        if (i >= input.size)
            return "the text ends inside a string";
        c = (unsigned char)input.at[i];
        if (c == '"') {
            *at = i + 1;
            return NULL;
        }
        *plain = false;
        if (c == '\n' || c == '\r')
            return "the line ends inside a string";
        if (c == '\\') {
            error = check_escape(input, i, &size);
        } else if (c < 0x20) {
            error = "a control character must be written as an escape";
        } else if (c >= 0x80) {
            size = json_scan_utf8(input, i);
            if (size == 0) {
                error = "this is not UTF-8";
                size = 1;
            }
        }
        i += size;
        if (error) {
            *resume = i;
            return error;
        }
    }
}

static void put_utf8(struct buffer *out, uint32_t c)
{
    char octets[4];
    size_t size;

    if (c < 0x80) {
        octets[0] = (char)c;
        size = 1;
    } else if (c < 0x800) {
        octets[0] = (char)(0xc0 | c >> 6);
        octets[1] = (char)(0x80 | (c & 0x3f));
        size = 2;
    } else if (c < 0x10000) {
        octets[0] = (char)(0xe0 | c >> 12);
        octets[1] = (char)(0x80 | (c >> 6 & 0x3f));
        octets[2] = (char)(0x80 | (c & 0x3f));
        size = 3;
    } else {
        octets[0] = (char)(0xf0 | c >> 18);
        octets[1] = (char)(0x80 | (c >> 12 & 0x3f));
        octets[2] = (char)(0x80 | (c >> 6 & 0x3f));
        octets[3] = (char)(0x80 | (c & 0x3f));
        size = 4;
    }
    buffer_put(out, octets, size);
}

/* One escape at the backslash, checked before (or lenient); returns its size. */
static size_t decode_escape(struct text raw, size_t at, uint32_t *c)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    size_t size;
    int32_t unit;

    if (check_escape(raw, at, &size) != NULL) {
        *c = 0xfffd;
        return size;
    }
    if (size == 2) {
        const char *found = strchr(from, raw.at[at + 1]);

        assert(found);
        *c = (unsigned char)to[found - from];
        return size;
    }
    unit = hex_unit(raw, at + 2);
    *c = (uint32_t)unit;
    if (size == 12)
        *c = 0x10000 + (((uint32_t)unit - 0xd800) << 10) +
             ((uint32_t)hex_unit(raw, at + 8) - 0xdc00);
    return size;
}

static size_t decode_utf8(struct text raw, size_t at, uint32_t *c)
{
    static const unsigned char mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    size_t size = json_scan_utf8(raw, at);

    if (size == 0) {
        *c = 0xfffd;
        return 1;
    }
    *c = (unsigned char)raw.at[at] & mask[size];
    for (size_t i = 1; i < size; i++)
        *c = *c << 6 | ((unsigned char)raw.at[at + i] & 0x3f);
    return size;
}

bool json_scan_decode(struct text raw, enum json_strings strings, bool lenient, struct buffer *out)
{
    size_t at = 0;

    while (at < raw.size) {
        size_t start = at;
        uint32_t c;

        while (at < raw.size && is_plain((unsigned char)raw.at[at]))
            at++;
        buffer_put(out, raw.at + start, at - start);
        if (at >= raw.size)
            break;
        at += raw.at[at] == '\\' ? decode_escape(raw, at, &c) : decode_utf8(raw, at, &c);
        if (lenient && c == 0)
            c = 0xfffd;
        if (strings == JSON_OCTETS) {
            if (c > 0xff)
                return false;
            buffer_put_char(out, (char)(unsigned char)c);
        } else {
            put_utf8(out, c);
        }
    }
    return true;
}

/* ---- numbers ------------------------------------------------------------------------------- */

static inline bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

/* A decimal number as it is read: value * 10^exponent, zeros at the end held back in `zeros`. */
struct decimal {
    uint64_t value;
    int64_t zeros, exponent;
    bool overflow;
};

static bool decimal_times_ten(struct decimal *d)
{
    if (d->value > UINT64_MAX / 10)
        return false;
    d->value *= 10;
    return true;
}

static void decimal_digit(struct decimal *d, unsigned digit)
{
    if (digit == 0) {
        d->zeros += d->value != 0; /* not those in front */
        return;
    }
    for (d->zeros++; d->zeros > 0; d->zeros--)
        if (d->overflow || !decimal_times_ten(d)) {
            d->overflow = true;
            d->zeros = 0;
            return;
        }
    if (d->value > UINT64_MAX - digit)
        d->overflow = true;
    else
        d->value += digit;
}

/* Sets value, whole and out_of_range from the digits. */
static void decimal_finish(struct decimal *d, bool negative, struct json_scanned_number *n)
{
    const uint64_t limit = (uint64_t)INT64_MAX + negative;
    int64_t exponent = d->exponent + d->zeros;

    n->value = 0;
    n->whole = true;
    if (d->overflow) {
        /* More than 19 digits that count: too large, unless the fraction takes some of them away;
         * then it is not whole either, since the last of them is not 0. */
        n->whole = false;
        n->out_of_range = exponent >= 0;
        return;
    }
    if (d->value == 0)
        return;
    if (exponent < 0) {
        n->whole = false;
        return;
    }
    for (; exponent > 0 && d->value <= limit; exponent--)
        if (!decimal_times_ten(d))
            d->value = UINT64_MAX;
    if (d->value > limit) {
        n->whole = false;
        n->out_of_range = true;
        return;
    }
    n->value = negative ? (int64_t)(~d->value + 1) : (int64_t)d->value;
}

static size_t scan_digits(struct text input, size_t at, struct decimal *d, bool fraction)
{
    for (; is_digit(octet(input, at)); at++) {
        decimal_digit(d, (unsigned)(octet(input, at) - '0'));
        d->exponent -= fraction;
    }
    return at;
}

static size_t scan_exponent(struct text input, size_t at, struct decimal *d, const char **error)
{
    bool negative = octet(input, at) == '-';
    int64_t exponent = 0;
    size_t start;

    if (octet(input, at) == '-' || octet(input, at) == '+')
        at++;
    start = at;
    for (; is_digit(octet(input, at)); at++)
        if (exponent < INT64_C(1000000000000000))
            exponent = exponent * 10 + (octet(input, at) - '0');
    if (at == start)
        *error = "a digit must follow the exponent's e";
    d->exponent += negative ? -exponent : exponent;
    return at;
}

const char *json_scan_number(struct text input, size_t at, struct json_scanned_number *n)
{
    struct decimal d = {0, 0, 0, false};
    const char *error = NULL;
    bool negative = octet(input, at) == '-';
    size_t start, digits;

    *n = (struct json_scanned_number){.plain = true};
    if (octet(input, at) == '+')
        error = "a number has no plus sign";
    if (octet(input, at) == '-' || octet(input, at) == '+')
        at++;
    start = at;
    at = scan_digits(input, at, &d, false);
    if (at == start)
        error = error ? error : "a digit must come first";
    else if (at - start > 1 && input.at[start] == '0')
        error = error ? error : "a number has no leading zeros";
    if (octet(input, at) == '.') {
        n->plain = false;
        digits = at + 1;
        at = scan_digits(input, digits, &d, true);
        if (at == digits)
            error = error ? error : "a digit must follow the point";
    }
    if ((octet(input, at) | 0x20) == 'e') {
        n->plain = false;
        at = scan_exponent(input, at + 1, &d, &error);
    }
    decimal_finish(&d, negative, n);
    while (is_digit(octet(input, at)) ||
           (octet(input, at) != 0 && strchr("+-.", octet(input, at)))) {
        error = "this is not a number";
        n->other = true;
        at++;
    }
    n->end = at;
    return error;
}
