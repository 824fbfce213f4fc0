/*
 * A gate: a barrier across the end of the road, and a card that says what it looked at.
 */
#include <math.h>

#include "render/stage/callout.h"
#include "render/stage/draw_parts.h"
#include "render/stage/pieces.h"

static const double WORD = 16, PAD = 12, LAMP = 8, MARK = 8;

/* ---- the barrier ------------------------------------------------------------------------------ */

static enum colour strong_of(const struct gate *g)
{
    if (g->verdict == GATE_CLOSED)
        return COLOUR_BAD;
    return g->verdict == GATE_LATER || g->anyone ? COLOUR_WAIT : COLOUR_GOOD;
}

static enum colour ink_of(const struct gate *g)
{
    if (g->verdict == GATE_CLOSED)
        return COLOUR_BAD_TEXT;
    return g->verdict == GATE_LATER || g->anyone ? COLOUR_WAIT_TEXT : COLOUR_GOOD_TEXT;
}

/* Two posts beside the road; the bar lies across it, or is swung open. */
static void draw_barrier(struct ui *ui, const struct map *map, const struct gate *g)
{
    struct canvas *c = ui->canvas;
    const struct recording_line *line = &ui->moment.recording->lines[g->record];
    struct track t = track_between(map, line->other, g->host);
    const double half = fmin(26, 0.7 * letter_width(map));

    if (t.length < 60 || half < 20)
        return;
    double part = 1 - road_end(&t) / t.length;
    struct point left = track_at(&t, part, -half), right = track_at(&t, part, half),
                 open = track_at(&t, part - 1.7 * half / t.length, -half - 12);
    struct pen bar = {strong_of(g), 6, DASH_NONE, 0};

    canvas_line(c, left, g->verdict == GATE_OPEN ? open : right, bar);
    canvas_disc(c, left, 6.5, COLOUR_WIRE);
    canvas_disc(c, right, 6.5, COLOUR_WIRE);
}

static double row_height(const struct ui *ui)
{
    return 24 * ui->wish.text;
}

/* ---- the card --------------------------------------------------------------------------------- */

static double lamp_width(const struct ui *ui, struct text words)
{
    return 2 * LAMP + 8 +
           canvas_text_width(ui->canvas, (struct style){FONT_MEDIUM, WORD, 0, ALIGN_LEFT}, words);
}

static void draw_lamp(struct ui *ui, struct rect *row, struct text words, bool lit,
                      enum colour colour)
{
    struct canvas *c = ui->canvas;
    struct rect r = rect_cut_left(row, lamp_width(ui, words) + 1);
    struct point middle = {r.x + LAMP + 1, r.y + r.h / 2};

    if (lit) {
        canvas_disc(c, middle, LAMP, colour);
        for (int i = 0; i < 8; i++) { /* it shines: seen without colour, too */
            double x = cos(i * 0.7853981634), y = sin(i * 0.7853981634);
            canvas_line(c, (struct point){middle.x + x * (LAMP + 2), middle.y + y * (LAMP + 2)},
                        (struct point){middle.x + x * (LAMP + 5), middle.y + y * (LAMP + 5)},
                        (struct pen){colour, 1.6, DASH_NONE, 0});
        }
    } else {
        canvas_ring(c, middle, LAMP - 1, (struct pen){COLOUR_WIRE, 1.6, DASH_NONE, 0});
    }
    rect_cut_left(&r, 2 * LAMP + 8);
    words_in(ui, lit ? FONT_BOLD : FONT_SANS, WORD, lit ? COLOUR_TEXT : COLOUR_SOFT, ALIGN_LEFT, r,
             words);
    rect_cut_left(row, 14);
}

static struct point card_size(const struct ui *ui, const struct gate *g)
{
    char out[GATE_WORDS];
    struct style s = {FONT_MEDIUM, WORD, 0, ALIGN_LEFT};
    double lamps = 4,
           words = 2 * MARK + 8 + canvas_text_width(ui->canvas, s, gate_words(ui, g, out)) + 2;

    if (g->relay)
        for (enum gate_lamp i = 0; i < GATE_LAMPS; i++)
            lamps += lamp_width(ui, gate_lamp_words(i)) + 15;
    return (struct point){fmin(fmax(lamps, words) + 2 * PAD, 420 * ui->wish.text),
                          (g->relay ? 2 : 1) * row_height(ui) + 12};
}

static void draw_card(struct ui *ui, const struct gate *g, struct rect r)
{
    struct canvas *c = ui->canvas;
    char out[GATE_WORDS];
    struct rect in = {r.x + PAD, r.y + 6, r.w - 2 * PAD, r.h - 12}, row;

    canvas_shadow(c, r, 10);
    canvas_fill(c, r, 10, COLOUR_PANEL);
    canvas_outline(c, r, 10, (struct pen){strong_of(g), 2, DASH_NONE, 0});
    if (g->relay) {
        row = rect_cut_top(&in, row_height(ui));
        rect_cut_left(&row, 4);
        for (enum gate_lamp i = 0; i < GATE_LAMPS; i++)
            draw_lamp(ui, &row, gate_lamp_words(i), g->lit == i, COLOUR_GOOD);
    }
    row = rect_cut_top(&in, row_height(ui));
    int class = g->verdict == GATE_CLOSED ? 5 : g->verdict == GATE_LATER ? 4 : 2;
    canvas_class(c, class, (struct point){row.x + MARK, row.y + row.h / 2}, MARK);
    rect_cut_left(&row, 2 * MARK + 8);
    words_in(ui, FONT_MEDIUM, WORD, ink_of(g), ALIGN_LEFT, row, gate_words(ui, g, out));
}

struct card_context {
    const struct ui *ui;
    const struct map *map;
    struct track way; /* that the client came */
};

/* A card should not cover texts, nor the way on which the answer goes back. */
static double card_cost(const void *context, struct rect r)
{
    enum { STEPS = 8 };
    const struct card_context *k = context;
    double sum = place_cost(k->ui, k->map, r);

    for (int i = 0; k->way.length > 0 && i < STEPS; i++) {
        struct point at = track_at(&k->way, (i + 0.5) / STEPS, 0);
        sum += callout_shared(r, (struct rect){at.x - 24, at.y - 28, 48, 56});
    }
    return sum;
}

static struct rect card_place(struct ui *ui, const struct map *map, const struct gate *g)
{
    const struct recording_line *line = &ui->moment.recording->lines[g->record];
    struct card_context context = {ui, map, track_between(map, line->other, g->host)};

    return callout_place(rect_inset(map_area(map), 4), place_with_name(ui, map, g->host),
                         card_size(ui, g), card_cost, &context);
}

/* From the card to the host that it is about. */
static void draw_tail(struct ui *ui, const struct map *map, const struct gate *g, struct rect card)
{
    struct rect home = place_with_name(ui, map, g->host);
    struct point from = rect_middle(card), to = {fmax(home.x, fmin(from.x, home.x + home.w)),
                                                 fmax(home.y, fmin(from.y, home.y + home.h))};

    canvas_line(ui->canvas, from, to, (struct pen){strong_of(g), 2.4, DASH_NONE, 0});
    canvas_disc(ui->canvas, to, 4, strong_of(g));
}

void gates_draw(struct ui *ui, const struct map *map, const struct gate *gates, uint32_t count)
{
    const struct gate *g = &gates[0]; /* one at a time is explained: that of the story */

    if (count == 0 || place_of(map, g->host, SLOT_VERDICT).w <= 0 || /* too small to be looked at */
        !rect_has(map_area(map), rect_middle(map_host_box(map, g->host))))
        return;
    struct rect card = card_place(ui, map, g);
    if (g->alpha < 1)
        canvas_group(ui->canvas);
    draw_barrier(ui, map, g);
    draw_tail(ui, map, g, card);
    draw_card(ui, g, card);
    canvas_hit(ui->canvas, card, ACT_HOST, g->host);
    if (g->alpha < 1)
        canvas_group_end(ui->canvas, g->alpha);
}
