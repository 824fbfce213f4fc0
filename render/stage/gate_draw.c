/*
 * A gate: a barrier across the end of the road, and a card that says what it looked at.  A card close by
 * has a leader to its gate; one that stands further away names its host instead.
 */
#include <math.h>

#include "render/stage/callout.h"
#include "render/stage/draw_parts.h"
#include "render/stage/pieces.h"

enum { LOOKED_AT = 64 };

/* Who may ever have a mail. */
enum { HAVE_MAIL = CAST_MUA | CAST_MSA | CAST_MTA | CAST_MDA | CAST_STRANGER };

static const double WORD = 16, PAD = 12, LAMP = 8, MARK = 8;

/* Points: a piece of a leader or bar that is looked at. */
static const double LINE = 6;

/* Points around a tile: what is usually written below it; that at most; its roles above it. */
static const double AROUND = 26, ROWS = 72, PLATE = 14;

/* A longer verdict is shortened. */
static const double WORDS_MOST = 400;

/* Points: a longer leader would be one more way across the map. */
static const double LEADER = 120;

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

/* Two posts beside the road, the host's end of it; the bar lies across, or is swung open. */
struct barrier {
    struct point left, right, open;
    bool stands;
};

static void keep_line(struct clear *clear, struct point a, struct point b)
{
    const struct point middle = {(a.x + b.x) / 2, (a.y + b.y) / 2}, p[4] = {a, middle, middle, b};
    struct track line = track_of(p);

    clear_keep(clear, &line, (struct point){LINE, LINE});
}

static bool is_clear(const struct clear *clear, const struct barrier *b)
{
    enum { LOOKS = 6 };
    const struct point post = {13, 13};

    for (int i = 0; i <= LOOKS; i++) {
        double part = (double)i / LOOKS;
        struct point across = {b->left.x + (b->right.x - b->left.x) * part,
                               b->left.y + (b->right.y - b->left.y) * part},
                     aside = {b->left.x + (b->open.x - b->left.x) * part,
                              b->left.y + (b->open.y - b->left.y) * part};
        if (!clear_is(clear, rect_around(across, post)) ||
            !clear_is(clear, rect_around(aside, post)))
            return false;
    }
    return true;
}

/* As near to its host as it covers nothing there, smaller if it must be; whether the bar is open or not,
 * it stands at the same place. */
static struct barrier barrier_of(const struct ui *ui, const struct map *map,
                                 const struct clear *clear, const struct gate *g)
{
    static const double halves[] = {26, 20, 15};
    const struct recording_line *line = &ui->moment.recording->lines[g->record];
    struct track t = track_between(map, line->other, g->host);
    struct barrier b = {.stands = false};

    for (size_t i = 0; t.length >= 60 && i < sizeof halves / sizeof halves[0]; i++)
        for (int k = 0; 14 + k * LINE < t.length * 0.6; k++) {
            double half = halves[i], from = 1 - (14 + k * LINE) / t.length;
            b.left = track_at(&t, from, -half);
            b.right = track_at(&t, from, half);
            b.open = track_at(&t, fmax(0, from - 1.5 * half / t.length), -half - 8);
            b.stands = is_clear(clear, &b);
            if (b.stands)
                return b;
        }
    return b;
}

static void draw_barrier(struct ui *ui, struct clear *clear, const struct barrier *b,
                         const struct gate *g)
{
    struct canvas *c = ui->canvas;
    struct pen bar = {strong_of(g), 6, DASH_NONE, 0};

    keep_line(clear, b->left, b->right); /* what travels passes it, plates do not hang there */
    keep_line(clear, b->left, b->open);

    canvas_line(c, b->left, g->verdict == GATE_OPEN ? b->open : b->right, bar);
    canvas_disc(c, b->left, 6.5, COLOUR_WIRE);
    canvas_disc(c, b->right, 6.5, COLOUR_WIRE);
}

static double row_height(const struct ui *ui)
{
    return 24 * ui->wish.text;
}

/* ---- the card --------------------------------------------------------------------------------- */

/* In the order of liking; a card that fits in none of them is left out: headline and ladder say it. */
enum form { FORM_LEADER, FORM_NAMED, FORM_SHORT, FORMS };

struct card {
    struct rect r;    /* empty: it has no place */
    struct point end; /* of its leader */
    enum form form;
};

static struct text card_words(const struct ui *ui, const struct gate *g, enum form form, char *out)
{
    return gate_words(ui, g, form != FORM_SHORT, out);
}

/* As wide lit as dark. */
static double lamp_width(const struct ui *ui, struct text words)
{
    return 2 * LAMP + 10 +
           canvas_text_width(ui->canvas, (struct style){FONT_BOLD, WORD, 0, ALIGN_LEFT}, words);
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

static double name_width(const struct ui *ui, const struct gate *g)
{
    struct style s = {FONT_BOLD, WORD, 0, ALIGN_LEFT};

    return canvas_text_width(ui->canvas, s, ui->moment.cast->hosts[g->host].label) + 10;
}

static void draw_name(struct ui *ui, const struct gate *g, struct rect r)
{
    words_in(ui, FONT_BOLD, WORD, COLOUR_TEXT, ALIGN_LEFT, r,
             ui->moment.cast->hosts[g->host].label);
}

/* Its name stands in the row of the verdict, or above a single one. */
static struct point card_size(const struct ui *ui, const struct gate *g, enum form form)
{
    char out[GATE_WORDS];
    struct style s = {FONT_MEDIUM, WORD, 0, ALIGN_LEFT};
    bool named = form == FORM_NAMED;
    double lamps = 4, name = named ? name_width(ui, g) : 0,
           words =
               2 * MARK + 8 + canvas_text_width(ui->canvas, s, card_words(ui, g, form, out)) + 2;

    words = g->relay ? words + name : fmax(words, name);
    if (g->relay)
        for (enum gate_lamp i = 0; i < GATE_LAMPS; i++)
            lamps += lamp_width(ui, gate_lamp_words(i)) + 15;
    return (struct point){fmax(lamps, fmin(words, WORDS_MOST * ui->wish.text)) + 2 * PAD,
                          (g->relay || named ? 2 : 1) * row_height(ui) + 12};
}

static void draw_card(struct ui *ui, const struct gate *g, struct rect r, enum form form)
{
    bool named = form == FORM_NAMED;
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
    } else if (named) {
        draw_name(ui, g, rect_cut_top(&in, row_height(ui)));
    }
    row = rect_cut_top(&in, row_height(ui));
    int class = g->verdict == GATE_CLOSED ? 5 : g->verdict == GATE_LATER ? 4 : 2;
    canvas_class(c, class, (struct point){row.x + MARK, row.y + row.h / 2}, MARK);
    rect_cut_left(&row, 2 * MARK + 8);
    if (named && g->relay)
        draw_name(ui, g, rect_cut_left(&row, name_width(ui, g)));
    words_in(ui, FONT_MEDIUM, WORD, ink_of(g), ALIGN_LEFT, row, card_words(ui, g, form, out));
}

/* ---- where it stands -------------------------------------------------------------------------- */

/* What a card may not cover at any time while it stands: what stands now, and batons to come.  What it
 * rather leaves free: the rows below names, where words come and go, and the way that the answer takes. */
struct card_context {
    const struct ui *ui;
    const struct map *map;
    const struct clear *clear;
    struct track way;
    struct point gate;
    struct rect home; /* the host's tile */
    bool named;       /* so that it needs no leader */
};

/* How close to the way commands and replies pass, in points. */
static const double PASSES = 30;

static struct point nearest(struct rect r, struct point to)
{
    return (struct point){fmax(r.x, fmin(to.x, r.x + r.w)), fmax(r.y, fmin(to.y, r.y + r.h))};
}

/* What a line from the card to there would cross. */
static double line_cost(const struct card_context *k, struct rect card, struct point to)
{
    struct point from = nearest(card, to);
    int steps = 2 + (int)(hypot(from.x - to.x, from.y - to.y) / LINE);
    double sum = 0;

    for (int i = 1; i < steps; i++) {
        double part = (double)i / steps;
        struct point at = {from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part};
        if (rect_has(rect_inset(k->home, -LINE), at))
            continue;
        sum += clear_is(k->clear, rect_around(at, (struct point){LINE, LINE})) ? 0 : LINE * LINE;
    }
    return sum;
}

/* To the gate; where that line would cross words, to the host's tile. */
static struct point leader_end(const struct card_context *k, struct rect card, double *cost)
{
    struct point tile = nearest(k->home, rect_middle(card));
    double to_gate = line_cost(k, card, k->gate), to_tile = line_cost(k, card, tile);

    *cost = fmin(to_gate, to_tile);
    return to_gate <= to_tile ? k->gate : tile;
}

/* A host and the rows below it, with room for a plate that is nailed there: also while there is none. */
static struct rect all_of(const struct map *map, uint32_t host, double beside)
{
    struct rect tile = map_host_box(map, host), plate = place_of(map, host, SLOT_VERDICT);
    double top = tile.y - PLATE;

    if (tile.w <= 0 || plate.w <= 0)
        return tile;
    return (struct rect){tile.x - beside, top, tile.w + 2 * beside, plate.y + plate.h - top};
}

/* The rows alone: their words change when a connection opens and closes. */
static struct rect rows_of(const struct map *map, uint32_t host)
{
    struct rect tile = map_host_box(map, host), all = all_of(map, host, ROWS);
    double down = tile.y + tile.h - all.y;

    return (struct rect){all.x, all.y + down, all.w, all.h - down};
}

static double card_cost(const void *context, struct rect r)
{
    enum { STEPS = 12 };
    const struct card_context *k = context;
    double sum = 0;

    if (!clear_is(k->clear, r))
        return HUGE_VAL;
    if (!k->named)
        leader_end(k, r, &sum);
    sum *= 40;

    for (int i = 0; k->way.length > 0 && i < STEPS; i++)
        sum += callout_shared(r, rect_around(track_at(&k->way, (i + 0.5) / STEPS, 0),
                                             (struct point){2 * PASSES, 2 * PASSES}));
    for (uint32_t i = 0; i < k->ui->moment.cast->host_count && i < LOOKED_AT; i++)
        sum += callout_shared(r, all_of(k->map, i, AROUND));
    return sum;
}

/* What stands at any time while the gate does, so that its card does not move. */
static void take_all(const struct ui *ui, const struct map *map, const struct clear *clear,
                     struct clear *all)
{
    clear_begin(all, clear->memory, clear->area);
    for (uint32_t i = 0; i < clear->count; i++)
        clear_take(all, clear->boxes[i]);
    for (uint32_t i = 0; i < ui->moment.cast->host_count && i < LOOKED_AT; i++)
        if (ui->moment.cast->hosts[i].roles & HAVE_MAIL) {
            clear_take(all, duty_place(ui, map, i));
            clear_take(all, rows_of(map, i));
        }
}

/* A card in that form at its best place; empty: it has none.  Only a named one does without a leader, which
 * is short. */
static struct card try_form(struct card_context *k, const struct gate *g, enum form form)
{
    struct rect area = rect_inset(map_area(k->map), 4), home = all_of(k->map, g->host, AROUND);
    double crossed = 0;

    k->named = form == FORM_NAMED;
    struct card card = {callout_place(area, home, card_size(k->ui, g, form), card_cost, k), k->gate,
                        form};
    if (card.r.w <= 0 || k->named)
        return card;
    card.end = leader_end(k, card.r, &crossed);
    struct point from = nearest(card.r, card.end);
    if (hypot(from.x - card.end.x, from.y - card.end.y) > LEADER)
        card.r.w = 0;
    return card;
}

/* `at` is the gate. */
static struct card card_of(const struct ui *ui, const struct map *map, const struct clear *all,
                           const struct gate *g, struct point at)
{
    const struct recording_line *line = ui_line(ui, g->record);
    struct card_context context = {.ui = ui,
                                   .map = map,
                                   .clear = all,
                                   .way = track_between(map, line->other, g->host),
                                   .gate = at,
                                   .home = map_host_box(map, g->host)};
    struct card card = {.r = {0, 0, 0, 0}};

    for (enum form form = 0; form < FORMS && card.r.w <= 0; form++)
        card = try_form(&context, g, form);
    return card;
}

/* From the card to the gate, or to its host. */
static void draw_leader(struct ui *ui, struct clear *clear, const struct gate *g, struct rect card,
                        struct point to)
{
    struct point from = nearest(card, to);

    keep_line(clear, from, to);
    canvas_line(ui->canvas, from, to, (struct pen){strong_of(g), 2.4, DASH_NONE, 0});
    canvas_disc(ui->canvas, to, 4, strong_of(g));
}

void gates_draw(struct ui *ui, const struct map *map, struct clear *clear, const struct gate *gates,
                uint32_t count)
{
    const struct gate *g = &gates[0]; /* one at a time is explained: that of the story */

    if (count == 0 || place_of(map, g->host, SLOT_VERDICT).w <= 0 || /* too small to be looked at */
        !rect_has(map_area(map), rect_middle(map_host_box(map, g->host))))
        return;
    struct clear all;
    take_all(ui, map, clear, &all);
    struct barrier barrier = barrier_of(ui, map, &all, g);
    struct rect home = map_host_box(map, g->host);
    struct card card = card_of(ui, map, &all, g, barrier.stands ? barrier.left : rect_middle(home));
    clear_end(&all);
    if (g->alpha < 1)
        canvas_group(ui->canvas);
    if (barrier.stands)
        draw_barrier(ui, clear, &barrier, g);
    if (card.r.w > 0) {
        box_take(ui, clear, card.r);
        if (card.form != FORM_NAMED)
            draw_leader(ui, clear, g, card.r, card.end);
        draw_card(ui, g, card.r, card.form);
        canvas_hit(ui->canvas, card.r, ACT_HOST, g->host);
    }
    if (g->alpha < 1)
        canvas_group_end(ui->canvas, g->alpha);
}
