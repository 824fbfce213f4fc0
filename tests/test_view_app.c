/*
 * test_view_app.c - the viewer without a window: time, questions, changes, saved and growing traces.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "render/app/viewer.h"
#include "render/app/what_if.h"
#include "sim/export/trace_json.h"
#include "sim/kernel/random.h"
#include "sim/lab.h"
#include "sim/replay/record.h"
#include "tests/scenario_lab.h"
#include "tests/view_picture.h"

struct stage {
    struct memory memory;
    struct canvas *canvas;
    struct viewer viewer;
    struct buffer saved, told;
    char *octets;
    struct text scenario;
    unsigned answered;
};

static bool save(void *context, struct text path, struct text octets, struct buffer *said)
{
    struct stage *s = context;

    buffer_clear(&s->saved);
    buffer_put_text(&s->saved, octets);
    buffer_put_text(said, path);
    return true;
}

static int64_t now_unix(void *context)
{
    (void)context;
    return 1772442000;
}

static void answered(void *context)
{
    ((struct stage *)context)->answered++;
}

static struct film *run_text(struct stage *s, struct text scenario)
{
    buffer_clear(&s->told);
    return film_run(scenario, TEXT("test.json"), NULL, &s->told);
}

static void set_stage(struct stage *s, const char *path)
{
    struct viewer_outside outside = {
        .context = s, .write = save, .now_unix = now_unix, .answered = answered};

    *s = (struct stage){.canvas = open_at(640, 360)};
    memory_init(&s->memory, 0);
    buffer_init(&s->saved, &s->memory);
    buffer_init(&s->told, &s->memory);
    s->octets = lab_read_file(path, &s->scenario);
    viewer_init(&s->viewer, s->canvas, &outside);
    struct film *film = run_text(s, s->scenario);

    cr_assert(film, "%s: %.*s", path, TEXT_ARG(buffer_text(&s->told)));
    viewer_show(&s->viewer, film);
}

static void clear_stage(struct stage *s)
{
    viewer_end(&s->viewer);
    canvas_close(s->canvas);
    free(s->octets);
    memory_end(&s->memory);
}

static bool act(struct stage *s, const char *name, const char *argument)
{
    return viewer_do_words(&s->viewer, text_of(name), text_of(argument));
}

static uint32_t place(const struct stage *s)
{
    return viewer_moment(&s->viewer).place.index;
}

/* ---- time ------------------------------------------------------------------------------------ */

static uint64_t picture_hash(struct stage *s)
{
    int width, height, stride;

    viewer_frame(&s->viewer);
    const uint32_t *p = canvas_pixels(s->canvas, &width, &height, &stride);

    return text_hash(text_from((const char *)p, (size_t)stride * (size_t)height));
}

/* Played to a moment with any frame rate, or sought: the same scene and the same picture. */
static void playing_is_seeking(const char *path)
{
    struct stage a, b;
    struct random r;

    set_stage(&a, path);
    set_stage(&b, path);
    random_init(&r, 5, TEXT("frames"), TEXT(""));
    a.viewer.ui.wish.prompts = b.viewer.ui.wish.prompts = false;
    act(&a, "skip", "");
    act(&b, "skip", "");
    act(&b, "play", "");
    cr_assert(a.viewer.ui.wish.playing && !b.viewer.ui.wish.playing);
    for (int i = 0; a.viewer.ui.wish.playing; i++) {
        viewer_tick(&a.viewer, 1 + (double)random_below(&r, 200));
        if (i % 40 != 0)
            continue;
        viewer_go_to(&b.viewer, a.viewer.ms);
        cr_assert_eq(place(&a), place(&b), "%s at %g ms", path, a.viewer.ms);
        cr_assert(scene_equal(viewer_moment(&a.viewer).scene, viewer_moment(&b.viewer).scene));
        bool playing = a.viewer.ui.wish.playing;

        a.viewer.ui.wish.playing = b.viewer.ui.wish.playing = false;
        cr_assert_eq(picture_hash(&a), picture_hash(&b), "%s at %g ms", path, a.viewer.ms);
        a.viewer.ui.wish.playing = playing;
    }
    cr_assert_eq(place(&a), a.viewer.film->recording.count - 1);
    clear_stage(&a);
    clear_stage(&b);
}

Test(view_app, playing_is_seeking)
{
    playing_is_seeking("scenarios/two-of-three.json");
    playing_is_seeking("scenarios/too-late.json");
}

/* Forward step by step and back again: the same places. */
Test(view_app, steps_forward_and_back)
{
    struct stage s;
    uint32_t places[4000];
    int count = 0;

    set_stage(&s, "scenarios/first-letter.json");
    s.viewer.ui.wish.prompts = false;
    s.viewer.ui.wish.still = true;
    act(&s, "skip", "");
    act(&s, "play", "");
    act(&s, "first", "");
    act(&s, "next", "");
    do
        places[count++] = place(&s);
    while (count < 4000 && act(&s, "next", ""));
    cr_assert_gt(count, 20);
    for (int i = count - 2; i >= 0; i--) {
        cr_assert(act(&s, "back", ""));
        cr_assert_eq(place(&s), places[i], "step %d", i);
    }
    clear_stage(&s);
}

Test(view_app, steps_glide_unless_things_stand_still)
{
    struct stage s;

    set_stage(&s, "scenarios/first-letter.json");
    s.viewer.ui.wish.prompts = false;
    act(&s, "skip", "");
    act(&s, "play", "");
    double from = s.viewer.ms;

    cr_assert(act(&s, "next-reply", ""));
    uint32_t to = s.viewer.glide;

    cr_assert(s.viewer.ui.wish.playing && s.viewer.ms == from);
    while (s.viewer.ui.wish.playing)
        viewer_tick(&s.viewer, 16);
    cr_assert_geq(place(&s), to, "and what happens at the same instant");
    cr_assert_float_eq(s.viewer.ms, pace_when(viewer_pace(&s.viewer), to), 1e-9);
    /* Who is in a hurry asks again before he is there. */
    act(&s, "next-reply", "");
    uint32_t second = s.viewer.glide;

    act(&s, "next-reply", "");
    cr_assert_gt(s.viewer.glide, second);
    cr_assert_geq(place(&s), second);
    cr_assert_lt(place(&s), s.viewer.glide);
    clear_stage(&s);
}

Test(view_app, the_other_clock_shows_the_same_record)
{
    struct stage s;

    set_stage(&s, "scenarios/closed-for-lunch.json");
    s.viewer.ui.wish.prompts = false;
    for (uint32_t i = 0; i < s.viewer.film->recording.count; i += 37) {
        viewer_at_record(&s.viewer, i);
        uint32_t here = place(&s);

        cr_assert(act(&s, "clock", ""));
        cr_assert_eq(viewer_moment(&s.viewer).place.now_ns,
                     s.viewer.film->recording.lines[here].record->time_ns, "record %u: %u %u %g", i,
                     here, place(&s), s.viewer.ms);
        act(&s, "clock", "");
        cr_assert_eq(s.viewer.film->recording.lines[place(&s)].record->time_ns,
                     s.viewer.film->recording.lines[here].record->time_ns, "record %u", i);
    }
    clear_stage(&s);
}

/* ---- questions ------------------------------------------------------------------------------- */

/* Whatever is tried, nothing comes past a question that is not answered. */
Test(view_app, nothing_passes_a_question)
{
    static const char *const tries[] = {"next",  "next-hop", "next-reply", "next-decision", "last",
                                        "clock", "chapter",  "search",     "faster",        "seek"};
    struct stage s;
    struct random r;

    set_stage(&s, "scenarios/first-letter.json");
    random_init(&r, 7, TEXT("tries"), TEXT(""));
    act(&s, "skip", "");
    uint32_t veil = s.viewer.film->lesson.prompts[0].record;

    cr_assert_neq(veil, RECORDING_NONE);
    for (int i = 0; i < 600; i++) {
        size_t t = random_below(&r, sizeof tries / sizeof *tries);

        act(&s, tries[t], t == 6 ? "9" : t == 7 ? "250" : t == 9 ? "999999" : "");
        viewer_tick(&s.viewer, (double)random_below(&r, 900));
        s.viewer.ui.choice.prompt = RECORDING_NONE; /* as if somebody had closed it */
        cr_assert(place(&s) == RECORDING_NONE || place(&s) < veil, "after %s", tries[t]);
    }
    cr_assert_eq(s.answered, 0);
    clear_stage(&s);
}

Test(view_app, a_question_is_asked_answered_and_shown)
{
    struct stage s;
    struct buffer text;

    set_stage(&s, "scenarios/first-letter.json");
    struct lesson *l = &s.viewer.film->lesson;

    cr_assert(viewer_key(&s.viewer, TEXT("Return")), "the first card");
    cr_assert_eq(s.viewer.ui.choice.card, 1);
    act(&s, "skip", "");
    cr_assert(s.viewer.ui.wish.playing);
    for (int i = 0; i < 100000 && s.viewer.ui.wish.playing; i++)
        viewer_tick(&s.viewer, 16);
    cr_assert_eq(s.viewer.ui.choice.prompt, 0, "it opens by itself");
    cr_assert(viewer_key(&s.viewer, TEXT("3")));
    cr_assert(viewer_key(&s.viewer, TEXT("V")), "a second vote");
    cr_assert(viewer_key(&s.viewer, TEXT("1")));
    cr_assert_not(l->prompts[0].revealed);
    cr_assert(viewer_key(&s.viewer, TEXT("Return")));
    cr_assert(l->prompts[0].revealed && !s.viewer.ui.wish.playing);
    cr_assert(viewer_key(&s.viewer, TEXT("Return")));
    cr_assert(s.viewer.ui.wish.playing && s.viewer.ui.choice.prompt == RECORDING_NONE);
    viewer_tick(&s.viewer, 50);
    cr_assert_geq(place(&s), l->prompts[0].record);
    buffer_init(&text, &s.memory);
    lesson_put_answers(&text, l, film_sha256(s.viewer.film));
    buffer_put_char(&text, '\0');
    cr_assert(strstr(text.at, film_sha256(s.viewer.film)));
    cr_assert(strstr(text.at, "\"vote\": 2") || strstr(text.at, "\"vote\":2"), "%s", text.at);
    cr_assert_geq(s.answered, 4);
    clear_stage(&s);
}

/* ---- the trace stays the same ---------------------------------------------------------------- */

static void put(void *context, struct text octets)
{
    buffer_put_text(context, octets);
}

/* A whole trace of the film's scenario, as `run --trace` writes it. */
static void write_trace(struct stage *s, struct buffer *out, enum trace_json_form form)
{
    struct lab_scenario l;

    lab_read_text(&l, s->viewer.film->header.scenario);
    cr_assert(l.good);
    struct lab *lab =
        lab_open(&l.s, &(struct lab_options){.layers = TRACE_ALL_LAYERS, .until_ns = -1});
    struct trace_json *w =
        trace_json_begin(&s->memory, (struct export_output){.put = put, .context = out}, form,
                         &s->viewer.film->header);

    trace_add_sink(lab_trace(lab), trace_json_sink(w));
    lab_start(lab);
    while (lab_advance(lab, 100000) == WORLD_RUNNING)
        ;
    trace_json_end(w, REPLAY_COMPLETE, *lab_trace(lab)->now_ns, lab_trace(lab)->counts);
    lab_close(lab);
    lab_free(&l);
}

Test(view_app, a_saved_trace_is_the_same_film)
{
    struct stage s;
    struct buffer trace;

    set_stage(&s, "scenarios/sealed-road.json");
    buffer_init(&trace, &s.memory);
    write_trace(&s, &trace, TRACE_JSON_FRAMED);
    cr_assert(film_is_trace(buffer_text(&trace)));
    struct film *read = film_read(buffer_text(&trace), TEXT("trace.json"), &s.told);

    cr_assert(read, "%.*s", TEXT_ARG(buffer_text(&s.told)));
    struct film *run = s.viewer.film;

    cr_assert_eq(read->recording.count, run->recording.count);
    cr_assert_eq(read->ended.size, 0);
    cr_assert_str_eq(film_sha256(read), film_sha256(run));
    scenes_fold(&read->scenes, read->recording.count / 2);
    cr_assert(scene_equal(&read->scenes.now, scenes_seek(&run->scenes, run->recording.count / 2)));
    film_close(read);
    clear_stage(&s);
}

Test(view_app, a_growing_trace_is_followed)
{
    struct stage s;
    struct buffer trace;
    struct text part;

    set_stage(&s, "scenarios/nobody-home.json");
    buffer_init(&trace, &s.memory);
    write_trace(&s, &trace, TRACE_JSON_LINES);
    part = text_from(trace.at, text_find(buffer_text(&trace), '\n') + 1);
    struct film *f = film_read(part, TEXT("trace.jsonl"), &s.told);

    cr_assert(f && f->recording.count == 0 && f->ended.size > 0);
    for (size_t size = part.size; size < trace.size; size += 4099) {
        /* Elsewhere each time, as a file that is mapped anew. */
        char *copy = malloc(size);

        memcpy(copy, trace.at, size);
        film_grow(f, text_from(copy, size), &s.told);
        cr_assert_eq(s.told.size, 0, "%.*s", TEXT_ARG(buffer_text(&s.told)));
        free(copy);
    }
    cr_assert(film_grow(f, buffer_text(&trace), &s.told));
    cr_assert(f->recording.whole && f->ended.size == 0);
    struct film *run = s.viewer.film;

    cr_assert_eq(f->recording.count, run->recording.count);
    cr_assert_eq(f->steps.count, run->steps.count);
    for (uint32_t i = 0; i < run->recording.count; i++)
        cr_assert_float_eq(f->paces[0].at_ms[i], run->paces[0].at_ms[i], 1e-6, "record %u", i);
    film_close(f);
    clear_stage(&s);
}

Test(view_app, mistakes_are_told_as_check_tells_them)
{
    struct stage s;

    set_stage(&s, "scenarios/my-first-letter.json");
    cr_assert_null(run_text(
        &s, TEXT("{ \"smtplab\": 1, \"hosts\": { \"a\": { \"mta\": { \"relai\": [] } } } }")));
    cr_assert_eq(strncmp(s.told.at, "test.json:1:", 12), 0, "%.*s", TEXT_ARG(buffer_text(&s.told)));
    buffer_clear(&s.told);
    cr_assert_null(film_read(TEXT("{\"smtplab_trace\":1,\n"), TEXT("t.json"), &s.told));
    cr_assert_eq(strncmp(s.told.at, "t.json:1:", 9), 0, "%.*s", TEXT_ARG(buffer_text(&s.told)));
    clear_stage(&s);
}

/* ---- what if --------------------------------------------------------------------------------- */

/* Every change that is offered, at many moments: it can be made, both runs are the same before it, and
 * what is saved gives the same trace. */
static void try_changes(const char *path)
{
    struct stage s;
    uint32_t different = 0, offered = 0;

    set_stage(&s, path);
    uint32_t count = s.viewer.film->recording.count;

    for (uint32_t here = 1; here < count; here += count / 9 + 1) {
        viewer_at_record(&s.viewer, here);
        what_if_open(&s.viewer);
        uint32_t items = s.viewer.what_if->count;

        for (uint32_t i = 0; i < items; i++) {
            viewer_at_record(&s.viewer, here);
            what_if_open(&s.viewer);
            cr_assert_eq(s.viewer.what_if->count, items, "back at the run before");
            uint32_t shown = place(&s);

            s.viewer.overlay = OVERLAY_WHAT_IF;
            s.viewer.what_if->chosen = i;
            if (s.viewer.what_if->items[i].letter) {
                cr_assert(viewer_key(&s.viewer, TEXT("Return")));
                cr_assert(viewer_type(&s.viewer, TEXT("bob@shop.example")));
            }
            cr_assert(viewer_key(&s.viewer, TEXT("Return")), "%s, record %u, change %u: %.*s", path,
                      here, i, TEXT_ARG(s.viewer.what_if->items[i].entry));
            struct film *after = s.viewer.film, *before = after->before;

            cr_assert_not_null(before, "%s, record %u, change %u: %.*s", path, here, i,
                               TEXT_ARG(viewer_said(&s.viewer)));
            for (uint32_t k = 0; k <= shown; k++)
                cr_assert(record_equal(before->recording.lines[k].record,
                                       after->recording.lines[k].record, true),
                          "%s, record %u, change %u: record %u differs", path, here, i, k);
            different += after->recording.count != before->recording.count + 1;
            offered++;
            if (i == here % items) {
                cr_assert(act(&s, "save", "x.json"));
                struct film *again = run_text(&s, buffer_text(&s.saved));

                cr_assert(again, "%.*s", TEXT_ARG(buffer_text(&s.told)));
                cr_assert_str_eq(film_sha256(again), film_sha256(after));
                cr_assert(before->lesson.prompt_count > 0 && again->lesson.prompt_count == 0);
                film_close(again);
            }
            cr_assert(act(&s, "do", ""), "back");
            cr_assert_eq(s.viewer.film, before);
        }
    }
    cr_assert_gt(different, offered / 2, "%s: %u of %u", path, different, offered);
    clear_stage(&s);
}

Test(view_app, changes_are_runs_of_their_own, .timeout = 120)
{
    try_changes("scenarios/two-of-three.json");
    try_changes("scenarios/not-the-shortest.json");
}

/* ---- two runs side by side ------------------------------------------------------------------- */

#define POWER_CUT "{ \"at\": \"144ms\", \"on\": \"submit.uni.example\", \"crash\": true }"

static bool key(struct stage *s, const char *name)
{
    bool done = viewer_key(&s->viewer, text_of(name));

    viewer_frame(&s->viewer);
    return done;
}

static const struct recording_line *chosen(const struct stage *s, int side)
{
    const struct compare_runs *runs = &s->viewer.compare;

    return &runs->sides[side].recording->lines[compare_record(runs)];
}

static void set_comparison(struct stage *s)
{
    set_stage(s, "scenarios/first-letter.json");
    cr_assert(act(s, "skip", "") && act(s, "prompts", ""));
    cr_assert(act(s, "do", POWER_CUT), "%.*s", TEXT_ARG(viewer_said(&s->viewer)));
    cr_assert(key(s, "C"));
}

Test(view_app, a_line_of_the_comparison_leads_to_its_moment_in_its_run)
{
    struct stage s;

    set_comparison(&s);
    struct viewer *v = &s.viewer;
    struct film *after = v->film, *before = after->before;

    /* The first that differs is chosen: EHLO, which never arrives. */
    cr_assert_eq(v->compare.chosen, v->compare.first);
    cr_assert_eq(chosen(&s, COMPARE_AFTER)->record->kind, TRACE_SMTP_COMMAND);
    uint32_t record = compare_record(&v->compare);
    cr_assert(key(&s, "Return"));
    cr_expect_eq(v->overlay, OVERLAY_NONE);
    cr_expect_eq(v->film, after);
    cr_expect_eq(v->ui.choice.record, record);

    /* The same in the run as it was, and back by the comparison, which is still the same one. */
    cr_assert(key(&s, "C") && key(&s, "Left"));
    cr_expect_eq(compare_side_of(&v->compare), COMPARE_BEFORE);
    record = compare_record(&v->compare);
    cr_assert(key(&s, "Return"));
    cr_expect_eq(v->film, before);
    cr_expect_eq(v->ui.choice.record, record);
    cr_assert(key(&s, "C") && key(&s, "Right") && key(&s, "Return"));
    cr_expect_eq(v->film, after);
    cr_assert(viewer_drop_change(v));
    cr_expect_eq(v->film, before);
    cr_expect_not(key(&s, "C"), "there is nothing to compare");
    clear_stage(&s);
}

Test(view_app, from_the_run_as_it_was_another_change_can_be_made)
{
    struct stage s;

    set_comparison(&s);
    struct film *before = s.viewer.film->before;

    cr_assert(key(&s, "Left") && key(&s, "Return"));
    cr_assert_eq(s.viewer.film, before);
    cr_assert(act(&s, "do", POWER_CUT), "%.*s", TEXT_ARG(viewer_said(&s.viewer)));
    cr_expect_eq(s.viewer.film->before, before);
    cr_assert_null(s.viewer.aside);
    cr_assert(key(&s, "C") && key(&s, "Left") && key(&s, "Return"));
    clear_stage(&s); /* the one aside goes too */
}

Test(view_app, what_repeats_itself_unfolds)
{
    struct stage s;

    set_comparison(&s);
    struct compare_runs *runs = &s.viewer.compare;
    uint32_t at = runs->first;

    while (at < runs->line_count && runs->lines[at].times[COMPARE_AFTER] == 0)
        at++;
    cr_assert_lt(at, runs->line_count);
    struct compare_line fold = runs->lines[at];
    uint32_t rows = fold.last[COMPARE_AFTER] - fold.rows[COMPARE_AFTER] + 1, count = 0;
    const struct ladder *l = &runs->sides[COMPARE_AFTER].ladder;

    /* A day of tries, one every 8 minutes. */
    cr_expect_gt(fold.times[COMPARE_AFTER], 100U);
    for (uint32_t row = fold.rows[COMPARE_AFTER]; row <= fold.last[COMPARE_AFTER]; row++)
        count += l->recording->lines[l->rows[row].record].record->kind == TRACE_QUEUE_DEFERRED;
    cr_expect_eq(count, fold.times[COMPARE_AFTER]);

    while (runs->chosen < at)
        cr_assert(key(&s, "Down"));
    cr_assert(key(&s, "Return"));
    cr_expect_eq(s.viewer.overlay, OVERLAY_COMPARE);
    for (uint32_t i = 0; i < rows; i++) {
        cr_assert_eq(runs->lines[at + i].rows[COMPARE_AFTER], fold.rows[COMPARE_AFTER] + i);
        cr_assert_eq(runs->lines[at + i].times[COMPARE_AFTER], 0);
    }
    /* Nothing is lost or said twice, on either side. */
    for (int side = 0; side < COMPARE_SIDES; side++)
        for (uint32_t i = 0, last = 0; i < runs->line_count; i++) {
            if (runs->lines[i].rows[side] == RECORDING_NONE)
                continue;
            cr_assert(last == 0 || runs->lines[i].rows[side] >= last);
            last = runs->lines[i].last[side] + 1;
        }
    clear_stage(&s);
}

Test(view_app, a_new_letter_shifts_no_other)
{
    struct stage s;

    set_stage(&s, "scenarios/sealed-road.json");
    cr_assert(act(&s, "skip", ""));
    cr_assert(act(&s, "do",
                  "{ \"at\": \"300ms\", \"on\": \"alice-pc\", \"send\": { \"to\": "
                  "\"bob@shop.example\", \"subject\": \"What if\" } }"));
    const struct compare_runs *runs = &s.viewer.compare;

    /* It takes the id that the next letter had; they are not taken for one another. */
    cr_expect_eq(runs->sides[COMPARE_BEFORE].mail, RECORDING_NONE);
    cr_expect_eq(runs->sides[COMPARE_BEFORE].ladder.count, 0);
    cr_expect_eq(runs->fate_count, 1);
    cr_expect_eq(runs->fates[0].records[COMPARE_BEFORE], RECORDING_NONE);
    clear_stage(&s);
}

Test(view_app, a_change_without_effect_says_so)
{
    struct stage s;

    set_stage(&s, "scenarios/first-letter.json");
    cr_assert(act(&s, "skip", ""));
    cr_assert(act(&s, "do", "{ \"at\": \"1h\", \"on\": \"mx.shop.example\", \"crash\": true }"));
    const struct compare_runs *runs = &s.viewer.compare;

    cr_expect_not(runs->same);
    cr_expect_eq(runs->line_count, 0);
    cr_expect(text_equal(runs->words, TEXT("It makes no difference to any letter: each fares as it "
                                           "did before.")));
    cr_assert(key(&s, "C") && !key(&s, "Return"));
    clear_stage(&s);
}

Test(view_app, a_change_of_a_trace_is_saved_as_a_scenario)
{
    struct stage s;
    struct buffer trace;

    set_stage(&s, "scenarios/signpost.json");
    buffer_init(&trace, &s.memory);
    write_trace(&s, &trace, TRACE_JSON_FRAMED);
    struct film *read = film_read(buffer_text(&trace), TEXT("trace.json"), &s.told);

    cr_assert(read);
    viewer_show(&s.viewer, read);
    viewer_at_record(&s.viewer, read->recording.count / 3);
    cr_assert(act(&s, "do", "{ \"at\": \"1h\", \"on\": \"ns.example\", \"stop\": true }"));
    cr_assert(act(&s, "save", ""));
    cr_assert(text_equal(viewer_said(&s.viewer), TEXT("trace-what-if.json")), "%.*s",
              TEXT_ARG(viewer_said(&s.viewer)));
    struct film *again = run_text(&s, buffer_text(&s.saved));

    cr_assert(again && again->lesson.prompt_count == 0 && read->lesson.prompt_count > 0);
    cr_assert_str_eq(film_sha256(again), film_sha256(s.viewer.film));
    cr_assert_lt(text_find(buffer_text(&s.saved), '\n') - 1, 9, "for people: on many lines");
    film_close(again);
    cr_assert_not(act(&s, "do", "{ \"at\": \"1h\", \"on\": \"nowhere\", \"stop\": true }"));
    cr_assert_gt(viewer_said(&s.viewer).size, 20);
    clear_stage(&s);
}

/* ---- keys ------------------------------------------------------------------------------------ */

Test(view_app, every_key_of_the_table_does_something)
{
    struct stage s;

    set_stage(&s, "scenarios/first-letter.json");
    for (int a = ACT_NONE + 1; a < ACT_COUNT; a++) {
        struct text keys = text_of(act_info((enum act)a)->keys);

        while (keys.size > 0) {
            size_t end = text_find(keys, ' ');
            cr_assert(a == ACT_ANSWER || act_key(text_from(keys.at, end)) == (enum act)a, "%.*s",
                      TEXT_ARG(keys)); /* "1-9" is read while a question is asked */
            keys = text_trim(text_after(keys, end));
        }
    }
    s.viewer.ui.wish.prompts = false;
    act(&s, "skip", "");
    cr_assert(viewer_type(&s.viewer, TEXT("/2")));
    cr_assert_eq(s.viewer.overlay, OVERLAY_SEARCH);
    cr_assert_eq(s.viewer.typed_size, 1, "the search's line takes the rest");
    cr_assert(viewer_type(&s.viewer, TEXT("50x")));
    cr_assert(viewer_key(&s.viewer, TEXT("Backspace")));
    cr_assert(viewer_key(&s.viewer, TEXT("Return")));
    cr_assert_neq(s.viewer.ui.choice.record, RECORDING_NONE);
    uint32_t found = s.viewer.ui.choice.record;

    cr_assert(viewer_key(&s.viewer, TEXT("F3")));
    cr_assert_gt(s.viewer.ui.choice.record, found);
    clear_stage(&s);
}
