/* Hosts, links, the internet, datagrams: times exact to the nanosecond. */
#include <criterion/criterion.h>

#include "sim/kernel/random.h"
#include "tests/net_lab.h"

#define MS CLOCK_MILLISECOND
#define US CLOCK_MICROSECOND

/* Remembers when datagrams arrive. */
struct arrivals {
    struct net_lab *lab;
    int count;
    int64_t at[200];
    char first[200];
    struct udp_datagram last;
};

static void note_arrival(void *context, const struct udp_datagram *d)
{
    struct arrivals *a = context;

    cr_assert(a->count < 200);
    a->at[a->count] = a->lab->queue.now_ns;
    a->first[a->count++] = d->octets.size > 0 ? d->octets.at[0] : ' ';
    a->last = *d;
}

static struct arrivals watch(struct net_lab *lab)
{
    return (struct arrivals){.lab = lab};
}

/* A datagram of so many octets, IP and UDP headers included. */
static void send_octets(struct net_lab *lab, uint32_t from, uint32_t to, size_t octets, char first)
{
    char payload[1500];
    struct address a = lab->net.addresses[net_host_address(&lab->net, to, ADDRESS_IPV4)].address;

    memset(payload, first, sizeof payload);
    udp_send(&lab->net, from, NULL, 5353, &a, 53, text_from(payload, octets - 28),
             &(struct trace_where){0});
}

Test(net, hosts_and_addresses)
{
    struct net_lab lab;
    struct address v4 = lab_address("192.0.2.1"), v6 = lab_address("2001:db8::1"),
                   second = lab_address("192.0.2.9"), none = lab_address("203.0.113.1"),
                   loop = lab_address("127.0.0.1");

    lab_init(&lab, 1);
    uint32_t a = lab_host(&lab, "a", "192.0.2.1"), b = lab_host(&lab, "b", "192.0.2.2");
    cr_assert(net_add_address(&lab.net, a, &v6) && net_add_address(&lab.net, a, &second));
    cr_assert_not(net_add_address(&lab.net, b, &v4), "taken");
    cr_assert_not(net_add_address(&lab.net, b, &loop), "loopback belongs to all");
    cr_assert_eq(net_find_host(&lab.net, &v6), a);
    cr_assert_eq(net_find_host(&lab.net, &none), NET_NONE);
    uint32_t i = net_host_address(&lab.net, a, ADDRESS_NONE);
    cr_assert(text_equal(lab.net.addresses[i].text, TEXT("192.0.2.1")));
    i = lab.net.addresses[i].next;
    cr_assert(text_equal(lab.net.addresses[i].text, TEXT("2001:db8::1")));
    i = lab.net.addresses[i].next;
    cr_assert(text_equal(lab.net.addresses[i].text, TEXT("192.0.2.9")));
    cr_assert_eq(lab.net.addresses[i].next, NET_NONE);
    cr_assert_eq(net_host_address(&lab.net, b, ADDRESS_IPV6), NET_NONE);
    /* Many, so that the tables grow. */
    for (int n = 0; n < 5000; n++) {
        struct address many = {.octets = {10, 0, (uint8_t)(n >> 8), (uint8_t)n}, .family = 4};

        cr_assert(net_add_address(&lab.net, b, &many));
    }
    for (int n = 0; n < 5000; n++) {
        struct address many = {.octets = {10, 0, (uint8_t)(n >> 8), (uint8_t)n}, .family = 4};

        cr_assert_eq(net_find_host(&lab.net, &many), b);
    }
    cr_assert_eq(net_find_host(&lab.net, &v4), a);
    lab_end(&lab);
}

Test(net, a_link_sends_one_after_the_other)
{
    struct net_lab lab;
    struct link_traits t = {.latency_ns = 2 * MS, .rate_bits = 1000000};

    lab_init(&lab, 1);
    uint32_t a = lab_host(&lab, "a", "192.0.2.1"), b = lab_host(&lab, "b", "192.0.2.2");
    struct arrivals at_b = watch(&lab), at_a = watch(&lab);
    link_add(&lab.net, a, b, &t);
    udp_bind(&lab.net, b, 53, note_arrival, &at_b);
    udp_bind(&lab.net, a, 53, note_arrival, &at_a);
    send_octets(&lab, a, b, 1000, '1'); /* 8 ms each at 1 Mbit/s */
    send_octets(&lab, a, b, 1000, '2');
    send_octets(&lab, b, a, 1000, '3'); /* the other direction is free */
    cr_assert(lab_run(&lab, -1));
    cr_assert(at_b.count == 2 && at_b.at[0] == 10 * MS && at_b.at[1] == 18 * MS);
    cr_assert(at_a.count == 1 && at_a.at[0] == 10 * MS);
    lab_end(&lab);
}

Test(net, sending_time_is_rounded_up)
{
    static const struct {
        int64_t rate, octets, want_ns;
    } rows[] = {
        {1000000000, 40, 320},    {3000000, 40, 106667},  /* 106666.67 */
        {9600, 1500, 1250000000}, {1000000000000, 40, 1}, /* 0.32 */
        {7, 28, 32000000000},     {0, 1500, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct net_lab lab;
        struct link_traits t = {.rate_bits = rows[i].rate};

        lab_init(&lab, 1);
        uint32_t a = lab_host(&lab, "a", "192.0.2.1"), b = lab_host(&lab, "b", "192.0.2.2");
        struct arrivals at_b = watch(&lab);
        link_add(&lab.net, a, b, &t);
        udp_bind(&lab.net, b, 53, note_arrival, &at_b);
        if (rows[i].octets <= 1232 + 28)
            send_octets(&lab, a, b, (size_t)rows[i].octets, 'x');
        else
            for (int half = 0; half < 2; half++) /* two datagrams of 750 */
                send_octets(&lab, a, b, (size_t)rows[i].octets / 2, 'x');
        cr_assert(lab_run(&lab, -1));
        cr_assert_eq(at_b.at[at_b.count - 1], rows[i].want_ns, "row %zu: %lld", i,
                     (long long)at_b.at[at_b.count - 1]);
        lab_end(&lab);
    }
}

Test(net, the_queue_drops_what_does_not_fit)
{
    struct net_lab lab;
    struct link_traits t = {.latency_ns = MS, .rate_bits = 1000000, .queue_octets = 3000};

    lab_init(&lab, 1);
    uint32_t a = lab_host(&lab, "a", "192.0.2.1"), b = lab_host(&lab, "b", "192.0.2.2");
    struct arrivals at_b = watch(&lab);
    link_add(&lab.net, a, b, &t);
    udp_bind(&lab.net, b, 53, note_arrival, &at_b);
    for (char c = '1'; c <= '4'; c++)
        send_octets(&lab, a, b, 1000, c);
    cr_assert_eq(lab.dropped, 1);
    cr_assert(strstr(lab_log(&lab), "0 a queue_full a > b") != NULL, "%s", lab_log(&lab));
    cr_assert(lab_run(&lab, 8 * MS - 1));
    send_octets(&lab, a, b, 1000, '5'); /* time stands at 0: still full */
    cr_assert(lab_run(&lab, 9 * MS));   /* the first has gone: there is room for one */
    send_octets(&lab, a, b, 1000, '6');
    send_octets(&lab, a, b, 1000, '7');
    cr_assert(lab_run(&lab, -1));
    cr_assert(at_b.count == 4 && memcmp(at_b.first, "1236", 4) == 0);
    cr_assert_eq(at_b.at[3], 33 * MS);
    lab_end(&lab);
}

Test(net, the_internet_has_an_access_line_each_way)
{
    struct net_lab lab;
    struct link_traits t = {.latency_ns = 25 * MS, .rate_bits = 1000000};

    lab_init(&lab, 1);
    uint32_t a = lab_host(&lab, "a", "192.0.2.1"), b = lab_host(&lab, "b", "192.0.2.2"),
             c = lab_host(&lab, "c", "192.0.2.3");
    struct arrivals at_c = watch(&lab);
    link_set_internet(&lab.net, &t);
    udp_bind(&lab.net, c, 53, note_arrival, &at_c);
    send_octets(&lab, a, c, 1000, '1'); /* 8 ms to send, 25 ms on the way */
    send_octets(&lab, a, c, 1000, '2');
    cr_assert(lab_run(&lab, -1));
    cr_assert(at_c.count == 2 && at_c.at[0] == 33 * MS && at_c.at[1] == 41 * MS);
    cr_assert_eq(lab.queue.fired, 2U, "one event a packet");
    /* Two senders at once: the second waits for the receiver's line. */
    send_octets(&lab, a, c, 1000, '3');
    send_octets(&lab, b, c, 1000, '4');
    cr_assert(lab_run(&lab, -1));
    cr_assert(at_c.count == 4 && memcmp(at_c.first, "1234", 4) == 0);
    cr_assert(at_c.at[2] == 74 * MS && at_c.at[3] == 82 * MS);
    lab_end(&lab);
}

Test(net, jitter_delays_within_its_bound_and_reorders)
{
    struct net_lab lab;
    struct link_traits t = {.latency_ns = 10 * MS, .jitter_ns = 5 * MS};
    bool reordered = false;

    lab_init(&lab, 1);
    uint32_t a = lab_host(&lab, "a", "192.0.2.1"), b = lab_host(&lab, "b", "192.0.2.2");
    struct arrivals at_b = watch(&lab);
    link_add(&lab.net, a, b, &t);
    udp_bind(&lab.net, b, 53, note_arrival, &at_b);
    for (int i = 0; i < 100; i++)
        send_octets(&lab, a, b, 100, (char)i);
    cr_assert(lab_run(&lab, -1));
    cr_assert_eq(at_b.count, 100);
    for (int i = 0; i < 100; i++) {
        cr_assert(at_b.at[i] >= 10 * MS && at_b.at[i] <= 15 * MS);
        reordered |= i > 0 && at_b.first[i] < at_b.first[i - 1];
    }
    cr_assert(reordered && at_b.at[0] < 11 * MS && at_b.at[99] > 14 * MS);
    lab_end(&lab);
}

Test(net, loss_takes_its_share)
{
    struct net_lab lab;
    struct link_traits t = {.loss_ppm = 250000};

    lab_init(&lab, 3);
    uint32_t a = lab_host(&lab, "a", "192.0.2.1"), b = lab_host(&lab, "b", "192.0.2.2");
    link_add(&lab.net, a, b, &t);
    for (int i = 0; i < 10000; i++)
        send_octets(&lab, a, b, 100, 'x');
    cr_assert(lab_run(&lab, -1));
    cr_assert(lab.dropped > 2300 && lab.dropped < 2700, "%u", lab.dropped);
    lab_end(&lab);
}

/* A new host must not shift the random numbers of the others. */
Test(net, another_host_changes_nobody_elses_luck)
{
    uint64_t lost[2][2];

    for (int more = 0; more < 2; more++) {
        struct net_lab lab;
        struct link_traits t = {.latency_ns = MS, .loss_ppm = 300000};
        uint32_t c = 0;

        lab_init(&lab, 5);
        if (more)
            c = lab_host(&lab, "c", "192.0.2.3");
        uint32_t a = lab_host(&lab, "a", "192.0.2.1"), b = lab_host(&lab, "b", "192.0.2.2");
        struct arrivals at_b = watch(&lab);
        link_set_internet(&lab.net, &t);
        udp_bind(&lab.net, b, 53, note_arrival, &at_b);
        for (int i = 0; i < 64; i++) {
            send_octets(&lab, a, b, 100, (char)i);
            if (more)
                send_octets(&lab, c, a, 100, 'x');
        }
        cr_assert(lab_run(&lab, -1));
        lost[more][0] = (uint64_t)at_b.count;
        lost[more][1] = text_hash(text_from(at_b.first, (size_t)at_b.count));
        lab_end(&lab);
    }
    cr_assert(lost[0][0] == lost[1][0] && lost[0][1] == lost[1][1]);
    cr_assert(lost[0][0] < 64 && lost[0][0] > 0);
}

Test(net, a_link_that_changes)
{
    struct net_lab lab;
    struct link_traits t = {.latency_ns = 5 * MS};

    lab_init(&lab, 1);
    uint32_t a = lab_host(&lab, "a", "192.0.2.1"), b = lab_host(&lab, "b", "192.0.2.2");
    struct arrivals at_b = watch(&lab);
    uint32_t link = link_add(&lab.net, a, b, &t);
    cr_assert(link_find(&lab.net, b, a) == link && link_find(&lab.net, a, a) == NET_NONE);
    udp_bind(&lab.net, b, 53, note_arrival, &at_b);
    send_octets(&lab, a, b, 100, '1');
    t.down = true;
    link_change(&lab.net, link, &t, 0);
    send_octets(&lab, a, b, 100, '2'); /* dropped: it does not turn out to the internet */
    t.down = false;
    t.latency_ns = 9 * MS;
    link_change(&lab.net, link, &t, 0);
    send_octets(&lab, a, b, 100, '3');
    cr_assert(lab_run(&lab, -1));
    cr_assert(at_b.count == 2 && at_b.at[0] == 5 * MS && at_b.at[1] == 9 * MS);
    cr_assert(strstr(lab_log(&lab), "0 a link_down a > b") != NULL);
    cr_assert_eq(lab.trace.counts[TRACE_LINK_STATE], 2U);
    lab_end(&lab);
}

/* ---- datagrams ----------------------------------------------------------------------------- */

Test(net, ports_of_datagrams)
{
    struct net_lab lab;

    lab_init(&lab, 1);
    uint32_t a = lab_host(&lab, "a", "192.0.2.1"), b = lab_host(&lab, "b", "192.0.2.2");
    struct arrivals at_b = watch(&lab);
    cr_assert_eq(udp_bind(&lab.net, b, 53, note_arrival, &at_b), 53);
    cr_assert_eq(udp_bind(&lab.net, b, 53, note_arrival, &at_b), 0);
    cr_assert_eq(udp_bind(&lab.net, a, 53, note_arrival, &at_b), 53);
    uint16_t port = udp_bind(&lab.net, a, 0, note_arrival, &at_b);
    uint16_t other = udp_bind(&lab.net, a, 0, note_arrival, &at_b);
    cr_assert(port >= 49152 && other >= 49152 && port != other);
    send_octets(&lab, a, b, 100, 'q');
    cr_assert(lab_run(&lab, -1));
    cr_assert(at_b.count == 1 && at_b.last.source_port == 5353 && at_b.last.destination_port == 53);
    cr_assert_eq(lab.net.addresses[at_b.last.source].host, a);
    cr_assert(at_b.last.cause > 0);
    udp_unbind(&lab.net, b, 53);
    send_octets(&lab, a, b, 100, 'q');
    net_set_host_up(&lab.net, a, false);
    send_octets(&lab, b, a, 100, 'q');
    cr_assert(lab_run(&lab, -1));
    cr_assert_eq(at_b.count, 1);
    cr_assert(strstr(lab_log(&lab), "a host_down\n") != NULL);
    lab_end(&lab);
}

/* Bound and unbound at random against a plain array. */
Test(net, many_bound_ports)
{
    static bool bound[4][600];
    struct net_lab lab;
    struct random r;

    lab_init_quiet(&lab, 1);
    random_init(&r, 1, TEXT("ports"), TEXT("test"));
    lab_host(&lab, "a", "192.0.2.1");
    lab_host(&lab, "b", "192.0.2.2");
    lab_host(&lab, "c", "192.0.2.3");
    lab_host(&lab, "d", "192.0.2.4");
    for (int i = 0; i < 200000; i++) {
        uint32_t host = (uint32_t)random_below(&r, 4);
        uint16_t port = (uint16_t)(1 + random_below(&r, 599));

        if (random_below(&r, 2)) {
            bool fine = tcp_listen(&lab.net, host, port, &lab_handlers, NULL);
            cr_assert_eq(fine, !bound[host][port]);
            bound[host][port] = true;
        } else {
            tcp_unlisten(&lab.net, host, port);
            bound[host][port] = false;
        }
        cr_assert_eq(tcp_listens(&lab.net, host, port), bound[host][port]);
        port = (uint16_t)(1 + random_below(&r, 599));
        cr_assert_eq(tcp_listens(&lab.net, host, port), bound[host][port]);
    }
    lab_end(&lab);
}

Test(net, datagrams_that_cannot_go)
{
    struct net_lab lab;
    struct link_traits t = {.latency_ns = MS, .rate_bits = 1000000, .queue_octets = 1500};
    struct address nobody = lab_address("203.0.113.1"), v6 = lab_address("2001:db8::1"),
                   loop = lab_address("127.0.0.1"), second = lab_address("192.0.2.9");
    struct trace_where where = {.mail = TEXT("a.1")};

    lab_init(&lab, 1);
    uint32_t a = lab_host(&lab, "a", "192.0.2.1"), b = lab_host(&lab, "b", "192.0.2.2");
    uint32_t c = lab_host(&lab, "c", "192.0.2.3"), d = lab_host(&lab, "d", "192.0.2.4");
    struct arrivals at_a = watch(&lab), at_b = watch(&lab);
    link_set_internet(&lab.net, &t);
    udp_bind(&lab.net, a, 53, note_arrival, &at_a);
    udp_bind(&lab.net, b, 53, note_arrival, &at_b);
    net_add_address(&lab.net, a, &second);
    cr_assert(udp_send(&lab.net, a, NULL, 9, &nobody, 53, TEXT("x"), &where) > 0);
    udp_send(&lab.net, a, NULL, 9, &v6, 53, TEXT("x"), &where);
    cr_assert(strcmp(lab_log(&lab), "0 a no_such_address a > internet\n0 a no_route\n") == 0, "%s",
              lab_log(&lab));
    udp_send(&lab.net, a, &second, 9, &loop, 53, TEXT("me"), &where);
    cr_assert(lab_run(&lab, -1));
    cr_assert(at_a.count == 1 && at_a.at[0] == NET_LOOPBACK_NS);
    cr_assert(text_equal(lab.net.addresses[at_a.last.source].text, TEXT("192.0.2.9")));
    /* Three at once from three sides, and the receiver's line holds 1500 octets. */
    buffer_clear(&lab.log);
    send_octets(&lab, a, b, 1000, '1');
    send_octets(&lab, c, b, 1000, '2');
    send_octets(&lab, d, b, 1000, '3');
    cr_assert(lab_run(&lab, -1));
    cr_assert(at_b.count == 2 && memcmp(at_b.first, "23", 2) == 0, "a still had to send x");
    cr_assert(strstr(lab_log(&lab), "b queue_full internet > b\n") != NULL, "%s", lab_log(&lab));
    lab_end(&lab);
}

/* A fault filter sees each packet once, may lose it or delay it. */
struct fault {
    int seen;
    uint32_t from, to;
    uint16_t port;
    char first;
};

static enum net_drop delay_or_drop(void *context, const struct net_sight *sight, int64_t *delay_ns,
                                   uint64_t cause)
{
    struct fault *f = context;

    (void)cause;
    cr_assert_eq(sight->protocol, NET_UDP);
    f->seen++;
    f->from = sight->from;
    f->to = sight->to;
    f->port = sight->destination_port;
    f->first = sight->octets.at[0];
    *delay_ns = f->first == 'd' ? 7 * MS : 0;
    return f->first == 'x' ? NET_FAULT : NET_PASSED;
}

Test(net, faults)
{
    struct net_lab lab;
    struct fault fault = {0};

    lab_init(&lab, 1);
    uint32_t a = lab_host(&lab, "a", "192.0.2.1"), b = lab_host(&lab, "b", "192.0.2.2");
    struct arrivals at_b = watch(&lab);
    udp_bind(&lab.net, b, 53, note_arrival, &at_b);
    lab.net.filter = delay_or_drop;
    lab.net.filter_context = &fault;
    send_octets(&lab, a, b, 100, 'x');
    cr_assert(strcmp(lab_log(&lab), "0 a fault\n") == 0);
    send_octets(&lab, a, b, 100, 'd');
    send_octets(&lab, a, b, 100, 'o');
    cr_assert(lab_run(&lab, -1));
    cr_assert(at_b.count == 2 && memcmp(at_b.first, "od", 2) == 0);
    cr_assert(at_b.at[0] == 25 * MS && at_b.at[1] == 32 * MS);
    cr_assert(fault.seen == 3 && fault.from == a && fault.to == b && fault.port == 53);
    lab_end(&lab);
}
