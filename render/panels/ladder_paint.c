/*
 * ladder_paint.c - the rows of a connection on the canvas: two lifelines, arrows, what is said.
 */
#include "render/panels/ladder_parts.h"

#include <math.h>

static const double SLANT = 2, HEAD = 9, RADIUS = 8;
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

static enum colour event_ink(enum trace_kind kind)
{
    switch ((unsigned)kind) {
    case TRACE_MAIL_DELIVERED: return COLOUR_GOOD_TEXT;
    case TRACE_QUEUE_DEFERRED:
    case TRACE_QUEUE_HELD:
    case TRACE_QUEUE_WARNED:
    case TRACE_CUSTODY_OVERLAP: return COLOUR_WAIT_TEXT;
    case TRACE_QUEUE_BOUNCED:
    case TRACE_QUEUE_EXPIRED:
    case TRACE_MAIL_DISCARDED: return COLOUR_BAD_TEXT;
    default: return COLOUR_TEXT;
    }
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
    case LADDER_SEAL: return COLOUR_SEAL_TEXT;
    case LADDER_EVENT: return event_ink(ladder_kind(&v->l, row->record));
    case LADDER_OPEN:
    case LADDER_CLOSE: break;
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

double ladder_inside(const struct ladder_view *v, const struct ladder_row *row)
{
    return row->unsent && v->lanes == 0 ? (v->right - v->left) * INSIDE : 0;
}

/* ---- arrows ----------------------------------------------------------------------------------- */

static bool to_right(const struct ladder_view *v, const struct ladder_row *row)
{
    return v->l.host_count == 0 || row->from == v->l.hosts[0];
}

bool ladder_leads(const struct ladder_view *v, uint32_t row)
{
    return v->lanes > 0 || to_right(v, &v->l.rows[row]);
}

static double arrow_y(const struct ladder_view *v, uint32_t row)
{
    return ladder_row_y(v, row) + v->boxes[row].h - v->gap / 2;
}

void ladder_cross(struct canvas *c, struct point at, double size, enum colour colour)
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
        ladder_cross(c, (struct point){x, y}, 6, COLOUR_BAD);
    } else if (ladder_arrived(r)) {
        arrow(v, row, r->unsent ? INSIDE : 0, 1, width);
        if (r->unsent)
            canvas_ring(c, (struct point){v->left + (v->right - v->left) * INSIDE, y - SLANT * 0.7},
                        4, (struct pen){COLOUR_BAD, 2, DASH_NONE, 0});
    }
}

bool ladder_under_way(const struct ladder_row *row)
{
    return !row->lost && !ladder_arrived(row);
}

double ladder_part(const struct ladder_view *v, const struct ladder_row *r)
{
    const struct moment *m = &v->ui->moment;
    uint32_t to = r->what == LADDER_QUESTION ? r->arrival : ladder_line(&v->l, r->record)->pair;

    if (!m->pace || v->ui->wish.still || v->paper)
        return 0.5;
    return fmin(1, fmax(0.06, ui_ease(v->ui, pace_way(m->pace, m->ms, r->record, to))));
}

void ladder_paint_moving(struct ladder_view *v)
{
    for (uint32_t i = v->from; i < v->to; i++) {
        const struct ladder_row *r = &v->l.rows[i];

        if (v->boxes[i].h > 0 && ladder_under_way(r) && r->what <= LADDER_LETTER)
            arrow(v, i, 0, ladder_part(v, r), stroke_width(v, i));
    }
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

/* In v->text, after how many octets of what was there before. */
static size_t put_time(struct ladder_view *v, uint32_t row)
{
    size_t at = v->text.size;

    ladder_put_time(&v->text, ladder_time(&v->l, v->l.rows[row].record) - v->l.begin_ns);
    return at;
}

void ladder_paint_time(struct ladder_view *v, uint32_t row)
{
    struct style s = {FONT_MONO, 15, COLOUR_SOFT, ALIGN_LEFT};

    buffer_clear(&v->text);
    put_time(v, row);
    if (row > v->from && row != v->current && v->boxes[row - 1].h > 0) {
        size_t at = put_time(v, row - 1);
        struct text all = buffer_text(&v->text);

        /* The same is told once. */
        if (text_equal(text_from(all.at, at), text_after(all, at)))
            return;
        v->text.size = at;
    }
    canvas_text_in(v->ui->canvas, s,
                   (struct rect){v->area.x, ladder_row_y(v, row), v->time_w + 1, v->line},
                   buffer_text(&v->text));
}

static struct rect row_rect(const struct ladder_view *v, uint32_t row)
{
    return (struct rect){v->area.x - 8, ladder_row_y(v, row), v->area.w + 16, v->boxes[row].h};
}

/* The box of the current or chosen row. */
void ladder_paint_box(struct ladder_view *v, uint32_t row)
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

void ladder_paint_hit(struct ladder_view *v, uint32_t row)
{
    const struct ladder_row *r = &v->l.rows[row];

    if (!v->quiet)
        canvas_hit(v->ui->canvas, row_rect(v, row), ACT_SHOW,
                   r->arrival != RECORDING_NONE ? r->arrival : r->record);
}

static void paint_row(struct ladder_view *v, uint32_t row)
{
    const struct ladder_row *r = &v->l.rows[row];

    if (v->boxes[row].h <= 0)
        return;
    if (v->room && !ladder_room_large(v, row)) {
        ladder_room_tick(v, row);
        if (r->what <= LADDER_LETTER)
            paint_arrow(v, row);
        ladder_paint_hit(v, row);
        return;
    }
    ladder_paint_time(v, row);
    if (r->what == LADDER_SEAL)
        paint_seal(v, row);
    else
        ladder_paint_words(v, row);
    if (r->what <= LADDER_LETTER)
        paint_arrow(v, row);
    ladder_paint_hit(v, row);
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
        if ((i == v->current || i == v->chosen) && v->boxes[i].h > 0)
            ladder_paint_box(v, i);
    paint_lifelines(v);
    if (!v->room)
        paint_groups(v);
    for (uint32_t i = v->from; i < v->to; i++)
        paint_row(v, i);
}
