/*
 * place.c - where things stand round a host.
 */
#include <math.h>

#include "render/stage/callout.h"
#include "render/stage/draw_parts.h"

enum { LOOKED_AT = 64 };

/* Points. */
static const double LEAST = 26, PLATE = 14, ROW = 28, SIDE = 38, NAMES = 60;

/* Without a slot below them, a host's texts are the last of its cell. */
static double text_bottom(const struct map *map, uint32_t host)
{
    struct rect box = map_host_box(map, host), cell = map_host_cell(map, host);

    return fmax(box.y + box.h, fmin(cell.y + cell.h, box.y + box.h + NAMES));
}

double letter_width(const struct map *map)
{
    return fmax(24, fmin(1.4 * map_unit(map), 64));
}

struct point place_inside(const struct map *map, struct point middle, struct point size)
{
    struct rect a = map_area(map);

    if (!rect_has(rect_inset(a, -2 * size.y), middle)) /* what is out of sight stays there */
        return middle;
    middle.x = fmax(a.x + size.x / 2, fmin(middle.x, a.x + a.w - size.x / 2));
    middle.y = fmax(a.y + size.y / 2, fmin(middle.y, a.y + a.h - size.y / 2));
    return middle;
}

struct rect place_with_name(const struct ui *ui, const struct map *map, uint32_t host)
{
    struct rect r = map_host_box(map, host), below = map_slot(map, host, SLOT_VERDICT);

    if (r.w <= 0)
        return r;
    double bottom = below.w > 0 ? below.y : text_bottom(map, host);
    if (ui->moment.scene->hosts[host].listed > 0)
        bottom += ROW * ui->wish.text;
    return (struct rect){r.x - 26, r.y - PLATE, r.w + 52, bottom - r.y + PLATE};
}

struct rect place_of(const struct map *map, uint32_t host, enum map_slot which)
{
    struct rect slot = map_slot(map, host, which), box = map_host_box(map, host);
    double middle = box.x + box.w / 2, wide = box.w + 80;

    if (slot.w > 0 || box.w < LEAST || box.h < LEAST)
        return slot;
    switch (which) {
    case SLOT_BATON: return (struct rect){middle - wide / 2, box.y - PLATE - ROW, wide, ROW};
    case SLOT_TRAY: return (struct rect){box.x - SIDE - 4, box.y + 4, SIDE, SIDE};
    case SLOT_BADGE: return (struct rect){box.x + box.w + 4, box.y + 4, SIDE, SIDE};
    case SLOT_VERDICT: return (struct rect){middle - wide / 2, text_bottom(map, host), wide, ROW};
    case SLOT_COUNT:
    default: return slot;
    }
}

double place_cost(const struct ui *ui, const struct map *map, struct rect r)
{
    double sum = 2 * (r.w * r.h - callout_shared(r, map_area(map))); /* what would be cut off */
    size_t count;
    const struct mark *marks = canvas_marks(ui->canvas, &count);

    for (size_t i = 0; i < count; i++)
        if (marks[i].kind == MARK_TEXT || marks[i].kind == MARK_ICON)
            sum += 2 * callout_shared(r, marks[i].r);
    for (uint32_t i = 0; i < ui->moment.cast->host_count && i < LOOKED_AT; i++)
        sum += callout_shared(r, map_host_box(map, i));
    return sum;
}

struct point place_beside(const struct ui *ui, const struct map *map, const struct track *t,
                          double off, struct point size, bool above)
{
    static const double parts[] = {0.5, 0.4, 0.6, 0.3, 0.7};
    struct point best = {0, 0};
    double least = HUGE_VAL;

    for (size_t i = 0; i < 2 * sizeof parts / sizeof parts[0]; i++) {
        double part = parts[i / 2];
        struct point on = track_at(t, part, 0), right = track_at(t, part, 1),
                     way = {right.x - on.x, right.y - on.y};
        bool below = way.y > 0 || (way.y > -0.01 && way.x > 0);
        double sign = (i % 2 == 0) == (below != above) ? 1 : -1,
               away = off + fabs(way.x) * size.x / 2 + fabs(way.y) * size.y / 2;
        struct point at = {on.x + sign * way.x * away, on.y + sign * way.y * away};
        double cost =
            place_cost(ui, map,
                       (struct rect){at.x - size.x / 2, at.y - size.y / 2, size.x, size.y}) +
            (double)i * 25;
        if (cost < least) {
            least = cost;
            best = at;
        }
    }
    return place_inside(map, best, size);
}

struct cost_context {
    const struct ui *ui;
    const struct map *map;
};

static double words_cost(const void *context, struct rect r)
{
    const struct cost_context *k = context;
    return place_cost(k->ui, k->map, r);
}

static struct point about(const struct ui *ui, const struct map *map, uint32_t host,
                          struct point size)
{
    struct cost_context context = {ui, map};

    return rect_middle(callout_place(rect_inset(map_area(map), 2), place_with_name(ui, map, host),
                                     size, words_cost, &context));
}

struct point place_words(const struct ui *ui, const struct map *map, uint32_t host,
                         struct point size)
{
    struct rect slot = map_slot(map, host, SLOT_VERDICT);
    bool listed = ui->moment.scene->hosts[host].listed > 0; /* then a plate hangs in the slot */

    if (slot.w > 0 && !listed)
        return place_inside(map, (struct point){slot.x + slot.w / 2, slot.y + size.y / 2}, size);
    return about(ui, map, host, size);
}
