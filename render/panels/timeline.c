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
static const double BAR = 14, DOTS = 17, TICK = 15, CORNER = 4;

static double text_factor(const struct ui *ui)
{
    return ui->wish.text > 1 ? ui->wish.text : 1;
}

static struct timeline_place place_all(const struct ui *ui, struct rect r)
{
    struct timeline_place p = {.panel = r};
    double line = 1.3 * TIMELINE_NAME * text_factor(ui), high, y;

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
    p.time = timeline_scale(ui, r.w);
    return p;
}

double timeline_x(const struct timeline_scale *s, struct rect bar, double ms)
{
    return bar.x + bar.w * timeline_part(s, ms);
}

double timeline_ms_at(const struct ui *ui, struct rect r, double x)
{
    struct timeline_place p = place_all(ui, r);

    return timeline_ms(&p.time, fmin(fmax((x - p.bar.x) / p.bar.w, 0), 1));
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
static void draw_gaps(struct ui *ui, const struct timeline_place *place)
{
    struct rect bar = place->bar;
    const struct pace *p = ui->moment.pace;
    double last = -100;

    for (uint32_t i = 0; i < p->gap_count && p->gaps[i].end_ms <= timeline_veil(ui); i++) {
        double x = timeline_x(&place->time, bar, (p->gaps[i].start_ms + p->gaps[i].end_ms) / 2);

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

static void draw_veil(struct ui *ui, const struct timeline_place *p)
{
    struct rect bar = p->bar;
    double x = timeline_x(&p->time, bar, timeline_veil(ui));
    struct style s = {FONT_BOLD, TIMELINE_NAME, COLOUR_ON_STRONG, ALIGN_MIDDLE};
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
        if (timeline_chapter(ui, p, i, &r))
            draw_segment(ui, r, colour_of(ui->moment.steps->chapters[i].kind), hand);
    draw_gaps(ui, p);
    draw_veil(ui, p);
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

        for (uint32_t i = 0; i < pace->gap_count && pace->gaps[i].end_ms <= timeline_veil(ui); i++)
            if (pace->gaps[i].length_ns < last &&
                (!best || pace->gaps[i].length_ns > best->length_ns))
                best = &pace->gaps[i];
        if (!best)
            return;
        last = best->length_ns;
        struct text said = put_gap(words, ui, best->length_ns);
        at = label_rect(ui, p, s, timeline_x(&p->time, p->bar, (best->start_ms + best->end_ms) / 2),
                        said, 2);
        for (uint32_t k = 0; k < count; k++)
            free = free && !timeline_meet(at, shown[k]);
        if (!free || timeline_meet(at, hand))
            continue;
        canvas_text_in(ui->canvas, s, at, said);
        shown[count++] = at;
    }
}

/* By true time: when each chapter begins, where there is room; some of them are drawn wider than they
 * last, so the bar itself is no measure. */
static void draw_times(struct ui *ui, const struct timeline_place *p, struct rect hand)
{
    struct style s = {FONT_SANS, TICK, COLOUR_SOFT, ALIGN_MIDDLE};
    struct rect chapter, last = {-1000, 0, 0, 0};
    char words[WORDS];

    for (uint32_t i = 0; i < ui->moment.steps->chapter_count; i++) {
        if (!timeline_chapter(ui, p, i, &chapter))
            continue;
        double start = timeline_chapter_start(ui, i);
        struct text said = put_time(words, pace_place(ui->moment.pace, start).now_ns);
        struct rect at = label_rect(ui, p, s, chapter.x, said, 2);

        if (timeline_meet(at, last) || timeline_meet(at, hand))
            continue;
        canvas_line(ui->canvas, (struct point){chapter.x, p->bar.y + p->bar.h},
                    (struct point){chapter.x, at.y + 3},
                    (struct pen){COLOUR_WIRE, 1, DASH_NONE, 0});
        canvas_text_in(ui->canvas, s, at, said);
        last = at;
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
    double hand = timeline_x(&p.time, p.bar, ui->moment.ms);

    ui_panel(ui, PANEL_TIMELINE, r, NULL, TEXT(""));
    draw_buttons(ui, p.buttons);
    draw_wishes(ui, p.wishes);
    canvas_hit(ui->canvas, (struct rect){p.bar.x - 6, p.bar.y - 4, p.bar.w + 12, BAR + DOTS + 4},
               ACT_SEEK, TIMELINE_POINTER);
    timeline_dots(ui, &p.time, p.dots);
    draw_bar(ui, &p, hand);
    timeline_names(ui, &p);
    struct rect label = draw_hand(ui, &p, hand);

    if (ui->moment.pace->clock == PACE_TRUE)
        draw_times(ui, &p, label);
    else
        draw_labels(ui, &p, label);
}
