#include "render/canvas/canvas_parts.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    SIDE_MAX = 16384,
    MASKS_BUDGET = 12 << 20, /* octets: some 10,000 lines of text */
    SPRITES_BUDGET = 16 << 20
};

static void sprite_gone(struct memory *m, void *value)
{
    kept_free(m, value);
}

static int side(int pixels)
{
    return pixels < 1 ? 1 : pixels > SIDE_MAX ? SIDE_MAX : pixels;
}

static void drop_scratch(struct canvas *c)
{
    for (unsigned i = 0; i < TARGET_DEPTH; i++) {
        if (c->scratch[i].cr)
            cairo_destroy(c->scratch[i].cr);
        if (c->scratch[i].surface)
            cairo_surface_destroy(c->scratch[i].surface);
        c->scratch[i] = (struct scratch){NULL, NULL};
    }
}

bool picture_open(struct canvas *c, int width, int height)
{
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_ARGB32, side(width), side(height));

    if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) {
        cairo_surface_destroy(surface);
        return false;
    }
    if (c->targets[0].cr)
        cairo_destroy(c->targets[0].cr);
    if (c->surface)
        cairo_surface_destroy(c->surface);
    c->surface = surface;
    c->width = side(width);
    c->height = side(height);
    struct box room = {0, 0, c->width, c->height};
    c->targets[0] = (struct target){
        .cr = cairo_create(surface),
        .pixels = (uint32_t *)(void *)cairo_image_surface_get_data(surface),
        .stride = cairo_image_surface_get_stride(surface) / 4,
        .room = room,
        .clip = room,
    };
    return true;
}

/* The stacks as they are outside of everything. */
static void unwind(struct canvas *c)
{
    while (c->depth > 0 || c->too_deep > 0)
        target_end(c);
    c->clips[0] = c->targets[0].room;
    c->clip_count = 1;
    c->targets[0].view = (struct view){0, 0, c->scale};
    c->clips_too_deep = 0;
    c->moving = false;
}

struct canvas *canvas_open(int width, int height, const char *icons, char *why, size_t why_size)
{
    struct canvas *c = calloc(1, sizeof *c);

    if (!c) {
        snprintf(why, why_size, "out of memory");
        return NULL;
    }
    memory_init(&c->memory, 0);
    c->scale = c->text = 1;
    c->paint = true;
    snprintf(c->icons, sizeof c->icons, "%s", icons ? icons : "");
    cache_init(&c->masks, &c->memory, MASKS_BUDGET, NULL);
    cache_init(&c->sprites, &c->memory, SPRITES_BUDGET, sprite_gone);
    struct buffer *buffers[] = {&c->scrap, &c->line, &c->cut, &c->wrapped, &c->last, &c->texts};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        buffer_init(buffers[i], &c->memory);
    if (!picture_open(c, width, height))
        snprintf(why, why_size, "no memory for a picture of %d x %d", width, height);
    else if (fonts_open(c, why, why_size)) {
        unwind(c);
        return c;
    }
    canvas_close(c);
    return NULL;
}

void canvas_close(struct canvas *c)
{
    if (!c)
        return;
    if (c->svg)
        canvas_svg_end(c);
    fonts_close(c);
    drop_scratch(c);
    if (c->targets[0].cr)
        cairo_destroy(c->targets[0].cr);
    if (c->surface)
        cairo_surface_destroy(c->surface);
    memory_end(&c->memory);
    free(c);
}

/* Layers and sprites were drawn for another size, scale or theme. */
void canvas_forget(struct canvas *c)
{
    unwind(c);
    for (uint32_t i = 0; i < c->layer_count; i++)
        c->layers[i].known = false;
    cache_clear(&c->sprites);
}

void canvas_resize(struct canvas *c, int width, int height)
{
    if (side(width) == c->width && side(height) == c->height)
        return;
    canvas_forget(c);
    if (!picture_open(c, width, height))
        abort(); /* canvas.h: without memory */
    drop_scratch(c);
    cover_free(c);
    unwind(c);
}

void canvas_scale(struct canvas *c, double pixels, double text)
{
    pixels = pixels > 0.05 && pixels < 64 ? pixels : 1;
    text = text > 0.05 && text < 64 ? text : 1;
    if (pixels == c->scale && text == c->text)
        return;
    c->scale = pixels;
    c->text = text;
    canvas_forget(c);
}

void canvas_theme(struct canvas *c, enum theme theme)
{
    if (theme == c->theme || (unsigned)theme >= THEME_COUNT)
        return;
    c->theme = theme;
    canvas_forget(c);
}

void canvas_paint(struct canvas *c, bool paint)
{
    c->paint = paint;
}

void canvas_begin(struct canvas *c)
{
    unwind(c);
    c->mark_count = 0;
    buffer_clear(&c->texts);
}

struct rect canvas_area(const struct canvas *c)
{
    return (struct rect){0, 0, c->width / c->scale, c->height / c->scale};
}

const uint32_t *canvas_pixels(struct canvas *c, int *width, int *height, int *stride)
{
    cairo_surface_flush(c->surface);
    *width = c->width;
    *height = c->height;
    *stride = cairo_image_surface_get_stride(c->surface);
    return c->targets[0].pixels;
}

static cairo_status_t put_octets(void *out, const unsigned char *octets, unsigned size)
{
    buffer_put(out, (const char *)octets, size);
    return CAIRO_STATUS_SUCCESS;
}

void canvas_put_png(struct canvas *c, struct buffer *out)
{
    /* A finished picture has no holes: without their alpha its pixels make a smaller file. */
    cairo_surface_t *opaque = cairo_image_surface_create_for_data(
        cairo_image_surface_get_data(c->surface), CAIRO_FORMAT_RGB24, c->width, c->height,
        cairo_image_surface_get_stride(c->surface));

    if (cairo_surface_write_to_png_stream(opaque, put_octets, out) != CAIRO_STATUS_SUCCESS)
        abort(); /* canvas.h: without memory */
    cairo_surface_destroy(opaque);
}

/* ---- rects ---- */

struct rect rect_cut_top(struct rect *r, double height)
{
    double h = fmax(0, fmin(height, r->h));
    struct rect cut = {r->x, r->y, r->w, h};

    r->y += h;
    r->h -= h;
    return cut;
}

struct rect rect_cut_bottom(struct rect *r, double height)
{
    double h = fmax(0, fmin(height, r->h));

    r->h -= h;
    return (struct rect){r->x, r->y + r->h, r->w, h};
}

struct rect rect_cut_left(struct rect *r, double width)
{
    double w = fmax(0, fmin(width, r->w));
    struct rect cut = {r->x, r->y, w, r->h};

    r->x += w;
    r->w -= w;
    return cut;
}

struct rect rect_cut_right(struct rect *r, double width)
{
    double w = fmax(0, fmin(width, r->w));

    r->w -= w;
    return (struct rect){r->x + r->w, r->y, w, r->h};
}
