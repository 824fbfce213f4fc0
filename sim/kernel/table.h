/*
 * table.h - from a name to a number: an open-addressing hash table over text keys.
 *
 * The hash decides only where an entry lies, never an order: whoever iterates, iterates over an
 * array of its own in the order of insertion.
 *
 * Owner   keys are borrowed and must outlive the table; storage comes from `struct memory`.
 * Errors  none: what is not there is TABLE_NONE.
 */
#ifndef SIM_KERNEL_TABLE_H
#define SIM_KERNEL_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"

#define TABLE_NONE UINT32_MAX

struct table_slot {
    struct text key;
    uint64_t hash;
    uint32_t value; /* TABLE_NONE: the slot is empty */
};

struct table {
    struct table_slot *slots;
    uint32_t capacity, used; /* capacity: 0 or a power of two */
    bool nocase;             /* ASCII case does not distinguish keys (domain names) */
    struct memory *memory;
};

void table_init(struct table *t, struct memory *m, bool nocase);
void table_free(struct table *t);
/* The value, or TABLE_NONE. */
uint32_t table_get(const struct table *t, struct text key);
/* Adds or replaces; value != TABLE_NONE. */
void table_set(struct table *t, struct text key, uint32_t value);
/* No effect if it is not there. */
void table_remove(struct table *t, struct text key);

#endif
