/*
 * address.h - IPv4 and IPv6 addresses and networks: read, written, compared.
 *
 * Text form as in RFC 5321 4.1.3 without brackets and tag: dotted decimal without leading zeros, and
 * RFC 4291 2.2 for IPv6.  Written in the one form of RFC 5952, so equal addresses have equal texts.
 *
 * Owner   plain values.  Errors  false for what is not an address; nothing else fails.
 */
#ifndef SIM_NET_ADDRESS_H
#define SIM_NET_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/text.h"

enum address_family { ADDRESS_NONE = 0, ADDRESS_IPV4 = 4, ADDRESS_IPV6 = 6 };

struct address {
    uint8_t octets[16]; /* network order; IPv4: the first four, the rest 0 */
    uint8_t family;     /* enum address_family; ADDRESS_NONE: no address */
};

/* The longest text: eight groups of four digits. */
enum { ADDRESS_TEXT_MAX = 39 };

/* "192.0.2.1" or "2001:db8::1"; false (and *a untouched) for anything else. */
bool address_parse(struct text t, struct address *a);
/* Writes at most ADDRESS_TEXT_MAX octets, no NUL; returns how many. */
size_t address_write(const struct address *a, char *out);
void address_put(struct buffer *b, const struct address *a);
bool address_equal(const struct address *a, const struct address *b);
uint64_t address_hash(const struct address *a);
/* 127.0.0.0/8 and ::1. */
bool address_is_loopback(const struct address *a);
static inline size_t address_size(const struct address *a)
{
    return a->family == ADDRESS_IPV6 ? 16 : 4;
}

/* A network in CIDR notation (RFC 4632, RFC 4291 2.3). */
struct address_net {
    struct address address; /* bits beyond the prefix are 0 */
    uint8_t prefix;         /* bits */
};

/* "192.0.2.0/24"; an address alone is a network of one.  Bits set beyond the prefix are refused. */
bool address_net_parse(struct text t, struct address_net *n);
bool address_net_holds(const struct address_net *n, const struct address *a);

#endif
