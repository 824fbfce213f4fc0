/*
 * headline.h - what just happened, in one sentence, and why: the top of the window.
 *
 * A plate with the reply's code and the shape of its class, or the command's verb, or an icon; the
 * headline and its detail (sim/export/narrate.h), or the lesson's note about this record instead of
 * the detail; at the right the lesson (or that the run was changed) and the step.  Before the first
 * step: the title and the scenario's note.
 *
 * A record chosen by hand is told instead of the last one, and then the step says so.  While a question
 * waits for its answer the number of steps is not told.
 *
 * Layer   1.  Owner  nothing is kept.  Errors  none.
 */
#ifndef RENDER_PANELS_HEADLINE_H
#define RENDER_PANELS_HEADLINE_H

#include "render/widgets/ui.h"

void headline_draw(struct ui *ui, struct rect r);

#endif
