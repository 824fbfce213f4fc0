/*
 * compare_find.c - where two runs part.
 *
 * Record by record first: what differs there is the change itself, or what it did at once.  Then message
 * by message, row by row, without numbers: the first thing that somebody who watches sees go otherwise.
 */
#include "render/panels/compare_parts.h"

#include "render/panels/ladder_parts.h"
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

static bool same_row(struct compare_keys keys[COMPARE_SIDES], uint32_t row)
{
    const struct ladder *a = keys[0].ladder, *b = keys[1].ladder;
    int64_t by = ladder_time(a, a->rows[row].record) - ladder_time(b, b->rows[row].record);

    return by < COMPARE_INSTANT_NS && by > -COMPARE_INSTANT_NS &&
           compare_same_key(&keys[0], row) == compare_same_key(&keys[1], row);
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
    struct compare_keys keys[COMPARE_SIDES];
    uint32_t row = 0;
    int64_t first = INT64_MAX;

    for (int i = 0; i < COMPARE_SIDES; i++) {
        ladder_of_mail(&l[i], m, runs->sides[i].recording, mails[i], LADDER_ALL, RECORDING_NONE,
                       LADDER_ALL);
        compare_keys_init(&keys[i], &l[i], m);
    }
    while (row < l[0].count && row < l[1].count && same_row(keys, row))
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
    for (int i = 0; i < COMPARE_SIDES; i++) {
        compare_keys_free(&keys[i]);
        ladder_free(&l[i]);
    }
}

static void find_rows(struct compare_runs *runs, struct memory *m)
{
    const struct recording *a = runs->sides[COMPARE_BEFORE].recording,
                           *b = runs->sides[COMPARE_AFTER].recording;
    struct parting p = {.found = false};

    bool *met = memory_take_clear(m, a->mail_count + 1U);

    for (uint32_t i = 0; i < b->mail_count; i++) {
        find_row(&p, runs, m, (uint32_t[]){runs->twins[i], i});
        if (runs->twins[i] != RECORDING_NONE)
            met[runs->twins[i]] = true;
    }
    for (uint32_t i = 0; i < a->mail_count; i++)
        if (!met[i])
            find_row(&p, runs, m, (uint32_t[]){i, RECORDING_NONE});
    memory_give(m, met, a->mail_count + 1U);
    for (int i = 0; p.found && i < COMPARE_SIDES; i++) {
        struct compare_side *side = &runs->sides[i];

        side->mail = p.mails[i];
        side->shown = p.records[i];
        if (side->shown != RECORDING_NONE)
            side->conn = side->recording->lines[side->shown].conn;
    }
}

/* ---- both ------------------------------------------------------------------------------------- */

void compare_find(struct compare_runs *runs, struct memory *m, const struct recording *before,
                  const struct recording *after)
{
    const uint32_t none = RECORDING_NONE;

    *runs = (struct compare_runs){
        .memory = m,
        .sides = {{before, none, none, none, none, {0}}, {after, none, none, none, none, {0}}},
        .first = none,
        .chosen = none,
        .chosen_side = COMPARE_AFTER};
    find_record(runs, before, after);
    if (runs->same)
        return;
    compare_match_mails(runs);
    find_rows(runs, m);
    if (runs->sides[0].mail == none && runs->sides[1].mail == none) {
        compare_say(runs);
        return;
    }
    for (int i = 0; i < COMPARE_SIDES; i++) {
        struct compare_side *side = &runs->sides[i];

        ladder_of_mail(&side->ladder, m, side->recording, side->mail, LADDER_ALL, none, LADDER_ALL);
    }
    compare_make_lines(runs);
    compare_find_fates(runs);
    compare_say(runs);
}
