/*
 * gallery.c - cards in rows; their pictures.
 */
#include "render/app/gallery.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/app/viewer.h"

/* A picture is drawn so many times larger, then made smaller: fine lines stay, and so does the look. */
enum { LARGER = 3, MAP_WIDE = 900, MAP_HIGH = 506 };

void gallery_init(struct gallery *g, const char *icons)
{
    *g = (struct gallery){.icons = icons, .columns = 1};
}

static void drop_pictures(struct gallery *g)
{
    for (uint32_t i = 0; i < g->count; i++) {
        free(g->items[i].pixels);
        g->items[i].pixels = NULL;
        g->items[i].tried = false;
    }
}

void gallery_end(struct gallery *g)
{
    drop_pictures(g);
    if (g->canvas)
        canvas_close(g->canvas);
}

/* ---- a picture ------------------------------------------------------------------------------- */

bool gallery_busy(const struct gallery *g)
{
    for (uint32_t i = 0; i < g->count && g->width > 0; i++)
        if (!g->items[i].tried)
            return true;
    return false;
}

/* Each pixel the mean of those that it stands for. */
static uint32_t mean(const uint32_t *from, int stride)
{
    uint32_t sum[4] = {0};

    for (int y = 0; y < LARGER; y++)
        for (int x = 0; x < LARGER; x++)
            for (int part = 0; part < 4; part++)
                sum[part] += from[y * stride + x] >> 8 * part & 0xff;
    for (int part = 0; part < 4; part++)
        sum[part] = (sum[part] + LARGER * LARGER / 2) / (LARGER * LARGER);
    return sum[0] | sum[1] << 8 | sum[2] << 16 | sum[3] << 24;
}

static uint32_t *smaller(struct gallery *g)
{
    int width, height, stride;
    const uint32_t *from = canvas_pixels(g->canvas, &width, &height, &stride);
    uint32_t *to = malloc((size_t)g->width * (size_t)g->height * sizeof *to);

    stride /= (int)sizeof *from;
    for (int y = 0; to && y < g->height; y++)
        for (int x = 0; x < g->width; x++)
            to[y * g->width + x] =
                mean(from + (size_t)y * LARGER * (size_t)stride + (size_t)x * LARGER, stride);
    return to;
}

/* The first hop that goes from site to site, or the first. */
static uint32_t first_way_out(const struct film *f)
{
    uint32_t first = steps_next(&f->steps, RECORDING_NONE, 1, STEP_HOP), hop = first;

    for (int i = 0; i < 12 && hop != RECORDING_NONE; i++) {
        const struct recording_line *line = &f->recording.lines[hop];
        uint32_t a = line->host, b = line->other;

        if (a != RECORDING_NONE && b != RECORDING_NONE &&
            f->cast.hosts[a].site != f->cast.hosts[b].site)
            return hop;
        hop = steps_next(&f->steps, hop, 1, STEP_HOP);
    }
    return first;
}

/* Where the class is first asked, which is what a lesson is about and gives nothing away; without
 * questions, in the midst of a hop. */
static double best_moment(const struct film *f)
{
    const struct pace *p = &f->paces[PACE_STEPS];
    uint32_t asked = f->lesson.prompt_count > 0 ? f->lesson.prompts[0].record : RECORDING_NONE;
    uint32_t best = asked != RECORDING_NONE && asked > 0 ? asked - 1 : first_way_out(f);

    if (best == RECORDING_NONE)
        return pace_length(p) / 2;
    double to = pace_when(p, best);

    return asked == RECORDING_NONE && to > 300 ? to - 300 : to;
}

static void draw_map(struct gallery *g, struct film *film)
{
    struct viewer v;
    /* The panel's own frame and title stay outside. */
    struct rect r = {-14, -42, MAP_WIDE + 28, MAP_HIGH + 48};

    viewer_init(&v, g->canvas, NULL);
    viewer_show(&v, film);
    v.ui.wish.theme = g->theme;
    v.ui.wish.prompts = false;
    canvas_scale(g->canvas, (double)g->width * LARGER / MAP_WIDE, 1);
    canvas_theme(g->canvas, g->theme);
    viewer_at(&v, best_moment(film));
    v.ui.moment = viewer_moment(&v);
    canvas_begin(g->canvas);
    canvas_clip(g->canvas, canvas_area(g->canvas));
    canvas_fill(g->canvas, canvas_area(g->canvas), 0, COLOUR_PANEL);
    map_draw(&v.map, &v.ui, r);
    canvas_unclip(g->canvas);
    viewer_end(&v); /* and the film */
}

void gallery_work(struct gallery *g)
{
    uint32_t i = 0;
    char why[100];

    while (i < g->count && g->items[i].tried)
        i++;
    if (i == g->count || g->width <= 0)
        return;
    g->items[i].tried = true;
    if (!g->canvas)
        g->canvas = canvas_open(g->width * LARGER, g->height * LARGER, g->icons, why, sizeof why);
    struct film *film = g->canvas && g->film ? g->film(g->context, i) : NULL;

    if (!film)
        return;
    draw_map(g, film);
    g->items[i].pixels = smaller(g);
}

/* ---- cards ----------------------------------------------------------------------------------- */

enum { GAP = 22, SIDE = 48, HEAD = 96 };

/* Where the cards stand. */
struct places {
    double width, picture, text, height; /* of a card: its picture, what is below */
    uint32_t columns, course, course_rows;
    double top; /* of the first row */
};

static struct style card_title(void)
{
    return (struct style){FONT_MEDIUM, 17, COLOUR_TEXT, ALIGN_LEFT};
}

static struct places place(struct gallery *g, struct ui *ui, struct rect r)
{
    struct places p = {.columns = 4};
    double room = r.w - 2 * SIDE;

    while (p.columns > 1 && (room - GAP * (p.columns - 1)) / p.columns < 300 * ui->wish.text)
        p.columns--;
    p.width = (room - GAP * (p.columns - 1)) / p.columns;
    p.picture = p.width * MAP_HIGH / MAP_WIDE;
    p.text = 2 * canvas_line_height(ui->canvas, card_title()) + 22;
    p.height = p.picture + p.text;
    while (p.course < g->count && g->items[p.course].number > 0)
        p.course++;
    p.course_rows = (p.course + p.columns - 1) / p.columns;
    p.top = HEAD * ui->wish.text;
    g->columns = p.columns;
    return p;
}

/* Lessons first; what stands beside the course begins a row of its own, below a heading. */
static struct rect card_rect(const struct places *p, const struct ui *ui, struct rect r, uint32_t i)
{
    bool beside = i >= p->course;
    uint32_t row = beside ? p->course_rows + (i - p->course) / p->columns : i / p->columns;
    uint32_t column = beside ? (i - p->course) % p->columns : i % p->columns;
    double heading = beside && p->course > 0 ? 54 * ui->wish.text : 0;

    return (struct rect){r.x + SIDE + column * (p->width + GAP),
                         r.y + p->top + heading + row * (p->height + GAP), p->width, p->height};
}

/* Pictures of another size or theme are made anew. */
static void check_pictures(struct gallery *g, struct ui *ui, const struct places *p)
{
    int width, height, stride;

    canvas_pixels(ui->canvas, &width, &height, &stride);
    double scale = width / canvas_area(ui->canvas).w;
    int wide = (int)lround(p->width * scale), high = (int)lround(p->picture * scale);

    if (wide == g->width && high == g->height && ui->wish.theme == g->theme)
        return;
    drop_pictures(g);
    g->width = wide;
    g->height = high;
    g->theme = ui->wish.theme;
    if (g->canvas)
        canvas_resize(g->canvas, wide * LARGER, high * LARGER);
}

static void draw_card(struct gallery *g, struct ui *ui, struct rect card, const struct places *p,
                      uint32_t i)
{
    const struct gallery_item *item = &g->items[i];
    struct canvas *c = ui->canvas;
    bool hot = rect_has(card, ui->pointer), chosen = i == g->chosen;
    struct style title = card_title();
    struct rect r = card;

    canvas_shadow(c, card, 12);
    canvas_fill(c, card, 12, hot ? COLOUR_BUTTON_HOT : COLOUR_PANEL);
    struct rect picture = rect_cut_top(&r, p->picture);

    if (item->pixels)
        canvas_image(c, picture, 12, item->pixels, g->width, g->height,
                     g->width * (int)sizeof *item->pixels);
    else
        canvas_fill(c, picture, 12, COLOUR_INSET);
    canvas_outline(
        c, card, 12,
        (struct pen){.colour = chosen ? COLOUR_CHOSEN : COLOUR_EDGE, .width = chosen ? 3 : 1});
    r = (struct rect){r.x + 14, r.y + 8, r.w - 28, r.h - 12};
    if (item->number > 0) {
        char number[24];

        snprintf(number, sizeof number, "%d", (int)item->number);
        struct rect first = rect_cut_left(&r, 34 * ui->wish.text);

        first.h = canvas_line_height(c, title);
        canvas_text_in(c, (struct style){FONT_BOLD, 17, COLOUR_MAIL_TEXT, ALIGN_LEFT}, first,
                       text_of(number));
    }
    canvas_text_wrap(c, title, r, item->title.size > 0 ? item->title : item->name);
    canvas_hit(c, card, ACT_OPEN, i);
}

static void draw_head(struct ui *ui, struct rect r)
{
    struct canvas *c = ui->canvas;
    struct rect row = {r.x + SIDE, r.y + 18, r.w - 2 * SIDE, 56 * ui->wish.text};

    canvas_text_in(c, (struct style){FONT_SANS, 17, COLOUR_SOFT, ALIGN_RIGHT},
                   rect_cut_right(&row, row.w * 0.5),
                   TEXT("arrows or a clicker choose, Return or . opens, F1 lists the keys"));
    canvas_text_in(c, (struct style){FONT_BOLD, 31, COLOUR_TEXT, ALIGN_LEFT}, row,
                   TEXT("How mail really travels"));
}

/* Brings the scroll within its limits, and the chosen card into view if it was just chosen. */
static void limit_scroll(struct gallery *g, const struct ui *ui, const struct places *p,
                         struct rect r, double *scroll)
{
    struct rect none = {0, 0, r.w, r.h};

    if (g->count == 0)
        return;
    struct rect last = card_rect(p, ui, none, g->count - 1),
                chosen = card_rect(p, ui, none, g->chosen);
    double most = last.y + last.h + GAP - r.h;

    if (g->follow && chosen.y - p->top < *scroll)
        *scroll = chosen.y - p->top;
    if (g->follow && chosen.y + chosen.h + GAP > *scroll + r.h)
        *scroll = chosen.y + chosen.h + GAP - r.h;
    g->follow = false;
    *scroll = *scroll > most ? most : *scroll;
    *scroll = *scroll < 0 ? 0 : *scroll;
}

void gallery_draw(struct gallery *g, struct ui *ui, double *scroll, struct rect r)
{
    struct canvas *c = ui->canvas;

    canvas_panel(c, PANEL_OVERLAY, r);
    canvas_fill(c, r, 0, COLOUR_GROUND);
    canvas_hit(c, r, ACT_NONE, 0);
    if (!g)
        return;
    struct places p = place(g, ui, r);

    check_pictures(g, ui, &p);
    limit_scroll(g, ui, &p, r, scroll);
    struct rect moved = {r.x, r.y - *scroll, r.w, r.h};

    canvas_clip(c, r);
    draw_head(ui, moved);
    for (uint32_t i = 0; i < g->count; i++) {
        struct rect card = card_rect(&p, ui, moved, i);

        if (i == p.course && i > 0)
            canvas_text_in(
                c, (struct style){FONT_BOLD, 22, COLOUR_TEXT, ALIGN_LEFT},
                (struct rect){card.x, card.y - 50 * ui->wish.text, r.w / 2, 40 * ui->wish.text},
                TEXT("Beside the course"));
        if (card.y < r.y + r.h && card.y + card.h > r.y)
            draw_card(g, ui, card, &p, i);
    }
    canvas_unclip(c);
}

/* ---- keys ------------------------------------------------------------------------------------ */

bool gallery_key(struct gallery *g, struct text key)
{
    static const char *const keys[] = {"Right",    "Left",   "Down", "Up",
                                       "PageDown", "PageUp", "Home", "End"};
    int64_t row = g->columns, all = g->count, steps[] = {1, -1, row, -row, 1, -1, -all, all};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (!text_equal(key, text_of(keys[i])))
            continue;
        int64_t to = (int64_t)g->chosen + steps[i];

        to = to < 0 ? 0 : to;
        g->chosen = to >= (int64_t)g->count ? g->count - 1 : (uint32_t)to;
        g->follow = true;
        return true;
    }
    return false;
}
