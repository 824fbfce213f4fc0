/*
 * memory.h - one world's memory: taken through one door, given back in one call.
 *
 * Small blocks come from free lists by size class (powers of two, and from 48 on the sizes halfway
 * between them), carved from slabs; large ones from malloc, linked so that memory_end() finds them.
 * A block is given back with its size, so it carries no header.  What passes through is reused: a
 * run's memory grows with what is in flight, not with what has passed.
 *
 * Units   octets.
 * Errors  memory_take() never returns NULL.  When the limit or the machine is exhausted it calls
 *         the `exhausted` hook, which must not return (the command line ends with status 75,
 *         "stopped at a limit"); without a hook it aborts.
 * Owner   the caller owns `struct memory`; every block dies with memory_end().
 */
#ifndef SIM_KERNEL_MEMORY_H
#define SIM_KERNEL_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define MEMORY_POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MEMORY_POISONS 1
#endif
#endif
/* Under AddressSanitizer a block that was given back is poisoned, and so is the rest of its class:
 * use after free and overflow are found as with malloc. */
#ifndef MEMORY_POISONS
#define MEMORY_POISONS 0
#endif

enum { MEMORY_CLASSES = 24 }; /* 16, 32, 48, 64, 96, ... 65536 octets; beyond that, malloc */

struct memory_large;

/* What lies in a free block. */
struct memory_free {
    struct memory_free *next;
};

struct memory {
    struct memory_free *free_lists[MEMORY_CLASSES];
    struct memory_large *large; /* slabs and large blocks, for memory_end() */
    char *slab;                 /* the rest of the current slab */
    size_t slab_left;
    size_t slab_next;  /* size of the next slab: they grow with the world */
    size_t used, peak; /* octets handed out, rounded up to their class */
    size_t limit;      /* for used; 0: none */
    void (*exhausted)(void *context);
    void *context;
};

void memory_init(struct memory *m, size_t limit);
void memory_end(struct memory *m);

/* Not for callers: what the inline functions below leave over. */
void *memory_take_slow(struct memory *m, size_t size);
void memory_give_slow(struct memory *m, void *block, size_t size);
void memory_new_peak(struct memory *m);

/* The smallest class that holds `size`, or one beyond the last. */
static inline unsigned memory_class(size_t size)
{
    if (size <= 32)
        return size > 16;
    if (size > 65536)
        return MEMORY_CLASSES;
    unsigned n = (unsigned)size - 1, log = 31 - (unsigned)__builtin_clz(n);
    return 2 * (log - 4) + (n >> (log - 1) & 1);
}

static inline size_t memory_class_size(unsigned c)
{
    return c < 2 ? (size_t)16 << c : (size_t)(3 + c % 2) << (c / 2 + 3);
}

/* Aligned for any object; not cleared. */
static inline void *memory_take(struct memory *m, size_t size)
{
    unsigned c = memory_class(size);

    if (MEMORY_POISONS || c == MEMORY_CLASSES || !m->free_lists[c])
        return memory_take_slow(m, size);
    struct memory_free *block = m->free_lists[c];
    m->free_lists[c] = block->next;
    m->used += memory_class_size(c);
    if (m->used > m->peak)
        memory_new_peak(m);
    return block;
}

/* Cleared to zero octets. */
static inline void *memory_take_clear(struct memory *m, size_t size)
{
    return memset(memory_take(m, size), 0, size);
}

/* `size` is what was asked for.  NULL is fine. */
static inline void memory_give(struct memory *m, void *block, size_t size)
{
    unsigned c = memory_class(size);

    if (MEMORY_POISONS || c == MEMORY_CLASSES || !block) {
        memory_give_slow(m, block, size);
        return;
    }
    struct memory_free *gone = block;
    gone->next = m->free_lists[c];
    m->free_lists[c] = gone;
    m->used -= memory_class_size(c);
}

/* Grows a block from `size` to `more` octets, keeping its contents. */
void *memory_grow(struct memory *m, void *block, size_t size, size_t more);

/* For an array of `count` items of `size` octets with room for `*room`: the array with room for one
 * more at least, twice as large if it was full.  Given back as *room * size octets. */
void *memory_make_room(struct memory *m, void *items, size_t count, uint32_t *room, size_t size);

#define MEMORY_NEW(m, type) ((type *)memory_take_clear((m), sizeof(type)))

#endif
