/* How TCP connections end: FIN, RST, hosts that go down; and what a connection costs and tells. */
#include <criterion/criterion.h>

#include "tests/net_pair.h"

#define MS CLOCK_MILLISECOND
#define S  CLOCK_SECOND

/* ---- closing ------------------------------------------------------------------------------- */

Test(net_tcp_end, half_close_leaves_the_other_direction_open)
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

Test(net_tcp_end, simultaneous_close)
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
Test(net_tcp_end, time_wait_answers_a_repeated_fin)
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

Test(net_tcp_end, fin_travels_with_the_last_octets)
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

Test(net_tcp_end, abort_resets_the_peer)
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

Test(net_tcp_end, refused)
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

Test(net_tcp_end, aborted_before_the_answer)
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

Test(net_tcp_end, unreachable_is_told_at_once_but_not_inside_the_call)
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

Test(net_tcp_end, an_address_that_nobody_has_does_not_answer)
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

Test(net_tcp_end, a_crash_is_silent_and_found_out_after_the_restart)
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

Test(net_tcp_end, a_stop_resets)
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

Test(net_tcp_end, an_idle_connection_costs_a_kilobyte_a_finished_one_next_to_nothing)
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

Test(net_tcp_end, ports_run_out_and_come_back)
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

Test(net_tcp_end, causes_and_tags_are_carried_along)
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

Test(net_tcp_end, a_host_talks_to_itself)
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
