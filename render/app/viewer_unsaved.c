/*
 * viewer_unsaved.c - whoever leaves a changed run that was not saved is asked once, in the picture.
 */
#include "render/app/viewer_parts.h"

#include <math.h>

bool viewer_asks(struct viewer *v, enum act what, int64_t number)
{
    bool leaves = what == ACT_QUIT || what == ACT_OPEN;

    if (!leaves || !v->film || !v->film->before || v->film->saved || v->overlay == OVERLAY_UNSAVED)
        return false;
    v->leaving = (struct action){.act = what, .number = number};
    v->overlay = OVERLAY_UNSAVED;
    v->ui.wish.playing = false;
    v->glide = RECORDING_NONE;
    return true;
}

bool viewer_unsaved_act(struct viewer *v, enum act answer)
{
    struct action leaving = v->leaving;

    if (answer == ACT_RELEASE)
        return viewer_do(v, &(struct action){.act = ACT_RELEASE});
    if (answer != ACT_SAVE && answer != leaving.act)
        return false;
    v->overlay = OVERLAY_NONE;
    if (answer == ACT_SAVE && !viewer_do(v, &(struct action){.act = ACT_SAVE}))
        return true; /* it could not be: one stays, and is told why */
    return viewer_do(v, &leaving);
}

bool viewer_unsaved_key(struct viewer *v, struct text key)
{
    if (text_equal(key, TEXT("S")) || text_equal(key, TEXT("Ctrl+S")))
        return viewer_unsaved_act(v, ACT_SAVE);
    if (text_equal(key, TEXT("D")) || act_key(key) == ACT_QUIT)
        return viewer_unsaved_act(v, v->leaving.act);
    return text_equal(key, TEXT("Escape")) && viewer_unsaved_act(v, ACT_RELEASE);
}

void viewer_draw_unsaved(struct viewer *v, struct rect r)
{
    struct canvas *c = v->canvas;
    bool quits = v->leaving.act == ACT_QUIT;
    const struct {
        enum act act;
        const char *words;
    } answers[] = {
        {ACT_SAVE,
         quits ? "S: save it as a scenario and quit" : "S: save it as a scenario and go on"},
        {v->leaving.act, quits ? "D: quit without it" : "D: go on without it"},
        {ACT_RELEASE, "Escape: stay here"},
    };
    enum { ANSWERS = sizeof answers / sizeof *answers };
    struct style title = {FONT_BOLD, 22, COLOUR_TEXT, ALIGN_LEFT},
                 soft = {FONT_SANS, 18, COLOUR_SOFT, ALIGN_LEFT};
    double head = canvas_line_height(c, title) + 6, note = canvas_line_height(c, soft) + 14,
           row = canvas_line_height(c, soft) + 22;
    double wide = fmin(640 * v->ui.wish.text, r.w - 40),
           high = fmin(head + note + ANSWERS * row + 2 * 26, r.h - 20);
    struct rect box = {r.x + (r.w - wide) / 2, r.y + (r.h - high) / 2, wide, high};
    struct rect in = viewer_plate(v, r, box);

    canvas_hit(c, box, ACT_NONE, 0);
    canvas_text_in(c, title, rect_cut_top(&in, head), TEXT("The changed run is not saved"));
    canvas_text_in(c, soft, rect_cut_top(&in, note), v->compare.cause);
    for (int i = 0; i < ANSWERS; i++) {
        struct rect button = rect_cut_top(&in, row);

        button.h -= 8;
        ui_button(&v->ui, button, ICON_COUNT, answers[i].words, answers[i].act, 0);
    }
}
