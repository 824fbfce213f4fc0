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
