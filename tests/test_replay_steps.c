/*
 * Steps and chapters: what is worth a stop, in which order, and how to get there.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/replay/record.h"
#include "tests/replay_film.h"

#define NONE RECORDING_NONE

static uint32_t step_of(const struct played *f, uint32_t record)
{
    uint32_t i = steps_at(&f->steps, record);

    return i != NONE && f->steps.items[i].record == record ? i : NONE;
}

/* ---- every bundled scenario ------------------------------------------------------------------- */

static void check_kinds(const struct played *f, const char *name)
{
    for (uint32_t i = 0; i < f->recording.count; i++) {
        const struct recording_line *line = &f->recording.lines[i];
        unsigned is = steps_is(&f->recording, i);
        uint32_t step = step_of(f, i);

        cr_assert_eq(step != NONE, is != 0, "%s: record %u", name, i);
        cr_assert(step == NONE || (f->steps.items[step].is & ~(unsigned)STEP_STOP) == is);
        switch ((int)line->record->kind) {
        case TRACE_SMTP_REPLY: /* where it is read */
            cr_assert_eq(is != 0, !line->leaves, "%s: record %u", name, i);
            if (is && RECORDING_DATA(line, smtp_reply)->code >= 400)
                cr_assert(is & STEP_TROUBLE && is & STEP_REPLY);
            break;
        case TRACE_SMTP_COMMAND:
        case TRACE_SMTP_DATA: cr_assert_eq(is != 0, !line->leaves, "%s: record %u", name, i); break;
        case TRACE_MAIL_DELIVERED:
        case TRACE_MAIL_ACCEPTED:
        case TRACE_MAIL_COLLECTED: cr_assert(is & STEP_HOP, "%s: record %u", name, i); break;
        case TRACE_POLICY_RELAY:
        case TRACE_DNS_MX_CHOSEN: cr_assert(is & STEP_DECISION, "%s: record %u", name, i); break;
        case TRACE_SIM_FAULT:
        case TRACE_QUEUE_DEFERRED:
        case TRACE_QUEUE_BOUNCED:
        case TRACE_QUEUE_EXPIRED:
        case TRACE_HOST_CRASHED: cr_assert(is & STEP_TROUBLE, "%s: record %u", name, i); break;
        case TRACE_MAIL_NDR: cr_assert(is & STEP_ACT, "%s: record %u", name, i); break;
        case TRACE_SMTP_STATE:
        case TRACE_CUSTODY_OPENED:
        case TRACE_MAIL_CONTENT:
        case TRACE_QUEUE_ENTERED: cr_assert_eq(is, 0, "%s: record %u", name, i); break;
        default: break;
        }
        cr_assert(is == 0 || is & STEP_ACT);
    }
}

static void check_chapters(const struct played *f, const char *name)
{
    const struct steps *s = &f->steps;
    uint32_t next = 0;

    cr_expect(s->chapter_count <= 40, "%s has %u chapters", name, s->chapter_count);
    cr_expect(s->chapter_count >= 3, "%s has %u chapters", name, s->chapter_count);
    for (uint32_t i = 0; i < s->chapter_count; i++) {
        cr_assert_eq(s->chapters[i].first_step, next, "%s: chapter %u", name, i);
        cr_assert(s->chapters[i].step_count > 0);
        cr_assert(strlen(chapter_name(s->chapters[i].kind)) > 0);
        next += s->chapters[i].step_count;
    }
    cr_assert_eq(next, s->count, "%s", name);
}

static void check_moves(const struct played *f, unsigned is)
{
    const struct steps *s = &f->steps;
    uint32_t there[4096], count = 0;

    for (uint32_t at = steps_next(s, NONE, 1, is); at != NONE; at = steps_next(s, at, 1, is)) {
        cr_assert(count < 4096 && steps_is(&f->recording, at) & is);
        there[count++] = at;
    }
    for (uint32_t at = steps_next(s, f->recording.count, -1, is); at != NONE;
         at = steps_next(s, at, -1, is)) {
        cr_assert(count > 0);
        cr_assert_eq(at, there[--count]);
    }
    cr_assert_eq(count, 0);
}

static void check_steps(struct replay_lab *l, const char *name)
{
    struct played f;

    played_make(&f, l);
    check_kinds(&f, name);
    check_chapters(&f, name);
    check_moves(&f, STEP_ACT);
    check_moves(&f, STEP_REPLY);
    check_moves(&f, STEP_HOP | STEP_DECISION);
    check_moves(&f, STEP_TROUBLE);
}

Test(replay_steps, bundled)
{
    replay_lab_each(WATCHED_LAYERS, check_steps);
}

static void check_growing(struct replay_lab *l, const char *name)
{
    struct played whole, f;

    played_make(&whole, l);
    played_begin(&f, l);
    while (f.recording.count < l->count)
        played_grow(&f, (uint32_t)rand() % 61 + 1);
    cr_assert_eq(f.steps.count, whole.steps.count, "%s", name);
    for (uint32_t i = 0; i < f.steps.count; i++)
        cr_assert_eq(f.steps.items[i].record, whole.steps.items[i].record);
    for (uint32_t i = 0; i < f.steps.chapter_count && i < whole.steps.chapter_count; i++)
        cr_assert(f.steps.chapters[i].kind == whole.steps.chapters[i].kind &&
                      f.steps.chapters[i].step_count == whole.steps.chapters[i].step_count,
                  "%s: chapter %u, record %u", name, i,
                  whole.steps.items[whole.steps.chapters[i].first_step].record);
    cr_assert_eq(f.steps.chapter_count, whole.steps.chapter_count, "%s", name);
}

Test(replay_steps, growing)
{
    srand(5);
    replay_lab_each(WATCHED_LAYERS, check_growing);
}

/* ---- one film --------------------------------------------------------------------------------- */

Test(replay_steps, chapters_of_a_first_letter)
{
    static const char *const names[] = {"Submit", "DNS", "Connect", "Envelope",
                                        "Data",   "DNS", "Connect", "Envelope",
                                        "Data",   "DNS", "Deliver", "Collect"};
    struct replay_lab l;
    struct played f;

    replay_lab_run(&l, "first-letter", WATCHED_LAYERS);
    played_make(&f, &l);
    cr_assert_eq(f.steps.chapter_count, sizeof names / sizeof *names);
    for (uint32_t i = 0; i < f.steps.chapter_count; i++)
        cr_expect_str_eq(chapter_name(f.steps.chapters[i].kind), names[i], "chapter %u", i);
    replay_lab_free(&l);
}

/* ---- names of chapters ------------------------------------------------------------------------ */

static void put_names(struct buffer *out, const struct steps *s, bool host)
{
    for (uint32_t i = 0; i < s->chapter_count; i++) {
        buffer_put_string(out, i > 0 ? " | " : "");
        steps_put_name(out, s, i, host);
    }
}

static void check_names(struct replay_lab *l, const char *name)
{
    struct played f;
    struct buffer names[2][40];

    played_make(&f, l);
    for (uint32_t i = 0; i < f.steps.chapter_count; i++)
        for (int host = 0; host < 2; host++) {
            buffer_init(&names[host][i], l->memory);
            steps_put_name(&names[host][i], &f.steps, i, host);
            cr_expect(names[host][i].size > 0 && names[host][i].size <= (host ? 40 : 17),
                      "%s: \"%.*s\"", name, TEXT_ARG(buffer_text(&names[host][i])));
            for (uint32_t k = 0; k < i; k++)
                cr_expect(!text_equal(buffer_text(&names[host][i]), buffer_text(&names[host][k])),
                          "%s: two chapters are \"%.*s\"", name,
                          TEXT_ARG(buffer_text(&names[host][i])));
        }
}

Test(replay_steps, no_two_chapters_have_one_name)
{
    replay_lab_each(WATCHED_LAYERS, check_names);
}

static void names_are(const char *scenario, bool host, const char *want)
{
    struct replay_lab l;
    struct played f;
    struct buffer names;

    replay_lab_run(&l, scenario, WATCHED_LAYERS);
    played_make(&f, &l);
    buffer_init(&names, l.memory);
    put_names(&names, &f.steps, host);
    cr_expect(text_equal(buffer_text(&names), text_of(want)), "%s: %.*s", scenario,
              TEXT_ARG(buffer_text(&names)));
    replay_lab_free(&l);
}

Test(replay_steps, names_of_chapters)
{
    names_are(
        "open-door", false,
        "Letter 1 | Letter 2 | Letter 3 | Letter 4 | Letter 5 | Submit | Connect | Envelope | "
        "Data | Wait | Letter 5, part 2 | Wait 2 | Relay | Wait 3 | Letter 5, part 3 | Wait 4 | "
        "Relay 2 | Deliver");
    names_are("too-late", true,
              "Before: mail.shop | Submit: alice-pc | DNS: mail.uni | Wait: mail.uni | "
              "Report: mail.uni | Wait 2: mail.uni | Report 2: mail.uni");
}

/* ---- what is worth a stop --------------------------------------------------------------------- */

/* A clicker is through a lesson in some dozens of clicks, and at the first question sooner. */
static void check_stops(struct replay_lab *l, const char *name)
{
    struct played f;
    uint32_t stops = 0;

    played_make(&f, l);
    for (uint32_t i = 0; i < f.steps.count; i++) {
        unsigned is = f.steps.items[i].is;

        stops += (is & STEP_STOP) != 0;
        cr_expect(is & STEP_STOP || !(is & (STEP_HOP | STEP_TROUBLE)), "%s: step %u", name, i);
    }
    for (uint32_t i = 0; i < f.steps.chapter_count; i++)
        cr_expect(f.steps.items[f.steps.chapters[i].first_step].is & STEP_STOP);
    cr_expect(stops <= 105 && stops * 2 <= f.steps.count + 30, "%s: %u stops in %u steps", name,
              stops, f.steps.count);
}

Test(replay_steps, stops)
{
    replay_lab_each(WATCHED_LAYERS, check_stops);
}

Test(replay_steps, a_marked_record_is_a_stop_where_it_is_seen)
{
    struct replay_lab l;
    struct played f;
    uint32_t i = 0;

    replay_lab_run(&l, "first-letter", WATCHED_LAYERS);
    played_make(&f, &l);
    while (f.steps.items[i + 1].record == f.steps.items[i].record + 1 ||
           f.steps.items[i + 1].is & STEP_STOP)
        i++;
    steps_mark_stop(&f.steps, f.steps.items[i].record + 1);
    cr_expect(f.steps.items[i + 1].is & STEP_STOP);
    steps_mark_stop(&f.steps, f.recording.count); /* not there yet */
    replay_lab_free(&l);
}

/* At the end of data: taken (in doubt), then read (the baton has moved); nothing is told twice. */
Test(replay_steps, a_hand_over)
{
    struct replay_lab l;
    struct played f;
    uint32_t taken, read, relayed;

    replay_lab_run(&l, "my-first-letter", WATCHED_LAYERS);
    played_make(&f, &l);
    taken = played_find(&f, NONE, TRACE_MAIL_ACCEPTED, "mail.uni.example");
    read = steps_next(&f.steps, taken, 1, STEP_HOP);
    relayed = played_find(&f, NONE, TRACE_MAIL_RELAYED, "alice-pc");
    cr_expect_eq(f.recording.lines[read].record->kind, TRACE_SMTP_REPLY);
    cr_expect_eq(RECORDING_DATA(&f.recording.lines[read], smtp_reply)->code, 250);
    cr_expect_eq(steps_is(&f.recording, relayed), 0);
    cr_expect_eq(f.recording.lines[relayed].cause, read);
    /* What belongs to the step has happened when the step has. */
    cr_expect(pace_place(&f.pace, pace_when(&f.pace, read)).index >= relayed);
    replay_lab_free(&l);
}

/* A trace of the core alone has no replies: then the record of the hand-over is the step. */
Test(replay_steps, core_alone)
{
    struct replay_lab l;
    struct played f;

    replay_lab_run(&l, "my-first-letter", 1U << TRACE_LAYER_CORE);
    played_make(&f, &l);
    cr_expect(steps_is(&f.recording, played_find(&f, NONE, TRACE_MAIL_RELAYED, NULL)) & STEP_HOP);
    replay_lab_free(&l);
}

Test(replay_steps, focus)
{
    struct replay_lab l;
    struct played f;
    uint32_t delivered;
    struct step focus;

    replay_lab_run(&l, "my-first-letter", WATCHED_LAYERS);
    played_make(&f, &l);
    focus = steps_focus(&f.steps, NONE);
    cr_expect(focus.record == NONE && focus.host == NONE && focus.conn == NONE);
    delivered = played_find(&f, NONE, TRACE_MAIL_DELIVERED, NULL);
    focus = steps_focus(&f.steps, delivered);
    cr_expect_eq(focus.record, delivered);
    cr_expect_eq(focus.host, cast_host(&l.cast, TEXT("mail.shop.example")));
    cr_expect_eq(focus.mail, 0);
    cr_expect_eq(focus.conn, 1); /* the one that brought it */
    focus = steps_focus(&f.steps, f.recording.count - 1);
    cr_expect_eq(f.recording.lines[focus.record].record->kind, TRACE_SIM_ENDED);
    cr_expect_eq(focus.mail, 0);
    replay_lab_free(&l);
}
