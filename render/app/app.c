/*
 * app.c - options, and films from files; app_outside.c is what a viewer asks for.
 */
#include "render/app/app_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "sim/kernel/units.h"
#include "sim/shell/input.h"
#include "sim/shell/load.h"
#include "sim/shell/memory.h"
#include "sim/shell/output.h"
#include "sim/shell/say.h"

/* ---- films ----------------------------------------------------------------------------------- */

static void tell(struct buffer *told)
{
    fwrite(told->at ? told->at : "", 1, told->size, stderr);
    buffer_free(told);
}

/* The film of a scenario, its name or a trace; NULL after telling why, with the exit status. */
static struct film *film_of(struct app *app, const char *typed, int *status)
{
    struct scenario_options settings;
    struct film *film = NULL;
    struct buffer told;
    struct input in;
    char *path = NULL;

    *status = load_options(&app->memory, app->call, &settings);
    if (*status == EXIT_FINE && !(path = input_find_scenario(typed)))
        *status = EXIT_NO_INPUT;
    if (*status == EXIT_FINE)
        *status = input_open(&in, path);
    if (*status != EXIT_FINE) {
        free(path);
        return NULL;
    }
    bool trace = film_is_trace(in.octets);

    if (trace && (cli_given(app->call, "seed") || cli_given(app->call, "set"))) {
        *status = cli_usage(app->call, "--seed and --set are for a scenario; %s is a trace", path);
        input_close(&in);
        free(path);
        return NULL;
    }
    buffer_init(&told, &app->memory);
    if (trace)
        film = film_read(in.octets, text_of(path), &told);
    else
        film = film_run(in.octets, text_of(path), &settings, &told);
    *status = film ? EXIT_FINE : EXIT_BAD_INPUT;
    tell(&told);
    free(app->path);
    app->path = path;
    app->following = film && film->reading && !film->reader.has_footer && strcmp(path, "-") != 0;
    app->followed = in.octets.size;
    input_close(&in);
    return film;
}

bool app_follow(struct app *app)
{
    struct film *film = app->viewer.film;
    struct stat s;
    struct buffer told;
    struct input in;
    bool grew = false;

    if (!film || !film->reading || stat(app->path, &s) != 0 || (size_t)s.st_size <= app->followed ||
        input_open(&in, app->path) != EXIT_FINE)
        return false;
    buffer_init(&told, &app->memory);
    if (in.octets.size > app->followed)
        grew = film_grow(film, in.octets, &told);
    app->followed = in.octets.size;
    app->following = !film->reader.has_footer && told.size == 0;
    if (told.size > 0)
        viewer_say(&app->viewer, text_trim(buffer_text(&told)));
    buffer_free(&told);
    input_close(&in);
    if (grew)
        viewer_grew(&app->viewer);
    return grew;
}

/* ---- options --------------------------------------------------------------------------------- */

bool app_size(struct text typed, int *width, int *height)
{
    size_t cross = text_find(typed, 'x');
    int64_t wide, high;

    if (!text_to_int(text_from(typed.at, cross), &wide) ||
        !text_to_int(text_after(typed, cross + 1), &high) || wide < 320 || wide > 16384 ||
        high < 180 || high > 16384)
        return false;
    *width = (int)wide;
    *height = (int)high;
    return true;
}

static int read_size(struct app *app)
{
    const char *typed = cli_value(app->call, "size");

    app->width = 1600;
    app->height = 900;
    if (typed && !app_size(text_of(typed), &app->width, &app->height))
        return cli_usage(app->call, "--size wants pixels like 1600x900, not '%s'", typed);
    return EXIT_FINE;
}

static int read_theme(struct app *app)
{
    const char *typed = cli_value(app->call, "theme");
    struct nearest n = nearest_to(typed ? typed : "");

    for (int t = 0; typed && t < THEME_COUNT; t++) {
        if (strcmp(theme_name((enum theme)t), typed) == 0) {
            app->viewer.ui.wish.theme = (enum theme)t;
            return EXIT_FINE;
        }
        nearest_try(&n, theme_name((enum theme)t));
    }
    if (!typed)
        return EXIT_FINE;
    if (nearest_found(&n))
        return cli_usage(app->call, "no theme '%s'; did you mean '%s'?", typed, nearest_found(&n));
    return cli_usage(app->call, "no theme '%s'; there are light, dark and contrast", typed);
}

static int read_wishes(struct app *app)
{
    const char *text = cli_value(app->call, "text"), *speed = cli_value(app->call, "speed");
    struct wish *w = &app->viewer.ui.wish;
    int status = read_theme(app);
    char *end = NULL;

    if (status != EXIT_FINE)
        return status;
    w->text = text ? strtod(text, &end) : 1;
    if (text && (*end || end == text || !(w->text >= 1 && w->text <= 1.5)))
        return cli_usage(app->call, "--text wants a factor from 1 to 1.5, not '%s'", text);
    app->viewer.room = cli_given(app->call, "room") ? ROOM_MAP : ROOM_OFF;
    w->still = cli_given(app->call, "still");
    w->prompts = !cli_given(app->call, "no-prompts");
    app->viewer.clock = cli_given(app->call, "true-time") ? PACE_TRUE : PACE_STEPS;
    if (!w->prompts && app->viewer.film)
        app->viewer.ui.choice.card = app->viewer.film->lesson.card_count;
    w->speed = speed ? strtod(speed, &end) : 1;
    if (speed && (*end || end == speed || !(w->speed >= 0.125 && w->speed <= 16)))
        return cli_usage(app->call, "--speed wants a factor from 0.125 to 16, not '%s'", speed);
    viewer_fit(&app->viewer);
    return EXIT_FINE;
}

/* Where --at and --record say that it begins. */
static int read_place(struct app *app)
{
    const char *at = cli_value(app->call, "at"), *record = cli_value(app->call, "record");
    int64_t number;

    if (at && record)
        return cli_usage(app->call, "--at and --record both say where to begin");
    if ((at || record) && !app->viewer.film)
        return cli_usage(app->call, "--%s needs a scenario or a trace", at ? "at" : "record");
    if (at) {
        if (unit_parse(text_of(at), UNIT_DURATION, &number) != UNIT_FINE)
            return cli_usage(app->call, "--at wants a time like 2.5s or 1m, not '%s'", at);
        viewer_at(&app->viewer, (double)number / 1e6);
    }
    if (record) {
        if (!text_to_int(text_of(record), &number))
            return cli_usage(app->call, "--record wants a number, not '%s'", record);
        uint32_t index = recording_seq(&app->viewer.film->recording, (uint64_t)number);

        if (index == RECORDING_NONE)
            return cli_usage(app->call, "there is no record %s here", record);
        viewer_at_record(&app->viewer, index);
    }
    return EXIT_FINE;
}

static int open_log(struct app *app)
{
    const char *path = cli_value(app->call, "log");

    if (!path)
        return EXIT_FINE;
    app->log = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");
    if (app->log)
        return EXIT_FINE;
    say_error("cannot create %s: %s", path, strerror(errno));
    return EXIT_CANT_CREATE;
}

/* Can a file be put there?  Into a folder that can be written, or it is a device or a pipe. */
static bool can_put(const char *path)
{
    const char *slash = strrchr(path, '/');
    struct stat s;

    if (strcmp(path, "-") == 0)
        return true;
    if (stat(path, &s) == 0 && S_ISDIR(s.st_mode)) {
        errno = EISDIR;
        return false;
    }
    if (stat(path, &s) == 0 && !S_ISREG(s.st_mode))
        return access(path, W_OK) == 0;
    char *folder = slash ? cli_format("%.*s/", (int)(slash - path), path) : cli_copy(".");
    bool fine = access(folder, W_OK) == 0;

    free(folder);
    return fine;
}

/* Better told now than when a class has voted. */
static int check_answers(struct app *app)
{
    const char *path = cli_value(app->call, "answers");

    if (!path || can_put(path))
        return EXIT_FINE;
    say_error("cannot create %s: %s", path, strerror(errno));
    return EXIT_CANT_CREATE;
}

static int open_viewer(struct app *app)
{
    struct viewer_outside outside = app_outside(app);
    char why[200];

    app->icons = input_icon_folder();
    if (!app->icons) {
        say_error("the icons are not beside this program; SMTPLAB_ICONS can name their folder");
        return EXIT_NO_INPUT;
    }
    app->canvas = canvas_open(app->width, app->height, app->icons, why, sizeof why);
    if (!app->canvas) {
        say_error("%s", why);
        return EXIT_NO_INPUT;
    }
    viewer_init(&app->viewer, app->canvas, &outside);
    app->viewing = true;
    return EXIT_FINE;
}

int app_open(struct app *app, const struct cli_call *call)
{
    struct film *film = NULL;

    *app = (struct app){.call = call};
    memory_init(&app->memory, 0);
    app->memory.exhausted = cli_exhausted;
    int status = read_size(app);

    if (status == EXIT_FINE && call->operand_count > 0)
        film = film_of(app, call->operands[0], &status);
    if (status == EXIT_FINE)
        status = open_viewer(app);
    if (status == EXIT_FINE)
        status = app_open_gallery(app);
    if (status != EXIT_FINE) {
        film_close(film);
        return status;
    }
    if (film)
        viewer_show(&app->viewer, film);
    status = read_wishes(app);
    if (status == EXIT_FINE)
        status = read_place(app);
    if (status == EXIT_FINE && cli_given(call, "message") && !cli_given(call, "ladder"))
        status =
            cli_usage(call, "--message says whose ladder is written, and there is no --ladder");
    if (status == EXIT_FINE)
        status = check_answers(app);
    return status == EXIT_FINE ? open_log(app) : status;
}

/* What was written on the way and could not be kept: the exit status of a use that went well else. */
static int close_log(struct app *app)
{
    if (!app->log || app->log == stdout) /* whose end is seen to by output_close_stdout() */
        return EXIT_FINE;
    bool fine = !ferror(app->log);

    if (fclose(app->log) != 0)
        fine = false;
    if (!fine)
        say_error("cannot write %s: %s", cli_value(app->call, "log"), strerror(errno));
    return fine ? EXIT_FINE : EXIT_INPUT_OUTPUT;
}

int app_close(struct app *app)
{
    int status = close_log(app);

    if (app->viewing)
        viewer_end(&app->viewer);
    gallery_end(&app->gallery);
    if (app->canvas)
        canvas_close(app->canvas);
    free(app->icons);
    free(app->path);
    memory_end(&app->memory);
    return app->answers != EXIT_FINE ? app->answers : status;
}
