/*
 * map_parts.h - what the files of the map share, and nobody else.
 *
 * map.c puts all together; map_ways.c knows who has ever talked to whom, map_curve.c how a way runs,
 * map_state.c in what state hosts and links are, the others draw.
 *
 * Units   points.
 * Owner   everything is of the map: map_end() gives it back.
 * Errors  none.
 */
#ifndef RENDER_STAGE_MAP_PARTS_H
#define RENDER_STAGE_MAP_PARTS_H

#include "render/stage/layout.h"
#include "render/stage/map.h"
#include "sim/kernel/table.h"

enum { WAY_KINDS = 4 };

/* What has ever gone along a way; a set of bits. */
enum map_way_kind {
    WAY_LINK = 1,   /* written in the scenario */
    WAY_MAIL = 2,   /* SMTP or LMTP */
    WAY_LOOKUP = 4, /* DNS */
    WAY_PULL = 8    /* POP3 */
};

struct map_way {
    uint32_t a, b;    /* hosts, a < b */
    unsigned kinds;   /* up to this moment: set of enum map_way_kind */
    unsigned from[2]; /* of those, what a began, and what b began */
    /* Of what is under way at this moment, from a to b and from b to a: how many. */
    uint32_t letters[2], others[2], lookups[2];
};

/* A pair of hosts and when each kind of thing first went along, from a and from b; the curve. */
struct way_known {
    uint32_t ends[2]; /* a < b; the table's key */
    uint32_t first[WAY_KINDS][2];
    uint32_t shown;    /* its place among those shown, if it is */
    uint32_t drawn[2]; /* what it joins on the map: hosts or folded sites; the key of a table */
    bool curved;       /* the curve is known */
    struct point p[4];
};

/* The state of a link from a record on. */
struct link_change {
    uint32_t record;
    uint32_t a, b; /* hosts; b NONE: a's way to the internet; both NONE: the internet */
    bool down;
};

/* A host's settings are others from a record on. */
struct rules_change {
    uint32_t record, host;
};

struct host_state {
    uint8_t power;       /* enum scene_power */
    bool active;         /* this step is about it */
    bool cut;            /* its way to the internet is down */
    bool client, server; /* of an open connection; that in view, if it is open */
    const char *word;    /* what it is doing; or empty */
};

/* Which host covers a place: for curves that go round others. */
struct crowd {
    uint16_t *cells; /* 0: nobody */
    uint32_t columns, rows, room;
    struct point origin;
    double step; /* points */
};

struct map_own {
    struct layout layout;
    double *label_width, *title_width; /* by host; by site */
    struct layout_text text;
    struct rect panel, area, strip;
    /* ---- ways ---- */
    const struct recording *recording;
    uint32_t taken; /* records looked at */
    bool waits;     /* a mail has ever had to wait for another try */
    struct way_known **ways;
    uint32_t way_count, way_room;
    struct table by_ends;
    struct link_change *changes;
    uint32_t change_count, change_room;
    struct rules_change *sets;
    uint32_t set_count, set_room;
    struct crowd crowd;
    /* ---- of this moment ---- */
    struct host_state *states; /* by host */
    struct map_way *shown;     /* ways used up to now */
    uint32_t shown_count, shown_room;
    double unit; /* map_unit() */
};

/* ---- ways ---- */

void ways_init(struct map *map);
void ways_end(struct map *map);
/* Takes up the records that are new. */
void ways_take(struct map *map, const struct recording *r);
/* Those used up to the scene, and what is under way on them. */
void ways_show(struct map *map, const struct ui *ui);
struct way_known *way_find(const struct map *map, uint32_t a, uint32_t b);
bool rules_changed(const struct map *map, uint32_t now, uint32_t host);
bool link_down(const struct map *map, uint32_t now, uint32_t a, uint32_t b);

/* ---- curves ---- */

/* The places have changed: who covers what. */
void crowd_fill(struct map *map);
void crowd_free(struct map *map);
bool curve_find(const struct map *map, uint32_t a, uint32_t b, struct point p[4]);

/* ---- states ---- */

void states_find(struct map *map, const struct ui *ui);
uint64_t states_key(const struct map *map, uint64_t key);

/* ---- drawing ---- */

static inline bool rect_meets(struct rect a, struct rect b)
{
    return a.w > 0 && b.w > 0 && a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h &&
           b.y < a.y + a.h;
}
/* Is all of r on the map, and nothing of a host or a title there? */
bool map_is_free(const struct map *map, struct rect r);

void draw_legend(struct ui *ui, struct rect row);
void draw_sites(struct map *map, struct ui *ui, bool folded);
void draw_ways(struct map *map, struct ui *ui);
void draw_ranges(struct map *map, struct ui *ui);
/* The rule that a fence in this site stands for, at the right end of the row; how much of it is used. */
double fence_note(struct map *map, struct ui *ui, uint32_t site, struct rect row);
void draw_active_ways(struct map *map, struct ui *ui);
void draw_hosts(struct map *map, struct ui *ui);
/* What changes with the pointer: not part of the still layer. */
void draw_pointed(struct map *map, struct ui *ui);
/* "uni.example", "Name servers": of a box, which may be none of the cast's sites. */
struct text site_name(const struct map *map, uint32_t site);

#endif
