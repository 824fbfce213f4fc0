/*
 * compare_words.c - the change, and what it changed first, in sentences.
 *
 * Of the lines that differ the first is chosen whose sentences differ: the same command may be lost, or
 * the reply to it be another, long after the first numbers do.
 */
#include "render/panels/compare_parts.h"

#include "render/panels/ladder_parts.h"
#include "sim/export/narrate.h"
#include "sim/kernel/clock.h"

/* ---- the change ------------------------------------------------------------------------------- */

static void put_headline(struct buffer *out, struct memory *m, const struct recording *r,
                         uint32_t record)
{
    struct narration n;

    narration_init(&n, m);
    narrate(&n, r, record);
    buffer_put_text(out, buffer_text(&n.headline));
    narration_free(&n);
}

/* "The change, at 500 ms: mail.shop will answer the next RCPT with 451 4.3.0 later". */
static void put_change(struct buffer *out, struct memory *m, const struct recording *r,
                       uint32_t record)
{
    buffer_put_string(out, "The change, at ");
    clock_put_duration(out, r->lines[record].record->time_ns);
    buffer_put_string(out, ": ");
    put_headline(out, m, r, record);
}

uint32_t compare_change(const struct compare_runs *runs, int *side)
{
    for (*side = COMPARE_AFTER; *side >= 0; --*side) {
        const struct compare_side *s = &runs->sides[*side];

        if (s->differs != RECORDING_NONE &&
            s->recording->lines[s->differs].record->kind == TRACE_SIM_INPUT)
            return s->differs;
    }
    *side = COMPARE_AFTER;
    return RECORDING_NONE;
}

/* The input that only one of them has; else what led to the first record that differs. */
static void say_cause(struct compare_runs *runs)
{
    const struct compare_side *after = &runs->sides[COMPARE_AFTER];
    struct memory *m = runs->memory;
    struct buffer out, line;
    int side;
    uint32_t change = compare_change(runs, &side);

    buffer_init(&out, m);
    buffer_init(&line, m);
    if (change != RECORDING_NONE) {
        put_change(&out, m, runs->sides[side].recording, change);
        put_headline(&line, m, runs->sides[side].recording, change);
    } else if (after->differs != RECORDING_NONE) {
        uint32_t cause = after->recording->lines[after->differs].cause;

        put_headline(&out, m, after->recording, cause != RECORDING_NONE ? cause : after->differs);
    }
    runs->cause = buffer_text(&out);
    runs->change = buffer_text(&line);
}

/* ---- what differs first ----------------------------------------------------------------------- */

/* What is said of a row: its headline, and that it never arrives. */
struct saying {
    struct buffer words;
    int64_t time_ns;
    bool is, lost;
};

/* What else was recorded with a row may tell more than the row itself: what came as an answer, which rule
 * decided. */
enum { TELLS_ROW, TELLS_ANSWER, TELLS_VERDICT, TELLS_COUNT };

static uint32_t record_of(const struct ladder_row *row, int which)
{
    return which == TELLS_ROW ? row->record : which == TELLS_ANSWER ? row->answer : row->verdict;
}

static void say_row(struct saying *s, const struct compare_runs *runs, uint32_t line, int side,
                    int which)
{
    const struct compare_side *of = &runs->sides[side];
    uint32_t row = line < runs->line_count ? runs->lines[line].rows[side] : RECORDING_NONE, record;

    buffer_clear(&s->words);
    record = row == RECORDING_NONE ? row : record_of(&of->ladder.rows[row], which);
    s->is = record != RECORDING_NONE;
    s->lost = false;
    if (!s->is)
        return;
    s->lost = of->ladder.rows[row].lost;
    s->time_ns = compare_time(of, record);
    put_headline(&s->words, runs->memory, of->recording, record);
}

/* To a millisecond, as people tell it. */
static void put_instant(struct buffer *out, int64_t time_ns)
{
    clock_put_duration(out, time_ns / CLOCK_MILLISECOND * CLOCK_MILLISECOND);
}

static void put_late(struct buffer *out, const struct saying *a, const struct saying *b)
{
    buffer_put_text(out, buffer_text(&b->words));
    buffer_put_string(out, ": at ");
    put_instant(out, b->time_ns);
    buffer_put_string(out, " instead of ");
    put_instant(out, a->time_ns);
}

/* Do they differ in a way that can be said? */
static bool put_difference(struct buffer *out, const struct saying *a, const struct saying *b,
                           bool later)
{
    if (later) {
        put_late(out, a, b);
        return true;
    }
    bool same = a->is && b->is && text_equal(buffer_text(&a->words), buffer_text(&b->words));

    if (same && a->lost == b->lost)
        return false;
    buffer_put_string(out, "at ");
    put_instant(out, b->is ? b->time_ns : a->time_ns);
    buffer_put_string(out, b->is ? ": " : ": no more: ");
    buffer_put_text(out, buffer_text(b->is ? &b->words : &a->words));
    if (same)
        buffer_put_string(out, b->lost ? ", which never arrives" : ", which arrives now");
    else if (b->is && b->lost)
        buffer_put_string(out, ", which never arrives");
    if (same || !b->is)
        return true;
    if (a->is) {
        buffer_put_string(out, "; as it was: ");
        buffer_put_text(out, buffer_text(&a->words));
    } else {
        buffer_put_string(out, "; as it was: nothing of it");
    }
    return true;
}

static void say_first(struct compare_runs *runs)
{
    struct saying a, b;
    struct buffer out;
    bool found = false;

    buffer_init(&out, runs->memory);
    a = b = (struct saying){.is = false};
    buffer_init(&a.words, runs->memory);
    buffer_init(&b.words, runs->memory);
    for (uint32_t i = runs->first; !found && i < runs->line_count; i++) {
        enum compare_is is = (enum compare_is)runs->lines[i].is;

        if (is != COMPARE_LATER && is != COMPARE_OTHER && is != COMPARE_ALONE)
            continue;
        for (int which = TELLS_ROW; !found && which < TELLS_COUNT; which++) {
            say_row(&a, runs, i, COMPARE_BEFORE, which);
            say_row(&b, runs, i, COMPARE_AFTER, which);
            if (which != TELLS_ROW && (!a.is || !b.is))
                continue;
            buffer_clear(&out);
            buffer_put_string(&out,
                              i == runs->first ? "What differs first: " : "The first that shows: ");
            found = put_difference(&out, &a, &b, is == COMPARE_LATER);
        }
    }
    runs->words = found ? buffer_text(&out) : TEXT("");
    buffer_free(&a.words);
    buffer_free(&b.words);
}

void compare_say(struct compare_runs *runs)
{
    if (runs->line_count == 0)
        runs->words = TEXT("It makes no difference to any letter: each fares as it did before.");
    else
        say_first(runs);
    say_cause(runs);
}
