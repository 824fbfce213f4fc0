/*
 * test_view_theme.c - colours: can all be read, and told apart by those who see fewer of them?
 */
#include <criterion/criterion.h>
#include <math.h>

#include "tests/view_picture.h"

/* ---- how colours look ------------------------------------------------------------------------ */

static void linear(uint32_t colour, double rgb[3])
{
    for (int i = 0; i < 3; i++) {
        double part = (double)(colour >> (16 - 8 * i) & 0xff) / 255;
        rgb[i] = part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4);
    }
}

/* WCAG 2.2, "relative luminance" and "contrast ratio": 1 to 21, for opaque colours. */
static double luminance(uint32_t colour)
{
    double c[3];

    linear(colour, c);
    return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
}

static double sight_contrast(uint32_t a, uint32_t b)
{
    double one = luminance(a), other = luminance(b);

    return (fmax(one, other) + 0.05) / (fmin(one, other) + 0.05);
}

static double bent(double t)
{
    return t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116;
}

static void lab(uint32_t colour, double out[3])
{
    double c[3];

    linear(colour, c);
    double x = bent((0.4124 * c[0] + 0.3576 * c[1] + 0.1805 * c[2]) / 0.9505),
           y = bent(0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]),
           z = bent((0.0193 * c[0] + 0.1192 * c[1] + 0.9505 * c[2]) / 1.089);
    out[0] = 116 * y - 16;
    out[1] = 500 * (x - y);
    out[2] = 200 * (y - z);
}

/* In CIELAB (1976), where 2 can just be seen. */
static double sight_distance(uint32_t a, uint32_t b)
{
    double one[3], other[3];

    lab(a, one);
    lab(b, other);
    return sqrt(pow(one[0] - other[0], 2) + pow(one[1] - other[1], 2) + pow(one[2] - other[2], 2));
}

/* As Machado, Oliveira and Fernandes (2009) simulate it. */
static uint32_t sight_deuteranopia(uint32_t colour)
{
    static const double without[3][3] = {{0.367322, 0.860646, -0.227968},
                                         {0.280085, 0.672501, 0.047413},
                                         {-0.011820, 0.042940, 0.968881}};
    double c[3];
    uint32_t seen = 0xff;

    linear(colour, c);
    for (int i = 0; i < 3; i++) {
        double part = without[i][0] * c[0] + without[i][1] * c[1] + without[i][2] * c[2];
        part = fmin(fmax(part, 0), 1);
        part = part <= 0.0031308 ? part * 12.92 : 1.055 * pow(part, 1 / 2.4) - 0.055;
        seen = seen << 8 | (uint32_t)lround(part * 255);
    }
    return seen;
}

/* ---- colours --------------------------------------------------------------------------------- */

static const char *const colour_names[COLOUR_COUNT] = {
#define X(suffix, doc) #suffix,
    COLOURS(X)
#undef X
};

static void check_contrast(enum theme theme, enum colour a, enum colour b, double least)
{
    double contrast = sight_contrast(theme_colour(theme, a), theme_colour(theme, b));

    cr_expect_geq(contrast, least, "%s: %s on %s: %.2f", theme_name(theme), colour_names[a],
                  colour_names[b], contrast);
}

static const enum colour surfaces[] = {COLOUR_GROUND,      COLOUR_PANEL,  COLOUR_INSET,
                                       COLOUR_CHOSEN_FILL, COLOUR_BUTTON, COLOUR_BUTTON_HOT};
enum { SURFACES = sizeof surfaces / sizeof *surfaces, HUES = 5 };
static const struct {
    enum colour strong, text, fill;
} hues[HUES] = {{COLOUR_MAIL, COLOUR_MAIL_TEXT, COLOUR_MAIL_FILL},
                {COLOUR_GOOD, COLOUR_GOOD_TEXT, COLOUR_GOOD_FILL},
                {COLOUR_WAIT, COLOUR_WAIT_TEXT, COLOUR_WAIT_FILL},
                {COLOUR_BAD, COLOUR_BAD_TEXT, COLOUR_BAD_FILL},
                {COLOUR_SEAL, COLOUR_SEAL_TEXT, COLOUR_SEAL_FILL}};

Test(theme, contrast_is_what_wcag_computes)
{
    cr_expect_float_eq(sight_contrast(0xff000000, 0xffffffff), 21, 0.001);
    cr_expect_float_eq(sight_contrast(0xffffffff, 0xffffffff), 1, 0.001);
    cr_expect_float_eq(sight_contrast(0xff777777, 0xffffffff), 4.48, 0.005); /* WCAG's example */
}

Test(theme, all_text_can_be_read_wherever_it_may_stand)
{
    for (enum theme theme = 0; theme < THEME_COUNT; theme++) {
        double least = theme == THEME_CONTRAST ? 7 : 4.5;
        for (unsigned i = 0; i < SURFACES; i++) {
            check_contrast(theme, COLOUR_TEXT, surfaces[i], least);
            check_contrast(theme, COLOUR_SOFT, surfaces[i], least);
            for (unsigned h = 0; h < HUES; h++)
                check_contrast(theme, hues[h].text, surfaces[i], least);
        }
        for (unsigned h = 0; h < HUES; h++) {
            check_contrast(theme, COLOUR_TEXT, hues[h].fill, least);
            check_contrast(theme, COLOUR_SOFT, hues[h].fill, least);
            check_contrast(theme, hues[h].text, hues[h].fill, least);
            check_contrast(theme, COLOUR_ON_STRONG, hues[h].strong, least);
        }
    }
}

Test(theme, shapes_that_mean_something_can_be_seen)
{
    static const enum colour below[] = {COLOUR_PANEL, COLOUR_INSET};

    for (enum theme theme = 0; theme < THEME_COUNT; theme++)
        for (unsigned i = 0; i < 2; i++) {
            check_contrast(theme, COLOUR_FAINT, below[i], 3);
            check_contrast(theme, COLOUR_WIRE, below[i], 3);
            check_contrast(theme, COLOUR_CHOSEN, below[i], 3);
            for (unsigned h = 0; h < HUES; h++)
                check_contrast(theme, hues[h].strong, below[i], 3);
        }
}

/* Okabe and Ito's hues are darkened and lightened here: do they still differ for those who have no
 * green cones?  In grey they need not: there the shapes must do (below). */
Test(theme, strong_colours_differ_without_green_cones)
{
    for (enum theme theme = 0; theme < THEME_COUNT; theme++)
        for (unsigned a = 0; a < HUES; a++)
            for (unsigned b = 0; b < a; b++) {
                double apart =
                    sight_distance(sight_deuteranopia(theme_colour(theme, hues[a].strong)),
                                   sight_deuteranopia(theme_colour(theme, hues[b].strong)));
                cr_expect_gt(apart, 12, "%s: %s, %s: %.1f", theme_name(theme),
                             colour_names[hues[a].strong], colour_names[hues[b].strong], apart);
            }
}

/* Where ink is, on 24 x 24 pixels around a class's shape, whatever its colours. */
static void class_shape(int class, double radius, bool ink[24][24])
{
    struct canvas *c = open_at(24, 24);
    uint32_t ground = pixel(c, 0, 0);

    canvas_class(c, class, (struct point){12, 12}, radius);
    for (int y = 0; y < 24; y++)
        for (int x = 0; x < 24; x++)
            ink[y][x] = sight_distance(pixel(c, x, y), ground) > 30;
    canvas_close(c);
}

Test(theme, reply_classes_have_shapes_of_their_own)
{
    static const double radii[] = {6, 8, 11};
    static bool ink[5][24][24];

    for (unsigned r = 0; r < 3; r++) {
        for (int class = 1; class <= 5; class ++)
            class_shape(class, radii[r], ink[class - 1]);
        for (int a = 0; a < 5; a++)
            for (int b = 0; b < a; b++) {
                int both = 0, either = 0;
                for (int i = 0; i < 24 * 24; i++) {
                    both += ink[a][i / 24][i % 24] && ink[b][i / 24][i % 24];
                    either += ink[a][i / 24][i % 24] || ink[b][i / 24][i % 24];
                }
                cr_expect(either > 0 && both < 0.86 * either, "%d and %d at %g: %d of %d", a + 1,
                          b + 1, radii[r], both, either);
            }
    }
}
