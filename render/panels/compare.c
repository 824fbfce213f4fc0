/*
 * The ladders of the message that fares otherwise, line by line side by side: what is the same is
 * greyed, between them stands how the two sides of a line differ, below what became of each recipient.
 */
#include "render/panels/compare_parts.h"

#include <math.h>

#include "render/panels/ladder_parts.h"
#include "sim/kernel/clock.h"

enum { SLOT = 28 };
static const double EDGE = 24, GUTTER = 92, GREY = 0.45;

struct picture {
    struct ui *ui;
    struct compare_runs *runs;
    struct ladder_view sides[COMPARE_SIDES];
    struct rect gutter; /* beside the lines */
    double step;        /* height of a line */
    uint32_t from, to;  /* lines that are shown */
};

/* ---- where lines are -------------------------------------------------------------------------- */

static void open_side(struct picture *p, int s, double width)
{
    struct ladder_view *v = &p->sides[s];

    *v = (struct ladder_view){.ui = p->ui,
                              .l = p->runs->sides[s].ladder,
                              .current = RECORDING_NONE,
                              .chosen = RECORDING_NONE,
                              .middle = RECORDING_NONE,
                              .partner = RECORDING_NONE,
                              .quiet = true};
    v->l.whole = true;
    memory_init(&v->memory, 0);
    buffer_init(&v->text, &v->memory);
    buffer_init(&v->more, &v->memory);
    ladder_all_lanes(v, width);
}

/* The same columns on both sides: as wide as the longest time of the two needs. */
static void share_columns(struct picture *p)
{
    double wide = fmax(p->sides[0].time_w, p->sides[1].time_w);

    for (int s = 0; s < COMPARE_SIDES; s++) {
        struct ladder_view *v = &p->sides[s];
        double by = wide - v->time_w;

        v->time_w = wide;
        v->lane_x += by;
        v->text_x += by;
        v->text_w -= by;
    }
}

static double line_y(const struct picture *p, uint32_t line)
{
    return p->gutter.y + (line - p->from) * p->step;
}

/* As many lines as there is room for, from where choice.ladder_scroll is; what is turned beyond an end is
 * not remembered. */
static void choose_lines(struct picture *p)
{
    struct compare_runs *runs = p->runs;
    double *scroll = &p->ui->choice.ladder_scroll;

    runs->line_height = p->step;
    runs->page = (uint32_t)fmax(1, floor((p->gutter.h + 0.5) / p->step));
    uint32_t most = runs->line_count > runs->page ? runs->line_count - runs->page : 0;

    if (*scroll < 0 && runs->first != RECORDING_NONE)
        *scroll = p->step * fmax(0, (double)runs->first - floor(runs->page / 2.0));

    *scroll = fmin(most * p->step, fmax(0, *scroll));
    p->from = (uint32_t)lround(*scroll / p->step);
    p->to = p->from + runs->page < runs->line_count ? p->from + runs->page : runs->line_count;
}

static bool is_row(const struct compare_line *line, int s)
{
    return line->rows[s] != RECORDING_NONE && line->times[s] == 0 && line->is != COMPARE_FOLD;
}

/* Rows of lines that are not shown, or are folded, have no height. */
static void place_rows(struct picture *p, int s)
{
    struct ladder_view *v = &p->sides[s];
    double next = 0;

    v->from = v->to = 0;
    memset(v->boxes, 0, (v->l.count + 1) * sizeof *v->boxes);
    for (uint32_t i = p->from; i < p->to; i++) {
        uint32_t row = p->runs->lines[i].rows[s];

        if (!is_row(&p->runs->lines[i], s))
            continue;
        if (v->to == 0) {
            v->from = row;
            v->above = (i - p->from) * p->step;
        }
        v->to = row + 1;
        v->boxes[row] =
            (struct ladder_box){.y = (i - p->from) * p->step, .h = p->step, .lines = 1, .drawn = 1};
    }
    for (uint32_t row = v->to; row-- > v->from;) {
        if (v->boxes[row].h > 0)
            next = v->boxes[row].y;
        v->boxes[row].y = next;
    }
}

static struct rect line_rect(const struct picture *p, uint32_t line, int s)
{
    const struct ladder_view *v = &p->sides[s];

    return (struct rect){v->area.x - 8, line_y(p, line) - v->gap / 2, v->area.w + 16, p->step};
}

/* ---- lines that are no rows ------------------------------------------------------------------- */

/* Do its rows tell of one try after the other? */
static uint32_t tries_in(const struct ladder *l, const struct compare_line *line, int s)
{
    uint32_t tries = 0;

    for (uint32_t i = line->rows[s]; i <= line->last[s]; i++)
        tries += ladder_kind(l, l->rows[i].record) == TRACE_QUEUE_DEFERRED;
    return tries;
}

static void put_fold(struct buffer *b, const struct ladder *l, const struct compare_line *line,
                     int s)
{
    if (line->is == COMPARE_FOLD) {
        ladder_put_count(b, line->last[s] - line->rows[s] + 1, " row, the same in both runs",
                         " rows, the same in both runs");
        return;
    }
    buffer_put_string(b, "and so on, ");
    if (tries_in(l, line, s) == line->times[s])
        ladder_put_count(b, line->times[s], " try more", " tries more");
    else
        ladder_put_count(b, line->times[s], " time more", " times more");
    buffer_put_string(b, ", until ");
    ladder_put_time(b, ladder_time(l, l->rows[line->last[s]].record) - l->begin_ns);
}

static void draw_fold(struct picture *p, uint32_t i, int s)
{
    struct ladder_view *v = &p->sides[s];
    struct canvas *c = p->ui->canvas;
    struct style style = ladder_remark(COLOUR_TEXT);
    double y = line_y(p, i);
    struct rect r = {v->text_x - 8, y, v->text_w + 8, v->line};

    canvas_fill(c, r, 6, COLOUR_BUTTON);
    for (int dot = 0; dot < 3; dot++)
        canvas_disc(c, (struct point){v->area.x + 6 + dot * 8, y + v->line / 2}, 2, COLOUR_WIRE);
    buffer_clear(&v->text);
    put_fold(&v->text, &v->l, &p->runs->lines[i], s);
    canvas_text_in(c, style, (struct rect){v->text_x, y, v->text_w, v->line},
                   buffer_text(&v->text));
}

/* The change has a line of its own: its words in the run that has it, a stroke through the other. */
static void draw_change(struct picture *p, uint32_t i)
{
    struct canvas *c = p->ui->canvas;
    struct style style = {FONT_MEDIUM, 16, COLOUR_WAIT_TEXT, ALIGN_LEFT},
                 time = {FONT_MONO, 15, COLOUR_WAIT_TEXT, ALIGN_LEFT};
    int s;
    uint32_t record = compare_change(p->runs, &s);
    struct ladder_view *v = &p->sides[s];
    struct rect r = line_rect(p, i, s), other = line_rect(p, i, !s);
    double y = r.y + r.h / 2;

    canvas_line(c, (struct point){other.x, y},
                (struct point){s == COMPARE_AFTER ? r.x : r.x + r.w, y},
                (struct pen){COLOUR_WAIT, 2, DASH_NONE, 0});
    canvas_fill(c, r, 6, COLOUR_WAIT_FILL);
    canvas_outline(c, r, 6, (struct pen){COLOUR_WAIT, 2, DASH_NONE, 0});
    buffer_clear(&v->text);
    ladder_put_time(&v->text, compare_time(&p->runs->sides[s], record) - v->l.begin_ns);
    canvas_text_in(c, time, (struct rect){v->area.x, r.y, v->time_w + 1, r.h},
                   buffer_text(&v->text));
    canvas_text_in(c, style,
                   (struct rect){v->lane_x - 6, r.y, v->area.x + v->area.w - v->lane_x + 6, r.h},
                   p->runs->change);
}

/* ---- between the two sides -------------------------------------------------------------------- */

/* "+15 min": how much later the same is, in the largest unit that tells. */
static void put_later(struct buffer *b, int64_t by)
{
    int64_t size = by < 0 ? -by : by;
    int64_t unit = size >= CLOCK_DAY           ? CLOCK_HOUR
                   : size >= CLOCK_HOUR        ? CLOCK_MINUTE
                   : size >= CLOCK_MINUTE      ? CLOCK_SECOND
                   : size >= 10 * CLOCK_SECOND ? CLOCK_SECOND / 10
                                               : 10 * CLOCK_MILLISECOND;

    buffer_put_char(b, by < 0 ? '-' : '+');
    clock_put_duration(b, size / unit * unit);
}

static void draw_relation(struct picture *p, uint32_t i)
{
    const struct compare_line *line = &p->runs->lines[i];
    struct style style = ladder_remark(COLOUR_SOFT);
    struct rect r = {p->gutter.x, line_y(p, i), p->gutter.w, p->sides[0].line};
    struct buffer *text = &p->sides[0].text;
    double x = r.x + r.w / 2, y = r.y + r.h / 2, half = 7;
    bool same = line->is == COMPARE_SAME || line->is == COMPARE_FOLD;
    struct pen pen = {same ? COLOUR_WIRE : COLOUR_BAD, same ? 1.5 : 2.5, DASH_NONE, 0};

    if (line->is == COMPARE_CAUSE || (line->is == COMPARE_ALONE && i != p->runs->first))
        return;
    if (line->is == COMPARE_LATER) {
        buffer_clear(text);
        put_later(text, ladder_time(&p->sides[1].l, p->sides[1].l.rows[line->rows[1]].record) -
                            ladder_time(&p->sides[0].l, p->sides[0].l.rows[line->rows[0]].record));
        style.align = ALIGN_MIDDLE;
        style.colour = COLOUR_WAIT_TEXT;
        canvas_text_in(p->ui->canvas, style, r, buffer_text(text));
        return;
    }
    for (int k = -1; k <= 1; k += 2)
        canvas_line(p->ui->canvas, (struct point){x - half, y + k * 3},
                    (struct point){x + half, y + k * 3}, pen);
    if (!same)
        canvas_line(p->ui->canvas, (struct point){x - half * 0.6, y + half},
                    (struct point){x + half * 0.6, y - half}, pen);
}

/* How far the lines that are shown are among all: at the right edge. */
static void draw_bar(struct picture *p, double x)
{
    uint32_t count = p->runs->line_count;
    struct rect r = {x, p->gutter.y, 5, p->gutter.h};

    if (p->to - p->from >= count)
        return;
    canvas_fill(p->ui->canvas, r, 2.5, COLOUR_INSET);
    r.y += r.h * p->from / count;
    r.h = r.h * (p->to - p->from) / count;
    canvas_fill(p->ui->canvas, r, 2.5, COLOUR_WIRE);
}

/* ---- one side --------------------------------------------------------------------------------- */

static bool is_chosen(const struct picture *p, uint32_t line, int s)
{
    return line == p->runs->chosen && s == compare_side_of(p->runs);
}

/* Rings stand above the rows, so that no band or lifeline breaks them. */
static void draw_rings(struct picture *p, int s)
{
    struct canvas *c = p->ui->canvas;

    for (uint32_t i = p->from; i < p->to; i++) {
        bool first = i == p->runs->first;

        if (first && p->runs->lines[i].rows[s] == RECORDING_NONE && p->sides[s].l.count > 0)
            canvas_text_in(c, ladder_remark(COLOUR_SOFT),
                           (struct rect){p->sides[s].text_x, line_y(p, i), p->sides[s].text_w,
                                         p->sides[s].line},
                           TEXT("nothing of it here"));
        if (first)
            canvas_outline(c, line_rect(p, i, s), 6, (struct pen){COLOUR_BAD, 2, DASH_NONE, 0});
        if (is_chosen(p, i, s))
            canvas_outline(c, rect_inset(line_rect(p, i, s), first ? 3 : 0), 6,
                           (struct pen){COLOUR_CHOSEN, 2, DASH_NONE, 0});
    }
}

static void draw_side(struct picture *p, int s, struct rect head)
{
    struct ladder_view *v = &p->sides[s];
    struct canvas *c = p->ui->canvas;

    if (v->l.count == 0) {
        struct style style = ladder_remark(COLOUR_SOFT);

        style.align = ALIGN_MIDDLE;
        canvas_text_in(c, style, head, TEXT("there is no such letter in this run"));
    } else {
        ladder_all_paint_head(v, head);
    }
    for (uint32_t i = p->from; i < p->to; i++)
        if (is_chosen(p, i, s))
            canvas_fill(c, line_rect(p, i, s), 6, COLOUR_CHOSEN_FILL);
    if (v->to > v->from)
        ladder_all_paint_rows(v);
    v->paper = true; /* what was never answered is drawn half its way */
    ladder_all_moving(v);
    for (uint32_t i = p->from; i < p->to; i++) {
        const struct compare_line *line = &p->runs->lines[i];

        if (line->rows[s] != RECORDING_NONE && !is_row(line, s))
            draw_fold(p, i, s);
        if (line->is == COMPARE_SAME)
            canvas_fill_alpha(c, line_rect(p, i, s), 0, COLOUR_PANEL, GREY);
        if (line->rows[s] != RECORDING_NONE || line->is == COMPARE_CAUSE)
            canvas_hit(c, line_rect(p, i, s), ACT_COMPARE_LINE, (int64_t)i * COMPARE_SIDES + s);
    }
    draw_rings(p, s);
}

/* ---- all of it -------------------------------------------------------------------------------- */

static void draw_title(struct ui *ui, int s, struct rect r)
{
    struct style title = {FONT_BOLD, 18, s == COMPARE_AFTER ? COLOUR_WAIT_TEXT : COLOUR_TEXT,
                          ALIGN_LEFT};

    canvas_text_in(ui->canvas, title, r,
                   s == COMPARE_AFTER ? TEXT("with the change") : TEXT("as it was"));
}

/* Heads, lines and fates; the lines get what the others leave. */
static void draw_sides(struct picture *p, struct rect in)
{
    struct ui *ui = p->ui;
    double width = (in.w - GUTTER) / 2, foot = compare_fates_height(ui, p->runs),
           title =
               canvas_line_height(ui->canvas, (struct style){FONT_BOLD, 18, COLOUR_TEXT, 0}) + 4;
    struct rect fates[COMPARE_SIDES], heads[COMPARE_SIDES];

    for (int s = 0; s < COMPARE_SIDES; s++) {
        struct rect r = {s == 0 ? in.x : in.x + width + GUTTER, in.y, width, in.h};

        open_side(p, s, width);
        draw_title(ui, s, rect_cut_top(&r, title));
        fates[s] = rect_cut_bottom(&r, foot);
        rect_cut_bottom(&r, 10);
        heads[s] = rect_cut_top(&r, ladder_all_head_height(&p->sides[s]));
        ladder_place_rows(&p->sides[s], r);
        p->step = p->sides[s].line + p->sides[s].gap;
        p->gutter = (struct rect){in.x + width, r.y, GUTTER, r.h};
    }
    share_columns(p);
    choose_lines(p);
    for (int s = 0; s < COMPARE_SIDES; s++) {
        place_rows(p, s);
        draw_side(p, s, heads[s]);
    }
    for (uint32_t i = p->from; i < p->to; i++) {
        draw_relation(p, i);
        if (p->runs->lines[i].is == COMPARE_CAUSE)
            draw_change(p, i);
    }
    draw_bar(p, in.x + in.w + 14);
    compare_draw_fates(ui, p->runs, fates);
    for (int s = 0; s < COMPARE_SIDES; s++)
        memory_end(&p->sides[s].memory);
}

/* Two sentences: the change, and what it changed first; returns what is left below them. */
static struct rect draw_head(struct ui *ui, const struct compare_runs *runs, struct rect r)
{
    struct canvas *c = ui->canvas;
    struct style cause = {FONT_BOLD, 22, COLOUR_TEXT, ALIGN_LEFT},
                 first = {FONT_SANS, 18, COLOUR_TEXT, ALIGN_LEFT};
    struct rect top = rect_cut_top(&r, canvas_line_height(c, cause) + 4);
    double side = top.h - 2;
    struct rect close = rect_cut_right(&top, side);

    rect_cut_right(&top, 12);
    ui_button(ui, (struct rect){close.x, close.y, side, side}, ICON_CLOSE, NULL, ACT_RELEASE, 0);
    canvas_text_in(c, cause, top,
                   runs->same             ? TEXT("Nothing has become different")
                   : runs->cause.size > 0 ? runs->cause
                                          : TEXT("Two runs"));
    double high =
        fmin(canvas_wrap_height(c, first, r.w, runs->words), 2 * canvas_line_height(c, first));
    if (runs->words.size > 0)
        canvas_text_wrap(c, first, rect_cut_top(&r, high + 4), runs->words);
    rect_cut_top(&r, 12);
    return r;
}

static uint64_t key_of(const struct ui *ui, const struct compare_runs *runs)
{
    uint64_t key = ui_mix(1, (uint64_t)(uintptr_t)runs->sides[0].recording);

    key = ui_mix(key, (uint64_t)(uintptr_t)runs->sides[1].recording);
    key = ui_mix(key, runs->line_count);
    key = ui_mix(key, runs->chosen);
    key = ui_mix(key, (uint64_t)runs->chosen_side);
    return ui_mix(key, (uint64_t)(int64_t)(ui->choice.ladder_scroll * 4));
}

void compare_draw(struct ui *ui, struct compare_runs *runs, struct rect r)
{
    struct picture p = {.ui = ui, .runs = runs};

    if (!canvas_layer(ui->canvas, SLOT, r, key_of(ui, runs)))
        return;
    canvas_fill(ui->canvas, r, 0, COLOUR_GROUND);
    ui_panel(ui, PANEL_OVERLAY, rect_inset(r, EDGE), "", TEXT(""));
    struct rect in = draw_head(ui, runs, rect_inset(r, 2 * EDGE));
    if (runs->line_count > 0)
        draw_sides(&p, in);
    canvas_layer_end(ui->canvas);
}
