/*
 * What has just become of a mail, beside the host where it did.
 */
#include <math.h>

#include "render/stage/arrivals.h"
#include "render/stage/draw_parts.h"
#include "render/stage/pieces.h"

static const double DROP_MS = 450;

static bool is_box(const struct arrival *a)
{
    return a->kind == ARRIVAL_DELIVERED || a->kind == ARRIVAL_COLLECTED;
}

/* A letter falls into the mailbox, which rings. */
static void draw_drop(struct ui *ui, const struct arrival *a, struct rect slot, double width)
{
    struct point at = rect_middle(slot);
    double part = ui->wish.still ? 1 : ui_ease(ui, fmin(a->age_ms / DROP_MS, 1));

    letter_draw(ui, letter_of(ui, a->mail), (struct point){at.x, at.y - (1 - part) * width}, width,
                a->alpha);
    if (part >= 1)
        canvas_ring(ui->canvas, at, width * 0.72,
                    (struct pen){COLOUR_GOOD, 3, DASH_NONE, a->alpha});
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

static void draw_arrival(struct ui *ui, const struct map *map, const struct arrival *a)
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
        draw_drop(ui, a, slot, 0.8 * letter_width(map));
    else if (a->kind == ARRIVAL_COMPOSED || a->kind == ARRIVAL_REPORT)
        letter_draw(ui, letter_of(ui, a->mail), rect_middle(slot), 0.9 * letter_width(map),
                    a->alpha);
    if (p.words.size == 0)
        return;
    piece_draw(ui, &p, place_words(ui, map, a->host, piece_size(ui, &p, 0)), 0);
}

void arrivals_draw(struct ui *ui, const struct map *map)
{
    struct arrival shown[ARRIVALS_SHOWN];
    uint32_t count = arrivals_at(ui, shown);

    for (uint32_t i = count; i > 0; i--)
        draw_arrival(ui, map, &shown[i - 1]);
}
