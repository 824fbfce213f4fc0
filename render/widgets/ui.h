/*
 * ui.h - what everything that draws is given: the canvas, the moment, what is chosen, how it is wanted.
 *
 * Immediate mode: each frame the whole window is drawn from these, and nothing else is remembered.  What
 * can be clicked is a mark of the frame (canvas_hit) that names an action; the app carries it out before
 * the next frame.  So everything on screen is a function of (recording, presentation time, choices).
 *
 * Units   points; presentation time in milliseconds; alpha and parts 0 .. 1.
 * Owner   everything is borrowed for the frame; `choice` and `wish` belong to the app.
 * Errors  none: what cannot be shown is not drawn.
 */
#ifndef RENDER_WIDGETS_UI_H
#define RENDER_WIDGETS_UI_H

#include <stdbool.h>
#include <stdint.h>

#include "render/canvas/canvas.h"
#include "render/widgets/action.h"
#include "sim/replay/cast.h"
#include "sim/replay/lesson.h"
#include "sim/replay/pace.h"
#include "sim/replay/recording.h"
#include "sim/replay/scene.h"
#include "sim/replay/steps.h"

/* Panels, for marks. */
enum panel {
    PANEL_HEADLINE,
    PANEL_MAP,
    PANEL_INSPECTOR,
    PANEL_LADDER,
    PANEL_TIMELINE,
    PANEL_OVERLAY, /* cards, questions, help, gallery, what-if: above the others */
    PANEL_COUNT
};

/* The moment that is shown. */
struct moment {
    const struct cast *cast;
    const struct recording *recording;
    const struct scene *scene;
    const struct pace *pace;
    const struct steps *steps;
    const struct lesson *lesson;
    double ms;               /* presentation time */
    struct pace_place place; /* index, part, simulated time */
    uint32_t veil; /* an unanswered question: this record and all after it may not be hinted at;
                               RECORDING_NONE: none */
    bool changed;  /* something was added to the run: it can be compared with the one before */
};

enum { CHOICE_SITES = 1024 };

/* What the views look at.  RECORDING_NONE: as the story goes (steps_focus). */
struct choice {
    uint32_t host, conn, mail; /* chosen by hand */
    uint32_t record;           /* chosen on the ladder or by search: marked everywhere */
    int inspect;               /* 0: follow the story, else 1 message, 2 host, 3 session */
    int tab;                   /* part of the inspector */
    bool ladder_all;           /* the whole message across its hops */
    double ladder_scroll, inspector_scroll;
    struct point map_origin; /* panned by, points */
    double map_zoom;         /* 1: fits */
    /* Sites that were folded or unfolded by hand, that is: are the other way than the map has them. */
    uint64_t turned[CHOICE_SITES / 64];
    uint32_t card;   /* of the lesson, that is shown; its card_count or more: none */
    uint32_t prompt; /* that is asked, or whose answer is shown; RECORDING_NONE: none */
};

static inline bool choice_turned(const struct choice *choice, uint32_t site)
{
    return site < CHOICE_SITES && choice->turned[site / 64] >> site % 64 & 1;
}
static inline void choice_turn(struct choice *choice, uint32_t site)
{
    if (site < CHOICE_SITES)
        choice->turned[site / 64] ^= UINT64_C(1) << site % 64;
}

/* How it is wanted. */
struct wish {
    enum theme theme;
    double text; /* 1, 1.25, 1.5 */
    bool room;   /* room mode */
    bool still;  /* reduced motion: jump cuts */
    bool playing;
    double speed;
    bool prompts;
};

struct ui {
    struct canvas *canvas;
    struct moment moment;
    struct choice choice;
    struct wish wish;
    struct point pointer; /* in points; outside: negative */
    bool pressed;
};

/* What is in view: the chosen, else what the story is about at this moment. */
uint32_t ui_host(const struct ui *ui);
uint32_t ui_conn(const struct ui *ui);
uint32_t ui_mail(const struct ui *ui);
static inline const struct recording_line *ui_line(const struct ui *ui, uint32_t record)
{
    return &ui->moment.recording->lines[record];
}
/* May this record be shown or hinted at? */
static inline bool ui_veiled(const struct ui *ui, uint32_t index)
{
    return ui->moment.veil != RECORDING_NONE && index >= ui->moment.veil;
}
/* Has it happened by now, and may it be shown?  Not RECORDING_NONE. */
static inline bool ui_known(const struct ui *ui, uint32_t record)
{
    return record != RECORDING_NONE && ui->moment.place.index != RECORDING_NONE &&
           record <= ui->moment.place.index && !ui_veiled(ui, record);
}

/* ---- small things, the same everywhere ---- */

/* What snprintf() has written into `room` octets at `out`: `size` is what it returned. */
static inline struct text ui_printed(const char *out, int size, int room)
{
    return text_from(out, size < 0 ? 0 : (size_t)(size < room ? size : room - 1));
}
/* A button with a word, an icon, or both (ICON_COUNT: none). */
void ui_button(struct ui *ui, struct rect r, enum icon icon, const char *word, enum act act,
               int64_t argument);
/* The surface of a panel with its title; returns what is left inside.  `note` in soft text beside it. */
struct rect ui_panel(struct ui *ui, enum panel panel, struct rect r, const char *title,
                     struct text note);
/* Colours of a class of reply (code / 100). */
enum colour ui_class_ink(int64_t code); /* for text */
enum colour ui_class_fill(int64_t code);
enum colour ui_class_strong(int64_t code); /* for shapes */
/* 0 .. 1 to 0 .. 1, smooth at both ends; a step with reduced motion. */
double ui_ease(const struct ui *ui, double part);
/* A key for canvas_layer() that mixes what the panel depends on. */
uint64_t ui_mix(uint64_t key, uint64_t more);

#endif
