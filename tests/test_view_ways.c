/*
 * test_view_ways.c - ways run from host to host, round all others, from their first record on; and an
 * enlarged map shows what is pointed at.
 */
#include "render/stage/map_parts.h"
#include "tests/map_lab.h"

/* Through whose tile or name the way runs, or CAST_NONE. */
static uint32_t crossed(const struct map_lab *l, const struct map_way *w)
{
    struct point p[4], heading;

    if (!map_path(&l->map, w->a, w->b, p))
        return CAST_NONE;
    for (int i = 0; i <= 60; i++) {
        struct point q = map_along(p, i / 60.0, &heading);
        cr_assert_float_eq(hypot(heading.x, heading.y), 1, 1e-6);
        for (uint32_t k = 0; k < l->film->cast.host_count; k++)
            if (k != w->a && k != w->b && rect_has(map_host_box(&l->map, k), q))
                return k;
    }
    return CAST_NONE;
}

static void expect_ends(const struct map_lab *l, uint32_t a, uint32_t b)
{
    struct point p[4], back[4];
    struct rect from = rect_inset(map_host_box(&l->map, a), -6);

    cr_assert(map_path(&l->map, a, b, p));
    cr_assert(map_path(&l->map, b, a, back));
    cr_assert(rect_has(from, p[0]), "a way begins elsewhere");
    cr_assert(memcmp(&p[0], &back[3], sizeof p[0]) == 0 &&
              memcmp(&p[1], &back[2], sizeof p[0]) == 0);
}

Test(view_map, ways_go_round_others)
{
    glob_t all;
    uint32_t ways = 0, through = 0;
    cr_assert_eq(glob("scenarios/*.json", 0, NULL, &all), 0);

    for (size_t i = 0; i < all.gl_pathc; i++) {
        struct map_lab l;
        if (strstr(all.gl_pathv[i], ".schema."))
            continue;
        map_lab_open(&l, map_lab_read(all.gl_pathv[i]), all.gl_pathv[i]);
        map_lab_fit(&l, &map_views[1]);
        map_lab_show(&l, l.film->recording.count - 1);
        const struct map_own *own = l.map.own;
        for (uint32_t k = 0; k < own->shown_count; k++) {
            const struct map_way *w = &own->shown[k];
            uint32_t who = crossed(&l, w);
            if (who != CAST_NONE)
                fprintf(stderr, "%s: the way from %u to %u runs through %u\n", l.scenario, w->a,
                        w->b, who);
            ways++;
            through += who != CAST_NONE;
            expect_ends(&l, w->a, w->b);
        }
        map_lab_close(&l);
    }
    globfree(&all);
    cr_assert_gt(ways, 60);
    cr_assert_leq(through, 2, "%u of %u ways", through, ways);
}

/* Nothing is drawn of a way before its first record. */
Test(view_map, ways_are_those_used_so_far)
{
    struct map_lab l;
    uint32_t before = 0;

    map_lab_open(&l, map_lab_read("scenarios/first-letter.json"), "first-letter");
    map_lab_fit(&l, &map_views[1]);
    map_lab_show(&l, RECORDING_NONE);
    cr_assert_eq(l.map.own->shown_count, l.film->cast.link_count);
    for (uint32_t i = 0; i < l.film->recording.count; i++) {
        const struct recording_line *line = &l.film->recording.lines[i];
        map_lab_show(&l, i);
        uint32_t count = l.map.own->shown_count;
        cr_assert_geq(count, before);
        if (count > before)
            cr_assert(line->other != RECORDING_NONE, "record %u is nobody's first word", i);
        before = count;
    }
    cr_assert_gt(before, 5);
    map_lab_close(&l);
}

/* What was at a point is there when the map is enlarged about it. */
Test(view_map, enlarging_keeps_what_is_pointed_at)
{
    struct map_lab l;

    map_lab_open(&l, map_lab_make(40, 4, false), "many");
    map_lab_fit(&l, &map_views[1]);
    map_lab_show(&l, RECORDING_NONE);
    for (uint32_t i = 0; i < l.film->cast.host_count; i += 3) {
        struct point at = rect_middle(map_host_box(&l.map, i));
        for (int step = 0; step < 4; step++) {
            map_zoom(&l.ui.choice, l.view->r, at, 1.5);
            map_lab_show(&l, RECORDING_NONE);
        }
        struct point now = rect_middle(map_host_box(&l.map, i));
        cr_assert(hypot(now.x - at.x, now.y - at.y) < 160, "%u went from %.0f %.0f to %.0f %.0f", i,
                  at.x, at.y, now.x, now.y);
        l.ui.choice.map_zoom = 1;
        l.ui.choice.map_origin = (struct point){0, 0};
        map_lab_show(&l, RECORDING_NONE);
    }
    map_lab_close(&l);
}
