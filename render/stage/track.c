#include "render/stage/track.h"

#include <math.h>

static struct point between(struct point a, struct point b, double part)
{
    return (struct point){a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part};
}

static struct point on_curve(const struct point p[4], double t)
{
    struct point a = between(p[0], p[1], t), b = between(p[1], p[2], t), c = between(p[2], p[3], t);

    return between(between(a, b, t), between(b, c, t), t);
}

/* Direction of travel, of length 1. */
static struct point heading(const struct point p[4], double t)
{
    const double step = 0.01;
    struct point a = on_curve(p, fmax(t - step, 0)), b = on_curve(p, fmin(t + step, 1));
    double x = b.x - a.x, y = b.y - a.y, length = hypot(x, y);

    return length > 0 ? (struct point){x / length, y / length} : (struct point){1, 0};
}

struct track track_of(const struct point p[4])
{
    enum { PIECES = 12 };
    struct track t = {.length = 0};
    struct point last = p[0];

    for (int i = 0; i < 4; i++)
        t.p[i] = p[i];
    for (int i = 1; i <= PIECES; i++) {
        struct point at = on_curve(p, (double)i / PIECES);
        t.length += hypot(at.x - last.x, at.y - last.y);
        last = at;
    }
    return t;
}

struct track track_reversed(const struct track *t)
{
    return (struct track){.p = {t->p[3], t->p[2], t->p[1], t->p[0]}, .length = t->length};
}

struct point track_at(const struct track *t, double part, double aside)
{
    struct point at = on_curve(t->p, part);

    if (aside != 0) { /* y grows downwards: to the right of (1, 0) is (0, 1) */
        struct point ahead = heading(t->p, part);
        at.x -= ahead.y * aside;
        at.y += ahead.x * aside;
    }
    return at;
}

double track_within(const struct track *t, double part, double half)
{
    double margin = t->length > 0 ? fmin(half / t->length, 0.4) : 0;

    return margin + part * (1 - 2 * margin);
}

struct track track_piece(const struct track *t, double from, double to)
{
    struct point a[3], b[2], p[4] = {t->p[0], t->p[1], t->p[2], t->p[3]};

    for (int side = 0; side < 2; side++) { /* cut behind `to`, then before `from` */
        double cut = side == 0 ? to : (to > 0 ? from / to : 0);
        for (int i = 0; i < 3; i++)
            a[i] = between(p[i], p[i + 1], cut);
        b[0] = between(a[0], a[1], cut);
        b[1] = between(a[1], a[2], cut);
        struct point middle = between(b[0], b[1], cut);
        if (side == 0) {
            p[1] = a[0];
            p[2] = b[0];
            p[3] = middle;
        } else {
            p[0] = middle;
            p[1] = b[1];
            p[2] = a[2];
        }
    }
    return track_of(p);
}

void track_points(const struct track *t, double aside, struct point *out, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        out[i] = track_at(t, count > 1 ? (double)i / (count - 1) : 0, aside);
}

double track_reach(const struct track *t, double part, double width, double height)
{
    struct point ahead = heading(t->p, part);

    return fabs(ahead.x) * width / 2 + fabs(ahead.y) * height / 2;
}
