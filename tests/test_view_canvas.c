/*
 * test_view_canvas.c - shapes, layers, sprites, marks: what all that is drawn relies on.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "render/widgets/ui.h"
#include "tests/view_picture.h"

/* ---- shapes ---------------------------------------------------------------------------------- */

Test(canvas, nothing_fails_with_strange_places)
{
    static const double strange[] = {0, -5, 1e300, -1e300, INFINITY, -INFINITY, NAN, 1e-300, 1e7};
    enum { COUNT = sizeof strange / sizeof *strange };
    struct canvas *c = open_small();

    for (int i = 0; i < COUNT * COUNT; i++) {
        double a = strange[i / COUNT], b = strange[i % COUNT];
        struct rect rects[] = {{a, b, 20, 20}, {10, 10, a, b}, {a, a, b, b}, {b, 5, a, 20}};
        struct point p[4] = {{a, b}, {10, 10}, {b, a}, {50, 60}};
        struct pen pen = {COLOUR_BAD, b, DASH_NONE, a};
        struct pen dots = {COLOUR_BAD, 2, DASH_DOTTED, 0};
        for (unsigned r = 0; r < 4; r++) {
            canvas_fill(c, rects[r], a, COLOUR_MAIL);
            canvas_fill_alpha(c, rects[r], 4, COLOUR_MAIL, b);
            canvas_outline(c, rects[r], b, pen);
            canvas_shadow(c, rects[r], a);
            canvas_hatch(c, rects[r], b);
            canvas_icon(c, ICON_LOCK, rects[r], COLOUR_TEXT);
            canvas_text_in(c, BODY, rects[r], TEXT("mail.uni.example"));
            canvas_text_wrap(c, BODY, rects[r], TEXT("two words"));
            canvas_hit(c, rects[r], ACT_PLAY, 0);
            canvas_panel(c, PANEL_MAP, rects[r]);
            canvas_clip(c, rects[r]);
            canvas_fill(c, (struct rect){0, 0, 50, 50}, 3, COLOUR_GOOD);
            canvas_unclip(c);
            if (canvas_layer(c, 3, rects[r], (uint64_t)i)) {
                canvas_fill(c, rects[r], 3, COLOUR_GOOD);
                canvas_layer_end(c);
            }
        }
        canvas_line(c, p[0], p[1], pen);
        canvas_line(c, p[0], p[2], dots);
        canvas_curve(c, p, pen);
        canvas_polygon(c, p, 4, COLOUR_SEAL);
        canvas_polyline(c, p, 4, pen);
        canvas_polyline(c, p, 0, pen);
        canvas_disc(c, p[0], b, COLOUR_WAIT);
        canvas_ring(c, p[1], a, pen);
        canvas_arc(c, p[1], 10, a, b, pen);
        canvas_arrow_head(c, p[0], p[2], b, COLOUR_TEXT);
        canvas_class(c, 5, p[0], 8);
        canvas_class(c, 4, p[1], a);
        canvas_text(c, (struct style){FONT_SANS, a, COLOUR_TEXT, ALIGN_RIGHT}, p[0], TEXT("x"));
        canvas_wrap_height(c, BODY, a, TEXT("some words"));
        canvas_view(c, p[0], b);
        canvas_fill(c, (struct rect){1, 1, 5, 5}, 2, COLOUR_GOOD);
        canvas_text(c, BODY, (struct point){5, 5}, TEXT("x"));
        canvas_view_end(c);
        canvas_group(c);
        canvas_disc(c, p[0], 9, COLOUR_WAIT);
        canvas_group_end(c, a);
        if (canvas_sprite(c, (uint64_t)i, p[0], (struct point){b, 10}, a)) {
            canvas_disc(c, (struct point){0, 0}, 5, COLOUR_MAIL);
            canvas_sprite_end(c);
        }
    }
    canvas_close(c);
}

Test(canvas, calls_without_a_partner_do_no_harm)
{
    struct canvas *c = open_small();
    uint32_t *before = copy_pixels(c);

    canvas_unclip(c);
    canvas_view_end(c);
    canvas_group_end(c, 1);
    canvas_layer_end(c);
    canvas_sprite_end(c);
    for (int i = 0; i < 100; i++) {
        canvas_clip(c, (struct rect){10, 10, 50, 50});
        canvas_view(c, (struct point){1, 1}, 1);
        canvas_group(c);
    }
    for (int i = 0; i < 100; i++) {
        canvas_group_end(c, 1);
        canvas_view_end(c);
        canvas_unclip(c);
    }
    cr_expect_eq(differing(c, before), 0);
    canvas_fill(c, (struct rect){0, 0, 4, 4}, 0, COLOUR_MAIL);
    cr_expect_eq(differing(c, before), 16, "all stacks are empty again");
    canvas_group(c);
    canvas_clip(c, (struct rect){0, 0, 1, 1});
    canvas_begin(c); /* a frame that was left in the middle */
    canvas_fill(c, (struct rect){20, 0, 4, 4}, 0, COLOUR_MAIL);
    cr_expect_eq(differing(c, before), 32);
    free(before);
    canvas_close(c);
}

Test(canvas, still_edges_lie_on_whole_pixels)
{
    struct canvas *c = open_small();

    canvas_scale(c, 0.8, 1);
    canvas_fill(c, (struct rect){10.3, 10.4, 0.2, 20}, 0, COLOUR_MAIL); /* a fine line */
    uint32_t mail = theme_colour(THEME_LIGHT, COLOUR_MAIL);
    cr_expect_eq(pixel(c, 8, 12), mail);
    cr_expect_eq(pixel(c, 9, 12), theme_colour(THEME_LIGHT, COLOUR_GROUND));
    canvas_close(c);
}

Test(canvas, a_group_is_seen_through_as_one)
{
    struct canvas *c = open_small();

    canvas_fill(c, canvas_area(c), 0, COLOUR_PANEL); /* white */
    canvas_group(c);
    canvas_fill(c, (struct rect){10, 10, 20, 20}, 0, COLOUR_TEXT);
    canvas_fill(c, (struct rect){20, 10, 20, 20}, 0, COLOUR_TEXT);
    canvas_group_end(c, 0.5);
    cr_expect_eq(pixel(c, 15, 15), pixel(c, 25, 15), "no darker where two overlap");
    cr_expect_neq(pixel(c, 15, 15), theme_colour(THEME_LIGHT, COLOUR_TEXT));
    cr_expect_neq(pixel(c, 15, 15), theme_colour(THEME_LIGHT, COLOUR_PANEL));
    canvas_group(c); /* what was there is not there again */
    canvas_group_end(c, 1);
    uint32_t seen = pixel(c, 15, 15);
    canvas_group(c);
    canvas_disc(c, (struct point){100, 100}, 5, COLOUR_BAD);
    canvas_group_end(c, 1);
    cr_expect_eq(pixel(c, 15, 15), seen);
    canvas_close(c);
}

Test(canvas, clips_meet)
{
    struct canvas *c = open_small();
    uint32_t *before = copy_pixels(c);

    canvas_clip(c, (struct rect){10, 10, 20, 20});
    canvas_clip(c, (struct rect){20, 20, 50, 50});
    canvas_fill(c, canvas_area(c), 0, COLOUR_BAD);
    canvas_disc(c, (struct point){25, 25}, 100, COLOUR_GOOD);
    canvas_text(c, BODY, (struct point){0, 25}, TEXT("mmmmmmmmmmmmmmmmmmmm"));
    canvas_unclip(c);
    canvas_unclip(c);
    size_t changed = differing(c, before);
    cr_expect_eq(changed, 100, "%zu", changed);
    free(before);
    canvas_close(c);
}

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
        canvas_view(c, (struct point){100, 20}, 1.5);
        canvas_hit(c, (struct rect){10, 10, 20, 20}, ACT_SITE, 3);
        canvas_text(c, BODY, (struct point){5, 60}, TEXT("zoomed"));
        show_sprite(c, 40, 40, 1);
        canvas_view_end(c);
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

Test(marks, a_view_moves_and_enlarges_them)
{
    struct canvas *c = open_small();

    canvas_scale(c, 2, 1);
    canvas_view(c, (struct point){30, 10}, 1.5);
    canvas_hit(c, (struct rect){10, 20, 8, 4}, ACT_SITE, 3);
    canvas_view_end(c);
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

Test(canvas, every_icon_has_its_picture)
{
    struct canvas *c = open_at(48, 48);

    for (unsigned icon = 0; icon < ICON_COUNT; icon++) {
        unsigned dark = 0, light = 0;
        canvas_fill(c, canvas_area(c), 0, COLOUR_PANEL);
        canvas_icon(c, (enum icon)icon, canvas_area(c), COLOUR_TEXT);
        for (int i = 0; i < 48 * 48; i++) {
            dark += pixel(c, i % 48, i / 48) == theme_colour(THEME_LIGHT, COLOUR_TEXT);
            light += pixel(c, i % 48, i / 48) == theme_colour(THEME_LIGHT, COLOUR_PANEL);
        }
        /* The square for a missing file has 30 x 30 dark pixels and no soft edge. */
        cr_expect(dark > 30 && dark + light < 48 * 48, "icon %u: %u dark, %u light", icon, dark,
                  light);
    }
    canvas_close(c);
}

Test(canvas, without_icons_squares)
{
    char why[100];
    struct canvas *c = canvas_open(48, 48, "nowhere", why, sizeof why);

    cr_assert(c);
    canvas_icon(c, ICON_MTA, canvas_area(c), COLOUR_TEXT);
    cr_expect_eq(pixel(c, 24, 24), theme_colour(THEME_LIGHT, COLOUR_TEXT));
    canvas_close(c);
}

Test(canvas, png)
{
    struct canvas *c = open_small();
    unsigned char head[26] = {0};

    cr_assert(canvas_write_png(c, "build/tests/canvas.png"));
    FILE *file = fopen("build/tests/canvas.png", "rb");
    cr_assert(file);
    cr_expect_eq(fread(head, 1, sizeof head, file), sizeof head);
    fclose(file);
    remove("build/tests/canvas.png");
    cr_expect_eq(memcmp(head, "\x89PNG\r\n\x1a\n", 8), 0);
    cr_expect(head[18] == WIDTH >> 8 && head[19] == (WIDTH & 255) && head[23] == HEIGHT);
    cr_expect_not(canvas_write_png(c, "build/nowhere/canvas.png"));
    cr_expect_eq(errno, ENOENT);
    canvas_close(c);
}
