/*
 * main.c - the door of smtplab-view.
 */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "render/app/app.h"
#include "render/app/film_out.h"
#include "sim/shell/output.h"
#include "sim/shell/view_options.h"

static void our_bug(int number)
{
    static const char message[] =
        "smtplab-view: this is a bug of ours; please report it with what led to it\n";
    ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);

    (void)number;
    (void)written;
    _exit(EXIT_OUR_BUG);
}

/* What was asked for without a window, in the order in which it costs. */
static int write_all(struct app *app)
{
    const char *png = cli_value(app->call, "png"), *ladder = cli_value(app->call, "ladder"),
               *script = cli_value(app->call, "script");
    bool film = cli_given(app->call, "video") || cli_given(app->call, "frames");
    int status = ladder ? app_ladder(app, ladder) : EXIT_FINE;

    if (status == EXIT_FINE && film)
        status = app_film_out(app);
    else if (status == EXIT_FINE && script)
        status = app_play_script(app, script);
    return status == EXIT_FINE && png ? app_picture(app, png) : status;
}

static int show(struct app *app)
{
    static const char *const writes[] = {"png", "frames", "video", "ladder"};
    const char *script = cli_value(app->call, "script");

    for (size_t i = 0; i < sizeof writes / sizeof *writes; i++)
        if (cli_given(app->call, writes[i]))
            return write_all(app);
    /* A script needs no display: where there is none, it plays all the same. */
    if (script && !getenv("DISPLAY") && !getenv("WAYLAND_DISPLAY"))
        return app_play_script(app, script);
    return app_window(app, script);
}

static int run(const struct cli_call *call)
{
    struct app app;
    int status = app_open(&app, call);

    if (status == EXIT_FINE)
        status = show(&app);
    int kept = app_close(&app);

    return status == EXIT_FINE ? kept : status;
}

static const struct cli_command command = {VIEW_COMMAND, .run = run};

int main(int argc, char **argv)
{
    struct cli_call call = {.command = &command, .program = argv[0]};

    signal(SIGABRT, our_bug);
    signal(SIGPIPE, SIG_IGN);
    int status = cli_parse(&call, argc, argv);

    return output_close_stdout(status >= 0 ? status : run(&call));
}
