/*
 * layout.h - where each site and each host stands on the map.
 *
 * A grid by site and role, nothing that wanders: the sender's site left, relays between, the recipients'
 * right, name servers above, strangers below, outside all sites; within a site people's computers at
 * the outer edge and what speaks to the world at the inner.  Few sites stand as columns, many on
 * shelves.  Of all arrangements the one is taken that lets hosts be shown with the most beside them
 * (levels, from all texts and slots down to dots); more hosts than that and sites are folded to one tile.
 *
 * Stable  a function of cast, area, text size and of what was folded by hand.  The arrangement is that of
 *         the whole map and stays when it is enlarged; only what is shown of each host grows.  A host that
 *         is added comes after those of its kind and site; it does not change the order of the others.
 * Units   points.
 * Owner   arrays in the memory given; layout_init() pairs with layout_end().
 * Errors  none: what does not fit at all gets smaller than any text.
 */
#ifndef RENDER_STAGE_LAYOUT_H
#define RENDER_STAGE_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "render/stage/map.h"
#include "sim/kernel/memory.h"
#include "sim/replay/cast.h"

/* How high text is: a line of `size` is max(size * line, line_min) high. */
struct layout_text {
    double line, line_min;
    const double *label_width; /* by host: of its label at LAYOUT_LABEL */
    const double *title_width; /* by site: of its name, in bold */
};

#define LAYOUT_LABEL 18.0

/* Sizes of what a level shows; 0: not shown. */
struct layout_look {
    double tile, label, address, plate,
        title;    /* side of the tile, of a card's icon; sizes of text */
    double side;  /* least width of the slots beside the tile */
    bool baton;   /* a row for it above; else it has a place beside */
    bool card;    /* icon and name stand beside each other in one box: lower, and wider */
    double worth; /* how good it is to look at, 0 .. 1 */
};

struct layout_host {
    struct rect cell, tile, plate, icon, label, address; /* empty: not shown */
    struct rect slots[SLOT_COUNT];
    bool shown; /* false: its site is folded */
    uint8_t level;
};

/* A site, or those without one: name servers, then strangers. */
struct layout_site {
    struct rect box, title;
    uint32_t host_count; /* that it places; 0: there is no such box */
    bool framed, folded;
    uint8_t level;
};

struct layout {
    struct memory *memory;
    const struct cast *cast;
    struct layout_host *hosts; /* as in the cast */
    struct layout_site *sites; /* those of the cast, then the two without a name */
    uint32_t site_count;
    struct layout_own *own;
};

void layout_init(struct layout *l, struct memory *m, const struct cast *cast);
void layout_end(struct layout *l);
/* With the choice's zoom 1 the whole map fits `area`; with more it is as much larger, seen from `pivot`,
 * then moved by its origin.  `roomy`: larger than usual if there is room.  True: places have changed. */
bool layout_make(struct layout *l, struct rect area, struct point pivot,
                 const struct layout_text *text, const struct choice *choice, bool roomy);
/* The site (or one of the two without a name) whose box shows this host. */
uint32_t layout_site_of(const struct layout *l, uint32_t host);
const struct layout_look *layout_look(uint8_t level);
/* Height of a line of text. */
double layout_line(const struct layout_text *t, double size);

#endif
