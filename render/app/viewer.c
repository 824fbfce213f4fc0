/*
 * viewer.c - the frame: where the panels stand, and the moment that they are given.
 */
#include "render/app/viewer.h"

#include <string.h>

#include "render/app/gallery.h"
#include "render/app/viewer_parts.h"
#include "render/app/what_if.h"
#include "render/panels/cards.h"
#include "render/panels/headline.h"
#include "render/panels/inspector.h"
#include "render/panels/ladder.h"
#include "render/panels/timeline.h"

void viewer_init(struct viewer *v, struct canvas *canvas, const struct viewer_outside *outside)
{
    *v = (struct viewer){.canvas = canvas, .glide = RECORDING_NONE, .grabbed = PANEL_COUNT};
    memory_init(&v->memory, 0);
    if (outside)
        v->outside = *outside;
    v->ui.canvas = canvas;
    v->ui.pointer = v->hand = (struct point){-1, -1};
    v->wall_ms = v->turned_ms = -1;
    v->ui.wish = (struct wish){.theme = THEME_LIGHT, .text = 1, .speed = 1, .prompts = true};
    v->what_if = MEMORY_NEW(&v->memory, struct what_if);
    what_if_init(v->what_if);
    viewer_show(v, NULL);
    viewer_fit(v);
}

void viewer_end(struct viewer *v)
{
    if (v->film)
        map_end(&v->map);
    what_if_end(v->what_if);
    viewer_drop_aside(v);
    film_close(v->film);
    memory_end(&v->memory);
}

static struct choice no_choice(void)
{
    return (struct choice){.host = RECORDING_NONE,
                           .conn = RECORDING_NONE,
                           .mail = RECORDING_NONE,
                           .record = RECORDING_NONE,
                           .prompt = RECORDING_NONE,
                           .map_zoom = 1};
}

/* Puts it in view.  The one that was there is the caller's. */
static void put_film(struct viewer *v, struct film *film)
{
    if (v->film)
        map_end(&v->map);
    v->film = film;
    if (film)
        map_init(&v->map, &film->memory, &film->cast);
    v->glide = RECORDING_NONE;
    v->arrived = false;
    v->ui.wish.playing = false;
    canvas_forget(v->canvas);
}

void viewer_show(struct viewer *v, struct film *film)
{
    struct film *gone = v->film;

    viewer_drop_aside(v);
    put_film(v, film);
    film_close(gone);
    v->ui.choice = no_choice();
    v->ms = 0;
    v->overlay = film ? OVERLAY_NONE : OVERLAY_GALLERY;
    v->overlay_scroll = 0;
    v->typed_size = 0;
}

/* What is not there in the other run cannot be chosen in it. */
static void check_choice(struct viewer *v)
{
    struct choice *c = &v->ui.choice;
    const struct recording *r = &v->film->recording;

    if (c->conn != RECORDING_NONE && c->conn >= r->conn_count)
        c->conn = RECORDING_NONE;
    if (c->mail != RECORDING_NONE && c->mail >= r->mail_count)
        c->mail = RECORDING_NONE;
    c->record = c->prompt = RECORDING_NONE;
    c->card = v->film->lesson.card_count;
}

void viewer_turn_to(struct viewer *v, struct film *film)
{
    put_film(v, film);
    check_choice(v);
}

static void put_other_run(struct viewer *v, struct film *film)
{
    uint32_t here = pace_place(viewer_pace(v), v->ms).index;

    viewer_turn_to(v, film);
    if (here != RECORDING_NONE && here >= film->recording.count)
        here = film->recording.count - 1;
    viewer_go_to(v, here == RECORDING_NONE ? 0 : pace_when(viewer_pace(v), here));
    if (film->before)
        compare_find(&v->compare, &film->memory, &film->before->recording, &film->recording);
}

void viewer_show_change(struct viewer *v, struct film *film)
{
    viewer_drop_aside(v);
    film->before = v->film;
    /* The lesson's questions are about its own run: here their answers may be wrong. */
    film->lesson.prompt_count = 0;
    put_other_run(v, film);
}

bool viewer_drop_change(struct viewer *v)
{
    struct film *gone = v->film;

    if (!gone->before)
        return false;
    viewer_drop_aside(v);
    put_other_run(v, gone->before);
    gone->before = NULL;
    film_close(gone);
    return true;
}

/* ---- the moment ------------------------------------------------------------------------------ */

const struct pace *viewer_pace(const struct viewer *v)
{
    return &v->film->paces[v->clock];
}

struct moment viewer_moment(const struct viewer *v)
{
    struct film *f = v->film;
    struct moment m = {.cast = &f->cast,
                       .recording = &f->recording,
                       .pace = viewer_pace(v),
                       .steps = &f->steps,
                       .lesson = &f->lesson,
                       .ms = v->ms,
                       .veil = viewer_veil(v),
                       .changed = f->before != NULL};

    m.place = pace_place(m.pace, v->ms);
    m.scene = scenes_seek(&f->scenes, m.place.index);
    return m;
}

bool viewer_busy(const struct viewer *v)
{
    return v->overlay == OVERLAY_GALLERY && v->gallery && gallery_busy(v->gallery);
}

void viewer_grew(struct viewer *v)
{
    /* Somebody who has watched to the end goes on watching. */
    if (v->arrived)
        v->ui.wish.playing = true;
    canvas_forget(v->canvas);
}

/* ---- layout ---------------------------------------------------------------------------------- */

enum { POINTS_WIDE = 1600, POINTS_HIGH = 900 };

void viewer_fit(struct viewer *v)
{
    int width, height, stride;

    canvas_pixels(v->canvas, &width, &height, &stride);
    double across = (double)width / POINTS_WIDE, down = (double)height / POINTS_HIGH;
    double pixels = across < down ? across : down;

    v->ui.wish.room = v->room != ROOM_OFF;
    canvas_scale(v->canvas, v->ui.wish.room ? 1.5 * pixels : pixels, v->ui.wish.text);
    canvas_theme(v->canvas, v->ui.wish.theme);
}

/* Text grows; what holds little text beside pictures grows with half of it. */
static double taller(const struct viewer *v, double height, double share)
{
    return height * (1 + (v->ui.wish.text - 1) * share);
}

static void place_panels(struct viewer *v, struct rect r)
{
    struct rect *p = v->layout.panels;

    if (v->room != ROOM_OFF) {
        for (int i = PANEL_MAP; i <= PANEL_LADDER; i++)
            p[i] = (struct rect){0};
        p[v->room == ROOM_MAP      ? PANEL_MAP
          : v->room == ROOM_LADDER ? PANEL_LADDER
                                   : PANEL_INSPECTOR] = r;
        return;
    }
    p[PANEL_LADDER] = rect_cut_right(&r, r.w * 0.385);
    rect_cut_right(&r, 14);
    /* The map cannot do with less than it needs, the inspector scrolls: its share is the same with
     * larger text, and what remains is the map's. */
    p[PANEL_INSPECTOR] = rect_cut_bottom(&r, r.h * 0.265);
    rect_cut_bottom(&r, 12);
    p[PANEL_MAP] = r;
}

/* In room mode there are fewer points, and the one panel gets what the others leave. */
static void lay_out(struct viewer *v)
{
    struct viewer_layout *l = &v->layout;
    struct rect r = canvas_area(v->canvas);
    bool room = v->room != ROOM_OFF;
    double side = room ? 12 : 24, gap = room ? 8 : 12;

    l->all = r;
    l->panels[PANEL_OVERLAY] = r;
    l->status = rect_cut_bottom(&r, taller(v, room ? 18 : 24, 1));
    r = (struct rect){r.x + side, r.y + gap, r.w - 2 * side, r.h - gap - 2};
    l->panels[PANEL_HEADLINE] = rect_cut_top(&r, taller(v, 75, 0.8));
    rect_cut_top(&r, gap);
    l->panels[PANEL_TIMELINE] = rect_cut_bottom(&r, taller(v, room ? 88 : 108, 0.35));
    rect_cut_bottom(&r, gap + 2);
    place_panels(v, r);
}

/* ---- the frame ------------------------------------------------------------------------------- */

static void draw_panels(struct viewer *v)
{
    const struct rect *p = v->layout.panels;

    headline_draw(&v->ui, p[PANEL_HEADLINE]);
    if (p[PANEL_MAP].w > 0)
        map_draw(&v->map, &v->ui, p[PANEL_MAP]);
    if (p[PANEL_INSPECTOR].w > 0)
        inspector_draw(&v->ui, p[PANEL_INSPECTOR]);
    if (p[PANEL_LADDER].w > 0)
        ladder_draw(&v->ui, p[PANEL_LADDER]);
    timeline_draw(&v->ui, p[PANEL_TIMELINE]);
}

static void draw_comparison(struct viewer *v, struct rect r)
{
    if (!viewer_changed(v))
        return;
    canvas_hit(v->canvas, r, ACT_NONE, 0); /* what lies below is not clicked through it */
    compare_draw(&v->ui, &v->compare, r);
}

static void draw_overlay(struct viewer *v)
{
    struct rect r = v->layout.all;

    switch (v->overlay) {
    case OVERLAY_HELP: viewer_draw_help(v, r); break;
    case OVERLAY_SEARCH: viewer_draw_search(v, r); break;
    case OVERLAY_GALLERY: gallery_draw(v->gallery, &v->ui, &v->overlay_scroll, r); break;
    case OVERLAY_WHAT_IF: what_if_draw(v, r); break;
    case OVERLAY_COMPARE: draw_comparison(v, r); break;
    case OVERLAY_UNSAVED: viewer_draw_unsaved(v, r); break;
    case OVERLAY_NONE:
    default: break;
    }
}

void viewer_frame(struct viewer *v)
{
    canvas_begin(v->canvas);
    canvas_clip(v->canvas, canvas_area(v->canvas));
    lay_out(v);
    canvas_fill(v->canvas, v->layout.all, 0, COLOUR_GROUND);
    if (v->film) {
        v->ui.moment = viewer_moment(v);
        draw_panels(v);
    }
    viewer_draw_status(v);
    if (v->film)
        cards_draw(&v->ui, v->layout.panels[PANEL_OVERLAY]);
    draw_overlay(v);
    viewer_draw_tip(v);
    canvas_unclip(v->canvas);
}
