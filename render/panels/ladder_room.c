/*
 * ladder_room.c - room mode: at most seven rows, the current command and its reply large, the others as
 * ticks around them, so that the last row of the room can read what is being said.
 */
#include "render/panels/ladder_parts.h"

#include <math.h>

enum { ROWS_MOST = 7 };

/* The command or letter that led to this reply, by its causes; or NONE. */
static uint32_t answered(const struct ladder *l, uint32_t row)
{
    uint32_t cause = ladder_line(l, l->rows[row].record)->cause;

    for (int i = 0; i < 16 && cause != RECORDING_NONE; i++) {
        uint32_t found = ladder_row_of(l, cause);

        if (found != RECORDING_NONE && found < row &&
            (l->rows[found].what == LADDER_COMMAND || l->rows[found].what == LADDER_LETTER))
            return found;
        cause = ladder_line(l, cause)->cause;
    }
    return RECORDING_NONE;
}

uint32_t ladder_partner(const struct ladder *l, uint32_t row)
{
    if (row >= l->count)
        return RECORDING_NONE;
    if (l->rows[row].what == LADDER_REPLY)
        return answered(l, row);
    if (l->rows[row].what != LADDER_COMMAND && l->rows[row].what != LADDER_LETTER)
        return RECORDING_NONE;
    for (uint32_t i = row + 1; i < l->count && i < row + 64; i++)
        if (l->rows[i].what == LADDER_REPLY && answered(l, i) == row)
            return i;
    return RECORDING_NONE;
}

struct choice_of_rows {
    struct ladder_view *v;
    bool *chosen;
    uint32_t count;
    double height;
};

static void choose(struct choice_of_rows *c, uint32_t row)
{
    double h = row < c->v->l.count ? c->v->boxes[row].h : 0;

    if (h <= 0 || c->chosen[row] || c->count == ROWS_MOST)
        return;
    if (c->count > 0 && c->height + h > c->v->area.h)
        return;
    c->chosen[row] = true;
    c->count++;
    c->height += h;
}

void ladder_room_choose(struct ladder_view *v)
{
    struct choice_of_rows c = {v, memory_take_clear(&v->memory, v->l.count + 1), 0, 0};
    double y = 0;

    choose(&c, v->middle);
    choose(&c, v->partner);
    /* What came before matters more than what is still under way. */
    for (uint32_t n = 1; n < ROWS_MOST; n++) {
        if (v->middle >= n)
            choose(&c, v->middle - n);
        if (n % 2 == 0)
            choose(&c, v->middle + n / 2);
    }
    v->from = v->l.count;
    v->to = 0;
    for (uint32_t i = 0; i < v->l.count; i++) {
        v->boxes[i].y = y;
        if (!c.chosen[i]) {
            v->boxes[i].h = 0;
            continue;
        }
        y += v->boxes[i].h;
        v->from = i < v->from ? i : v->from;
        v->to = i + 1;
    }
    v->total = y;
}

/* Only the verb, or the code with its shape. */
void ladder_room_tick(struct ladder_view *v, uint32_t row)
{
    struct canvas *c = v->ui->canvas;
    const struct ladder_row *r = &v->l.rows[row];
    struct style s = {FONT_MONO_BOLD, 16, ladder_ink(v, r), ALIGN_LEFT};
    double y = ladder_row_y(v, row), h = v->boxes[row].h - v->gap * 0.5, mark = 0;
    bool said = r->what == LADDER_COMMAND || r->what == LADDER_REPLY;
    size_t strong = ladder_say(v, r, 0);
    struct text word = buffer_text(&v->text);

    if (!said)
        s = ladder_remark(r->what == LADDER_SEAL ? COLOUR_SEAL_TEXT : ladder_ink(v, r));
    else
        word.size = strong;
    if (r->what == LADDER_REPLY || r->what == LADDER_SEAL)
        mark = h * 0.8;
    double width = fmin(v->text_w, canvas_text_width(c, s, word) + 2 + mark);
    struct rect in = {ladder_leads(v, row) ? v->text_x : v->text_x + v->text_w - width, y, width,
                      h};
    struct rect sign = rect_cut_left(&in, mark);
    if (r->what == LADDER_REPLY)
        canvas_class(c, ladder_class(&v->l, r), (struct point){sign.x + h * 0.32, y + h / 2},
                     h * 0.26);
    else if (r->what == LADDER_SEAL)
        canvas_icon(c, ICON_LOCK, (struct rect){sign.x, y + h * 0.2, h * 0.6, h * 0.6},
                    COLOUR_SEAL);
    canvas_text_in(c, s, in, word);
}
