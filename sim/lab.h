/*
 * lab.h - the front door of libsmtplab: open, advance, read the trace.
 *
 * A lab is one run of one scenario.  It is a function of (scenario, seed, inputs): same inputs, same
 * records.  Nothing here blocks, forks, reads a clock or touches a file, so a window, a grader and a
 * browser can all drive it.
 *
 *     struct lab *lab = lab_open(&scenario, &options);
 *     trace_add_sink(lab_trace(lab), sink);
 *     lab_start(lab);
 *     while (lab_advance(lab, 100000) == WORLD_RUNNING)
 *         ;
 *     lab_close(lab);
 *
 * Units   simulated nanoseconds; a budget counts events.
 * Errors  the scenario has been checked (sim/scenario); lab_open() returns NULL only when memory is
 *         out.  Memory that runs out later calls options.exhausted (kernel/memory.h).
 * Owner   the scenario is borrowed and must outlive the lab.
 */
#ifndef SIM_LAB_H
#define SIM_LAB_H

#include <stdint.h>

#include "sim/agents/world.h"
#include "sim/scenario/scenario.h"
#include "sim/trace/trace.h"

struct lab;

struct lab_options {
    uint32_t layers;     /* that will be written: what causes may name (trace.h) */
    int64_t until_ns;    /* -1: to the end */
    size_t memory_limit; /* octets; 0: none */
    void (*exhausted)(void *context);
    void *context;
};

struct lab *lab_open(const struct scenario *scenario, const struct lab_options *options);
struct trace *lab_trace(struct lab *lab);
/* The world, for whoever needs more than the trace: tests, benches, the list of open custodies. */
struct world *lab_world(struct lab *lab);
/* After the sinks are attached; emits the first records. */
void lab_start(struct lab *lab);
/* Fires at most `budget` events. */
enum world_status lab_advance(struct lab *lab, uint64_t budget);
void lab_close(struct lab *lab);

#endif
