/*
 * test_grade_expect.c - expectations judged from records: each form where it holds and where it does not,
 * from a run and from a trace that was saved, and what only made-up records can show.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/export/trace_json.h"
#include "sim/grade/expect.h"
#include "sim/grade/expect_tell.h"
#include "sim/kernel/clock.h"
#include "sim/lab.h"
#include "sim/replay/read.h"
#include "tests/sample_run.h"
#include "tests/scenario_lab.h"
#include "tests/text_lab.h"

/* ---- a run and its expectations ------------------------------------------------------------ */

/* Alice writes to Bob, to nobody and to a team; a stranger's relay is open; a dead domain waits. */
#define WORLD(relay, expect)                                                                       \
    "{ \"smtplab\": 1, \"hosts\": {"                                                               \
    "\"alice-pc\": { \"address\": \"192.0.2.10\", \"mua\": { \"mailbox\": \"alice@uni.example\", " \
    "\"server\": "                                                                                 \
    "\"mail.uni.example\" } },"                                                                    \
    "\"carol-pc\": { \"address\": \"203.0.113.9\", \"mua\": { \"mailbox\": "                       \
    "\"carol@uni.example\", \"server\": \"mail.uni.example\", \"port\": 25 } },"                   \
    "\"mail.uni.example\": { \"address\": \"192.0.2.25\", \"msa\": {}, \"mta\": { \"relay\": "     \
    "[" relay                                                                                      \
    "], \"retry\": [\"10m\"], \"give_up_after\": \"1h\" }, \"mda\": { \"mailboxes\": [\"alice\", " \
    "\"carol\"] } },"                                                                              \
    "\"mail.shop.example\": { \"mta\": {}, \"mda\": { \"mailboxes\": [\"bob\", \"dan\"], "         \
    "\"aliases\": { \"team\": [\"bob@shop.example\", \"dan@shop.example\"] } } } },"               \
    "\"zones\": { \"slow.example\": { \"fails\": \"servfail\" } },"                                \
    "\"timeline\": ["                                                                              \
    "{ \"at\": \"0s\", \"on\": \"alice-pc\", \"send\": { \"to\": [\"bob@shop.example\", "          \
    "\"nobody@shop.example\"], \"subject\": \"Hi\" } },"                                           \
    "{ \"at\": \"1m\", \"on\": \"alice-pc\", \"send\": { \"to\": \"team@shop.example\", "          \
    "\"subject\": \"All\" } },"                                                                    \
    "{ \"at\": \"2m\", \"on\": \"alice-pc\", \"send\": { \"to\": \"x@slow.example\", "             \
    "\"subject\": \"Slow\" } },"                                                                   \
    "{ \"at\": \"3m\", \"on\": \"carol-pc\", \"send\": { \"to\": [\"bob@shop.example\", "          \
    "\"alice@uni.example\"], \"subject\": \"By 25\" } } ],"                                        \
    "\"expect\": [ " expect " ] }"

struct judged {
    struct lab_scenario scenario;
    struct memory memory;
    struct expect *expect;
    struct buffer trace;
    struct replay_header header;
};

static void put(void *context, struct text octets)
{
    buffer_put_text(context, octets);
}

static void run(struct judged *j, const char *text, uint32_t layers)
{
    struct buffer normalised;
    struct trace_json *writer;
    struct lab *lab;

    memory_init(&j->memory, 0);
    lab_read_text(&j->scenario, text_of(text));
    for (uint32_t i = 0; !j->scenario.good && i < j->scenario.s.mistakes.count; i++)
        fprintf(stderr, "%.*s\n", TEXT_ARG(j->scenario.s.mistakes.items[i].what));
    cr_assert(j->scenario.good);
    buffer_init(&normalised, &j->memory);
    buffer_init(&j->trace, &j->memory);
    scenario_print_normalised(&j->scenario.s, false, &normalised);
    j->header = sample_header(layers);
    j->header.scenario = buffer_text(&normalised);
    j->expect = expect_begin(&j->memory, &j->header);
    writer = trace_json_begin(&j->memory, (struct export_output){.put = put, .context = &j->trace},
                              TRACE_JSON_LINES, &j->header);
    lab = lab_open(&j->scenario.s, &(struct lab_options){.layers = layers, .until_ns = -1});
    trace_add_sink(lab_trace(lab), trace_json_sink(writer));
    trace_add_sink(lab_trace(lab), expect_sink(j->expect));
    lab_start(lab);
    while (lab_advance(lab, 100000) == WORLD_RUNNING)
        ;
    expect_end(j->expect);
    trace_json_end(writer, REPLAY_COMPLETE, *lab_trace(lab)->now_ns, lab_trace(lab)->counts);
    lab_close(lab);
}

static void end(struct judged *j)
{
    expect_free(j->expect);
    lab_free(&j->scenario);
    memory_end(&j->memory);
}

static const struct row {
    const char *expect;
    enum expect_verdict want;
    const char *found; /* where it failed: part of what was found */
} rows[] = {
    {"'delivered': { 'to': 'bob@shop.example', 'subject': 'Hi', 'within': '1s', 'copies': 1 }",
     EXPECT_HELD, ""},
    {"'delivered': { 'to': 'BOB@shop.example', 'from': 'alice@uni.example' }", EXPECT_HELD, ""},
    {"'delivered': { 'to': 'bob@shop.example', 'from': 'dora@uni.example' }", EXPECT_FAILED,
     "nobody wrote"},
    {"'delivered': { 'to': 'bob@shop.example', 'subject': 'hi' }", EXPECT_FAILED, "nobody wrote"},
    {"'delivered': { 'to': 'bob@shop.example', 'subject': 'Hi', 'within': '100ms' }", EXPECT_FAILED,
     "too late"},
    {"'delivered': { 'to': 'bob@shop.example', 'subject': 'Hi', 'copies': 2 }", EXPECT_FAILED,
     "one letter has arrived"},
    {"'delivered': { 'to': 'nobody@shop.example' }", EXPECT_FAILED, "reached no mailbox"},
    /* What an alias makes of an address is for that address, and for what it was made. */
    {"'delivered': { 'to': 'team@shop.example', 'copies': 2 }", EXPECT_HELD, ""},
    {"'delivered': { 'to': 'dan@shop.example', 'subject': 'All', 'copies': 1 }", EXPECT_HELD, ""},
    /* A report is no letter, unless it is asked for. */
    {"'delivered': { 'to': 'alice@uni.example', 'copies': 1 }", EXPECT_HELD, ""},
    {"'delivered': { 'to': 'alice@uni.example', 'from': '<>', 'copies': 2 }", EXPECT_HELD, ""},

    {"'not_relayed': { 'from': 'carol-pc' }", EXPECT_FAILED, "passed on once"},
    {"'not_relayed': { 'from': 'carol-pc', 'to': 'bob@shop.example' }", EXPECT_FAILED,
     "passed on once"},
    {"'not_relayed': { 'from': 'carol-pc', 'by': 'mail.uni.example' }", EXPECT_FAILED,
     "passed on once"},
    {"'not_relayed': { 'from': 'carol-pc', 'to': 'alice@uni.example' }", EXPECT_HELD, ""},
    {"'not_relayed': { 'from': 'carol-pc', 'by': 'mail.shop.example' }", EXPECT_HELD, ""},

    {"'ndr': { 'to': 'alice@uni.example', 'about': 'nobody@shop.example', 'status': '5.1.1' }",
     EXPECT_HELD, ""},
    {"'ndr': { 'to': 'alice@uni.example', 'about': 'x@slow.example', 'within': '2h' }", EXPECT_HELD,
     ""},
    {"'ndr': { 'to': 'alice@uni.example', 'about': 'x@slow.example', 'within': '10m' }",
     EXPECT_FAILED, "too late"},
    {"'ndr': { 'to': 'alice@uni.example', 'status': '5.2.2' }", EXPECT_FAILED, "others were"},
    {"'ndr': { 'to': 'alice@uni.example', 'about': 'bob@shop.example' }", EXPECT_FAILED,
     "others were"},
    {"'ndr': { 'to': 'carol@uni.example' }", EXPECT_FAILED, "others were"},

    {"'happens': { 'kind': 'queue.expired', 'recipient': 'x@slow.example' }", EXPECT_HELD, ""},
    {"'happens': { 'kind': 'queue.expired', 'recipient': 'bob@shop.example' }", EXPECT_FAILED,
     "nearest"},
    {"'happens': { 'kind': 'queue.expired', 'on': 'mail.shop.example' }", EXPECT_FAILED, "it did"},
    {"'happens': { 'reply_to': 'RCPT', 'code': 550, 'on': 'mail.shop.example', 'client': "
     "'mail.uni.example' }",
     EXPECT_HELD, ""},
    {"'happens': { 'reply_to': 'RCPT', 'code': 550, 'client': '192.0.2.25' }", EXPECT_HELD, ""},
    {"'happens': { 'reply_to': 'RCPT', 'code': 550, 'client': 'alice-pc' }", EXPECT_FAILED,
     "nearest"},
    {"'happens': { 'reply_to': '.', 'code': 250, 'lines': 'queued as 3BC7' }", EXPECT_HELD, ""},
    {"'happens': { 'reply_to': 'connect', 'code': 220 }", EXPECT_HELD, ""},
    /* The server's side, unless it is said; of what only clients see, theirs. */
    {"'happens': { 'kind': 'smtp.command', 'verb': 'EHLO', 'on': 'alice-pc' }", EXPECT_FAILED,
     "it did"},
    {"'happens': { 'kind': 'smtp.command', 'verb': 'EHLO', 'on': 'alice-pc', 'side': 'client' }",
     EXPECT_HELD, ""},
    {"'happens': { 'kind': 'dns.cached', 'on': 'mail.uni.example' }", EXPECT_HELD, ""},
    {"'happens': { 'kind': 'policy.relay', 'client': 'carol-pc', 'allowed': true, 'reason': "
     "'anyone' }",
     EXPECT_HELD, ""},
    {"'happens': { 'kind': 'mail.delivered', 'mail': 'alice-pc.1', 'queue': '3BC7' }", EXPECT_HELD,
     ""},
    {"'happens': { 'kind': 'mail.delivered', 'mail': 'alice-pc.1', 'queue': '0000' }",
     EXPECT_FAILED, "nearest"},
    {"'happens': { 'next_hop': 'mail.shop.example' }", EXPECT_HELD, ""},

    {"'never': { 'kind': 'queue.held' }", EXPECT_HELD, ""},
    {"'never': { 'kind': 'queue.bounced' }", EXPECT_FAILED, "happened once"},
    {"'never': { 'kind': 'queue.bounced', 'recipient': 'bob@shop.example' }", EXPECT_HELD, ""},
    {"'never': { 'kind': 'queue.deferred' }", EXPECT_FAILED, "six times"},
};
enum { ROWS = sizeof rows / sizeof *rows };

/* The text of all rows, with " for '. */
static char *all_rows(const char *relay)
{
    static char expect[32768], text[65536];
    size_t size = 0;

    for (int i = 0; i < ROWS; i++)
        size += (size_t)snprintf(expect + size, sizeof expect - size, "%s{ 'id': 'e%d', %s }",
                                 i ? ", " : "", i, rows[i].expect);
    for (size_t i = 0; i < size; i++)
        expect[i] = expect[i] == '\'' ? '"' : expect[i];
    snprintf(text, sizeof text, WORLD("\"%s\"", "%s"), relay, expect);
    return text;
}

Test(grade_expect, each_form_where_it_holds_and_where_it_does_not)
{
    struct judged j;

    run(&j, all_rows("allow anyone"), TRACE_ALL_LAYERS);
    cr_assert_not(j.expect->broken);
    cr_assert_eq(j.expect->count, ROWS);
    for (int i = 0; i < ROWS; i++) {
        const struct expect_result *r = &j.expect->results[i];

        cr_expect_eq(r->verdict, rows[i].want, "%s: %s, %.*s", rows[i].expect,
                     expect_verdict_name(r->verdict), TEXT_ARG(r->found));
        cr_expect(r->verdict == EXPECT_HELD ? r->found.size == 0 && r->event_count == 0
                                            : text_has(r->found, rows[i].found),
                  "%s: %.*s", rows[i].expect, TEXT_ARG(r->found));
        cr_expect_eq(r->earned, r->verdict == EXPECT_HELD);
        cr_expect_gt(r->wanted.size, 0);
    }
    end(&j);
}

/* T15: a failed expectation names the events: seq, time and host, in the order of the run. */
Test(grade_expect, a_failed_one_names_the_events)
{
    struct judged j;

    run(&j, all_rows("allow anyone"), TRACE_ALL_LAYERS);
    for (int i = 0; i < ROWS; i++) {
        const struct expect_result *r = &j.expect->results[i];

        if (r->verdict != EXPECT_FAILED || text_has(r->found, "nobody wrote") ||
            text_equal(r->found, TEXT("it did not")))
            continue;
        cr_expect_gt(r->event_count, 0, "%s", rows[i].expect);
        for (uint32_t k = 0; k < r->event_count; k++) {
            char seq[24];

            snprintf(seq, sizeof seq, "%llu at ", (unsigned long long)r->events[k].seq);
            cr_expect(text_has(r->events[k].told, seq), "%.*s", TEXT_ARG(r->events[k].told));
            cr_expect_gt(r->events[k].host.size, 0);
            cr_expect(k == 0 || r->events[k].seq > r->events[k - 1].seq);
        }
    }
    end(&j);
}

/* The same verdicts, words and events from a trace that was saved. */
Test(grade_expect, a_saved_trace_is_judged_as_the_run_was)
{
    struct replay_reader reader;
    struct expect *again;
    struct trace_sink sink;
    struct judged j;

    run(&j, all_rows("allow anyone"), TRACE_ALL_LAYERS);
    cr_assert(replay_read_open(&reader, &j.memory, buffer_text(&j.trace), NULL));
    again = expect_begin(&j.memory, &reader.header);
    sink = expect_sink(again);
    cr_assert(replay_read_feed(&reader, &sink, 1), "%s", reader.error.what);
    expect_end(again);
    cr_assert_eq(again->count, ROWS);
    cr_expect_eq(again->earned, j.expect->earned);
    for (int i = 0; i < ROWS; i++) {
        const struct expect_result *a = &j.expect->results[i], *b = &again->results[i];

        cr_expect_eq(a->verdict, b->verdict, "%s", rows[i].expect);
        cr_expect(text_equal(a->found, b->found) && text_equal(a->wanted, b->wanted));
        cr_assert_eq(a->event_count, b->event_count);
        for (uint32_t k = 0; k < a->event_count; k++)
            cr_expect(text_equal(a->events[k].told, b->events[k].told));
    }
    expect_free(again);
    replay_read_close(&reader);
    end(&j);
}

/* What the trace was not asked to hold cannot be judged from it: neither held nor failed. */
Test(grade_expect, a_trace_of_few_layers_leaves_some_unknown)
{
    struct judged j;

    run(&j,
        WORLD("\"allow anyone\"",
              "{ \"id\": \"a\", \"delivered\": { \"to\": \"bob@shop.example\" } },"
              "{ \"id\": \"b\", \"never\": { \"kind\": \"smtp.reply\", \"code\": 421 } },"
              "{ \"id\": \"c\", \"happens\": { \"kind\": \"mail.accepted\", \"client\": "
              "\"carol-pc\" } },"
              "{ \"id\": \"d\", \"never\": { \"kind\": \"mail.accepted\", \"protocol\": "
              "\"SMTP\" } }"),
        1U << TRACE_LAYER_CORE);
    cr_expect_eq(j.expect->results[0].verdict, EXPECT_HELD);
    cr_expect_eq(j.expect->results[1].verdict, EXPECT_UNKNOWN);
    cr_expect_eq(j.expect->results[2].verdict, EXPECT_HELD, "by the address in the record");
    cr_expect_eq(j.expect->results[3].verdict, EXPECT_HELD);
    cr_expect_eq(j.expect->held, 3);
    end(&j);
}

/* T15: behaviour is judged, not configuration: two ways to close the relay are both right. */
Test(grade_expect, two_right_configurations_both_score)
{
    static const char expect[] =
        "{ \"id\": \"closed\", \"not_relayed\": { \"from\": \"carol-pc\" }, \"points\": 3 },"
        "{ \"id\": \"works\", \"delivered\": { \"to\": \"bob@shop.example\", \"subject\": \"Hi\" "
        "}, \"points\": 2 }";
    static const char *const relays[] = {"\"allow from 192.0.2.10\", \"refuse\"",
                                         "\"allow from 192.0.2.0/28\"", "\"allow anyone\""};

    for (int i = 0; i < 3; i++) {
        static char text[16384];
        struct judged j;

        snprintf(text, sizeof text, WORLD("%s", "%s"), relays[i], expect);
        run(&j, text, TRACE_ALL_LAYERS);
        cr_expect_eq(j.expect->points, 5);
        cr_expect_eq(j.expect->earned, i < 2 ? 5 : 2, "%s: %.*s %.*s", relays[i],
                     TEXT_ARG(j.expect->results[0].found), TEXT_ARG(j.expect->results[1].found));
        end(&j);
    }
}

Test(grade_expect, what_is_needed_comes_first)
{
    struct judged j;

    run(&j,
        WORLD("\"allow anyone\"",
              "{ \"id\": \"a\", \"points\": 5, \"say\": \"who is that?\", \"delivered\": { \"to\": "
              "\"nobody@shop.example\" } },"
              "{ \"id\": \"b\", \"points\": 7, \"needs\": [\"a\"], \"never\": { \"kind\": "
              "\"queue.held\" } },"
              "{ \"id\": \"c\", \"points\": 0, \"needs\": [\"b\"], \"delivered\": { \"to\": "
              "\"bob@shop.example\" } },"
              "{ \"id\": \"d\", \"points\": 2, \"delivered\": { \"to\": \"bob@shop.example\" } }"),
        TRACE_ALL_LAYERS);
    cr_expect_eq(j.expect->results[0].verdict, EXPECT_FAILED);
    cr_expect(text_equal(j.expect->results[0].say, TEXT("who is that?")));
    cr_expect_eq(j.expect->results[1].verdict, EXPECT_NOT_COUNTED);
    cr_expect(text_has(j.expect->results[1].found, "a"));
    cr_expect_eq(j.expect->results[2].verdict, EXPECT_NOT_COUNTED);
    cr_expect_eq(j.expect->results[3].verdict, EXPECT_HELD);
    cr_expect_eq(j.expect->earned, 2);
    cr_expect_eq(j.expect->points, 14);
    end(&j);
}

/* The contract: an expectation that nothing could fail is a warning. */
Test(grade_expect, one_that_nothing_could_fail_is_idle)
{
    static const bool idle[] = {true, false, false, false, true, false};
    struct judged j;

    run(&j,
        WORLD("\"allow anyone\"",
              "{ \"id\": \"a\", \"not_relayed\": { \"from\": \"mail.shop.example\" } },"
              "{ \"id\": \"b\", \"not_relayed\": { \"from\": \"carol-pc\", \"by\": "
              "\"mail.shop.example\" } },"
              "{ \"id\": \"c\", \"never\": { \"kind\": \"queue.held\" } },"
              "{ \"id\": \"d\", \"never\": { \"kind\": \"smtp.reply\", \"code\": 503 } },"
              "{ \"id\": \"e\", \"never\": { \"kind\": \"pop3.reply\" } },"
              "{ \"id\": \"f\", \"never\": { \"kind\": \"host.crashed\" } }"),
        TRACE_ALL_LAYERS);
    for (size_t i = 0; i < sizeof idle / sizeof *idle; i++) {
        cr_expect_eq(j.expect->results[i].verdict, EXPECT_HELD, "%zu", i);
        cr_expect_eq(j.expect->results[i].idle, idle[i], "%zu", i);
    }
    end(&j);
}

/* ---- made-up records ----------------------------------------------------------------------- */

struct made {
    struct memory memory;
    struct trace trace;
    int64_t now_ns;
    struct expect *expect;
};

static void made_begin(struct made *t, const char *expect)
{
    static char scenario[4096];
    struct replay_header header = sample_header(TRACE_ALL_LAYERS);

    snprintf(scenario, sizeof scenario, "{\"smtplab\":1,\"expect\":[%s]}", expect);
    header.scenario = text_of(scenario);
    t->now_ns = 0;
    memory_init(&t->memory, 0);
    trace_init(&t->trace, &t->now_ns, TRACE_ALL_LAYERS);
    t->expect = expect_begin(&t->memory, &header);
    cr_assert_not(t->expect->broken);
    trace_add_sink(&t->trace, expect_sink(t->expect));
}

static void made_end(struct made *t)
{
    expect_free(t->expect);
    memory_end(&t->memory);
}

/* Nothing is left to do. */
static void rest(struct made *t)
{
    trace_emit_sim_ended(&t->trace, &(struct trace_where){.cause = 0},
                         &(struct trace_sim_ended){.reason = TEXT("quiet")});
    expect_end(t->expect);
}

static void compose(struct made *t, const char *mail, const char *from, const char *to)
{
    struct text recipient = text_of(to);

    trace_emit_mail_composed(
        &t->trace, &(struct trace_where){.host = TEXT("h"), .mail = text_of(mail)},
        &(struct trace_mail_composed){.from = text_of(from), .to = {&recipient, 1}});
}

static void deliver(struct made *t, const char *mail, const char *to)
{
    trace_emit_mail_delivered(
        &t->trace, &(struct trace_where){.host = TEXT("h"), .mail = text_of(mail)},
        &(struct trace_mail_delivered){.recipient = text_of(to), .mailbox = TEXT("m")});
}

static void finish(struct made *t, const char *mail, const char *to)
{
    trace_emit_mail_ended(
        &t->trace, &(struct trace_where){.host = TEXT("h"), .mail = text_of(mail)},
        &(struct trace_mail_ended){.recipient = text_of(to), .verdict = TEXT("delivered")});
}

static void report(struct made *t, const char *mail, const char *about, const char *action)
{
    struct text recipient = TEXT("bob@b.example"), status = TEXT("5.1.1");

    compose(t, mail, "", "alice@a.example");
    trace_emit_mail_ndr(&t->trace, &(struct trace_where){.host = TEXT("h"), .mail = text_of(mail)},
                        &(struct trace_mail_ndr){.about = text_of(about),
                                                 .to = TEXT("alice@a.example"),
                                                 .action = text_of(action),
                                                 .recipients = {&recipient, 1},
                                                 .statuses = {&status, 1}});
}

/* R075: two copies of one letter are two, and the second counts although it comes late. */
Test(grade_expect, copies_are_counted)
{
    struct made t;

    made_begin(&t, "{\"id\":\"one\",\"delivered\":{\"to\":\"bob@b.example\",\"copies\":1}},"
                   "{\"id\":\"two\",\"delivered\":{\"to\":\"bob@b.example\",\"copies\":2}},"
                   "{\"id\":\"soon\",\"delivered\":{\"to\":\"bob@b.example\",\"within\":\"1s\"}},"
                   "{\"id\":\"both\",\"delivered\":{\"to\":\"bob@b.example\",\"copies\":2,"
                   "\"within\":\"1s\"}}");
    compose(&t, "h.1", "alice@a.example", "bob@b.example");
    deliver(&t, "h.1", "bob@b.example");
    t.now_ns = CLOCK_HOUR;
    deliver(&t, "h.1", "bob@b.example");
    finish(&t, "h.1", "bob@b.example");
    rest(&t);
    cr_expect_eq(t.expect->results[0].verdict, EXPECT_FAILED);
    cr_expect_eq(t.expect->results[0].event_count, 2);
    cr_expect_eq(t.expect->results[1].verdict, EXPECT_HELD);
    cr_expect_eq(t.expect->results[2].verdict, EXPECT_HELD);
    cr_expect_eq(t.expect->results[3].verdict, EXPECT_FAILED);
    made_end(&t);
}

/* A report that says "delayed" or "delivered" is none of non-delivery, and one that is lost is none. */
Test(grade_expect, a_report_of_failure_must_arrive)
{
    static const struct {
        const char *action;
        bool arrives;
        enum expect_verdict want;
        const char *found;
    } cases[] = {
        {"failed", true, EXPECT_HELD, ""},
        {"failed", false, EXPECT_FAILED, "reached no mailbox"},
        {"delayed", true, EXPECT_FAILED, "others were"},
        {"delivered", true, EXPECT_FAILED, "others were"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct made t;

        made_begin(&t, "{\"id\":\"r\",\"ndr\":{\"to\":\"alice@a.example\",\"about\":"
                       "\"bob@b.example\",\"status\":\"5.1.1\",\"within\":\"1h\"}}");
        compose(&t, "h.1", "alice@a.example", "bob@b.example");
        report(&t, "h.2", "h.1", cases[i].action);
        finish(&t, "h.1", "bob@b.example");
        if (cases[i].arrives)
            deliver(&t, "h.2", "alice@a.example");
        finish(&t, "h.2", "alice@a.example");
        rest(&t);
        cr_expect_eq(t.expect->results[0].verdict, cases[i].want, "%zu", i);
        cr_expect(text_has(t.expect->results[0].found, cases[i].found), "%zu: %.*s", i,
                  TEXT_ARG(t.expect->results[0].found));
        made_end(&t);
    }
}

static void rcpt(struct made *t, bool allowed, const char *reason)
{
    trace_emit_policy_relay(
        &t->trace, &(struct trace_where){.host = TEXT("mx"), .side = TRACE_SIDE_SERVER, .conn = 1},
        &(struct trace_policy_relay){.allowed = allowed,
                                     .reason = text_of(reason),
                                     .client = TEXT("203.0.113.66"),
                                     .recipient = TEXT("bob@b.example")});
}

static void take(struct made *t, const char *queue, const char *to)
{
    struct text recipient = text_of(to);
    struct trace_where where = {.host = TEXT("mx"),
                                .side = TRACE_SIDE_SERVER,
                                .conn = 1,
                                .mail = TEXT("h.1"),
                                .queue = text_of(queue)};

    trace_emit_mail_accepted(&t->trace, &where,
                             &(struct trace_mail_accepted){.recipients = {&recipient, 1},
                                                           .protocol = TEXT("ESMTP"),
                                                           .address = TEXT("203.0.113.66")});
}

static void pass_on(struct made *t, const char *queue)
{
    trace_emit_mail_relayed(
        &t->trace,
        &(struct trace_where){.host = TEXT("mx"), .mail = TEXT("h.1"), .queue = text_of(queue)},
        &(struct trace_mail_relayed){.recipient = TEXT("bob@b.example"), .code = 250});
}

/* R063: relayed is what was handed in for another domain and passed on; not what is the server's own
 * and goes to its store, not what was refused, not what came in another transaction. */
Test(grade_expect, what_counts_as_relayed)
{
    static const struct {
        const char *name;
        bool allowed;
        const char *reason, *accepted_for, *relayed;
        enum expect_verdict want;
    } cases[] = {
        {"relayed", true, "anyone", "bob@b.example", "Q1", EXPECT_FAILED},
        {"as a user", true, "login", "bob@b.example", "Q1", EXPECT_FAILED},
        {"for its own domain", true, "local", "bob@b.example", "Q1", EXPECT_HELD},
        {"refused", false, "denied", "eve@b.example", "Q1", EXPECT_HELD},
        {"accepted for another", true, "anyone", "eve@b.example", "Q1", EXPECT_HELD},
        {"another message", true, "anyone", "bob@b.example", "Q2", EXPECT_HELD},
        {"never passed on", true, "anyone", "bob@b.example", NULL, EXPECT_HELD},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct made t;
        struct text address = TEXT("203.0.113.66");

        made_begin(&t, "{\"id\":\"r\",\"not_relayed\":{\"from\":\"bulk.test\"}}");
        trace_emit_host_started(&t.trace, &(struct trace_where){.host = TEXT("bulk.test")},
                                &(struct trace_host_started){.addresses = {&address, 1}});
        compose(&t, "h.1", "eve@x.example", "bob@b.example");
        rcpt(&t, cases[i].allowed, cases[i].reason);
        take(&t, "Q1", cases[i].accepted_for);
        if (cases[i].relayed)
            pass_on(&t, cases[i].relayed);
        rest(&t);
        cr_expect_eq(t.expect->results[0].verdict, cases[i].want, "%s", cases[i].name);
        made_end(&t);
    }
}

/* A run that was cut short has not failed what might still come; what cannot be undone has. */
Test(grade_expect, a_run_that_was_cut_short)
{
    static const enum expect_verdict want[] = {EXPECT_UNKNOWN, EXPECT_UNKNOWN,    EXPECT_UNKNOWN,
                                               EXPECT_HELD,    EXPECT_HELD,       EXPECT_FAILED,
                                               EXPECT_UNKNOWN, EXPECT_NOT_COUNTED};
    struct made t;

    made_begin(&t, "{\"id\":\"a\",\"delivered\":{\"to\":\"dan@b.example\"}},"
                   "{\"id\":\"b\",\"ndr\":{\"to\":\"alice@a.example\"}},"
                   "{\"id\":\"c\",\"happens\":{\"kind\":\"queue.held\"}},"
                   "{\"id\":\"d\",\"never\":{\"kind\":\"queue.held\"}},"
                   "{\"id\":\"e\",\"delivered\":{\"to\":\"bob@b.example\"}},"
                   "{\"id\":\"f\",\"never\":{\"kind\":\"mail.delivered\"}},"
                   "{\"id\":\"g\",\"delivered\":{\"to\":\"bob@b.example\",\"copies\":2}},"
                   "{\"id\":\"h\",\"needs\":[\"g\"],\"delivered\":{\"to\":\"bob@b.example\"}}");
    compose(&t, "h.1", "alice@a.example", "bob@b.example");
    deliver(&t, "h.1", "bob@b.example");
    expect_end(t.expect);
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        cr_expect_eq(t.expect->results[i].verdict, want[i], "%zu", i);
    cr_expect_eq(t.expect->failed, 1);
    made_end(&t);
}

/* What is known of a mail is given up with its last verdict. */
Test(grade_expect, memory_grows_with_what_is_in_flight)
{
    struct made t;
    size_t early = 0;

    made_begin(&t, "{\"id\":\"a\",\"delivered\":{\"to\":\"bob@b.example\"}},"
                   "{\"id\":\"b\",\"ndr\":{\"to\":\"alice@a.example\"}}");
    for (int i = 0; i < 20000; i++) {
        char mail[24], about[24];

        snprintf(mail, sizeof mail, "h.%d", 2 * i);
        snprintf(about, sizeof about, "h.%d", 2 * i + 1);
        compose(&t, mail, "alice@a.example", "bob@b.example");
        report(&t, about, mail, "failed");
        finish(&t, mail, "bob@b.example");
        deliver(&t, about, "alice@a.example");
        finish(&t, about, "alice@a.example");
        if (i == 100)
            early = t.memory.used;
    }
    cr_expect_leq(t.memory.used, early + 1024);
    made_end(&t);
}

Test(grade_expect, a_header_that_nobody_checked)
{
    static const char *const scenarios[] = {"",
                                            "[]",
                                            "{\"expect\":{}}",
                                            "{\"expect\":[7]}",
                                            "{\"expect\":[{\"id\":\"a\"}]}",
                                            "{\"expect\":[{\"delivered\":{\"within\":\"soon\"}}]}",
                                            "{\"expect\":[{\"happens\":{\"kind\":\"mail.lost\"}}]}",
                                            "{\"expect\":[{\"happens\":{\"code\":[]}}]}",
                                            "{\"expect\":["};

    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
        struct replay_header header = sample_header(TRACE_ALL_LAYERS);
        struct memory memory;
        struct expect *e;

        memory_init(&memory, 0);
        header.scenario = text_of(scenarios[i]);
        e = expect_begin(&memory, &header);
        cr_expect(e->broken && e->count == 0, "%s", scenarios[i]);
        expect_end(e);
        expect_free(e);
        memory_end(&memory);
    }
}

/* ---- as it is told ------------------------------------------------------------------------- */

Test(grade_expect, told)
{
    static const char want[] =
        "\nExpected: 1 of 3 held, 1 of 6 points.\n"
        "        held  a (1 point): one letter to bob@b.example reaches a mailbox.\n"
        "      failed  b (0 of 3 points): a letter with the subject \"x\" from <> to bob@b.example "
        "reaches\n"
        "              a mailbox within 10 s. But nobody wrote such a letter: look again.\n"
        " not counted  c (0 of 2 points): it never happens: mail.delivered, mailbox \"m\", on h. "
        "But it\n"
        "              needs what has not held: b.\n";
    struct buffer out;
    struct made t;

    made_begin(&t, "{\"id\":\"a\",\"delivered\":{\"to\":\"bob@b.example\",\"copies\":1}},"
                   "{\"id\":\"b\",\"points\":3,\"say\":\"look again\",\"delivered\":{\"to\":"
                   "\"bob@b.example\",\"from\":\"<>\",\"subject\":\"x\",\"within\":\"10s\"}},"
                   "{\"id\":\"c\",\"points\":2,\"needs\":[\"a\",\"b\"],\"never\":{\"kind\":"
                   "\"mail.delivered\",\"mailbox\":\"m\",\"on\":\"h\"}}");
    compose(&t, "h.1", "alice@a.example", "bob@b.example");
    deliver(&t, "h.1", "bob@b.example");
    rest(&t);
    buffer_init(&out, &t.memory);
    expect_tell(t.expect, false, &out);
    cr_expect(text_equal(buffer_text(&out), text_of(want)), "%.*s", TEXT_ARG(buffer_text(&out)));
    made_end(&t);
}
