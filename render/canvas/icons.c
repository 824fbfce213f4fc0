/* Icons: SVG files drawn at the size shown, kept as masks; and the shapes of reply classes. */
#include "render/canvas/canvas_parts.h"

#include <SDL2/SDL_image.h>
#include <math.h>
#include <stdio.h>

enum { SIDE_MAX = 1024, ON_PAPER = 4 /* times as fine in a file */ };

static const char *const files[ICON_COUNT] = {
#define X(suffix, file) file,
    ICONS(X)
#undef X
};

struct icon_key {
    char kind, icon;
    uint16_t side;
};

static SDL_Surface *load(const struct canvas *c, enum icon icon, int side)
{
    char path[sizeof c->icons + 64];

    snprintf(path, sizeof path, "%s/%s.svg", c->icons, files[icon]);
    SDL_RWops *file = SDL_RWFromFile(path, "rb");
    if (!file)
        return NULL;
    SDL_Surface *read = IMG_LoadSizedSVG_RW(file, side, side), *s = NULL;
    SDL_RWclose(file);
    if (read)
        s = SDL_ConvertSurfaceFormat(read, SDL_PIXELFORMAT_ARGB8888, 0);
    SDL_FreeSurface(read);
    return s;
}

/* What stands for an icon that cannot be read. */
static void plain_square(struct mask *m)
{
    int edge = m->width / 6 + 1;

    for (int y = edge; y < m->height - edge; y++)
        for (int x = edge; x < m->width - edge; x++)
            m->alpha[y * m->stride + x] = 255;
}

static const struct mask *icon_mask(struct canvas *c, enum icon icon, int side)
{
    struct icon_key key = {'I', (char)icon, (uint16_t)side};
    bool known;
    struct mask *m = mask_kept(c, &key, sizeof key, side, side, &known);

    if (known)
        return m;
    SDL_Surface *s = load(c, icon, side);
    if (!s) {
        plain_square(m);
        return m;
    }
    for (int y = 0; y < side && y < s->h; y++) {
        const uint8_t *row = (const uint8_t *)s->pixels + (ptrdiff_t)y * s->pitch;
        for (int x = 0; x < side && x < s->w; x++) {
            uint32_t pixel;
            memcpy(&pixel, row + (size_t)x * sizeof pixel, sizeof pixel);
            m->alpha[y * m->stride + x] = (uint8_t)(pixel >> 24);
        }
    }
    SDL_FreeSurface(s);
    return m;
}

void canvas_icon(struct canvas *c, enum icon icon, struct rect r, enum colour colour)
{
    struct point p = device_point(c, rect_middle(r));
    double wide = fmin(r.w, r.h) * view_of(c)->k;

    if ((unsigned)icon >= ICON_COUNT || !(wide >= 1) || !point_fine(p))
        return;
    int side = (int)lround(fmin(wide, SIDE_MAX)), x = (int)lround(p.x - side / 2.0),
        y = (int)lround(p.y - side / 2.0);
    mark_add(c, MARK_ICON, (struct device_rect){x, y, x + side, y + side, true}, 0, 0);
    if (!touch(c, (struct box){x, y, x + side, y + side}))
        return;
    if (c->svg)
        svg_mask(c, icon_mask(c, icon, ON_PAPER * side), ON_PAPER, x, y,
                 canvas_colour(c, colour, 1));
    else
        blit_mask(c, icon_mask(c, icon, side), x, y, canvas_colour(c, colour, 1));
}

/* ---- reply classes ---- */

static struct point around(struct point m, double x, double y)
{
    return (struct point){m.x + x, m.y + y};
}

static void tick(struct canvas *c, struct point m, double r)
{
    struct point p[3] = {around(m, -0.45 * r, 0.05 * r), around(m, -0.12 * r, 0.38 * r),
                         around(m, 0.48 * r, -0.35 * r)};

    canvas_disc(c, m, r, COLOUR_GOOD);
    canvas_polyline(c, p, 3, (struct pen){COLOUR_ON_STRONG, 0.26 * r, DASH_NONE, 0});
}

static void hourglass(struct canvas *c, struct point m, double r)
{
    double w = 0.72 * r, h = 0.95 * r;
    struct point upper[3] = {around(m, -w, -h), around(m, w, -h), around(m, 0, 0.1 * r)},
                 lower[3] = {around(m, 0, -0.1 * r), around(m, w, h), around(m, -w, h)};

    canvas_polygon(c, upper, 3, COLOUR_WAIT);
    canvas_polygon(c, lower, 3, COLOUR_WAIT);
    struct pen bar = {COLOUR_WAIT, 0.24 * r, DASH_NONE, 0};
    canvas_line(c, around(m, -w - 0.1 * r, -h), around(m, w + 0.1 * r, -h), bar);
    canvas_line(c, around(m, -w - 0.1 * r, h), around(m, w + 0.1 * r, h), bar);
}

static void octagon(struct canvas *c, struct point m, double r)
{
    static const double corner = 0.4142135623730951;
    double a = 0.96 * r, b = a * corner, d = 0.38 * r;
    struct point p[8] = {around(m, -b, -a), around(m, b, -a), around(m, a, -b), around(m, a, b),
                         around(m, b, a),   around(m, -b, a), around(m, -a, b), around(m, -a, -b)};
    struct pen pen = {COLOUR_ON_STRONG, 0.26 * r, DASH_NONE, 0};
    struct point one[2] = {around(m, -d, -d), around(m, d, d)},
                 other[2] = {around(m, -d, d), around(m, d, -d)};

    canvas_polygon(c, p, 8, COLOUR_BAD);
    canvas_polyline(c, one, 2, pen);
    canvas_polyline(c, other, 2, pen);
}

void canvas_class(struct canvas *c, int class, struct point middle, double radius)
{
    struct rect r = {middle.x - radius, middle.y - radius, 2 * radius, 2 * radius};
    struct device_rect d = device_rect(c, r);

    if (!d.drawn)
        return;
    mark_add(c, MARK_ICON, d, 0, 0);
    if (class == 2)
        tick(c, middle, radius);
    else if (class == 3)
        canvas_ring(c, middle, radius * 0.82,
                    (struct pen){COLOUR_GOOD, radius * 0.34, DASH_NONE, 0});
    else if (class == 4)
        hourglass(c, middle, radius);
    else if (class == 5)
        octagon(c, middle, radius);
    else {
        canvas_ring(c, middle, radius * 0.88,
                    (struct pen){COLOUR_WIRE, radius * 0.2, DASH_NONE, 0});
        canvas_disc(c, middle, radius * 0.3, COLOUR_WIRE);
    }
}
