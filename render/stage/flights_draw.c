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

/* Points: longer words are shortened. */
static const double WIDEST = 260;

/* Points: so far beside its way words are shortened first, for so much; so far away from it something is
 * shown when there is no room on it at all; of the cross that it was lost. */
static const double OUTSIDE = 18, NEARER = 12, NEAR = 240, CROSS = 12;

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
    struct point size;
    struct lane lane; /* to - from < 0: there is none */
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

static double widest(const struct ui *ui)
{
    return WIDEST * ui->wish.text;
}

static struct point size_of(const struct ui *ui, const struct train *t)
{
    struct piece p = piece_of(ui, t);
    struct point size = is_letter(ui, t->lead) ? (struct point){t->letter, t->letter * 0.7}
                                               : piece_size(ui, &p, widest(ui));

    if (t->lead->state == FLIGHT_LOST) /* and its cross */
        size = (struct point){size.x + 2 * CROSS, size.y + 2 * CROSS};
    return size;
}

/* ---- where it is ------------------------------------------------------------------------------ */

/* Whatever answers keeps to one side of the way, whatever asks to the other; letters take the middle. */
static double side_of(const struct train *t)
{
    return t->lead->travel == TRAVEL_MESSAGE || t->lead->travel == TRAVEL_CONNECT ||
                   t->lead->state == FLIGHT_PACKET
               ? 0
               : 1;
}

/* "MAIL alice@uni.example" as "MAIL", if it is near its way with that, and is not with all. */
static void shorten(const struct ui *ui, const struct clear *clear, struct train *t)
{
    struct train brief = *t;
    char *blank = strchr(brief.words, ' ');
    bool found = t->lane.to >= t->lane.from;

    if (!blank || t->count > 1 || is_letter(ui, t->lead) || (found && t->lane.off <= OUTSIDE))
        return;
    *blank = '\0';
    brief.size = size_of(ui, &brief);
    if (clear_lane(clear, &t->track, brief.size, side_of(t), &brief.lane) &&
        (!found || fabs(brief.lane.off) + NEARER <= fabs(t->lane.off)))
        *t = brief;
}

/* Its size and lane, among what stands still. */
static void find_lane(const struct ui *ui, const struct clear *clear, struct train *t)
{
    t->size =
        t->lead->state == FLIGHT_PACKET ? (struct point){2 * CROSS, 2 * CROSS} : size_of(ui, t);
    if (!clear_lane(clear, &t->track, t->size, side_of(t), &t->lane))
        t->lane = (struct lane){.size = t->size, .to = -1};
    shorten(ui, clear, t);
}

static struct point spot_of(const struct ui *ui, const struct train *t)
{
    double part = ui->wish.still ? t->part : ui_ease(ui, t->part);

    if (t->lane.to < t->lane.from)
        return track_at(&t->track, part, 0);
    return lane_at(&t->track, &t->lane, part);
}

/* Where it is to be shown: on its lane, out of the way of what is there already.  What has landed makes
 * room for all else, and so it is shown where it landed or not at all. */
static bool find_spot(const struct ui *ui, const struct clear *clear, const struct train *t,
                      struct point *at)
{
    double part = ui->wish.still ? t->part : ui_ease(ui, t->part);

    *at = spot_of(ui, t);
    if (clear_is(clear, rect_around(*at, t->size)))
        return true;
    if (t->lead->state == FLIGHT_LANDED)
        return false;
    if (t->lane.to >= t->lane.from && lane_free(clear, &t->track, &t->lane, &part)) {
        *at = lane_at(&t->track, &t->lane, part);
        return true;
    }
    return clear_near(clear, t->size, NEAR, at);
}

/* ---- painted ---------------------------------------------------------------------------------- */

/* Near it why it was lost. */
static void draw_reason(struct ui *ui, struct clear *clear, const struct flight *f, struct rect box)
{
    char why[FLIGHT_WORDS];
    struct piece p = {.words = flight_reason(ui, f, why),
                      .font = FONT_MEDIUM,
                      .icon = ICON_COUNT,
                      .ink = COLOUR_BAD_TEXT,
                      .fill = COLOUR_BAD_FILL,
                      .edge = COLOUR_BAD,
                      .alpha = f->alpha};
    struct point size = piece_size(ui, &p, 0),
                 at = {box.x + box.w / 2, box.y + box.h + size.y / 2 + 3};

    if (!clear_near(clear, size, NEAR, &at))
        return;
    box_take(ui, clear, rect_around(at, size));
    piece_draw(ui, &p, at, 0);
}

static void draw_mote(struct ui *ui, struct clear *clear, const struct train *t)
{
    const struct point size = {16, 16};
    struct point at = track_at(&t->track, track_within(&t->track, t->part, size.x / 2), 0);

    if (!clear_near(clear, size, NEAR, &at))
        return;
    box_take(ui, clear, rect_around(at, size));
    mote_draw(ui, t->lead->travel, t->class, at, 1);
}

static void draw_train(struct ui *ui, struct clear *clear, const struct train *t)
{
    const struct flight *f = t->lead;
    const struct recording_line *line = &ui->moment.recording->lines[f->sent];
    bool lost = f->state == FLIGHT_LOST || f->state == FLIGHT_PACKET;
    struct point at;

    if (t->track.length < SHORT && f->state == FLIGHT_AWAY) {
        draw_mote(ui, clear, t);
        return;
    }
    if (!find_spot(ui, clear, t, &at))
        return;
    struct rect r = rect_around(at, t->size);
    box_take(ui, clear, r);
    if (f->state == FLIGHT_LOST) /* what bears a cross at its corner is so much larger */
        r = rect_inset(r, CROSS);
    if (f->state == FLIGHT_PACKET) {
        cross_draw(ui, at, TEXT(""), f->alpha);
    } else if (is_letter(ui, f)) {
        letter_draw(ui, letter_of(ui, line->mail), at, t->letter, f->alpha);
    } else {
        struct piece p = piece_of(ui, t);
        piece_draw(ui, &p, at, widest(ui));
    }
    if (f->state == FLIGHT_LOST)
        cross_draw(ui, (struct point){r.x + r.w - 2, r.y + 2}, TEXT(""), f->alpha);
    if (f->travel == TRAVEL_MESSAGE && line->mail != RECORDING_NONE)
        canvas_hit(ui->canvas, r, ACT_MAIL, line->mail);
    else if (line->conn != RECORDING_NONE)
        canvas_hit(ui->canvas, r, ACT_CONN, line->conn);
    if (lost)
        draw_reason(ui, clear, f, rect_around(at, t->size));
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

/* Points between two on the same way, as long as both stay on it. */
static double apart(const struct ui *ui, const struct train *t, const struct train *f)
{
    double a = ui->wish.still ? t->part : ui_ease(ui, t->part),
           b = ui->wish.still ? f->part : ui_ease(ui, f->part),
           way = fmin(t->lane.to - t->lane.from, f->lane.to - f->lane.from) * t->track.length;

    return fabs(a - b) * fmax(way, 0) - track_reach(&t->track, t->part, t->size.x, t->size.y) -
           track_reach(&f->track, f->part, f->size.x, f->size.y);
}

/* True if `f` came so close behind the train that it is part of it now. */
static bool couples(const struct ui *ui, const struct clear *clear, struct train *t,
                    const struct train *f)
{
    if (!same_way(t->lead, f->lead) || is_letter(ui, f->lead) || is_letter(ui, t->lead))
        return false;
    if (t->lead->state != FLIGHT_AWAY || f->lead->state != FLIGHT_AWAY)
        return false;
    if (apart(ui, t, f) > 3)
        return false;
    add_words(t, text_of(f->words));
    if (f->class > t->class)
        t->class = f->class;
    find_lane(ui, clear, t);
    return true;
}

/* In which order they get their places: what was lost stays where that was; then what is under way, those
 * in front first; what has landed last. */
static int rank_of(const struct flight *f)
{
    return f->state == FLIGHT_LANDED ? 2 : f->state == FLIGHT_AWAY ? 1 : 0;
}

static bool before(const struct flight *a, const struct flight *b)
{
    return rank_of(a) != rank_of(b) ? rank_of(a) < rank_of(b) : a->part > b->part;
}

/* What fades makes room for the same again. */
static bool again(const struct flight *flights, uint32_t count, const struct flight *f)
{
    for (uint32_t i = 0; i < count && f->alpha < 1 && rank_of(f) == 0; i++)
        if (flights[i].main && rank_of(&flights[i]) == 0 && same_way(&flights[i], f) &&
            flights[i].end > f->end)
            return true;
    return false;
}

static uint32_t main_of(const struct flight *flights, uint32_t count, const struct flight **out)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < count && n < MAIN_ROOM; i++) {
        uint32_t at = n;
        if (!flights[i].main || again(flights, count, &flights[i]))
            continue;
        for (; at > 0 && before(&flights[i], out[at - 1]); at--) /* few */
            out[at] = out[at - 1];
        out[at] = &flights[i];
        n++;
    }
    return n;
}

static struct train train_of(const struct ui *ui, const struct map *map, const struct clear *clear,
                             const struct flight *f)
{
    struct train t = {.lead = f,
                      .track = track_between(map, f->from, f->to),
                      .part = f->part,
                      .letter = letter_width(map),
                      .count = 1,
                      .class = flight_class(ui, f)};
    char words[FLIGHT_WORDS];
    struct text says = flight_words(ui, f, words);

    snprintf(t.words, sizeof t.words, "%.*s", TEXT_ARG(says));
    if (t.track.length > 0)
        find_lane(ui, clear, &t);
    return t;
}

void flights_draw(struct ui *ui, const struct map *map, struct clear *clear,
                  const struct flight *flights, uint32_t count)
{
    const struct flight *main[MAIN_ROOM];
    struct train trains[MAIN_ROOM];
    uint32_t mains = main_of(flights, count, main), n = 0;

    for (uint32_t i = 0; i < mains; i++) {
        struct train t = train_of(ui, map, clear, main[i]);
        uint32_t j = 0;
        if (t.track.length <= 0)
            continue;
        while (j < n && !couples(ui, clear, &trains[j], &t))
            j++;
        if (j == n)
            trains[n++] = t;
    }
    for (uint32_t i = 0; i < n; i++)
        draw_train(ui, clear, &trains[i]);
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

void flights_crowd_draw(struct ui *ui, const struct map *map, struct clear *clear,
                        const struct flight *flights, uint32_t count)
{
    if (count > FLIGHTS_LOOKED_AT)
        flows_draw(ui, map, clear, flights, count);
    else
        draw_motes(ui, map, flights, count);
}
