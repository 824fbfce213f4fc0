/*
 * test_scenario_build.c - from a scenario to a world: what the file says is what happens.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "sim/dns/server.h"
#include "sim/scenario/build.h"
#include "tests/scenario_lab.h"

struct outcome {
    uint64_t composed, reports, delivered, bounced, expired, discarded, events;
    enum world_status status;
};

static struct outcome run(const char *json)
{
    struct lab_scenario l;
    struct scenario_mistake m;
    struct outcome o;
    struct world *w;

    lab_read_text(&l, text_of(json));
    cr_assert(l.good, "%s", json);
    cr_assert(!scenario_first_unbuilt(&l.s, &m));
    w = world_open(&(struct world_options){.seed = l.s.seed,
                                           .start_unix = l.s.start_unix,
                                           .layers = TRACE_ALL_LAYERS,
                                           .time_limit_ns = l.s.limits.time_ns,
                                           .until_ns = -1,
                                           .event_limit = (uint64_t)l.s.limits.events});
    scenario_build(&l.s, w);
    world_start(w);
    while ((o.status = world_step(w, 100000)) == WORLD_RUNNING)
        ;
    o.composed = world_counts(w)->composed;
    o.reports = world_counts(w)->reports;
    o.discarded = world_counts(w)->discarded;
    o.delivered = world_counts(w)->delivered;
    o.bounced = world_counts(w)->bounced;
    o.expired = world_counts(w)->expired;
    o.events = world_queue(w)->fired;
    world_close(w);
    lab_free(&l);
    return o;
}

#define ALICE      "\"a\": { \"mua\": { \"mailbox\": \"a@x.example\" } }"
#define X          "\"mx.x.example\": { \"msa\": {}, \"mta\": {}, \"mda\": { \"mailboxes\": [\"a\"] } }"
#define Y(mta)     "\"mx.y.example\": { \"mta\": { " mta " }, \"mda\": { \"mailboxes\": [\"b\"] } }"
#define SEND(what) "\"timeline\": [ { \"at\": \"0s\", \"on\": \"a\", \"send\": { " what " } } ]"

static const struct {
    const char *name, *json;
    struct outcome want;
} rows[] = {
    {"a letter to oneself",
     "{ \"smtplab\": 1, \"hosts\": { " ALICE ", " X " }, " SEND("\"to\": \"a@x.example\"") " }",
     {.composed = 1, .delivered = 1}},
    {"to another site",
     "{ \"smtplab\": 1, \"hosts\": { " ALICE ", " X
     ", " Y("") " }, " SEND("\"to\": \"b@y.example\"") " }",
     {.composed = 1, .delivered = 1}},
    {"five of them, a minute apart",
     "{ \"smtplab\": 1, \"hosts\": { " ALICE ", " X
     ", " Y("") " }, " SEND("\"to\": \"b@y.example\", \"times\": 5, \"every\": \"1m\"") " }",
     {.composed = 5, .delivered = 5}},
    {"to nobody: a report comes back",
     "{ \"smtplab\": 1, \"hosts\": { " ALICE ", " X
     ", " Y("") " }, " SEND("\"to\": \"c@y.example\"") " }",
     {.composed = 1, .reports = 1, .delivered = 1, .bounced = 1}},
    {"from nobody to nobody: no report",
     "{ \"smtplab\": 1, \"hosts\": { " ALICE ", " X
     ", " Y("") " }, " SEND("\"from\": \"<>\", \"to\": \"c@y.example\"") " }",
     {.composed = 1, .discarded = 1}},
    {"through a smarthost by LMTP to a store",
     "{ \"smtplab\": 1, \"hosts\": { " ALICE
     ", \"out.x.example\": { \"msa\": { \"routes\": { \"*\": \"smarthost:relay.isp.example\" } } },"
     " \"relay.isp.example\": { \"mta\": {} },"
     " \"mx.y.example\": { \"mta\": { \"deliver\": \"lmtp:store.y.example\" } },"
     " \"store.y.example\": { \"mda\": { \"mailboxes\": [\"b\"] } } }, " SEND(
         "\"to\": \"b@y.example\"") " }",
     {.composed = 1, .delivered = 1}},
    {"a zone that says SERVFAIL: tried until given up",
     "{ \"smtplab\": 1, \"hosts\": { " ALICE ", "
     "\"mx.x.example\": { \"msa\": {}, \"mta\": { \"give_up_after\": \"1h\" }, "
     "\"mda\": { \"mailboxes\": [\"a\"] } } },"
     " \"zones\": { \"y.example\": { \"fails\": \"servfail\" } }, " SEND(
         "\"to\": \"b@y.example\"") " }",
     {.composed = 1, .reports = 1, .delivered = 1, .expired = 1}},
    {"a zone that says nothing exists",
     "{ \"smtplab\": 1, \"hosts\": { " ALICE ", " X " },"
     " \"zones\": { \"y.example\": { \"mx\": [\"10 mx.x.example\"], \"fails\": \"nxdomain\" } "
     "}, " SEND("\"to\": \"b@y.example\"") " }",
     {.composed = 1, .reports = 1, .delivered = 1, .bounced = 1}},
    {"a null MX", /* R115 */
     "{ \"smtplab\": 1, \"hosts\": { " ALICE ", " X
     ", " Y("") " },"
                " \"zones\": { \"y.example\": { \"mx\": [\"0 .\"] } }, " SEND(
                    "\"to\": \"b@y.example\"") " }",
     {.composed = 1, .reports = 1, .delivered = 1, .bounced = 1}},
    {"no MX but an address: the domain itself", /* R103 */
     "{ \"smtplab\": 1, \"hosts\": { " ALICE ", " X
     ", \"y.example\": { \"mta\": { \"domains\": [\"y.example\"] },"
     " \"mda\": { \"mailboxes\": [\"b\"] } } },"
     " \"zones\": { \"y.example\": { \"mx\": [] } }, " SEND("\"to\": \"b@y.example\"") " }",
     {.composed = 1, .delivered = 1}},
    {"a stop at the time limit",
     "{ \"smtplab\": 1, \"limits\": { \"time\": \"10m\" }, \"hosts\": { " ALICE ", " X
     " }, " SEND("\"to\": \"a@x.example\", \"times\": 1000000, \"every\": \"1m\"") " }",
     {.composed = 11, .delivered = 10, .status = WORLD_TIME_LIMIT}},
};

Test(build, what_the_file_says_happens)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome got = run(rows[i].json), want = rows[i].want;

        if (want.status == WORLD_RUNNING)
            want.status = WORLD_QUIET;
        cr_expect_eq(got.composed, want.composed, "%s: composed %d", rows[i].name,
                     (int)got.composed);
        cr_expect_eq(got.delivered, want.delivered, "%s: delivered %d", rows[i].name,
                     (int)got.delivered);
        cr_expect_eq(got.bounced, want.bounced, "%s: bounced %d", rows[i].name, (int)got.bounced);
        cr_expect_eq(got.reports, want.reports, "%s: reports %d", rows[i].name, (int)got.reports);
        cr_expect_eq(got.discarded, want.discarded, "%s: discarded %d", rows[i].name,
                     (int)got.discarded);
        cr_expect_eq(got.expired, want.expired, "%s: expired %d", rows[i].name, (int)got.expired);
        cr_expect_eq(got.status, want.status, "%s: status %d", rows[i].name, (int)got.status);
    }
}

/* What is printed with everything implied is the same scenario: event for event. */
Test(build, the_normalised_scenario_runs_the_same)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct lab_scenario l;
        struct buffer b;
        struct outcome first = run(rows[i].json), second;

        lab_read_text(&l, text_of(rows[i].json));
        buffer_init(&b, &l.memory);
        scenario_print_normalised(&l.s, false, &b);
        buffer_put_char(&b, '\0');
        second = run(b.at);
        cr_expect_eq(first.events, second.events, "%s: %d and %d events", rows[i].name,
                     (int)first.events, (int)second.events);
        cr_expect_eq(first.delivered, second.delivered, "%s", rows[i].name);
        lab_free(&l);
    }
}
