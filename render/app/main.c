/*
 * main.c - the door of smtplab-view.
 */
#include <signal.h>
#include <unistd.h>

#include "render/app/app.h"
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

static int show(struct app *app)
{
    const char *png = cli_value(app->call, "png"), *script = cli_value(app->call, "script");
    int status = EXIT_FINE;

    if (!png)
        return app_window(app, script);
    if (script)
        status = app_play_script(app, script);
    return status == EXIT_FINE ? app_picture(app, png) : status;
}

static int run(const struct cli_call *call)
{
    struct app app;
    int status = app_open(&app, call);

    if (status == EXIT_FINE)
        status = show(&app);
    app_close(&app);
    return status;
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
