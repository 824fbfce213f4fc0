#include "render/panels/headline.h"

void headline_draw(struct ui *ui, struct rect r)
{
    canvas_panel(ui->canvas, PANEL_HEADLINE, r);
}
