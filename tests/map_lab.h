/*
 * map_lab.h - a map of a scenario, drawn without a picture: for tests of what is where on it.
 *
 * Inline: tests that know no window are linked with all other helpers, but not with a map.
 *
 * Owner   map_lab_open() pairs with map_lab_close(); the text of a scenario is freed by the former.
 */
#ifndef TESTS_MAP_LAB_H
#define TESTS_MAP_LAB_H

#include <criterion/criterion.h>
#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "render/app/film.h"
#include "render/stage/layout.h"
#include "render/stage/map.h"

struct map_view {
    const char *name;
    int width, height;
    double text;
    struct rect r; /* of the panel, in points */
};

/* As the window has it at 1280 x 720 and 1920 x 1080: one shape, two sizes of pixels; larger text leaves
 * less; the whole screen; and a window that is higher than wide. */
static const struct map_view map_views[] = {
    {"720p", 1280, 720, 1, {24, 106, 938, 430}},     {"1080p", 1920, 1080, 1, {24, 106, 938, 430}},
    {"125 %", 1280, 720, 1.25, {24, 130, 938, 380}}, {"150 %", 1280, 720, 1.5, {24, 150, 938, 327}},
    {"room", 1280, 720, 1.5, {24, 106, 1018, 500}},  {"high", 900, 1200, 1, {24, 106, 800, 900}},
};

enum { MAP_VIEWS = sizeof map_views / sizeof *map_views };

struct map_lab {
    struct film *film;
    struct canvas *canvas;
    struct map map;
    struct ui ui;
    const char *scenario;
    const struct map_view *view;
};

/* ---- casts ----------------------------------------------------------------------------------- */

static inline char *map_lab_read(const char *path)
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

static inline void map_lab_put(struct buffer *b, const char *name, const char *rest)
{
    buffer_put_string(b, ",\"");
    buffer_put_string(b, name);
    buffer_put_string(b, "\":");
    buffer_put_string(b, rest);
}

/* Sites of `per_site` hosts: a server and people's computers; a name server; every tenth a stranger. */
static inline char *map_lab_make(uint32_t hosts, uint32_t per_site, bool long_names)
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
        map_lab_put(&b, name, rest);
    }
    buffer_put_string(&b, "}}");
    char *out = malloc(b.size + 1);
    memcpy(out, b.at, b.size);
    out[b.size] = 0;
    memory_end(&m);
    return out;
}

/* ---- a map ----------------------------------------------------------------------------------- */

static inline void map_lab_fit(struct map_lab *l, const struct map_view *v)
{
    l->view = v;
    canvas_resize(l->canvas, v->width, v->height);
    canvas_scale(l->canvas, fmin(v->width / 1600.0, v->height / 900.0), v->text);
    l->ui.wish.text = v->text;
}

static inline void map_lab_show(struct map_lab *l, uint32_t index)
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

static inline void map_lab_open(struct map_lab *l, char *scenario, const char *name)
{
    struct memory m;
    struct buffer told;
    char why[200] = "";

    *l = (struct map_lab){.scenario = name};
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

static inline void map_lab_close(struct map_lab *l)
{
    map_end(&l->map);
    canvas_close(l->canvas);
    film_close(l->film);
}

#endif
