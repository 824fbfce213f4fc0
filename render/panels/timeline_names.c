/*
 * timeline_names.c - where chapters stand on the bar, and their names above it.
 *
 * The chapter at hand, or the one that is pointed at, always has its name, and the host that it is about
 * with it; the others have theirs where there is room.
 */
#include "render/panels/timeline_parts.h"

#include <math.h>

#define NONE RECORDING_NONE

bool timeline_chapter(const struct ui *ui, const struct timeline_place *p, uint32_t chapter,
                      struct rect *out)
{
    double from = timeline_chapter_start(ui, chapter), to = timeline_chapter_start(ui, chapter + 1);
    double veil = timeline_veil(ui);
    uint32_t first = ui->moment.steps->chapters[chapter].first_step;

    if (ui_veiled(ui, ui->moment.steps->items[first].record))
        return false;
    *out = p->bar;
    out->x = timeline_x(&p->time, p->bar, from);
    out->w = timeline_x(&p->time, p->bar, fmin(to, veil)) - out->x;
    if (chapter + 1 < ui->moment.steps->chapter_count && out->w > 4)
        out->w -= 2;
    return out->w > 0.5;
}

/* ---- names ------------------------------------------------------------------------------------ */

static uint32_t chapter_at(const struct ui *ui, double ms)
{
    uint32_t i = 0;

    while (i + 1 < ui->moment.steps->chapter_count && timeline_chapter_start(ui, i + 1) <= ms)
        i++;
    return i;
}

/* A name, measured for its place: in the middle of its chapter, inside the scale. */
struct name {
    struct buffer words;
    struct style style;
    struct rect at;
};

static struct name name_of(struct ui *ui, const struct timeline_place *p, uint32_t chapter,
                           struct rect segment, bool now)
{
    bool host = rect_has(timeline_bar(p), ui->pointer);
    struct name n = {.style = {now ? FONT_BOLD : FONT_MEDIUM, TIMELINE_NAME,
                               now ? COLOUR_TEXT : COLOUR_SOFT, ALIGN_MIDDLE}};

    buffer_init(&n.words, ui->moment.steps->memory);
    steps_put_name(&n.words, ui->moment.steps, chapter, now && host);
    double w = canvas_text_width(ui->canvas, n.style, buffer_text(&n.words)) + 4;
    double x = segment.x + (segment.w - w) / 2;

    x = fmax(p->scale.x, fmin(x, p->scale.x + p->scale.w - w));
    n.at = (struct rect){x, p->names.y, w, p->names.h};
    return n;
}

static void draw_name(struct ui *ui, const struct name *n, uint32_t chapter)
{
    canvas_text_in(ui->canvas, n->style, n->at, buffer_text(&n->words));
    canvas_hit(ui->canvas, n->at, ACT_CHAPTER, chapter);
}

bool timeline_meet(struct rect a, struct rect b)
{
    return a.x < b.x + b.w + 6 && b.x < a.x + a.w + 6;
}

/* The chapter that the pointer is over, else the one at hand: always named. */
static uint32_t named_chapter(const struct ui *ui, const struct timeline_place *p)
{
    struct rect r;
    uint32_t pointed;

    if (rect_has(timeline_bar(p), ui->pointer)) {
        pointed = chapter_at(ui, timeline_ms_at(ui, p->panel, ui->pointer.x));
        if (timeline_chapter(ui, p, pointed, &r))
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
        if (!timeline_chapter(ui, p, i, &segment))
            continue;
        struct name n = name_of(ui, p, i, segment, false);
        bool free = n.at.w <= segment.w + over;

        for (uint32_t k = 0; k < count && free; k++)
            free = !timeline_meet(n.at, shown[k]);
        if (free) {
            draw_name(ui, &n, i);
            shown[count++] = n.at;
        }
        buffer_free(&n.words);
    }
    return count;
}

void timeline_names(struct ui *ui, const struct timeline_place *p)
{
    struct rect segment, shown[NAMES_MOST];
    uint32_t now, count = 0;

    if (ui->moment.steps->chapter_count == 0)
        return;
    now = named_chapter(ui, p);
    if (timeline_chapter(ui, p, now, &segment)) {
        struct name n = name_of(ui, p, now, segment, true);

        draw_name(ui, &n, now);
        shown[count++] = n.at;
        buffer_free(&n.words);
    }
    count = draw_more_names(ui, p, shown, count, 6);
    draw_more_names(ui, p, shown, count, 44);
}
