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
        cr_assert(step == NONE || f->steps.items[step].is == is);
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
