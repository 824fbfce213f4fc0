/*
 * ladder.h - the dialogue as a ladder: two lifelines, one row for each thing said.
 *
 * The connection in view (ui_conn) up to the moment's record, or with choice.ladder_all the whole
 * message in view across all its hops.  Nothing that is still to come is drawn; what is under way is
 * drawn as far as it has come.  Each row can be clicked: ACT_SHOW with the number of its record, which
 * is then marked everywhere (choice.record).
 *
 * choice.ladder_scroll moves the rows by so many points away from the one that the story is at; it is set
 * back to what there is room for.
 *
 * Rows are found by ladder_rows.h, which the printed ladder and the comparison of two runs use too.
 *
 * Layers  slots 20 to 29 of the canvas.
 * Owner   nothing is kept between frames but the canvas's layers.
 * Errors  none.
 */
#ifndef RENDER_PANELS_LADDER_H
#define RENDER_PANELS_LADDER_H

#include "render/widgets/ui.h"

void ladder_draw(struct ui *ui, struct rect r);

#endif
