/*
 * callout.h - where a card about a host goes: beside it, where it covers the least.
 *
 * Units   points.
 */
#ifndef RENDER_STAGE_CALLOUT_H
#define RENDER_STAGE_CALLOUT_H

#include "render/canvas/canvas.h"

/* Of the places round `home`, inside `area`, the one that covers the least of `taken`, and of home. */
struct rect callout_place(struct rect area, struct rect home, struct point size,
                          const struct rect *taken, uint32_t count);
/* Area that two rects share. */
double callout_shared(struct rect a, struct rect b);

#endif
