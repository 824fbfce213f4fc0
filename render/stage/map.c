#include "render/stage/map.h"

#include <math.h>

#include "render/stage/map_parts.h"
#include "render/stage/moving.h"

/* The lower layer changes when somebody talks to somebody for the first time; the upper one at most steps. */
enum { LAYER_WAYS = 40, LAYER_HOSTS };

static const double ZOOM_MAX = 12;

/* Of a line's height, what a line that stands alone needs. */
static const double TIGHT = 0.89;

void map_init(struct map *map, struct memory *memory, const struct cast *cast)
{
    *map = (struct map){.memory = memory, .cast = cast};
    map->own = MEMORY_NEW(memory, struct map_own);
    layout_init(&map->own->layout, memory, cast);
    map->own->label_width = memory_take_clear(memory, cast->host_count * sizeof(double) + 1);
    map->own->title_width = memory_take_clear(memory, cast->site_count * sizeof(double) + 1);
    map->own->states = memory_take_clear(memory, cast->host_count * sizeof(struct host_state) + 1);
    ways_init(map);
}

void map_end(struct map *map)
{
    uint32_t hosts = map->own ? map->cast->host_count : 0;

    if (!map->own)
        return;
    ways_end(map);
    crowd_free(map);
    layout_end(&map->own->layout);
    memory_give(map->memory, map->own->title_width, map->cast->site_count * sizeof(double) + 1);
    memory_give(map->memory, map->own->label_width, hosts * sizeof(double) + 1);
    memory_give(map->memory, map->own->states, hosts * sizeof(struct host_state) + 1);
    memory_give(map->memory, map->own, sizeof *map->own);
    *map = (struct map){0};
}

/* ---- what is drawn ---- */

/* How high and wide text is now; labels are only measured when that has changed. */
static void measure(struct map *map, struct canvas *c)
{
    struct style style = {FONT_MEDIUM, 100, COLOUR_TEXT, ALIGN_LEFT};
    struct layout_text *t = &map->own->text;
    double line = canvas_line_height(c, style) * TIGHT / style.size;

    style.size = 1;
    double least = canvas_line_height(c, style) * TIGHT;
    if (t->label_width && line == t->line && least == t->line_min)
        return;
    *t = (struct layout_text){line, least, map->own->label_width, map->own->title_width};
    style.size = LAYOUT_LABEL;
    for (uint32_t i = 0; i < map->cast->host_count; i++)
        map->own->label_width[i] = canvas_text_width(c, style, map->cast->hosts[i].label);
    style.font = FONT_BOLD;
    for (uint32_t i = 0; i < map->cast->site_count; i++)
        map->own->title_width[i] = canvas_text_width(c, style, map->cast->sites[i].name);
}

static uint64_t number(double d)
{
    union {
        double d;
        uint64_t bits;
    } u = {.d = d};

    return u.bits;
}

/* Where everything is. */
static uint64_t place_key(const struct map *map, const struct ui *ui, struct rect r)
{
    const struct choice *choice = &ui->choice;
    uint64_t key = ui_mix(number(r.w), number(r.h));

    key = ui_mix(ui_mix(key, number(r.x)), number(r.y));
    key = ui_mix(ui_mix(key, number(map->own->text.line)), number(map->own->text.line_min));
    key = ui_mix(ui_mix(key, number(choice->map_zoom)), number(choice->map_origin.x));
    key = ui_mix(ui_mix(key, number(choice->map_origin.y)), (uint64_t)(uintptr_t)map->cast);
    for (uint32_t i = 0; i < CHOICE_SITES / 64; i++)
        key = ui_mix(key, choice->turned[i]);
    return key;
}

static uint64_t ways_key(const struct map *map, const struct ui *ui, uint64_t key)
{
    for (uint32_t i = 0; i < map->own->shown_count; i++) {
        const struct map_way *w = &map->own->shown[i];
        key =
            ui_mix(key, (uint64_t)w->a << 40 ^ (uint64_t)w->b << 16 ^ w->from[0] << 8 ^ w->from[1]);
    }
    for (uint32_t i = 0; i < map->own->set_count; i++)
        key = ui_mix(key, rules_changed(map, ui->moment.scene->index, map->own->sets[i].host));
    return ui_mix(key, ui->moment.scene->links_down);
}

static uint64_t hosts_key(const struct map *map, const struct ui *ui, uint64_t key)
{
    const struct layout *l = &map->own->layout;

    for (uint32_t i = 0; i < map->cast->host_count; i++)
        if (!l->hosts[i].shown)
            key = ui_mix(key, (uint64_t)ui->moment.scene->hosts[i].queued << 32 |
                                  ui->moment.scene->hosts[i].mailbox);
    return states_key(map, ui_mix(key, ui->choice.host));
}

static const struct text what = TEXT_INIT("who talks to whom");

/* Enlarged, or with folded sites: then there is something to look closer at. */
static bool can_look_closer(const struct map *map, const struct ui *ui)
{
    bool folded = false;

    for (uint32_t i = 0; i < map->own->layout.site_count; i++)
        folded = folded || map->own->layout.sites[i].folded;
    return folded || ui->choice.map_zoom > 1 || map->own->unit < 15;
}

/* The buttons for it stand where otherwise a note is; the row's width that is taken. */
static double draw_closer(struct ui *ui, struct rect row, bool draw)
{
    struct style s = {FONT_MEDIUM, 16, COLOUR_TEXT, ALIGN_LEFT};
    double side = row.h - 6, word = canvas_text_width(ui->canvas, s, TEXT("whole map")) + 24;
    struct rect r = {row.x, row.y + 3, side, side};

    if (draw) {
        ui_button(ui, r, ICON_COUNT, "+", ACT_ZOOM_IN, 0);
        r.x += side + 6;
        ui_button(ui, r, ICON_COUNT, "\xe2\x88\x92", ACT_ZOOM_OUT, 0);
        r.x += side + 6;
        r.w = word;
        if (ui->choice.map_zoom > 1)
            ui_button(ui, r, ICON_COUNT, "whole map", ACT_ZOOM_FIT, 0);
    }
    return 2 * side + 12 + word;
}

/* What is left of the title's row beside the word "Map". */
static struct rect title_row(const struct map *map, struct ui *ui)
{
    struct style title = {FONT_BOLD, 18, COLOUR_TEXT, ALIGN_LEFT};
    struct rect r = map->own->panel;
    double taken = 20 + canvas_text_width(ui->canvas, title, TEXT("Map")) + 12;

    return (struct rect){r.x + taken, r.y + 10, fmax(0, r.w - taken - 20),
                         canvas_line_height(ui->canvas, title) + 12};
}

static void draw_still(struct map *map, struct ui *ui, struct rect r)
{
    struct canvas *c = ui->canvas;
    struct style note = {FONT_SANS, 16, COLOUR_SOFT, ALIGN_LEFT};
    bool closer = can_look_closer(map, ui);
    struct rect row = title_row(map, ui);

    ui_panel(ui, PANEL_MAP, r, "Map", closer ? TEXT("") : what);
    rect_cut_left(&row,
                  28 + (closer ? draw_closer(ui, row, false) : canvas_text_width(c, note, what)));
    if (row.w > 0)
        draw_legend(ui, row);
    canvas_clip(c, map->own->area);
    draw_sites(map, ui, false);
    draw_ranges(map, ui);
    draw_ways(map, ui);
    canvas_unclip(c);
}

static void draw_lively(struct map *map, struct ui *ui)
{
    canvas_clip(ui->canvas, map->own->area);
    draw_active_ways(map, ui);
    draw_sites(map, ui, true);
    draw_hosts(map, ui);
    canvas_unclip(ui->canvas);
}

static void find_unit(struct map *map)
{
    double tile = 0;

    for (uint32_t i = 0; i < map->cast->host_count; i++)
        tile = fmax(tile, map->own->layout.hosts[i].tile.h);
    map->own->unit = fmax(10, fmin(60, tile * 0.56));
}

static void draw_layers(struct map *map, struct ui *ui, struct rect r)
{
    uint64_t key = place_key(map, ui, r);

    if (canvas_layer(ui->canvas, LAYER_WAYS, r, ways_key(map, ui, key))) {
        draw_still(map, ui, r);
        canvas_layer_end(ui->canvas);
    }
    if (canvas_layer(ui->canvas, LAYER_HOSTS, r, hosts_key(map, ui, key))) {
        draw_lively(map, ui);
        canvas_layer_end(ui->canvas);
    }
}

/* The holders' plates are lower than the ruler, which only runs have where somebody has to wait. */
static double strip_height(const struct map_own *own)
{
    double line = layout_line(&own->text, 16);

    return own->waits ? fmin(fmax(46, line + 10), line * 2 + 8) : line + 12;
}

void map_draw(struct map *map, struct ui *ui, struct rect r)
{
    struct canvas *c = ui->canvas;
    struct style title = {FONT_BOLD, 18, COLOUR_TEXT, ALIGN_LEFT};
    double head = canvas_line_height(c, title) + 16;
    struct map_own *own = map->own;

    own->panel = r;
    measure(map, c);
    ways_take(map, ui->moment.recording);
    double strip = strip_height(own);
    own->strip = (struct rect){r.x + 20, r.y + r.h - strip - 4, fmax(1, r.w - 40), strip};
    own->area = (struct rect){r.x + 12, r.y + head, fmax(1, r.w - 24),
                              fmax(1, own->strip.y - 3 - (r.y + head))};
    if (layout_make(&own->layout, own->area, rect_middle(r), &own->text, &ui->choice,
                    ui->wish.room)) {
        crowd_fill(map);
        find_unit(map);
    }
    ways_show(map, ui);
    states_find(map, ui);
    draw_layers(map, ui, r);
    canvas_panel(c, PANEL_MAP, r);
    if (can_look_closer(map, ui))
        draw_closer(ui, title_row(map, ui), true);
    moving_draw(ui, map);
    draw_pointed(map, ui);
}

/* ---- what others ask ---- */

static const struct rect nowhere = {0, 0, 0, 0};

struct rect map_area(const struct map *map)
{
    return map->own->area;
}

struct rect map_strip(const struct map *map)
{
    return map->own->strip;
}

static const struct layout_host *host_at(const struct map *map, uint32_t host)
{
    if (!map->own || host >= map->cast->host_count || !map->own->layout.hosts[host].shown)
        return NULL;
    return &map->own->layout.hosts[host];
}

struct rect map_host_box(const struct map *map, uint32_t host)
{
    const struct layout_host *h = host_at(map, host);

    if (h)
        return h->tile;
    return map_folded(map, host)
               ? map->own->layout.sites[layout_site_of(&map->own->layout, host)].box
               : nowhere;
}

struct rect map_host_cell(const struct map *map, uint32_t host)
{
    const struct layout_host *h = host_at(map, host);

    return h ? h->cell : nowhere;
}

struct rect map_slot(const struct map *map, uint32_t host, enum map_slot which)
{
    const struct layout_host *h = host_at(map, host);

    return h && (unsigned)which < SLOT_COUNT ? h->slots[which] : nowhere;
}

bool map_folded(const struct map *map, uint32_t host)
{
    return map->own && host < map->cast->host_count &&
           map->own->layout.sites[layout_site_of(&map->own->layout, host)].folded;
}

double map_unit(const struct map *map)
{
    return map->own->unit;
}

bool map_is_free(const struct map *map, struct rect r)
{
    const struct layout *l = &map->own->layout;
    const struct rect *a = &map->own->area;

    if (r.x < a->x || r.y < a->y || r.x + r.w > a->x + a->w || r.y + r.h > a->y + a->h)
        return false;
    for (uint32_t i = 0; i < map->cast->host_count; i++)
        if (l->hosts[i].shown && rect_meets(l->hosts[i].cell, r))
            return false;
    for (uint32_t i = 0; i < l->site_count; i++)
        if (rect_meets(l->sites[i].folded ? l->sites[i].box : l->sites[i].title, r))
            return false;
    return true;
}

/* ---- looking closer ---- */

static void keep_inside(struct choice *choice, struct rect r)
{
    double x = r.w * (choice->map_zoom - 1) / 2, y = r.h * (choice->map_zoom - 1) / 2;

    choice->map_origin.x = fmax(-x, fmin(x, choice->map_origin.x));
    choice->map_origin.y = fmax(-y, fmin(y, choice->map_origin.y));
}

void map_zoom(struct choice *choice, struct rect r, struct point at, double factor)
{
    double before = fmax(1, choice->map_zoom), after = fmax(1, fmin(ZOOM_MAX, before * factor));
    struct point middle = rect_middle(r), from = {at.x - middle.x, at.y - middle.y};

    /* What lies at `at` lies there afterwards. */
    choice->map_origin.x = from.x - (from.x - choice->map_origin.x) * after / before;
    choice->map_origin.y = from.y - (from.y - choice->map_origin.y) * after / before;
    choice->map_zoom = after;
    keep_inside(choice, r);
}

void map_pan(struct choice *choice, struct rect r, struct point by)
{
    choice->map_origin.x += by.x;
    choice->map_origin.y += by.y;
    keep_inside(choice, r);
}
