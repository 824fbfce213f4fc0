/*
 * idle.h - an event that does not keep a run alive: what is looked at again some day.
 *
 * As periodic.h, but set and cleared for one time each.  What such an event begins (a connection, a
 * mail) is ordinary work, and keeps the run alive until that is done.
 *
 * Units   simulated nanoseconds.  Owner  whoever embeds it.  Errors  none.
 */
#ifndef SIM_AGENTS_HOST_IDLE_H
#define SIM_AGENTS_HOST_IDLE_H

#include <stdint.h>

#include "sim/kernel/queue.h"

struct world;

/* Before it is first set, all that matters is that `due` is set and the rest zero. */
struct idle_event {
    struct event event;
    void (*due)(struct world *w, struct idle_event *self);
};

void idle_set(struct world *w, struct idle_event *e, int64_t time_ns);
/* No effect if it is not pending. */
void idle_clear(struct world *w, struct idle_event *e);

#endif
