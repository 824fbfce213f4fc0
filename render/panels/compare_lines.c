/*
 * compare_lines.c - the rows of both ladders on common lines.
 *
 * First each side is folded by itself: what repeats itself becomes one item.  Then the items of both are
 * paired.  Of connections other than the one in which the runs part only what decides is kept, as where
 * a message is told in brief; and of what is the same before that only the last few rows are unfolded.
 */
#include "render/panels/compare_parts.h"

#include "render/panels/ladder_parts.h"
#include "sim/replay/pairing.h"

/* Rows that stay before the first that differs, and before the change. */
enum { ROWS_BEFORE = 3, ROWS_BEFORE_CHANGE = 1, FOLD_LEAST = 3 };

/* ---- folded by itself ------------------------------------------------------------------------- */

struct entry {
    uint32_t row, last, times;
};

struct folded {
    struct entry *entries;
    struct pairing_item *items;
    uint32_t count;
};

struct folding {
    const struct ladder *ladder;
    struct pairing_item *rows; /* keys of each */
    struct folded *out;
};

static void put_entry(struct folding *f, uint32_t row, uint32_t last, uint32_t times)
{
    struct folded *out = f->out;
    struct pairing_item item = f->rows[row];

    /* How often is not in the key: a fold goes with one that is longer. */
    if (times > 0)
        item = (struct pairing_item){.same = ui_mix(item.same, 105)};
    out->entries[out->count] = (struct entry){row, last, times};
    out->items[out->count++] = item;
}

/* Questions to the DNS come when a cache forgets: what repeats itself does so with them or without. */
static void fold_rows(struct folding *f, struct memory *m)
{
    const struct ladder *l = f->ladder;
    size_t size = (l->count + 1) * (sizeof(uint64_t) + sizeof(uint32_t));
    uint64_t *keys = memory_take(m, size);
    uint32_t *at = (uint32_t *)(void *)(keys + l->count + 1), count = 0, row = 0, period, times;

    for (uint32_t i = 0; i < l->count; i++)
        if (l->rows[i].what != LADDER_QUESTION) {
            at[count] = i;
            keys[count++] = f->rows[i].same;
        }
    for (uint32_t i = 0; i < count;) {
        bool again =
            pairing_repeats(keys, count, i, &period, &times) && (times - 1) * period >= FOLD_LEAST;
        uint32_t until = again ? at[i + period] : at[i] + 1;

        for (; row < until; row++)
            put_entry(f, row, row, 0);
        i += again ? period * times : 1;
        if (again) {
            put_entry(f, row, at[i - 1], times - 1);
            row = at[i - 1] + 1;
        }
    }
    for (; row < l->count; row++)
        put_entry(f, row, row, 0);
    memory_give(m, keys, size);
}

static struct folded fold_side(const struct ladder *l, struct memory *m)
{
    struct folded out = {.entries = memory_take(m, (l->count + 1) * sizeof(struct entry)),
                         .items = memory_take(m, (l->count + 1) * sizeof(struct pairing_item))};
    size_t size = (l->count + 1) * sizeof(struct pairing_item);
    struct folding f = {.ladder = l, .rows = memory_take(m, size), .out = &out};
    struct compare_keys k;

    compare_keys_init(&k, l, m);
    for (uint32_t i = 0; i < l->count; i++) {
        f.rows[i].same = compare_same_key(&k, i);
        f.rows[i].like = compare_like_key(&k, i);
    }
    fold_rows(&f, m);
    memory_give(m, f.rows, size);
    compare_keys_free(&k);
    return out;
}

static void free_folded(struct folded *f, const struct ladder *l, struct memory *m)
{
    memory_give(m, f->entries, (l->count + 1) * sizeof *f->entries);
    memory_give(m, f->items, (l->count + 1) * sizeof *f->items);
}

/* ---- lines ------------------------------------------------------------------------------------ */

static struct compare_line *put_line(struct compare_runs *runs, enum compare_is is)
{
    runs->lines = memory_make_room(runs->memory, runs->lines, runs->line_count,
                                   &runs->line_capacity, sizeof *runs->lines);
    struct compare_line *line = &runs->lines[runs->line_count++];

    *line = (struct compare_line){.is = (uint8_t)is};
    for (int s = 0; s < COMPARE_SIDES; s++)
        line->rows[s] = line->last[s] = RECORDING_NONE;
    return line;
}

static void put_side(struct compare_line *line, int side, const struct entry *e)
{
    line->rows[side] = e->row;
    line->last[side] = e->last;
    line->times[side] = e->times;
}

static bool keeps(const struct compare_side *side, const struct entry *e)
{
    const struct ladder_row *row = &side->ladder.rows[e->row];

    return e->times > 0 || (side->conn != RECORDING_NONE && row->conn == side->conn) ||
           ladder_decides(&side->ladder, row);
}

static enum compare_is relation(const struct compare_runs *runs, const struct entry *a,
                                const struct entry *b, bool same)
{
    const struct compare_side *x = &runs->sides[COMPARE_BEFORE], *y = &runs->sides[COMPARE_AFTER];
    int64_t by = compare_time(x, x->ladder.rows[a->row].record) -
                 compare_time(y, y->ladder.rows[b->row].record);

    if (!same || a->times != b->times)
        return COMPARE_OTHER;
    return by >= COMPARE_INSTANT_NS || by <= -COMPARE_INSTANT_NS ? COMPARE_LATER : COMPARE_SAME;
}

/* What stands alone, from `from` up to `to`: on each side the ones that are kept, closed up. */
static void put_alone(struct compare_runs *runs, const struct pairing *p, uint32_t from,
                      uint32_t to, const struct folded *folded)
{
    uint32_t begin = runs->line_count;

    for (int s = 0; s < COMPARE_SIDES; s++) {
        uint32_t at = begin;

        for (uint32_t i = from; i < to; i++) {
            uint32_t item = p->lines[i].items[s];

            if (item == PAIRING_NONE || !keeps(&runs->sides[s], &folded[s].entries[item]))
                continue;
            if (at == runs->line_count)
                put_line(runs, COMPARE_ALONE);
            put_side(&runs->lines[at++], s, &folded[s].entries[item]);
        }
    }
}

static void put_pairs(struct compare_runs *runs, const struct pairing *p,
                      const struct folded *folded)
{
    for (uint32_t i = 0; i < p->count;) {
        uint32_t from = i;

        while (i < p->count && !p->lines[i].paired)
            i++;
        put_alone(runs, p, from, i, folded);
        if (i == p->count)
            break;
        const struct pairing_line *pair = &p->lines[i++];
        const struct entry *a = &folded[0].entries[pair->items[0]],
                           *b = &folded[1].entries[pair->items[1]];
        bool same = folded[0].items[pair->items[0]].same == folded[1].items[pair->items[1]].same;

        if (!keeps(&runs->sides[0], a) && !keeps(&runs->sides[1], b))
            continue;
        struct compare_line *line = put_line(runs, relation(runs, a, b, same));
        put_side(line, COMPARE_BEFORE, a);
        put_side(line, COMPARE_AFTER, b);
    }
}

/* ---- what comes before, and the change -------------------------------------------------------- */

/* Of the lines [from, to), which are the same, only the last ones stay unfolded; returns how many lines
 * went away. */
static uint32_t fold_same(struct compare_runs *runs, uint32_t from, uint32_t to, uint32_t stay)
{
    uint32_t gone = to - from < stay + 2 ? 0 : to - from - stay;
    struct compare_line *fold = &runs->lines[from];

    if (gone == 0)
        return 0;
    for (int s = 0; s < COMPARE_SIDES; s++) {
        fold->last[s] = runs->lines[from + gone - 1].last[s];
        fold->times[s] = 0;
    }
    fold->is = COMPARE_FOLD;
    memmove(fold + 1, fold + gone, (runs->line_count - from - gone) * sizeof *fold);
    runs->line_count -= gone - 1;
    return gone - 1;
}

/* The line before which the change belongs, by its time; not behind the first that differs. */
static uint32_t place_of(const struct compare_runs *runs, uint32_t change, int side)
{
    uint32_t at = 0;

    for (; at < runs->line_count && runs->lines[at].is == COMPARE_SAME; at++)
        if (runs->sides[side].ladder.rows[runs->lines[at].rows[side]].record > change)
            break;
    return at;
}

static void put_change(struct compare_runs *runs)
{
    int side;
    uint32_t change = compare_change(runs, &side), at;

    runs->first = 0;
    while (runs->first < runs->line_count && runs->lines[runs->first].is == COMPARE_SAME)
        runs->first++;
    at = change == RECORDING_NONE ? runs->first : place_of(runs, change, side);
    runs->first -= fold_same(runs, at, runs->first, ROWS_BEFORE);
    uint32_t gone =
        fold_same(runs, 0, at,
                  change == RECORDING_NONE || at == runs->first ? ROWS_BEFORE : ROWS_BEFORE_CHANGE);
    runs->first -= gone;
    if (change != RECORDING_NONE) {
        struct compare_line line = *put_line(runs, COMPARE_CAUSE), *to = &runs->lines[at - gone];

        memmove(to + 1, to, (runs->line_count - 1 - (at - gone)) * sizeof *to);
        *to = line;
        runs->first++;
    }
    if (runs->first >= runs->line_count)
        runs->first = RECORDING_NONE;
}

/* ---- lifelines -------------------------------------------------------------------------------- */

static uint32_t host_named(const struct cast *cast, struct text name)
{
    for (uint32_t i = 0; i < cast->host_count; i++)
        if (text_equal(cast->hosts[i].name, name))
            return i;
    return RECORDING_NONE;
}

static void add_host(struct compare_runs *runs, uint32_t *count, uint32_t *hosts[], uint32_t from,
                     uint32_t host)
{
    struct text name = runs->sides[from].recording->cast->hosts[host].name;

    for (uint32_t i = 0; i < *count; i++)
        if (hosts[from][i] == host)
            return;
    for (int s = 0; s < COMPARE_SIDES; s++)
        hosts[s][*count] = host_named(runs->sides[s].recording->cast, name);
    ++*count;
}

/* Both have the same lifelines in the same order: those of the run before, then what is new. */
static void share_hosts(struct compare_runs *runs)
{
    struct ladder *l[COMPARE_SIDES] = {&runs->sides[0].ladder, &runs->sides[1].ladder};
    uint32_t room = l[0]->host_count + l[1]->host_count, count = 0, *hosts[COMPARE_SIDES];

    for (int s = 0; s < COMPARE_SIDES; s++)
        hosts[s] = memory_take(runs->memory, (room + 1) * sizeof *hosts[s]);
    for (uint32_t s = 0; s < COMPARE_SIDES; s++)
        for (uint32_t i = 0; i < l[s]->host_count; i++)
            add_host(runs, &count, hosts, s, l[s]->hosts[i]);
    for (int s = 0; s < COMPARE_SIDES; s++) {
        memory_give(runs->memory, l[s]->hosts, l[s]->host_capacity * sizeof *l[s]->hosts);
        l[s]->hosts = hosts[s];
        l[s]->host_count = count;
        l[s]->host_capacity = room + 1;
    }
}

void compare_make_lines(struct compare_runs *runs)
{
    struct folded folded[COMPARE_SIDES];
    struct pairing p;

    share_hosts(runs);
    for (int s = 0; s < COMPARE_SIDES; s++)
        folded[s] = fold_side(&runs->sides[s].ladder, runs->memory);
    pairing_find(&p, runs->memory, folded[0].items, folded[0].count, folded[1].items,
                 folded[1].count);
    put_pairs(runs, &p, folded);
    pairing_free(&p);
    for (int s = 0; s < COMPARE_SIDES; s++)
        free_folded(&folded[s], &runs->sides[s].ladder, runs->memory);
    put_change(runs);
    runs->chosen = runs->first;
    runs->chosen_side = COMPARE_AFTER;
}

/* ---- choosing and unfolding ------------------------------------------------------------------- */

bool compare_is_fold(const struct compare_line *line)
{
    return line->is == COMPARE_FOLD || line->times[0] > 0 || line->times[1] > 0;
}

/* Room for `count` lines in place of those in [at, end). */
static void resize(struct compare_runs *runs, uint32_t at, uint32_t end, uint32_t count)
{
    uint32_t old = runs->line_count, to = at + count;

    while (runs->line_count < old + count - (end - at))
        put_line(runs, COMPARE_ALONE);
    memmove(&runs->lines[to], &runs->lines[end], (old - end) * sizeof *runs->lines);
    if (runs->first != RECORDING_NONE && runs->first >= end)
        runs->first += count - (end - at);
}

/* The rows of that side in the lines [at, end), the first one's fold unfolded; returns how many. */
static uint32_t spread(const struct compare_runs *runs, uint32_t at, uint32_t end, int side,
                       struct entry *out)
{
    uint32_t count = 0;

    for (uint32_t i = at; i < end; i++) {
        const struct compare_line *line = &runs->lines[i];
        uint32_t row = line->rows[side], last = line->last[side];

        if (row == RECORDING_NONE)
            continue;
        if (i > at) {
            out[count++] = (struct entry){row, last, line->times[side]};
            continue;
        }
        for (; row <= last; row++)
            out[count++] = (struct entry){row, row, 0};
    }
    return count;
}

/* Its rows, one a line.  Where nothing corresponds the other side goes on beside them. */
static void unfold(struct compare_runs *runs, uint32_t at)
{
    const struct compare_line fold = runs->lines[at];
    uint32_t end = at + 1, count[COMPARE_SIDES], most;
    struct entry *entries[COMPARE_SIDES];
    size_t room[COMPARE_SIDES];

    while (fold.is == COMPARE_ALONE && end < runs->line_count &&
           runs->lines[end].is == COMPARE_ALONE)
        end++;
    for (int s = 0; s < COMPARE_SIDES; s++) {
        room[s] = end - at + (fold.rows[s] == RECORDING_NONE ? 0 : fold.last[s] - fold.rows[s] + 1);
        entries[s] = memory_take(runs->memory, room[s] * sizeof *entries[s]);
        count[s] = spread(runs, at, end, s, entries[s]);
    }
    most = count[0] > count[1] ? count[0] : count[1];
    resize(runs, at, end, most);
    for (uint32_t i = 0; i < most; i++) {
        struct compare_line *line = &runs->lines[at + i];

        *line = (struct compare_line){.is = fold.is == COMPARE_FOLD ? COMPARE_SAME
                                            : count[0] == count[1]  ? fold.is
                                                                    : COMPARE_ALONE};
        for (int s = 0; s < COMPARE_SIDES; s++) {
            line->rows[s] = line->last[s] = RECORDING_NONE;
            if (i < count[s])
                put_side(line, s, &entries[s][i]);
        }
    }
    for (int s = 0; s < COMPARE_SIDES; s++)
        memory_give(runs->memory, entries[s], room[s] * sizeof *entries[s]);
}

bool compare_unfold(struct compare_runs *runs)
{
    if (runs->chosen >= runs->line_count || !compare_is_fold(&runs->lines[runs->chosen]))
        return false;
    unfold(runs, runs->chosen);
    return true;
}

bool compare_choose(struct compare_runs *runs, uint32_t line, int side, double *scroll)
{
    double y = line * runs->line_height, room = runs->page * runs->line_height;

    if (line >= runs->line_count)
        return false;
    runs->chosen = line;
    runs->chosen_side = side;
    if (y < *scroll)
        *scroll = y;
    else if (y + runs->line_height > *scroll + room)
        *scroll = y + runs->line_height - room;
    return true;
}

int compare_side_of(const struct compare_runs *runs)
{
    const struct compare_line *line = &runs->lines[runs->chosen];
    int side = runs->chosen_side;

    if (line->is == COMPARE_CAUSE)
        compare_change(runs, &side);
    else if (line->rows[side] == RECORDING_NONE)
        side = !side;
    return side;
}

uint32_t compare_record(const struct compare_runs *runs)
{
    int side;

    if (runs->chosen >= runs->line_count)
        return RECORDING_NONE;
    const struct compare_line *line = &runs->lines[runs->chosen];

    if (line->is == COMPARE_CAUSE)
        return compare_change(runs, &side);
    side = compare_side_of(runs);
    return runs->sides[side].ladder.rows[line->rows[side]].record;
}
