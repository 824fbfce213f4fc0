/*
 * batch.c - many questions, one call when the last is answered.
 */
#include <assert.h>

#include "sim/dns/resolver.h"

struct dns_batch_item {
    struct dns_asking asking;
    struct dns_batch *batch;
    struct dns_result result; /* its records lie in `block` */
    void *block;
    size_t size;
};

void dns_batch_init(struct dns_batch *b, struct dns_resolver *r)
{
    b->items = NULL;
    b->count = b->capacity = b->waiting = 0;
    b->resolver = r;
    b->event = (struct event){.fire = NULL};
    b->cause = 0;
}

void dns_batch_add(struct dns_batch *b, struct text name, uint16_t type)
{
    struct memory *m = b->resolver->net->memory;

    assert(b->waiting == 0);
    if (b->count == b->capacity) {
        uint32_t more = b->capacity > 0 ? 2 * b->capacity : 4;

        b->items =
            memory_grow(m, b->items, b->capacity * sizeof *b->items, more * sizeof *b->items);
        b->capacity = more;
    }
    b->items[b->count++] =
        (struct dns_batch_item){.batch = b, .result = {.name = name, .type = type}};
}

static void keep(struct dns_batch_item *item, const struct dns_result *result)
{
    struct memory *m = item->batch->resolver->net->memory;
    struct text name = item->result.name; /* as it was added */

    item->size = dns_records_size(result->records, result->count) + result->name.size;
    item->block = item->size > 0 ? memory_take(m, item->size) : NULL;
    item->result = *result;
    if (result->count > 0)
        item->result.records =
            dns_records_copy(item->block, result->records, result->count, text_from(NULL, 0));
    if (result->name.size == 0) {
        item->result.name = name;
        return;
    }
    assert(item->block != NULL);
    char *at = (char *)item->block + item->size - result->name.size;
    memcpy(at, result->name.at, result->name.size);
    item->result.name = text_from(at, result->name.size);
}

static void on_answer(void *world, struct dns_asking *asking, const struct dns_result *result)
{
    struct dns_batch_item *item = EVENT_OWNER(asking, struct dns_batch_item, asking);
    struct dns_batch *b = item->batch;

    keep(item, result);
    b->cause = result->cause;
    if (--b->waiting == 0)
        b->answered(world, b);
}

static void on_empty(void *world, struct event *event)
{
    struct dns_batch *b = EVENT_OWNER(event, struct dns_batch, event);

    (void)world;
    b->answered(b->resolver->world, b);
}

void dns_batch_start(struct dns_batch *b, struct text mail, uint64_t cause)
{
    struct queue *queue = b->resolver->net->queue;

    assert(b->answered != NULL && b->waiting == 0);
    b->cause = cause;
    b->waiting = b->count;
    if (b->count == 0) {
        b->event.fire = on_empty;
        queue_set(queue, &b->event, queue->now_ns);
    }
    for (uint32_t i = 0; i < b->count; i++) {
        struct dns_batch_item *item = &b->items[i];

        item->asking.answered = on_answer;
        item->asking.mail = mail;
        dns_ask(b->resolver, &item->asking, item->result.name, item->result.type, cause);
    }
}

const struct dns_result *dns_batch_result(const struct dns_batch *b, uint32_t index)
{
    assert(index < b->count && b->waiting == 0);
    return &b->items[index].result;
}

void dns_batch_end(struct dns_batch *b)
{
    struct memory *m = b->resolver->net->memory;

    for (uint32_t i = 0; i < b->count; i++) {
        dns_cancel(&b->items[i].asking);
        memory_give(m, b->items[i].block, b->items[i].size);
    }
    queue_clear(b->resolver->net->queue, &b->event);
    memory_give(m, b->items, b->capacity * sizeof *b->items);
    dns_batch_init(b, b->resolver);
}
