/*
 * cards_draw.c - a card stands where the dialogue will be, so that the map can be seen with it.
 */
#include "render/panels/cards_parts.h"

#include <math.h>
#include <stdio.h>

/* Points. */
static const double TITLE = 26, BODY = 21;

double cards_text_factor(const struct ui *ui)
{
    return ui->wish.text > 1 ? ui->wish.text : 1;
}

bool cards_panel(const struct ui *ui, enum panel panel, struct rect *out)
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

void cards_surface(struct ui *ui, struct rect r)
{
    canvas_panel(ui->canvas, PANEL_OVERLAY, r);
    canvas_hit(ui->canvas, r, ACT_NONE, 0); /* what lies below is not clicked through it */
    canvas_shadow(ui->canvas, r, 16);
    canvas_fill(ui->canvas, r, 16, COLOUR_PANEL);
    canvas_outline(ui->canvas, r, 16, (struct pen){COLOUR_CHOSEN, 2.5, DASH_NONE, 0});
}

struct rect cards_button(struct ui *ui, struct rect row, const char *word, enum act act)
{
    struct style s = {FONT_MEDIUM, CARDS_SMALL, COLOUR_TEXT, ALIGN_LEFT};
    double w = canvas_text_width(ui->canvas, s, text_of(word)) + 30;
    struct rect r = rect_cut_right(&row, fmin(w, row.w));

    ui_button(ui, r, ICON_COUNT, word, act, 0);
    rect_cut_right(&row, fmin(10, row.w));
    return row;
}

double cards_row_height(const struct ui *ui)
{
    return 22 + 16 * cards_text_factor(ui);
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
            y += CARDS_GAP;
    }
    return y - r.y;
}

/* Which card of how many: as words, and as dots. */
static void draw_place(struct ui *ui, struct rect row, uint32_t card, uint32_t count)
{
    struct style soft = {FONT_MEDIUM, CARDS_SMALL, COLOUR_SOFT, ALIGN_LEFT};
    char words[CARDS_WORDS];
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

    if (cards_panel(ui, PANEL_LADDER, &r))
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
    struct style name = {FONT_BOLD, CARDS_SMALL, COLOUR_TEXT, ALIGN_LEFT};
    struct style is = {FONT_SANS, CARDS_SMALL, COLOUR_SOFT, ALIGN_LEFT};
    double side = fmin(24, row.h - 4);
    struct rect icon = rect_cut_left(&row, 38);

    canvas_icon(ui->canvas, roles[i].icon,
                (struct rect){icon.x, icon.y + (icon.h - side) / 2, side, side}, COLOUR_MAIL_TEXT);
    canvas_text_in(ui->canvas, name, rect_cut_left(&row, 88 * cards_text_factor(ui)),
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
    double high = 14 + 20 * cards_text_factor(ui);
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
    struct rect r = card_rect(ui, all), in = rect_inset(r, CARDS_PAD), row, body;
    double head = canvas_wrap_height(ui->canvas, title, in.w, card->title);

    cards_surface(ui, r);
    row = rect_cut_bottom(&in, cards_row_height(ui));
    rect_cut_bottom(&in, ABOVE_BUTTONS);
    canvas_text_wrap(ui->canvas, title, rect_cut_top(&in, head + 1), card->title);
    rect_cut_top(&in, 15);
    /* A long text may use the room above the buttons. */
    body = (struct rect){in.x, in.y, in.w, in.h + ABOVE_BUTTONS};
    rect_cut_top(&in, draw_body(ui, body, card->text, true) + CARDS_GAP);
    if (number == 0)
        draw_roles(ui, in);
    row = cards_button(ui, row, number + 1 < l->card_count ? "Return: next" : "Return: begin",
                       ACT_REVEAL);
    if (number + 1 < l->card_count)
        row = cards_button(ui, row, "X: skip", ACT_SKIP);
    draw_place(ui, row, number, l->card_count);
}

void cards_draw(struct ui *ui, struct rect r)
{
    switch (cards_shown(&ui->choice, ui->moment.lesson)) {
    case CARDS_CARD: draw_card(ui, r); break;
    case CARDS_QUESTION:
    case CARDS_ANSWER: cards_question_draw(ui, r); break;
    case CARDS_NOTHING:
    default: break;
    }
}
