/*
 * The roads: lines, tubes, dots, arrow heads.
 */
#include <math.h>

#include "render/stage/draw_parts.h"
#include "render/stage/pieces.h"

enum { PIECES = 24, CAP = 9, PILL = 2 * (PIECES + CAP) + 1 };

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

double road_end(const struct track *t)
{
    return fmin(34, t->length * 0.16);
}

/* Half as wide as what passes on both sides of the middle. */
static double tube_half(const struct ui *ui)
{
    struct piece p = {.words = TEXT("250"), .font = FONT_MONO_BOLD, .icon = ICON_COUNT};

    return piece_size(ui, &p, 0).y + 5;
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

/* Points: the narrowest tube. */
static const double NARROW = 12;

/* The outline of a pill along the way, `half` wide to both sides. */
static void pill(const struct track *t, double half, struct point out[PILL])
{
    track_points(t, -half, out, PIECES);
    for (int end = 0; end < 2; end++) {
        struct point middle = track_at(t, end == 0 ? 1 : 0, 0), *cap = out + PIECES,
                     side = track_at(t, end == 0 ? 1 : 0, end == 0 ? -half : half);
        if (end == 1)
            cap = out + 2 * PIECES + CAP;
        for (int i = 0; i < CAP; i++) { /* half a turn, from one side to the other */
            double turn = 3.14159265 * (i + 1) / (CAP + 1), x = side.x - middle.x,
                   y = side.y - middle.y;
            cap[i] = (struct point){middle.x + (x * cos(turn) - y * sin(turn)) * 1,
                                    middle.y + (x * sin(turn) + y * cos(turn)) * 1};
        }
    }
    track_points(t, half, out + PIECES + CAP, PIECES);
    for (int i = 0; i < PIECES / 2; i++) { /* the way back */
        struct point p = out[PIECES + CAP + i];
        out[PIECES + CAP + i] = out[2 * PIECES + CAP - 1 - i];
        out[2 * PIECES + CAP - 1 - i] = p;
    }
    out[PILL - 1] = out[0];
}

/* A double wall; one side alone is sealed as far as the middle. */
static void draw_tube(struct ui *ui, const struct clear *clear, const struct track *whole,
                      const struct road *road)
{
    struct canvas *c = ui->canvas;
    double half = road->main ? fmin(tube_half(ui), 8 + whole->length * 0.12) : 6,
           end = road_end(whole) / whole->length, cap = half * 0.9,
           in = fmin(end + cap / whole->length, 0.4);
    struct track t =
        track_piece(whole, road->sealed == 2 ? 0.5 : in, road->sealed == 1 ? 0.5 : 1 - in);
    struct point points[PILL];
    const double widths[] = {2 * half, 1.6 * half, 1.2 * half, 0.9 * half, 0.6 * half, NARROW};

    /* So narrow, or so much shorter, that its walls stand on no words. */
    double from, to;
    half =
        fmin(half, clear_band(clear, &t, widths, sizeof widths / sizeof widths[0], &from, &to) / 2);
    t = track_piece(&t, from, to);
    if (road->kind != ROAD_PULL)
        canvas_curve(c, whole->p, (struct pen){COLOUR_SEAL, road->main ? 3 : 1.5, DASH_NONE, 0});
    pill(&t, half, points);
    canvas_polygon(c, points, PILL - 1, COLOUR_SEAL_FILL);
    canvas_polyline(c, points, PILL,
                    (struct pen){COLOUR_SEAL, road->main ? 2.2 : 1.5, DASH_NONE, 0});
    if (!road->main)
        return;
    pill(&t, half - 5, points);
    canvas_polyline(c, points, PILL, (struct pen){COLOUR_SEAL, 1.1, DASH_NONE, 0.7});
}

/* A reader pulls: heads that point at the reader's end, where the letters go. */
static void draw_pull(struct canvas *c, const struct track *t, const struct road *road)
{
    const double step = 16, size = 5;
    int n = (int)(t->length / step);
    struct pen pen = {COLOUR_TEXT, road->main ? 2.4 : 1.6, DASH_NONE, road->main ? 0.75 : 0.45};

    for (int i = 1; i < n; i++) {
        struct point tip = track_at(t, (i * step + size) / t->length, 0);
        struct point arms[3] = {track_at(t, i * step / t->length, size), tip,
                                track_at(t, i * step / t->length, -size)};
        canvas_polyline(c, arms, 3, pen);
    }
}

static void draw_road(struct ui *ui, const struct map *map, const struct clear *clear,
                      const struct road *road)
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
    else if (road->sealed && !road->refused)
        draw_tube(ui, clear, &whole, road);
    else if (road->kind != ROAD_PULL)
        draw_plain(c, &t, road);
    if (road->kind == ROAD_PULL)
        draw_pull(c, &t, road);
    if (road->alpha < 1)
        canvas_group_end(c, road->alpha);
}

void roads_draw(struct ui *ui, const struct map *map, const struct clear *clear,
                const struct road *roads, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        draw_road(ui, map, clear, &roads[i]);
}

/* ---- plates ----------------------------------------------------------------------------------- */

/* A shorter way has no room for words; they are no further from its middle. */
static const double WORDS = 200, NEAR = 240;

static const struct point lock = {26, 26};

static void draw_lock(struct ui *ui, struct point at)
{
    canvas_disc(ui->canvas, at, 12, COLOUR_SEAL);
    canvas_icon(ui->canvas, ICON_LOCK, (struct rect){at.x - 8, at.y - 8, 16, 16}, COLOUR_ON_STRONG);
}

static void draw_words(struct ui *ui, const struct map *map, struct clear *clear,
                       const struct road *road)
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
                      .alpha = 1};

    if (!road->main || p.words.size == 0 || t.length <= 0 || road->open < 1 || road->alpha < 1 ||
        road->trouble)
        return;
    struct point size = piece_size(ui, &p, 0), at;
    /* Beside what passes: lanes are free of it.  That it is not SMTP must be said, if not quite there. */
    bool found =
        (t.length >= WORDS || pull) && clear_beside(clear, &t, tube_half(ui), size, false, &at);
    if (!found && pull) {
        at = track_at(&t, 0.5, 0);
        found = clear_near(clear, size, NEAR, &at);
    }
    if (found) {
        box_take(ui, clear, rect_around(at, size));
        piece_draw(ui, &p, at, 0);
    } else if (sealed && clear_beside(clear, &t, tube_half(ui), lock, false, &at)) {
        box_take(ui, clear, rect_around(at, lock));
        draw_lock(ui, at);
    }
}

void road_words_draw(struct ui *ui, const struct map *map, struct clear *clear,
                     const struct road *roads, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        draw_words(ui, map, clear, &roads[i]);
}
