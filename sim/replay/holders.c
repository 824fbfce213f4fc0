#include "sim/replay/holders.h"

#include <assert.h>

enum { FIRST_CAPACITY = 16 };

void holders_init(struct holders *h, struct memory *m)
{
    *h = (struct holders){.memory = m, .capacity = FIRST_CAPACITY, .used = 1};
    table_init(&h->by_id, m, false);
    h->slots = memory_take_clear(m, FIRST_CAPACITY * sizeof *h->slots);
}

/* text_copy() keeps one octet behind the text. */
static void give_text(struct memory *m, struct text t)
{
    memory_give(m, (void *)(uintptr_t)t.at, t.size + 1);
}

static void give_custody(struct memory *m, const struct replay_custody *c)
{
    give_text(m, c->custody);
    give_text(m, c->host);
    give_text(m, c->mail);
    give_text(m, c->recipient);
}

void holders_free(struct holders *h)
{
    for (uint32_t i = h->slots[0].next; i != 0; i = h->slots[i].next)
        give_custody(h->memory, &h->slots[i].custody);
    memory_give(h->memory, h->slots, h->capacity * sizeof *h->slots);
    table_free(&h->by_id);
}

static uint32_t take_slot(struct holders *h)
{
    uint32_t i = h->free;

    if (i != 0) {
        h->free = h->slots[i].next;
        return i;
    }
    if (h->used == h->capacity) {
        size_t size = h->capacity * sizeof *h->slots;

        h->slots = memory_grow(h->memory, h->slots, size, 2 * size);
        h->capacity *= 2;
    }
    return h->used++;
}

static void open_custody(struct holders *h, const struct trace_record *r)
{
    const struct trace_custody_opened *opened = r->data;

    if (table_get(&h->by_id, opened->custody) != TABLE_NONE) {
        h->broken++;
        return;
    }
    uint32_t i = take_slot(h);
    struct holders_slot *slot = &h->slots[i];

    slot->custody = (struct replay_custody){
        .custody = text_copy(h->memory, opened->custody),
        .host = text_copy(h->memory, r->where.host),
        .mail = text_copy(h->memory, r->where.mail),
        .recipient = text_copy(h->memory, opened->recipient),
    };
    slot->prev = h->slots[0].prev;
    slot->next = 0;
    h->slots[slot->prev].next = i;
    h->slots[0].prev = i;
    table_set(&h->by_id, slot->custody.custody, i);
    h->open++;
}

static void close_custody(struct holders *h, const struct trace_custody_closed *closed)
{
    uint32_t i = table_get(&h->by_id, closed->custody);

    if (i == TABLE_NONE) {
        h->broken++;
        return;
    }
    struct holders_slot *slot = &h->slots[i];

    h->slots[slot->prev].next = slot->next;
    h->slots[slot->next].prev = slot->prev;
    table_remove(&h->by_id, closed->custody);
    give_custody(h->memory, &slot->custody);
    slot->next = h->free;
    h->free = i;
    h->open--;
}

void holders_record(struct holders *h, const struct trace_record *r)
{
    if (r->kind == TRACE_CUSTODY_OPENED)
        open_custody(h, r);
    else if (r->kind == TRACE_CUSTODY_CLOSED)
        close_custody(h, r->data);
}

void holders_list(const struct holders *h, struct replay_custody *out)
{
    size_t count = 0;

    for (uint32_t i = h->slots[0].next; i != 0; i = h->slots[i].next)
        out[count++] = h->slots[i].custody;
    assert(count == h->open);
}
