/*
 * viewer_help.c - the help, made from the table of actions, and the line of the search.
 *
 * The table's order is that of the help; where a group begins is said here.  Keys look like keys.
 */
#include "render/app/viewer_parts.h"

#include <math.h>
#include <string.h>

static const struct {
    enum act first;
    const char *name;
} groups[] = {
    {ACT_PLAY, "Time"},        {ACT_HOST, "What is in view"},   {ACT_ZOOM_IN, "Map"},
    {ACT_ANSWER, "Questions"}, {ACT_SEARCH, "Find and change"}, {ACT_THEME, "How it looks"},
    {ACT_HELP, "And besides"},
};
enum { GROUPS = sizeof groups / sizeof *groups };

/* Where the next line goes: down one column, then the next. */
struct writing {
    struct viewer *v;
    struct rect r;                  /* of all columns */
    double column, gap, line, high; /* high: where a column ends */
    double x, y;
    int columns;
};

static struct style name_style(void)
{
    return (struct style){FONT_BOLD, 18, COLOUR_TEXT, ALIGN_LEFT};
}

static struct style text_style(void)
{
    return (struct style){FONT_SANS, 16, COLOUR_TEXT, ALIGN_LEFT};
}

/* Is it listed, and not one of several with the same words? */
static bool listed(int act)
{
    const struct act_info *a = act_info((enum act)act);

    return a->keys[0] && (act == 0 || strcmp(act_info((enum act)(act - 1))->doc, a->doc) != 0);
}

static int last_of(int group)
{
    return group + 1 < GROUPS ? (int)groups[group + 1].first : (int)ACT_COUNT;
}

static int lines_of(int group)
{
    int lines = 1;

    for (int a = (int)groups[group].first; a < last_of(group); a++)
        lines += listed(a);
    return lines;
}

/* A key as a little plate; returns where the next may stand. */
static double draw_key(struct viewer *v, double x, struct rect row, struct text key)
{
    struct style s = {FONT_MONO, 15, COLOUR_TEXT, ALIGN_MIDDLE};
    double wide = fmax(canvas_text_width(v->canvas, s, key) + 14, row.h - 6);
    struct rect plate = {x, row.y + 3, wide, row.h - 6};

    canvas_fill(v->canvas, plate, 5, COLOUR_BUTTON);
    canvas_outline(v->canvas, plate, 5, (struct pen){.colour = COLOUR_EDGE, .width = 1});
    canvas_text_in(v->canvas, s, rect_inset(plate, 2), key);
    return x + wide + 6;
}

/* More keys than there is room for, or several acts of the same words, end with dots. */
static void draw_act(struct writing *w, int act)
{
    const struct act_info *a = act_info((enum act)act);
    bool more = act + 1 < ACT_COUNT && strcmp(act_info((enum act)(act + 1))->doc, a->doc) == 0;
    struct rect row = {w->x, w->y, w->column, w->line};
    struct text keys = text_of(a->keys);

    if (rect_has(row, w->v->ui.pointer))
        canvas_fill(w->v->canvas, row, 6, COLOUR_BUTTON_HOT);
    if (a->takes != TAKES_NUMBER) /* which one is not known here */
        canvas_hit(w->v->canvas, row, (uint32_t)act, 0);
    double keys_wide = w->column * 0.36, x = row.x;

    while (keys.size > 0) {
        size_t end = text_find(keys, ' ');
        struct text key = text_from(keys.at, end);
        struct style s = {FONT_MONO, 15, COLOUR_TEXT, ALIGN_MIDDLE};

        keys = text_trim(text_after(keys, end));
        if (x > row.x && x + canvas_text_width(w->v->canvas, s, key) + 14 > row.x + keys_wide)
            break;
        x = draw_key(w->v, x, row, key);
    }
    if (more)
        x = draw_key(w->v, x, row, TEXT("\u2026"));
    double left = fmax(x, row.x + keys_wide) - row.x;

    rect_cut_left(&row, left);
    canvas_text_in(w->v->canvas, text_style(), row, text_of(a->doc));
    w->y += w->line;
}

static void draw_group(struct writing *w, int group)
{
    double high = w->line * lines_of(group);

    if (w->y > w->r.y && w->y + high > w->r.y + w->high && w->columns > 1) {
        w->columns--;
        w->x += w->column + w->gap;
        w->y = w->r.y;
    }
    canvas_text_in(w->v->canvas, name_style(), (struct rect){w->x, w->y, w->column, w->line},
                   text_of(groups[group].name));
    w->y += w->line;
    for (int a = (int)groups[group].first; a < last_of(group); a++)
        if (listed(a))
            draw_act(w, a);
    w->y += w->line * 0.5;
}

struct rect viewer_plate(struct viewer *v, struct rect r, struct rect box)
{
    struct canvas *c = v->canvas;

    canvas_panel(c, PANEL_OVERLAY, r);
    canvas_fill_alpha(c, r, 0, COLOUR_GROUND, 0.7);
    canvas_hit(c, r, ACT_RELEASE, 0);
    canvas_shadow(c, box, 16);
    canvas_fill(c, box, 16, COLOUR_PANEL);
    canvas_outline(c, box, 16, (struct pen){.colour = COLOUR_EDGE, .width = 1});
    return rect_inset(box, 26);
}

void viewer_draw_help(struct viewer *v, struct rect r)
{
    struct canvas *c = v->canvas;
    struct writing w = {.v = v, .gap = 36, .line = canvas_line_height(c, text_style()) + 6};
    struct style soft = {FONT_SANS, 16, COLOUR_SOFT, ALIGN_LEFT};
    struct rect in = viewer_plate(v, r, rect_inset(r, 20));
    int lines = GROUPS;

    canvas_text_wrap(
        c, soft, rect_cut_bottom(&in, 2 * w.line),
        TEXT("Click a host, a row, a chapter, or a line of this list; click or drag on the bar to "
             "go there; drag the map to move it, the wheel enlarges it and scrolls the rest. A "
             "clicker has PageDown, PageUp, the full stop: what is known runs by, up to what is "
             "new, goes wrong or changes hands."));
    rect_cut_bottom(&in, 14);
    for (int g = 0; g < GROUPS; g++)
        lines += lines_of(g);
    /* As many columns as all lines need, and no more than can be read; what is left over is scrolled. */
    w.columns = (int)ceil(lines * w.line / in.h);
    w.columns = w.columns < 2 ? 2 : w.columns > 3 ? 3 : w.columns;
    if (in.w / w.columns < 420 * v->ui.wish.text)
        w.columns = 2;
    w.column = (in.w - w.gap * (w.columns - 1)) / w.columns;
    w.high = w.columns == 2 ? ceil(lines / 2.0 + 3) * w.line : ceil(lines / 3.0 + 4) * w.line;
    double most = fmax(0, w.high + 4 * w.line - in.h);

    if (w.high - 3 * w.line <= in.h) { /* it fits, if need be a little closer */
        most = 0;
        w.high = fmin(w.high, in.h);
    }
    v->overlay_scroll = fmin(v->overlay_scroll, most);
    canvas_clip(c, in);
    w.r = (struct rect){in.x, in.y - v->overlay_scroll, in.w, in.h + most};
    w.x = w.r.x;
    w.y = w.r.y;
    for (int g = 0; g < GROUPS; g++)
        draw_group(&w, g);
    canvas_unclip(c);
}

void viewer_draw_search(struct viewer *v, struct rect r)
{
    struct canvas *c = v->canvas;
    struct style style = {FONT_SANS, 20, COLOUR_TEXT, ALIGN_LEFT},
                 soft = {FONT_SANS, 18, COLOUR_SOFT, ALIGN_LEFT};
    struct text said = viewer_said(v); /* nothing was found */
    double below = said.size > 0 ? canvas_line_height(c, soft) + 12 : 0;
    double wide = fmin(640, r.w - 40), high = canvas_line_height(c, style) + 68 + below;
    struct rect in =
        viewer_plate(v, r, (struct rect){r.x + (r.w - wide) / 2, r.y + r.h * 0.16, wide, high});
    struct text typed = text_from(v->typed, v->typed_size);

    canvas_text_in(c, soft, rect_cut_bottom(&in, below), said);
    canvas_icon(c, ICON_SEARCH, rect_inset(rect_cut_left(&in, in.h), 2), COLOUR_SOFT);
    rect_cut_left(&in, 12);
    if (typed.size == 0) {
        canvas_text_in(c, soft, in, TEXT("a word in the records: 550, bob@, greylist"));
        return;
    }
    double width = fmin(canvas_text_width(c, style, typed), in.w - 4);

    canvas_text_in(c, style, in, typed);
    canvas_fill(c, (struct rect){in.x + width + 2, in.y + 4, 2, in.h - 8}, 0, COLOUR_CHOSEN);
}
