/* Hosts: a tile with the icon and the plates of its roles, its name, its address, its state. */
#include <math.h>
#include <stdio.h>

#include "render/stage/map_parts.h"

/* ---- what stands for a host ---- */

static enum icon icon_of(const struct cast_host *h)
{
    if (h->roles & CAST_STRANGER)
        return ICON_STRANGER;
    if (h->roles & CAST_BLOCKLIST)
        return ICON_BLOCKLIST;
    if (h->roles & CAST_MUA)
        return ICON_MUA;
    if (h->roles & CAST_MTA)
        return ICON_MTA;
    if (h->roles & CAST_MSA)
        return ICON_MSA;
    if (h->roles & CAST_MDA)
        return ICON_MDA;
    if (h->roles & CAST_DNS)
        return ICON_DNS;
    return h->roles & CAST_ROUTER ? ICON_ROUTER : ICON_SERVER;
}

/* Its colour: mail, look-ups, strangers, and what only passes packets on. */
static enum colour colour_of(const struct cast_host *h)
{
    if (h->roles & CAST_STRANGER)
        return COLOUR_BAD;
    if (h->roles & CAST_BLOCKLIST)
        return COLOUR_WAIT;
    if (h->roles & (CAST_MUA | CAST_MSA | CAST_MTA | CAST_MDA))
        return COLOUR_MAIL;
    return h->roles & CAST_DNS ? COLOUR_WAIT : COLOUR_WIRE;
}

/* What a plate says: the roles that make mail move; a person's computer is an MUA. */
static struct text plate_of(const struct cast_host *h, char *out, size_t size)
{
    static const struct {
        unsigned role;
        const char *word;
    } words[] = {{CAST_MUA, "MUA"},       {CAST_MSA, "MSA"},          {CAST_MTA, "MTA"},
                 {CAST_MDA, "MDA"},       {CAST_DNS, "DNS"},          {CAST_BLOCKLIST, "LIST"},
                 {CAST_ROUTER, "ROUTER"}, {CAST_STRANGER, "STRANGER"}};
    size_t n = 0;

    out[0] = 0;
    if (h->roles & CAST_BLOCKLIST)
        return TEXT("BLOCKLIST");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (h->roles & words[i].role && n + 1 < size)
            n += (size_t)snprintf(out + n, size - n, "%s%s", n ? "  " : "", words[i].word);
    return text_of(out);
}

static bool dead(const struct host_state *s)
{
    return s->power == SCENE_STOPPED || s->power == SCENE_CRASHED;
}

static bool card(const struct layout_host *h)
{
    return layout_look(h->level)->card;
}

/* ---- its parts ---- */

static double radius_of(struct rect tile)
{
    return fmin(16, fmin(tile.w, tile.h) * 0.24);
}

static void draw_tile(struct map *map, struct canvas *c, uint32_t host, bool quiet)
{
    const struct layout_host *h = &map->own->layout.hosts[host];
    const struct host_state *s = &map->own->states[host];
    double size = fmin(h->tile.w, h->tile.h), radius = radius_of(h->tile);
    enum colour strong = dead(s) ? COLOUR_FAINT : colour_of(&map->cast->hosts[host]);

    if (size < 16) {
        canvas_fill(c, h->tile, radius, strong);
        return;
    }
    if (s->active && !dead(s) && size >= 26) {
        double halo = size * 0.07 + 1;
        canvas_fill_alpha(c, rect_inset(h->tile, -halo), radius + halo, strong, 0.18);
    }
    if (!quiet && size >= 34)
        canvas_shadow(c, h->tile, radius);
    canvas_fill(c, h->tile, radius, COLOUR_PANEL);
    canvas_outline(c, h->tile, radius,
                   (struct pen){strong, s->active ? fmax(2, size / 24) : 1.5, DASH_NONE,
                                s->active || dead(s) ? 1 : 0.75});
    canvas_icon(c, icon_of(&map->cast->hosts[host]), h->icon, strong);
}

static void draw_cross(struct canvas *c, struct rect tile)
{
    double r = fmax(6, fmin(tile.w, tile.h) * 0.15);
    struct point m = {tile.x + tile.w - r * 0.4, tile.y + tile.h - r * 0.4};

    canvas_disc(c, m, r, COLOUR_BAD);
    double d = r * 0.42;
    struct pen pen = {COLOUR_ON_STRONG, fmax(1.5, r / 5), DASH_NONE, 1};
    canvas_line(c, (struct point){m.x - d, m.y - d}, (struct point){m.x + d, m.y + d}, pen);
    canvas_line(c, (struct point){m.x - d, m.y + d}, (struct point){m.x + d, m.y - d}, pen);
}

/* A text at the border of an enlarged map is left out rather than cut. */
static bool whole(const struct map *map, struct rect r)
{
    const struct rect *a = &map->own->area;

    return r.w > 0 && r.x >= a->x - 1 && r.y >= a->y - 1 && r.x + r.w <= a->x + a->w + 1 &&
           r.y + r.h <= a->y + a->h + 1;
}

/* On a quiet plate: its surface, and what is written on it. */
static void quiet_colours(enum colour strong, enum colour *fill, enum colour *ink)
{
    *fill = strong == COLOUR_BAD    ? COLOUR_BAD_FILL
            : strong == COLOUR_WAIT ? COLOUR_WAIT_FILL
            : strong == COLOUR_MAIL ? COLOUR_MAIL_FILL
                                    : COLOUR_BUTTON;
    *ink = strong == COLOUR_BAD    ? COLOUR_BAD_TEXT
           : strong == COLOUR_WAIT ? COLOUR_WAIT_TEXT
           : strong == COLOUR_MAIL ? COLOUR_MAIL_TEXT
                                   : COLOUR_SOFT;
}

static void draw_plate(struct map *map, struct canvas *c, uint32_t host, bool quiet)
{
    const struct layout_host *h = &map->own->layout.hosts[host];
    const struct cast_host *cast = &map->cast->hosts[host];
    bool gone = dead(&map->own->states[host]);
    enum colour fill = gone ? COLOUR_WIRE : colour_of(cast), edge = fill, ink = COLOUR_ON_STRONG;
    char words[80];
    struct text text = plate_of(cast, words, sizeof words);

    if (!whole(map, h->plate) || text.size == 0)
        return;
    if (quiet || gone)
        quiet_colours(edge, &fill, &ink);
    struct style style = {FONT_BOLD, layout_look(h->level)->plate * 0.9, ink, ALIGN_MIDDLE};
    double width = fmin(h->plate.w, canvas_text_width(c, style, text) + h->plate.h * 0.9);
    struct rect r = {h->plate.x + (card(h) ? 0 : (h->plate.w - width) / 2), h->plate.y, width,
                     h->plate.h};
    canvas_fill(c, r, r.h / 2, fill);
    if (fill != edge)
        canvas_outline(c, r, r.h / 2, (struct pen){edge, 1, DASH_NONE, 0.6});
    canvas_text_in(c, style, rect_inset(r, 1), text);
}

static void draw_label(struct map *map, struct canvas *c, uint32_t host, bool quiet)
{
    const struct layout_host *h = &map->own->layout.hosts[host];
    const struct cast_host *cast = &map->cast->hosts[host];

    if (!whole(map, h->label))
        return;
    canvas_text_in(c,
                   (struct style){FONT_MEDIUM, layout_look(h->level)->label,
                                  quiet ? COLOUR_SOFT : COLOUR_TEXT,
                                  card(h) ? ALIGN_LEFT : ALIGN_MIDDLE},
                   h->label, cast->label);
}

/* Below the name: whose it is, its address, what it is doing; what has no room is left out, the person
 * first, then the doing; that something is wrong is said before anything else. */
static void draw_below(struct map *map, struct canvas *c, uint32_t host)
{
    enum { PERSON, ADDRESS, DOING, PARTS };
    const struct layout_host *h = &map->own->layout.hosts[host];
    const struct host_state *s = &map->own->states[host];
    const struct trace_texts *addresses = &map->cast->hosts[host].addresses;
    double size = layout_look(h->level)->address, gap = size * 0.6, width[PARTS], all = -gap;
    bool alarm = dead(s) || s->cut;
    struct style style[PARTS] = {{FONT_SANS, size, COLOUR_SOFT, ALIGN_LEFT},
                                 {FONT_MONO, size, COLOUR_SOFT, ALIGN_LEFT},
                                 {FONT_MEDIUM, size,
                                  alarm       ? COLOUR_BAD_TEXT
                                  : s->server ? COLOUR_GOOD_TEXT
                                  : s->client ? COLOUR_MAIL_TEXT
                                              : COLOUR_TEXT,
                                  ALIGN_LEFT}};
    struct text text[PARTS] = {map->cast->hosts[host].person,
                               addresses->count > 0 ? addresses->items[0] : TEXT(""),
                               text_of(s->word)};
    static const int by_need[2][PARTS] = {{ADDRESS, DOING, PERSON}, {DOING, ADDRESS, PERSON}};

    if (!whole(map, h->address))
        return;
    for (int k = 0; k < PARTS; k++) {
        int part = by_need[alarm][k];
        double w = canvas_text_width(c, style[part], text[part]) + 0.5;
        bool fits = text[part].size > 0 && (all < 0 || all + gap + w <= h->address.w - 4);
        width[part] = fits ? fmin(w, h->address.w) : 0;
        all += fits ? width[part] + gap : 0;
    }
    struct rect row = {h->address.x + (card(h) ? 0 : (h->address.w - all) / 2), h->address.y, all,
                       h->address.h};
    for (int part = 0; part < PARTS; part++)
        if (width[part] > 0) {
            canvas_text_in(c, style[part], rect_cut_left(&row, width[part]), text[part]);
            rect_cut_left(&row, gap);
        }
}

static bool seen(const struct map *map, struct rect r)
{
    const struct rect *a = &map->own->area;

    return r.x < a->x + a->w && r.y < a->y + a->h && r.x + r.w > a->x && r.y + r.h > a->y;
}

static void draw_host(struct map *map, struct ui *ui, uint32_t host, bool quiet)
{
    struct canvas *c = ui->canvas;
    const struct layout_host *h = &map->own->layout.hosts[host];
    bool chosen = ui->choice.host == host;

    if (!h->shown || !seen(map, h->cell))
        return;
    if (chosen) {
        double out = fmax(4, h->tile.h * 0.1);
        canvas_outline(c, rect_inset(h->tile, -out), radius_of(h->tile) + out,
                       (struct pen){COLOUR_CHOSEN, fmax(2, h->tile.h / 20), DASH_NONE, 1});
    }
    if (quiet)
        canvas_group(c);
    draw_tile(map, c, host, quiet);
    if (quiet)
        canvas_group_end(c, 0.7);
    draw_plate(map, c, host, quiet);
    if (dead(&map->own->states[host]) && h->tile.h >= 16)
        draw_cross(c, h->tile);
    draw_label(map, c, host, quiet && !chosen);
    draw_below(map, c, host);
    canvas_hit(c,
               (struct rect){h->cell.x, h->tile.y - h->plate.h / 2, h->cell.w,
                             fmax(h->tile.y + h->tile.h, h->address.y + h->address.h) - h->tile.y +
                                 h->plate.h / 2},
               ACT_HOST, host);
}

void draw_hosts(struct map *map, struct ui *ui)
{
    bool any = false;

    for (uint32_t i = 0; i < map->cast->host_count; i++)
        any = any || map->own->states[i].active;
    for (uint32_t i = 0; i < map->cast->host_count; i++)
        draw_host(map, ui, i, any && !map->own->states[i].active);
}

/* ---- below the pointer ---- */

static void draw_name(struct map *map, struct ui *ui, struct point at, struct text text)
{
    struct canvas *c = ui->canvas;
    struct style s = {FONT_MEDIUM, 16, COLOUR_TEXT, ALIGN_MIDDLE};
    const struct rect *a = &map->own->area;
    double h = canvas_line_height(c, s) + 10, w = fmin(a->w, canvas_text_width(c, s, text) + 24);
    struct rect r = {fmax(a->x, fmin(a->x + a->w - w, at.x - w / 2)),
                     fmax(a->y, fmin(a->y + a->h - h, at.y - h)), w, h};

    canvas_shadow(c, r, 8);
    canvas_fill(c, r, 8, COLOUR_PANEL);
    canvas_outline(c, r, 8, (struct pen){COLOUR_EDGE, 1, DASH_NONE, 1});
    canvas_text_in(c, s, rect_inset(r, 2), text);
}

void draw_pointed(struct map *map, struct ui *ui)
{
    const struct layout *l = &map->own->layout;

    if (!rect_has(map->own->area, ui->pointer) || ui->pressed)
        return;
    canvas_moving(ui->canvas, true);
    for (uint32_t i = 0; i < map->cast->host_count; i++) {
        const struct layout_host *h = &l->hosts[i];
        if (!h->shown || !rect_has(rect_inset(h->tile, -3), ui->pointer))
            continue;
        canvas_outline(ui->canvas, h->tile, radius_of(h->tile),
                       (struct pen){COLOUR_CHOSEN, 2, DASH_NONE, 1});
        draw_name(map, ui, (struct point){h->tile.x + h->tile.w / 2, h->tile.y - h->plate.h},
                  map->cast->hosts[i].name);
    }
    for (uint32_t i = 0; i < l->site_count; i++)
        if (l->sites[i].folded && rect_has(l->sites[i].box, ui->pointer))
            draw_name(map, ui,
                      (struct point){rect_middle(l->sites[i].box).x, l->sites[i].box.y - 2},
                      site_name(map, i));
    canvas_moving(ui->canvas, false);
}
