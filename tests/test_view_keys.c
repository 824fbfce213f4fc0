/*
 * test_view_keys.c - keys where there is no story in view: the gallery, the help over it, a search in vain.
 */
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

    for (int at = 4; at < 360; at += 4) { /* across the picture, but not to its X */
        viewer_press(&d.viewer, at, 359 - at);
        viewer_release(&d.viewer, at, 359 - at);
    }
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
