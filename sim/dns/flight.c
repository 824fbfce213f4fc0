/*
 * flight.c - asking the servers in turn, and judging what comes back.
 *
 *   begin --> send_query --reply--> learn --> finish: the askers go on with the cache
 *                 ^  |
 *                 |  +--silence, or a server that fails--> next_server --none left--> finish: failed
 *                 +------------------------------------------+
 *
 * What came in the message that is being worked on counts as present whatever its TTL (cache.h), so
 * that each reply leads on.
 */
#include "sim/dns/flight.h"

#include <assert.h>

#include "sim/dns/name.h"
#include "sim/dns/server.h"
#include "sim/kernel/clock.h"
#include "sim/net/udp.h"

enum {
    SERVERS_MAX = 8,        /* asked for one question; further ones are ignored */
    DENIAL_MAX_S = 3 * 3600 /* RFC 2308 5 */
};

struct dns_flight {
    struct dns_flight *next; /* about the same name */
    struct dns_known *known;
    struct dns_resolver *resolver;
    struct dns_askers askers;
    struct event timer;
    uint64_t cause; /* handle of its latest record */
    int64_t sent_ns[SERVERS_MAX];
    uint32_t servers[SERVERS_MAX]; /* indices into net->addresses */
    uint32_t server_count, at, round, attempt;
    uint32_t asked, failed; /* bit i: server i */
    uint16_t type, id, port;
    uint16_t rcode; /* of the failure that came last */
};

static int64_t now_of(const struct dns_resolver *r)
{
    return r->net->queue->now_ns;
}

/* ---- records -------------------------------------------------------------------------------- */

static struct trace_where flight_where(const struct dns_flight *f, uint64_t cause)
{
    const struct dns_resolver *r = f->resolver;

    return (struct trace_where){.host = net_host_name(r->net, r->host),
                                .side = TRACE_SIDE_CLIENT,
                                .mail = f->askers.first != NULL ? f->askers.first->mail
                                                                : text_from(NULL, 0),
                                .cause = cause};
}

static struct text peer_of(const struct dns_flight *f, uint32_t server)
{
    return f->resolver->net->addresses[f->servers[server]].text;
}

static uint64_t record_query(const struct dns_flight *f)
{
    const struct trace_where where = flight_where(f, f->cause);
    char scratch[12];

    return trace_emit_dns_query(f->resolver->net->trace, &where,
                                &(struct trace_dns_query){.id = f->id,
                                                          .name = f->known->name,
                                                          .type = dns_type_name(f->type, scratch),
                                                          .peer = peer_of(f, f->at),
                                                          .attempt = f->attempt});
}

static uint64_t record_timeout(const struct dns_flight *f)
{
    const struct trace_where where = flight_where(f, f->cause);
    char scratch[12];

    return trace_emit_dns_timeout(
        f->resolver->net->trace, &where,
        &(struct trace_dns_timeout){.id = f->id,
                                    .name = f->known->name,
                                    .type = dns_type_name(f->type, scratch),
                                    .peer = peer_of(f, f->at),
                                    .attempt = f->attempt,
                                    .waited_ns = now_of(f->resolver) - f->sent_ns[f->at]});
}

static uint64_t record_answer(const struct dns_flight *f, uint32_t server, uint16_t rcode,
                              uint64_t cause)
{
    const struct dns_message *m = &f->resolver->zones->reply;
    struct trace *trace = f->resolver->net->trace;
    const struct trace_where where = flight_where(f, cause);
    struct dns_listing listing;
    char scratch[12];

    if (!trace_wants(trace, TRACE_DNS_ANSWER))
        return trace_skip(trace, TRACE_DNS_ANSWER, &where);
    dns_listing_init(&listing, f->resolver->net->memory);
    for (uint32_t i = 0; i < m->answer_count; i++)
        dns_listing_add(&listing, &m->records[i], text_from(NULL, 0), m->records[i].ttl_s);
    cause = trace_emit_dns_answer(
        trace, &where,
        &(struct trace_dns_answer){.id = f->id,
                                   .name = f->known->name,
                                   .type = dns_type_name(f->type, scratch),
                                   .peer = peer_of(f, server),
                                   .rcode = dns_rcode_name(rcode),
                                   .answers = {dns_listing_items(&listing), listing.count},
                                   .authoritative = m->header.authoritative,
                                   .waited_ns = now_of(f->resolver) - f->sent_ns[server]});
    dns_listing_free(&listing);
    return cause;
}

/* ---- flights -------------------------------------------------------------------------------- */

static void on_datagram(void *context, const struct udp_datagram *datagram);

/* The servers of the name's zone that this host can reach by some address of its own. */
static void find_servers(struct dns_flight *f)
{
    const struct dns_resolver *r = f->resolver;
    const struct dns_zones *zones = r->zones;
    uint32_t zone = dns_zone_of(zones, f->known->name);

    if (zone == DNS_ZONE_NONE || zones->zones[zone].server_count == 0)
        zone = dns_zone_find(zones, TEXT(".")); /* whoever serves all */
    if (zone == DNS_ZONE_NONE)
        return;
    const struct dns_zone *zn = &zones->zones[zone];
    for (uint32_t i = 0; i < zn->server_count && f->server_count < SERVERS_MAX; i++) {
        enum address_family family = r->net->addresses[zn->servers[i].address].address.family;

        if (net_host_address(r->net, r->host, family) != NET_NONE)
            f->servers[f->server_count++] = zn->servers[i].address;
    }
}

static void send_query(struct dns_flight *f)
{
    struct dns_resolver *r = f->resolver;
    const struct dns_header header = {.id = f->id, .edns = true, .udp_octets = DNS_UDP_EDNS_MAX};
    const struct dns_question question = {
        .name = f->known->name, .type = f->type, .class = DNS_CLASS_IN};
    uint8_t out[DNS_UDP_PLAIN_MAX];
    struct dns_writer w;

    f->attempt++;
    f->cause = record_query(f);
    f->asked |= 1U << f->at;
    f->sent_ns[f->at] = now_of(r);
    dns_write_begin(&w, out, sizeof out, &header, &question);
    size_t size = dns_write_end(&w);
    const struct trace_where where = flight_where(f, f->cause);
    udp_send(r->net, r->host, NULL, f->port, &r->net->addresses[f->servers[f->at]].address,
             DNS_PORT, text_from((const char *)out, size), &where);
    queue_set(r->net->queue, &f->timer, now_of(r) + (r->config.timeout_ns << f->round));
}

/* The next server in turn that has not failed; false after the last round. */
static bool next_server(struct dns_flight *f)
{
    do {
        if (++f->at < f->server_count)
            continue;
        f->at = 0;
        if (++f->round == f->resolver->config.rounds)
            return false;
    } while (f->failed >> f->at & 1);
    return true;
}

/* No question about it is under way any more; its askers, and its storage, are left. */
static void land(struct dns_flight *f)
{
    struct dns_resolver *r = f->resolver;
    struct dns_flight **link = &f->known->flights;

    while (*link != f)
        link = &(*link)->next;
    *link = f->next;
    queue_clear(r->net->queue, &f->timer);
    if (f->port != 0)
        udp_unbind(r->net, r->host, f->port);
}

/* Tells the askers, in the order in which they asked: what the cache now knows, or the failure. */
static void finish(struct dns_flight *f, bool answered)
{
    struct dns_resolver *r = f->resolver;
    enum dns_outcome outcome = f->failed != 0 || f->asked == 0 ? DNS_FAILED : DNS_TIMED_OUT;

    assert(r->finishing == NULL);
    land(f);
    r->finishing = f;
    while (f->askers.first != NULL) {
        struct dns_asking *a = f->askers.first;

        dns_askers_remove(a);
        a->cause = f->cause;
        if (answered)
            dns_asking_advance(a);
        else
            dns_asking_fail(a, outcome, (enum dns_rcode)f->rcode);
    }
    r->finishing = NULL;
    memory_give(r->net->memory, f, sizeof *f);
}

static void try_next(struct dns_flight *f)
{
    if (next_server(f))
        send_query(f);
    else
        finish(f, false);
}

static void on_timer(void *world, struct event *event)
{
    struct dns_flight *f = EVENT_OWNER(event, struct dns_flight, timer);

    (void)world;
    if (f->server_count == 0) {
        finish(f, false);
        return;
    }
    f->cause = record_timeout(f);
    try_next(f);
}

static struct dns_flight *begin(struct dns_resolver *r, struct dns_known *known, uint16_t type,
                                uint64_t cause)
{
    struct dns_flight *f = MEMORY_NEW(r->net->memory, struct dns_flight);

    f->resolver = r;
    f->known = known;
    f->type = type;
    f->cause = cause;
    f->rcode = DNS_SERVFAIL;
    f->timer.fire = on_timer;
    f->next = known->flights;
    known->flights = f;
    f->id = (uint16_t)random_next(&r->random);
    find_servers(f);
    if (f->server_count > 0)
        f->port = udp_bind(r->net, r->host, 0, on_datagram, f);
    if (f->port == 0)
        f->server_count = 0; /* nobody to ask, or no port left: fails from an event */
    return f;
}

/* The answer in the cache, if there was one, is too old. */
static uint64_t record_expired(const struct dns_asking *a, const struct dns_known *known)
{
    const struct dns_resolver *r = a->resolver;
    const struct trace_where where = {.host = net_host_name(r->net, r->host),
                                      .side = TRACE_SIDE_CLIENT,
                                      .mail = a->mail,
                                      .cause = a->cause};
    char scratch[12];

    return trace_emit_dns_expired(
        r->net->trace, &where,
        &(struct trace_dns_expired){.name = known->name, .type = dns_type_name(a->type, scratch)});
}

void dns_flight_join(struct dns_asking *a)
{
    struct dns_resolver *r = a->resolver;
    struct dns_known *known = dns_cache_make(&r->cache, a->name);
    struct dns_flight *f = known->flights;

    a->name = known->name; /* which stays while the flight lasts */
    if (dns_cache_expired(known, a->type, now_of(r)))
        a->cause = record_expired(a, known);
    while (f != NULL && f->type != a->type)
        f = f->next;
    if (f != NULL) {
        dns_askers_add(&f->askers, a);
        return;
    }
    f = begin(r, known, a->type, a->cause);
    dns_askers_add(&f->askers, a);
    if (f->server_count > 0)
        send_query(f);
    else
        queue_set(r->net->queue, &f->timer, now_of(r));
}

/* ---- replies -------------------------------------------------------------------------------- */

/* The server that the datagram comes from, if it was asked; else server_count. */
static uint32_t find_sender(const struct dns_flight *f, const struct udp_datagram *datagram)
{
    uint32_t i = 0;

    while (i < f->server_count && f->servers[i] != datagram->source)
        i++;
    if (i < f->server_count && datagram->source_port == DNS_PORT && f->asked >> i & 1)
        return i;
    return f->server_count;
}

/* True if the message that was read answers this flight's question.  A server that could not
 * read the question need not repeat it. */
static bool is_reply(const struct dns_flight *f, enum dns_read read)
{
    const struct dns_message *m = &f->resolver->zones->reply;
    const struct dns_question *q = &m->question;

    if (read == DNS_READ_SHORT || m->header.id != f->id || !m->header.response ||
        m->header.opcode != 0)
        return false;
    if (q->name.size == 0)
        return read == DNS_READ_BAD || m->header.rcode == DNS_FORMERR;
    return q->type == f->type && q->class == DNS_CLASS_IN &&
           dns_name_equal(q->name, f->known->name);
}

static bool server_has(const struct dns_resolver *r, uint32_t address, struct text name)
{
    uint32_t zone = dns_zone_of(r->zones, name);

    if (zone == DNS_ZONE_NONE)
        return false;
    for (uint32_t i = 0; i < r->zones->zones[zone].server_count; i++)
        if (r->zones->zones[zone].servers[i].address == address)
            return true;
    return false;
}

/* RFC 2308 2 and 5: the SOA in the authority section says how long a denial holds. */
static void learn_denial(struct dns_flight *f, struct dns_known *known, bool at_once)
{
    struct dns_resolver *r = f->resolver;
    const struct dns_message *m = &r->zones->reply;
    const struct dns_record *soa = NULL;
    uint32_t ttl_s = 0;

    for (uint32_t i = 0; soa == NULL && i < m->authority_count; i++) {
        const struct dns_record *record = &m->records[m->answer_count + i];

        if (record->type == DNS_SOA && dns_name_within(known->name, record->name))
            soa = record;
    }
    if (soa != NULL) {
        ttl_s = soa->ttl_s < soa->soa->minimum_s ? soa->ttl_s : soa->soa->minimum_s;
        ttl_s = ttl_s < DENIAL_MAX_S ? ttl_s : DENIAL_MAX_S;
    }
    if (m->header.rcode == DNS_NXDOMAIN)
        dns_cache_deny(&r->cache, known, DNS_NO_SUCH_NAME, ttl_s, now_of(r));
    else if (soa != NULL || at_once) /* a CNAME whose target was left out denies nothing */
        dns_cache_deny(&r->cache, known, f->type, ttl_s, now_of(r));
}

/* Keeps the answer: the CNAMEs from the name that was asked, then the records or their denial. */
static void learn(struct dns_flight *f, uint32_t server)
{
    struct dns_resolver *r = f->resolver;
    const struct dns_message *m = &r->zones->reply;
    struct dns_known *known = f->known;

    for (int hops = 0; hops <= DNS_CHAIN_MAX; hops++) {
        if (dns_cache_keep(&r->cache, known, f->type, m->records, m->answer_count, now_of(r)))
            return;
        if (!dns_cache_keep(&r->cache, known, DNS_CNAME, m->records, m->answer_count, now_of(r))) {
            learn_denial(f, known, hops == 0);
            return;
        }
        struct text target = known->kept->records[0].target;
        if (!server_has(r, f->servers[server], target))
            return;
        known = dns_cache_make(&r->cache, target);
    }
}

static void on_datagram(void *context, const struct udp_datagram *datagram)
{
    struct dns_flight *f = context;
    struct dns_resolver *r = f->resolver;
    uint32_t server = find_sender(f, datagram);

    if (server == f->server_count)
        return;
    enum dns_read read = dns_message_read(&r->zones->reply, datagram->octets);
    if (!is_reply(f, read))
        return;
    uint16_t rcode = r->zones->reply.header.rcode;
    if (read == DNS_READ_BAD)
        rcode = DNS_FORMERR;
    f->cause = record_answer(f, server, rcode, datagram->cause);
    if ((rcode != DNS_NOERROR && rcode != DNS_NXDOMAIN) || r->zones->reply.header.truncated) {
        f->rcode = rcode != DNS_NOERROR && rcode != DNS_NXDOMAIN ? rcode : DNS_SERVFAIL;
        f->failed |= 1U << server;
        if (server == f->at)
            try_next(f);
        return;
    }
    r->cache.message++;
    dns_cache_trim(&r->cache, now_of(r));
    learn(f, server);
    finish(f, true);
    r->cache.message++; /* from here on TTLs alone decide */
}

/* ---- the end of all ------------------------------------------------------------------------- */

void dns_flight_drop_all(struct dns_resolver *r)
{
    for (struct dns_known *known = r->cache.newest; known != NULL; known = known->older)
        while (known->flights != NULL) {
            struct dns_flight *f = known->flights;

            land(f);
            dns_askers_forget(&f->askers);
            memory_give(r->net->memory, f, sizeof *f);
        }
    if (r->finishing != NULL)
        dns_askers_forget(&r->finishing->askers); /* finish() itself gives the flight back */
}
