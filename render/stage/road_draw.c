/*
 * The roads: lines, tubes, dots, arrow heads.
 */
#include <math.h>

#include "render/stage/draw_parts.h"
#include "render/stage/pieces.h"

enum { PIECES = 25 };

struct track track_between(const struct map *map, uint32_t a, uint32_t b)
{
    struct point p[4];
    struct track t = {.length = 0};

    if (a == RECORDING_NONE || b == RECORDING_NONE || a == b ||
        !map_path(map, a < b ? a : b, a < b ? b : a, p))
        return t;
    t = track_of(p);
    return a < b ? t : track_reversed(&t);
}

static void follow(struct canvas *c, const struct track *t, double aside, struct pen pen)
{
    struct point points[PIECES];

    track_points(t, aside, points, PIECES);
    canvas_polyline(c, points, PIECES, pen);
}

/* ---- kinds of roads --------------------------------------------------------------------------- */

static void draw_plain(struct canvas *c, const struct track *t, const struct road *road)
{
    enum colour colour = road->refused ? COLOUR_BAD : COLOUR_MAIL;
    struct pen pen = {colour, road->main ? 3 : 2, road->refused ? DASH_DASHED : DASH_NONE,
                      road->main ? 1 : 0.55};

    canvas_curve(c, t->p, pen);
    if (road->main && t->length > 40)
        canvas_arrow_head(c, track_at(t, 1 - fmin(12 / t->length, 0.5), 0), t->p[3], 12, colour);
}

/* A double wall; one side alone is sealed as far as the middle. */
static void draw_tube(struct canvas *c, const struct track *whole, const struct road *road)
{
    double half = road->main ? LANE_MAIN + 14 : 6, wall = road->main ? 2.2 : 1.6;
    struct track t = road->sealed == 1   ? track_piece(whole, 0, 0.5)
                     : road->sealed == 2 ? track_piece(whole, 0.5, 1)
                                         : *whole;
    struct point points[2 * PIECES];

    track_points(&t, -half, points, PIECES);
    track_points(&t, half, points + PIECES, PIECES);
    for (int i = 0; i < PIECES / 2; i++) { /* the second half runs back */
        struct point p = points[PIECES + i];
        points[PIECES + i] = points[2 * PIECES - 1 - i];
        points[2 * PIECES - 1 - i] = p;
    }
    canvas_polygon(c, points, 2 * PIECES, COLOUR_SEAL_FILL);
    for (int side = -1; side < 2; side += 2) {
        follow(c, &t, side * half, (struct pen){COLOUR_SEAL, wall, DASH_NONE, 0});
        if (road->main)
            follow(c, &t, side * (half - 4.5), (struct pen){COLOUR_SEAL, 1, DASH_NONE, 0.6});
    }
    canvas_curve(c, whole->p, (struct pen){COLOUR_SEAL, road->main ? 1.5 : 1, DASH_NONE, 0.45});
}

/* A reader pulls: heads that point at the reader's end, where the letters go. */
static void draw_pull(struct canvas *c, const struct track *t, const struct road *road)
{
    const double step = 16, size = 5;
    double n = floor(t->length / step);
    struct pen pen = {COLOUR_TEXT, road->main ? 2.4 : 1.6, DASH_NONE, road->main ? 0.75 : 0.45};

    for (double i = 1; i < n; i++) {
        struct point tip = track_at(t, (i * step + size) / t->length, 0);
        struct point arms[3] = {track_at(t, i * step / t->length, size), tip,
                                track_at(t, i * step / t->length, -size)};
        canvas_polyline(c, arms, 3, pen);
    }
}

static void draw_road(struct ui *ui, const struct map *map, const struct road *road)
{
    struct canvas *c = ui->canvas;
    struct track whole = track_between(map, road->from, road->to);
    double open = road->kind == ROAD_LOOKUP ? ui_ease(ui, road->open) : road->open;

    if (whole.length <= 0 || open <= 0 || road->alpha <= 0)
        return;
    struct track t = open < 1 ? track_piece(&whole, 0, open) : whole;
    if (road->alpha < 1)
        canvas_group(c);
    if (road->kind == ROAD_LOOKUP)
        canvas_curve(c, t.p, (struct pen){COLOUR_WAIT, 3, DASH_DOTTED, 0});
    else if (road->kind == ROAD_PULL)
        draw_pull(c, &t, road);
    else if (road->sealed && !road->refused)
        draw_tube(c, &whole, road);
    else
        draw_plain(c, &t, road);
    if (road->alpha < 1)
        canvas_group_end(c, road->alpha);
}

void roads_draw(struct ui *ui, const struct map *map, const struct road *roads, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        draw_road(ui, map, &roads[i]);
}

/* ---- plates ----------------------------------------------------------------------------------- */

static void draw_words(struct ui *ui, const struct map *map, const struct road *road)
{
    char words[ROAD_WORDS];
    struct track t = track_between(map, road->from, road->to);
    bool sealed = road->sealed == 3, pull = road->kind == ROAD_PULL;
    struct piece p = {.words = road_words(ui, road, words),
                      .font = FONT_MEDIUM,
                      .icon = sealed ? ICON_LOCK : ICON_COUNT,
                      .ink = sealed ? COLOUR_SEAL_TEXT
                             : pull ? COLOUR_TEXT
                                    : COLOUR_MAIL_TEXT,
                      .fill = sealed ? COLOUR_SEAL_FILL
                              : pull ? COLOUR_INSET
                                     : COLOUR_MAIL_FILL,
                      .edge = sealed ? COLOUR_SEAL
                              : pull ? COLOUR_WIRE
                                     : COLOUR_MAIL,
                      .alpha = road->alpha};

    if (!road->main || p.words.size == 0 || t.length < 150 || road->open < 1)
        return;
    struct point size = piece_size(ui, &p, 0), middle = track_at(&t, 0.5, 0),
                 right = track_at(&t, 0.5, 1);
    struct point way = {right.x - middle.x, right.y - middle.y};
    if (way.y < 0 || (fabs(way.y) < 0.01 && way.x < 0)) /* below the road, or to its right */
        way = (struct point){-way.x, -way.y};
    double off = (sealed ? LANE_MAIN + 14 : LANE_MAIN + 13) + 6 + fabs(way.x) * size.x / 2 +
                 fabs(way.y) * size.y / 2;
    piece_draw(ui, &p, (struct point){middle.x + way.x * off, middle.y + way.y * off}, 0);
}

void road_words_draw(struct ui *ui, const struct map *map, const struct road *roads, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        draw_words(ui, map, &roads[i]);
}
