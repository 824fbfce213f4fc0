/* Puts hosts where they stand: each group in its region of the map, however much that is enlarged. */
#include <math.h>

#include "render/stage/layout_parts.h"

/* Points at a tile of 60. */
static const double PAD = 10;

/* Of the air between two columns, what is left and right of them. */
static const double EDGES = 0.3;

/* ---- a site ---- */

static void place_members(struct layout *l, const struct group *g, struct plan p, uint8_t level,
                          struct rect in, bool mirrored)
{
    struct size cell = look_cell(l, level, false);
    /* The air goes between the columns, where things move, rather than to the outer edges. */
    double air = (in.w - p.columns * cell.w) / (p.columns - 1 + 2 * EDGES),
           width = fmin(cell.w + fmax(0, 2 * EDGES * air), cell.w * 1.5);

    for (uint32_t i = 0; i < g->count; i++) {
        uint32_t host = l->own->members[g->first + i];
        struct seat s = l->own->seats[host];
        /* Depths are mirrored, the order within one is not. */
        uint32_t from_left =
            mirrored ? p.columns - 2U * s.run - s.run_columns + s.column : s.column;
        double row = in.h / s.of;
        struct point top = {in.x + EDGES * air + from_left * (cell.w + air) + cell.w / 2,
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
            *p = plan_make(l, g, v / 2, v % 2 ? MERGED : APART);
            struct size s = plan_size(l, level, 0, g, *p);
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

static void place_site(struct layout *l, const struct group *g, struct rect box, uint8_t level)
{
    const struct arrangement *a = &l->own->chosen;
    struct layout_site *site = &l->sites[g->site];
    struct plan p = {0, 0};

    site->box = box;
    site->level = level;
    if (level < LOOK_FOLDED) {
        site->folded = group_turned(l, g);
        p = group_plan(l, g, a);
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
                  g->mirrored);
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

/* ---- groups without a frame ---- */

static uint8_t free_level(uint8_t level)
{
    return level < LOOK_FOLDED ? level : LOOK_SMALLEST_NAMED;
}

static void place_free(struct layout *l, const struct group *g, struct rect in, uint8_t level)
{
    uint8_t shown = free_level(level);
    struct size cell = look_cell(l, shown, true);
    uint32_t rows = (g->count + g->across - 1) / g->across;
    double width = fmin(in.w / g->across, cell.w * 1.5), height = in.h / rows;

    /* Close to each other, unless the map is enlarged. */
    height = fmax(cell.h, fmin(height, cell.h * 1.15));
    l->sites[g->site].level = shown;
    for (uint32_t i = 0; i < g->count; i++) {
        uint32_t row = i / g->across,
                 here = row + 1 < rows ? g->across : g->count - row * g->across;
        double x = in.x + in.w / 2 + (i % g->across + 0.5 - here / 2.0) * width,
               y = in.y + in.h / 2 + (row - rows / 2.0) * height;
        look_place(l, &l->hosts[l->own->members[g->first + i]], shown, true,
                   (struct point){x, y + (height - cell.h) / 2}, width);
    }
}

/* ---- all ---- */

/* A region of the whole map where the map is now. */
static struct rect moved(struct rect r, struct rect whole, struct rect area)
{
    double k = area.w / whole.w;

    return (struct rect){area.x + (r.x - whole.x) * k, area.y + (r.y - whole.y) * k, r.w * k,
                         r.h * k};
}

static bool fits(struct layout *l, const struct group *g, struct rect r, uint8_t level)
{
    const struct arrangement *a = &l->own->chosen;
    struct size need;

    if (!g->framed)
        need = free_need(l, g, level, g->across);
    else if (group_turned(l, g))
        return true;
    else
        need = plan_size(l, level, 0, g, group_plan(l, g, a));
    return need.w <= r.w + 0.01 && need.h <= r.h + 0.01;
}

/* The best look at which every group fits into its region; of the whole map that of the arrangement. */
static uint8_t level_for(struct layout *l, struct rect whole, struct rect area, double zoom,
                         uint8_t first)
{
    uint8_t last = l->own->chosen.level;

    if (last >= LOOK_FOLDED || zoom <= 1)
        return last;
    while (first > 0 && layout_look((uint8_t)(first - 1))->tile <=
                            layout_look(LOOK_PLAIN)->tile * fmax(1, zoom * 0.8))
        first--;
    for (uint8_t level = first; level < last; level++) {
        bool all = true;
        for (uint32_t i = 0; all && i < l->own->group_count; i++)
            all = fits(l, &l->own->groups[i], moved(l->own->groups[i].region, whole, area), level);
        if (all)
            return level;
    }
    return last;
}

static void place_groups(struct layout *l, struct rect whole, struct rect area, uint8_t level)
{
    for (uint32_t i = 0; i < l->own->group_count; i++) {
        const struct group *g = &l->own->groups[i];
        struct rect r = moved(g->region, whole, area);
        if (g->framed)
            place_site(l, g, r, level);
        else
            place_free(l, g, r, level);
    }
}

uint8_t place_all(struct layout *l, struct rect whole, struct rect area, double zoom, uint8_t first)
{
    uint8_t level = level_for(l, whole, area, zoom, first);

    l->own->common_look = LOOK_PLAIN;
    place_groups(l, whole, area, level);
    if (level >= LOOK_FOLDED) {
        l->own->common_look = common_look(l);
        place_groups(l, whole, area, level);
    }
    return level;
}
