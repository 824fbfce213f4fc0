/* Pixels, one after the other: what cairo would do more slowly, because it may be asked for more. */
#include "render/canvas/canvas_parts.h"

static uint32_t *row_of(const struct target *t, int x, int y)
{
    return t->pixels + (ptrdiff_t)(y - t->y0) * t->stride + (x - t->x0);
}

void blit_fill(struct canvas *c, struct box b, uint32_t colour)
{
    const struct target *t = target_of(c);
    uint32_t ink = premultiplied(colour);

    b = box_meet(b, clip_of(c));
    if (box_empty(b) || !touch(c, b))
        return;
    if (c->svg) {
        svg_fill(c, b, colour);
        return;
    }
    for (int y = b.y0; y < b.y1; y++) {
        uint32_t *at = row_of(t, b.x0, y), *end = at + (b.x1 - b.x0);
        if (ink >> 24 == 0xff)
            while (at < end)
                *at++ = ink;
        else
            for (; at < end; at++)
                *at = pixel_over(ink, *at);
    }
}

void blit_mask(struct canvas *c, const struct mask *m, int x, int y, uint32_t colour)
{
    const struct target *t = target_of(c);
    struct box whole = {x + m->left, y + m->top, x + m->left + m->width, y + m->top + m->height},
               b = box_meet(whole, clip_of(c));
    uint32_t ink = premultiplied(colour);

    if (box_empty(b) || !touch(c, b))
        return;
    for (int row = b.y0; row < b.y1; row++) {
        uint32_t *at = row_of(t, b.x0, row);
        const uint8_t *alpha =
            m->alpha + (ptrdiff_t)(row - whole.y0) * m->stride + (b.x0 - whole.x0);
        for (int n = b.x1 - b.x0; n > 0; n--, at++, alpha++) {
            if (*alpha == 0)
                continue;
            *at = pixel_over(*alpha == 255 ? ink : pixel_times(ink, *alpha), *at);
        }
    }
}

static void blend_run(uint32_t *at, const uint32_t *from, uint32_t n, uint32_t alpha)
{
    if (alpha == 255)
        for (uint32_t i = 0; i < n; i++)
            at[i] = pixel_over(from[i], at[i]);
    else
        for (uint32_t i = 0; i < n; i++)
            at[i] = pixel_over(pixel_times(from[i], alpha), at[i]);
}

/* One row; only columns from `skip` to `end` of it are visible. */
static void blit_row(uint32_t *at, const struct picture *p, size_t row, uint32_t skip, uint32_t end,
                     uint32_t alpha)
{
    const uint32_t *run = p->runs + p->rows[2 * row], *from = p->pixels + p->rows[2 * row + 1];

    for (uint32_t x = 0; x < end; run++) {
        uint32_t length = *run & 0xfffffff, kind = *run >> 28;
        uint32_t first = x < skip ? skip : x, last = x + length < end ? x + length : end;
        if (kind != RUN_SKIP && first < last) {
            uint32_t *to = at + (first - skip);
            if (kind == RUN_COPY && alpha == 255)
                memcpy(to, from + (first - x), (last - first) * sizeof *to);
            else
                blend_run(to, from + (first - x), last - first, alpha);
        }
        if (kind != RUN_SKIP)
            from += length;
        x += length;
    }
}

void blit_picture(struct canvas *c, const struct picture *p, int dx, int dy, uint32_t alpha)
{
    const struct target *t = target_of(c);
    struct box whole = {p->box.x0 + dx, p->box.y0 + dy, p->box.x1 + dx, p->box.y1 + dy},
               b = box_meet(whole, clip_of(c));

    if (box_empty(b) || alpha == 0 || c->svg || !touch(c, b))
        return;
    for (int y = b.y0; y < b.y1; y++)
        blit_row(row_of(t, b.x0, y), p, (size_t)(y - whole.y0), (uint32_t)(b.x0 - whole.x0),
                 (uint32_t)(b.x1 - whole.x0), alpha);
}

/* ---- a mask whose sides are stretched ---- */

/* The row or column of the small mask for one of the large rectangle. */
static int from_small(int at, int large, int small)
{
    return at < small / 2 ? at : at >= large - (small - small / 2) ? at - large + small : small / 2;
}

static void through(uint32_t *to, uint32_t ink, uint8_t alpha)
{
    if (alpha == 255)
        *to = pixel_over(ink, *to);
    else if (alpha > 0)
        *to = pixel_over(pixel_times(ink, alpha), *to);
}

static void fill_run(uint32_t *to, int n, uint32_t ink)
{
    if (ink >> 24 == 255)
        for (int i = 0; i < n; i++)
            to[i] = ink;
    else if (ink)
        for (int i = 0; i < n; i++)
            to[i] = pixel_over(ink, to[i]);
}

/* Columns x to end of a rectangle `large` wide, from a row of a mask `small` wide. */
static void nine_row(uint32_t *row, const uint8_t *alpha, int x, int end, int large, int small,
                     uint32_t ink)
{
    int flat = large - (small - small / 2); /* before this column all are like the middle one */
    int stop = end < flat ? end : flat;

    for (; x < end && x < small / 2; x++, row++)
        through(row, ink, alpha[x]);
    if (x < stop) {
        fill_run(row, stop - x, pixel_times(ink, alpha[small / 2]));
        row += stop - x;
        x = stop;
    }
    for (; x < end; x++, row++)
        through(row, ink, alpha[x - large + small]);
}

void blit_nine(struct canvas *c, const struct mask *m, struct box all, struct box covered,
               uint32_t ink)
{
    const struct target *t = target_of(c);
    struct box b = box_meet(all, clip_of(c));
    int width = all.x1 - all.x0;

    if (box_empty(b))
        return;
    for (int y = b.y0; y < b.y1; y++) {
        uint32_t *row = row_of(t, t->x0, y) - t->x0;
        const uint8_t *alpha =
            m->alpha + from_small(y - all.y0, all.y1 - all.y0, m->height) * m->stride;
        bool hidden = y >= covered.y0 && y < covered.y1 && covered.x0 < covered.x1;
        int end = hidden && covered.x0 < b.x1 ? covered.x0 : b.x1;
        int again = hidden && covered.x1 > b.x0 ? covered.x1 : b.x0;
        if (end > b.x0)
            nine_row(row + b.x0, alpha, b.x0 - all.x0, end - all.x0, width, m->width, ink);
        if (hidden && again < b.x1)
            nine_row(row + again, alpha, again - all.x0, b.x1 - all.x0, width, m->width, ink);
    }
}

/* ---- pictures that are kept ---- */

static enum run run_of(uint32_t pixel)
{
    uint32_t alpha = pixel >> 24;

    return alpha == 0 ? RUN_SKIP : alpha == 255 ? RUN_COPY : RUN_BLEND;
}

/* Length of the run that begins at `at`. */
static uint32_t run_length(const uint32_t *at, uint32_t left, enum run kind)
{
    uint32_t n = 1;

    /* Most of a picture is opaque or empty: eight at once. */
    if (kind != RUN_BLEND)
        for (; n + 8 <= left; n += 8) {
            uint32_t all = at[n], any = at[n];
            for (uint32_t i = 1; i < 8; i++) {
                all &= at[n + i];
                any |= at[n + i];
            }
            if (kind == RUN_COPY ? all >> 24 != 255 : any >> 24 != 0)
                break;
        }
    while (n < left && run_of(at[n]) == kind)
        n++;
    return n;
}

/* Notes the runs of a row; returns how many pixels are not skipped. */
static size_t note_runs(struct memory *m, struct picture *p, const uint32_t *row, uint32_t width)
{
    size_t pixels = 0;

    for (uint32_t x = 0, n; x < width; x += n) {
        enum run kind = run_of(row[x]);
        n = run_length(row + x, width - x, kind);
        if (p->run_count == p->run_room)
            p->runs = memory_make_room(m, p->runs, p->run_count, &p->run_room, sizeof *p->runs);
        p->runs[p->run_count++] = (uint32_t)kind << 28 | n;
        pixels += kind == RUN_SKIP ? 0 : n;
    }
    return pixels;
}

static void copy_runs(struct picture *p, const uint32_t *row, size_t first_run, size_t end_run,
                      uint32_t *to)
{
    for (size_t i = first_run; i < end_run; i++) {
        uint32_t n = p->runs[i] & 0xfffffff;
        if (p->runs[i] >> 28 != RUN_SKIP) {
            memcpy(to, row, n * sizeof *row);
            to += n;
        }
        row += n;
    }
}

void picture_take(struct memory *m, const struct target *t, struct box box, struct picture *out)
{
    uint32_t width = (uint32_t)(box.x1 - box.x0);
    size_t height = box_empty(box) ? 0 : (size_t)(box.y1 - box.y0);

    *out = (struct picture){.box = box};
    if (height == 0)
        return;
    out->rows = memory_take(m, 2 * height * sizeof *out->rows);
    for (size_t y = 0; y < height; y++) {
        out->rows[2 * y] = (uint32_t)out->run_count;
        out->rows[2 * y + 1] = (uint32_t)out->pixel_count;
        out->pixel_count += note_runs(m, out, row_of(t, box.x0, box.y0 + (int)y), width);
    }
    out->pixels = memory_take(m, (out->pixel_count + 1) * sizeof *out->pixels);
    for (size_t y = 0; y < height; y++)
        copy_runs(out, row_of(t, box.x0, box.y0 + (int)y), out->rows[2 * y],
                  y + 1 < height ? out->rows[2 * y + 2] : out->run_count,
                  out->pixels + out->rows[2 * y + 1]);
}

static void picture_free(struct memory *m, struct picture *p)
{
    if (p->runs) {
        memory_give(m, p->runs, p->run_room * sizeof *p->runs);
        memory_give(m, p->rows, 2 * (size_t)(p->box.y1 - p->box.y0) * sizeof *p->rows);
        memory_give(m, p->pixels, (p->pixel_count + 1) * sizeof *p->pixels);
    }
    *p = (struct picture){.box = {0, 0, 0, 0}};
}

void kept_free(struct memory *m, struct kept *k)
{
    picture_free(m, &k->picture);
    memory_give(m, k->marks, k->mark_count * sizeof *k->marks);
    memory_give(m, k->texts, k->octets);
    *k = (struct kept){.painted = false};
}
