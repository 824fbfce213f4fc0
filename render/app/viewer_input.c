/*
 * viewer_input.c - keys, text, pointer and wheel become actions.
 *
 * A key goes first to the line that takes text, then to a question's digits, then to the table of
 * actions.  A click goes to the topmost hit of the picture that was last drawn.
 */
#include "render/app/viewer_parts.h"

#include <math.h>
#include <string.h>

#include "render/app/gallery.h"
#include "render/app/what_if.h"
#include "render/panels/cards.h"
#include "render/panels/timeline.h"

/* What a hand does: a script is not asked whether it meant it. */
static bool act(struct viewer *v, enum act what, int64_t number)
{
    return viewer_asks(v, what, number) ||
           viewer_do(v, &(struct action){.act = what, .number = number});
}

void viewer_close(struct viewer *v)
{
    if (!viewer_asks(v, ACT_QUIT, 0))
        v->quit = true;
}

/* ---- what covers the story ------------------------------------------------------------------- */

enum { DOUBLE_CLICK_MS = 400 };

uint64_t viewer_cover(const struct viewer *v)
{
    const struct lesson_prompt *p = v->film ? cards_prompt(&v->ui.choice, &v->film->lesson) : NULL;
    uint64_t key = ui_mix((uint64_t)(uintptr_t)v->film, v->overlay);

    key = ui_mix(key, ui_mix(v->ui.choice.card, v->ui.choice.prompt));
    if (p)
        key =
            ui_mix(key, ui_mix(p->revealed, ui_mix((uint64_t)p->votes[0], (uint64_t)p->votes[1])));
    return key;
}

void viewer_rest(struct viewer *v)
{
    v->ui.pointer = (struct point){-1, -1};
}

void viewer_input_at(struct viewer *v, int64_t wall_ms, bool repeats)
{
    v->wall_ms = wall_ms;
    v->repeats = repeats;
}

/* Whoever holds a key down has seen nothing of what has come up meanwhile: it is not for that. */
static bool held_too_long(struct viewer *v)
{
    uint64_t cover = viewer_cover(v);

    if (!v->repeats)
        v->held_cover = cover;
    return cover != v->held_cover;
}

/* The second half of a double click is not for what the first has brought up. */
static bool is_second_half(const struct viewer *v)
{
    return v->turned_ms >= 0 && v->wall_ms - v->turned_ms < DOUBLE_CLICK_MS;
}

/* ---- text ------------------------------------------------------------------------------------ */

bool viewer_wants_text(const struct viewer *v)
{
    return v->overlay == OVERLAY_SEARCH ||
           (v->overlay == OVERLAY_WHAT_IF && what_if_wants_text(v->what_if));
}

/* A sign is a key where no line takes text: "r" is R, "R" is Shift+R. */
static bool sign_key(struct viewer *v, char sign)
{
    bool small = sign >= 'a' && sign <= 'z', large = sign >= 'A' && sign <= 'Z';
    char name[] = {'S', 'h', 'i', 'f', 't', '+', small ? (char)(sign - 'a' + 'A') : sign};

    if (sign == ' ')
        return viewer_key(v, TEXT("Space"));
    return viewer_key(v, large ? text_from(name, 7) : text_from(name + 6, 1));
}

bool viewer_type(struct viewer *v, struct text text)
{
    bool done = false;

    for (; text.size > 0 && !viewer_wants_text(v); text = text_after(text, 1))
        done |= sign_key(v, text.at[0]);
    if (text.size == 0 || v->typed_size + text.size > sizeof v->typed)
        return done;
    memcpy(v->typed + v->typed_size, text.at, text.size);
    v->typed_size += text.size;
    v->said_size = 0;
    return true;
}

/* The last character: one UTF-8 sequence. */
static void rub_out(struct viewer *v)
{
    while (v->typed_size > 0 && ((unsigned char)v->typed[--v->typed_size] & 0xC0) == 0x80)
        ;
}

static bool text_key(struct viewer *v, struct text key)
{
    if (text_equal(key, TEXT("Backspace"))) {
        rub_out(v);
        v->said_size = 0;
        return true;
    }
    if (text_equal(key, TEXT("Return")) && v->overlay == OVERLAY_WHAT_IF)
        return what_if_choose(v);
    if (text_equal(key, TEXT("Return")))
        return v->typed_size > 0 &&
               viewer_do(v, &(struct action){.act = ACT_SEARCH,
                                             .text = text_from(v->typed, v->typed_size)});
    if (text_equal(key, TEXT("Escape")))
        return act(v, ACT_RELEASE, 0);
    return false;
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* 1 to 9 while a question is asked. */
static bool answer_key(struct viewer *v, struct text key)
{
    return v->film && v->overlay == OVERLAY_NONE && key.size == 1 && key.at[0] >= '1' &&
           key.at[0] <= '9' && cards_shown(&v->ui.choice, &v->film->lesson) == CARDS_QUESTION &&
           act(v, ACT_ANSWER, key.at[0] - '1');
}

/* Over the story lies something else: that is scrolled, and the story stays where it is. */
static bool covering_key(struct viewer *v, enum act what)
{
    if (what == ACT_NEXT || what == ACT_NEXT_STOP || what == ACT_NEXT_HOP)
        return act(v, ACT_SCROLL, 80);
    if (what == ACT_BACK || what == ACT_BACK_STOP || what == ACT_BACK_HOP)
        return act(v, ACT_SCROLL, -80);
    return false;
}

static bool take_key(struct viewer *v, struct text key)
{
    if (viewer_wants_text(v))
        return text_key(v, key);
    if (v->overlay == OVERLAY_UNSAVED)
        return viewer_unsaved_key(v, key);
    if (v->overlay == OVERLAY_WHAT_IF && what_if_key(v, key))
        return true;
    if (v->overlay == OVERLAY_COMPARE && viewer_compare_key(v, key))
        return true;
    if (v->overlay == OVERLAY_GALLERY && v->gallery && v->gallery->count > 0) {
        if (gallery_key(v->gallery, key))
            return true;
        if (text_equal(key, TEXT("Return")) || act_key(key) == ACT_PLAY)
            return act(v, ACT_OPEN, v->gallery->chosen);
    }
    if (answer_key(v, key))
        return true;
    enum act found = act_key(key);

    if (v->overlay != OVERLAY_NONE && found >= ACT_PLAY && found <= ACT_RESTART)
        return covering_key(v, found);
    return found != ACT_NONE && act(v, found, 0);
}

bool viewer_key(struct viewer *v, struct text key)
{
    if (held_too_long(v))
        return false;
    viewer_rest(v);
    return take_key(v, key);
}

/* ---- pointer --------------------------------------------------------------------------------- */

static struct point to_points(const struct viewer *v, double x, double y)
{
    int width, height, stride;
    struct rect area = canvas_area(v->canvas);

    canvas_pixels(v->canvas, &width, &height, &stride);
    return (struct point){x * area.w / width, y * area.h / height};
}

static const struct mark *hit_at(const struct viewer *v, struct point p)
{
    size_t count;
    const struct mark *marks = canvas_marks(v->canvas, &count);

    while (count-- > 0)
        if (marks[count].kind == MARK_HIT && rect_has(marks[count].r, p))
            return &marks[count];
    return NULL;
}

bool viewer_points(const struct viewer *v)
{
    const struct mark *m = hit_at(v, v->hand);

    return m && m->verb != ACT_NONE && m->verb != ACT_RELEASE;
}

static enum panel panel_at(const struct viewer *v, struct point p)
{
    if (v->overlay != OVERLAY_NONE)
        return PANEL_OVERLAY;
    for (int i = 0; i < PANEL_OVERLAY; i++)
        if (rect_has(v->layout.panels[i], p))
            return (enum panel)i;
    return PANEL_COUNT;
}

static void scrub(struct viewer *v)
{
    v->ui.moment = viewer_moment(v);
    act(v, ACT_SEEK,
        (int64_t)floor(timeline_ms_at(&v->ui, v->layout.panels[PANEL_TIMELINE], v->hand.x)));
}

void viewer_press(struct viewer *v, double x, double y)
{
    v->hand = to_points(v, x, y);
    if (is_second_half(v))
        return;
    v->ui.pointer = v->grabbed_at = v->hand;
    v->ui.pressed = true;
    v->grabbed = panel_at(v, v->hand);
    v->dragged = false;
    const struct mark *m = hit_at(v, v->hand);

    if (m && m->verb == ACT_NONE)
        v->grabbed = PANEL_COUNT; /* on a card: the map below is not moved */
    v->scrubbing = m && m->verb == ACT_SEEK && m->argument == TIMELINE_POINTER;
    if (v->scrubbing)
        scrub(v);
}

void viewer_move(struct viewer *v, double x, double y)
{
    struct point before = v->hand, to = to_points(v, x, y);

    if (to.x != before.x || to.y != before.y)
        v->ui.pointer = to;
    v->hand = to;
    if (!v->ui.pressed || !v->film)
        return;
    if (fabs(to.x - v->grabbed_at.x) + fabs(to.y - v->grabbed_at.y) > 6)
        v->dragged = true;
    if (v->scrubbing) {
        scrub(v);
    } else if (v->grabbed == PANEL_MAP && v->dragged) {
        map_pan(&v->ui.choice, v->layout.panels[PANEL_MAP],
                (struct point){to.x - before.x, to.y - before.y});
    }
}

void viewer_release(struct viewer *v, double x, double y)
{
    bool click = v->ui.pressed && !v->dragged && !v->scrubbing;
    uint64_t cover = viewer_cover(v);

    viewer_move(v, x, y);
    v->ui.pressed = v->scrubbing = false;
    v->grabbed = PANEL_COUNT;
    const struct mark *m = click ? hit_at(v, v->hand) : NULL;

    if (m && v->overlay == OVERLAY_UNSAVED) {
        viewer_unsaved_act(v, (enum act)m->verb);
    } else if (m && m->verb == ACT_DO) { /* a row of the list: what it does is in the list */
        v->what_if->chosen = (uint32_t)m->argument;
        what_if_choose(v);
    } else if (m && m->verb == ACT_COMPARE_LINE) {
        viewer_compare_click(v, m->argument);
    } else if (m) {
        if (v->overlay == OVERLAY_HELP && m->verb != ACT_HELP && m->verb != ACT_RELEASE)
            v->overlay = OVERLAY_NONE; /* a line of the list: one wants to see what it does */
        act(v, (enum act)m->verb, m->argument);
    }
    if (viewer_cover(v) != cover) {
        v->turned_ms = v->wall_ms;
        viewer_rest(v);
    }
}

void viewer_leave(struct viewer *v)
{
    if (!v->ui.pressed)
        v->ui.pointer = v->hand = (struct point){-1, -1};
}

void viewer_wheel(struct viewer *v, double notches, bool zoom)
{
    if (v->overlay == OVERLAY_NONE && v->film &&
        (zoom || rect_has(v->layout.panels[PANEL_MAP], v->hand))) {
        act(v, notches > 0 ? ACT_ZOOM_IN : ACT_ZOOM_OUT, 0);
        return;
    }
    act(v, ACT_SCROLL, (int64_t)lround(-40 * notches));
}
