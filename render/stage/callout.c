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
                          double (*cost)(const void *context, struct rect r), const void *context)
{
    /* All round: sides and corners, below first. */
    enum { ACROSS = 5, DOWN = 5 };
    struct point middle = rect_middle(home);
    struct rect best = {0, 0, 0, 0};
    double least = HUGE_VAL;

    for (int i = 0; i < ACROSS * DOWN; i++) {
        int column = i % ACROSS - 2, row = 2 - i / ACROSS;
        double x = column / 2.0, y = row / 2.0;
        if (fabs(x) < 1 && fabs(y) < 1) /* on the host itself */
            continue;
        struct rect r = {middle.x + x * (home.w / 2 + size.x / 2 + GAP) - size.x / 2,
                         middle.y + y * (home.h / 2 + size.y / 2 + GAP) - size.y / 2, size.x,
                         size.y};
        struct rect kept = inside(area, r);
        struct point at = rect_middle(kept);
        double sum = cost(context, kept) + callout_shared(kept, home) * 4 + (double)i * 8 +
                     6 * hypot(at.x - middle.x, at.y - middle.y);
        if (sum < least) {
            least = sum;
            best = kept;
        }
    }
    return best;
}
