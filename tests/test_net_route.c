/* Shortest ways against a naive Floyd-Warshall, and where the internet begins and ends. */
#include <criterion/criterion.h>

#include "sim/kernel/random.h"
#include "tests/net_lab.h"

enum { MANY = 14, FAR = 1 << 28 };

struct naive {
    uint32_t count;
    bool router[MANY];
    int64_t cost[MANY][MANY]; /* down links weigh more than any latency, hops less than any */
    struct net_lab *lab;
};

static int64_t weigh(const struct link_traits *t)
{
    return (t->down ? INT64_C(1) << 40 : 0) + t->latency_ns * 1000 + 1;
}

/* Ways whose inner hosts are all routers. */
static void floyd_warshall(struct naive *n)
{
    for (uint32_t i = 0; i < n->count; i++)
        for (uint32_t j = 0; j < n->count; j++)
            n->cost[i][j] = i == j ? 0 : INT64_MAX / 4;
    for (uint32_t l = 0; l < n->lab->net.link_count; l++)
        for (uint32_t i = 0; i < n->count; i++)
            for (uint32_t j = 0; j < n->count; j++) {
                if (i == j || link_find(&n->lab->net, i, j) == NET_NONE)
                    continue;
                int64_t w = weigh(link_traits(&n->lab->net, link_find(&n->lab->net, i, j)));
                if (w < n->cost[i][j])
                    n->cost[i][j] = w;
            }
    for (uint32_t k = 0; k < n->count; k++)
        for (uint32_t i = 0; n->router[k] && i < n->count; i++)
            for (uint32_t j = 0; j < n->count; j++)
                if (n->cost[i][k] + n->cost[k][j] < n->cost[i][j])
                    n->cost[i][j] = n->cost[i][k] + n->cost[k][j];
}

/* Follows the hops; the cost of the way, or -1 if there is none. */
static int64_t walk(struct net_lab *lab, uint32_t from, uint32_t to)
{
    int64_t cost = 0;

    for (int hops = 0; from != to; hops++) {
        struct route r = route_find(&lab->net, from, to);

        cr_assert(hops <= MANY, "a loop");
        if (r.kind != ROUTE_LINK)
            return -1;
        cost += weigh(link_traits(&lab->net, r.link));
        from = r.next;
    }
    return cost;
}

static void check_all(struct naive *n)
{
    floyd_warshall(n);
    for (uint32_t i = 0; i < n->count; i++)
        for (uint32_t j = 0; j < n->count; j++) {
            int64_t got = walk(n->lab, i, j), want = n->cost[i][j];

            cr_assert_eq(got, want >= INT64_MAX / 4 ? -1 : want, "%u to %u: %lld, not %lld", i, j,
                         (long long)got, (long long)want);
        }
}

Test(net_route, random_graphs_against_floyd_warshall, .timeout = 120)
{
    static const char *const names[MANY] = {"a", "b", "c", "d", "e", "f", "g",
                                            "h", "i", "j", "k", "l", "m", "n"};

    for (uint64_t seed = 0; seed < 1500; seed++) {
        struct net_lab lab;
        struct random r;
        struct naive n = {.lab = &lab};

        lab_init_quiet(&lab, seed);
        random_init(&r, seed, TEXT("graph"), TEXT("test"));
        n.count = 2 + (uint32_t)random_below(&r, MANY - 1);
        for (uint32_t i = 0; i < n.count; i++) {
            n.router[i] = random_below(&r, 3) > 0;
            net_add_host(&lab.net, text_of(names[i]),
                         &(struct net_host_traits){.router = n.router[i], .off_internet = true});
        }
        uint64_t links = random_below(&r, 2 * n.count);
        for (uint64_t l = 0; l < links; l++) {
            uint32_t a = (uint32_t)random_below(&r, n.count);
            uint32_t b = (uint32_t)random_below(&r, n.count);
            struct link_traits t = {.latency_ns = (int64_t)random_below(&r, 5),
                                    .down = random_below(&r, 5) == 0};

            if (a != b && link_find(&lab.net, a, b) == NET_NONE)
                link_add(&lab.net, a, b, &t);
        }
        check_all(&n);
        if (lab.net.link_count > 0) { /* and after a change */
            uint32_t l = (uint32_t)random_below(&r, lab.net.link_count);
            struct link_traits t = *link_traits(&lab.net, l);

            t.down = !t.down;
            t.latency_ns += 2;
            link_change(&lab.net, l, &t, 0);
            check_all(&n);
        }
        lab_end(&lab);
    }
}

static uint32_t host(struct net_lab *lab, const char *name, bool router, bool internet)
{
    return net_add_host(&lab->net, text_of(name),
                        &(struct net_host_traits){.router = router, .off_internet = !internet});
}

Test(net_route, equal_ways_are_told_apart_by_a_stable_rule)
{
    struct net_lab lab;
    struct link_traits t = {.latency_ns = 5};

    lab_init(&lab, 1);
    uint32_t a = host(&lab, "a", false, false), z = host(&lab, "z", false, false);
    uint32_t r2 = host(&lab, "r2", true, false), r1 = host(&lab, "r1", true, false);
    link_add(&lab.net, a, r1, &t); /* declared first, but over a higher host */
    link_add(&lab.net, r1, z, &t);
    link_add(&lab.net, a, r2, &t);
    link_add(&lab.net, r2, z, &t);
    cr_assert(r2 < r1 && route_find(&lab.net, a, z).next == r2);
    lab_end(&lab);
}

/*  pc - r1 (on the internet)    www on the internet    r2 (on the internet) - inner - srv  */
Test(net_route, by_way_of_the_internet)
{
    struct net_lab lab;
    struct link_traits t = {.latency_ns = 5};

    lab_init(&lab, 1);
    uint32_t pc = host(&lab, "pc", false, false), r1 = host(&lab, "r1", true, true),
             www = host(&lab, "www", false, true), r2 = host(&lab, "r2", true, true),
             inner = host(&lab, "inner", true, false), srv = host(&lab, "srv", false, false),
             alone = host(&lab, "alone", false, false);
    link_add(&lab.net, pc, r1, &t);
    link_add(&lab.net, r2, inner, &t);
    link_add(&lab.net, inner, srv, &t);

    static const struct {
        const char *name;
        int from, to, want_kind, want_next; /* indices into hosts below; -1: nobody */
    } rows[] = {
        {"out by the gateway", 0, 2, ROUTE_LINK, 1},
        {"the gateway goes straight", 1, 2, ROUTE_INTERNET, 2},
        {"back in by the gateway", 2, 0, ROUTE_INTERNET, 1},
        {"from site to site, out", 0, 5, ROUTE_LINK, 1},
        {"from site to site, across", 1, 5, ROUTE_INTERNET, 3},
        {"from site to site, in", 3, 5, ROUTE_LINK, 4},
        {"from site to site, there", 4, 5, ROUTE_LINK, 5},
        {"answer, out", 5, 0, ROUTE_LINK, 4},
        {"answer, out again", 4, 0, ROUTE_LINK, 3},
        {"nobody's address, out", 0, -1, ROUTE_LINK, 1},
        {"nobody's address, lost", 1, -1, ROUTE_INTERNET, -1},
        {"to one that stands alone", 2, 6, ROUTE_NONE, -1},
        {"from one that stands alone", 6, 2, ROUTE_NONE, -1},
        {"to itself", 2, 2, ROUTE_LOOPBACK, 2},
    };
    uint32_t hosts[] = {pc, r1, www, r2, inner, srv, alone};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct route r = route_find(&lab.net, hosts[rows[i].from],
                                    rows[i].to < 0 ? NET_NONE : hosts[rows[i].to]);

        cr_expect_eq(r.kind, rows[i].want_kind, "%s: kind %d", rows[i].name, r.kind);
        if (rows[i].want_next >= 0)
            cr_expect_eq(r.next, hosts[rows[i].want_next], "%s: %u", rows[i].name, r.next);
        else if (r.kind == ROUTE_INTERNET)
            cr_expect_eq(r.next, NET_NONE, "%s", rows[i].name);
    }
    lab_end(&lab);
}

/* TCP from site to site: one event a hop, four hops each way. */
Test(net_route, a_connection_over_many_hops)
{
    struct net_lab lab;
    struct link_traits lan = {.latency_ns = CLOCK_MILLISECOND};
    struct lab_tcp client, server;
    struct address a = lab_address("10.0.0.1"), b = lab_address("10.0.1.1");

    lab_init(&lab, 1);
    uint32_t pc = host(&lab, "pc", false, false), r1 = host(&lab, "r1", true, true),
             r2 = host(&lab, "r2", true, true), srv = host(&lab, "srv", false, false);
    link_add(&lab.net, pc, r1, &lan);
    link_add(&lab.net, r2, srv, &lan);
    net_add_address(&lab.net, pc, &a);
    net_add_address(&lab.net, srv, &b);
    lab_tcp_init(&client, &lab);
    lab_tcp_init(&server, &lab);
    tcp_listen(&lab.net, srv, 25, &lab_handlers, &server);
    lab_connect(&client, pc, srv, 25);
    cr_assert(lab_run(&lab, -1));
    cr_assert_eq(client.opened_ns, 2 * 27 * CLOCK_MILLISECOND);
    cr_assert_eq(lab.queue.fired, 9U, "three segments, three hops");
    /* A host that is down does not forward. */
    net_set_host_up(&lab.net, r2, false);
    buffer_clear(&lab.log);
    lab_write(&client, "x");
    cr_assert(lab_run(&lab, lab.queue.now_ns + 100 * CLOCK_MILLISECOND));
    cr_assert(strstr(lab_log(&lab), "r2 host_down\n") != NULL, "%s", lab_log(&lab));
    lab_end(&lab);
}

/* 10,000 hosts, nearly all of them on the internet only; and a tree of 10,000 with links. */
Test(net_route, scales, .timeout = 60)
{
    struct net_lab lab;
    struct link_traits t = {.latency_ns = 5};

    lab_init_quiet(&lab, 1);
    host(&lab, "hub", true, true);
    for (uint32_t i = 1; i < 10000; i++)
        host(&lab, "h", true, true);
    for (uint32_t i = 1; i < 10000; i++)
        cr_assert_eq(route_find(&lab.net, 0, i).kind, ROUTE_INTERNET);
    size_t without_links = lab.memory.used;
    for (uint32_t i = 1; i < 10000; i++) /* a hundred routers with a hundred leaves each */
        link_add(&lab.net, i, i < 100 ? i - 1 : i % 100, &t);
    for (uint32_t i = 100; i < 10000; i++)
        cr_assert_eq(route_find(&lab.net, 100, i).kind, i == 100 ? ROUTE_LOOPBACK : ROUTE_LINK);
    size_t tables = lab.memory.used - without_links;
    cr_assert(tables < 64 << 20, "%zu octets", tables);
    lab_end(&lab);
}
