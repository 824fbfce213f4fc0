/* A hash table of blocks in the order of their use; the oldest go when the budget is spent. */
#include "render/canvas/canvas_parts.h"

enum { BUCKETS_MIN = 256 };

void cache_init(struct cache *c, struct memory *m, size_t budget,
                void (*gone)(struct memory *, void *))
{
    *c = (struct cache){.memory = m, .budget = budget, .bucket_count = BUCKETS_MIN, .gone = gone};
    c->buckets = memory_take_clear(m, BUCKETS_MIN * sizeof *c->buckets);
}

static size_t cost(const struct cached *item)
{
    return sizeof *item + item->key.size + item->size + item->more;
}

static void unlink_use(struct cache *c, struct cached *item)
{
    *(item->before ? &item->before->next : &c->first) = item->next;
    *(item->next ? &item->next->before : &c->last) = item->before;
    item->before = item->next = NULL;
}

static void link_first(struct cache *c, struct cached *item)
{
    item->next = c->first;
    *(c->first ? &c->first->before : &c->last) = item;
    c->first = item;
}

static void drop(struct cache *c, struct cached *item)
{
    struct cached **at = &c->buckets[item->hash & (c->bucket_count - 1)];

    while (*at != item)
        at = &(*at)->chain;
    *at = item->chain;
    unlink_use(c, item);
    c->used -= cost(item);
    c->count--;
    if (c->gone)
        c->gone(c->memory, item->value);
    memory_give(c->memory, item->value, item->size);
    memory_give(c->memory, item, sizeof *item + item->key.size);
}

void cache_clear(struct cache *c)
{
    while (c->first)
        drop(c, c->first);
}

static struct cached *find(const struct cache *c, uint64_t hash, struct text key)
{
    struct cached *item = c->buckets[hash & (c->bucket_count - 1)];

    while (item && (item->hash != hash || !text_equal(item->key, key)))
        item = item->chain;
    return item;
}

void *cache_find(struct cache *c, struct text key)
{
    struct cached *item = find(c, text_hash(key), key);

    if (!item)
        return NULL;
    if (item != c->first) {
        unlink_use(c, item);
        link_first(c, item);
    }
    return item->value;
}

static void grow(struct cache *c)
{
    size_t more = c->bucket_count * 2;
    struct cached **buckets = memory_take_clear(c->memory, more * sizeof *buckets);

    for (struct cached *item = c->first; item; item = item->next) {
        struct cached **at = &buckets[item->hash & (more - 1)];
        item->chain = *at;
        *at = item;
    }
    memory_give(c->memory, c->buckets, c->bucket_count * sizeof *c->buckets);
    c->buckets = buckets;
    c->bucket_count = more;
}

void *cache_put(struct cache *c, struct text key, size_t size, size_t more)
{
    uint64_t hash = text_hash(key);
    struct cached *item = find(c, hash, key);

    if (item)
        drop(c, item);
    if (c->count >= c->bucket_count)
        grow(c);
    item = memory_take_clear(c->memory, sizeof *item + key.size);
    memcpy((char *)(item + 1), key.at, key.size);
    item->key = text_from((char *)(item + 1), key.size);
    item->hash = hash;
    item->size = size;
    item->more = more;
    item->value = memory_take_clear(c->memory, size);
    item->chain = c->buckets[hash & (c->bucket_count - 1)];
    c->buckets[hash & (c->bucket_count - 1)] = item;
    link_first(c, item);
    c->count++;
    c->used += cost(item);
    while (c->used > c->budget && c->last != item)
        drop(c, c->last);
    return item->value;
}
