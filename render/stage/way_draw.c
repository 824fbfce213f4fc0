/*
 * The way out in grey, the way back with numbers, the thread to where it failed.
 */
#include <math.h>
#include <stdio.h>

#include "render/stage/draw_parts.h"
#include "render/stage/pieces.h"
#include "render/stage/way.h"

static const double ASIDE = 11, STOP = 11, NEAR = 60;

static struct track beside(const struct track *t, double aside)
{
    struct track out = *t;

    for (int i = 0; i < 4; i++) {
        struct point p = track_at(t, i / 3.0, aside), on = track_at(t, i / 3.0, 0);
        out.p[i].x += p.x - on.x;
        out.p[i].y += p.y - on.y;
    }
    return out;
}

/* Beside the way out, where both take the same. */
static double aside_of(const struct way *w, const struct way_hop *hop)
{
    for (uint32_t i = 0; i < w->out_count; i++)
        if ((w->out[i].from == hop->from && w->out[i].to == hop->to) ||
            (w->out[i].from == hop->to && w->out[i].to == hop->from))
            return ASIDE;
    return 0;
}

static void draw_hop(struct ui *ui, const struct map *map, const struct way_hop *hop, double aside,
                     uint32_t number)
{
    struct canvas *c = ui->canvas;
    struct track t = track_between(map, hop->from, hop->to);
    enum colour colour = number > 0 ? COLOUR_MAIL : COLOUR_FAINT;

    if (t.length <= 0)
        return;
    t = beside(&t, aside);
    canvas_curve(c, track_piece(&t, 0, fmax(1 - 14 / t.length, 0.5)).p,
                 (struct pen){colour, number > 0 ? 4 : 5, DASH_NONE, number > 0 ? 0.9 : 0.45});
    canvas_arrow_head(c, track_at(&t, fmax(1 - 20 / t.length, 0.4), 0), t.p[3], 14, colour);
}

static void draw_number(struct ui *ui, const struct map *map, struct clear *clear,
                        const struct way_hop *hop, double aside, uint32_t number)
{
    const struct point room = {2 * STOP + 6, 2 * STOP + 6};
    struct canvas *c = ui->canvas;
    struct track t = track_between(map, hop->from, hop->to);
    char out[16];

    if (t.length <= 0)
        return;
    t = beside(&t, aside);
    struct point at = track_at(&t, 0.5, 0);
    if (!clear_near(clear, room, NEAR, &at))
        return;
    box_take(ui, clear, rect_around(at, room));
    int size = snprintf(out, sizeof out, "%u", number);
    canvas_disc(c, at, STOP + 2, COLOUR_PANEL);
    canvas_disc(c, at, STOP, COLOUR_MAIL);
    words_in(ui, FONT_BOLD, 16, COLOUR_ON_STRONG, ALIGN_MIDDLE,
             (struct rect){at.x - STOP - 6, at.y - STOP, 2 * STOP + 12, 2 * STOP},
             text_from(out, (size_t)size));
}

/* From the host that gave up to the one that would not have it. */
static void draw_thread(struct ui *ui, const struct map *map, const struct way *w)
{
    struct track t = track_between(map, w->writer, w->failed);
    int64_t code = w->class * 100;

    if (w->class == 2 || w->failed == RECORDING_NONE || t.length <= 0)
        return;
    t = beside(&t, -ASIDE);
    canvas_curve(ui->canvas, t.p, (struct pen){ui_class_strong(code), 2, DASH_NONE, 0.9});
    canvas_class(ui->canvas, w->class, track_at(&t, 1 - fmin(20 / t.length, 0.4), 0), 11);
}

static void draw_recipient(struct ui *ui, const struct map *map, struct clear *clear,
                           const struct way *w)
{
    struct track t = track_between(map, w->writer, w->failed);
    int64_t code = w->class * 100;

    if (w->class == 2 || w->failed == RECORDING_NONE || t.length <= 0)
        return;
    struct piece p = {.words = w->recipient,
                      .font = FONT_MEDIUM,
                      .icon = ICON_COUNT,
                      .ink = ui_class_ink(code),
                      .fill = ui_class_fill(code),
                      .edge = ui_class_strong(code),
                      .alpha = 1};
    struct point size = piece_size(ui, &p, 0), at;
    if (!clear_beside(clear, &t, ASIDE + 8, size, false, &at))
        return;
    box_take(ui, clear, rect_around(at, size));
    piece_draw(ui, &p, at, 0);
}

void way_draw(struct ui *ui, const struct map *map)
{
    struct way w;

    if (!way_at(ui, &w))
        return;
    for (uint32_t i = 0; i < w.out_count; i++)
        draw_hop(ui, map, &w.out[i], 0, 0);
    draw_thread(ui, map, &w);
    for (uint32_t i = 0; i < w.back_count; i++)
        draw_hop(ui, map, &w.back[i], aside_of(&w, &w.back[i]), i + 1);
}

void way_words_draw(struct ui *ui, const struct map *map, struct clear *clear)
{
    struct way w;

    if (!way_at(ui, &w))
        return;
    for (uint32_t i = 0; i < w.back_count; i++)
        draw_number(ui, map, clear, &w.back[i], aside_of(&w, &w.back[i]), i + 1);
    draw_recipient(ui, map, clear, &w);
}
