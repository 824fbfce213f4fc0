/*
 * resolver.c - askers and the cache.
 *
 *   dns_ask --in the cache--> an event of its own --> advance
 *      |                                                ^ |
 *      +--not--> a flight (flight.c) --settled----------+ +--> tell the asker
 *                   ^                                     |
 *                   +---------the target of a CNAME-------+  at most DNS_CHAIN_MAX times
 */
#include "sim/dns/resolver.h"

#include <assert.h>

#include "sim/dns/flight.h"
#include "sim/dns/name.h"
#include "sim/kernel/clock.h"

enum { ROUNDS_MAX = 16, DEFAULT_ROUNDS = 3, DEFAULT_NAMES = 10000 };

#define DEFAULT_TIMEOUT_NS (5 * CLOCK_SECOND)

static int64_t now_of(const struct dns_resolver *r)
{
    return r->net->queue->now_ns;
}

static uint64_t record_cached(struct dns_resolver *r, const struct dns_known *known,
                              const struct dns_kept *kept, uint16_t type, struct text mail,
                              uint64_t cause)
{
    const struct trace_where where = {.host = net_host_name(r->net, r->host),
                                      .side = TRACE_SIDE_CLIENT,
                                      .mail = mail,
                                      .cause = cause};
    struct dns_listing listing;
    char scratch[12];

    if (!trace_wants(r->net->trace, TRACE_DNS_CACHED))
        return trace_skip(r->net->trace, TRACE_DNS_CACHED, &where);
    int64_t left_ns = kept->expires_ns - now_of(r);
    uint32_t left_s = left_ns > 0 ? (uint32_t)(left_ns / CLOCK_SECOND) : 0;
    dns_listing_init(&listing, r->net->memory);
    for (uint32_t i = 0; i < kept->count; i++)
        dns_listing_add(&listing, &kept->records[i], text_from(NULL, 0), left_s);
    cause = trace_emit_dns_cached(
        r->net->trace, &where,
        &(struct trace_dns_cached){
            .name = known->name,
            .type = dns_type_name(type, scratch),
            .rcode = dns_rcode_name(kept->type == DNS_NO_SUCH_NAME ? DNS_NXDOMAIN : DNS_NOERROR),
            .answers = {dns_listing_items(&listing), listing.count},
            .ttl_s = left_s});
    dns_listing_free(&listing);
    return cause;
}

/* ---- askers --------------------------------------------------------------------------------- */

void dns_askers_add(struct dns_askers *list, struct dns_asking *a)
{
    a->list = list;
    a->next = NULL;
    a->prev = list->last;
    if (list->last != NULL)
        list->last->next = a;
    else
        list->first = a;
    list->last = a;
}

void dns_askers_remove(struct dns_asking *a)
{
    struct dns_askers *list = a->list;

    if (a->prev != NULL)
        a->prev->next = a->next;
    else
        list->first = a->next;
    if (a->next != NULL)
        a->next->prev = a->prev;
    else
        list->last = a->prev;
    a->list = NULL;
}

void dns_cancel(struct dns_asking *a)
{
    if (a->resolver == NULL)
        return;
    dns_askers_remove(a);
    queue_clear(a->resolver->net->queue, &a->event);
    a->resolver = NULL;
}

void dns_askers_forget(struct dns_askers *list)
{
    while (list->first != NULL)
        dns_cancel(list->first);
}

static void tell(struct dns_asking *a, const struct dns_result *result)
{
    struct dns_resolver *r = a->resolver;

    a->resolver = NULL; /* before the call: the asker may ask again with it */
    a->answered(r->world, a, result);
}

void dns_asking_fail(struct dns_asking *a, enum dns_outcome outcome, enum dns_rcode rcode)
{
    tell(a, &(struct dns_result){.outcome = outcome,
                                 .rcode = rcode,
                                 .name = a->name,
                                 .type = a->type,
                                 .hops = a->hops,
                                 .cause = a->cause});
}

static struct dns_result result_of(const struct dns_known *known, const struct dns_kept *kept,
                                   uint16_t type, uint16_t hops, uint64_t cause)
{
    bool no_name = kept->type == DNS_NO_SUCH_NAME;

    return (struct dns_result){.outcome = kept->count > 0 ? DNS_OK
                                          : no_name       ? DNS_NO_NAME
                                                          : DNS_NO_DATA,
                               .rcode = no_name ? DNS_NXDOMAIN : DNS_NOERROR,
                               .name = known->name,
                               .type = type,
                               .hops = hops,
                               .records = kept->records,
                               .count = kept->count,
                               .cause = cause};
}

static bool is_cname(const struct dns_kept *kept, uint16_t type)
{
    return kept->type == DNS_CNAME && kept->count > 0 && type != DNS_CNAME;
}

/* `name` in its one spelling, which it nearly always has already; empty if it is not a name. */
static struct text spell(struct text name, char spelling[DNS_NAME_TEXT_MAX])
{
    bool plain = name.size > 0 && name.size < DNS_NAME_WIRE_MAX && name.at[name.size - 1] != '.';

    for (size_t i = 0; plain && i < name.size; i++)
        plain = name.at[i] > ' ' && name.at[i] < 0x7F && name.at[i] != '\\';
    return plain ? name : text_from(spelling, dns_name_normalise(name, spelling));
}

/* Goes on with what the cache knows, as far as that leads. */
void dns_asking_advance(struct dns_asking *a)
{
    struct dns_resolver *r = a->resolver;

    for (;;) {
        struct dns_known *known = dns_cache_find(&r->cache, a->name);
        const struct dns_kept *kept =
            known != NULL ? dns_cache_look(&r->cache, known, a->type, now_of(r)) : NULL;

        if (kept == NULL) {
            dns_flight_join(a);
            return;
        }
        a->name = known->name;
        if (kept->message != r->cache.message)
            a->cause = record_cached(r, known, kept, a->type, a->mail, a->cause);
        if (!is_cname(kept, a->type)) {
            struct dns_result result = result_of(known, kept, a->type, a->hops, a->cause);
            tell(a, &result);
            return;
        }
        if (++a->hops > DNS_CHAIN_MAX) {
            dns_asking_fail(a, DNS_FAILED, DNS_SERVFAIL);
            return;
        }
        a->name = kept->records[0].target;
    }
}

static bool is_name(struct text name)
{
    uint8_t wire[DNS_NAME_WIRE_MAX];

    return name.size > 0 && dns_name_to_wire(name, wire) > 0;
}

/* What was in the cache, or cannot be asked, is told from an event of its own. */
static void on_asking(void *world, struct event *event)
{
    struct dns_asking *a = EVENT_OWNER(event, struct dns_asking, event);
    char spelling[DNS_NAME_TEXT_MAX];
    struct text name = spell(a->name, spelling);

    (void)world;
    dns_askers_remove(a);
    if (!is_name(name)) {
        dns_asking_fail(a, DNS_NO_NAME, DNS_NXDOMAIN); /* no zone can have it */
        return;
    }
    a->name = name;
    dns_asking_advance(a);
}

void dns_ask(struct dns_resolver *r, struct dns_asking *a, struct text asked, uint16_t type,
             uint64_t cause)
{
    char spelling[DNS_NAME_TEXT_MAX];
    struct text name = spell(asked, spelling);
    struct dns_known *known;

    assert(a->answered != NULL && a->resolver == NULL && type != DNS_ANY && type != 0);
    a->resolver = r;
    a->type = type;
    a->hops = 0;
    a->cause = cause;
    a->name = asked;
    known = dns_cache_find(&r->cache, name);
    if ((known == NULL || dns_cache_look(&r->cache, known, type, now_of(r)) == NULL) &&
        is_name(name)) {
        a->name = name;
        dns_flight_join(a);
        return;
    }
    a->event.fire = on_asking;
    dns_askers_add(&r->ready, a);
    queue_set(r->net->queue, &a->event, now_of(r));
}

bool dns_peek(struct dns_resolver *r, struct text asked, uint16_t type, uint64_t cause,
              struct text mail, struct dns_result *result)
{
    char spelling[DNS_NAME_TEXT_MAX];
    struct dns_known *known[DNS_CHAIN_MAX + 1];
    const struct dns_kept *kept[DNS_CHAIN_MAX + 1];
    struct text name = spell(asked, spelling);
    uint16_t hops = 0;

    for (;; hops++) {
        if (hops > DNS_CHAIN_MAX)
            return false; /* dns_ask() says what comes of it */
        known[hops] = dns_cache_find(&r->cache, name);
        if (known[hops] == NULL)
            return false;
        kept[hops] = dns_cache_look(&r->cache, known[hops], type, now_of(r));
        if (kept[hops] == NULL)
            return false;
        if (!is_cname(kept[hops], type))
            break;
        name = kept[hops]->records[0].target;
    }
    for (uint16_t i = 0; i <= hops; i++)
        cause = record_cached(r, known[i], kept[i], type, mail, cause);
    *result = result_of(known[hops], kept[hops], type, hops, cause);
    return true;
}

/* ---- beginning and end ---------------------------------------------------------------------- */

void dns_resolver_init(struct dns_resolver *r, struct net *net, uint32_t host,
                       struct dns_zones *zones, const struct dns_resolver_config *config,
                       void *world)
{
    *r = (struct dns_resolver){.net = net, .zones = zones, .world = world, .host = host};
    if (config != NULL)
        r->config = *config;
    if (r->config.timeout_ns == 0)
        r->config.timeout_ns = DEFAULT_TIMEOUT_NS;
    if (r->config.rounds == 0)
        r->config.rounds = DEFAULT_ROUNDS;
    if (r->config.names_max == 0)
        r->config.names_max = DEFAULT_NAMES;
    assert(r->config.rounds <= ROUNDS_MAX);
    random_init(&r->random, net->seed, net_host_name(net, host), TEXT("dns id"));
    dns_cache_init(&r->cache, net->memory, r->config.names_max);
}

void dns_resolver_reset(struct dns_resolver *r)
{
    dns_flight_drop_all(r);
    dns_askers_forget(&r->ready);
    dns_cache_clear(&r->cache);
}

void dns_resolver_end(struct dns_resolver *r)
{
    dns_resolver_reset(r);
}
