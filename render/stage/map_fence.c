/*
 * A range of addresses from which a server relays, drawn as a fence round the hosts that are in it, where
 * it divides a site: all are in it mostly, and a fence round everybody tells nothing.
 *
 * It is what the server's rules said when the run began; once they are set anew it is not drawn.
 */
#include <math.h>

#include "render/stage/map_parts.h"

struct range {
    uint32_t network, mask;
    struct text rule; /* "allow from 192.0.2.0/25" */
};

enum { RANGES_MAX = 4 };

static const double PICKET = 12,
                    HIGH = 3.5; /* points: from one to the next; how far they stand out */
static const double INSET = 4;  /* of a host's cell: cells may touch */

/* ---- what is in it ---- */

/* Four numbers with dots between; false: something else.  *rest is what follows. */
static bool parse_address(struct text t, uint32_t *out, struct text *rest)
{
    *out = 0;
    for (int i = 0; i < 4; i++) {
        size_t n = 0;
        uint32_t part = 0;
        if (i > 0 && (t.size == 0 || t.at[0] != '.'))
            return false;
        t = text_after(t, i > 0);
        for (; n < t.size && n < 3 && t.at[n] >= '0' && t.at[n] <= '9'; n++)
            part = part * 10 + (uint32_t)(t.at[n] - '0');
        if (n == 0 || part > 255)
            return false;
        *out = *out << 8 | part;
        t = text_after(t, n);
    }
    *rest = t;
    return true;
}

/* A rule that names more than one address. */
static bool parse_rule(struct text rule, struct range *out)
{
    static const struct text from = TEXT_INIT("allow from ");
    struct text rest;
    int64_t bits;

    if (!text_starts_nocase(rule, from) ||
        !parse_address(text_after(rule, from.size), &out->network, &rest) || rest.size < 2 ||
        rest.at[0] != '/' || !text_to_int(text_after(rest, 1), &bits) || bits < 1 || bits > 31)
        return false;
    out->mask = UINT32_MAX << (32 - bits);
    out->rule = rule;
    return true;
}

static bool in_range(const struct map *map, uint32_t host, const struct range *r)
{
    const struct trace_texts *all = &map->cast->hosts[host].addresses;
    struct text rest;
    uint32_t address;

    for (uint32_t i = 0; i < all->count; i++)
        if (parse_address(all->items[i], &address, &rest) && rest.size == 0 &&
            (address & r->mask) == (r->network & r->mask))
            return true;
    return false;
}

static uint32_t find_ranges(const struct map *map, uint32_t now, struct range out[RANGES_MAX])
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < map->cast->host_count && n < RANGES_MAX; i++) {
        const struct trace_texts *rules = &map->cast->hosts[i].relay;
        if (rules_changed(map, now, i))
            continue;
        for (uint32_t k = 0; k < rules->count && n < RANGES_MAX; k++) {
            bool known = false;
            if (!parse_rule(rules->items[k], &out[n]))
                continue;
            for (uint32_t j = 0; j < n; j++)
                known = known || text_equal(out[j].rule, out[n].rule);
            n += !known;
        }
    }
    return n;
}

/* ---- the fence ---- */

static void draw_side(struct canvas *c, struct point a, struct point b, struct point out,
                      struct pen pen)
{
    double length = fabs(b.x - a.x) + fabs(b.y - a.y);
    int count = (int)(length / PICKET);

    canvas_line(c, a, b, pen);
    for (int i = 0; i <= count; i++) {
        double part = count > 0 ? (double)i / count : 0;
        struct point p = {a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part};
        canvas_line(c, (struct point){p.x - out.x * HIGH, p.y - out.y * HIGH},
                    (struct point){p.x + out.x * HIGH, p.y + out.y * HIGH}, pen);
    }
}

static void draw_fence(struct canvas *c, struct rect r)
{
    struct pen pen = {COLOUR_FAINT, 1.4, DASH_NONE, 0.9};
    struct point a = {r.x, r.y}, b = {r.x + r.w, r.y}, d = {r.x, r.y + r.h},
                 e = {r.x + r.w, r.y + r.h};

    draw_side(c, a, b, (struct point){0, 1}, pen);
    draw_side(c, d, e, (struct point){0, 1}, pen);
    draw_side(c, a, d, (struct point){1, 0}, pen);
    draw_side(c, b, e, (struct point){1, 0}, pen);
}

/* Close to its neighbours on either side, a little below its texts. */
static struct rect grounds(const struct layout_host *h)
{
    return (struct rect){h->cell.x + INSET, h->cell.y, h->cell.w - 2 * INSET, h->cell.h + INSET};
}

static struct rect around(struct rect a, struct rect b)
{
    double x = fmin(a.x, b.x), y = fmin(a.y, b.y), x1 = fmax(a.x + a.w, b.x + b.w),
           y1 = fmax(a.y + a.h, b.y + b.h);

    return a.w <= 0 ? b : (struct rect){x, y, x1 - x, y1 - y};
}

/* Which hosts of the site are in the range: none, some, all. */
struct inside {
    uint32_t in, out;
    struct rect fence;
};

static struct inside look_inside(const struct map *map, uint32_t site, const struct range *r)
{
    const struct layout *l = &map->own->layout;
    struct inside n = {0};

    for (uint32_t i = 0; i < map->cast->host_count; i++) {
        if (layout_site_of(l, i) != site)
            continue;
        if (!in_range(map, i, r)) {
            n.out++;
            continue;
        }
        n.in++;
        n.fence = around(n.fence, grounds(&l->hosts[i]));
    }
    return n;
}

/* One fence, unless somebody stands in it who is not in the range: then one for each. */
static void draw_fences(struct map *map, struct canvas *c, uint32_t site, const struct range *r,
                        struct rect fence)
{
    const struct layout *l = &map->own->layout;
    bool one = true;

    for (uint32_t i = 0; i < map->cast->host_count; i++)
        one = one && (layout_site_of(l, i) != site || in_range(map, i, r) ||
                      !rect_meets(l->hosts[i].cell, fence));
    if (one)
        draw_fence(c, fence);
    for (uint32_t i = 0; i < map->cast->host_count && !one; i++)
        if (layout_site_of(l, i) == site && in_range(map, i, r))
            draw_fence(c, grounds(&l->hosts[i]));
}

double fence_note(struct map *map, struct ui *ui, uint32_t site, struct rect row)
{
    struct style s = {FONT_SANS, 15, COLOUR_SOFT, ALIGN_RIGHT};
    struct range ranges[RANGES_MAX];
    struct canvas *c = ui->canvas;
    uint32_t count = find_ranges(map, ui->moment.scene->index, ranges);
    const double sample = 28;

    for (uint32_t i = 0; i < count; i++) {
        struct inside n = look_inside(map, site, &ranges[i]);
        double width = canvas_text_width(c, s, ranges[i].rule) + 1, all = width + sample + 8;
        if (n.in == 0 || n.out == 0 || all > row.w)
            continue;
        struct rect place = rect_cut_right(&row, all);
        struct pen pen = {COLOUR_FAINT, 1.4, DASH_NONE, 0.9};
        struct point a = {place.x, place.y + place.h / 2}, b = {place.x + sample, a.y};
        draw_side(c, a, b, (struct point){0, 1}, pen);
        rect_cut_left(&place, sample + 8);
        canvas_text_in(c, s, place, ranges[i].rule);
        return all;
    }
    return 0;
}

void draw_ranges(struct map *map, struct ui *ui)
{
    struct range ranges[RANGES_MAX];
    const struct layout *l = &map->own->layout;
    uint32_t count = find_ranges(map, ui->moment.scene->index, ranges);

    for (uint32_t site = 0; site < map->cast->site_count; site++)
        for (uint32_t i = 0; i < count; i++) {
            struct inside n = look_inside(map, site, &ranges[i]);
            if (l->sites[site].folded || n.in == 0 || n.out == 0)
                continue;
            draw_fences(map, ui->canvas, site, &ranges[i], n.fence);
            break;
        }
}
