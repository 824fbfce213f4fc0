/*
 * The scale is presentation time, which is why it is schematic: a chapter is as wide as it takes to
 * watch, not as it took.  Names and dots are shown where they have room; the chapter at hand always has
 * its name.  The dots lie in a layer of their own, all else is little enough to be drawn each time.
 */
#include "render/panels/timeline_parts.h"

#include <math.h>
#include <stdio.h>

#include "sim/kernel/clock.h"

#define NONE RECORDING_NONE

/* Points. */
static const double BAR = 14, DOTS = 17, NAME = 15, TICK = 15, CORNER = 4;

static double text_factor(const struct ui *ui)
{
    return ui->wish.text > 1 ? ui->wish.text : 1;
}

static struct timeline_place place_all(const struct ui *ui, struct rect r)
{
    struct timeline_place p = {.panel = r};
    double line = 1.3 * NAME * text_factor(ui), high, y;

    r = (struct rect){r.x + 18, r.y + 6, r.w - 36, r.h - 12};
    p.buttons = rect_cut_left(&r, 176);
    rect_cut_left(&r, 30);
    p.wishes = rect_cut_right(&r, 100 + 70 * text_factor(ui));
    rect_cut_right(&r, 30);
    p.scale = r;
    high = 2 * line + BAR + DOTS + 4;
    y = r.y + (r.h - high) / 2;
    p.names = (struct rect){r.x, y, r.w, line};
    p.bar = (struct rect){r.x, y + line + 3, r.w, BAR};
    p.dots = (struct rect){r.x, p.bar.y + BAR + 1, r.w, DOTS};
    p.labels = (struct rect){r.x, p.dots.y + DOTS, r.w, line};
    return p;
}

double timeline_x(const struct ui *ui, struct rect bar, double ms)
{
    return bar.x + bar.w * fmin(fmax(ms / pace_length(ui->moment.pace), 0), 1);
}

double timeline_ms_at(const struct ui *ui, struct rect r, double x)
{
    struct rect bar = place_all(ui, r).bar;
    double part = fmin(fmax((x - bar.x) / bar.w, 0), 1);

    return part * pace_length(ui->moment.pace);
}

/* The presentation time from which on nothing is told. */
static double veil_ms(const struct ui *ui)
{
    const struct moment *m = &ui->moment;

    return m->veil == NONE ? pace_length(m->pace) : pace_when(m->pace, m->veil);
}

/* ---- chapters --------------------------------------------------------------------------------- */

static enum colour colour_of(enum chapter_kind kind)
{
    switch (kind) {
    case CHAPTER_LOOKUP:
    case CHAPTER_WAIT: return COLOUR_WAIT;
    case CHAPTER_SEAL: return COLOUR_SEAL;
    case CHAPTER_DELIVER:
    case CHAPTER_COLLECT: return COLOUR_GOOD;
    case CHAPTER_REPORT:
    case CHAPTER_ABUSE: return COLOUR_BAD;
    case CHAPTER_CONNECT:
    case CHAPTER_OTHER: return COLOUR_WIRE;
    case CHAPTER_SUBMIT:
    case CHAPTER_ENVELOPE:
    case CHAPTER_DATA:
    case CHAPTER_RELAY:
    case CHAPTER_COUNT:
    default: return COLOUR_MAIL;
    }
}

/* A chapter begins when its first step begins to come about: when the step before it has happened. */
static double chapter_start(const struct ui *ui, uint32_t chapter)
{
    const struct steps *s = ui->moment.steps;
    const struct pace *p = ui->moment.pace;
    uint32_t step;

    if (chapter == 0)
        return 0;
    if (chapter >= s->chapter_count)
        return pace_length(p);
    step = s->chapters[chapter].first_step;
    return pace_when(p, s->items[step - 1].record);
}

/* Where the part of a chapter that may be shown stands; false: nothing of it may. */
static bool chapter_rect(const struct ui *ui, struct rect bar, uint32_t chapter, struct rect *out)
{
    double from = chapter_start(ui, chapter), to = chapter_start(ui, chapter + 1);
    double veil = veil_ms(ui);
    uint32_t first = ui->moment.steps->chapters[chapter].first_step;

    if (ui_veiled(ui, ui->moment.steps->items[first].record))
        return false;
    *out = bar;
    out->x = timeline_x(ui, bar, from);
    out->w = timeline_x(ui, bar, fmin(to, veil)) - out->x;
    if (chapter + 1 < ui->moment.steps->chapter_count && out->w > 4)
        out->w -= 2;
    return out->w > 0.5;
}

static void draw_segment(struct ui *ui, struct rect r, enum colour colour, double hand)
{
    double radius = fmin(CORNER, r.w / 2);

    canvas_fill_alpha(ui->canvas, r, radius, colour, 0.28);
    if (hand <= r.x)
        return;
    r.w = fmin(r.w, hand - r.x);
    canvas_fill(ui->canvas, r, fmin(radius, r.w / 2), colour);
}

/* Time that was skipped: the bar is broken. */
static void draw_gaps(struct ui *ui, struct rect bar)
{
    const struct pace *p = ui->moment.pace;
    double last = -100;

    for (uint32_t i = 0; i < p->gap_count && p->gaps[i].end_ms <= veil_ms(ui); i++) {
        double x = timeline_x(ui, bar, (p->gaps[i].start_ms + p->gaps[i].end_ms) / 2);

        if (x - last < 9)
            continue;
        for (int k = 0; k < 2; k++) {
            double at = x - 2.5 + 5 * k;

            canvas_line(ui->canvas, (struct point){at - 2.5, bar.y + bar.h + 1.5},
                        (struct point){at + 2.5, bar.y - 1.5},
                        (struct pen){COLOUR_PANEL, 3, DASH_NONE, 0});
        }
        last = x;
    }
}

static void draw_veil(struct ui *ui, struct rect bar)
{
    double x = timeline_x(ui, bar, veil_ms(ui));
    struct style s = {FONT_BOLD, NAME, COLOUR_ON_STRONG, ALIGN_MIDDLE};
    double radius = 9 * text_factor(ui);

    if (ui->moment.veil == NONE)
        return;
    canvas_hatch(ui->canvas, (struct rect){x, bar.y, fmax(bar.x + bar.w - x, 2), bar.h}, CORNER);
    canvas_disc(ui->canvas, (struct point){x, bar.y + bar.h / 2}, radius, COLOUR_SEAL);
    canvas_moving(ui->canvas, true);
    canvas_text_in(ui->canvas, s,
                   (struct rect){x - radius, bar.y + bar.h / 2 - radius, 2 * radius, 2 * radius},
                   TEXT("?"));
    canvas_moving(ui->canvas, false);
}

static void draw_bar(struct ui *ui, const struct timeline_place *p, double hand)
{
    struct rect r;

    for (uint32_t i = 0; i < ui->moment.steps->chapter_count; i++)
        if (chapter_rect(ui, p->bar, i, &r))
            draw_segment(ui, r, colour_of(ui->moment.steps->chapters[i].kind), hand);
    draw_gaps(ui, p->bar);
    draw_veil(ui, p->bar);
}

/* ---- names ------------------------------------------------------------------------------------ */

static uint32_t chapter_at(const struct ui *ui, double ms)
{
    uint32_t i = 0;

    while (i + 1 < ui->moment.steps->chapter_count && chapter_start(ui, i + 1) <= ms)
        i++;
    return i;
}

static struct style name_style(bool now)
{
    return (struct style){now ? FONT_BOLD : FONT_MEDIUM, NAME, now ? COLOUR_TEXT : COLOUR_SOFT,
                          ALIGN_MIDDLE};
}

/* A name's place: in the middle of its chapter, inside the scale. */
static struct rect name_rect(struct ui *ui, const struct timeline_place *p, uint32_t chapter,
                             struct rect segment, bool now)
{
    struct text name = text_of(chapter_name(ui->moment.steps->chapters[chapter].kind));
    double w = canvas_text_width(ui->canvas, name_style(now), name) + 4;
    double x = segment.x + (segment.w - w) / 2;

    x = fmax(p->scale.x, fmin(x, p->scale.x + p->scale.w - w));
    return (struct rect){x, p->names.y, w, p->names.h};
}

static bool meet(struct rect a, struct rect b)
{
    return a.x < b.x + b.w + 6 && b.x < a.x + a.w + 6;
}

static void draw_name(struct ui *ui, struct rect at, uint32_t chapter, bool now)
{
    canvas_text_in(ui->canvas, name_style(now), at,
                   text_of(chapter_name(ui->moment.steps->chapters[chapter].kind)));
    canvas_hit(ui->canvas, at, ACT_CHAPTER, chapter);
}

/* The chapter that the pointer is over, else the one at hand: always named. */
static uint32_t named_chapter(const struct ui *ui, const struct timeline_place *p)
{
    struct rect area = {p->bar.x, p->bar.y - 4, p->bar.w, p->bar.h + 8}, r;
    uint32_t pointed;

    if (rect_has(area, ui->pointer)) {
        pointed = chapter_at(ui, timeline_ms_at(ui, p->panel, ui->pointer.x));
        if (chapter_rect(ui, p->bar, pointed, &r))
            return pointed;
    }
    return chapter_at(ui, ui->moment.ms);
}

enum { NAMES_MOST = 64 };

/* Names beside those that are there already; `over`: they may be so much wider than their chapters. */
static uint32_t draw_more_names(struct ui *ui, const struct timeline_place *p, struct rect *shown,
                                uint32_t count, double over)
{
    struct rect segment;

    for (uint32_t i = 0; i < ui->moment.steps->chapter_count && count < NAMES_MOST; i++) {
        bool free = chapter_rect(ui, p->bar, i, &segment);
        struct rect at = free ? name_rect(ui, p, i, segment, false) : (struct rect){0};

        if (!free || at.w > segment.w + over)
            continue;
        for (uint32_t k = 0; k < count && free; k++)
            free = !meet(at, shown[k]);
        if (!free)
            continue;
        draw_name(ui, at, i, false);
        shown[count++] = at;
    }
    return count;
}

static void draw_names(struct ui *ui, const struct timeline_place *p)
{
    struct rect segment, shown[NAMES_MOST];
    uint32_t now, count = 0;

    if (ui->moment.steps->chapter_count == 0)
        return;
    now = named_chapter(ui, p);
    if (chapter_rect(ui, p->bar, now, &segment)) {
        shown[count] = name_rect(ui, p, now, segment, true);
        draw_name(ui, shown[count++], now, true);
    }
    count = draw_more_names(ui, p, shown, count, 6);
    draw_more_names(ui, p, shown, count, 44);
}

/* ---- the hand and the labels ------------------------------------------------------------------ */

enum { WORDS = 64 };

/* "0.276 s", "1:02:03.226", "4 d 1:02:03.226": of one width while it runs. */
static struct text put_time(char words[WORDS], int64_t ns)
{
    long long ms = ns / 1000000, s = ms / 1000, days = s / 86400;
    int size;

    if (s < 60)
        size = snprintf(words, WORDS, "%lld.%03lld s", s, ms % 1000);
    else if (s < 3600)
        size = snprintf(words, WORDS, "%lld:%02lld.%03lld", s / 60, s % 60, ms % 1000);
    else if (days == 0)
        size = snprintf(words, WORDS, "%lld:%02lld:%02lld.%03lld", s / 3600, s / 60 % 60, s % 60,
                        ms % 1000);
    else
        size = snprintf(words, WORDS, "%lld d %lld:%02lld:%02lld", days, s / 3600 % 24, s / 60 % 60,
                        s % 60);
    return text_from(words, (size_t)size);
}

/* "15 min later" */
static struct text put_gap(char words[WORDS], struct ui *ui, int64_t ns)
{
    struct buffer b;
    int size;

    /* Nobody wants the rest: of seconds tenths, of some minutes seconds, beyond that minutes. */
    const int64_t second = INT64_C(1000000000);
    int64_t unit = ns < 60 * second ? second / 10 : ns < 600 * second ? second : 60 * second;

    ns = (ns + unit / 2) / unit * unit;
    buffer_init(&b, ui->moment.steps->memory);
    clock_put_duration(&b, ns);
    size = snprintf(words, WORDS, "%.*s later", (int)(b.size < 40 ? b.size : 40), b.at);
    buffer_free(&b);
    return text_from(words, (size_t)size);
}

static struct rect label_rect(struct ui *ui, const struct timeline_place *p, struct style s,
                              double x, struct text words, double pad)
{
    double w = canvas_text_width(ui->canvas, s, words) + 2 * pad;

    x = fmax(p->scale.x, fmin(x - w / 2, p->scale.x + p->scale.w - w));
    return (struct rect){x, p->labels.y, w, p->labels.h};
}

static struct rect draw_hand(struct ui *ui, const struct timeline_place *p, double x)
{
    const struct pace_gap *gap = pace_gap_at(ui->moment.pace, ui->moment.ms);
    struct style s = {FONT_BOLD, TICK, COLOUR_ON_STRONG, ALIGN_MIDDLE};
    char words[WORDS];
    struct text said =
        gap ? put_gap(words, ui, gap->length_ns) : put_time(words, ui->moment.place.now_ns);
    struct rect at = label_rect(ui, p, s, x, said, 10);
    struct point knob = {x, p->bar.y + p->bar.h / 2};

    canvas_moving(ui->canvas, true);
    canvas_line(ui->canvas, knob, (struct point){x, at.y + 3},
                (struct pen){COLOUR_TEXT, 2, DASH_NONE, 0});
    canvas_disc(ui->canvas, knob, 9, COLOUR_TEXT);
    canvas_disc(ui->canvas, knob, 5.5, COLOUR_PANEL);
    canvas_fill(ui->canvas, at, at.h / 2, gap ? COLOUR_WAIT : COLOUR_MAIL);
    canvas_text_in(ui->canvas, s, at, said);
    canvas_moving(ui->canvas, false);
    return at;
}

/* What was skipped, where there is room; the longest first. */
static void draw_labels(struct ui *ui, const struct timeline_place *p, struct rect hand)
{
    const struct pace *pace = ui->moment.pace;
    struct style s = {FONT_SANS, TICK, COLOUR_SOFT, ALIGN_MIDDLE};
    struct rect shown[16];
    uint32_t count = 0;
    int64_t last = INT64_MAX;

    for (int tries = 0; tries < 24 && count < 16; tries++) {
        const struct pace_gap *best = NULL;
        char words[WORDS];
        struct rect at;
        bool free = true;

        for (uint32_t i = 0; i < pace->gap_count && pace->gaps[i].end_ms <= veil_ms(ui); i++)
            if (pace->gaps[i].length_ns < last &&
                (!best || pace->gaps[i].length_ns > best->length_ns))
                best = &pace->gaps[i];
        if (!best)
            return;
        last = best->length_ns;
        struct text said = put_gap(words, ui, best->length_ns);
        at = label_rect(ui, p, s, timeline_x(ui, p->bar, (best->start_ms + best->end_ms) / 2), said,
                        2);
        for (uint32_t k = 0; k < count; k++)
            free = free && !meet(at, shown[k]);
        if (!free || meet(at, hand))
            continue;
        canvas_text_in(ui->canvas, s, at, said);
        shown[count++] = at;
    }
}

/* ---- buttons ---------------------------------------------------------------------------------- */

static void draw_play(struct ui *ui, struct point middle, double radius)
{
    struct rect r = {middle.x - radius, middle.y - radius, 2 * radius, 2 * radius};
    bool hot = rect_has(r, ui->pointer);

    canvas_disc(ui->canvas, middle, radius + (hot ? 2 : 0), COLOUR_MAIL);
    canvas_icon(ui->canvas, ui->wish.playing ? ICON_PAUSE : ICON_PLAY, rect_inset(r, radius * 0.55),
                COLOUR_ON_STRONG);
    canvas_hit(ui->canvas, r, ACT_PLAY, 0);
}

static void draw_buttons(struct ui *ui, struct rect r)
{
    struct style soft = {FONT_SANS, TICK, COLOUR_SOFT, ALIGN_MIDDLE};
    struct rect caption = rect_cut_bottom(&r, 1.3 * TICK * text_factor(ui));
    double y = r.y + r.h / 2, side = fmin(42, r.h - 8);

    ui_button(ui, (struct rect){r.x, y - side / 2, side, side}, ICON_BACK, NULL, ACT_BACK, 0);
    draw_play(ui, (struct point){r.x + r.w / 2, y}, fmin(29, r.h / 2 - 1));
    ui_button(ui, (struct rect){r.x + r.w - side, y - side / 2, side, side}, ICON_NEXT, NULL,
              ACT_NEXT, 0);
    canvas_text_in(ui->canvas, soft, caption,
                   ui->wish.playing ? TEXT("Space: pause") : TEXT("Space: play"));
}

static void draw_wishes(struct ui *ui, struct rect r)
{
    struct style s = {FONT_BOLD, 16, COLOUR_TEXT, ALIGN_MIDDLE};
    double high = fmin(34 + 10 * (text_factor(ui) - 1), (r.h - 8) / 2), side = high;
    struct rect up = {r.x, r.y + (r.h - 2 * high - 8) / 2, r.w, high};
    struct rect down = {r.x, up.y + high + 8, r.w, high};
    char words[WORDS];

    ui_button(ui, (struct rect){up.x, up.y, side, high}, ICON_COUNT, "-", ACT_SLOWER, 0);
    ui_button(ui, (struct rect){up.x + up.w - side, up.y, side, high}, ICON_COUNT, "+", ACT_FASTER,
              0);
    snprintf(words, sizeof words, "%g \xc3\x97", ui->wish.speed);
    canvas_text_in(ui->canvas, s, (struct rect){up.x + side, up.y, up.w - 2 * side, high},
                   text_of(words));
    ui_button(ui, down, ICON_COUNT,
              ui->moment.pace->clock == PACE_STEPS ? "step by step" : "true time", ACT_CLOCK, 0);
}

void timeline_draw(struct ui *ui, struct rect r)
{
    struct timeline_place p = place_all(ui, r);
    double hand = timeline_x(ui, p.bar, ui->moment.ms);

    ui_panel(ui, PANEL_TIMELINE, r, NULL, TEXT(""));
    draw_buttons(ui, p.buttons);
    draw_wishes(ui, p.wishes);
    canvas_hit(ui->canvas, (struct rect){p.bar.x - 6, p.bar.y - 4, p.bar.w + 12, BAR + DOTS + 4},
               ACT_SEEK, TIMELINE_POINTER);
    timeline_dots(ui, p.dots);
    draw_bar(ui, &p, hand);
    draw_names(ui, &p);
    draw_labels(ui, &p, draw_hand(ui, &p, hand));
}
