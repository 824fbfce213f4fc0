/*
 * film_out.c - picture by picture: from the moment at which it begins to its end, or as a script says.
 */
#include "render/app/film_out.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "render/app/ffmpeg.h"
#include "render/app/script.h"
#include "sim/kernel/units.h"
#include "sim/shell/memory.h"
#include "sim/shell/output.h"
#include "sim/shell/say.h"

struct making {
    struct app *app;
    const char *video;
    struct ffmpeg ffmpeg;
    bool has_ffmpeg;
    struct outputs outputs; /* of the folder; and it is what knows whether the user wants to stop */
    struct output *folder;
    int fps;
    double length_ms; /* 0: not known beforehand */
    int64_t count;
    bool bar;
    int status;
};

/* ---- options --------------------------------------------------------------------------------- */

static int read_fps(struct making *m)
{
    const char *typed = cli_value(m->app->call, "fps");
    int64_t fps = m->video && strstr(m->video, ".gif") ? 15 : 30;

    if (typed && (!text_to_int(text_of(typed), &fps) || fps < 1 || fps > 120))
        return cli_usage(m->app->call, "--fps wants a number from 1 to 120, not '%s'", typed);
    m->fps = (int)fps;
    return EXIT_FINE;
}

static int read_length(struct making *m)
{
    struct viewer *v = &m->app->viewer;
    const char *typed = cli_value(m->app->call, "for");
    int64_t ns = 0;

    if (typed && (unit_parse(text_of(typed), UNIT_DURATION, &ns) != UNIT_FINE || ns <= 0))
        return cli_usage(m->app->call, "--for wants a time like 20s, not '%s'", typed);
    if (typed)
        m->length_ms = (double)ns / 1e6;
    else if (!cli_given(m->app->call, "script") && v->film)
        m->length_ms = (pace_length(viewer_pace(v)) - v->ms) / v->ui.wish.speed;
    return EXIT_FINE;
}

static int read_options(struct making *m)
{
    int status = read_fps(m);

    if (status == EXIT_FINE)
        status = read_length(m);
    if (status != EXIT_FINE)
        return status;
    if (m->video && !ffmpeg_knows(m->video))
        return cli_usage(m->app->call,
                         "--video wants a name that ends in .mp4, .webm or .gif, "
                         "not '%s'",
                         m->video);
    if (!m->app->viewer.film && !cli_given(m->app->call, "script"))
        return cli_usage(m->app->call, "a film needs a scenario or a trace");
    return EXIT_FINE;
}

/* ---- one picture ----------------------------------------------------------------------------- */

static void show_bar(struct making *m, bool last)
{
    enum { WIDE = 40 };
    double part = m->length_ms > 0 ? (double)m->count * 1000 / m->fps / m->length_ms : 0;
    int filled = (int)((part < 1 ? part : 1) * WIDE);

    if (!m->bar)
        return;
    if (m->length_ms > 0)
        fprintf(stderr, "\r[%.*s%.*s] %d pictures", filled,
                "########################################", WIDE - filled,
                "........................................", (int)m->count);
    else
        fprintf(stderr, "\r%d pictures", (int)m->count);
    if (last)
        fputc('\n', stderr);
}

static void put_file(struct making *m)
{
    char *name = cli_format("frame-%06d.png", (int)m->count);
    struct buffer png;

    buffer_init(&png, &m->app->memory);
    canvas_put_png(m->app->canvas, &png);
    output_append(m->folder, name, buffer_text(&png));
    buffer_free(&png);
    free(name);
}

/* False: it cannot go on. */
static bool put_picture(struct making *m)
{
    int width, height, stride;

    viewer_frame(&m->app->viewer);
    const uint32_t *pixels = canvas_pixels(m->app->canvas, &width, &height, &stride);

    m->count++;
    if (m->folder)
        put_file(m);
    if (m->has_ffmpeg && !ffmpeg_put(&m->ffmpeg, pixels, stride))
        return false;
    if (m->count % m->fps == 0)
        show_bar(m, false);
    return !outputs_stopped(&m->outputs);
}

/* ---- all of them ----------------------------------------------------------------------------- */

static void film_playing(struct making *m)
{
    struct viewer *v = &m->app->viewer;
    int64_t pictures = (int64_t)(m->length_ms * m->fps / 1000) + 1;

    /* Nobody is there to answer. */
    v->ui.wish.prompts = false;
    v->ui.choice.card = v->film->lesson.card_count;
    v->ui.wish.playing = true;
    while (m->count < pictures && put_picture(m))
        viewer_tick(v, 1000.0 / m->fps);
}

static void film_script(struct making *m, const char *path)
{
    double due = 0; /* of the picture, beyond the script's time */
    struct script s;

    m->status = script_open(&s, m->app, path);
    if (m->status != EXIT_FINE)
        return;
    bool fine = true;

    while (fine && script_next(&s)) {
        double left = s.wait_ms;

        while (fine && left > due) {
            viewer_tick(&m->app->viewer, due);
            left -= due;
            fine = put_picture(m);
            due = 1000.0 / m->fps;
        }
        viewer_tick(&m->app->viewer, left);
        due -= left;
    }
    if (m->status == EXIT_FINE)
        m->status = s.status;
    script_close(&s);
}

static int make(struct making *m)
{
    const char *folder = cli_value(m->app->call, "frames"),
               *script = cli_value(m->app->call, "script");

    outputs_begin(&m->outputs);
    if (folder && !(m->folder = outputs_add_tree(&m->outputs, folder)))
        m->status = EXIT_CANT_CREATE;
    if (m->status == EXIT_FINE && m->video) {
        m->status = ffmpeg_open(&m->ffmpeg, m->video, m->app->width, m->app->height, m->fps);
        m->has_ffmpeg = m->status == EXIT_FINE;
    }
    if (m->status == EXIT_FINE && script)
        film_script(m, script);
    else if (m->status == EXIT_FINE)
        film_playing(m);
    bool stopped = outputs_stopped(&m->outputs);

    show_bar(m, true);
    if (m->has_ffmpeg) {
        int closed = ffmpeg_close(&m->ffmpeg, m->status == EXIT_FINE && !stopped);

        m->status = m->status == EXIT_FINE ? closed : m->status;
    }
    if (m->status != EXIT_FINE || stopped) {
        outputs_discard(&m->outputs);
        return m->status == EXIT_FINE ? EXIT_INPUT_OUTPUT : m->status;
    }
    return outputs_commit(&m->outputs);
}

int app_film_out(struct app *app)
{
    struct making m = {.app = app, .video = cli_value(app->call, "video")};
    int status = read_options(&m);

    m.bar = say_colour(stderr);
    return status == EXIT_FINE ? make(&m) : status;
}
