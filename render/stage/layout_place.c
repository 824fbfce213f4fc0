/* Puts boxes and hosts where they stand. */
#include <math.h>

#include "render/stage/layout_parts.h"

/* Points at a tile of 60. */
static const double PAD = 10, GAP = 14, AISLE = 64;

/* How much larger than needed boxes get where there is room. */
static const double WIDER = 1.35, HIGHER = 1.3;

/* ---- a site ---- */

static void place_members(struct layout *l, const struct group *g, struct plan p, uint8_t level,
                          struct rect in, bool mirrored)
{
    struct size cell = look_cell(l, level, false);
    double column = in.w / p.columns, width = fmin(column, cell.w * 1.5);

    for (uint32_t i = 0; i < g->count; i++) {
        uint32_t host = l->own->members[g->first + i];
        struct seat s = l->own->seats[host];
        /* Depths are mirrored, the order within one is not. */
        uint32_t from_left =
            mirrored ? p.columns - 2U * s.run - s.run_columns + s.column : s.column;
        double row = in.h / s.of;
        struct point top = {in.x + (from_left + 0.5) * column,
                            in.y + (s.row + 0.5) * row - cell.h / 2};
        look_place(l, &l->hosts[host], level, false, top, width);
    }
}

/* The largest look at which the site's hosts fit into its box; LOOK_COUNT: none. */
static uint8_t fitting(struct layout *l, const struct group *g, struct rect box, uint8_t first,
                       uint8_t last, struct plan *p)
{
    for (uint8_t level = first; level <= last; level++)
        for (uint32_t v = 2; v < 2 * (g->count < 12 ? g->count : 12) + 2; v++) {
            *p = plan_make(l, g, v / 2, v % 2);
            struct size s = plan_size(l, level, g, *p);
            if (s.w <= box.w + 0.01 && s.h <= box.h + 0.01)
                return level;
        }
    return LOOK_COUNT;
}

/* Where sites are folded, one that has the room is shown with its hosts, and so is one that was unfolded
 * by hand: as large as they fit, but no larger than most of the others. */
static uint8_t unfolded_look(struct layout *l, const struct group *g, struct rect box,
                             struct plan *p)
{
    return fitting(l, g, box, l->own->common_look, group_turned(l, g) ? LOOK_DOTS : LOOK_ICONS, p);
}

static void place_site(struct layout *l, const struct group *g, struct rect box,
                       const struct arrangement *a, uint8_t level, bool mirrored)
{
    struct layout_site *site = &l->sites[g->site];
    struct plan p = {0, 0};

    site->box = box;
    site->level = level;
    if (level < LOOK_FOLDED) {
        site->folded = group_turned(l, g);
        p = plan_make(l, g, a->rows, a->merged);
    } else {
        uint8_t look = unfolded_look(l, g, box, &p);
        site->folded = look == LOOK_COUNT;
        site->level = site->folded ? level : look;
    }
    if (site->folded)
        return;
    double unit = look_unit(site->level), title = look_title(l, site->level), pad = PAD * unit;
    site->title = (struct rect){box.x + fmax(pad, 10), box.y + 2,
                                fmax(0, box.w - 2 * fmax(pad, 10)), title - 2};
    place_members(l, g, p, site->level,
                  (struct rect){box.x + pad, box.y + title, box.w - 2 * pad, box.h - title - pad},
                  mirrored);
}

/* ---- groups without a frame ---- */

static void place_free(struct layout *l, const struct group *g, uint8_t level, struct rect in,
                       uint32_t across)
{
    uint8_t shown = level < LOOK_FOLDED ? level : LOOK_SMALLEST_NAMED;
    struct size cell = look_cell(l, shown, true);
    uint32_t rows = (g->count + across - 1) / across;
    double width = fmin(in.w / across, cell.w * 1.5), y = in.y + (in.h - rows * cell.h) / 2;

    l->sites[g->site].level = shown;
    for (uint32_t i = 0; i < g->count; i++) {
        uint32_t row = i / across, here = row + 1 < rows ? across : g->count - row * across;
        double x = in.x + in.w / 2 + (i % across + 0.5 - here / 2.0) * width;
        look_place(l, &l->hosts[l->own->members[g->first + i]], shown, true,
                   (struct point){x, y + row * cell.h}, width);
    }
}

static struct rect place_bands(struct layout *l, const struct arrangement *a, uint8_t level,
                               struct rect area)
{
    const struct group *names = group_of_kind(l, GROUP_NAMES),
                       *strangers = group_of_kind(l, GROUP_STRANGERS);
    double gap = GAP * look_unit(level < LOOK_FOLDED ? level : LOOK_SMALLEST_NAMED) / 2,
           width = area.w;

    if (names && !names->framed && a->names_above) {
        uint32_t across = free_across(l, names, level, width);
        place_free(l, names, level, rect_cut_top(&area, free_need(l, names, level, across).h),
                   across);
        rect_cut_top(&area, gap);
    }
    if (strangers && !strangers->framed && a->strangers_below) {
        uint32_t across = free_across(l, strangers, level, width);
        place_free(l, strangers, level,
                   rect_cut_bottom(&area, free_need(l, strangers, level, across).h), across);
        rect_cut_bottom(&area, gap);
    }
    return area;
}

/* ---- columns ---- */

/* Boxes above each other, as high as asked for in proportion to what each needs. */
static void place_stack(struct layout *l, const struct arrangement *a, uint8_t level,
                        struct rect in, uint32_t first, uint32_t count, bool mirrored)
{
    double gap = GAP * look_unit(level), need = 0;

    for (uint32_t i = first; i < first + count; i++)
        need += group_need(l, &l->own->groups[i], a, level).h;
    double more = (in.h - (count - 1) * gap) / fmax(1, need);
    for (uint32_t i = first; i < first + count; i++) {
        const struct group *g = &l->own->groups[i];
        double h = group_need(l, g, a, level).h * more;
        place_site(l, g, rect_cut_top(&in, h), a, level, mirrored);
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
static void place_middle(struct layout *l, const struct arrangement *a, uint8_t level,
                         const struct columns *c, struct rect in, double wider)
{
    double unit = look_unit(level), names = middle_height(l, c->names, level),
           strangers = middle_height(l, c->strangers, level);
    struct rect top, low;

    if (c->framed) {
        double spare = fmax(0, in.h - c->middle_need.h) / 3,
               aisle = AISLE * unit * fmin(wider, 1.6);
        top = rect_cut_top(&in, names > 0 ? names + spare : 0);
        low = rect_cut_bottom(&in, strangers > 0 ? strangers + spare : 0);
        place_stack(l, a, level, (struct rect){in.x + aisle, in.y, in.w - 2 * aisle, in.h},
                    c->middle, c->middle_count, false);
    } else {
        double lane = 2 * GAP * unit, half = (in.h - lane) / 2,
               below = fmax(strangers, fmin(half, in.h - lane - names));
        top = rect_cut_top(&in, fmax(names, fmin(half, in.h - lane - strangers)));
        low = rect_cut_bottom(&in, fmin(below, in.h));
    }
    if (c->names)
        place_free(l, c->names, level, top, middle_across(c->names));
    if (c->strangers)
        place_free(l, c->strangers, level, low, middle_across(c->strangers));
}

static void place_columns(struct layout *l, struct rect area, const struct arrangement *a,
                          uint8_t level)
{
    struct columns c = columns_of(l, a, level);
    double need = c.left_need.w + c.middle_need.w + c.right_need.w, more = area.w / fmax(1, need),
           wider = fmin(more, WIDER),
           h = c.framed ? area.h : fmin(area.h, fmax(c.left_need.h, c.right_need.h) * HIGHER);
    struct rect left = rect_cut_left(&area, c.left_need.w * wider),
                right = rect_cut_right(&area, c.right_need.w * wider);
    double y = area.y + (area.h - h) / 2;

    left.y = right.y = y;
    left.h = right.h = h;
    if (c.left)
        place_stack(l, a, level, left, 0, 1, false);
    if (c.right_count)
        place_stack(l, a, level, right, c.right, c.right_count, true);
    place_middle(l, a, level, &c, area, more);
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
    double gap = GAP * look_unit(level);
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

static void place_shelf(struct layout *l, const struct arrangement *a, uint8_t level,
                        const struct shelf *s, struct rect in, double wider)
{
    double gap = GAP * look_unit(level), middle = in.x + in.w / 2;

    for (uint32_t i = s->first; i < s->first + s->count; i++) {
        const struct group *g = &l->own->groups[i];
        struct rect box = rect_cut_left(&in, group_need(l, g, a, level).w * wider);
        place_site(l, g, box, a, level, box.x + box.w / 2 > middle);
        rect_cut_left(&in, gap);
    }
}

/* All shelves get wider and higher alike, so that boxes of one size stay so; one with much less on it
 * than the fullest is not drawn out to its width. */
static void place_shelves(struct layout *l, struct rect area, const struct arrangement *a,
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
        double gaps = (s.count - 1) * gap, own = (area.w - gaps) / fmax(1, s.width - gaps),
               wider = fmin(own, 1.25 * area.w / fmax(1, width));
        place_shelf(l, a, level, &s, rect_cut_top(&area, s.height * higher), wider);
        rect_cut_top(&area, gap);
        i += s.count;
    }
}

/* The look that most of the sites which show their hosts have room for. */
static uint8_t common_look(const struct layout *l)
{
    uint32_t count[LOOK_COUNT] = {0}, all = 0, seen = 0;
    uint8_t look = LOOK_PLAIN;

    for (uint32_t i = 0; i < l->site_count; i++)
        if (l->sites[i].framed && !l->sites[i].folded) {
            count[l->sites[i].level]++;
            all++;
        }
    while (look < LOOK_ICONS && (seen += count[look]) * 4 < all * 3)
        look++;
    return look;
}

void place_all(struct layout *l, struct rect area, const struct arrangement *a, uint8_t level)
{
    area = place_bands(l, a, level, area);
    l->own->common_look = LOOK_PLAIN;
    if (a->shelves)
        place_shelves(l, area, a, level);
    if (a->shelves && level >= LOOK_FOLDED) {
        l->own->common_look = common_look(l);
        place_shelves(l, area, a, level);
    }
    if (a->shelves)
        return;
    place_columns(l, area, a, level);
}
