/*
 * idle.c - counted as background while they are pending.
 */
#include "sim/agents/host/idle.h"

#include "sim/agents/host/host.h"

static void fire(void *world, struct event *event)
{
    struct world *w = world;
    struct idle_event *e = EVENT_OWNER(event, struct idle_event, event);

    w->background.pending--;
    e->due(w, e);
}

void idle_set(struct world *w, struct idle_event *e, int64_t time_ns)
{
    idle_clear(w, e);
    e->event.fire = fire;
    queue_set(&w->queue, &e->event, time_ns);
    w->background.pending++;
}

void idle_clear(struct world *w, struct idle_event *e)
{
    if (!event_pending(&e->event))
        return;
    queue_clear(&w->queue, &e->event);
    w->background.pending--;
}
