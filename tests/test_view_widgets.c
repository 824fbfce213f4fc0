/*
 * test_view_widgets.c - actions and their keys, and the small things that are the same everywhere.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "render/widgets/ui.h"
#include "tests/view_picture.h"

/* ---- actions and small things ----------------------------------------------------------------- */

Test(action, names_and_keys_are_unique)
{
    for (unsigned i = 1; i < ACT_COUNT; i++) {
        const struct act_info *info = act_info((enum act)i);
        cr_expect_eq(act_find(text_of(info->name)), i, "%s", info->name);
        struct text keys = text_of(info->keys);
        while (keys.size > 0) {
            size_t end = text_find(keys, ' ');
            struct text key = text_from(keys.at, end);
            cr_expect_eq(act_key(key), i, "%s: %.*s", info->name, TEXT_ARG(key));
            keys = text_after(keys, end + 1);
        }
    }
    cr_expect_eq(act_find(TEXT("fly")), ACT_COUNT);
    cr_expect_eq(act_key(TEXT("")), ACT_NONE);
    cr_expect_eq(act_key(TEXT("Hyper")), ACT_NONE);
}

static struct ui ui_on(struct canvas *c)
{
    struct ui ui = {.canvas = c, .pointer = {-1, -1}};

    ui.choice.host = ui.choice.conn = ui.choice.mail = RECORDING_NONE;
    ui.moment.place.index = ui.moment.veil = RECORDING_NONE;
    return ui;
}

Test(ui, a_button_is_clicked_and_lights_up)
{
    struct canvas *c = open_small();
    struct ui ui = ui_on(c);
    struct rect r = {20, 20, 120, 40};

    ui_button(&ui, r, ICON_PLAY, "Play", ACT_PLAY, 4);
    const struct mark *m = first_mark(c, MARK_HIT);
    cr_expect(m && m->verb == ACT_PLAY && m->argument == 4);
    cr_expect_eq(count_marks(c, MARK_TEXT), 1);
    cr_expect_eq(count_marks(c, MARK_ICON), 1);
    uint32_t *cold = copy_pixels(c);
    ui.pointer = (struct point){30, 30};
    ui_button(&ui, r, ICON_PLAY, "Play", ACT_PLAY, 4);
    cr_expect_gt(differing(c, cold), 1000);
    free(cold);
    canvas_close(c);
}

Test(ui, easing_is_smooth_or_a_jump)
{
    struct ui ui = {.wish = {.still = false}};
    double before = 0;

    cr_expect_eq(ui_ease(&ui, -1), 0);
    cr_expect_eq(ui_ease(&ui, NAN), 0);
    cr_expect_eq(ui_ease(&ui, 2), 1);
    for (int i = 0; i <= 100; i++) {
        double now = ui_ease(&ui, i / 100.0);
        cr_expect(now >= before && now - before < 0.03);
        before = now;
    }
    ui.wish.still = true;
    cr_expect_eq(ui_ease(&ui, 0.9), 0);
    cr_expect_eq(ui_ease(&ui, 1), 1);
}
