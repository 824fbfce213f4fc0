/*
 * A gate: a barrier across the end of the road, and a card that says what it looked at.
 */
#include <math.h>

#include "render/stage/draw_parts.h"
#include "render/stage/pieces.h"

static const double WORD = 16, PAD = 12, LAMP = 8;

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
    const double half = 26;

    if (t.length < 60)
        return;
    double part = 1 - 8 / t.length;
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

static double card_width(const struct ui *ui, const struct gate *g, struct text subject)
{
    struct style s = {FONT_MEDIUM, WORD, 0, ALIGN_LEFT};
    double lamps = 0, words = canvas_text_width(ui->canvas, s, subject),
           rule = canvas_text_width(ui->canvas, s, gate_rule(ui, g)) + 28;

    if (g->relay)
        for (enum gate_lamp i = 0; i < GATE_LAMPS; i++)
            lamps += lamp_width(ui, gate_lamp_words(i)) + 15;
    return fmin(fmax(fmax(lamps + 4, words), rule) + 2 * PAD, 340 * ui->wish.text);
}

static void draw_card(struct ui *ui, const struct gate *g, struct rect r)
{
    struct canvas *c = ui->canvas;
    char subject[GATE_WORDS];
    struct rect in = rect_inset(r, PAD), row;
    double mark = 8;

    canvas_shadow(c, r, 10);
    canvas_fill(c, r, 10, COLOUR_PANEL);
    canvas_outline(c, r, 10, (struct pen){strong_of(g), 2, DASH_NONE, 0});
    in.y = r.y + 6;
    in.h = r.h - 12;
    row = rect_cut_top(&in, row_height(ui));
    words_in(ui, FONT_SANS, WORD, COLOUR_SOFT, ALIGN_LEFT, row, gate_subject(ui, g, subject));
    if (g->relay) {
        row = rect_cut_top(&in, row_height(ui));
        rect_cut_left(&row, 4);
        for (enum gate_lamp i = 0; i < GATE_LAMPS; i++)
            draw_lamp(ui, &row, gate_lamp_words(i), g->lit == i, COLOUR_GOOD);
    }
    row = rect_cut_top(&in, row_height(ui));
    int class = g->verdict == GATE_CLOSED ? 5 : g->verdict == GATE_LATER ? 4 : 2;
    canvas_class(c, class, (struct point){row.x + mark, row.y + row.h / 2}, mark);
    rect_cut_left(&row, 2 * mark + 8);
    words_in(ui, FONT_MEDIUM, WORD, ink_of(g), ALIGN_LEFT, row, gate_rule(ui, g));
}

static struct rect card_place(struct ui *ui, const struct map *map, const struct gate *g)
{
    char subject[GATE_WORDS];
    struct rect slot = map_slot(map, g->host, SLOT_VERDICT), area = map_area(map), r;

    r.w = card_width(ui, g, gate_subject(ui, g, subject));
    r.h = (g->relay ? 3 : 2) * row_height(ui) + 12;
    r.x = slot.x + slot.w / 2 - r.w / 2;
    r.y = slot.y;
    r.x = fmax(area.x + 4, fmin(r.x, area.x + area.w - r.w - 4));
    r.y = fmax(area.y + 4, fmin(r.y, area.y + area.h - r.h - 4));
    return r;
}

void gates_draw(struct ui *ui, const struct map *map, const struct gate *gates, uint32_t count)
{
    for (uint32_t i = count; i > 0; i--) { /* that of the story on top */
        const struct gate *g = &gates[i - 1];
        if (map_slot(map, g->host, SLOT_VERDICT).w <= 0)
            continue;
        if (g->alpha < 1)
            canvas_group(ui->canvas);
        draw_barrier(ui, map, g);
        draw_card(ui, g, card_place(ui, map, g));
        if (g->alpha < 1)
            canvas_group_end(ui->canvas, g->alpha);
    }
}
