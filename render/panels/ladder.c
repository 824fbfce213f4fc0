/*
 * The panel: which rows, what is drawn once, what is drawn each frame.
 *
 * The rows are a still layer.  They are found anew each frame only while something of theirs is under
 * way; then its arrow is drawn over the layer.
 */
#include "render/panels/ladder.h"

#include "render/panels/ladder_parts.h"

enum { SLOT_PANEL = 20 };

/* The last record that may be shown. */
static uint32_t limit_of(const struct ui *ui)
{
    uint32_t index = ui->moment.place.index, veil = ui->moment.veil;

    if (index == RECORDING_NONE || veil == RECORDING_NONE || index < veil)
        return index;
    return veil == 0 ? RECORDING_NONE : veil - 1;
}

/* The row of the story's step, if it is one of this ladder. */
static uint32_t current_row(const struct ui *ui, const struct ladder *l)
{
    const struct steps *steps = ui->moment.steps;
    uint32_t step =
        !steps || l->limit == RECORDING_NONE ? RECORDING_NONE : steps_at(steps, l->limit);

    return step == RECORDING_NONE ? RECORDING_NONE : ladder_row_of(l, steps->items[step].record);
}

uint32_t ladder_current(const struct ui *ui)
{
    uint32_t limit = limit_of(ui), conn = limit == RECORDING_NONE ? RECORDING_NONE : ui_conn(ui),
             row;
    struct memory m;
    struct ladder l;

    if (conn == RECORDING_NONE)
        return RECORDING_NONE;
    memory_init(&m, 0);
    ladder_of_conn(&l, &m, ui->moment.recording, conn, limit, LADDER_RECORDS);
    row = current_row(ui, &l);
    memory_end(&m);
    return row;
}

static void open_view(struct ladder_view *v, struct ui *ui, uint32_t conn, uint32_t limit)
{
    *v = (struct ladder_view){.ui = ui, .current = RECORDING_NONE, .chosen = RECORDING_NONE};
    memory_init(&v->memory, 0);
    buffer_init(&v->text, &v->memory);
    buffer_init(&v->more, &v->memory);
    if (conn == RECORDING_NONE || limit == RECORDING_NONE)
        return;
    ladder_of_conn(&v->l, &v->memory, ui->moment.recording, conn, limit, LADDER_RECORDS);
    v->current = current_row(ui, &v->l);
    if (ui->choice.record != RECORDING_NONE)
        v->chosen = ladder_row_of(&v->l, ui->choice.record);
}

static void place_view(struct ladder_view *v, struct rect r)
{
    rect_cut_top(&r, ladder_plates_height(v) + 8);
    ladder_place_rows(v, r);
    ladder_choose_rows(v);
}

static const char *title_of(const struct ui *ui, uint32_t conn)
{
    if (conn == RECORDING_NONE)
        return "Dialogue";
    const struct recording_conn *c = &ui->moment.recording->conns[conn];
    return c->pop3 ? "POP3 dialogue" : c->lmtp ? "LMTP dialogue" : "SMTP dialogue";
}

static struct rect inside(struct ui *ui, struct rect r)
{
    struct style head = {FONT_BOLD, 18, COLOUR_TEXT, ALIGN_LEFT};
    struct rect in = {r.x + 20, r.y + 10, r.w - 40, r.h - 20};

    rect_cut_top(&in, canvas_line_height(ui->canvas, head) + 12);
    return in;
}

/* One connection or all hops: a button at the right of the title. */
static void draw_switch(struct ui *ui, struct rect r)
{
    struct style s = {FONT_MEDIUM, 16, COLOUR_TEXT, ALIGN_LEFT};
    const char *word = ui->choice.ladder_all ? "one connection" : "all hops";
    double height = canvas_line_height(ui->canvas, s) + 6,
           width = canvas_text_width(ui->canvas, s, text_of(word)) + 24,
           middle = r.y + 10 + (inside(ui, r).y - r.y - 10) / 2;

    ui_button(ui, (struct rect){r.x + r.w - 16 - width, middle - height / 2, width, height},
              ICON_COUNT, word, ACT_LADDER_ALL, 0);
}

/* How much there is, and which part of it is seen. */
static void draw_bar(struct ladder_view *v, struct rect r)
{
    const struct ladder_box *last = &v->boxes[v->to > 0 ? v->to - 1 : 0];
    double first = v->boxes[v->from].y, end = last->y + last->h;

    if (end - first >= v->total - 1)
        return;
    struct rect track = {r.x + r.w - 9, v->area.y, 4, v->area.h};
    canvas_fill(v->ui->canvas, track, 2, COLOUR_INSET);
    track.y += track.h * first / v->total;
    track.h *= (end - first) / v->total;
    canvas_fill(v->ui->canvas, track, 2, COLOUR_FAINT);
}

static void draw_still(struct ladder_view *v, struct rect r, uint32_t conn)
{
    struct ui *ui = v->ui;

    buffer_clear(&v->text);
    if (conn != RECORDING_NONE) {
        buffer_put_string(&v->text, "connection ");
        buffer_put_int(&v->text, ui->moment.recording->conns[conn].number);
    }
    ui_panel(ui, PANEL_LADDER, r, title_of(ui, conn), buffer_text(&v->text));
    draw_switch(ui, r);
    struct rect in = inside(ui, r);
    if (v->l.count == 0) {
        struct style s = ladder_remark(COLOUR_SOFT);

        s.align = ALIGN_MIDDLE;
        canvas_text_in(ui->canvas, s, in, TEXT("nobody has opened a connection yet"));
        return;
    }
    ladder_paint_plates(v, rect_cut_top(&in, ladder_plates_height(v)));
    ladder_paint_rows(v);
    draw_bar(v, r);
}

static uint64_t key_of(const struct ui *ui, uint32_t conn, uint32_t limit)
{
    uint64_t key = ui_mix(conn, limit);

    key = ui_mix(key, ui->choice.record);
    key = ui_mix(key, (uint64_t)(int64_t)(ui->choice.ladder_scroll * 4));
    key = ui_mix(key, (uint64_t)(uintptr_t)ui->moment.recording);
    return ui_mix(key, (uint64_t)ui->choice.ladder_all | (uint64_t)ui->wish.room << 1);
}

/* Is anything of this connection under way, so that there is something to move? */
static bool moves(const struct ui *ui, uint32_t conn, uint32_t limit)
{
    const struct recording *r = ui->moment.recording;

    if (conn == RECORDING_NONE || limit == RECORDING_NONE)
        return false;
    /* What was sent lately: a group is not longer than this. */
    for (uint32_t i = limit, n = 0; n < 512; n++, i--) {
        const struct recording_line *line = &r->lines[i];

        if (line->conn == conn && line->leaves && line->travel != TRAVEL_NOT &&
            (line->pair == RECORDING_NONE ? !line->lost || line->over > limit : line->pair > limit))
            return true;
        if (i == 0 || i <= r->conns[conn].first)
            break;
    }
    return false;
}

void ladder_draw(struct ui *ui, struct rect r)
{
    uint32_t limit = limit_of(ui), conn = limit == RECORDING_NONE ? RECORDING_NONE : ui_conn(ui);
    struct ladder_view v;
    bool still = canvas_layer(ui->canvas, SLOT_PANEL, r, key_of(ui, conn, limit)),
         moving = moves(ui, conn, limit);

    if (!still && !moving)
        return;
    open_view(&v, ui, conn, limit);
    place_view(&v, inside(ui, r));
    if (still) {
        draw_still(&v, r, conn);
        canvas_layer_end(ui->canvas);
    }
    if (moving && v.l.count > 0)
        ladder_paint_moving(&v);
    memory_end(&v.memory);
}
