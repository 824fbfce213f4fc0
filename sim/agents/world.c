/*
 * world.c - building, running and auditing a world.
 */
#include "sim/agents/world.h"

#include <assert.h>
#include <stdlib.h>

#include "sim/agents/abuse/blocklist.h"
#include "sim/agents/abuse/stranger.h"
#include "sim/agents/configure.h"
#include "sim/agents/host/host.h"
#include "sim/agents/host/periodic.h"
#include "sim/agents/mail_queue/mail_queue.h"
#include "sim/agents/mua/collecting.h"
#include "sim/agents/mua/mua.h"
#include "sim/agents/outage.h"
#include "sim/kernel/clock.h"
#include "sim/mail/address.h"

/* ---- opening and closing ------------------------------------------------------------------------- */

struct world *world_open(const struct world_options *options)
{
    struct world *w = calloc(1, sizeof *w);

    if (!w)
        return NULL;
    w->options = *options;
    memory_init(&w->memory, options->memory_limit);
    w->memory.exhausted = options->exhausted;
    w->memory.context = options->context;
    queue_init(&w->queue);
    trace_init(&w->trace, &w->queue.now_ns, options->layers);
    net_init(&w->net, &w->queue, &w->memory, &w->trace, options->seed);
    dns_zones_init(&w->zones, &w->memory);
    table_init(&w->host_names, &w->memory, true);
    directory_init(&w->directory, &w->memory);
    carriers_init(&w->carriers, &w->memory);
    smtp_acts_init(&w->client_acts, &w->memory);
    smtp_acts_init(&w->server_acts, &w->memory);
    pop3_acts_init(&w->pop3_client_acts, &w->memory);
    pop3_acts_init(&w->pop3_server_acts, &w->memory);
    return w;
}

void world_close(struct world *w)
{
    if (!w)
        return;
    memory_end(&w->memory);
    free(w);
}

struct trace *world_trace(struct world *w)
{
    return &w->trace;
}

struct net *world_net(struct world *w)
{
    return &w->net;
}

struct queue *world_queue(struct world *w)
{
    return &w->queue;
}

struct memory *world_memory(struct world *w)
{
    return &w->memory;
}

struct dns_zones *world_zones(struct world *w)
{
    return &w->zones;
}

const struct world_counts *world_counts(const struct world *w)
{
    return &w->counts;
}

/* ---- building ----------------------------------------------------------------------------------- */

/* How the host calls itself in EHLO: by its name if that is fully qualified, else by an address
 * literal (RFC 5321 4.1.4), since a bare "alice-pc" means nothing to others. */
static struct text own_name(struct host *h)
{
    struct world *w = h->world;
    uint32_t a = net_host_address(&w->net, h->index, ADDRESS_IPV4);
    struct buffer b;

    if (a == NET_NONE)
        a = net_host_address(&w->net, h->index, ADDRESS_IPV6);
    if (a == NET_NONE || mail_domain_qualified(h->name))
        return h->name;
    buffer_init(&b, &w->memory);
    buffer_put_string(&b, w->net.addresses[a].address.family == ADDRESS_IPV6 ? "[IPv6:" : "[");
    buffer_put_text(&b, w->net.addresses[a].text);
    buffer_put_char(&b, ']');
    struct text name = text_copy(&w->memory, buffer_text(&b));
    buffer_free(&b);
    return name;
}

uint32_t world_add_host(struct world *w, struct text name, const struct address *addresses,
                        size_t address_count, bool internet, bool router)
{
    struct host *h = MEMORY_NEW(&w->memory, struct host);

    if (w->host_count == w->host_room) {
        uint32_t room = w->host_room ? 2 * w->host_room : 16;
        w->hosts = memory_grow(&w->memory, w->hosts, w->host_room * sizeof *w->hosts,
                               room * sizeof *w->hosts);
        w->host_room = room;
    }
    h->world = w;
    h->name = name;
    h->index = net_add_host(&w->net, name,
                            &(struct net_host_traits){.router = router, .off_internet = !internet});
    assert(h->index == w->host_count && table_get(&w->host_names, name) == TABLE_NONE);
    for (size_t i = 0; i < address_count; i++) {
        bool fresh = net_add_address(&w->net, h->index, &addresses[i]);
        assert(fresh);
        (void)fresh;
    }
    h->up = true;
    h->smtp_client = (struct smtp_client_options){.name = own_name(h), .pipelining = true};
    h->lmtp_client = h->smtp_client;
    h->lmtp_client.lmtp = true;
    random_init(&h->draw_mx, w->options.seed, name, TEXT("mx"));
    random_init(&h->draw_tls, w->options.seed, name, TEXT("tls"));
    table_set(&w->host_names, name, h->index);
    w->hosts[w->host_count++] = h;
    return h->index;
}

void world_add_mua(struct world *w, uint32_t host, const struct mua_config *config)
{
    struct host *h = world_host(w, host);

    assert(!h->mua);
    h->mua = MEMORY_NEW(&w->memory, struct mua);
    h->mua->outbox = queue_new(h);
    configure_mua(h, config);
}

void world_add_stranger(struct world *w, uint32_t host, const struct stranger_config *config)
{
    stranger_add(world_host(w, host), config);
}

void world_add_blocklist(struct world *w, uint32_t host, const struct blocklist_config *config)
{
    blocklist_add(world_host(w, host), config);
}

void world_add_mta(struct world *w, uint32_t host, const struct mta_config *config)
{
    struct host *h = world_host(w, host);

    assert(!h->mta);
    h->mta = MEMORY_NEW(&w->memory, struct mta);
    h->mta->queue = queue_new(h);
    queue_limit_deliveries(h->mta->queue, config->parallel, config->parallel_per_host);
    configure_mta(h, config, 0);
}

void world_add_mda(struct world *w, uint32_t host, const struct mda_config *config)
{
    static const enum mail_keep keep[] = {[KEEP_ALL] = MAIL_KEEP_ALL,
                                          [KEEP_HEADERS] = MAIL_KEEP_HEADERS,
                                          [KEEP_NONE] = MAIL_KEEP_NOTHING};
    struct host *h = world_host(w, host);

    assert(!h->mda);
    h->mda = MEMORY_NEW(&w->memory, struct mda);
    mail_store_init(&h->mda->store, &w->memory, keep[config->keep]);
    configure_mda(h, config);
}

struct dns_server *world_add_name_server(struct world *w, uint32_t host)
{
    struct host *h = world_host(w, host);

    assert(!h->name_server);
    h->name_server = MEMORY_NEW(&w->memory, struct dns_server);
    dns_server_init(h->name_server, &w->net, host, &w->zones);
    return h->name_server;
}

struct dns_server *world_name_server(const struct world *w, uint32_t host)
{
    return world_host(w, host)->name_server;
}

/* ---- starting ----------------------------------------------------------------------------------- */

void world_start(struct world *w)
{
    struct trace_where where = {.cause = 0};
    struct buffer start;

    assert(!w->started);
    w->started = true;
    buffer_init(&start, &w->memory);
    clock_put_utc(&start, w->options.start_unix);
    uint64_t cause = trace_emit_sim_started(
        &w->trace, &where,
        &(struct trace_sim_started){.start = buffer_text(&start), .hosts = w->host_count});
    buffer_free(&start);
    for (uint32_t i = 0; i < w->host_count; i++)
        host_announce(w->hosts[i], cause);
    for (uint32_t i = 0; i < w->host_count; i++)
        if (w->hosts[i]->mua)
            collecting_start(w->hosts[i]);
}

/* ---- running ------------------------------------------------------------------------------------ */

static uint64_t count_open(const struct mail_queue *q)
{
    uint64_t n = 0;

    for (const struct queue_entry *e = q->first; e; e = e->next)
        for (uint32_t i = 0; i < e->count; i++)
            n += custody_is_open(&e->recipients[i].custody);
    return n;
}

/* Never no hand: what was opened and not closed lies in some queue, and nothing else does. */
static void audit(const struct world *w)
{
    uint64_t open = 0;

    for (uint32_t i = 0; i < w->host_count; i++) {
        const struct host *h = w->hosts[i];
        for (const struct mail_queue *q = h->queues; q; q = q->sibling)
            open += count_open(q);
    }
    assert(open == w->custodies_open);
    assert(w->counts.custodies_opened == w->counts.custodies_closed + w->custodies_open);
}

static enum world_status end(struct world *w, enum world_status status)
{
    static const struct text words[] = {[WORLD_QUIET] = TEXT_INIT("quiet"),
                                        [WORLD_UNTIL] = TEXT_INIT("until"),
                                        [WORLD_TIME_LIMIT] = TEXT_INIT("time_limit"),
                                        [WORLD_EVENT_LIMIT] = TEXT_INIT("event_limit"),
                                        [WORLD_QUEUE_LIMIT] = TEXT_INIT("queue_limit"),
                                        [WORLD_MESSAGE_LIMIT] = TEXT_INIT("message_limit")};
    struct trace_where where = {.cause = 0};

    audit(w);
    for (uint32_t i = 0; i < w->host_count; i++)
        if (!w->hosts[i]->up)
            outage_judge(w->hosts[i]);
    w->status = status;
    trace_emit_sim_ended(
        &w->trace, &where,
        &(struct trace_sim_ended){.reason = words[status], .events = (int64_t)w->queue.fired});
    return status;
}

/* Nothing more may happen before the bound: why? */
static enum world_status why_over(const struct world *w)
{
    const struct world_options *o = &w->options;
    int64_t next_ns = queue_next_time(&w->queue);

    if (next_ns < 0)
        return WORLD_QUIET;
    return o->until_ns >= 0 && next_ns > o->until_ns ? WORLD_UNTIL : WORLD_TIME_LIMIT;
}

enum world_status world_step(struct world *w, uint64_t budget)
{
    const struct world_options *o = &w->options;
    int64_t bound_ns = o->time_limit_ns ? o->time_limit_ns : QUEUE_TIME_MAX;

    assert(w->started);
    if (w->status != WORLD_RUNNING)
        return w->status;
    if (o->until_ns >= 0 && o->until_ns < bound_ns)
        bound_ns = o->until_ns;
    for (; budget > 0; budget--) {
        if (w->limit_met != WORLD_RUNNING)
            return end(w, w->limit_met);
        if (o->event_limit && w->queue.fired >= o->event_limit && w->queue.pending > 0)
            return end(w, WORLD_EVENT_LIMIT);
        if (w->queue.pending == w->background.pending && !periodic_goes_on(w))
            return end(w, WORLD_QUIET);
        struct event *e = queue_pop_until(&w->queue, bound_ns);
        if (!e) {
            enum world_status why = why_over(w);
            if (why != WORLD_QUIET) /* nothing happens until then, but time passes */
                w->queue.now_ns = bound_ns;
            return end(w, why);
        }
        e->fire(w, e);
    }
    return WORLD_RUNNING;
}

/* ---- looking ------------------------------------------------------------------------------------ */

static void each_in(struct world *w, const struct mail_queue *q,
                    void (*each)(void *, struct text, struct text, struct text, struct text),
                    void *context)
{
    char name[CUSTODY_NAME_MAX];

    for (const struct queue_entry *e = q->first; e; e = e->next)
        for (uint32_t i = 0; i < e->count; i++) {
            const struct custody *c = &e->recipients[i].custody;
            if (custody_is_open(c))
                each(context, custody_name(w, custody_ref(c), name), q->host->name, e->letter->id,
                     e->recipients[i].address);
        }
}

void world_each_custody(struct world *w,
                        void (*each)(void *context, struct text custody, struct text host,
                                     struct text mail, struct text recipient),
                        void *context)
{
    for (uint32_t i = 0; i < w->host_count; i++)
        for (const struct mail_queue *q = w->hosts[i]->queues; q; q = q->sibling)
            each_in(w, q, each, context);
}
