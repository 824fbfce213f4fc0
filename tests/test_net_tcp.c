/* TCP segment by segment: what is sent, and when, to the nanosecond. */
#include <criterion/criterion.h>

#include "tests/net_lab.h"

#define MS CLOCK_MILLISECOND
#define S  CLOCK_SECOND

/* Two hosts on the internet, 25 ms apart, with a listener on port 25. */
struct pair {
    struct net_lab lab;
    uint32_t a, b;
    struct lab_tcp client, server;
};

static void pair_init(struct pair *p)
{
    lab_init(&p->lab, 7);
    p->a = lab_host(&p->lab, "a", "192.0.2.1");
    p->b = lab_host(&p->lab, "b", "192.0.2.2");
    lab_tcp_init(&p->client, &p->lab);
    lab_tcp_init(&p->server, &p->lab);
    cr_assert(tcp_listen(&p->lab.net, p->b, 25, &lab_handlers, &p->server));
}

static void pair_connect(struct pair *p)
{
    lab_connect(&p->client, p->a, p->b, 25);
}

/* What is in use when everything is over is what was there before: no leak. */
static void pair_end(struct pair *p)
{
    cr_assert(p->lab.causes_fine);
    lab_end(&p->lab);
}

static void want_log(struct pair *p, const char *want)
{
    const char *got = lab_log(&p->lab);

    cr_assert(strcmp(got, want) == 0, "got:\n%swant:\n%s", got, want);
}

Test(net_tcp, handshake_and_close)
{
    struct pair p;

    pair_init(&p);
    p.server.close_too = true;
    p.client.close_at_once = true;
    pair_connect(&p);
    cr_assert(lab_run(&p.lab, -1));
    want_log(&p, "0 a S 0 mss 1460\n"
                 "25000000 b SA 0 ack 1 mss 1460\n"
                 "50000000 a A 1 ack 1\n"
                 "50000000 a AF 1 ack 1\n"
                 "75000000 b AF 1 ack 2\n"
                 "100000000 a A 2 ack 2\n");
    cr_assert_eq(p.client.opened_ns, 50 * MS);
    cr_assert_eq(p.server.opened_ns, 75 * MS);
    cr_assert(p.client.closed == 1 && p.client.reason == TCP_FIN);
    cr_assert(p.server.closed == 1 && p.server.reason == TCP_FIN);
    cr_assert_eq(p.client.ended_ns, 100 * MS);
    cr_assert_eq(p.server.ended_ns, 125 * MS);
    cr_assert_eq(p.lab.queue.now_ns, 125 * MS, "nothing is left in the queue after the last ACK");
    pair_end(&p);
}

/* ---- faults at chosen segments ------------------------------------------------------------- */

/* Drops the segments of these numbers, counted from 1 as they are sent. */
struct dropper {
    int seen;
    int numbers[8]; /* 0 ends */
};

static enum net_drop drop_some(void *context, const struct net_sight *sight, int64_t *delay_ns,
                               uint64_t cause)
{
    struct dropper *d = context;

    (void)sight;
    (void)delay_ns;
    (void)cause;
    d->seen++;
    for (int i = 0; d->numbers[i] != 0; i++)
        if (d->numbers[i] == d->seen)
            return NET_FAULT;
    return NET_PASSED;
}

static void pair_drop(struct pair *p, struct dropper *d)
{
    p->lab.net.filter = drop_some;
    p->lab.net.filter_context = d;
}

static void take_internet_down(struct pair *p)
{
    struct link_traits traits = *link_internet(&p->lab.net);

    traits.down = true;
    link_change_internet(&p->lab.net, &traits, 0);
}

static void open_pair(struct pair *p)
{
    pair_connect(p);
    cr_assert(lab_run(&p->lab, 75 * MS));
    cr_assert(p->client.opened == 1 && p->server.opened == 1);
    buffer_clear(&p->lab.log);
}

/* ---- segments and acknowledgements --------------------------------------------------------- */

Test(net_tcp, segments_of_1460_octets_and_slow_start)
{
    struct pair p;

    pair_init(&p);
    open_pair(&p);
    tcp_write(p.client.tcp, lab_pattern(&p.lab, 14000, 1), 0);
    cr_assert(lab_run(&p.lab, -1));
    /* RFC 5681: three segments at first; one more for each acknowledgement, which covers two. */
    want_log(&p, "75000000 a A 1 ack 1 len 1460\n"
                 "75000000 a A 1461 ack 1 len 1460\n"
                 "75000000 a A 2921 ack 1 len 1460\n"
                 "100000000 b A 1 ack 2921\n"
                 "125000000 a A 4381 ack 1 len 1460\n"
                 "125000000 a A 5841 ack 1 len 1460\n"
                 "125000000 a A 7301 ack 1 len 1460\n"
                 "140000000 b A 1 ack 4381\n"
                 "150000000 b A 1 ack 7301\n"
                 "165000000 a A 8761 ack 1 len 1460\n"
                 "165000000 a A 10221 ack 1 len 1460\n"
                 "175000000 a A 11681 ack 1 len 1460\n"
                 "175000000 a AP 13141 ack 1 len 860\n"
                 "190000000 b A 1 ack 8761\n" /* delayed by 40 ms since 150 */
                 "190000000 b A 1 ack 11681\n"
                 "240000000 b A 1 ack 14001\n");
    cr_assert(text_equal(buffer_text(&p.server.got), lab_pattern(&p.lab, 14000, 1)));
    cr_assert_eq(p.client.sent, 1);
    pair_end(&p);
}

Test(net_tcp, segments_of_1440_octets_over_ipv6)
{
    struct pair p;
    struct address a6 = lab_address("2001:db8::1"), b6 = lab_address("2001:db8::2");

    pair_init(&p);
    net_add_address(&p.lab.net, p.a, &a6);
    net_add_address(&p.lab.net, p.b, &b6);
    p.client.tcp = tcp_connect(&p.lab.net, p.a, NULL, &b6, 25, &lab_handlers, &p.client, 0);
    tcp_write(p.client.tcp, lab_pattern(&p.lab, 2000, 1), 0);
    cr_assert(lab_run(&p.lab, -1));
    want_log(&p, "0 a S 0 mss 1440\n"
                 "25000000 b SA 0 ack 1 mss 1440\n"
                 "50000000 a A 1 ack 1\n"
                 "50000000 a A 1 ack 1 len 1440\n"
                 "50000000 a AP 1441 ack 1 len 560\n"
                 "115000000 b A 1 ack 2001\n");
    cr_assert(text_equal(tcp_remote_text(p.client.tcp), TEXT("2001:db8::2")));
    cr_assert(text_equal(tcp_remote_text(p.server.tcp), TEXT("2001:db8::1")));
    pair_end(&p);
}

Test(net_tcp, a_reply_carries_the_acknowledgement)
{
    struct pair p;

    pair_init(&p);
    p.server.echo = true;
    open_pair(&p);
    lab_write(&p.client, "NOOP\r\n");
    cr_assert(lab_run(&p.lab, -1));
    want_log(&p, "75000000 a AP 1 ack 1 len 6\n"
                 "100000000 b AP 1 ack 7 len 6\n"
                 "165000000 a A 7 ack 7\n"); /* 125 + 40 ms: delayed, nothing to say */
    pair_end(&p);
}

Test(net_tcp, every_write_is_sent_at_once_and_pushed)
{
    struct pair p;

    pair_init(&p);
    open_pair(&p);
    lab_write(&p.client, "RCPT TO:<a>\r\n");
    lab_write(&p.client, "RCPT TO:<b>\r\n");
    cr_assert(lab_run(&p.lab, -1));
    want_log(&p, "75000000 a AP 1 ack 1 len 13\n"
                 "75000000 a AP 14 ack 1 len 13\n"
                 "140000000 b A 1 ack 27\n");
    pair_end(&p);
}

/* ---- time-outs ----------------------------------------------------------------------------- */

Test(net_tcp, syn_is_repeated_with_back_off_then_given_up)
{
    static const int64_t want[] = {1, 3, 7, 15, 31, 63, 123};
    struct pair p;

    pair_init(&p);
    take_internet_down(&p);
    pair_connect(&p);
    cr_assert(lab_run(&p.lab, -1));
    cr_assert_eq(p.lab.timeouts, 7);
    for (int i = 0; i < 7; i++)
        cr_assert_eq(p.lab.timeout_at[i], want[i] * S);
    cr_assert(p.client.failed == 1 && p.client.reason == TCP_TIMEOUT && p.client.opened == 0);
    cr_assert_eq(p.client.ended_ns, 180 * S, "RFC 1122 4.2.3.5: three minutes for a SYN");
    cr_assert_eq(p.lab.resent, 7);
    pair_end(&p);
}

Test(net_tcp, connect_limit_can_be_set)
{
    struct pair p;

    pair_init(&p);
    p.lab.net.times.connect_limit_ns = 5 * S;
    take_internet_down(&p);
    pair_connect(&p);
    cr_assert(lab_run(&p.lab, -1));
    cr_assert_eq(p.client.ended_ns, 5 * S);
    cr_assert_eq(p.lab.timeouts, 2);
    pair_end(&p);
}

Test(net_tcp, data_is_repeated_with_back_off_then_given_up)
{
    struct pair p;
    int64_t at = 75 * MS, rto = 1 * S;

    pair_init(&p);
    open_pair(&p);
    take_internet_down(&p);
    lab_write(&p.client, "QUIT\r\n");
    cr_assert(lab_run(&p.lab, -1));
    for (uint32_t i = 0; i < p.lab.timeouts; i++) {
        at += rto;
        rto = 2 * rto < 60 * S ? 2 * rto : 60 * S;
        cr_assert_eq(p.lab.timeout_at[i], at, "time-out %u", i);
    }
    cr_assert_eq(p.lab.timeouts, 19);
    cr_assert(p.client.closed == 1 && p.client.reason == TCP_TIMEOUT);
    cr_assert_eq(p.client.ended_ns, 75 * MS + 15 * CLOCK_MINUTE);
    cr_assert_eq(p.server.closed, 0, "nobody told the server");
    pair_end(&p);
}

/* RFC 6298: 2.2, 2.3 with a line of 600 ms: RTO is above its least value. */
Test(net_tcp, rto_follows_the_round_trip)
{
    struct pair p;
    struct link_traits far = {.latency_ns = 600 * MS};

    pair_init(&p);
    link_set_internet(&p.lab.net, &far);
    p.lab.net.times.delayed_ack_ns = 0;
    pair_connect(&p);
    cr_assert(lab_run(&p.lab, -1));
    /* The SYN was repeated after 1 s, so it measured nothing (Karn), and RTO starts at 3 s (5.7). */
    cr_assert(p.client.opened == 1 && p.lab.timeouts >= 1);
    uint32_t before = p.lab.timeouts;
    lab_write(&p.client, "NOOP\r\n");
    cr_assert(lab_run(&p.lab, -1));
    cr_assert_eq(p.lab.timeouts, before);
    /* Measured: SRTT 1.2 s, RTTVAR 0.6 s, RTO 3.6 s. */
    take_internet_down(&p);
    int64_t now = p.lab.queue.now_ns;
    lab_write(&p.client, "NOOP\r\n");
    cr_assert(lab_run(&p.lab, now + 5 * S));
    cr_assert_eq(p.lab.timeouts, before + 1);
    cr_assert_eq(p.lab.timeout_at[before], now + 3600 * MS);
    pair_end(&p);
}

/* ---- losses -------------------------------------------------------------------------------- */

Test(net_tcp, one_loss_in_a_burst_is_repeated_fast)
{
    struct pair p;
    struct dropper d = {.numbers = {5}};

    pair_init(&p);
    pair_drop(&p, &d); /* 1 to 3: the handshake */
    open_pair(&p);
    tcp_write(p.client.tcp, lab_pattern(&p.lab, 1460 * 6, 1), 0);
    cr_assert(lab_run(&p.lab, -1));
    cr_assert_eq(p.lab.timeouts, 0, "%s", lab_log(&p.lab));
    cr_assert_eq(p.lab.resent, 1);
    want_log(&p, "75000000 a A 1 ack 1 len 1460\n"
                 "75000000 a A 1461 ack 1 len 1460\n"
                 "75000000 a fault\n"
                 "75000000 a A 2921 ack 1 len 1460\n"
                 "100000000 b A 1 ack 1461\n"
                 "125000000 a A 4381 ack 1 len 1460\n"
                 "125000000 a A 5841 ack 1 len 1460\n"
                 "150000000 b A 1 ack 1461\n"
                 "150000000 b A 1 ack 1461\n"
                 "175000000 a AP 7301 ack 1 len 1460\n" /* limited transmit, RFC 3042 */
                 "200000000 b A 1 ack 1461\n"
                 "225000000 a A 1461 ack 1 len 1460 again\n"
                 "250000000 b A 1 ack 8761\n");
    pair_end(&p);
}

/* NewReno: two losses in one window, one recovery, no time-out. */
Test(net_tcp, two_losses_in_a_window_need_no_time_out)
{
    struct pair p;

    pair_init(&p);
    open_pair(&p);
    tcp_write(p.client.tcp, lab_pattern(&p.lab, 1460 * 10, 1), 0); /* opens the window */
    cr_assert(lab_run(&p.lab, -1));
    struct dropper d = {.numbers = {2, 4}};
    pair_drop(&p, &d);
    buffer_clear(&p.lab.log);
    tcp_write(p.client.tcp, lab_pattern(&p.lab, 1460 * 16, 2), 0);
    cr_assert(lab_run(&p.lab, -1));
    cr_assert(p.lab.timeouts == 0 && p.lab.resent == 2, "%s", lab_log(&p.lab));
    cr_assert_eq(p.server.got.size, 1460U * 26);
    pair_end(&p);
}

Test(net_tcp, lost_handshake_segments)
{
    static const struct {
        const char *name;
        int lost;
        int64_t client_ns, server_ns; /* opened */
    } rows[] = {
        {"SYN", 1, 1050 * MS, 1075 * MS},
        {"SYN ACK", 2, 1050 * MS, 1075 * MS},
        {"ACK", 3, 50 * MS, 1075 * MS},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct pair p;
        struct dropper d = {.numbers = {rows[i].lost}};

        pair_init(&p);
        pair_drop(&p, &d);
        p.server.greet = TEXT("220 hi\r\n");
        pair_connect(&p);
        cr_assert(lab_run(&p.lab, -1));
        cr_assert(p.client.opened == 1 && p.server.opened == 1, "%s lost", rows[i].name);
        cr_assert_eq(p.client.opened_ns, rows[i].client_ns, "%s: %lld", rows[i].name,
                     (long long)p.client.opened_ns);
        cr_assert_eq(p.server.opened_ns, rows[i].server_ns, "%s: %lld\n%s", rows[i].name,
                     (long long)p.server.opened_ns, lab_log(&p.lab));
        cr_assert(text_equal(buffer_text(&p.client.got), TEXT("220 hi\r\n")));
        pair_end(&p);
    }
}

/* ---- closing ------------------------------------------------------------------------------- */

Test(net_tcp, half_close_leaves_the_other_direction_open)
{
    struct pair p;

    pair_init(&p);
    open_pair(&p);
    lab_write(&p.client, "last words");
    tcp_close(p.client.tcp, 0);
    tcp_close(p.client.tcp, 0);
    cr_assert(lab_run(&p.lab, 200 * MS));
    cr_assert(p.server.finished == 1 && p.server.closed == 0 && p.client.closed == 0);
    lab_write(&p.server, "still here");
    cr_assert(lab_run(&p.lab, 300 * MS));
    cr_assert(text_equal(buffer_text(&p.client.got), TEXT("still here")));
    tcp_close(p.server.tcp, 0);
    cr_assert(lab_run(&p.lab, -1));
    want_log(&p, "75000000 a AP 1 ack 1 len 10\n"
                 "75000000 a AF 11 ack 1\n"
                 "100000000 b A 1 ack 12\n"
                 "125000000 b AP 1 ack 12 len 10\n"
                 "190000000 a A 12 ack 11\n"
                 "215000000 b AF 11 ack 12\n"
                 "240000000 a A 12 ack 12\n");
    cr_assert(p.client.reason == TCP_FIN && p.server.reason == TCP_FIN);
    pair_end(&p);
}

Test(net_tcp, simultaneous_close)
{
    struct pair p;

    pair_init(&p);
    open_pair(&p);
    tcp_close(p.client.tcp, 0);
    tcp_close(p.server.tcp, 0);
    cr_assert(lab_run(&p.lab, -1));
    want_log(&p, "75000000 a AF 1 ack 1\n"
                 "75000000 b AF 1 ack 1\n"
                 "100000000 b A 2 ack 2\n"
                 "100000000 a A 2 ack 2\n");
    cr_assert(p.client.closed == 1 && p.client.reason == TCP_FIN && p.client.finished == 1);
    cr_assert(p.server.closed == 1 && p.server.reason == TCP_FIN && p.server.finished == 1);
    pair_end(&p);
}

/* The last ACK is lost: the other side repeats its FIN, and TIME-WAIT answers. */
Test(net_tcp, time_wait_answers_a_repeated_fin)
{
    struct pair p;
    struct dropper d = {.numbers = {6}};

    pair_init(&p);
    pair_drop(&p, &d);
    p.server.close_too = true;
    p.client.close_at_once = true;
    pair_connect(&p);
    cr_assert(lab_run(&p.lab, -1));
    cr_assert(p.client.closed == 1 && p.client.ended_ns == 100 * MS);
    cr_assert(p.server.closed == 1 && p.server.reason == TCP_FIN);
    cr_assert_eq(p.server.ended_ns, 1125 * MS);
    pair_end(&p);
}

Test(net_tcp, fin_travels_with_the_last_octets)
{
    struct pair p;

    pair_init(&p);
    pair_connect(&p);
    lab_write(&p.client, "all there is");
    tcp_close(p.client.tcp, 0);
    p.server.close_too = true;
    cr_assert(lab_run(&p.lab, -1));
    want_log(&p, "0 a S 0 mss 1460\n"
                 "25000000 b SA 0 ack 1 mss 1460\n"
                 "50000000 a A 1 ack 1\n"
                 "50000000 a APF 1 ack 1 len 12\n"
                 "75000000 b AF 1 ack 14\n"
                 "100000000 a A 14 ack 2\n");
    pair_end(&p);
}

/* ---- RST ----------------------------------------------------------------------------------- */

Test(net_tcp, abort_resets_the_peer)
{
    struct pair p;

    pair_init(&p);
    p.server.abort_on_data = true;
    open_pair(&p);
    lab_write(&p.client, "x");
    cr_assert(lab_run(&p.lab, -1));
    want_log(&p, "75000000 a AP 1 ack 1 len 1\n"
                 "100000000 b AR 1 ack 2\n");
    cr_assert(p.client.closed == 1 && p.client.reason == TCP_RESET);
    cr_assert_eq(p.client.ended_ns, 125 * MS);
    cr_assert_eq(p.server.closed, 0, "whoever aborts hears no more");
    pair_end(&p);
}

Test(net_tcp, refused)
{
    struct pair p;

    pair_init(&p);
    lab_connect(&p.client, p.a, p.b, 26);
    lab_write(&p.client, "never sent");
    cr_assert(lab_run(&p.lab, -1));
    want_log(&p, "0 a S 0 mss 1460\n"
                 "25000000 b AR 0 ack 1\n");
    cr_assert(p.client.failed == 1 && p.client.reason == TCP_REFUSED);
    cr_assert_eq(p.client.ended_ns, 50 * MS);
    tcp_unlisten(&p.lab.net, p.b, 25);
    cr_assert_not(tcp_listens(&p.lab.net, p.b, 25));
    pair_connect(&p);
    cr_assert(lab_run(&p.lab, -1));
    cr_assert(p.client.failed == 2 && p.client.reason == TCP_REFUSED);
    pair_end(&p);
}

Test(net_tcp, aborted_before_the_answer)
{
    struct pair p;

    pair_init(&p);
    pair_connect(&p);
    cr_assert(lab_run(&p.lab, 10 * MS));
    tcp_abort(p.client.tcp, 0);
    cr_assert(lab_run(&p.lab, -1));
    want_log(&p, "0 a S 0 mss 1460\n"
                 "25000000 b SA 0 ack 1 mss 1460\n"
                 "50000000 a R 1\n");
    cr_assert(p.client.failed == 0 && p.server.opened == 0);
    pair_end(&p);
}

Test(net_tcp, unreachable_is_told_at_once_but_not_inside_the_call)
{
    struct pair p;
    struct net_host_traits inside = {.off_internet = true};
    struct address c = lab_address("192.0.2.3"), v6 = lab_address("2001:db8::9");

    pair_init(&p);
    uint32_t host = net_add_host(&p.lab.net, TEXT("c"), &inside);
    net_add_address(&p.lab.net, host, &c);
    lab_connect(&p.client, p.a, host, 25);
    cr_assert_eq(p.client.failed, 0);
    cr_assert(lab_run(&p.lab, -1));
    cr_assert(p.client.failed == 1 && p.client.reason == TCP_UNREACHABLE);
    cr_assert_eq(p.client.ended_ns, 0);
    /* And a host without an address of that family. */
    p.client.tcp = tcp_connect(&p.lab.net, p.a, NULL, &v6, 25, &lab_handlers, &p.client, 0);
    cr_assert(lab_run(&p.lab, -1));
    cr_assert(p.client.failed == 2 && p.client.reason == TCP_UNREACHABLE);
    want_log(&p, "");
    pair_end(&p);
}

Test(net_tcp, an_address_that_nobody_has_does_not_answer)
{
    struct pair p;
    struct address nobody = lab_address("203.0.113.9");

    pair_init(&p);
    p.client.tcp = tcp_connect(&p.lab.net, p.a, NULL, &nobody, 25, &lab_handlers, &p.client, 0);
    cr_assert(text_equal(tcp_remote_text(p.client.tcp), TEXT("203.0.113.9")));
    cr_assert(lab_run(&p.lab, 2 * S));
    want_log(&p, "0 a S 0 mss 1460\n"
                 "0 a no_such_address a > internet\n"
                 "1000000000 a S 0 mss 1460 again\n"
                 "1000000000 a no_such_address a > internet\n");
    cr_assert(lab_run(&p.lab, -1));
    cr_assert(p.client.failed == 1 && p.client.reason == TCP_TIMEOUT);
    pair_end(&p);
}

/* ---- hosts that go down -------------------------------------------------------------------- */

Test(net_tcp, a_crash_is_silent_and_found_out_after_the_restart)
{
    struct pair p;

    pair_init(&p);
    open_pair(&p);
    net_set_host_up(&p.lab.net, p.b, false);
    cr_assert_eq(tcp_host_down(&p.lab.net, p.b, true, 0), 1U);
    lab_write(&p.client, "anybody there?");
    cr_assert(lab_run(&p.lab, 2 * S));
    want_log(&p, "75000000 a AP 1 ack 1 len 14\n"
                 "100000000 b host_down\n"
                 "1075000000 a AP 1 ack 1 len 14 again\n"
                 "1100000000 b host_down\n");
    cr_assert(p.server.closed == 0 && p.client.closed == 0);
    net_set_host_up(&p.lab.net, p.b, true);
    cr_assert(lab_run(&p.lab, -1));
    cr_assert(p.client.closed == 1 && p.client.reason == TCP_RESET);
    pair_end(&p);
}

Test(net_tcp, a_stop_resets)
{
    struct pair p;

    pair_init(&p);
    open_pair(&p);
    cr_assert_eq(tcp_host_down(&p.lab.net, p.b, false, 0), 1U);
    cr_assert(lab_run(&p.lab, -1));
    want_log(&p, "75000000 b AR 1 ack 1\n");
    cr_assert(p.client.closed == 1 && p.client.reason == TCP_RESET && p.server.closed == 0);
    pair_end(&p);
}

/* ---- what a connection costs and tells ------------------------------------------------------ */

Test(net_tcp, an_idle_connection_costs_a_kilobyte_a_finished_one_next_to_nothing)
{
    enum { MANY = 1000 };
    struct pair p;
    struct lab_tcp *clients;
    size_t before, open, after;

    pair_init(&p);
    p.lab.trace.wanted = 0;
    clients = memory_take(&p.lab.memory, MANY * sizeof *clients);
    for (int i = 0; i < MANY; i++) {
        lab_tcp_init(&clients[i], &p.lab);
        clients[i].greet = TEXT("hello");
    }
    before = p.lab.memory.used;
    for (int i = 0; i < MANY; i++)
        lab_connect(&clients[i], p.a, p.b, 25);
    cr_assert(lab_run(&p.lab, -1));
    buffer_free(&p.server.got);
    open = p.lab.memory.used;
    cr_assert(open - before <= MANY * 1030, "%zu octets each", (open - before) / MANY);
    cr_assert_eq(p.server.opened, MANY);
    p.server.close_too = true;
    for (int i = 0; i < MANY; i++)
        tcp_close(clients[i].tcp, 0);
    cr_assert(lab_run(&p.lab, -1));
    after = p.lab.memory.used;
    cr_assert_eq(p.server.closed, MANY);
    cr_assert(after - before <= MANY * 40, "%zu octets each", (after - before) / MANY);
    pair_end(&p);
}

Test(net_tcp, ports_run_out_and_come_back)
{
    enum { PORTS = 16384 };
    struct pair p;
    struct lab_tcp *clients;
    static bool used[65536];

    pair_init(&p);
    p.lab.trace.wanted = 0;
    clients = memory_take(&p.lab.memory, (PORTS + 1) * sizeof *clients);
    for (int i = 0; i <= PORTS; i++) {
        lab_tcp_init(&clients[i], &p.lab);
        lab_connect(&clients[i], p.a, p.b, 25);
        uint16_t port = tcp_local_port(clients[i].tcp);
        cr_assert((port == 0) == (i == PORTS));
        cr_assert(port == 0 || (port >= 49152 && !used[port]));
        used[port] = true;
    }
    cr_assert(lab_run(&p.lab, -1));
    cr_assert(clients[PORTS].failed == 1 && clients[PORTS].reason == TCP_UNREACHABLE);
    /* The client closes first: its port rests in TIME-WAIT, but is taken if there is no other. */
    uint16_t port = tcp_local_port(clients[5].tcp);
    p.server.close_too = true;
    tcp_close(clients[5].tcp, 0);
    cr_assert(lab_run(&p.lab, -1));
    cr_assert_eq(clients[5].closed, 1);
    lab_connect(&clients[PORTS], p.a, p.b, 25);
    cr_assert_eq(tcp_local_port(clients[PORTS].tcp), port);
    cr_assert(lab_run(&p.lab, -1));
    cr_assert_eq(clients[PORTS].opened, 1);
    pair_end(&p);
}

/* What led where: bytes written -> segment -> handler of the peer -> its segment. */
struct cause_log {
    uint64_t bytes, segment, segment_cause;
    struct text mail;
};

static void take_cause(void *context, const struct trace_record *r)
{
    struct cause_log *log = context;

    if (r->kind == TRACE_TCP_BYTES)
        log->bytes = r->seq;
    if (r->kind == TRACE_TCP_SEGMENT &&
        ((const struct trace_tcp_segment *)r->data)->payload_octets) {
        log->segment = r->seq;
        log->segment_cause = r->where.cause;
        log->mail = r->where.mail;
    }
}

Test(net_tcp, causes_and_tags_are_carried_along)
{
    struct pair p;
    struct cause_log log = {0};

    lab_init(&p.lab, 1);
    trace_add_sink(&p.lab.trace, (struct trace_sink){UINT64_MAX, take_cause, &log});
    p.a = lab_host(&p.lab, "a", "192.0.2.1");
    p.b = lab_host(&p.lab, "b", "192.0.2.2");
    lab_tcp_init(&p.client, &p.lab);
    lab_tcp_init(&p.server, &p.lab);
    tcp_listen(&p.lab.net, p.b, 25, &lab_handlers, &p.server);
    open_pair(&p);
    tcp_set_tag(p.client.tcp, TEXT("a.1"));
    lab_write(&p.client, "MAIL");
    cr_assert(lab_run(&p.lab, 100 * MS));
    cr_assert(log.bytes > 0 && log.segment_cause == log.bytes);
    cr_assert_eq(p.server.cause, log.segment);
    cr_assert(text_equal(log.mail, TEXT("a.1")) && text_equal(tcp_tag(p.server.tcp), TEXT("a.1")));
    struct trace_where where = tcp_where(p.server.tcp, 5);
    cr_assert(text_equal(where.host, TEXT("b")) && where.side == TRACE_SIDE_SERVER);
    cr_assert(where.conn == 1 && where.cause == 5);
    cr_assert(tcp_remote_port(p.client.tcp) == 25 && tcp_local_port(p.server.tcp) == 25);
    cr_assert(tcp_local_port(p.client.tcp) == tcp_remote_port(p.server.tcp));
    pair_end(&p);
}

Test(net_tcp, a_host_talks_to_itself)
{
    struct pair p;
    struct address loopback = lab_address("127.0.0.1");

    pair_init(&p);
    p.server.greet = TEXT("220 me\r\n");
    p.client.tcp = tcp_connect(&p.lab.net, p.b, NULL, &loopback, 25, &lab_handlers, &p.client, 0);
    cr_assert(lab_run(&p.lab, -1));
    cr_assert_eq(p.client.opened_ns, 2 * NET_LOOPBACK_NS);
    cr_assert(text_equal(buffer_text(&p.client.got), TEXT("220 me\r\n")));
    cr_assert(text_equal(tcp_remote_text(p.client.tcp), TEXT("192.0.2.2")));
    pair_end(&p);
}
