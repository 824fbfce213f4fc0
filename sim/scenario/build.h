/*
 * build.h - from a checked scenario to a world that is ready to start.
 *
 * Hosts, links, roles, zones and letters are handed over in the order of the file, so the same
 * scenario always makes the same world.
 *
 * Errors  the scenario has been read without errors and scenario_first_unbuilt() found nothing;
 *         anything else is our bug.
 * Owner   the world borrows the scenario's texts: the scenario must outlive it.
 */
#ifndef SIM_SCENARIO_BUILD_H
#define SIM_SCENARIO_BUILD_H

#include "sim/agents/world.h"
#include "sim/scenario/scenario.h"

/* After world_open() with the scenario's seed, start and limits, before world_start(). */
void scenario_build(const struct scenario *s, struct world *w);

#endif
