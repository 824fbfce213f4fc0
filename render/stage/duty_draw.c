/*
 * The baton beside its holder, and the strip of all who have had it.
 */
#include <math.h>
#include <stdio.h>

#include "render/stage/callout.h"
#include "render/stage/draw_parts.h"
#include "render/stage/duty.h"
#include "render/stage/pieces.h"
#include "render/stage/recent.h"

static const double WORD = 16, BATON = 24, JUMP_MS = 650, ARROW = 30, NEAR = 90;

/* ---- beside its holder ------------------------------------------------------------------------ */

static struct point baton_of(struct rect plate)
{
    return (struct point){plate.x + 8 + BATON / 2, plate.y + plate.h / 2};
}

static double plate_width(const struct ui *ui, struct text words)
{
    struct style s = {FONT_MEDIUM, WORD, 0, ALIGN_LEFT};
    return BATON + 26 + canvas_text_width(ui->canvas, s, words);
}

/* *words may become shorter: the plate hangs on its holder, whose name stands there anyway. */
static struct rect plate_of(const struct ui *ui, const struct map *map, const struct duty_holder *h,
                            struct text *words)
{
    struct rect slot = place_of(map, h->host, SLOT_BATON);
    double width = plate_width(ui, *words);

    if (width > slot.w && !h->doubt) {
        *words = TEXT("has it");
        width = plate_width(ui, *words);
    }
    width = fmin(width, slot.w);
    return (struct rect){slot.x + (slot.w - width) / 2, slot.y, width, slot.h};
}

/* With the room that it needs; where its slot is taken, near it.  Width 0: nowhere. */
static struct rect plate_free(const struct ui *ui, const struct map *map, const struct clear *clear,
                              const struct duty_holder *h, struct text *words)
{
    struct rect r = plate_of(ui, map, h, words);
    struct point at = rect_middle(r), size = {r.w, r.h};

    if (r.w < BATON || !clear_near(clear, size, NEAR, &at))
        return (struct rect){r.x, r.y, 0, 0};
    return rect_around(at, size);
}

struct rect duty_place(const struct ui *ui, const struct map *map, uint32_t host)
{
    struct duty_holder h = {.host = host, .recipients = 1, .opened = RECORDING_NONE};
    char out[DUTY_WORDS];
    struct text words = duty_words(ui, &h, 1, out);

    return plate_of(ui, map, &h, &words);
}

/* How far it has come from the one who has just passed it on; 1: it is there. */
static double jumped(const struct ui *ui, const struct duty_holder *h)
{
    double age = h->from == RECORDING_NONE ? JUMP_MS : recent_age(ui, h->passed);

    return age < 0 || age >= JUMP_MS || ui->wish.still ? 1 : ui_ease(ui, age / JUMP_MS);
}

static struct point on_arc(struct point from, struct point to, double part, double height)
{
    return (struct point){from.x + (to.x - from.x) * part,
                          from.y + (to.y - from.y) * part - height * sin(part * 3.14159265)};
}

/* It flies where it covers nothing, else it does not fly. */
static bool find_arc(const struct map *map, const struct clear *clear, const struct duty_holder *h,
                     struct rect plate, double *height)
{
    enum { LOOKS = 16 };
    static const double heights[] = {28, 60, 100, -60};
    const struct point size = {BATON, BATON};
    struct rect slot = place_of(map, h->from, SLOT_BATON);
    struct clear still = *clear;

    still.count = still.still;
    for (size_t i = 0; slot.w > 0 && i < sizeof heights / sizeof heights[0]; i++) {
        bool free = true;
        for (int k = 0; k < LOOKS && free; k++) {
            struct point at =
                on_arc(rect_middle(slot), baton_of(plate), (double)k / LOOKS, heights[i]);
            struct rect box = rect_around(at, size);
            free = callout_shared(box, plate) > 0 || clear_is(&still, box);
        }
        *height = heights[i];
        if (free)
            return true;
    }
    return false;
}

static void draw_holder(struct ui *ui, const struct map *map, struct clear *clear,
                        const struct duty_holder *h, uint32_t holders)
{
    struct canvas *c = ui->canvas;
    char out[DUTY_WORDS];
    struct text words = duty_words(ui, h, holders, out);
    struct rect r = plate_free(ui, map, clear, h, &words);

    if (r.w <= 0)
        return;
    box_take(ui, clear, r);
    canvas_fill(c, r, r.h / 2, h->doubt ? COLOUR_WAIT_FILL : COLOUR_MAIL_FILL);
    canvas_outline(c, r, r.h / 2,
                   (struct pen){h->doubt ? COLOUR_WAIT : COLOUR_MAIL, 1.6, DASH_NONE, 0});
    enum baton kind = !h->doubt ? BATON_WHOLE : h->taker ? BATON_TAKER : BATON_GIVER;
    baton_draw(ui, kind, baton_of(r), BATON, 1);
    rect_cut_left(&r, BATON + 14);
    r.w -= 8;
    words_in(ui, FONT_MEDIUM, WORD, h->doubt ? COLOUR_WAIT_TEXT : COLOUR_MAIL_TEXT, ALIGN_LEFT, r,
             words);
}

static uint32_t holders_of(const struct ui *ui, struct duty_holder out[DUTY_HOLDERS])
{
    uint32_t mail = ui_mail(ui);

    return mail == RECORDING_NONE ? 0 : duty_holders(ui, mail, out, DUTY_HOLDERS);
}

void duty_draw(struct ui *ui, const struct map *map, struct clear *clear)
{
    struct duty_holder holders[DUTY_HOLDERS];
    uint32_t count = holders_of(ui, holders);

    for (uint32_t i = 0; i < count; i++)
        draw_holder(ui, map, clear, &holders[i], count);
}

/* A second baton on its way; where it goes the plate hangs already. */
void duty_flying_draw(struct ui *ui, const struct map *map, struct clear *clear)
{
    struct duty_holder holders[DUTY_HOLDERS];
    uint32_t count = holders_of(ui, holders);

    for (uint32_t i = 0; i < count; i++) {
        const struct duty_holder *h = &holders[i];
        double part = jumped(ui, h), height;
        struct rect plate = duty_place(ui, map, h->host);

        if (part >= 1 || plate.w < BATON || !find_arc(map, clear, h, plate, &height))
            continue;
        struct point at =
            on_arc(rect_middle(place_of(map, h->from, SLOT_BATON)), baton_of(plate), part, height);
        struct rect box = rect_around(at, (struct point){BATON, BATON});
        if (!clear_is(clear, box)) /* it lands on its plate */
            continue;
        box_take(ui, clear, box);
        baton_draw(ui, BATON_WHOLE, at, BATON, 1);
    }
}

/* ---- the strip -------------------------------------------------------------------------------- */

static double item_width(const struct ui *ui, struct text words, bool mark)
{
    struct style s = {FONT_MEDIUM, WORD, 0, ALIGN_LEFT};
    return canvas_text_width(ui->canvas, s, words) + 20 + (mark ? 22 : 0);
}

/* How a stop stands to the mail: with a whole baton, half of one, or none any more. */
enum stand { STAND_PAST, STAND_HOLDS, STAND_GAVE, STAND_TOOK };

static enum stand stand_of(const struct duty_stop *stop)
{
    if (!stop->now)
        return STAND_PAST;
    return !stop->doubt ? STAND_HOLDS : stop->taker ? STAND_TOOK : STAND_GAVE;
}

static void draw_item(struct ui *ui, struct rect r, struct text words, enum stand stand, int class)
{
    static const struct {
        enum colour fill, edge, ink;
        enum baton baton;
    } looks[] = {
        [STAND_PAST] = {COLOUR_INSET, COLOUR_EDGE, COLOUR_SOFT, BATON_WHOLE},
        [STAND_HOLDS] = {COLOUR_MAIL_FILL, COLOUR_MAIL, COLOUR_MAIL_TEXT, BATON_WHOLE},
        [STAND_GAVE] = {COLOUR_WAIT_FILL, COLOUR_WAIT, COLOUR_WAIT_TEXT, BATON_GIVER},
        [STAND_TOOK] = {COLOUR_WAIT_FILL, COLOUR_WAIT, COLOUR_WAIT_TEXT, BATON_TAKER},
    };
    struct canvas *c = ui->canvas;
    bool now = stand != STAND_PAST;
    double height = fmin(r.h, 28 * ui->wish.text);
    struct rect plate = {r.x, r.y + (r.h - height) / 2, r.w, height};

    canvas_fill(c, plate, height / 2, looks[stand].fill);
    canvas_outline(c, plate, height / 2,
                   (struct pen){looks[stand].edge, now ? 1.8 : 1, DASH_NONE, 0});
    struct rect in = {plate.x + 10, plate.y, plate.w - 20, plate.h};
    if (now)
        baton_draw(ui, looks[stand].baton, (struct point){in.x + 8, in.y + in.h / 2}, 18, 1);
    else if (class)
        canvas_class(c, class, (struct point){in.x + 7, in.y + in.h / 2}, 7.5);
    if (now || class)
        rect_cut_left(&in, 20);
    in.w += 1;
    words_in(ui, now ? FONT_BOLD : FONT_MEDIUM, WORD,
             class && !now ? ui_class_ink(class * 100) : looks[stand].ink, ALIGN_LEFT, in, words);
}

static double stop_width(const struct ui *ui, const struct duty_stop *stop)
{
    char words[DUTY_WORDS];
    struct text end = duty_end_words(ui, stop, words);
    double width = item_width(ui, ui->moment.cast->hosts[stop->host].label, stop->now) + ARROW;

    return end.size > 0 ? width + item_width(ui, end, true) + ARROW : width;
}

/* How many of the first stops have to be left out so that the rest fits. */
static uint32_t too_many(const struct ui *ui, const struct duty_stop *stops, uint32_t count,
                         double room)
{
    uint32_t out = 0;
    double width = 0;

    for (uint32_t i = 0; i < count; i++)
        width += stop_width(ui, &stops[i]);
    for (; out + 1 < count && width + (out > 0 ? 110 : 0) > room + ARROW; out++)
        width -= stop_width(ui, &stops[out]);
    return out;
}

static void draw_arrow(struct ui *ui, struct rect *r)
{
    struct rect gap = rect_cut_left(r, ARROW);
    double y = gap.y + gap.h / 2;
    struct point tip = {gap.x + gap.w - 5, y};

    canvas_line(ui->canvas, (struct point){gap.x + 5, y}, (struct point){tip.x - 6, y},
                (struct pen){COLOUR_WIRE, 2, DASH_NONE, 0});
    canvas_arrow_head(ui->canvas, (struct point){gap.x, y}, tip, 8, COLOUR_WIRE);
}

static void draw_stop(struct ui *ui, struct rect *r, const struct duty_stop *stop)
{
    char out[DUTY_WORDS];
    struct text label = ui->moment.cast->hosts[stop->host].label,
                end = duty_end_words(ui, stop, out);
    double width = fmin(item_width(ui, label, stop->now) + (stop->now ? 6 : 0), r->w);

    struct rect plate = rect_cut_left(r, width);
    draw_item(ui, plate, label, stand_of(stop), 0);
    canvas_hit(ui->canvas, plate, ACT_HOST, stop->host);
    if (end.size == 0 || r->w < 90)
        return;
    draw_arrow(ui, r);
    draw_item(ui, rect_cut_left(r, fmin(item_width(ui, end, true), r->w)), end, STAND_PAST,
              stop->end >= DUTY_BOUNCED ? 5 : 2);
}

static struct text title_of(const struct ui *ui, uint32_t mail, char *out)
{
    const struct recording *r = ui->moment.recording;
    uint32_t ndr = r->mails[mail].ndr;

    if (ndr == RECORDING_NONE || ndr > ui->moment.place.index || ui_veiled(ui, ndr))
        return TEXT("Responsible so far");
    struct text label = ui->moment.cast->hosts[r->lines[ndr].host].label;
    int size = snprintf(out, DUTY_WORDS, "Report, written by %.*s", TEXT_ARG(label));
    return ui_printed(out, size, DUTY_WORDS);
}

static uint32_t stops_of(const struct ui *ui, struct duty_stop *stops, uint32_t *skipped)
{
    uint32_t mail = ui_mail(ui);

    *skipped = 0;
    return mail == RECORDING_NONE ? 0 : duty_stops(ui, mail, stops, DUTY_STOPS, skipped);
}

double duty_strip_width(const struct ui *ui)
{
    struct duty_stop stops[DUTY_STOPS];
    uint32_t skipped, count = stops_of(ui, stops, &skipped);
    double width = skipped > 0 ? 110 : 0;

    for (uint32_t i = 0; i < count; i++)
        width += stop_width(ui, &stops[i]);
    return width;
}

void duty_strip_draw(struct ui *ui, struct rect r)
{
    struct duty_stop stops[DUTY_STOPS];
    uint32_t skipped, count = stops_of(ui, stops, &skipped);
    struct style s = {FONT_SANS, WORD, COLOUR_SOFT, ALIGN_LEFT};
    char out[DUTY_WORDS];

    if (count == 0 || r.w < 100)
        return;
    struct text title = title_of(ui, ui_mail(ui), out);
    double width = canvas_text_width(ui->canvas, s, title) + 16;
    if (r.w - width >= duty_strip_width(ui))
        canvas_text_in(ui->canvas, s, rect_cut_left(&r, width), title);
    uint32_t left = too_many(ui, stops, count, r.w);
    if (left + skipped > 0) {
        char more[32];
        int size = snprintf(more, sizeof more, "%u before", left + skipped);
        struct text words = text_from(more, (size_t)size);
        draw_item(ui, rect_cut_left(&r, item_width(ui, words, false)), words, STAND_PAST, 0);
        draw_arrow(ui, &r);
    }
    for (uint32_t i = left; i < count && r.w > 60; i++) {
        if (i > left)
            draw_arrow(ui, &r);
        draw_stop(ui, &r, &stops[i]);
    }
}
