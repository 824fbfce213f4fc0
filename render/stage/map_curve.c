/* How a way runs: a curve from tile to tile that goes round other hosts where it can. */
#include <math.h>

#include "render/stage/map_parts.h"

/* ---- who covers what ---- */

enum { CROWD_CELLS = 1 << 16, SAMPLES = 32 };

static void cover(struct crowd *c, struct rect r, uint16_t who)
{
    double x0 = floor((r.x - c->origin.x) / c->step), y0 = floor((r.y - c->origin.y) / c->step),
           x1 = ceil((r.x + r.w - c->origin.x) / c->step),
           y1 = ceil((r.y + r.h - c->origin.y) / c->step);

    if (r.w <= 0 || r.h <= 0)
        return;
    for (int64_t y = (int64_t)fmax(0, y0); y < (int64_t)fmin(c->rows, y1); y++)
        for (int64_t x = (int64_t)fmax(0, x0); x < (int64_t)fmin(c->columns, x1); x++)
            c->cells[y * c->columns + x] = who;
}

static struct rect united(struct rect a, struct rect b)
{
    if (b.w <= 0 || b.h <= 0)
        return a;
    double x = fmin(a.x, b.x), y = fmin(a.y, b.y), x1 = fmax(a.x + a.w, b.x + b.w),
           y1 = fmax(a.y + a.h, b.y + b.h);
    return a.w <= 0 ? b : (struct rect){x, y, x1 - x, y1 - y};
}

/* Titles of sites are told apart from hosts. */
static const uint16_t TITLE = UINT16_MAX;

static void cover_all(struct map *map)
{
    const struct layout *l = &map->own->layout;

    for (uint32_t i = 0; i < l->site_count; i++)
        cover(&map->own->crowd, l->sites[i].folded ? l->sites[i].box : l->sites[i].title, TITLE);
    for (uint32_t i = 0; i < map->cast->host_count; i++) {
        const struct layout_host *h = &l->hosts[i];
        uint16_t who = (uint16_t)(i % (TITLE - 1) + 1);
        if (!h->shown)
            continue;
        /* A label rarely fills its cell. */
        double used = fmin(h->label.w,
                           map->own->label_width[i] * layout_look(h->level)->label / LAYOUT_LABEL);
        struct rect label = {h->label.x + (h->label.w - used) / 2, h->label.y, used, h->label.h};
        double plate = fmin(h->plate.w, h->tile.w * 1.5);
        cover(&map->own->crowd, h->tile, who);
        cover(&map->own->crowd,
              (struct rect){h->plate.x + (h->plate.w - plate) / 2, h->plate.y, plate, h->plate.h},
              who);
        cover(&map->own->crowd, label, who);
        used = fmin(h->address.w, h->address.h * 7.5);
        cover(&map->own->crowd,
              (struct rect){h->address.x + (h->address.w - used) / 2, h->address.y, used,
                            h->address.h},
              who);
    }
}

void crowd_fill(struct map *map)
{
    struct crowd *c = &map->own->crowd;
    const struct layout *l = &map->own->layout;
    struct rect all = map->own->area;

    for (uint32_t i = 0; i < l->site_count; i++)
        all = united(all, l->sites[i].box);
    for (uint32_t i = 0; i < map->cast->host_count; i++)
        if (l->hosts[i].shown)
            all = united(all, l->hosts[i].cell);
    c->origin = (struct point){all.x, all.y};
    c->step = fmax(4, sqrt(fmax(1, all.w * all.h) / (CROWD_CELLS - 4096)));
    c->columns = (uint32_t)(all.w / c->step) + 1;
    c->rows = (uint32_t)(all.h / c->step) + 1;
    if (!c->cells)
        c->cells = memory_take(map->memory, CROWD_CELLS * sizeof *c->cells);
    if ((uint64_t)c->columns * c->rows > CROWD_CELLS)
        c->rows = CROWD_CELLS / c->columns;
    memset(c->cells, 0, CROWD_CELLS * sizeof *c->cells);
    cover_all(map);
    for (uint32_t i = 0; i < map->own->way_count; i++)
        map->own->ways[i]->curved = false;
}

void crowd_free(struct map *map)
{
    memory_give(map->memory, map->own->crowd.cells, CROWD_CELLS * sizeof(uint16_t));
}

static uint16_t who_is_at(const struct crowd *c, struct point p)
{
    double x = (p.x - c->origin.x) / c->step, y = (p.y - c->origin.y) / c->step;

    if (!(x >= 0 && y >= 0 && x < c->columns && y < c->rows))
        return 0;
    return c->cells[(uint32_t)y * c->columns + (uint32_t)x];
}

/* ---- points of a curve ---- */

static struct point at(const struct point p[4], double t)
{
    double u = 1 - t, a = u * u * u, b = 3 * u * u * t, c = 3 * u * t * t, d = t * t * t;

    return (struct point){a * p[0].x + b * p[1].x + c * p[2].x + d * p[3].x,
                          a * p[0].y + b * p[1].y + c * p[2].y + d * p[3].y};
}

struct point map_along(const struct point p[4], double part, struct point *heading)
{
    double lengths[SAMPLES + 1], all = 0;
    struct point before = p[0];

    lengths[0] = 0;
    for (int i = 1; i <= SAMPLES; i++) {
        struct point q = at(p, (double)i / SAMPLES);
        all += hypot(q.x - before.x, q.y - before.y);
        lengths[i] = all;
        before = q;
    }
    int i = 1;
    while (i < SAMPLES && lengths[i] < part * all)
        i++;
    double stretch = lengths[i] - lengths[i - 1],
           t = (i - 1 + (stretch > 0 ? (part * all - lengths[i - 1]) / stretch : 0)) / SAMPLES;
    t = fmax(0, fmin(1, t));
    struct point q = at(p, t), a = at(p, fmax(0, t - 0.02)), b = at(p, fmin(1, t + 0.02));
    double length = hypot(b.x - a.x, b.y - a.y);
    *heading = length > 0 ? (struct point){(b.x - a.x) / length, (b.y - a.y) / length}
                          : (struct point){1, 0};
    return q;
}

/* ---- the curve between two hosts ---- */

struct port {
    struct point at, out; /* where a way begins, and where it leads from there; of length 1 */
};

static const double SMALL = 14; /* map_unit() of a map with too many hosts to go round all */

/* Ways meet a tile's sides in the middle of what its plate leaves of them: what moves along keeps clear
 * of the plate, and of what lives beside the tile's lower half. */
static struct port port_of(const struct layout *l, uint32_t host, bool right)
{
    const struct layout_host *h = &l->hosts[host];
    struct rect box = h->shown ? h->tile : l->sites[layout_site_of(l, host)].box;
    bool slots = h->shown && h->slots[SLOT_TRAY].w > 0 && !layout_look(h->level)->card;
    double y = box.y + box.h * (slots ? 0.48 : 0.5);

    return right ? (struct port){{box.x + box.w + 3, y}, {1, 0}}
                 : (struct port){{box.x - 3, y}, {-1, 0}};
}

static double distance(struct point a, struct point b)
{
    return sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y));
}

/* Its length, and more for whomever it crosses; counted no further than `enough`. */
static double cost(const struct map *map, uint32_t a, uint32_t b, const struct point p[4],
                   double enough)
{
    double sum = 0;
    struct point before = p[0];

    for (int i = 1; i <= SAMPLES && sum < enough; i++) {
        struct point q = i < SAMPLES ? at(p, (double)i / SAMPLES) : p[3];
        uint16_t who = i < SAMPLES ? who_is_at(&map->own->crowd, q) : 0;
        sum += distance(q, before);
        before = q;
        if (who == TITLE)
            sum += 110;
        else if (who)
            sum += who == a + 1 || who == b + 1 ? 30 : 170;
        if (!rect_has(map->own->area, q))
            sum += 50;
    }
    return sum;
}

/* How far up or down it is drawn near either end. */
struct bow {
    double from, to;
};

/* A way does not begin by leading away from where it goes. */
static double away(struct port from, struct point to)
{
    double dx = (to.x - from.at.x) * from.out.x;

    return dx < -40 ? 120 : dx < 0 ? 60 : 0;
}

static void try_curve(const struct map *map, uint32_t a, uint32_t b, struct port from,
                      struct port to, struct bow bow, struct point best[4], double *least)
{
    struct point p[4] = {from.at, from.at, to.at, to.at};
    double far = distance(from.at, to.at), reach = fmax(18, fmin(140, far * 0.4));

    p[1].x += from.out.x * reach;
    p[1].y += from.out.y * reach + bow.from;
    p[2].x += to.out.x * reach;
    p[2].y += to.out.y * reach + bow.to;
    /* Straight on, before anything fancy. */
    double sum = (fabs(bow.from) + fabs(bow.to)) * 0.2 + away(from, to.at) + away(to, from.at);
    sum += cost(map, a, b, p, *least - sum);
    if (sum < *least) {
        *least = sum;
        memcpy(best, p, 4 * sizeof *p);
    }
}

bool curve_find(const struct map *map, uint32_t a, uint32_t b, struct point p[4])
{
    static const struct bow bows[] = {
        {0, 0},    {-30, -30},   {30, 30},   {-60, 0},  {60, 0},  {0, -60},  {0, 60},  {-70, -70},
        {70, 70},  {-130, -130}, {130, 130}, {-110, 0}, {110, 0}, {0, -110}, {0, 110}, {-90, 90},
        {90, -90}, {-200, -200}, {200, 200}, {-200, 0}, {200, 0}, {0, -200}, {0, 200},
    };
    size_t count = map->own->unit < SMALL ? 3 : sizeof bows / sizeof *bows;
    const struct layout *l = &map->own->layout;
    struct rect from = map_host_box(map, a), to = map_host_box(map, b);
    double least = INFINITY;
    bool apart = from.w > 0 && to.w > 0 &&
                 (from.x != to.x || from.y != to.y); /* the same numbers, not nearly */

    p[0] = p[1] = rect_middle(from);
    p[2] = p[3] = apart ? rect_middle(to) : p[0];
    if (!apart)
        return false;
    for (unsigned sides = 0; sides < 4; sides++)
        for (size_t i = 0; i < count; i++)
            try_curve(map, a, b, port_of(l, a, sides & 1), port_of(l, b, sides & 2), bows[i], p,
                      &least);
    return true;
}

bool map_path(const struct map *map, uint32_t a, uint32_t b, struct point p[4])
{
    uint32_t low = a < b ? a : b, high = a < b ? b : a;
    struct way_known *w;
    struct point found[4];
    bool good;

    if (!map->own || a == b || high >= map->cast->host_count) {
        p[0] = p[1] = p[2] = p[3] = rect_middle(map_host_box(map, a));
        return false;
    }
    w = way_find(map, low, high);
    if (w && w->curved) {
        memcpy(found, w->p, sizeof found);
        good = found[0].x != found[3].x || found[0].y != found[3].y;
    } else {
        good = curve_find(map, low, high, found);
    }
    if (w && !w->curved) {
        memcpy(w->p, found, sizeof found);
        w->curved = true;
    }
    for (int i = 0; i < 4; i++)
        p[i] = found[a < b ? i : 3 - i];
    return good;
}
