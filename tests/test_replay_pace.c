/*
 * Presentation time: every step has its moment, repeated ones less, gaps are named, five days are two
 * minutes; and what has been shown never changes.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/replay_film.h"

#define NONE     RECORDING_NONE
#define SECOND   INT64_C(1000000000)
#define FILM_MAX 120000.0 /* ms: T3 */

/* ---- every bundled scenario ------------------------------------------------------------------- */

static void check_order(const struct played *f, const char *name)
{
    const struct pace *p = &f->pace;
    double before = -1;

    cr_assert_eq(p->count, f->recording.count);
    for (uint32_t i = 1; i < p->count; i++)
        cr_assert(p->at_ms[i] >= p->at_ms[i - 1], "%s: record %u", name, i);
    for (uint32_t i = 0; i < f->steps.count; i++) {
        double at = pace_when(p, f->steps.items[i].record);

        cr_expect(at >= before + 10, "%s: step %u has no moment of its own", name, i);
        before = at;
    }
}

static void check_gaps(const struct played *f, const char *name)
{
    const struct pace *p = &f->pace;
    uint32_t g = 0;

    for (uint32_t i = 1; i < p->count; i++) {
        int64_t length =
            f->recording.lines[i].record->time_ns - f->recording.lines[i - 1].record->time_ns;

        if (length <= 2 * SECOND)
            continue;
        cr_assert(g < p->gap_count, "%s: the gap after record %u has no name", name, i - 1);
        cr_expect_eq(p->gaps[g].after, i - 1, "%s", name);
        cr_expect_eq(p->gaps[g].length_ns, length, "%s", name);
        cr_expect(p->gaps[g].start_ms >= p->at_ms[i - 1] && p->gaps[g].end_ms <= p->at_ms[i] &&
                      p->gaps[g].end_ms - p->gaps[g].start_ms >= 200,
                  "%s: gap %u", name, g);
        cr_expect_eq(pace_gap_at(p, p->gaps[g].start_ms + 1), &p->gaps[g]);
        cr_expect_neq(pace_gap_at(p, p->gaps[g].end_ms + 0.001), &p->gaps[g]);
        g++;
    }
    cr_expect_eq(g, p->gap_count, "%s", name);
}

/* No step passes unseen because all happens at once: in every second of film at most some twenty. */
static void check_density(const struct played *f, const char *name)
{
    const struct steps *s = &f->steps;

    for (uint32_t i = 0; i + 25 < s->count; i++)
        cr_expect(pace_when(&f->pace, s->items[i + 25].record) -
                          pace_when(&f->pace, s->items[i].record) >=
                      900,
                  "%s: 25 steps from step %u within a second", name, i);
}

static void check_film(struct replay_lab *l, const char *name)
{
    struct played f;
    double length;

    played_make(&f, l);
    length = pace_length(&f.pace);
    cr_expect(length < FILM_MAX, "%s takes %.0f s", name, length / 1000);
    cr_expect(length < 1100.0 * f.steps.count, "%s is stretched to %.0f s", name, length / 1000);
    check_order(&f, name);
    check_gaps(&f, name);
    check_density(&f, name);
}

Test(replay_pace, bundled)
{
    replay_lab_each(WATCHED_LAYERS, check_film);
}

/* ---- places ----------------------------------------------------------------------------------- */

static void check_places(const struct played *f, const struct pace *p)
{
    struct pace_place last = {.index = NONE};
    double end = pace_length(p);

    for (uint32_t i = 0; i < p->count; i++) {
        struct pace_place place = pace_place(p, pace_when(p, i));

        cr_assert(place.index >= i && p->at_ms[place.index] == p->at_ms[i]);
        cr_assert_float_eq(place.part, 0, 1e-9);
        cr_assert_eq(place.now_ns, f->recording.lines[place.index].record->time_ns);
    }
    for (double ms = 0; ms <= end; ms += end / 5000) {
        struct pace_place place = pace_place(p, ms);

        cr_assert(place.part >= 0 && place.part < 1);
        cr_assert(place.now_ns >= last.now_ns);
        cr_assert(last.index == NONE || place.index >= last.index);
        last = place;
    }
    cr_assert_eq(last.index, p->count - 1);
}

Test(replay_pace, places)
{
    struct replay_lab l;
    struct played f;

    replay_lab_run(&l, "closed-for-lunch", WATCHED_LAYERS);
    played_make(&f, &l);
    check_places(&f, &f.pace);
    check_places(&f, &f.truth);
    cr_expect_eq(pace_place(&f.pace, -1).index, NONE);
    /* The hosts are up when the film begins. */
    cr_expect(pace_place(&f.pace, 0).index >= l.cast.host_count);
    cr_expect(pace_place(&f.pace, 0).index < played_find(&f, NONE, TRACE_MAIL_COMPOSED, NULL));
    replay_lab_free(&l);
}

Test(replay_pace, the_true_clock_is_true)
{
    struct replay_lab l;
    struct played f;

    replay_lab_run(&l, "grey", WATCHED_LAYERS);
    played_make(&f, &l);
    for (uint32_t i = 0; i < f.truth.count; i++)
        cr_assert_float_eq(pace_when(&f.truth, i),
                           (double)f.recording.lines[i].record->time_ns / 1e6, 1e-6);
    cr_expect_eq(f.truth.gap_count, 0);
    replay_lab_free(&l);
}

Test(replay_pace, nothing_yet)
{
    struct replay_lab l;
    struct played f;

    replay_lab_run(&l, "my-first-letter", WATCHED_LAYERS);
    played_begin(&f, &l);
    cr_expect_eq(pace_place(&f.pace, 100).index, NONE);
    cr_expect(pace_length(&f.pace) > 0);
    cr_expect_null(pace_gap_at(&f.pace, 0));
    replay_lab_free(&l);
}

/* ---- growing ---------------------------------------------------------------------------------- */

static void check_growing(struct replay_lab *l, const char *name)
{
    struct played whole, f;

    played_make(&whole, l);
    played_begin(&f, l);
    while (f.recording.count < l->count) {
        played_grow(&f, (uint32_t)rand() % 97 + 1);
        for (uint32_t i = 0; i < f.pace.count; i++)
            cr_assert(f.pace.at_ms[i] == whole.pace.at_ms[i], "%s: record %u", name, i);
    }
    cr_expect_eq(f.pace.gap_count, whole.pace.gap_count);
    for (uint32_t i = 0; i < f.pace.gap_count; i++)
        cr_expect(f.pace.gaps[i].after == whole.pace.gaps[i].after &&
                  f.pace.gaps[i].end_ms == whole.pace.gaps[i].end_ms);
}

Test(replay_pace, growing_changes_nothing)
{
    srand(4);
    replay_lab_each(WATCHED_LAYERS, check_growing);
}

/* ---- ways ------------------------------------------------------------------------------------- */

static void check_way(const struct played *f, uint32_t from)
{
    uint32_t to = f->recording.lines[from].pair;
    double start = pace_when(&f->pace, from), last = 0;
    double end = to == NONE ? start + 2000 : pace_when(&f->pace, to);

    cr_assert_eq(pace_way(&f->pace, start - 1, from, to), 0);
    cr_assert_eq(pace_way(&f->pace, end, from, to), 1);
    for (double ms = start; ms < end; ms += 4) {
        double way = pace_way(&f->pace, ms, from, to);

        cr_assert(way >= last && way <= 1);
        last = way;
    }
}

Test(replay_pace, ways)
{
    struct replay_lab l;
    struct played f;
    uint32_t ways = 0;

    replay_lab_run(&l, "receipts", WATCHED_LAYERS); /* some things never arrive */
    played_make(&f, &l);
    for (uint32_t i = 0; i < f.recording.count; i++)
        if (f.recording.lines[i].travel && f.recording.lines[i].leaves) {
            check_way(&f, i);
            ways++;
        }
    cr_expect(ways > 100);
    replay_lab_free(&l);
}

/* ---- how long ---------------------------------------------------------------------------------- */

/* How long the nth command of that verb that `host` reads is on its way. */
static double way_of(const struct played *f, const char *verb, const char *host, int nth)
{
    for (uint32_t i = 0; i < f->recording.count; i++) {
        const struct recording_line *line = &f->recording.lines[i];

        if (line->record->kind == TRACE_SMTP_COMMAND && !line->leaves &&
            text_equal(line->record->where.host, text_of(host)) &&
            text_equal(RECORDING_DATA(line, smtp_command)->verb, text_of(verb)) && --nth == 0)
            return pace_when(&f->pace, i) - pace_when(&f->pace, line->pair);
    }
    cr_assert_fail("no such command: %s to %s", verb, host);
    return 0;
}

Test(replay_pace, the_first_is_slow_the_twentieth_quick)
{
    struct replay_lab l;
    struct played f;
    double first, second, fifth, twentieth;

    replay_lab_run_text(
        &l,
        TEXT("{\"smtplab\":1,\"title\":\"Many\",\"hosts\":{"
             "\"alice-pc\":{\"mua\":{\"mailbox\":\"alice@uni.example\",\"server\":\"mail.uni."
             "example\"}},"
             "\"mail.uni.example\":{\"msa\":{},\"mta\":{},\"mda\":{\"mailboxes\":[\"alice\"]}},"
             "\"mail.shop.example\":{\"mta\":{},\"mda\":{\"mailboxes\":[\"bob\"]}}},"
             "\"timeline\":[{\"at\":\"0s\",\"on\":\"alice-pc\",\"send\":{\"to\":\"bob@shop."
             "example\","
             "\"subject\":\"Hi\",\"times\":20,\"every\":\"10s\"}}]}"),
        WATCHED_LAYERS);
    played_make(&f, &l);
    first = way_of(&f, "EHLO", "mail.shop.example", 1);
    second = way_of(&f, "EHLO", "mail.shop.example", 2);
    fifth = way_of(&f, "EHLO", "mail.shop.example", 5);
    twentieth = way_of(&f, "EHLO", "mail.shop.example", 20);
    cr_expect(first >= 700 && first <= 1200, "%.0f", first);
    cr_expect(second < first && fifth < second, "%.0f, %.0f, %.0f", first, second, fifth);
    cr_expect(twentieth <= 150 && twentieth >= 20, "%.0f", twentieth);
    cr_expect(pace_length(&f.pace) < FILM_MAX);
    replay_lab_free(&l);
}

/* A letter is the slowest of what travels, and what does not travel has time to be looked at. */
Test(replay_pace, each_its_time)
{
    struct replay_lab l;
    struct played f;
    uint32_t i, next;
    double way;

    replay_lab_run(&l, "nobody-home", WATCHED_LAYERS);
    played_make(&f, &l);
    i = played_find(&f, NONE, TRACE_SMTP_DATA, "mail.uni.example");
    way = pace_when(&f.pace, i) - pace_when(&f.pace, f.recording.lines[i].pair);
    cr_expect(way >= 900 && way <= 1300, "%.0f", way);
    i = played_find(&f, NONE, TRACE_POLICY_DECISION, "mail.shop.example");
    next = steps_next(&f.steps, i, 1, STEP_ACT);
    cr_expect(pace_when(&f.pace, next) - pace_when(&f.pace, i) >= 600, "a refusal has its time");
    replay_lab_free(&l);
}

/* Two conversations side by side: while one is told the other goes on. */
Test(replay_pace, side_by_side)
{
    struct replay_lab l;
    struct played two, one;
    double alone;
#define HOSTS                                                                                      \
    "{\"smtplab\":1,\"title\":\"T\",\"hosts\":{"                                                   \
    "\"a-pc\":{\"mua\":{\"mailbox\":\"a@uni.example\",\"server\":\"mail.uni.example\"}},"          \
    "\"b-pc\":{\"mua\":{\"mailbox\":\"b@uni.example\",\"server\":\"mail.uni.example\"}},"          \
    "\"mail.uni.example\":{\"msa\":{},\"mta\":{},\"mda\":{\"mailboxes\":[\"a\",\"b\"]}}},"         \
    "\"timeline\":[{\"at\":\"0s\",\"on\":\"a-pc\",\"send\":{\"to\":\"b@uni.example\"}}"

    replay_lab_run_text(&l, TEXT(HOSTS "]}"), WATCHED_LAYERS);
    played_make(&one, &l);
    alone = pace_length(&one.pace);
    replay_lab_free(&l);
    replay_lab_run_text(
        &l, TEXT(HOSTS ",{\"at\":\"0s\",\"on\":\"b-pc\",\"send\":{\"to\":\"a@uni.example\"}}]}"),
        WATCHED_LAYERS);
    played_make(&two, &l);
    cr_expect(pace_length(&two.pace) < 1.6 * alone, "%.0f, alone %.0f", pace_length(&two.pace),
              alone);
    replay_lab_free(&l);
}
