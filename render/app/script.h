/*
 * script.h - a file of actions and of what a hand does, one a line; the same with a display and without.
 *
 *     next                 any action, with its argument: seek 2500, answer 2, search 550
 *     key Shift+R          a key            type hello      text that is typed
 *     click 400 300        at that pixel    press, move, release: the same in parts
 *     wheel -2             notches          size 1280x720   of the picture
 *     wait 500             milliseconds on the wall
 *     picture FILE         of this moment
 *
 * A line that begins with # is a remark.
 *
 * Owner   the file's octets are the script's.
 * Errors  a line that cannot be read is told with its number; the script ends there.
 */
#ifndef RENDER_APP_SCRIPT_H
#define RENDER_APP_SCRIPT_H

#include <stdbool.h>

#include "render/app/app.h"
#include "sim/shell/input.h"

struct script {
    struct app *app;
    const char *path;
    struct input input;
    struct text left;
    int line;
    double wait_ms; /* before the next line */
    int status;     /* EXIT_FINE, or what went wrong */
};

int script_open(struct script *s, struct app *app, const char *path);
void script_close(struct script *s);
/* One line; false: there are no more, or it is wrong (status). */
bool script_next(struct script *s);

#endif
