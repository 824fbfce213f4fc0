/* The ways between hosts, as far as they have been used; links that are down; the legend. */
#include <math.h>

#include "render/stage/map_parts.h"

enum { WAYS_MANY = 60, WAYS_THICKET = 200 };

/* ---- ways ---- */

static bool hidden(const struct map *map, uint32_t host)
{
    return map_host_box(map, host).w <= 0;
}

static double weight(const struct map *map)
{
    return fmax(0.6, fmin(1.4, map->own->unit / 34));
}

/* Where it leads: the head a little before the tile. */
static void draw_head(struct canvas *c, const struct point p[4], bool at_end, double size,
                      enum colour colour)
{
    struct point tip = p[at_end ? 3 : 0], from = p[at_end ? 2 : 1];

    if (from.x == tip.x && from.y == tip.y) /* no direction of its own */
        from = p[at_end ? 0 : 3];
    canvas_arrow_head(c, from, tip, size, colour);
}

static void draw_broken(struct map *map, struct canvas *c, const struct point p[4])
{
    struct point heading, m = map_along(p, 0.32, &heading);
    double half = 9;
    struct pen pen = {COLOUR_BAD, 3, DASH_NONE, 1};
    struct style s = {FONT_MEDIUM, 15, COLOUR_BAD_TEXT, ALIGN_MIDDLE};
    double h = canvas_line_height(c, s), w = canvas_text_width(c, s, TEXT("down")) + 16;

    canvas_disc(c, m, half + 3, COLOUR_PANEL);
    for (int side = -1; side <= 1; side += 2) {
        struct point q = {m.x + side * heading.x * 4, m.y + side * heading.y * 4};
        canvas_line(c,
                    (struct point){q.x - heading.y * half - heading.x * 3,
                                   q.y + heading.x * half - heading.y * 3},
                    (struct point){q.x + heading.y * half + heading.x * 3,
                                   q.y - heading.x * half + heading.y * 3},
                    pen);
    }
    /* The word stands where it meets nobody. */
    static const double places[] = {0.32, 0.4, 0.24, 0.5, 0.6, 0.7};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        for (int side = -1; side <= 1; side += 2) {
            struct point q = map_along(p, places[i], &heading);
            struct rect r = {q.x - w / 2, q.y + side * (half + 4 + h / 2) - h / 2, w, h};
            if (!map_is_free(map, r))
                continue;
            canvas_fill(c, r, h / 2, COLOUR_BAD_FILL);
            canvas_text_in(c, s, r, TEXT("down"));
            return;
        }
}

static bool active(const struct map *map, const struct map_way *w)
{
    return map->own->states[w->a].active && map->own->states[w->b].active;
}

static void draw_way(struct map *map, struct ui *ui, const struct map_way *w, bool strong)
{
    struct canvas *c = ui->canvas;
    struct point p[4];
    double k = weight(map);

    if (hidden(map, w->a) || hidden(map, w->b) || !map_path(map, w->a, w->b, p))
        return;
    if (w->kinds & WAY_LINK && !strong)
        canvas_curve(c, p, (struct pen){COLOUR_EDGE, 7 * k, DASH_NONE, 0.9});
    if (w->kinds & (WAY_MAIL | WAY_PULL)) {
        enum colour colour = strong ? COLOUR_WIRE : COLOUR_FAINT;
        unsigned talk = WAY_MAIL | WAY_PULL;
        canvas_curve(c, p, (struct pen){colour, 2 * k, DASH_NONE, strong ? 1 : 0.7});
        if (w->from[0] & talk)
            draw_head(c, p, true, 9 * k, colour);
        if (w->from[1] & talk)
            draw_head(c, p, false, 9 * k, colour);
    } else if (w->kinds & WAY_LOOKUP) {
        /* Nearly everybody asks: what is not asked now is hardly more than a trace. */
        canvas_curve(
            c, p,
            (struct pen){COLOUR_WAIT, (strong ? 2 : 1.3) * k, DASH_DOTTED, strong ? 0.9 : 0.4});
    }
    if (!strong && w->kinds & WAY_LINK && link_down(map, ui->moment.scene->index, w->a, w->b))
        draw_broken(map, c, p);
}

/* What stands for a host on the map: itself, or its folded site. */
static uint32_t stands_for(const struct map *map, uint32_t host)
{
    return map_folded(map, host) ? map->cast->host_count + layout_site_of(&map->own->layout, host)
                                 : host;
}

/* Whether that way is drawn faintly: of many the look-ups are left out, for everybody asks; of so many
 * that nobody could follow one, all but declared links. */
static bool worth_a_line(const struct map_own *own, const struct map_way *w)
{
    if (own->shown_count > WAYS_THICKET)
        return w->kinds & WAY_LINK;
    return w->kinds != WAY_LOOKUP || own->shown_count <= WAYS_MANY;
}

/* All ways, faint, each once. */
void draw_ways(struct map *map, struct ui *ui)
{
    const struct map_own *own = map->own;
    struct table drawn;

    table_init(&drawn, map->memory, false);
    for (uint32_t i = 0; i < own->shown_count; i++) {
        const struct map_way *w = &own->shown[i];
        uint32_t *ends = way_find(map, w->a, w->b)->drawn;
        ends[0] = stands_for(map, w->a);
        ends[1] = stands_for(map, w->b);
        struct text key = text_from((const char *)ends, 2 * sizeof *ends);
        if (!worth_a_line(own, w) || ends[0] == ends[1] || table_get(&drawn, key) != TABLE_NONE)
            continue;
        table_set(&drawn, key, i);
        draw_way(map, ui, w, false);
    }
    table_free(&drawn);
}

/* Those that this step is about, over the faint ones. */
void draw_active_ways(struct map *map, struct ui *ui)
{
    for (uint32_t i = 0; i < map->own->shown_count; i++)
        if (active(map, &map->own->shown[i]))
            draw_way(map, ui, &map->own->shown[i], true);
}

/* ---- what lines mean ---- */

enum meaning { MEANS_MAIL, MEANS_LOOKUP, MEANS_SEALED, MEANS_REFUSED, MEANINGS };

static void draw_sample(struct canvas *c, enum meaning meaning, struct rect r)
{
    double y = r.y + r.h / 2;
    struct point a = {r.x, y}, b = {r.x + r.w, y};
    struct rect wall = {r.x, y - 8, r.w, 16};

    switch (meaning) {
    case MEANS_MAIL:
        canvas_line(c, a, b, (struct pen){COLOUR_MAIL, 3, DASH_NONE, 1});
        canvas_arrow_head(c, a, b, 11, COLOUR_MAIL);
        break;
    case MEANS_LOOKUP: canvas_line(c, a, b, (struct pen){COLOUR_WAIT, 2.5, DASH_DOTTED, 1}); break;
    case MEANS_SEALED:
        canvas_fill(c, wall, 8, COLOUR_SEAL_FILL);
        canvas_outline(c, wall, 8, (struct pen){COLOUR_SEAL, 1.5, DASH_NONE, 1});
        canvas_icon(c, ICON_LOCK, (struct rect){r.x + r.w / 2 - 6, y - 6, 12, 12},
                    COLOUR_SEAL_TEXT);
        break;
    case MEANS_REFUSED: canvas_line(c, a, b, (struct pen){COLOUR_BAD, 2.5, DASH_DASHED, 1}); break;
    case MEANINGS:
    default: break;
    }
}

/* From the right; those that have no room are left out, the last one first. */
void draw_legend(struct ui *ui, struct rect row)
{
    static const char *const words[MEANINGS] = {"mail", "DNS look-up", "encrypted", "refused"};
    struct style s = {FONT_SANS, 15, COLOUR_SOFT, ALIGN_LEFT};
    struct canvas *c = ui->canvas;
    double sample = 32, widths[MEANINGS], all = 0;
    int count = 0;

    for (; count < MEANINGS; count++) {
        widths[count] = canvas_text_width(c, s, text_of(words[count])) + 1;
        double more = sample + 8 + widths[count] + (count ? 22 : 0);
        if (all + more > row.w)
            break;
        all += more;
    }
    row.x += row.w - all;
    for (int i = 0; i < count; i++) {
        draw_sample(c, (enum meaning)i, rect_cut_left(&row, sample));
        rect_cut_left(&row, 8);
        canvas_text_in(c, s, rect_cut_left(&row, widths[i]), text_of(words[i]));
        rect_cut_left(&row, 22);
    }
}
