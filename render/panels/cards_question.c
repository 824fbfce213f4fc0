/*
 * cards_question.c - a question stands at the bottom, so that map and dialogue can be seen with it.
 *
 * An answer is marked by a shape and a word beside its colour.  While a question is asked, nothing but
 * its own words and the votes is shown.
 */
#include "render/panels/cards_parts.h"

#include <math.h>
#include <stdio.h>

/* Points. */
static const double CHOICE = 18, PLATE = 34;

/* How the choices stand. */
struct grid {
    uint32_t columns, rows;
    double width, height; /* of one */
    bool breaks;          /* a word is too long for it */
    int lines;            /* of the longest */
};

static struct style choice_style(void)
{
    return (struct style){FONT_MEDIUM, CHOICE, COLOUR_TEXT, ALIGN_LEFT};
}

/* Room for the shape and the word of a mark. */
static double mark_room(struct ui *ui)
{
    struct style s = {FONT_MEDIUM, CARDS_SMALL, COLOUR_TEXT, ALIGN_RIGHT};

    return canvas_text_width(ui->canvas, s, TEXT("2nd vote")) + 28;
}

/* Room for the words, between the key and the mark. */
static double words_room(struct ui *ui, double width)
{
    return width - 20 - PLATE - 10 - mark_room(ui) - 8;
}

static double longest_word(struct ui *ui, struct text t)
{
    double longest = 0;

    while (t.size > 0) {
        size_t end = text_find(t, ' ');

        longest =
            fmax(longest, canvas_text_width(ui->canvas, choice_style(), text_from(t.at, end)));
        t = text_after(t, end + 1);
    }
    return longest;
}

static struct grid grid_of(struct ui *ui, const struct lesson_prompt *p, double width,
                           uint32_t columns)
{
    struct grid g = {.columns = columns, .rows = (p->choice_count + columns - 1) / columns};
    double room;

    g.width = (width - (columns - 1) * CARDS_GAP) / columns;
    room = fmax(words_room(ui, g.width), 40);
    for (uint32_t i = 0; i < p->choice_count; i++) {
        g.height =
            fmax(g.height, canvas_wrap_height(ui->canvas, choice_style(), room, p->choices[i]));
        g.breaks |= longest_word(ui, p->choices[i]) > room;
    }
    g.lines = (int)(g.height / canvas_line_height(ui->canvas, choice_style()) + 0.5);
    g.height = fmax(g.height, PLATE - 8) + 16;
    return g;
}

static double grid_height(struct grid g)
{
    return g.rows * g.height + (g.rows - 1) * CARDS_GAP;
}

static struct grid best_grid(struct ui *ui, const struct lesson_prompt *p, double width)
{
    struct grid best = grid_of(ui, p, width, 1);

    for (uint32_t columns = 2; columns <= 3 && columns <= p->choice_count; columns++) {
        struct grid g = grid_of(ui, p, width, columns);

        if (!g.breaks && (g.lines <= 2 || g.lines <= best.lines) &&
            grid_height(g) < grid_height(best) - 1)
            best = g;
    }
    return best;
}

/* What a choice is at this moment. */
struct look {
    enum colour fill, edge, plate, key;
    double line;
    int class; /* of the shape beside the word; 0: none */
    const char *word;
};

static struct look look_of(const struct lesson_prompt *p, int32_t choice)
{
    bool first = p->vote_count > 0 && p->votes[0] == choice;
    bool second = p->vote_count > 1 && p->votes[1] == choice;
    bool chosen = p->vote_count > 1 ? second : first;
    struct look look = {COLOUR_INSET, COLOUR_EDGE, COLOUR_BUTTON, COLOUR_TEXT, 1, 0, ""};

    if (first && p->vote_count < 2)
        look.word = "chosen";
    else if (first || second)
        look.word = first && second ? "1st, 2nd" : first ? "1st vote" : "2nd vote";
    if (p->revealed && lesson_is_right(p, choice)) {
        look = (struct look){COLOUR_GOOD_FILL, COLOUR_GOOD, COLOUR_GOOD, COLOUR_ON_STRONG, 3, 2,
                             "right"};
    } else if (p->revealed && (first || second)) {
        look.class = 5;
        look.edge = COLOUR_BAD;
        look.line = 2;
    } else if (chosen) {
        look = (struct look){
            COLOUR_CHOSEN_FILL, COLOUR_CHOSEN, COLOUR_CHOSEN, COLOUR_ON_STRONG, 3, 0, look.word};
    }
    return look;
}

static void draw_choice(struct ui *ui, struct rect r, const struct lesson_prompt *p, uint32_t i)
{
    struct look look = look_of(p, (int32_t)i);
    struct style key = {FONT_BOLD, CHOICE, look.key, ALIGN_MIDDLE};
    struct style mark = {FONT_MEDIUM, CARDS_SMALL, COLOUR_TEXT, ALIGN_RIGHT};
    bool hot = !p->revealed && rect_has(r, ui->pointer);
    struct rect in = rect_inset(r, 10), plate = rect_cut_left(&in, PLATE), right;
    char digit[] = {(char)('1' + i), 0};
    double high;

    canvas_fill(ui->canvas, r, 10, hot ? COLOUR_BUTTON_HOT : look.fill);
    canvas_outline(ui->canvas, r, 10, (struct pen){look.edge, look.line, DASH_NONE, 0});
    plate = (struct rect){plate.x, r.y + (r.h - PLATE) / 2, PLATE, PLATE};
    canvas_fill(ui->canvas, plate, 8, look.plate);
    canvas_text_in(ui->canvas, key, plate, text_of(digit));
    rect_cut_left(&in, 10);
    right = rect_cut_right(&in, mark_room(ui));
    rect_cut_right(&in, 8);
    high = canvas_wrap_height(ui->canvas, choice_style(), in.w, p->choices[i]);
    canvas_text_wrap(ui->canvas, choice_style(),
                     (struct rect){in.x, r.y + (r.h - high) / 2, in.w, high + 1}, p->choices[i]);
    if (look.class)
        canvas_class(ui->canvas, look.class, (struct point){right.x + right.w - 9, r.y + r.h / 2},
                     9);
    rect_cut_right(&right, look.class ? 24 : 0);
    canvas_text_in(ui->canvas, mark, right, text_of(look.word));
    if (!p->revealed)
        canvas_hit(ui->canvas, r, ACT_ANSWER, i);
}

static void draw_choices(struct ui *ui, struct rect r, const struct lesson_prompt *p, struct grid g)
{
    for (uint32_t i = 0; i < p->choice_count; i++) {
        uint32_t row = i / g.columns, column = i % g.columns;

        draw_choice(ui,
                    (struct rect){r.x + column * (g.width + CARDS_GAP),
                                  r.y + row * (g.height + CARDS_GAP), g.width, g.height},
                    p, i);
    }
}

static const char *verdict(const struct lesson_prompt *p)
{
    bool first = lesson_is_right(p, p->votes[0]), second = lesson_is_right(p, p->votes[1]);

    if (p->votes[0] < 0)
        return "The answer";
    if (p->votes[1] < 0)
        return first ? "The answer: your vote was right" : "The answer: it is another one";
    return first && second ? "The answer: right both times"
           : second        ? "The answer: the second vote was right"
           : first         ? "The answer: the first vote was right"
                           : "The answer: it is another one";
}

static void put_heading(const struct lesson_prompt *p, char words[CARDS_WORDS])
{
    if (p->revealed)
        snprintf(words, CARDS_WORDS, "%s", verdict(p));
    else
        snprintf(words, CARDS_WORDS, "%s 1 to %u",
                 p->vote_count > 1 ? "Once more:" : "What do you think?", p->choice_count);
}

/* What is asked for on the left, what can be done on the right. */
static void draw_heading(struct ui *ui, struct rect row, const struct lesson_prompt *p)
{
    struct style s = {FONT_MEDIUM, CARDS_SMALL, COLOUR_SOFT, ALIGN_LEFT};
    struct style sign = {FONT_BOLD, CARDS_SMALL, COLOUR_ON_STRONG, ALIGN_MIDDLE};
    double radius = fmin(row.h / 2, 0.8 * CARDS_SMALL * cards_text_factor(ui));
    struct rect disc = rect_cut_left(&row, 2 * radius);
    char words[CARDS_WORDS];

    if (p->revealed) {
        canvas_class(ui->canvas, 2, rect_middle(disc), radius);
        row = cards_button(ui, row, "Return: watch it happen", ACT_REVEAL);
    } else {
        canvas_disc(ui->canvas, rect_middle(disc), radius, COLOUR_SEAL);
        canvas_text_in(ui->canvas, sign, disc, TEXT("?"));
        row = cards_button(ui, row, "Return: show the answer", ACT_REVEAL);
        if (p->vote_count == 1)
            row = cards_button(ui, row, "V: vote again", ACT_VOTE);
    }
    rect_cut_left(&row, 10);
    put_heading(p, words);
    canvas_text_in(ui->canvas, s, row, text_of(words));
}

/* Over the inspector and as much of the map above as it needs; `wide`: over the dialogue, too. */
static struct rect question_space(const struct ui *ui, struct rect all, bool wide)
{
    struct rect r, other;

    if (cards_panel(ui, PANEL_INSPECTOR, &r) && cards_panel(ui, PANEL_MAP, &other)) {
        r = (struct rect){r.x, other.y, r.w, r.y + r.h - other.y};
        if (wide && cards_panel(ui, PANEL_LADDER, &other))
            r.w = other.x + other.w - r.x;
        return r;
    }
    r = (struct rect){all.x + 24, all.y + 24, all.w - 48, all.h - 48};
    if (cards_panel(ui, PANEL_TIMELINE, &other))
        r.h = other.y - 14 - r.y;
    return r;
}

/* What a question needs in a space so wide. */
struct question {
    struct rect space;
    double head, words, reason, high;
    struct grid grid;
};

static const struct style ask_style = {FONT_BOLD, 22, COLOUR_TEXT, ALIGN_LEFT},
                          because_style = {FONT_SANS, 18, COLOUR_TEXT, ALIGN_LEFT};

static struct question measure(struct ui *ui, const struct lesson_prompt *p, struct rect space)
{
    double width = space.w - 2 * CARDS_PAD;
    struct question q = {.space = space,
                         .head = cards_row_height(ui),
                         .words = canvas_wrap_height(ui->canvas, ask_style, width, p->ask),
                         .grid = best_grid(ui, p, width)};

    if (p->revealed && p->because.size > 0)
        q.reason = canvas_wrap_height(ui->canvas, because_style, width, p->because) + CARDS_GAP + 1;
    q.high =
        q.head + 6 + q.words + CARDS_GAP + grid_height(q.grid) + q.reason + 2 * (CARDS_PAD - 8);
    return q;
}

void cards_question_draw(struct ui *ui, struct rect all)
{
    const struct lesson_prompt *p = cards_prompt(&ui->choice, ui->moment.lesson);
    struct question q = measure(ui, p, question_space(ui, all, false));
    struct rect r, in;

    if (q.high > 0.66 * q.space.h)
        q = measure(ui, p, question_space(ui, all, true));
    q.high = fmin(q.high, q.space.h);
    r = (struct rect){q.space.x, q.space.y + q.space.h - q.high, q.space.w, q.high};
    cards_surface(ui, r);
    in = (struct rect){r.x + CARDS_PAD, r.y + CARDS_PAD - 8, r.w - 2 * CARDS_PAD,
                       r.h - 2 * (CARDS_PAD - 8)};
    draw_heading(ui, rect_cut_top(&in, q.head), p);
    rect_cut_top(&in, 6);
    canvas_text_wrap(ui->canvas, ask_style, rect_cut_top(&in, q.words + 1), p->ask);
    rect_cut_top(&in, CARDS_GAP - 1);
    draw_choices(ui, rect_cut_top(&in, grid_height(q.grid)), p, q.grid);
    rect_cut_top(&in, CARDS_GAP);
    if (q.reason > 0)
        canvas_text_wrap(ui->canvas, because_style, in, p->because);
}
