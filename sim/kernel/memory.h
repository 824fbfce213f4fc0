/*
 * memory.h - one world's memory: taken through one door, given back in one call.
 *
 * Small blocks come from free lists by size class (powers of two), carved from slabs; large ones
 * from malloc, linked so that memory_end() finds them.  A block is given back with its size, so it
 * carries no header.  What passes through is reused: a run's memory grows with what is in flight,
 * not with what has passed.
 *
 * Units   octets.
 * Errors  memory_take() never returns NULL.  When the limit or the machine is exhausted it calls
 *         the `exhausted` hook, which must not return (the command line ends with status 75,
 *         "stopped at a limit"); without a hook it aborts.
 * Owner   the caller owns `struct memory`; every block dies with memory_end().
 */
#ifndef SIM_KERNEL_MEMORY_H
#define SIM_KERNEL_MEMORY_H

#include <stddef.h>
#include <stdint.h>

enum { MEMORY_CLASSES = 13 }; /* 16, 32, ... 65536 octets; beyond that, malloc */

struct memory_large;

struct memory {
    void *free_lists[MEMORY_CLASSES];
    struct memory_large *large; /* slabs and large blocks, for memory_end() */
    char *slab;                 /* the rest of the current slab */
    size_t slab_left;
    size_t used, peak;          /* octets handed out, rounded up to their class */
    size_t limit;               /* 0: none */
    void (*exhausted)(void *context);
    void *context;
};

void memory_init(struct memory *m, size_t limit);
void memory_end(struct memory *m);

/* Aligned for any object; not cleared. */
void *memory_take(struct memory *m, size_t size);
/* Cleared to zero octets. */
void *memory_take_clear(struct memory *m, size_t size);
/* `size` is what was asked for.  NULL is fine. */
void memory_give(struct memory *m, void *block, size_t size);
/* Grows a block from `size` to `more` octets, keeping its contents. */
void *memory_grow(struct memory *m, void *block, size_t size, size_t more);

#define MEMORY_NEW(m, type) ((type *)memory_take_clear((m), sizeof(type)))

#endif
