/*
 * outage.c - in which order the parts of a host go down and come up.
 */
#include "sim/agents/outage.h"

#include "sim/agents/abuse/blocklist.h"
#include "sim/agents/abuse/stranger.h"
#include "sim/agents/delivery/delivery.h"
#include "sim/agents/delivery/probe.h"
#include "sim/agents/inputs.h"
#include "sim/agents/mail_queue/mail_queue.h"
#include "sim/agents/mua/collecting.h"
#include "sim/agents/policy/policy_filter.h"
#include "sim/agents/reception/pop3_reception.h"
#include "sim/agents/reception/reception.h"
#include "sim/net/tcp.h"

/* ---- up ---------------------------------------------------------------------------------------- */

enum { WORDS_MAX = 16 };

struct words {
    struct text items[WORDS_MAX];
    uint32_t count;
};

static void say(struct words *list, struct text word)
{
    if (list->count < WORDS_MAX)
        list->items[list->count++] = word;
}

static void say_port(struct host *h, uint16_t port, const char *what, struct words *listens)
{
    struct buffer b;

    buffer_init(&b, &h->world->memory);
    buffer_put_string(&b, "tcp/");
    buffer_put_int(&b, port);
    buffer_put_char(&b, ' ');
    buffer_put_string(&b, what);
    say(listens, text_copy(&h->world->memory, buffer_text(&b)));
    buffer_free(&b);
}

static void listen_for_pop3(struct host *h, struct words *listens)
{
    const struct pop3_config *c = &h->mda->config.pop3;

    for (size_t i = 0; i < c->port_count; i++) {
        pop3_listen(h, c->ports[i]);
        say_port(h, c->ports[i], "pop3", listens);
    }
}

static void listen_on(struct host *h, enum listener_kind kind, const uint16_t *ports, size_t count,
                      const char *what, struct words *listens)
{
    for (size_t i = 0; i < count; i++) {
        reception_listen(h, kind, ports[i]);
        say_port(h, ports[i], what, listens);
    }
}

void host_announce(struct host *h, uint64_t cause)
{
    struct world *w = h->world;
    struct words roles = {.count = 0}, listens = {.count = 0}, addresses = {.count = 0};
    struct trace_where where = host_where(h, cause);

    for (uint32_t a = net_host_address(&w->net, h->index, ADDRESS_NONE); a != NET_NONE;
         a = w->net.addresses[a].next)
        say(&addresses, w->net.addresses[a].text);
    if (h->mua)
        say(&roles, TEXT("mua"));
    if (h->stranger)
        say(&roles, TEXT("stranger"));
    if (h->mta) {
        const struct mta_config *c = &h->mta->config;
        if (c->submission_port_count)
            say(&roles, TEXT("msa"));
        if (c->relay_port_count)
            say(&roles, TEXT("mta"));
        listen_on(h, LISTENER_SUBMISSION, c->submission_ports, c->submission_port_count,
                  "submission", &listens);
        listen_on(h, LISTENER_RELAY, c->relay_ports, c->relay_port_count, "smtp", &listens);
    }
    if (h->mda) {
        say(&roles, TEXT("mda"));
        listen_on(h, LISTENER_LMTP, h->mda->config.lmtp_ports, h->mda->config.lmtp_port_count,
                  "lmtp", &listens);
    }
    if (h->mda)
        listen_for_pop3(h, &listens);
    if (h->name_server) {
        say(&roles, TEXT("dns"));
        say(&listens, TEXT("udp/53 dns"));
    }
    cause = trace_emit_host_started(
        &w->trace, &where,
        &(struct trace_host_started){.addresses = {addresses.items, addresses.count},
                                     .roles = {roles.items, roles.count},
                                     .listens = {listens.items, listens.count}});
    stranger_host_up(h, cause);
    blocklist_host_up(h);
}

static void queues_up(struct host *h, uint64_t cause)
{
    for (struct mail_queue *q = h->queues; q; q = q->sibling)
        queue_host_up(q, cause);
}

/* Has the outage met anything?  Work of the host's own that waited, or somebody who came. */
void outage_judge(struct host *h)
{
    bool waited = h->waiting_inputs != NULL;

    for (const struct mail_queue *q = h->queues; q; q = q->sibling)
        waited = waited || q->first;

    if (waited || h->outage_met || net_host_missed(&h->world->net, h->index) > h->missed)
        world_entry_met(h->world, h->outage_entry);
}

bool host_start(struct host *h, uint64_t cause)
{
    if (h->up)
        return false;
    outage_judge(h);
    h->up = true;
    net_set_host_up(&h->world->net, h->index, true);
    if (h->name_server)
        dns_server_listen(h->name_server, true);
    host_announce(h, cause);
    queues_up(h, cause);
    inputs_host_up(h);
    return true;
}

/* ---- down -------------------------------------------------------------------------------------- */

static void queues_down(struct host *h, bool crash, uint64_t cause)
{
    for (struct mail_queue *q = h->queues; q; q = q->sibling)
        queue_host_down(q, crash, cause);
}

/* Questions under way and the cache; those who asked have been told before. */
static void names_down(struct host *h)
{
    if (h->resolver)
        dns_resolver_reset(h->resolver);
    if (h->name_server)
        dns_server_listen(h->name_server, false);
    policy_host_down(h);
}

static void begin(struct host *h)
{
    h->up = false;
    h->outage_entry = -1;
    h->outage_met = h->receptions || h->deliveries;
    h->missed = net_host_missed(&h->world->net, h->index);
}

bool host_stop(struct host *h, uint64_t cause)
{
    struct trace_where where = host_where(h, cause);

    if (!h->up)
        return false;
    begin(h);
    cause = trace_emit_host_stopped(&h->world->trace, &where,
                                    &(struct trace_host_stopped){.sessions = reception_count(h)});
    reception_host_down(h, false, cause);
    pop3_host_down(h, false, cause);
    collecting_host_down(h, false, cause);
    delivery_host_down(h, false, cause);
    probe_host_down(h, false, cause);
    stranger_host_down(h);
    blocklist_host_down(h);
    queues_down(h, false, cause);
    names_down(h);
    return true;
}

bool host_crash(struct host *h, uint64_t cause)
{
    struct trace_where where = host_where(h, cause);
    struct net *net = &h->world->net;

    if (!h->up)
        return false;
    begin(h);
    reception_host_down(h, true, cause);
    pop3_host_down(h, true, cause);
    collecting_host_down(h, true, cause);
    delivery_host_down(h, true, cause);
    probe_host_down(h, true, cause);
    stranger_host_down(h);
    blocklist_host_down(h);
    queues_down(h, true, cause);
    names_down(h);
    net_set_host_up(net, h->index, false);
    trace_emit_host_crashed(
        &h->world->trace, &where,
        &(struct trace_host_crashed){.connections = tcp_host_down(net, h->index, true, cause)});
    return true;
}
