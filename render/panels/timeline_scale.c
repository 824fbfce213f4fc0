/*
 * timeline_scale.c - which presentation time stands where on the bar.
 *
 * A chapter is as wide as it takes to watch, but never so narrow that it cannot be seen and pointed at:
 * by true time some take a millionth of the film.  Inside a chapter the scale is even.  What a question
 * hides is one piece, whatever is in it.
 */
#include <math.h>

#include "render/panels/timeline_parts.h"

#define NONE RECORDING_NONE

static const double LEAST = 12; /* points */

double timeline_chapter_start(const struct ui *ui, uint32_t chapter)
{
    const struct steps *s = ui->moment.steps;
    const struct pace *p = ui->moment.pace;
    uint32_t step;

    if (chapter == 0)
        return 0;
    if (chapter >= s->chapter_count)
        return pace_length(p);
    step = s->chapters[chapter].first_step;
    return pace_when(p, s->items[step - 1].record);
}

double timeline_veil(const struct ui *ui)
{
    const struct moment *m = &ui->moment;

    return m->veil == NONE ? pace_length(m->pace) : pace_when(m->pace, m->veil);
}

/* The times at which pieces begin: chapters up to the veil, then the rest. */
static void find_pieces(const struct ui *ui, struct timeline_scale *s)
{
    double veil = timeline_veil(ui), length = pace_length(ui->moment.pace);

    for (uint32_t i = 0; i < ui->moment.steps->chapter_count && s->count < TIMELINE_PIECES; i++) {
        double start = timeline_chapter_start(ui, i);

        if (start >= veil)
            break;
        if (s->count == 0 || start > s->ms[s->count - 1])
            s->ms[s->count++] = start;
    }
    if (s->count == 0)
        s->ms[s->count++] = 0;
    if (veil < length && veil > s->ms[s->count - 1] && s->count < TIMELINE_PIECES)
        s->ms[s->count++] = veil;
    s->ms[s->count] = length;
}

/* Pieces below the least width get it, and the others share what is left, until none is below. */
static void share(struct timeline_scale *s, double least)
{
    bool fixed[TIMELINE_PIECES] = {false};
    double left = 1, ms = s->ms[s->count];

    for (bool again = true; again;) {
        again = false;
        for (uint32_t i = 0; i < s->count; i++) {
            double own = s->ms[i + 1] - s->ms[i];

            if (fixed[i] || own * left >= least * ms)
                continue;
            fixed[i] = again = s->stretched = true;
            left -= least;
            ms -= own;
        }
    }
    s->part[0] = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        double own = s->ms[i + 1] - s->ms[i];

        s->part[i + 1] = s->part[i] + (fixed[i] ? least : own * left / ms);
    }
    s->part[s->count] = 1;
}

struct timeline_scale timeline_scale(const struct ui *ui, double width)
{
    struct timeline_scale s = {.count = 0};

    find_pieces(ui, &s);
    share(&s, fmin(LEAST / fmax(width, 1), 0.5 / s.count));
    return s;
}

/* From one row of bounds to the other. */
static double between(const double *from, const double *to, uint32_t count, double at)
{
    uint32_t i = 0;

    while (i + 1 < count && from[i + 1] <= at)
        i++;
    double wide = from[i + 1] - from[i], part = wide > 0 ? (at - from[i]) / wide : 0;

    return to[i] + (to[i + 1] - to[i]) * fmin(fmax(part, 0), 1);
}

double timeline_part(const struct timeline_scale *s, double ms)
{
    return between(s->ms, s->part, s->count, ms);
}

double timeline_ms(const struct timeline_scale *s, double part)
{
    return between(s->part, s->ms, s->count, part);
}
