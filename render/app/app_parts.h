/*
 * app_parts.h - between the program's start (app.c) and what its viewer asks for (app_outside.c).
 *
 * Owner   the app is borrowed; what is asked for later gets it as its context.
 * Errors  exit statuses, after telling why on stderr; what a viewer asks for says it in the status line.
 */
#ifndef RENDER_APP_APP_PARTS_H
#define RENDER_APP_APP_PARTS_H

#include "render/app/app.h"

/* Whole, or not at all. */
int app_write(const char *path, struct text octets);
/* The picture as it was drawn last. */
int app_write_png(struct app *app, const char *path);

struct viewer_outside app_outside(struct app *app);
/* Without scenarios beside the program there is no gallery; who named a scenario needs none. */
int app_open_gallery(struct app *app);

#endif
