#include "render/stage/moving.h"

#include <math.h>

#include "render/stage/draw_parts.h"
#include "render/stage/ruler.h"

static void draw_strip(struct ui *ui, const struct map *map)
{
    struct rect r = map_strip(map);

    if (r.w <= 0 || r.h <= 0)
        return;
    struct ruler ruler;
    if (ruler_at(ui, &ruler)) {
        double left = fmin(duty_strip_width(ui), r.w * 0.6);
        struct rect right = r;
        rect_cut_left(&right, left + 24);
        ruler_draw(ui, &ruler, right);
        r.w = left;
    }
    duty_strip_draw(ui, r);
}

static void draw_all(struct ui *ui, const struct map *map, struct flight *flights, uint32_t count)
{
    struct gate gates[GATES_SHOWN];
    struct road roads[ROADS_SHOWN];
    uint32_t gate_count = gates_at(ui, gates),
             road_count = roads_at(ui, flights, count, gates, gate_count, roads);

    canvas_clip(ui->canvas, map_area(map));
    way_draw(ui, map);
    abuse_draw(ui, map);
    roads_draw(ui, map, roads, road_count);
    flights_crowd_draw(ui, map, flights, count);
    road_words_draw(ui, map, roads, road_count);
    plates_draw(ui, map);
    duty_draw(ui, map);
    arrivals_draw(ui, map);
    queue_words_draw(ui, map);
    gates_draw(ui, map, gates, gate_count);
    flights_draw(ui, map, flights, count);
    canvas_unclip(ui->canvas);
    draw_strip(ui, map);
}

void moving_draw(struct ui *ui, const struct map *map)
{
    struct memory *memory = ui->moment.recording->memory;
    uint32_t room = flights_room(ui);

    if (ui->moment.place.index == RECORDING_NONE)
        return;
    struct flight *flights = memory_take(memory, room * sizeof *flights);
    uint32_t count = flights_at(ui, flights, room);

    canvas_moving(ui->canvas, true);
    draw_all(ui, map, flights, count);
    canvas_moving(ui->canvas, false);
    memory_give(memory, flights, room * sizeof *flights);
}
