/*
 * test_view_map.c - on the map nothing meets anything else: boxes of sites, hosts, their texts, their slots.
 *
 * Of every bundled scenario, and of casts of 2 to 500 hosts, with names as long as names may be, in all
 * sizes of text and of windows; and the layout is the same whenever it is made, and keeps the order of
 * hosts when one is added.
 */
#include <criterion/criterion.h>
#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "render/app/film.h"
#include "render/stage/layout.h"
#include "render/stage/map.h"

static const double TOUCH = 0.51;

struct view {
    const char *name;
    int width, height;
    double text;
    struct rect r; /* of the panel, in points */
};

/* As the window has it at 1280 x 720 and 1920 x 1080: one shape, two sizes of pixels; larger text leaves
 * less; the whole screen; and a window that is higher than wide. */
static const struct view views[] = {
    {"720p", 1280, 720, 1, {24, 106, 938, 430}},     {"1080p", 1920, 1080, 1, {24, 106, 938, 430}},
    {"125 %", 1280, 720, 1.25, {24, 130, 938, 380}}, {"150 %", 1280, 720, 1.5, {24, 150, 938, 327}},
    {"room", 1280, 720, 1.5, {24, 106, 1018, 500}},  {"high", 900, 1200, 1, {24, 106, 800, 900}},
};

enum { VIEWS = sizeof views / sizeof *views };

struct lab {
    struct film *film;
    struct canvas *canvas;
    struct map map;
    struct ui ui;
    const char *scenario;
    const struct view *view;
};

/* ---- casts ----------------------------------------------------------------------------------- */

static char *read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    cr_assert(f, "%s", path);
    fseek(f, 0, SEEK_END);
    long size = ftell(f);
    char *octets = malloc((size_t)size + 1);
    rewind(f);
    cr_assert_eq(fread(octets, 1, (size_t)size, f), (size_t)size);
    fclose(f);
    octets[size] = 0;
    return octets;
}

static void put_host(struct buffer *b, const char *name, const char *rest)
{
    buffer_put_string(b, ",\"");
    buffer_put_string(b, name);
    buffer_put_string(b, "\":");
    buffer_put_string(b, rest);
}

/* Sites of `per_site` hosts: a server and people's computers; a name server; every tenth a stranger. */
static char *make_scenario(uint32_t hosts, uint32_t per_site, bool long_names)
{
    static const char *const tail = "-whose-name-is-as-long-as-names-may-be-and-longer";
    struct memory m;
    struct buffer b;
    char name[120], rest[240];

    memory_init(&m, 0);
    buffer_init(&b, &m);
    buffer_put_string(&b,
                      "{\"smtplab\":1,\"title\":\"many\",\"limits\":{\"time\":\"1s\"},\"hosts\":{"
                      "\"ns.example\":{\"dns\":{\"zones\":\"all\"}}");
    for (uint32_t i = 1; i < hosts; i++) {
        uint32_t site = (i - 1) / per_site, k = (i - 1) % per_site;
        if (k == 0) {
            snprintf(name, sizeof name, "mail%s.s%u.example", long_names ? tail : "", site);
            snprintf(rest, sizeof rest, "{\"msa\":{},\"mta\":{},\"mda\":{\"mailboxes\":[\"u\"]}}");
        } else if (i % 10 == 9) {
            snprintf(name, sizeof name, "bulk%u%s.test", i, long_names ? tail : "");
            snprintf(rest, sizeof rest, "{\"stranger\":{}}");
        } else {
            snprintf(name, sizeof name, "pc%u-%u%s", site, k, long_names ? tail : "");
            snprintf(rest, sizeof rest,
                     "{\"mua\":{\"mailbox\":\"u@s%u.example\",\"server\":\"mail%s.s%u.example\"}}",
                     site, long_names ? tail : "", site);
        }
        put_host(&b, name, rest);
    }
    buffer_put_string(&b, "}}");
    char *out = malloc(b.size + 1);
    memcpy(out, b.at, b.size);
    out[b.size] = 0;
    memory_end(&m);
    return out;
}

/* ---- a map ----------------------------------------------------------------------------------- */

static void fit(struct lab *l, const struct view *v)
{
    l->view = v;
    canvas_resize(l->canvas, v->width, v->height);
    canvas_scale(l->canvas, fmin(v->width / 1600.0, v->height / 900.0), v->text);
    l->ui.wish.text = v->text;
}

static void show(struct lab *l, uint32_t index)
{
    struct film *f = l->film;

    l->ui.moment = (struct moment){.cast = &f->cast,
                                   .recording = &f->recording,
                                   .pace = &f->paces[PACE_STEPS],
                                   .steps = &f->steps,
                                   .lesson = &f->lesson,
                                   .veil = RECORDING_NONE};
    l->ui.moment.place.index = index;
    l->ui.moment.scene = scenes_seek(&f->scenes, index);
    canvas_begin(l->canvas);
    map_draw(&l->map, &l->ui, l->view->r);
}

static void open_lab(struct lab *l, char *scenario, const char *name)
{
    struct memory m;
    struct buffer told;
    char why[200] = "";

    *l = (struct lab){.scenario = name};
    memory_init(&m, 0);
    buffer_init(&told, &m);
    l->film = film_run(text_of(scenario), text_of(name), NULL, &told);
    cr_assert(l->film, "%s: %.*s", name, (int)told.size, told.at);
    memory_end(&m);
    free(scenario);
    l->canvas = canvas_open(1280, 720, "assets/icons", why, sizeof why);
    cr_assert(l->canvas, "%s", why);
    canvas_paint(l->canvas, false);
    l->ui.canvas = l->canvas;
    l->ui.choice = (struct choice){.host = RECORDING_NONE,
                                   .conn = RECORDING_NONE,
                                   .mail = RECORDING_NONE,
                                   .record = RECORDING_NONE,
                                   .map_zoom = 1};
    l->ui.wish = (struct wish){.text = 1, .speed = 1};
    l->ui.pointer = (struct point){-1, -1};
    map_init(&l->map, &l->film->memory, &l->film->cast);
}

static void close_lab(struct lab *l)
{
    map_end(&l->map);
    canvas_close(l->canvas);
    film_close(l->film);
}

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

static void expect_apart(const struct lab *l, const char *what, struct rect a, uint32_t i,
                         struct rect b, uint32_t k)
{
    cr_assert_not(meet(a, b), "%s, %s: %s %u (%.0f %.0f %.0f %.0f) meets %u (%.0f %.0f %.0f %.0f)",
                  l->scenario, l->view->name, what, i, a.x, a.y, a.w, a.h, k, b.x, b.y, b.w, b.h);
}

static void expect_in(const struct lab *l, const char *what, uint32_t i, struct rect a,
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

static void check_host(const struct lab *l, const struct layout *y, uint32_t i)
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

static struct layout make_layout(struct lab *l, struct memory *m, double *widths, double *titles)
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
static void check_layout(struct lab *l)
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
static void check_marks(struct lab *l)
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

static void check_all(struct lab *l)
{
    for (int v = 0; v < VIEWS; v++) {
        fit(l, &views[v]);
        show(l, RECORDING_NONE);
        check_layout(l);
        check_marks(l);
        for (int part = 1; part <= 3 && l->film->recording.count > 0; part++) {
            show(l, (l->film->recording.count - 1) / 3 * (uint32_t)part);
            check_marks(l);
        }
    }
}

Test(view_map, nothing_meets_in_the_bundled_scenarios)
{
    glob_t all;
    cr_assert_eq(glob("scenarios/*.json", 0, NULL, &all), 0);

    for (size_t i = 0; i < all.gl_pathc; i++) {
        struct lab l;
        if (strstr(all.gl_pathv[i], ".schema."))
            continue;
        open_lab(&l, read_file(all.gl_pathv[i]), all.gl_pathv[i]);
        check_all(&l);
        close_lab(&l);
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
                struct lab l;
                char name[60];
                snprintf(name, sizeof name, "%u hosts, %u a site%s", hosts[h], per_site[p],
                         names ? ", long names" : "");
                open_lab(&l, make_scenario(hosts[h], per_site[p], names), name);
                check_all(&l);
                close_lab(&l);
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
        struct lab l[2];
        struct memory m;
        struct layout y[2];
        double widths[2][64], titles[2][64];

        memory_init(&m, 0);
        for (uint32_t i = 0; i < 2; i++) {
            open_lab(&l[i], make_scenario(n + i, 4, false), "grows");
            fit(&l[i], &views[1]);
            show(&l[i], RECORDING_NONE);
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
            close_lab(&l[i]);
        }
        memory_end(&m);
    }
    cr_assert_gt(pairs, 100);
}

/* ---- ways ------------------------------------------------------------------------------------ */

/* Through whose tile or name the way runs, or CAST_NONE. */
static uint32_t crossed(const struct lab *l, const struct map_way *w)
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

static void expect_ends(const struct lab *l, uint32_t a, uint32_t b)
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
        struct lab l;
        uint32_t count;
        if (strstr(all.gl_pathv[i], ".schema."))
            continue;
        open_lab(&l, read_file(all.gl_pathv[i]), all.gl_pathv[i]);
        fit(&l, &views[1]);
        show(&l, l.film->recording.count - 1);
        const struct map_way *w = map_ways(&l.map, &count);
        for (uint32_t k = 0; k < count; k++) {
            uint32_t who = crossed(&l, &w[k]);
            if (who != CAST_NONE)
                fprintf(stderr, "%s: the way from %u to %u runs through %u\n", l.scenario, w[k].a,
                        w[k].b, who);
            ways++;
            through += who != CAST_NONE;
            expect_ends(&l, w[k].a, w[k].b);
        }
        close_lab(&l);
    }
    globfree(&all);
    cr_assert_gt(ways, 60);
    cr_assert_leq(through, 2, "%u of %u ways", through, ways);
}

/* Nothing is drawn of a way before its first record. */
Test(view_map, ways_are_those_used_so_far)
{
    struct lab l;
    uint32_t before = 0, count;

    open_lab(&l, read_file("scenarios/first-letter.json"), "first-letter");
    fit(&l, &views[1]);
    show(&l, RECORDING_NONE);
    map_ways(&l.map, &count);
    cr_assert_eq(count, l.film->cast.link_count);
    for (uint32_t i = 0; i < l.film->recording.count; i++) {
        const struct recording_line *line = &l.film->recording.lines[i];
        show(&l, i);
        map_ways(&l.map, &count);
        cr_assert_geq(count, before);
        if (count > before)
            cr_assert(line->other != RECORDING_NONE, "record %u is nobody's first word", i);
        before = count;
    }
    cr_assert_gt(before, 5);
    close_lab(&l);
}

/* What was at a point is there when the map is enlarged about it. */
Test(view_map, enlarging_keeps_what_is_pointed_at)
{
    struct lab l;

    open_lab(&l, make_scenario(40, 4, false), "many");
    fit(&l, &views[1]);
    show(&l, RECORDING_NONE);
    for (uint32_t i = 0; i < l.film->cast.host_count; i += 3) {
        struct point at = rect_middle(map_host_box(&l.map, i));
        for (int step = 0; step < 4; step++) {
            map_zoom(&l.ui.choice, l.view->r, at, 1.5);
            show(&l, RECORDING_NONE);
        }
        struct point now = rect_middle(map_host_box(&l.map, i));
        cr_assert(hypot(now.x - at.x, now.y - at.y) < 160, "%u went from %.0f %.0f to %.0f %.0f", i,
                  at.x, at.y, now.x, now.y);
        l.ui.choice.map_zoom = 1;
        l.ui.choice.map_origin = (struct point){0, 0};
        show(&l, RECORDING_NONE);
    }
    close_lab(&l);
}
