/*
 * inspector.c - the frame of the panel: which subject, its tabs, and who draws it.
 */
#include "render/panels/inspector.h"

void inspector_draw(struct ui *ui, struct rect r)
{
    canvas_panel(ui->canvas, PANEL_INSPECTOR, r);
    canvas_fill(ui->canvas, r, 12, COLOUR_PANEL);
}
