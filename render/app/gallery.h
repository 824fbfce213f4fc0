/*
 * gallery.h - all bundled scenarios as cards, each with a picture of its own map in the midst of things.
 *
 * The pictures are made by this program, one at a time while nothing else is to be done, and kept until
 * their size or theme changes.
 *
 * Owner   gallery_init() pairs with gallery_end(); items are borrowed, their pictures are the gallery's.
 * Errors  none: what cannot be run has a card without a picture.
 */
#ifndef RENDER_APP_GALLERY_H
#define RENDER_APP_GALLERY_H

#include "render/app/film.h"
#include "render/widgets/ui.h"

struct gallery_item {
    struct text name, title;
    int64_t number; /* in the course; 0: none */
    uint32_t *pixels;
    bool tried;
};

struct gallery {
    struct gallery_item *items;
    uint32_t count, chosen;
    /* The film of an item, or NULL. */
    struct film *(*film)(void *context, uint32_t item);
    void *context;
    /* ---- its own ---- */
    const char *icons;
    struct canvas *canvas; /* on which pictures are made, larger than they will be */
    enum theme theme;
    int width, height; /* pixels of the pictures */
    uint32_t columns;  /* of the last picture of all */
    bool follow;       /* the chosen card must come into view */
};

void gallery_init(struct gallery *g, const char *icons);
void gallery_end(struct gallery *g);
/* scroll: in points, brought into its limits. */
void gallery_draw(struct gallery *g, struct ui *ui, double *scroll, struct rect r);
/* Are pictures missing?  gallery_work() makes one. */
bool gallery_busy(const struct gallery *g);
void gallery_work(struct gallery *g);
/* Arrows, a clicker's keys, Home and End choose; false: the key is not the gallery's. */
bool gallery_key(struct gallery *g, struct text key);

#endif
