/*
 * moving.h - all that moves or lives on the map: letters, commands, replies, look-ups, batons, lamps.
 *
 * Drawn every frame over the map's still layer.  Where a thing is, is a function of the recording and
 * the presentation time alone: any frame rate shows the same film, and with reduced motion things stand
 * at the end of their step.  Nothing is drawn for a record that a question still veils.
 *
 * Units   points of the canvas.
 * Owner   everything is borrowed for the frame.
 * Errors  none.
 */
#ifndef RENDER_STAGE_MOVING_H
#define RENDER_STAGE_MOVING_H

#include "render/widgets/ui.h"

struct map;

/* After the still map is drawn, within its panel. */
void moving_draw(struct ui *ui, const struct map *map);

#endif
