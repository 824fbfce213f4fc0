/*
 * bench_transfers.c - how many SMTP transfers a second the whole engine makes, on one core.
 *
 * The sites (sites.h) write to each other in a ring, each one letter in 100 ms.
 *
 *   bench_transfers [MAILS [SITES [LOSS_PPM [MODE]]]]      MODE: only this one, 0, 1 or 2
 *
 * Lines printed: what was done, then for each mode: its name, transfers in a run, CPU microseconds a
 * transfer (median of the runs), records and octets written for each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kernel/clock.h"
#include "tests/bench/sites.h"

enum { RUNS = 3, RING_MAX = 1000 };

struct bench {
    struct sites sites;
    uint32_t mails;
};

struct result {
    uint64_t counts[TRACE_KIND_COUNT], events, octets_written;
    size_t peak;
};

/* Every site's letters leave evenly spaced, one in 100 ms, the sites one after the other. */
static void add_letters(struct bench *b)
{
    uint32_t count = b->sites.count;

    for (uint32_t i = 0; i < b->mails; i++)
        sites_send(&b->sites, 100 * CLOCK_MILLISECOND * i / count, i % count, (i + 1) % count, i);
}

/* CPU seconds from the first event to the last, the writer's included. */
static double run(struct bench *b, const struct bench_mode *mode, struct result *result)
{
    struct world *w;

    sites_open(&b->sites, mode);
    add_letters(b);
    w = b->sites.world;
    double begin = cpu_seconds();
    world_start(w);
    while (world_step(w, 100000) == WORLD_RUNNING)
        ;
    sites_end(&b->sites);
    double seconds = cpu_seconds() - begin;
    if (world_counts(w)->delivered != b->mails) {
        fprintf(stderr, "bench_transfers: %llu of %u mails delivered\n",
                (unsigned long long)world_counts(w)->delivered, b->mails);
        exit(70);
    }
    memcpy(result->counts, world_trace(w)->counts, sizeof result->counts);
    result->events = world_queue(w)->fired;
    result->octets_written = b->sites.octets_written;
    result->peak = world_memory(w)->peak;
    sites_close(&b->sites);
    return seconds;
}

/* What was done, of which the time below is the time. */
static void describe(const struct bench *b, const uint64_t *counts, uint64_t events, size_t peak)
{
    double transfers = 2.0 * b->mails;

    printf("# %u mails, %.0f transfers between %u sites, %d octets of text, %u ppm of loss on each "
           "of two links\n",
           b->mails, transfers, b->sites.count, BODY_OCTETS, b->sites.loss_ppm);
    printf("# a transfer: %.1f TCP segments, %.1f commands, %.1f look-ups, %.2f connections, %.1f "
           "events; peak memory %.1f MB\n",
           (double)counts[TRACE_TCP_SEGMENT] / transfers,
           (double)counts[TRACE_SMTP_COMMAND] / 2 / transfers,
           (double)counts[TRACE_DNS_QUERY] / 2 / transfers,
           (double)counts[TRACE_TCP_OPENED] / 2 / transfers, (double)events / transfers,
           (double)peak / 1e6);
}

static void measure(struct bench *b, const struct bench_mode *mode, bool first)
{
    double seconds[RUNS], transfers = 2.0 * b->mails;
    uint64_t kinds = trace_layer_kinds(mode->layers), written = 0;
    struct result last = {.events = 0};

    for (int r = 0; r < RUNS; r++)
        seconds[r] = run(b, mode, &last);
    for (unsigned k = 0; k < TRACE_KIND_COUNT; k++)
        written += kinds >> k & 1 ? last.counts[k] : 0;
    if (first)
        describe(b, last.counts, last.events, last.peak);
    printf("%s %.0f %.2f %.1f %.0f\n", mode->name, transfers,
           median(seconds, RUNS) * 1e6 / transfers, (double)written / transfers,
           (double)last.octets_written / transfers);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    struct bench b = {.mails = argc > 1 ? (uint32_t)atol(argv[1]) : 20000,
                      .sites = {.count = argc > 2 ? (uint32_t)atol(argv[2]) : 50,
                                .loss_ppm = argc > 3 ? (uint32_t)atol(argv[3]) : 0}};

    if (b.mails == 0 || b.sites.count == 0 || b.sites.count > RING_MAX) {
        fprintf(stderr, "usage: bench_transfers [MAILS [SITES (1 to 1000) [LOSS_PPM [MODE]]]]\n");
        return 64;
    }
    b.sites.sites = calloc(b.sites.count, sizeof *b.sites.sites);
    size_t first = argc > 4 ? (size_t)atol(argv[4]) : 0, end = argc > 4 ? first + 1 : 3;
    for (size_t i = first; i < end && i < BENCH_MODES; i++)
        measure(&b, &bench_modes[i], i == first);
    free(b.sites.sites);
    return 0;
}
