/*
 * gallery.c - the cards of the gallery.
 */
#include "render/app/gallery.h"

void gallery_draw(struct gallery *g, struct ui *ui, double scroll, struct rect r)
{
    (void)scroll;
    canvas_panel(ui->canvas, PANEL_OVERLAY, r);
    canvas_fill(ui->canvas, r, 0, COLOUR_GROUND);
    r = rect_inset(r, 40);
    for (uint32_t i = 0; g && i < g->count; i++) {
        struct rect row = rect_cut_top(&r, 26);

        canvas_text_in(ui->canvas, (struct style){FONT_SANS, 16, COLOUR_TEXT, ALIGN_LEFT}, row,
                       g->items[i].title);
        canvas_hit(ui->canvas, row, ACT_OPEN, i);
    }
}
