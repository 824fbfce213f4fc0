/* Lines and curves as pens draw them: whole, dashed, dotted. */
#include "render/canvas/canvas_parts.h"

#include <math.h>

static const double TURN = 6.283185307179586;
enum { CURVE_PIECES = 64, POINTS_MAX = 1024 };

double pen_pixels(const struct canvas *c, struct pen pen)
{
    double width = pen.width * view_of(c)->k;

    if (!(width > 1))
        return 1;
    return !c->moving && width < 2.5 ? round(width) : fmin(width, 1e4);
}

static uint32_t pen_colour(const struct canvas *c, struct pen pen)
{
    return canvas_colour(c, pen.colour, pen.alpha == 0 ? 1 : pen.alpha);
}

/* A path of device points. */
struct stroke {
    struct canvas *canvas;
    const struct point *p;
    size_t count;
    double half;
    enum segment_end ends, joints;
};

static struct point on_way(struct point a, struct point b, double part)
{
    return (struct point){a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part};
}

static bool seen(const struct stroke *s, struct point a, struct point b)
{
    struct box clip = clip_of(s->canvas);
    double reach = s->half + 1;

    return fmax(a.x, b.x) + reach > clip.x0 && fmin(a.x, b.x) - reach < clip.x1 &&
           fmax(a.y, b.y) + reach > clip.y0 && fmin(a.y, b.y) - reach < clip.y1;
}

static void stroke_whole(const struct stroke *s)
{
    for (size_t i = 0; i + 1 < s->count; i++)
        if (seen(s, s->p[i], s->p[i + 1]))
            cover_segment(s->canvas, &(struct segment){s->p[i], s->p[i + 1], s->half,
                                                       i == 0 ? s->ends : s->joints,
                                                       i + 2 == s->count ? s->ends : s->joints});
}

static void stroke_dots(const struct stroke *s)
{
    double step = fmax(4, 4.8 * s->half), next = 0; /* from the present point to the next dot */

    for (size_t i = 0; i + 1 < s->count; i++) {
        struct point a = s->p[i], b = s->p[i + 1];
        double length = hypot(b.x - a.x, b.y - a.y);
        if (!seen(s, a, b)) {
            next = length > next ? step - fmod(length - next, step) : next - length;
            continue;
        }
        while (next <= length && length > 0) {
            struct point at = on_way(a, b, next / length);
            if (seen(s, at, at))
                cover_segment(s->canvas, &(struct segment){at, at, s->half, END_ROUND, END_ROUND});
            next += step;
        }
        next -= length;
    }
}

static void stroke_dashes(const struct stroke *s)
{
    double on = fmax(4, 6 * s->half), step = on + fmax(4, 5 * s->half), gone = 0;

    for (size_t i = 0; i + 1 < s->count; i++) {
        struct point a = s->p[i], b = s->p[i + 1];
        double length = hypot(b.x - a.x, b.y - a.y), end = gone + length;
        double from = floor(gone / step) * step;
        while (seen(s, a, b) && length > 0 && from < end) {
            double begin = fmax(from, gone), stop = fmin(from + on, end);
            struct point p = on_way(a, b, (begin - gone) / length),
                         q = on_way(a, b, (stop - gone) / length);
            if (begin < stop && seen(s, p, q))
                cover_segment(s->canvas,
                              &(struct segment){p, q, s->half, from >= gone ? END_CUT : s->joints,
                                                from + on <= end ? END_CUT : s->joints});
            from += step;
        }
        gone = end;
    }
}

/* For a file, that keeps strokes as they are. */
static void stroke_with_cairo(struct canvas *c, const struct point *p, size_t count, bool cut,
                              struct pen pen)
{
    cairo_t *cr = cairo_pen(c, pen, cut);

    cairo_new_path(cr);
    for (size_t i = 0; i < count; i++)
        cairo_line_to(cr, p[i].x, p[i].y);
    cairo_stroke(cr);
}

/* Device points; touched already. */
static void draw_stroke(struct canvas *c, const struct point *p, size_t count,
                        enum segment_end ends, enum segment_end joints, struct pen pen)
{
    struct stroke s = {c, p, count, pen_pixels(c, pen) / 2, ends, joints};

    if (c->svg) {
        stroke_with_cairo(c, p, count, ends == END_CUT, pen);
        return;
    }
    cover_begin(c);
    if (pen.dash == DASH_DASHED)
        stroke_dashes(&s);
    else if (pen.dash == DASH_DOTTED)
        stroke_dots(&s);
    else
        stroke_whole(&s);
    cover_end(c, pen_colour(c, pen));
}

/* ---- what canvas.h offers ---- */

/* A still line along an axis lies on whole pixels. */
static bool draw_straight(struct canvas *c, struct point a, struct point b, struct pen pen)
{
    double width = round(pen_pixels(c, pen)), x0 = fmin(a.x, b.x), x1 = fmax(a.x, b.x),
           y0 = fmin(a.y, b.y), y1 = fmax(a.y, b.y);

    if (c->moving || pen.dash != DASH_NONE || (x0 != x1 && y0 != y1))
        return false;
    if (x0 == x1)
        x0 = round(x0 - width / 2 - 1e-6), x1 = x0 + width;
    else
        y0 = round(y0 - width / 2 - 1e-6), y1 = y0 + width;
    blit_fill(c, box_around(round(x0), round(y0), round(x1), round(y1)), pen_colour(c, pen));
    return true;
}

static double on_pixel(double v, double width)
{
    return lround(width) % 2 ? floor(v) + 0.5 : round(v);
}

void canvas_line(struct canvas *c, struct point a, struct point b, struct pen pen)
{
    struct point ends[2] = {a, b};
    double width = pen_pixels(c, pen);

    if (!touch_points(c, ends, 2, width))
        return;
    a = device_point(c, a);
    b = device_point(c, b);
    if (draw_straight(c, a, b, pen))
        return;
    if (!c->moving && a.x == b.x)
        a.x = b.x = on_pixel(a.x, width);
    if (!c->moving && a.y == b.y)
        a.y = b.y = on_pixel(a.y, width);
    ends[0] = a;
    ends[1] = b;
    draw_stroke(c, ends, 2, END_CUT, END_ROUND, pen); /* ends where it is said to end */
}

/* How many pieces make it round to a quarter of a pixel. */
static int pieces_of(const struct point p[4])
{
    double x = fmax(fabs(p[0].x - 2 * p[1].x + p[2].x), fabs(p[1].x - 2 * p[2].x + p[3].x)),
           y = fmax(fabs(p[0].y - 2 * p[1].y + p[2].y), fabs(p[1].y - 2 * p[2].y + p[3].y));

    return (int)fmin(CURVE_PIECES, 1 + ceil(sqrt(3 * hypot(x, y))));
}

static void curve_with_cairo(struct canvas *c, const struct point p[4], struct pen pen)
{
    cairo_t *cr = cairo_pen(c, pen, true);

    cairo_new_path(cr);
    cairo_move_to(cr, p[0].x, p[0].y);
    cairo_curve_to(cr, p[1].x, p[1].y, p[2].x, p[2].y, p[3].x, p[3].y);
    cairo_stroke(cr);
}

void canvas_curve(struct canvas *c, const struct point p[4], struct pen pen)
{
    struct point d[4], flat[CURVE_PIECES + 1];

    if (!touch_points(c, p, 4, pen_pixels(c, pen)))
        return;
    for (int i = 0; i < 4; i++)
        d[i] = device_point(c, p[i]);
    if (c->svg) {
        curve_with_cairo(c, d, pen);
        return;
    }
    int pieces = pieces_of(d);
    for (int i = 0; i <= pieces; i++) {
        double t = (double)i / pieces, u = 1 - t;
        double w[4] = {u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t};
        flat[i] = (struct point){w[0] * d[0].x + w[1] * d[1].x + w[2] * d[2].x + w[3] * d[3].x,
                                 w[0] * d[0].y + w[1] * d[1].y + w[2] * d[2].y + w[3] * d[3].y};
    }
    draw_stroke(c, flat, (size_t)pieces + 1, END_CUT, END_GOES_ON, pen);
}

void canvas_polyline(struct canvas *c, const struct point *p, size_t count, struct pen pen)
{
    struct point flat[POINTS_MAX];
    size_t n = 0;

    if (!touch_points(c, p, count, pen_pixels(c, pen)))
        return;
    for (size_t i = 0; i < count; i++) {
        flat[n++] = device_point(c, p[i]);
        if (n == POINTS_MAX || i + 1 == count) { /* longer ones in parts that join */
            draw_stroke(c, flat, n, END_ROUND, END_ROUND, pen);
            flat[0] = flat[n - 1];
            n = 1;
        }
    }
}

void canvas_disc(struct canvas *c, struct point middle, double radius, enum colour fill)
{
    double r = touch_round(c, middle, radius, 0);
    struct point p = device_point(c, middle);

    if (r < 0)
        return;
    if (c->svg) {
        cairo_t *cr = canvas_ink(c, canvas_colour(c, fill, 1));
        cairo_new_path(cr);
        cairo_arc(cr, p.x, p.y, r, 0, TURN);
        cairo_fill(cr);
        return;
    }
    cover_begin(c);
    cover_segment(c, &(struct segment){p, p, r, END_ROUND, END_ROUND});
    cover_end(c, canvas_colour(c, fill, 1));
}

void canvas_ring(struct canvas *c, struct point middle, double radius, struct pen pen)
{
    double width = pen_pixels(c, pen), r = touch_round(c, middle, radius, width);

    if (r < 0)
        return;
    if (c->svg) {
        canvas_arc(c, middle, radius, 0, TURN, pen);
        return;
    }
    cover_begin(c);
    cover_ring(c, device_point(c, middle), r, width / 2);
    cover_end(c, pen_colour(c, pen));
}
