/*
 * timeline_parts.h - what the timeline's files share.
 */
#ifndef RENDER_PANELS_TIMELINE_PARTS_H
#define RENDER_PANELS_TIMELINE_PARTS_H

#include "render/panels/timeline.h"

/* Where things stand. */
struct timeline_place {
    struct rect panel, buttons, scale, wishes; /* scale: the whole height, the bar's width */
    struct rect names, bar, dots, labels;      /* rows of the scale */
};

/* Where that presentation time stands on a bar. */
double timeline_x(const struct ui *ui, struct rect bar, double ms);
/* A mark for each step that has room, in a layer of their own. */
void timeline_dots(struct ui *ui, struct rect dots);

#endif
