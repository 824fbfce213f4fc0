/*
 * test_smtp_pair.c - the client's session against the server's, in memory.
 *
 * Every combination of verdicts at every question, pipelined or not, SMTP and LMTP: what the client
 * believes must be what a small model of RFC 5321 3.3 predicts and what the server did.  All of it
 * once more behind STARTTLS and AUTH, the message going by BDAT and asking for reports.  Then the
 * connection is cut after every single octet: nobody may believe in a delivery that was not made.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "sim/kernel/random.h"
#include "tests/smtp_call.h"
#include "tests/smtp_play.h"

enum { RECIPIENTS = 3 };

static const struct dsn_message reports = {DSN_RET_HDRS, TEXT_INIT("QQ1")};
static const struct dsn_recipient success = {DSN_NOTIFY_SUCCESS, TEXT_INIT("rfc822;a@b")};
static const struct smtp_client_recipient recipients[RECIPIENTS] = {
    {.address = TEXT_INIT("alice@b.test"), .dsn = &success},
    {.address = TEXT_INIT("bob@b.test")},
    {.address = TEXT_INIT("carol@b.test")}};
static const struct smtp_login login = {.user = TEXT_INIT("alice"),
                                        .password = TEXT_INIT("pass word"),
                                        .on_behalf = TEXT_INIT(""),
                                        .mechanism = TEXT_INIT("")};

static const char message[] = "Subject: pair\r\n\r\n.one dot\r\n..two\r\nend\r\n.\r\n";

/* What the server's side answers. */
struct plan {
    enum smtp_verdict hello, sender, recipient[RECIPIENTS], data, message[RECIPIENTS];
    bool pipelining, lmtp, secure;
};

struct pair {
    const struct plan *plan;
    struct call call;
    struct play play;
    struct buffer to_server, to_client;
    struct random random; /* of the cuts */
    size_t cut;           /* pieces of 1 to `cut` octets; 0: whole */
    long budget;          /* octets that the connection still carries; -1: without end */
    bool taken[RECIPIENTS];
    int asked; /* recipients so far */
    size_t judged;
};

static struct smtp_answer decide(struct pair *p, const struct smtp_act *act)
{
    enum smtp_verdict verdict = SMTP_ACCEPT;
    const struct plan *plan = p->plan;

    switch (act->ask.question) {
    case SMTP_ASK_HELLO: verdict = plan->hello; break;
    case SMTP_ASK_SENDER: verdict = plan->sender; break;
    case SMTP_ASK_RECIPIENT: verdict = plan->recipient[p->asked++]; break;
    case SMTP_ASK_DATA: verdict = plan->data; break;
    case SMTP_ASK_MESSAGE: verdict = plan->message[plan->lmtp ? p->judged++ : 0]; break;
    case SMTP_ASK_LOGIN:
        cr_expect(text_equal(act->ask.login->user, login.user) &&
                  text_equal(act->ask.login->password, login.password) &&
                  text_equal(act->ask.login->on_behalf, login.on_behalf));
        break;
    case SMTP_ASK_NONE:
    case SMTP_ASK_CONNECTION:
    case SMTP_ASK_VERIFY:
    case SMTP_ASK_COMMAND:
    case SMTP_QUESTION_COUNT: break;
    }
    return (struct smtp_answer){.verdict = verdict, .tag = (uintptr_t)p->asked - 1};
}

/* The recipients of whose copies the server takes charge with this answer. */
static void note_taken(struct pair *p, const struct smtp_act *act, enum smtp_verdict verdict)
{
    const struct smtp_envelope *e = p->play.server.envelope;

    if (act->ask.question != SMTP_ASK_MESSAGE || verdict != SMTP_ACCEPT)
        return;
    for (size_t i = 0; i < e->recipient_count; i++)
        if (!p->plan->lmtp || i == act->ask.recipient)
            p->taken[e->recipients[i].tag] = true;
}

/* The server's acts: octets to the client, questions answered. */
static void serve(struct pair *p)
{
    struct smtp_acts *acts = &p->play.acts;
    bool asked;

    do {
        struct smtp_answer answer = {.verdict = SMTP_ACCEPT};

        asked = false;
        for (size_t i = 0; i < acts->count; i++)
            if (acts->at[i].kind == SMTP_ACT_SEND) {
                buffer_put_text(&p->to_client, acts->at[i].send);
            } else if (acts->at[i].kind == SMTP_ACT_DATA) {
                buffer_put_text(&p->play.message, acts->at[i].data);
            } else if (acts->at[i].kind == SMTP_ACT_CLOSE) {
                p->play.closed = true;
            } else if (acts->at[i].kind == SMTP_ACT_SEAL) {
                p->play.seal = true;
            } else if (acts->at[i].kind == SMTP_ACT_ASK) {
                asked = true;
                answer = decide(p, &acts->at[i]);
                note_taken(p, &acts->at[i], answer.verdict);
            }
        if (asked)
            smtp_server_answer(&p->play.server, &answer, acts);
    } while (asked);
}

/* Takes a piece off a wire, within the budget. */
static size_t next_piece(struct pair *p, const struct buffer *wire)
{
    size_t size = wire->size;

    if (p->cut > 0 && size > 0) {
        size_t most = 1 + (size_t)random_below(&p->random, p->cut);

        size = most < size ? most : size;
    }
    if (p->budget >= 0 && (long)size > p->budget)
        size = (size_t)p->budget;
    if (p->budget >= 0)
        p->budget -= (long)size;
    return size;
}

static void carry_to_server(struct pair *p)
{
    size_t size = next_piece(p, &p->to_server);

    if (size == 0)
        return;
    smtp_server_input(&p->play.server, text_from(p->to_server.at, size), &p->play.acts);
    serve(p); /* DATA acts lie in these octets */
    buffer_drop(&p->to_server, size);
}

static void carry_to_client(struct pair *p)
{
    size_t size = next_piece(p, &p->to_client);

    if (size == 0)
        return;
    call_input(&p->call, text_from(p->to_client.at, size));
    buffer_drop(&p->to_client, size);
    buffer_put_text(&p->to_server, call_wire(&p->call));
}

static bool is_over(const struct pair *p)
{
    return p->play.server.state == SMTP_SERVER_CLOSED || p->call.client.state == SMTP_CLIENT_CLOSED;
}

/* The handshake, once both sides await it: no octets, here. */
static void shake_hands(struct pair *p)
{
    if (!p->play.seal || !p->call.seal)
        return;
    p->play.seal = false;
    smtp_server_tls_up(&p->play.server, &p->play.acts);
    serve(p);
    call_tls_up(&p->call);
    buffer_put_text(&p->to_server, call_wire(&p->call));
}

/* Lets octets flow until there are none left, the budget is used up or a side has ended. */
static void flow(struct pair *p)
{
    while (p->budget != 0 && (p->to_server.size > 0 || p->to_client.size > 0)) {
        if (p->call.client.state == SMTP_CLIENT_CLOSED)
            return;
        if (p->play.server.state != SMTP_SERVER_CLOSED)
            carry_to_server(p);
        else
            buffer_clear(&p->to_server);
        carry_to_client(p);
        shake_hands(p);
    }
}

static void pair_begin(struct pair *p, const struct plan *plan, size_t cut, uint64_t seed,
                       long budget)
{
    struct smtp_server_options options = play_options();

    memset(p, 0, sizeof *p);
    p->plan = plan;
    p->cut = cut;
    p->budget = budget;
    random_init(&p->random, seed, TEXT("pair"), TEXT("cut"));
    struct smtp_client_options wishes = call_options(plan->pipelining, plan->lmtp);

    if (plan->secure) {
        options = play_tls_options();
        options.tls = SMTP_TLS_REQUIRED;
        if (plan->pipelining) /* ... and LOGIN otherwise */
            options.mechanisms = 1U << SMTP_MECHANISM_PLAIN;
        else
            options.mechanisms = 1U << SMTP_MECHANISM_LOGIN;
        wishes.tls = SMTP_TLS_REQUIRED;
        wishes.login = &login;
        wishes.chunking = true;
    }
    options.lmtp = plan->lmtp;
    play_begin(&p->play, options);
    call_begin(&p->call, wishes);
    p->call.message = text_of(message);
    p->call.piece = cut;
    buffer_init(&p->to_server, &p->play.memory);
    buffer_init(&p->to_client, &p->play.memory);
}

static void pair_end(struct pair *p)
{
    buffer_free(&p->to_server);
    buffer_free(&p->to_client);
    buffer_free(&p->play.message);
    smtp_acts_free(&p->play.acts);
    smtp_server_free(&p->play.server);
    cr_expect_eq(p->play.memory.used, 0, "the server gave everything back");
    buffer_free(&p->call.wire);
    buffer_free(&p->call.log);
    smtp_acts_free(&p->call.acts);
    smtp_client_free(&p->call.client);
    cr_expect_eq(p->call.memory.used, 0, "the client gave everything back");
    memory_end(&p->play.memory);
    memory_end(&p->call.memory);
}

static void lose(struct pair *p)
{
    smtp_server_lost(&p->play.server, &p->play.acts);
    call_lost(&p->call);
}

static void pair_run(struct pair *p)
{
    static const struct smtp_client_mail mail = {.sender = TEXT_INIT("s@a.test"),
                                                 .recipients = recipients,
                                                 .recipient_count = RECIPIENTS,
                                                 .size = sizeof message - 1,
                                                 .dsn = &reports};

    call_start(&p->call);
    cr_assert(call_mail(&p->call, &mail));
    smtp_server_start(&p->play.server, &p->play.acts);
    serve(p);
    flow(p);
    if (p->budget == 0) {
        lose(p);
        return;
    }
    cr_assert(p->call.done, "the transaction has come to an end by itself");
    if (smtp_client_idle(&p->call.client)) {
        call_quit(&p->call);
        buffer_put_text(&p->to_server, call_wire(&p->call));
        flow(p);
        if (p->budget == 0)
            lose(p);
    }
    cr_expect(is_over(p));
}

/* ---- the model: RFC 5321 3.3, RFC 2033 4.2 --------------------------------------------------------------- */

static enum smtp_fate fate_of(enum smtp_verdict v)
{
    return v == SMTP_ACCEPT  ? SMTP_FATE_ACCEPTED
           : v == SMTP_DEFER ? SMTP_FATE_DEFERRED
                             : SMTP_FATE_REFUSED;
}

static void predict(const struct plan *plan, enum smtp_fate *fates)
{
    size_t accepted = 0;

    for (int i = 0; i < RECIPIENTS; i++) {
        enum smtp_verdict v = plan->recipient[i];

        if (plan->hello != SMTP_ACCEPT) /* HELO, tried behind EHLO, is judged alike here */
            v = plan->hello;
        else if (plan->sender != SMTP_ACCEPT)
            v = plan->sender;
        else if (v == SMTP_ACCEPT && plan->data != SMTP_ACCEPT)
            v = plan->data;
        else if (v == SMTP_ACCEPT)
            v = plan->message[plan->lmtp ? accepted++ : 0];
        fates[i] = fate_of(v);
    }
}

static void check(const struct plan *plan, const struct pair *p)
{
    enum smtp_fate want[RECIPIENTS];

    predict(plan, want);
    for (int i = 0; i < RECIPIENTS; i++) {
        cr_expect_eq(p->call.fates[i], want[i], "recipient %d: fate %d, want %d", i,
                     p->call.fates[i], want[i]);
        cr_expect_eq(p->taken[i], want[i] == SMTP_FATE_ACCEPTED, "R072, R073: both sides agree");
        cr_expect_neq(p->call.by[i], SMTP_VERB_NONE, "a reply decided");
    }
    cr_expect_eq(p->call.told, RECIPIENTS, "R061: each one is told, once");
    if (p->taken[0] || p->taken[1] || p->taken[2])
        cr_expect(text_equal(buffer_text(&p->play.message), text_of(message)), "octet for octet");
}

/* The n-th combination of verdicts; false beyond the last. */
static bool make_plan(unsigned n, struct plan *plan)
{
    enum smtp_verdict *const knobs[] = {
        &plan->recipient[0], &plan->recipient[1], &plan->recipient[2],
        &plan->message[0],   &plan->message[1],   &plan->message[2],
        &plan->data,         &plan->sender,       &plan->hello,
    };

    *plan = (struct plan){.pipelining = n & 1, .lmtp = n & 2, .secure = n & 4};
    n /= 8;
    for (size_t i = 0; i < sizeof knobs / sizeof knobs[0]; i++) {
        *knobs[i] = (enum smtp_verdict)(n % 3);
        n /= 3;
    }
    return n == 0;
}

/* Without LMTP there is one verdict on the message, and behind a refused step nothing is asked. */
static bool is_new(const struct plan *plan)
{
    bool recipients_only =
        plan->data == SMTP_ACCEPT && plan->sender == SMTP_ACCEPT && plan->hello == SMTP_ACCEPT;

    if ((!plan->lmtp || !recipients_only) &&
        (plan->message[1] != SMTP_ACCEPT || plan->message[2] != SMTP_ACCEPT))
        return false;
    if (!recipients_only && plan->message[0] != SMTP_ACCEPT)
        return false;
    if (plan->secure && plan->data != SMTP_ACCEPT) /* BDAT is not asked about before its octets */
        return false;
    return plan->hello == SMTP_ACCEPT || (plan->sender == SMTP_ACCEPT && plan->data == SMTP_ACCEPT);
}

Test(smtp_pair, every_combination_of_verdicts)
{
    static const size_t cuts[] = {0, 1, 7};
    struct plan plan;
    int count = 0;

    for (unsigned n = 0; make_plan(n, &plan); n++) {
        if (!is_new(&plan))
            continue;
        for (size_t c = 0; c < sizeof cuts / sizeof cuts[0]; c++) {
            struct pair p;

            pair_begin(&p, &plan, cuts[c], n, -1);
            pair_run(&p);
            check(&plan, &p);
            pair_end(&p);
            count++;
        }
    }
    printf("%d dialogues between client and server\n", count);
    cr_expect_gt(count, 5000);
}

/* ---- the connection is cut ----------------------------------------------------------------------------------- */

/* R024, R027, R072, R075 */
static int cut_everywhere(const struct plan *plan)
{
    int doubts = 0;

    for (long budget = 1;; budget++) {
        struct pair p;
        bool finished;

        pair_begin(&p, plan, 1, 1, budget);
        pair_run(&p);
        finished = p.budget > 0;
        for (int i = 0; i < RECIPIENTS; i++) {
            enum smtp_fate fate = p.call.fates[i];

            cr_expect_neq(fate, SMTP_FATE_OPEN, "cut after %ld octets", budget);
            cr_expect(fate != SMTP_FATE_ACCEPTED || p.taken[i], "believed in, not made");
            cr_expect(!p.taken[i] || fate == SMTP_FATE_ACCEPTED ||
                          (fate == SMTP_FATE_LOST && p.call.in_doubt[i]),
                      "made, and no doubt about its loss");
            doubts += p.taken[i] && fate != SMTP_FATE_ACCEPTED;
        }
        pair_end(&p);
        if (finished)
            return doubts;
    }
}

Test(smtp_pair, cut_after_every_octet)
{
    for (int secure = 0; secure <= 1; secure++)
        for (int way = 0; way < 4; way++) {
            struct plan plan = {.pipelining = way & 1, .lmtp = way & 2, .secure = secure};

            cr_expect_gt(cut_everywhere(&plan), 0, "there is a moment of doubt");
            plan.recipient[1] = SMTP_REFUSE;
            cr_expect_gt(cut_everywhere(&plan), 0);
            plan.message[0] = SMTP_DEFER;
            cut_everywhere(&plan);
        }
}
