#include "render/stage/moving.h"

void moving_draw(struct ui *ui, const struct map *map)
{
    (void)map;
    canvas_moving(ui->canvas, true);
    canvas_moving(ui->canvas, false);
}
