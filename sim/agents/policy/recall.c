/*
 * recall.c - a table of names over items, swept when it is full.
 */
#include "sim/agents/policy/recall.h"

void recall_init(struct recall *r, struct memory *m)
{
    *r = (struct recall){.memory = m};
    table_init(&r->names, m, false);
}

static void give(struct recall *r, struct recall_item *item)
{
    memory_give(r->memory, (char *)(uintptr_t)item->key.at, item->key.size + 1);
    memory_give(r->memory, item, sizeof *item);
}

void recall_clear(struct recall *r)
{
    for (uint32_t i = 0; i < r->count; i++)
        give(r, r->items[i]);
    memory_give(r->memory, r->items, r->room * sizeof *r->items);
    table_free(&r->names);
    recall_init(r, r->memory);
}

struct recall_item *recall_find(const struct recall *r, struct text key, int64_t now_ns)
{
    uint32_t index = table_get(&r->names, key);

    if (index == TABLE_NONE || r->items[index]->until_ns <= now_ns)
        return NULL;
    return r->items[index];
}

/* What is too old goes; the rest moves together and keeps its order. */
static void sweep(struct recall *r, int64_t now_ns)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < r->count; i++) {
        struct recall_item *item = r->items[i];
        if (item->until_ns <= now_ns) {
            table_remove(&r->names, item->key);
            give(r, item);
            continue;
        }
        table_set(&r->names, item->key, kept);
        r->items[kept++] = item;
    }
    r->count = kept;
}

static void make_room(struct recall *r, int64_t now_ns)
{
    if (r->count < r->room)
        return;
    sweep(r, now_ns);
    if (r->count <= r->room / 2 && r->room)
        return; /* at least as many can come as were looked at */
    uint32_t more = r->room ? 2 * r->room : 8;
    r->items =
        memory_grow(r->memory, r->items, r->room * sizeof *r->items, more * sizeof *r->items);
    r->room = more;
}

struct recall_item *recall_make(struct recall *r, struct text key, int64_t now_ns, int64_t for_ns)
{
    uint32_t index = table_get(&r->names, key);
    struct recall_item *item = index == TABLE_NONE ? NULL : r->items[index];

    if (item && item->until_ns > now_ns)
        return item;
    if (!item) {
        make_room(r, now_ns);
        item = MEMORY_NEW(r->memory, struct recall_item);
        item->key = text_copy(r->memory, key);
        table_set(&r->names, item->key, r->count);
        r->items[r->count++] = item;
    }
    item->since_ns = now_ns;
    item->until_ns = now_ns + for_ns;
    item->count = item->mark = 0;
    return item;
}
