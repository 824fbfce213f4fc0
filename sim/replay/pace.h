/*
 * pace.h - presentation time: when on the wall each record happens.
 *
 * A hop lasts milliseconds and a retry hours.  Pace gives every step about the same time on screen (a
 * hop some 1,000 ms, a reply 600), the second of its kind less than the first, and names the gaps that
 * it skips; the true scale is the other choice.  Presentation time never enters the engine: whatever is
 * watched, at whatever speed, the trace stays the same.
 *
 * A place is a record that has happened and a part of the way to the next one.  Things that travel
 * between two records are that part of their way along, so any frame rate shows the same film.
 *
 * Units   milliseconds of presentation time from 0; simulated nanoseconds.
 * Owner   the arrays live in the memory given.  Grows with the recording: pace_extend().
 * Errors  none.
 */
#ifndef SIM_REPLAY_PACE_H
#define SIM_REPLAY_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/replay/recording.h"

enum pace_clock { PACE_STEPS, PACE_TRUE };

struct pace_place {
    uint32_t index; /* last record that has happened; RECORDING_NONE: before the first */
    double part;    /* 0 .. 1 of the way to the next */
    int64_t now_ns;
};

/* A stretch of simulated time in which nothing is to be seen. */
struct pace_gap {
    uint32_t after; /* record before it */
    int64_t length_ns;
    double start_ms, end_ms;
};

struct pace {
    const struct recording *recording;
    struct memory *memory;
    enum pace_clock clock;
    double *at_ms; /* for each record: when it happens; never falls */
    uint32_t count, capacity;
    /* In their order; those worth a name (longer than 2 s of simulated time). */
    struct pace_gap *gaps;
    uint32_t gap_count, gap_capacity;
    struct pace_own *own;
};

void pace_init(struct pace *p, struct memory *m, const struct recording *r, enum pace_clock clock);
/* Takes up records that were added since. */
void pace_extend(struct pace *p);
/* All of it: when the last record happens, and a moment to look at it. */
double pace_length(const struct pace *p);
/* Where one is at that presentation time, and when a record happens. */
struct pace_place pace_place(const struct pace *p, double ms);
double pace_when(const struct pace *p, uint32_t index);
/* 0 .. 1: how far what was sent at record `from` and arrives at record `to` has come (to NONE: by the
 * time that is usual). */
double pace_way(const struct pace *p, double ms, uint32_t from, uint32_t to);
/* The gap at that presentation time, or NULL. */
const struct pace_gap *pace_gap_at(const struct pace *p, double ms);

#endif
