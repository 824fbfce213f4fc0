/*
 * Properties of TCP over lines that lose, delay and reorder: what is written arrives, byte for byte
 * and in order, on both sides; without loss nothing is ever sent twice; equal seeds give equal runs.
 *
 * SMTPLAB_SEEDS sets how many seeds each property tries.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/kernel/random.h"
#include "tests/net_lab.h"

#define MS CLOCK_MILLISECOND

static uint64_t seed_count(uint64_t usual)
{
    const char *wish = getenv("SMTPLAB_SEEDS");

    return wish != NULL ? strtoull(wish, NULL, 10) : usual;
}

/* Writes a stream in pieces of random size at random times, then closes. */
struct writer {
    struct lab_tcp *end;
    struct random random;
    struct text octets;
    size_t written;
    struct lab_timer timer;
    size_t most; /* octets a piece */
    int64_t pause_ns;
};

static void write_piece(void *context)
{
    struct writer *w = context;
    size_t left = w->octets.size - w->written;
    size_t size = 1 + (size_t)random_below(&w->random, w->most);

    if (w->end->tcp == NULL)
        return;
    if (size > left)
        size = left;
    tcp_write(w->end->tcp, text_from(w->octets.at + w->written, size), 0);
    w->written += size;
    if (w->written == w->octets.size) {
        tcp_close(w->end->tcp, 0);
        return;
    }
    int64_t pause = w->pause_ns == 0 ? 0 : (int64_t)random_below(&w->random, (uint64_t)w->pause_ns);
    lab_at(w->end->lab, &w->timer, w->end->lab->queue.now_ns + pause, write_piece, w);
}

static void writer_init(struct writer *w, struct lab_tcp *end, uint64_t seed, const char *name,
                        size_t size)
{
    *w = (struct writer){.end = end};
    random_init(&w->random, seed, text_of(name), TEXT("writer"));
    w->octets = lab_pattern(end->lab, size, seed);
    w->most = 1 + (size_t)random_below(&w->random, random_below(&w->random, 2) ? 100 : 8000);
    w->pause_ns = random_below(&w->random, 2) ? 0 : 20 * MS;
}

struct case_of {
    struct link_traits traits;
    bool over_link;
    size_t sizes[2];
};

static struct case_of draw_case(uint64_t seed, bool lossless, bool ordered, size_t big)
{
    struct random r;
    struct case_of c = {.over_link = seed & 1};

    random_init(&r, seed, TEXT("case"), TEXT("test"));
    c.traits.latency_ns = (int64_t)random_below(&r, 200 * MS);
    if (!lossless)
        c.traits.loss_ppm = (uint32_t)random_below(&r, 300001);
    if (!ordered && random_below(&r, 2))
        c.traits.jitter_ns = (int64_t)random_below(&r, 50 * MS);
    if (random_below(&r, 2))
        c.traits.rate_bits = 1000000 + (int64_t)random_below(&r, 100000000);
    if (!lossless && random_below(&r, 3) == 0)
        c.traits.queue_octets = 8000 + (int64_t)random_below(&r, 60000);
    for (int i = 0; i < 2; i++)
        c.sizes[i] = random_below(&r, 10) == 0 ? big : 1 + (size_t)random_below(&r, 30000);
    return c;
}

struct outcome {
    uint64_t retransmitted, segments, digest, fired, dropped;
    int64_t end_ns;
    size_t memory_before, memory_after;
};

/* One connection, both sides write; checks everything that must hold at the end. */
static struct outcome play(uint64_t seed, const struct case_of *c, bool logged)
{
    struct net_lab lab;
    struct lab_tcp client, server;
    struct writer writers[2];
    struct outcome o = {0};

    if (logged)
        lab_init(&lab, seed);
    else
        lab_init_quiet(&lab, seed);
    lab.net.times.give_up_ns = CLOCK_DAY; /* at 30 % loss, 15 minutes are not always enough */
    lab.net.times.connect_limit_ns = CLOCK_DAY;
    uint32_t a = lab_host(&lab, "a", "192.0.2.1"), b = lab_host(&lab, "b", "192.0.2.2");
    if (c->over_link)
        link_add(&lab.net, a, b, &c->traits);
    else
        link_set_internet(&lab.net, &c->traits);
    lab_tcp_init(&client, &lab);
    lab_tcp_init(&server, &lab);
    writer_init(&writers[0], &client, seed, "a", c->sizes[0]);
    writer_init(&writers[1], &server, seed + 1, "b", c->sizes[1]);
    tcp_listen(&lab.net, b, 25, &lab_handlers, &server);
    o.memory_before = lab.memory.used;
    lab_connect(&client, a, b, 25);
    write_piece(&writers[0]); /* before the handshake too */
    while (server.opened == 0 && client.failed == 0 && lab.queue.pending > 0) {
        struct event *e = queue_pop(&lab.queue);
        e->fire(NULL, e);
    }
    cr_assert(server.opened == 1, "seed %llu: not opened", (unsigned long long)seed);
    write_piece(&writers[1]);
    cr_assert(lab_run(&lab, -1), "seed %llu does not end", (unsigned long long)seed);

    cr_assert(client.closed == 1 && server.closed == 1, "seed %llu: %d %d closed",
              (unsigned long long)seed, client.closed, server.closed);
    cr_assert(client.reason == TCP_FIN && server.reason == TCP_FIN, "seed %llu",
              (unsigned long long)seed);
    cr_assert(client.finished == 1 && server.finished == 1);
    cr_assert(text_equal(buffer_text(&server.got), writers[0].octets), "seed %llu: to server",
              (unsigned long long)seed);
    cr_assert(text_equal(buffer_text(&client.got), writers[1].octets), "seed %llu: to client",
              (unsigned long long)seed);
    cr_assert(lab.causes_fine);
    o.retransmitted = lab.net.retransmitted;
    o.segments = lab.net.segments;
    o.digest = lab.digest;
    o.fired = lab.queue.fired;
    o.dropped = lab.net.dropped;
    o.end_ns = lab.queue.now_ns;
    buffer_free(&client.got);
    buffer_free(&server.got);
    o.memory_after = lab.memory.used;
    /* Lines, streams, ports: what the network makes once and keeps. */
    cr_assert(logged || o.memory_after < o.memory_before + 2000, "seed %llu: %zu octets left",
              (unsigned long long)seed, o.memory_after - o.memory_before);
    lab_end(&lab);
    return o;
}

Test(net_property, arrives_whole_and_in_order, .timeout = 300)
{
    uint64_t segments = 0, resent = 0, dropped = 0;

    for (uint64_t seed = 0; seed < seed_count(3000); seed++) {
        struct case_of c = draw_case(seed, false, false, 200000);
        struct outcome o = play(seed, &c, false);

        segments += o.segments;
        resent += o.retransmitted;
        dropped += o.dropped;
    }
    cr_assert(resent > 0 && dropped > 0);
    fprintf(stderr, "%llu segments, %llu again, %llu dropped\n", (unsigned long long)segments,
            (unsigned long long)resent, (unsigned long long)dropped);
}

Test(net_property, a_megabyte_each_way, .timeout = 300)
{
    static const uint32_t losses[] = {0, 1000, 10000, 50000, 200000, 300000};

    for (uint64_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        struct case_of c = {
            .traits = {.latency_ns = 25 * MS, .loss_ppm = losses[i], .rate_bits = 10000000},
            .over_link = i & 1,
            .sizes = {1 << 20, 1 << 20}};
        struct outcome o = play(i, &c, false);

        fprintf(stderr, "loss %u ppm: %llu of %llu again, %lld ms\n", losses[i],
                (unsigned long long)o.retransmitted, (unsigned long long)o.segments,
                (long long)(o.end_ns / MS));
        cr_assert((losses[i] == 0) == (o.retransmitted == 0));
    }
}

Test(net_property, without_loss_nothing_is_sent_twice, .timeout = 300)
{
    for (uint64_t seed = 0; seed < seed_count(2000); seed++) {
        struct case_of c = draw_case(seed, true, true, 200000);
        struct outcome o = play(seed, &c, false);

        cr_assert(o.retransmitted == 0 && o.dropped == 0, "seed %llu: %llu again",
                  (unsigned long long)seed, (unsigned long long)o.retransmitted);
    }
}

Test(net_property, equal_seeds_equal_runs, .timeout = 300)
{
    for (uint64_t seed = 0; seed < 50; seed++) {
        struct case_of c = draw_case(seed, false, false, 20000);
        struct outcome x = play(seed, &c, true), y = play(seed, &c, true),
                       z = play(seed, &c, false);

        cr_assert(x.digest == y.digest && x.end_ns == y.end_ns && x.fired == y.fired);
        cr_assert(x.end_ns == z.end_ns && x.fired == z.fired, "a sink has changed the run");
    }
}
