/*
 * test_view_rules.c - gates, rulers, roads, ways back and open relays as the records have them.
 */
#include <math.h>

#include "render/stage/abuse.h"
#include "render/stage/arrivals.h"
#include "render/stage/flights.h"
#include "render/stage/gate.h"
#include "render/stage/road.h"
#include "render/stage/ruler.h"
#include "render/stage/way.h"
#include "tests/stage_lab.h"

static bool says(struct text words, const char *expected)
{
    return text_equal(words, text_of(expected));
}

/* ---- gates ------------------------------------------------------------------------------------ */

static const struct gate *gate_of(const struct gate *gates, uint32_t count, uint32_t record)
{
    for (uint32_t i = 0; i < count; i++)
        if (gates[i].record == record)
            return &gates[i];
    return NULL;
}

static enum gate_lamp lamp_for(struct text reason)
{
    return text_equal(reason, TEXT("network")) ? GATE_RANGE
           : text_equal(reason, TEXT("login")) ? GATE_LOGIN
           : text_equal(reason, TEXT("local")) ? GATE_OURS
                                               : GATE_LAMPS;
}

/* At each verdict on relaying its gate stands, with the lamp of its reason and no other. */
static void expect_gates(struct replay_lab *l, const char *name)
{
    struct stage s;
    struct gate gates[GATES_SHOWN];

    stage_open(&s, l, UINT32_MAX);
    for (uint32_t i = stage_find(&s, TRACE_POLICY_RELAY, 0); i != NONE;
         i = stage_find(&s, TRACE_POLICY_RELAY, i + 1)) {
        const struct trace_policy_relay *d = RECORDING_DATA(&s.recording.lines[i], policy_relay);
        stage_at(&s, pace_when(&s.pace, i) + 0.001);
        if (s.ui.moment.place.index != i)
            continue; /* others in the same instant are shown instead */
        const struct gate *g = gate_of(gates, gates_at(&s.ui, gates), i);
        cr_assert(g, "%s: record %u has no gate", name, i);
        cr_expect_eq(g->verdict, d->allowed ? GATE_OPEN : GATE_CLOSED);
        cr_expect_eq(g->lit, d->allowed ? lamp_for(d->reason) : GATE_LAMPS, "%s", name);
        cr_expect_eq(g->anyone, d->allowed && text_equal(d->reason, TEXT("anyone")));
        cr_expect(text_equal(gate_rule(&s.ui, g), d->rule));
    }
}

Test(gates, the_lamp_of_the_reason_is_lit)
{
    replay_lab_each(WATCHED_LAYERS, expect_gates);
}

static void expect_gates_of_now(struct stage *s)
{
    struct gate gates[GATES_SHOWN];
    uint32_t count = gates_at(&s->ui, gates);

    for (uint32_t i = 0; i < count; i++) {
        cr_assert_leq(gates[i].record, s->ui.moment.place.index);
        cr_assert(gates[i].alpha > 0 && gates[i].alpha <= 1);
        cr_assert(gates[i].reply == NONE || gates[i].reply <= s->ui.moment.place.index);
    }
}

Test(gates, they_stand_only_while_their_verdict_matters)
{
    stage_everywhere(expect_gates_of_now, 0);
}

/* ---- the ruler -------------------------------------------------------------------------------- */

static void expect_ruler_of_now(struct stage *s)
{
    struct ruler r;

    if (!ruler_at(&s->ui, &r))
        return;
    cr_assert_lt(r.start_ns, r.end_ns);
    cr_assert_geq(r.now_ns, r.start_ns);
    for (uint32_t i = 0; i < r.count; i++) {
        cr_assert_leq(r.ticks[i].record, s->ui.moment.place.index, "from the future");
        cr_assert(r.ticks[i].time_ns >= r.start_ns && r.ticks[i].time_ns <= r.end_ns);
        cr_assert(i == 0 || r.ticks[i].time_ns >= r.ticks[i - 1].time_ns);
    }
    if (r.next_ns >= 0)
        cr_assert_leq(r.next_ns, r.end_ns);
}

Test(ruler, shows_only_what_has_happened)
{
    stage_everywhere(expect_ruler_of_now, 0);
}

static uint32_t ticks_of(const struct ruler *r, enum ruler_kind kind)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < r->count; i++)
        count += r->ticks[i].kind == kind;
    return count;
}

Test(ruler, a_lunch_break_has_four_hourglasses_and_then_the_letter_is_taken)
{
    struct replay_lab l;
    struct stage s;
    struct ruler r;

    replay_lab_run(&l, "closed-for-lunch", WATCHED_LAYERS);
    stage_open(&s, &l, UINT32_MAX);
    s.ui.choice.mail = 0;
    uint32_t deferred = stage_find(&s, TRACE_QUEUE_DEFERRED, 0);
    stage_at(&s, pace_when(&s.pace, deferred) - 0.01);
    cr_expect_not(ruler_at(&s.ui, &r), "it has not had to wait");
    stage_at(&s, pace_when(&s.pace, deferred));
    cr_assert(ruler_at(&s.ui, &r));
    cr_expect_eq(r.host, stage_host(&s, "mail.uni.example"));
    cr_expect_eq(r.tries, 1);
    cr_expect_eq(r.ticks[0].code, 450);
    cr_expect_eq(r.next_ns,
                 RECORDING_DATA(&s.recording.lines[deferred], queue_deferred)->next_try_ns);
    stage_at(&s, pace_length(&s.pace));
    cr_assert(ruler_at(&s.ui, &r));
    cr_expect_eq(r.tries, 5);
    cr_expect_eq(ticks_of(&r, RULER_TRY), 5);
    cr_expect_eq(ticks_of(&r, RULER_TAKEN), 1);
    for (uint32_t i = 0; i < 4; i++)
        cr_expect(r.ticks[i].answered && r.ticks[i].code == 450);
    cr_expect(r.over && r.next_ns == -1);
    replay_lab_free(&l);
}

Test(ruler, too_late_has_a_flag_and_a_wall)
{
    struct replay_lab l;
    struct stage s;
    struct ruler r;

    replay_lab_run(&l, "too-late", WATCHED_LAYERS);
    stage_open(&s, &l, UINT32_MAX);
    s.ui.choice.mail = 0;
    stage_at(&s, pace_length(&s.pace));
    cr_assert(ruler_at(&s.ui, &r));
    cr_expect_eq(ticks_of(&r, RULER_WARNED), 1);
    cr_expect_eq(ticks_of(&r, RULER_EXPIRED), 1);
    cr_expect_eq(r.tries, 34);
    replay_lab_free(&l);
}

Test(ruler, times_are_short)
{
    static const struct {
        int64_t s;
        const char *says;
    } rows[] = {{0, "0 s"},           {59, "59 s"},   {300, "5 min"},  {3600, "1 h"},
                {5400, "1 h 30 min"}, {86400, "1 d"}, {432000, "5 d"}, {90000, "1 d 1 h"}};
    char out[32];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_expect(says(ruler_time(rows[i].s * 1000000000, out), rows[i].says), "%s", rows[i].says);
    struct ruler r = {.start_ns = 0, .end_ns = INT64_C(5) * 86400 * 1000000000};
    cr_expect_eq(ruler_step(&r, 6), INT64_C(86400) * 1000000000);
}

/* ---- roads ------------------------------------------------------------------------------------ */

static uint32_t roads(struct stage *s, struct road *out)
{
    static struct flight all[4096];
    struct gate gates[GATES_SHOWN];

    cr_assert_lt(flights_room(&s->ui), 4096);
    uint32_t n = flights_at(&s->ui, all, 4096), m = gates_at(&s->ui, gates);
    return roads_at(&s->ui, all, n, gates, m, out);
}

static void expect_roads(struct stage *s)
{
    struct road out[ROADS_SHOWN];
    struct gate gates[GATES_SHOWN];
    uint32_t count = roads(s, out), n = gates_at(&s->ui, gates);
    bool main = false;

    for (uint32_t i = 0; i < count; i++) {
        cr_assert(out[i].from != NONE && out[i].to != NONE);
        cr_assert(out[i].main || !main, "the main ones come last");
        main |= out[i].main;
        if (out[i].kind == ROAD_LOOKUP)
            cr_assert(!out[i].refused && !out[i].sealed);
        if (!out[i].refused || out[i].conn == NONE)
            continue;
        bool closed = false; /* dashed is a refused way and nothing else */
        for (uint32_t j = 0; j < n; j++)
            closed |= gates[j].verdict == GATE_CLOSED &&
                      s->recording.lines[gates[j].record].conn == out[i].conn;
        cr_assert(closed);
    }
    for (uint32_t i = 0; i < s->ui.moment.scene->conn_count; i++) {
        const struct scene_conn *c = &s->ui.moment.scene->conns[i];
        const struct recording_conn *conn = &s->recording.conns[c->conn];
        bool found = conn->client == NONE || conn->server == NONE;
        for (uint32_t j = 0; j < count; j++)
            found |= out[j].from == conn->client && out[j].to == conn->server;
        cr_assert(found, "an open connection has a road");
    }
}

Test(roads, each_open_connection_has_one_and_dashes_are_refusals)
{
    stage_everywhere(expect_roads, 0);
}

Test(roads, a_sealed_one_says_so)
{
    struct replay_lab l;
    struct stage s;
    struct road out[ROADS_SHOWN];
    char words[ROAD_WORDS];
    bool sealed = false, pulled = false;

    replay_lab_run(&l, "sealed-road", WATCHED_LAYERS);
    stage_open(&s, &l, UINT32_MAX);
    uint32_t tls = stage_find(&s, TRACE_TLS_STARTED, 0);
    tls = stage_find(&s, TRACE_TLS_STARTED, tls + 1); /* the other side, too */
    stage_at(&s, pace_when(&s.pace, tls) + 0.01);
    uint32_t count = roads(&s, out);
    for (uint32_t i = 0; i < count; i++)
        sealed |=
            out[i].sealed == 3 && says(road_words(&s.ui, &out[i], words), "TLS 1.3, port 587");
    cr_expect(sealed);
    replay_lab_free(&l);
    replay_lab_run(&l, "first-letter", WATCHED_LAYERS);
    stage_open(&s, &l, UINT32_MAX);
    stage_at(&s, pace_when(&s.pace, stage_find(&s, TRACE_POP3_REPLY, 0) + 2));
    count = roads(&s, out);
    for (uint32_t i = 0; i < count; i++)
        pulled |= out[i].kind == ROAD_PULL &&
                  says(road_words(&s.ui, &out[i], words), "POP3, not SMTP") &&
                  out[i].from == stage_host(&s, "bob-pc");
    cr_expect(pulled, "the arrow comes from the reader");
    replay_lab_free(&l);
}

/* ---- words ------------------------------------------------------------------------------------ */

/* What is written on the thing that left with that record. */
static struct text written(struct stage *s, uint32_t record, char *out)
{
    const struct recording_line *line = &s->recording.lines[record];
    struct flight f = {
        .sent = record, .end = NONE, .from = line->host, .to = line->other, .travel = line->travel};

    return flight_words(&s->ui, &f, out);
}

static void expect_written(struct stage *s, const char *words, bool once)
{
    char out[FLIGHT_WORDS];
    uint32_t found = 0;

    for (uint32_t i = 0; i < s->recording.count; i++)
        if (s->recording.lines[i].travel && s->recording.lines[i].leaves)
            found += says(written(s, i, out), words);
    cr_expect(once ? found == 1 : found > 0, "%s: %u", words, found);
}

Test(words, a_look_up_says_what_was_asked_and_answered)
{
    struct replay_lab l;
    struct stage s;

    replay_lab_run(&l, "first-letter", WATCHED_LAYERS);
    stage_open(&s, &l, UINT32_MAX);
    stage_at(&s, pace_length(&s.pace));
    expect_written(&s, "MX shop.example", true);
    expect_written(&s, "MX 10 mx.shop", true);
    expect_written(&s, "A mx.shop", true);
    expect_written(&s, "198.51.100.10", true);
    expect_written(&s, "RCPT bob", false);
    expect_written(&s, "354", false);
    expect_written(&s, "letter", false);
    expect_written(&s, "+OK", false);
    replay_lab_free(&l);
    replay_lab_run(&l, "not-the-shortest", WATCHED_LAYERS);
    stage_open(&s, &l, UINT32_MAX);
    stage_at(&s, pace_length(&s.pace));
    expect_written(&s, "MX 10 far.shop, 20 near.shop", false);
    replay_lab_free(&l);
}

/* ---- the way back ----------------------------------------------------------------------------- */

Test(way, a_report_has_stops_of_its_own)
{
    struct replay_lab l;
    struct stage s;
    struct way w;

    replay_lab_run(&l, "the-way-back", WATCHED_LAYERS);
    stage_open(&s, &l, UINT32_MAX);
    s.ui.choice.mail = 0;
    stage_at(&s, pace_length(&s.pace));
    cr_expect_not(way_at(&s.ui, &w), "the letter is no report");
    s.ui.choice.mail = s.recording.lines[stage_find(&s, TRACE_MAIL_NDR, 0)].mail;
    cr_assert(way_at(&s.ui, &w));
    cr_expect_eq(w.about, 0);
    cr_expect_eq(w.writer, stage_host(&s, "mx.shop.example"));
    cr_expect_eq(w.failed, stage_host(&s, "store.shop.example"));
    cr_expect(says(w.recipient, "nobody@shop.example"));
    cr_expect_eq(w.out_count, 3);
    cr_assert_eq(w.back_count, 2);
    cr_expect(w.back[0].from == w.writer && w.back[0].to == stage_host(&s, "mx.uni.example"));
    cr_expect(w.back[1].from == w.back[0].to &&
              w.back[1].to == stage_host(&s, "store.uni.example"));
    for (uint32_t i = 0; i < w.out_count; i++)
        for (uint32_t j = 0; j < w.back_count; j++)
            cr_expect(w.out[i].from != w.back[j].to || w.out[i].to != w.back[j].from,
                      "it does not go back the way it came");
    replay_lab_free(&l);
}

/* ---- open relays ------------------------------------------------------------------------------ */

Test(abuse, one_letter_in_and_as_many_out_as_were_relayed)
{
    struct replay_lab l;
    struct stage s;
    struct abuse a;
    uint32_t relayed = 0;

    replay_lab_run(&l, "open-door", WATCHED_LAYERS);
    stage_open(&s, &l, UINT32_MAX);
    uint32_t mail = s.recording.lines[stage_find(&s, TRACE_MAIL_COMPOSED, 0)].mail;
    s.ui.choice.mail = mail;
    for (uint32_t i = 0; i < s.recording.count; i++) {
        const struct recording_line *line = &s.recording.lines[i];
        if (line->mail != mail)
            continue;
        stage_at(&s, pace_when(&s.pace, i));
        if (s.ui.moment.place.index != i)
            continue;
        relayed = 0;
        for (uint32_t j = 0; j <= i; j++)
            relayed += s.recording.lines[j].mail == mail &&
                       s.recording.lines[j].record->kind == TRACE_MAIL_RELAYED &&
                       s.recording.lines[j].host == stage_host(&s, "mail.uni.example");
        if (abuse_at(&s.ui, &a))
            cr_assert_eq(a.out, relayed, "record %u", i);
        else
            cr_assert_eq(relayed, 0);
    }
    cr_assert(abuse_at(&s.ui, &a));
    cr_expect_eq(a.host, stage_host(&s, "mail.uni.example"));
    cr_expect_eq(a.from, stage_host(&s, "bulk.test"));
    cr_expect_eq(a.recipients, 4);
    cr_expect_eq(relayed, 4);
    cr_expect_eq(a.way_count, 2);
    s.ui.choice.mail = NONE;
    replay_lab_free(&l);
}

Test(abuse, honest_mail_waits_behind_it)
{
    struct replay_lab l;
    struct stage s;
    struct abuse_bar bar;
    char out[ABUSE_WORDS];

    replay_lab_run(&l, "open-door", WATCHED_LAYERS);
    stage_open(&s, &l, UINT32_MAX);
    uint32_t host = stage_host(&s, "mail.uni.example"), i = 0;
    for (uint32_t next = 0; next != NONE; next = stage_find(&s, TRACE_QUEUE_DEFERRED, next + 1))
        i = next; /* the last deferral: both wait */
    stage_at(&s, pace_when(&s.pace, i));
    cr_assert(abuse_bar_at(&s.ui, host, &bar));
    cr_expect(bar.count == 2 && bar.spam[0] && !bar.spam[1] && bar.honest == 1);
    cr_expect(
        says(abuse_bar_words(&s.ui, &bar, out), "Alice's letter waits behind 1 of a stranger"));
    stage_at(&s, pace_length(&s.pace));
    cr_expect_not(abuse_bar_at(&s.ui, host, &bar));
    replay_lab_free(&l);
}

Test(abuse, the_plate_hangs_while_the_list_has_the_address)
{
    struct replay_lab l;
    struct stage s;
    char out[ABUSE_WORDS];

    replay_lab_run(&l, "blamed", WATCHED_LAYERS);
    stage_open(&s, &l, UINT32_MAX);
    uint32_t listed = stage_find(&s, TRACE_LIST_LISTED, 0),
             gone = stage_find(&s, TRACE_LIST_DELISTED, listed),
             host = stage_host(&s, "mail.uni.example");
    stage_at(&s, pace_when(&s.pace, listed) - 0.01);
    cr_expect_eq(abuse_plate(&s.ui, host, out).size, 0);
    stage_at(&s, pace_when(&s.pace, listed));
    cr_expect(says(abuse_plate(&s.ui, host, out), "listed by bl.example"));
    stage_at(&s, pace_when(&s.pace, gone));
    cr_expect_eq(abuse_plate(&s.ui, host, out).size, 0);
    replay_lab_free(&l);
}

/* ---- arrivals --------------------------------------------------------------------------------- */

/* Each delivery, deferral and failure is pictured at its host when it happens. */
static void expect_pictures(struct replay_lab *l, const char *name)
{
    struct stage s;
    struct arrival shown[ARRIVALS_SHOWN];
    char out[ARRIVAL_WORDS];

    stage_open(&s, l, UINT32_MAX);
    for (uint32_t i = 0; i < s.recording.count; i++) {
        unsigned kind = (unsigned)s.recording.lines[i].record->kind;
        bool found = false;
        if (kind != TRACE_MAIL_DELIVERED && kind != TRACE_QUEUE_DEFERRED &&
            kind != TRACE_QUEUE_BOUNCED && kind != TRACE_QUEUE_EXPIRED)
            continue;
        stage_at(&s, pace_when(&s.pace, i));
        uint32_t count = arrivals_at(&s.ui, shown);
        for (uint32_t j = 0; j < count; j++) {
            found |= shown[j].host == s.recording.lines[i].host;
            if (shown[j].kind != ARRIVAL_COMPOSED)
                cr_expect_gt(arrival_words(&s.ui, &shown[j], out).size, 0, "%s", name);
        }
        cr_assert(found, "%s: record %u", name, i);
    }
}

Test(arrivals, each_end_is_pictured_where_it_happens)
{
    replay_lab_each(WATCHED_LAYERS, expect_pictures);
}
