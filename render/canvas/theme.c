#include "render/canvas/theme.h"

#include <math.h>

/* In the order of COLOURS.  tests/test_view_theme.c computes every contrast that theme.h promises. */
static const uint32_t colours[THEME_COUNT][COLOUR_COUNT] = {
    [THEME_LIGHT] =
        {
            [COLOUR_GROUND] = 0xffe8edf5,     [COLOUR_PANEL] = 0xffffffff,
            [COLOUR_INSET] = 0xfff1f4f9,      [COLOUR_EDGE] = 0xffd3dbe7,
            [COLOUR_SHADOW] = 0x2e1b2f55,     [COLOUR_TEXT] = 0xff101a2b,
            [COLOUR_SOFT] = 0xff47566c,       [COLOUR_FAINT] = 0xff7f8b9f,
            [COLOUR_WIRE] = 0xff6d7c94,       [COLOUR_MAIL] = 0xff0069a8,
            [COLOUR_MAIL_TEXT] = 0xff005487,  [COLOUR_MAIL_FILL] = 0xffdcebf8,
            [COLOUR_GOOD] = 0xff00795a,       [COLOUR_GOOD_TEXT] = 0xff00614a,
            [COLOUR_GOOD_FILL] = 0xffd9f2e7,  [COLOUR_WAIT] = 0xff805400,
            [COLOUR_WAIT_TEXT] = 0xff744b00,  [COLOUR_WAIT_FILL] = 0xfffdf0cf,
            [COLOUR_BAD] = 0xffc64d00,        [COLOUR_BAD_TEXT] = 0xff983800,
            [COLOUR_BAD_FILL] = 0xfffde9dc,   [COLOUR_SEAL] = 0xff96489a,
            [COLOUR_SEAL_TEXT] = 0xff7d3580,  [COLOUR_SEAL_FILL] = 0xfff5e8f6,
            [COLOUR_CHOSEN] = 0xff2b45d4,     [COLOUR_CHOSEN_FILL] = 0xffe5eaff,
            [COLOUR_ON_STRONG] = 0xffffffff,  [COLOUR_BUTTON] = 0xffeaeff6,
            [COLOUR_BUTTON_HOT] = 0xffdbe4ef,
        },
    [THEME_DARK] =
        {
            [COLOUR_GROUND] = 0xff0c121b,     [COLOUR_PANEL] = 0xff141d29,
            [COLOUR_INSET] = 0xff1b2634,      [COLOUR_EDGE] = 0xff2d3b4e,
            [COLOUR_SHADOW] = 0x73000000,     [COLOUR_TEXT] = 0xfff1f5fa,
            [COLOUR_SOFT] = 0xffa9b7c9,       [COLOUR_FAINT] = 0xff63748b,
            [COLOUR_WIRE] = 0xff7b8ca4,       [COLOUR_MAIL] = 0xff3fa5e6,
            [COLOUR_MAIL_TEXT] = 0xff7ec5f6,  [COLOUR_MAIL_FILL] = 0xff17324a,
            [COLOUR_GOOD] = 0xff2bc497,       [COLOUR_GOOD_TEXT] = 0xff5fdab3,
            [COLOUR_GOOD_FILL] = 0xff133a30,  [COLOUR_WAIT] = 0xfff8c443,
            [COLOUR_WAIT_TEXT] = 0xfff7ca68,  [COLOUR_WAIT_FILL] = 0xff3b2f12,
            [COLOUR_BAD] = 0xfffb7b30,        [COLOUR_BAD_TEXT] = 0xffffa063,
            [COLOUR_BAD_FILL] = 0xff42240f,   [COLOUR_SEAL] = 0xffd58ad2,
            [COLOUR_SEAL_TEXT] = 0xffe4ace1,  [COLOUR_SEAL_FILL] = 0xff3a2240,
            [COLOUR_CHOSEN] = 0xff9fb2ff,     [COLOUR_CHOSEN_FILL] = 0xff26325a,
            [COLOUR_ON_STRONG] = 0xff090f17,  [COLOUR_BUTTON] = 0xff223043,
            [COLOUR_BUTTON_HOT] = 0xff2e4058,
        },
    [THEME_CONTRAST] =
        {
            [COLOUR_GROUND] = 0xff000000,     [COLOUR_PANEL] = 0xff000000,
            [COLOUR_INSET] = 0xff10141a,      [COLOUR_EDGE] = 0xffa9b4c2,
            [COLOUR_SHADOW] = 0x00000000,     [COLOUR_TEXT] = 0xffffffff,
            [COLOUR_SOFT] = 0xffe2e8f0,       [COLOUR_FAINT] = 0xff97a3b3,
            [COLOUR_WIRE] = 0xffc3cdd9,       [COLOUR_MAIL] = 0xff5fbdff,
            [COLOUR_MAIL_TEXT] = 0xff9dd6ff,  [COLOUR_MAIL_FILL] = 0xff0a2236,
            [COLOUR_GOOD] = 0xff3fe0b0,       [COLOUR_GOOD_TEXT] = 0xff7df0cd,
            [COLOUR_GOOD_FILL] = 0xff06281f,  [COLOUR_WAIT] = 0xffffd24a,
            [COLOUR_WAIT_TEXT] = 0xffffe08a,  [COLOUR_WAIT_FILL] = 0xff2b2205,
            [COLOUR_BAD] = 0xffff9a52,        [COLOUR_BAD_TEXT] = 0xffffbd8c,
            [COLOUR_BAD_FILL] = 0xff331706,   [COLOUR_SEAL] = 0xfff0a6ec,
            [COLOUR_SEAL_TEXT] = 0xfff6c6f3,  [COLOUR_SEAL_FILL] = 0xff2c1330,
            [COLOUR_CHOSEN] = 0xffffffff,     [COLOUR_CHOSEN_FILL] = 0xff1d2a52,
            [COLOUR_ON_STRONG] = 0xff000000,  [COLOUR_BUTTON] = 0xff1a212b,
            [COLOUR_BUTTON_HOT] = 0xff2b3648,
        },
};

uint32_t theme_colour(enum theme theme, enum colour colour)
{
    if ((unsigned)theme >= THEME_COUNT || (unsigned)colour >= COLOUR_COUNT)
        return 0;
    return colours[theme][colour];
}

const char *theme_name(enum theme theme)
{
    static const char *const names[THEME_COUNT] = {"light", "dark", "contrast"};

    return (unsigned)theme < THEME_COUNT ? names[theme] : "";
}
