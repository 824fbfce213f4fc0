/*
 * window.c - SDL: a window with one texture, its events one at a time.
 */
#include "render/app/app.h"

#include "render/app/script.h"
#include "sim/shell/say.h"

int app_window(struct app *app, const char *script)
{
    if (script)
        return app_play_script(app, script);
    say_error("no window yet: --png FILE writes a picture");
    return EXIT_USAGE;
}
