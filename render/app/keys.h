/*
 * keys.h - a key of the keyboard by the name that the table of actions has for it.
 *
 * Keys that write something come as text, whatever the keyboard's layout (viewer_type()); here are the
 * others, and those that are pressed together with Ctrl.
 *
 * Owner   `name` is the caller's; one that does not fit into `size` octets is cut.
 * Errors  false: the key has no name of its own, and `name` is as it was.
 */
#ifndef RENDER_APP_KEYS_H
#define RENDER_APP_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include <SDL2/SDL_keycode.h>

/* "PageDown", "Shift+Tab", "Ctrl+S"; false: no such key. */
bool key_name(SDL_Keycode key, unsigned mod, char *name, size_t size);

#endif
