/* Text that has to fit: shortened with one ellipsis, or broken into lines. */
#include "render/canvas/canvas_parts.h"

#include <math.h>

#define ELLIPSIS "\xe2\x80\xa6"

/* Where the text before octet `at` ends if a character begins there. */
static size_t whole_before(struct text t, size_t at)
{
    while (at > 0 && at < t.size && ((unsigned char)t.at[at] & 0xc0) == 0x80)
        at--;
    return at;
}

static size_t whole_after(struct text t, size_t at)
{
    while (at < t.size && ((unsigned char)t.at[at] & 0xc0) == 0x80)
        at++;
    return at;
}

/* What is left of t with `keep` octets of it: in the middle or at the end an ellipsis stands for the
 * rest.  In c->cut. */
static struct text cut_text(struct canvas *c, struct text t, size_t keep, bool middle)
{
    size_t tail = middle ? keep / 2 : 0, head = whole_before(t, keep - tail);

    tail = t.size - whole_after(t, t.size - tail);
    while (!middle && head > 0 && t.at[head - 1] == ' ')
        head--;
    buffer_clear(&c->cut);
    buffer_put(&c->cut, t.at, head);
    buffer_put_string(&c->cut, ELLIPSIS);
    buffer_put(&c->cut, t.at + (t.size - tail), tail);
    return buffer_text(&c->cut);
}

/* The longest cut that fits, in c->cut; empty if not even the ellipsis does. */
static struct text shorten(struct canvas *c, enum font font, int quarter, struct text t,
                           double width, bool middle)
{
    size_t fits = 0, not = t.size;

    if (text_measure(c, font, quarter, TEXT(ELLIPSIS)) > width)
        return TEXT("");
    while (not -fits > 1) {
        size_t keep = fits + (not -fits) / 2;
        if (text_measure(c, font, quarter, cut_text(c, t, keep, middle)) <= width)
            fits = keep;
        else
            not = keep;
    }
    return cut_text(c, t, fits, middle);
}

static enum font font_of(struct style s)
{
    return (unsigned)s.font < FONT_COUNT ? s.font : FONT_SANS;
}

static struct device_rect exact(const struct canvas *c, struct rect r)
{
    struct point a = device_point(c, (struct point){r.x, r.y}),
                 b = device_point(c, (struct point){r.x + r.w, r.y + r.h});
    return (struct device_rect){a.x, a.y, b.x, b.y, b.x > a.x && b.y > a.y};
}

/* Half the height of a capital: from the middle of a line down to its baseline. */
static double to_baseline(const struct canvas *c, struct style s)
{
    return 0.364 * text_em(c, s);
}

bool canvas_text_in(struct canvas *c, struct style s, struct rect r, struct text text)
{
    struct text clean = text_clean(c, text), shown = clean;
    double width = text_width_points(c, s, clean), k = view_of(c)->k;
    bool cut = false;

    if (clean.size == 0 || !(r.w > 0) || !(r.h > 0))
        return clean.size > 0;
    if (width > r.w + 0.01 / k) {
        shown = shorten(c, font_of(s), style_quarter(c, s), clean, r.w * k,
                        text_find(clean, ' ') == clean.size);
        cut = true;
        width = text_measure(c, font_of(s), style_quarter(c, s), shown) / k;
        mark_text(c, MARK_CUT, exact(c, r), clean);
    }
    double x = s.align == ALIGN_LEFT     ? r.x
               : s.align == ALIGN_MIDDLE ? r.x + (r.w - width) / 2
                                         : r.x + r.w - width;
    text_draw(c, s, (struct point){x, r.y + r.h / 2 + to_baseline(c, s)}, shown);
    return cut;
}

/* ---- lines ---- */

struct lines {
    struct canvas *canvas;
    enum font font;
    int quarter;
    double width; /* pixels */
    struct text rest;
};

/* How much of a word fits on a line of its own: at least one character. */
static size_t part_of_word(struct lines *l, struct text word)
{
    size_t fits = whole_after(word, 1), not = word.size + 1;

    while (not -fits > 1) {
        size_t middle = whole_before(word, fits + (not -fits) / 2);
        if (middle <= fits)
            middle = whole_after(word, fits + 1);
        if (middle >= not )
            break;
        if (text_measure(l->canvas, l->font, l->quarter, text_from(word.at, middle)) <= l->width)
            fits = middle;
        else
            not = middle;
    }
    return fits;
}

static size_t line_end(struct text t, size_t from, char c)
{
    return from + text_find(text_after(t, from), c);
}

/* Takes the next line off l->rest, which is clean but for LF; false: none is left. */
static bool next_line(struct lines *l, struct text *line)
{
    struct text paragraph = text_from(l->rest.at, text_find(l->rest, '\n'));
    size_t end = 0, next = 0;
    double width = 0;

    if (l->rest.size == 0)
        return false;
    while (next < paragraph.size) {
        size_t stop = line_end(paragraph, next, ' ');
        /* Words are measured with the blank before them: sums of words stay true. */
        size_t from = end == 0 ? next : next - 1;
        double more = text_measure(l->canvas, l->font, l->quarter,
                                   text_from(paragraph.at + from, stop - from));
        if (width + more > l->width && end > 0)
            break;
        if (width + more > l->width) {
            end = part_of_word(l, text_from(paragraph.at, stop));
            next = end;
            break;
        }
        width += more;
        end = stop;
        next = stop < paragraph.size ? stop + 1 : stop;
        if (stop == paragraph.size)
            break;
    }
    *line = text_from(paragraph.at, end);
    bool ends = next >= paragraph.size;
    l->rest = text_after(l->rest, ends ? paragraph.size + 1 : next);
    return true;
}

static struct lines lines_of(struct canvas *c, struct style s, double width, struct text text)
{
    return (struct lines){c, font_of(s), style_quarter(c, s), fmax(1, width * view_of(c)->k), text};
}

/* Clean text, but with its line feeds, in c->wrapped. */
static struct text clean_lines(struct canvas *c, struct text text)
{
    buffer_clear(&c->wrapped);
    for (size_t from = 0; from <= text.size;) {
        size_t end = line_end(text, from, '\n'), stop = end;
        if (stop > from && stop < text.size && text.at[stop - 1] == '\r')
            stop--;
        if (from > 0)
            buffer_put_char(&c->wrapped, '\n');
        buffer_put_text(&c->wrapped, text_clean(c, text_from(text.at + from, stop - from)));
        from = end + 1;
    }
    return buffer_text(&c->wrapped);
}

double canvas_wrap_height(struct canvas *c, struct style s, double width, struct text text)
{
    struct lines l = lines_of(c, s, width, clean_lines(c, text));
    struct text line;
    size_t count = 0;

    while (next_line(&l, &line))
        count++;
    return (double)count * canvas_line_height(c, s);
}

/* A line that stands for all that is left. */
static void last_line(struct lines *l, struct style s, struct point p, double width,
                      struct text all, struct text line)
{
    struct canvas *c = l->canvas;

    buffer_clear(&c->last);
    buffer_put_text(&c->last, line);
    buffer_put_string(&c->last, ELLIPSIS);
    struct text shown = buffer_text(&c->last);
    if (text_measure(c, l->font, l->quarter, shown) > l->width)
        shown = shorten(c, l->font, l->quarter, line, l->width, false);
    mark_text(c, MARK_CUT,
              exact(c, (struct rect){p.x, p.y - text_em(c, s), width, 1.3 * text_em(c, s)}), all);
    text_draw(c, s, p, shown);
}

double canvas_text_wrap(struct canvas *c, struct style s, struct rect r, struct text text)
{
    struct text all = clean_lines(c, text), line;
    struct lines l = lines_of(c, s, r.w, all);
    double height = canvas_line_height(c, s), y = 0;

    if (!(r.w > 0) || !(r.h > 0))
        return 0;
    while (y + height <= r.h + 0.01 && next_line(&l, &line)) {
        double middle = r.y + y + height / 2;
        struct point p = {r.x, middle + to_baseline(c, s)};
        bool more = l.rest.size > 0, room = y + 2 * height <= r.h + 0.01;
        y += height;
        if (more && !room) {
            last_line(&l, s, p, r.w, all, line);
            break;
        }
        double left = r.w - text_width_points(c, s, line);
        if (left * view_of(c)->k < -1) /* not even one character fits */
            continue;
        if (s.align != ALIGN_LEFT) {
            p.x += s.align == ALIGN_MIDDLE ? left / 2 : left;
        }
        text_draw(c, s, p, line);
    }
    return y;
}
