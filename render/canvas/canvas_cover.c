/*
 * canvas_cover.c - strokes, discs and convex shapes by their distance from each pixel.
 *
 * cairo is asked for anything and pays for it: some 50 us for a curve.  Here coverage is counted in an
 * 8-bit image that is clean between uses; each row remembers where it was touched.
 */
#include "render/canvas/canvas_parts.h"

#include <math.h>

/* fmin() and fmax() are calls, for the sake of NaN, which does not come here; so are ceil() and floor(). */
static double lesser(double a, double b)
{
    return a < b ? a : b;
}

static double greater(double a, double b)
{
    return a > b ? a : b;
}

/* Pixels whose middle lies between two places, within the clip: the first, and the one behind the last. */
static int first_pixel(double from, int clip)
{
    double at = lesser(from - 0.5, 1e8);
    int whole = at > clip ? (int)at : clip;

    return whole < at ? whole + 1 : whole;
}

static int last_pixel(double to, int clip)
{
    double at = greater(to + 0.5, -1e8);
    int whole = at < clip ? (int)at : clip;

    return whole > at ? whole - 1 : whole;
}

void cover_begin(struct canvas *c)
{
    struct cover *v = &c->cover;

    if (!v->alpha) {
        v->alpha = memory_take_clear(&c->memory, (size_t)c->width * (size_t)c->height);
        v->spans = memory_take(&c->memory, (size_t)c->height * sizeof *v->spans);
        v->width = c->width;
        v->height = c->height;
    }
    v->first = c->height;
    v->end = 0;
}

void cover_free(struct canvas *c)
{
    struct cover *v = &c->cover;

    memory_give(&c->memory, v->alpha, (size_t)v->width * (size_t)v->height);
    memory_give(&c->memory, v->spans, (size_t)v->height * sizeof *v->spans);
    *v = (struct cover){NULL, NULL, 0, 0, 0, 0};
}

/* The row of coverage at device y, so that [x] is a pixel; x0 to x1 of it will be written. */
static uint8_t *cover_row(struct canvas *c, int y, int x0, int x1)
{
    const struct target *t = target_of(c);
    struct cover *v = &c->cover;
    int row = y - t->y0;
    struct cover_span *span = &v->spans[row];

    /* Rows come in any order: those between are empty until they are touched. */
    while (v->first > v->end ? v->first = v->end = row, false : row < v->first)
        v->spans[--v->first] = (struct cover_span){INT32_MAX, 0};
    while (row >= v->end)
        v->spans[v->end++] = (struct cover_span){INT32_MAX, 0};
    span->x0 = x0 - t->x0 < span->x0 ? x0 - t->x0 : span->x0;
    span->x1 = x1 - t->x0 > span->x1 ? x1 - t->x0 : span->x1;
    return v->alpha + (ptrdiff_t)row * v->width - t->x0;
}

static void cover_pixel(uint8_t *at, double part)
{
    uint8_t alpha = part >= 1 ? 255 : part > 0 ? (uint8_t)(part * 255.999) : 0;

    *at = alpha > *at ? alpha : *at;
}

/* A segment's own axes: along it from its beginning, and off to its side. */
struct axes {
    double ux, uy, length, reach;
    double from, to; /* along: what is drawn at all */
};

/* Narrows [*left, *right] to where low <= base + x * slope <= high; `inverse` is 1 / slope, 0: it is flat. */
static void narrow(double *left, double *right, double base, double inverse, double low,
                   double high)
{
    double one = (low - base) * inverse, other = (high - base) * inverse;

    if (inverse == 0) {
        if (base < low || base > high)
            *right = *left - 1;
        return;
    }
    *left = greater(*left, lesser(one, other));
    *right = lesser(*right, greater(one, other));
}

static double inverse_of(double slope)
{
    return fabs(slope) < 1e-9 ? 0 : 1 / slope;
}

static double end_part(const struct axes *s, double along, double off, const struct segment *g)
{
    double out = along < 0 ? along : along > s->length ? along - s->length : 0;
    double part = s->reach - (out == 0 ? fabs(off) : sqrt(out * out + off * off));

    if (along < 0.5 && g->a_is == END_CUT)
        part = lesser(s->reach - fabs(off), along + 0.5);
    if (along > s->length - 0.5 && g->b_is == END_CUT)
        part = lesser(lesser(part, s->reach - fabs(off)), s->length - along + 0.5);
    return part;
}

static double beyond(enum segment_end end, double reach)
{
    return end == END_CUT ? 0.5 : end == END_GOES_ON ? lesser(reach, 1.5) : reach;
}

void cover_segment(struct canvas *c, const struct segment *g)
{
    double wide = g->b.x - g->a.x, high = g->b.y - g->a.y, length = sqrt(wide * wide + high * high);
    struct axes s = {1, 0, length, g->half + 0.5, 0, 0};
    struct box clip = clip_of(c);

    if (length > 1e-9) {
        s.ux = wide / length;
        s.uy = high / length;
    }
    s.from = -beyond(g->a_is, s.reach);
    s.to = length + beyond(g->b_is, s.reach);
    double whole_from = g->a_is == END_CUT ? 0.5 : 0,
           whole_to = g->b_is == END_CUT ? length - 0.5 : length, ahead = inverse_of(s.ux),
           side = inverse_of(s.uy);
    int y0 = first_pixel(lesser(g->a.y, g->b.y) - s.reach, clip.y0),
        y1 = last_pixel(greater(g->a.y, g->b.y) + s.reach, clip.y1);
    for (int y = y0; y < y1; y++) {
        double dy = y + 0.5 - g->a.y, left = -1e8, right = 1e8; /* from a.x on */
        narrow(&left, &right, -dy * s.ux, side, -s.reach, s.reach);
        narrow(&left, &right, dy * s.uy, ahead, s.from, s.to);
        int x0 = first_pixel(g->a.x + left, clip.x0), x1 = last_pixel(g->a.x + right, clip.x1);
        if (x0 >= x1)
            continue;
        uint8_t *row = cover_row(c, y, x0, x1);
        double dx = x0 + 0.5 - g->a.x, along = dx * s.ux + dy * s.uy, off = dx * s.uy - dy * s.ux;
        for (int x = x0; x < x1; x++) {
            cover_pixel(row + x, along >= whole_from && along <= whole_to
                                     ? s.reach - fabs(off)
                                     : end_part(&s, along, off, g));
            along += s.ux;
            off += s.uy;
        }
    }
}

void cover_ring(struct canvas *c, struct point middle, double radius, double half)
{
    struct box clip = clip_of(c);
    double reach = radius + half + 0.5;
    int y0 = first_pixel(middle.y - reach, clip.y0), y1 = last_pixel(middle.y + reach, clip.y1),
        x0 = first_pixel(middle.x - reach, clip.x0), x1 = last_pixel(middle.x + reach, clip.x1);

    for (int y = y0; y < y1 && x0 < x1; y++) {
        uint8_t *row = cover_row(c, y, x0, x1);
        double dy = y + 0.5 - middle.y;
        for (int x = x0; x < x1; x++) {
            double dx = x + 0.5 - middle.x;
            cover_pixel(row + x, half + 0.5 - fabs(sqrt(dx * dx + dy * dy) - radius));
        }
    }
}

/* Twice the area that a, b, d enclose, with the sign of their turn. */
static double turn(struct point a, struct point b, struct point d)
{
    return (b.x - a.x) * (d.y - a.y) - (b.y - a.y) * (d.x - a.x);
}

/* 1, -1: convex, and which way round; 0: not convex, or without area. */
static int convex(const struct point *p, size_t count)
{
    int way = 0;

    for (size_t i = 0; i < count; i++) {
        double t = turn(p[i], p[(i + 1) % count], p[(i + 2) % count]);
        if (fabs(t) < 1e-9)
            continue;
        if (way != 0 && (t > 0) != (way > 0))
            return 0;
        way = t > 0 ? 1 : -1;
    }
    return way;
}

bool cover_convex(struct canvas *c, const struct point *p, size_t count)
{
    struct box clip = clip_of(c);
    double nx[COVER_CORNERS], ny[COVER_CORNERS], off[COVER_CORNERS],
        left = INFINITY, right = -INFINITY, top = INFINITY, bottom = -INFINITY;
    int way = count <= COVER_CORNERS ? convex(p, count) : 0;

    if (way == 0)
        return false;
    for (size_t i = 0; i < count; i++) {
        struct point a = p[i], b = p[(i + 1) % count];
        double length = hypot(b.x - a.x, b.y - a.y);
        nx[i] = length > 1e-9 ? -(b.y - a.y) / length * way : 0; /* inwards */
        ny[i] = length > 1e-9 ? (b.x - a.x) / length * way : 0;
        off[i] = length > 1e-9 ? 0.5 - nx[i] * a.x - ny[i] * a.y : 1e9;
        left = fmin(left, a.x);
        right = fmax(right, a.x);
        top = fmin(top, a.y);
        bottom = fmax(bottom, a.y);
    }
    int y0 = first_pixel(top - 0.5, clip.y0), y1 = last_pixel(bottom + 0.5, clip.y1),
        x0 = first_pixel(left - 0.5, clip.x0), x1 = last_pixel(right + 0.5, clip.x1);
    for (int y = y0; y < y1 && x0 < x1; y++) {
        uint8_t *row = cover_row(c, y, x0, x1);
        for (int x = x0; x < x1; x++) {
            double part = 1;
            for (size_t i = 0; i < count; i++)
                part = lesser(part, nx[i] * (x + 0.5) + ny[i] * (y + 0.5) + off[i]);
            cover_pixel(row + x, part);
        }
    }
    return true;
}

/* How many times eight pixels are empty: a curve's row is mostly hole. */
static int empty_from(const uint8_t *alpha, int left)
{
    int n = 0;
    uint64_t eight = 0;

    for (; n + 8 <= left; n += 8) {
        memcpy(&eight, alpha + n, sizeof eight);
        if (eight)
            break;
    }
    return n;
}

void cover_end(struct canvas *c, uint32_t colour)
{
    struct cover *v = &c->cover;
    const struct target *t = target_of(c);
    uint32_t ink = premultiplied(colour);

    for (int row = v->first; row < v->end; row++) {
        struct cover_span span = v->spans[row];
        uint8_t *alpha = v->alpha + (ptrdiff_t)row * v->width;
        uint32_t *pixels = t->pixels + (ptrdiff_t)row * t->stride;
        for (int x = span.x0; x < span.x1; x++) {
            if (alpha[x] == 0) {
                x += empty_from(alpha + x + 1, span.x1 - x - 1);
                continue;
            }
            pixels[x] = pixel_over(alpha[x] == 255 ? ink : pixel_times(ink, alpha[x]), pixels[x]);
            alpha[x] = 0;
        }
    }
}
