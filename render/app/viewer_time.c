/*
 * viewer_time.c - where one is in presentation time, and what takes one elsewhere.
 *
 * Nobody comes past a question that is not answered: a step, a seek and playing all end just before its
 * record, and the question opens.
 */
#include "render/app/viewer_parts.h"

#include <math.h>

#include "render/app/gallery.h"
#include "render/panels/cards.h"

uint32_t viewer_veil(const struct viewer *v)
{
    return v->ui.wish.prompts ? lesson_veil(&v->film->lesson) : RECORDING_NONE;
}

/* The latest moment that may be shown, just before the veil. */
static double limit_of(const struct viewer *v)
{
    uint32_t veil = viewer_veil(v);

    if (veil == RECORDING_NONE)
        return pace_length(viewer_pace(v));
    double when = pace_when(viewer_pace(v), veil);

    return when > 0 ? nextafter(when, 0) : 0;
}

/* The question that stands before the veil. */
static void open_question(struct viewer *v)
{
    const struct lesson *l = &v->film->lesson;
    struct lesson_prompt *p = lesson_next(l, RECORDING_NONE, viewer_veil(v));

    if (p)
        v->ui.choice.prompt = (uint32_t)(p - l->prompts);
}

/* Is that moment at or behind the veil? */
static bool met_veil(const struct viewer *v, double ms)
{
    uint32_t veil = viewer_veil(v);

    return veil != RECORDING_NONE && ms >= pace_when(viewer_pace(v), veil);
}

void viewer_go_to(struct viewer *v, double ms)
{
    double limit = limit_of(v);

    v->glide = RECORDING_NONE;
    v->ms = ms < 0 ? 0 : ms;
    v->arrived = false;
    /* Who goes elsewhere leaves cards, question and answer behind. */
    v->ui.choice.prompt = RECORDING_NONE;
    if (ms > 0)
        v->ui.choice.card = v->film->lesson.card_count;
    if (met_veil(v, ms)) {
        v->ms = limit;
        v->ui.wish.playing = false;
        open_question(v);
    } else if (ms >= limit) {
        v->ms = limit;
        v->arrived = v->ui.wish.playing;
        v->ui.wish.playing = false;
    }
}

void viewer_go_record(struct viewer *v, uint32_t index)
{
    viewer_go_to(v, pace_when(viewer_pace(v), index));
}

uint32_t viewer_record(const struct viewer *v)
{
    if (v->glide != RECORDING_NONE)
        return v->glide;
    return pace_place(viewer_pace(v), v->ms).index;
}

/* What was asked before that record counts as shown. */
static void reveal_until(struct viewer *v, uint32_t index)
{
    struct lesson *l = &v->film->lesson;

    for (uint32_t i = 0; index != RECORDING_NONE && i < l->prompt_count; i++)
        if (l->prompts[i].record <= index)
            l->prompts[i].revealed = true;
    v->ui.choice.card = l->card_count;
    v->ui.choice.prompt = RECORDING_NONE;
}

void viewer_at(struct viewer *v, double ms)
{
    reveal_until(v, pace_place(viewer_pace(v), ms).index);
    viewer_go_to(v, ms);
}

void viewer_at_record(struct viewer *v, uint32_t index)
{
    reveal_until(v, index);
    viewer_go_record(v, index);
}

/* ---- playing --------------------------------------------------------------------------------- */

/* Plays on for so long, up to where one glides to, a question or the end. */
static void play_on(struct viewer *v, double ms)
{
    double to = v->ms + ms * v->ui.wish.speed;
    uint32_t glide = v->glide;

    if (glide != RECORDING_NONE && to >= pace_when(viewer_pace(v), glide)) {
        viewer_go_to(v, pace_when(viewer_pace(v), glide));
        v->ui.wish.playing = false;
        return;
    }
    viewer_go_to(v, to);
    if (v->ui.wish.playing)
        v->glide = glide;
}

bool viewer_tick(struct viewer *v, double ms)
{
    if (v->overlay == OVERLAY_GALLERY) {
        bool busy = viewer_busy(v);

        if (busy)
            gallery_work(v->gallery);
        return busy;
    }
    if (!v->film || !v->ui.wish.playing)
        return false;
    uint64_t cover = viewer_cover(v);

    play_on(v, ms);
    if (viewer_cover(v) != cover)
        viewer_rest(v);
    if (!v->ui.wish.playing && v->outside.did)
        v->outside.did(v->outside.context, &(struct action){.act = ACT_NONE}, true);
    return true;
}

/* To that record: one watches how it comes about, unless things shall stand still.  Who is on the way
 * already and asks for the next is first put where he was going. */
static bool glide_to(struct viewer *v, uint32_t record)
{
    if (record == RECORDING_NONE)
        return false;
    if (v->ui.wish.still) {
        v->ui.wish.playing = false;
        v->ui.choice.ladder_scroll = 0;
        viewer_go_record(v, record);
        return true;
    }
    if (v->glide != RECORDING_NONE)
        viewer_go_record(v, v->glide);
    if (v->ui.choice.prompt != RECORDING_NONE)
        return true; /* a question came in between */
    v->glide = record;
    v->ui.wish.playing = true;
    v->ui.choice.ladder_scroll = 0;
    return true;
}

/* The record of the step at hand. */
static uint32_t step_at_hand(const struct viewer *v)
{
    const struct steps *s = &v->film->steps;
    uint32_t record = viewer_record(v);
    uint32_t step = record == RECORDING_NONE ? RECORDING_NONE : steps_at(s, record);

    return step == RECORDING_NONE ? RECORDING_NONE : s->items[step].record;
}

static bool next(struct viewer *v, unsigned is)
{
    return glide_to(v, steps_next(&v->film->steps, viewer_record(v), 1, is));
}

/* When nothing is left that is worth a stop: to the end, or to the question before it. */
static bool next_stop(struct viewer *v)
{
    uint32_t count = v->film->recording.count, here = viewer_record(v);

    if (next(v, STEP_STOP))
        return true;
    if (count == 0 || here == count - 1)
        return false;
    return glide_to(v, count - 1);
}

static bool back(struct viewer *v, unsigned is)
{
    uint32_t here = step_at_hand(v);
    uint32_t to = here;

    /* Several may share an instant: what is there already is not before. */
    do
        to = to == RECORDING_NONE ? to : steps_next(&v->film->steps, to, -1, is);
    while (to != RECORDING_NONE && pace_when(viewer_pace(v), to) >= v->ms);
    v->ui.wish.playing = false;
    if (to == RECORDING_NONE)
        viewer_go_to(v, 0);
    else
        viewer_go_record(v, to);
    return true;
}

static bool play(struct viewer *v)
{
    bool playing = v->ui.wish.playing && v->glide == RECORDING_NONE;

    v->glide = RECORDING_NONE;
    if (!playing && v->ms >= pace_length(viewer_pace(v)))
        viewer_go_to(v, 0);
    v->ui.wish.playing = !playing;
    return true;
}

/* The same place by the other clock. */
static bool other_clock(struct viewer *v)
{
    struct pace_place place = pace_place(viewer_pace(v), v->ms);

    v->clock = v->clock == PACE_STEPS ? PACE_TRUE : PACE_STEPS;
    const struct pace *p = viewer_pace(v);
    uint32_t prompt = v->ui.choice.prompt, card = v->ui.choice.card;
    uint32_t next = place.index == RECORDING_NONE ? 0 : place.index + 1;
    double from = place.index == RECORDING_NONE ? 0 : pace_when(p, place.index);
    double to = next < v->film->recording.count ? pace_when(p, next) : from;

    viewer_go_to(v, from + (to - from) * place.part);
    v->ui.choice.prompt = prompt;
    v->ui.choice.card = card;
    return true;
}

/* As the next class shall find it: nothing chosen, nothing answered. */
static bool restart(struct viewer *v)
{
    struct choice *c = &v->ui.choice;

    c->host = c->conn = c->mail = RECORDING_NONE;
    c->inspect = c->tab = 0;
    c->ladder_scroll = c->inspector_scroll = 0;
    lesson_reset(&v->film->lesson);
    v->ui.wish.playing = false;
    viewer_go_to(v, 0);
    v->ui.choice.card = v->ui.wish.prompts ? 0 : v->film->lesson.card_count;
    v->ui.choice.prompt = RECORDING_NONE;
    return true;
}

static bool faster(struct viewer *v, double factor)
{
    double speed = v->ui.wish.speed * factor;

    if (speed < 0.125 || speed > 16)
        return false;
    v->ui.wish.speed = speed;
    return true;
}

static bool chapter(struct viewer *v, int64_t number)
{
    const struct steps *s = &v->film->steps;

    if (number < 0 || number >= (int64_t)s->chapter_count)
        return false;
    viewer_go_record(v, s->items[s->chapters[number].first_step].record);
    return true;
}

/* The chapter at hand begins with that step. */
static bool next_chapter(struct viewer *v, int direction)
{
    const struct steps *s = &v->film->steps;
    uint32_t record = viewer_record(v), step, i = 0;

    if (s->chapter_count == 0)
        return false;
    step = record == RECORDING_NONE ? 0 : steps_at(s, record);
    while (i + 1 < s->chapter_count && step != RECORDING_NONE &&
           s->chapters[i + 1].first_step <= step)
        i++;
    if (direction > 0 && i + 1 == s->chapter_count)
        return false;
    v->ui.wish.playing = false;
    return chapter(v, direction > 0 ? i + 1 : i > 0 ? i - 1 : 0);
}

static bool seek(struct viewer *v, double ms)
{
    viewer_go_to(v, ms);
    return true;
}

/* The cards and questions of the lesson come first: while one is shown most keys are for it. */
static bool act_on_cards(struct viewer *v, const struct action *action)
{
    int64_t now = v->outside.now_unix ? v->outside.now_unix(v->outside.context) : 0;
    enum cards_shown shown = cards_shown(&v->ui.choice, &v->film->lesson);
    bool run = false;

    if (!cards_act(&v->ui.choice, &v->film->lesson, action, now, &run))
        return false;
    if (run)
        v->ui.wish.playing = true;
    if ((shown == CARDS_QUESTION || shown == CARDS_ANSWER) && v->outside.answered)
        v->outside.answered(v->outside.context);
    return true;
}

bool viewer_do_time(struct viewer *v, const struct action *action, bool *done)
{
    *done = act_on_cards(v, action);
    if (*done)
        return true;
    switch ((unsigned)action->act) {
    case ACT_PLAY: *done = play(v); break;
    case ACT_NEXT: *done = next(v, STEP_ACT); break;
    case ACT_BACK: *done = back(v, STEP_ACT); break;
    case ACT_NEXT_STOP: *done = next_stop(v); break;
    case ACT_BACK_STOP: *done = back(v, STEP_STOP); break;
    case ACT_NEXT_REPLY: *done = next(v, STEP_REPLY); break;
    case ACT_BACK_REPLY: *done = back(v, STEP_REPLY); break;
    case ACT_NEXT_HOP: *done = next(v, STEP_HOP); break;
    case ACT_BACK_HOP: *done = back(v, STEP_HOP); break;
    case ACT_NEXT_DECISION: *done = next(v, STEP_DECISION); break;
    case ACT_BACK_DECISION: *done = back(v, STEP_DECISION); break;
    case ACT_FIRST: *done = seek(v, 0); break;
    case ACT_LAST: *done = seek(v, pace_length(viewer_pace(v))); break;
    case ACT_SEEK: *done = seek(v, (double)action->number); break;
    case ACT_CHAPTER: *done = chapter(v, action->number); break;
    case ACT_NEXT_CHAPTER: *done = next_chapter(v, 1); break;
    case ACT_BACK_CHAPTER: *done = next_chapter(v, -1); break;
    case ACT_RESTART: *done = restart(v); break;
    case ACT_FASTER: *done = faster(v, 2); return true;
    case ACT_SLOWER: *done = faster(v, 0.5); return true;
    case ACT_CLOCK: *done = other_clock(v); return true;
    default: return false;
    }
    /* One row was looked at; now the story is told again. */
    if (*done)
        v->ui.choice.record = RECORDING_NONE;
    return true;
}
