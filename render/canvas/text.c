/* Text: made clean, measured, drawn through masks of whole strings (an atlas of glyphs would lose Inter's
 * kerning). */
#include "render/canvas/canvas_parts.h"

#include <math.h>

enum { FLOOR = 13 * 4, CEILING = 400 * 4, LONGEST = 4000 };

/* ---- clean text ---- */

/* Would it steer the terminal, the direction or the line instead of being seen? */
static bool steers(uint32_t character)
{
    return character < 0x20 || (character >= 0x7f && character < 0xa0) ||
           (character >= 0x200e && character <= 0x200f) ||
           (character >= 0x2028 && character <= 0x202e) ||
           (character >= 0x2060 && character <= 0x206f) || character == 0xfeff ||
           (character >= 0xfff9 && character <= 0xfffb) || character > 0xe0000;
}

/* The character at *at, which moves on; 0xFFFD for what is broken. */
static uint32_t text_next(struct text t, size_t *at)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *s = (const unsigned char *)t.at + *at;
    size_t left = t.size - *at, size = s[0] < 0x80   ? 1
                                       : s[0] < 0xc2 ? 0
                                       : s[0] < 0xe0 ? 2
                                       : s[0] < 0xf0 ? 3
                                       : s[0] < 0xf5 ? 4
                                                     : 0;
    *at += 1;
    if (size <= 1)
        return size ? s[0] : 0xfffd;
    if (size > left)
        return 0xfffd;
    uint32_t character = s[0] & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0xfffd;
        character = character << 6 | (s[i] & 0x3f);
    }
    if (character < least[size] || character > 0x10ffff || (character >> 11) == 0x1b)
        return 0xfffd;
    *at += size - 1;
    return character;
}

struct text text_clean(struct canvas *c, struct text t)
{
    bool clean = t.size <= LONGEST;

    for (size_t i = 0, from; i < t.size && clean;) {
        from = i;
        uint32_t character = text_next(t, &i);
        clean = !steers(character) && !(character == 0xfffd && i - from == 1);
    }
    if (clean)
        return t;
    buffer_clear(&c->scrap);
    for (size_t i = 0; i < t.size;) {
        size_t from = i;
        uint32_t character = text_next(t, &i);
        if (c->scrap.size > LONGEST) {
            buffer_put_string(&c->scrap, "\xe2\x80\xa6");
            break;
        }
        if (steers(character) || character == 0xfffd)
            buffer_put_string(&c->scrap, "\xef\xbf\xbd");
        else
            buffer_put(&c->scrap, t.at + from, i - from);
    }
    return buffer_text(&c->scrap);
}

/* ---- runs of one face ---- */

/* Inter draws an arrow for "->": what was sent must be seen as it was sent. */
static bool would_join(uint32_t before, uint32_t after)
{
    return (after == '>' && (before == '-' || before == '=')) ||
           (before == '<' && (after == '-' || after == '=')) ||
           (after == 'x' && before >= '0' && before <= '9');
}

/* The run that begins at `at`, ended by a NUL, in c->line; `at` moves on. */
static const char *next_run(struct canvas *c, enum font font, int quarter, struct text t,
                            size_t *at, unsigned *face)
{
    size_t from = *at, end = from;
    uint32_t last = 0;
    bool mono = font == FONT_MONO || font == FONT_MONO_BOLD;

    while (end < t.size) {
        size_t next = end;
        uint32_t character = text_next(t, &next);
        unsigned one = fonts_face(c, font, character, quarter);
        if (end > from && (one != *face || (!mono && would_join(last, character))))
            break;
        *face = one;
        last = character;
        end = next;
    }
    *at = end;
    buffer_clear(&c->line);
    buffer_put(&c->line, t.at + from, end - from);
    buffer_put_char(&c->line, '\0');
    return c->line.at;
}

double text_measure(struct canvas *c, enum font font, int quarter, struct text clean)
{
    double width = 0;

    for (size_t at = 0; at < clean.size;) {
        unsigned face = 0;
        int w = 0;
        const char *run = next_run(c, font, quarter, clean, &at, &face);
        TTF_Font *opened = fonts_sized(c, face, quarter);
        if (opened && TTF_SizeUTF8(opened, run, &w, NULL) == 0)
            width += w;
    }
    return width;
}

/* ---- masks ---- */

struct text_key {
    char kind; /* 'M' a mask, 'W' a width */
    uint8_t font;
    uint16_t quarter;
};

/* In c->line: valid until the next run. */
static struct text key_of(struct canvas *c, char kind, enum font font, int quarter,
                          struct text clean)
{
    struct text_key key = {kind, (uint8_t)font, (uint16_t)quarter};

    buffer_clear(&c->line);
    buffer_put(&c->line, &key, sizeof key);
    buffer_put_text(&c->line, clean);
    return buffer_text(&c->line);
}

static double text_width(struct canvas *c, enum font font, int quarter, struct text clean)
{
    double *width = cache_find(&c->masks, key_of(c, 'W', font, quarter, clean));

    if (!width) {
        double measured = text_measure(c, font, quarter, clean);
        width = cache_put(&c->masks, key_of(c, 'W', font, quarter, clean), sizeof *width, 0);
        *width = measured;
    }
    return *width;
}

static void put_glyphs(struct mask *m, const SDL_Surface *s, int x, int y)
{
    for (int row = 0; row < s->h; row++) {
        const uint8_t *from = (const uint8_t *)s->pixels + (ptrdiff_t)row * s->pitch;
        if (row + y < 0 || row + y >= m->height)
            continue;
        for (int i = 0; i < s->w && x + i < m->width; i++) {
            uint8_t *to = &m->alpha[(ptrdiff_t)(row + y) * m->stride + x + i];
            *to = from[i] > *to ? from[i] : *to;
        }
    }
}

/* Width, ascent and height of all runs. */
static void measure_runs(struct canvas *c, enum font font, int quarter, struct text clean, int *w,
                         int *ascent, int *height)
{
    int below = 0;

    *w = *ascent = 0;
    for (size_t at = 0; at < clean.size;) {
        unsigned face = 0;
        int width = 0;
        const char *run = next_run(c, font, quarter, clean, &at, &face);
        TTF_Font *opened = fonts_sized(c, face, quarter);
        if (!opened || TTF_SizeUTF8(opened, run, &width, NULL) != 0)
            continue;
        int up = TTF_FontAscent(opened), down = TTF_FontHeight(opened) - up;
        *w += width;
        *ascent = up > *ascent ? up : *ascent;
        below = down > below ? down : below;
    }
    *height = *ascent + below;
}

static const struct mask *text_mask(struct canvas *c, enum font font, int quarter,
                                    struct text clean)
{
    static const SDL_Color white = {255, 255, 255, 255}, black = {0, 0, 0, 255};
    struct mask *m = cache_find(&c->masks, key_of(c, 'M', font, quarter, clean));
    int width, ascent, height, x = 0;

    if (m)
        return m;
    measure_runs(c, font, quarter, clean, &width, &ascent, &height);
    width += 2; /* what leans out at the end */
    m = cache_put(&c->masks, key_of(c, 'M', font, quarter, clean),
                  sizeof *m + (size_t)width * (size_t)height, 0);
    m->width = m->stride = width;
    m->height = height;
    m->top = -ascent;
    for (size_t at = 0; at < clean.size;) {
        unsigned face = 0;
        int w = 0;
        const char *run = next_run(c, font, quarter, clean, &at, &face);
        TTF_Font *opened = fonts_sized(c, face, quarter);
        SDL_Surface *s = opened ? TTF_RenderUTF8_Shaded(opened, run, white, black) : NULL;
        if (!s)
            continue;
        put_glyphs(m, s, x, ascent - TTF_FontAscent(opened));
        SDL_FreeSurface(s);
        TTF_SizeUTF8(opened, run, &w, NULL);
        x += w;
    }
    return m;
}

/* ---- drawing ---- */

int style_quarter(const struct canvas *c, struct style s)
{
    double quarter = 4 * s.size * c->text * view_of(c)->k;

    /* Written so that NaN is the floor. */
    return !(quarter > FLOOR) ? FLOOR : quarter > CEILING ? CEILING : (int)lround(quarter);
}

static enum font font_of(struct style s)
{
    return (unsigned)s.font < FONT_COUNT ? s.font : FONT_SANS;
}

double text_width_points(struct canvas *c, struct style s, struct text clean)
{
    return text_width(c, font_of(s), style_quarter(c, s), clean) / view_of(c)->k;
}

double canvas_text_width(struct canvas *c, struct style s, struct text text)
{
    return text_width_points(c, s, text_clean(c, text));
}

double text_em(const struct canvas *c, struct style s)
{
    return style_quarter(c, s) / 4.0 / view_of(c)->k;
}

double canvas_line_height(struct canvas *c, struct style s)
{
    return text_em(c, s) * 1.35;
}

/* For a file, that has glyphs of its own. */
static void draw_runs(struct canvas *c, enum font font, int quarter, struct text clean,
                      struct point at, uint32_t colour)
{
    for (size_t next = 0; next < clean.size;) {
        unsigned face = 0;
        int w = 0;
        const char *run = next_run(c, font, quarter, clean, &next, &face);
        TTF_Font *opened = fonts_sized(c, face, quarter);
        if (!opened || TTF_SizeUTF8(opened, run, &w, NULL) != 0)
            continue;
        svg_run(c, face, quarter, run, at, w, colour);
        at.x += w;
    }
}

double text_draw(struct canvas *c, struct style s, struct point p, struct text clean)
{
    int quarter = style_quarter(c, s);
    double k = view_of(c)->k, width = text_width(c, font_of(s), quarter, clean), em = quarter / 4.0;
    struct point at = device_point(c, p);

    if (clean.size == 0 || !point_fine(at))
        return width / k;
    at.x = round(at.x);
    at.y = round(at.y);
    mark_text(
        c, MARK_TEXT,
        (struct device_rect){at.x, at.y - 0.76 * em, at.x + width, at.y + 0.22 * em, width > 0},
        clean);
    /* Accents and tails may leave the marked box. */
    if (!touch(c, box_around(at.x - 2, at.y - 1.3 * em, at.x + width + 2, at.y + 0.5 * em)))
        return width / k;
    if (c->svg)
        draw_runs(c, font_of(s), quarter, clean, at, canvas_colour(c, s.colour, 1));
    else
        blit_mask(c, text_mask(c, font_of(s), quarter, clean), (int)at.x, (int)at.y,
                  canvas_colour(c, s.colour, 1));
    return width / k;
}

double canvas_text(struct canvas *c, struct style s, struct point p, struct text text)
{
    struct text clean = text_clean(c, text);

    if (s.align != ALIGN_LEFT)
        p.x -= text_width_points(c, s, clean) / (s.align == ALIGN_MIDDLE ? 2 : 1);
    return text_draw(c, s, p, clean);
}
