/*
 * memory.c - the slow half of memory.h: slabs, large blocks, the limit, poison.
 */
#include "sim/kernel/memory.h"

#include <assert.h>
#include <stdlib.h>

#if MEMORY_POISONS
#include <sanitizer/asan_interface.h>
#define POISON(at, size)   ASAN_POISON_MEMORY_REGION(at, size)
#define UNPOISON(at, size) ASAN_UNPOISON_MEMORY_REGION(at, size)
#else
#define POISON(at, size)   ((void)(at), (void)(size))
#define UNPOISON(at, size) ((void)(at), (void)(size))
#endif

/* Slabs begin small, because a batch makes many small worlds, and double up to 1 MiB. */
enum { SLAB_FIRST = 1 << 16, SLAB_LAST = 1 << 20 };

/* Head of whatever came from malloc; the block lies behind it. */
struct memory_large {
    _Alignas(max_align_t) struct memory_large *next;
    struct memory_large *prev;
};

_Noreturn static void exhaust(struct memory *m)
{
    if (m->exhausted)
        m->exhausted(m->context);
    abort();
}

void memory_init(struct memory *m, size_t limit)
{
    memset(m, 0, sizeof *m);
    m->slab_next = SLAB_FIRST;
    m->limit = limit;
}

void memory_end(struct memory *m)
{
    struct memory_large *next;

    for (struct memory_large *l = m->large; l; l = next) {
        next = l->next;
        free(l);
    }
    memset(m, 0, sizeof *m);
}

/* The limit needs a look only when more is in use than ever before. */
void memory_new_peak(struct memory *m)
{
    if (m->limit > 0 && m->used > m->limit)
        exhaust(m);
    m->peak = m->used;
}

static void account(struct memory *m, size_t size)
{
    if (size > SIZE_MAX - m->used)
        exhaust(m);
    m->used += size;
    if (m->used > m->peak)
        memory_new_peak(m);
}

static void link_large(struct memory *m, struct memory_large *l)
{
    l->prev = NULL;
    l->next = m->large;
    if (l->next)
        l->next->prev = l;
    m->large = l;
}

static void unlink_large(struct memory *m, struct memory_large *l)
{
    if (l->next)
        l->next->prev = l->prev;
    if (l->prev)
        l->prev->next = l->next;
    else
        m->large = l->next;
}

/* `old` is NULL, or an unlinked large block that may move. */
static char *take_large(struct memory *m, struct memory_large *old, size_t size)
{
    if (size > SIZE_MAX - sizeof(struct memory_large))
        exhaust(m);
    struct memory_large *l = realloc(old, sizeof(struct memory_large) + size);
    if (!l)
        exhaust(m);
    link_large(m, l);
    return (char *)(l + 1);
}

static void push_free(struct memory *m, void *block, unsigned c)
{
    struct memory_free *gone = block;

    gone->next = m->free_lists[c];
    m->free_lists[c] = gone;
    POISON(gone, memory_class_size(c));
}

/* Cuts what is left of the slab into free blocks, the largest first: nothing is wasted. */
static void spend_slab(struct memory *m)
{
    for (unsigned c = MEMORY_CLASSES; c-- > 0;)
        while (m->slab_left >= memory_class_size(c)) {
            UNPOISON(m->slab, memory_class_size(c));
            push_free(m, m->slab, c);
            m->slab += memory_class_size(c);
            m->slab_left -= memory_class_size(c);
        }
}

static void *carve(struct memory *m, unsigned c)
{
    if (m->slab_left < memory_class_size(c)) {
        spend_slab(m);
        m->slab = take_large(m, NULL, m->slab_next);
        m->slab_left = m->slab_next;
        if (m->slab_next < SLAB_LAST)
            m->slab_next *= 2;
        POISON(m->slab, m->slab_left);
    }
    void *block = m->slab;
    m->slab += memory_class_size(c);
    m->slab_left -= memory_class_size(c);
    return block;
}

void *memory_take_slow(struct memory *m, size_t size)
{
    unsigned c = memory_class(size);
    struct memory_free *block;

    if (c == MEMORY_CLASSES) {
        account(m, size);
        return take_large(m, NULL, size);
    }
    account(m, memory_class_size(c));
    block = m->free_lists[c];
    if (!block) {
        block = carve(m, c);
        UNPOISON(block, size);
        return block;
    }
    UNPOISON(block, memory_class_size(c));
    m->free_lists[c] = block->next;
    POISON((char *)block + size, memory_class_size(c) - size);
    return block;
}

void memory_give_slow(struct memory *m, void *block, size_t size)
{
    unsigned c = memory_class(size);

    if (!block)
        return;
    if (c == MEMORY_CLASSES) {
        struct memory_large *l = (struct memory_large *)block - 1;
        unlink_large(m, l);
        free(l);
        m->used -= size;
        return;
    }
    UNPOISON(block, memory_class_size(c));
    push_free(m, block, c);
    m->used -= memory_class_size(c);
}

void *memory_grow(struct memory *m, void *block, size_t size, size_t more)
{
    assert(more >= size);
    if (!block)
        return memory_take(m, more);
    if (memory_class(size) == MEMORY_CLASSES) {
        struct memory_large *l = (struct memory_large *)block - 1;
        account(m, more - size);
        unlink_large(m, l);
        return take_large(m, l, more);
    }
    if (memory_class(size) == memory_class(more)) {
        UNPOISON(block, more);
        return block;
    }
    void *moved = memory_take(m, more);
    memcpy(moved, block, size);
    memory_give(m, block, size);
    return moved;
}

void *memory_make_room(struct memory *m, void *items, size_t count, uint32_t *room, size_t size)
{
    uint32_t before = *room;

    if (count < before)
        return items;
    assert(before <= UINT32_MAX / 2);
    *room = before == 0 ? 4 : 2 * before;
    return memory_grow(m, items, before * size, *room * size);
}
