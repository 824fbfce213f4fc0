/*
 * clear.h - what is free on the map: boxes that nothing may cover, and the places between them.
 *
 * Once a frame the boxes of all that stands still are gathered; whatever is put on the map afterwards looks
 * for a place that is free and takes it.  Things that travel get a lane: the part of their way on which
 * their box is clear of all that stands, beside the way by as much as that needs.  So a command appears just
 * outside its sender's plates and ends before the receiver's; what stands in between it jumps over.
 *
 * Units   points; parts of a way.
 * Owner   clear_begin() pairs with clear_end().
 * Errors  none: what finds no place is told so, and its place stays as it was.
 */
#ifndef RENDER_STAGE_CLEAR_H
#define RENDER_STAGE_CLEAR_H

#include "render/stage/track.h"
#include "sim/kernel/memory.h"

struct clear {
    struct memory *memory;
    struct rect area; /* outside of it nothing is free */
    struct rect *boxes;
    uint32_t count, room;
    uint32_t still; /* how many of them stand still: lanes keep clear of these alone */
    /* Left free for what travels: plates stand elsewhere, if there is room elsewhere. */
    struct rect *kept;
    uint32_t kept_count, kept_room;
};

void clear_begin(struct clear *c, struct memory *memory, struct rect area);
void clear_end(struct clear *c);
/* Nobody else may be there; an empty rect takes nothing. */
void clear_take(struct clear *c, struct rect r);
/* Keeps both sides of a way free for things of that size. */
void clear_keep(struct clear *c, const struct track *t, struct point size);
/* What is taken from here on moves: others go out of its way, but keep their lanes.  Nothing is kept any
 * more. */
void clear_moves(struct clear *c);

/* Is all of it free? */
bool clear_is(const struct clear *c, struct rect r);
/* The free place for a box of that size that is nearest to one with its middle at `at`, no further away
 * than `reach`.  False: there is none, *at is as it was. */
bool clear_near(const struct clear *c, struct point size, double reach, struct point *at);

/* The free place for one beside the way, at least `off` between it and the middle of the way; it is first
 * looked for below (or to the right), or above.  False: there is none near it. */
bool clear_beside(const struct clear *c, const struct track *t, double off, struct point size,
                  bool above, struct point *at);

/* The first of the widths with which a band along most of the track, its middle part, meets nothing, and
 * from where to where it then does not; the last width and all of the track, if none. */
double clear_band(const struct clear *c, const struct track *t, const double *widths,
                  uint32_t count, double *from, double *to);

/* Where something of a size travels along a track. */
struct lane {
    struct point size;
    double side;     /* 1: to the right of the way, -1: to its left, 0: on it */
    double off;      /* further to that side (0: to the right) than it must be */
    double from, to; /* parts of the track: the first and the last where it is clear */
};

/* The lane of that side that is clear for the longest without being far from its way.  What stands on it
 * is jumped over: see lane_free().  False: nothing of any is clear. */
bool clear_lane(const struct clear *c, const struct track *t, struct point size, double side,
                struct lane *out);
/* The middle of its box, 0 .. 1 of the lane. */
struct point lane_at(const struct track *t, const struct lane *lane, double part);
/* From `part` on the nearest part of the lane that is free now, before it rather than behind it; false:
 * there is none. */
bool lane_free(const struct clear *c, const struct track *t, const struct lane *lane, double *part);

static inline struct rect rect_around(struct point middle, struct point size)
{
    return (struct rect){middle.x - size.x / 2, middle.y - size.y / 2, size.x, size.y};
}

#endif
