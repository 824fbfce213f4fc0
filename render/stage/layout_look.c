/* How large a host is drawn, with all that belongs to it. */
#include <math.h>

#include "render/stage/layout_parts.h"

/* From what is best to look at down: one after another, what is needed least is left out.  The first ones
 * are for maps that are enlarged, and for the whole screen; from LOOK_FOLDED on sites are folded. */
static const struct layout_look looks[LOOK_COUNT] = {
    {180, 42, 32, 32, 42, 130, true, false, 1},  {144, 36, 28, 28, 36, 104, true, false, 1},
    {120, 32, 24, 24, 32, 86, true, false, 1},   {102, 27, 21, 21, 27, 72, true, false, 1},
    {90, 24, 19, 19, 24, 64, true, false, 1},    {80, 21, 17, 17, 20, 56, true, false, 1},
    {76, 21, 17, 17, 20, 54, true, false, .98},  {72, 20, 16, 16, 19, 50, true, false, .96},
    {69, 20, 16, 16, 19, 48, true, false, .94},  {66, 19, 16, 15, 18, 46, true, false, .92},
    {63, 19, 16, 15, 18, 44, true, false, .9},   {60, 18, 15, 15, 18, 42, true, false, .88},
    {57, 18, 15, 15, 18, 41, true, false, .86},  {54, 18, 15, 15, 18, 40, true, false, .84},
    {51, 17, 15, 15, 17, 39, true, false, .82},  {48, 17, 15, 15, 17, 38, true, false, .8},
    {44, 17, 15, 14, 17, 36, true, false, .77},  {36, 17, 15, 14, 17, 34, true, true, .7},
    {44, 16, 15, 14, 16, 32, false, false, .67}, {34, 17, 15, 14, 16, 32, false, true, .63},
    {44, 16, 0, 14, 16, 36, true, false, .6},    {36, 16, 15, 14, 16, 0, false, true, .58},
    {42, 16, 0, 14, 16, 28, false, false, .54},  {30, 16, 15, 0, 16, 0, false, true, .5},
    {36, 16, 0, 14, 16, 28, false, false, .49},  {28, 16, 0, 0, 16, 0, false, false, .45},
    {22, 16, 0, 0, 16, 0, false, true, .43},     {24, 15, 0, 0, 16, 0, false, false, .4},
    {18, 15, 0, 0, 15, 0, false, false, .36},    {26, 0, 0, 0, 16, 0, false, false, .22},
    {20, 0, 0, 0, 15, 0, false, false, .2},      {13, 0, 0, 0, 15, 0, false, false, .17},
    {7, 0, 0, 0, 0, 0, false, false, .15},       {0, 0, 0, 0, 17, 0, false, false, .14},
    {0, 0, 0, 0, 15, 0, false, false, .13},      {0, 0, 0, 0, 15, 0, false, false, .12},
};

/* Points at a tile of 60. */
static const double GAP = 3, CHIP = 16, HALL = 22;

/* Points: inside a card. */
static const double CARD_GAP = 7;

const struct layout_look *layout_look(uint8_t level)
{
    return &looks[level < LOOK_COUNT ? level : LOOK_COUNT - 1];
}

double layout_line(const struct layout_text *t, double size)
{
    return size > 0 ? fmax(size * t->line, t->line_min) : 0;
}

double look_unit(uint8_t level)
{
    if (layout_look(level)->card)
        return 0.8;
    return fmax(0.25, fmin(1.6, layout_look(level)->tile / 60));
}

double look_chip(const struct layout *l)
{
    return layout_line(l->own->text, CHIP) + 7;
}

static double plate_height(const struct layout *l, const struct layout_look *look)
{
    return look->plate > 0 ? layout_line(l->own->text, look->plate) + 2 : 0;
}

/* How wide a label may make a cell: most stand in it whole, one that is very long does not make all
 * others wide. */
static double label_room(const struct layout *l, const struct layout_look *look)
{
    if (look->label <= 0)
        return 0;
    double line = layout_line(l->own->text, look->label),
           most = line * (look->side > 0    ? 8.5
                          : look->card      ? 8.5
                          : look->tile < 20 ? 3.3
                          : look->plate > 0 ? 6
                                            : 4.5),
           now = line / layout_line(l->own->text, LAYOUT_LABEL), widest = 0;

    for (uint32_t i = 0; i < l->cast->host_count; i++) {
        double w = l->own->text->label_width[i] * now;
        if (w <= most)
            widest = fmax(widest, w);
        else
            widest = fmax(widest, most * 0.75);
    }
    return widest + 10;
}

void looks_measure(struct layout *l)
{
    for (unsigned level = 0; level < LOOK_COUNT; level++)
        l->own->label_room[level] = label_room(l, layout_look((uint8_t)level));
}

/* An IPv4 address; of a longer one as much as that. */
static double address_room(const struct layout *l, const struct layout_look *look)
{
    return look->address > 0 ? layout_line(l->own->text, look->address) * 7 : 0;
}

/* Beside a card's icon and texts: queue over mailbox, and the baton. */
static double card_slots(const struct layout *l, const struct layout_look *look, bool bare)
{
    if (look->side <= 0 || bare)
        return 0;
    return look->side + CARD_GAP + (look->baton ? 0 : look_chip(l) + CARD_GAP);
}

static double card_text(const struct layout *l, const struct layout_look *look)
{
    return layout_line(l->own->text, look->label) + layout_line(l->own->text, look->address);
}

static double card_height(const struct layout *l, const struct layout_look *look)
{
    return fmax(look->tile, card_text(l, look)) + plate_height(l, look) / 2 + 6;
}

static struct size card_cell(const struct layout *l, uint8_t level, bool bare)
{
    const struct layout_look *look = layout_look(level);
    struct size s = {look->tile + fmax(l->own->label_room[level], address_room(l, look)) +
                         card_slots(l, look, bare) + 4 * CARD_GAP,
                     plate_height(l, look) / 2 + card_height(l, look) + GAP};

    if (look->baton && !bare)
        s.h += look_chip(l) + GAP;
    return s;
}

struct size look_cell(const struct layout *l, uint8_t level, bool bare)
{
    const struct layout_look *look = layout_look(level);
    double gap = GAP * look_unit(level);
    /* Nothing lives beside those without a site: what comes to them takes what air there is. */
    struct size s = {look->tile + 2 * (look->side > 0 && !bare ? look->side + 3 * gap : gap + 1),
                     look->tile + plate_height(l, look) / 2 + gap};

    if (look->card)
        return card_cell(l, level, bare);
    if (look->label > 0) {
        s.w = fmax(s.w, l->own->label_room[level]);
        s.h += gap + layout_line(l->own->text, look->label);
    }
    if (look->address > 0) {
        s.w = fmax(s.w, address_room(l, look));
        s.h += layout_line(l->own->text, look->address);
    }
    if (look->baton && !bare)
        s.h += look_chip(l) + gap;
    return s;
}

static double between(double least, double most, double air)
{
    return least + fmax(0, most - least) * air;
}

double look_between(const struct layout *l, uint8_t level, double air)
{
    double small = fmin(1, look_unit(level) * 1.3), chip = look_chip(l);

    return between(chip * 3.2, chip * 5.4, air) * small;
}

double look_hall(const struct layout *l, uint8_t level, double air)
{
    const struct layout_look *look = layout_look(level);
    double unit = look_unit(level), beside = 2 * (look->side + 3 * GAP * unit);

    if (look->side <= 0 || look->card)
        return HALL * unit;
    return between(HALL * unit, look_chip(l) * 6.4 * fmin(1, unit * 1.1) - beside, air);
}

double look_aisle(uint8_t level, double air)
{
    return between(44, 72, air) * look_unit(level);
}

double look_gap(uint8_t level, double air)
{
    return between(14, layout_look(level)->side > 0 ? 60 : 0, air) * look_unit(level);
}

double look_title_room(const struct layout *l, uint8_t level, uint32_t site)
{
    double line = layout_line(l->own->text, layout_look(level)->title),
           now = line / layout_line(l->own->text, LAYOUT_LABEL),
           own = site < l->cast->site_count ? l->own->text->title_width[site] * now : line * 5;

    return fmin(own, line * 9) + 16;
}

double look_title(const struct layout *l, uint8_t level)
{
    const struct layout_look *look = layout_look(level);

    return layout_line(l->own->text, look->title) + 7 * fmin(1, look_unit(level));
}

struct size look_folded(const struct layout *l, uint8_t level)
{
    double name = layout_line(l->own->text, 16), small = layout_line(l->own->text, 15);

    if (level <= LOOK_FOLDED)
        return (struct size){name * 5.4, name + small + 12};
    if (level == LOOK_FOLDED + 1)
        return (struct size){name * 3.6, name + 8};
    return (struct size){name * 2, name * 0.8};
}

/* Beside the tile, below the plates and the place where ways meet it.  Without a row for the baton that
 * is there, too: on the right, and the two others share the left. */
static void place_slots(const struct layout *l, struct layout_host *h,
                        const struct layout_look *look, double gap, double width)
{
    const struct rect *t = &h->tile;
    double side = (width - t->w) / 2 - 2 * gap,
           low = t->y + fmax(t->h * (look->baton ? 0.58 : 0), h->plate.h / 2 + 1),
           high = t->y + t->h - low;

    if (look->side <= 0 || side < look->side * 0.9)
        return;
    side = fmin(side, look->side * 1.7);
    struct rect left = {t->x - gap - side, low, side, high},
                right = {t->x + t->w + gap, low, side, high};
    h->slots[SLOT_TRAY] = look->baton ? left : rect_cut_top(&left, high / 2);
    h->slots[SLOT_BADGE] = look->baton ? right : left;
    if (!look->baton)
        h->slots[SLOT_BATON] =
            (struct rect){right.x, right.y, right.w, fmin(look_chip(l), right.h)};
}

/* In the middle of what the plate leaves of the tile. */
static void place_icon(struct layout_host *h)
{
    double size = h->tile.w, top = h->plate.h / 2, side = fmin(size * 0.62, (size - top) * 0.8);

    h->icon = (struct rect){h->tile.x + (size - side) / 2,
                            h->tile.y + top + (size - top - side) / 2, side, side};
}

static void place_card(const struct layout *l, struct layout_host *h,
                       const struct layout_look *look, bool bare, double y)
{
    double height = card_height(l, look), plate = plate_height(l, look), text = card_text(l, look),
           lower = plate > 0 ? plate / 2 : 2;
    struct rect in;

    y += plate / 2;
    h->tile = (struct rect){h->cell.x, y, h->cell.w, height};
    h->plate = (struct rect){h->cell.x + 8, y - plate / 2, plate > 0 ? h->cell.w - 16 : 0, plate};
    in = (struct rect){h->cell.x + CARD_GAP, y + lower, h->cell.w - 2 * CARD_GAP,
                       height - lower - 2};
    h->icon = rect_cut_left(&in, look->tile);
    h->icon.y += (in.h - look->tile * 0.8) / 2;
    h->icon.h = look->tile * 0.8;
    rect_cut_left(&in, CARD_GAP);
    if (look->side > 0 && !bare) {
        struct rect slots = rect_cut_right(&in, card_slots(l, look, bare) - CARD_GAP);
        rect_cut_right(&in, CARD_GAP);
        double low = h->tile.y + plate / 2 + 1;
        slots = (struct rect){slots.x, low, slots.w, h->tile.y + height - 3 - low};
        if (!look->baton) {
            struct rect baton = rect_cut_right(&slots, look_chip(l));
            h->slots[SLOT_BATON] =
                (struct rect){baton.x, baton.y, baton.w, fmin(baton.h, look_chip(l))};
            rect_cut_right(&slots, CARD_GAP);
        }
        h->slots[SLOT_TRAY] = rect_cut_top(&slots, slots.h / 2);
        h->slots[SLOT_BADGE] = slots;
    }
    rect_cut_top(&in, fmax(0, (in.h - text) / 2));
    h->label = rect_cut_top(&in, layout_line(l->own->text, look->label));
    h->address = look->address > 0 ? rect_cut_top(&in, layout_line(l->own->text, look->address))
                                   : (struct rect){0, 0, 0, 0};
}

void look_place(const struct layout *l, struct layout_host *h, uint8_t level, bool bare,
                struct point top, double width)
{
    const struct layout_look *look = layout_look(level);
    double gap = GAP * look_unit(level), chip = look_chip(l), plate = plate_height(l, look),
           y = top.y + gap / 2, left = top.x - width / 2;
    struct size need = look_cell(l, level, bare);

    if (look->card) {
        width = fmin(width, need.w);
        left = top.x - width / 2;
    }
    *h = (struct layout_host){.shown = true, .level = level};
    h->cell = (struct rect){left, top.y, width, need.h};
    if (look->baton && !bare) {
        h->slots[SLOT_BATON] = (struct rect){left, y, width, chip};
        y += chip + gap;
    }
    if (look->card) {
        place_card(l, h, look, bare, y);
        return;
    }
    y += plate / 2;
    h->tile = (struct rect){top.x - look->tile / 2, y, look->tile, look->tile};
    h->plate = (struct rect){left, y - plate / 2, plate > 0 ? width : 0, plate};
    place_icon(h);
    place_slots(l, h, look, gap, width);
    y += look->tile;
    if (look->label > 0) {
        h->label = (struct rect){left, y + gap, width, layout_line(l->own->text, look->label)};
        y += gap + h->label.h;
    }
    if (look->address > 0)
        h->address = (struct rect){left, y, width, layout_line(l->own->text, look->address)};
}
