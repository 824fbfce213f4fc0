/*
 * test_kernel_queue.c - the event queue against a second, naive one: a binary heap of (key,
 * sequence), and for the small cases a plain list that is searched from end to end.
 *
 * Both get the same orders and must pop the same events at the same times.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/kernel/clock.h"
#include "sim/kernel/queue.h"
#include "sim/kernel/random.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void fire(void *world, struct event *self)
{
    (void)world;
    (void)self;
}

/* ---- the naive queue ------------------------------------------------------------------------ */

struct entry {
    uint64_t key, seq;
    uint32_t event;
};

/* A binary heap.  A cleared or moved event stays inside and is skipped when it comes up: it is
 * current only if `seq` is the event's. */
struct naive {
    struct entry *heap;
    size_t size;
    uint64_t *current; /* by event: its sequence number, or 0 */
    uint64_t seq, last;
    size_t pending;
};

static bool before(const struct entry *a, const struct entry *b)
{
    return a->key != b->key ? a->key < b->key : a->seq < b->seq;
}

static void swap(struct entry *a, struct entry *b)
{
    struct entry c = *a;
    *a = *b;
    *b = c;
}

static void naive_clear(struct naive *n, uint32_t event)
{
    n->pending -= n->current[event] != 0;
    n->current[event] = 0;
}

static void naive_set(struct naive *n, uint32_t event, int64_t time_ns, enum event_class c)
{
    uint64_t key = 2 * (uint64_t)time_ns + c;

    naive_clear(n, event);
    n->current[event] = ++n->seq;
    n->pending++;
    size_t i = n->size++;
    n->heap[i] = (struct entry){key < n->last ? n->last : key, n->seq, event};
    for (; i > 0 && before(&n->heap[i], &n->heap[(i - 1) / 2]); i = (i - 1) / 2)
        swap(&n->heap[i], &n->heap[(i - 1) / 2]);
}

static void naive_drop_top(struct naive *n)
{
    n->heap[0] = n->heap[--n->size];
    for (size_t i = 0, child; (child = 2 * i + 1) < n->size; i = child) {
        if (child + 1 < n->size && before(&n->heap[child + 1], &n->heap[child]))
            child++;
        if (!before(&n->heap[child], &n->heap[i]))
            break;
        swap(&n->heap[i], &n->heap[child]);
    }
}

/* The earliest current entry, or NULL. */
static const struct entry *naive_top(struct naive *n)
{
    while (n->size > 0 && n->current[n->heap[0].event] != n->heap[0].seq)
        naive_drop_top(n);
    return n->size > 0 ? n->heap : NULL;
}

static uint32_t naive_pop(struct naive *n)
{
    const struct entry *top = naive_top(n);

    if (!top)
        return UINT32_MAX;
    struct entry e = *top;
    n->last = e.key;
    naive_drop_top(n);
    naive_clear(n, e.event);
    return e.event;
}

/* ---- one world with both -------------------------------------------------------------------- */

struct world {
    struct queue queue;
    struct naive naive;
    struct event *events;
    uint32_t count;
    struct random random;
};

static void world_init(struct world *w, uint32_t count, size_t sets, uint64_t seed)
{
    w->count = count;
    w->events = calloc(count, sizeof *w->events);
    w->naive = (struct naive){.heap = calloc(sets + 1, sizeof(struct entry)),
                              .current = calloc(count, sizeof(uint64_t))};
    queue_init(&w->queue);
    random_init(&w->random, seed, TEXT("queue"), TEXT("test"));
    for (uint32_t i = 0; i < count; i++)
        w->events[i].fire = fire;
}

static void world_end(struct world *w)
{
    free(w->events);
    free(w->naive.heap);
    free(w->naive.current);
}

static void set(struct world *w, uint32_t event, int64_t delay, enum event_class c)
{
    int64_t time_ns = w->queue.now_ns + delay;

    queue_set_class(&w->queue, &w->events[event], time_ns, c);
    naive_set(&w->naive, event, time_ns, c);
    cr_assert(event_pending(&w->events[event]));
    cr_assert_eq(event_time(&w->events[event]), time_ns);
}

/* Pops from both; false when there is nothing left. */
static bool pop(struct world *w)
{
    struct event *e = queue_pop(&w->queue);
    uint32_t want = naive_pop(&w->naive);

    cr_assert_eq(e ? (uint32_t)(e - w->events) : UINT32_MAX, want);
    cr_assert_eq(w->queue.pending, w->naive.pending);
    if (!e)
        return false;
    cr_assert_not(event_pending(e));
    cr_assert_eq(e->key, w->naive.last);
    cr_assert_eq(w->queue.now_ns, (int64_t)(w->naive.last >> 1));
    return true;
}

/* Pops from both up to a horizon, within which there may be nothing. */
static void pop_until(struct world *w, int64_t horizon)
{
    int64_t until_ns = w->queue.now_ns + horizon;
    const struct entry *top = naive_top(&w->naive);

    if (top)
        cr_assert_eq(queue_next_time(&w->queue), (int64_t)(top->key >> 1));
    if (top && (int64_t)(top->key >> 1) <= until_ns) {
        uint32_t want = naive_pop(&w->naive);
        cr_assert_eq(queue_pop_until(&w->queue, until_ns), &w->events[want]);
    } else {
        cr_assert_null(queue_pop_until(&w->queue, until_ns));
    }
    cr_assert_eq(w->queue.now_ns, (int64_t)(w->naive.last >> 1));
}

/* ---- shapes of time ------------------------------------------------------------------------- */

typedef int64_t (*delay_of)(struct random *r);

static int64_t delay_tied(struct random *r) /* eight instants, the present among them */
{
    return (int64_t)random_below(r, 8);
}

static int64_t delay_wide(struct random *r)
{
    return (int64_t)random_below(r, CLOCK_SECOND);
}

static int64_t delay_mail(struct random *r) /* milliseconds, some hours, and many at once */
{
    switch (random_below(r, 10)) {
    case 0: return 0;
    case 1: return 4 * CLOCK_HOUR;
    case 2: return (int64_t)random_below(r, 5 * CLOCK_DAY);
    default: return CLOCK_MILLISECOND * (int64_t)random_below(r, 50);
    }
}

static int64_t delay_powers(struct random *r) /* every bucket is met, bounds included */
{
    int64_t power = INT64_C(1) << random_below(r, 40);
    return power - (int64_t)random_below(r, 2);
}

static const struct {
    const char *name;
    delay_of delay;
    uint32_t events;
} shapes[] = {
    {"tied, few", delay_tied, 5},        {"tied, many", delay_tied, 20000},
    {"wide, few", delay_wide, 3},        {"wide, many", delay_wide, 50000},
    {"mail, some", delay_mail, 300},     {"mail, many", delay_mail, 50000},
    {"powers, some", delay_powers, 200}, {"powers, many", delay_powers, 20000},
};

/* Sets, moves, clears and pops in random proportion, both classes, until all is empty again. */
static void compare(delay_of delay, uint32_t events, uint32_t steps, uint64_t seed)
{
    struct world w;

    world_init(&w, events, steps, seed);
    for (uint32_t step = 0; step < steps; step++) {
        uint32_t event = (uint32_t)random_below(&w.random, events);
        /* Waves, so that the queue fills up and runs almost empty in turn. */
        uint64_t dice = random_below(&w.random, 100), fill = step / events % 2 ? 30 : 65;
        if (dice < fill) {
            set(&w, event, delay(&w.random),
                random_chance(&w.random, 100000) ? EVENT_INPUT : EVENT_MODEL);
        } else if (dice < fill + 10) {
            queue_clear(&w.queue, &w.events[event]);
            naive_clear(&w.naive, event);
            cr_assert_not(event_pending(&w.events[event]));
        } else if (dice % 8 == 0) {
            pop_until(&w, delay(&w.random));
        } else {
            pop(&w);
        }
    }
    while (pop(&w))
        ;
    cr_assert_eq(w.queue.levels, 0);
    world_end(&w);
}

Test(queue, agrees_with_a_naive_queue_over_millions_of_events)
{
    for (size_t i = 0; i < COUNT(shapes); i++)
        compare(shapes[i].delay, shapes[i].events, 1000000, 100 + i);
}

Test(queue, agrees_with_a_naive_queue_in_many_small_worlds)
{
    for (uint64_t seed = 0; seed < 5000; seed++)
        compare(shapes[seed % COUNT(shapes)].delay, 2 + (uint32_t)(seed % 7), 200, seed);
}

/* Events that share an instant come in the order in which they were set, inputs first, whatever
 * happened between. */
Test(queue, ties_keep_the_order_of_setting)
{
    enum { EVENTS = 1000 };
    static struct event events[2 * EVENTS];
    struct queue q;

    queue_init(&q);
    for (int i = 0; i < EVENTS; i++) {
        events[i].fire = events[EVENTS + i].fire = fire;
        queue_set(&q, &events[EVENTS + i], CLOCK_HOUR);
        queue_set_class(&q, &events[i], CLOCK_HOUR, EVENT_INPUT);
    }
    for (int i = 0; i < 2 * EVENTS; i++)
        cr_assert_eq(queue_pop(&q), &events[i], "place %d", i);
    cr_expect_eq(q.fired, 2 * EVENTS);
    cr_expect_null(queue_pop(&q));
    cr_expect_eq(q.now_ns, CLOCK_HOUR);
}

/* An input for the current instant, given after the model has begun: behind what is pending. */
Test(queue, late_input_goes_last)
{
    struct event events[4] = {{.fire = fire}, {.fire = fire}, {.fire = fire}, {.fire = fire}};
    struct queue q;

    queue_init(&q);
    queue_set(&q, &events[0], 5);
    queue_set(&q, &events[1], 5);
    cr_expect_eq(queue_pop(&q), &events[0]);
    queue_set_class(&q, &events[2], 5, EVENT_INPUT);
    queue_set(&q, &events[3], 5);
    for (int i = 1; i < 4; i++)
        cr_expect_eq(queue_pop(&q), &events[i]);
    cr_expect_eq(q.now_ns, 5);
}

Test(queue, moving_goes_to_the_end_of_the_line)
{
    struct event events[3] = {{.fire = fire}, {.fire = fire}, {.fire = fire}};
    struct queue q;

    queue_init(&q);
    for (int i = 0; i < 3; i++)
        queue_set(&q, &events[i], 10);
    queue_set(&q, &events[0], 10);
    cr_expect_eq(q.pending, 3);
    cr_expect_eq(queue_pop(&q), &events[1]);
    cr_expect_eq(queue_pop(&q), &events[2]);
    cr_expect_eq(queue_pop(&q), &events[0]);
}

Test(queue, popping_until_a_time)
{
    struct event events[2] = {{.fire = fire}, {.fire = fire}};
    struct queue q;

    queue_init(&q);
    cr_expect_eq(queue_next_time(&q), -1);
    queue_set(&q, &events[0], 1000);
    queue_set(&q, &events[1], 2000);
    cr_expect_eq(queue_next_time(&q), 1000);
    cr_expect_null(queue_pop_until(&q, 999));
    cr_expect_eq(q.now_ns, 0);
    queue_set(&q, &events[1], 1); /* nothing has moved: the past has not begun */
    cr_expect_eq(queue_pop_until(&q, 1), &events[1]);
    cr_expect_eq(queue_pop_until(&q, 1000), &events[0]);
    cr_expect_eq(queue_next_time(&q), -1);
    queue_set(&q, &events[0], 1000);
    cr_expect_eq(queue_next_time(&q), 1000);
    cr_expect_null(queue_pop_until(&q, 999));
    cr_expect_eq(queue_pop_until(&q, 1000), &events[0]);
}

Test(queue, the_end_of_time)
{
    struct event events[2] = {{.fire = fire}, {.fire = fire}};
    struct queue q;

    queue_init(&q);
    queue_set(&q, &events[0], QUEUE_TIME_MAX);
    queue_set(&q, &events[1], 0);
    cr_expect_eq(queue_pop(&q), &events[1]);
    cr_expect_eq(queue_pop(&q), &events[0]);
    cr_expect_eq(q.now_ns, QUEUE_TIME_MAX);
}

Test(queue, the_past_is_a_bug_of_ours, .signal = SIGABRT)
{
    struct event events[2] = {{.fire = fire}, {.fire = fire}};
    struct queue q;

    queue_init(&q);
    queue_set(&q, &events[0], 10);
    queue_pop(&q);
    queue_set(&q, &events[1], 9);
}

/* ---- two worlds in one process -------------------------------------------------------------- */

struct runner {
    struct queue queue;
    struct event events[64];
    struct random random;
    uint64_t digest;
};

static void runner_init(struct runner *r, uint64_t seed)
{
    *r = (struct runner){.digest = 0};
    queue_init(&r->queue);
    random_init(&r->random, seed, TEXT("runner"), TEXT("test"));
    for (size_t i = 0; i < COUNT(r->events); i++) {
        r->events[i].fire = fire;
        queue_set(&r->queue, &r->events[i], delay_mail(&r->random));
    }
}

static void runner_step(struct runner *r)
{
    struct event *e = queue_pop(&r->queue);

    r->digest =
        (r->digest ^ (uint64_t)(e - r->events) ^ (uint64_t)r->queue.now_ns) * 1099511628211U;
    queue_set(&r->queue, e, r->queue.now_ns + delay_mail(&r->random));
}

Test(queue, two_worlds_side_by_side_do_not_meet)
{
    static struct runner alone, one, two;

    runner_init(&alone, 1);
    for (int i = 0; i < 100000; i++)
        runner_step(&alone);
    runner_init(&one, 1);
    runner_init(&two, 2);
    for (int i = 0; i < 100000; i++) {
        runner_step(&one);
        if (i % 3 != 0)
            runner_step(&two);
    }
    cr_expect_eq(one.digest, alone.digest);
    cr_expect_neq(two.digest, alone.digest);
}
