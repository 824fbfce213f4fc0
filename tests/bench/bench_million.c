/*
 * bench_million.c - a million mails across a thousand domains, from MUA to mailbox, on one core.
 *
 * The sites (sites.h) write to each other, 1,000 letters in a simulated second, each to a site drawn
 * from all others; about 550 mails are under way at any moment.  Letters are handed to the world a
 * second ahead and mailboxes keep nothing, so what the run holds is what is under way: that shows in the
 * memory in use after a tenth of the mails, a half, and all.
 *
 *   bench_million [MAILS [SITES [MODE]]]      default 1,000,000 and 1,000; MODE: only this one, 0, 1 or 2
 *
 * Lines printed: what was done, then for each mode: name, mails, CPU microseconds a transfer, transfers a
 * second, whole mails a second, peak memory, and in use after a tenth, half and all (octets).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/kernel/clock.h"
#include "tests/bench/sites.h"

enum { STEP = 10000 /* events; about a seventh of a simulated second */, MARKS = 3 };

static const int64_t interval_ns = CLOCK_MILLISECOND; /* between two letters */

struct bench {
    struct sites sites;
    uint32_t mails, handed; /* letters handed to the world so far */
    size_t used[MARKS];     /* memory after a tenth, half and all of the mails */
};

/* Not by chance but by a multiplicative hash: the same for every mode and every run. */
static uint32_t receiver(const struct bench *b, uint32_t letter)
{
    uint64_t draw = (letter + UINT64_C(1)) * UINT64_C(0x9E3779B97F4A7C15) >> 32;

    return (uint32_t)((letter + 1 + draw % (b->sites.count - 1)) % b->sites.count);
}

static void hand_over(struct bench *b)
{
    int64_t until_ns = world_queue(b->sites.world)->now_ns + CLOCK_SECOND;

    for (; b->handed < b->mails && b->handed * interval_ns <= until_ns; b->handed++)
        sites_send(&b->sites, b->handed * interval_ns, b->handed % b->sites.count,
                   receiver(b, b->handed), b->handed);
}

static void look(struct bench *b)
{
    static const uint32_t tenths[MARKS] = {1, 5, 10};
    uint64_t delivered = world_counts(b->sites.world)->delivered;

    for (int i = 0; i < MARKS; i++)
        if (b->used[i] == 0 && delivered >= (uint64_t)b->mails * tenths[i] / 10)
            b->used[i] = world_memory(b->sites.world)->used;
}

static void describe(const struct bench *b)
{
    const uint64_t *counts = world_trace(b->sites.world)->counts;
    double transfers = 2.0 * b->mails;

    printf("# %u mails, %.0f transfers between %u sites (%u hosts), %d octets of text\n", b->mails,
           transfers, b->sites.count, 2 * b->sites.count + 2, BODY_OCTETS);
    printf("# a transfer: %.1f TCP segments, %.1f commands, %.1f look-ups, %.2f connections, %.1f "
           "events\n",
           (double)counts[TRACE_TCP_SEGMENT] / transfers,
           (double)counts[TRACE_SMTP_COMMAND] / 2 / transfers,
           (double)counts[TRACE_DNS_QUERY] / 2 / transfers,
           (double)counts[TRACE_TCP_OPENED] / 2 / transfers,
           (double)world_queue(b->sites.world)->fired / transfers);
}

static void run(struct bench *b, const struct bench_mode *mode, bool first)
{
    b->handed = 0;
    for (int i = 0; i < MARKS; i++)
        b->used[i] = 0;
    sites_open(&b->sites, mode);
    struct world *w = b->sites.world;
    double begin = cpu_seconds();
    world_start(w);
    do {
        hand_over(b);
        look(b);
    } while (world_step(w, STEP) == WORLD_RUNNING);
    sites_end(&b->sites);
    double seconds = cpu_seconds() - begin;
    look(b);
    if (world_counts(w)->delivered != b->mails) {
        fprintf(stderr, "bench_million: %" PRIu64 " of %u mails delivered\n",
                world_counts(w)->delivered, b->mails);
        exit(70);
    }
    if (first)
        describe(b);
    printf("%s %u %.2f %.0f %.0f %zu %zu %zu %zu\n", mode->name, b->mails,
           seconds * 1e6 / (2.0 * b->mails), 2.0 * b->mails / seconds, b->mails / seconds,
           world_memory(w)->peak, b->used[0], b->used[1], b->used[2]);
    fflush(stdout);
    sites_close(&b->sites);
}

int main(int argc, char **argv)
{
    struct bench b = {.mails = argc > 1 ? (uint32_t)atol(argv[1]) : 1000000,
                      .sites = {.count = argc > 2 ? (uint32_t)atol(argv[2]) : 1000}};
    size_t first = argc > 3 ? (size_t)atol(argv[3]) : 0, end = argc > 3 ? first + 1 : BENCH_MODES;

    if (b.mails == 0 || b.sites.count < 2 || b.sites.count > SITES_MAX) {
        fprintf(stderr, "usage: bench_million [MAILS [SITES (2 to %d) [MODE]]]\n", SITES_MAX);
        return 64;
    }
    b.sites.sites = calloc(b.sites.count, sizeof *b.sites.sites);
    for (size_t i = first; i < end && i < BENCH_MODES; i++)
        run(&b, &bench_modes[i], i == first);
    free(b.sites.sites);
    return 0;
}
