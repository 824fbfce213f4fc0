/*
 * test_json_quote.c - quoted strings against the plainest way to write them, for every octet at every
 * place of texts of every small size: the writer looks at eight octets at once, and this must not show.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "sim/json/write.h"
#include "sim/kernel/memory.h"

static void quote_plainly(struct buffer *b, struct text t)
{
    buffer_put_char(b, '"');
    for (size_t i = 0; i < t.size; i++) {
        unsigned char c = (unsigned char)t.at[i];
        const char *from = "\"\\\b\f\n\r\t", *to = "\"\\bfnrt", *found = c ? strchr(from, c) : NULL;
        char escape[8];
        if (found)
            snprintf(escape, sizeof escape, "\\%c", to[found - from]);
        else if (c < 0x20 || c >= 0x7f)
            snprintf(escape, sizeof escape, "\\u%04x", c);
        else
            snprintf(escape, sizeof escape, "%c", c);
        buffer_put_string(b, escape);
    }
    buffer_put_char(b, '"');
}

Test(json_quote, every_octet_at_every_place)
{
    struct memory m;
    struct buffer got, want;

    memory_init(&m, 0);
    buffer_init(&got, &m);
    buffer_init(&want, &m);
    for (size_t size = 0; size <= 26; size++)
        for (size_t place = 0; place < (size ? size : 1); place++)
            for (int c = 0; c < 256; c++) {
                /* On the heap at its exact size, so that a sanitizer sees an octet too many. */
                char *octets = memory_take(&m, size);
                memset(octets, 'a', size);
                if (size > 0)
                    octets[place] = (char)c;
                buffer_clear(&got);
                buffer_clear(&want);
                json_quote_octets(&got, text_from(octets, size));
                quote_plainly(&want, text_from(octets, size));
                cr_assert(text_equal(buffer_text(&got), buffer_text(&want)), "size %zu, %d at %zu",
                          size, c, place);
                memory_give(&m, octets, size);
            }
    memory_end(&m);
}
