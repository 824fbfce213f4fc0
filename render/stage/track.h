/*
 * track.h - the way between two hosts as things travel along it.
 *
 * A track is the map's curve with its length.  A place on it is a part, 0 to 1; who goes the other way
 * keeps to the other side, so that a command and a reply that meet pass each other.
 *
 * Units   points; parts of the way.
 * Owner   values, nothing to free.
 * Errors  none: on a track of length 0 every place is its first point.
 */
#ifndef RENDER_STAGE_TRACK_H
#define RENDER_STAGE_TRACK_H

#include "render/canvas/canvas.h"

struct track {
    struct point p[4];
    double length; /* 0: there is no way to be drawn */
};

struct track track_of(const struct point p[4]);
struct track track_reversed(const struct track *t);
/* At that part, `aside` points to the right of who travels along it. */
struct point track_at(const struct track *t, double part, double aside);
/* The place of something `half` long to both sides that leaves at one end and lands at the other
 * without covering what stands there. */
double track_within(const struct track *t, double part, double half);
/* The piece between two parts. */
struct track track_piece(const struct track *t, double from, double to);
/* As `count` points, `aside` to the right. */
void track_points(const struct track *t, double aside, struct point *out, uint32_t count);
/* How far something of that size reaches along the track's direction at that part. */
double track_reach(const struct track *t, double part, double width, double height);

#endif
