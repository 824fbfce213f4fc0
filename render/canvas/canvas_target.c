/* Where drawing goes: targets, clips, views, groups; and how points become pixels. */
#include "render/canvas/canvas_parts.h"

#include <math.h>
#include <stdlib.h>

/* Beyond this cairo's fixed-point numbers overflow; nobody sees that far. */
static const double FAR = 1e6;

static double near_by(double v)
{
    return v > FAR ? FAR : v < -FAR ? -FAR : v;
}

bool point_fine(struct point p)
{
    return !isnan(p.x) && !isnan(p.y);
}

struct point device_point(const struct canvas *c, struct point p)
{
    return (struct point){near_by(to_x(c, p.x)), near_by(to_y(c, p.y))};
}

struct device_rect device_rect(const struct canvas *c, struct rect r)
{
    struct device_rect d = {near_by(to_x(c, r.x)), near_by(to_y(c, r.y)),
                            near_by(to_x(c, r.x + r.w)), near_by(to_y(c, r.y + r.h)), false};

    /* Written so that NaN fails. */
    if (!(r.w > 0 && r.h > 0 && d.x1 > d.x0 && d.y1 > d.y0))
        return d;
    d.drawn = true;
    /* Crisp edges, and never thinner than a pixel; what moves does not change its size by that. */
    double right = c->moving ? round(d.x0) + round(d.x1 - d.x0) : round(d.x1),
           below = c->moving ? round(d.y0) + round(d.y1 - d.y0) : round(d.y1);
    d.x0 = round(d.x0);
    d.y0 = round(d.y0);
    d.x1 = fmax(right, d.x0 + 1);
    d.y1 = fmax(below, d.y0 + 1);
    return d;
}

struct box box_around(double x0, double y0, double x1, double y1)
{
    if (isnan(x0) || isnan(y0) || isnan(x1) || isnan(y1))
        return (struct box){0, 0, 0, 0};
    return (struct box){(int)floor(near_by(x0)), (int)floor(near_by(y0)), (int)ceil(near_by(x1)),
                        (int)ceil(near_by(y1))};
}

bool touch(struct canvas *c, struct box b)
{
    struct target *t = target_of(c);

    b = box_meet(b, clip_of(c));
    if (!c->paint || box_empty(b))
        return false;
    t->touched = box_join(t->touched, b);
    return true;
}

uint32_t canvas_colour(const struct canvas *c, enum colour colour, double alpha)
{
    uint32_t argb = theme_colour(c->theme, colour);

    if (!(alpha > 0 && alpha < 1))
        return alpha >= 1 ? argb : argb & 0xffffff;
    return (uint32_t)lround((argb >> 24) * alpha) << 24 | (argb & 0xffffff);
}

cairo_t *canvas_ink(struct canvas *c, uint32_t colour)
{
    struct target *t = target_of(c);
    struct box clip = clip_of(c);

    if (memcmp(&t->clip, &clip, sizeof clip) != 0) {
        cairo_reset_clip(t->cr);
        cairo_rectangle(t->cr, clip.x0, clip.y0, clip.x1 - clip.x0, clip.y1 - clip.y0);
        cairo_clip(t->cr);
        t->clip = clip;
    }
    /* Pictures and texts are put there without cairo, which may think that nothing has been drawn yet
     * and then does not blend. */
    cairo_surface_mark_dirty(cairo_get_target(t->cr));
    cairo_set_source_rgba(t->cr, (colour >> 16 & 0xff) / 255.0, (colour >> 8 & 0xff) / 255.0,
                          (colour & 0xff) / 255.0, (colour >> 24) / 255.0);
    return t->cr;
}

/* ---- targets ---- */

static struct scratch *scratch_of(struct canvas *c, unsigned depth)
{
    struct scratch *s = &c->scratch[depth];

    if (!s->surface) {
        s->surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, c->width, c->height);
        if (cairo_surface_status(s->surface) != CAIRO_STATUS_SUCCESS)
            abort(); /* canvas.h: without memory */
        s->cr = cairo_create(s->surface);
    }
    return s;
}

struct target *target_begin(struct canvas *c, enum target_kind kind, struct box room,
                            struct view view)
{
    if (c->depth == TARGET_DEPTH || c->too_deep || c->clip_count == CLIP_DEPTH) {
        c->too_deep++;
        return NULL;
    }
    struct target old = *target_of(c), *t = &c->targets[++c->depth];
    *t = (struct target){.kind = kind, .room = room, .view = view, .same = !c->paint};
    t->clips = c->clip_count;
    t->marks = c->mark_count;
    t->octets = c->texts.size;
    t->cr = old.cr;
    t->pixels = old.pixels;
    t->stride = old.stride;
    t->x0 = old.x0;
    t->y0 = old.y0;
    t->clip = old.clip;
    if (c->paint) {
        struct scratch *s = scratch_of(c, c->depth - 1);
        t->room.x1 = t->room.x1 < room.x0 + c->width ? t->room.x1 : room.x0 + c->width;
        t->room.y1 = t->room.y1 < room.y0 + c->height ? t->room.y1 : room.y0 + c->height;
        t->cr = s->cr;
        t->pixels = (uint32_t *)(void *)cairo_image_surface_get_data(s->surface);
        t->stride = cairo_image_surface_get_stride(s->surface) / 4;
        t->x0 = room.x0;
        t->y0 = room.y0;
        t->clip = (struct box){0, 0, 0, 0}; /* unlike any that is drawn with */
        cairo_identity_matrix(t->cr);
        cairo_translate(t->cr, -room.x0, -room.y0);
    }
    c->clips[c->clip_count++] = t->room;
    return t;
}

bool target_is(const struct canvas *c, enum target_kind kind)
{
    return c->depth > 0 && c->too_deep == 0 && c->targets[c->depth].kind == kind;
}

struct target *target_end(struct canvas *c)
{
    if (c->too_deep) {
        c->too_deep--;
        return NULL;
    }
    if (c->depth == 0)
        return NULL;
    struct target *t = target_of(c);
    struct box b = t->touched;
    if (!t->same)
        for (int y = b.y0; y < b.y1; y++)
            memset(t->pixels + (ptrdiff_t)(y - t->y0) * t->stride + (b.x0 - t->x0), 0,
                   (size_t)(b.x1 - b.x0) * sizeof *t->pixels);
    c->clip_count = t->clips;
    c->clips_too_deep = 0;
    c->depth--;
    return t;
}

/* ---- groups ---- */

void canvas_group(struct canvas *c)
{
    target_begin(c, TARGET_GROUP, clip_of(c), *view_of(c));
}

void canvas_group_end(struct canvas *c, double alpha)
{
    if (!target_is(c, TARGET_GROUP)) {
        if (c->too_deep)
            target_end(c);
        return;
    }
    struct target from = *target_of(c);
    struct box b = box_meet(from.touched, from.room);
    uint32_t part = alpha >= 1 ? 255 : alpha > 0 ? (uint32_t)lround(alpha * 255) : 0;
    const struct target *to = &c->targets[c->depth - 1];
    if (!from.same && part > 0 && !box_empty(b))
        for (int y = b.y0; y < b.y1; y++) {
            const uint32_t *src =
                from.pixels + (ptrdiff_t)(y - from.y0) * from.stride + (b.x0 - from.x0);
            uint32_t *dst = to->pixels + (ptrdiff_t)(y - to->y0) * to->stride + (b.x0 - to->x0);
            for (int n = b.x1 - b.x0; n > 0; n--, src++, dst++)
                if (*src)
                    *dst = pixel_over(part == 255 ? *src : pixel_times(*src, part), *dst);
        }
    target_end(c);
    if (!from.same && part > 0)
        touch(c, b);
}

/* ---- clips ---- */

void canvas_clip(struct canvas *c, struct rect r)
{
    if (c->clip_count == CLIP_DEPTH || c->clips_too_deep) {
        c->clips_too_deep++;
        return;
    }
    struct device_rect d = device_rect(c, r);
    struct box clip = clip_of(c);
    clip = d.drawn ? box_meet(clip, box_around(d.x0, d.y0, d.x1, d.y1))
                   : (struct box){clip.x0, clip.y0, clip.x0, clip.y0};
    c->clips[c->clip_count++] = clip;
}

void canvas_unclip(struct canvas *c)
{
    if (c->clips_too_deep)
        c->clips_too_deep--;
    else if (c->clip_count > (c->depth ? target_of(c)->clips + 1 : 1))
        c->clip_count--;
}
