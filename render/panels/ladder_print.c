/*
 * Pages of A4, upright: a head with what it is and when, the ladder, the page's number.  The same rows
 * as on the screen, all of them unfolded.
 */
#include "render/panels/ladder_print.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "render/panels/ladder_parts.h"
#include "sim/kernel/clock.h"

enum {
    DOTS_WIDE = 1654, /* 200 dots an inch */
    DOTS_HIGH = 2339,
    POINTS_WIDE = 960,
    MARGIN = 48,
    PAGES_MAX = 999
};
static const double WIDTH_PT = 210 / 25.4 * 72, HEAD = 70, FOOT = 30;

struct printer {
    const struct ladder_print *what;
    struct ladder_paper paper;
    struct ui ui;
    struct ladder_view v;
    struct rect page, body; /* points */
    uint32_t pages;
};

/* ---- what it is ------------------------------------------------------------------------------- */

static void put_title(struct buffer *b, const struct printer *p)
{
    const struct recording *r = p->what->recording;

    if (!p->v.l.whole) {
        const struct recording_conn *c = &r->conns[p->what->conn];

        buffer_put_string(b, c->pop3 ? "POP3: " : c->lmtp ? "LMTP: " : "SMTP: ");
        buffer_put_text(b, ladder_host(&p->v.l, c->client));
        buffer_put_string(b, " to ");
        buffer_put_text(b, ladder_host(&p->v.l, c->server));
        return;
    }
    uint32_t composed = r->mails[p->what->mail].composed;
    if (composed != RECORDING_NONE)
        buffer_put_text(b, RECORDING_DATA(&r->lines[composed], mail_composed)->subject);
    buffer_put_string(b, composed != RECORDING_NONE ? ": " : "");
    buffer_put_text(b, r->mails[p->what->mail].id);
    buffer_put_string(b, ", all hops");
}

/* The scenario, and the civil time of the first row. */
static void put_about(struct buffer *b, const struct printer *p)
{
    const struct cast *cast = p->what->recording->cast;
    int64_t start;

    buffer_put_text(b, cast->title);
    if (p->v.l.count == 0 || !clock_parse_utc(cast->start, &start))
        return;
    buffer_put_string(b, cast->title.size > 0 ? ", " : "");
    buffer_put_string(b, "from ");
    clock_put_utc(b, start + p->v.l.begin_ns / LADDER_SECOND);
}

/* ---- a page ----------------------------------------------------------------------------------- */

static void paint_head(struct printer *p)
{
    struct canvas *c = p->ui.canvas;
    struct style title = {FONT_BOLD, 24, COLOUR_TEXT, ALIGN_LEFT},
                 about = ladder_remark(COLOUR_SOFT);
    struct rect r = {MARGIN, MARGIN - 8, p->page.w - 2 * MARGIN, HEAD};

    buffer_clear(&p->v.text);
    put_title(&p->v.text, p);
    canvas_text_in(c, title, rect_cut_top(&r, 34), buffer_text(&p->v.text));
    buffer_clear(&p->v.text);
    put_about(&p->v.text, p);
    canvas_text_in(c, about, rect_cut_top(&r, 24), buffer_text(&p->v.text));
}

static void paint_foot(struct printer *p, uint32_t page)
{
    struct style s = ladder_remark(COLOUR_SOFT);
    struct rect r = {MARGIN, p->page.h - MARGIN - FOOT + 12, p->page.w - 2 * MARGIN, FOOT};

    buffer_clear(&p->v.text);
    buffer_put_string(&p->v.text, "smtplab");
    canvas_text_in(p->ui.canvas, s, r, buffer_text(&p->v.text));
    if (p->pages < 2)
        return;
    s.align = ALIGN_RIGHT;
    buffer_clear(&p->v.text);
    buffer_put_string(&p->v.text, "page ");
    buffer_put_int(&p->v.text, page + 1);
    buffer_put_string(&p->v.text, " of ");
    buffer_put_int(&p->v.text, p->pages);
    canvas_text_in(p->ui.canvas, s, r, buffer_text(&p->v.text));
}

/* The rows from `from` on that one page holds. */
static uint32_t page_end(const struct printer *p, uint32_t from)
{
    const struct ladder_view *v = &p->v;
    uint32_t to = from;

    while (to < v->l.count && v->boxes[to].y + v->boxes[to].h - v->boxes[from].y <= v->area.h + 0.5)
        to++;
    return to > from || from == v->l.count ? to : from + 1;
}

static void paint_page(struct printer *p, uint32_t page, struct rect names)
{
    canvas_begin(p->ui.canvas);
    canvas_fill(p->ui.canvas, p->page, 0, COLOUR_PANEL);
    paint_head(p);
    if (p->v.l.whole) {
        ladder_all_paint(&p->v, names);
        ladder_all_moving(&p->v);
    } else {
        ladder_paint_plates(&p->v, names);
        ladder_paint_rows(&p->v);
        ladder_paint_moving(&p->v);
    }
    paint_foot(p, page);
}

/* "name.svg", "name-2.svg". */
static void put_path(struct buffer *b, const char *path, uint32_t page)
{
    const char *dot = strrchr(path, '.'), *slash = strrchr(path, '/');
    size_t stem = dot && (!slash || dot > slash) ? (size_t)(dot - path) : strlen(path);

    buffer_put(b, path, stem);
    if (page > 0) {
        buffer_put_char(b, '-');
        buffer_put_int(b, page + 1);
    }
    buffer_put_string(b, path + stem);
    buffer_put_char(b, '\0');
}

static bool put_page(struct printer *p, const char *path, uint32_t page, struct rect names)
{
    struct buffer name, octets;

    buffer_init(&name, &p->v.memory);
    buffer_init(&octets, &p->v.memory);
    put_path(&name, path, page);
    if (text_ends_nocase(text_of(path), TEXT(".svg"))) {
        canvas_svg_begin(p->ui.canvas, &octets, WIDTH_PT);
        paint_page(p, page, names);
        canvas_svg_end(p->ui.canvas);
    } else {
        paint_page(p, page, names);
        canvas_put_png(p->ui.canvas, &octets);
    }
    bool fine = p->paper.put(p->paper.context, name.at, buffer_text(&octets));

    buffer_free(&octets);
    buffer_free(&name);
    return fine;
}

/* ---- all pages -------------------------------------------------------------------------------- */

static struct rect place(struct printer *p)
{
    struct rect r = {MARGIN + 10, MARGIN + HEAD, p->page.w - 2 * MARGIN - 20,
                     p->page.h - 2 * MARGIN - HEAD - FOOT},
                names;

    if (p->v.l.whole)
        ladder_all_lanes(&p->v, r.w);
    names = rect_cut_top(&r, p->v.l.whole ? ladder_all_head_height(&p->v)
                                          : ladder_plates_height(&p->v) + 8);
    if (!p->v.l.whole)
        names.h -= 8;
    ladder_place_rows(&p->v, r);
    for (uint32_t from = 0; from < p->v.l.count; from = page_end(p, from))
        p->pages++;
    return names;
}

static bool open_printer(struct printer *p, const struct ladder_print *what, const char *icons,
                         char *why, size_t why_size)
{
    uint32_t limit = what->upto == RECORDING_NONE ? what->recording->count : what->upto;
    struct canvas *c = canvas_open(DOTS_WIDE, DOTS_HIGH, icons, why, why_size);

    if (!c)
        return false;
    canvas_scale(c, (double)DOTS_WIDE / POINTS_WIDE, 1);
    canvas_theme(c, THEME_LIGHT);
    *p = (struct printer){.what = what, .page = canvas_area(c)};
    p->ui = (struct ui){.canvas = c, .wish = {.text = 1, .still = true}};
    p->ui.moment.recording = what->recording;
    p->ui.moment.cast = what->recording->cast;
    p->ui.moment.veil = RECORDING_NONE;
    p->v = (struct ladder_view){.ui = &p->ui,
                                .current = RECORDING_NONE,
                                .chosen = RECORDING_NONE,
                                .middle = RECORDING_NONE,
                                .partner = RECORDING_NONE,
                                .paper = true};
    memory_init(&p->v.memory, 0);
    buffer_init(&p->v.text, &p->v.memory);
    buffer_init(&p->v.more, &p->v.memory);
    if (what->conn != RECORDING_NONE)
        ladder_of_conn(&p->v.l, &p->v.memory, what->recording, what->conn, limit, LADDER_ALL);
    else
        ladder_of_mail(&p->v.l, &p->v.memory, what->recording, what->mail, LADDER_ALL, limit,
                       LADDER_ALL);
    return true;
}

bool ladder_print(const struct ladder_print *what, const char *path, const char *icons,
                  struct ladder_paper paper, uint32_t *pages, char *why, size_t why_size)
{
    struct printer p;
    bool fine = true;

    *pages = 0;
    *why = '\0';
    if (!open_printer(&p, what, icons, why, why_size))
        return false;
    p.paper = paper;
    struct rect names = place(&p);
    if (p.v.l.count == 0) {
        snprintf(why, why_size, "nothing to print: no such connection or message");
        fine = false;
    }
    while (fine && *pages < p.pages && *pages < PAGES_MAX) {
        p.v.from = *pages == 0 ? 0 : p.v.to;
        p.v.to = page_end(&p, p.v.from);
        fine = put_page(&p, path, *pages, names);
        *pages += fine;
    }
    memory_end(&p.v.memory);
    canvas_close(p.ui.canvas);
    return fine;
}
