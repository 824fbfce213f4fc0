/*
 * viewer.h - the window without a window: a film, the moment that is shown, what is chosen, and what
 * each action does to them.
 *
 * Somebody else owns the screen, the clock and the files: a program with SDL, a script, a test, one day
 * a browser.  They call in this order, as often as they like:
 *
 *     viewer_key(), viewer_press(), ...   input, one event at a time: it becomes an action
 *     viewer_do()                         carries out one action
 *     viewer_tick()                       so much time has passed on the wall
 *     viewer_frame()                      draws one picture into the canvas
 *
 * What the picture shows is a function of the film, the presentation time and the choices.  A question
 * stops time before its record; nothing goes past it until its answer is shown.
 *
 * Units   presentation time in milliseconds; input in pixels of the picture.
 * Owner   the canvas, the gallery and `outside` are borrowed; the viewer owns its films.
 * Errors  what goes wrong is told in the status line (viewer_said()) and never ends the viewer.
 */
#ifndef RENDER_APP_VIEWER_H
#define RENDER_APP_VIEWER_H

#include <stdbool.h>
#include <stdint.h>

#include "render/app/film.h"
#include "render/canvas/canvas.h"
#include "render/panels/compare.h"
#include "render/stage/map.h"
#include "render/widgets/ui.h"

/* What stands before the panels; cards and questions are the lesson's own. */
enum viewer_overlay {
    OVERLAY_NONE,
    OVERLAY_HELP,
    OVERLAY_SEARCH,
    OVERLAY_GALLERY,
    OVERLAY_WHAT_IF,
    OVERLAY_COMPARE,
    OVERLAY_UNSAVED
};

/* What only the program around it can do; any may be NULL.  Each returns whether it was done and says
 * in `said` what, or why not. */
struct viewer_outside {
    void *context;
    int64_t (*now_unix)(void *context);
    bool (*write)(void *context, struct text path, struct text octets, struct buffer *said);
    bool (*picture)(void *context, struct text path, struct buffer *said);
    bool (*full)(void *context, struct buffer *said);
    /* Another film in place of this one, by viewer_show(). */
    bool (*open)(void *context, int64_t place, struct buffer *said);
    void (*answered)(void *context); /* the answers have changed */
    void (*did)(void *context, const struct action *action, bool done); /* after each;
                                        ACT_NONE: time has stopped by itself */
};

/* Where things stand in the picture, in points. */
struct viewer_layout {
    struct rect all, panels[PANEL_COUNT], status;
};

/* The panel that room mode shows. */
enum viewer_room { ROOM_OFF, ROOM_MAP, ROOM_LADDER, ROOM_INSPECTOR, ROOM_COUNT };

enum { VIEWER_TYPED_MAX = 240, VIEWER_SAID_MAX = 400 };

struct gallery;
struct what_if;

struct viewer {
    struct memory memory;
    struct canvas *canvas;
    struct viewer_outside outside;
    struct film *film; /* in view, and those without its changes; NULL: only a gallery */
    /* The run with the change while the one before it, `film`, is looked at; or NULL. */
    struct film *aside;
    struct compare_runs compare;
    struct map map;
    struct ui
        ui; /* choice, wish, pointer; the moment is filled for each frame; its pointer is outside
                     until the hand moves: what comes up below a resting one is not lit */
    struct gallery *gallery;
    struct what_if *what_if;
    enum pace_clock clock;
    double ms;
    uint32_t glide; /* playing only up to this record; RECORDING_NONE: on and on */
    bool arrived;   /* the end was reached by playing */
    enum viewer_overlay overlay;
    enum viewer_room room;
    double overlay_scroll;
    bool quit;
    struct viewer_layout layout;
    /* ---- input ---- */
    char typed[VIEWER_TYPED_MAX]; /* in the search's or the what-if's line */
    size_t typed_size;
    struct point hand;  /* where the pointer is, moved or not */
    enum panel grabbed; /* where the pointer went down; PANEL_COUNT: nowhere */
    bool scrubbing, dragged;
    struct point grabbed_at; /* points */
    char said[VIEWER_SAID_MAX];
    size_t said_size;
    double said_ms; /* how much longer it is shown */
    char words[64]; /* the words last searched for */
    size_t words_size;
    int64_t wall_ms, turned_ms; /* of the input at hand; when a click changed what covers the story;
                                   negative: never */
    bool repeats;               /* the key at hand is one that is held down */
    uint64_t held_cover;        /* what covered the story when that key went down */
    struct action leaving;      /* what waits while one is asked about the unsaved run */
};

void viewer_init(struct viewer *v, struct canvas *canvas, const struct viewer_outside *outside);
void viewer_end(struct viewer *v);
/* Takes the film and shows it from its cards on; NULL: nothing but the gallery. */
void viewer_show(struct viewer *v, struct film *film);
/* Takes a second run, with a change: the one in view stays behind it as the one before.  One stays at
 * the record that is shown. */
void viewer_show_change(struct viewer *v, struct film *film);
/* Back to the one before; the one in view is closed.  False: there is none. */
bool viewer_drop_change(struct viewer *v);

/* The picture's size in pixels has changed, or its theme, its text, its mode. */
void viewer_fit(struct viewer *v);
/* Draws one picture. */
void viewer_frame(struct viewer *v);
/* Time has passed on the wall: true if the next picture is another one. */
bool viewer_tick(struct viewer *v, double ms);
/* So long has passed on the wall, asleep or not: true if what was told has been there long enough. */
bool viewer_wait(struct viewer *v, double ms);
/* Is there something to draw yet that is not in the picture, though nothing plays? */
bool viewer_busy(const struct viewer *v);
/* Goes there as a picture is asked for: what was asked before counts as answered. */
void viewer_at(struct viewer *v, double ms);
void viewer_at_record(struct viewer *v, uint32_t index);
/* Goes there as a hand does: no further than a question lets. */
void viewer_go_to(struct viewer *v, double ms);
/* More of a growing trace. */
void viewer_grew(struct viewer *v);

/* Carries out one action; false if it does nothing now. */
bool viewer_do(struct viewer *v, const struct action *action);
/* The same from a word and its argument, as a script has it: "seek" "2500". */
bool viewer_do_words(struct viewer *v, struct text name, struct text argument);

/* The input that follows came at that time of the wall; `repeats`: from a key that is held down.  Who says
 * nothing of it gets no double clicks and no repeats. */
void viewer_input_at(struct viewer *v, int64_t wall_ms, bool repeats);
/* "Space", "Shift+R", "Ctrl++": true if it did something. */
bool viewer_key(struct viewer *v, struct text key);
/* UTF-8 that was typed: for the line that takes it, or else each sign is a key. */
bool viewer_type(struct viewer *v, struct text text);
void viewer_press(struct viewer *v, double x, double y);
void viewer_move(struct viewer *v, double x, double y);
void viewer_release(struct viewer *v, double x, double y);
/* Is there something below the pointer that can be clicked? */
bool viewer_points(const struct viewer *v);
/* The window is to be closed: first it is asked about a run that is not saved. */
void viewer_close(struct viewer *v);
/* The pointer has left the picture. */
void viewer_leave(struct viewer *v);
/* Notches of the wheel, away from the user: positive. */
void viewer_wheel(struct viewer *v, double notches, bool zoom);

/* Tells in the status line, for as long as one needs to read it, or until the next action. */
void viewer_say(struct viewer *v, struct text words);
struct text viewer_said(const struct viewer *v);
/* The moment that is shown now. */
struct moment viewer_moment(const struct viewer *v);
const struct pace *viewer_pace(const struct viewer *v);
/* "record 17 host mail conn 2 mail alice-pc.1 paused": how things stand, for --log and tests. */
void viewer_put_state(const struct viewer *v, struct buffer *out);

#endif
