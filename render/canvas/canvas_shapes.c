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

struct mask *mask_kept(struct canvas *c, const void *key, size_t key_size, int width, int height,
                       bool *known)
{
    struct text name = text_from(key, key_size);
    struct mask *m = cache_find(&c->masks, name);

    *known = m;
    if (m)
        return m;
    m = cache_put(&c->masks, name, sizeof *m + (size_t)width * (size_t)height, 0);
    m->width = m->stride = width;
    m->height = height;
    return m;
}

/* How far (x, y) is outside of a rounded rectangle around (0, 0); inside: negative. */
double rounded_distance(double x, double y, double width, double height, double radius)
{
    double dx = fabs(x) - width / 2 + radius, dy = fabs(y) - height / 2 + radius;
    double outside = sqrt(fmax(dx, 0) * fmax(dx, 0) + fmax(dy, 0) * fmax(dy, 0));

    return outside + fmin(fmax(dx, dy), 0) - radius;
}

static double within(double v)
{
    return v < 0 ? 0 : v > 1 ? 1 : v;
}

/* Radius and edge (the pen's width; 0: filled) in quarter pixels. */
static const struct mask *round_mask(struct canvas *c, struct mask_key key)
{
    bool known;
    struct mask *m = mask_kept(c, &key, sizeof key, key.width, key.height, &known);

    if (known)
        return m;
    for (int y = 0; y < key.height; y++)
        for (int x = 0; x < key.width; x++) {
            double d = rounded_distance(x + 0.5 - key.width / 2.0, y + 0.5 - key.height / 2.0,
                                        key.width, key.height, key.radius / 4.0);
            double part = within(0.5 - d) - (key.edge ? within(0.5 - d - key.edge / 4.0) : 0);
            m->alpha[y * key.width + x] = (uint8_t)lround(255 * part);
        }
    return m;
}

/* A rounded rectangle, or its outline (pen: width in pixels, 0: filled). */
static void draw_rounded(struct canvas *c, struct device_rect d, double radius, double pen,
                         uint32_t colour)
{
    struct box b = box_around(d.x0, d.y0, d.x1, d.y1);
    int width = b.x1 - b.x0, height = b.y1 - b.y0;
    double most = fmin(width, height) / 2.0;

    if (!touch(c, b))
        return;
    radius = radius > 0 ? fmin(fmin(radius, most), 200) : 0;
    pen = fmin(fmin(pen, most), 100);
    if (radius <= 0.25 && pen == 0) {
        blit_fill(c, b, colour);
        return;
    }
    int least = 2 * (int)(ceil(fmax(radius, pen)) + 1) + 1;
    const struct mask *m = round_mask(
        c, (struct mask_key){'R', width < least ? width : least, height < least ? height : least,
                             (int)lround(4 * radius), pen > 0 ? (int)fmax(1, round(4 * pen)) : 0});
    blit_nine(c, m, b, (struct box){0, 0, 0, 0}, premultiplied(colour));
}

static void fill_with_cairo(struct canvas *c, struct device_rect d, double radius, uint32_t colour)
{
    if (!touch(c, box_around(d.x0, d.y0, d.x1, d.y1)))
        return;
    cairo_t *cr = canvas_ink(c, colour);
    rounded_path(cr, d, radius);
    cairo_fill(cr);
}

void canvas_fill_alpha(struct canvas *c, struct rect r, double radius, enum colour colour,
                       double alpha)
{
    struct device_rect d = device_rect(c, r);
    uint32_t ink = canvas_colour(c, colour, alpha);

    if (!d.drawn || !c->paint)
        return;
    if (c->svg)
        fill_with_cairo(c, d, radius * view_of(c)->k, ink);
    else
        draw_rounded(c, d, radius * view_of(c)->k, 0, ink);
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

cairo_t *cairo_pen(struct canvas *c, struct pen pen, bool cut)
{
    cairo_t *cr = canvas_ink(c, canvas_colour(c, pen.colour, part(pen.alpha)));
    double width = pen_pixels(c, pen), dashes[2] = {fmax(4, 3 * width), fmax(4, 2.5 * width)},
           dots[2] = {0, fmax(4, 2.4 * width)};

    cut = pen.dash == DASH_DASHED || (cut && pen.dash == DASH_NONE);
    cairo_set_line_width(cr, width);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(cr, cut ? CAIRO_LINE_CAP_BUTT : CAIRO_LINE_CAP_ROUND);
    if (pen.dash == DASH_NONE)
        cairo_set_dash(cr, NULL, 0, 0);
    else
        cairo_set_dash(cr, pen.dash == DASH_DASHED ? dashes : dots, 2, 0);
    return cr;
}

void canvas_outline(struct canvas *c, struct rect r, double radius, struct pen pen)
{
    struct device_rect d = device_rect(c, r);

    if (!d.drawn || !c->paint)
        return;
    if (pen.dash == DASH_NONE && !c->svg) {
        draw_rounded(c, d, radius * view_of(c)->k, pen_pixels(c, pen),
                     canvas_colour(c, pen.colour, part(pen.alpha)));
        return;
    }
    if (!touch(c, box_around(d.x0, d.y0, d.x1, d.y1)))
        return;
    double half = fmin(pen_pixels(c, pen) / 2, fmin(d.x1 - d.x0, d.y1 - d.y0) / 2);
    d = (struct device_rect){d.x0 + half, d.y0 + half, d.x1 - half, d.y1 - half, true};
    cairo_t *cr = cairo_pen(c, pen, false);
    rounded_path(cr, d, fmax(0, radius * view_of(c)->k - half));
    cairo_stroke(cr);
}

bool touch_points(struct canvas *c, const struct point *p, size_t count, double reach)
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
    struct point d[COVER_CORNERS];
    uint32_t colour = canvas_colour(c, fill, 1);

    if (!touch_points(c, p, count, 0))
        return;
    for (size_t i = 0; i < count && i < COVER_CORNERS; i++)
        d[i] = device_point(c, p[i]);
    if (!c->svg && count <= COVER_CORNERS) {
        cover_begin(c);
        if (cover_convex(c, d, count)) {
            cover_end(c, colour);
            return;
        }
    }
    cairo_t *cr = canvas_ink(c, colour);
    path_of(c, cr, p, count);
    cairo_close_path(cr);
    cairo_fill(cr);
}

/* In pixels; negative: nothing to draw. */
double touch_round(struct canvas *c, struct point middle, double radius, double reach)
{
    double r = fmin(radius * view_of(c)->k, 1e5);
    struct point p = device_point(c, middle);
    double all = r + reach + 1;

    if (!(r > 0) || !point_fine(middle) ||
        !touch(c, box_around(p.x - all, p.y - all, p.x + all, p.y + all)))
        return -1;
    return r;
}

void canvas_arc(struct canvas *c, struct point middle, double radius, double from, double to,
                struct pen pen)
{
    double r = touch_round(c, middle, radius, pen_pixels(c, pen));
    struct point p = device_point(c, middle);

    if (r < 0 || isnan(from) || isnan(to) || fabs(from) > 1e3 || fabs(to) > 1e3)
        return;
    cairo_t *cr = cairo_pen(c, pen, false);
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
