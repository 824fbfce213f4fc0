/*
 * recall.h - things remembered by name for a while: greylisted triples, counts of a window.
 *
 * Units   simulated nanoseconds.
 * Owner   keys are copied; all storage comes from `struct memory`.  What is too old is given back when
 *         room is needed, so it grows with what is remembered, not with what has passed.
 * Errors  none.
 */
#ifndef SIM_AGENTS_POLICY_RECALL_H
#define SIM_AGENTS_POLICY_RECALL_H

#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/table.h"
#include "sim/kernel/text.h"

struct recall_item {
    struct text key;
    int64_t since_ns, until_ns; /* until: forgotten from then on */
    uint32_t count;             /* the owner's own; so is `mark` */
    uint32_t mark;
};

struct recall {
    struct memory *memory;
    struct table names;
    struct recall_item **items; /* in the order in which they were made */
    uint32_t count, room;
};

void recall_init(struct recall *r, struct memory *m);
/* Forgets everything. */
void recall_clear(struct recall *r);
/* NULL if it is not known, or not any more. */
struct recall_item *recall_find(const struct recall *r, struct text key, int64_t now_ns);
/* The item; if there is none, a new one with since = now and until = now + `for_ns`. */
struct recall_item *recall_make(struct recall *r, struct text key, int64_t now_ns, int64_t for_ns);

#endif
