/*
 * bench_kernel.c - how many events a second the queue handles: the HOLD model.
 *
 * N events are pending.  Each that fires draws a delay and sets itself again, so N stay pending.
 * One HOLD is: find the earliest, take it out, call it, draw the delay, put it back.
 *
 *   bench_kernel delays SHAPE     prints the delays, for the rivals: the same for everybody
 *   bench_kernel hold             measures our queue and, for scale, a plain binary heap
 *
 * Each line printed: model, shape, pending, HOLDs measured in a run, ns a HOLD (CPU time, median of
 * the runs), a digest of what was popped when.  Equal digests mean: the same work was done.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/kernel/clock.h"
#include "sim/kernel/queue.h"
#include "sim/kernel/random.h"

enum { DELAYS = 1 << 16, RUNS = 3 };

/* even: 1 ns to 2 s.  mail: nine in ten up to 50 ms, one in ten up to 4 hours. */
static const char *const shapes[] = {"even", "mail"};

struct world {
    struct queue queue;
    struct holder *holders;
    const int64_t *delays;
    uint64_t drawn, digest;
    int64_t now_ns;
};

/* What an event usually sits in: a connection, a segment. */
struct holder {
    uint32_t id;
    struct event event;
};

static void make_delays(int64_t *delays, const char *shape)
{
    struct random r;

    random_init(&r, 1, text_of(shape), TEXT("bench"));
    for (int i = 0; i < DELAYS; i++) {
        int64_t range = 2 * CLOCK_SECOND;
        if (strcmp(shape, "mail") == 0)
            range = random_below(&r, 10) == 0 ? 4 * CLOCK_HOUR : 50 * CLOCK_MILLISECOND;
        delays[i] = 1 + (int64_t)random_below(&r, (uint64_t)range);
    }
}

static int64_t draw(struct world *w)
{
    return w->delays[w->drawn++ % DELAYS];
}

/* Of the order of ids and times; cheap, and the same for every model. */
static void note(struct world *w, uint32_t id)
{
    w->digest = w->digest * 31 + (uint64_t)w->now_ns + id;
}

static double cpu_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- ours ----------------------------------------------------------------------------------- */

static void hold_again(void *world, struct event *self)
{
    struct world *w = world;

    w->now_ns = w->queue.now_ns;
    note(w, EVENT_OWNER(self, struct holder, event)->id);
    queue_set(&w->queue, self, w->now_ns + draw(w));
}

static void queue_fill(struct world *w, uint32_t pending)
{
    queue_init(&w->queue);
    w->holders = calloc(pending, sizeof *w->holders);
    for (uint32_t i = 0; i < pending; i++) {
        w->holders[i] = (struct holder){i, {.fire = hold_again}};
        queue_set(&w->queue, &w->holders[i].event, draw(w));
    }
}

static void queue_hold(struct world *w, uint64_t count)
{
    while (count-- > 0) {
        struct event *e = queue_pop(&w->queue);
        e->fire(w, e);
    }
}

static void queue_empty(struct world *w)
{
    free(w->holders);
}

/* ---- a plain binary heap of (time, sequence, id) -------------------------------------------- */

struct entry {
    int64_t time_ns;
    uint64_t seq;
    uint32_t id;
};

static struct entry *heap;
static size_t heap_size;
static uint64_t heap_seq;
static void (*heap_fire)(struct world *w, uint32_t id);

static int before(const struct entry *a, const struct entry *b)
{
    return a->time_ns != b->time_ns ? a->time_ns < b->time_ns : a->seq < b->seq;
}

static void heap_push(int64_t time_ns, uint32_t id)
{
    struct entry e = {time_ns, heap_seq++, id};
    size_t i = heap_size++;

    for (; i > 0 && before(&e, &heap[(i - 1) / 2]); i = (i - 1) / 2)
        heap[i] = heap[(i - 1) / 2];
    heap[i] = e;
}

static struct entry heap_pop(void)
{
    struct entry top = heap[0], e = heap[--heap_size];
    size_t i = 0;

    for (size_t child; (child = 2 * i + 1) < heap_size; i = child) {
        child += child + 1 < heap_size && before(&heap[child + 1], &heap[child]);
        if (!before(&heap[child], &e))
            break;
        heap[i] = heap[child];
    }
    heap[i] = e;
    return top;
}

static void heap_hold_again(struct world *w, uint32_t id)
{
    note(w, id);
    heap_push(w->now_ns + draw(w), id);
}

static void heap_fill(struct world *w, uint32_t pending)
{
    heap = malloc((pending + 1) * sizeof *heap);
    heap_size = 0;
    heap_fire = heap_hold_again;
    for (uint32_t i = 0; i < pending; i++)
        heap_push(draw(w), i);
}

static void heap_hold(struct world *w, uint64_t count)
{
    while (count-- > 0) {
        struct entry e = heap_pop();
        w->now_ns = e.time_ns;
        heap_fire(w, e.id);
    }
}

static void heap_empty(struct world *w)
{
    (void)w;
    free(heap);
}

/* ---- measuring ------------------------------------------------------------------------------ */

static const struct model {
    const char *name;
    void (*fill)(struct world *w, uint32_t pending);
    void (*hold)(struct world *w, uint64_t count);
    void (*empty)(struct world *w);
} models[] = {
    {"smtplab", queue_fill, queue_hold, queue_empty},
    {"binary-heap", heap_fill, heap_hold, heap_empty},
};

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The digest covers the first 100,000 HOLDs, which every rival does too. */
static void measure(const struct model *m, const char *shape, const int64_t *delays,
                    uint32_t pending, uint64_t count)
{
    double ns[RUNS];
    uint64_t digest = 0;

    for (int run = 0; run < RUNS; run++) {
        struct world w = {.delays = delays};
        m->fill(&w, pending);
        m->hold(&w, 100000);
        digest = w.digest;
        m->hold(&w, pending); /* on to the steady state */
        double begin = cpu_seconds();
        m->hold(&w, count);
        ns[run] = (cpu_seconds() - begin) * 1e9 / (double)count;
        m->empty(&w);
    }
    qsort(ns, RUNS, sizeof *ns, by_value);
    printf("%s %s %u %llu %.1f %016llx\n", m->name, shape, pending, (unsigned long long)count,
           ns[RUNS / 2], (unsigned long long)digest);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    static int64_t delays[DELAYS];
    static const uint32_t sizes[] = {100, 10000, 1000000};

    if (argc == 3 && strcmp(argv[1], "delays") == 0) {
        make_delays(delays, argv[2]);
        for (int i = 0; i < DELAYS; i++)
            printf("%lld\n", (long long)delays[i]);
        return 0;
    }
    if (argc != 2 || strcmp(argv[1], "hold") != 0) {
        fprintf(stderr, "usage: bench_kernel delays even|mail | bench_kernel hold\n");
        return 64;
    }
    for (size_t shape = 0; shape < 2; shape++) {
        make_delays(delays, shapes[shape]);
        for (size_t i = 0; i < 3; i++)
            measure(&models[0], shapes[shape], delays, sizes[i], 3000000);
    }
    for (size_t i = 0; i < 3; i++)
        measure(&models[1], "mail", delays, sizes[i], 1000000);
    return 0;
}
