/*
 * The ruler of a waiting mail: tries, flag, wall and hand.
 */
#include <math.h>
#include <stdio.h>

#include "render/stage/draw_parts.h"
#include "render/stage/pieces.h"
#include "render/stage/ruler.h"

static const double WORD = 16, TICK_WORD = 15;

struct scale {
    struct rect r;
    double line; /* y of the ruler's line */
    int64_t start_ns, end_ns;
};

static double x_at(const struct scale *s, int64_t time_ns)
{
    double part = (double)(time_ns - s->start_ns) / (double)(s->end_ns - s->start_ns);

    return s->r.x + s->r.w * fmax(0, fmin(1, part));
}

static void draw_marks(struct ui *ui, const struct scale *s, const struct ruler *ruler)
{
    struct canvas *c = ui->canvas;
    int64_t step = ruler_step(ruler, s->r.w > 420 ? 6 : 4);
    char out[32];

    canvas_line(c, (struct point){s->r.x, s->line}, (struct point){s->r.x + s->r.w, s->line},
                (struct pen){COLOUR_WIRE, 2, DASH_NONE, 0});
    for (int64_t t = 0; t <= s->end_ns - s->start_ns; t += step) {
        double x = x_at(s, s->start_ns + t);
        struct text words = t == 0 ? TEXT("0") : ruler_time(t, out);
        struct style style = {FONT_SANS, TICK_WORD, COLOUR_SOFT, ALIGN_MIDDLE};
        double half = canvas_text_width(c, style, words) / 2;

        canvas_line(c, (struct point){x, s->line}, (struct point){x, s->line + 5},
                    (struct pen){COLOUR_WIRE, 1.5, DASH_NONE, 0});
        if (x + half <= s->r.x + s->r.w + 10)
            canvas_text_in(c, style,
                           (struct rect){x - half - 2, s->line + 6, 2 * half + 4,
                                         TICK_WORD * ui->wish.text + 5},
                           words);
    }
}

static void draw_flag(struct canvas *c, double x, double y)
{
    const struct point flag[3] = {{x, y - 24}, {x + 13, y - 19.5}, {x, y - 15}};

    canvas_line(c, (struct point){x, y}, (struct point){x, y - 24},
                (struct pen){COLOUR_WAIT, 2.2, DASH_NONE, 0});
    canvas_polygon(c, flag, 3, COLOUR_WAIT);
}

static void draw_wall(struct canvas *c, double x, double y)
{
    for (int row = 0; row < 4; row++) /* of bricks */
        for (int i = 0; i < 2; i++)
            canvas_fill(c,
                        (struct rect){x + i * 7.0 - (row % 2 ? 3.5 : 0), y - 6 - row * 6.5, 6, 5.5},
                        1, COLOUR_BAD);
}

static void draw_tick(struct ui *ui, const struct scale *s, const struct ruler_tick *t,
                      double *last)
{
    struct canvas *c = ui->canvas;
    double x = x_at(s, t->time_ns);
    struct point at = {x, s->line - 11};

    if (t->kind == RULER_WARNED) {
        draw_flag(c, x, s->line);
        return;
    }
    if (t->kind == RULER_EXPIRED) {
        draw_wall(c, x, s->line);
        return;
    }
    canvas_line(c, (struct point){x, s->line - 4}, (struct point){x, s->line + 2},
                (struct pen){COLOUR_TEXT, 1.5, DASH_NONE, 0});
    if (t->kind == RULER_TRY && x - *last < 15) /* too close to be told apart: the stroke stays */
        return;
    *last = x;
    if (t->kind == RULER_TAKEN)
        canvas_class(c, 2, at, 7.5);
    else if (t->kind == RULER_BOUNCED)
        canvas_class(c, 5, at, 7.5);
    else
        canvas_class(c, !t->answered ? 0 : t->code > 0 ? (int)(t->code / 100) : 4, at, 7.5);
}

static void draw_hand(struct ui *ui, const struct scale *s, const struct ruler *ruler)
{
    struct canvas *c = ui->canvas;
    double x = x_at(s, ruler->now_ns);
    const struct point head[3] = {{x - 6, s->r.y}, {x + 6, s->r.y}, {x, s->r.y + 8}};

    canvas_line(c, (struct point){x, s->r.y + 2}, (struct point){x, s->line + 4},
                (struct pen){COLOUR_CHOSEN, 2, DASH_NONE, 0});
    canvas_polygon(c, head, 3, COLOUR_CHOSEN);
}

static struct text title_of(const struct ruler *ruler, char *out, size_t size)
{
    bool taken = ruler->count > 0 && ruler->ticks[ruler->count - 1].kind == RULER_TAKEN;
    char in[32];
    int n;

    if (ruler->over)
        n = snprintf(out, size, "%s at try %u", taken ? "taken" : "given up", ruler->tries);
    else if (ruler->next_ns > ruler->now_ns)
        n = snprintf(out, size, "try %u in %.*s", ruler->tries + 1,
                     TEXT_ARG(ruler_time(ruler->next_ns - ruler->now_ns, in)));
    else
        n = snprintf(out, size, "try %u", ruler->tries);
    return text_from(out, n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1);
}

void ruler_draw(struct ui *ui, const struct ruler *ruler, struct rect r)
{
    char out[128];
    double last = -100;

    if (r.w < 200)
        return;
    struct text title = title_of(ruler, out, sizeof out);
    double width =
        fmin(canvas_text_width(ui->canvas, (struct style){FONT_MEDIUM, WORD, 0, ALIGN_LEFT}, title),
             r.w * 0.55);
    words_in(ui, FONT_MEDIUM, WORD, COLOUR_WAIT_TEXT, ALIGN_LEFT, rect_cut_left(&r, width + 1),
             title);
    rect_cut_left(&r, 22);
    rect_cut_right(&r, 26);
    struct scale s = {.r = r,
                      .line = r.y + r.h - TICK_WORD * ui->wish.text - 9,
                      .start_ns = ruler->start_ns,
                      .end_ns = ruler->end_ns};
    draw_marks(ui, &s, ruler);
    if (ruler->next_ns >= 0)
        canvas_ring(ui->canvas, (struct point){x_at(&s, ruler->next_ns), s.line - 11}, 6,
                    (struct pen){COLOUR_WAIT, 1.8, DASH_NONE, 0});
    for (uint32_t i = 0; i < ruler->count; i++)
        draw_tick(ui, &s, &ruler->ticks[i], &last);
    draw_hand(ui, &s, ruler);
}
