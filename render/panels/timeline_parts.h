/*
 * timeline_parts.h - what the timeline's files share.
 *
 * Units   points; presentation time in milliseconds; parts of the bar, 0 .. 1.
 * Owner   nothing is kept: scale and places are made anew for each frame.
 * Errors  none.
 */
#ifndef RENDER_PANELS_TIMELINE_PARTS_H
#define RENDER_PANELS_TIMELINE_PARTS_H

#include "render/panels/timeline.h"

enum { TIMELINE_PIECES = 64, TIMELINE_NAME = 15 }; /* NAME: points */

/* Presentation time against the bar's width, piece by piece. */
struct timeline_scale {
    double ms[TIMELINE_PIECES + 1],
        part[TIMELINE_PIECES + 1]; /* bounds of the pieces; part: 0 .. 1 */
    uint32_t count;
    bool stretched; /* some are wider than they last */
};

/* Where things stand. */
struct timeline_place {
    struct rect panel, buttons, scale, wishes; /* scale: the whole height, the bar's width */
    struct rect names, bar, dots, labels;      /* rows of the scale */
    struct timeline_scale time;
};

/* For a bar of that many points. */
struct timeline_scale timeline_scale(const struct ui *ui, double width);
double timeline_part(const struct timeline_scale *s, double ms);
double timeline_ms(const struct timeline_scale *s, double part);
/* A chapter begins when its first step begins to come about: when the step before it has happened. */
double timeline_chapter_start(const struct ui *ui, uint32_t chapter);
/* The presentation time from which on nothing is told. */
double timeline_veil(const struct ui *ui);
/* Where that presentation time stands on a bar. */
double timeline_x(const struct timeline_scale *s, struct rect bar, double ms);
/* Where the part of a chapter that may be shown stands; false: nothing of it may. */
bool timeline_chapter(const struct ui *ui, const struct timeline_place *p, uint32_t chapter,
                      struct rect *out);
void timeline_names(struct ui *ui, const struct timeline_place *p);
/* What of the bar can be pointed at. */
static inline struct rect timeline_bar(const struct timeline_place *p)
{
    return (struct rect){p->bar.x, p->bar.y - 4, p->bar.w, p->bar.h + 8};
}
/* Are two words of a row too near each other? */
bool timeline_meet(struct rect a, struct rect b);
/* A mark for each step that has room, in a layer of their own. */
void timeline_dots(struct ui *ui, const struct timeline_scale *scale, struct rect dots);

#endif
