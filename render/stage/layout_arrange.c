/* Which arrangement lets the hosts be shown with the most beside them. */
#include <assert.h>
#include <math.h>

#include "render/stage/layout_parts.h"

/* Points at a tile of 60. */
static const double PAD = 10, GAP = 14, LANE = 44;

enum { COLUMNS_MAX = 6, FOLD_MIN = 4, ROWS_MAX = 12, PEERS_MAX = 3, VARIANTS = 64 };

/* How much less it is worth if those that talk stand as close as they can. */
static const double CLOSE = 0.1;

struct size plan_size(const struct layout *l, uint8_t level, double air, const struct group *g,
                      struct plan p)
{
    struct size cell = look_cell(l, level, false);
    double unit = look_unit(level), pads = 2 * PAD * unit;

    return (struct size){
        fmax(p.columns * cell.w + (p.columns - 1) * look_hall(l, level, air) + pads,
             look_title_room(l, level, g->site) + pads),
        p.rows * cell.h + look_title(l, level) + PAD * unit};
}

/* All of one depth, and few: they talk to each other, and to the world beside each other. */
static bool peers(const struct layout *l, const struct group *g)
{
    const uint32_t *members = l->own->members + g->first;

    return g->framed && g->count > 1 && g->count <= PEERS_MAX &&
           l->own->depth[members[0]] == l->own->depth[members[g->count - 1]];
}

struct plan group_plan(struct layout *l, const struct group *g, const struct arrangement *a)
{
    return plan_make(l, g, a->flat && peers(l, g) ? 1 : a->rows, a->packing);
}

struct size group_need(struct layout *l, const struct group *g, const struct arrangement *a,
                       uint8_t level)
{
    bool turned = group_turned(l, g);

    if (level < LOOK_FOLDED && turned)
        return look_folded(l, LOOK_FOLDED);
    if (level < LOOK_FOLDED)
        return plan_size(l, level, a->air, g, group_plan(l, g, a));
    if (turned)
        return plan_size(l, LOOK_SMALLEST_NAMED, a->air, g, plan_make(l, g, 3, a->packing));
    struct size least = look_folded(l, level),
                dots = plan_size(l, LOOK_DOTS, a->air, g, group_plan(l, g, a));
    return (struct size){fmax(least.w, dots.w), fmax(least.h, dots.h)};
}

/* ---- groups without a frame ---- */

static uint8_t free_level(uint8_t level)
{
    return level < LOOK_FOLDED ? level : LOOK_SMALLEST_NAMED;
}

uint32_t free_across(const struct layout *l, const struct group *g, uint8_t level, double width)
{
    double w = look_cell(l, free_level(level), true).w;
    uint32_t most = width > w ? (uint32_t)(width / w) : 1;

    return g->count < most ? g->count : most;
}

struct size free_need(const struct layout *l, const struct group *g, uint8_t level, uint32_t across)
{
    struct size cell = look_cell(l, free_level(level), true);

    assert(across > 0);
    uint32_t rows = (g->count + across - 1) / across;
    return (struct size){across * cell.w, rows * cell.h};
}

struct group *group_of_kind(const struct layout *l, enum group_kind kind)
{
    for (uint32_t i = 0; i < l->own->group_count; i++)
        if (l->own->groups[i].kind == kind)
            return &l->own->groups[i];
    return NULL;
}

static struct group *free_group(const struct layout *l, enum group_kind kind)
{
    struct group *g = group_of_kind(l, kind);

    return g && !g->framed ? g : NULL;
}

/* Height of the rows of name servers above and of strangers below. */
static double bands_need(const struct layout *l, const struct arrangement *a, uint8_t level,
                         double width)
{
    const struct group *names = free_group(l, GROUP_NAMES),
                       *strangers = free_group(l, GROUP_STRANGERS);
    double h = 0, gap = GAP * look_unit(free_level(level)) / 2;

    if (names && a->names_above)
        h += free_need(l, names, level, free_across(l, names, level, width)).h + gap;
    if (strangers && a->strangers_below)
        h += free_need(l, strangers, level, free_across(l, strangers, level, width)).h + gap;
    return h;
}

/* ---- columns: sender, between, recipients ---- */

static struct size stack_need(struct layout *l, const struct arrangement *a, uint8_t level,
                              uint32_t first, uint32_t count)
{
    struct size all = {0, count > 1 ? (count - 1) * GAP * look_unit(level) : 0};

    for (uint32_t i = first; i < first + count; i++) {
        struct size one = group_need(l, &l->own->groups[i], a, level);
        all.w = fmax(all.w, one.w);
        all.h += one.h;
    }
    return all;
}

static void middle_need(struct layout *l, const struct arrangement *a, uint8_t level,
                        struct columns *c)
{
    double unit = look_unit(level), free_w = 0, free_h = 0;
    const struct group *free[2] = {c->names, c->strangers};

    c->framed = c->middle_count > 0;
    c->middle_need = stack_need(l, a, level, c->middle, c->middle_count);
    for (uint32_t i = 0; i < 2; i++) {
        if (!free[i])
            continue;
        struct size s = free_need(l, free[i], level, free[i]->count < 2 ? 1 : 2);
        free_w = fmax(free_w, s.w);
        free_h += s.h + GAP * unit / 2;
    }
    /* A card fills its cell: there is no air beside it of its own. */
    if (layout_look(level)->card)
        free_w += free_w > 0 ? 3.6 * look_chip(l) : 0;
    if (c->framed) {
        c->middle_need.w = fmax(c->middle_need.w, free_w) + 2 * look_aisle(level, a->air);
        c->middle_need.h += free_h;
    } else {
        bool apart = c->left || c->right_count;
        /* Strangers talk to those on both sides. */
        if (c->strangers && apart)
            free_w += 2 * look_aisle(level, a->air) * a->air;
        c->middle_need.w = fmax(free_w, apart ? look_between(l, level, a->air) : 0);
        c->middle_need.h = free_h > 0 ? free_h + LANE * unit : 0;
    }
}

struct columns columns_of(struct layout *l, const struct arrangement *a, uint8_t level)
{
    struct group *groups = l->own->groups;
    uint32_t n = 0, relays = 0, others = 0;
    struct columns c = {0};

    if (l->own->group_count && groups[0].kind == GROUP_SENDER)
        c.left = &groups[n++];
    while (n + relays < l->own->group_count && groups[n + relays].kind == GROUP_RELAY)
        relays++;
    while (n + relays + others < l->own->group_count &&
           groups[n + relays + others].kind == GROUP_OTHER)
        others++;
    c.middle = n;
    c.middle_count = others ? relays : 0;
    c.right = n + c.middle_count;
    c.right_count = others ? others : relays;
    c.names = a->names_above ? NULL : free_group(l, GROUP_NAMES);
    c.strangers = a->strangers_below ? NULL : free_group(l, GROUP_STRANGERS);
    if (c.left)
        c.left_need = group_need(l, c.left, a, level);
    c.right_need = stack_need(l, a, level, c.right, c.right_count);
    middle_need(l, a, level, &c);
    return c;
}

static bool columns_possible(const struct layout *l)
{
    const struct group *names = group_of_kind(l, GROUP_NAMES),
                       *strangers = group_of_kind(l, GROUP_STRANGERS);
    uint32_t sites = 0;

    for (uint32_t i = 0; i < l->own->group_count; i++)
        sites += l->own->groups[i].framed;
    return sites <= COLUMNS_MAX && !(names && names->framed) && !(strangers && strangers->framed);
}

static struct size columns_need(struct layout *l, const struct arrangement *a, uint8_t level,
                                double width)
{
    struct columns c = columns_of(l, a, level);

    return (struct size){c.left_need.w + c.middle_need.w + c.right_need.w,
                         fmax(fmax(c.left_need.h, c.right_need.h), c.middle_need.h) +
                             bands_need(l, a, level, width)};
}

/* ---- shelves: box beside box, row below row ---- */

static struct size shelves_need(struct layout *l, const struct arrangement *a, uint8_t level,
                                double width)
{
    double gap = GAP * look_unit(level), between = look_gap(level, a->air), w = 0, h = 0;
    struct size all = {0, 0};
    uint32_t shelf = UINT32_MAX;

    for (uint32_t i = 0; i < l->own->group_count; i++) {
        const struct group *g = &l->own->groups[i];
        if (!g->framed)
            continue;
        struct size need = group_need(l, g, a, level);
        if (g->shelf != shelf) {
            all.h += h + (shelf == UINT32_MAX ? 0 : gap);
            w = h = 0;
            shelf = g->shelf;
        }
        w += need.w + (w > 0 ? between : 0);
        h = fmax(h, need.h);
        all.w = fmax(all.w, w);
    }
    all.h += h + bands_need(l, a, level, width);
    return all;
}

/* Fills shelves up to that width; how many. */
static uint32_t fill_shelves(struct layout *l, uint8_t level, double limit)
{
    double gap = look_gap(level, 0), w = 0;
    uint32_t shelf = 0;

    for (uint32_t i = 0; i < l->own->group_count; i++) {
        struct group *g = &l->own->groups[i];
        if (!g->framed)
            continue;
        if (w > 0 && w + gap + g->wide > limit) {
            shelf++;
            w = 0;
        }
        w += g->wide + (w > 0 ? gap : 0);
        g->shelf = shelf;
    }
    return shelf + 1;
}

/* As many shelves as that width asks for, none much fuller than another. */
static void make_shelves(struct layout *l, const struct arrangement *a, uint8_t level, double width)
{
    for (uint32_t i = 0; i < l->own->group_count; i++)
        if (l->own->groups[i].framed)
            l->own->groups[i].wide = group_need(l, &l->own->groups[i], a, level).w;
    uint32_t shelves = fill_shelves(l, level, width);
    double limit = width;

    while (limit > width * 0.4 && fill_shelves(l, level, limit * 0.97) == shelves)
        limit *= 0.97;
    fill_shelves(l, level, limit);
}

/* ---- the best of them ---- */

struct size arrangement_need(struct layout *l, const struct arrangement *a, uint8_t level,
                             struct size area)
{
    return a->shelves ? shelves_need(l, a, level, area.w) : columns_need(l, a, level, area.w);
}

/* What is bad about the columns of a site. */
static double uneasy(struct layout *l, const struct group *g, const struct arrangement *a)
{
    uint32_t columns = group_plan(l, g, a).columns, depths = 0;

    for (uint32_t k = 0; k < g->count; k++)
        depths += k == 0 || l->own->depth[l->own->members[g->first + k]] !=
                                l->own->depth[l->own->members[g->first + k - 1]];
    if (peers(l, g))
        return columns == 1 ? 1 : 0.3;
    if (columns == 1 && depths > 1)
        return 1.4;
    return columns > depths ? columns - depths : 0;
}

/* Hosts of one depth beside each other, per site: then ways to the inner ones pass the outer.  And hosts of
 * all depths in one column, or some that talk to each other: then the ways between them have little room. */
static double spread(struct layout *l, const struct arrangement *a)
{
    double sum = 0, sites = 0;

    for (uint32_t i = 0; i < l->own->group_count; i++)
        if (l->own->groups[i].framed) {
            sum += uneasy(l, &l->own->groups[i], a);
            sites++;
        }
    return fmin(5, sum) / fmax(1, sqrt(sites));
}

/* What reads better may be drawn a little smaller. */
static double worth_of(struct layout *l, const struct arrangement *a, bool columns)
{
    double worth =
        layout_look(a->level)->worth * (1 - CLOSE * (1 - a->air)) + 0.02 * fmin(a->slack, 2);

    if (a->slack < 1)
        return a->slack * 1e-3;
    return worth * (a->names_above && columns ? 0.975 : 1) *
           (a->strangers_below && columns ? 0.975 : 1) * (1 - 0.015 * (double)a->packing) *
           (a->shelves && columns ? 0.88 : 1) * (1 - 0.09 * spread(l, a));
}

static uint32_t most_rows(const struct layout *l)
{
    uint32_t most = 1;

    for (uint32_t i = 0; i < l->own->group_count; i++)
        if (l->own->groups[i].framed && l->own->groups[i].count > most)
            most = l->own->groups[i].count;
    return most < ROWS_MAX ? most : ROWS_MAX;
}

static bool any_peers(const struct layout *l)
{
    for (uint32_t i = 0; i < l->own->group_count; i++)
        if (peers(l, &l->own->groups[i]))
            return true;
    return false;
}

/* Those that make sense are numbered: rows, packing, and four yes or no. */
static bool variant(const struct layout *l, bool columns, uint32_t number, uint8_t level,
                    struct arrangement *a)
{
    bool names = free_group(l, GROUP_NAMES) != NULL,
         strangers = free_group(l, GROUP_STRANGERS) != NULL;

    *a = (struct arrangement){.shelves = number & 8,
                              .rows = (uint8_t)(number / VARIANTS + 1),
                              .packing = (enum packing)((number & 1) | (number >> 4 & 2)),
                              .flat = number & 16,
                              .names_above = number & 2,
                              .strangers_below = number & 4,
                              .level = level};
    if (a->flat && (a->rows == 1 || !columns || !any_peers(l)))
        return false;
    if (a->packing >= PACKED && (a->packing > PACKED || a->rows == 1 || !columns))
        return false;
    return a->shelves ? a->names_above && a->strangers_below
                      : columns && a->names_above <= names && a->strangers_below <= strangers;
}

/* How well it fits; what is left over of the width goes first between those that talk. */
static void measure(struct layout *l, struct arrangement *a, struct size area)
{
    struct arrangement airy = *a;
    struct size least = arrangement_need(l, a, a->level, area);

    a->slack = fmin(area.w / fmax(1, least.w), area.h / fmax(1, least.h));
    if (a->slack < 1) /* it does not fit, and has no air */
        return;
    airy.air = 1;
    double more = arrangement_need(l, &airy, a->level, area).w - least.w;
    a->air = more > 0 ? fmin(1, (area.w - least.w) / more) : 1;
}

static void best_at(struct layout *l, uint8_t level, struct size area, struct arrangement *best,
                    double *best_worth)
{
    bool columns = columns_possible(l);
    uint32_t count = most_rows(l) * VARIANTS;

    for (uint32_t i = 0; i < count; i++) {
        struct arrangement a;
        if (!variant(l, columns, i, level, &a))
            continue;
        if (a.shelves)
            make_shelves(l, &a, level, area.w);
        measure(l, &a, area);
        double worth = worth_of(l, &a, columns);
        if (worth > *best_worth) {
            *best = a;
            *best_worth = worth;
        }
    }
}

void arrange(struct layout *l, struct size area, uint8_t first)
{
    uint32_t framed = 0;
    struct arrangement best = {0};
    double worth = -1;
    const uint8_t looks = LOOK_COUNT;

    for (uint32_t i = 0; i < l->own->group_count; i++)
        framed += l->own->groups[i].framed;
    for (uint8_t level = first; level < looks; level++) {
        if (framed >= FOLD_MIN ? level > LOOK_ICONS && level < LOOK_FOLDED : level >= LOOK_FOLDED)
            continue;
        /* Nothing from here on can be better. */
        if (worth >= layout_look(level)->worth + 0.04)
            break;
        best_at(l, level, area, &best, &worth);
    }
    l->own->chosen = best;
    if (best.shelves)
        make_shelves(l, &best, best.level, area.w);
}
