/*
 * script.c - the lines of a script.
 */
#include "render/app/script.h"

#include <stdio.h>

int script_open(struct script *s, struct app *app, const char *path)
{
    *s = (struct script){.app = app, .path = path};
    s->status = input_open(&s->input, path);
    s->left = s->input.octets;
    return s->status;
}

void script_close(struct script *s)
{
    input_close(&s->input);
}

static bool wrong(struct script *s, const char *why, struct text word)
{
    fprintf(stderr, "%s:%d: error: %s \"%.*s\"\n", s->path, s->line, why, TEXT_ARG(word));
    s->status = EXIT_BAD_INPUT;
    return false;
}

static struct text cut_word(struct text *rest)
{
    size_t end = text_find(*rest, ' ');
    struct text word = text_from(rest->at, end);

    *rest = text_trim(text_after(*rest, end));
    return word;
}

static bool read_number(struct text t, int64_t *number)
{
    bool minus = t.size > 0 && t.at[0] == '-';

    if (!text_to_int(minus ? text_after(t, 1) : t, number))
        return false;
    *number = minus ? -*number : *number;
    return true;
}

/* Two numbers: a place. */
static bool read_point(struct text rest, double *x, double *y)
{
    struct text first = cut_word(&rest);
    int64_t px, py;

    if (!read_number(first, &px) || !read_number(rest, &py))
        return false;
    *x = (double)px;
    *y = (double)py;
    return true;
}

static bool point_line(struct script *s, struct text word, struct text rest, bool *known)
{
    struct viewer *v = &s->app->viewer;
    double x, y;
    bool click = text_equal(word, TEXT("click")), press = text_equal(word, TEXT("press")),
         move = text_equal(word, TEXT("move")), release = text_equal(word, TEXT("release"));

    *known = click || press || move || release;
    if (!*known)
        return true;
    if (!read_point(rest, &x, &y))
        return wrong(s, "no place", rest);
    viewer_frame(v); /* a hand aims at what it sees */
    if (click || press)
        viewer_press(v, x, y);
    if (move)
        viewer_move(v, x, y);
    if (click || release)
        viewer_release(v, x, y);
    return true;
}

static bool size_line(struct script *s, struct text rest)
{
    int width, height;

    if (!app_size(rest, &width, &height))
        return wrong(s, "no size", rest);
    canvas_resize(s->app->canvas, width, height);
    viewer_fit(&s->app->viewer);
    return true;
}

static bool number_line(struct script *s, struct text word, struct text rest)
{
    int64_t number;

    if (!read_number(rest, &number))
        return wrong(s, "no number", rest);
    if (text_equal(word, TEXT("wheel")))
        viewer_wheel(&s->app->viewer, (double)number, false);
    else
        s->wait_ms = (double)number;
    return true;
}

static bool action_line(struct script *s, struct text word, struct text rest)
{
    struct viewer *v = &s->app->viewer;
    enum act act = act_find(word);

    if (act == ACT_COUNT || act == ACT_NONE)
        return wrong(s, "no action", word);
    if (act == ACT_PICTURE)
        viewer_frame(v);
    if (viewer_do_words(v, word, rest) || viewer_said(v).size == 0)
        return true;
    fprintf(stderr, "%s:%d: error: %.*s\n", s->path, s->line, TEXT_ARG(viewer_said(v)));
    s->status = act == ACT_PICTURE || act == ACT_SAVE ? s->app->wrote : EXIT_BAD_INPUT;
    if (s->status == EXIT_FINE) /* it did not come to writing */
        s->status = EXIT_BAD_INPUT;
    return false;
}

bool script_next(struct script *s)
{
    struct viewer *v = &s->app->viewer;
    bool known;

    s->wait_ms = 0;
    if (s->left.size == 0 || v->quit)
        return false;
    size_t end = text_find(s->left, '\n');
    struct text rest = text_trim(text_from(s->left.at, end));

    s->left = text_after(s->left, end + 1);
    s->line++;
    if (rest.size == 0 || rest.at[0] == '#')
        return true;
    struct text word = cut_word(&rest);

    if (text_equal(word, TEXT("key"))) {
        viewer_key(v, rest);
        return true;
    }
    if (text_equal(word, TEXT("type"))) {
        viewer_type(v, rest);
        return true;
    }
    if (text_equal(word, TEXT("wait")) || text_equal(word, TEXT("wheel")))
        return number_line(s, word, rest);
    if (text_equal(word, TEXT("size")))
        return size_line(s, rest);
    bool fine = point_line(s, word, rest, &known);

    return known ? fine : action_line(s, word, rest);
}

/* ---- without a display ----------------------------------------------------------------------- */

enum { TICK_MS = 16 };

int app_play_script(struct app *app, const char *path)
{
    struct script s;
    int status = script_open(&s, app, path);

    while (status == EXIT_FINE && script_next(&s))
        while (s.wait_ms > 0) {
            viewer_tick(&app->viewer, s.wait_ms < TICK_MS ? s.wait_ms : TICK_MS);
            s.wait_ms -= TICK_MS;
        }
    if (status == EXIT_FINE) {
        status = s.status;
        script_close(&s);
    }
    return status;
}
