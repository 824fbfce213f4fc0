/*
 * fuzz.h - what the fuzz targets share.
 *
 * Each target states what must hold for any octets whatever, with WANT(); libFuzzer and the
 * sanitizers look for octets for which it does not.  `make check-long` runs each for a while; a
 * longer look: make CC=clang CFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address,undefined'
 * BUILD=build/fuzzing fuzzers, then build/fuzzing/fuzz/fuzz_dns.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define WANT(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* The first octets of an input choose, the rest is what is read. */
struct input {
    const uint8_t *at;
    size_t size;
};

static inline unsigned input_octet(struct input *in)
{
    if (in->size == 0)
        return 0;
    in->size--;
    return *in->at++;
}

static inline struct text input_rest(const struct input *in)
{
    return text_from((const char *)in->at, in->size);
}

/* How a stream is cut into pieces. */
enum cut { CUT_WHOLE, CUT_OCTETS, CUT_MIXED, CUT_COUNT };

/* Size of the next piece of `left` octets; `state` begins as the seed. */
static inline size_t cut_size(enum cut cut, size_t left, uint64_t *state)
{
    size_t size;

    if (cut == CUT_WHOLE || left == 0)
        return left;
    if (cut == CUT_OCTETS)
        return 1;
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    size = 1 + (size_t)(*state >> 33) % 40;
    return size < left ? size : left;
}

#endif
