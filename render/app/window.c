/*
 * window.c - SDL: a window with one texture, and its events.
 *
 * Of buttons, keys and text one event is handled, then a picture is drawn, then comes the next: what a
 * click hits is what was on screen.  The pointer's motions before it are taken together.  While nothing
 * plays the program sleeps until an event comes.
 */
#include "render/app/app.h"

#include <SDL2/SDL.h>
#include <stdlib.h>
#include <string.h>

#include "render/app/keys.h"
#include "render/app/script.h"
#include "sim/shell/say.h"

enum {
    FRAME_MS = 16,    /* where the display does not say when it is ready */
    LONGEST_MS = 100, /* a frame that took longer does not make the film jump */
    FOLLOW_MS = 200   /* how often a growing trace is looked at */
};

struct window {
    struct app *app;
    SDL_Window *window;
    SDL_Renderer *renderer;
    SDL_Texture *texture;
    SDL_Cursor *arrow, *hand;
    bool vsync, dirty, pointing;
    bool closing;   /* its X was clicked: what comes then is no signal */
    bool repeats;   /* the key that went down last is held */
    uint32_t shown; /* ticks of the last picture */
    uint32_t woken; /* of the last look at the clock, asleep or not */
    struct script script;
    bool scripted;
};

static int no_window(const char *what)
{
    say_error("%s: %s; --png and --video need no display", what, SDL_GetError());
    return EXIT_NO_INPUT;
}

/* ---- the picture ----------------------------------------------------------------------------- */

/* Pixels of the window, which are more than its points on a dense display. */
static void fit(struct window *w)
{
    int width, height;

    if (SDL_GetRendererOutputSize(w->renderer, &width, &height) != 0 || width < 1 || height < 1)
        return;
    if (w->texture)
        SDL_DestroyTexture(w->texture);
    w->texture = SDL_CreateTexture(w->renderer, SDL_PIXELFORMAT_ARGB8888,
                                   SDL_TEXTUREACCESS_STREAMING, width, height);
    canvas_resize(w->app->canvas, width, height);
    viewer_fit(&w->app->viewer);
    w->dirty = true;
}

/* A hand over what can be clicked. */
static void show_cursor(struct window *w)
{
    bool points = viewer_points(&w->app->viewer);

    if (points == w->pointing)
        return;
    w->pointing = points;
    SDL_SetCursor(points ? w->hand : w->arrow);
}

static void draw(struct window *w)
{
    int width, height, stride;

    viewer_frame(&w->app->viewer);
    const uint32_t *pixels = canvas_pixels(w->app->canvas, &width, &height, &stride);

    if (w->texture) {
        SDL_UpdateTexture(w->texture, NULL, pixels, stride);
        SDL_RenderCopy(w->renderer, w->texture, NULL, NULL);
    }
    SDL_RenderPresent(w->renderer);
    w->dirty = false;
    show_cursor(w);
}

/* The program's own sign: an envelope on blue. */
static void set_icon(struct window *w)
{
    char why[100];
    int width, height, stride;
    struct canvas *c = canvas_open(64, 64, w->app->icons, why, sizeof why);

    if (!c)
        return;
    canvas_scale(c, 1, 1);
    canvas_begin(c);
    canvas_fill(c, (struct rect){0, 0, 64, 64}, 14, COLOUR_MAIL);
    canvas_icon(c, ICON_ENVELOPE, (struct rect){8, 8, 48, 48}, COLOUR_ON_STRONG);
    uint32_t *pixels = (uint32_t *)(uintptr_t)canvas_pixels(c, &width, &height, &stride);
    SDL_Surface *icon = SDL_CreateRGBSurfaceWithFormatFrom(pixels, width, height, 32, stride,
                                                           SDL_PIXELFORMAT_ARGB8888);

    if (icon) {
        SDL_SetWindowIcon(w->window, icon);
        SDL_FreeSurface(icon);
    }
    canvas_close(c);
}

static bool full(struct app *app)
{
    struct window *w = app->window;
    bool is = SDL_GetWindowFlags(w->window) & SDL_WINDOW_FULLSCREEN_DESKTOP;

    return SDL_SetWindowFullscreen(w->window, is ? 0 : SDL_WINDOW_FULLSCREEN_DESKTOP) == 0;
}

/* ---- events ---------------------------------------------------------------------------------- */

/* From the window's points to the picture's pixels. */
static void to_pixels(const struct window *w, int x, int y, double *px, double *py)
{
    int wide, high, width, height;

    SDL_GetWindowSize(w->window, &wide, &high);
    SDL_GetRendererOutputSize(w->renderer, &width, &height);
    *px = (double)x * width / (wide > 0 ? wide : 1);
    *py = (double)y * height / (high > 0 ? high : 1);
}

static void pointer(struct window *w, const SDL_Event *e)
{
    struct viewer *v = &w->app->viewer;
    double x, y;

    if (e->type == SDL_MOUSEMOTION) {
        to_pixels(w, e->motion.x, e->motion.y, &x, &y);
        viewer_move(v, x, y);
    } else if (e->button.button == SDL_BUTTON_LEFT) {
        to_pixels(w, e->button.x, e->button.y, &x, &y);
        if (e->type == SDL_MOUSEBUTTONDOWN)
            viewer_press(v, x, y);
        else
            viewer_release(v, x, y);
    }
}

static void window_event(struct window *w, const SDL_WindowEvent *e)
{
    if (e->event == SDL_WINDOWEVENT_SIZE_CHANGED)
        fit(w);
    else if (e->event == SDL_WINDOWEVENT_LEAVE)
        viewer_leave(&w->app->viewer);
    else if (e->event == SDL_WINDOWEVENT_CLOSE) {
        w->closing = true;
        viewer_close(&w->app->viewer);
    }
}

/* The X of the window may be asked about; a signal is not. */
static void quit(struct window *w)
{
    if (!w->closing)
        w->app->viewer.quit = true;
    w->closing = false;
}

static void key(struct window *w, const SDL_KeyboardEvent *e)
{
    char name[32];

    if (key_name(e->keysym.sym, e->keysym.mod, name, sizeof name))
        viewer_key(&w->app->viewer, text_of(name));
}

/* True: it was a button, a key or text, after which a picture is drawn. */
static bool handle(struct window *w, const SDL_Event *e)
{
    struct viewer *v = &w->app->viewer;

    w->dirty = true;
    w->repeats = e->type == SDL_KEYDOWN     ? e->key.repeat
                 : e->type == SDL_TEXTINPUT ? w->repeats /* comes with its key */
                                            : false;
    viewer_input_at(v, e->common.timestamp, w->repeats);
    switch (e->type) {
    case SDL_QUIT: quit(w); return true;
    case SDL_WINDOWEVENT: window_event(w, &e->window); return false;
    case SDL_MOUSEMOTION: pointer(w, e); return false;
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP: pointer(w, e); return true;
    case SDL_MOUSEWHEEL:
        viewer_wheel(v, (double)e->wheel.preciseY, SDL_GetModState() & KMOD_CTRL);
        return false;
    case SDL_KEYDOWN: key(w, &e->key); return true;
    case SDL_TEXTINPUT: viewer_type(v, text_of(e->text.text)); return true;
    case SDL_RENDER_TARGETS_RESET:
    case SDL_RENDER_DEVICE_RESET: fit(w); return false;
    default: w->dirty = false; return false;
    }
}

static void take_events(struct window *w)
{
    struct viewer *v = &w->app->viewer;
    bool sleeps = !v->ui.wish.playing && !w->dirty && !w->scripted && !viewer_busy(v);
    bool dirty = w->dirty;
    SDL_Event e;

    if (sleeps) {
        bool wakes = w->app->following || viewer_said(v).size > 0;
        bool came = wakes ? SDL_WaitEventTimeout(&e, FOLLOW_MS) : SDL_WaitEvent(&e);

        w->shown = SDL_GetTicks(); /* no time has passed for the film */
        if (!came || handle(w, &e))
            return;
        dirty = w->dirty;
    }
    while (SDL_PollEvent(&e)) {
        bool alone = handle(w, &e);

        dirty = w->dirty = w->dirty || dirty;
        if (alone)
            return;
    }
}

/* ---- time ------------------------------------------------------------------------------------ */

static void run_script(struct window *w, double ms)
{
    w->script.wait_ms -= ms;
    while (w->scripted && w->script.wait_ms <= 0) {
        double over = w->script.wait_ms;

        if (!script_next(&w->script)) {
            w->scripted = false;
            script_close(&w->script);
        } else {
            w->script.wait_ms += w->script.wait_ms > 0 ? over : 0;
        }
        w->dirty = true;
    }
}

static void let_time_pass(struct window *w)
{
    uint32_t now = SDL_GetTicks(), passed = now - w->shown;

    if (!w->vsync && passed < FRAME_MS) {
        SDL_Delay(FRAME_MS - passed);
        now = SDL_GetTicks();
        passed = now - w->shown;
    }
    w->shown = now;
    if (viewer_wait(&w->app->viewer, now - w->woken))
        w->dirty = true;
    w->woken = now;
    if (passed > LONGEST_MS)
        passed = LONGEST_MS;
    if (w->scripted)
        run_script(w, passed);
    if (viewer_tick(&w->app->viewer, passed))
        w->dirty = true;
    if (w->app->following && app_follow(w->app))
        w->dirty = true;
}

/* ---- open, loop, close ----------------------------------------------------------------------- */

static bool make_renderer(struct window *w)
{
    w->renderer = SDL_CreateRenderer(w->window, -1, SDL_RENDERER_PRESENTVSYNC);
    if (!w->renderer)
        w->renderer = SDL_CreateRenderer(w->window, -1, SDL_RENDERER_SOFTWARE);
    SDL_RendererInfo info;

    w->vsync = w->renderer && SDL_GetRendererInfo(w->renderer, &info) == 0 &&
               info.flags & SDL_RENDERER_PRESENTVSYNC;
    return w->renderer != NULL;
}

static bool set(const char *name)
{
    const char *value = getenv(name);

    return value && *value;
}

/* Where nobody could see the window, SDL opens one that nobody sees: that is not what was asked for. */
static bool start_video(void)
{
#ifdef __linux__
    if (!set("DISPLAY") && !set("WAYLAND_DISPLAY") && !set("SDL_VIDEODRIVER")) {
        SDL_SetError("neither DISPLAY nor WAYLAND_DISPLAY is set");
        return false;
    }
#endif
    if (SDL_Init(SDL_INIT_VIDEO) != 0)
        return false;
    const char *driver = SDL_GetCurrentVideoDriver();

    if (set("SDL_VIDEODRIVER") ||
        (strcmp(driver, "dummy") != 0 && strcmp(driver, "offscreen") != 0))
        return true;
    SDL_SetError("it cannot be opened");
    return false;
}

static int open_window(struct window *w)
{
    struct app *app = w->app;
    int width = app->width, height = app->height;
    SDL_Rect room;

    SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
    if (!start_video())
        return no_window("there is no display");
    /* As large as asked for; unasked, no larger than the screen has room for. */
    if (!cli_value(app->call, "size") && SDL_GetDisplayUsableBounds(0, &room) == 0) {
        width = width < room.w ? width : room.w;
        height = height < room.h ? height : room.h;
    }
    w->window = SDL_CreateWindow("smtplab", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, width,
                                 height, SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI);
    if (!w->window || !make_renderer(w))
        return no_window("cannot open a window");
    SDL_SetWindowMinimumSize(w->window, 640, 360);
    SDL_StartTextInput();
    set_icon(w);
    w->arrow = SDL_CreateSystemCursor(SDL_SYSTEM_CURSOR_ARROW);
    w->hand = SDL_CreateSystemCursor(SDL_SYSTEM_CURSOR_HAND);
    fit(w);
    return EXIT_FINE;
}

static void show_title(struct window *w, const struct film **titled)
{
    const struct film *film = w->app->viewer.film;
    char title[200] = "smtplab";

    if (film == *titled)
        return;
    *titled = film;
    if (film)
        snprintf(title, sizeof title, "%.*s - smtplab", TEXT_ARG(film->cast.title));
    SDL_SetWindowTitle(w->window, title);
}

int app_window(struct app *app, const char *script)
{
    struct window w = {.app = app};
    const struct film *titled = NULL;
    int status = open_window(&w);

    app->window = &w;
    app->full = full;
    if (status == EXIT_FINE && script) {
        status = script_open(&w.script, app, script);
        w.scripted = status == EXIT_FINE;
    }
    w.shown = w.woken = SDL_GetTicks();
    while (status == EXIT_FINE && !app->viewer.quit) {
        show_title(&w, &titled);
        if (w.dirty)
            draw(&w);
        take_events(&w);
        let_time_pass(&w);
    }
    SDL_FreeCursor(w.arrow);
    SDL_FreeCursor(w.hand);
    if (w.texture)
        SDL_DestroyTexture(w.texture);
    if (w.renderer)
        SDL_DestroyRenderer(w.renderer);
    if (w.window)
        SDL_DestroyWindow(w.window);
    SDL_Quit();
    return status == EXIT_FINE && script ? w.script.status : status;
}
