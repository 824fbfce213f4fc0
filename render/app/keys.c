/*
 * keys.c - SDL's keys and ours.
 */
#include "render/app/keys.h"

#include <stdio.h>

static const struct {
    SDL_Keycode key;
    const char *name;
} named[] = {{SDLK_RIGHT, "Right"},   {SDLK_LEFT, "Left"},
             {SDLK_UP, "Up"},         {SDLK_DOWN, "Down"},
             {SDLK_PAGEUP, "PageUp"}, {SDLK_PAGEDOWN, "PageDown"},
             {SDLK_HOME, "Home"},     {SDLK_END, "End"},
             {SDLK_RETURN, "Return"}, {SDLK_KP_ENTER, "Return"},
             {SDLK_ESCAPE, "Escape"}, {SDLK_TAB, "Tab"},
             {SDLK_DELETE, "Delete"}, {SDLK_BACKSPACE, "Backspace"}};

static const char *name_of(SDL_Keycode key, unsigned mod, char letter[4])
{
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (named[i].key == key)
            return named[i].name;
    if (key >= SDLK_F1 && key <= SDLK_F12) {
        snprintf(letter, 4, "F%d", (int)(key - SDLK_F1 + 1));
        return letter;
    }
    if (!(mod & KMOD_CTRL) || key <= ' ' || key >= 127)
        return NULL;
    letter[0] = key >= 'a' && key <= 'z' ? (char)(key - 'a' + 'A') : (char)key;
    letter[1] = '\0';
    return letter;
}

bool key_name(SDL_Keycode key, unsigned mod, char *name, size_t size)
{
    char letter[4];
    const char *found = name_of(key, mod, letter);

    if (!found)
        return false;
    /* Which signs need Shift is the layout's affair; and F1 stays F1. */
    bool shift = mod & KMOD_SHIFT && !(mod & KMOD_CTRL) && found != letter;

    snprintf(name, size, "%s%s%s", mod & KMOD_CTRL ? "Ctrl+" : "", shift ? "Shift+" : "", found);
    return true;
}
