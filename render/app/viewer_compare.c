/*
 * viewer_compare.c - the comparison's keys and clicks, and the way from one of its lines to that moment
 * in that run.
 *
 * One may look at the run before the change, too: the one with the change is then set aside, and the
 * comparison stays what it was.
 */
#include "render/app/viewer_parts.h"

struct film *viewer_changed(const struct viewer *v)
{
    return v->aside ? v->aside : v->film->before ? v->film : NULL;
}

void viewer_drop_aside(struct viewer *v)
{
    if (!v->aside)
        return;
    v->aside->before = NULL; /* it is in view, and not this one's any more */
    film_close(v->aside);
    v->aside = NULL;
}

/* ---- to that moment --------------------------------------------------------------------------- */

static bool go_there(struct viewer *v)
{
    struct film *changed = viewer_changed(v);
    uint32_t record = compare_record(&v->compare);

    if (record == RECORDING_NONE)
        return false;
    bool before = v->compare.sides[COMPARE_BEFORE].recording == &changed->before->recording &&
                  compare_side_of(&v->compare) == COMPARE_BEFORE;
    struct film *to = before ? changed->before : changed;

    if (to != v->film) {
        viewer_turn_to(v, to);
        v->aside = before ? changed : NULL;
    }
    v->overlay = OVERLAY_NONE;
    v->ui.choice.ladder_scroll = 0;
    v->ui.wish.playing = false;
    bool veiled = record >= viewer_veil(v);

    viewer_go_record(v, record);
    v->ui.choice.record = veiled ? RECORDING_NONE : record;
    viewer_say(v, veiled   ? TEXT("a question comes before it in this run")
                  : before ? TEXT("the run as it was; C compares again")
                           : TEXT("the run with the change; C compares again"));
    return true;
}

bool viewer_compare_line(struct viewer *v, int64_t number)
{
    struct compare_runs *runs = &v->compare;
    uint32_t line = (uint32_t)(number / COMPARE_SIDES);
    int side = (int)(number % COMPARE_SIDES);

    if (v->overlay != OVERLAY_COMPARE || number < 0 || number / COMPARE_SIDES >= runs->line_count)
        return false;
    if (runs->chosen == line && runs->chosen_side == side)
        return compare_unfold(runs) || go_there(v);
    return compare_choose(runs, line, side, &v->ui.choice.ladder_scroll);
}

/* ---- input ------------------------------------------------------------------------------------ */

static bool choose(struct viewer *v, int64_t number)
{
    return viewer_do(v, &(struct action){.act = ACT_COMPARE_LINE, .number = number});
}

bool viewer_compare_click(struct viewer *v, int64_t number)
{
    const struct compare_runs *runs = &v->compare;
    uint32_t line = (uint32_t)(number / COMPARE_SIDES);
    bool done = choose(v, number);

    /* It was chosen just now, or the click has done more already. */
    return done && v->overlay == OVERLAY_COMPARE && runs->chosen == line &&
                   line < runs->line_count && compare_is_fold(&runs->lines[line])
               ? choose(v, number)
               : done;
}

/* How far up or down a key goes: the lines of a page, or all. */
static int64_t lines_of(const struct compare_runs *runs, struct text key)
{
    int64_t page = runs->page > 1 ? runs->page - 1 : 1;

    return text_equal(key, TEXT("Down"))       ? 1
           : text_equal(key, TEXT("Up"))       ? -1
           : text_equal(key, TEXT("PageDown")) ? page
           : text_equal(key, TEXT("PageUp"))   ? -page
           : text_equal(key, TEXT("End"))      ? runs->line_count
           : text_equal(key, TEXT("Home"))     ? -(int64_t)runs->line_count
                                               : 0;
}

bool viewer_compare_key(struct viewer *v, struct text key)
{
    const struct compare_runs *runs = &v->compare;
    int64_t by = lines_of(runs, key), at = runs->chosen, to = at + by;

    if (runs->line_count == 0 || runs->chosen >= runs->line_count)
        return false;
    if (text_equal(key, TEXT("Return")))
        return choose(v, at * COMPARE_SIDES + runs->chosen_side);
    if (text_equal(key, TEXT("Left")) || text_equal(key, TEXT("Right"))) {
        int side = text_equal(key, TEXT("Left")) ? COMPARE_BEFORE : COMPARE_AFTER;

        /* Chosen again is more than chosen. */
        return side == runs->chosen_side || choose(v, at * COMPARE_SIDES + side);
    }
    to = to < 0 ? 0 : to >= runs->line_count ? runs->line_count - 1 : to;
    return by != 0 && (to == at || choose(v, to * COMPARE_SIDES + runs->chosen_side));
}
