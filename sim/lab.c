/*
 * lab.c - a scenario and the world made from it.
 */
#include "sim/lab.h"

#include <stdlib.h>

#include "sim/scenario/build.h"

struct lab {
    const struct scenario *scenario;
    struct world *world;
};

struct lab *lab_open(const struct scenario *scenario, const struct lab_options *options)
{
    struct lab *lab = calloc(1, sizeof *lab);

    if (!lab)
        return NULL;
    lab->scenario = scenario;
    lab->world =
        world_open(&(struct world_options){.seed = scenario->seed,
                                           .start_unix = scenario->start_unix,
                                           .layers = options->layers,
                                           .time_limit_ns = scenario->limits.time_ns,
                                           .until_ns = options->until_ns,
                                           .queue_limit_octets = scenario->limits.queue_octets,
                                           .message_limit_octets = scenario->limits.message_octets,
                                           .event_limit = (uint64_t)scenario->limits.events,
                                           .nesting_limit = (uint32_t)scenario->limits.nesting,
                                           .memory_limit = options->memory_limit,
                                           .exhausted = options->exhausted,
                                           .context = options->context});
    if (!lab->world) {
        free(lab);
        return NULL;
    }
    scenario_build(scenario, lab->world);
    return lab;
}

struct trace *lab_trace(struct lab *lab)
{
    return world_trace(lab->world);
}

struct world *lab_world(struct lab *lab)
{
    return lab->world;
}

void lab_start(struct lab *lab)
{
    world_start(lab->world);
}

enum world_status lab_advance(struct lab *lab, uint64_t budget)
{
    return world_step(lab->world, budget);
}

void lab_close(struct lab *lab)
{
    if (!lab)
        return;
    world_close(lab->world);
    free(lab);
}
