/*
 * test_view_moving.c - what moves on the map is what the records say, and nothing else.
 *
 * No pixels: what is to be drawn and where it is come from functions that a test can ask.
 */
#include <math.h>
#include <stdlib.h>

#include "render/stage/arrivals.h"
#include "render/stage/duty.h"
#include "render/stage/flights.h"
#include "render/stage/gate.h"
#include "render/stage/road.h"
#include "tests/stage_lab.h"

static struct flight *flights(struct stage *s, uint32_t *count)
{
    uint32_t room = flights_room(&s->ui);
    struct flight *out = calloc(room + 1, sizeof *out);

    *count = flights_at(&s->ui, out, room);
    cr_assert_leq(*count, room);
    return out;
}

/* ---- flights ---------------------------------------------------------------------------------- */

static void expect_place(struct stage *s, const struct flight *f)
{
    const struct recording_line *line = &s->recording.lines[f->sent];
    double part = pace_way(&s->pace, s->ui.moment.ms, f->sent, line->pair);

    if (line->pair == NONE)
        cr_assert_float_eq(f->part, part / 2, 1e-9);
    else
        cr_assert_float_eq(f->part, part, 1e-9);
    cr_assert(f->from == line->host && f->to == line->other && f->travel == line->travel);
}

static void expect_each_once(struct stage *s)
{
    const struct scene *scene = s->ui.moment.scene;
    uint32_t count, away = 0;
    struct flight *all = flights(s, &count);

    for (uint32_t i = 0; i < count; i++) {
        bool under_way = false;
        for (uint32_t j = 0; j < scene->flight_count; j++)
            under_way |= scene->flights[j].sent == all[i].sent;
        away += under_way;
        if (under_way)
            expect_place(s, &all[i]);
        else
            cr_assert_neq(all[i].state, FLIGHT_AWAY, "record %u has ended", all[i].sent);
        for (uint32_t j = 0; j < i; j++)
            cr_assert_neq(all[i].sent, all[j].sent, "record %u twice", all[i].sent);
    }
    cr_assert_eq(away, scene->flight_count, "at %u", s->ui.moment.place.index);
    free(all);
}

Test(flights, each_is_drawn_once_where_the_clock_says)
{
    stage_everywhere(expect_each_once, 12);
}

static void expect_counted(struct stage *s)
{
    uint32_t count, main = 0, sum = 0;
    struct flight *all = flights(s, &count);
    struct flow flows[64];
    uint32_t *way = calloc(count + 1, sizeof *way);
    uint32_t ways = flows_of(all, count, flows, 64, way);

    for (uint32_t i = 0; i < count; i++)
        main += all[i].main;
    for (uint32_t i = 0; i < ways; i++) {
        sum += flows[i].letters + flows[i].lines + flows[i].lookups;
        for (uint32_t j = 0; j < i; j++)
            cr_assert(flows[i].from != flows[j].from || flows[i].to != flows[j].to);
    }
    cr_assert_eq(sum + main, count);
    for (uint32_t i = 0; i < count; i++)
        if (all[i].main)
            cr_assert_eq(way[i], RECORDING_NONE);
        else
            cr_assert(way[i] < ways && flows[way[i]].from == all[i].from &&
                      flows[way[i]].to == all[i].to);
    free(way);
    cr_assert_leq(main, 10 + FLIGHTS_LANDED + FLIGHTS_LOST);
    free(all);
}

Test(flights, what_is_not_of_the_story_is_counted_by_its_way)
{
    stage_everywhere(expect_counted, 0);
}

Test(flights, a_crowd_is_counted_without_loss)
{
    enum { MANY = 5000, ROOM = 50 };
    struct flight *all = calloc(MANY, sizeof *all);
    struct flow flows[ROOM];
    uint32_t sum = 0;

    for (uint32_t i = 0; i < MANY; i++)
        all[i] = (struct flight){.from = i % 23, .to = 100 + i % 7, .travel = TRAVEL_MESSAGE};
    uint32_t ways = flows_of(all, MANY, flows, ROOM, NULL); /* more ways than there is room for */
    cr_assert_eq(ways, ROOM);
    for (uint32_t i = 0; i < ways; i++)
        sum += flows[i].letters;
    cr_assert_eq(sum, MANY);
    free(all);
}

/* ---- losses ----------------------------------------------------------------------------------- */

static void expect_reasons(struct stage *s)
{
    char out[FLIGHT_WORDS];
    uint32_t count;
    struct flight *all = flights(s, &count);

    for (uint32_t i = 0; i < count; i++) {
        bool ended = all[i].state == FLIGHT_LOST || all[i].state == FLIGHT_PACKET;
        struct text why = flight_reason(&s->ui, &all[i], out);
        cr_assert_eq(why.size > 0, ended, "record %u", all[i].sent);
        if (ended)
            cr_assert_leq(all[i].end, s->ui.moment.place.index, "known before it happened");
    }
    free(all);
}

Test(losses, each_has_its_reason_from_a_record)
{
    stage_everywhere(expect_reasons, 12);
}

static bool shown_lost(struct stage *s, uint32_t sent, uint32_t *lost)
{
    uint32_t count;
    struct flight *all = flights(s, &count);
    bool found = false;

    *lost = 0;
    for (uint32_t i = 0; i < count; i++) {
        bool ended = all[i].state == FLIGHT_LOST || all[i].state == FLIGHT_PACKET;
        *lost += ended;
        found |= ended && all[i].sent == sent && all[i].alpha > 0;
    }
    free(all);
    return found;
}

/* Whatever is lost is seen to be lost when a record says so, unless much else is lost just then. */
static void all_seen(struct replay_lab *l, const char *name)
{
    struct stage s;

    stage_open(&s, l, UINT32_MAX);
    for (uint32_t i = 0; i < s.recording.count; i++) {
        const struct recording_line *line = &s.recording.lines[i];
        bool told = line->record->kind == TRACE_TCP_FAILED ||
                    (line->record->kind == TRACE_NET_DROPPED && !line->settles);
        uint32_t when = told ? i : line->over, lost;
        if (!told && !line->lost)
            continue;
        stage_at(&s, pace_when(&s.pace, when) + 0.01);
        cr_assert(shown_lost(&s, i, &lost) || lost == FLIGHTS_LOST, "%s: record %u was lost unseen",
                  name, i);
    }
}

Test(losses, none_vanishes)
{
    replay_lab_each(WATCHED_LAYERS, all_seen);
    replay_lab_swarm(100, 12, WATCHED_LAYERS, all_seen);
}

/* ---- the veil --------------------------------------------------------------------------------- */

static void expect_same_flights(struct stage *a, struct stage *b)
{
    uint32_t n, m;
    struct flight *x = flights(a, &n), *y = flights(b, &m);

    cr_assert_eq(n, m, "veil %u: %u things instead of %u", a->ui.moment.veil, n, m);
    for (uint32_t i = 0; i < n; i++) {
        cr_assert(x[i].sent == y[i].sent && x[i].end == y[i].end && x[i].state == y[i].state &&
                      x[i].main == y[i].main,
                  "veil %u", a->ui.moment.veil);
        cr_assert_float_eq(x[i].part, y[i].part, 1e-9, "veil %u: record %u hints",
                           a->ui.moment.veil, x[i].sent);
    }
    free(x);
    free(y);
}

static void expect_same_beside(struct stage *a, struct stage *b)
{
    struct gate g[GATES_SHOWN], h[GATES_SHOWN];
    struct arrival p[ARRIVALS_SHOWN], q[ARRIVALS_SHOWN];
    uint32_t n = gates_at(&a->ui, g), m = arrivals_at(&a->ui, p);

    cr_assert_eq(n, gates_at(&b->ui, h));
    for (uint32_t i = 0; i < n; i++)
        cr_assert(g[i].record == h[i].record && g[i].reply == h[i].reply &&
                  fabs(g[i].alpha - h[i].alpha) < 1e-9);
    cr_assert_eq(m, arrivals_at(&b->ui, q));
    for (uint32_t i = 0; i < m; i++)
        cr_assert_eq(p[i].record, q[i].record);
}

/* Before a veil the picture is that of a run which has no more records: nothing hints at them. */
static void expect_no_hint(struct replay_lab *l, uint32_t step)
{
    struct stage all, part;

    stage_open(&all, l, UINT32_MAX);
    for (uint32_t veil = 1; veil < all.recording.count; veil += step) {
        stage_open(&part, l, veil);
        all.ui.moment.veil = part.ui.moment.veil = veil;
        double end = pace_when(&all.pace, veil), last = pace_when(&all.pace, veil - 1);
        for (int i = 0; i < 3; i++) {
            double ms = i < 2 ? last - i * 300 : (last + end) / 2;
            if (ms < 0 || ms >= end)
                continue;
            stage_at(&all, ms);
            stage_at(&part, ms);
            expect_same_flights(&all, &part);
            expect_same_beside(&all, &part);
        }
    }
}

static void no_hint(struct replay_lab *l, const char *name)
{
    (void)name;
    expect_no_hint(l, 1 + l->count / 40);
}

Test(veil, nothing_hints_at_what_a_question_hides)
{
    static const char *const names[] = {"two-copies", "receipts", "sealed-road", "too-late",
                                        "smuggled"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct replay_lab l;
        replay_lab_run(&l, names[i], WATCHED_LAYERS);
        expect_no_hint(&l, 5);
        replay_lab_free(&l);
    }
    replay_lab_swarm(100, 12, WATCHED_LAYERS, no_hint);
}

/* ---- reduced motion --------------------------------------------------------------------------- */

static void expect_still(struct stage *s)
{
    uint32_t count;

    s->ui.wish.still = true;
    struct flight *all = flights(s, &count);
    for (uint32_t i = 0; i < count; i++)
        cr_assert(all[i].part >= 1 || fabs(all[i].part - 0.5) < 1e-9);
    free(all);
}

Test(still, things_stand_on_their_way_or_at_its_end)
{
    stage_everywhere(expect_still, 0);
}

/* ---- batons ----------------------------------------------------------------------------------- */

static void expect_holders(struct stage *s, uint32_t mail)
{
    const struct scene *scene = s->ui.moment.scene;
    struct duty_holder holders[DUTY_HOLDERS];
    uint32_t count = duty_holders(&s->ui, mail, holders, DUTY_HOLDERS), held = 0, duties = 0;

    for (uint32_t i = 0; i < count; i++) {
        held += holders[i].recipients;
        for (uint32_t j = 0; j < i; j++)
            cr_assert_neq(holders[i].host, holders[j].host);
    }
    for (uint32_t i = 0; i < scene->duty_count; i++) {
        const struct scene_duty *d = &scene->duties[i];
        bool found = false;
        if (d->mail != mail)
            continue;
        duties++;
        for (uint32_t j = 0; j < count; j++)
            found |= holders[j].host == d->host;
        cr_assert(found);
    }
    cr_assert_eq(held, duties);
}

static void expect_batons(struct stage *s)
{
    for (uint32_t mail = 0; mail < s->recording.mail_count; mail++)
        expect_holders(s, mail);
}

Test(batons, they_are_where_the_custodies_are)
{
    stage_everywhere(expect_batons, 12);
}

Test(batons, in_doubt_there_are_two_halves)
{
    struct replay_lab l;
    struct stage s;
    struct duty_holder h[DUTY_HOLDERS];
    char out[DUTY_WORDS];

    replay_lab_run(&l, "first-letter", WATCHED_LAYERS);
    stage_open(&s, &l, UINT32_MAX);
    uint32_t overlap = stage_find(&s, TRACE_CUSTODY_OVERLAP, 0);
    stage_at(&s, pace_when(&s.pace, overlap) + 0.01);
    cr_assert_eq(duty_holders(&s.ui, 0, h, DUTY_HOLDERS), 2);
    for (int i = 0; i < 2; i++) {
        cr_expect(h[i].doubt);
        cr_expect(text_equal(duty_words(&s.ui, &h[i], 2, out), TEXT("in doubt")));
    }
    cr_expect(h[0].taker != h[1].taker, "one half each");
    uint32_t closed = stage_find(&s, TRACE_CUSTODY_CLOSED, overlap);
    stage_at(&s, pace_when(&s.pace, closed) + 0.01);
    cr_assert_eq(duty_holders(&s.ui, 0, h, DUTY_HOLDERS), 1);
    cr_expect_not(h[0].doubt);
    cr_expect_eq(h[0].from, stage_host(&s, "alice-pc"), "it flies from there");
    cr_expect(text_equal(duty_words(&s.ui, &h[0], 1, out), TEXT("has it: submit.uni")));
    replay_lab_free(&l);
}

/* Between the reading of a final dot and another record both ends hold half a baton. */
static void expect_doubt(struct stage *s, uint32_t from, uint32_t to)
{
    struct duty_holder h[DUTY_HOLDERS];
    uint32_t mail = s->recording.lines[from].mail;

    for (uint32_t i = from; i < to; i++) {
        bool giver = false, taker = false;
        stage_at(s,
                 pace_when(&s->pace, i) + (pace_when(&s->pace, to) - pace_when(&s->pace, i)) / 2);
        if (s->ui.moment.place.index < from || s->ui.moment.place.index >= to)
            continue;
        uint32_t count = duty_holders(&s->ui, mail, h, DUTY_HOLDERS);
        for (uint32_t k = 0; k < count; k++) {
            giver |= h[k].doubt && !h[k].taker && h[k].host == s->recording.lines[from].other;
            taker |= h[k].doubt && h[k].taker && h[k].host == s->recording.lines[from].host;
        }
        cr_assert(giver && taker, "record %u, of %u to %u", i, from, to);
    }
}

/* The first reply to the end of that message that its client read, or NONE: it was lost. */
static uint32_t reply_read(const struct stage *s, uint32_t dot)
{
    for (uint32_t i = dot; i != NONE; i = s->recording.lines[i].conn_after) {
        const struct recording_line *line = &s->recording.lines[i];
        if (line->record->kind == TRACE_SMTP_REPLY && !line->leaves &&
            text_equal(RECORDING_DATA(line, smtp_reply)->to, TEXT("message")))
            return i;
    }
    return NONE;
}

Test(batons, from_the_final_dot_to_the_reading_of_its_reply_it_is_in_doubt)
{
    static const char *const names[] = {"open-door", "one-house-many-roles", "sealed-road",
                                        "two-copies"};

    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
        struct replay_lab l;
        struct stage s;
        uint32_t dots = 0;

        replay_lab_run(&l, names[n], WATCHED_LAYERS);
        stage_open(&s, &l, UINT32_MAX);
        for (uint32_t i = stage_find(&s, TRACE_SMTP_DATA, 0); i != NONE;
             i = stage_find(&s, TRACE_SMTP_DATA, i + 1)) {
            uint32_t end = reply_read(&s, i);
            if (s.recording.lines[i].leaves || end == NONE ||
                RECORDING_DATA(&s.recording.lines[end], smtp_reply)->code != 250)
                continue;
            dots++;
            expect_doubt(&s, i, end);
        }
        cr_expect_gt(dots, 1, "%s", names[n]);
        replay_lab_free(&l);
    }
}

Test(batons, while_its_250_is_lost_it_stays_in_doubt)
{
    struct replay_lab l;
    struct stage s;
    uint32_t dot, again = NONE;

    replay_lab_run(&l, "two-copies", WATCHED_LAYERS);
    stage_open(&s, &l, UINT32_MAX);
    for (dot = stage_find(&s, TRACE_SMTP_DATA, 0);
         s.recording.lines[dot].leaves || reply_read(&s, dot) != NONE;
         dot = stage_find(&s, TRACE_SMTP_DATA, dot + 1))
        cr_assert_neq(dot, NONE);
    for (uint32_t i = dot; i < s.recording.count && again == NONE; i++) { /* it tries again */
        const struct recording_line *line = &s.recording.lines[i];
        if (line->record->kind == TRACE_CUSTODY_CLOSED &&
            line->host == s.recording.lines[dot].other)
            again = i;
    }
    cr_assert_neq(again, NONE);
    expect_doubt(&s, dot, again);
    replay_lab_free(&l);
}

Test(batons, the_strip_names_all_holders_in_their_order)
{
    static const char *const hosts[] = {"alice-pc", "submit.uni.example", "mail.uni.example",
                                        "mx.shop.example", "store.shop.example"};
    struct replay_lab l;
    struct stage s;
    struct duty_stop stops[DUTY_STOPS];
    uint32_t skipped;

    replay_lab_run(&l, "first-letter", WATCHED_LAYERS);
    stage_open(&s, &l, UINT32_MAX);
    stage_at(&s, pace_length(&s.pace));
    s.ui.choice.mail = 0;
    uint32_t count = duty_stops(&s.ui, 0, stops, DUTY_STOPS, &skipped);
    cr_assert(count >= 4 && count <= 5, "%u", count);
    for (uint32_t i = 0; i < count; i++)
        cr_expect_eq(stops[i].host, stage_host(&s, hosts[i]), "%s", hosts[i]);
    cr_expect_eq(stops[count - 1].end, DUTY_DELIVERED);
    cr_expect_not(stops[count - 1].now);
    count = duty_stops(&s.ui, 0, stops, 2, &skipped); /* a short strip has the last ones */
    cr_expect_eq(count, 2);
    cr_expect_gt(skipped, 0);
    cr_expect_eq(stops[1].end, DUTY_DELIVERED);
    replay_lab_free(&l);
}
