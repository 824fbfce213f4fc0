/*
 * canvas.h - one picture: shapes, text, icons.  Only this room knows cairo and the fonts.
 *
 * The picture is a 32-bit image in memory (premultiplied ARGB, native order), so a window, a PNG and a
 * film all take the same octets.  Whoever draws thinks in points: 1600 x 900 points fill a window of that
 * shape, canvas_scale() says how many pixels one is.  Still things are layers and sprites: drawn once,
 * copied afterwards.
 *
 * Marks   every text, icon and moving thing is noted with its box, and so is every area that does
 *         something when clicked.  With canvas_paint(c, false) nothing is painted but all marks are made:
 *         a test can look for overlaps without a picture.
 * Text    UTF-8 that need not be valid; control characters and broken sequences show as U+FFFD.
 * Units   points, from the upper left corner; text stands on its baseline unless it says "in".
 * Owner   canvas_open() pairs with canvas_close().
 * Errors  canvas_open() returns NULL and says why; afterwards nothing fails (without memory: abort()).
 */
#ifndef RENDER_CANVAS_CANVAS_H
#define RENDER_CANVAS_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "render/canvas/theme.h"
#include "sim/kernel/text.h"

struct point {
    double x, y;
};
struct rect {
    double x, y, w, h;
};

static inline struct rect rect_inset(struct rect r, double by)
{
    return (struct rect){r.x + by, r.y + by, r.w - 2 * by, r.h - 2 * by};
}
static inline bool rect_has(struct rect r, struct point p)
{
    return p.x >= r.x && p.y >= r.y && p.x < r.x + r.w && p.y < r.y + r.h;
}
static inline struct point rect_middle(struct rect r)
{
    return (struct point){r.x + r.w / 2, r.y + r.h / 2};
}
/* Cuts a strip off one side of *r and returns it. */
struct rect rect_cut_top(struct rect *r, double height);
struct rect rect_cut_bottom(struct rect *r, double height);
struct rect rect_cut_left(struct rect *r, double width);
struct rect rect_cut_right(struct rect *r, double width);

struct canvas;

/* width and height in pixels. `icons`: the folder assets/icons. */
struct canvas *canvas_open(int width, int height, const char *icons, char *why, size_t why_size);
void canvas_close(struct canvas *c);
void canvas_resize(struct canvas *c, int width, int height);
/* pixels: how many one point is; text: factor for text beside that (1, 1.25, 1.5).  Text is never drawn
 * smaller than 13 pixels. */
void canvas_scale(struct canvas *c, double pixels, double text);
void canvas_theme(struct canvas *c, enum theme theme);
void canvas_paint(struct canvas *c, bool paint);
/* What was drawn before is of no use any more (another film): no layer or sprite is known.  Between
 * frames only. */
void canvas_forget(struct canvas *c);
/* Begins a frame: forgets the marks; nothing is cleared. */
void canvas_begin(struct canvas *c);
/* The whole picture, in points; and as pixels, rows of *stride octets. */
struct rect canvas_area(const struct canvas *c);
const uint32_t *canvas_pixels(struct canvas *c, int *width, int *height, int *stride);
/* The picture as a PNG file's octets, appended. */
void canvas_put_png(struct canvas *c, struct buffer *out);

/* What is drawn from here to canvas_svg_end() becomes an SVG file's octets, appended; the drawing is `width_pt` 1/72 inch wide and
 * as high as the picture's shape asks.  For still pages: between the two there are no layers, sprites and
 * groups, and shadows are left out. */
void canvas_svg_begin(struct canvas *c, struct buffer *out, double width_pt);
/* The octets are complete, and the canvas is an empty picture again. */
void canvas_svg_end(struct canvas *c);

/* ---- shapes ---- */

enum dash {
    DASH_NONE,
    DASH_DASHED /* a refused way, and nothing else */,
    DASH_DOTTED /* a look-up */
};

struct pen {
    enum colour colour;
    double width;
    enum dash dash;
    double alpha; /* 0 counts as 1 */
};

void canvas_fill(struct canvas *c, struct rect r, double radius, enum colour colour);
void canvas_fill_alpha(struct canvas *c, struct rect r, double radius, enum colour colour,
                       double alpha);
void canvas_outline(struct canvas *c, struct rect r, double radius, struct pen pen); /* inside r */
void canvas_shadow(struct canvas *c, struct rect r, double radius);
void canvas_line(struct canvas *c, struct point a, struct point b, struct pen pen);
/* A cubic curve from p[0] to p[3]. */
void canvas_curve(struct canvas *c, const struct point p[4], struct pen pen);
void canvas_polygon(struct canvas *c, const struct point *p, size_t count, enum colour fill);
void canvas_polyline(struct canvas *c, const struct point *p, size_t count, struct pen pen);
void canvas_disc(struct canvas *c, struct point middle, double radius, enum colour fill);
void canvas_ring(struct canvas *c, struct point middle, double radius, struct pen pen);
void canvas_arc(struct canvas *c, struct point middle, double radius, double from, double to,
                struct pen pen);
/* Another picture (premultiplied, rows of `stride` octets), made to fit r, its corners rounded. */
void canvas_image(struct canvas *c, struct rect r, double radius, const uint32_t *pixels, int width,
                  int height, int stride);
/* The head of an arrow that comes from `from` and ends in `tip`. */
void canvas_arrow_head(struct canvas *c, struct point from, struct point tip, double size,
                       enum colour colour);
void canvas_hatch(struct canvas *c, struct rect r, double radius); /* what may not be seen yet */

void canvas_clip(struct canvas *c, struct rect r);
void canvas_unclip(struct canvas *c);
/* Everything until the end is shown together with that opacity. */
void canvas_group(struct canvas *c);
void canvas_group_end(struct canvas *c, double alpha);

/* ---- text ---- */

enum font { FONT_SANS, FONT_MEDIUM, FONT_BOLD, FONT_MONO, FONT_MONO_BOLD, FONT_COUNT };
enum align { ALIGN_LEFT, ALIGN_MIDDLE, ALIGN_RIGHT };

struct style {
    enum font font;
    double size; /* points */
    enum colour colour;
    enum align align;
};

double canvas_text_width(struct canvas *c, struct style s, struct text text);
double canvas_line_height(struct canvas *c, struct style s);
/* On a baseline; align says what of the text p.x is.  Returns the width. */
double canvas_text(struct canvas *c, struct style s, struct point p, struct text text);
/* Centred upright in r, shortened with one ellipsis until it fits: in the middle if it is a name or
 * address (no blanks), else at its end.  True if it was shortened. */
bool canvas_text_in(struct canvas *c, struct style s, struct rect r, struct text text);
/* Broken at line feeds and between words (long words anywhere) from the top of r; what does not
 * fit ends with an ellipsis.  Returns the height used.  canvas_wrap_height() only measures,
 * without a limit. */
double canvas_text_wrap(struct canvas *c, struct style s, struct rect r, struct text text);
double canvas_wrap_height(struct canvas *c, struct style s, double width, struct text text);

/* ---- icons ---- */

/* X(SUFFIX, "file name in assets/icons without .svg") */
#define ICONS(X)                                                                                   \
    X(MUA, "mua")                                                                                  \
    X(MSA, "msa")                                                                                  \
    X(MTA, "mta")                                                                                  \
    X(MDA, "mda")                                                                                  \
    X(DNS, "dns")                                                                                  \
    X(ROUTER, "router")                                                                            \
    X(STRANGER, "stranger")                                                                        \
    X(SERVER, "server")                                                                            \
    X(BLOCKLIST, "blocklist")                                                                      \
    X(ENVELOPE, "envelope")                                                                        \
    X(REPORT, "report")                                                                            \
    X(SPAM, "spam")                                                                                \
    X(LOCK, "lock")                                                                                \
    X(BATON, "baton")                                                                              \
    X(TRAY, "tray")                                                                                \
    X(MAILBOX, "mailbox")                                                                          \
    X(CACHE, "cache")                                                                              \
    X(LAMP, "lamp")                                                                                \
    X(GATE, "gate")                                                                                \
    X(PLAY, "play")                                                                                \
    X(PAUSE, "pause")                                                                              \
    X(NEXT, "next")                                                                                \
    X(BACK, "back")                                                                                \
    X(FIRST, "first")                                                                              \
    X(LAST, "last")                                                                                \
    X(SEARCH, "search")                                                                            \
    X(HELP, "help")                                                                                \
    X(CLOSE, "close")                                                                              \
    X(SUN, "sun")                                                                                  \
    X(MOON, "moon")                                                                                \
    X(WHAT_IF, "what-if")                                                                          \
    X(PERSON, "person")

enum icon {
#define X(suffix, file) ICON_##suffix,
    ICONS(X)
#undef X
        ICON_COUNT
};
/* In one colour, as large as r allows. */
void canvas_icon(struct canvas *c, enum icon icon, struct rect r, enum colour colour);

/* The shapes of reply classes: 2 a disc with a tick, 3 an open ring, 4 an hourglass, 5 an octagon with a
 * cross; anything else a ring with a dot. */
void canvas_class(struct canvas *c, int class, struct point middle, double radius);

/* ---- what is drawn once ---- */

/* A still area, and the shadows around it.  What it leaves empty shows what is below.  True: its
 * key is another one than last time (or the picture changed size, scale or theme), draw it now,
 * then canvas_layer_end().  False: the area was copied, its marks too. */
bool canvas_layer(struct canvas *c, uint32_t slot, struct rect r, uint64_t key);
void canvas_layer_end(struct canvas *c);

/* A small thing shown in many places: true if it must be drawn now, around (0, 0) within `size`, until
 * canvas_sprite_end(); it then appears around `at`, as it does at once where it is known. */
bool canvas_sprite(struct canvas *c, uint64_t key, struct point at, struct point size,
                   double alpha);
void canvas_sprite_end(struct canvas *c);

/* ---- marks ---- */

enum mark_kind {
    MARK_TEXT, /* must not meet another still text or icon, nor leave its panel */
    MARK_ICON,
    MARK_MOVING, /* may cross links and hosts; never the headline or the ladder's text */
    MARK_PANEL,  /* what the marks after it belong to, until the next */
    MARK_HIT,    /* something happens when it is clicked: `verb`, `argument` */
    MARK_BOX, /* a plate, letter or card that moves or pops up: covers no word, and no other one */
    MARK_CUT  /* a text was shortened here: shown whole when pointed at */
};

struct mark {
    enum mark_kind kind;
    struct rect r;
    uint32_t verb;    /* MARK_HIT: enum act; MARK_PANEL: its number */
    int64_t argument; /* MARK_HIT; MARK_TEXT, MARK_CUT: index in the frame's texts */
    bool moving;      /* drawn between canvas_moving(true) and (false) */
};

const struct mark *canvas_marks(const struct canvas *c, size_t *count);
struct text canvas_mark_text(const struct canvas *c, const struct mark *m);
void canvas_panel(struct canvas *c, uint32_t panel, struct rect r);
void canvas_hit(struct canvas *c, struct rect r, uint32_t verb, int64_t argument);
void canvas_box(struct canvas *c, struct rect r);
/* Texts, icons and hits from here on belong to things that move. */
void canvas_moving(struct canvas *c, bool moving);

#endif
