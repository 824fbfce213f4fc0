/*
 * periodic.h - what somebody does every so often: collecting, probing.
 *
 * Such work is in the background: it does not keep a run alive.  When nothing else is pending, whoever
 * wants a last turn (a collector, not a stranger) has it at its next time, and if nothing was delivered
 * meanwhile the run is over; else there is a further round, so that what came is fetched too.
 *
 * Owner   the caller owns a struct periodic, for as long as the world lives.  Errors  none.
 */
#ifndef SIM_AGENTS_HOST_PERIODIC_H
#define SIM_AGENTS_HOST_PERIODIC_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/queue.h"

struct world;

struct periodic {
    struct event event;
    int64_t every_ns;
    bool last_turn; /* is due once more when all else is over */
    /* Its turn; whether its host is up is for itself to look at. */
    void (*due)(struct world *w, struct periodic *p);
    struct periodic *next; /* in world->periodics */
    uint32_t round;        /* the last one that it had its turn in */
};

/* Due first after every_ns, which is above zero, and then for ever.  All of it but `event`, `next` and
 * `round` is set before. */
void periodic_start(struct world *w, struct periodic *p);
/* Nothing but periodic work is pending: is there anything left to wait for? */
bool periodic_goes_on(struct world *w);

#endif
