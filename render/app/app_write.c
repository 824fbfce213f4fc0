/*
 * app_write.c - what the program writes: whole files, pictures, a printed ladder.
 */
#include "render/app/app_parts.h"

#include "render/panels/ladder_print.h"
#include "sim/shell/output.h"
#include "sim/shell/say.h"

int app_write(const char *path, struct text octets)
{
    struct outputs set;

    outputs_begin(&set);
    struct output *o = outputs_add(&set, path);

    if (!o) {
        outputs_discard(&set);
        return EXIT_CANT_CREATE;
    }
    output_put(o, octets);
    return outputs_commit(&set);
}

int app_write_png(struct app *app, const char *path)
{
    struct buffer png;

    buffer_init(&png, &app->memory);
    canvas_put_png(app->canvas, &png);
    int status = app_write(path, buffer_text(&png));

    buffer_free(&png);
    return status;
}

int app_picture(struct app *app, const char *path)
{
    viewer_frame(&app->viewer);
    while (viewer_busy(&app->viewer) && viewer_tick(&app->viewer, 0))
        viewer_frame(&app->viewer);
    return app_write_png(app, path);
}

/* ---- the ladder ------------------------------------------------------------------------------- */

static bool put_page(void *context, const char *path, struct text octets)
{
    int *status = context;

    *status = app_write(path, octets);
    return *status == EXIT_FINE;
}

enum { NAMED_MAX = 5 };

/* A mistake in what was typed, with the messages that there are. */
static int no_message(const struct app *app, const char *what, const char *typed)
{
    const struct recording *r = &app->viewer.film->recording;
    struct memory m;
    struct buffer ids;

    memory_init(&m, 0);
    buffer_init(&ids, &m);
    for (uint32_t i = 0; i < r->mail_count && i < NAMED_MAX; i++) {
        buffer_put_string(&ids, i > 0 ? ", " : "");
        buffer_put_text(&ids, r->mails[i].id);
    }
    buffer_put_string(&ids, r->mail_count > NAMED_MAX ? ", ..." : "");
    int status =
        cli_usage(app->call, "%s%s; there %s %.*s", what, typed, r->mail_count == 1 ? "is" : "are",
                  ids.size > 0 ? (int)ids.size : 4, ids.size > 0 ? ids.at : "none");

    memory_end(&m);
    return status;
}

/* The message that --message names; or that is in view where --record or --at says; or the first. */
static int find_mail(struct app *app, uint32_t *mail)
{
    const struct recording *r = &app->viewer.film->recording;
    const char *typed = cli_value(app->call, "message");
    bool placed = cli_given(app->call, "record") || cli_given(app->call, "at");

    app->viewer.ui.moment = viewer_moment(&app->viewer);
    *mail = typed ? recording_find_mail(r, text_of(typed)) : ui_mail(&app->viewer.ui);
    if (*mail == RECORDING_NONE && !typed && !placed)
        *mail = 0;
    if (*mail < r->mail_count)
        return EXIT_FINE;
    return typed ? no_message(app, "no message ", typed)
                 : no_message(app, placed ? "no message is in view there" : "no message", "");
}

int app_ladder(struct app *app, const char *path)
{
    struct viewer *v = &app->viewer;
    struct ladder_print what = {.conn = RECORDING_NONE, .upto = RECORDING_NONE};
    char why[200] = "";
    uint32_t pages = 0;
    int status;

    if (!v->film)
        return cli_usage(app->call, "--ladder needs a scenario or a trace");
    if (!text_ends_nocase(text_of(path), TEXT(".svg")) &&
        !text_ends_nocase(text_of(path), TEXT(".png")))
        return cli_usage(app->call, "--ladder wants a name that ends in .svg or .png, not '%s'",
                         path);
    status = find_mail(app, &what.mail);
    if (status != EXIT_FINE)
        return status;
    what.recording = &v->film->recording;
    what.pace = viewer_pace(v);
    if (ladder_print(&what, path, app->icons, (struct ladder_paper){put_page, &status}, &pages, why,
                     sizeof why))
        return EXIT_FINE;
    if (status != EXIT_FINE)
        return status;
    say_error("no ladder: %s", why);
    return EXIT_USAGE;
}
