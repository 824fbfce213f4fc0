/*
 * map.h - who is where: sites, hosts and the ways between them, and all of it that stands still.
 *
 * The places are a function of the cast, the area's shape and the size of text (layout.h), so they are
 * the same whenever one comes back.  What moves is drawn over it by moving.h, which asks here where hosts
 * are, how a way runs, and which places round a host no other text will ever meet.
 *
 * Ways    a pair of hosts that were linked by the scenario or have ever talked in the recording; drawn
 *         from their first record on, so nothing hints at what is yet to come.
 * Units   points of the canvas; valid after map_draw() for that frame.
 * Owner   memory and cast are borrowed and must outlive the map; map_init() pairs with map_end().
 * Errors  none; hosts that cannot be seen (out of the area, or one of many) have empty slots.
 */
#ifndef RENDER_STAGE_MAP_H
#define RENDER_STAGE_MAP_H

#include "render/widgets/ui.h"

/* Places round a host for what lives there. */
enum map_slot {
    SLOT_BATON, /* above it, as wide as its cell (beside it, where that is too high): who has the mail */
    SLOT_TRAY,    /* beside it, to the left: its queue */
    SLOT_BADGE,   /* beside it, to the right: mailbox, cache, listed */
    SLOT_VERDICT, /* below its texts, as wide as its cell, where there is room: a reply's chip */
    SLOT_COUNT
};

struct map {
    struct memory *memory;
    const struct cast *cast;
    struct map_own *own;
};

void map_init(struct map *map, struct memory *memory, const struct cast *cast);
void map_end(struct map *map);
/* The whole panel: what stands still, then moving_draw(). */
void map_draw(struct map *map, struct ui *ui, struct rect r);

/* The part of the panel that shows hosts: moving things stay inside. */
struct rect map_area(const struct map *map);
/* Below the hosts, as wide as the panel's inside and a line and a half high, more where the run has a
 * mail that waits: for moving.h's strip of who has had the mail in view, and the ruler of its tries.
 * Nothing else is there. */
struct rect map_strip(const struct map *map);
/* The host's tile without its texts; of a host in a folded site the site's box; empty: not on the map. */
struct rect map_host_box(const struct map *map, uint32_t host);
/* All that belongs to the host: slots, tile, texts. */
struct rect map_host_cell(const struct map *map, uint32_t host);
/* Empty (w = 0) where there is no room for it. */
struct rect map_slot(const struct map *map, uint32_t host, enum map_slot which);
/* Is its site folded to one tile? */
bool map_folded(const struct map *map, uint32_t host);
/* The curve from one host's edge to the other's, the same in both directions; false (all points equal):
 * nothing can be seen on the way, both are at the same place. */
bool map_path(const struct map *map, uint32_t a, uint32_t b, struct point p[4]);
/* A point of a curve, 0 .. 1 of its length, and where it heads to there (of length 1). */
struct point map_along(const struct point p[4], double part, struct point *heading);
/* How large an envelope is drawn: its width; less the more hosts there are. */
double map_unit(const struct map *map);

/* ---- looking closer ---- */

/* Enlarges by that factor so that what is at `at` stays there; keeps the map within its panel `r`. */
void map_zoom(struct choice *choice, struct rect r, struct point at, double factor);
void map_pan(struct choice *choice, struct rect r, struct point by);

#endif
