/*
 * inspector_listing.c - rows of cells that are as wide as what stands in them, and scroll.
 */
#include <math.h>

#include "render/panels/inspector_parts.h"

static const double GAP = 18, BAR = 10, PAD = 6; /* between columns; for the bar; of a lit row */

const struct style inspector_body = {FONT_SANS, 16, COLOUR_TEXT, ALIGN_LEFT};
const struct style inspector_soft = {FONT_SANS, 16, COLOUR_SOFT, ALIGN_LEFT};
const struct style inspector_mono = {FONT_MONO, 16, COLOUR_TEXT, ALIGN_LEFT};
const struct style inspector_head = {FONT_BOLD, 15, COLOUR_MAIL_TEXT, ALIGN_LEFT};

struct cell cell_text(struct text text)
{
    return (struct cell){.text = text, .ink = COLOUR_TEXT, .font = FONT_SANS};
}

struct cell cell_soft(struct text text)
{
    return (struct cell){.text = text, .ink = COLOUR_SOFT, .font = FONT_SANS};
}

struct cell cell_mono(struct text text)
{
    return (struct cell){.text = text, .ink = COLOUR_TEXT, .font = FONT_MONO};
}

void pane_empty(struct pane *p, struct rect r, struct text words)
{
    canvas_text_wrap(p->canvas, inspector_soft, r, words);
}

void pane_heading(struct pane *p, struct rect *r, const char *title, struct text words)
{
    struct rect row = rect_cut_top(r, p->row);
    double width = canvas_text_width(p->canvas, inspector_head, text_of(title));

    if (canvas_text_in(p->canvas, inspector_head, row, text_of(title)))
        return;
    rect_cut_left(&row, width + 10);
    /* A few letters of it would say nothing. */
    if (row.w > 110 || canvas_text_width(p->canvas, inspector_soft, words) <= row.w)
        canvas_text_in(p->canvas, inspector_soft, row, words);
}

void pane_divider(struct pane *p, struct rect r, double gap)
{
    canvas_fill(p->canvas, (struct rect){r.x - gap / 2, r.y + 4, 1, r.h - 8}, 0, COLOUR_EDGE);
}

void pane_scroll_bar(struct pane *p, struct rect r, double first, double shown, double total)
{
    if (shown >= total || total <= 0)
        return;
    struct rect bar = {r.x + r.w - 5, r.y, 5, r.h};
    double size = fmax(18, bar.h * shown / total),
           at = (bar.h - size) * first / fmax(1, total - shown);

    canvas_fill(p->canvas, bar, 2.5, COLOUR_INSET);
    canvas_fill(p->canvas, (struct rect){bar.x, bar.y + at, bar.w, fmin(size, bar.h)}, 2.5,
                COLOUR_WIRE);
}

uint32_t pane_scrolled(struct pane *p, uint32_t lines, uint32_t room, double line)
{
    double most = lines > room ? (lines - room) * line : 0;

    p->scroll_most = fmax(p->scroll_most, most);
    return (uint32_t)lround(fmin(fmax(p->scroll, 0), most) / line);
}

void listing_fit(struct pane *p, struct listing *t, struct rect r, uint32_t total)
{
    double head = t->titles[0] != NULL ? p->row : 0;
    uint32_t room = r.h > head + p->row ? (uint32_t)((r.h - head) / p->row) : 1;

    t->total = total;
    t->shown = total < room ? total : room;
    t->first = pane_scrolled(p, total, room, p->row);
    t->rows = memory_take_clear(p->memory, (t->shown + 1) * sizeof *t->rows);
}

/* ---- widths ------------------------------------------------------------------------------------- */

static struct style style_of(const struct cell *c, bool right)
{
    return (struct style){c->font, 16, c->ink, right ? ALIGN_RIGHT : ALIGN_LEFT};
}

static double shape_width(const struct pane *p, const struct cell *c)
{
    return c->shape != 0 ? p->row : 0;
}

static double gap_of(const struct listing *t)
{
    return t->gap > 0 ? t->gap : GAP;
}

/* What each column would like to have; returns what they all want. */
static double find_wishes(struct pane *p, const struct listing *t, double out[LISTING_COLUMNS])
{
    double sum = gap_of(t) * (t->columns - 1);

    for (uint32_t c = 0; c < t->columns; c++) {
        out[c] = t->titles[0] != NULL
                     ? canvas_text_width(p->canvas, inspector_soft, text_of(t->titles[c]))
                     : 0;
        for (uint32_t i = 0; i < t->shown; i++) {
            const struct cell *cell = &t->rows[i].cells[c];
            double wish = canvas_text_width(p->canvas, style_of(cell, false), cell->text) +
                          shape_width(p, cell) + (c == 0 ? t->rows[i].indent : 0);
            out[c] = fmax(out[c], wish);
        }
        out[c] = ceil(out[c] + 0.5);
        sum += out[c];
    }
    return sum;
}

double listing_width(struct pane *p, const struct listing *t)
{
    double widths[LISTING_COLUMNS];

    return find_wishes(p, t, widths) + (t->shown < t->total ? BAR + PAD : 0);
}

/* What each column gets: the flexible one gives and takes first, then the
 * widest. */
static void find_widths(struct pane *p, const struct listing *t, double width,
                        double out[LISTING_COLUMNS])
{
    double sum = find_wishes(p, t, out);

    if (sum < width) {
        out[t->flexible] += width - sum;
        return;
    }
    double give = fmin(sum - width, fmax(0, out[t->flexible] - width * 0.3));
    out[t->flexible] -= give;
    sum -= give;
    while (sum > width + 0.5) {
        uint32_t widest = 0;
        for (uint32_t c = 1; c < t->columns; c++)
            widest = out[c] > out[widest] ? c : widest;
        double step = fmin(sum - width, fmax(1, out[widest] * 0.05));
        if (out[widest] < 24)
            break;
        out[widest] -= step;
        sum -= step;
    }
}

/* ---- drawing ------------------------------------------------------------------------------------ */

static void draw_cell(struct pane *p, const struct cell *cell, struct rect r, bool right)
{
    if (cell->shape != 0) {
        struct rect at = rect_cut_left(&r, p->row);
        if (cell->shape > 0)
            canvas_class(p->canvas, cell->shape,
                         (struct point){at.x + p->row * 0.36, at.y + at.h / 2}, p->row * 0.32);
    }
    canvas_text_in(p->canvas, style_of(cell, right), r, cell->text);
}

static void draw_row(struct pane *p, const struct listing *t, const struct listing_row *row,
                     struct rect r, const double widths[LISTING_COLUMNS])
{
    struct rect box = {r.x - PAD, r.y + 0.5, r.w + 2 * PAD, r.h - 1};
    bool chosen = row->act == ACT_SHOW && p->ui->choice.record != RECORDING_NONE &&
                  row->argument == (int64_t)p->ui->choice.record;

    if (row->lit || chosen)
        canvas_fill(p->canvas, box, 6, chosen ? COLOUR_CHOSEN_FILL : COLOUR_INSET);
    if (row->lit)
        canvas_fill(p->canvas, (struct rect){box.x, box.y + 3, 3, box.h - 6}, 1.5, COLOUR_CHOSEN);
    if (row->act != ACT_NONE)
        canvas_hit(p->canvas, box, row->act, row->argument);
    rect_cut_left(&r, row->indent);
    for (uint32_t c = 0; c < t->columns; c++) {
        struct rect cell = rect_cut_left(&r, widths[c] - (c == 0 ? row->indent : 0));
        draw_cell(p, &row->cells[c], cell, t->right[c]);
        rect_cut_left(&r, gap_of(t));
    }
}

void listing_draw(struct pane *p, const struct listing *t, struct rect r)
{
    double widths[LISTING_COLUMNS];
    bool scrolls = t->shown < t->total;
    struct rect all = r;

    if (scrolls)
        rect_cut_right(&r, BAR + PAD);
    find_widths(p, t, r.w, widths);
    if (t->titles[0] != NULL) {
        struct rect head = rect_cut_top(&r, p->row);
        struct rect line = {head.x, head.y + head.h - 1, head.w, 1};

        for (uint32_t c = 0; c < t->columns; c++) {
            struct style s = inspector_soft;
            s.align = t->right[c] ? ALIGN_RIGHT : ALIGN_LEFT;
            canvas_text_in(p->canvas, s, rect_cut_left(&head, widths[c]), text_of(t->titles[c]));
            rect_cut_left(&head, gap_of(t));
        }
        canvas_fill(p->canvas, line, 0, COLOUR_EDGE);
        rect_cut_top(&all, p->row);
    }
    for (uint32_t i = 0; i < t->shown; i++)
        draw_row(p, t, &t->rows[i], rect_cut_top(&r, p->row), widths);
    if (scrolls)
        pane_scroll_bar(p, all, t->first, t->shown, t->total);
}
