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
#include "sim/replay/recording.h"
#include "tests/scenario_lab.h"

/* What a window shows: all but what passes on the links, octet by octet. */
enum {
    WATCHED_LAYERS = 1U << TRACE_LAYER_CORE | 1U << TRACE_LAYER_SMTP | 1U << TRACE_LAYER_POP3 |
                     1U << TRACE_LAYER_DNS | 1U << TRACE_LAYER_TCP
};

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

/* All records of the run, in its memory. */
void replay_lab_record(struct recording *r, const struct replay_lab *l);
/* The nth (from 0) record of that kind, at that host if one is given; the test fails if there is none. */
uint32_t replay_lab_nth(const struct recording *r, enum trace_kind kind, const char *host, int n);

/* Names of the bundled scenarios, up to NULL. */
extern const char *const replay_lab_bundled[];
/* Calls `each` with a run of every bundled scenario. */
void replay_lab_each(uint32_t layers, void (*each)(struct replay_lab *l, const char *name));
/* The same with random worlds of tests/swarm/world.py: seeds from `first` on. */
void replay_lab_swarm(unsigned first, unsigned count, uint32_t layers,
                      void (*each)(struct replay_lab *l, const char *name));

#endif
