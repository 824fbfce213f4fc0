/*
 * timeline_dots.c - the steps below the bar: shape and colour by what they are.
 *
 * What went wrong and what arrived has its place first, the rest where there is room.
 */
#include <math.h>

#include "render/panels/timeline_parts.h"

#define NONE RECORDING_NONE

enum { LAYER_DOTS = 30, MANY_STEPS = 2000 };

static const double DOT_SPACE = 7; /* points */

/* What a step looks like: a class of reply has its shape, all others are dots. */
struct dot {
    int class; /* 0: a dot */
    enum colour colour;
    int rank; /* 0 is drawn first, others where they still have room */
};

static struct dot dot_of(const struct ui *ui, const struct step *step)
{
    const struct recording_line *line = &ui->moment.recording->lines[step->record];
    unsigned trouble = step->is & STEP_TROUBLE;

    switch ((unsigned)line->record->kind) {
    case TRACE_SMTP_REPLY: {
        int64_t code = RECORDING_DATA(line, smtp_reply)->code;

        if (code >= 400)
            return (struct dot){(int)(code / 100), COLOUR_COUNT, 0};
        return (struct dot){0, COLOUR_GOOD, step->is & STEP_HOP ? 1 : 3};
    }
    case TRACE_QUEUE_DEFERRED:
    case TRACE_QUEUE_WARNED: return (struct dot){4, COLOUR_COUNT, 0};
    case TRACE_QUEUE_BOUNCED:
    case TRACE_QUEUE_EXPIRED:
    case TRACE_MAIL_DISCARDED: return (struct dot){5, COLOUR_COUNT, 0};
    case TRACE_MAIL_DELIVERED:
    case TRACE_MAIL_COLLECTED: return (struct dot){2, COLOUR_COUNT, 0};
    case TRACE_DNS_ANSWER:
    case TRACE_DNS_CACHED:
    case TRACE_DNS_MX_CHOSEN: return (struct dot){0, COLOUR_WAIT, 2};
    case TRACE_TLS_STARTED: return (struct dot){0, COLOUR_SEAL, 1};
    default: return (struct dot){0, trouble ? COLOUR_BAD : COLOUR_MAIL, trouble ? 1 : 3};
    }
}

static enum colour class_colour(int class)
{
    return class == 2 ? COLOUR_GOOD : class == 4 ? COLOUR_WAIT : COLOUR_BAD;
}

static void draw_dot(struct ui *ui, struct point at, struct dot dot, bool past)
{
    enum colour colour = dot.class ? class_colour(dot.class) : dot.colour;

    if (dot.class && past)
        canvas_class(ui->canvas, dot.class, at, 5.5);
    else if (past)
        canvas_disc(ui->canvas, at, 2.8, colour);
    else
        canvas_ring(ui->canvas, at, dot.class ? 4.5 : 2.4, (struct pen){colour, 1.2, 0, 0.75});
}

enum { COLUMNS = 4096 };

/* Takes the columns around x if they are free. */
static bool take_columns(bool taken[COLUMNS], double x, double width)
{
    int from = (int)fmax(x - width / 2, 0), to = (int)fmin(x + width / 2, COLUMNS - 1);

    for (int i = from; i <= to; i++)
        if (taken[i])
            return false;
    for (int i = from; i <= to; i++)
        taken[i] = true;
    return true;
}

/* Of more steps than have room: one in each place, the first. */
static void draw_some_dots(struct ui *ui, const struct timeline_scale *scale, struct rect dots)
{
    const struct steps *s = ui->moment.steps;
    uint32_t now = steps_at(s, ui->moment.place.index), last = NONE;

    for (int k = 0; k * DOT_SPACE < dots.w; k++) {
        double x = k * DOT_SPACE;
        struct pace_place place = pace_place(ui->moment.pace, timeline_ms(scale, x / dots.w));
        uint32_t i = steps_at(s, place.index);

        if (i == NONE || i == last || ui_veiled(ui, s->items[i].record))
            continue;
        last = i;
        draw_dot(ui, (struct point){dots.x + x, dots.y + dots.h / 2}, dot_of(ui, &s->items[i]),
                 now != NONE && i <= now);
    }
}

static void draw_dots(struct ui *ui, const struct timeline_scale *scale, struct rect dots)
{
    const struct steps *s = ui->moment.steps;
    uint32_t now = steps_at(s, ui->moment.place.index);
    bool taken[COLUMNS] = {false};

    for (int rank = 0; rank <= 3; rank++)
        for (uint32_t i = 0; i < s->count && !ui_veiled(ui, s->items[i].record); i++) {
            struct dot dot = dot_of(ui, &s->items[i]);
            double x = timeline_x(scale, dots, pace_when(ui->moment.pace, s->items[i].record));

            if (dot.rank == rank &&
                take_columns(taken, x - dots.x, dot.class ? 2 * DOT_SPACE : DOT_SPACE))
                draw_dot(ui, (struct point){x, dots.y + dots.h / 2}, dot, now != NONE && i <= now);
        }
}

/* Drawn anew with each step; growing, the veil and another clock change them, too. */
void timeline_dots(struct ui *ui, const struct timeline_scale *scale, struct rect dots)
{
    struct rect area = {dots.x - 8, dots.y, dots.w + 16, dots.h};
    uint64_t key =
        ui_mix(ui->moment.steps->count, steps_at(ui->moment.steps, ui->moment.place.index));

    key = ui_mix(key, ui->moment.veil);
    key = ui_mix(key, (uint64_t)pace_length(ui->moment.pace) << 1 | ui->moment.pace->clock);
    if (!canvas_layer(ui->canvas, LAYER_DOTS, area, key))
        return;
    canvas_fill(ui->canvas, area, 0, COLOUR_PANEL);
    if (ui->moment.steps->count > MANY_STEPS)
        draw_some_dots(ui, scale, dots);
    else
        draw_dots(ui, scale, dots);
    canvas_layer_end(ui->canvas);
}
