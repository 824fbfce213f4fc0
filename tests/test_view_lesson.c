/*
 * Cards, questions and the timeline, as they are drawn and used; and that a question gives nothing away.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "render/app/viewer.h"
#include "render/panels/cards.h"
#include "render/panels/timeline.h"
#include "sim/export/trace_json.h"
#include "tests/replay_film.h"
#include "tests/sample_run.h"
#include "tests/scenario_lab.h"
#include "tests/text_lab.h"

#define NONE RECORDING_NONE

/* ---- a viewer of a run ------------------------------------------------------------------------ */

struct stage {
    struct canvas *canvas;
    struct viewer viewer;
};

static struct film *read_film(struct replay_lab *l, uint32_t count)
{
    struct buffer trace, told;
    struct trace_json *w;
    struct trace_sink sink;
    struct film *film;

    buffer_init(&trace, l->memory);
    buffer_init(&told, l->memory);
    l->header.scenario_sha256 = sample_header(WATCHED_LAYERS).scenario_sha256;
    w = trace_json_begin(l->memory, sample_output(&trace), TRACE_JSON_LINES, &l->header);
    sink = trace_json_sink(w);
    for (uint32_t i = 0; i < count && i < l->count; i++)
        if (sink.kinds >> l->records[i]->kind & 1)
            sink.record(sink.context, l->records[i]);
    trace_json_end_cut(w);
    film = film_read(buffer_text(&trace), TEXT("test"), &told);
    cr_assert(film, "%.*s", TEXT_ARG(buffer_text(&told)));
    return film;
}

static int64_t noon(void *context)
{
    (void)context;
    return 1772452800;
}

static void open_stage(struct stage *s, int width, int height, double text, struct film *film)
{
    char why[200] = "";

    s->canvas = canvas_open(width, height, "assets/icons", why, sizeof why);
    cr_assert(s->canvas, "%s", why);
    canvas_paint(s->canvas, false);
    viewer_init(&s->viewer, s->canvas, &(struct viewer_outside){.now_unix = noon});
    s->viewer.ui.wish.text = text;
    viewer_fit(&s->viewer);
    viewer_show(&s->viewer, film);
    viewer_frame(&s->viewer);
}

static void close_stage(struct stage *s)
{
    viewer_end(&s->viewer);
    canvas_close(s->canvas);
}

static bool act(struct stage *s, enum act what, int64_t number)
{
    bool done = viewer_do(&s->viewer, &(struct action){.act = what, .number = number});

    viewer_frame(&s->viewer);
    return done;
}

static enum cards_shown shown(const struct stage *s)
{
    return cards_shown(&s->viewer.ui.choice, &s->viewer.film->lesson);
}

/* ---- what is in the picture ------------------------------------------------------------------- */

static bool says(const struct stage *s, enum panel panel, const char *words)
{
    size_t count;
    const struct mark *marks = canvas_marks(s->canvas, &count);
    uint32_t in = PANEL_COUNT;

    for (size_t i = 0; i < count; i++) {
        if (marks[i].kind == MARK_PANEL)
            in = marks[i].verb;
        if (marks[i].kind == MARK_TEXT && in == (uint32_t)panel &&
            text_equal(canvas_mark_text(s->canvas, &marks[i]), text_of(words)))
            return true;
    }
    return false;
}

static const struct mark *find_hit(const struct stage *s, enum act verb, int64_t argument)
{
    size_t count;
    const struct mark *marks = canvas_marks(s->canvas, &count);

    for (size_t i = count; i-- > 0;)
        if (marks[i].kind == MARK_HIT && marks[i].verb == (uint32_t)verb &&
            marks[i].argument == argument)
            return &marks[i];
    return NULL;
}

static void click(struct stage *s, const struct mark *m)
{
    double x = (m->r.x + m->r.w / 2), y = (m->r.y + m->r.h / 2), k;
    int width, height, stride;

    cr_assert(m);
    canvas_pixels(s->canvas, &width, &height, &stride);
    k = width / canvas_area(s->canvas).w;
    viewer_press(&s->viewer, x * k, y * k);
    viewer_release(&s->viewer, x * k, y * k);
    viewer_frame(&s->viewer);
}

/* ---- the way through a lesson ----------------------------------------------------------------- */

Test(view_lesson, cards_then_questions_then_answers)
{
    struct replay_lab l;
    struct stage s;
    struct lesson_prompt *p;

    replay_lab_run(&l, "receipts", WATCHED_LAYERS);
    open_stage(&s, 1600, 900, 1, read_film(&l, l.count));
    cr_assert_eq(shown(&s), CARDS_CARD);
    cr_expect(says(&s, PANEL_OVERLAY, "1 of 3"));
    act(&s, ACT_NEXT, 0);
    cr_expect(says(&s, PANEL_OVERLAY, "2 of 3"));
    act(&s, ACT_BACK, 0);
    cr_expect(says(&s, PANEL_OVERLAY, "1 of 3"));
    click(&s, find_hit(&s, ACT_REVEAL, 0));
    viewer_key(&s.viewer, TEXT("Return"));
    act(&s, ACT_REVEAL, 0);
    cr_assert_eq(shown(&s), CARDS_NOTHING);
    cr_expect(s.viewer.ui.wish.playing, "after the last card time runs");

    while (shown(&s) == CARDS_NOTHING)
        cr_assert(viewer_tick(&s.viewer, 40));
    viewer_frame(&s.viewer);
    cr_assert_eq(shown(&s), CARDS_QUESTION);
    cr_expect_not(s.viewer.ui.wish.playing);
    p = cards_prompt(&s.viewer.ui.choice, &s.viewer.film->lesson);
    cr_expect_eq(s.viewer.ui.moment.place.index, p->record - 1);
    cr_expect_not(says(&s, PANEL_OVERLAY, "right"));
    viewer_key(&s.viewer, TEXT("1"));
    viewer_frame(&s.viewer);
    cr_expect(says(&s, PANEL_OVERLAY, "chosen"));
    act(&s, ACT_VOTE, 0);
    click(&s, find_hit(&s, ACT_ANSWER, 2));
    cr_expect(says(&s, PANEL_OVERLAY, "1st vote") && says(&s, PANEL_OVERLAY, "2nd vote"));
    cr_expect(p->votes[0] == 0 && p->votes[1] == 2 && p->voted_unix[1] == 1772452800);
    act(&s, ACT_REVEAL, 0);
    cr_assert_eq(shown(&s), CARDS_ANSWER);
    cr_expect(says(&s, PANEL_OVERLAY, "right"));
    cr_expect_null(find_hit(&s, ACT_ANSWER, 0), "after the answer nobody can vote");
    act(&s, ACT_REVEAL, 0);
    cr_expect(shown(&s) == CARDS_NOTHING && s.viewer.ui.wish.playing);
    close_stage(&s);
    replay_lab_free(&l);
}

Test(view_lesson, one_key_skips_them)
{
    struct replay_lab l;
    struct stage s;

    replay_lab_run(&l, "closed-door", WATCHED_LAYERS);
    open_stage(&s, 1600, 900, 1, read_film(&l, l.count));
    viewer_key(&s.viewer, TEXT("X"));
    cr_expect_eq(shown(&s), CARDS_NOTHING);
    act(&s, ACT_LAST, 0);
    cr_expect_eq(shown(&s), CARDS_QUESTION);
    viewer_key(&s.viewer, TEXT("X"));
    cr_expect_eq(shown(&s), CARDS_NOTHING);
    cr_expect_eq(s.viewer.film->lesson.prompts[0].vote_count, 0);
    act(&s, ACT_RESTART, 0);
    cr_expect_eq(shown(&s), CARDS_CARD);
    close_stage(&s);
    replay_lab_free(&l);
}

/* ---- a changed run ---------------------------------------------------------------------------- */

static void without_prompts(const char *scenario, const char *want)
{
    struct memory m;
    struct buffer b;

    memory_init(&m, 0);
    buffer_init(&b, &m);
    cr_assert(lab_scenario_drop_prompts(&m, text_of(scenario), &b));
    cr_expect(text_equal(buffer_text(&b), text_of(want)), "%.*s", TEXT_ARG(buffer_text(&b)));
    memory_end(&m);
}

Test(view_lesson, questions_are_cut_out_and_nothing_else)
{
    without_prompts("{}", "{}");
    without_prompts("{\"prompts\": [1]}", "{\"prompts\": [1]}");
    without_prompts("{\"lesson\": {\"prompts\": [{}] }}", "{\"lesson\": { }}");
    without_prompts("{\"lesson\": {\"prompts\": [{}], \"a\": 1, \"b\": 2}}",
                    "{\"lesson\": {\"a\": 1, \"b\": 2}}");
    without_prompts("{\"lesson\": {\"a\": 1, \"prompts\": [{}], \"b\": 2}, \"c\": 3}",
                    "{\"lesson\": {\"a\": 1, \"b\": 2}, \"c\": 3}");
    without_prompts("{\"lesson\": {\"a\": 1, \"prompts\": [{}] } }", "{\"lesson\": {\"a\": 1 } }");
}

Test(view_lesson, a_run_with_settings_asks_nothing)
{
    struct memory m;
    struct buffer told;
    struct text scenario;
    struct scenario_options own = {.seed = -1}, other = {.seed = 5};
    void *octets = lab_read_file("scenarios/closed-door.json", &scenario);

    memory_init(&m, 0);
    buffer_init(&told, &m);
    struct film *asks = film_run(scenario, TEXT("test"), &own, &told),
                *silent = film_run(scenario, TEXT("test"), &other, &told);

    cr_assert(asks && silent, "%.*s", TEXT_ARG(buffer_text(&told)));
    cr_expect_gt(asks->lesson.prompt_count, 0);
    cr_expect_eq(silent->lesson.prompt_count, 0);
    cr_expect_eq(silent->lesson.card_count, asks->lesson.card_count + 1, "a card says why");
    cr_expect(text_has(silent->lesson.cards[0].text, "--seed 5"));
    struct film *saved = film_run(silent->source, TEXT("test"), NULL, &told);

    cr_assert(saved, "%.*s", TEXT_ARG(buffer_text(&told)));
    cr_expect_eq(saved->lesson.prompt_count, 0);
    cr_expect_str_eq(film_sha256(saved), film_sha256(silent));
    film_close(asks);
    film_close(silent);
    film_close(saved);
    free(octets);
    memory_end(&m);
}

/* ---- nothing is given away -------------------------------------------------------------------- */

/* All words of the picture but those of the status line and the timeline, in their order. */
static struct text words_of(struct stage *s, struct memory *m)
{
    size_t count;
    const struct mark *marks = canvas_marks(s->canvas, &count);
    struct buffer b;
    uint32_t in = PANEL_COUNT;

    buffer_init(&b, m);
    for (size_t i = 0; i < count; i++) {
        if (marks[i].kind == MARK_PANEL)
            in = marks[i].verb;
        if (marks[i].kind != MARK_TEXT || in == PANEL_COUNT || in == PANEL_TIMELINE)
            continue;
        buffer_put_text(&b, canvas_mark_text(s->canvas, &marks[i]));
        buffer_put_char(&b, '\n');
    }
    return buffer_text(&b);
}

static struct text at_question(struct replay_lab *l, uint32_t count, uint32_t before)
{
    struct stage s;
    struct text words;

    open_stage(&s, 1600, 900, 1, read_film(l, count));
    viewer_at_record(&s.viewer, before);
    act(&s, ACT_LAST, 0);
    cr_assert_eq(shown(&s), CARDS_QUESTION);
    cr_assert_eq(s.viewer.ui.moment.place.index, before);
    words = words_of(&s, l->memory);
    close_stage(&s);
    return words;
}

static struct text first_difference(struct text a, struct text b)
{
    size_t i = 0, start = 0;

    while (i < a.size && i < b.size && a.at[i] == b.at[i])
        if (a.at[i++] == '\n')
            start = i;
    a = text_after(a, start);
    return text_from(a.at, text_find(a, '\n'));
}

/* A run that ends with the record in question shows the same words as the whole one: so nothing of what
 * comes after it is hinted at.  The timeline is looked at below: which names it has room for depends on
 * how long all of it is. */
static void check_question(struct replay_lab *l, uint32_t prompt, const char *name)
{
    struct played f;
    struct text whole, cut;
    uint32_t count = 0;

    played_begin(&f, l);
    while (f.lesson.prompts[prompt].record == NONE && count < l->count) {
        played_grow(&f, 1);
        count++;
    }
    cr_assert_neq(f.lesson.prompts[prompt].record, NONE, "%s", name);
    whole = at_question(l, l->count, f.lesson.prompts[prompt].record - 1);
    cut = at_question(l, count, f.lesson.prompts[prompt].record - 1);
    cr_expect(text_equal(whole, cut), "%s, question %u gives away: \"%.*s\"", name, prompt,
              TEXT_ARG(first_difference(whole, cut)));
}

static void check_questions(struct replay_lab *l, const char *name)
{
    struct played f;

    played_make(&f, l);
    for (uint32_t i = 0; i < f.lesson.prompt_count; i++)
        check_question(l, i, name);
}

Test(view_lesson, a_question_gives_nothing_away)
{
    replay_lab_each(WATCHED_LAYERS, check_questions);
}

/* ---- the timeline ----------------------------------------------------------------------------- */

static struct rect timeline_of(const struct stage *s)
{
    return s->viewer.layout.panels[PANEL_TIMELINE];
}

Test(view_lesson, a_click_on_the_bar_goes_there)
{
    struct replay_lab l;
    struct stage s;
    const struct mark *bar;
    double last = -1;

    replay_lab_run(&l, "closed-for-lunch", WATCHED_LAYERS);
    open_stage(&s, 1600, 900, 1, read_film(&l, l.count));
    act(&s, ACT_SKIP, 0);
    act(&s, ACT_PROMPTS, 0);
    bar = find_hit(&s, ACT_SEEK, TIMELINE_POINTER);
    cr_assert(bar);
    for (double x = 0; x <= 1600; x += 7) {
        double ms = timeline_ms_at(&s.viewer.ui, timeline_of(&s), x);

        cr_assert(ms >= last && ms >= 0 && ms <= pace_length(viewer_pace(&s.viewer)));
        last = ms;
    }
    cr_expect_float_eq(last, pace_length(viewer_pace(&s.viewer)), 1e-6);
    click(&s, bar);
    cr_expect_float_eq(s.viewer.ms, pace_length(viewer_pace(&s.viewer)) / 2, 80);
    close_stage(&s);
    replay_lab_free(&l);
}

Test(view_lesson, every_button_is_there)
{
    static const enum act acts[] = {ACT_BACK,   ACT_PLAY,   ACT_NEXT,
                                    ACT_SLOWER, ACT_FASTER, ACT_CLOCK};
    struct replay_lab l;
    struct stage s;

    replay_lab_run(&l, "my-first-letter", WATCHED_LAYERS);
    open_stage(&s, 1280, 720, 1.5, read_film(&l, l.count));
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        cr_expect(find_hit(&s, acts[i], 0), "%s", act_info(acts[i])->name);
    click(&s, find_hit(&s, ACT_FASTER, 0));
    cr_expect(says(&s, PANEL_TIMELINE, "2 \xc3\x97"));
    click(&s, find_hit(&s, ACT_CLOCK, 0));
    cr_expect(says(&s, PANEL_TIMELINE, "true time"));
    click(&s, find_hit(&s, ACT_PLAY, 0));
    cr_expect(s.viewer.ui.wish.playing && says(&s, PANEL_TIMELINE, "Space: pause"));
    close_stage(&s);
    replay_lab_free(&l);
}

/* A gap is told while it is skipped. */
Test(view_lesson, a_gap_has_its_name)
{
    struct replay_lab l;
    struct stage s;
    const struct pace *p;

    replay_lab_run(&l, "closed-for-lunch", WATCHED_LAYERS);
    open_stage(&s, 1600, 900, 1, read_film(&l, l.count));
    act(&s, ACT_SKIP, 0);
    act(&s, ACT_PROMPTS, 0);
    p = viewer_pace(&s.viewer);
    cr_assert_eq(p->gap_count, 4);
    viewer_at(&s.viewer, (p->gaps[1].start_ms + p->gaps[1].end_ms) / 2);
    viewer_frame(&s.viewer);
    cr_expect(says(&s, PANEL_TIMELINE, "10 min later"));
    viewer_at(&s.viewer, pace_length(p));
    viewer_frame(&s.viewer);
    cr_expect(says(&s, PANEL_TIMELINE, "40 min later"));
    close_stage(&s);
    replay_lab_free(&l);
}

/* No name and no way to a chapter that the veil hides. */
static void check_veil(struct replay_lab *l, const char *name)
{
    struct stage s;
    const struct steps *steps;
    uint32_t veil;

    open_stage(&s, 1600, 900, 1, read_film(l, l->count));
    veil = s.viewer.ui.moment.veil;
    steps = &s.viewer.film->steps;
    cr_assert_eq(veil, lesson_veil(&s.viewer.film->lesson));
    for (uint32_t i = 0; veil != NONE && i < steps->chapter_count; i++)
        if (steps->items[steps->chapters[i].first_step].record >= veil)
            cr_expect_null(find_hit(&s, ACT_CHAPTER, i), "%s: chapter %u", name, i);
    close_stage(&s);
}

Test(view_lesson, the_veil_hides_chapters)
{
    replay_lab_each(WATCHED_LAYERS, check_veil);
}

/* ---- room for the words ----------------------------------------------------------------------- */

static bool is_within(struct rect a, struct rect b)
{
    return a.x >= b.x - 1 && a.y >= b.y - 1 && a.x + a.w <= b.x + b.w + 1 &&
           a.y + a.h <= b.y + b.h + 1;
}

/* Nothing of a card or question is cut or outside. */
static void check_room(struct stage *s, const char *name, const char *what)
{
    struct rect all = canvas_area(s->canvas), box = {0};
    size_t count;
    const struct mark *marks = canvas_marks(s->canvas, &count);
    bool over = false;

    for (size_t i = 0; i < count; i++) {
        if (marks[i].kind == MARK_PANEL) {
            over = marks[i].verb == PANEL_OVERLAY;
            box = marks[i].r;
            cr_expect(!over || is_within(box, all), "%s: %s leaves the window", name, what);
        }
        if (!over || (marks[i].kind != MARK_TEXT && marks[i].kind != MARK_CUT))
            continue;
        cr_expect_neq(marks[i].kind, MARK_CUT, "%s: %s: cut: \"%.*s\"", name, what,
                      TEXT_ARG(canvas_mark_text(s->canvas, &marks[i])));
        cr_expect(is_within(marks[i].r, box), "%s: %s: \"%.*s\" leaves the card", name, what,
                  TEXT_ARG(canvas_mark_text(s->canvas, &marks[i])));
    }
}

static void walk_lesson(struct replay_lab *l, const char *name, int width, int height, double text)
{
    struct stage s;

    open_stage(&s, width, height, text, read_film(l, l->count));
    while (shown(&s) == CARDS_CARD) {
        check_room(&s, name, "a card");
        act(&s, ACT_REVEAL, 0);
    }
    for (uint32_t i = 0; i < s.viewer.film->lesson.prompt_count; i++) {
        act(&s, ACT_LAST, 0);
        cr_assert_eq(shown(&s), CARDS_QUESTION, "%s: question %u", name, i);
        act(&s, ACT_ANSWER, 0);
        act(&s, ACT_VOTE, 0);
        act(&s, ACT_ANSWER, 1);
        check_room(&s, name, "a question");
        act(&s, ACT_REVEAL, 0);
        check_room(&s, name, "an answer");
        act(&s, ACT_REVEAL, 0);
    }
    cr_expect_eq(shown(&s), CARDS_NOTHING);
    close_stage(&s);
}

static void check_rooms(struct replay_lab *l, const char *name)
{
    walk_lesson(l, name, 1600, 900, 1);
    walk_lesson(l, name, 1280, 720, 1.25);
    walk_lesson(l, name, 1280, 720, 1.5);
    walk_lesson(l, name, 1024, 768, 1.5);
    walk_lesson(l, name, 1920, 1080, 1);
}

Test(view_lesson, room_for_every_word)
{
    replay_lab_each(WATCHED_LAYERS, check_rooms);
}
