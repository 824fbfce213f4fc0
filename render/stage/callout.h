/*
 * callout.h - where a card about a host goes: near it, where it covers the least.
 *
 * Units   points; a cost is an area, in square points.
 * Owner   nothing is kept; `context` is handed on to `cost`.
 * Errors  none: a card that fits nowhere stands where it covers the least, inside `area`.
 */
#ifndef RENDER_STAGE_CALLOUT_H
#define RENDER_STAGE_CALLOUT_H

#include "render/canvas/canvas.h"

/* Area that two rects share. */
double callout_shared(struct rect a, struct rect b);
/* Of all places inside `area` the one that costs the least: `cost` says what covering that rect would,
 * HUGE_VAL: it may not be; far from home costs, too.  Empty: there is none. */
struct rect callout_place(struct rect area, struct rect home, struct point size,
                          double (*cost)(const void *context, struct rect r), const void *context);

#endif
