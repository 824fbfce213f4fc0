/*
 * What travels, painted: the story's own things large, one behind the other; all else as motes or flows.
 */
#include <math.h>
#include <stdio.h>

#include "render/stage/draw_parts.h"
#include "render/stage/pieces.h"

enum { MAIN_ROOM = 32 };

/* A way of so many points has no room for words. */
static const double SHORT = 56;

/* On a way that goes up or down, tags that meet may touch: else they would be far from it. */
static const double LANE_MOST = 20;

/* ---- one thing of the story ------------------------------------------------------------------- */

/* Flights that travel so close to each other that they are one thing to the eye. */
struct train {
    const struct flight *lead;
    struct track track;
    double part;    /* of the lead */
    double letter;  /* how wide one is */
    uint32_t count; /* of flights */
    int class;
    char words[FLIGHT_WORDS];
    size_t last;   /* where its last word begins */
    uint32_t same; /* how often that one was said */
};

static bool is_letter(const struct ui *ui, const struct flight *f)
{
    return f->travel == TRAVEL_MESSAGE || flight_carries(ui, f);
}

static struct piece piece_of(const struct ui *ui, const struct train *t)
{
    struct point a = track_at(&t->track, fmax(t->part - 0.05, 0), 0),
                 b = track_at(&t->track, fmin(t->part + 0.05, 1), 0);
    struct piece p = {.words = text_of(t->words),
                      .font = FONT_MONO_BOLD,
                      .icon = ICON_COUNT,
                      .alpha = t->lead->alpha};

    (void)ui;
    if (t->lead->travel == TRAVEL_COMMAND) {
        p.shape = b.x >= a.x ? PIECE_TAG_RIGHT : PIECE_TAG_LEFT;
        p.ink = COLOUR_ON_STRONG;
        p.fill = p.edge = COLOUR_MAIL;
    } else if (t->lead->travel == TRAVEL_REPLY) {
        p.class = t->class;
        p.ink = ui_class_ink(t->class * 100);
        p.fill = ui_class_fill(t->class * 100);
        p.edge = ui_class_strong(t->class * 100);
    } else if (t->lead->travel == TRAVEL_CONNECT) {
        p.font = FONT_MEDIUM;
        p.ink = COLOUR_MAIL_TEXT;
        p.fill = COLOUR_MAIL_FILL;
        p.edge = COLOUR_MAIL;
    } else {
        p.font = FONT_MEDIUM;
        p.class = t->lead->travel == TRAVEL_QUESTION ? -1 : 0;
        p.ink = COLOUR_WAIT_TEXT;
        p.fill = COLOUR_WAIT_FILL;
        p.edge = COLOUR_WAIT;
    }
    return p;
}

static double widest(const struct ui *ui, const struct train *t)
{
    return fmax(fmin(t->track.length * 0.7, 260), 170) * ui->wish.text;
}

static struct point size_of(const struct ui *ui, const struct train *t)
{
    if (is_letter(ui, t->lead))
        return (struct point){t->letter, t->letter * 0.7};
    struct piece p = piece_of(ui, t);
    return piece_size(ui, &p, widest(ui, t));
}

/* Whatever answers keeps to one side of the way, whatever asks to the other; letters take the middle. */
static double lane_of(const struct train *t, double part, struct point size)
{
    if (t->lead->travel == TRAVEL_MESSAGE || t->lead->travel == TRAVEL_CONNECT ||
        t->lead->state == FLIGHT_PACKET)
        return 0;
    return fmin(track_reach(&t->track, part, size.y, size.x) + 2, fmax(LANE_MOST, size.y / 2 + 2));
}

static struct point spot_of(const struct ui *ui, const struct train *t)
{
    struct point size = size_of(ui, t);
    double part = ui->wish.still ? t->part : ui_ease(ui, t->part),
           half = track_reach(&t->track, part, size.x, size.y) + 2;

    if (t->track.length > 220) /* clear of the roles written across the tiles' edges */
        half += 12;
    part = track_within(&t->track, part, half);
    return track_at(&t->track, part, lane_of(t, part, size));
}

/* A cross at its corner and below it why. */
static void draw_loss(struct ui *ui, const struct map *map, const struct flight *f, struct point at,
                      struct point size)
{
    char why[FLIGHT_WORDS];
    struct piece p = {.words = flight_reason(ui, f, why),
                      .font = FONT_MEDIUM,
                      .icon = ICON_COUNT,
                      .ink = COLOUR_BAD_TEXT,
                      .fill = COLOUR_BAD_FILL,
                      .edge = COLOUR_BAD,
                      .alpha = f->alpha};
    struct point plate = piece_size(ui, &p, 0), below = {at.x, at.y + size.y / 2 + plate.y / 2 + 3};

    cross_draw(ui, (struct point){at.x + size.x / 2 - 2, at.y - size.y / 2 + 2}, TEXT(""),
               f->alpha);
    piece_draw(ui, &p, place_inside(map, below, plate), 0);
}

static void draw_train(struct ui *ui, const struct map *map, const struct train *t)
{
    char why[FLIGHT_WORDS];
    const struct flight *f = t->lead;
    const struct recording_line *line = &ui->moment.recording->lines[f->sent];
    struct point size = size_of(ui, t), at = place_inside(map, spot_of(ui, t), size);

    if (t->track.length < SHORT && f->state == FLIGHT_AWAY) {
        mote_draw(ui, f->travel, t->class, spot_of(ui, t), 1);
        return;
    }
    if (f->state == FLIGHT_PACKET) {
        cross_draw(ui, at, flight_reason(ui, f, why), f->alpha);
        return;
    }
    if (is_letter(ui, f)) {
        enum letter kind = letter_of(ui, line->mail);
        letter_draw(ui, kind, at, t->letter, f->alpha);
    } else {
        struct piece p = piece_of(ui, t);
        piece_draw(ui, &p, at, widest(ui, t));
    }
    struct rect r = {at.x - size.x / 2, at.y - size.y / 2, size.x, size.y};
    if (f->travel == TRAVEL_MESSAGE && line->mail != RECORDING_NONE)
        canvas_hit(ui->canvas, r, ACT_MAIL, line->mail);
    else if (line->conn != RECORDING_NONE)
        canvas_hit(ui->canvas, r, ACT_CONN, line->conn);
    if (f->state == FLIGHT_LOST)
        draw_loss(ui, map, f, at, size);
}

/* ---- trains ----------------------------------------------------------------------------------- */

static bool same_way(const struct flight *a, const struct flight *b)
{
    return a->from == b->from && a->to == b->to && a->travel == b->travel;
}

/* "RCPT bob" becomes "RCPT" in a train, and several of them "RCPT x 3". */
static void add_words(struct train *t, struct text words)
{
    size_t verb = t->lead->travel == TRAVEL_COMMAND ? text_find(words, ' ') : words.size, used;

    if (t->count++ == 1) {
        char *blank = strchr(t->words, ' ');
        if (blank && t->lead->travel == TRAVEL_COMMAND)
            *blank = '\0';
        t->last = 0;
        t->same = 1;
    }
    used = strlen(t->words);
    size_t word = strcspn(t->words + t->last, " ");
    if (word == verb && memcmp(t->words + t->last, words.at, verb) == 0) {
        used = t->last + word;
        snprintf(t->words + used, sizeof t->words - used, " \xc3\x97%u", ++t->same);
    } else if (used + verb + 2 < sizeof t->words) {
        t->last = used + 1;
        t->same = 1;
        snprintf(t->words + used, sizeof t->words - used, " %.*s", (int)verb, words.at);
    }
}

/* True if `f` came so close behind the train that it is part of it now. */
static bool couples(const struct ui *ui, struct train *t, const struct flight *f)
{
    char words[FLIGHT_WORDS];
    struct train other = {.lead = f, .track = t->track, .part = f->part, .letter = t->letter};

    if (!same_way(t->lead, f) || is_letter(ui, f) || is_letter(ui, t->lead))
        return false;
    struct text says = flight_words(ui, f, words);
    snprintf(other.words, sizeof other.words, "%.*s", TEXT_ARG(says));
    struct point a = spot_of(ui, t), b = spot_of(ui, &other), sa = size_of(ui, t),
                 sb = size_of(ui, &other);
    if (fabs(a.x - b.x) >= (sa.x + sb.x) / 2 + 3 || fabs(a.y - b.y) >= (sa.y + sb.y) / 2 + 3)
        return false;
    if (f->state == FLIGHT_LANDED) /* the last that landed stands for those before it */
        return true;
    if (t->lead->state != FLIGHT_AWAY || f->state != FLIGHT_AWAY) {
        if (t->lead->state == FLIGHT_LANDED) /* and makes room for the next */
            t->lead = NULL;
        return false;
    }
    add_words(t, says);
    int class = flight_class(ui, f);
    if (class > t->class)
        t->class = class;
    return true;
}

static void by_part(const struct flight **flights, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) { /* few */
        const struct flight *f = flights[i];
        uint32_t at = i;
        for (; at > 0 && flights[at - 1]->part < f->part; at--)
            flights[at] = flights[at - 1];
        flights[at] = f;
    }
}

void flights_draw(struct ui *ui, const struct map *map, const struct flight *flights,
                  uint32_t count)
{
    const struct flight *main[MAIN_ROOM];
    struct train trains[MAIN_ROOM];
    uint32_t mains = 0, n = 0;

    for (uint32_t i = 0; i < count && mains < MAIN_ROOM; i++)
        if (flights[i].main)
            main[mains++] = &flights[i];
    by_part(main, mains);
    for (uint32_t i = 0; i < mains; i++) {
        struct train t = {.lead = main[i],
                          .track = track_between(map, main[i]->from, main[i]->to),
                          .part = main[i]->part,
                          .letter = letter_width(map),
                          .count = 1,
                          .class = flight_class(ui, main[i])};
        uint32_t j = 0;
        if (t.track.length <= 0)
            continue;
        while (j < n && (!trains[j].lead || !couples(ui, &trains[j], main[i])))
            j++;
        if (j < n)
            continue;
        char words[FLIGHT_WORDS];
        struct text says = flight_words(ui, main[i], words);
        snprintf(t.words, sizeof t.words, "%.*s", TEXT_ARG(says));
        trains[n++] = t;
    }
    for (uint32_t i = 0; i < n; i++) /* what moves is above what has landed */
        if (trains[i].lead)
            draw_train(ui, map, &trains[i]);
}

/* ---- all else --------------------------------------------------------------------------------- */

void flight_mote_draw(struct ui *ui, const struct map *map, const struct flight *f)
{
    struct track t = track_between(map, f->from, f->to);
    double part = ui->wish.still ? f->part : ui_ease(ui, f->part);

    if (t.length > 0)
        mote_draw(ui, f->travel, flight_class(ui, f),
                  track_at(&t, track_within(&t, part, 10), LANE_MOTE), 0.85);
}

static void draw_motes(struct ui *ui, const struct map *map, const struct flight *flights,
                       uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (!flights[i].main)
            flight_mote_draw(ui, map, &flights[i]);
}

void flights_crowd_draw(struct ui *ui, const struct map *map, const struct flight *flights,
                        uint32_t count)
{
    if (count > FLIGHTS_LOOKED_AT)
        flows_draw(ui, map, flights, count);
    else
        draw_motes(ui, map, flights, count);
}
