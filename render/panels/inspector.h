/*
 * inspector.h - the panel below the map: a message, a host or a session, opened.
 *
 * Message: envelope beside letter, each recipient's fate, the header as it grows, a report's three parts.
 * Host: its queue, mailboxes, DNS cache and rules.  Session: the state diagram of both ends, drawn from
 * the table that runs, with the current state lit.
 *
 * Everything is found in the recording up to the moment that is shown; what is chosen (subject, tab,
 * scrolling) is in `ui->choice` and changed by actions alone.
 *
 * Units   points.  Owner  nothing is kept between frames.  Errors  none.
 */
#ifndef RENDER_PANELS_INSPECTOR_H
#define RENDER_PANELS_INSPECTOR_H

#include "render/canvas/canvas.h"
#include "render/widgets/ui.h"

void inspector_draw(struct ui *ui, struct rect r);

#endif
