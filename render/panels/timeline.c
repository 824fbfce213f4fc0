#include "render/panels/timeline.h"

/* The scale between the buttons. */
static struct rect scale_of(struct rect r)
{
    rect_cut_left(&r, 240);
    rect_cut_right(&r, 170);
    return r;
}

double timeline_ms_at(const struct ui *ui, struct rect r, double x)
{
    struct rect scale = scale_of(r);
    double part = (x - scale.x) / scale.w;

    return (part < 0 ? 0 : part > 1 ? 1 : part) * pace_length(ui->moment.pace);
}

void timeline_draw(struct ui *ui, struct rect r)
{
    canvas_panel(ui->canvas, PANEL_TIMELINE, r);
    canvas_hit(ui->canvas, scale_of(r), ACT_SEEK, TIMELINE_POINTER);
}
