/*
 * inputs.c - inputs that wait for their time, or for their host.
 */
#include "sim/agents/inputs.h"

#include <assert.h>

#include "sim/agents/delivery/probe.h"
#include "sim/agents/host/host.h"
#include "sim/agents/mua/collecting.h"
#include "sim/agents/mua/mua.h"
#include "sim/agents/outage.h"
#include "sim/agents/reception/fault.h"
#include "sim/agents/world.h"

struct input {
    struct event event;
    struct host *host;
    struct input *next; /* in host->waiting_inputs */
    struct world_input is;
    struct send_config send; /* of world_add_send() */
};

static void input_due(void *world, struct event *e)
{
    struct input *input = EVENT_OWNER(e, struct input, event);
    struct world *w = world;
    struct host *h = input->host;
    struct trace_where where = host_where(h, 0);

    if (input->is.by_person && !h->up) {
        struct input **end = &h->waiting_inputs;
        while (*end)
            end = &(*end)->next;
        *end = input;
        return;
    }
    uint64_t cause = trace_emit_sim_input(&w->trace, &where,
                                          &(struct trace_sim_input){.source = TEXT("timeline"),
                                                                    .entry = input->is.entry,
                                                                    .verb = input->is.verb,
                                                                    .detail = input->is.detail});

    input->is.act(h, &input->is, cause);
    memory_give(&w->memory, input, sizeof *input);
}

void inputs_host_up(struct host *h)
{
    struct queue *q = &h->world->queue;

    while (h->waiting_inputs) {
        struct input *input = h->waiting_inputs;
        h->waiting_inputs = input->next;
        queue_set(q, &input->event, q->now_ns);
    }
}

static struct input *add(struct world *w, int64_t time_ns, uint32_t host,
                         const struct world_input *is)
{
    struct input *input = MEMORY_NEW(&w->memory, struct input);

    assert(is->act);
    input->host = world_host(w, host);
    input->is = *is;
    input->event.fire = input_due;
    queue_set_class(&w->queue, &input->event, time_ns, EVENT_INPUT);
    return input;
}

static void expect_to_meet(struct world *w, int64_t entry)
{
    struct aims *a = &w->aims;

    if (a->count == a->room) {
        uint32_t room = a->room ? 2 * a->room : 8;
        a->items =
            memory_grow(&w->memory, a->items, a->room * sizeof *a->items, room * sizeof *a->items);
        a->room = room;
    }
    assert(a->count == 0 || a->items[a->count - 1].entry < entry);
    a->items[a->count++] = (struct aim){.entry = entry};
}

void world_each_idle(const struct world *w, void (*each)(void *context, int64_t entry),
                     void *context)
{
    for (uint32_t i = 0; i < w->aims.count; i++)
        if (!w->aims.items[i].met)
            each(context, w->aims.items[i].entry);
}

void world_add_input(struct world *w, int64_t time_ns, uint32_t host, const struct world_input *is)
{
    if (is->aims)
        expect_to_meet(w, is->entry);
    add(w, time_ns, host, is);
}

static void send(struct host *h, const struct world_input *input, uint64_t cause)
{
    mua_send(h, input->what, cause);
}

void world_add_send(struct world *w, int64_t time_ns, uint32_t host, const struct send_config *what,
                    int64_t entry, struct text detail)
{
    struct input *input = add(w, time_ns, host,
                              &(struct world_input){.entry = entry,
                                                    .verb = TEXT("send"),
                                                    .detail = detail,
                                                    .by_person = true,
                                                    .act = send});

    assert(world_host(w, host)->mua || (world_host(w, host)->stranger && what->server.size));
    input->send = *what;
    input->is.what = &input->send;
}

/* ---- what they do -------------------------------------------------------------------------------- */

void input_probe(struct host *h, const struct world_input *input, uint64_t cause)
{
    const struct probe_config *c = input->what;

    for (size_t i = 0; i < c->to_count; i++)
        probe_start(
            h,
            &(struct probe_question){
                .server = c->server, .port = c->port, .sender = c->from, .recipient = c->to[i]},
            cause);
}

void input_read(struct host *h, const struct world_input *input, uint64_t cause)
{
    (void)input;
    collecting_visit(h, cause);
}

void input_stop(struct host *h, const struct world_input *input, uint64_t cause)
{
    h->outage_entry = host_stop(h, cause) ? input->entry : h->outage_entry;
}

void input_crash(struct host *h, const struct world_input *input, uint64_t cause)
{
    h->outage_entry = host_crash(h, cause) ? input->entry : h->outage_entry;
}

void input_start(struct host *h, const struct world_input *input, uint64_t cause)
{
    (void)input;
    host_start(h, cause);
}

static struct link_traits changed(const struct link_traits *before, const struct link_config *to)
{
    struct link_traits t = *before;

    if (to->down >= 0)
        t.down = to->down > 0;
    if (to->latency_ns >= 0)
        t.latency_ns = to->latency_ns;
    if (to->jitter_ns >= 0)
        t.jitter_ns = to->jitter_ns;
    if (to->rate_bits >= 0)
        t.rate_bits = to->rate_bits;
    if (to->loss_ppm >= 0)
        t.loss_ppm = (uint32_t)to->loss_ppm;
    return t;
}

void input_link(struct host *h, const struct world_input *input, uint64_t cause)
{
    const struct link_config *c = input->what;
    struct net *net = &h->world->net;
    struct link_traits t;

    if (c->to == CONFIG_NO_HOST) {
        t = changed(link_access(net, h->index), c);
        link_change_access(net, h->index, &t, cause);
        return;
    }
    uint32_t link = link_find(net, h->index, c->to);
    assert(link != NET_NONE);
    t = changed(link_traits(net, link), c);
    link_change(net, link, &t, cause);
}

void input_fault(struct host *h, const struct world_input *input, uint64_t cause)
{
    fault_arm(h, input->what, input->entry, input->verb, cause);
}
