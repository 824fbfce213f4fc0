/*
 * place.c - where things stand round a host.
 */
#include <math.h>

#include "render/stage/draw_parts.h"

/* Points. */
static const double LEAST = 26, PLATE = 14, ROW = 28, SIDE = 38, NAMES = 60, WORDS_REACH = 260;

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

bool place_words(const struct map *map, const struct clear *clear, uint32_t host, struct point size,
                 struct point *at)
{
    struct rect slot = place_of(map, host, SLOT_VERDICT);

    *at = (struct point){slot.x + slot.w / 2, slot.y + size.y / 2};
    return slot.w > 0 && clear_near(clear, size, WORDS_REACH, at);
}
