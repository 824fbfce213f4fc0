/*
 * app_outside.c - what a viewer asks the outside for: the time of day, files, the log, lessons.
 */
#include "render/app/app_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/shell/input.h"
#include "sim/shell/memory.h"
#include "sim/shell/say.h"

static int64_t now_unix(void *context)
{
    (void)context;
    return (int64_t)time(NULL);
}

static void said_written(struct buffer *said, int status, const char *name)
{
    buffer_put_string(said, status == EXIT_FINE ? "wrote " : "could not write ");
    buffer_put_string(said, name);
}

static bool write_file(void *context, struct text path, struct text octets, struct buffer *said)
{
    struct app *app = context;
    char *name = cli_format("%.*s", TEXT_ARG(path));

    app->wrote = app_write(name, octets);
    said_written(said, app->wrote, name);
    free(name);
    return app->wrote == EXIT_FINE;
}

/* The answers so far: each time afresh, and whole. */
static void answered(void *context)
{
    struct app *app = context;
    const char *path = cli_value(app->call, "answers");
    struct film *film = app->viewer.film;
    struct buffer text, said;

    if (!path || !film)
        return;
    buffer_init(&text, &app->memory);
    buffer_init(&said, &app->memory);
    lesson_put_answers(&text, &film->lesson, film_sha256(film));
    app->answers = app_write(path, buffer_text(&text));
    if (app->answers != EXIT_FINE) {
        said_written(&said, app->answers, path);
        viewer_say(&app->viewer, buffer_text(&said));
    }
    buffer_free(&text);
    buffer_free(&said);
}

static bool picture(void *context, struct text path, struct buffer *said)
{
    struct app *app = context;
    char *name =
        path.size > 0 ? cli_format("%.*s", TEXT_ARG(path)) : cli_copy("smtplab-picture.png");

    app->wrote = app_write_png(app, name);
    said_written(said, app->wrote, name);
    free(name);
    return app->wrote == EXIT_FINE;
}

static bool full(void *context, struct buffer *said)
{
    struct app *app = context;

    if (app->full)
        return app->full(app);
    buffer_put_string(said, "there is no window");
    return false;
}

/* "2500 next: record 17 host ..." */
static void did(void *context, const struct action *a, bool done)
{
    struct app *app = context;
    const struct act_info *info = act_info(a->act);
    struct buffer line;

    if (!app->log || !done)
        return;
    buffer_init(&line, &app->memory);
    buffer_put_int(&line, (int64_t)app->viewer.ms);
    buffer_put_char(&line, ' ');
    buffer_put_string(&line, a->act == ACT_NONE ? "stopped" : info->name);
    if (info->takes == TAKES_NUMBER || (info->takes == TAKES_TEXT && a->text.size > 0))
        buffer_put_char(&line, ' ');
    if (info->takes == TAKES_NUMBER)
        buffer_put_int(&line, a->number);
    else if (info->takes == TAKES_TEXT)
        buffer_put_text(&line, a->text);
    buffer_put_string(&line, ": ");
    viewer_put_state(&app->viewer, &line);
    buffer_put_char(&line, '\n');
    fwrite(line.at, 1, line.size, app->log);
    fflush(app->log);
    buffer_free(&line);
}

/* ---- the gallery ------------------------------------------------------------------------------ */

static struct film *bundled_film(struct app *app, uint32_t item, struct buffer *told)
{
    struct film *film = NULL;
    struct input in;

    if (input_open(&in, app->bundled[item].path.at) != EXIT_FINE)
        return NULL;
    film = film_run(in.octets, app->bundled[item].path, NULL, told);
    input_close(&in);
    return film;
}

static struct film *gallery_film(void *context, uint32_t item)
{
    struct app *app = context;
    struct buffer told;

    buffer_init(&told, &app->memory);
    struct film *film = bundled_film(app, item, &told);

    buffer_free(&told);
    return film;
}

static bool open_lesson(void *context, int64_t place, struct buffer *said)
{
    struct app *app = context;

    if (place < 0 || place >= (int64_t)app->gallery.count)
        return false;
    struct film *film = bundled_film(app, (uint32_t)place, said);

    if (!film)
        return false;
    buffer_clear(said); /* warnings are for its author */
    app->following = false;
    app->gallery.chosen = (uint32_t)place;
    viewer_show(&app->viewer, film);
    if (!app->viewer.ui.wish.prompts)
        app->viewer.ui.choice.card = film->lesson.card_count;
    return true;
}

int app_open_gallery(struct app *app)
{
    char *folder = input_scenario_folder();
    uint32_t count = 0;
    int status = folder ? bundled_list(&app->memory, folder, &app->bundled, &count) : EXIT_FINE;

    free(folder);
    if (count == 0 && app->call->operand_count == 0) {
        say_error("the bundled scenarios are not beside this program; SMTPLAB_SCENARIOS can name "
                  "their folder");
        return EXIT_NO_INPUT;
    }
    gallery_init(&app->gallery, app->icons);
    app->gallery.items = memory_take_clear(&app->memory, (count + 1) * sizeof *app->gallery.items);
    app->gallery.count = count;
    app->gallery.film = gallery_film;
    app->gallery.context = app;
    for (uint32_t i = 0; i < count; i++)
        app->gallery.items[i] = (struct gallery_item){.name = app->bundled[i].name,
                                                      .title = app->bundled[i].title,
                                                      .number = app->bundled[i].number};
    app->viewer.gallery = count > 0 ? &app->gallery : NULL;
    return status;
}

struct viewer_outside app_outside(struct app *app)
{
    return (struct viewer_outside){.context = app,
                                   .now_unix = now_unix,
                                   .write = write_file,
                                   .picture = picture,
                                   .full = full,
                                   .open = open_lesson,
                                   .answered = answered,
                                   .did = did};
}
