#include "render/stage/moving.h"

#include <math.h>

#include "render/stage/callout.h"
#include "render/stage/draw_parts.h"
#include "render/stage/ruler.h"

/* ---- the strip -------------------------------------------------------------------------------- */

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

/* ---- what stands still ------------------------------------------------------------------------ */

/* Points around a text; beside a role's, which stands on a plate with round ends: of its height. */
static const double AIR = 2, TILE_AIR = 3, ROUND = 0.5;

/* Texts as they were drawn; a role's follows its host's icon.  Tiles hold all icons. */
static void still_take(const struct ui *ui, const struct map *map, struct clear *clear)
{
    struct rect area = map_area(map);
    size_t count;
    const struct mark *marks = canvas_marks(ui->canvas, &count), *before = NULL;

    for (size_t i = 0; i < count; i++) {
        const struct mark *m = &marks[i];
        if (m->moving || (m->kind != MARK_TEXT && m->kind != MARK_ICON))
            continue;
        bool role = before && before->kind == MARK_ICON;
        before = m;
        if (m->kind == MARK_ICON || callout_shared(m->r, area) <= 0)
            continue;
        double beside = role ? m->r.h * ROUND : AIR;
        clear_take(clear, (struct rect){m->r.x - beside, m->r.y - AIR, m->r.w + 2 * beside,
                                        m->r.h + 2 * AIR});
    }
    for (uint32_t i = 0; i < ui->moment.cast->host_count; i++)
        if (callout_shared(map_host_box(map, i), area) > 0)
            clear_take(clear, rect_inset(map_host_box(map, i), -TILE_AIR));
}

/* ---- all that moves --------------------------------------------------------------------------- */

/* Points: of a command or a reply, mostly. */
static const double USUAL_WIDTH = 80, USUAL_HEIGHT = 28;

/* Lines first; then plates, what stands longest before what comes and goes; then what travels. */
static void draw_all(struct ui *ui, const struct map *map, struct clear *clear,
                     struct flight *flights, uint32_t count)
{
    struct gate gates[GATES_SHOWN];
    struct road roads[ROADS_SHOWN];
    uint32_t gate_count = gates_at(ui, gates),
             road_count = roads_at(ui, flights, count, gates, gate_count, roads);

    way_draw(ui, map);
    abuse_draw(ui, map);
    roads_draw(ui, map, clear, roads, road_count);
    plates_draw(ui, map, clear);
    gates_draw(ui, map, clear, gates, gate_count);
    duty_draw(ui, map, clear);
    for (uint32_t i = 0; i < road_count; i++) {
        struct track t = track_between(map, roads[i].from, roads[i].to);
        if (roads[i].main)
            clear_keep(clear, &t, (struct point){USUAL_WIDTH, USUAL_HEIGHT});
    }
    way_words_draw(ui, map, clear);
    abuse_words_draw(ui, map, clear);
    arrivals_draw(ui, map, clear);
    queue_words_draw(ui, map, clear);
    road_words_draw(ui, map, clear, roads, road_count);
    clear_moves(clear);
    duty_flying_draw(ui, map, clear);
    flights_crowd_draw(ui, map, clear, flights, count);
    flights_draw(ui, map, clear, flights, count);
    abuse_copies_draw(ui, map, clear);
}

void moving_draw(struct ui *ui, const struct map *map)
{
    struct memory *memory = ui->moment.recording->memory;
    uint32_t room = flights_room(ui);

    if (ui->moment.place.index == RECORDING_NONE)
        return;
    struct flight *flights = memory_take(memory, room * sizeof *flights);
    uint32_t count = flights_at(ui, flights, room);

    struct clear clear;
    clear_begin(&clear, memory, rect_inset(map_area(map), 1));
    still_take(ui, map, &clear);
    canvas_moving(ui->canvas, true);
    canvas_clip(ui->canvas, map_area(map));
    draw_all(ui, map, &clear, flights, count);
    canvas_unclip(ui->canvas);
    draw_strip(ui, map);
    canvas_moving(ui->canvas, false);
    clear_end(&clear);
    memory_give(memory, flights, room * sizeof *flights);
}
