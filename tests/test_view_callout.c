/*
 * test_view_callout.c - where cards go, and how things keep to their way.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "render/stage/callout.h"
#include "render/stage/track.h"

static const struct rect AREA = {0, 0, 900, 300};

struct taken {
    struct rect r[8];
    size_t count;
};

static double taken_cost(const void *context, struct rect r)
{
    const struct taken *t = context;
    double sum = 0;

    for (size_t i = 0; i < t->count; i++)
        sum += callout_shared(r, t->r[i]);
    return sum;
}

static bool inside(struct rect r, struct rect room)
{
    return r.x >= room.x && r.y >= room.y && r.x + r.w <= room.x + room.w &&
           r.y + r.h <= room.y + room.h;
}

Test(callout, it_stays_inside_and_off_its_host_wherever_that_is)
{
    struct taken none = {.count = 0};
    struct point size = {220, 60};

    for (double x = 0; x <= 840; x += 60)
        for (double y = 0; y <= 240; y += 40) {
            struct rect home = {x, y, 60, 60},
                        card = callout_place(AREA, home, size, taken_cost, &none);
            cr_assert(inside(card, AREA), "%.0f %.0f", x, y);
            cr_assert_eq(callout_shared(card, home), 0, "%.0f %.0f", x, y);
        }
}

Test(callout, it_goes_where_nothing_is)
{
    struct rect home = {420, 120, 60, 60};
    struct point size = {200, 50};
    struct taken full = {.r = {{0, 180, 900, 120}, {480, 0, 420, 300}, {0, 0, 420, 120}},
                         .count = 3};
    struct rect card = callout_place(AREA, home, size, taken_cost, &full);

    cr_expect_eq(taken_cost(&full, card), 0, "%.0f %.0f", card.x, card.y);
    cr_expect_lt(card.x + card.w, home.x);
}

Test(track, there_and_back_is_the_same_way)
{
    const struct point p[4] = {{10, 10}, {60, 0}, {120, 90}, {200, 80}};
    struct track there = track_of(p), back = track_reversed(&there);

    cr_expect_float_eq(there.length, back.length, 1e-9);
    for (double part = 0; part <= 1; part += 0.125) {
        struct point a = track_at(&there, part, 0), b = track_at(&back, 1 - part, 0),
                     c = track_at(&there, part, 9), d = track_at(&back, 1 - part, 9);
        cr_expect(hypot(a.x - b.x, a.y - b.y) < 1e-9);
        cr_expect_float_eq(hypot(c.x - d.x, c.y - d.y), 18, 1e-6, "each keeps to its right");
    }
}

Test(track, a_piece_is_a_part_of_the_whole)
{
    const struct point p[4] = {{10, 10}, {60, 0}, {120, 90}, {200, 80}};
    struct track whole = track_of(p), piece = track_piece(&whole, 0.25, 0.75);

    for (double part = 0; part <= 1; part += 0.25) {
        struct point a = track_at(&piece, part, 0), b = track_at(&whole, 0.25 + part / 2, 0);
        cr_expect(hypot(a.x - b.x, a.y - b.y) < 1e-9);
    }
}

Test(track, what_travels_covers_neither_end)
{
    const struct point p[4] = {{0, 0}, {100, 0}, {200, 0}, {300, 0}};
    struct track t = track_of(p);

    cr_expect_float_eq(track_within(&t, 0, 30) * t.length, 30, 1e-6);
    cr_expect_float_eq(track_within(&t, 1, 30) * t.length, 270, 1e-6);
    cr_expect_float_eq(track_within(&t, 0.5, 30), 0.5, 1e-9);
    cr_expect_float_eq(track_within(&t, 0, 3000), 0.4, 1e-9,
                       "a thing too long stays in the middle");
}
