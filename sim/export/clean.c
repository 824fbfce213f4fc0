#include "sim/export/clean.h"

static unsigned char octet(struct text t, size_t at)
{
    return at < t.size ? (unsigned char)t.at[at] : 0;
}

static bool is_between(unsigned char c, unsigned char low, unsigned char high)
{
    return c >= low && c <= high;
}

/* The table of RFC 3629 4: no overlong forms, no surrogates, nothing above U+10FFFF. */
size_t clean_size(struct text t, size_t at)
{
    unsigned char a = octet(t, at), b = octet(t, at + 1);
    unsigned char low = a == 0xe0 ? 0xa0 : a == 0xf0 ? 0x90 : 0x80;
    unsigned char high = a == 0xed ? 0x9f : a == 0xf4 ? 0x8f : 0xbf;
    size_t size = a < 0x80 ? 1 : a < 0xe0 ? 2 : a < 0xf0 ? 3 : 4;

    if (a < 0x80)
        return 1;
    if (!is_between(a, 0xc2, 0xf4) || !is_between(b, low, high))
        return 0;
    for (size_t i = 2; i < size; i++)
        if (!is_between(octet(t, at + i), 0x80, 0xbf))
            return 0;
    return size;
}

/* C0, DEL and C1 (U+0080 to U+009F, two octets). */
static bool is_control(struct text t, size_t at)
{
    unsigned char c = octet(t, at);

    return c < ' ' || c == 0x7f || (c == 0xc2 && octet(t, at + 1) < 0xa0);
}

void clean_put(struct buffer *b, struct text octets)
{
    for (size_t i = 0; i < octets.size;) {
        size_t size = clean_size(octets, i);

        if (size == 0)
            buffer_put_string(b, "\xef\xbf\xbd");
        else if (is_control(octets, i))
            buffer_put_char(b, '?');
        else
            buffer_put(b, octets.at + i, size);
        i += size > 0 ? size : 1;
    }
}

struct text clean_prefix(struct text t, size_t characters)
{
    size_t i = 0;

    while (i < t.size && characters-- > 0)
        i += clean_size(t, i) > 0 ? clean_size(t, i) : 1;
    return text_from(t.at, i);
}
