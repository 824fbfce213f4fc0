#include "render/panels/ladder.h"

void ladder_draw(struct ui *ui, struct rect r)
{
    ui_panel(ui, PANEL_LADDER, r, "SMTP dialogue", TEXT("one TCP connection"));
}
