/*
 * ladder_paint.c - the rows of a connection on the canvas: two lifelines, arrows, what is said.
 */
#include "render/panels/ladder_parts.h"

#include <math.h>

static const double PAD = 14, SLANT = 2, HEAD = 9, RADIUS = 8;
/* Where what nobody sent begins, and where what is lost ends: parts of the way. */
static const double INSIDE = 0.16, GONE = 0.55;

/* ---- colours ---------------------------------------------------------------------------------- */

enum colour ladder_stroke(const struct ladder_view *v, const struct ladder_row *row)
{
    int class = ladder_class(&v->l, row);

    switch ((enum ladder_what)row->what) {
    case LADDER_COMMAND:
    case LADDER_LETTER: return COLOUR_MAIL;
    case LADDER_REPLY: return ui_class_strong(class * 100);
    case LADDER_SEAL: return COLOUR_SEAL;
    case LADDER_FAILED:
    case LADDER_LOSS: return COLOUR_BAD;
    case LADDER_NOTE:
    case LADDER_QUESTION: return COLOUR_WAIT;
    case LADDER_OPEN:
    case LADDER_CLOSE:
    case LADDER_EVENT: break;
    }
    return COLOUR_WIRE;
}

enum colour ladder_ink(const struct ladder_view *v, const struct ladder_row *row)
{
    switch ((enum ladder_what)row->what) {
    case LADDER_COMMAND:
    case LADDER_LETTER: return COLOUR_MAIL_TEXT;
    case LADDER_REPLY: return ui_class_ink(ladder_class(&v->l, row) * 100);
    case LADDER_FAILED:
    case LADDER_LOSS: return COLOUR_BAD_TEXT;
    case LADDER_NOTE:
    case LADDER_QUESTION: return COLOUR_WAIT_TEXT;
    case LADDER_SEAL: return COLOUR_ON_STRONG;
    case LADDER_OPEN:
    case LADDER_CLOSE:
    case LADDER_EVENT: break;
    }
    return COLOUR_SOFT;
}

static enum colour ladder_surface(const struct ladder_view *v, const struct ladder_row *row)
{
    switch ((enum ladder_what)row->what) {
    case LADDER_COMMAND:
    case LADDER_LETTER: return COLOUR_MAIL_FILL;
    case LADDER_REPLY: return ui_class_fill(ladder_class(&v->l, row) * 100);
    case LADDER_FAILED:
    case LADDER_LOSS: return COLOUR_BAD_FILL;
    case LADDER_NOTE:
    case LADDER_QUESTION: return COLOUR_WAIT_FILL;
    case LADDER_SEAL: return COLOUR_SEAL_FILL;
    case LADDER_OPEN:
    case LADDER_CLOSE:
    case LADDER_EVENT: break;
    }
    return COLOUR_INSET;
}

enum colour ladder_more_ink(const struct ladder_view *v, uint32_t row)
{
    const struct ladder_row *r = &v->l.rows[row];

    if (r->fault != RECORDING_NONE || r->unsent)
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

/* ---- arrows ----------------------------------------------------------------------------------- */

static bool to_right(const struct ladder_view *v, const struct ladder_row *row)
{
    return v->l.host_count == 0 || row->from == v->l.hosts[0];
}

static double arrow_y(const struct ladder_view *v, uint32_t row)
{
    return ladder_row_y(v, row) + v->boxes[row].h - v->gap / 2;
}

static void cross(struct canvas *c, struct point at, double size, enum colour colour)
{
    struct pen pen = {colour, 2.5, DASH_NONE, 0};

    canvas_line(c, (struct point){at.x - size, at.y - size},
                (struct point){at.x + size, at.y + size}, pen);
    canvas_line(c, (struct point){at.x - size, at.y + size},
                (struct point){at.x + size, at.y - size}, pen);
}

/* From one lifeline towards the other, `part` of the way; time runs down, so it leans. */
static void arrow(struct ladder_view *v, uint32_t row, double from, double part, double width)
{
    struct canvas *c = v->ui->canvas;
    const struct ladder_row *r = &v->l.rows[row];
    bool right = to_right(v, r);
    double y = arrow_y(v, row), span = v->right - v->left, start = right ? v->left : v->right,
           step = right ? span : -span;
    struct point a = {start + step * from, y - SLANT + 2 * SLANT * from},
                 b = {start + step * part, y - SLANT + 2 * SLANT * part};
    enum colour colour = ladder_stroke(v, r);
    double back = part >= 1 ? 2 : 0;

    b.x -= right ? back : -back;
    struct point neck = {b.x - (right ? HEAD : -HEAD) * 0.8, b.y};
    canvas_line(c, a, neck, (struct pen){colour, width, DASH_NONE, 0});
    canvas_arrow_head(c, a, b, HEAD + width, colour);
}

static double stroke_width(const struct ladder_view *v, uint32_t row)
{
    return row == v->current                      ? 3
           : v->l.rows[row].what == LADDER_LETTER ? 3
           : v->l.rows[row].what == LADDER_OPEN   ? 1.5
                                                  : 2;
}

static void paint_arrow(struct ladder_view *v, uint32_t row)
{
    struct canvas *c = v->ui->canvas;
    const struct ladder_row *r = &v->l.rows[row];
    double y = arrow_y(v, row), width = stroke_width(v, row);

    if (r->what == LADDER_FAILED || r->lost) {
        double part = GONE, x = to_right(v, r) ? v->left + (v->right - v->left) * part
                                               : v->right - (v->right - v->left) * part;
        arrow(v, row, 0, part - 0.03, width);
        cross(c, (struct point){x, y}, 6, COLOUR_BAD);
    } else if (ladder_arrived(r)) {
        arrow(v, row, r->unsent ? INSIDE : 0, 1, width);
        if (r->unsent)
            canvas_ring(c, (struct point){v->left + (v->right - v->left) * INSIDE, y - SLANT * 0.7},
                        4, (struct pen){COLOUR_BAD, 2, DASH_NONE, 0});
    }
}

static bool under_way(const struct ladder_row *row)
{
    return !row->lost && !ladder_arrived(row);
}

void ladder_paint_moving(struct ladder_view *v)
{
    for (uint32_t i = v->from; i < v->to; i++) {
        const struct ladder_row *r = &v->l.rows[i];
        const struct moment *m = &v->ui->moment;
        double part = 0.5;

        if (!under_way(r) || r->what > LADDER_LETTER)
            continue;
        if (m->pace && !v->ui->wish.still && !v->paper)
            part = ui_ease(
                v->ui, pace_way(m->pace, m->ms, r->record, ladder_line(&v->l, r->record)->pair));
        arrow(v, i, 0, fmin(1, fmax(0.06, part)), stroke_width(v, i));
    }
}

/* ---- what is said ----------------------------------------------------------------------------- */

/* Strong, then plain; shortened at its end. */
static void paint_said(struct ladder_view *v, struct rect r, struct text all, size_t strong,
                       enum colour ink)
{
    struct canvas *c = v->ui->canvas;
    struct style bold = ladder_strong(ink);
    double width = strong > 0 ? canvas_text_width(c, bold, text_from(all.at, strong)) : 0;

    if (strong > 0)
        canvas_text_in(c, bold, (struct rect){r.x, r.y, fmin(r.w, width + 1), r.h},
                       text_from(all.at, strong));
    canvas_text_in(c, ladder_plain(), (struct rect){r.x + width, r.y, fmax(0, r.w - width), r.h},
                   text_after(all, strong));
}

static double said_width(struct ladder_view *v, uint32_t row, uint32_t n)
{
    struct canvas *c = v->ui->canvas;
    size_t strong = ladder_say(v, &v->l.rows[row], n);
    struct text all = buffer_text(&v->text);

    return canvas_text_width(c, ladder_strong(COLOUR_TEXT), text_from(all.at, strong)) +
           canvas_text_width(c, ladder_plain(), text_after(all, strong)) + 1;
}

static void paint_more(struct ladder_view *v, uint32_t row, struct rect r, enum align align)
{
    struct style s = ladder_remark(ladder_more_ink(v, row));

    s.align = align;
    if (row == v->current)
        s.font = FONT_MEDIUM;
    if (r.w > 4 * v->line || v->boxes[row].below)
        canvas_text_in(v->ui->canvas, s, r, buffer_text(&v->more));
}

/* The remark on the side that the text leaves free, or below it. */
static void paint_remark(struct ladder_view *v, uint32_t row, struct rect said)
{
    bool right = to_right(v, &v->l.rows[row]);
    double y = ladder_row_y(v, row), from = v->left + PAD, to = v->right - PAD, room;

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
    room = canvas_text_width(v->ui->canvas, ladder_remark(COLOUR_SOFT), buffer_text(&v->more)) + 4;
    if (right && said.x + said.w + v->line / 2 + room <= to)
        paint_more(v, row, (struct rect){to - room, y, room, v->line}, ALIGN_RIGHT);
    else if (!right && from + room + v->line / 2 <= said.x)
        paint_more(v, row, (struct rect){from, y, room, v->line}, ALIGN_LEFT);
}

/* One line of the row, in as many lines as it needs if it is shown whole; returns the next y. */
static double paint_line(struct ladder_view *v, uint32_t row, uint32_t n, struct rect r)
{
    const struct ladder_row *what = &v->l.rows[row];
    bool whole = v->boxes[row].drawn > v->boxes[row].lines;
    size_t strong = ladder_say(v, what, n), columns = ladder_columns(v, what);
    struct text rest = buffer_text(&v->text);

    r.h = v->line;
    do {
        struct text part = rest;

        if (whole)
            part.size = ladder_break(rest, columns);
        paint_said(v, r, part, strong < part.size ? strong : part.size, ladder_ink(v, what));
        rest = text_after(rest, part.size);
        strong = 0;
        r.y += v->line;
    } while (rest.size > 0);
    return r.y;
}

static void paint_command(struct ladder_view *v, uint32_t row)
{
    const struct ladder_row *r = &v->l.rows[row];
    double y = ladder_row_y(v, row),
           x = v->left + PAD + (r->unsent ? (v->right - v->left) * INSIDE : 0);
    struct rect said = {x, y, v->right - PAD - x, v->line};

    paint_line(v, row, 0, said);
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
    buffer_put_int(&v->more, lines - 1);
    double width = canvas_text_width(c, s, buffer_text(&v->more)) + 12;
    struct rect r = {v->left + PAD, ladder_row_y(v, row) + 1, width, v->line - 2};
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
           from = v->left + PAD + paint_folded(v, row), to = v->right - PAD, width = 0;

    for (uint32_t i = 0; i < v->boxes[row].lines; i++)
        width = fmax(width, said_width(v, row, i));
    double x = fmax(from + mark, to - width), radius = v->line * 0.29, next = y;
    canvas_class(v->ui->canvas, ladder_class(&v->l, r),
                 (struct point){x - mark + radius, y + v->line / 2}, radius);
    for (uint32_t i = 0; i < v->boxes[row].lines; i++)
        next = paint_line(v, row, i, (struct rect){x, next, to - x, v->line});
    paint_remark(v, row, (struct rect){x - mark, y, to - x + mark, v->line});
}

/* An icon or a shape, and a sentence. */
static void paint_sentence(struct ladder_view *v, uint32_t row, enum align align)
{
    const struct ladder_row *r = &v->l.rows[row];
    struct canvas *c = v->ui->canvas;
    struct style s = ladder_remark(ladder_ink(v, r));
    double y = ladder_row_y(v, row), mark = v->line * 1.15, from = v->left + PAD,
           room = v->right - PAD - from, width;
    bool shape = r->what != LADDER_OPEN && r->what != LADDER_CLOSE;

    if (row == v->current || r->what == LADDER_LETTER)
        s.font = FONT_MEDIUM;
    ladder_say(v, r, 0);
    width = fmin(room, canvas_text_width(c, s, buffer_text(&v->text)) + 2 + (shape ? mark : 0));
    struct rect said = {align == ALIGN_LEFT     ? from
                        : align == ALIGN_MIDDLE ? from + (room - width) / 2
                                                : from + room - width,
                        y, width, v->line};
    struct point middle = {said.x + v->line * 0.45, y + v->line / 2};
    if (r->what == LADDER_LETTER)
        canvas_icon(c, ICON_ENVELOPE, (struct rect){said.x, y, v->line, v->line}, COLOUR_MAIL);
    else if (r->what == LADDER_NOTE)
        canvas_class(c, 4, middle, v->line * 0.32);
    else if (shape)
        cross(c, middle, v->line * 0.22, COLOUR_BAD);
    struct rect in = said;
    if (shape)
        rect_cut_left(&in, mark);
    canvas_text_in(c, s, in, buffer_text(&v->text));
    if (align == ALIGN_LEFT)
        paint_remark(v, row, said);
}

static void paint_seal(struct ladder_view *v, uint32_t row)
{
    struct canvas *c = v->ui->canvas;
    struct rect r = {v->left - 12, ladder_row_y(v, row) + 3, v->right - v->left + 24,
                     v->boxes[row].h - 6};
    struct style s = ladder_remark(COLOUR_ON_STRONG);
    double side = v->line * 0.75;

    canvas_fill(c, r, RADIUS, COLOUR_SEAL);
    r = rect_inset(r, 0);
    rect_cut_left(&r, 12);
    struct rect icon = rect_cut_left(&r, side + 8);
    r.w -= 12;
    canvas_icon(c, ICON_LOCK, (struct rect){icon.x, r.y + (r.h - side) / 2, side, side},
                COLOUR_ON_STRONG);
    ladder_say(v, &v->l.rows[row], 0);
    ladder_say_more(v, row);
    s.font = FONT_BOLD;
    double width = canvas_text_width(c, s, buffer_text(&v->text)) + 2;
    canvas_text_in(c, s, (struct rect){r.x, r.y, fmin(width, r.w), r.h}, buffer_text(&v->text));
    rect_cut_left(&r, fmin(r.w, width + 16));
    s.font = FONT_SANS;
    s.align = ALIGN_RIGHT;
    if (r.w > canvas_text_width(c, s, buffer_text(&v->more)))
        canvas_text_in(c, s, r, buffer_text(&v->more));
}

/* ---- a row ------------------------------------------------------------------------------------ */

static void paint_time(struct ladder_view *v, uint32_t row)
{
    struct style s = {FONT_MONO, 15, COLOUR_SOFT, ALIGN_LEFT};
    int64_t now = ladder_time(&v->l, v->l.rows[row].record);

    /* The same instant is told once. */
    if (row > v->from && row != v->current && ladder_time(&v->l, v->l.rows[row - 1].record) == now)
        return;
    buffer_clear(&v->text);
    ladder_put_time(&v->text, now - v->l.begin_ns);
    canvas_text_in(v->ui->canvas, s,
                   (struct rect){v->area.x, ladder_row_y(v, row), v->time_w + 1, v->line},
                   buffer_text(&v->text));
}

static struct rect row_rect(const struct ladder_view *v, uint32_t row)
{
    return (struct rect){v->area.x - 8, ladder_row_y(v, row), v->area.w + 16, v->boxes[row].h};
}

/* The box of the current or chosen row. */
static void paint_box(struct ladder_view *v, uint32_t row)
{
    struct canvas *c = v->ui->canvas;
    const struct ladder_row *r = &v->l.rows[row];
    struct rect box = row_rect(v, row);

    if (row == v->chosen)
        canvas_fill(c, box, RADIUS, COLOUR_CHOSEN_FILL);
    else if (row == v->current)
        canvas_fill(c, box, RADIUS, ladder_surface(v, r));
    if (row == v->current)
        canvas_outline(c, box, RADIUS, (struct pen){ladder_stroke(v, r), 2, DASH_NONE, 0});
    if (row == v->chosen)
        canvas_outline(c, rect_inset(box, row == v->current ? 3 : 0), RADIUS,
                       (struct pen){COLOUR_CHOSEN, 2, DASH_NONE, 0});
}

static void paint_row(struct ladder_view *v, uint32_t row)
{
    const struct ladder_row *r = &v->l.rows[row];

    paint_time(v, row);
    switch ((enum ladder_what)r->what) {
    case LADDER_COMMAND: paint_command(v, row); break;
    case LADDER_REPLY: paint_reply(v, row); break;
    case LADDER_SEAL: paint_seal(v, row); break;
    case LADDER_OPEN:
    case LADDER_FAILED:
    case LADDER_LETTER:
    case LADDER_NOTE: paint_sentence(v, row, to_right(v, r) ? ALIGN_LEFT : ALIGN_RIGHT); break;
    case LADDER_LOSS:
    case LADDER_CLOSE:
    case LADDER_QUESTION:
    case LADDER_EVENT: paint_sentence(v, row, ALIGN_MIDDLE); break;
    }
    if (r->what <= LADDER_LETTER)
        paint_arrow(v, row);
    canvas_hit(v->ui->canvas, row_rect(v, row), ACT_SHOW,
               r->arrival != RECORDING_NONE ? r->arrival : r->record);
}

/* ---- what runs through many rows -------------------------------------------------------------- */

/* What is inside TLS: tinted, between double walls. */
static void paint_sealed(struct ladder_view *v)
{
    struct canvas *c = v->ui->canvas;
    double top = -1, bottom = 0;

    for (uint32_t i = v->from; i < v->to; i++) {
        if (!v->l.rows[i].sealed && v->l.rows[i].what != LADDER_SEAL)
            continue;
        if (top < 0)
            top = ladder_row_y(v, i) + (v->l.rows[i].what == LADDER_SEAL ? v->boxes[i].h / 2 : 0);
        bottom = ladder_row_y(v, i) + v->boxes[i].h;
    }
    if (top < 0)
        return;
    struct rect r = {v->left - 12, top, v->right - v->left + 24, bottom - top};
    canvas_fill(c, r, 0, COLOUR_SEAL_FILL);
    for (int i = 0; i < 4; i++) {
        double x = (i < 2 ? r.x + 1 + 4 * i : r.x + r.w - 1 - 4 * (i - 2));

        canvas_line(c, (struct point){x, r.y}, (struct point){x, r.y + r.h},
                    (struct pen){COLOUR_SEAL, 1.5, DASH_NONE, 0});
    }
}

static void paint_lifelines(struct ladder_view *v)
{
    struct canvas *c = v->ui->canvas;
    uint32_t last = v->to - 1;
    bool over = v->l.rows[last].what == LADDER_CLOSE;
    double top = v->area.y - 6,
           bottom = ladder_row_y(v, last) + v->boxes[last].h - (over ? v->gap / 2 : 0);

    for (int i = 0; i < 2; i++) {
        double x = i == 0 ? v->left : v->right;
        struct pen pen = {i == 0 ? COLOUR_MAIL : COLOUR_GOOD, 2, DASH_NONE, 0.7};

        canvas_line(c, (struct point){x, top}, (struct point){x, bottom}, pen);
        if (over) {
            pen.alpha = 0;
            canvas_line(c, (struct point){x - 9, bottom}, (struct point){x + 9, bottom}, pen);
        }
    }
}

/* What was sent in one go has a bracket on its sender's side. */
static void paint_group(struct ladder_view *v, uint32_t first, uint32_t last)
{
    struct canvas *c = v->ui->canvas;
    bool right = to_right(v, &v->l.rows[first]);
    double x = right ? v->left - 8 : v->right + 8, in = right ? 5 : -5,
           top = ladder_row_y(v, first) + v->line * 0.2, bottom = arrow_y(v, last) - SLANT;
    const struct point p[4] = {{x + in, top}, {x, top}, {x, bottom}, {x + in, bottom}};

    canvas_polyline(c, p, 4, (struct pen){right ? COLOUR_MAIL : COLOUR_GOOD, 2, DASH_NONE, 0});
}

static void paint_groups(struct ladder_view *v)
{
    for (uint32_t i = v->from; i < v->to;) {
        uint32_t last = i;

        while (v->l.rows[i].group != 0 && last + 1 < v->to &&
               v->l.rows[last + 1].group == v->l.rows[i].group)
            last++;
        if (last > i)
            paint_group(v, i, last);
        i = last + 1;
    }
}

void ladder_paint_rows(struct ladder_view *v)
{
    if (v->l.count == 0)
        return;
    paint_sealed(v);
    for (uint32_t i = v->from; i < v->to; i++)
        if (i == v->current || i == v->chosen)
            paint_box(v, i);
    paint_lifelines(v);
    paint_groups(v);
    for (uint32_t i = v->from; i < v->to; i++)
        paint_row(v, i);
}
