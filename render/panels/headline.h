/*
 * headline.h - what just happened, in one sentence.
 */
#ifndef RENDER_PANELS_HEADLINE_H
#define RENDER_PANELS_HEADLINE_H

#include "render/widgets/ui.h"

void headline_draw(struct ui *ui, struct rect r);

#endif
