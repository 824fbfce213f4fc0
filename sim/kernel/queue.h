/*
 * queue.h - the event queue: what happens next in simulated time.
 *
 * A radix heap (Ahuja, Mehlhorn, Orlin and Tarjan 1990): time never runs back, so an event waits in
 * the bucket of the highest bit in which its key differs from the last key popped, and moves down at
 * most 64 times.  Events that share a key stay in the order in which they were set, so the order is
 * total: (time, order class, sequence).  `make bench` shows it beside a binary heap, SimPy and ns-3.
 *
 * Events are embedded in whatever waits (a timer in a connection, a segment in flight), so setting
 * and clearing one allocates nothing and takes O(1); a cleared timer leaves nothing behind.
 *
 * Units   time in simulated nanoseconds since the start, 0 to QUEUE_TIME_MAX.
 * Errors  setting an event in the past is our bug and is asserted.
 * Owner   the queue links events and owns none.
 */
#ifndef SIM_KERNEL_QUEUE_H
#define SIM_KERNEL_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QUEUE_TIME_MAX (INT64_MAX / 2)

/* Inputs (timeline, user's actions, served octets) come before what the model does at the same
 * instant, so that adding an input does not reshuffle later ties. */
enum event_class { EVENT_INPUT, EVENT_MODEL };

struct event {
    struct event *next, *prev; /* NULL next: not pending */
    uint64_t key;              /* 2 * time_ns + class */
    void (*fire)(void *world, struct event *self);
};

enum { QUEUE_BUCKETS = 65 };

struct queue {
    int64_t now_ns;
    uint64_t last;     /* key of the last event popped */
    uint64_t occupied; /* bit b - 1: bucket b is not empty, for b from 1 to 64 */
    uint64_t fired;    /* events popped so far */
    size_t pending;
    struct event buckets[QUEUE_BUCKETS]; /* heads of circular lists */
};

void queue_init(struct queue *q);
/* Sets or moves `e` to `time_ns` (>= now).  `e->fire` must be set. */
void queue_set(struct queue *q, struct event *e, int64_t time_ns);
/* An input that is set for the current instant after the model has begun to act in it takes its
 * place behind what is pending there. */
void queue_set_class(struct queue *q, struct event *e, int64_t time_ns, enum event_class c);
/* No effect if `e` is not pending. */
void queue_clear(struct queue *q, struct event *e);
/* Unlinks the earliest event and moves now_ns there; NULL if there is none. */
struct event *queue_pop(struct queue *q);
/* The same if the earliest event's time is `until_ns` or earlier; else NULL and nothing changes. */
struct event *queue_pop_until(struct queue *q, int64_t until_ns);
/* Time of the earliest event, or -1 if there is none.  Looks at each event of one bucket: for now
 * and then, not for the main loop, which has queue_pop_until(). */
int64_t queue_next_time(const struct queue *q);

static inline bool event_pending(const struct event *e)
{
    return e->next != NULL;
}

static inline int64_t event_time(const struct event *e)
{
    return (int64_t)(e->key >> 1);
}

/* From an embedded event back to what holds it. */
#define EVENT_OWNER(e, type, member) ((type *)(void *)((char *)(e)-offsetof(type, member)))

#endif
