/*
 * draw_parts.h - how the parts of the moving picture are painted; for moving.c alone.
 *
 * Units   points of the canvas; parts of a way, 0 .. 1.
 * Owner   everything is borrowed for the frame.
 * Errors  none: what has no place on the map (its host is folded away, or out of sight) is not drawn.
 */
#ifndef RENDER_STAGE_DRAW_PARTS_H
#define RENDER_STAGE_DRAW_PARTS_H

#include "render/stage/clear.h"
#include "render/stage/flights.h"
#include "render/stage/gate.h"
#include "render/stage/map.h"
#include "render/stage/road.h"
#include "render/stage/track.h"

/* How far motes keep from the middle of their way, in points. */
#define LANE_MOTE 5.0

/* The map's slot; where it has none but the host's tile is large enough to be looked at, a place where
 * that slot would be: what stands there for a moment may cover another thing. */
struct rect place_of(const struct map *map, uint32_t host, enum map_slot which);
/* What pops up or moves takes its box, and a little air: for the rest of the frame nothing else may be
 * there. */
static inline void box_take(struct ui *ui, struct clear *clear, struct rect r)
{
    clear_take(clear, rect_inset(r, -2));
    canvas_box(ui->canvas, r);
}

/* The way from a to b; length 0: it cannot be drawn.  The same curve in both directions. */
struct track track_between(const struct map *map, uint32_t a, uint32_t b);

/* The middle of a plate of that size about a host: in its slot below, or near it.  False: nowhere. */
bool place_words(const struct map *map, const struct clear *clear, uint32_t host, struct point size,
                 struct point *at);
/* How wide a letter of the story is on this map. */
double letter_width(const struct map *map);
/* How far from a host a road's own marks keep: its roles are written across its tile's edge. */
double road_end(const struct track *t);
void roads_draw(struct ui *ui, const struct map *map, const struct clear *clear,
                const struct road *roads, uint32_t count);
/* The plates on the roads, where there is room. */
void road_words_draw(struct ui *ui, const struct map *map, struct clear *clear,
                     const struct road *roads, uint32_t count);
/* The story's own; then all others. */
void flights_draw(struct ui *ui, const struct map *map, struct clear *clear,
                  const struct flight *flights, uint32_t count);
void flights_crowd_draw(struct ui *ui, const struct map *map, struct clear *clear,
                        const struct flight *flights, uint32_t count);
/* Something that is not of the story in view. */
void flight_mote_draw(struct ui *ui, const struct map *map, const struct flight *f);
/* All of those, where they are many: ways with few of them show each, the others are counted. */
void flows_draw(struct ui *ui, const struct map *map, struct clear *clear,
                const struct flight *flights, uint32_t count);
void gates_draw(struct ui *ui, const struct map *map, struct clear *clear, const struct gate *gates,
                uint32_t count);
/* The plates of those who have the mail; then the batons that are just on their way to them. */
void duty_draw(struct ui *ui, const struct map *map, struct clear *clear);
void duty_flying_draw(struct ui *ui, const struct map *map, struct clear *clear);
/* Where a host's plate is when it has the mail in view. */
struct rect duty_place(const struct ui *ui, const struct map *map, uint32_t host);
/* The strip of holders; its width if all were shown. */
void duty_strip_draw(struct ui *ui, struct rect r);
double duty_strip_width(const struct ui *ui);
void arrivals_draw(struct ui *ui, const struct map *map, struct clear *clear);
/* The arrows of an open relay; their words; the copies on them, where nothing else is. */
void abuse_draw(struct ui *ui, const struct map *map);
void abuse_words_draw(struct ui *ui, const struct map *map, struct clear *clear);
void abuse_copies_draw(struct ui *ui, const struct map *map, struct clear *clear);
/* What is nailed to a host, and the bar of its queue. */
void plates_draw(struct ui *ui, const struct map *map, struct clear *clear);
/* Who waits behind whom in the queue of the host in view. */
void queue_words_draw(struct ui *ui, const struct map *map, struct clear *clear);
/* The ways out and back; the numbers on them, and for whom the report is. */
void way_draw(struct ui *ui, const struct map *map);
void way_words_draw(struct ui *ui, const struct map *map, struct clear *clear);
struct ruler;
void ruler_draw(struct ui *ui, const struct ruler *ruler, struct rect r);

#endif
