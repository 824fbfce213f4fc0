/*
 * table.c - linear probing, at most three quarters full.
 *
 * A removed entry leaves no mark: the entries behind it that had to walk past its slot are moved
 * up.  So a table that is filled and emptied for ever stays as fast as a new one.
 */
#include "sim/kernel/table.h"

#include <assert.h>

enum { TABLE_FIRST = 8 };

static uint64_t key_hash(const struct table *t, struct text key)
{
    return t->nocase ? text_hash_nocase(key) : text_hash(key);
}

/* The slot that holds `key`, or the empty one where it belongs. */
static uint32_t find_slot(const struct table *t, struct text key, uint64_t hash)
{
    uint32_t mask = t->capacity - 1, i = (uint32_t)hash & mask;

    for (;; i = (i + 1) & mask) {
        const struct table_slot *slot = &t->slots[i];
        if (slot->value == TABLE_NONE)
            return i;
        if (slot->hash == hash &&
            (t->nocase ? text_equal_nocase(slot->key, key) : text_equal(slot->key, key)))
            return i;
    }
}

static void resize(struct table *t, uint32_t capacity)
{
    struct table old = *t;

    t->slots = memory_take(t->memory, capacity * sizeof *t->slots);
    t->capacity = capacity;
    for (uint32_t i = 0; i < capacity; i++)
        t->slots[i] = (struct table_slot){.value = TABLE_NONE};
    for (uint32_t i = 0; i < old.capacity; i++)
        if (old.slots[i].value != TABLE_NONE)
            t->slots[find_slot(t, old.slots[i].key, old.slots[i].hash)] = old.slots[i];
    memory_give(t->memory, old.slots, old.capacity * sizeof *old.slots);
}

void table_init(struct table *t, struct memory *m, bool nocase)
{
    *t = (struct table){.memory = m, .nocase = nocase};
}

void table_free(struct table *t)
{
    memory_give(t->memory, t->slots, t->capacity * sizeof *t->slots);
    table_init(t, t->memory, t->nocase);
}

uint32_t table_get(const struct table *t, struct text key)
{
    if (t->used == 0)
        return TABLE_NONE;
    return t->slots[find_slot(t, key, key_hash(t, key))].value;
}

void table_set(struct table *t, struct text key, uint32_t value)
{
    assert(value != TABLE_NONE);
    if (t->used >= t->capacity / 4 * 3)
        resize(t, t->capacity > 0 ? t->capacity * 2 : TABLE_FIRST);
    uint64_t hash = key_hash(t, key);
    struct table_slot *slot = &t->slots[find_slot(t, key, hash)];
    if (slot->value == TABLE_NONE)
        t->used++;
    *slot = (struct table_slot){.key = key, .hash = hash, .value = value};
}

void table_remove(struct table *t, struct text key)
{
    if (t->used == 0)
        return;
    uint32_t mask = t->capacity - 1, hole = find_slot(t, key, key_hash(t, key));
    if (t->slots[hole].value == TABLE_NONE)
        return;
    for (uint32_t i = (hole + 1) & mask; t->slots[i].value != TABLE_NONE; i = (i + 1) & mask) {
        /* May the entry at i move to the hole?  Only if that is no earlier than its home. */
        uint32_t home = (uint32_t)t->slots[i].hash & mask;
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            t->slots[hole] = t->slots[i];
            hole = i;
        }
    }
    t->slots[hole].value = TABLE_NONE;
    t->used--;
}
