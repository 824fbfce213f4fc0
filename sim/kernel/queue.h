/*
 * queue.h - the event queue: what happens next in simulated time.
 *
 * A radix heap (Ahuja, Mehlhorn, Orlin and Tarjan 1990) with digits of six bits: time never runs
 * back, so an event waits in the bucket of the highest digit in which its key differs from the last
 * key popped, and moves down at most ten times, in practice two or three.  Events that share a key
 * stay in the order in which they were set, so the order is total: (time, order class, sequence).
 * `make bench` shows it beside a binary heap, SimPy and ns-3.
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

struct event_link {
    struct event_link *next, *prev;
};

/* Before it is first set, all that matters is that link.next is NULL and fire is set. */
struct event {
    struct event_link link; /* NULL next: not pending */
    uint64_t key;           /* 2 * time_ns + class */
    uintptr_t ahead;        /* address of an event further back in its bucket, or of nothing at all
                               any more: it is only ever prefetched */
    void (*fire)(void *world, struct event *self);
};

struct queue_bucket {
    struct event_link link; /* head of a circular list */
    struct event_link *lag; /* the event whose `ahead` is set next, or the head */
    size_t lead;            /* events between it and the end, up to a limit */
};

enum { QUEUE_DIGIT = 6, QUEUE_LEVELS = 11, QUEUE_WIDTH = 1 << QUEUE_DIGIT }; /* 63 bits of key */

struct queue {
    int64_t now_ns;
    uint64_t last;  /* key of the last event popped */
    uint64_t fired; /* events popped so far */
    size_t pending;
    uint64_t levels;                 /* bit l: level l has an event */
    uint64_t occupied[QUEUE_LEVELS]; /* bit d: bucket d of this level has an event */
    struct queue_bucket buckets[QUEUE_LEVELS][QUEUE_WIDTH];
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
    return e->link.next != NULL;
}

static inline int64_t event_time(const struct event *e)
{
    return (int64_t)(e->key >> 1);
}

/* From an embedded event back to what holds it. */
#define EVENT_OWNER(e, type, member) ((type *)(void *)((char *)(e)-offsetof(type, member)))

#endif
