/*
 * test_view_layers.c - what is drawn once and copied afterwards, and the marks of all that is drawn.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "render/widgets/ui.h"
#include "tests/view_picture.h"

/* ---- layers and sprites ---------------------------------------------------------------------- */

/* Draws layer 5 with that key; says whether it had to be drawn. */
static bool show_layer(struct canvas *c, uint64_t key, enum colour colour)
{
    bool drawn = canvas_layer(c, 5, (struct rect){20, 20, 200, 100}, key);

    if (drawn) {
        canvas_shadow(c, (struct rect){20, 20, 200, 100}, 12);
        canvas_fill(c, (struct rect){20, 20, 200, 100}, 12, colour);
        canvas_text(c, BODY, (struct point){30, 60}, TEXT("still"));
        canvas_hit(c, (struct rect){30, 30, 50, 50}, ACT_HOST, 7);
        canvas_layer_end(c);
    }
    return drawn;
}

static void new_frame(struct canvas *c)
{
    canvas_begin(c);
    canvas_fill(c, canvas_area(c), 0, COLOUR_GROUND);
}

Test(layer, the_same_key_copies_the_same_pixels_and_marks)
{
    struct canvas *c = open_small();

    canvas_text(c, BODY, (struct point){5, 190}, TEXT("before it"));
    cr_expect(show_layer(c, 1, COLOUR_PANEL));
    uint32_t *first = copy_pixels(c);
    new_frame(c);
    canvas_text(c, BODY, (struct point){5, 190}, TEXT("before it"));
    cr_expect_not(show_layer(c, 1, COLOUR_PANEL));
    cr_expect_eq(differing(c, first), 0);
    cr_expect_eq(count_marks(c, MARK_TEXT), 2);
    const struct mark *hit = first_mark(c, MARK_HIT);
    cr_assert(hit);
    cr_expect(hit->verb == ACT_HOST && hit->argument == 7 && hit->r.x == 30 && hit->r.w == 50);
    size_t count;
    const struct mark *m = canvas_marks(c, &count);
    cr_expect(text_equal(canvas_mark_text(c, &m[1]), TEXT("still")));

    new_frame(c);
    cr_expect(show_layer(c, 2, COLOUR_INSET), "another key");
    cr_expect_gt(differing(c, first), 10000);
    canvas_theme(c, THEME_DARK);
    cr_expect(show_layer(c, 2, COLOUR_INSET), "another theme");
    canvas_scale(c, 1, 1.25);
    cr_expect(show_layer(c, 2, COLOUR_INSET), "another size of text");
    canvas_resize(c, WIDTH + 1, HEIGHT);
    cr_expect(show_layer(c, 2, COLOUR_INSET), "another size");
    cr_expect_not(show_layer(c, 2, COLOUR_INSET));
    free(first);
    canvas_close(c);
}

/* Around and below a layer something else may be by now. */
Test(layer, what_is_not_the_layers_shows_through)
{
    struct canvas *c = open_small();
    struct rect whole = {0, 0, WIDTH, HEIGHT};

    for (int i = 0; i < 2; i++) {
        canvas_fill(c, whole, 0, i ? COLOUR_BAD : COLOUR_GROUND);
        if (canvas_layer(c, 1, whole, 1)) {
            canvas_fill(c, (struct rect){50, 50, 50, 50}, 20, COLOUR_PANEL);
            canvas_layer_end(c);
        }
    }
    uint32_t *copied = copy_pixels(c);
    canvas_fill(c, whole, 0, COLOUR_BAD);
    canvas_fill(c, (struct rect){50, 50, 50, 50}, 20, COLOUR_PANEL);
    int width, height, stride, far = 0;
    const uint32_t *p = canvas_pixels(c, &width, &height, &stride);
    for (int i = 0; i < 4 * WIDTH * HEIGHT; i++) { /* each part of a pixel: blending rounds */
        int shift = 8 * (i % 4), at = i / 4;
        int a = copied[at] >> shift & 255,
            b = p[at / WIDTH * stride / 4 + at % WIDTH] >> shift & 255;
        far += abs(a - b) > 2;
    }
    cr_expect_eq(far, 0, "%d", far);
    free(copied);
    canvas_close(c);
}

/* A layer that covers everything, and then one stroke that is half seen through. */
static uint32_t stroked(struct canvas *c)
{
    struct rect whole = {0, 0, WIDTH, HEIGHT};
    struct point p[4] = {{20, 100}, {100, 100}, {200, 100}, {300, 100}};

    canvas_begin(c);
    if (canvas_layer(c, 1, whole, 1)) {
        canvas_fill(c, whole, 0, COLOUR_PANEL);
        canvas_layer_end(c);
    }
    canvas_curve(c, p, (struct pen){COLOUR_MAIL, 8, DASH_NONE, 0.5});
    return pixel(c, 150, 100);
}

Test(layer, what_is_drawn_upon_a_copied_one_blends_with_it)
{
    char why[200];
    struct canvas *c = canvas_open(WIDTH, HEIGHT, "assets/icons", why, sizeof why);

    uint32_t first = stroked(c); /* nothing but copies has been drawn before the stroke */
    cr_expect_gt(first & 0xff, (theme_colour(THEME_LIGHT, COLOUR_MAIL) & 0xff) + 20, "%08x", first);
    cr_expect_eq(stroked(c), first);
    canvas_close(c);
}

static bool show_sprite(struct canvas *c, double x, double y, double alpha)
{
    bool drawn = canvas_sprite(c, 99, (struct point){x, y}, (struct point){40, 24}, alpha);

    if (drawn) {
        canvas_fill(c, (struct rect){-20, -12, 40, 24}, 6, COLOUR_MAIL);
        canvas_text(c, BODY, (struct point){-14, 6}, TEXT("250"));
        canvas_sprite_end(c);
    }
    return drawn;
}

Test(sprite, looks_the_same_wherever_it_is)
{
    struct canvas *c = open_small();

    cr_expect(show_sprite(c, 40, 40, 1));
    cr_expect_not(show_sprite(c, 140.3, 90, 1));
    for (int y = -12; y < 12; y++)
        for (int x = -20; x < 20; x++)
            cr_assert_eq(pixel(c, 40 + x, 40 + y), pixel(c, 140 + x, 90 + y));
    cr_expect_eq(pixel(c, 40 - 20 + 8, 40), theme_colour(THEME_LIGHT, COLOUR_MAIL));
    cr_expect_eq(count_marks(c, MARK_MOVING), 2);
    cr_expect_eq(count_marks(c, MARK_TEXT), 2);
    size_t count;
    const struct mark *m = canvas_marks(c, &count);
    cr_expect_float_eq(m[2].r.x, 140.3 - 20, 0.6);
    cr_expect(text_equal(canvas_mark_text(c, &m[3]), TEXT("250")));

    uint32_t ground = pixel(c, 250, 150);
    show_sprite(c, 250, 150, 0);
    cr_expect_eq(pixel(c, 238, 150), ground);
    show_sprite(c, 250, 150, 0.5);
    cr_expect_neq(pixel(c, 238, 150), ground);
    cr_expect_neq(pixel(c, 238, 150), theme_colour(THEME_LIGHT, COLOUR_MAIL));
    show_sprite(c, WIDTH - 2, HEIGHT - 2, 1); /* over the edge */
    size_t before = count;
    show_sprite(c, -500, 90, 1);
    canvas_marks(c, &count);
    cr_expect_eq(count, before + 6, "what cannot be seen has no mark: %zu, %zu", count, before);
    canvas_close(c);
}

Test(sprite, more_than_the_budget)
{
    struct canvas *c = open_small();

    for (uint64_t i = 0; i < 600; i++)
        if (canvas_sprite(c, i, (struct point){100, 100}, (struct point){200, 200}, 1)) {
            canvas_disc(c, (struct point){0, 0}, 100, COLOUR_MAIL);
            canvas_text(c, BODY, (struct point){0, 0}, TEXT("one of many"));
            canvas_sprite_end(c);
        }
    cr_expect(canvas_sprite(c, 0, (struct point){100, 100}, (struct point){200, 200}, 1),
              "the oldest went");
    canvas_sprite_end(c);
    cr_expect_not(canvas_sprite(c, 599, (struct point){100, 100}, (struct point){200, 200}, 1));
    canvas_close(c);
}

/* ---- marks ----------------------------------------------------------------------------------- */

/* Something of everything; twice, so that layers and sprites are copied too. */
static void draw_all(struct canvas *c)
{
    for (int frame = 0; frame < 2; frame++) {
        new_frame(c);
        show_layer(c, 1, COLOUR_PANEL);
        canvas_moving(c, true);
        for (int i = 0; i < 5; i++)
            show_sprite(c, 30 + 50 * i, 130, 0.7);
        canvas_icon(c, ICON_ENVELOPE, (struct rect){200, 20, 30, 30}, COLOUR_MAIL);
        canvas_moving(c, false);
        canvas_class(c, 5, (struct point){250, 50}, 9);
        canvas_text_in(c, BODY, (struct rect){230, 80, 60, 20}, TEXT("too-long-for-this-place"));
        canvas_text_wrap(c, BODY, (struct rect){230, 110, 80, 60},
                         TEXT("a few words to be broken"));
        canvas_panel(c, PANEL_LADDER, (struct rect){0, 0, 100, 100});
        canvas_group(c);
        canvas_text(c, BODY, (struct point){10, 180}, TEXT("in a group"));
        canvas_group_end(c, 0.3);
        canvas_hit(c, (struct rect){115, 35, 30, 30}, ACT_SITE, 3);
    }
}

Test(marks, the_same_with_and_without_painting)
{
    struct canvas *a = open_small(), *b = open_small();
    size_t n, m;

    uint32_t *before = copy_pixels(b);
    canvas_paint(b, false);
    draw_all(a);
    draw_all(b);
    cr_expect_eq(differing(b, before), 0, "nothing was painted");
    const struct mark *one = canvas_marks(a, &n), *other = canvas_marks(b, &m);
    cr_assert_eq(n, m);
    cr_expect_gt(n, 20);
    for (size_t i = 0; i < n; i++) {
        cr_expect(one[i].kind == other[i].kind && one[i].verb == other[i].verb &&
                      one[i].argument == other[i].argument && one[i].moving == other[i].moving &&
                      memcmp(&one[i].r, &other[i].r, sizeof one[i].r) == 0,
                  "mark %zu", i);
        cr_expect(text_equal(canvas_mark_text(a, &one[i]), canvas_mark_text(b, &other[i])));
    }
    canvas_paint(b, true); /* layers and sprites without a picture are drawn now */
    draw_all(b);
    draw_all(a);
    uint32_t *want = copy_pixels(a);
    cr_expect_eq(differing(b, want), 0);
    free(want);
    free(before);
    canvas_close(a);
    canvas_close(b);
}

Test(marks, are_where_they_were_put_at_any_scale)
{
    struct canvas *c = open_small();

    canvas_scale(c, 2, 1);
    canvas_hit(c, (struct rect){45, 40, 12, 6}, ACT_SITE, 3);
    const struct mark *m = first_mark(c, MARK_HIT);
    cr_expect(m->r.x == 45 && m->r.y == 40 && m->r.w == 12 && m->r.h == 6, "%g %g %g %g", m->r.x,
              m->r.y, m->r.w, m->r.h);
    canvas_close(c);
}

Test(marks, what_a_clip_hides_cannot_be_clicked)
{
    struct canvas *c = open_small();

    canvas_clip(c, (struct rect){0, 0, 100, 100});
    canvas_hit(c, (struct rect){90, 90, 40, 40}, ACT_SITE, 1);
    canvas_hit(c, (struct rect){120, 90, 40, 40}, ACT_SITE, 2);
    canvas_text(c, BODY, (struct point){120, 50}, TEXT("hidden"));
    canvas_unclip(c);
    const struct mark *m = first_mark(c, MARK_HIT);
    cr_expect_eq(count_marks(c, MARK_HIT), 1);
    cr_expect(m->r.w == 10 && m->r.h == 10);
    cr_expect_eq(count_marks(c, MARK_TEXT), 0);
    canvas_close(c);
}

Test(canvas, two_runs_give_the_same_pixels)
{
    struct canvas *a = open_small();

    draw_all(a);
    uint32_t *first = copy_pixels(a);
    canvas_close(a);
    struct canvas *b = open_small();
    draw_all(b);
    cr_expect_eq(differing(b, first), 0);
    free(first);
    canvas_close(b);
}
