#include "render/stage/callout.h"

#include <math.h>

/* Points between a card and its host; what each point costs that it is further away. */
static const double GAP = 10, FAR = 6;

double callout_shared(struct rect a, struct rect b)
{
    double w = fmin(a.x + a.w, b.x + b.w) - fmax(a.x, b.x),
           h = fmin(a.y + a.h, b.y + b.h) - fmax(a.y, b.y);

    return w > 0 && h > 0 ? w * h : 0;
}

/* How far two rects are from each other. */
static double between(struct rect a, struct rect b)
{
    double x = fmax(0, fmax(a.x - (b.x + b.w), b.x - (a.x + a.w))),
           y = fmax(0, fmax(a.y - (b.y + b.h), b.y - (a.y + a.h)));

    return sqrt(x * x + y * y);
}

struct rect callout_place(struct rect area, struct rect home, struct point size,
                          double (*cost)(const void *context, struct rect r), const void *context)
{
    /* Here and there first: then most of the others are too far away to be asked for. */
    enum { ACROSS = 65, DOWN = 33, PLACES = ACROSS * DOWN, STRIDE = 37 };
    struct point middle = rect_middle(home);
    struct rect around = rect_inset(home, -GAP), best = {0, 0, 0, 0};
    double least = HUGE_VAL, wide = fmax(0, area.w - size.x), high = fmax(0, area.h - size.y);

    for (int n = 0; n < PLACES; n++) {
        int i = n * STRIDE % PLACES, row = i / ACROSS;
        struct rect r = {area.x + wide * (i % ACROSS) / (ACROSS - 1),
                         area.y + high * row / (DOWN - 1), size.x, size.y};
        struct point at = rect_middle(r);
        double x = at.x - middle.x, y = at.y - middle.y;
        double sum = FAR * between(r, home) + sqrt(x * x + y * y) + callout_shared(r, around) * 4;
        if (sum >= least)
            continue;
        sum += cost(context, r);
        if (sum < least) {
            least = sum;
            best = r;
        }
    }
    return best;
}
