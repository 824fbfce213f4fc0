/*
 * ladder_said.c - the words of a row on the canvas: what was said, and the remark beside or below it.
 *
 * Between two lifelines words stand on the side of whoever said them; beside the lanes of a whole
 * message they all begin at the left.
 */
#include "render/panels/ladder_parts.h"

#include <math.h>

/* Both pieces of a line are moved to whole pixels: they must not meet. */
static const double BESIDE = 0.8;

static enum colour more_ink(const struct ladder_view *v, uint32_t row)
{
    const struct ladder_row *r = &v->l.rows[row];

    if (r->fault != RECORDING_NONE || r->unsent ||
        (r->what == LADDER_LETTER && ladder_letter_differs(&v->l, r)))
        return COLOUR_BAD_TEXT;
    if (r->verdict != RECORDING_NONE) {
        const struct recording_line *line = ladder_line(&v->l, r->verdict);

        if (line->record->kind == TRACE_POLICY_RELAY)
            return RECORDING_DATA(line, policy_relay)->allowed ? COLOUR_SOFT : COLOUR_BAD_TEXT;
        if (line->record->kind == TRACE_AUTH_RESULT)
            return RECORDING_DATA(line, auth_result)->accepted ? COLOUR_SOFT : COLOUR_BAD_TEXT;
        const struct trace_policy_decision *d = RECORDING_DATA(line, policy_decision);
        return text_equal(d->verdict, TEXT("accept"))  ? COLOUR_SOFT
               : text_equal(d->verdict, TEXT("defer")) ? COLOUR_WAIT_TEXT
                                                       : COLOUR_BAD_TEXT;
    }
    if (r->what == LADDER_COMMAND && r->ask != RECORDING_NONE)
        return COLOUR_WAIT_TEXT;
    return row == v->current || row == v->chosen ? ladder_ink(v, r) : COLOUR_SOFT;
}

/* Strong, then plain; shortened at its end. */
static void paint_said(struct ladder_view *v, struct rect r, struct text all, size_t strong,
                       enum colour ink)
{
    struct canvas *c = v->ui->canvas;
    struct style bold = ladder_strong(v, ink);
    double width = strong > 0 ? canvas_text_width(c, bold, text_from(all.at, strong)) : 0;

    if (strong > 0)
        canvas_text_in(c, bold, (struct rect){r.x, r.y, fmin(r.w, width + 1), r.h},
                       text_from(all.at, strong));
    width += strong > 0 ? BESIDE : 0;
    canvas_text_in(c, ladder_plain(v), (struct rect){r.x + width, r.y, fmax(0, r.w - width), r.h},
                   text_after(all, strong));
}

static double said_width(struct ladder_view *v, uint32_t row, uint32_t n)
{
    struct canvas *c = v->ui->canvas;
    size_t strong = ladder_say(v, &v->l.rows[row], n);
    struct text all = buffer_text(&v->text);

    return canvas_text_width(c, ladder_strong(v, COLOUR_TEXT), text_from(all.at, strong)) +
           canvas_text_width(c, ladder_plain(v), text_after(all, strong)) + 1 + BESIDE;
}

static struct style more_style(const struct ladder_view *v, uint32_t row)
{
    struct style s = ladder_remark(more_ink(v, row));

    if (row == v->current)
        s.font = FONT_MEDIUM;
    return s;
}

static double more_width(struct ladder_view *v, uint32_t row)
{
    return canvas_text_width(v->ui->canvas, more_style(v, row), buffer_text(&v->more)) + 2;
}

static void paint_more(struct ladder_view *v, uint32_t row, struct rect r, enum align align)
{
    struct style s = more_style(v, row);

    s.align = align;
    canvas_text_in(v->ui->canvas, s, r, buffer_text(&v->more));
}

/* The remark on the side that the text leaves free, or below it. */
static void paint_remark(struct ladder_view *v, uint32_t row, struct rect said)
{
    bool right = ladder_leads(v, row);
    double y = ladder_row_y(v, row), from = v->text_x, to = from + v->text_w, room;

    ladder_say_more(v, row);
    if (v->more.size == 0)
        return;
    if (v->boxes[row].below) {
        paint_more(
            v, row,
            (struct rect){from, y + v->boxes[row].h - v->gap - v->small, to - from, v->small},
            right ? ALIGN_LEFT : ALIGN_RIGHT);
        return;
    }
    double left = right ? to - said.x - said.w - v->line / 2 : said.x - v->line / 2 - from;
    room = more_width(v, row);
    if (room > left) {
        buffer_clear(&v->more);
        ladder_put_short_remark(&v->more, &v->l, &v->l.rows[row]);
        room = more_width(v, row);
    }
    if (v->more.size > 0 && room <= left)
        paint_more(v, row, (struct rect){right ? to - room : from, y, room, v->line},
                   right ? ALIGN_RIGHT : ALIGN_LEFT);
}

/* One line of the row, in not more than `most` lines if it is shown whole; returns how many. */
static uint32_t paint_line(struct ladder_view *v, uint32_t row, uint32_t n, struct rect r,
                           uint32_t most)
{
    const struct ladder_row *what = &v->l.rows[row];
    size_t strong = ladder_say(v, what, n), columns = ladder_columns(v, what);
    struct text rest = buffer_text(&v->text);
    uint32_t lines = 0;

    r.h = v->line;
    do {
        struct text part = rest;

        if (++lines < most)
            part.size = ladder_break(rest, columns);
        paint_said(v, r, part, strong < part.size ? strong : part.size, ladder_ink(v, what));
        rest = text_after(rest, part.size);
        strong = 0;
        r.y += v->line;
    } while (rest.size > 0);
    return lines;
}

static void paint_command(struct ladder_view *v, uint32_t row)
{
    const struct ladder_row *r = &v->l.rows[row];
    double y = ladder_row_y(v, row), x = v->text_x + ladder_inside(v, r);
    struct rect said = {x, y, v->text_x + v->text_w - x, v->line};

    paint_line(v, row, 0, said, v->boxes[row].drawn);
    said.w = fmin(said.w, said_width(v, row, 0));
    paint_remark(v, row, said);
}

/* That there is more to unfold, before the text. */
static double paint_folded(struct ladder_view *v, uint32_t row)
{
    struct canvas *c = v->ui->canvas;
    struct style s = ladder_remark(COLOUR_SOFT);
    uint32_t lines = ladder_lines(&v->l, &v->l.rows[row]);

    if (v->boxes[row].lines >= lines)
        return 0;
    buffer_clear(&v->more);
    buffer_put_char(&v->more, '+');
    buffer_put_int(&v->more, lines - v->boxes[row].lines);
    double width = canvas_text_width(c, s, buffer_text(&v->more)) + 12;
    struct rect r = {v->text_x, ladder_row_y(v, row) + 1, width, v->line - 2};
    canvas_fill(c, r, r.h / 2, COLOUR_INSET);
    canvas_outline(c, r, r.h / 2, (struct pen){COLOUR_EDGE, 1, DASH_NONE, 0});
    s.align = ALIGN_MIDDLE;
    canvas_text_in(c, s, r, buffer_text(&v->more));
    return width + 8;
}

static void paint_reply(struct ladder_view *v, uint32_t row)
{
    const struct ladder_row *r = &v->l.rows[row];
    double mark = ladder_mark_width(v), y = ladder_row_y(v, row),
           from = v->text_x + paint_folded(v, row), to = v->text_x + v->text_w, width = 0;

    for (uint32_t i = 0; i < v->boxes[row].lines; i++)
        width = fmax(width, said_width(v, row, i));
    double x = v->lanes > 0 ? from + mark : fmax(from + mark, to - width), radius = v->line * 0.29;
    uint32_t left = v->boxes[row].drawn, lines = v->boxes[row].lines;

    canvas_class(v->ui->canvas, ladder_class(&v->l, r),
                 (struct point){x - mark + radius, y + v->line / 2}, radius);
    for (uint32_t i = 0; i < lines; i++)
        left -= paint_line(v, row, i,
                           (struct rect){x, y + (v->boxes[row].drawn - left) * v->line, to - x, 0},
                           left - (lines - i - 1));
    paint_remark(v, row, (struct rect){x - mark, y, to - x + mark, v->line});
}

/* ---- sentences -------------------------------------------------------------------------------- */

/* What stands before a sentence; returns its width. */
static double paint_sign(struct ladder_view *v, const struct ladder_row *r, struct point p)
{
    struct canvas *c = v->ui->canvas;
    struct point middle = {p.x + v->line * 0.45, p.y + v->line / 2};

    if (r->what == LADDER_LETTER)
        canvas_icon(c, ICON_ENVELOPE, (struct rect){p.x, p.y, v->line, v->line}, COLOUR_MAIL);
    else if (r->what == LADDER_NOTE)
        canvas_class(c, 4, middle, v->line * 0.32);
    else if (r->what == LADDER_FAILED || r->what == LADDER_LOSS)
        ladder_cross(c, middle, v->line * 0.22, COLOUR_BAD);
    else
        return 0;
    return v->line * 1.15;
}

double ladder_sign_width(const struct ladder_view *v, const struct ladder_row *r)
{
    return r->what == LADDER_LETTER || r->what == LADDER_NOTE || r->what == LADDER_FAILED ||
                   r->what == LADDER_LOSS
               ? v->line * 1.15
               : 0;
}

static enum align side_of(const struct ladder_view *v, uint32_t row)
{
    const struct ladder_row *r = &v->l.rows[row];

    if (v->lanes == 0 && (r->what == LADDER_LOSS || r->what == LADDER_CLOSE))
        return ALIGN_MIDDLE;
    return ladder_leads(v, row) ? ALIGN_LEFT : ALIGN_RIGHT;
}

static void paint_sentence(struct ladder_view *v, uint32_t row)
{
    const struct ladder_row *r = &v->l.rows[row];
    struct style s = ladder_remark(ladder_ink(v, r));
    enum align align = side_of(v, row);
    double y = ladder_row_y(v, row), sign = ladder_sign_width(v, r), width;

    if (row == v->current || r->what == LADDER_LETTER)
        s.font = FONT_MEDIUM;
    ladder_say(v, r, 0);
    width = fmin(v->text_w, canvas_text_width(v->ui->canvas, s, buffer_text(&v->text)) + 2 + sign);
    struct rect said = {align == ALIGN_LEFT     ? v->text_x
                        : align == ALIGN_MIDDLE ? v->text_x + (v->text_w - width) / 2
                                                : v->text_x + v->text_w - width,
                        y, width, v->line},
                in = said;
    if (r->unsent) {
        said.x += ladder_inside(v, r);
        in.x += ladder_inside(v, r);
        in.w = fmin(in.w, v->text_x + v->text_w - in.x);
    }
    rect_cut_left(&in, paint_sign(v, r, (struct point){in.x, y}));
    if (v->boxes[row].drawn > 1) {
        in.h = v->line * v->boxes[row].drawn;
        canvas_text_wrap(v->ui->canvas, s, in, buffer_text(&v->text));
    } else {
        canvas_text_in(v->ui->canvas, s, in, buffer_text(&v->text));
    }
    if (align != ALIGN_MIDDLE)
        paint_remark(v, row, said);
}

void ladder_paint_words(struct ladder_view *v, uint32_t row)
{
    switch ((enum ladder_what)v->l.rows[row].what) {
    case LADDER_COMMAND:
    case LADDER_QUESTION: paint_command(v, row); break;
    case LADDER_REPLY: paint_reply(v, row); break;
    case LADDER_OPEN:
    case LADDER_FAILED:
    case LADDER_LETTER:
    case LADDER_SEAL:
    case LADDER_LOSS:
    case LADDER_NOTE:
    case LADDER_CLOSE:
    case LADDER_EVENT: paint_sentence(v, row); break;
    }
}
