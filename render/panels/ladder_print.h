/*
 * ladder_print.h - the whole ladder of a connection or message on paper: white, pages of A4.
 *
 * A path that ends in .svg becomes an SVG drawing, any other a PNG picture.  What does not fit on one
 * page goes on in "name-2.svg", "name-3.svg", ...
 *
 * Owner   everything is borrowed for the call.
 * Errors  false: `why` says what went wrong, or nothing if a page could not be put; pages put before it
 *         stay.
 */
#ifndef RENDER_PANELS_LADDER_PRINT_H
#define RENDER_PANELS_LADDER_PRINT_H

#include "render/widgets/ui.h"

struct ladder_print {
    const struct recording *recording;
    const struct pace *pace;
    uint32_t conn; /* that connection; RECORDING_NONE: the message below */
    uint32_t mail; /* that message with all its hops */
    uint32_t upto; /* the last record that counts; RECORDING_NONE: all */
};

/* Where finished pages go; false: no further ones. */
struct ladder_paper {
    bool (*put)(void *context, const char *path, struct text octets);
    void *context;
};

/* `icons`: the folder assets/icons.  *pages: how many were written. */
bool ladder_print(const struct ladder_print *what, const char *path, const char *icons,
                  struct ladder_paper paper, uint32_t *pages, char *why, size_t why_size);

#endif
