/*
 * gallery.h - all bundled scenarios as cards.
 *
 * Owner   everything is borrowed.  Errors  none.
 */
#ifndef RENDER_APP_GALLERY_H
#define RENDER_APP_GALLERY_H

#include "render/widgets/ui.h"

struct gallery_item {
    struct text name, title, path;
    int64_t number; /* in the course; 0: none */
};

struct gallery {
    struct gallery_item *items;
    uint32_t count;
};

void gallery_draw(struct gallery *g, struct ui *ui, double scroll, struct rect r);

#endif
