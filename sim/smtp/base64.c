/* base64.c - see base64.h. */
#include "sim/smtp/base64.h"

#include <stdint.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_put(struct buffer *out, struct text octets)
{
    for (size_t at = 0; at < octets.size; at += 3) {
        size_t left = octets.size - at;
        uint32_t group = 0;

        for (size_t i = 0; i < 3; i++)
            group = group << 8 | (i < left ? (unsigned char)octets.at[at + i] : 0);
        for (size_t i = 0; i < 4; i++)
            buffer_put_char(out, i <= left ? letters[group >> (18 - 6 * i) & 63] : '=');
    }
}

static int value_of(char c)
{
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : c >= '0' && c <= '9' ? c - '0' + 52
           : c == '+'             ? 62
           : c == '/'             ? 63
                                  : -1;
}

bool base64_decode(struct buffer *out, struct text encoded)
{
    if (encoded.size % 4 != 0)
        return false;
    for (size_t at = 0; at < encoded.size; at += 4) {
        const char *c = encoded.at + at;
        bool end = at + 4 == encoded.size;
        size_t pad = end && c[3] == '=' ? 1U + (c[2] == '=') : 0;
        uint32_t group = 0;

        for (size_t i = 0; i < 4; i++) {
            int value = i >= 4 - pad ? 0 : value_of(c[i]);

            if (value < 0)
                return false;
            group = group << 6 | (uint32_t)value;
        }
        if (group & ((UINT32_C(1) << 8 * pad) - 1)) /* bits that stand for nothing */
            return false;
        for (size_t i = 0; i < 3 - pad; i++)
            buffer_put_char(out, (char)(group >> (16 - 8 * i) & 255));
    }
    return true;
}
