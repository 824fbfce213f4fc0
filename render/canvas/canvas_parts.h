/*
 * canvas_parts.h - what the files of the canvas share, and nobody else's.
 *
 * Points become pixels at once, by hand (struct view): scale and shift are all that there is, so cairo's
 * own matrix only moves a target to its place.  A target is an image that takes what is drawn: the
 * picture itself, or a scratch image for a group, a layer or a sprite.  Scratch images are clean between
 * uses; what was touched is known as one box, so nobody clears or copies more than that.
 *
 * Units   pixels unless said otherwise; "device" pixels are those of the picture.
 * Owner   everything is of the canvas: masks and sprites until their cache needs the room, layers until
 *         they are drawn anew, the rest until canvas_close().
 * Errors  none beyond canvas.h.
 */
#ifndef RENDER_CANVAS_CANVAS_PARTS_H
#define RENDER_CANVAS_CANVAS_PARTS_H

#include <SDL2/SDL_ttf.h>
#include <cairo/cairo.h>
#include <stdbool.h>
#include <stdint.h>

#include "render/canvas/canvas.h"
#include "sim/kernel/memory.h"

/* Half open: x0 <= x < x1. */
struct box {
    int x0, y0, x1, y1;
};

static inline bool box_empty(struct box b)
{
    return b.x0 >= b.x1 || b.y0 >= b.y1;
}
static inline struct box box_meet(struct box a, struct box b)
{
    return (struct box){a.x0 > b.x0 ? a.x0 : b.x0, a.y0 > b.y0 ? a.y0 : b.y0,
                        a.x1 < b.x1 ? a.x1 : b.x1, a.y1 < b.y1 ? a.y1 : b.y1};
}
static inline struct box box_join(struct box a, struct box b)
{
    if (box_empty(a))
        return b;
    if (box_empty(b))
        return a;
    return (struct box){a.x0 < b.x0 ? a.x0 : b.x0, a.y0 < b.y0 ? a.y0 : b.y0,
                        a.x1 > b.x1 ? a.x1 : b.x1, a.y1 > b.y1 ? a.y1 : b.y1};
}

/* device = origin + k * point */
struct view {
    double x, y, k;
};

/* ---- pictures that are kept ---- */

/* A picture in runs: transparent pixels are skipped, opaque ones copied, the others blended. */
enum run { RUN_SKIP, RUN_COPY, RUN_BLEND };
struct picture {
    struct box box;   /* device; a sprite's: around (0, 0) */
    uint32_t *pixels; /* row by row without the skipped ones */
    size_t pixel_count;
    uint32_t *runs; /* kind << 28 | length; each row adds up to the box's width */
    size_t run_count;
    uint32_t run_room;
    uint32_t *rows; /* for each row: its first run, its first pixel */
};

/* A layer or sprite: its picture and its marks, texts counted from their own beginning. */
struct kept {
    bool painted;
    struct picture picture;
    struct mark *marks;
    size_t mark_count;
    char *texts;
    size_t octets;
};

/* An 8-bit mask; what is drawn is a colour through it. */
struct mask {
    int width, height, stride;
    int left, top; /* of its upper left pixel, seen from the pen */
    double advance;
    uint8_t alpha[];
};

/* ---- a cache with a budget: the least recently used goes first ---- */

struct cached {
    struct cached *chain;         /* of its bucket */
    struct cached *before, *next; /* by use, the latest first */
    uint64_t hash;
    struct text key; /* own copy */
    void *value;
    size_t size, more;
};

struct cache {
    struct memory *memory;
    struct cached **buckets;
    size_t bucket_count, count;
    struct cached *first, *last;
    size_t used, budget;
    void (*gone)(struct memory *, void *);
};

/* gone: called with a value before it goes; may be NULL. */
void cache_init(struct cache *c, struct memory *m, size_t budget,
                void (*gone)(struct memory *, void *));
void cache_clear(struct cache *c);
/* NULL: not there. */
void *cache_find(struct cache *c, struct text key);
/* Cleared room for a value of that many octets; an older one of that key goes, and so may others.
 * `more`: what the value owns beside it, counted too. */
void *cache_put(struct cache *c, struct text key, size_t size, size_t more);

/* ---- targets ---- */

enum target_kind { TARGET_PICTURE, TARGET_GROUP, TARGET_LAYER, TARGET_SPRITE };
enum { TARGET_DEPTH = 8, CLIP_DEPTH = 64 };

struct target {
    enum target_kind kind;
    cairo_t *cr;
    uint32_t *pixels;
    int stride;         /* in pixels */
    int x0, y0;         /* device place of its first pixel */
    struct box room;    /* device */
    struct box touched; /* device */
    struct view view;   /* from points to pixels */
    unsigned clips;     /* depth of clips at its beginning */
    /* layers and sprites */
    uint32_t slot;
    uint64_t key;
    struct point size;
    size_t marks, octets; /* where its marks and their texts begin */
    struct point at;
    double alpha;
    bool same;       /* nothing is painted: draws on the target before */
    struct box clip; /* that cairo has */
};

/* Coverage of what is being drawn: as large as the picture, clean between uses. */
struct cover_span {
    int32_t x0, x1;
};
struct cover {
    uint8_t *alpha;
    struct cover_span *spans; /* for each row between `first` and `end`: what was touched */
    int width, height, first, end;
};
enum { COVER_CORNERS = 8 };

struct scratch {
    cairo_surface_t *surface;
    cairo_t *cr;
};

struct layer {
    bool known;
    uint64_t key;
    struct box box;
    struct view view;
    struct kept kept;
};

enum { FACES_MAX = 24, SIZES_MAX = 48, FOUND_MAX = 64, LAYERS_MAX = 256 };
/* Points that a shadow reaches beyond what throws it. */
#define SHADOW_REACH 14.0

/* A font file. */
struct face {
    struct text path;
    long index;
    void *octets; /* of the file, once it was used */
    size_t size;
};
/* One of them opened at a size. */
struct sized {
    TTF_Font *font;
    unsigned face;
    int quarter; /* quarter pixels */
    uint64_t used;
};
/* Which face has a rare character. */
struct found {
    uint32_t character;
    enum font font;
    unsigned face;
};

struct fonts {
    bool ready;
    struct face faces[FACES_MAX];
    unsigned count;
    unsigned first[FONT_COUNT],
        fallback[FONT_COUNT]; /* a style's own face, and the one asked next */
    struct sized sized[SIZES_MAX];
    unsigned sized_count;
    uint64_t clock;
    struct found found[FOUND_MAX];
    void *config; /* FcConfig */
};

struct svg;

struct canvas {
    struct memory memory;
    int width, height;
    double scale, text;
    enum theme theme;
    bool paint, moving;
    char icons[1024];
    cairo_surface_t *surface;

    struct scratch scratch[TARGET_DEPTH];
    struct target targets[TARGET_DEPTH + 1];
    unsigned depth; /* index of the target that is drawn on */
    unsigned too_deep;
    struct box clips[CLIP_DEPTH];
    unsigned clip_count, clips_too_deep;

    struct cover cover;
    struct layer *layers;
    uint32_t layer_count;
    struct cache masks;   /* texts and icons */
    struct cache sprites; /* struct sprite */
    struct fonts fonts;
    struct svg *svg;                  /* drawing goes to a file; NULL: to the picture */
    struct buffer scrap;              /* a text made clean */
    struct buffer line;               /* a run of it, ended by a NUL; or a key */
    struct buffer cut, wrapped, last; /* of text_fit.c */

    struct mark *marks;
    uint32_t mark_room;
    size_t mark_count;
    struct buffer texts; /* of the marks, each ended by a NUL; `argument` is where one begins */
};

static inline struct target *target_of(struct canvas *c)
{
    return &c->targets[c->depth];
}
static inline const struct view *view_of(const struct canvas *c)
{
    return &c->targets[c->depth].view;
}
/* What may be touched: the clip in force. */
static inline struct box clip_of(const struct canvas *c)
{
    return c->clips[c->clip_count - 1];
}
static inline double to_x(const struct canvas *c, double x)
{
    const struct view *v = view_of(c);
    return v->x + v->k * x;
}
static inline double to_y(const struct canvas *c, double y)
{
    const struct view *v = view_of(c);
    return v->y + v->k * y;
}

struct device_rect {
    double x0, y0, x1, y1;
    bool drawn; /* false: nothing of it can be seen */
};
/* In pixels, on whole ones unless it moves; NaN and emptiness are not drawn, what is huge is cut. */
struct device_rect device_rect(const struct canvas *c, struct rect r);
struct point device_point(const struct canvas *c, struct point p);
bool point_fine(struct point p);
/* The smallest box around it. */
struct box box_around(double x0, double y0, double x1, double y1);
/* Is anything of it visible?  Then it is counted as touched. */
bool touch(struct canvas *c, struct box b);
uint32_t canvas_colour(const struct canvas *c, enum colour colour, double alpha);
/* Ready to paint with that colour (not premultiplied) on the present target. */
cairo_t *canvas_ink(struct canvas *c, uint32_t colour);
/* A new target that covers `room`, with that view; NULL: nested too deep, which target_end() knows. */
struct target *target_begin(struct canvas *c, enum target_kind kind, struct box room,
                            struct view view);
/* False: it was none of that kind (too deep, or a call that has no partner). */
bool target_is(const struct canvas *c, enum target_kind kind);
/* Back to the target before; what was touched is cleared, `t` stays readable until the next begins. */
struct target *target_end(struct canvas *c);

/* ---- pixels ---- */

static inline uint32_t premultiplied(uint32_t colour)
{
    uint32_t a = colour >> 24, rb = (colour & 0xff00ff) * a + 0x800080,
             g = (colour >> 8 & 0xff) * a + 0x80;

    rb = (rb + (rb >> 8 & 0xff00ff)) >> 8 & 0xff00ff;
    return a << 24 | rb | ((g + (g >> 8)) & 0xff00);
}
/* All four parts times part / 255. */
static inline uint32_t pixel_times(uint32_t p, uint32_t part)
{
    uint32_t rb = (p & 0xff00ff) * part + 0x800080, ag = (p >> 8 & 0xff00ff) * part + 0x800080;

    rb = (rb + (rb >> 8 & 0xff00ff)) >> 8 & 0xff00ff;
    ag = (ag + (ag >> 8 & 0xff00ff)) & 0xff00ff00;
    return rb | ag;
}
static inline uint32_t pixel_over(uint32_t src, uint32_t dst)
{
    return src + pixel_times(dst, 255 - (src >> 24));
}

/* Onto the present target, within the clip. */
void blit_fill(struct canvas *c, struct box b, uint32_t colour);
void blit_mask(struct canvas *c, const struct mask *m, int x, int y, uint32_t colour);
void blit_picture(struct canvas *c, const struct picture *p, int dx, int dy, uint32_t alpha);
/* Of what a target has within a box. */
void picture_take(struct memory *m, const struct target *t, struct box box, struct picture *out);
void kept_free(struct memory *m, struct kept *k);

/* ---- a file instead of pixels (canvas_svg.c) ---- */

/* Opens the picture anew, empty; false: no memory. */
bool picture_open(struct canvas *c, int width, int height);
void svg_fill(struct canvas *c, struct box b, uint32_t colour);
/* A mask that is `zoom` times as large as it is shown. */
void svg_mask(struct canvas *c, const struct mask *m, int zoom, int x, int y, uint32_t colour);
/* A run of one face, ended by a NUL, `width` pixels wide. */
void svg_run(struct canvas *c, unsigned face, int quarter, const char *run, struct point at,
             double width, uint32_t colour);

/* A mask of a rectangle's corners, its sides stretched: onto `b`.  `covered`: what need not be drawn. */
void blit_nine(struct canvas *c, const struct mask *m, struct box b, struct box covered,
               uint32_t ink);

/* What the mask of a rounded rectangle depends on.  No holes: its octets are a key. */
struct mask_key {
    int kind; /* 'R' the rectangle, 'S' its shadow; a text's and an icon's begin otherwise */
    int width, height, radius, edge;
};
/* The mask kept under that key; a new one is clear, and `known` false: the caller fills it. */
struct mask *mask_kept(struct canvas *c, const void *key, size_t key_size, int width, int height,
                       bool *known);

/* How far (x, y) is outside of a rounded rectangle around (0, 0); inside: negative. */
double rounded_distance(double x, double y, double width, double height, double radius);

/* ---- coverage ---- */

/* Between these, anything that is added shows once, where it covers most. */
void cover_begin(struct canvas *c);
void cover_end(struct canvas *c, uint32_t colour);
void cover_free(struct canvas *c);
/* How a segment ends: round, straight, or in another that goes on in nearly the same direction. */
enum segment_end { END_ROUND, END_CUT, END_GOES_ON };
struct segment {
    struct point a, b; /* device */
    double half;       /* of its width */
    enum segment_end a_is, b_is;
};
void cover_segment(struct canvas *c, const struct segment *segment);
void cover_ring(struct canvas *c, struct point middle, double radius, double half);
/* False: it is not convex, or has too many corners. */
bool cover_convex(struct canvas *c, const struct point *p, size_t count);
/* Pixels of a pen: never so thin that it cannot be seen; whole ones if it is thin and stands still. */
double pen_pixels(const struct canvas *c, struct pen pen);
/* The same as cairo takes it, for what only it draws and for files; `cut`: straight ends. */
cairo_t *cairo_pen(struct canvas *c, struct pen pen, bool cut);
/* Is anything of these points visible, or of that disc (its radius in pixels, negative: no)? */
bool touch_points(struct canvas *c, const struct point *p, size_t count, double reach);
double touch_round(struct canvas *c, struct point middle, double radius, double reach);

/* ---- text ---- */

/* False: no font at all, or SDL says why. */
bool fonts_open(struct canvas *c, char *why, size_t why_size);
void fonts_close(struct canvas *c);
/* Which face shows that character in that style. */
unsigned fonts_face(struct canvas *c, enum font font, uint32_t character, int quarter);
TTF_Font *fonts_sized(struct canvas *c, unsigned face, int quarter);
/* The size at which a style is drawn, in quarter pixels, at least the floor. */
int style_quarter(const struct canvas *c, struct style s);
/* Valid UTF-8 without control characters; `t` itself if it is that already, else in c->scrap. */
struct text text_clean(struct canvas *c, struct text t);
/* Width in pixels of clean text, not kept in the cache. */
double text_measure(struct canvas *c, enum font font, int quarter, struct text clean);
double text_width_points(struct canvas *c, struct style s, struct text clean);
/* The size at which a style is drawn, in points: not below the floor. */
double text_em(const struct canvas *c, struct style s);
/* Draws and marks a clean text with its left end at p (points); returns its width in points. */
double text_draw(struct canvas *c, struct style s, struct point p, struct text clean);

/* ---- marks ---- */

void mark_add(struct canvas *c, enum mark_kind kind, struct device_rect device, uint32_t verb,
              int64_t argument);
void mark_text(struct canvas *c, enum mark_kind kind, struct device_rect device, struct text text);
/* Takes the marks from `from` on out of the frame; and puts them back, moved by that (points). */
void marks_take(struct canvas *c, size_t from, size_t octets, struct kept *k);
void marks_again(struct canvas *c, const struct kept *k, double dx, double dy);

#endif
