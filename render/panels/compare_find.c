/*
 * compare_find.c - where two runs part.
 *
 * Record by record first: what differs there is the change itself, or what it did at once.  Then message
 * by message, row by row, without times and numbers: the first thing that somebody who watches sees go
 * otherwise.
 */
#include "render/panels/compare.h"

#include "render/panels/ladder_parts.h"
#include "sim/export/narrate.h"
#include "sim/kernel/clock.h"
#include "sim/replay/record.h"

/* ---- records ---------------------------------------------------------------------------------- */

static void find_record(struct compare_runs *runs, const struct recording *a,
                        const struct recording *b)
{
    uint32_t i = 0;

    while (i < a->count && i < b->count &&
           record_equal(a->lines[i].record, b->lines[i].record, false))
        i++;
    runs->same = i == a->count && i == b->count;
    runs->sides[COMPARE_BEFORE].differs = i < a->count ? i : RECORDING_NONE;
    runs->sides[COMPARE_AFTER].differs = i < b->count ? i : RECORDING_NONE;
}

/* ---- rows ------------------------------------------------------------------------------------- */

static bool same_host(const struct ladder *a, uint32_t x, const struct ladder *b, uint32_t y)
{
    if (x == RECORDING_NONE || y == RECORDING_NONE)
        return x == y;
    return text_equal(a->recording->cast->hosts[x].name, b->recording->cast->hosts[y].name);
}

static bool same_row(struct buffer *x, struct buffer *y, const struct ladder *a,
                     const struct ladder_row *one, const struct ladder *b,
                     const struct ladder_row *other)
{
    if (one->what != other->what || one->lost != other->lost ||
        !same_host(a, one->from, b, other->from) || !same_host(a, one->to, b, other->to) ||
        ladder_lines(a, one) != ladder_lines(b, other))
        return false;
    for (uint32_t n = 0; n < ladder_lines(a, one); n++) {
        buffer_clear(x);
        buffer_clear(y);
        ladder_put_line(x, a, one, n);
        ladder_put_line(y, b, other, n);
        if (!text_equal(buffer_text(x), buffer_text(y)))
            return false;
    }
    return true;
}

struct parting {
    int64_t time_ns; /* of the earlier of the two rows */
    uint32_t mails[COMPARE_SIDES], records[COMPARE_SIDES];
    bool found;
};

static uint32_t record_of(const struct ladder *l, uint32_t row)
{
    return row < l->count ? l->rows[row].record : RECORDING_NONE;
}

static int64_t when(const struct recording *r, uint32_t record)
{
    return record == RECORDING_NONE ? INT64_MAX : r->lines[record].record->time_ns;
}

/* One message of both runs; that of one of them may be RECORDING_NONE. */
static void find_row(struct parting *p, struct compare_runs *runs, struct memory *m,
                     const uint32_t mails[COMPARE_SIDES])
{
    struct ladder l[COMPARE_SIDES];
    struct buffer x, y;
    uint32_t row = 0;
    int64_t first = INT64_MAX;

    buffer_init(&x, m);
    buffer_init(&y, m);
    for (int i = 0; i < COMPARE_SIDES; i++)
        ladder_of_mail(&l[i], m, runs->sides[i].recording, mails[i], LADDER_ALL, RECORDING_NONE,
                       LADDER_ALL);
    while (row < l[0].count && row < l[1].count &&
           same_row(&x, &y, &l[0], &l[0].rows[row], &l[1], &l[1].rows[row]))
        row++;
    for (int i = 0; i < COMPARE_SIDES; i++)
        if (when(runs->sides[i].recording, record_of(&l[i], row)) < first)
            first = when(runs->sides[i].recording, record_of(&l[i], row));
    if (first != INT64_MAX && (!p->found || first < p->time_ns)) {
        p->found = true;
        p->time_ns = first;
        for (int i = 0; i < COMPARE_SIDES; i++) {
            p->mails[i] = mails[i];
            p->records[i] = record_of(&l[i], row);
        }
    }
    for (int i = 0; i < COMPARE_SIDES; i++)
        ladder_free(&l[i]);
    buffer_free(&x);
    buffer_free(&y);
}

static void find_rows(struct compare_runs *runs, struct memory *m)
{
    const struct recording *a = runs->sides[COMPARE_BEFORE].recording,
                           *b = runs->sides[COMPARE_AFTER].recording;
    struct parting p = {.found = false};

    for (uint32_t i = 0; i < a->mail_count; i++)
        find_row(&p, runs, m, (uint32_t[]){i, recording_find_mail(b, a->mails[i].id)});
    for (uint32_t i = 0; i < b->mail_count; i++)
        if (recording_find_mail(a, b->mails[i].id) == RECORDING_NONE)
            find_row(&p, runs, m, (uint32_t[]){RECORDING_NONE, i});
    for (int i = 0; p.found && i < COMPARE_SIDES; i++) {
        struct compare_side *side = &runs->sides[i];

        side->mail = p.mails[i];
        side->shown = p.records[i];
        if (side->shown != RECORDING_NONE)
            side->conn = side->recording->lines[side->shown].conn;
    }
}

/* ---- in words --------------------------------------------------------------------------------- */

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

/* The input that only one of them has; else what led to the first record that differs. */
static struct text say_cause(const struct compare_runs *runs, struct memory *m)
{
    const struct compare_side *after = &runs->sides[COMPARE_AFTER];
    struct buffer out;

    buffer_init(&out, m);
    for (int i = COMPARE_AFTER; i >= 0; i--) {
        const struct compare_side *side = &runs->sides[i];

        if (side->differs == RECORDING_NONE ||
            side->recording->lines[side->differs].record->kind != TRACE_SIM_INPUT)
            continue;
        put_change(&out, m, side->recording, side->differs);
        return buffer_text(&out);
    }
    if (after->differs != RECORDING_NONE) {
        uint32_t cause = after->recording->lines[after->differs].cause;

        put_headline(&out, m, after->recording, cause != RECORDING_NONE ? cause : after->differs);
    }
    return buffer_text(&out);
}

static struct text say_first(const struct compare_runs *runs, struct memory *m)
{
    const struct compare_side *a = &runs->sides[COMPARE_BEFORE], *b = &runs->sides[COMPARE_AFTER];
    struct buffer out;

    buffer_init(&out, m);
    if (b->shown != RECORDING_NONE) {
        put_headline(&out, m, b->recording, b->shown);
        if (a->shown != RECORDING_NONE) {
            buffer_put_string(&out, ", instead of: ");
            put_headline(&out, m, a->recording, a->shown);
        }
    } else if (a->shown != RECORDING_NONE) {
        buffer_put_string(&out, "no more: ");
        put_headline(&out, m, a->recording, a->shown);
    }
    return buffer_text(&out);
}

void compare_find(struct compare_runs *runs, struct memory *m, const struct recording *before,
                  const struct recording *after)
{
    const uint32_t none = RECORDING_NONE;

    *runs = (struct compare_runs){
        .sides = {{before, none, none, none, none}, {after, none, none, none, none}}};
    find_record(runs, before, after);
    if (runs->same)
        return;
    find_rows(runs, m);
    runs->first = say_first(runs, m);
    runs->cause = say_cause(runs, m);
}
