/* Soft shadows.  They would cost as much as all else together, so the corners are kept as a mask and the
 * sides between them are stretched. */
#include "render/canvas/canvas_parts.h"

#include <math.h>

struct shadow_key {
    char kind;
    int width, height, radius, reach;
};

/* How far (x, y) is outside of a rounded rectangle around (0, 0); inside: negative. */
static double distance(double x, double y, double width, double height, double radius)
{
    double dx = fabs(x) - width / 2 + radius, dy = fabs(y) - height / 2 + radius;
    double outside = sqrt(fmax(dx, 0) * fmax(dx, 0) + fmax(dy, 0) * fmax(dy, 0));

    return outside + fmin(fmax(dx, dy), 0) - radius;
}

static const struct mask *shadow_mask(struct canvas *c, struct shadow_key key)
{
    struct shadow_key plain;
    memset(&plain, 0, sizeof plain); /* holes are part of a key */
    plain.kind = key.kind;
    plain.width = key.width;
    plain.height = key.height;
    plain.radius = key.radius;
    plain.reach = key.reach;
    struct text name = text_from((const char *)&plain, sizeof plain);
    struct mask *m = cache_find(&c->masks, name);

    if (m)
        return m;
    int width = key.width + 2 * key.reach, height = key.height + 2 * key.reach;
    m = cache_put(&c->masks, name, sizeof *m + (size_t)width * (size_t)height, 0);
    m->width = m->stride = width;
    m->height = height;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double d = distance(x + 0.5 - width / 2.0, y + 0.5 - height / 2.0, key.width,
                                key.height, key.radius);
            double t = fmin(fmax((d + key.reach) / (2.0 * key.reach), 0), 1);
            double dark = 1 - t * t * (3 - 2 * t);
            m->alpha[y * width + x] = (uint8_t)lround(255 * dark * dark);
        }
    return m;
}

/* The row or column of the small mask for one of the large shadow. */
static int from_small(int at, int large, int small)
{
    return at < small / 2 ? at : at >= large - (small - small / 2) ? at - large + small : small / 2;
}

/* Columns x to end of a shadow `large` wide, from a row of a mask `small` wide. */
static void shadow_row(uint32_t *row, const uint8_t *alpha, int x, int end, int large, int small,
                       uint32_t ink)
{
    int flat = large - (small - small / 2); /* before this column all are like the middle one */
    uint32_t middle = pixel_times(ink, alpha[small / 2]);

    for (; x < end && x < small / 2; x++, row++)
        *row = pixel_over(pixel_times(ink, alpha[x]), *row);
    if (middle)
        for (int i = 0; i < (end < flat ? end : flat) - x; i++)
            row[i] = pixel_over(middle, row[i]);
    int skip = (end < flat ? end : flat) - x;
    row += skip > 0 ? skip : 0;
    x += skip > 0 ? skip : 0;
    for (; x < end; x++, row++)
        *row = pixel_over(pixel_times(ink, alpha[from_small(x, large, small)]), *row);
}

void canvas_shadow(struct canvas *c, struct rect r, double radius)
{
    struct device_rect d = device_rect(c, r);
    double k = view_of(c)->k;
    int reach = (int)fmin(fmax(round((SHADOW_REACH - 4) * k), 2), 64), drop = (int)round(3 * k);
    int corner = (int)fmin(fmax(round(radius * k), 1), 200);
    uint32_t ink = premultiplied(theme_colour(c->theme, COLOUR_SHADOW));

    if (!d.drawn || ink >> 24 == 0 || !c->paint || c->svg)
        return;
    struct box body = box_around(d.x0, d.y0, d.x1, d.y1);
    struct box all = {body.x0 - reach, body.y0 - reach + drop, body.x1 + reach,
                      body.y1 + reach + drop};
    struct box b = box_meet(all, clip_of(c));
    if (!touch(c, b))
        return;
    int width = body.x1 - body.x0, height = body.y1 - body.y0, least = 2 * (corner + reach) + 1;
    const struct mask *m =
        shadow_mask(c, (struct shadow_key){'S', width < least ? width : least,
                                           height < least ? height : least, corner, reach});
    const struct target *t = target_of(c);
    for (int y = b.y0; y < b.y1; y++) {
        uint32_t *row = t->pixels + (ptrdiff_t)(y - t->y0) * t->stride - t->x0;
        const uint8_t *alpha =
            m->alpha + from_small(y - all.y0, all.y1 - all.y0, m->height) * m->stride;
        /* What lies below the body is not seen. */
        bool covered = y >= body.y0 + corner && y < body.y1 - corner;
        int end = covered && body.x0 < b.x1 ? body.x0 + 1 : b.x1;
        int again = covered ? body.x1 - 1 : b.x1;
        end = end > b.x1 ? b.x1 : end;
        again = again < b.x0 ? b.x0 : again;
        if (end > b.x0)
            shadow_row(row + b.x0, alpha, b.x0 - all.x0, end - all.x0, all.x1 - all.x0, m->width,
                       ink);
        if (again > end && again < b.x1)
            shadow_row(row + again, alpha, again - all.x0, b.x1 - all.x0, all.x1 - all.x0, m->width,
                       ink);
    }
}
