/*
 * timeline.h - the bar at the bottom: play and step, chapters and steps on presentation time, the hand.
 *
 * A click on the bar is a hit with ACT_SEEK and the argument TIMELINE_POINTER: the app asks
 * timeline_ms_at() with the x of the pointer.  While the pointer stays pressed after such a hit, it may
 * go on asking: the hand follows.
 *
 * Veil    from the veil on the bar is hatched: no names, no steps.
 * Units   presentation time in milliseconds, as in pace.h; points.
 * Owner   nothing is kept.
 * Errors  none: a place beyond an end is that end.
 */
#ifndef RENDER_PANELS_TIMELINE_H
#define RENDER_PANELS_TIMELINE_H

#include "render/widgets/ui.h"

enum { TIMELINE_POINTER = -1 };

/* In `r`, the same that timeline_ms_at() is given. */
void timeline_draw(struct ui *ui, struct rect r);
/* The presentation time at that x; beyond an end, or below the veil, the nearest that there is. */
double timeline_ms_at(const struct ui *ui, struct rect r, double x);

#endif
