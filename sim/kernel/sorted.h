/*
 * sorted.h - where in a sorted array something stands, or would stand: found by halving.
 *
 * The arrays are of structs that are kept in the order of one of their fields, a uint32_t: mostly the
 * index of a record.
 *
 * Errors  none.
 * Owner   nothing is kept.
 */
#ifndef SIM_KERNEL_SORTED_H
#define SIM_KERNEL_SORTED_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* How many of `count` items come before `key`; each is `size` octets long and has its own key at
 * `key_at`, as offsetof() says.  So the first item from `key` on, if there is one, has this index. */
static inline uint32_t sorted_before(const void *items, uint32_t count, size_t size, size_t key_at,
                                     uint32_t key)
{
    uint32_t low = 0, high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2, its;

        memcpy(&its, (const char *)items + middle * size + key_at, sizeof its);
        if (its < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

#endif
