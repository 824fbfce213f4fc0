/*
 * blocklist_name.c - octets or nibbles, last first.
 */
#include "sim/dns/blocklist_name.h"

void blocklist_put_reversed(struct buffer *b, const struct address *a)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = address_size(a); i > 0; i--) {
        if (b->size && i < address_size(a))
            buffer_put_char(b, '.');
        if (a->family == ADDRESS_IPV6) {
            buffer_put_char(b, digits[a->octets[i - 1] & 15]);
            buffer_put_char(b, '.');
            buffer_put_char(b, digits[a->octets[i - 1] >> 4]);
        } else {
            buffer_put_int(b, a->octets[i - 1]);
        }
    }
}

void blocklist_put_name(struct buffer *b, const struct address *a, struct text zone)
{
    blocklist_put_reversed(b, a);
    buffer_put_char(b, '.');
    buffer_put_text(b, zone);
}
