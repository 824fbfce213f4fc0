/*
 * random.h - seeded random streams, one for each entity and purpose.
 *
 * A stream is derived from (seed, name, purpose), never from another stream, so a new host shifts
 * nobody else's numbers.  xoshiro256++ (Blackman and Vigna 2019), seeded through SplitMix64.
 *
 * Owner   the caller.  Errors  none.
 */
#ifndef SIM_KERNEL_RANDOM_H
#define SIM_KERNEL_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/text.h"

struct random {
    uint64_t state[4];
};

/* For example (7, "alice-pc > mail.uni.example", "loss"). */
void random_init(struct random *r, uint64_t seed, struct text name, struct text purpose);
uint64_t random_next(struct random *r);
/* 0 <= value < bound, without bias; bound > 0. */
uint64_t random_below(struct random *r, uint64_t bound);
/* True with a probability of `ppm` in a million; draws one number unless ppm is 0. */
bool random_chance(struct random *r, uint32_t ppm);

#endif
