/* Shapes: rounded rectangles, lines, curves, discs. */
#include "render/canvas/canvas_parts.h"

#include <math.h>

static const double QUARTER = 1.5707963267948966;

static double part(double alpha)
{
    return alpha == 0 ? 1 : alpha;
}

static void rounded_path(cairo_t *cr, struct device_rect d, double radius)
{
    double most = fmin(d.x1 - d.x0, d.y1 - d.y0) / 2, r = fmin(radius, most);

    cairo_new_path(cr);
    if (!(r > 0.25)) {
        cairo_rectangle(cr, d.x0, d.y0, d.x1 - d.x0, d.y1 - d.y0);
        return;
    }
    cairo_arc(cr, d.x1 - r, d.y0 + r, r, -QUARTER, 0);
    cairo_arc(cr, d.x1 - r, d.y1 - r, r, 0, QUARTER);
    cairo_arc(cr, d.x0 + r, d.y1 - r, r, QUARTER, 2 * QUARTER);
    cairo_arc(cr, d.x0 + r, d.y0 + r, r, 2 * QUARTER, 3 * QUARTER);
    cairo_close_path(cr);
}

static void fill_rounded(struct canvas *c, struct device_rect d, double radius, uint32_t colour)
{
    struct box b = box_around(d.x0, d.y0, d.x1, d.y1);
    bool whole = d.x0 == b.x0 && d.y0 == b.y0 && d.x1 == b.x1 && d.y1 == b.y1;

    if (!touch(c, b))
        return;
    if (whole && radius <= 0.25) {
        blit_fill(c, b, colour);
        return;
    }
    cairo_t *cr = canvas_ink(c, colour);
    rounded_path(cr, d, radius);
    cairo_fill(cr);
}

void canvas_fill_alpha(struct canvas *c, struct rect r, double radius, enum colour colour,
                       double alpha)
{
    struct device_rect d = device_rect(c, r);

    if (d.drawn && c->paint)
        fill_rounded(c, d, radius * view_of(c)->k, canvas_colour(c, colour, alpha));
}

void canvas_fill(struct canvas *c, struct rect r, double radius, enum colour colour)
{
    canvas_fill_alpha(c, r, radius, colour, 1);
}

void canvas_image(struct canvas *c, struct rect r, double radius, const uint32_t *pixels, int width,
                  int height, int stride)
{
    struct device_rect d = device_rect(c, r);

    if (!d.drawn || !c->paint || !touch(c, box_around(d.x0, d.y0, d.x1, d.y1)))
        return;
    cairo_surface_t *image = cairo_image_surface_create_for_data(
        (unsigned char *)(uintptr_t)pixels, CAIRO_FORMAT_ARGB32, width, height, stride);
    cairo_pattern_t *pattern = cairo_pattern_create_for_surface(image);
    cairo_matrix_t m;
    cairo_t *cr = canvas_ink(c, 0);

    cairo_matrix_init_scale(&m, width / (d.x1 - d.x0), height / (d.y1 - d.y0));
    cairo_matrix_translate(&m, -d.x0, -d.y0);
    cairo_pattern_set_matrix(pattern, &m);
    cairo_pattern_set_extend(pattern, CAIRO_EXTEND_PAD);
    rounded_path(cr, d, radius * view_of(c)->k);
    cairo_set_source(cr, pattern);
    cairo_fill(cr);
    cairo_pattern_destroy(pattern);
    cairo_surface_destroy(image);
}

/* Pixels of a pen: never so thin that it cannot be seen; whole ones if it is thin and stands still. */
static double pen_width(const struct canvas *c, struct pen pen)
{
    double width = pen.width * view_of(c)->k;

    if (!(width > 1))
        return 1;
    return !c->moving && width < 2.5 ? round(width) : fmin(width, 1e4);
}

static cairo_t *take_pen(struct canvas *c, struct pen pen)
{
    cairo_t *cr = canvas_ink(c, canvas_colour(c, pen.colour, part(pen.alpha)));
    double width = pen_width(c, pen), dashes[2] = {fmax(4, 3 * width), fmax(4, 2.5 * width)},
           dots[2] = {0, fmax(4, 2.4 * width)};

    cairo_set_line_width(cr, width);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(cr, pen.dash == DASH_DASHED ? CAIRO_LINE_CAP_BUTT : CAIRO_LINE_CAP_ROUND);
    if (pen.dash == DASH_NONE)
        cairo_set_dash(cr, NULL, 0, 0);
    else
        cairo_set_dash(cr, pen.dash == DASH_DASHED ? dashes : dots, 2, 0);
    return cr;
}

void canvas_outline(struct canvas *c, struct rect r, double radius, struct pen pen)
{
    struct device_rect d = device_rect(c, r);
    double half = pen_width(c, pen) / 2;

    if (!d.drawn || !touch(c, box_around(d.x0, d.y0, d.x1, d.y1)))
        return;
    half = fmin(half, fmin(d.x1 - d.x0, d.y1 - d.y0) / 2);
    d = (struct device_rect){d.x0 + half, d.y0 + half, d.x1 - half, d.y1 - half, true};
    cairo_t *cr = take_pen(c, pen);
    rounded_path(cr, d, fmax(0, radius * view_of(c)->k - half));
    cairo_stroke(cr);
}

static bool touch_points(struct canvas *c, const struct point *p, size_t count, double reach)
{
    double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;

    for (size_t i = 0; i < count; i++) {
        if (!point_fine(p[i]))
            return false;
        struct point at = device_point(c, p[i]);
        x0 = fmin(x0, at.x);
        y0 = fmin(y0, at.y);
        x1 = fmax(x1, at.x);
        y1 = fmax(y1, at.y);
    }
    reach += 1;
    return count > 0 && touch(c, box_around(x0 - reach, y0 - reach, x1 + reach, y1 + reach));
}

/* So that a still line lies on whole pixels. */
static double on_pixel(double v, double width)
{
    return (long)lround(width) % 2 ? floor(v) + 0.5 : round(v);
}

void canvas_line(struct canvas *c, struct point a, struct point b, struct pen pen)
{
    struct point ends[2] = {a, b};
    double width = pen_width(c, pen);

    if (!touch_points(c, ends, 2, width))
        return;
    a = device_point(c, a);
    b = device_point(c, b);
    if (!c->moving && a.x == b.x)
        a.x = b.x = on_pixel(a.x, width);
    if (!c->moving && a.y == b.y)
        a.y = b.y = on_pixel(a.y, width);
    cairo_t *cr = take_pen(c, pen);
    if (pen.dash == DASH_NONE) /* ends where it is said to end */
        cairo_set_line_cap(cr, CAIRO_LINE_CAP_BUTT);
    cairo_new_path(cr);
    cairo_move_to(cr, a.x, a.y);
    cairo_line_to(cr, b.x, b.y);
    cairo_stroke(cr);
}

void canvas_curve(struct canvas *c, const struct point p[4], struct pen pen)
{
    struct point d[4];

    if (!touch_points(c, p, 4, pen_width(c, pen)))
        return;
    for (int i = 0; i < 4; i++)
        d[i] = device_point(c, p[i]);
    cairo_t *cr = take_pen(c, pen);
    if (pen.dash == DASH_NONE)
        cairo_set_line_cap(cr, CAIRO_LINE_CAP_BUTT);
    cairo_new_path(cr);
    cairo_move_to(cr, d[0].x, d[0].y);
    cairo_curve_to(cr, d[1].x, d[1].y, d[2].x, d[2].y, d[3].x, d[3].y);
    cairo_stroke(cr);
}

static void path_of(struct canvas *c, cairo_t *cr, const struct point *p, size_t count)
{
    cairo_new_path(cr);
    for (size_t i = 0; i < count; i++) {
        struct point at = device_point(c, p[i]);
        if (i == 0)
            cairo_move_to(cr, at.x, at.y);
        else
            cairo_line_to(cr, at.x, at.y);
    }
}

void canvas_polygon(struct canvas *c, const struct point *p, size_t count, enum colour fill)
{
    if (!touch_points(c, p, count, 0))
        return;
    cairo_t *cr = canvas_ink(c, canvas_colour(c, fill, 1));
    path_of(c, cr, p, count);
    cairo_close_path(cr);
    cairo_fill(cr);
}

void canvas_polyline(struct canvas *c, const struct point *p, size_t count, struct pen pen)
{
    if (!touch_points(c, p, count, pen_width(c, pen)))
        return;
    cairo_t *cr = take_pen(c, pen);
    path_of(c, cr, p, count);
    cairo_stroke(cr);
}

/* In pixels; negative: nothing to draw. */
static double touch_round(struct canvas *c, struct point middle, double radius, double reach)
{
    double r = fmin(radius * view_of(c)->k, 1e5);
    struct point p = device_point(c, middle);
    double all = r + reach + 1;

    if (!(r > 0) || !point_fine(middle) ||
        !touch(c, box_around(p.x - all, p.y - all, p.x + all, p.y + all)))
        return -1;
    return r;
}

void canvas_disc(struct canvas *c, struct point middle, double radius, enum colour fill)
{
    double r = touch_round(c, middle, radius, 0);
    struct point p = device_point(c, middle);

    if (r < 0)
        return;
    cairo_t *cr = canvas_ink(c, canvas_colour(c, fill, 1));
    cairo_new_path(cr);
    cairo_arc(cr, p.x, p.y, r, 0, 4 * QUARTER);
    cairo_fill(cr);
}

void canvas_ring(struct canvas *c, struct point middle, double radius, struct pen pen)
{
    canvas_arc(c, middle, radius, 0, 4 * QUARTER, pen);
}

void canvas_arc(struct canvas *c, struct point middle, double radius, double from, double to,
                struct pen pen)
{
    double r = touch_round(c, middle, radius, pen_width(c, pen));
    struct point p = device_point(c, middle);

    if (r < 0 || isnan(from) || isnan(to) || fabs(from) > 1e3 || fabs(to) > 1e3)
        return;
    cairo_t *cr = take_pen(c, pen);
    cairo_new_path(cr);
    cairo_arc(cr, p.x, p.y, r, from, to);
    cairo_stroke(cr);
}

void canvas_arrow_head(struct canvas *c, struct point from, struct point tip, double size,
                       enum colour colour)
{
    double x = tip.x - from.x, y = tip.y - from.y, length = hypot(x, y);

    if (!(length > 0) || !(size > 0))
        return;
    x = x / length * size;
    y = y / length * size;
    struct point p[3] = {tip,
                         {tip.x - x - y * 0.5, tip.y - y + x * 0.5},
                         {tip.x - x + y * 0.5, tip.y - y - x * 0.5}};
    canvas_polygon(c, p, 3, colour);
}

void canvas_hatch(struct canvas *c, struct rect r, double radius)
{
    struct device_rect d = device_rect(c, r);
    double k = view_of(c)->k, step = fmax(4, 8 * k), height = d.y1 - d.y0;
    struct box b = box_meet(box_around(d.x0, d.y0, d.x1, d.y1), clip_of(c));

    if (!d.drawn || !touch(c, b))
        return;
    cairo_t *cr = canvas_ink(c, canvas_colour(c, COLOUR_FAINT, 0.45));
    cairo_save(cr);
    rounded_path(cr, d, radius * k);
    cairo_clip(cr);
    cairo_set_line_width(cr, fmax(1, 1.5 * k));
    cairo_set_dash(cr, NULL, 0, 0);
    cairo_new_path(cr);
    /* Stripes stand still while the area grows: they begin at multiples of the step. */
    int from = (int)floor((fmax(d.x0, b.x0) - height) / step),
        to = (int)ceil(fmin(d.x1, b.x1) / step);
    for (int i = from; i < to; i++) {
        cairo_move_to(cr, i * step, d.y1);
        cairo_line_to(cr, i * step + height, d.y0);
    }
    cairo_stroke(cr);
    cairo_restore(cr);
}
