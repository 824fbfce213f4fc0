/*
 * view_picture.h - a small picture to draw on, and what is found in it.
 *
 * Inline: tests that know no window are linked with all other helpers, but not with a canvas.
 *
 * Owner   the caller closes canvases and frees copies.
 */
#ifndef TESTS_VIEW_PICTURE_H
#define TESTS_VIEW_PICTURE_H

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "render/canvas/canvas.h"

enum { WIDTH = 320, HEIGHT = 200 };

static inline struct canvas *open_at(int width, int height)
{
    char why[200] = "";
    struct canvas *c = canvas_open(width, height, "assets/icons", why, sizeof why);

    cr_assert(c, "%s", why);
    canvas_begin(c);
    canvas_fill(c, canvas_area(c), 0, COLOUR_GROUND);
    return c;
}

static inline struct canvas *open_small(void)
{
    return open_at(WIDTH, HEIGHT);
}

/* A copy of all pixels, to be freed. */
static inline uint32_t *copy_pixels(struct canvas *c)
{
    int width, height, stride;
    const uint32_t *pixels = canvas_pixels(c, &width, &height, &stride);
    size_t row = (size_t)width * 4;
    uint32_t *copy = malloc(row * (size_t)height);

    for (int y = 0; y < height; y++)
        memcpy((char *)copy + row * (size_t)y, (const char *)pixels + (size_t)stride * (size_t)y,
               row);
    return copy;
}

static inline size_t differing(struct canvas *c, const uint32_t *before)
{
    uint32_t *now = copy_pixels(c);
    int width, height, stride;
    size_t count = 0;

    canvas_pixels(c, &width, &height, &stride);
    for (size_t i = 0; i < (size_t)width * (size_t)height; i++)
        count += now[i] != before[i];
    free(now);
    return count;
}

static inline uint32_t pixel(struct canvas *c, int x, int y)
{
    int width, height, stride;
    const uint32_t *pixels = canvas_pixels(c, &width, &height, &stride);

    return pixels[y * (stride / 4) + x];
}

static inline size_t count_marks(struct canvas *c, enum mark_kind kind)
{
    size_t count, found = 0;
    const struct mark *marks = canvas_marks(c, &count);

    for (size_t i = 0; i < count; i++)
        found += marks[i].kind == kind;
    return found;
}

static inline const struct mark *first_mark(struct canvas *c, enum mark_kind kind)
{
    size_t count;
    const struct mark *marks = canvas_marks(c, &count);

    for (size_t i = 0; i < count; i++)
        if (marks[i].kind == kind)
            return &marks[i];
    return NULL;
}

static const struct style BODY = {FONT_SANS, 16, COLOUR_TEXT, ALIGN_LEFT};

#endif
