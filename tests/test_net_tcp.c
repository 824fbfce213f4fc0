/* TCP segment by segment: what is sent, and when, to the nanosecond. */
#include <criterion/criterion.h>

#include "tests/net_pair.h"

#define MS CLOCK_MILLISECOND
#define S  CLOCK_SECOND

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

/* Answers each line with two writes, and "QUIT" with a close as well. */
static void answer_twice(void *context, struct tcp *tcp, struct text octets, uint64_t cause)
{
    struct lab_tcp *end = context;

    buffer_put_text(&end->got, octets);
    tcp_write(tcp, TEXT("250-first\r\n"), cause);
    tcp_write(tcp, TEXT("250 second\r\n"), cause);
    if (text_equal(octets, TEXT("QUIT")))
        tcp_close(tcp, cause);
}

Test(net_tcp, what_a_handler_writes_leaves_together)
{
    static const struct tcp_handlers talkative = {.received = answer_twice};
    struct pair p;

    pair_init(&p);
    tcp_listen(&p.lab.net, p.b, 587, &talkative, &p.server);
    p.client.close_too = true;
    lab_connect(&p.client, p.a, p.b, 587);
    cr_assert(lab_run(&p.lab, 75 * MS));
    buffer_clear(&p.lab.log);
    lab_write(&p.client, "NOOP");
    lab_write(&p.client, "QUIT");
    cr_assert(lab_run(&p.lab, -1));
    want_log(&p, "75000000 a AP 1 ack 1 len 4\n"
                 "75000000 a AP 5 ack 1 len 4\n"
                 "100000000 b AP 1 ack 5 len 23\n"
                 "100000000 b APF 24 ack 9 len 23\n"
                 "125000000 a AF 9 ack 48\n"
                 "150000000 b A 48 ack 10\n");
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
