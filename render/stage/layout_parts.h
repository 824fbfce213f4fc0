/*
 * layout_parts.h - what the files of the layout share, and nobody else.
 *
 * layout_group.c says what belongs together, layout_look.c how large a host is with all that belongs to
 * it, layout_plan.c which seat each has in its box, layout_arrange.c which arrangement fits,
 * layout_regions.c which part of the map each group gets, and layout_place.c puts hosts there.
 *
 * Units   points; a level is a look, from 0 (the largest) on.
 * Owner   what is here belongs to the layout and lives until its layout_end().
 * Errors  none: where not even the smallest look fits, a site is folded to one tile.
 */
#ifndef RENDER_STAGE_LAYOUT_PARTS_H
#define RENDER_STAGE_LAYOUT_PARTS_H

#include "render/stage/layout.h"

enum {
    LOOK_PLAIN = 5, /* the largest where nothing is enlarged */
    LOOK_ROOMY = 1,
    LOOK_SMALLEST_NAMED = 27,
    LOOK_ICONS = 30,
    LOOK_DOTS = 32,
    LOOK_FOLDED = 33,
    LOOK_COUNT = 36
};

/* ---- what belongs together ---- */

enum group_kind { GROUP_SENDER, GROUP_RELAY, GROUP_OTHER, GROUP_NAMES, GROUP_STRANGERS };

struct group {
    uint32_t first, count; /* in layout_own.members */
    uint32_t site;         /* in layout.sites */
    enum group_kind kind;
    bool framed;        /* stands in a box of its own */
    uint32_t shelf;     /* on which it stands, if there are shelves */
    double wide;        /* what it needs of a shelf's width */
    struct rect region; /* of the whole map: its box, or where its hosts stand */
    uint32_t across;    /* of those without a frame, beside each other */
    bool mirrored;      /* its inner side is the left one */
};

/* How far inside a site a host stands: 0 people, 1 submission and mailboxes, 2 what meets the world. */
enum { DEPTHS = 3 };

/* A host's seat in its box. */
struct seat {
    uint16_t column, row, of;  /* row of that many */
    uint16_t run, run_columns; /* the columns of its depth */
};

struct plan {
    uint32_t columns, rows;
};

struct size {
    double w, h;
};

/* Which hosts of a site share columns: those of one depth; all those of several depths that fit;
 * whoever comes next, so that there are as few columns as can be. */
enum packing { APART, MERGED, PACKED };

struct arrangement {
    bool shelves;
    uint8_t rows; /* hosts above each other in a site, at most */
    enum packing packing;
    bool flat; /* few hosts of one depth stand in a row, whatever `rows` is */
    bool names_above, strangers_below; /* in a row of their own, not between the sites */
    uint8_t level;
    double air;   /* 0 .. 1: how much of what is wanted between hosts that talk there is */
    double slack; /* how much larger than needed the area is; below 1: smaller */
};

struct layout_own {
    struct group *groups; /* sender, relays, others, names, strangers */
    uint32_t group_count;
    uint32_t *members; /* hosts, group by group, from the outermost inwards */
    uint8_t *depth;    /* by host */
    uint32_t *group_of;
    struct seat *seats;      /* by host */
    uint64_t key, whole_key; /* of what places and arrangement were made for */
    struct arrangement chosen;
    /* Of this layout_make(). */
    const struct layout_text *text;
    const struct choice *choice;
    uint8_t common_look;           /* the largest that unfolded sites are shown with */
    double label_room[LOOK_COUNT]; /* width that labels ask of a cell */
};

void groups_make(struct layout *l);
static inline bool group_turned(const struct layout *l, const struct group *g)
{
    return choice_turned(l->own->choice, g->site);
}

/* ---- looks ---- */

/* How much room there is between things, relative to a tile of 60. */
/* Looks at all labels; before anything below. */
void looks_measure(struct layout *l);
double look_unit(uint8_t level);
struct size look_cell(const struct layout *l, uint8_t level, bool bare);
double look_chip(const struct layout *l); /* height of a chip */
/* Between things that talk, beside what belongs to them: the more air, the more room for what moves.
 * Between the sites of a row; the columns of a site; a site and the one in the middle; on a shelf. */
double look_between(const struct layout *l, uint8_t level, double air);
double look_hall(const struct layout *l, uint8_t level, double air);
double look_aisle(uint8_t level, double air);
double look_gap(uint8_t level, double air); /* sites on a shelf */
/* Width that a site's title asks for. */
double look_title_room(const struct layout *l, uint8_t level, uint32_t site);
double look_title(const struct layout *l, uint8_t level);
/* A folded site's least size. */
struct size look_folded(const struct layout *l, uint8_t level);
/* Puts everything of a host with its cell's top at y, x in the middle, that wide. */
void look_place(const struct layout *l, struct layout_host *h, uint8_t level, bool bare,
                struct point top, double width);

/* ---- plans ---- */

struct plan plan_make(struct layout *l, const struct group *g, uint32_t rows, enum packing packing);
struct size plan_size(const struct layout *l, uint8_t level, double air, const struct group *g,
                      struct plan p);

/* ---- arrangements ---- */

struct plan group_plan(struct layout *l, const struct group *g, const struct arrangement *a);
/* What a framed group needs. */
struct size group_need(struct layout *l, const struct group *g, const struct arrangement *a,
                       uint8_t level);
/* Those of a group without frame: `across` beside each other. */
struct size free_need(const struct layout *l, const struct group *g, uint8_t level,
                      uint32_t across);
uint32_t free_across(const struct layout *l, const struct group *g, uint8_t level, double width);
struct size arrangement_need(struct layout *l, const struct arrangement *a, uint8_t level,
                             struct size area);
void arrange(struct layout *l, struct size area, uint8_t best);
struct group *group_of_kind(const struct layout *l, enum group_kind kind);

/* What the columns of a map with few sites hold. */
struct columns {
    struct group *left, *names, *strangers; /* names and strangers between the sites; or NULL */
    uint32_t middle, middle_count, right, right_count; /* groups */
    struct size left_need, middle_need, right_need;
    bool framed; /* there is a site in the middle column */
};
struct columns columns_of(struct layout *l, const struct arrangement *a, uint8_t level);

/* The regions of all groups, of the map as a whole. */
void regions_make(struct layout *l, struct rect area);
/* Boxes, titles and hosts, where the `whole` map is enlarged and moved to `area`; with which look. */
uint8_t place_all(struct layout *l, struct rect whole, struct rect area, double zoom,
                  uint8_t first);

#endif
