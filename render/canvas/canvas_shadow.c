/* Soft shadows.  They would cost as much as all else together, so the corners are kept as a mask and the
 * sides between them are stretched. */
#include "render/canvas/canvas_parts.h"

#include <math.h>

/* Radius and edge (how far it reaches beyond the body) in pixels. */
static const struct mask *shadow_mask(struct canvas *c, struct mask_key key)
{
    int width = key.width + 2 * key.edge, height = key.height + 2 * key.edge;
    bool known;
    struct mask *m = mask_kept(c, &key, sizeof key, width, height, &known);

    if (known)
        return m;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double d = rounded_distance(x + 0.5 - width / 2.0, y + 0.5 - height / 2.0, key.width,
                                        key.height, key.radius);
            double t = fmin(fmax((d + key.edge) / (2.0 * key.edge), 0), 1);
            double dark = 1 - t * t * (3 - 2 * t);
            m->alpha[y * width + x] = (uint8_t)lround(255 * dark * dark);
        }
    return m;
}

void canvas_shadow(struct canvas *c, struct rect r, double radius)
{
    struct device_rect d = device_rect(c, r);
    double k = view_of(c)->k;
    int reach = (int)fmin(fmax(round((SHADOW_REACH - 4) * k), 2), 64), drop = (int)round(3 * k);
    int corner = (int)fmin(fmax(round(radius * k), 1), 200);
    uint32_t ink = premultiplied(theme_colour(c->theme, COLOUR_SHADOW));

    if (!d.drawn || ink >> 24 == 0 || !c->paint || c->svg)
        return;
    struct box body = box_around(d.x0, d.y0, d.x1, d.y1);
    struct box all = {body.x0 - reach, body.y0 - reach + drop, body.x1 + reach,
                      body.y1 + reach + drop};
    if (!touch(c, all))
        return;
    int width = body.x1 - body.x0, height = body.y1 - body.y0, least = 2 * (corner + reach) + 1;
    const struct mask *m =
        shadow_mask(c, (struct mask_key){'S', width < least ? width : least,
                                         height < least ? height : least, corner, reach});
    /* What lies below the body is not seen. */
    blit_nine(c, m, all, (struct box){body.x0 + 1, body.y0 + corner, body.x1 - 1, body.y1 - corner},
              ink);
}
