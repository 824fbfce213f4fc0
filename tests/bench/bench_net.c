/*
 * bench_net.c - what TCP costs: connections of requests and replies, as SMTP makes them.
 *
 * Each connection opens, exchanges TURNS lines of about 30 octets with a reply of about 60 each, of
 * which one request carries a message of 2 KB, and closes.  Nobody listens to the trace.
 *
 *   bench_net [connections at once] [seconds of processor time]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sim/kernel/clock.h"
#include "sim/net/net.h"
#include "sim/net/tcp.h"

enum { TURNS = 12, MESSAGE = 2048 };

struct bench {
    struct queue queue;
    struct memory memory;
    struct trace trace;
    struct net net;
    uint32_t client, server;
    struct address goal;
    uint64_t done;
};

struct dialogue {
    struct bench *bench;
    int turns;
};

static const char request[] = "RCPT TO:<bob@shop.example>\r\n";
static const char reply[] = "250 2.1.5 Recipient ok, go on with what you have to say\r\n";
static char message[MESSAGE];

static void start(struct dialogue *d);

static void ask(struct dialogue *d, struct tcp *tcp, uint64_t cause)
{
    if (d->turns == TURNS) {
        tcp_close(tcp, cause);
        return;
    }
    d->turns++;
    if (d->turns == TURNS / 2)
        tcp_write(tcp, text_from(message, sizeof message), cause);
    else
        tcp_write(tcp, text_from(request, sizeof request - 1), cause);
}

static void client_received(void *context, struct tcp *tcp, struct text octets, uint64_t cause)
{
    (void)octets;
    ask(context, tcp, cause);
}

static void client_closed(void *context, struct tcp *tcp, enum tcp_reason reason, uint64_t cause)
{
    struct dialogue *d = context;

    (void)tcp;
    (void)reason;
    (void)cause;
    d->bench->done++;
    d->turns = 0;
    start(d);
}

static void server_opened(void *context, struct tcp *tcp, uint64_t cause)
{
    (void)context;
    tcp_write(tcp, text_from(reply, sizeof reply - 1), cause);
}

static void server_received(void *context, struct tcp *tcp, struct text octets, uint64_t cause)
{
    (void)context;
    /* The end of a line or of the message: both are smaller than a full segment. */
    if (octets.size < 1460)
        tcp_write(tcp, text_from(reply, sizeof reply - 1), cause);
}

static void server_finished(void *context, struct tcp *tcp, uint64_t cause)
{
    (void)context;
    tcp_close(tcp, cause);
}

static const struct tcp_handlers client_handlers = {.received = client_received,
                                                    .closed = client_closed};
static const struct tcp_handlers server_handlers = {
    .opened = server_opened, .received = server_received, .finished = server_finished};

static void start(struct dialogue *d)
{
    struct bench *b = d->bench;

    tcp_connect(&b->net, b->client, NULL, &b->goal, 25, &client_handlers, d, 0);
}

static double seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static void add_host(struct bench *b, uint32_t *host, struct text name, const char *address)
{
    struct address a;

    address_parse(text_of(address), &a);
    *host = net_add_host(&b->net, name, NULL);
    net_add_address(&b->net, *host, &a);
}

int main(int argc, char **argv)
{
    struct bench *b = calloc(1, sizeof *b);
    int at_once = argc > 1 ? atoi(argv[1]) : 100;
    double limit = argc > 2 ? atof(argv[2]) : 1.0;
    struct dialogue *dialogues = calloc((size_t)at_once, sizeof *dialogues);
    struct link_traits internet = {
        .latency_ns = 25 * CLOCK_MILLISECOND, .rate_bits = 0, .jitter_ns = 0};

    if (b == NULL || dialogues == NULL)
        return EXIT_FAILURE;
    queue_init(&b->queue);
    memory_init(&b->memory, 0);
    trace_init(&b->trace, &b->queue.now_ns, 0);
    net_init(&b->net, &b->queue, &b->memory, &b->trace, 1);
    link_set_internet(&b->net, &internet);
    add_host(b, &b->client, TEXT("client"), "192.0.2.1");
    add_host(b, &b->server, TEXT("server"), "192.0.2.2");
    address_parse(text_of("192.0.2.2"), &b->goal);
    tcp_listen(&b->net, b->server, 25, &server_handlers, b);
    for (int i = 0; i < at_once; i++) {
        dialogues[i].bench = b;
        start(&dialogues[i]);
    }
    double from = seconds(), now = from;
    while (now - from < limit) {
        for (int i = 0; i < 100000; i++) {
            struct event *e = queue_pop(&b->queue);

            e->fire(NULL, e);
        }
        now = seconds();
    }
    double ns = (now - from) * 1e9;
    printf("%d at once: %.0f connections/s, %.1f segments and %.1f events each, %.1f ns a segment, "
           "%.0f octets of memory at most\n",
           at_once, (double)b->done / (now - from), (double)b->net.segments / (double)b->done,
           (double)b->queue.fired / (double)b->done, ns / (double)b->net.segments,
           (double)b->memory.peak);
    memory_end(&b->memory);
    free(dialogues);
    free(b);
    return EXIT_SUCCESS;
}
