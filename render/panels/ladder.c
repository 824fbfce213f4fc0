/*
 * The panel: which rows, what is drawn once, what is drawn each frame.
 *
 * The rows are a still layer.  They are found anew each frame only while something of theirs is under
 * way; then its arrow is drawn over the layer.
 */
#include "render/panels/ladder.h"

#include <math.h>

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

/* What is looked at: one connection, or a whole message with one of its connections unfolded. */
struct subject {
    bool all;
    uint32_t conn, mail, limit;
};

static struct subject subject_of(const struct ui *ui)
{
    struct subject s = {ui->choice.ladder_all, RECORDING_NONE, RECORDING_NONE, limit_of(ui)};

    if (s.limit != RECORDING_NONE) {
        s.conn = ui_conn(ui);
        s.mail = s.all ? ui_mail(ui) : RECORDING_NONE;
    }
    return s;
}

static void open_view(struct ladder_view *v, struct ui *ui, const struct subject *s)
{
    *v = (struct ladder_view){.ui = ui, .current = RECORDING_NONE, .chosen = RECORDING_NONE};
    memory_init(&v->memory, 0);
    buffer_init(&v->text, &v->memory);
    buffer_init(&v->more, &v->memory);
    v->l.whole = s->all;
    if (s->limit == RECORDING_NONE)
        return;
    if (s->all && s->mail != RECORDING_NONE)
        ladder_of_mail(&v->l, &v->memory, ui->moment.recording, s->mail, s->conn, s->limit,
                       LADDER_RECORDS);
    else if (!s->all && s->conn != RECORDING_NONE)
        ladder_of_conn(&v->l, &v->memory, ui->moment.recording, s->conn, s->limit, LADDER_RECORDS);
    if (v->l.count == 0)
        return;
    v->current = current_row(ui, &v->l);
    if (ui->choice.record != RECORDING_NONE)
        v->chosen = ladder_row_of(&v->l, ui->choice.record);
    v->room = ui->wish.room && !s->all;
    v->middle = v->chosen != RECORDING_NONE    ? v->chosen
                : v->current != RECORDING_NONE ? v->current
                                               : v->l.count - 1;
    v->partner = ladder_partner(&v->l, v->middle);
}

/* Places the rows in `r`; returns the strip above them. */
static struct rect place_view(struct ladder_view *v, struct rect r)
{
    struct rect head;

    if (v->l.whole) {
        ladder_all_lanes(v, r.w);
        head = rect_cut_top(&r, ladder_all_head_height(v));
    } else {
        head = rect_cut_top(&r, ladder_plates_height(v) + 8);
        head.h -= 8;
    }
    ladder_place_rows(v, r);
    ladder_choose_rows(v);
    return head;
}

static const char *title_of(const struct ui *ui, const struct subject *s)
{
    if (s->all)
        return "All hops";
    if (s->conn == RECORDING_NONE)
        return "Dialogue";
    const struct recording_conn *c = &ui->moment.recording->conns[s->conn];
    return c->pop3 ? "POP3 dialogue" : c->lmtp ? "LMTP dialogue" : "SMTP dialogue";
}

static void put_note(struct buffer *b, const struct ui *ui, const struct subject *s)
{
    if (s->all && s->mail != RECORDING_NONE) {
        const struct recording_mail *mail = &ui->moment.recording->mails[s->mail];
        uint32_t composed = mail->composed;

        if (composed != RECORDING_NONE && composed <= s->limit)
            buffer_put_text(
                b, RECORDING_DATA(&ui->moment.recording->lines[composed], mail_composed)->subject);
        else
            buffer_put_text(b, mail->id);
    } else if (!s->all && s->conn != RECORDING_NONE) {
        buffer_put_string(b, "connection ");
        buffer_put_int(b, ui->moment.recording->conns[s->conn].number);
    }
}

static struct rect inside(struct ui *ui, struct rect r)
{
    struct style head = {FONT_BOLD, 18, COLOUR_TEXT, ALIGN_LEFT};
    struct rect in = {r.x + 20, r.y + 10, r.w - 40, r.h - 20};

    rect_cut_top(&in, canvas_line_height(ui->canvas, head) + 12);
    return in;
}

/* The panel with its title, what it is of, and the switch between one connection and all hops. */
static void draw_frame(struct ui *ui, struct rect r, const char *title, struct text note)
{
    struct style s = {FONT_MEDIUM, 16, COLOUR_TEXT, ALIGN_LEFT},
                 head = {FONT_BOLD, 18, COLOUR_TEXT, ALIGN_LEFT}, soft = ladder_remark(COLOUR_SOFT);
    const char *word = ui->choice.ladder_all ? "one connection" : "all hops";
    struct rect row = {r.x + 20, r.y + 10, r.w - 36, inside(ui, r).y - r.y - 10};
    double width = canvas_text_width(ui->canvas, s, text_of(word)) + 24,
           height = fmin(row.h, canvas_line_height(ui->canvas, s) + 6);

    ui_panel(ui, PANEL_LADDER, r, title, TEXT(""));
    struct rect button = rect_cut_right(&row, width);
    button.y += (button.h - height) / 2;
    button.h = height;
    ui_button(ui, button, ICON_COUNT, word, ACT_LADDER_ALL, 0);
    rect_cut_left(&row, canvas_text_width(ui->canvas, head, text_of(title)) + 12);
    row.w -= 12;
    if (row.w > 0)
        canvas_text_in(ui->canvas, soft, row, note);
}

/* How much there is, and which part of it is seen. */
static void draw_bar(struct ladder_view *v, struct rect r)
{
    const struct ladder_box *last = &v->boxes[v->to > 0 ? v->to - 1 : 0];
    double first = v->boxes[v->from].y, end = last->y + last->h;

    if (v->room || end - first >= v->total - 1)
        return;
    struct rect track = {r.x + r.w - 9, v->area.y, 4, v->area.h};
    canvas_fill(v->ui->canvas, track, 2, COLOUR_INSET);
    track.y += track.h * first / v->total;
    track.h *= (end - first) / v->total;
    canvas_fill(v->ui->canvas, track, 2, COLOUR_FAINT);
}

static void draw_still(struct ladder_view *v, struct rect r, const struct subject *s,
                       struct rect head)
{
    struct ui *ui = v->ui;

    buffer_clear(&v->text);
    put_note(&v->text, ui, s);
    draw_frame(ui, r, title_of(ui, s), buffer_text(&v->text));
    if (v->l.count == 0) {
        struct style style = ladder_remark(COLOUR_SOFT);

        style.align = ALIGN_MIDDLE;
        canvas_text_in(ui->canvas, style, inside(ui, r),
                       s->all ? TEXT("no message yet") : TEXT("no connection yet"));
        return;
    }
    if (s->all) {
        ladder_all_paint(v, head);
    } else {
        ladder_paint_plates(v, head);
        ladder_paint_rows(v);
    }
    draw_bar(v, r);
}

static uint64_t key_of(const struct ui *ui, const struct subject *s)
{
    uint64_t key = ui_mix(s->conn, s->limit);

    key = ui_mix(key, s->mail);
    key = ui_mix(key, ui->choice.record);
    key = ui_mix(key, (uint64_t)(int64_t)(ui->choice.ladder_scroll * 4));
    key = ui_mix(key, (uint64_t)(uintptr_t)ui->moment.recording);
    return ui_mix(key, (uint64_t)s->all | (uint64_t)ui->wish.room << 1);
}

/* Is anything of the subject under way, so that there is something to move? */
static bool moves(const struct ui *ui, const struct subject *s)
{
    const struct recording *r = ui->moment.recording;

    if (s->limit == RECORDING_NONE || (s->conn == RECORDING_NONE && s->mail == RECORDING_NONE))
        return false;
    /* What was sent lately: a group is not longer than this. */
    for (uint32_t i = s->limit, n = 0; n < 512; n++, i--) {
        const struct recording_line *line = &r->lines[i];
        bool ours = s->all ? line->mail == s->mail : line->conn == s->conn;

        if (ours && line->leaves && line->travel != TRAVEL_NOT &&
            (line->pair == RECORDING_NONE ? !line->lost || line->over > s->limit
                                          : line->pair > s->limit))
            return true;
        if (i == 0)
            break;
    }
    return false;
}

void ladder_draw(struct ui *ui, struct rect r)
{
    struct subject s = subject_of(ui);
    struct ladder_view v;
    bool still = canvas_layer(ui->canvas, SLOT_PANEL, r, key_of(ui, &s)), moving = moves(ui, &s);

    if (!still && !moving)
        return;
    open_view(&v, ui, &s);
    struct rect head = place_view(&v, inside(ui, r));
    if (still) {
        draw_still(&v, r, &s, head);
        canvas_layer_end(ui->canvas);
    }
    if (moving && v.l.count > 0 && s.all)
        ladder_all_moving(&v);
    else if (moving && v.l.count > 0)
        ladder_paint_moving(&v);
    memory_end(&v.memory);
}
