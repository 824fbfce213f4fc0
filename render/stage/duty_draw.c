/*
 * The baton beside its holder, and the strip of all who have had it.
 */
#include <math.h>
#include <stdio.h>

#include "render/stage/draw_parts.h"
#include "render/stage/duty.h"
#include "render/stage/pieces.h"
#include "render/stage/recent.h"

static const double WORD = 16, BATON = 24, JUMP_MS = 650;

/* ---- beside its holder ------------------------------------------------------------------------ */

static double plate_width(const struct ui *ui, struct text words)
{
    struct style s = {FONT_MEDIUM, WORD, 0, ALIGN_LEFT};
    return BATON + 26 + canvas_text_width(ui->canvas, s, words);
}

/* *words may become shorter: the plate hangs on its holder, whose name stands there anyway. */
static struct rect plate_of(const struct ui *ui, const struct map *map, const struct duty_holder *h,
                            struct text *words)
{
    struct rect slot = map_slot(map, h->host, SLOT_BATON);
    double width = plate_width(ui, *words);

    if (width > slot.w && !h->doubt) {
        *words = TEXT("has it");
        width = plate_width(ui, *words);
    }
    width = fmin(width, slot.w);
    return (struct rect){slot.x + (slot.w - width) / 2, slot.y, width, slot.h};
}

/* On its way from the one who has just passed it on: an arc above both. */
static struct point jumping(const struct ui *ui, const struct map *map, const struct duty_holder *h,
                            struct point to)
{
    struct rect slot = map_slot(map, h->from, SLOT_BATON);
    double age = recent_age(ui, h->passed), part = age / JUMP_MS;

    if (slot.w <= 0 || age < 0 || part >= 1 || ui->wish.still)
        return to;
    struct point from = rect_middle(slot);
    part = ui_ease(ui, part);
    return (struct point){from.x + (to.x - from.x) * part,
                          from.y + (to.y - from.y) * part - 28 * sin(part * 3.14159265)};
}

static void draw_holder(struct ui *ui, const struct map *map, const struct duty_holder *h,
                        uint32_t holders)
{
    struct canvas *c = ui->canvas;
    char out[DUTY_WORDS];
    struct text words = duty_words(ui, h, holders, out);
    struct rect r = plate_of(ui, map, h, &words);

    if (r.w < BATON)
        return;
    canvas_fill(c, r, r.h / 2, h->doubt ? COLOUR_WAIT_FILL : COLOUR_MAIL_FILL);
    canvas_outline(c, r, r.h / 2,
                   (struct pen){h->doubt ? COLOUR_WAIT : COLOUR_MAIL, 1.6, DASH_NONE, 0});
    struct point at = {r.x + 8 + BATON / 2, r.y + r.h / 2};
    enum baton kind = !h->doubt ? BATON_WHOLE : h->taker ? BATON_TAKER : BATON_GIVER;
    if (h->from != RECORDING_NONE)
        at = jumping(ui, map, h, at);
    baton_draw(ui, kind, at, BATON, 1);
    rect_cut_left(&r, BATON + 14);
    r.w -= 8;
    words_in(ui, FONT_MEDIUM, WORD, h->doubt ? COLOUR_WAIT_TEXT : COLOUR_MAIL_TEXT, ALIGN_LEFT, r,
             words);
}

void duty_draw(struct ui *ui, const struct map *map)
{
    struct duty_holder holders[DUTY_HOLDERS];
    uint32_t mail = ui_mail(ui);
    uint32_t count = mail == RECORDING_NONE ? 0 : duty_holders(ui, mail, holders, DUTY_HOLDERS);

    for (uint32_t i = 0; i < count; i++)
        draw_holder(ui, map, &holders[i], count);
}

/* ---- the strip -------------------------------------------------------------------------------- */

static struct text end_words(const struct ui *ui, const struct duty_stop *stop, char *out)
{
    const struct recording_line *line;
    int size;

    if (stop->end == DUTY_BOUNCED)
        return TEXT("failed");
    if (stop->end == DUTY_DISCARDED)
        return TEXT("thrown away");
    line = &ui->moment.recording->lines[stop->closed];
    if (stop->end != DUTY_DELIVERED || line->record->kind != TRACE_CUSTODY_CLOSED)
        return TEXT("");
    size = snprintf(out, DUTY_WORDS, "mailbox %.*s",
                    TEXT_ARG(RECORDING_DATA(line, custody_closed)->to));
    return text_from(out, size < 0 ? 0 : size < DUTY_WORDS ? (size_t)size : DUTY_WORDS - 1);
}

static double item_width(const struct ui *ui, struct text words, bool mark)
{
    struct style s = {FONT_MEDIUM, WORD, 0, ALIGN_LEFT};
    return canvas_text_width(ui->canvas, s, words) + 20 + (mark ? 22 : 0);
}

static void draw_item(struct ui *ui, struct rect r, struct text words, bool now, int class)
{
    struct canvas *c = ui->canvas;
    double height = fmin(r.h, 28 * ui->wish.text);
    struct rect plate = {r.x, r.y + (r.h - height) / 2, r.w, height};

    canvas_fill(c, plate, height / 2, now ? COLOUR_MAIL_FILL : COLOUR_INSET);
    canvas_outline(c, plate, height / 2,
                   (struct pen){now ? COLOUR_MAIL : COLOUR_EDGE, now ? 1.8 : 1, DASH_NONE, 0});
    struct rect in = {plate.x + 10, plate.y, plate.w - 20, plate.h};
    if (now)
        baton_draw(ui, BATON_WHOLE, (struct point){in.x + 8, in.y + in.h / 2}, 18, 1);
    else if (class)
        canvas_class(c, class, (struct point){in.x + 7, in.y + in.h / 2}, 7.5);
    if (now || class)
        rect_cut_left(&in, 20);
    in.w += 1;
    words_in(ui, now ? FONT_BOLD : FONT_MEDIUM, WORD,
             now     ? COLOUR_MAIL_TEXT
             : class ? ui_class_ink(class * 100)
                     : COLOUR_SOFT,
             ALIGN_LEFT, in, words);
}

/* How many of the first stops have to be left out so that the rest fits. */
static uint32_t too_many(const struct ui *ui, const struct duty_stop *stops, uint32_t count,
                         double room)
{
    const struct cast *cast = ui->moment.cast;
    uint32_t out = 0;
    double width = 0;
    char words[DUTY_WORDS];

    for (uint32_t i = 0; i < count; i++) {
        struct text end = end_words(ui, &stops[i], words);
        width += item_width(ui, cast->hosts[stops[i].host].label, stops[i].now) + 30;
        if (end.size > 0)
            width += item_width(ui, end, true) + 30;
    }
    for (; out + 1 < count && width + (out > 0 ? 60 : 0) > room; out++)
        width -= item_width(ui, cast->hosts[stops[out].host].label, stops[out].now) + 30;
    return out;
}

static void draw_arrow(struct ui *ui, struct rect *r)
{
    struct rect gap = rect_cut_left(r, 30);
    double y = gap.y + gap.h / 2;
    struct point tip = {gap.x + gap.w - 5, y};

    canvas_line(ui->canvas, (struct point){gap.x + 5, y}, (struct point){tip.x - 6, y},
                (struct pen){COLOUR_WIRE, 2, DASH_NONE, 0});
    canvas_arrow_head(ui->canvas, (struct point){gap.x, y}, tip, 8, COLOUR_WIRE);
}

static void draw_stop(struct ui *ui, struct rect *r, const struct duty_stop *stop)
{
    char out[DUTY_WORDS];
    struct text label = ui->moment.cast->hosts[stop->host].label, end = end_words(ui, stop, out);
    double width = fmin(item_width(ui, label, stop->now) + (stop->now ? 6 : 0), r->w);

    draw_item(ui, rect_cut_left(r, width), label, stop->now, 0);
    if (end.size == 0 || r->w < 90)
        return;
    draw_arrow(ui, r);
    draw_item(ui, rect_cut_left(r, fmin(item_width(ui, end, true), r->w)), end, false,
              stop->end == DUTY_DELIVERED ? 2 : 5);
}

void duty_strip_draw(struct ui *ui, struct rect r)
{
    struct duty_stop stops[DUTY_STOPS];
    uint32_t mail = ui_mail(ui), skipped;
    uint32_t count = mail == RECORDING_NONE ? 0 : duty_stops(ui, mail, stops, DUTY_STOPS, &skipped);
    struct text title = TEXT("Responsible so far");
    struct style s = {FONT_SANS, WORD, COLOUR_SOFT, ALIGN_LEFT};

    if (count == 0 || r.w < 200)
        return;
    double width = canvas_text_width(ui->canvas, s, title) + 16;
    if (r.w - width > 240)
        canvas_text_in(ui->canvas, s, rect_cut_left(&r, width), title);
    uint32_t out = too_many(ui, stops, count, r.w);
    if (out + skipped > 0) {
        char more[32];
        int size = snprintf(more, sizeof more, "%u before", out + skipped);
        struct text words = text_from(more, (size_t)size);
        draw_item(ui, rect_cut_left(&r, item_width(ui, words, false)), words, false, 0);
        draw_arrow(ui, &r);
    }
    for (uint32_t i = out; i < count && r.w > 60; i++) {
        if (i > out)
            draw_arrow(ui, &r);
        draw_stop(ui, &r, &stops[i]);
    }
}
