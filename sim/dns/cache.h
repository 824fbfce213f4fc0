/*
 * cache.h - what a resolver has been told, until it is too old (RFC 1035 7.4, RFC 2308).
 *
 * An entry is an RRset or a denial; denials have no records.  An entry lasts to the nanosecond: at
 * the moment in which its TTL has passed it is gone.  Whatever came in the message that is being
 * worked on counts as present whatever its TTL, so a TTL of 0 serves the question that fetched it.
 *
 * Bounded by names: the name used least recently goes first, unless a question about it is under way.
 * A name goes before that if all that was known of it is too old and that has been said, or has been
 * so for a day.
 * Entries are given back only in dns_cache_keep() and dns_cache_trim(), never by a look-up, so what a
 * look-up returned stays until the next message.
 *
 * Units   time in simulated nanoseconds.
 * Owner   the cache owns its entries and names.
 * Errors  none: what is not known is NULL or false.
 */
#ifndef SIM_DNS_CACHE_H
#define SIM_DNS_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/dns/record.h"
#include "sim/kernel/memory.h"
#include "sim/kernel/table.h"

enum { DNS_NO_SUCH_NAME = 0 }; /* "type" of the denial of a whole name (NXDOMAIN) */

struct dns_kept {
    struct dns_kept *next; /* of the same name */
    int64_t expires_ns;
    uint64_t message; /* in which it came */
    size_t size;      /* octets of this block, records and texts included */
    struct dns_record *records;
    uint32_t count; /* 0: a denial */
    uint16_t type;
    bool told; /* that it is too old */
};

/* A name of which something is known, or asked. */
struct dns_known {
    struct text name;
    uint32_t index;
    struct dns_known *newer, *older; /* in the order of use */
    struct dns_kept *kept;
    struct dns_flight *flights; /* questions under way (resolver.c) */
};

struct dns_cache {
    struct memory *memory;
    struct table names;
    struct dns_known **known; /* by index; NULL: free */
    uint32_t *free;           /* indices given back */
    uint32_t count, used, capacity, free_count, names_max;
    struct dns_known *newest, *oldest;
    uint64_t message; /* number of the message that is being worked on */
};

void dns_cache_init(struct dns_cache *c, struct memory *memory, uint32_t names_max);
/* Forgets everything; no question may be under way. */
void dns_cache_clear(struct dns_cache *c);

/* NULL if nothing is known. */
struct dns_known *dns_cache_find(struct dns_cache *c, struct text name);
/* Makes it if need be; names it the most recently used. */
struct dns_known *dns_cache_make(struct dns_cache *c, struct text name);

/* The entry that answers a question of `type`: the RRset, a CNAME, or a denial; NULL if there is none
 * that lives. */
const struct dns_kept *dns_cache_look(struct dns_cache *c, struct dns_known *known, uint16_t type,
                                      int64_t now_ns);
/* True once for each entry of that name and type that has grown too old: time to say so. */
bool dns_cache_expired(struct dns_known *known, uint16_t type, int64_t now_ns);

/* Keeps those of `records` that are `known`'s and of `type`, for the least of their TTLs; false if
 * there are none. */
bool dns_cache_keep(struct dns_cache *c, struct dns_known *known, uint16_t type,
                    const struct dns_record *records, uint32_t count, int64_t now_ns);
/* Keeps the denial of `type`, or of the name (DNS_NO_SUCH_NAME), for `ttl_s`. */
void dns_cache_deny(struct dns_cache *c, struct dns_known *known, uint16_t type, uint32_t ttl_s,
                    int64_t now_ns);
/* Lets names go until the bound is kept. */
void dns_cache_trim(struct dns_cache *c, int64_t now_ns);

#endif
