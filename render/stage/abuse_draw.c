/*
 * One letter in, many copies out; the honest letter at the queue's end; the plate of a blocklist.
 */
#include <math.h>
#include <stdio.h>

#include "render/stage/abuse.h"
#include "render/stage/draw_parts.h"
#include "render/stage/pieces.h"

enum { FAN = 5 };

static struct piece plate(struct text words)
{
    return (struct piece){.words = words,
                          .font = FONT_MEDIUM,
                          .icon = ICON_COUNT,
                          .ink = COLOUR_BAD_TEXT,
                          .fill = COLOUR_BAD_FILL,
                          .edge = COLOUR_BAD,
                          .alpha = 1};
}

/* A thick arrow from a to b. */
static void draw_arrow(struct ui *ui, const struct track *t, double width, double alpha)
{
    struct track shaft = track_piece(t, 0, fmax(1 - (width + 8) / t->length, 0.5));

    canvas_curve(ui->canvas, shaft.p, (struct pen){COLOUR_BAD, width, DASH_NONE, alpha});
    canvas_group(ui->canvas);
    canvas_arrow_head(ui->canvas, shaft.p[3], t->p[3], width + 12, COLOUR_BAD);
    canvas_group_end(ui->canvas, alpha);
}

void abuse_draw(struct ui *ui, const struct map *map)
{
    struct abuse a;

    if (!abuse_at(ui, &a))
        return;
    struct track in = track_between(map, a.from, a.host);
    if (in.length > 0)
        draw_arrow(ui, &in, fmin(8 + a.recipients, 22), 0.35);
    for (uint32_t i = 0; i < a.way_count; i++) {
        struct track out = track_between(map, a.host, a.ways[i].to);
        if (out.length > 0)
            draw_arrow(ui, &out, fmin(6 + a.ways[i].recipients, 18), 0.25);
    }
}

/* Beside the way, clear of what travels on it. */
static void draw_beside(struct ui *ui, struct clear *clear, const struct track *t,
                        struct text words, bool above)
{
    struct piece p = plate(words);
    struct point size = piece_size(ui, &p, 0), at;

    if (t->length <= 0 || !clear_beside(clear, t, size.y + 6, size, above, &at))
        return;
    box_take(ui, clear, rect_around(at, size));
    piece_draw(ui, &p, at, 0);
}

void abuse_words_draw(struct ui *ui, const struct map *map, struct clear *clear)
{
    char out[ABUSE_WORDS];
    struct abuse a;

    if (!abuse_at(ui, &a))
        return;
    int size = snprintf(out, sizeof out, "1 letter, %u RCPT", a.recipients);
    struct track t = track_between(map, a.from, a.host);
    draw_beside(ui, clear, &t, ui_printed(out, size, ABUSE_WORDS), true);
    for (uint32_t i = 0; i < a.way_count; i++) {
        size = snprintf(out, sizeof out, "\xc3\x97 %u", a.ways[i].recipients);
        t = track_between(map, a.host, a.ways[i].to);
        draw_beside(ui, clear, &t, ui_printed(out, size, ABUSE_WORDS), false);
    }
}

/* A fan of them on each way out. */
void abuse_copies_draw(struct ui *ui, const struct map *map, struct clear *clear)
{
    const struct point size = {26, 26 * 0.7};
    struct abuse a;

    if (!abuse_at(ui, &a))
        return;
    for (uint32_t i = 0; i < a.way_count; i++) {
        struct track t = track_between(map, a.host, a.ways[i].to);
        for (uint32_t k = 0; t.length > 0 && k < a.ways[i].recipients && k < FAN; k++) {
            double side = (k % 2 ? 1 : -1) * (10.0 + 3 * k);
            struct point at = track_at(&t, 0.3 + 0.5 * k / FAN, side);
            if (!clear_is(clear, rect_around(at, size)))
                continue;
            box_take(ui, clear, rect_around(at, size));
            letter_draw(ui, LETTER_SPAM, at, size.x, 0.9);
        }
    }
}

/* ---- the tray's bar --------------------------------------------------------------------------- */

static void draw_bar(struct ui *ui, const struct map *map, uint32_t host)
{
    struct abuse_bar bar;
    struct rect slot = place_of(map, host, SLOT_TRAY);

    if (slot.w <= 0 || ui->moment.scene->hosts[host].queued < 2 || !abuse_bar_at(ui, host, &bar))
        return;
    double height = fmin(slot.h / bar.count, 9),
           y = slot.y + slot.h; /* the oldest lies at the bottom */

    for (uint32_t i = 0; i < bar.count; i++) {
        y -= height;
        canvas_fill(ui->canvas,
                    (struct rect){slot.x + 2, y + 1, fmin(slot.w - 4, 30), fmax(height - 2, 1)},
                    1.5, bar.spam[i] ? COLOUR_BAD : COLOUR_MAIL);
    }
}

/* Said where the story is. */
static void draw_bar_words(struct ui *ui, const struct map *map, struct clear *clear, uint32_t host)
{
    char out[ABUSE_WORDS];
    struct abuse_bar bar;

    if (host == RECORDING_NONE || ui->moment.scene->hosts[host].queued < 2 ||
        place_of(map, host, SLOT_TRAY).w <= 0 || !abuse_bar_at(ui, host, &bar))
        return;
    struct text words = abuse_bar_words(ui, &bar, out);
    struct piece p = plate(words);
    struct point size = piece_size(ui, &p, 0), at;
    if (words.size == 0 || !place_words(map, clear, host, size, &at))
        return;
    box_take(ui, clear, rect_around(at, size));
    piece_draw(ui, &p, at, 0);
}

void queue_words_draw(struct ui *ui, const struct map *map, struct clear *clear)
{
    draw_bar_words(ui, map, clear, ui_host(ui));
}

/* ---- the plate -------------------------------------------------------------------------------- */

static void draw_plate(struct ui *ui, const struct map *map, struct clear *clear, uint32_t host)
{
    char out[ABUSE_WORDS];
    struct text words = abuse_plate(ui, host, out);
    struct piece p = plate(words);
    struct point size, at;

    p.class = 5;
    size = piece_size(ui, &p, 0);
    if (words.size == 0 || !place_words(map, clear, host, size, &at))
        return;
    box_take(ui, clear, rect_around(at, size));
    struct rect r = piece_draw(ui, &p, at, 0);
    for (int i = -1; i < 2; i += 2) /* two nails */
        canvas_disc(ui->canvas, (struct point){at.x + i * (size.x / 2 - 4), r.y + 4}, 2.4,
                    COLOUR_TEXT);
}

void plates_draw(struct ui *ui, const struct map *map, struct clear *clear)
{
    const struct scene *s = ui->moment.scene;

    for (uint32_t host = 0; host < s->host_count; host++) {
        if (s->hosts[host].listed > 0)
            draw_plate(ui, map, clear, host);
        if (s->hosts[host].queued > 1)
            draw_bar(ui, map, host);
    }
}
