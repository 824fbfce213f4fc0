/*
 * test_view_clear.c - free places and lanes: what moves keeps clear of what stands, and of each other.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "render/stage/clear.h"

static const struct rect AREA = {0, 0, 600, 300};
static const struct point CHIP = {80, 28}, LETTER = {50, 35};

/* Points that a lane keeps from what it ends at, and a little. */
static const double AIR = 2.5;

/* A way from one tile to another, both with a plate that is wider than they are. */
struct scene {
    struct memory memory;
    struct clear clear;
    struct track way;
};

static void put_host(struct clear *c, double x, double y)
{
    clear_take(c, (struct rect){x - 30, y - 30, 60, 60});
    clear_take(c, (struct rect){x - 55, y - 40, 110, 20});
    clear_take(c, (struct rect){x - 40, y + 32, 80, 20});
}

static void open_scene(struct scene *s, struct point a, struct point b)
{
    const struct point p[4] = {a, {(a.x + b.x) / 2, a.y}, {(a.x + b.x) / 2, b.y}, b};

    memory_init(&s->memory, 0);
    clear_begin(&s->clear, &s->memory, AREA);
    put_host(&s->clear, a.x - 33, a.y);
    put_host(&s->clear, b.x + 33, b.y);
    clear_moves(&s->clear);
    s->way = track_of(p);
}

static void close_scene(struct scene *s)
{
    clear_end(&s->clear);
    memory_end(&s->memory);
}

/* At every moment it has a clear place on the lane, that is its own at both ends, and never goes back. */
static void expect_clear(const struct scene *s, const struct lane *lane)
{
    double before = 0;

    for (double part = 0; part <= 1; part += 1.0 / 256) {
        double at = part;
        cr_assert(lane_free(&s->clear, &s->way, lane, &at), "part %.2f", part);
        cr_assert(clear_is(&s->clear, rect_around(lane_at(&s->way, lane, at), lane->size)));
        cr_assert_geq(at, before - 0.002, "part %.2f", part);
        cr_assert((part > 0 && part < 1) || at == part, "part %.2f", part);
        before = at;
    }
}

Test(lane, all_of_it_is_clear_and_it_goes_from_one_host_to_the_other)
{
    static const struct point ends[][2] = {
        {{120, 150}, {480, 150}}, {{120, 80}, {480, 220}}, {{120, 150}, {300, 150}},
        {{120, 150}, {210, 150}}, {{120, 80}, {170, 220}}, {{480, 220}, {120, 80}},
    };

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        for (int side = -1; side <= 1; side++) {
            struct scene s;
            struct lane lane;
            open_scene(&s, ends[i][0], ends[i][1]);
            struct point size = side == 0 ? LETTER : CHIP;
            cr_assert(clear_lane(&s.clear, &s.way, size, side, &lane), "%zu %d", i, side);
            expect_clear(&s, &lane);
            struct point a = lane_at(&s.way, &lane, 0), b = lane_at(&s.way, &lane, 1),
                         from = ends[i][0], to = ends[i][1];
            cr_expect_leq(hypot(a.x - from.x, a.y - from.y), hypot(a.x - to.x, a.y - to.y),
                          "%zu %d: it leaves its sender", i, side);
            cr_expect_leq(hypot(b.x - to.x, b.y - to.y), hypot(b.x - from.x, b.y - from.y),
                          "%zu %d: it comes to its receiver", i, side);
            close_scene(&s);
        }
}

Test(lane, on_a_long_way_it_ends_at_the_plates_beside_the_way)
{
    struct scene s;
    struct lane right, left;

    open_scene(&s, (struct point){120, 150}, (struct point){480, 150});
    cr_assert(clear_lane(&s.clear, &s.way, CHIP, 1, &right));
    cr_assert(clear_lane(&s.clear, &s.way, CHIP, -1, &left));
    cr_expect_eq(right.off, 0);
    cr_expect_eq(left.off, 0);
    /* Below the way there are tiles alone, above it their plates. */
    cr_expect_float_eq(lane_at(&s.way, &right, 0).x, 120 - 3 + CHIP.x / 2, AIR);
    cr_expect_float_eq(lane_at(&s.way, &left, 0).x, 120 - 33 + 55 + CHIP.x / 2, AIR);
    cr_expect_float_eq(lane_at(&s.way, &left, 1).x, 480 + 33 - 55 - CHIP.x / 2, AIR);
    for (double part = 0; part <= 1; part += 0.1) /* whoever meets there passes */
        cr_expect_geq(lane_at(&s.way, &right, part).y - lane_at(&s.way, &left, part).y, CHIP.y);
    close_scene(&s);
}

Test(lane, a_way_that_is_too_short_is_left_aside)
{
    struct scene s;
    struct lane lane;

    open_scene(&s, (struct point){120, 150}, (struct point){170, 150});
    cr_assert(clear_lane(&s.clear, &s.way, CHIP, 1, &lane));
    cr_expect_gt(lane.off, 0);
    expect_clear(&s, &lane);
    close_scene(&s);
}

Test(lane, there_is_none_where_nothing_is_free)
{
    struct scene s;
    struct lane lane;

    open_scene(&s, (struct point){120, 150}, (struct point){480, 150});
    clear_take(&s.clear, AREA);
    clear_moves(&s.clear);
    cr_expect_not(clear_lane(&s.clear, &s.way, CHIP, 1, &lane));
    struct point at = {300, 150};
    cr_expect_not(clear_near(&s.clear, CHIP, 400, &at));
    cr_expect(at.x == 300 && at.y == 150);
    close_scene(&s);
}

Test(lane, what_moves_there_is_gone_round_and_changes_no_lane)
{
    struct scene s;
    struct lane before, after;
    double part = 0.5;

    open_scene(&s, (struct point){120, 150}, (struct point){480, 150});
    cr_assert(clear_lane(&s.clear, &s.way, CHIP, 1, &before));
    clear_take(&s.clear, rect_around(lane_at(&s.way, &before, 0.5), CHIP));
    cr_assert(clear_lane(&s.clear, &s.way, CHIP, 1, &after));
    cr_expect(before.from == after.from && before.to == after.to && before.off == after.off);
    cr_assert(lane_free(&s.clear, &s.way, &after, &part));
    cr_expect_lt(part, 0.5, "behind it");
    cr_expect(clear_is(&s.clear, rect_around(lane_at(&s.way, &after, part), CHIP)));
    close_scene(&s);
}

Test(places, the_nearest_free_one_is_found)
{
    struct scene s;
    struct point at;

    open_scene(&s, (struct point){120, 150}, (struct point){480, 150});
    at = (struct point){300, 50};
    cr_assert(clear_near(&s.clear, CHIP, 100, &at));
    cr_expect(at.x == 300 && at.y == 50, "it is free");
    at = (struct point){87, 150}; /* on a tile */
    cr_assert(clear_near(&s.clear, CHIP, 200, &at));
    cr_expect(clear_is(&s.clear, rect_around(at, CHIP)));
    cr_expect_leq(hypot(at.x - 87, at.y - 150), 82);
    at = (struct point){2, 2}; /* leaves the area */
    cr_assert(clear_near(&s.clear, CHIP, 200, &at));
    cr_expect(clear_is(&s.clear, rect_around(at, CHIP)));
    close_scene(&s);
}

Test(places, what_is_kept_for_travellers_is_left_free_for_them_alone)
{
    struct scene s;
    struct point at;
    struct lane lane;

    open_scene(&s, (struct point){120, 150}, (struct point){480, 150});
    clear_keep(&s.clear, &s.way, CHIP);
    cr_assert(clear_beside(&s.clear, &s.way, 0, CHIP, false, &at));
    cr_expect_geq(fabs(at.y - 150), 1.5 * CHIP.y, "beside what travels");
    cr_assert(clear_lane(&s.clear, &s.way, CHIP, 1, &lane));
    cr_expect_eq(lane.off, 0);
    clear_moves(&s.clear);
    cr_assert(clear_beside(&s.clear, &s.way, 0, CHIP, false, &at));
    cr_expect_lt(fabs(at.y - 150), CHIP.y);
    close_scene(&s);
}

Test(places, a_band_is_as_wide_as_what_stands_beside_it_lets_it_be)
{
    static const double widths[] = {70, 50, 30, 12};
    struct scene s;
    double from, to;

    open_scene(&s, (struct point){120, 150}, (struct point){480, 150});
    cr_expect_eq(clear_band(&s.clear, &s.way, widths, 4, &from, &to), 30);
    cr_expect(from > 0 && to < 1, "it ends at their tiles");
    clear_take(&s.clear, (struct rect){280, 160, 40, 20});
    cr_expect_eq(clear_band(&s.clear, &s.way, widths, 4, &from, &to), 12);
    cr_expect_gt(to - from, 0.9);
    clear_take(&s.clear, (struct rect){280, 140, 40, 20});
    cr_expect_eq(clear_band(&s.clear, &s.way, widths, 4, &from, &to), 12, "all else is on it");
    cr_expect(from == 0 && to == 1);
    close_scene(&s);
}
