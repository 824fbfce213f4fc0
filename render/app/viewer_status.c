/*
 * viewer_status.c - the line at the bottom: for a while what an action has to tell, and what else can be
 * done; and the tip below the pointer.
 */
#include "render/app/viewer_parts.h"

#include <math.h>

/* The most useful last: the others give way first. */
static const struct {
    enum act act;
    const char *key, *word;
} tools[] = {{ACT_FULL, "F", "full screen"},
             {ACT_TEXT_LARGER, "]", "larger"},
             {ACT_TEXT_SMALLER, "[", "smaller"},
             {ACT_THEME, "L", "light"},
             {ACT_ROOM, "B", "room"},
             {ACT_SAVE, "Ctrl+S", "save"},
             {ACT_COMPARE, "C", "compare"},
             {ACT_WHAT_IF, "W", "what if"},
             {ACT_SEARCH, "/", "find"},
             {ACT_GALLERY, "G", "lessons"},
             {ACT_HELP, "F1", "help"}};
enum { TOOLS = sizeof tools / sizeof *tools };

static struct style line_style(const struct viewer *v)
{
    return (struct style){FONT_SANS, v->room == ROOM_OFF ? 13.5 : 11, COLOUR_SOFT, ALIGN_LEFT};
}

static bool useful(const struct viewer *v, enum act act)
{
    if (act == ACT_COMPARE)
        return v->film && viewer_changed(v) != NULL;
    if (act == ACT_SAVE)
        return v->film && v->film->before;
    if (act == ACT_GALLERY)
        return v->gallery != NULL;
    return v->film || act != ACT_SEARCH;
}

/* From the right, as many as fit into the better half; each can be clicked. */
static void draw_tools(struct viewer *v, struct rect *r)
{
    struct style s = line_style(v), key = s;
    double least = r->x + r->w * 0.45;

    key.font = FONT_MONO;
    for (int i = TOOLS - 1; i >= 0; i--) {
        struct text word = text_of(tools[i].word), name = text_of(tools[i].key);
        double wide = canvas_text_width(v->canvas, key, name) + 5 +
                      canvas_text_width(v->canvas, s, word) + 20;

        if (!useful(v, tools[i].act))
            continue;
        if (r->x + r->w - wide < least)
            break;
        struct rect box = rect_cut_right(r, wide);
        bool hot = rect_has(box, v->ui.pointer);

        s.colour = key.colour = hot ? COLOUR_TEXT : COLOUR_SOFT;
        canvas_hit(v->canvas, box, tools[i].act, 0);
        rect_cut_left(&box, 18);
        canvas_text_in(v->canvas, key,
                       rect_cut_left(&box, canvas_text_width(v->canvas, key, name) + 1), name);
        rect_cut_left(&box, 4);
        canvas_text_in(v->canvas, s, box, word);
    }
}

/* While something is typed it is the answer to what was asked for last. */
bool viewer_wait(struct viewer *v, double ms)
{
    if (v->said_size == 0 || viewer_wants_text(v))
        return false;
    v->said_ms -= ms;
    if (v->said_ms > 0)
        return false;
    v->said_size = 0;
    return true;
}

void viewer_draw_status(struct viewer *v)
{
    struct rect r = v->layout.status;

    canvas_panel(v->canvas, PANEL_COUNT, r);
    r = (struct rect){r.x + 24, r.y, r.w - 48, r.h};
    draw_tools(v, &r);
    canvas_text_in(v->canvas, line_style(v), r, viewer_said(v));
}

/* ---- the tip --------------------------------------------------------------------------------- */

static const struct mark *cut_at(const struct viewer *v, struct point p)
{
    size_t count;
    const struct mark *marks = canvas_marks(v->canvas, &count);

    while (count-- > 0)
        if (marks[count].kind == MARK_CUT && rect_has(marks[count].r, p))
            return &marks[count];
    return NULL;
}

/* What was shortened is shown whole when it is pointed at. */
void viewer_draw_tip(struct viewer *v)
{
    struct canvas *c = v->canvas;
    struct rect area = v->layout.all;
    struct style s = {FONT_SANS, 16, COLOUR_TEXT, ALIGN_LEFT};
    const struct mark *m = v->ui.pressed ? NULL : cut_at(v, v->ui.pointer);
    struct buffer whole;

    if (!m)
        return;
    buffer_init(&whole, &v->memory); /* the marks' own texts move when more are drawn */
    buffer_put_text(&whole, canvas_mark_text(c, m));
    double wide = fmin(canvas_text_width(c, s, buffer_text(&whole)) + 2, fmin(640, area.w - 60));
    struct rect box = {.x = m->r.x, .y = m->r.y + m->r.h + 6, .w = wide + 24};

    box.h = canvas_wrap_height(c, s, wide, buffer_text(&whole)) + 16;
    box.x = fmax(area.x + 8, fmin(box.x, area.x + area.w - box.w - 8));
    if (box.y + box.h > area.y + area.h - 8)
        box.y = fmax(area.y + 8, m->r.y - box.h - 6);
    canvas_panel(c, PANEL_OVERLAY, box);
    canvas_shadow(c, box, 8);
    canvas_fill(c, box, 8, COLOUR_PANEL);
    canvas_outline(c, box, 8, (struct pen){.colour = COLOUR_CHOSEN, .width = 1});
    canvas_text_wrap(c, s, (struct rect){box.x + 12, box.y + 8, wide, box.h - 14},
                     buffer_text(&whole));
    buffer_free(&whole);
}
