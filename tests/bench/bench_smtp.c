/*
 * bench_smtp.c - what a dialogue costs when nothing but the protocol runs.
 *
 * A client's and a server's session in one process pass octets to each other in memory: greeting,
 * EHLO, one mail of 1 KB to one recipient, QUIT; every question is asked and answered.  No network,
 * no trace, no DNS.  Each line: what, dialogues (or commands) in a run, ns each (CPU time, median of
 * the runs), and the octets that crossed, so that one can see that the work was done.
 *
 *   bench_smtp
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/smtp/client.h"
#include "sim/smtp/server.h"

enum { RUNS = 5, DIALOGUES = 20000, COMMANDS = 200000 };

struct bench {
    struct memory memory;
    struct smtp_acts from_server, from_client;
    struct smtp_server_options server_options;
    struct smtp_client_options client_options;
    struct smtp_server server;
    struct smtp_client client;
    struct buffer to_server, to_client; /* what TCP would carry */
    uint64_t octets, message_octets;
    struct text message;
    enum smtp_verdict to_recipients;
};

static const struct smtp_client_recipient recipient = {TEXT_INIT("bob@shop.example")};

static double cpu_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void take_server(struct bench *b)
{
    struct smtp_answer answer;
    bool asked;

    do {
        asked = false;
        answer = (struct smtp_answer){.verdict = SMTP_ACCEPT};
        for (size_t i = 0; i < b->from_server.count; i++) {
            const struct smtp_act *act = &b->from_server.at[i];

            if (act->kind == SMTP_ACT_SEND)
                buffer_put_text(&b->to_client, act->send);
            else if (act->kind == SMTP_ACT_DATA)
                b->message_octets += act->data.size;
            else if (act->kind == SMTP_ACT_ASK)
                asked = true;
            if (asked && act->ask.question == SMTP_ASK_RECIPIENT)
                answer.verdict = b->to_recipients;
        }
        if (asked)
            smtp_server_answer(&b->server, &answer, &b->from_server);
    } while (asked);
}

static void take_client(struct bench *b)
{
    bool more;

    do {
        more = false;
        for (size_t i = 0; i < b->from_client.count; i++) {
            const struct smtp_act *act = &b->from_client.at[i];

            if (act->kind == SMTP_ACT_SEND)
                buffer_put_text(&b->to_server, act->send);
            else if (act->kind == SMTP_ACT_WANT_DATA)
                more = true;
        }
        if (more)
            smtp_client_data(&b->client, b->message, true, &b->from_client);
    } while (more);
}

static void flow(struct bench *b)
{
    while (b->to_server.size > 0 || b->to_client.size > 0) {
        if (b->to_client.size > 0) {
            b->octets += b->to_client.size;
            smtp_client_input(&b->client, buffer_text(&b->to_client), &b->from_client);
            buffer_clear(&b->to_client);
            take_client(b);
        }
        if (b->to_server.size > 0) {
            b->octets += b->to_server.size;
            smtp_server_input(&b->server, buffer_text(&b->to_server), &b->from_server);
            take_server(b);
            buffer_clear(&b->to_server);
        }
    }
}

static void one_dialogue(struct bench *b)
{
    const struct smtp_client_mail mail = {TEXT_INIT("alice@uni.example"), &recipient, 1,
                                          (int64_t)b->message.size, false};

    smtp_server_init(&b->server, &b->memory, &b->server_options);
    smtp_client_init(&b->client, &b->memory, &b->client_options);
    smtp_client_start(&b->client, &b->from_client);
    smtp_client_mail(&b->client, &mail, &b->from_client);
    smtp_server_start(&b->server, &b->from_server);
    take_server(b);
    flow(b);
    smtp_client_quit(&b->client, &b->from_client);
    take_client(b);
    flow(b);
    if (b->client.state != SMTP_CLIENT_CLOSED || b->server.state != SMTP_SERVER_CLOSED)
        abort();
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void print(const char *what, int count, double *ns, const struct bench *b)
{
    qsort(ns, RUNS, sizeof *ns, by_value);
    printf("%-40s %8d %8.0f ns  (%llu octets on the wire, %llu of messages)\n", what, count,
           ns[RUNS / 2] / count, (unsigned long long)b->octets,
           (unsigned long long)b->message_octets);
}

static void bench_dialogues(struct bench *b, const char *what, bool pipelining)
{
    double ns[RUNS];

    b->client_options.pipelining = pipelining;
    for (int run = 0; run < RUNS; run++) {
        double start = cpu_ns();

        b->octets = b->message_octets = 0;
        for (int i = 0; i < DIALOGUES; i++)
            one_dialogue(b);
        ns[run] = cpu_ns() - start;
    }
    print(what, DIALOGUES, ns, b);
}

/* One command over and over in one session, with its reply. */
static void bench_command(struct bench *b, const char *what, const char *before, const char *line,
                          const char *undo)
{
    double ns[RUNS];

    smtp_server_init(&b->server, &b->memory, &b->server_options);
    smtp_server_start(&b->server, &b->from_server);
    take_server(b);
    smtp_server_input(&b->server, text_of(before), &b->from_server);
    take_server(b);
    for (int run = 0; run < RUNS; run++) {
        double start = cpu_ns();

        b->octets = b->message_octets = 0;
        for (int i = 0; i < COMMANDS; i++) {
            smtp_server_input(&b->server, text_of(line), &b->from_server);
            take_server(b);
            if (undo != NULL) {
                smtp_server_input(&b->server, text_of(undo), &b->from_server);
                take_server(b);
            }
            b->octets += b->to_client.size;
            buffer_clear(&b->to_client);
        }
        ns[run] = cpu_ns() - start;
    }
    print(what, COMMANDS, ns, b);
    smtp_server_free(&b->server);
}

int main(void)
{
    static struct bench b;
    static char message[1024];

    for (size_t i = 0; i < sizeof message; i++)
        message[i] = i % 64 == 62 ? '\r' : i % 64 == 63 ? '\n' : 'x';
    b.message = text_from(message, sizeof message);
    memory_init(&b.memory, 0);
    smtp_acts_init(&b.from_server, &b.memory);
    smtp_acts_init(&b.from_client, &b.memory);
    buffer_init(&b.to_server, &b.memory);
    buffer_init(&b.to_client, &b.memory);
    b.server_options = (struct smtp_server_options){.name = TEXT_INIT("mx.shop.example"),
                                                    .extensions = SMTP_HAS_BASIC,
                                                    .size_limit = 10000000,

                                                    .asks = SMTP_ASKS_ALL};
    b.client_options = (struct smtp_client_options){.name = TEXT_INIT("mail.uni.example")};
    printf("sessions: server %zu octets, client %zu, an act %zu\n", sizeof(struct smtp_server),
           sizeof(struct smtp_client), sizeof(struct smtp_act));
    bench_dialogues(&b, "dialogue, one command at a time", false);
    bench_dialogues(&b, "dialogue, pipelined", true);
    bench_command(&b, "NOOP", "EHLO a.example\r\n", "NOOP\r\n", NULL);
    bench_command(&b, "EHLO", "", "EHLO mail.uni.example\r\n", NULL);
    bench_command(&b, "MAIL with two parameters, and RSET", "EHLO a.example\r\n",
                  "MAIL FROM:<alice@uni.example> SIZE=1024 BODY=8BITMIME\r\n", "RSET\r\n");
    b.to_recipients = SMTP_REFUSE;
    bench_command(&b, "RCPT, refused", "EHLO a.example\r\nMAIL FROM:<>\r\n",
                  "RCPT TO:<bob@shop.example>\r\n", NULL);
    memory_end(&b.memory);
    return 0;
}
