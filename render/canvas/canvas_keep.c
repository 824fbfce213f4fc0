/* Layers and sprites: drawn once, copied afterwards. */
#include "render/canvas/canvas_parts.h"

#include <math.h>

/* ---- layers ---- */

static struct layer *layer_of(struct canvas *c, uint32_t slot)
{
    if (slot >= c->layer_count) {
        uint32_t more = slot + 16;
        c->layers = memory_grow(&c->memory, c->layers, c->layer_count * sizeof *c->layers,
                                more * sizeof *c->layers);
        memset(c->layers + c->layer_count, 0, (more - c->layer_count) * sizeof *c->layers);
        c->layer_count = more;
    }
    return &c->layers[slot];
}

static void show_kept(struct canvas *c, const struct kept *k, int dx, int dy, double alpha)
{
    if (k->painted)
        blit_picture(c, &k->picture, dx, dy,
                     alpha >= 1  ? 255
                     : alpha > 0 ? (uint32_t)lround(alpha * 255)
                                 : 0);
    marks_again(c, k, dx / c->scale, dy / c->scale);
}

static bool view_same(struct view a, struct view b)
{
    return a.x == b.x && a.y == b.y && a.k == b.k;
}

bool canvas_layer(struct canvas *c, uint32_t slot, struct rect r, uint64_t key)
{
    struct device_rect d = device_rect(c, r);
    struct box whole = {0, 0, c->width, c->height}, box = {0, 0, 0, 0};
    struct view view = *view_of(c);
    double reach = SHADOW_REACH * view.k;

    if (d.drawn)
        box = box_meet(whole, box_around(d.x0 - reach, d.y0 - reach, d.x1 + reach, d.y1 + reach));
    if (box_empty(box))
        box = (struct box){0, 0, 0, 0};
    struct layer *l = slot < LAYERS_MAX ? layer_of(c, slot) : NULL;
    if (l && l->known && l->key == key && memcmp(&l->box, &box, sizeof box) == 0 &&
        view_same(l->view, view) && (l->kept.painted || !c->paint)) {
        show_kept(c, &l->kept, 0, 0, 1);
        return false;
    }
    struct target *t = target_begin(c, TARGET_LAYER, box, view);
    if (t && l) {
        l->known = false;
        l->key = key;
        l->box = box;
        l->view = view;
    }
    if (t)
        t->slot = slot;
    return true;
}

/* Takes what was drawn on the present target, and its marks, out of it. */
static struct kept keep_target(struct canvas *c)
{
    const struct target *t = target_of(c);
    struct kept k = {.painted = !t->same};

    if (!t->same)
        picture_take(&c->memory, t, box_meet(t->touched, t->room), &k.picture);
    marks_take(c, t->marks, t->octets, &k);
    return k;
}

void canvas_layer_end(struct canvas *c)
{
    if (!target_is(c, TARGET_LAYER)) {
        if (c->too_deep)
            target_end(c);
        return;
    }
    uint32_t slot = target_of(c)->slot;
    struct kept k = keep_target(c);
    target_end(c);
    show_kept(c, &k, 0, 0, 1);
    if (slot >= LAYERS_MAX) {
        kept_free(&c->memory, &k);
        return;
    }
    struct layer *l = layer_of(c, slot);
    kept_free(&c->memory, &l->kept);
    l->kept = k;
    l->known = true;
}

/* ---- sprites ---- */

struct sprite_key {
    uint64_t key;
    double k, width, height;
};

static size_t kept_size(const struct kept *k)
{
    return k->picture.pixel_count * 4 + k->picture.run_count * 4 +
           k->mark_count * sizeof *k->marks + k->octets;
}

static void show_sprite(struct canvas *c, const struct kept *k, struct point at, struct point size,
                        double alpha)
{
    if (!point_fine(at))
        return;
    struct point p = device_point(c, at);
    double w = size.x * view_of(c)->k, h = size.y * view_of(c)->k;
    struct box clip = clip_of(c);
    if (!(p.x + w / 2 > clip.x0 && p.y + h / 2 > clip.y0 && p.x - w / 2 < clip.x1 &&
          p.y - h / 2 < clip.y1))
        return;
    mark_add(c, MARK_MOVING,
             (struct device_rect){p.x - w / 2, p.y - h / 2, p.x + w / 2, p.y + h / 2, true}, 0, 0);
    show_kept(c, k, (int)lround(p.x), (int)lround(p.y), alpha);
}

bool canvas_sprite(struct canvas *c, uint64_t key, struct point at, struct point size, double alpha)
{
    struct sprite_key full = {key, view_of(c)->k, size.x, size.y};
    const struct kept *k = cache_find(&c->sprites, text_from((const char *)&full, sizeof full));

    if (k && (k->painted || !c->paint)) {
        show_sprite(c, k, at, size, alpha);
        return false;
    }
    double w = size.x * full.k / 2, h = size.y * full.k / 2;
    struct box room =
        w > 0 && h > 0 ? box_around(-w - 1, -h - 1, w + 1, h + 1) : (struct box){0, 0, 0, 0};
    struct target *t = target_begin(c, TARGET_SPRITE, room, (struct view){0, 0, full.k});
    if (t) {
        t->key = key;
        t->at = at;
        t->size = size;
        t->alpha = alpha;
    }
    return true;
}

void canvas_sprite_end(struct canvas *c)
{
    if (!target_is(c, TARGET_SPRITE)) {
        if (c->too_deep)
            target_end(c);
        return;
    }
    struct target t = *target_of(c);
    struct kept k = keep_target(c);
    target_end(c);
    struct sprite_key full = {t.key, view_of(c)->k, t.size.x, t.size.y};
    struct kept *kept = cache_put(&c->sprites, text_from((const char *)&full, sizeof full),
                                  sizeof *kept, kept_size(&k));
    *kept = k;
    show_sprite(c, kept, t.at, t.size, t.alpha);
}
