/*
 * seen.h - how often a class has seen such a step: the same command, the same class of reply.
 *
 * Who tells a story lingers on what is new and hurries through what is known.  A key is made from what
 * a record says, never from whom; who wants to tell hosts apart mixes them in.
 *
 * Owner   plain memory, empty when all of it is zero.  Errors  none: beyond SEEN_MAX kinds some share a
 *         count.
 */
#ifndef SIM_REPLAY_SEEN_H
#define SIM_REPLAY_SEEN_H

#include "sim/replay/recording.h"

enum { SEEN_MAX = 4096 }; /* a power of two */

struct seen {
    uint64_t keys[SEEN_MAX];
    uint32_t times[SEEN_MAX];
    uint32_t used;
};

/* Same kind, same verb, same class of reply. */
uint64_t seen_key(const struct recording_line *line);
/* That key between hosts of such roles. */
uint64_t seen_between(const struct recording *r, const struct recording_line *line, uint64_t key);
/* Counts it: 1, 2, 3, ... */
uint32_t seen_times(struct seen *seen, uint64_t key);

#endif
