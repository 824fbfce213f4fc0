/*
 * record.h - one resource record, typed (RFC 1035 3.2 to 3.4, RFC 3596).
 *
 * Units   TTLs in seconds, 0 to 2^31 - 1 (RFC 2181 8).
 * Owner   a record borrows its texts from whoever made it: a zone, a cache or a message.
 * Errors  none: a number without a name has one that says the number, or that stands for it.
 */
#ifndef SIM_DNS_RECORD_H
#define SIM_DNS_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/text.h"
#include "sim/net/address.h"

/* Types by their numbers on the wire. */
#define DNS_TYPES(T)                                                                               \
    T(A, 1)                                                                                        \
    T(NS, 2)                                                                                       \
    T(CNAME, 5)                                                                                    \
    T(SOA, 6)                                                                                      \
    T(PTR, 12)                                                                                     \
    T(MX, 15)                                                                                      \
    T(TXT, 16)                                                                                     \
    T(AAAA, 28)                                                                                    \
    T(OPT, 41)                                                                                     \
    T(ANY, 255)

enum dns_type {
#define T(name, number) DNS_##name = number,
    DNS_TYPES(T)
#undef T
};

enum { DNS_CLASS_IN = 1, DNS_TTL_MAX = INT32_MAX };

/* RFC 1035 4.1.1. */
enum dns_rcode { DNS_NOERROR, DNS_FORMERR, DNS_SERVFAIL, DNS_NXDOMAIN, DNS_NOTIMP, DNS_REFUSED };

struct dns_soa {
    struct text mname, rname; /* rname: a mailbox with a dot for its @ */
    uint32_t serial, refresh_s, retry_s, expire_s;
    uint32_t minimum_s; /* how long a denial may be kept (RFC 2308 4) */
};

struct dns_record {
    struct text name; /* owner */
    uint16_t type;
    uint16_t preference; /* MX */
    uint32_t ttl_s;
    struct text target;        /* MX's exchange, NS, CNAME, PTR: a name */
    struct address address;    /* A, AAAA */
    struct text strings;       /* TXT: each string behind its length octet; unknown types: RDATA */
    const struct dns_soa *soa; /* SOA */
};

/* "MX"; "TYPE99" (RFC 3597 5) goes to `scratch` where there is no name. */
struct text dns_type_name(uint16_t type, char scratch[12]);
/* The type of that name, ASCII case aside; 0 if there is none. */
uint16_t dns_type_find(struct text name);
/* "NXDOMAIN"; "RCODE11" becomes "SERVFAIL", since whoever asks treats it so. */
struct text dns_rcode_name(unsigned rcode);
/* True for CNAME, NS, PTR and MX. */
bool dns_type_has_target(uint16_t type);

/* "shop.example 3600 MX 10 mx.shop.example"; `owner` stands for the record's name unless empty. */
void dns_record_put(struct buffer *b, const struct dns_record *r, struct text owner,
                    uint32_t ttl_s);
/* The data alone: "10 mx.shop.example". */
void dns_record_put_data(struct buffer *b, const struct dns_record *r);
/* Same owner, type and data; TTLs and ASCII case in names do not count. */
bool dns_record_equal(const struct dns_record *a, const struct dns_record *b);

/* ---- several ----------------------------------------------------------------------------------- */

/* Octets that dns_records_copy() needs. */
size_t dns_records_size(const struct dns_record *records, uint32_t count);
/* Copies the records with their texts into `block`, aligned for any object.  `owner` (not copied)
 * becomes the name of all, unless it is empty. */
struct dns_record *dns_records_copy(void *block, const struct dns_record *records, uint32_t count,
                                    struct text owner);

/* Records as texts, for the trace: add them, then ask for the items. */
struct dns_listing {
    struct buffer octets;
    struct text *items;
    uint32_t count, capacity;
};

void dns_listing_init(struct dns_listing *l, struct memory *memory);
void dns_listing_add(struct dns_listing *l, const struct dns_record *r, struct text owner,
                     uint32_t ttl_s);
/* Valid until the next addition. */
const struct text *dns_listing_items(struct dns_listing *l);
void dns_listing_free(struct dns_listing *l);

/* TXT: puts `t` as character strings of at most 255 octets. */
void dns_txt_put(struct buffer *b, struct text t);
/* TXT: the character strings of `strings`, joined. */
void dns_txt_join(struct buffer *b, struct text strings);

#endif
