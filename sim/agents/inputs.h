/*
 * inputs.h - what happens to the world from outside: the entries of the timeline.
 *
 * An input is a time, a host, and what is then done; the record sim.input says so first and is the
 * cause of the rest.  What a person does at a host that is off, is done when the host is on again.
 *
 * Errors  none: entries were checked with the scenario; one that met nothing is told at the end.
 * Owner   the world's memory; verb, detail and `what` are borrowed and must outlive the world.
 */
#ifndef SIM_AGENTS_INPUTS_H
#define SIM_AGENTS_INPUTS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/agents/config/config.h"
#include "sim/kernel/text.h"

struct host;
struct world;

struct world_input {
    int64_t entry;      /* index in the timeline */
    struct text verb;   /* "send", "stop", ... */
    struct text detail; /* its value as JSON */
    bool by_person;     /* waits while the host is off */
    bool aims;          /* it means something only if it meets something */
    void (*act)(struct host *h, const struct world_input *input, uint64_t cause);
    const void *what; /* for `act` */
};

void world_add_input(struct world *w, int64_t time_ns, uint32_t host,
                     const struct world_input *input);

/* Calls `each` for every entry that never met anything, in the order of the timeline.  After the run. */
void world_each_idle(const struct world *w, void (*each)(void *context, int64_t entry),
                     void *context);

/* ---- what they do -------------------------------------------------------------------------------- */

/* Each is the `act` of an input; `what` is given behind it. */
void input_stop(struct host *h, const struct world_input *input, uint64_t cause);
void input_crash(struct host *h, const struct world_input *input, uint64_t cause);
void input_probe(struct host *h, const struct world_input *input,
                 uint64_t cause); /* probe_config */
/* The MUA fetches what is in its mailbox. */
void input_read(struct host *h, const struct world_input *input, uint64_t cause);
void input_start(struct host *h, const struct world_input *input, uint64_t cause);
void input_link(struct host *h, const struct world_input *input, uint64_t cause); /* link_config */
void input_fault(struct host *h, const struct world_input *input,
                 uint64_t cause); /* fault_config */

/* ---- for the agents ------------------------------------------------------------------------------ */

/* The host runs again: what a person wanted to do there in the meantime is done now. */
void inputs_host_up(struct host *h);

#endif
