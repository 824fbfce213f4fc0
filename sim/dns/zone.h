/*
 * zone.h - the world's zones: what is true about names, and which servers say so (RFC 1034 4.2).
 *
 * One `struct dns_zones` holds all zones of a world, as one tree of names.  A name belongs to the
 * nearest zone at or above it.  A zone without a written SOA or NS has implied ones.  Look-up follows
 * RFC 1034 4.3.2: CNAMEs inside what the server serves, wildcards (RFC 4592), empty non-terminals
 * exist, and a denial carries the SOA (RFC 2308).
 *
 * Simplified   there are no delegations: resolvers are told the servers of each zone, so there is no
 *              walk from the root, no referral and no glue.  No zone transfers, no DNSSEC.
 *
 * Units   TTLs in seconds.
 * Owner   everything is copied into `struct memory`.
 */
#ifndef SIM_DNS_ZONE_H
#define SIM_DNS_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/dns/record.h"
#include "sim/kernel/memory.h"
#include "sim/kernel/table.h"
#include "sim/kernel/text.h"

enum { DNS_ZONE_TTL_DEFAULT_S = 3600, DNS_ZONE_MINIMUM_DEFAULT_S = 300, DNS_CHAIN_MAX = 8 };

struct dns_zone;  /* inside: zone.c */
struct dns_rrset; /* records of one name and type */

struct dns_zones {
    struct memory *memory;
    struct table names; /* every name and all its ancestors -> nodes */
    struct dns_node *nodes;
    uint32_t node_count, node_capacity;
    struct dns_zone *zones; /* in the order of dns_zone_add() */
    uint32_t zone_count, zone_capacity;
};

enum dns_zone_error {
    DNS_ZONE_OK,
    DNS_ZONE_BAD_NAME,     /* owner or target is not a name */
    DNS_ZONE_OUTSIDE,      /* the owner belongs to no zone */
    DNS_ZONE_TWICE,        /* the zone or the record is there already */
    DNS_ZONE_CNAME_BESIDE, /* a CNAME beside other data (RFC 1034 3.6.2, RFC 2181 10.1) */
    DNS_ZONE_DELEGATION    /* NS or SOA below the zone's apex */
};

void dns_zones_init(struct dns_zones *z, struct memory *memory);
void dns_zones_free(struct dns_zones *z);

/* Adds a zone; its index goes to `*zone`.  Add zones before their records. */
enum dns_zone_error dns_zone_add(struct dns_zones *z, struct text origin, uint32_t *zone);
/* Adds a record to the nearest zone; a written SOA replaces the implied one, a written NS too. */
enum dns_zone_error dns_zone_add_record(struct dns_zones *z, const struct dns_record *record);
/* Takes the records of `name` and `type` away (0: all types); true if there were any. */
bool dns_zone_remove(struct dns_zones *z, struct text name, uint16_t type);
/* In words, for an error message. */
const char *dns_zone_error_text(enum dns_zone_error error);

/* The zone of that very name, or DNS_ZONE_NONE. */
uint32_t dns_zone_find(const struct dns_zones *z, struct text origin);
/* The nearest zone at or above `name`, or DNS_ZONE_NONE. */
uint32_t dns_zone_of(const struct dns_zones *z, struct text name);
struct text dns_zone_name(const struct dns_zones *z, uint32_t zone);
#define DNS_ZONE_NONE UINT32_MAX

/* What a server that serves the zones in `served` says: whole RRsets to write, in order. */
struct dns_answer {
    enum dns_rcode rcode;
    struct {
        const struct dns_record *records;
        uint32_t count;
        struct text owner; /* set where it differs from the records' (a wildcard), else empty */
    } sets[DNS_CHAIN_MAX + 2];
    uint32_t set_count;
    const struct dns_record *denial; /* the SOA that goes with NXDOMAIN and NODATA, or NULL */
    struct text final;               /* the name at the end of the CNAMEs */
};

/* `serves(context, zone)` tells which zones the server has; a name outside them is REFUSED. */
void dns_zones_answer(const struct dns_zones *z, bool (*serves)(const void *context, uint32_t zone),
                      const void *context, struct text name, uint16_t type, struct dns_answer *out);

#endif
