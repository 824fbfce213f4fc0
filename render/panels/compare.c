#include "render/panels/compare.h"

void compare_find(struct compare_runs *runs, struct memory *m, const struct recording *before,
                  const struct recording *after)
{
    (void)m;
    *runs = (struct compare_runs){.same = true};
    runs->sides[COMPARE_BEFORE] = (struct compare_side){before, RECORDING_NONE, RECORDING_NONE};
    runs->sides[COMPARE_AFTER] = (struct compare_side){after, RECORDING_NONE, RECORDING_NONE};
}

void compare_draw(struct ui *ui, const struct compare_runs *runs, const struct moment *before,
                  struct rect r)
{
    (void)runs;
    (void)before;
    ui_panel(ui, PANEL_OVERLAY, r, "Two runs", TEXT("from the first record that differs"));
}
