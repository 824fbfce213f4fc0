/*
 * resolver.h - a host's resolver: asks name servers, keeps what they say, follows CNAMEs.
 *
 * Whoever asks embeds a `struct dns_asking`.  The callback comes from an event, never from inside
 * dns_ask(); what is in the cache is answered by an event at the same instant, or at once by
 * dns_peek().  Questions that are the same and under way are asked once.
 *
 *   cache     cache.h; denials for the lesser of the SOA's TTL and minimum (RFC 2308 5), at most three
 *             hours; failures are not kept.
 *   retries   each server in turn, `timeout_ns` each, then all again with the double time, `rounds`
 *             times: 5, 10 and 20 s with one server.  A server that fails (SERVFAIL, REFUSED, a broken
 *             reply, one cut short) is not asked again for this question.
 *   checked   a reply counts only with the right id, port, server and question (RFC 5452); records
 *             of a zone that the server does not have are not believed.
 *
 * Simplified   the servers of each zone are told, there is no walk from the root; a name in no zone
 *              fails at once unless some server serves all; an answer beyond 1232 octets comes cut
 *              short and counts as a failure, since there is no fall-back to TCP.
 *
 * Units   time in simulated nanoseconds, TTLs in seconds.
 * Errors  none to handle: what the world does wrong is an outcome.
 * Owner   the asker owns its `struct dns_asking` and cancels it before it goes away; a result is
 *         borrowed during the callback, or until the next message comes in.
 */
#ifndef SIM_DNS_RESOLVER_H
#define SIM_DNS_RESOLVER_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/dns/cache.h"
#include "sim/dns/message.h"
#include "sim/dns/record.h"
#include "sim/dns/zone.h"
#include "sim/kernel/queue.h"
#include "sim/kernel/random.h"
#include "sim/net/net.h"

/* Askers in the order in which they asked. */
struct dns_askers {
    struct dns_asking *first, *last;
};

struct dns_resolver_config {
    int64_t timeout_ns; /* for the first round; 0: 5 s (RFC 1123 6.1.3.3) */
    uint32_t rounds;    /* 0: 3 */
    uint32_t names_max; /* in the cache; 0: 10000 */
};

struct dns_resolver {
    struct net *net;
    struct dns_zones *zones;
    void *world; /* for callbacks */
    uint32_t host;
    struct dns_resolver_config config;
    struct random random; /* message ids */
    struct dns_cache cache;
    struct dns_askers ready;      /* will be told by an event of their own */
    struct dns_flight *finishing; /* whose askers are being told */
};

void dns_resolver_init(struct dns_resolver *r, struct net *net, uint32_t host,
                       struct dns_zones *zones, const struct dns_resolver_config *config,
                       void *world);
/* The host lost power, or stops: all questions and the cache are forgotten, no callback is called. */
void dns_resolver_reset(struct dns_resolver *r);
/* The same, and the storage is given back. */
void dns_resolver_end(struct dns_resolver *r);

enum dns_outcome {
    DNS_OK,       /* at least one record */
    DNS_NO_DATA,  /* the name exists, not with this type */
    DNS_NO_NAME,  /* NXDOMAIN */
    DNS_FAILED,   /* SERVFAIL, REFUSED, nonsense, a CNAME loop or chain too long, or no server */
    DNS_TIMED_OUT /* all servers stayed silent */
};

struct dns_result {
    enum dns_outcome outcome;
    enum dns_rcode rcode;
    struct text name; /* the last name of the CNAME chain */
    uint16_t type;
    uint16_t hops; /* CNAMEs followed */
    const struct dns_record *records;
    uint32_t count;
    uint64_t cause; /* handle of the dns.answer, dns.cached or dns.timeout that settled it */
};

struct dns_asking {
    void (*answered)(void *world, struct dns_asking *self, const struct dns_result *result);
    struct text mail; /* for the trace: on behalf of which mail; set before dns_ask(), or empty */
    /* inside */
    struct dns_asking *next, *prev;
    struct dns_askers *list; /* those who wait for the same */
    struct dns_resolver *resolver;
    struct event event;
    uint64_t cause;
    uint16_t type, hops;
    struct text name; /* current name of the chain; first as the asker gave it */
};

/* Asks; `name` must stay until the answer.  `self->answered` must be set; `self` else zero. */
void dns_ask(struct dns_resolver *r, struct dns_asking *self, struct text name, uint16_t type,
             uint64_t cause);
/* The asker does not want it any more; O(1), no effect if it is not waiting.  A question under way
 * goes on, its answer goes to the cache. */
void dns_cancel(struct dns_asking *self);
static inline bool dns_is_asking(const struct dns_asking *self)
{
    return self->resolver != NULL;
}

/* The answer if it is in the cache, CNAMEs included; false and no record written if it is not. */
bool dns_peek(struct dns_resolver *r, struct text name, uint16_t type, uint64_t cause,
              struct text mail, struct dns_result *result);

#endif
