/*
 * name.h - domain names: text inside the lab, labels on the wire (RFC 1035 2.3, 3.1, 4.1.4).
 *
 * Inside, a name is text without a final dot: "mx.shop.example"; the root is ".".  Octets of a label
 * that are not printable, and dots and backslashes in a label, are escaped as in RFC 1035 5.1
 * ("\.", "\\", "\032"), so that each name has one spelling and two names are equal when their texts
 * are, letters' case aside (RFC 4343).  The case that was written is kept.
 *
 * Units   octets.
 * Errors  a size of 0 or false: not a name.
 * Owner   results lie in the caller's arrays, or are parts of what was given.
 */
#ifndef SIM_DNS_NAME_H
#define SIM_DNS_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/text.h"

enum {
    DNS_LABEL_MAX = 63,      /* RFC 1035 2.3.4 */
    DNS_NAME_WIRE_MAX = 255, /* length octets and the root's included */
    DNS_NAME_TEXT_MAX = 4 * DNS_NAME_WIRE_MAX,
    DNS_LABELS_MAX = 127
};

/* The uncompressed wire form; its size, or 0 if `name` is not a name: an empty or too long label, too
 * long a name, a bad escape.  A final dot is allowed. */
size_t dns_name_to_wire(struct text name, uint8_t wire[DNS_NAME_WIRE_MAX]);

/* Reads a name at `*at` of a message, follows its pointers and moves `*at` behind it.  `out` takes at
 * most DNS_NAME_TEXT_MAX octets.  Returns the size of the text, or 0: cut short, too long, a reserved
 * label type, or a pointer that does not point backwards (which also ends every loop). */
size_t dns_name_from_wire(struct text message, size_t *at, char *out);

/* The one spelling of a name: without a final dot, escapes only where they are needed.  Its size in
 * `out`, or 0 if it is not a name. */
size_t dns_name_normalise(struct text name, char out[DNS_NAME_TEXT_MAX]);

/* The rest are for names in the one spelling. */

static inline bool dns_name_is_root(struct text name)
{
    return name.size == 1 && name.at[0] == '.';
}

static inline bool dns_name_equal(struct text a, struct text b)
{
    return text_equal_nocase(a, b);
}

/* Without the first label: "shop.example" of "mx.shop.example", "." of "example".  Not of the root. */
struct text dns_name_parent(struct text name);
/* True if `name` is `ancestor` or lies below it. */
bool dns_name_within(struct text name, struct text ancestor);

#endif
