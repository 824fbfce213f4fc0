#include "render/stage/pieces.h"

#include <math.h>

#include "render/stage/flights.h"

static const double WORD_SIZE = 16, PAD = 9, POINTED = 9;

/* ---- plates and tags -------------------------------------------------------------------------- */

static struct style style_of(const struct piece *p)
{
    return (struct style){p->font, WORD_SIZE, p->ink, ALIGN_LEFT};
}

static double mark_width(const struct piece *p, double height)
{
    return p->class != 0 || p->icon != ICON_COUNT ? height * 0.66 + 5 : 0;
}

struct point piece_size(const struct ui *ui, const struct piece *p, double max_width)
{
    struct style s = style_of(p);
    double height = canvas_line_height(ui->canvas, s) + 6,
           width = canvas_text_width(ui->canvas, s, p->words) + 1 + 2 * PAD +
                   mark_width(p, height) + (p->shape == PIECE_PLATE ? 0 : POINTED);

    if (max_width > 0)
        width = fmin(width, max_width);
    return (struct point){width, height};
}

/* Points of a tag: a plate with one end drawn out. */
static void tag_points(struct rect r, bool right, struct point out[5])
{
    double back = right ? r.x : r.x + r.w, tip = right ? r.x + r.w : r.x,
           neck = right ? tip - POINTED - 3 : tip + POINTED + 3;

    out[0] = (struct point){back, r.y};
    out[1] = (struct point){neck, r.y};
    out[2] = (struct point){tip, r.y + r.h / 2};
    out[3] = (struct point){neck, r.y + r.h};
    out[4] = (struct point){back, r.y + r.h};
}

static void draw_surface(struct canvas *c, const struct piece *p, struct rect r)
{
    struct pen edge = {p->edge, 1.8, DASH_NONE, 0};

    if (p->shape == PIECE_PLATE) {
        canvas_fill(c, r, r.h / 2, p->fill);
        canvas_outline(c, r, r.h / 2, edge);
        return;
    }
    struct point points[6];
    tag_points(r, p->shape == PIECE_TAG_RIGHT, points);
    canvas_polygon(c, points, 5, p->fill);
    points[5] = points[0];
    canvas_polyline(c, points, 6, edge);
}

static void draw_mark(struct canvas *c, const struct piece *p, struct rect r)
{
    double size = r.h * 0.66;
    struct point middle = {r.x + size / 2, r.y + r.h / 2};

    if (p->class > 0) {
        canvas_class(c, p->class, middle, size / 2);
    } else if (p->class < 0) {
        canvas_disc(c, middle, size / 2, p->edge);
        canvas_text_in(c, (struct style){FONT_BOLD, 13, COLOUR_ON_STRONG, ALIGN_MIDDLE},
                       (struct rect){middle.x - size / 2 - 4, middle.y - r.h / 2, size + 8, r.h},
                       TEXT("?"));
    } else if (p->icon != ICON_COUNT) {
        canvas_icon(c, p->icon, (struct rect){middle.x - size / 2, middle.y - size / 2, size, size},
                    p->ink);
    }
}

struct rect piece_draw(struct ui *ui, const struct piece *p, struct point middle, double max_width)
{
    struct canvas *c = ui->canvas;
    struct point size = piece_size(ui, p, max_width);
    struct rect r = {middle.x - size.x / 2, middle.y - size.y / 2, size.x, size.y}, in = r;

    if (p->alpha <= 0)
        return r;
    if (p->alpha < 1)
        canvas_group(c);
    draw_surface(c, p, r);
    if (p->shape == PIECE_TAG_LEFT)
        rect_cut_left(&in, POINTED);
    else if (p->shape == PIECE_TAG_RIGHT)
        rect_cut_right(&in, POINTED);
    in.x += PAD;
    in.w -= 2 * PAD;
    if (mark_width(p, r.h) > 0) {
        struct rect mark = in;
        mark.x -= 3;
        draw_mark(c, p, mark);
        rect_cut_left(&in, mark_width(p, r.h) - 1);
        in.w += 1;
    }
    if (p->words.size > 0)
        canvas_text_in(c, style_of(p), in, p->words);
    if (p->alpha < 1)
        canvas_group_end(c, p->alpha);
    return r;
}

/* ---- letters ---------------------------------------------------------------------------------- */

enum letter letter_of(const struct ui *ui, uint32_t mail)
{
    return mail_is_report(ui, mail) ? LETTER_REPORT
           : mail_is_spam(ui, mail) ? LETTER_SPAM
                                    : LETTER_MAIL;
}

static void paint_seal(struct canvas *c, double w, double h)
{
    struct rect r = {-w * 0.29, -h * 0.34, w * 0.58, h * 0.68};

    canvas_fill(c, r, r.h / 2, COLOUR_BAD);
    canvas_text_in(c,
                   (struct style){FONT_MONO_BOLD, fmax(h * 0.5, 9), COLOUR_ON_STRONG, ALIGN_MIDDLE},
                   rect_inset(r, -4), TEXT("<>"));
}

/* Around (0, 0). */
static void paint_letter(struct canvas *c, enum letter kind, double w)
{
    double h = w * 0.7, pen = fmax(w / 18, 1.2);
    struct rect r = {-w / 2, -h / 2, w, h};
    enum colour edge = kind == LETTER_SPAM ? COLOUR_BAD : COLOUR_MAIL,
                fill = kind == LETTER_SPAM ? COLOUR_BAD_FILL : COLOUR_MAIL_FILL;
    struct point flap[3] = {{r.x + pen, r.y + pen}, {0, h * 0.1}, {r.x + r.w - pen, r.y + pen}};

    canvas_fill(c, r, w / 9, fill);
    canvas_outline(c, r, w / 9, (struct pen){edge, pen, DASH_NONE, 0});
    canvas_polyline(c, flap, 3, (struct pen){edge, pen, DASH_NONE, 0});
    if (kind == LETTER_REPORT)
        paint_seal(c, w, h);
    if (kind == LETTER_SPAM && w > 20) { /* a stamp that nobody asked for */
        struct point s = {w * 0.3, h * 0.2};
        canvas_disc(c, s, h * 0.24, COLOUR_BAD);
        canvas_text_in(c,
                       (struct style){FONT_BOLD, fmax(h * 0.36, 9), COLOUR_ON_STRONG, ALIGN_MIDDLE},
                       (struct rect){s.x - h / 2, s.y - h / 2, h, h}, TEXT("!"));
    }
}

void letter_draw(struct ui *ui, enum letter kind, struct point middle, double width, double alpha)
{
    uint64_t key = ui_mix(ui_mix(ui_mix(17, kind), (uint64_t)(width * 16)), ui->wish.theme);

    if (alpha <= 0)
        return;
    if (canvas_sprite(ui->canvas, key, middle, (struct point){width + 4, width * 0.7 + 4}, alpha)) {
        paint_letter(ui->canvas, kind, width);
        canvas_sprite_end(ui->canvas);
    }
}

/* ---- motes ------------------------------------------------------------------------------------ */

void mote_draw(struct ui *ui, uint8_t travel, int class, struct point at, double alpha)
{
    struct canvas *c = ui->canvas;

    if (travel == TRAVEL_MESSAGE) {
        letter_draw(ui, LETTER_MAIL, at, 20, alpha);
        return;
    }
    uint64_t key = ui_mix(ui_mix(ui_mix(23, travel), (uint64_t) class), ui->wish.theme);
    if (!canvas_sprite(c, key, at, (struct point){16, 16}, alpha))
        return;
    const struct point tag[5] = {{-7, -4}, {2, -4}, {7, 0}, {2, 4}, {-7, 4}};
    if (travel == TRAVEL_COMMAND)
        canvas_polygon(c, tag, 5, COLOUR_MAIL);
    else if (travel == TRAVEL_REPLY)
        canvas_class(c, class, (struct point){0, 0}, 6.5);
    else if (travel == TRAVEL_CONNECT)
        canvas_ring(c, (struct point){0, 0}, 4, (struct pen){COLOUR_MAIL, 2, DASH_NONE, 0});
    else
        canvas_disc(c, (struct point){0, 0}, travel == TRAVEL_QUESTION ? 4 : 5, COLOUR_WAIT);
    canvas_sprite_end(c);
}

/* ---- losses ----------------------------------------------------------------------------------- */

void cross_draw(struct ui *ui, struct point at, struct text why, double alpha)
{
    struct canvas *c = ui->canvas;
    const double reach = 7;

    if (alpha <= 0)
        return;
    if (alpha < 1)
        canvas_group(c);
    canvas_disc(c, at, reach + 5, COLOUR_BAD);
    for (int i = -1; i < 2; i += 2)
        canvas_line(c, (struct point){at.x - reach * 0.7, at.y - reach * 0.7 * i},
                    (struct point){at.x + reach * 0.7, at.y + reach * 0.7 * i},
                    (struct pen){COLOUR_ON_STRONG, 3, DASH_NONE, 0});
    if (why.size > 0) {
        struct piece p = {.words = why,
                          .font = FONT_MEDIUM,
                          .icon = ICON_COUNT,
                          .ink = COLOUR_BAD_TEXT,
                          .fill = COLOUR_BAD_FILL,
                          .edge = COLOUR_BAD,
                          .alpha = 1};
        struct point size = piece_size(ui, &p, 0);
        piece_draw(ui, &p, (struct point){at.x, at.y + reach + 8 + size.y / 2}, 0);
    }
    if (alpha < 1)
        canvas_group_end(c, alpha);
}

/* ---- the baton -------------------------------------------------------------------------------- */

void baton_draw(struct ui *ui, enum baton kind, struct point middle, double size, double alpha)
{
    struct canvas *c = ui->canvas;
    const double lean = 0.5; /* it is held aslant */
    double x = size / 2 * cos(lean), y = size / 2 * sin(lean);
    struct point low = {middle.x - x, middle.y + y}, high = {middle.x + x, middle.y - y};
    struct pen body = {COLOUR_MAIL, size / 3.2, DASH_NONE, alpha},
               rest = {COLOUR_FAINT, size / 3.2, DASH_NONE, alpha * 0.45},
               band = {COLOUR_ON_STRONG, size / 9, DASH_NONE, alpha};

    canvas_line(c, low, high, kind == BATON_WHOLE ? body : rest);
    if (kind == BATON_GIVER)
        canvas_line(c, low, middle, body);
    else if (kind == BATON_TAKER)
        canvas_line(c, middle, high, body);
    double across = size / 6.4;
    for (int i = -1; i < 2; i += 2) { /* two bands */
        struct point at = {middle.x + i * x * 0.5, middle.y - i * y * 0.5};
        if ((kind == BATON_GIVER && i > 0) || (kind == BATON_TAKER && i < 0))
            continue;
        canvas_line(c, (struct point){at.x - across * sin(lean), at.y - across * cos(lean)},
                    (struct point){at.x + across * sin(lean), at.y + across * cos(lean)}, band);
    }
}

void words_in(struct ui *ui, enum font font, double size, enum colour ink, enum align align,
              struct rect r, struct text words)
{
    if (r.w > 0 && r.h > 0 && words.size > 0)
        canvas_text_in(ui->canvas, (struct style){font, size, ink, align}, r, words);
}
