/*
 * draw_parts.h - how the parts of the moving picture are painted; for moving.c alone.
 */
#ifndef RENDER_STAGE_DRAW_PARTS_H
#define RENDER_STAGE_DRAW_PARTS_H

#include "render/stage/flights.h"
#include "render/stage/gate.h"
#include "render/stage/map.h"
#include "render/stage/road.h"
#include "render/stage/track.h"

/* How far commands and replies keep from the middle of the way in view, in points. */
#define LANE_MAIN 15.0
#define LANE_MOTE 5.0

/* The way from a to b; length 0: it cannot be drawn.  The same curve in both directions. */
struct track track_between(const struct map *map, uint32_t a, uint32_t b);

/* How far from a host a road's own marks keep: its roles are written across its tile's edge. */
double road_end(const struct track *t);
void roads_draw(struct ui *ui, const struct map *map, const struct road *roads, uint32_t count);
/* The plates on the roads: above them, below what moves. */
void road_words_draw(struct ui *ui, const struct map *map, const struct road *roads,
                     uint32_t count);
void flights_draw(struct ui *ui, const struct map *map, const struct flight *flights,
                  uint32_t count);
void gates_draw(struct ui *ui, const struct map *map, const struct gate *gates, uint32_t count);
void duty_draw(struct ui *ui, const struct map *map);
void duty_strip_draw(struct ui *ui, struct rect r);
void arrivals_draw(struct ui *ui, const struct map *map);
void abuse_draw(struct ui *ui, const struct map *map);
void plates_draw(struct ui *ui, const struct map *map);
void way_draw(struct ui *ui, const struct map *map);
/* True if there was something to measure. */
bool ruler_draw(struct ui *ui, const struct map *map, struct rect r);

#endif
