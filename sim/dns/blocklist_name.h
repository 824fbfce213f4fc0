/*
 * blocklist_name.h - under which name a DNS blocklist is asked about an address (RFC 5782 2.1, 2.4).
 *
 * Pure.  Owner  the caller's buffer.  Errors  none.
 */
#ifndef SIM_DNS_BLOCKLIST_NAME_H
#define SIM_DNS_BLOCKLIST_NAME_H

#include "sim/kernel/text.h"
#include "sim/net/address.h"

/* The address turned round: "99.2.0.192" by octets, or "b.a.9. ... .1.0.0.2" by nibbles. */
void blocklist_put_reversed(struct buffer *b, const struct address *a);
/* "99.2.0.192.bl.example". */
void blocklist_put_name(struct buffer *b, const struct address *a, struct text zone);

#endif
