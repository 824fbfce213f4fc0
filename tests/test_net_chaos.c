/*
 * Connections that are opened, written, closed, aborted and cut off in any order, from outside and
 * from inside handlers, while hosts crash and lines fail.
 *
 * What must hold: handlers come in their order and never after the end; what arrives is a prefix of
 * what was written, with nothing changed; afterwards all is quiet and no memory is left in use.
 *
 * SMTPLAB_SEEDS sets how many seeds are tried.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "sim/kernel/random.h"
#include "tests/net_lab.h"

enum { HOSTS = 5, ENDS = 600, STEPS = 400 };

struct chaos;

struct chaos_end {
    struct chaos *chaos;
    struct tcp *tcp; /* NULL: not yet, or no more */
    uint32_t conn;
    int side;
    uint64_t written, read;
    bool opened, finished, over, closing;
};

struct chaos {
    struct net_lab lab;
    struct random random;
    struct lab_timer timer;
    struct chaos_end ends[ENDS + 1][2]; /* by number of connection */
    uint32_t links[HOSTS];
    int steps;
    bool ending;
};

/* What a side of a connection says is a function of the place in its stream. */
static char octet(const struct chaos_end *e, int side, uint64_t at)
{
    return (char)((e->conn * 131U + (unsigned)side * 71U + (unsigned)at * 7U + (at >> 8)) & 255);
}

static void say(struct chaos_end *e, size_t size)
{
    char octets[5000];

    if (e->closing)
        return;
    for (size_t i = 0; i < size; i++)
        octets[i] = octet(e, e->side, e->written + i);
    e->written += size;
    tcp_write(e->tcp, text_from(octets, size), 0);
}

static void drop_end(struct chaos_end *e)
{
    e->tcp = NULL;
    e->over = true;
}

static void act_on(struct chaos_end *e)
{
    if (e->tcp == NULL)
        return;
    struct random *r = &e->chaos->random;
    switch (random_below(r, 8)) {
    case 0: say(e, 1 + (size_t)random_below(r, 4999)); break;
    case 1:
        tcp_close(e->tcp, 0);
        e->closing = true;
        break;
    case 2:
        if (random_below(r, 4) == 0) {
            tcp_abort(e->tcp, 0);
            drop_end(e);
        }
        break;
    default: say(e, 1 + (size_t)random_below(r, 80)); break;
    }
}

/* Any end, this one or another: also from inside a handler. */
static void act_somewhere(struct chaos *c, struct chaos_end *here)
{
    uint32_t n = c->lab.net.conn_count;

    if (c->ending || random_below(&c->random, 3) == 0)
        return;
    if (random_below(&c->random, 2) || n == 0)
        act_on(here);
    else
        act_on(&c->ends[1 + random_below(&c->random, n)][random_below(&c->random, 2)]);
}

static void chaos_opened(void *context, struct tcp *tcp, uint64_t cause)
{
    struct chaos_end *e = context;

    (void)cause;
    cr_assert(!e->opened && !e->over && e->tcp == tcp);
    e->opened = true;
    act_somewhere(e->chaos, e);
}

static void chaos_accepted(void *context, struct tcp *tcp, uint64_t cause)
{
    struct chaos *c = context;
    struct chaos_end *e = &c->ends[tcp_conn(tcp)][1];

    cr_assert_eq(tcp_side(tcp), TRACE_SIDE_SERVER);
    *e = (struct chaos_end){.chaos = c, .tcp = tcp, .conn = tcp_conn(tcp), .side = 1};
    tcp_set_context(tcp, e);
    chaos_opened(e, tcp, cause);
}

static void chaos_failed(void *context, struct tcp *tcp, enum tcp_reason reason, uint64_t cause)
{
    struct chaos_end *e = context;

    (void)cause;
    cr_assert(!e->opened && !e->over && e->tcp == tcp);
    cr_assert(reason == TCP_REFUSED || reason == TCP_TIMEOUT || reason == TCP_UNREACHABLE);
    drop_end(e);
    act_somewhere(e->chaos, e);
}

static void chaos_received(void *context, struct tcp *tcp, struct text octets, uint64_t cause)
{
    struct chaos_end *e = context;

    (void)cause;
    cr_assert(e->opened && !e->over && !e->finished && e->tcp == tcp && octets.size > 0);
    for (size_t i = 0; i < octets.size; i++)
        cr_assert_eq(octets.at[i], octet(e, !e->side, e->read + i));
    e->read += octets.size;
    cr_assert(e->read <= e->chaos->ends[e->conn][!e->side].written);
    act_somewhere(e->chaos, e);
}

static void chaos_finished(void *context, struct tcp *tcp, uint64_t cause)
{
    struct chaos_end *e = context;

    (void)cause;
    cr_assert(e->opened && !e->over && !e->finished && e->tcp == tcp);
    e->finished = true;
    cr_assert_eq(e->read, e->chaos->ends[e->conn][!e->side].written);
    act_somewhere(e->chaos, e);
}

static void chaos_closed(void *context, struct tcp *tcp, enum tcp_reason reason, uint64_t cause)
{
    struct chaos_end *e = context;

    (void)cause;
    cr_assert(e->opened && !e->over && e->tcp == tcp);
    cr_assert(reason == TCP_FIN || reason == TCP_RESET || reason == TCP_TIMEOUT);
    cr_assert(reason != TCP_FIN || (e->finished && e->closing));
    drop_end(e);
    act_somewhere(e->chaos, e);
}

static void chaos_sent(void *context, struct tcp *tcp, uint64_t cause)
{
    struct chaos_end *e = context;

    (void)cause;
    cr_assert(e->opened && !e->over && e->tcp == tcp);
    cr_assert_eq(tcp_unacknowledged(tcp), 0U);
    act_somewhere(e->chaos, e);
}

static const struct tcp_handlers clients = {chaos_opened,   chaos_failed, chaos_received,
                                            chaos_finished, chaos_closed, chaos_sent};
static const struct tcp_handlers servers = {chaos_accepted, chaos_failed, chaos_received,
                                            chaos_finished, chaos_closed, chaos_sent};

static void open_one(struct chaos *c)
{
    struct net *net = &c->lab.net;
    uint32_t from = (uint32_t)random_below(&c->random, HOSTS);
    uint32_t to = (uint32_t)random_below(&c->random, HOSTS);

    if (net->conn_count == ENDS || !net_host_up(net, from))
        return;
    struct chaos_end *e = &c->ends[net->conn_count + 1][0];
    *e = (struct chaos_end){.chaos = c, .conn = net->conn_count + 1};
    e->tcp = tcp_connect(net, from, NULL, &net->addresses[to].address,
                         (uint16_t)(25 + random_below(&c->random, 2)), &clients, e, 0);
    cr_assert_eq(tcp_conn(e->tcp), e->conn);
    act_somewhere(c, e);
}

/* Takes a host down and forgets its ends, as its agents would. */
static void cut_host(struct chaos *c)
{
    struct net *net = &c->lab.net;
    uint32_t host = (uint32_t)random_below(&c->random, HOSTS);
    uint32_t count = 0, counted;

    if (!net_host_up(net, host)) {
        net_set_host_up(net, host, true);
        return;
    }
    for (uint32_t n = 1; n <= net->conn_count; n++)
        for (int side = 0; side < 2; side++)
            if (c->ends[n][side].tcp != NULL && tcp_host(c->ends[n][side].tcp) == host) {
                count++;
                drop_end(&c->ends[n][side]);
            }
    bool crash = random_below(&c->random, 2);
    counted = tcp_host_down(net, host, crash, 0);
    cr_assert(counted >= count, "those of a handshake under way come on top");
    net_set_host_up(net, host, false);
}

static void change_line(struct chaos *c)
{
    struct link_traits t = {.latency_ns = (int64_t)random_below(&c->random, 100000000),
                            .jitter_ns = (int64_t)random_below(&c->random, 50000000),
                            .loss_ppm = (uint32_t)random_below(&c->random, 400000),
                            .down = random_below(&c->random, 4) == 0};

    if (random_below(&c->random, 2))
        t.rate_bits = 1000000;
    if (random_below(&c->random, 2))
        t.queue_octets = 20000;
    if (random_below(&c->random, 2))
        link_change_internet(&c->lab.net, &t, 0);
    else
        link_change(&c->lab.net, c->links[random_below(&c->random, HOSTS - 1)], &t, 0);
}

static void step(void *context)
{
    struct chaos *c = context;

    switch (random_below(&c->random, 20)) {
    case 0: cut_host(c); break;
    case 1: change_line(c); break;
    case 2: tcp_unlisten(&c->lab.net, 0, 25); break;
    case 3: tcp_listen(&c->lab.net, 0, 25, &servers, c); break;
    case 4:
    case 5:
    case 6:
    case 7:
    case 8: open_one(c); break;
    default:
        if (c->lab.net.conn_count > 0)
            act_on(&c->ends[1 + random_below(&c->random, c->lab.net.conn_count)]
                           [random_below(&c->random, 2)]);
    }
    if (++c->steps < STEPS)
        lab_at(&c->lab, &c->timer,
               c->lab.queue.now_ns + (int64_t)random_below(&c->random, random_below(&c->random, 10)
                                                                           ? 40000000
                                                                           : 90000000000),
               step, c);
}

static void set_up(struct chaos *c, uint64_t seed)
{
    static const char *const names[HOSTS] = {"a", "b", "c", "d", "e"};
    static const char *const addresses[HOSTS] = {"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4",
                                                 "10.0.0.5"};
    struct link_traits t = {.latency_ns = 5000000};

    lab_init_quiet(&c->lab, seed);
    random_init(&c->random, seed, TEXT("chaos"), TEXT("test"));
    for (int i = 0; i < HOSTS; i++) {
        lab_host(&c->lab, names[i], addresses[i]);
        tcp_listen(&c->lab.net, (uint32_t)i, 25, &servers, c);
    }
    for (uint32_t i = 0; i + 1 < HOSTS; i++)
        c->links[i] = link_add(&c->lab.net, i, i + 1, &t);
}

/* Aborts what is left, and waits until the last segment is gone. */
static void wind_up(struct chaos *c)
{
    c->ending = true;
    for (uint32_t n = 1; n <= c->lab.net.conn_count; n++)
        for (int side = 0; side < 2; side++)
            if (c->ends[n][side].tcp != NULL) {
                tcp_abort(c->ends[n][side].tcp, 0);
                drop_end(&c->ends[n][side]);
            }
    for (uint32_t h = 0; h < HOSTS; h++)
        tcp_host_down(&c->lab.net, h, true, 0);
}

Test(net_chaos, nothing_breaks_and_nothing_is_left, .timeout = 300)
{
    static struct chaos c;
    const char *wish = getenv("SMTPLAB_SEEDS");
    uint64_t seeds = wish != NULL ? strtoull(wish, NULL, 10) : 300;
    uint32_t opened = 0;

    for (uint64_t seed = 0; seed < seeds; seed++) {
        memset(&c, 0, sizeof c);
        set_up(&c, seed);
        lab_at(&c.lab, &c.timer, 0, step, &c);
        cr_assert(lab_run(&c.lab, -1), "seed %llu does not end", (unsigned long long)seed);
        wind_up(&c);
        cr_assert(lab_run(&c.lab, -1));
        for (uint32_t n = 1; n <= c.lab.net.conn_count; n++)
            opened += c.ends[n][0].opened && c.ends[n][1].opened;
        /* What the network itself keeps: hosts, links, streams, tables, ports. */
        cr_assert(c.lab.memory.used < 24000, "seed %llu: %zu octets", (unsigned long long)seed,
                  c.lab.memory.used);
        lab_end(&c.lab);
    }
    cr_assert(opened > seeds * 10);
}
