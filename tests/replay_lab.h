/*
 * replay_lab.h - whole runs for tests of what plays them back: a scenario's cast and all its records.
 *
 * A mistake in the scenario or the file system fails the test.
 */
#ifndef TESTS_REPLAY_LAB_H
#define TESTS_REPLAY_LAB_H

#include "sim/replay/cast.h"
#include "sim/replay/frame.h"
#include "sim/replay/keep.h"
#include "tests/scenario_lab.h"

struct replay_lab {
    struct lab_scenario scenario;
    struct memory *memory; /* the scenario's */
    struct buffer normalised;
    struct replay_header header;
    struct cast cast;
    const struct trace_record **records; /* copies, in order */
    uint32_t count, capacity;
    struct replay_keep keep;
};

/* The run of scenarios/NAME.json with records of these layers; then of a text. */
void replay_lab_run(struct replay_lab *l, const char *name, uint32_t layers);
void replay_lab_run_text(struct replay_lab *l, struct text scenario, uint32_t layers);
void replay_lab_free(struct replay_lab *l);

/* Names of the bundled scenarios, up to NULL. */
extern const char *const replay_lab_bundled[];
/* Calls `each` with a run of every bundled scenario. */
void replay_lab_each(uint32_t layers, void (*each)(struct replay_lab *l, const char *name));
/* The same with random worlds of tests/swarm/world.py: seeds from `first` on. */
void replay_lab_swarm(unsigned first, unsigned count, uint32_t layers,
                      void (*each)(struct replay_lab *l, const char *name));

#endif
