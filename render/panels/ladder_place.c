/*
 * ladder_place.c - where the rows of a ladder are, and which of them are shown.
 *
 * A row is never cut by the panel's edge: the first one shown stands at the top, and the last one is
 * the last that fits.
 */
#include "render/panels/ladder_parts.h"

#include <math.h>

static const double SAID = 18, SAID_ALL = 16, SAID_ROOM = 34 / 1.5, REMARK = 16, PAD = 14;

struct style ladder_strong(const struct ladder_view *v, enum colour colour)
{
    return (struct style){FONT_MONO_BOLD, v->said, colour, ALIGN_LEFT};
}

struct style ladder_plain(const struct ladder_view *v)
{
    return (struct style){FONT_MONO, v->said, COLOUR_TEXT, ALIGN_LEFT};
}

struct style ladder_remark(enum colour colour)
{
    return (struct style){FONT_SANS, REMARK, colour, ALIGN_LEFT};
}

size_t ladder_say(struct ladder_view *v, const struct ladder_row *row, uint32_t line)
{
    buffer_clear(&v->text);
    size_t strong = ladder_put_line(&v->text, &v->l, row, line);

    return strong < v->text.size ? strong : v->text.size;
}

/* Remarks are facts and always there; what a code means is said of the row that is looked at. */
void ladder_say_more(struct ladder_view *v, uint32_t row)
{
    const struct ladder_row *r = &v->l.rows[row];

    buffer_clear(&v->more);
    ladder_put_remark(&v->more, &v->l, r);
    if (v->more.size == 0 && (row == v->current || row == v->chosen || v->paper))
        ladder_put_meaning(&v->more, &v->l, r);
}

double ladder_mark_width(const struct ladder_view *v)
{
    return v->line * 0.88;
}

/* ---- heights ---------------------------------------------------------------------------------- */

static bool looked_at(const struct ladder_view *v, uint32_t row)
{
    return (v->room && ladder_room_large(v, row)) || row == v->current || row == v->chosen;
}

static bool is_said(const struct ladder_row *row)
{
    return row->what == LADDER_COMMAND || row->what == LADDER_REPLY || row->what == LADDER_QUESTION;
}

static double text_width(struct ladder_view *v, const struct ladder_row *row, uint32_t line)
{
    ladder_say(v, row, line);
    return canvas_text_width(v->ui->canvas,
                             is_said(row) ? ladder_plain(v) : ladder_remark(COLOUR_TEXT),
                             buffer_text(&v->text));
}

/* The widest line and the remark need more than there is between the lifelines. */
static bool remark_below(struct ladder_view *v, uint32_t row, double room)
{
    const struct ladder_row *r = &v->l.rows[row];

    ladder_say_more(v, row);
    if (v->more.size == 0 || r->what == LADDER_SEAL)
        return false;
    /* What only explains a good reply is not worth a line. */
    if (r->what == LADDER_REPLY && ladder_class(&v->l, r) < 4 && r->accepted == RECORDING_NONE &&
        r->fault == RECORDING_NONE)
        return false;
    double more =
        canvas_text_width(v->ui->canvas, ladder_remark(COLOUR_SOFT), buffer_text(&v->more));
    return text_width(v, r, 0) + ladder_mark_width(v) + more + v->line > room;
}

/* Between words, before the domain of an address, between the labels of a name. */
size_t ladder_break(struct text t, size_t columns)
{
    size_t end = 0, blank = 0, count = 0;

    for (; end < t.size && count < columns; end++) {
        if (((unsigned char)t.at[end] & 0xc0) != 0x80)
            count++;
        if (count > columns / 2 && (t.at[end] == ' ' || t.at[end] == '.' || t.at[end] == '@'))
            blank = t.at[end] == '@' ? end : end + 1;
    }
    while (end < t.size && ((unsigned char)t.at[end] & 0xc0) == 0x80)
        end++;
    return end == t.size || blank == 0 ? end : blank;
}

size_t ladder_columns(struct ladder_view *v, const struct ladder_row *row)
{
    struct text sample = TEXT("0000000000000000000000000000000000000000");
    double mark = row->what == LADDER_REPLY ? ladder_mark_width(v) : ladder_inside(v, row),
           one = canvas_text_width(v->ui->canvas, ladder_strong(v, COLOUR_TEXT), sample) /
                 (double)sample.size,
           fit = floor((v->text_w - mark) / one);

    return fit < 8 ? 8 : (size_t)fit;
}

static uint32_t lines_of(struct text t, size_t columns)
{
    uint32_t lines = 0;

    do {
        t = text_after(t, ladder_break(t, columns));
        lines++;
    } while (t.size > 0);
    return lines;
}

/* Lines of text of a row that is shown whole; never more than the panel has room for. */
static void count_lines(struct ladder_view *v, const struct ladder_row *r, struct ladder_box *box)
{
    double room = floor((v->area.h - v->gap - v->small) / v->line);
    uint32_t most = v->paper || room > 1e6 ? UINT32_MAX : room < 1 ? 1 : (uint32_t)room;

    box->lines = box->drawn = 1;
    if (!is_said(r)) {
        ladder_say(v, r, 0);
        double h = canvas_wrap_height(v->ui->canvas, ladder_remark(COLOUR_TEXT),
                                      v->text_w - ladder_sign_width(v, r), buffer_text(&v->text));

        box->drawn = (uint32_t)fmax(1, ceil((h - 0.5) / v->line));
    } else {
        uint32_t all = ladder_lines(&v->l, r), drawn = 0;
        size_t columns = ladder_columns(v, r);

        for (uint32_t i = 0; i < all; i++) {
            ladder_say(v, r, i);
            drawn += lines_of(buffer_text(&v->text), columns);
            if (i > 0 && drawn > most)
                break;
            box->drawn = drawn;
            box->lines = i + 1;
        }
    }
    if (box->drawn > most)
        box->drawn = most;
}

static double height_of(struct ladder_view *v, uint32_t row)
{
    const struct ladder_row *r = &v->l.rows[row];
    struct ladder_box *box = &v->boxes[row];
    box->lines = box->drawn = 1;
    if (v->room && !ladder_room_large(v, row))
        return v->small + v->gap * 0.5;
    if (r->what == LADDER_SEAL && v->lanes == 0)
        return v->line + v->gap + 2;
    if (!looked_at(v, row) && !v->paper)
        return v->line + v->gap;
    count_lines(v, r, box);
    box->below = remark_below(v, row, v->text_w);
    return v->line * box->drawn + v->gap + (box->below ? v->small : 0);
}

/* Width of the longest time that is told. */
static double times_width(struct ladder_view *v)
{
    struct style s = {FONT_MONO, 15, COLOUR_SOFT, ALIGN_LEFT};
    double width = canvas_text_width(v->ui->canvas, s, TEXT("+0.00"));

    for (uint32_t i = v->l.count; i-- > 0 && i + 64 > v->l.count;) {
        buffer_clear(&v->text);
        ladder_put_time(&v->text, ladder_time(&v->l, v->l.rows[i].record) - v->l.begin_ns);
        width = fmax(width, canvas_text_width(v->ui->canvas, s, buffer_text(&v->text)));
    }
    return width;
}

static void place_boxes(struct ladder_view *v)
{
    double y = 0;

    v->boxes = memory_take_clear(&v->memory, (v->l.count + 1) * sizeof *v->boxes);
    for (uint32_t i = 0; i < v->l.count; i++) {
        v->boxes[i].y = y;
        v->boxes[i].h = height_of(v, i);
        y += v->boxes[i].h;
    }
    v->total = y;
}

void ladder_place_rows(struct ladder_view *v, struct rect area)
{
    v->area = area;
    /* A picture in room mode has 1.5 times larger points. */
    v->said = v->room ? SAID_ROOM : v->l.whole ? SAID_ALL : SAID;
    v->line = canvas_line_height(v->ui->canvas, ladder_plain(v));
    v->small = canvas_line_height(v->ui->canvas, ladder_remark(COLOUR_SOFT));
    v->time_w = times_width(v);
    if (v->l.whole) {
        v->gap = v->line * 0.35;
        v->lane_x = area.x + v->time_w + 22;
        v->text_x = v->lane_x + v->lane_w * (v->lanes > 0 ? v->lanes - 1 : 0) + 22;
        v->text_w = area.x + area.w - v->text_x;
    } else {
        v->gap = 6 + v->line * 0.2;
        v->left = area.x + v->time_w + 24;
        v->right = area.x + area.w - 24;
        v->text_x = v->left + PAD;
        v->text_w = v->right - v->left - 2 * PAD;
    }
    place_boxes(v);
}

/* ---- which are shown -------------------------------------------------------------------------- */

void ladder_choose_rows(struct ladder_view *v)
{
    if (v->room && v->l.count > 0) {
        ladder_room_choose(v);
        return;
    }
    double room = v->area.h, most = fmax(0, v->total - room), top = most;
    uint32_t row = v->current != RECORDING_NONE ? v->current : v->chosen;

    v->from = v->to = 0;
    if (v->paper || v->l.count == 0) {
        v->to = v->l.count;
        return;
    }
    if (row != RECORDING_NONE)
        top = v->boxes[row].y + v->boxes[row].h / 2 - 0.62 * room;
    double follows = fmin(most, fmax(0, top)), *scroll = &v->ui->choice.ladder_scroll;
    top = fmin(most, fmax(0, follows + *scroll));
    *scroll = top - follows; /* turned beyond the end is not remembered */
    while (v->from + 1 < v->l.count && v->boxes[v->from].y < top - 0.5)
        v->from++;
    double base = v->boxes[v->from].y;
    v->to = v->from;
    while (v->to < v->l.count && v->boxes[v->to].y + v->boxes[v->to].h <= base + room + 0.5)
        v->to++;
    if (v->to == v->from) /* one that is higher than the panel */
        v->to++;
}

double ladder_row_y(const struct ladder_view *v, uint32_t row)
{
    return v->area.y + v->above + v->boxes[row].y - v->boxes[v->from].y;
}
