/*
 * test_view_canvas.c - shapes, clips, groups, icons, pictures: what all that is drawn relies on.
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
    canvas_group_end(c, 1);
    canvas_layer_end(c);
    canvas_sprite_end(c);
    for (int i = 0; i < 100; i++) {
        canvas_clip(c, (struct rect){10, 10, 50, 50});
        canvas_group(c);
    }
    for (int i = 0; i < 100; i++) {
        canvas_group_end(c, 1);
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

/* Strokes and fills are painted by hand, others by cairo: neither may forget the other's pixels. */
Test(canvas, what_is_below_shows_through)
{
    struct canvas *c = open_small();

    canvas_hatch(c, (struct rect){10, 10, 100, 50}, 8);
    canvas_arc(c, (struct point){200, 50}, 20, 0, 3, (struct pen){COLOUR_BAD, 9, DASH_NONE, 0.5});
    canvas_curve(c, (struct point[4]){{10, 90}, {90, 100}, {150, 110}, {200, 90}},
                 (struct pen){COLOUR_BAD, 9, DASH_NONE, 0.5});
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        cr_assert_eq(pixel(c, i % WIDTH, i / WIDTH) >> 24, 255);
    canvas_close(c);
}

/* A stroke as a whole has one opacity, also where its pieces meet; and goes where it is said to. */
Test(canvas, strokes)
{
    struct canvas *c = open_small();
    struct pen pen = {COLOUR_BAD, 9, DASH_NONE, 0.5};
    uint32_t ground = pixel(c, 0, 0);

    canvas_polyline(c, (struct point[4]){{20, 20}, {100, 20}, {100, 80}, {20, 20}}, 4, pen);
    uint32_t inside = pixel(c, 60, 20);
    cr_expect_neq(inside, ground);
    cr_expect_eq(pixel(c, 100, 20), inside, "no darker at a corner");
    cr_expect_eq(pixel(c, 100, 50), inside);
    cr_expect_eq(pixel(c, 60, 50), inside, "the diagonal");
    cr_expect_eq(pixel(c, 90, 40), ground);
    canvas_line(c, (struct point){150, 20}, (struct point){200, 20}, pen);
    cr_expect_eq(pixel(c, 151, 20), inside);
    cr_expect_eq(pixel(c, 149, 20), ground, "ends where it is said to end");
    canvas_line(c, (struct point){150, 40.5}, (struct point){300, 60.5}, pen);
    cr_expect_eq(pixel(c, 225, 50), inside);
    cr_expect_eq(pixel(c, 147, 40), ground);
    canvas_close(c);
}

static unsigned inked(struct canvas *c, int x0, int x1, int y)
{
    unsigned changes = 0;

    for (int x = x0; x < x1; x++)
        changes += (pixel(c, x, y) == pixel(c, 0, 0)) != (pixel(c, x + 1, y) == pixel(c, 0, 0));
    return changes / 2;
}

Test(canvas, dots_and_dashes_go_on_over_corners)
{
    struct canvas *c = open_small();
    struct pen dots = {COLOUR_WAIT, 3, DASH_DOTTED, 0}, dashes = {COLOUR_BAD, 2, DASH_DASHED, 0};
    struct point whole[2] = {{10, 20}, {300, 20}}, parts[3] = {{10, 40}, {103, 40}, {300, 40}};

    canvas_polyline(c, whole, 2, dots);
    canvas_polyline(c, parts, 3, dots);
    cr_expect_geq(inked(c, 5, 310, 20), 40);
    cr_expect_eq(inked(c, 5, 310, 40), inked(c, 5, 310, 20));
    whole[0].y = whole[1].y = 60;
    parts[0].y = parts[1].y = parts[2].y = 80;
    canvas_polyline(c, whole, 2, dashes);
    canvas_polyline(c, parts, 3, dashes);
    cr_expect_geq(inked(c, 5, 310, 60), 25);
    cr_expect_eq(inked(c, 5, 310, 80), inked(c, 5, 310, 60));
    canvas_clip(c, (struct rect){0, 0, 1, 1}); /* far away, and not there */
    whole[1].x = 1e6;
    canvas_polyline(c, whole, 2, dots);
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

/* ---- files ---------------------------------------------------------------------------------------- */

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
    struct memory memory;
    struct buffer png;

    memory_init(&memory, 0);
    buffer_init(&png, &memory);
    canvas_put_png(c, &png);
    cr_assert_gt(png.size, 26);
    const unsigned char *head = (const unsigned char *)png.at;
    cr_expect_eq(memcmp(head, "\x89PNG\r\n\x1a\n", 8), 0);
    cr_expect(head[18] == WIDTH >> 8 && head[19] == (WIDTH & 255) && head[23] == HEIGHT);
    memory_end(&memory);
    canvas_close(c);
}
