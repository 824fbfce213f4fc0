/*
 * app.h - the program around a viewer: what was typed, files, the log; and the ways to use it.
 *
 * Errors  told on stderr as smtplab tells them; results are exit statuses (shell/options.h).
 * Owner   app_open() pairs with app_close(), whatever the first returned.
 */
#ifndef RENDER_APP_APP_H
#define RENDER_APP_APP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "render/app/gallery.h"
#include "render/app/viewer.h"
#include "sim/shell/bundled.h"
#include "sim/shell/options.h"

struct app {
    const struct cli_call *call;
    struct memory memory;
    struct canvas *canvas;
    struct viewer viewer;
    struct gallery gallery;
    struct bundled *bundled; /* its scenarios */
    bool viewing;            /* the viewer is there */
    char *icons;
    int width, height; /* pixels */
    FILE *log;
    int answers; /* exit status of the last time that they were written */
    int wrote;   /* exit status of the last file that an action wrote */
    /* A trace that may still grow. */
    bool following;
    size_t followed; /* octets seen so far */
    char *path;
    bool (*full)(struct app *app); /* a window's */
    void *window;
};

/* "1280x720": pixels that a window or picture can have. */
bool app_size(struct text typed, int *width, int *height);
/* Reads the options, opens the film and the canvas. */
int app_open(struct app *app, const struct cli_call *call);
/* The exit status: of answers or a log that could not be kept. */
int app_close(struct app *app);
/* Writes a picture of what is shown now. */
int app_picture(struct app *app, const char *path);

/* The printed ladder of a message: --message names it, or it is the one in view. */
int app_ladder(struct app *app, const char *path);

/* Looks whether the followed trace has grown: true if there is more to see. */
bool app_follow(struct app *app);

/* Without a display: a script, pictures. */
int app_play_script(struct app *app, const char *path);
/* The window, until it is closed; `script` may be NULL. */
int app_window(struct app *app, const char *script);

#endif
