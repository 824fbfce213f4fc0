#include "render/stage/callout.h"

#include <math.h>

static const double GAP = 10;

double callout_shared(struct rect a, struct rect b)
{
    double w = fmin(a.x + a.w, b.x + b.w) - fmax(a.x, b.x),
           h = fmin(a.y + a.h, b.y + b.h) - fmax(a.y, b.y);

    return w > 0 && h > 0 ? w * h : 0;
}

static struct rect inside(struct rect area, struct rect r)
{
    r.x = fmax(area.x, fmin(r.x, area.x + area.w - r.w));
    r.y = fmax(area.y, fmin(r.y, area.y + area.h - r.h));
    return r;
}

struct rect callout_place(struct rect area, struct rect home, struct point size,
                          const struct rect *taken, uint32_t count)
{
    /* Below, above, right, left, then the corners: a card is looked for below first. */
    static const struct point sides[] = {{0, 1},  {0, -1},  {1, 0}, {-1, 0}, {1, 1}, {-1, 1},
                                         {1, -1}, {-1, -1}, {2, 0}, {-2, 0}, {2, 1}, {-2, 1}};
    struct point middle = rect_middle(home);
    struct rect best = {0, 0, 0, 0};
    double least = HUGE_VAL;

    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++) {
        double reach_x = fmin(fabs(sides[i].x), 1) * (home.w / 2 + size.x / 2 + GAP) +
                         (fabs(sides[i].x) > 1 ? size.x / 2 : 0);
        struct rect r = {middle.x + copysign(reach_x, sides[i].x) - size.x / 2,
                         middle.y + sides[i].y * (home.h / 2 + size.y / 2 + GAP) - size.y / 2,
                         size.x, size.y};
        struct rect kept = inside(area, r);
        double cost = callout_shared(kept, home) * 4 + (double)i * 40 +
                      0.5 * (fabs(kept.x - r.x) + fabs(kept.y - r.y));
        for (uint32_t k = 0; k < count; k++)
            cost += callout_shared(kept, taken[k]);
        if (cost < least) {
            least = cost;
            best = kept;
        }
    }
    return best;
}
