/* dsn.c - values and xtext of RFC 3461 section 4. */
#include "sim/mail/dsn.h"

#include <assert.h>

static const struct text rets[] = {TEXT_INIT(""), TEXT_INIT("FULL"), TEXT_INIT("HDRS")};

static const struct text notifies[] = {TEXT_INIT("NEVER"), TEXT_INIT("SUCCESS"),
                                       TEXT_INIT("FAILURE"), TEXT_INIT("DELAY")};

enum { RETS = sizeof rets / sizeof rets[0], NOTIFIES = sizeof notifies / sizeof notifies[0] };

bool dsn_ret_parse(struct text value, uint8_t *ret)
{
    for (unsigned i = DSN_RET_FULL; i < RETS; i++)
        if (text_equal_nocase(value, rets[i])) {
            *ret = (uint8_t)i;
            return true;
        }
    return false;
}

static unsigned notify_bit(struct text word)
{
    for (unsigned i = 0; i < NOTIFIES; i++)
        if (text_equal_nocase(word, notifies[i]))
            return 1U << i;
    return 0;
}

bool dsn_notify_parse(struct text value, uint8_t *notify)
{
    unsigned bits = 0;

    for (;;) {
        size_t end = text_find(value, ',');
        unsigned bit = notify_bit(text_from(value.at, end));

        if (bit == 0 || (bits & bit) != 0)
            return false;
        bits |= bit;
        if (end == value.size)
            break;
        value = text_after(value, end + 1);
    }
    *notify = (uint8_t)bits;
    return (bits & DSN_NOTIFY_NEVER) == 0 || bits == DSN_NOTIFY_NEVER;
}

bool dsn_envid_valid(struct text value)
{
    return value.size <= DSN_ENVID_MAX && dsn_xtext_valid(value);
}

/* 4.2: the type is an atom ("rfc822"); what it may be is registered, not ours to know. */
bool dsn_orcpt_valid(struct text value)
{
    size_t type = text_find(value, ';');

    if (type == 0 || type == value.size || value.size > DSN_ORCPT_MAX)
        return false;
    for (size_t i = 0; i < type; i++) {
        char c = ascii_lower(value.at[i]);

        if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-')
            return false;
    }
    return dsn_xtext_valid(text_after(value, type + 1));
}

struct text dsn_ret_name(uint8_t ret)
{
    assert(ret < RETS);
    return rets[ret];
}

void dsn_notify_put(struct buffer *out, uint8_t notify)
{
    bool first = true;

    for (unsigned i = 0; i < NOTIFIES; i++)
        if (notify & (1U << i)) {
            if (!first)
                buffer_put_char(out, ',');
            buffer_put_text(out, notifies[i]);
            first = false;
        }
}

/* ---- xtext ------------------------------------------------------------------------------------------ */

static const char digits[] = "0123456789ABCDEF";

static int hex_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool dsn_xtext_valid(struct text t)
{
    for (size_t i = 0; i < t.size; i++)
        if (t.at[i] == '+') {
            if (t.size - i < 3 || hex_value(t.at[i + 1]) < 0 || hex_value(t.at[i + 2]) < 0)
                return false;
            i += 2;
        } else if (t.at[i] < '!' || t.at[i] > '~' || t.at[i] == '=') {
            return false;
        }
    return t.size > 0;
}

void dsn_xtext_put(struct buffer *out, struct text plain)
{
    for (size_t i = 0; i < plain.size; i++) {
        unsigned char c = (unsigned char)plain.at[i];

        if (c > ' ' && c <= '~' && c != '+' && c != '=') {
            buffer_put_char(out, plain.at[i]);
            continue;
        }
        buffer_put_char(out, '+');
        buffer_put_char(out, digits[c >> 4]);
        buffer_put_char(out, digits[c & 15]);
    }
}

void dsn_xtext_decode(struct buffer *out, struct text xtext)
{
    assert(xtext.size == 0 || dsn_xtext_valid(xtext));
    for (size_t i = 0; i < xtext.size; i++)
        if (xtext.at[i] == '+') {
            buffer_put_char(out,
                            (char)(hex_value(xtext.at[i + 1]) * 16 + hex_value(xtext.at[i + 2])));
            i += 2;
        } else {
            buffer_put_char(out, xtext.at[i]);
        }
}
