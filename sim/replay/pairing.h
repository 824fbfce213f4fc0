/*
 * pairing.h - two lists of things that happened, side by side: what corresponds stands on one line.
 *
 * Things with the same key correspond, in order; those that only are alike (the reply to the same
 * command, with another code) are put together as long as the two go in step, and behind that if nothing
 * closer is there.  What has no counterpart on either side stands beside what happened on the other side
 * meanwhile.
 *
 * What repeats itself is found by pairing_repeats(): the same few things over and over again.
 *
 * Index   items are counted from 0; PAIRING_NONE: nothing on that side.
 * Cost    O(n) where the two are the same, at most O(PAIRING_WINDOW) for each item elsewhere.
 * Owner   the lines live in the memory given until pairing_free().
 * Errors  none.
 */
#ifndef SIM_REPLAY_PAIRING_H
#define SIM_REPLAY_PAIRING_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/memory.h"

#define PAIRING_NONE UINT32_MAX

enum { PAIRING_WINDOW = 400, PAIRING_PERIOD = 48, PAIRING_LEAST = 3 };

struct pairing_item {
    uint64_t same; /* equal: they say the same */
    uint64_t like; /* equal: they are about the same; 0: like nothing else */
};

struct pairing_line {
    uint32_t items[2];
    bool paired; /* the two correspond; else they only stand beside each other */
};

struct pairing {
    struct memory *memory;
    struct pairing_line *lines;
    uint32_t count, capacity;
};

void pairing_find(struct pairing *p, struct memory *m, const struct pairing_item *a,
                  uint32_t a_count, const struct pairing_item *b, uint32_t b_count);
void pairing_free(struct pairing *p);

/* From `keys[from]` on: `*period` keys that come `*times` times one after the other, at least
 * PAIRING_LEAST times; of several ways the one that covers most, then the shortest.  False: none. */
bool pairing_repeats(const uint64_t *keys, uint32_t count, uint32_t from, uint32_t *period,
                     uint32_t *times);

#endif
