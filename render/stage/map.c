#include "render/stage/map.h"

#include <math.h>

#include "render/stage/moving.h"

void map_init(struct map *map, struct memory *memory, const struct cast *cast)
{
    *map = (struct map){.memory = memory, .cast = cast};
}

void map_end(struct map *map)
{
    *map = (struct map){0};
}

void map_draw(struct map *map, struct ui *ui, struct rect r)
{
    ui_panel(ui, PANEL_MAP, r, "Map", TEXT("who talks to whom"));
    moving_draw(ui, map);
}

struct rect map_area(const struct map *map)
{
    (void)map;
    return (struct rect){0, 0, 0, 0};
}

struct rect map_strip(const struct map *map)
{
    (void)map;
    return (struct rect){0, 0, 0, 0};
}

struct rect map_host_box(const struct map *map, uint32_t host)
{
    (void)map;
    (void)host;
    return (struct rect){0, 0, 0, 0};
}

struct rect map_host_cell(const struct map *map, uint32_t host)
{
    return map_host_box(map, host);
}

struct rect map_slot(const struct map *map, uint32_t host, enum map_slot which)
{
    (void)which;
    return map_host_box(map, host);
}

bool map_folded(const struct map *map, uint32_t host)
{
    (void)map;
    (void)host;
    return false;
}

bool map_path(const struct map *map, uint32_t a, uint32_t b, struct point p[4])
{
    struct point from = rect_middle(map_host_box(map, a)), to = rect_middle(map_host_box(map, b));

    p[0] = p[1] = from;
    p[2] = p[3] = to;
    return from.x < to.x || from.x > to.x || from.y < to.y || from.y > to.y;
}

struct point map_along(const struct point p[4], double part, struct point *heading)
{
    *heading = (struct point){1, 0};
    return (struct point){p[0].x + part * (p[3].x - p[0].x), p[0].y + part * (p[3].y - p[0].y)};
}

double map_unit(const struct map *map)
{
    (void)map;
    return 34;
}

bool map_flows(const struct map *map)
{
    (void)map;
    return false;
}

const struct map_way *map_ways(const struct map *map, uint32_t *count)
{
    (void)map;
    *count = 0;
    return NULL;
}

void map_zoom(struct choice *choice, struct rect r, struct point at, double factor)
{
    (void)r;
    (void)at;
    choice->map_zoom = fmax(1, fmin(12, choice->map_zoom * factor));
}

void map_pan(struct choice *choice, struct rect r, struct point by)
{
    (void)r;
    choice->map_origin.x += by.x;
    choice->map_origin.y += by.y;
}
