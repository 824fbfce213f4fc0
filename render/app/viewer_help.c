/*
 * viewer_help.c - the help, made from the table of actions, and the line of the search.
 */
#include "render/app/viewer_parts.h"

void viewer_draw_help(struct viewer *v, struct rect r)
{
    struct canvas *c = v->canvas;
    struct style name = {FONT_MONO, 16, COLOUR_TEXT, ALIGN_LEFT},
                 what = {FONT_SANS, 16, COLOUR_TEXT, ALIGN_LEFT};
    double row = canvas_line_height(c, what) + 2;

    canvas_panel(c, PANEL_OVERLAY, r);
    canvas_fill(c, r, 0, COLOUR_PANEL);
    canvas_hit(c, r, ACT_RELEASE, 0);
    r = rect_inset(r, 40);
    struct rect column = rect_cut_left(&r, r.w / 2);
    double top = column.y;

    for (int i = ACT_NONE + 1; i < ACT_COUNT; i++) {
        const struct act_info *a = act_info((enum act)i);

        if (*a->keys == '\0')
            continue;
        if (column.h < row) {
            column = r;
            column.y = top;
        }
        struct rect line = rect_cut_top(&column, row);

        canvas_text_in(c, name, rect_cut_left(&line, 190), text_of(a->keys));
        canvas_text_in(c, what, line, text_of(a->doc));
    }
}

void viewer_draw_search(struct viewer *v, struct rect r)
{
    struct canvas *c = v->canvas;
    struct style style = {FONT_SANS, 20, COLOUR_TEXT, ALIGN_LEFT};
    struct rect box = {r.x + r.w / 2 - 300, r.y + 120, 600, 64};

    canvas_panel(c, PANEL_OVERLAY, box);
    canvas_shadow(c, box, 12);
    canvas_fill(c, box, 12, COLOUR_PANEL);
    canvas_outline(c, box, 12, (struct pen){.colour = COLOUR_CHOSEN, .width = 2});
    box = rect_inset(box, 16);
    canvas_icon(c, ICON_SEARCH, rect_cut_left(&box, box.h), COLOUR_SOFT);
    rect_cut_left(&box, 12);
    canvas_text_in(c, style, box, text_from(v->typed, v->typed_size));
}
