/*
 * queue.c - the radix heap behind queue.h.
 *
 * A key is a number of eleven digits of six bits.  An event lies at level l, bucket d, if digit l is
 * the highest in which its key differs from `last`, and d is that digit (level 0 if none differs).
 * All keys of a level are greater than those of the levels below it, and within a level they grow
 * with the bucket: so the earliest event lies in the first bucket of the lowest level in use, and
 * at level 0 all events of a bucket have the same key.
 *
 * When that first bucket lies higher, `last` moves to the least key that can lie there, and its
 * events are dealt to the (empty) levels below.  Nothing else moves: the other keys differ from the
 * old and from the new `last` in the same digit.  So events with equal keys are always in one
 * bucket, and since dealing goes front to back and appends, they keep the order of being set.
 *
 * With a million events pending the time goes into waiting for memory: a list must be walked, and
 * each event lies in a cold line of its own.  So each event is told of one some places behind it in
 * its bucket, and whoever walks the list prefetches that one.  On the machine of speed.md a HOLD at
 * a million takes 90 ns with it and 340 without.
 */
#include "sim/kernel/queue.h"

#include <assert.h>

/* How far ahead to prefetch, in events: about the misses that a core keeps in flight. */
enum { LEAD = 8 };

static unsigned level_of(uint64_t key, uint64_t last)
{
    return (63 - (unsigned)__builtin_clzll((key ^ last) | 1)) / QUEUE_DIGIT;
}

static unsigned digit_of(uint64_t key, unsigned level)
{
    return key >> level * QUEUE_DIGIT & (QUEUE_WIDTH - 1);
}

/* The digits below `level`, all set. */
static uint64_t below(unsigned level)
{
    return (UINT64_C(1) << level * QUEUE_DIGIT) - 1;
}

/* The link is the event's first member. */
static struct event *event_of(struct event_link *link)
{
    return (struct event *)(void *)link;
}

static void append(struct queue *q, struct event *e)
{
    unsigned l = level_of(e->key, q->last), d = digit_of(e->key, l);
    struct queue_bucket *b = &q->buckets[l][d];

    e->ahead = 0;
    e->link.next = &b->link;
    e->link.prev = b->link.prev;
    b->link.prev->next = &e->link;
    b->link.prev = &e->link;
    q->occupied[l] |= UINT64_C(1) << d;
    q->levels |= UINT64_C(1) << l;
    if (b->lead < LEAD) {
        b->lead++;
    } else {
        b->lag = b->lag->next;
        if (b->lag != &b->link)
            event_of(b->lag)->ahead = (uintptr_t)e;
    }
}

static void vacate(struct queue *q, unsigned l, unsigned d)
{
    struct queue_bucket *b = &q->buckets[l][d];

    b->link.next = b->link.prev = b->lag = &b->link;
    b->lead = 0;
    q->occupied[l] &= ~(UINT64_C(1) << d);
    if (q->occupied[l] == 0)
        q->levels &= ~(UINT64_C(1) << l);
}

static void take_out(struct queue *q, struct event *e, unsigned l, unsigned d)
{
    struct queue_bucket *b = &q->buckets[l][d];

    if (e->link.next == e->link.prev) { /* it is alone: both are the head */
        vacate(q, l, d);
    } else {
        if (b->lag == &e->link)
            b->lag = e->link.prev;
        e->link.prev->next = e->link.next;
        e->link.next->prev = e->link.prev;
    }
    e->link.next = NULL;
    q->pending--;
}

/* Moves `last` to the beginning of a bucket above level 0 and deals its events. */
static void deal(struct queue *q, unsigned l, unsigned d)
{
    struct event_link *head = &q->buckets[l][d].link, *at = head->next, *next;

    q->last = event_of(at)->key & ~below(l);
    for (; at != head; at = next) {
        next = at->next;
        __builtin_prefetch((const void *)event_of(at)->ahead, 1);
        append(q, event_of(at));
    }
    vacate(q, l, d);
}

static uint64_t least_key(const struct event_link *head)
{
    uint64_t least = UINT64_MAX;

    for (struct event_link *at = head->next; at != head; at = at->next)
        if (event_of(at)->key < least)
            least = event_of(at)->key;
    return least;
}

void queue_init(struct queue *q)
{
    *q = (struct queue){.now_ns = 0};
    for (unsigned l = 0; l < QUEUE_LEVELS; l++)
        for (unsigned d = 0; d < QUEUE_WIDTH; d++)
            vacate(q, l, d);
}

void queue_set_class(struct queue *q, struct event *e, int64_t time_ns, enum event_class c)
{
    uint64_t key = 2 * (uint64_t)time_ns + c;

    assert(time_ns >= q->now_ns && time_ns <= QUEUE_TIME_MAX);
    assert(e->fire);
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
    unsigned l = level_of(e->key, q->last);
    take_out(q, e, l, digit_of(e->key, l));
}

/* The event at the front of the first bucket, once that can be no other than the earliest; NULL if
 * that is later than `until`.  Deals only if an event is found, because `last` moves with it. */
static struct event *pop_until(struct queue *q, uint64_t until)
{
    while (q->levels != 0) {
        unsigned l = (unsigned)__builtin_ctzll(q->levels);
        unsigned d = (unsigned)__builtin_ctzll(q->occupied[l]);
        struct event_link *head = &q->buckets[l][d].link;
        struct event *e = event_of(head->next);

        if (l == 0 || e->link.next == head) {
            if (e->key > until)
                return NULL;
            take_out(q, e, l, d);
            q->last = e->key;
            q->now_ns = (int64_t)(e->key >> 1);
            q->fired++;
            return e;
        }
        if ((e->key | below(l)) > until && least_key(head) > until)
            return NULL;
        deal(q, l, d);
    }
    return NULL;
}

struct event *queue_pop(struct queue *q)
{
    return pop_until(q, UINT64_MAX);
}

struct event *queue_pop_until(struct queue *q, int64_t until_ns)
{
    return until_ns < 0 ? NULL : pop_until(q, 2 * (uint64_t)until_ns + EVENT_MODEL);
}

int64_t queue_next_time(const struct queue *q)
{
    if (q->levels == 0)
        return -1;
    unsigned l = (unsigned)__builtin_ctzll(q->levels);
    unsigned d = (unsigned)__builtin_ctzll(q->occupied[l]);
    return (int64_t)(least_key(&q->buckets[l][d].link) >> 1);
}
