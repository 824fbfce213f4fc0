/*
 * theme.h - the colours of the window, by what they mean; light, dark, high contrast.
 *
 * Meaning is never colour alone: a class of reply also has a shape, TLS a double wall and a lock.  All
 * text colours have a contrast of at least 4.5 (7 in high contrast) on every surface that they may stand
 * on (tests/test_view_theme.c computes it); the hues are Okabe and Ito's, darkened or lightened for text.
 *
 * Units   0xAARRGGBB, not premultiplied.
 * Owner   constant data.
 * Errors  none: what is no theme or no colour is 0, that is: not seen.
 */
#ifndef RENDER_CANVAS_THEME_H
#define RENDER_CANVAS_THEME_H

#include <stdbool.h>
#include <stdint.h>

enum theme { THEME_LIGHT, THEME_DARK, THEME_CONTRAST, THEME_COUNT };

/* X(suffix, what it is for) */
#define COLOURS(X)                                                                                 \
    X(GROUND, "behind everything")                                                                 \
    X(PANEL, "surface of a panel")                                                                 \
    X(INSET, "surface inside a panel: a site, a card, a row")                                      \
    X(EDGE, "outline of panels and sites")                                                         \
    X(SHADOW, "below what is raised")                                                              \
    X(TEXT, "what must be read")                                                                   \
    X(SOFT, "secondary text")                                                                      \
    X(FAINT, "what is past or yet to come: lines, never text")                                     \
    X(WIRE, "links and lifelines")                                                                 \
    X(MAIL, "client, commands, mail: blue, for shapes")                                            \
    X(MAIL_TEXT, "the same for text")                                                              \
    X(MAIL_FILL, "the same as a quiet surface")                                                    \
    X(GOOD, "server, 2yz: green")                                                                  \
    X(GOOD_TEXT, "")                                                                               \
    X(GOOD_FILL, "")                                                                               \
    X(WAIT, "4yz, DNS, waiting: orange")                                                           \
    X(WAIT_TEXT, "")                                                                               \
    X(WAIT_FILL, "")                                                                               \
    X(BAD, "5yz, refusal, loss: vermillion")                                                       \
    X(BAD_TEXT, "")                                                                                \
    X(BAD_FILL, "")                                                                                \
    X(SEAL, "TLS: purple")                                                                         \
    X(SEAL_TEXT, "")                                                                               \
    X(SEAL_FILL, "")                                                                               \
    X(CHOSEN, "ring around what is chosen or has the focus")                                       \
    X(CHOSEN_FILL, "surface of the chosen row")                                                    \
    X(ON_STRONG, "text and marks on MAIL, GOOD, WAIT, BAD, SEAL")                                  \
    X(BUTTON, "surface of a button")                                                               \
    X(BUTTON_HOT, "below the pointer")

enum colour {
#define X(suffix, doc) COLOUR_##suffix,
    COLOURS(X)
#undef X
        COLOUR_COUNT
};

uint32_t theme_colour(enum theme theme, enum colour colour);
const char *theme_name(enum theme theme); /* "light", "dark", "contrast" */

#endif
