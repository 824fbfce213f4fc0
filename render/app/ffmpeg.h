/*
 * ffmpeg.h - pictures into a video, by the program ffmpeg at the other end of a pipe.
 *
 *     ffmpeg_open(&out, "lesson.mp4", 1280, 720, 30);
 *     ffmpeg_put(&out, pixels, stride);      for each picture
 *     ffmpeg_close(&out, true);
 *
 * The file's name says the form: mp4 (H.264), webm (VP9), gif.
 *
 * Errors  told on stderr, with the last of ffmpeg's own words; results are exit statuses.
 * Owner   ffmpeg_open() that succeeded pairs with ffmpeg_close().
 */
#ifndef RENDER_APP_FFMPEG_H
#define RENDER_APP_FFMPEG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

struct ffmpeg {
    char *path, *temporary;
    FILE
        *words; /* what it says on stderr; a file, since a pipe that nobody empties would stop it */
    int pipe, width, height;
    pid_t child;
};

/* mp4, webm or gif? */
bool ffmpeg_knows(const char *path);
int ffmpeg_open(struct ffmpeg *f, const char *path, int width, int height, int fps);
/* False: ffmpeg has gone; ffmpeg_close() says why. */
bool ffmpeg_put(struct ffmpeg *f, const uint32_t *pixels, int stride);
/* keep: the video gets its name, if ffmpeg is content; else nothing stays. */
int ffmpeg_close(struct ffmpeg *f, bool keep);

#endif
