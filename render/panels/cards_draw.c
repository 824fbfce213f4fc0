/*
 * cards_draw.c - a card stands where the dialogue will be, so that the map can be seen with it; a question
 * at the bottom, so that map and dialogue can be.
 *
 * An answer is marked by a shape and a word beside its colour.  While a question is asked, nothing but
 * its own words and the votes is shown.
 */
#include <math.h>
#include <stdio.h>

#include "render/panels/cards.h"

/* Points. */
static const double PAD = 24, TITLE = 26, BODY = 21, SMALL = 16, CHOICE = 18, GAP = 12, PLATE = 34;

enum { WORDS = 64 };

static double text_factor(const struct ui *ui)
{
    return ui->wish.text > 1 ? ui->wish.text : 1;
}

/* Where a panel stands in this frame; false: it is not shown. */
static bool panel_rect(const struct ui *ui, enum panel panel, struct rect *out)
{
    size_t count;
    const struct mark *marks = canvas_marks(ui->canvas, &count);

    for (size_t i = 0; i < count; i++)
        if (marks[i].kind == MARK_PANEL && marks[i].verb == panel && marks[i].r.w > 0) {
            *out = marks[i].r;
            return true;
        }
    return false;
}

static void draw_surface(struct ui *ui, struct rect r)
{
    canvas_panel(ui->canvas, PANEL_OVERLAY, r);
    canvas_hit(ui->canvas, r, ACT_NONE, 0); /* what lies below is not clicked through it */
    canvas_shadow(ui->canvas, r, 16);
    canvas_fill(ui->canvas, r, 16, COLOUR_PANEL);
    canvas_outline(ui->canvas, r, 16, (struct pen){COLOUR_CHOSEN, 2.5, DASH_NONE, 0});
}

/* Buttons from the right of a row; returns what is left of it. */
static struct rect put_button(struct ui *ui, struct rect row, const char *word, enum act act)
{
    struct style s = {FONT_MEDIUM, SMALL, COLOUR_TEXT, ALIGN_LEFT};
    double w = canvas_text_width(ui->canvas, s, text_of(word)) + 30;
    struct rect r = rect_cut_right(&row, fmin(w, row.w));

    ui_button(ui, r, ICON_COUNT, word, act, 0);
    rect_cut_right(&row, fmin(10, row.w));
    return row;
}

static double row_height(const struct ui *ui)
{
    return 22 + 16 * text_factor(ui);
}

/* ---- a card ----------------------------------------------------------------------------------- */

/* "The text says: ..." and "Today: ..." are paragraphs of their own. */
static size_t paragraph_end(struct text t)
{
    static const char *const begins[] = {"The text says", "Today"};

    for (size_t i = 1; i + 1 < t.size; i++)
        for (size_t k = 0; t.at[i] == ' ' && k < sizeof begins / sizeof *begins; k++)
            if ((t.at[i - 1] == '.' || t.at[i - 1] == '?' || t.at[i - 1] == ':') &&
                text_starts_nocase(text_after(t, i + 1), text_of(begins[k])))
                return i;
    return t.size;
}

static double draw_paragraph(struct ui *ui, struct rect r, struct text words, bool paint)
{
    bool says = text_starts_nocase(words, TEXT("The text says"));
    bool today = text_starts_nocase(words, TEXT("Today"));
    struct style s = {FONT_SANS, BODY, COLOUR_TEXT, ALIGN_LEFT};
    double indent = says || today ? 18 : 0, high;

    r.x += indent;
    r.w -= indent;
    high = fmin(canvas_wrap_height(ui->canvas, s, r.w, words), r.h);
    if (!paint || high < canvas_line_height(ui->canvas, s))
        return high;
    if (indent > 0)
        canvas_fill(ui->canvas, (struct rect){r.x - indent, r.y + 2, 5, high - 4}, 2.5,
                    says ? COLOUR_FAINT : COLOUR_GOOD);
    r.h = high + 1;
    canvas_text_wrap(ui->canvas, s, r, words);
    return high;
}

/* Within r; what is too much for it ends with an ellipsis. */
static double draw_body(struct ui *ui, struct rect r, struct text body, bool paint)
{
    double y = r.y;

    while (body.size > 0) {
        size_t end = paragraph_end(body);

        y += draw_paragraph(ui, (struct rect){r.x, y, r.w, fmax(0, r.y + r.h - y)},
                            text_from(body.at, end), paint);
        body = text_trim(text_after(body, end));
        if (body.size > 0)
            y += GAP;
    }
    return y - r.y;
}

/* Which card of how many: as words, and as dots. */
static void draw_place(struct ui *ui, struct rect row, uint32_t card, uint32_t count)
{
    struct style soft = {FONT_MEDIUM, SMALL, COLOUR_SOFT, ALIGN_LEFT};
    char words[WORDS];
    double start;

    snprintf(words, sizeof words, "%u of %u", card + 1, count);
    canvas_text_in(ui->canvas, soft, row, text_of(words));
    start = row.x + canvas_text_width(ui->canvas, soft, text_of(words)) + 22;
    for (uint32_t i = 0; i < count && start + 18 * i < row.x + row.w; i++) {
        struct point at = {start + 18 * i, row.y + row.h / 2};

        if (i == card)
            canvas_disc(ui->canvas, at, 5.5, COLOUR_MAIL);
        else
            canvas_ring(ui->canvas, at, 4.5, (struct pen){COLOUR_WIRE, 1.5, DASH_NONE, 0});
    }
}

/* Over the ladder, which is still empty; in the middle where there is none. */
static struct rect card_rect(const struct ui *ui, struct rect all)
{
    struct rect r;

    if (panel_rect(ui, PANEL_LADDER, &r))
        return r;
    return (struct rect){all.x + all.w * 0.14, all.y + all.h * 0.12, all.w * 0.72, all.h * 0.6};
}

/* What stands on the hosts of this map. */
static const struct {
    enum cast_role role;
    enum icon icon;
    const char *name, *is, *brief; /* where there is less room */
} roles[] = {
    {CAST_MUA, ICON_MUA, "MUA", "mail user agent: a person's program", "a person's program"},
    {CAST_MSA, ICON_MSA, "MSA", "submission agent: takes users' mail", "takes users' mail"},
    {CAST_MTA, ICON_MTA, "MTA", "transfer agent: carries mail", "carries mail"},
    {CAST_MDA, ICON_MDA, "MDA", "delivery agent: keeps the mailboxes", "keeps the mailboxes"},
    {CAST_DNS, ICON_DNS, "DNS", "name server: knows names and addresses", "knows the names"},
    {CAST_STRANGER, ICON_STRANGER, "stranger", "uses what belongs to others", "uses others' hosts"},
    {CAST_BLOCKLIST, ICON_BLOCKLIST, "blocklist", "lists addresses that sent spam",
     "lists senders of spam"},
    {CAST_ROUTER, ICON_ROUTER, "router", "passes packets on, knows no mail", "passes packets on"},
};

static void draw_role(struct ui *ui, struct rect row, size_t i)
{
    struct style name = {FONT_BOLD, SMALL, COLOUR_TEXT, ALIGN_LEFT};
    struct style is = {FONT_SANS, SMALL, COLOUR_SOFT, ALIGN_LEFT};
    double side = fmin(24, row.h - 4);
    struct rect icon = rect_cut_left(&row, 38);

    canvas_icon(ui->canvas, roles[i].icon,
                (struct rect){icon.x, icon.y + (icon.h - side) / 2, side, side}, COLOUR_MAIL_TEXT);
    canvas_text_in(ui->canvas, name, rect_cut_left(&row, 88 * text_factor(ui)),
                   text_of(roles[i].name));
    canvas_text_in(ui->canvas, is, row,
                   text_of(canvas_text_width(ui->canvas, is, text_of(roles[i].is)) < row.w
                               ? roles[i].is
                               : roles[i].brief));
}

/* The roles that there are, at the bottom of what is left of the first card; all of them or none. */
static void draw_roles(struct ui *ui, struct rect r)
{
    const struct cast *cast = ui->moment.cast;
    double high = 14 + 20 * text_factor(ui);
    unsigned all = 0, count = 0;

    for (uint32_t i = 0; i < cast->host_count; i++)
        all |= cast->hosts[i].roles;
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        count += (all & roles[i].role) != 0;
    if (count * high + 16 > r.h)
        return;
    r = rect_cut_bottom(&r, count * high);
    canvas_line(ui->canvas, (struct point){r.x, r.y - 8}, (struct point){r.x + r.w, r.y - 8},
                (struct pen){COLOUR_EDGE, 1, DASH_NONE, 0});
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (all & roles[i].role)
            draw_role(ui, rect_cut_top(&r, high), i);
}

enum { ABOVE_BUTTONS = 20 };

static void draw_card(struct ui *ui, struct rect all)
{
    const struct lesson *l = ui->moment.lesson;
    uint32_t number = ui->choice.card;
    const struct lesson_card *card = &l->cards[number];
    struct style title = {FONT_BOLD, TITLE, COLOUR_TEXT, ALIGN_LEFT};
    struct rect r = card_rect(ui, all), in = rect_inset(r, PAD), row, body;
    double head = canvas_wrap_height(ui->canvas, title, in.w, card->title);

    draw_surface(ui, r);
    row = rect_cut_bottom(&in, row_height(ui));
    rect_cut_bottom(&in, ABOVE_BUTTONS);
    canvas_text_wrap(ui->canvas, title, rect_cut_top(&in, head + 1), card->title);
    rect_cut_top(&in, 15);
    /* A long text may use the room above the buttons. */
    body = (struct rect){in.x, in.y, in.w, in.h + ABOVE_BUTTONS};
    rect_cut_top(&in, draw_body(ui, body, card->text, true) + GAP);
    if (number == 0)
        draw_roles(ui, in);
    row = put_button(ui, row, number + 1 < l->card_count ? "Return: next" : "Return: begin",
                     ACT_REVEAL);
    if (number + 1 < l->card_count)
        row = put_button(ui, row, "X: skip", ACT_SKIP);
    draw_place(ui, row, number, l->card_count);
}

/* ---- a question ------------------------------------------------------------------------------- */

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
    struct style s = {FONT_MEDIUM, SMALL, COLOUR_TEXT, ALIGN_RIGHT};

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

    g.width = (width - (columns - 1) * GAP) / columns;
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
    return g.rows * g.height + (g.rows - 1) * GAP;
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
    struct style mark = {FONT_MEDIUM, SMALL, COLOUR_TEXT, ALIGN_RIGHT};
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
                    (struct rect){r.x + column * (g.width + GAP), r.y + row * (g.height + GAP),
                                  g.width, g.height},
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

static void put_heading(const struct lesson_prompt *p, char words[WORDS])
{
    if (p->revealed)
        snprintf(words, WORDS, "%s", verdict(p));
    else
        snprintf(words, WORDS, "%s 1 to %u",
                 p->vote_count > 1 ? "Once more:" : "What do you think?", p->choice_count);
}

/* What is asked for on the left, what can be done on the right. */
static void draw_heading(struct ui *ui, struct rect row, const struct lesson_prompt *p)
{
    struct style s = {FONT_MEDIUM, SMALL, COLOUR_SOFT, ALIGN_LEFT};
    struct style sign = {FONT_BOLD, SMALL, COLOUR_ON_STRONG, ALIGN_MIDDLE};
    double radius = fmin(row.h / 2, 0.8 * SMALL * text_factor(ui));
    struct rect disc = rect_cut_left(&row, 2 * radius);
    char words[WORDS];

    if (p->revealed) {
        canvas_class(ui->canvas, 2, rect_middle(disc), radius);
        row = put_button(ui, row, "Return: watch it happen", ACT_REVEAL);
    } else {
        canvas_disc(ui->canvas, rect_middle(disc), radius, COLOUR_SEAL);
        canvas_text_in(ui->canvas, sign, disc, TEXT("?"));
        row = put_button(ui, row, "Return: show the answer", ACT_REVEAL);
        if (p->vote_count == 1)
            row = put_button(ui, row, "V: vote again", ACT_VOTE);
    }
    rect_cut_left(&row, 10);
    put_heading(p, words);
    canvas_text_in(ui->canvas, s, row, text_of(words));
}

/* Over the inspector and as much of the map above as it needs; `wide`: over the dialogue, too. */
static struct rect question_space(const struct ui *ui, struct rect all, bool wide)
{
    struct rect r, other;

    if (panel_rect(ui, PANEL_INSPECTOR, &r) && panel_rect(ui, PANEL_MAP, &other)) {
        r = (struct rect){r.x, other.y, r.w, r.y + r.h - other.y};
        if (wide && panel_rect(ui, PANEL_LADDER, &other))
            r.w = other.x + other.w - r.x;
        return r;
    }
    r = (struct rect){all.x + 24, all.y + 24, all.w - 48, all.h - 48};
    if (panel_rect(ui, PANEL_TIMELINE, &other))
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
    double width = space.w - 2 * PAD;
    struct question q = {.space = space,
                         .head = row_height(ui),
                         .words = canvas_wrap_height(ui->canvas, ask_style, width, p->ask),
                         .grid = best_grid(ui, p, width)};

    if (p->revealed && p->because.size > 0)
        q.reason = canvas_wrap_height(ui->canvas, because_style, width, p->because) + GAP + 1;
    q.high = q.head + 6 + q.words + GAP + grid_height(q.grid) + q.reason + 2 * (PAD - 8);
    return q;
}

static void draw_question(struct ui *ui, struct rect all)
{
    const struct lesson_prompt *p = cards_prompt(&ui->choice, ui->moment.lesson);
    struct question q = measure(ui, p, question_space(ui, all, false));
    struct rect r, in;

    if (q.high > 0.66 * q.space.h)
        q = measure(ui, p, question_space(ui, all, true));
    q.high = fmin(q.high, q.space.h);
    r = (struct rect){q.space.x, q.space.y + q.space.h - q.high, q.space.w, q.high};
    draw_surface(ui, r);
    in = (struct rect){r.x + PAD, r.y + PAD - 8, r.w - 2 * PAD, r.h - 2 * (PAD - 8)};
    draw_heading(ui, rect_cut_top(&in, q.head), p);
    rect_cut_top(&in, 6);
    canvas_text_wrap(ui->canvas, ask_style, rect_cut_top(&in, q.words + 1), p->ask);
    rect_cut_top(&in, GAP - 1);
    draw_choices(ui, rect_cut_top(&in, grid_height(q.grid)), p, q.grid);
    rect_cut_top(&in, GAP);
    if (q.reason > 0)
        canvas_text_wrap(ui->canvas, because_style, in, p->because);
}

void cards_draw(struct ui *ui, struct rect r)
{
    switch (cards_shown(&ui->choice, ui->moment.lesson)) {
    case CARDS_CARD: draw_card(ui, r); break;
    case CARDS_QUESTION:
    case CARDS_ANSWER: draw_question(ui, r); break;
    case CARDS_NOTHING:
    default: break;
    }
}
