/*
 * test_view_map.c - on the map nothing meets anything else: boxes of sites, hosts, their texts, their slots.
 *
 * Of every bundled scenario, and of casts of 2 to 500 hosts, with names as long as names may be, in all
 * sizes of text and of windows; and the layout is the same whenever it is made, and keeps the order of
 * hosts when one is added.
 */
#include "tests/map_lab.h"

static const double TOUCH = 0.51;

/* ---- what is where --------------------------------------------------------------------------- */

static bool meet(struct rect a, struct rect b)
{
    return a.w > 0 && b.w > 0 && a.x + a.w > b.x + TOUCH && b.x + b.w > a.x + TOUCH &&
           a.y + a.h > b.y + TOUCH && b.y + b.h > a.y + TOUCH;
}

static bool inside(struct rect a, struct rect b)
{
    return a.w <= 0 || (a.x >= b.x - TOUCH && a.y >= b.y - TOUCH &&
                        a.x + a.w <= b.x + b.w + TOUCH && a.y + a.h <= b.y + b.h + TOUCH);
}

static void expect_apart(const struct map_lab *l, const char *what, struct rect a, uint32_t i,
                         struct rect b, uint32_t k)
{
    cr_assert_not(meet(a, b), "%s, %s: %s %u (%.0f %.0f %.0f %.0f) meets %u (%.0f %.0f %.0f %.0f)",
                  l->scenario, l->view->name, what, i, a.x, a.y, a.w, a.h, k, b.x, b.y, b.w, b.h);
}

static void expect_in(const struct map_lab *l, const char *what, uint32_t i, struct rect a,
                      struct rect b)
{
    cr_assert(inside(a, b), "%s, %s: %s %u (%.1f %.1f %.1f %.1f) leaves (%.1f %.1f %.1f %.1f)",
              l->scenario, l->view->name, what, i, a.x, a.y, a.w, a.h, b.x, b.y, b.w, b.h);
}

enum { PARTS = 4 + SLOT_COUNT };

/* Tile and plate, label, address, slots: what must not meet. */
static void parts_of(const struct layout_host *h, struct rect out[PARTS])
{
    out[0] = layout_look(h->level)->card ? h->icon : h->tile;
    out[1] = h->plate;
    out[2] = h->label;
    out[3] = h->address;
    memcpy(out + 4, h->slots, sizeof h->slots);
}

static void check_host(const struct map_lab *l, const struct layout *y, uint32_t i)
{
    const struct layout_host *h = &y->hosts[i];
    struct rect mine[PARTS], all = map_area(&l->map);
    uint32_t site = layout_site_of(y, i);

    parts_of(h, mine);
    for (int a = 0; a < PARTS; a++) {
        expect_in(l, "part of host", i, mine[a], all);
        if (y->sites[site].framed)
            expect_in(l, "part of host", i, mine[a], y->sites[site].box);
        for (int b = a > 1 ? 0 : 2; b < a; b++) /* a plate lies on its tile */
            expect_apart(l, "part of host", mine[a], i, mine[b], i);
    }
    for (uint32_t k = 0; k < y->cast->host_count; k++) {
        struct rect others[PARTS];
        if (k == i || !y->hosts[k].shown)
            continue;
        expect_apart(l, "cell", h->cell, i, y->hosts[k].cell, k);
        parts_of(&y->hosts[k], others);
        for (int a = 0; a < PARTS && k < i; a++)
            for (int b = 0; b < PARTS; b++)
                expect_apart(l, "part of host", mine[a], i, others[b], k);
    }
    for (uint32_t k = 0; k < y->site_count; k++) {
        expect_apart(l, "host and title", h->cell, i, y->sites[k].title, k);
        if (k != site)
            expect_apart(l, "host and site", h->cell, i, y->sites[k].box, k);
    }
}

static struct layout make_layout(struct map_lab *l, struct memory *m, double *widths,
                                 double *titles)
{
    struct style s = {FONT_MEDIUM, 100, COLOUR_TEXT, ALIGN_LEFT};
    struct layout_text t = {.label_width = widths, .title_width = titles};
    struct choice choice = {.map_zoom = 1};
    struct layout y;

    t.line = canvas_line_height(l->canvas, s) * 0.89 / 100;
    s.size = 1;
    t.line_min = canvas_line_height(l->canvas, s) * 0.89;
    s.size = LAYOUT_LABEL;
    for (uint32_t i = 0; i < l->film->cast.host_count; i++)
        widths[i] = canvas_text_width(l->canvas, s, l->film->cast.hosts[i].label);
    s.font = FONT_BOLD;
    for (uint32_t i = 0; i < l->film->cast.site_count; i++)
        titles[i] = canvas_text_width(l->canvas, s, l->film->cast.sites[i].name);
    layout_init(&y, m, &l->film->cast);
    layout_make(&y, map_area(&l->map), rect_middle(l->view->r), &t, &choice, false);
    return y;
}

/* The layout that the map has, made once more: so it is the same. */
static void check_layout(struct map_lab *l)
{
    struct memory m;
    double *widths = calloc(l->film->cast.host_count + 1, sizeof *widths),
           *titles = calloc(l->film->cast.site_count + 1, sizeof *titles);

    memory_init(&m, 0);
    struct layout y = make_layout(l, &m, widths, titles);
    uint32_t seen = 0;
    for (uint32_t i = 0; i < y.cast->host_count; i++) {
        struct rect box = map_host_box(&l->map, i);
        if (!y.hosts[i].shown)
            box = y.hosts[i].tile;
        else
            seen++;
        cr_assert(memcmp(&box, &y.hosts[i].tile, sizeof box) == 0, "%s, %s: host %u elsewhere",
                  l->scenario, l->view->name, i);
        cr_assert(y.hosts[i].shown || y.sites[layout_site_of(&y, i)].folded, "host %u is lost", i);
        if (y.hosts[i].shown)
            check_host(l, &y, i);
    }
    for (uint32_t i = 0; i < y.site_count; i++) {
        expect_in(l, "site", i, y.sites[i].box, map_area(&l->map));
        for (uint32_t k = 0; k < i; k++)
            expect_apart(l, "site", y.sites[i].box, i, y.sites[k].box, k);
    }
    if (getenv("MAP_TOLD"))
        printf("%s, %s: %u of %u shown, look %g, baton %g\n", l->scenario, l->view->name, seen,
               y.cast->host_count, layout_look(y.hosts[0].level)->tile,
               y.cast->host_count ? y.hosts[0].slots[SLOT_BATON].w : 0);
    layout_end(&y);
    memory_end(&m);
    free(widths);
    free(titles);
}

/* What was drawn: texts and icons that stand still. */
static void check_marks(struct map_lab *l)
{
    size_t count;
    const struct mark *marks = canvas_marks(l->canvas, &count);
    const struct mark **still = malloc((count + 1) * sizeof *still);
    uint32_t n = 0;

    for (size_t i = 0; i < count; i++)
        if ((marks[i].kind == MARK_TEXT || marks[i].kind == MARK_ICON) && !marks[i].moving)
            still[n++] = &marks[i];
    for (uint32_t i = 0; i < n; i++) {
        struct text t = canvas_mark_text(l->canvas, still[i]);
        cr_assert(inside(still[i]->r, l->view->r), "%s, %s: \"%.*s\" leaves the panel", l->scenario,
                  l->view->name, TEXT_ARG(t));
        for (uint32_t k = 0; k < i; k++) {
            struct text o = canvas_mark_text(l->canvas, still[k]);
            struct rect a = still[i]->r, b = still[k]->r;
            cr_assert_not(a.x + a.w > b.x + 1.5 && b.x + b.w > a.x + 1.5 && a.y + a.h > b.y + 1.5 &&
                              b.y + b.h > a.y + 1.5,
                          "%s, %s: \"%.*s\" meets \"%.*s\"", l->scenario, l->view->name,
                          TEXT_ARG(t), TEXT_ARG(o));
        }
    }
    free(still);
}

static void check_all(struct map_lab *l)
{
    for (int v = 0; v < MAP_VIEWS; v++) {
        map_lab_fit(l, &map_views[v]);
        map_lab_show(l, RECORDING_NONE);
        check_layout(l);
        check_marks(l);
        for (int part = 1; part <= 3 && l->film->recording.count > 0; part++) {
            map_lab_show(l, (l->film->recording.count - 1) / 3 * (uint32_t)part);
            check_marks(l);
        }
    }
}

Test(view_map, nothing_meets_in_the_bundled_scenarios)
{
    glob_t all;
    cr_assert_eq(glob("scenarios/*.json", 0, NULL, &all), 0);

    for (size_t i = 0; i < all.gl_pathc; i++) {
        struct map_lab l;
        if (strstr(all.gl_pathv[i], ".schema."))
            continue;
        map_lab_open(&l, map_lab_read(all.gl_pathv[i]), all.gl_pathv[i]);
        check_all(&l);
        map_lab_close(&l);
    }
    globfree(&all);
}

Test(view_map, nothing_meets_among_many)
{
    static const uint32_t hosts[] = {2, 3, 5, 8, 13, 21, 34, 60, 100, 200, 500};
    static const uint32_t per_site[] = {1, 3, 5, 20, 600};

    for (size_t h = 0; h < sizeof hosts / sizeof *hosts; h++)
        for (size_t p = 0; p < sizeof per_site / sizeof *per_site; p++)
            for (int names = 0; names < 2; names++) {
                struct map_lab l;
                char name[60];
                snprintf(name, sizeof name, "%u hosts, %u a site%s", hosts[h], per_site[p],
                         names ? ", long names" : "");
                map_lab_open(&l, map_lab_make(hosts[h], per_site[p], names), name);
                check_all(&l);
                map_lab_close(&l);
            }
}

/* Hosts of one kind and site stand in columns, from left to right. */
static bool before(const struct layout_host *a, const struct layout_host *b)
{
    double dx = rect_middle(a->tile).x - rect_middle(b->tile).x;

    return fabs(dx) < 1 ? a->tile.y < b->tile.y : dx < 0;
}

Test(view_map, a_host_that_is_added_changes_no_order)
{
    uint32_t pairs = 0;

    for (uint32_t n = 3; n < 60; n += 4) {
        struct map_lab l[2];
        struct memory m;
        struct layout y[2];
        double widths[2][64], titles[2][64];

        memory_init(&m, 0);
        for (uint32_t i = 0; i < 2; i++) {
            map_lab_open(&l[i], map_lab_make(n + i, 4, false), "grows");
            map_lab_fit(&l[i], &map_views[1]);
            map_lab_show(&l[i], RECORDING_NONE);
            y[i] = make_layout(&l[i], &m, widths[i], titles[i]);
        }
        for (uint32_t a = 0; a < n; a++)
            for (uint32_t b = 0; b < a; b++) {
                const struct cast *c = &l[0].film->cast;
                if (layout_site_of(&y[0], a) != layout_site_of(&y[0], b) ||
                    c->hosts[a].roles != c->hosts[b].roles || !y[0].hosts[a].shown ||
                    !y[1].hosts[a].shown)
                    continue;
                pairs++;
                cr_assert_eq(before(&y[0].hosts[a], &y[0].hosts[b]),
                             before(&y[1].hosts[a], &y[1].hosts[b]), "%u hosts: %u and %u", n, a,
                             b);
            }
        for (uint32_t i = 0; i < 2; i++) {
            layout_end(&y[i]);
            map_lab_close(&l[i]);
        }
        memory_end(&m);
    }
    cr_assert_gt(pairs, 100);
}
