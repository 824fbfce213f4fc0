/*
 * pattern.h - does a text match one of our own regular expressions?
 *
 * The table of keys holds one expression for each form of text; the JSON schema prints it and the
 * check runs it, so the two cannot disagree.  What is understood is what our expressions use, and
 * means the same in ECMA 262: literals, \ before a special character, [sets] with ranges and ^,
 * ( | ), ? + * {m,n}.  The whole text must match.
 *
 * Time is linear in the text: the expression is turned into a machine whose states are followed all
 * at once (Thompson 1968), so no text can make it slow.
 *
 * Owner   the caller owns `struct pattern`; the expression is borrowed only during compilation.
 * Errors  a bad or too long expression is our bug and is asserted.
 */
#ifndef SIM_SCENARIO_PATTERN_H
#define SIM_SCENARIO_PATTERN_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"

enum { PATTERN_STATES_MAX = 1024, PATTERN_SETS_MAX = 64, PATTERN_WORDS = PATTERN_STATES_MAX / 64 };

struct pattern_state {
    uint16_t next, other; /* SPLIT has both */
    int16_t set;          /* of octets to be read, or PATTERN_SPLIT, PATTERN_MATCH */
};

struct pattern {
    struct pattern_state states[PATTERN_STATES_MAX];
    uint64_t sets[PATTERN_SETS_MAX][4]; /* 256 bits each */
    uint64_t *reach;                    /* `words` for each state: the reading states behind it */
    uint16_t state_count, set_count, start, words;
};

void pattern_compile(struct pattern *p, struct memory *m, const char *expression);
void pattern_free(struct pattern *p, struct memory *m);
bool pattern_match(const struct pattern *p, struct text t);

#endif
