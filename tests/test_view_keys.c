/*
 * test_view_keys.c - keys where there is no story in view: the gallery, the help over it, a search in vain.
 */
#include <math.h>

#include "render/app/film.h"
#include "render/app/gallery.h"
#include "render/app/viewer.h"
#include "tests/scenario_lab.h"
#include "tests/view_picture.h"

enum { LESSONS = 7 };

struct desk {
    struct canvas *canvas;
    struct viewer viewer;
    struct gallery gallery;
    struct gallery_item items[LESSONS];
    struct buffer told;
    char *octets;
    int64_t opened;
};

static bool note_opened(void *context, int64_t number, struct buffer *said)
{
    (void)said;
    ((struct desk *)context)->opened = number;
    return true;
}

static void open_desk(struct desk *d, const char *scenario)
{
    struct viewer_outside outside = {.context = d, .open = note_opened};
    struct film *film = NULL;
    struct text text;

    *d = (struct desk){.canvas = open_at(640, 360), .opened = -1};
    gallery_init(&d->gallery, "assets/icons");
    d->gallery.items = d->items;
    d->gallery.count = LESSONS;
    d->gallery.columns = 3;
    viewer_init(&d->viewer, d->canvas, &outside);
    buffer_init(&d->told, &d->viewer.memory);
    d->viewer.gallery = &d->gallery;
    if (scenario) {
        d->octets = lab_read_file(scenario, &text);
        film = film_run(text, TEXT("test.json"), NULL, &d->told);
        cr_assert(film, "%.*s", TEXT_ARG(buffer_text(&d->told)));
    }
    viewer_show(&d->viewer, film);
}

static void close_desk(struct desk *d)
{
    viewer_end(&d->viewer);
    canvas_close(d->canvas);
    free(d->octets);
}

static bool key(struct desk *d, const char *name)
{
    return viewer_key(&d->viewer, text_of(name));
}

Test(view_keys, a_clicker_chooses_and_opens_a_lesson)
{
    struct desk d;

    open_desk(&d, NULL);
    cr_assert(key(&d, "PageDown") && key(&d, "PageDown") && key(&d, "PageUp"));
    cr_expect_eq(d.gallery.chosen, 1);
    cr_assert(key(&d, "Down"));
    cr_expect_eq(d.gallery.chosen, 4, "a row further");
    cr_assert(key(&d, "."));
    cr_expect_eq(d.opened, 4);
    close_desk(&d);
}

Test(view_keys, the_help_over_the_gallery_closes_again)
{
    static const char *const closes[] = {"Escape", "F1", "G"};
    struct desk d;

    open_desk(&d, NULL);
    for (size_t i = 0; i < sizeof closes / sizeof *closes; i++) {
        cr_assert(key(&d, "F1"));
        cr_assert_eq(d.viewer.overlay, OVERLAY_HELP);
        cr_assert(key(&d, closes[i]), "%s", closes[i]);
        cr_assert_eq(d.viewer.overlay, OVERLAY_GALLERY, "%s", closes[i]);
    }
    cr_expect_not(key(&d, "Escape"), "behind the gallery there is nothing");
    close_desk(&d);
}

Test(view_keys, the_help_scrolls_and_the_story_stays)
{
    struct desk d;

    open_desk(&d, "scenarios/first-letter.json");
    cr_assert(key(&d, "X") && key(&d, "F5") && key(&d, "F1"));
    double ms = d.viewer.ms;

    cr_assert(key(&d, "Down") && key(&d, "PageDown") && key(&d, "PageUp"));
    cr_expect_eq(d.viewer.ms, ms);
    cr_expect_not(d.viewer.ui.wish.playing);
    cr_expect_gt(d.viewer.overlay_scroll, 0);
    cr_assert(key(&d, "Escape") && key(&d, "W"));
    cr_expect_not(key(&d, "End"), "the changes are for the moment at hand");
    cr_expect_not(key(&d, "."));
    cr_expect_eq(d.viewer.ms, ms);
    close_desk(&d);
}

Test(view_keys, who_goes_elsewhere_leaves_question_and_answer_behind)
{
    struct desk d;

    open_desk(&d, "scenarios/open-door.json");
    cr_assert(key(&d, "X") && key(&d, "End"));
    cr_assert_eq(d.viewer.ui.choice.prompt, 0, "a question is met");
    cr_assert(key(&d, "PageUp"));
    cr_expect_eq(d.viewer.ui.choice.prompt, RECORDING_NONE, "it waits where it was");
    cr_assert(key(&d, "End"));
    cr_assert_eq(d.viewer.ui.choice.prompt, 0);
    cr_assert(key(&d, "2") && key(&d, "Return"));
    cr_assert(key(&d, "T"), "the other clock is the same place");
    cr_assert_eq(d.viewer.ui.choice.prompt, 0);
    cr_assert(viewer_do_words(&d.viewer, TEXT("seek"), TEXT("1000")));
    cr_expect_eq(d.viewer.ui.choice.prompt, RECORDING_NONE);
    cr_assert(key(&d, "2") && key(&d, "Tab") && key(&d, "F5"));
    cr_assert_eq(d.viewer.ui.choice.card, 0);
    cr_expect_eq(d.viewer.ui.choice.host, RECORDING_NONE);
    cr_expect_eq(d.viewer.ui.choice.inspect, 0);
    cr_assert(viewer_do_words(&d.viewer, TEXT("seek"), TEXT("1000")));
    cr_expect_eq(d.viewer.ui.choice.card, d.viewer.film->lesson.card_count);
    close_desk(&d);
}

Test(view_keys, a_row_that_is_read_stops_the_story_which_then_goes_on_with_its_own)
{
    struct desk d;

    open_desk(&d, "scenarios/first-letter.json");
    d.viewer.ui.wish.prompts = false;
    cr_assert(key(&d, "X"));
    cr_assert(d.viewer.ui.wish.playing);
    cr_assert(viewer_do_words(&d.viewer, TEXT("show"), TEXT("20")));
    cr_expect_not(d.viewer.ui.wish.playing);
    cr_expect_eq(d.viewer.ui.choice.record, 20);
    cr_assert(key(&d, "+"));
    cr_expect_eq(d.viewer.ui.choice.record, 20);
    cr_assert(key(&d, "."));
    cr_expect_eq(d.viewer.ui.choice.record, RECORDING_NONE);
    close_desk(&d);
}

Test(view_keys, a_question_is_not_clicked_through)
{
    struct desk d;
    struct rect card = {0};
    size_t count;

    open_desk(&d, "scenarios/open-door.json");
    cr_assert(key(&d, "X") && key(&d, "End"));
    viewer_frame(&d.viewer);
    const struct mark *marks = canvas_marks(d.canvas, &count);

    for (size_t i = 0; i < count; i++)
        if (marks[i].kind == MARK_PANEL && marks[i].verb == PANEL_OVERLAY)
            card = marks[i].r;
    cr_assert_gt(card.w, 0);
    double scale = 640 / canvas_area(d.canvas).w;
    struct choice before = d.viewer.ui.choice;

    for (double y = 4; y < card.h; y += 8) {
        double at[] = {(card.x + 4) * scale, (card.y + y) * scale};

        viewer_press(&d.viewer, at[0], at[1]);
        viewer_move(&d.viewer, at[0] + 20, at[1]);
        viewer_release(&d.viewer, at[0] + 20, at[1]);
        viewer_press(&d.viewer, at[0], at[1]);
        viewer_release(&d.viewer, at[0], at[1]);
    }
    cr_expect_eq(memcmp(&before, &d.viewer.ui.choice, sizeof before), 0);
    close_desk(&d);
}

Test(view_keys, a_changed_run_is_not_asked_about)
{
    struct desk d;
    const char *change =
        "{ \"at\": \"427ms\", \"on\": \"mail.uni.example\","
        " \"set\": { \"/mta/relay\": [\"allow from 192.0.2.0/24\", \"refuse\"] } }";

    open_desk(&d, "scenarios/open-door.json");
    cr_assert(key(&d, "X") && key(&d, "End"));
    cr_assert_eq(d.viewer.ui.choice.prompt, 0);
    cr_assert(viewer_do_words(&d.viewer, TEXT("do"), text_of(change)), "%.*s",
              TEXT_ARG(viewer_said(&d.viewer)));
    cr_assert_not_null(d.viewer.film->before);
    cr_assert(key(&d, "End"));
    cr_expect_eq(d.viewer.ui.choice.prompt, RECORDING_NONE, "Alice's order need not wait here");
    cr_assert(key(&d, "C"));
    viewer_frame(&d.viewer);
    struct choice before = d.viewer.ui.choice;
    int aside = 0;

    for (int at = 4; at < 360; at += 4) { /* across the picture, but not to its X */
        viewer_move(&d.viewer, at, 359 - at);
        if (viewer_points(&d.viewer)) /* a line of its own: that is chosen, and leads somewhere */
            continue;
        aside++;
        viewer_press(&d.viewer, at, 359 - at);
        viewer_release(&d.viewer, at, 359 - at);
    }
    cr_expect_gt(aside, 5);
    cr_expect_eq(d.viewer.overlay, OVERLAY_COMPARE);
    cr_expect_eq(before.host, d.viewer.ui.choice.host, "nothing below is chosen");
    cr_expect_eq(before.map_zoom, d.viewer.ui.choice.map_zoom);
    cr_expect_eq(before.inspect, d.viewer.ui.choice.inspect);
    cr_assert(key(&d, "Escape"));
    cr_assert(viewer_drop_change(&d.viewer));
    cr_assert(key(&d, "End"));
    cr_expect_eq(d.viewer.ui.choice.prompt, 0, "this one is still to be answered");
    close_desk(&d);
}

Test(view_keys, a_large_letter_without_a_meaning_is_the_small_one)
{
    cr_expect_eq(act_key(TEXT("Shift+G")), ACT_GALLERY, "Caps Lock");
    cr_expect_eq(act_key(TEXT("Shift+R")), ACT_BACK_REPLY);
    cr_expect_eq(act_key(TEXT("Shift+F12")), ACT_NONE);
}

Test(view_keys, a_search_in_vain_says_so_where_one_looks)
{
    struct desk d;

    open_desk(&d, "scenarios/first-letter.json");
    cr_assert(key(&d, "X") && key(&d, "/"));
    cr_assert(viewer_type(&d.viewer, TEXT("zebra")));
    cr_assert(key(&d, "Return"));
    cr_expect_eq(d.viewer.overlay, OVERLAY_SEARCH, "for another word");
    cr_expect_gt(d.viewer.said_size, 0);
    for (int i = 0; i < 5; i++)
        cr_assert(key(&d, "Backspace"));
    cr_expect_eq(d.viewer.said_size, 0);
    cr_assert(viewer_type(&d.viewer, TEXT("354")));
    cr_assert(key(&d, "Return"));
    cr_expect_eq(d.viewer.overlay, OVERLAY_NONE);
    close_desk(&d);
}

/* ---- the pointer ------------------------------------------------------------------------------ */

/* Pixels of the middle of what does that when it is clicked; the test fails if nothing does. */
static struct point find_hit(struct desk *d, enum act act, int64_t argument)
{
    struct rect area = canvas_area(d->canvas);
    size_t count;

    viewer_frame(&d->viewer);
    const struct mark *marks = canvas_marks(d->canvas, &count);

    while (count-- > 0)
        if (marks[count].kind == MARK_HIT && marks[count].verb == act &&
            marks[count].argument == argument) {
            struct point p = rect_middle(marks[count].r);

            return (struct point){floor(p.x * 640 / area.w), floor(p.y * 360 / area.h)};
        }
    cr_assert(false, "nothing does %s", act_info(act)->name);
    return (struct point){0, 0};
}

static void click(struct desk *d, struct point p)
{
    viewer_press(&d->viewer, p.x, p.y);
    viewer_release(&d->viewer, p.x, p.y);
}

/* Does the picture with the pointer there differ from that without one? */
static bool is_lit(struct desk *d)
{
    struct point pointer = d->viewer.ui.pointer;

    d->viewer.ui.pointer = (struct point){-1, -1};
    viewer_frame(&d->viewer);
    uint32_t *dark = copy_pixels(d->canvas);

    d->viewer.ui.pointer = pointer;
    viewer_frame(&d->viewer);
    bool lit = differing(d->canvas, dark) > 100;

    free(dark);
    return lit;
}

Test(view_keys, a_resting_pointer_lights_nothing_that_comes_up_below_it)
{
    struct desk d;

    open_desk(&d, "scenarios/open-door.json");
    cr_assert(key(&d, "X") && key(&d, "End"));
    struct point choice = find_hit(&d, ACT_ANSWER, 1);

    cr_assert(key(&d, "F5") && key(&d, "X"));
    viewer_move(&d.viewer, choice.x, choice.y);
    cr_assert(key(&d, "End"));
    cr_assert_eq(d.viewer.ui.choice.prompt, 0);
    cr_expect_not(is_lit(&d));
    viewer_move(&d.viewer, choice.x, choice.y);
    cr_expect_not(is_lit(&d), "it has not moved");
    cr_expect(viewer_points(&d.viewer), "a click would be for it all the same");
    viewer_move(&d.viewer, choice.x + 1, choice.y);
    cr_expect(is_lit(&d));
    cr_assert(key(&d, "2"));
    cr_expect_not(is_lit(&d), "an answer by key is not hidden below the light");
    close_desk(&d);
}

Test(view_keys, a_question_that_comes_up_by_itself_is_not_lit)
{
    struct desk d;

    open_desk(&d, "scenarios/open-door.json");
    cr_assert(key(&d, "X") && key(&d, "End"));
    struct point choice = find_hit(&d, ACT_ANSWER, 1);

    cr_assert(key(&d, "F5") && key(&d, "X"));
    viewer_move(&d.viewer, choice.x, choice.y);
    for (int i = 0; i < 100000 && d.viewer.ui.wish.playing; i++)
        viewer_tick(&d.viewer, 50);
    cr_assert_eq(d.viewer.ui.choice.prompt, 0);
    cr_expect_not(is_lit(&d));
    close_desk(&d);
}

Test(view_keys, a_double_click_is_not_for_what_its_first_half_brings_up)
{
    struct desk d;

    open_desk(&d, "scenarios/open-door.json");
    cr_assert_geq(d.viewer.film->lesson.card_count, 2);
    struct point on = find_hit(&d, ACT_REVEAL, 0);

    viewer_input_at(&d.viewer, 5000, false);
    click(&d, on);
    cr_assert_eq(d.viewer.ui.choice.card, 1);
    on = find_hit(&d, ACT_REVEAL, 0);
    viewer_input_at(&d.viewer, 5399, false);
    click(&d, on);
    cr_expect_eq(d.viewer.ui.choice.card, 1, "the second half");
    viewer_input_at(&d.viewer, 5400, false);
    click(&d, on);
    cr_expect_eq(d.viewer.ui.choice.card, 2, "another click");
    close_desk(&d);
}

Test(view_keys, a_question_is_answered_and_its_answer_shown_by_clicks_apart)
{
    struct desk d;

    open_desk(&d, "scenarios/open-door.json");
    cr_assert(key(&d, "X") && key(&d, "End"));
    struct lesson_prompt *p = &d.viewer.film->lesson.prompts[0];
    struct point answer = find_hit(&d, ACT_ANSWER, 0), show = find_hit(&d, ACT_REVEAL, 0);

    viewer_input_at(&d.viewer, 1000, false);
    click(&d, answer);
    cr_assert_eq(p->votes[0], 0);
    viewer_input_at(&d.viewer, 1200, false);
    click(&d, show);
    cr_expect_not(p->revealed);
    viewer_input_at(&d.viewer, 2000, false);
    click(&d, show);
    cr_expect(p->revealed);
    close_desk(&d);
}

Test(view_keys, a_key_that_is_held_down_turns_one_card)
{
    struct desk d;

    open_desk(&d, "scenarios/open-door.json");
    viewer_input_at(&d.viewer, 1000, false);
    cr_assert(key(&d, "PageDown"));
    for (int i = 0; i < 50; i++) {
        viewer_input_at(&d.viewer, 1500 + 30 * i, true);
        cr_expect_not(key(&d, "PageDown"));
    }
    cr_expect_eq(d.viewer.ui.choice.card, 1);
    viewer_input_at(&d.viewer, 4000, false);
    cr_assert(key(&d, "PageDown"));
    cr_expect_eq(d.viewer.ui.choice.card, 2);
    close_desk(&d);
}

Test(view_keys, a_key_that_is_held_down_comes_as_far_as_the_question)
{
    struct desk d;

    open_desk(&d, "scenarios/open-door.json");
    d.viewer.ui.wish.still = true;
    cr_assert(key(&d, "X") && key(&d, "Home"));
    for (int i = 0; i < 1000; i++) {
        viewer_input_at(&d.viewer, 1000 + 30 * i, i > 0);
        viewer_type(&d.viewer, TEXT("n"));
    }
    cr_expect_eq(d.viewer.ui.choice.prompt, 0);
    cr_expect_not(d.viewer.film->lesson.prompts[0].revealed);
    close_desk(&d);
}

/* ---- what is told ----------------------------------------------------------------------------- */

static bool bottom_line_says_something(struct desk *d)
{
    struct rect r;
    size_t count;

    viewer_frame(&d->viewer);
    r = d->viewer.layout.status;
    const struct mark *marks = canvas_marks(d->canvas, &count);

    for (size_t i = 0; i < count; i++)
        if (marks[i].kind == MARK_TEXT && rect_has(r, rect_middle(marks[i].r)) &&
            marks[i].r.x < r.x + r.w * 0.3)
            return true;
    return false;
}

Test(view_keys, the_bottom_line_tells_for_a_while_what_is_worth_it)
{
    struct desk d;

    open_desk(&d, "scenarios/first-letter.json");
    d.viewer.ui.wish.prompts = false;
    cr_assert(key(&d, "X") && key(&d, "."));
    cr_expect_not(bottom_line_says_something(&d), "numbers of records are nobody's business");
    viewer_say(&d.viewer, TEXT("wrote a-file.json"));
    cr_expect(bottom_line_says_something(&d));
    cr_expect_not(viewer_wait(&d.viewer, 3000));
    cr_expect(bottom_line_says_something(&d));
    cr_expect(viewer_wait(&d.viewer, 8000));
    cr_expect_not(bottom_line_says_something(&d));
    cr_expect_not(viewer_wait(&d.viewer, 8000), "once");
    close_desk(&d);
}

/* ---- leaving ---------------------------------------------------------------------------------- */

static bool note_written(void *context, struct text path, struct text octets, struct buffer *said)
{
    (void)path, (void)octets, (void)said;
    ((struct desk *)context)->opened = 1000;
    return true;
}

static void open_changed(struct desk *d)
{
    open_desk(d, "scenarios/first-letter.json");
    d->viewer.outside.write = note_written;
    cr_assert(key(d, "X"));
    cr_assert(
        viewer_do_words(&d->viewer, TEXT("do"),
                        TEXT("{ \"at\": \"1h\", \"on\": \"mail.uni.example\", \"stop\": true }")));
}

Test(view_keys, who_leaves_a_run_that_is_not_saved_is_asked_once)
{
    static const char *const leaves[] = {"D", "Ctrl+Q"};
    struct desk d;

    for (size_t i = 0; i < sizeof leaves / sizeof *leaves; i++) {
        open_changed(&d);
        cr_assert(key(&d, "Ctrl+Q"));
        cr_expect_eq(d.viewer.overlay, OVERLAY_UNSAVED);
        cr_expect_not(d.viewer.quit);
        cr_expect_not(key(&d, "End") || key(&d, "G"), "nothing else is meant");
        cr_assert(key(&d, "Escape"));
        cr_expect_eq(d.viewer.overlay, OVERLAY_NONE);
        viewer_close(&d.viewer);
        cr_expect_not(d.viewer.quit);
        cr_assert(key(&d, leaves[i]));
        cr_expect(d.viewer.quit, "%s", leaves[i]);
        close_desk(&d);
    }
}

Test(view_keys, it_is_asked_by_mouse_too_and_can_be_saved)
{
    struct desk d;

    open_changed(&d);
    cr_assert(key(&d, "G") && key(&d, "Return"));
    cr_expect_eq(d.viewer.overlay, OVERLAY_UNSAVED);
    cr_expect_eq(d.opened, -1);
    click(&d, find_hit(&d, ACT_OPEN, 0));
    cr_expect_eq(d.opened, 0, "the lesson that was asked for");
    close_desk(&d);

    open_changed(&d);
    cr_assert(key(&d, "Ctrl+Q"));
    click(&d, find_hit(&d, ACT_SAVE, 0));
    cr_expect_eq(d.opened, 1000, "written");
    cr_expect(d.viewer.quit);
    close_desk(&d);

    open_changed(&d);
    viewer_close(&d.viewer);
    click(&d, find_hit(&d, ACT_RELEASE, 0));
    cr_expect_not(d.viewer.quit);
    close_desk(&d);
}

Test(view_keys, nobody_is_asked_where_nothing_is_lost)
{
    struct desk d;

    open_changed(&d);
    cr_assert(key(&d, "Ctrl+S") && key(&d, "Ctrl+Q"));
    cr_expect(d.viewer.quit, "it is saved");
    close_desk(&d);
    open_changed(&d);
    cr_assert(viewer_do_words(&d.viewer, TEXT("quit"), TEXT("")));
    cr_expect(d.viewer.quit, "a script means what it says");
    close_desk(&d);
    open_desk(&d, "scenarios/first-letter.json");
    viewer_close(&d.viewer);
    cr_expect(d.viewer.quit, "nothing was changed");
    close_desk(&d);
}

/* ---- a clicker -------------------------------------------------------------------------------- */

/* Stops by the table of steps, in order; then the end. */
static uint32_t list_stops(const struct viewer *v, double stops[], uint32_t room)
{
    const struct steps *s = &v->film->steps;
    uint32_t count = 0;

    for (uint32_t i = 0; i < s->count && count < room; i++) {
        double when = pace_when(viewer_pace(v), s->items[i].record);

        if (s->items[i].is & STEP_STOP && (count == 0 || when > stops[count - 1]))
            stops[count++] = when;
    }
    return count;
}

static bool stands_at(struct desk *d, enum trace_kind kind, int64_t code)
{
    const struct recording *r = &d->viewer.film->recording;
    double ms = d->viewer.ms;

    for (uint32_t i = 0; i < r->count; i++)
        if (r->lines[i].record->kind == kind && pace_when(viewer_pace(&d->viewer), i) == ms &&
            (code == 0 || RECORDING_DATA(&r->lines[i], smtp_reply)->code == code))
            return true;
    return false;
}

/* Up to Bob's reading, but past what one expects: 354 follows DATA. */
Test(view_keys, a_clicker_stops_where_something_is_new_and_comes_back_the_same_way)
{
    struct desk d;
    double stops[200];
    bool taken = false, known = false;

    open_desk(&d, "scenarios/first-letter.json");
    d.viewer.ui.wish.prompts = false;
    d.viewer.ui.wish.still = true;
    cr_assert(key(&d, "X") && key(&d, "Home"));
    uint32_t count = list_stops(&d.viewer, stops, 200);

    cr_assert(count > 10 && count < d.viewer.film->steps.count / 2, "%u", count);
    for (uint32_t i = 0; i < count; i++) {
        cr_assert(key(&d, "PageDown"));
        cr_expect_eq(d.viewer.ms, stops[i], "stop %u: %.0f, not %.0f", i, d.viewer.ms, stops[i]);
        cr_expect_not(d.viewer.ui.wish.playing);
        taken |= stands_at(&d, TRACE_MAIL_COLLECTED, 0);
        known |= stands_at(&d, TRACE_SMTP_REPLY, 354);
    }
    cr_expect(taken, "Bob reads");
    cr_expect_not(known, "how a dialogue goes on is known");
    cr_expect(key(&d, "PageDown") == (stops[count - 1] < pace_length(viewer_pace(&d.viewer))));
    cr_expect_not(key(&d, "PageDown"), "the end");
    viewer_do_words(&d.viewer, TEXT("seek"), TEXT("100000000"));
    for (uint32_t i = count; i-- > 0;)
        if (stops[i] < pace_length(viewer_pace(&d.viewer))) {
            cr_assert(key(&d, "PageUp"));
            cr_expect_eq(d.viewer.ms, stops[i], "back at %u: %.0f, not %.0f", i, d.viewer.ms,
                         stops[i]);
        }
    cr_assert(key(&d, "PageUp"));
    cr_expect_eq(d.viewer.ms, 0);
    close_desk(&d);
}
