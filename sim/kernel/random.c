/*
 * random.c - xoshiro256++ and how a stream gets its first state.
 */
#include "sim/kernel/random.h"

#include <assert.h>

/* FNV-1a: octet by octet, so that every byte order gives the same stream. */
static uint64_t digest(uint64_t hash, struct text t)
{
    for (size_t i = 0; i < t.size; i++)
        hash = (hash ^ (unsigned char)t.at[i]) * UINT64_C(0x100000001B3);
    /* The length parts ("ab", "c") from ("a", "bc"). */
    return (hash ^ t.size) * UINT64_C(0x100000001B3);
}

/* SplitMix64 (Steele, Lea and Flood 2014). */
static uint64_t split_mix(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

void random_init(struct random *r, uint64_t seed, struct text name, struct text purpose)
{
    uint64_t hash = digest(digest(UINT64_C(0xCBF29CE484222325), name), purpose);
    uint64_t first = seed;
    uint64_t state = split_mix(&first) ^ hash;

    for (int i = 0; i < 4; i++)
        r->state[i] = split_mix(&state);
}

static uint64_t rotate(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

uint64_t random_next(struct random *r)
{
    uint64_t *s = r->state;
    uint64_t result = rotate(s[0] + s[3], 23) + s[0];
    uint64_t t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

uint64_t random_below(struct random *r, uint64_t bound)
{
    assert(bound > 0);
    /* 2^64 mod bound values at the bottom would come once too often: draw again. */
    uint64_t unfair = (0 - bound) % bound, value;
    do
        value = random_next(r);
    while (value < unfair);
    return value % bound;
}

bool random_chance(struct random *r, uint32_t ppm)
{
    return ppm > 0 && random_below(r, 1000000) < ppm;
}
