/*
 * queue.c - the radix heap behind queue.h.
 *
 * Bucket 0 holds the events whose key equals `last`; bucket b > 0 those whose key differs from it
 * first (from the top) in bit b - 1.  All keys in a bucket are greater than those in the buckets
 * below it, so the earliest event lies in the lowest occupied one.
 *
 * When bucket 0 is empty, `last` moves to the least key of that lowest bucket, and its events are
 * dealt to the (empty) buckets below.  Nothing else moves: keys in higher buckets differ from the
 * old and from the new `last` in the same bit.  So events with equal keys are always in one bucket,
 * and since dealing goes front to back and appends, they keep the order in which they were set.
 */
#include "sim/kernel/queue.h"

#include <assert.h>

static unsigned bucket_of(uint64_t key, uint64_t last)
{
    return key == last ? 0 : 64 - (unsigned)__builtin_clzll(key ^ last);
}

static void append(struct queue *q, struct event *e)
{
    unsigned b = bucket_of(e->key, q->last);
    struct event *head = &q->buckets[b];

    e->next = head;
    e->prev = head->prev;
    head->prev->next = e;
    head->prev = e;
    if (b > 0)
        q->occupied |= UINT64_C(1) << (b - 1);
}

static void unlink_event(struct event *e)
{
    e->prev->next = e->next;
    e->next->prev = e->prev;
}

void queue_init(struct queue *q)
{
    *q = (struct queue){.now_ns = 0};
    for (int b = 0; b < QUEUE_BUCKETS; b++)
        q->buckets[b].next = q->buckets[b].prev = &q->buckets[b];
}

void queue_set_class(struct queue *q, struct event *e, int64_t time_ns, enum event_class c)
{
    uint64_t key = 2 * (uint64_t)time_ns + c;

    assert(time_ns >= q->now_ns && time_ns <= QUEUE_TIME_MAX && e->fire);
    queue_clear(q, e);
    e->key = key < q->last ? q->last : key;
    append(q, e);
    q->pending++;
}

void queue_set(struct queue *q, struct event *e, int64_t time_ns)
{
    queue_set_class(q, e, time_ns, EVENT_MODEL);
}

void queue_clear(struct queue *q, struct event *e)
{
    if (!event_pending(e))
        return;
    /* If it was alone, both neighbours are the head of its bucket. */
    if (e->next == e->prev && e->key != q->last)
        q->occupied &= ~(UINT64_C(1) << (bucket_of(e->key, q->last) - 1));
    unlink_event(e);
    e->next = NULL;
    q->pending--;
}

static struct event *take(struct queue *q, struct event *e)
{
    e->next = NULL;
    q->pending--;
    q->fired++;
    return e;
}

static uint64_t least_key(const struct event *head)
{
    uint64_t least = UINT64_MAX;

    for (const struct event *e = head->next; e != head; e = e->next)
        if (e->key < least)
            least = e->key;
    return least;
}

struct event *queue_pop_until(struct queue *q, int64_t until_ns)
{
    struct event *head = &q->buckets[0];

    if (head->next != head) {
        if (q->now_ns > until_ns)
            return NULL;
    } else {
        if (q->occupied == 0)
            return NULL;
        unsigned b = (unsigned)__builtin_ctzll(q->occupied) + 1;
        struct event *from = &q->buckets[b], *first = from->next;
        uint64_t least = first->next == from ? first->key : least_key(from);
        if ((int64_t)(least >> 1) > until_ns)
            return NULL;
        q->last = least;
        q->now_ns = (int64_t)(least >> 1);
        q->occupied &= q->occupied - 1;
        struct event *next;
        for (struct event *e = first; e != from; e = next) {
            next = e->next;
            append(q, e);
        }
        from->next = from->prev = from;
    }
    struct event *e = head->next;
    unlink_event(e);
    return take(q, e);
}

struct event *queue_pop(struct queue *q)
{
    return queue_pop_until(q, QUEUE_TIME_MAX);
}

int64_t queue_next_time(const struct queue *q)
{
    if (q->pending == 0)
        return -1;
    if (q->buckets[0].next != &q->buckets[0])
        return q->now_ns;
    return (int64_t)(least_key(&q->buckets[__builtin_ctzll(q->occupied) + 1]) >> 1);
}
