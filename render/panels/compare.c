/*
 * The two ladders of the message that fares otherwise, side by side: what is the same up to there in a
 * few rows, the first rows that differ boxed, what followed, and what became of each recipient.
 */
#include "render/panels/compare.h"

#include <math.h>

#include "render/panels/ladder_parts.h"
#include "sim/kernel/clock.h"

enum { SLOT = 28, OUTCOMES_MAX = 4, ROWS_BEFORE = 3 };
static const double EDGE = 24, GUTTER = 32;

/* ---- one side --------------------------------------------------------------------------------- */

static void open_side(struct ladder_view *v, struct ui *ui, const struct compare_side *side,
                      bool clickable)
{
    uint32_t limit = side->recording->count;

    *v = (struct ladder_view){.ui = ui,
                              .current = RECORDING_NONE,
                              .chosen = RECORDING_NONE,
                              .middle = RECORDING_NONE,
                              .partner = RECORDING_NONE,
                              .quiet = !clickable};
    memory_init(&v->memory, 0);
    buffer_init(&v->text, &v->memory);
    buffer_init(&v->more, &v->memory);
    if (clickable && ui->moment.veil != RECORDING_NONE)
        limit = ui->moment.veil;
    if (side->mail == RECORDING_NONE || limit == 0)
        return;
    ladder_of_mail(&v->l, &v->memory, side->recording, side->mail, side->conn, limit - 1,
                   LADDER_RECORDS);
    if (side->shown != RECORDING_NONE)
        v->current = ladder_row_of(&v->l, side->shown);
}

/* From a few rows before the first that differs, moved by the wheel; returns how far. */
static double choose_rows(struct ladder_view *v)
{
    double moved = 0, scroll = v->ui->choice.ladder_scroll;

    v->from = v->current == RECORDING_NONE ? 0 : v->current;
    v->from -= v->from < ROWS_BEFORE ? v->from : ROWS_BEFORE;
    while (scroll > 0 && v->from + 1 < v->l.count && moved + v->boxes[v->from].h / 2 < scroll)
        moved += v->boxes[v->from++].h;
    while (scroll < 0 && v->from > 0 && moved - v->boxes[v->from - 1].h / 2 > scroll)
        moved -= v->boxes[--v->from].h;
    v->to = v->from;
    while (v->to < v->l.count &&
           v->boxes[v->to].y + v->boxes[v->to].h - v->boxes[v->from].y <= v->area.h + 0.5)
        v->to++;
    return moved;
}

static double draw_ladder(struct ladder_view *v, struct rect r)
{
    if (v->l.count == 0) {
        struct style s = ladder_remark(COLOUR_SOFT);

        s.align = ALIGN_MIDDLE;
        canvas_text_in(v->ui->canvas, s, rect_cut_top(&r, fmin(r.h, 80)),
                       TEXT("there is no such message in this run"));
        return 0;
    }
    ladder_all_lanes(v, r.w);
    struct rect head = rect_cut_top(&r, ladder_all_head_height(v));
    ladder_place_rows(v, r);
    double moved = choose_rows(v);
    if (v->to > v->from)
        ladder_all_paint(v, head);
    return moved;
}

/* ---- what became of it ------------------------------------------------------------------------ */

static int64_t verdict_code(struct text verdict)
{
    return text_equal(verdict, TEXT("delivered")) ? 250
           : text_equal(verdict, TEXT("open"))    ? 450
                                                  : 550;
}

static void draw_outcome(struct ladder_view *v, uint32_t record, struct rect r)
{
    struct canvas *c = v->ui->canvas;
    const struct trace_mail_ended *d = LADDER_DATA(&v->l, record, mail_ended);
    struct style s = ladder_remark(ui_class_ink(verdict_code(d->verdict)));
    double radius = r.h * 0.28;

    canvas_class(c, (int)(verdict_code(d->verdict) / 100),
                 (struct point){r.x + radius + 2, r.y + r.h / 2}, radius);
    rect_cut_left(&r, 2 * radius + 12);
    buffer_clear(&v->text);
    buffer_put_text(&v->text, d->recipient);
    buffer_put_string(&v->text, ": ");
    buffer_put_text(&v->text, d->verdict);
    buffer_put_string(&v->text, " after ");
    clock_put_duration(&v->text,
                       (ladder_time(&v->l, record) - v->l.begin_ns) / LADDER_MS * LADDER_MS);
    if (d->why.size > 0) {
        buffer_put_string(&v->text, ", ");
        buffer_put_text(&v->text, d->why);
    }
    s.font = FONT_MEDIUM;
    canvas_text_in(c, s, r, buffer_text(&v->text));
}

static bool before_by_name(const struct recording *r, uint32_t a, uint32_t b)
{
    return text_compare(RECORDING_DATA(&r->lines[a], mail_ended)->recipient,
                        RECORDING_DATA(&r->lines[b], mail_ended)->recipient) < 0;
}

/* The verdicts on the message's recipients by their names, the last ones of them. */
static void draw_outcomes(struct ladder_view *v, const struct compare_side *side, struct rect r)
{
    const struct recording *rec = side->recording;
    uint32_t ended[OUTCOMES_MAX], count = 0;
    double step = r.h / OUTCOMES_MAX;

    if (side->mail == RECORDING_NONE || v->l.count == 0)
        return;
    for (uint32_t i = rec->mails[side->mail].last; i != RECORDING_NONE && count < OUTCOMES_MAX;
         i = rec->lines[i].mail_before) {
        uint32_t at = count;

        if (rec->lines[i].record->kind != TRACE_MAIL_ENDED || i > v->l.limit)
            continue;
        for (count++; at > 0 && before_by_name(rec, i, ended[at - 1]); at--)
            ended[at] = ended[at - 1];
        ended[at] = i;
    }
    for (uint32_t i = 0; i < count; i++)
        draw_outcome(v, ended[i], rect_cut_top(&r, step));
}

/* ---- both ------------------------------------------------------------------------------------- */

static double draw_side(struct ui *ui, const struct compare_side *side, bool after, struct rect r)
{
    struct canvas *c = ui->canvas;
    struct style title = {FONT_BOLD, 18, after ? COLOUR_WAIT_TEXT : COLOUR_TEXT, ALIGN_LEFT};
    struct ladder_view v;

    open_side(&v, ui, side, after);
    canvas_text_in(c, title, rect_cut_top(&r, canvas_line_height(c, title) + 6),
                   after ? TEXT("with the change") : TEXT("as it was"));
    double small = canvas_line_height(c, ladder_remark(COLOUR_TEXT));
    struct rect foot = rect_cut_bottom(&r, OUTCOMES_MAX * (small + 2));
    rect_cut_bottom(&r, 10);
    double moved = draw_ladder(&v, r);
    draw_outcomes(&v, side, foot);
    memory_end(&v.memory);
    return moved;
}

/* Two sentences: the change, and what it changed first; returns what is left below them. */
static struct rect draw_head(struct ui *ui, const struct compare_runs *runs, struct rect r)
{
    struct canvas *c = ui->canvas;
    struct style cause = {FONT_BOLD, 22, COLOUR_TEXT, ALIGN_LEFT},
                 first = {FONT_SANS, 18, COLOUR_SOFT, ALIGN_LEFT};
    struct rect top = rect_cut_top(&r, canvas_line_height(c, cause) + 4);
    double side = top.h - 2;
    struct rect close = rect_cut_right(&top, side);

    rect_cut_right(&top, 12);
    ui_button(ui, (struct rect){close.x, close.y, side, side}, ICON_CLOSE, NULL, ACT_RELEASE, 0);
    canvas_text_in(c, cause, top,
                   runs->same             ? TEXT("Nothing has become different")
                   : runs->cause.size > 0 ? runs->cause
                                          : TEXT("Two runs"));
    struct rect line = rect_cut_top(&r, canvas_line_height(c, first) + 4);
    canvas_text_in(c, first, line, runs->first);
    rect_cut_top(&r, 12);
    return r;
}

static uint64_t key_of(const struct ui *ui, const struct compare_runs *runs)
{
    uint64_t key = ui_mix(1, (uint64_t)(uintptr_t)runs->sides[0].recording);

    key = ui_mix(key, (uint64_t)(uintptr_t)runs->sides[1].recording);
    key = ui_mix(key, runs->sides[1].shown);
    key = ui_mix(key, runs->sides[1].differs);
    key = ui_mix(key, ui->moment.veil);
    return ui_mix(key, (uint64_t)(int64_t)(ui->choice.ladder_scroll * 4));
}

void compare_draw(struct ui *ui, const struct compare_runs *runs, const struct moment *before,
                  struct rect r)
{
    (void)before;
    if (!canvas_layer(ui->canvas, SLOT, r, key_of(ui, runs)))
        return;
    canvas_fill(ui->canvas, r, 0, COLOUR_GROUND);
    ui_panel(ui, PANEL_OVERLAY, rect_inset(r, EDGE), "", TEXT(""));
    struct rect in = draw_head(ui, runs, rect_inset(r, 2 * EDGE));
    if (!runs->same) {
        double width = (in.w - GUTTER) / 2;
        struct rect left = rect_cut_left(&in, width), right = rect_cut_right(&in, width);

        canvas_line(ui->canvas, (struct point){left.x + width + GUTTER / 2, left.y},
                    (struct point){left.x + width + GUTTER / 2, left.y + left.h},
                    (struct pen){COLOUR_EDGE, 1, DASH_NONE, 0});
        double moved = draw_side(ui, &runs->sides[COMPARE_BEFORE], false, left),
               other = draw_side(ui, &runs->sides[COMPARE_AFTER], true, right);
        /* Turned beyond the end of both is not remembered. */
        if (fabs(ui->choice.ladder_scroll) > fmax(fabs(moved), fabs(other)) + 40)
            ui->choice.ladder_scroll = fabs(moved) > fabs(other) ? moved : other;
    }
    canvas_layer_end(ui->canvas);
}
