#include "render/stage/clear.h"

#include <math.h>

enum { TURNS = 24, STEPS_LEAST = 8, STEPS_MOST = 96, HALVINGS = 10 };

/* Points: from one place that is tried to the next; of a way between two looks at it. */
static const double RING = 6, STEP = 6;
/* A lane keeps so far from the middle of its way; is tried further and further outside; and for each point
 * that it is further outside it has to be so much longer. */
static const double GAP = 2, OUT = 6, OUT_MOST = 132, OUT_COSTS = 1.5;
/* Between two looks a corner may be met by less than that. */
static const double AIR = 2;
/* What goes to the other side of its way meets those who belong there. */
static const double OTHER_SIDE = 70;
/* So much of a way a band must follow. */
static const double BAND = 0.8;
/* So much of its way is enough; longer is not better. */
static const double ENOUGH = 110, ENOUGH_PART = 0.75;

void clear_begin(struct clear *c, struct memory *memory, struct rect area)
{
    *c = (struct clear){.memory = memory, .area = area};
}

void clear_end(struct clear *c)
{
    memory_give(c->memory, c->boxes, c->room * sizeof *c->boxes);
    memory_give(c->memory, c->kept, c->kept_room * sizeof *c->kept);
    *c = (struct clear){.memory = c->memory};
}

void clear_take(struct clear *c, struct rect r)
{
    if (r.w <= 0 || r.h <= 0)
        return;
    c->boxes = memory_make_room(c->memory, c->boxes, c->count, &c->room, sizeof *c->boxes);
    c->boxes[c->count++] = r;
}

void clear_moves(struct clear *c)
{
    c->still = c->count;
    c->kept_count = 0;
}

/* ---- places ----------------------------------------------------------------------------------- */

static bool meets(struct rect a, struct rect b)
{
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

static bool holds(struct rect outer, struct rect r)
{
    return r.x >= outer.x && r.y >= outer.y && r.x + r.w <= outer.x + outer.w &&
           r.y + r.h <= outer.y + outer.h;
}

bool clear_is(const struct clear *c, struct rect r)
{
    if (!holds(c->area, r))
        return false;
    for (uint32_t i = 0; i < c->count; i++)
        if (meets(r, c->boxes[i]))
            return false;
    return true;
}

/* And not kept for others. */
static bool is_spare(const struct clear *c, struct rect r)
{
    for (uint32_t i = 0; i < c->kept_count; i++)
        if (meets(r, c->kept[i]))
            return false;
    return clear_is(c, r);
}

static int half_up(int i)
{
    return (i + 1) / 2;
}

static bool find_near(const struct clear *c, struct point size, double reach, struct point *at,
                      bool (*good)(const struct clear *c, struct rect r))
{
    const double full = 6.283185307179586;

    if (good(c, rect_around(*at, size)))
        return true;
    for (int ring = 1; ring * RING <= reach; ring++)
        for (int i = 0; i < TURNS; i++) { /* below first, then to both sides of it */
            double turn = full / 4 + (i % 2 ? 1 : -1) * half_up(i) * full / TURNS,
                   far = ring * RING;
            struct point p = {at->x + far * cos(turn), at->y + far * sin(turn)};
            if (good(c, rect_around(p, size))) {
                *at = p;
                return true;
            }
        }
    return false;
}

bool clear_near(const struct clear *c, struct point size, double reach, struct point *at)
{
    return (c->kept_count > 0 && find_near(c, size, reach / 2, at, is_spare)) ||
           find_near(c, size, reach, at, clear_is);
}

/* ---- lanes ------------------------------------------------------------------------------------ */

static struct point on_lane(const struct track *t, const struct lane *lane, double part)
{
    double out = lane->off;

    if (lane->side != 0)
        out = lane->side * (track_reach(t, part, lane->size.y, lane->size.x) + GAP + lane->off);
    return track_at(t, part, out);
}

static bool is_free(const struct clear *c, const struct track *t, const struct lane *lane,
                    double part)
{
    return clear_is(c, rect_inset(rect_around(on_lane(t, lane, part), lane->size), -AIR));
}

/* Between a part that is free and one that is not: as far as it is. */
static double free_until(bool (*is)(const struct clear *c, const struct track *t,
                                    const struct lane *lane, double part),
                         const struct clear *c, const struct track *t, const struct lane *lane,
                         double good, double bad)
{
    for (int i = 0; i < HALVINGS; i++) {
        double middle = (good + bad) / 2;
        if (is(c, t, lane, middle))
            good = middle;
        else
            bad = middle;
    }
    return good;
}

/* The way, looked at once for all lanes beside it. */
struct looks {
    int steps;
    struct {
        struct point at, aside; /* on it; to its right, of length 1 */
        double reach;           /* of the box to the side */
    } look[STEPS_MOST + 1];
};

static void look_along(const struct track *t, struct point size, struct looks *l)
{
    l->steps = (int)fmax(STEPS_LEAST, fmin(t->length / STEP, STEPS_MOST));
    for (int i = 0; i <= l->steps; i++) {
        double part = (double)i / l->steps;
        struct point on = track_at(t, part, 0), right = track_at(t, part, 1);
        l->look[i].at = on;
        l->look[i].aside = (struct point){right.x - on.x, right.y - on.y};
        l->look[i].reach = track_reach(t, part, size.y, size.x);
    }
}

/* As is_free(), at a look. */
static bool look_free(const struct clear *c, const struct looks *l, int i, const struct lane *lane)
{
    double out = lane->side != 0 ? lane->side * (l->look[i].reach + GAP + lane->off) : lane->off;
    struct point at = {l->look[i].at.x + out * l->look[i].aside.x,
                       l->look[i].at.y + out * l->look[i].aside.y};

    return clear_is(c, rect_inset(rect_around(at, lane->size), -AIR));
}

/* From the first place on which it is clear to the last; what lies between is jumped over.  Returns how
 * much of the way is clear, less what is not between the two; negative: nothing is. */
static double find_ends(const struct clear *c, const struct track *t, const struct looks *l,
                        struct lane *lane)
{
    int first = -1, last = -1, free = 0;

    for (int i = 0; i <= l->steps; i++) {
        if (!look_free(c, l, i, lane))
            continue;
        first = first < 0 ? i : first;
        last = i;
        free++;
    }
    if (first < 0)
        return -1;
    lane->from = (double)first / l->steps;
    lane->to = (double)last / l->steps;
    if (first > 0)
        lane->from = free_until(is_free, c, t, lane, lane->from, (double)(first - 1) / l->steps);
    if (last < l->steps)
        lane->to = free_until(is_free, c, t, lane, lane->to, (double)(last + 1) / l->steps);
    return fmax(0, (double)(2 * free - (last - first + 1)) / l->steps);
}

/* Only those that a box of that size can meet anywhere on its lanes. */
static void gather_near(const struct clear *c, const struct track *t, struct point size,
                        struct clear *out)
{
    double left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY,
           out_x = size.x * 1.5 + OUT_MOST + 2 * GAP, out_y = size.y * 1.5 + OUT_MOST + 2 * GAP;

    for (int i = 0; i < 4; i++) { /* a curve stays within its points */
        left = fmin(left, t->p[i].x);
        right = fmax(right, t->p[i].x);
        top = fmin(top, t->p[i].y);
        bottom = fmax(bottom, t->p[i].y);
    }
    struct rect all = {left - out_x, top - out_y, right - left + 2 * out_x,
                       bottom - top + 2 * out_y};
    clear_begin(out, c->memory, c->area);
    for (uint32_t i = 0; i < c->still; i++)
        if (meets(c->boxes[i], all))
            clear_take(out, c->boxes[i]);
}

bool clear_lane(const struct clear *c, const struct track *t, struct point size, double side,
                struct lane *out)
{
    struct clear near;
    double best = -INFINITY;

    struct looks looks;

    gather_near(c, t, size, &near);
    look_along(t, size, &looks);
    double enough = fmax(ENOUGH, t->length * ENOUGH_PART);
    for (int other = 0; other < 2; other++)
        for (int out_by = 0; out_by * OUT <= OUT_MOST; out_by++) {
            double off = out_by * OUT;
            struct lane lane = {.size = size, .side = other ? -side : side, .off = off};
            double price = OUT_COSTS * off + (other && side != 0 ? OTHER_SIDE : 0);
            if (other && side == 0)
                lane.off = -off;
            if (fmin(enough, t->length) - price <= best) /* it cannot get better any more */
                break;
            double free = find_ends(&near, t, &looks, &lane),
                   worth = fmin(enough, free * t->length) - price;
            if (free < 0 || worth <= best)
                continue;
            best = worth;
            *out = lane;
        }
    clear_end(&near);
    return best > -INFINITY;
}

bool clear_beside(const struct clear *c, const struct track *t, double off, struct point size,
                  bool above, struct point *at)
{
    static const double parts[] = {0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8};
    enum { PARTS = sizeof parts / sizeof parts[0] };

    for (int out_by = 0; out_by * OUT <= OUT_MOST / 2; out_by++)
        for (int i = 0; i < 2 * PARTS; i++) {
            double part = parts[i / 2];
            struct point on = track_at(t, part, 0), right = track_at(t, part, 1);
            bool below = right.y - on.y > 0 || (right.y - on.y > -0.01 && right.x > on.x),
                 to_right = (i % 2 == 0) == (below != above);
            double out = track_reach(t, part, size.y, size.x) + off + out_by * OUT;
            struct point p = track_at(t, part, to_right ? out : -out);
            if (!is_spare(c, rect_around(p, size)))
                continue;
            *at = p;
            return true;
        }
    return false;
}

void clear_keep(struct clear *c, const struct track *t, struct point size)
{
    enum { LOOKS = 24 };
    struct lane lane = {.size = size};

    for (int i = 0; i <= LOOKS && t->length > 0; i++)
        for (int side = -1; side <= 1; side += 2) {
            lane.side = side;
            c->kept =
                memory_make_room(c->memory, c->kept, c->kept_count, &c->kept_room, sizeof *c->kept);
            c->kept[c->kept_count++] = rect_around(on_lane(t, &lane, (double)i / LOOKS), lane.size);
        }
}

/* How far a band that is clear in the middle reaches from there; negative: it is not clear there. */
static double band_until(const struct clear *c, const struct track *t, double width, int towards)
{
    enum { LOOKS = 24 };
    double part = -1;

    for (int i = 0; i <= LOOKS; i++) {
        double at = 0.5 + towards * 0.5 * i / LOOKS;
        if (!clear_is(c, rect_around(track_at(t, at, 0), (struct point){width, width})))
            return part;
        part = at;
    }
    return part;
}

double clear_band(const struct clear *c, const struct track *t, const double *widths,
                  uint32_t count, double *from, double *to)
{
    for (uint32_t i = 0; i < count; i++) {
        *from = band_until(c, t, widths[i], -1);
        *to = band_until(c, t, widths[i], 1);
        if (*from >= 0 && *to - *from >= BAND)
            return widths[i];
    }
    *from = 0;
    *to = 1;
    return widths[count - 1];
}

struct point lane_at(const struct track *t, const struct lane *lane, double part)
{
    return on_lane(t, lane, lane->from + part * (lane->to - lane->from));
}

static bool fits(const struct clear *c, const struct track *t, const struct lane *lane, double part)
{
    return clear_is(c, rect_around(lane_at(t, lane, part), lane->size));
}

bool lane_free(const struct clear *c, const struct track *t, const struct lane *lane, double *part)
{
    enum { STEPS = 40 };

    if (fits(c, t, lane, *part))
        return true;
    for (int i = 1; i <= 2 * STEPS; i++) { /* all behind it, then all before it */
        double step = (i <= STEPS ? -1.0 : 1.0) / STEPS,
               good = *part + step * (i <= STEPS ? i : i - STEPS), bad = good - step;
        if (good < step || good > 1 + step)
            continue;
        good = fmax(0, fmin(good, 1));
        if (!fits(c, t, lane, good))
            continue;
        /* as near as it may be: else it would tremble */
        *part = free_until(fits, c, t, lane, good, bad);
        return true;
    }
    return false;
}
