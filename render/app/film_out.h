/*
 * film_out.h - the film as a video or as numbered pictures, without a display.
 *
 * A video goes through ffmpeg, which gets the pictures by a pipe.  It appears whole or not at all.
 *
 * Owner   the app is borrowed: its canvas draws, its viewer moves on.
 * Errors  told on stderr; results are exit statuses (shell/options.h).  Of a film that could not be
 *         finished nothing stays, neither the video nor its pictures.
 */
#ifndef RENDER_APP_FILM_OUT_H
#define RENDER_APP_FILM_OUT_H

#include "render/app/app.h"

/* What --video, --frames, --fps, --for and --script say. */
int app_film_out(struct app *app);

#endif
