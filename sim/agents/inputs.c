/*
 * inputs.c - inputs that wait for their time, or for their host.
 */
#include "sim/agents/inputs.h"

#include <assert.h>

#include "sim/agents/host.h"
#include "sim/agents/mua.h"

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
        queue_set_class(q, &input->event, q->now_ns, EVENT_INPUT);
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

void world_add_input(struct world *w, int64_t time_ns, uint32_t host, const struct world_input *is)
{
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

    assert(world_host(w, host)->mua);
    input->send = *what;
    input->is.what = &input->send;
}
