/*
 * periodic.c - turns, and the last rounds of a run.
 */
#include "sim/agents/host/periodic.h"

#include <assert.h>

#include "sim/agents/host/host.h"

static void set(struct world *w, struct periodic *p)
{
    queue_set(&w->queue, &p->event, w->queue.now_ns + p->every_ns);
    w->background.pending++;
}

static void turn(void *world, struct event *e)
{
    struct world *w = world;
    struct background *b = &w->background;
    struct periodic *p = EVENT_OWNER(e, struct periodic, event);

    b->pending--;
    set(w, p);
    if (!b->last_round) {
        p->due(w, p);
    } else if (p->last_turn && p->round != b->round) {
        p->round = b->round;
        b->turns_left--;
        p->due(w, p);
    }
}

void periodic_start(struct world *w, struct periodic *p)
{
    assert(p->every_ns > 0 && p->due);
    p->event.fire = turn;
    p->next = w->background.first;
    w->background.first = p;
    set(w, p);
}

bool periodic_goes_on(struct world *w)
{
    struct background *b = &w->background;

    if (b->last_round && b->turns_left > 0)
        return true;
    if (b->last_round && b->delivered == w->counts.delivered)
        return false;
    b->last_round = true;
    b->round++;
    b->delivered = w->counts.delivered;
    b->turns_left = 0;
    for (const struct periodic *p = b->first; p; p = p->next)
        b->turns_left += p->last_turn;
    return b->turns_left > 0;
}
