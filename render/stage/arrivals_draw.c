/*
 * What has just become of a mail, beside the host where it did.
 */
#include <math.h>

#include "render/stage/arrivals.h"
#include "render/stage/draw_parts.h"
#include "render/stage/pieces.h"

static const double DROP_MS = 450;

/* Points that a letter may be away from its slot. */
static const double NEAR = 60;

static bool is_box(const struct arrival *a)
{
    return a->kind == ARRIVAL_DELIVERED || a->kind == ARRIVAL_COLLECTED;
}

/* A letter falls into the mailbox, which rings. */
static void draw_drop(struct ui *ui, struct clear *clear, const struct arrival *a, struct rect slot,
                      double width)
{
    const double ring = 1.5 * width;
    struct point at = rect_middle(slot);
    double part = ui->wish.still ? 1 : ui_ease(ui, fmin(a->age_ms / DROP_MS, 1));

    /* Room for all of its fall, or it does not fall; no room for the ring, and there is none. */
    struct point fall = {ring, ring + width / 2}, from = {at.x, at.y - width / 4};
    bool falls = clear_near(clear, fall, NEAR, &from), rings = falls;
    if (falls)
        at = (struct point){from.x, from.y + width / 4};
    else
        rings = clear_near(clear, (struct point){ring, ring}, NEAR, &at);
    if (!rings && !clear_near(clear, (struct point){width, width * 0.7}, NEAR, &at))
        return;
    box_take(ui, clear,
             falls   ? rect_around(from, fall)
             : rings ? rect_around(at, (struct point){ring, ring})
                     : rect_around(at, (struct point){width, width * 0.7}));
    letter_draw(ui, letter_of(ui, a->mail),
                (struct point){at.x, at.y - (falls ? (1 - part) * width / 2 : 0)}, width, a->alpha);
    if (part >= 1 && rings)
        canvas_ring(ui->canvas, at, width * 0.72,
                    (struct pen){COLOUR_GOOD, 3, DASH_NONE, a->alpha});
}

/* A letter lies in the tray. */
static void draw_laid(struct ui *ui, struct clear *clear, const struct arrival *a, struct rect slot,
                      double width)
{
    struct point at = rect_middle(slot), size = {width, width * 0.7};

    if (!clear_near(clear, size, NEAR, &at))
        return;
    box_take(ui, clear, rect_around(at, size));
    letter_draw(ui, letter_of(ui, a->mail), at, width, a->alpha);
}

static int class_of(const struct arrival *a)
{
    switch (a->kind) {
    case ARRIVAL_DELIVERED:
    case ARRIVAL_COLLECTED: return 2;
    case ARRIVAL_DEFERRED:
    case ARRIVAL_WARNED: return 4;
    case ARRIVAL_BOUNCED:
    case ARRIVAL_EXPIRED:
    case ARRIVAL_DISCARDED: return 5;
    default: return 0;
    }
}

static void draw_arrival(struct ui *ui, const struct map *map, struct clear *clear,
                         const struct arrival *a)
{
    char out[ARRIVAL_WORDS];
    struct rect slot = place_of(map, a->host, is_box(a) ? SLOT_BADGE : SLOT_TRAY);
    int class = class_of(a);
    struct piece p = {.words = arrival_words(ui, a, out),
                      .font = FONT_MEDIUM,
                      .icon = ICON_COUNT,
                      .class = class,
                      .ink = class ? ui_class_ink(class * 100) : COLOUR_MAIL_TEXT,
                      .fill = class ? ui_class_fill(class * 100) : COLOUR_MAIL_FILL,
                      .edge = class ? ui_class_strong(class * 100) : COLOUR_MAIL,
                      .alpha = a->alpha};

    if (slot.w <= 0)
        return;
    if (is_box(a))
        draw_drop(ui, clear, a, slot, 0.8 * letter_width(map));
    else if (a->kind == ARRIVAL_COMPOSED || a->kind == ARRIVAL_REPORT)
        draw_laid(ui, clear, a, slot, 0.9 * letter_width(map));
    struct point size = piece_size(ui, &p, 0), at;
    if (p.words.size == 0 || !place_words(map, clear, a->host, size, &at))
        return;
    box_take(ui, clear, rect_around(at, size));
    piece_draw(ui, &p, at, 0);
}

void arrivals_draw(struct ui *ui, const struct map *map, struct clear *clear)
{
    struct arrival shown[ARRIVALS_SHOWN];
    uint32_t count = arrivals_at(ui, shown);

    for (uint32_t i = count; i > 0; i--)
        draw_arrival(ui, map, clear, &shown[i - 1]);
}
