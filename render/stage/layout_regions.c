/* The part of the map that each group gets: as the arrangement says, and what is left over shared out. */
#include <math.h>

#include "render/stage/layout_parts.h"

/* Points at a tile of 60. */
static const double GAP = 14;

/* How much larger than needed boxes get where there is room. */
static const double WIDER = 1.12, HIGHER = 1.3;

static void set_region(struct group *g, struct rect r, bool mirrored)
{
    g->region = r;
    g->mirrored = mirrored;
}

static void set_free(struct group *g, struct rect r, uint32_t across)
{
    g->region = r;
    g->across = across;
}

static struct rect bands(struct layout *l, const struct arrangement *a, uint8_t level,
                         struct rect area)
{
    struct group *names = group_of_kind(l, GROUP_NAMES),
                 *strangers = group_of_kind(l, GROUP_STRANGERS);
    double gap = GAP * look_unit(level < LOOK_FOLDED ? level : LOOK_SMALLEST_NAMED) / 2,
           width = area.w;

    if (names && !names->framed && a->names_above) {
        uint32_t across = free_across(l, names, level, width);
        set_free(names, rect_cut_top(&area, free_need(l, names, level, across).h), across);
        rect_cut_top(&area, gap);
    }
    if (strangers && !strangers->framed && a->strangers_below) {
        uint32_t across = free_across(l, strangers, level, width);
        set_free(strangers, rect_cut_bottom(&area, free_need(l, strangers, level, across).h),
                 across);
        rect_cut_bottom(&area, gap);
    }
    return area;
}

/* ---- columns ---- */

/* Boxes above each other, as high as asked for in proportion to what each needs. */
static void stack_regions(struct layout *l, const struct arrangement *a, uint8_t level,
                          struct rect in, uint32_t first, uint32_t count, bool mirrored)
{
    double gap = GAP * look_unit(level), need = 0;

    for (uint32_t i = first; i < first + count; i++)
        need += group_need(l, &l->own->groups[i], a, level).h;
    double more = (in.h - (count - 1) * gap) / fmax(1, need);
    for (uint32_t i = first; i < first + count; i++) {
        struct group *g = &l->own->groups[i];
        double h = group_need(l, g, a, level).h * more;
        set_region(g, rect_cut_top(&in, h), mirrored);
        rect_cut_top(&in, gap);
    }
}

static uint32_t middle_across(const struct group *g)
{
    return g->count < 2 ? 1 : 2;
}

static double middle_height(const struct layout *l, const struct group *g, uint8_t level)
{
    return g ? free_need(l, g, level, middle_across(g)).h : 0;
}

/* Name servers above, strangers below; between them sites, or a lane for what goes from left to right. */
static void middle_regions(struct layout *l, const struct arrangement *a, uint8_t level,
                           const struct columns *c, struct rect in, double wider)
{
    double unit = look_unit(level), names = middle_height(l, c->names, level),
           strangers = middle_height(l, c->strangers, level);
    struct rect top, low;

    if (c->framed) {
        double spare = fmax(0, in.h - c->middle_need.h) / 3,
               aisle = look_aisle(level, a->air) * fmin(wider, 1.6);
        top = rect_cut_top(&in, names > 0 ? names + spare : 0);
        low = rect_cut_bottom(&in, strangers > 0 ? strangers + spare : 0);
        stack_regions(l, a, level, (struct rect){in.x + aisle, in.y, in.w - 2 * aisle, in.h},
                      c->middle, c->middle_count, false);
    } else {
        double lane = 2 * GAP * unit, half = (in.h - lane) / 2,
               below = fmax(strangers, fmin(half, in.h - lane - names));
        top = rect_cut_top(&in, fmax(names, fmin(half, in.h - lane - strangers)));
        low = rect_cut_bottom(&in, fmin(below, in.h));
        /* As far from the lane as they can be. */
        top = rect_cut_top(&top, fmin(top.h, names * 1.06));
        low = rect_cut_bottom(&low, fmin(low.h, strangers * 1.06));
    }
    if (c->names)
        set_free(c->names, top, middle_across(c->names));
    if (c->strangers)
        set_free(c->strangers, low, middle_across(c->strangers));
}

static void columns_regions(struct layout *l, struct rect area, const struct arrangement *a,
                            uint8_t level)
{
    struct columns c = columns_of(l, a, level);
    double need = c.left_need.w + c.middle_need.w + c.right_need.w, more = area.w / fmax(1, need),
           wider = fmin(more, WIDER),
           h = c.framed ? area.h : fmin(area.h, fmax(c.left_need.h, c.right_need.h) * HIGHER);
    struct rect left = rect_cut_left(&area, c.left_need.w * wider),
                right = rect_cut_right(&area, c.right_need.w * wider);
    /* Away from what stands above or below the lane between them. */
    double y = area.y + (area.h - h) * (0.5 + (c.names ? 0.3 : 0) - (c.strangers ? 0.3 : 0));

    left.y = right.y = y;
    left.h = right.h = h;
    if (c.left)
        stack_regions(l, a, level, left, 0, 1, false);
    if (c.right_count)
        stack_regions(l, a, level, right, c.right, c.right_count, true);
    middle_regions(l, a, level, &c, area, more);
}

/* ---- shelves ---- */

struct shelf {
    uint32_t first, count; /* groups */
    double width, height;  /* that it needs */
};

static struct shelf shelf_at(struct layout *l, const struct arrangement *a, uint8_t level,
                             uint32_t first)
{
    const struct group *groups = l->own->groups;
    double gap = look_gap(level, a->air);
    struct shelf s = {.first = first};
    uint32_t i = first;

    for (; i < l->own->group_count && groups[i].framed && groups[i].shelf == groups[first].shelf;
         i++) {
        struct size need = group_need(l, &groups[i], a, level);
        s.width += need.w + (i > first ? gap : 0);
        s.height = fmax(s.height, need.h);
    }
    s.count = i - first;
    return s;
}

static void shelf_regions(struct layout *l, const struct arrangement *a, uint8_t level,
                          const struct shelf *s, struct rect in, double wider)
{
    double gap = look_gap(level, a->air), middle = in.x + in.w / 2;

    for (uint32_t i = s->first; i < s->first + s->count; i++) {
        struct group *g = &l->own->groups[i];
        struct rect box = rect_cut_left(&in, group_need(l, g, a, level).w * wider);
        set_region(g, box, box.x + box.w / 2 > middle);
        rect_cut_left(&in, gap);
    }
}

/* All shelves get wider and higher alike, so that boxes of one size stay so; one with much less on it
 * than the fullest is not drawn out to its width. */
static void shelves_regions(struct layout *l, struct rect area, const struct arrangement *a,
                            uint8_t level)
{
    double gap = GAP * look_unit(level), height = 0, width = 0;
    uint32_t shelves = 0, groups = 0;

    while (groups < l->own->group_count && l->own->groups[groups].framed)
        groups++;
    for (uint32_t i = 0; i < groups; shelves++) {
        struct shelf s = shelf_at(l, a, level, i);
        width = fmax(width, s.width);
        height += s.height;
        i += s.count;
    }
    double higher = shelves ? (area.h - (shelves - 1) * gap) / fmax(1, height) : 1;
    for (uint32_t i = 0; i < groups;) {
        struct shelf s = shelf_at(l, a, level, i);
        double gaps = (s.count - 1) * look_gap(level, a->air),
               own = (area.w - gaps) / fmax(1, s.width - gaps),
               wider = fmin(own, 1.25 * area.w / fmax(1, width));
        shelf_regions(l, a, level, &s, rect_cut_top(&area, s.height * higher), wider);
        rect_cut_top(&area, gap);
        i += s.count;
    }
}

void regions_make(struct layout *l, struct rect area)
{
    const struct arrangement *a = &l->own->chosen;

    area = bands(l, a, a->level, area);
    if (a->shelves)
        shelves_regions(l, area, a, a->level);
    else
        columns_regions(l, area, a, a->level);
}
