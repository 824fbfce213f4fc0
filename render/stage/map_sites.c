/* Sites: neutral boxes with a name; a folded one is a tile with counts. */
#include <math.h>
#include <stdio.h>

#include "render/stage/map_parts.h"

struct text site_name(const struct map *map, uint32_t site)
{
    if (site < map->cast->site_count)
        return map->cast->sites[site].name;
    return site == map->cast->site_count ? TEXT("name servers") : TEXT("strangers");
}

struct counts {
    uint32_t hosts, queued, letters, dead;
    bool active;
};

static struct counts count(const struct map *map, const struct ui *ui, uint32_t site)
{
    const struct scene *s = ui->moment.scene;
    struct counts n = {0};

    for (uint32_t i = 0; i < map->cast->host_count; i++) {
        if (layout_site_of(&map->own->layout, i) != site)
            continue;
        n.hosts++;
        n.queued += s->hosts[i].queued;
        n.letters += s->hosts[i].mailbox;
        n.dead += s->hosts[i].power == SCENE_STOPPED || s->hosts[i].power == SCENE_CRASHED;
        n.active = n.active || map->own->states[i].active;
    }
    return n;
}

/* An icon and a number; returns what is left of the row. */
static struct rect draw_count(struct canvas *c, struct rect row, enum icon icon, enum colour colour,
                              uint32_t number)
{
    struct style s = {FONT_MEDIUM, 15, COLOUR_TEXT, ALIGN_LEFT};
    char digits[16];
    snprintf(digits, sizeof digits, "%u", number);
    double side = fmin(row.h, 18), w = canvas_text_width(c, s, text_of(digits)) + 1;

    if (row.w < side + 4 + w)
        return row;
    struct rect place = rect_cut_left(&row, side);
    canvas_icon(c, icon, (struct rect){place.x, place.y + (place.h - side) / 2, side, side},
                colour);
    rect_cut_left(&row, 4);
    canvas_text_in(c, s, rect_cut_left(&row, w), text_of(digits));
    rect_cut_left(&row, 12);
    return row;
}

/* Without its last label where the whole name has no room. */
static struct text short_name(struct canvas *c, struct style s, double width, struct text name)
{
    size_t dot = name.size;

    while (dot > 0 && name.at[dot - 1] != '.')
        dot--;
    if (dot < 2 || canvas_text_width(c, s, name) <= width)
        return name;
    return text_from(name.at, dot - 1);
}

static void draw_folded(struct map *map, struct ui *ui, uint32_t site)
{
    struct canvas *c = ui->canvas;
    const struct layout_site *l = &map->own->layout.sites[site];
    struct counts n = count(map, ui, site);
    struct style name = {FONT_MEDIUM, 16, COLOUR_TEXT, ALIGN_LEFT};
    double line = canvas_line_height(c, name), pad = fmin(8, l->box.w * 0.1);
    double radius = fmin(10, l->box.h / 4);

    if (n.active)
        canvas_fill_alpha(c, rect_inset(l->box, -3), radius + 3, COLOUR_MAIL, 0.2);
    canvas_fill(c, l->box, radius, COLOUR_INSET);
    canvas_outline(c, l->box, radius,
                   (struct pen){n.dead     ? COLOUR_BAD
                                : n.active ? COLOUR_MAIL
                                           : COLOUR_EDGE,
                                n.active ? 2 : 1.2, DASH_NONE, 1});
    canvas_hit(c, l->box, ACT_SITE, site);
    struct rect in = {l->box.x + pad, l->box.y, l->box.w - 2 * pad, l->box.h};
    if (l->box.h < line + 2 || in.w < line * 1.5)
        return;
    bool two = l->box.h >= 2 * line + 6;
    struct rect top = two ? (struct rect){in.x, in.y + in.h / 2 - line - 1, in.w, line} : in;
    canvas_text_in(c, name, top, short_name(c, name, top.w, site_name(map, site)));
    if (!two)
        return;
    struct rect row = {in.x, in.y + in.h / 2 + 1, in.w, line};
    row = draw_count(c, row, ICON_SERVER, COLOUR_SOFT, n.hosts);
    if (n.queued)
        row = draw_count(c, row, ICON_TRAY, COLOUR_WAIT, n.queued);
    if (n.letters)
        draw_count(c, row, ICON_MAILBOX, COLOUR_MAIL, n.letters);
}

static void draw_site(struct map *map, struct ui *ui, uint32_t site)
{
    struct canvas *c = ui->canvas;
    const struct layout_site *l = &map->own->layout.sites[site];
    const struct layout_look *look = layout_look(l->level);
    double radius = fmax(6, fmin(14, look->tile * 0.24));

    canvas_fill(c, l->box, radius, COLOUR_INSET);
    canvas_outline(c, l->box, radius, (struct pen){COLOUR_EDGE, 1.2, DASH_NONE, 1});
    if (look->title <= 0 || l->title.h <= 0 || l->title.w <= 0)
        return;
    /* Of an enlarged map's box, in the part that can be seen. */
    const struct rect *a = &map->own->area;
    double x0 = fmax(l->title.x, a->x + 4), x1 = fmin(l->title.x + l->title.w, a->x + a->w - 4);
    struct rect at = {x0, l->title.y, x1 - x0, l->title.h};
    if (at.w < at.h * 2 || at.y < a->y - 1 || at.y + at.h > a->y + a->h + 1)
        return;
    struct style title = {FONT_BOLD, look->title, COLOUR_SOFT, ALIGN_LEFT};
    struct text name = site_name(map, site);
    double room = at.w - canvas_text_width(c, title, name) - 24;
    if (room > 0 && look->label > 0)
        fence_note(map, ui, site, (struct rect){at.x + at.w - room, at.y, room, at.h});
    canvas_text_in(c, title, at, short_name(c, title, at.w, name));
    canvas_hit(c, at, ACT_SITE, site);
}

void draw_sites(struct map *map, struct ui *ui, bool folded)
{
    const struct layout *l = &map->own->layout;

    for (uint32_t i = 0; i < l->site_count; i++) {
        const struct layout_site *s = &l->sites[i];
        const struct rect *a = &map->own->area, *b = &s->box;
        if (!s->framed || s->folded != folded || b->w <= 0 || b->x >= a->x + a->w ||
            b->y >= a->y + a->h || b->x + b->w <= a->x || b->y + b->h <= a->y)
            continue;
        if (folded)
            draw_folded(map, ui, i);
        else
            draw_site(map, ui, i);
    }
}
