/*
 * The longest common subsequence, in windows: the table of one window is made from its end, the best way
 * through it is followed for half of its length, and the next window begins there.
 */
#include "sim/replay/pairing.h"

/* One that says the same counts more than any that are only alike beside it. */
enum { SCORE_SAME = 4, SCORE_LIKE = 1 };

struct side {
    const struct pairing_item *items;
    uint32_t at, count;
};

struct window {
    const struct pairing_item *a, *b;
    uint32_t rows, columns;
    uint16_t *best; /* (rows + 1) * (columns + 1): the score from there to the window's end */
};

static uint16_t *cell(const struct window *w, uint32_t i, uint32_t k)
{
    return &w->best[(size_t)i * (w->columns + 1) + k];
}

static uint16_t score(const struct pairing_item *a, const struct pairing_item *b)
{
    return a->same == b->same ? SCORE_SAME : a->like != 0 && a->like == b->like ? SCORE_LIKE : 0;
}

static void fill(struct window *w)
{
    for (uint32_t i = w->rows + 1; i-- > 0;)
        for (uint32_t k = w->columns + 1; k-- > 0;) {
            uint16_t best = 0;

            if (i < w->rows && k < w->columns) {
                uint16_t pair = score(&w->a[i], &w->b[k]), down = *cell(w, i + 1, k),
                         right = *cell(w, i, k + 1);

                best = down > right ? down : right;
                pair = pair > 0 ? (uint16_t)(pair + *cell(w, i + 1, k + 1)) : 0;
                best = pair > best ? pair : best;
            }
            *cell(w, i, k) = best;
        }
}

static void put(struct pairing *p, uint32_t a, uint32_t b, bool paired)
{
    p->lines = memory_make_room(p->memory, p->lines, p->count, &p->capacity, sizeof *p->lines);
    p->lines[p->count++] = (struct pairing_line){{a, b}, paired};
}

/* What has no counterpart, side by side, as long as there is any on both sides. */
static void put_alone(struct pairing *p, struct side *a, uint32_t to_a, struct side *b,
                      uint32_t to_b)
{
    while (a->at < to_a || b->at < to_b)
        put(p, a->at < to_a ? a->at++ : PAIRING_NONE, b->at < to_b ? b->at++ : PAIRING_NONE, false);
}

static bool pairs(const struct window *w, uint32_t i, uint32_t k)
{
    uint16_t pair = score(&w->a[i], &w->b[k]);

    return pair > 0 && *cell(w, i, k) == pair + *cell(w, i + 1, k + 1);
}

/* Follows the best way through the window: to its end if it is the last one, else half of it. */
static void follow(struct pairing *p, const struct window *w, struct side *a, struct side *b)
{
    uint32_t from_a = a->at, from_b = b->at, i = 0, k = 0;
    bool last = from_a + w->rows == a->count && from_b + w->columns == b->count;
    uint32_t stop_i = last || w->rows < PAIRING_WINDOW ? UINT32_MAX : w->rows / 2,
             stop_k = last || w->columns < PAIRING_WINDOW ? UINT32_MAX : w->columns / 2;

    while (i < w->rows && k < w->columns && i < stop_i && k < stop_k) {
        if (pairs(w, i, k)) {
            put_alone(p, a, from_a + i, b, from_b + k);
            put(p, a->at++, b->at++, true);
            i++;
            k++;
        } else if (*cell(w, i + 1, k) >= *cell(w, i, k + 1)) {
            i++;
        } else {
            k++;
        }
    }
    if (last)
        put_alone(p, a, a->count, b, b->count);
    else
        put_alone(p, a, from_a + i, b, from_b + k);
}

static void take_same(struct pairing *p, struct side *a, struct side *b)
{
    while (a->at < a->count && b->at < b->count && a->items[a->at].same == b->items[b->at].same)
        put(p, a->at++, b->at++, true);
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

void pairing_find(struct pairing *p, struct memory *m, const struct pairing_item *a,
                  uint32_t a_count, const struct pairing_item *b, uint32_t b_count)
{
    size_t size = (size_t)(PAIRING_WINDOW + 1) * (PAIRING_WINDOW + 1) * sizeof(uint16_t);
    struct side left = {a, 0, a_count}, right = {b, 0, b_count};
    struct window w = {.best = memory_take(m, size)};

    *p = (struct pairing){.memory = m};
    /* In step, until they part for good: what is about the same there belongs together, even if one of
     * them is said again later. */
    while (left.at < a_count && right.at < b_count && score(&a[left.at], &b[right.at]) > 0)
        put(p, left.at++, right.at++, true);
    for (;;) {
        take_same(p, &left, &right);
        w.a = a + left.at;
        w.b = b + right.at;
        w.rows = smaller(PAIRING_WINDOW, left.count - left.at);
        w.columns = smaller(PAIRING_WINDOW, right.count - right.at);
        if (w.rows == 0 || w.columns == 0)
            break;
        fill(&w);
        follow(p, &w, &left, &right);
    }
    put_alone(p, &left, left.count, &right, right.count);
    memory_give(m, w.best, size);
}

void pairing_free(struct pairing *p)
{
    memory_give(p->memory, p->lines, p->capacity * sizeof *p->lines);
    *p = (struct pairing){.memory = p->memory};
}

/* ---- repetitions ------------------------------------------------------------------------------ */

static uint32_t times_of(const uint64_t *keys, uint32_t count, uint32_t from, uint32_t period)
{
    uint32_t same = 0;

    while (from + period + same < count && keys[from + same] == keys[from + period + same])
        same++;
    return 1 + same / period;
}

bool pairing_repeats(const uint64_t *keys, uint32_t count, uint32_t from, uint32_t *period,
                     uint32_t *times)
{
    uint32_t covered = 0;

    for (uint32_t n = 1; n <= PAIRING_PERIOD && from + n < count; n++) {
        uint32_t found = times_of(keys, count, from, n);

        if (found < PAIRING_LEAST || found * n <= covered)
            continue;
        covered = found * n;
        *period = n;
        *times = found;
    }
    return covered > 0;
}
