#include "render/stage/layout.h"

#include <math.h>

#include "render/stage/layout_parts.h"

void layout_init(struct layout *l, struct memory *m, const struct cast *cast)
{
    uint32_t hosts = cast->host_count, sites = cast->site_count + 2;
    struct layout_own *own = MEMORY_NEW(m, struct layout_own);

    *l = (struct layout){.memory = m, .cast = cast, .site_count = sites, .own = own};
    l->hosts = memory_take_clear(m, hosts * sizeof *l->hosts + 1);
    l->sites = memory_take_clear(m, sites * sizeof *l->sites);
    own->groups = memory_take_clear(m, sites * sizeof *own->groups);
    own->members = memory_take_clear(m, hosts * sizeof *own->members + 1);
    own->depth = memory_take_clear(m, hosts * sizeof *own->depth + 1);
    own->group_of = memory_take_clear(m, hosts * sizeof *own->group_of + 1);
    own->seats = memory_take_clear(m, hosts * sizeof *own->seats + 1);
    groups_make(l);
}

void layout_end(struct layout *l)
{
    uint32_t hosts = l->cast->host_count, sites = l->site_count;
    struct layout_own *own = l->own;

    memory_give(l->memory, own->seats, hosts * sizeof *own->seats + 1);
    memory_give(l->memory, own->group_of, hosts * sizeof *own->group_of + 1);
    memory_give(l->memory, own->depth, hosts * sizeof *own->depth + 1);
    memory_give(l->memory, own->members, hosts * sizeof *own->members + 1);
    memory_give(l->memory, own->groups, sites * sizeof *own->groups);
    memory_give(l->memory, l->sites, sites * sizeof *l->sites);
    memory_give(l->memory, l->hosts, hosts * sizeof *l->hosts + 1);
    memory_give(l->memory, own, sizeof *own);
    *l = (struct layout){0};
}

uint32_t layout_site_of(const struct layout *l, uint32_t host)
{
    uint32_t group = l->own->group_of[host];

    return group == UINT32_MAX ? l->cast->hosts[host].site : l->own->groups[group].site;
}

/* ---- hosts whose place the scenario gives ---- */

static bool meet(struct rect a, struct rect b)
{
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

static void place_given(struct layout *l, struct rect area, uint8_t level)
{
    for (uint32_t i = 0; i < l->cast->host_count; i++) {
        const struct cast_host *h = &l->cast->hosts[i];
        if (!h->placed)
            continue;
        struct size cell = look_cell(l, level, false);
        double x = area.x + area.w * h->x / 100, y = area.y + area.h * h->y / 100 - cell.h / 2;
        x = fmax(area.x + cell.w / 2, fmin(area.x + area.w - cell.w / 2, x));
        y = fmax(area.y, fmin(area.y + area.h - cell.h, y));
        look_place(l, &l->hosts[i], level, false, (struct point){x, y}, cell.w);
    }
}

static bool given_meet(const struct layout *l)
{
    for (uint32_t i = 0; i < l->cast->host_count; i++)
        for (uint32_t k = 0; l->cast->hosts[i].placed && k < i; k++)
            if (l->cast->hosts[k].placed && meet(l->hosts[i].cell, l->hosts[k].cell))
                return true;
    return false;
}

/* As large as they can be without meeting each other. */
static void place_all_given(struct layout *l, struct rect area, uint8_t level)
{
    do
        place_given(l, area, level);
    while (given_meet(l) && ++level < LOOK_DOTS);
}

/* The frame round a site all of whose hosts have their places from the scenario. */
static void frame_given(struct layout *l, uint32_t site, struct rect area)
{
    struct layout_site *s = &l->sites[site];
    double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;

    if (s->host_count > 0 || l->cast->sites[site].name.size == 0)
        return;
    for (uint32_t i = 0; i < l->cast->host_count; i++) {
        const struct rect *cell = &l->hosts[i].cell;
        if (l->cast->hosts[i].site != site)
            continue;
        if (!l->cast->hosts[i].placed)
            return;
        s->level = l->hosts[i].level;
        x0 = fmin(x0, cell->x);
        y0 = fmin(y0, cell->y);
        x1 = fmax(x1, cell->x + cell->w);
        y1 = fmax(y1, cell->y + cell->h);
    }
    if (x0 > x1)
        return;
    double pad = 8 * look_unit(s->level), title = look_title(l, s->level);
    x0 = fmax(area.x, x0 - pad);
    y0 = fmax(area.y, y0 - title);
    x1 = fmin(area.x + area.w, x1 + pad);
    y1 = fmin(area.y + area.h, y1 + pad);
    s->framed = true;
    s->box = (struct rect){x0, y0, x1 - x0, y1 - y0};
    s->title = (struct rect){x0 + pad, y0, x1 - x0 - 2 * pad, title};
}

/* ---- all ---- */

static uint64_t mix(uint64_t key, double number)
{
    union {
        double number;
        uint64_t bits;
    } u = {.number = number};

    key ^= u.bits + UINT64_C(0x9e3779b97f4a7c15) + (key << 6) + (key >> 2);
    return (key ^ key >> 31) * UINT64_C(0xbf58476d1ce4e5b9);
}

/* What the arrangement depends on, and the places beside that. */
static uint64_t whole_key(struct rect area, const struct layout_text *t,
                          const struct choice *choice, bool roomy)
{
    uint64_t key = mix(mix(roomy ? 2 : 1, area.w), area.h);

    key = mix(mix(key, t->line), t->line_min);
    for (uint32_t i = 0; i < CHOICE_SITES / 64; i++)
        key = mix(key ^ choice->turned[i], 0);
    return key;
}

static uint64_t place_key(uint64_t key, struct rect area, const struct choice *choice)
{
    key = mix(mix(key, area.x), area.y);
    key = mix(mix(key, choice->map_origin.x), choice->map_origin.y);
    return mix(key, choice->map_zoom);
}

static struct rect scaled(struct rect r, struct point at, double by)
{
    return (struct rect){at.x + (r.x - at.x) * by, at.y + (r.y - at.y) * by, r.w * by, r.h * by};
}

/* There is not even room for dots: everything smaller than it should be. */
static void shrink(struct layout *l, struct point at, double by)
{
    for (uint32_t i = 0; i < l->cast->host_count; i++) {
        struct layout_host *h = &l->hosts[i];
        struct rect tile = scaled(h->tile, at, by), cell = scaled(h->cell, at, by);
        *h =
            (struct layout_host){.cell = cell, .tile = tile, .shown = h->shown, .level = LOOK_DOTS};
    }
    for (uint32_t i = 0; i < l->site_count; i++) {
        l->sites[i].box = scaled(l->sites[i].box, at, by);
        l->sites[i].title = (struct rect){0, 0, 0, 0};
    }
}

/* Whatever is below a host's texts and belongs to nobody is its place for a verdict. */
static bool free_for(const struct layout *l, uint32_t host, struct rect r, struct rect area)
{
    const struct layout_site *site = &l->sites[layout_site_of(l, host)];

    if (r.y + r.h > (site->framed ? site->box.y + site->box.h : area.y + area.h) - 2)
        return false;
    for (uint32_t i = 0; i < l->cast->host_count; i++)
        if (i != host && l->hosts[i].shown && meet(l->hosts[i].cell, r))
            return false;
    for (uint32_t i = 0; i < l->site_count; i++)
        if (meet(l->sites[i].folded ? l->sites[i].box : l->sites[i].title, r))
            return false;
    return true;
}

static void place_verdicts(struct layout *l, struct rect area)
{
    double chip = look_chip(l);

    for (uint32_t i = 0; i < l->cast->host_count; i++) {
        struct layout_host *h = &l->hosts[i];
        struct rect r = {h->cell.x, h->cell.y + h->cell.h, h->cell.w, chip + 2};
        if (h->shown && h->slots[SLOT_BATON].w > 0 && free_for(l, i, r, area))
            h->slots[SLOT_VERDICT] = (struct rect){r.x, r.y + 2, r.w, chip};
    }
}

static struct rect enlarged(struct rect area, struct point pivot, const struct choice *choice)
{
    struct rect r = scaled(area, pivot, fmax(1, choice->map_zoom));

    r.x += choice->map_origin.x;
    r.y += choice->map_origin.y;
    return r;
}

static void forget(struct layout *l)
{
    for (uint32_t i = 0; i < l->cast->host_count; i++)
        l->hosts[i] = (struct layout_host){.shown = false};
    for (uint32_t i = 0; i < l->site_count; i++) {
        l->sites[i].box = l->sites[i].title = (struct rect){0, 0, 0, 0};
        l->sites[i].folded = false;
    }
}

/* If not even dots have room, regions are made for an area that is larger, and all is shrunk. */
static double shrinking(const struct layout *l)
{
    double slack = l->own->chosen.slack;

    return l->own->group_count > 0 && slack < 1 ? slack : 1;
}

static struct rect room_of(const struct layout *l, struct rect area)
{
    double k = shrinking(l);

    return (struct rect){area.x, area.y, area.w / k, area.h / k};
}

static void place(struct layout *l, struct rect area, struct rect now, double zoom, uint8_t first)
{
    double k = zoom * shrinking(l);
    struct rect whole = room_of(l, area), large = now;

    forget(l);
    if (k < 1) {
        large.w = whole.w;
        large.h = whole.h;
    }
    uint8_t level = place_all(l, whole, large, zoom, first);
    if (k < 1)
        shrink(l, (struct point){now.x, now.y}, k);
    place_all_given(l, now, level < LOOK_FOLDED ? level : LOOK_SMALLEST_NAMED);
    for (uint32_t i = 0; i < l->cast->site_count; i++)
        frame_given(l, i, now);
    place_verdicts(l, now);
}

bool layout_make(struct layout *l, struct rect area, struct point pivot,
                 const struct layout_text *text, const struct choice *choice, bool roomy)
{
    struct layout_own *own = l->own;
    uint64_t whole = whole_key(area, text, choice, roomy), key = place_key(whole, area, choice);
    uint8_t first = roomy ? LOOK_ROOMY : LOOK_PLAIN;

    own->text = text;
    own->choice = choice;
    key = mix(mix(key, pivot.x), pivot.y);
    if (key == own->key)
        return false;
    if (whole != own->whole_key) {
        looks_measure(l);
        arrange(l, (struct size){area.w, area.h}, first);
    }
    regions_make(l, room_of(l, area));
    own->whole_key = whole;
    own->key = key;
    place(l, area, enlarged(area, pivot, choice), fmax(1, choice->map_zoom), first);
    return true;
}
