/* An SVG file instead of a picture: cairo draws the same shapes, and text as glyphs of the same fonts.
 * Widths stay those of SDL_ttf, which lays out everything: the glyphs of a run are moved by the little
 * that cairo's advances differ. */
#include "render/canvas/canvas_parts.h"

#include <cairo/cairo-ft.h>
#include <cairo/cairo-svg.h>
#include <errno.h>
#include <fontconfig/fontconfig.h>
#include <stdio.h>
#include <stdlib.h>

struct svg {
    cairo_surface_t *surface;
    cairo_font_face_t *faces[FACES_MAX]; /* of c->fonts.faces; NULL: not used yet */
};

static cairo_status_t put_octets(void *out, const unsigned char *octets, unsigned size)
{
    buffer_put(out, (const char *)octets, size);
    return CAIRO_STATUS_SUCCESS;
}

void canvas_svg_begin(struct canvas *c, struct buffer *out, double width_pt)
{
    double k = width_pt / c->width;
    struct svg *svg = MEMORY_NEW(&c->memory, struct svg);

    svg->surface = cairo_svg_surface_create_for_stream(put_octets, out, width_pt, k * c->height);
    struct target *t = &c->targets[0];
    cairo_destroy(t->cr);
    t->cr = cairo_create(svg->surface);
    t->pixels = NULL;
    cairo_scale(t->cr, k, k);
    c->svg = svg;
}

void canvas_svg_end(struct canvas *c)
{
    struct svg *svg = c->svg;

    if (!svg)
        return;
    cairo_destroy(c->targets[0].cr);
    c->targets[0].cr = NULL;
    for (unsigned i = 0; i < FACES_MAX; i++)
        if (svg->faces[i])
            cairo_font_face_destroy(svg->faces[i]);
    cairo_surface_finish(svg->surface);
    if (cairo_surface_status(svg->surface) != CAIRO_STATUS_SUCCESS)
        abort(); /* canvas.h: without memory */
    cairo_surface_destroy(svg->surface);
    memory_give(&c->memory, svg, sizeof *svg);
    c->svg = NULL;
    if (!picture_open(c, c->width, c->height))
        abort(); /* canvas.h: without memory */
    canvas_forget(c);
}

void svg_fill(struct canvas *c, struct box b, uint32_t colour)
{
    cairo_t *cr = canvas_ink(c, colour);

    cairo_new_path(cr);
    cairo_rectangle(cr, b.x0, b.y0, b.x1 - b.x0, b.y1 - b.y0);
    cairo_fill(cr);
}

/* As a small picture in that colour: readers of SVG are not at one about masks. */
void svg_mask(struct canvas *c, const struct mask *m, int zoom, int x, int y, uint32_t colour)
{
    cairo_surface_t *image = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, m->width, m->height);
    uint32_t ink = premultiplied(colour);

    if (cairo_surface_status(image) != CAIRO_STATUS_SUCCESS)
        abort(); /* canvas.h: without memory */
    uint32_t *to = (uint32_t *)(void *)cairo_image_surface_get_data(image);
    for (int row = 0; row < m->height; row++)
        for (int i = 0; i < m->width; i++)
            to[(ptrdiff_t)row * (cairo_image_surface_get_stride(image) / 4) + i] =
                pixel_times(ink, m->alpha[(ptrdiff_t)row * m->stride + i]);
    cairo_surface_mark_dirty(image);
    cairo_t *cr = canvas_ink(c, colour);
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, 1.0 / zoom, 1.0 / zoom);
    cairo_set_source_surface(cr, image, 0, 0);
    cairo_paint(cr);
    cairo_restore(cr);
    cairo_surface_destroy(image);
}

static cairo_font_face_t *face_of(struct canvas *c, unsigned face)
{
    struct svg *svg = c->svg;

    if (!svg->faces[face]) {
        FcPattern *pattern = FcPatternCreate();

        FcPatternAddString(pattern, FC_FILE, (const FcChar8 *)c->fonts.faces[face].path.at);
        FcPatternAddInteger(pattern, FC_INDEX, (int)c->fonts.faces[face].index);
        svg->faces[face] = cairo_ft_font_face_create_for_pattern(pattern);
        FcPatternDestroy(pattern);
    }
    return svg->faces[face];
}

/* Not by a matrix: each would be another font to the file. */
static void spread(cairo_glyph_t *glyphs, int count, double from, double factor)
{
    for (int i = 0; i < count; i++)
        glyphs[i].x = from + (glyphs[i].x - from) * factor;
}

void svg_run(struct canvas *c, unsigned face, int quarter, const char *run, struct point at,
             double width, uint32_t colour)
{
    cairo_t *cr = canvas_ink(c, colour);
    cairo_text_extents_t extents;
    cairo_glyph_t *glyphs = NULL;
    int count = 0;

    cairo_set_font_face(cr, face_of(c, face));
    cairo_set_font_size(cr, quarter / 4.0);
    cairo_text_extents(cr, run, &extents);
    if (cairo_scaled_font_text_to_glyphs(cairo_get_scaled_font(cr), at.x, at.y, run, -1, &glyphs,
                                         &count, NULL, NULL, NULL) != CAIRO_STATUS_SUCCESS)
        return;
    if (extents.x_advance > 0)
        spread(glyphs, count, at.x, width / extents.x_advance);
    cairo_show_glyphs(cr, glyphs, count);
    cairo_glyph_free(glyphs);
}
