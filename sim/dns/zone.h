/*
 * zone.h - the world's zones: what is true about names, and which servers say so (RFC 1034 4.2).
 *
 * One `struct dns_zones` holds all zones of a world, as one tree of names.  A name belongs to the
 * nearest zone at or above it.  A zone has an implied SOA, and an implied NS for each of its servers,
 * until it is given written ones.  Look-up follows RFC 1034 4.3.2: CNAMEs inside what the server serves,
 * wildcards (RFC 4592), empty non-terminals exist (RFC 4592 2.2.2), a denial carries the SOA (RFC 2308).
 *
 * Simplified   there are no delegations: resolvers are told the servers of each zone, so there is no
 *              walk from the root, no referral and no glue.  No zone transfers, no DNSSEC.  A question
 *              for type ANY gets one RRset (RFC 8482 4.1).
 *
 * Units   TTLs in seconds.
 * Owner   everything is copied into `struct memory`; what a look-up returns is borrowed until the
 *         next change.
 * Errors  enum dns_zone_error; a look-up has none: what is not there is denied.
 */
#ifndef SIM_DNS_ZONE_H
#define SIM_DNS_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/dns/message.h"
#include "sim/dns/record.h"
#include "sim/kernel/memory.h"
#include "sim/kernel/table.h"
#include "sim/kernel/text.h"

enum {
    DNS_ZONE_TTL_S = 3600,     /* a sensible default */
    DNS_ZONE_MINIMUM_S = 3600, /* for denials; one to three hours "work well" (RFC 2308 5) */
    DNS_CHAIN_MAX = 8          /* CNAMEs followed for one question */
};
#define DNS_TTL_OF_ZONE UINT32_MAX /* as a record's TTL: the zone's default */
#define DNS_ZONE_NONE   UINT32_MAX /* no zone */

struct dns_zone_server {
    struct text host; /* its name, for NS */
    uint32_t address; /* index into net->addresses */
};

struct dns_zone {
    struct text origin;
    uint32_t node;
    uint32_t ttl_s;                  /* of records that do not say */
    uint32_t minimum_s;              /* of the implied SOA */
    struct dns_zone_server *servers; /* in the order in which resolvers try them */
    uint32_t server_count, server_capacity;
};

struct dns_zones {
    struct memory *memory;
    struct table names; /* every name, all its ancestors too: index of its node */
    struct dns_node *nodes;
    uint32_t node_count, node_capacity;
    struct dns_zone *zones; /* in the order of dns_zone_add() */
    uint32_t zone_count, zone_capacity;
    struct dns_message reply; /* the one that some resolver is reading: one for all, it is large */
};

enum dns_zone_error {
    DNS_ZONE_OK,
    DNS_ZONE_BAD_NAME,     /* owner or target is not a name */
    DNS_ZONE_OUTSIDE,      /* the owner belongs to no zone */
    DNS_ZONE_TWICE,        /* the zone or the record is there already */
    DNS_ZONE_CNAME_BESIDE, /* a CNAME beside other data (RFC 1034 3.6.2, RFC 2181 10.1) */
    DNS_ZONE_DELEGATION,   /* NS or SOA below the zone's apex */
    DNS_ZONE_BAD_TYPE      /* not a type that zones hold */
};

void dns_zones_init(struct dns_zones *z, struct memory *memory);
void dns_zones_free(struct dns_zones *z);

/* Adds a zone; its index goes to `*zone`.  Add all zones before their records. */
enum dns_zone_error dns_zone_add(struct dns_zones *z, struct text origin, uint32_t ttl_s,
                                 uint32_t *zone);
/* How long a denial may be kept: the implied SOA's minimum (RFC 2308 4), else DNS_ZONE_MINIMUM_S. */
void dns_zone_set_minimum(struct dns_zones *z, uint32_t zone, uint32_t minimum_s);
/* One more server for the zone; dns_server_serve() calls this. */
void dns_zone_add_server(struct dns_zones *z, uint32_t zone, struct text host, uint32_t address);
/* Adds a record to the nearest zone.  A written SOA replaces the implied one, written NS too.  An
 * RRset has one TTL, the least that was given (RFC 2181 5.2). */
enum dns_zone_error dns_zone_add_record(struct dns_zones *z, const struct dns_record *record);
/* Takes the records of `name` and `type` away; true if there were any. */
bool dns_zone_remove(struct dns_zones *z, struct text name, uint16_t type);
/* In words, for an error message. */
const char *dns_zone_error_text(enum dns_zone_error error);

/* The zone of that very name, or DNS_ZONE_NONE. */
uint32_t dns_zone_find(const struct dns_zones *z, struct text origin);
/* The nearest zone at or above `name`, or DNS_ZONE_NONE. */
uint32_t dns_zone_of(const struct dns_zones *z, struct text name);

/* ---- what a server says ------------------------------------------------------------------------ */

enum { DNS_SETS_MAX = DNS_CHAIN_MAX + 1 };

struct dns_answer {
    enum dns_rcode rcode;
    struct dns_answer_set {
        const struct dns_record *records;
        uint32_t count;
        struct text owner; /* stands for the records' own name (a wildcard's), else empty */
    } sets[DNS_SETS_MAX];  /* CNAMEs, then what was asked for */
    uint32_t set_count;
    const struct dns_record *denial; /* the SOA that goes with NXDOMAIN and NODATA, or NULL */
};

/* What a server says that has the zones for which `serves` is true; names outside are REFUSED. */
void dns_zones_answer(const struct dns_zones *z, struct text name, uint16_t type,
                      bool (*serves)(const void *context, uint32_t zone), const void *context,
                      struct dns_answer *out);
/* The SOA of a zone. */
const struct dns_record *dns_zone_soa(const struct dns_zones *z, uint32_t zone);

#endif
