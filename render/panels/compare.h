/*
 * compare.h - two runs side by side: the one before and the one with a change, from the first record
 * that differs.
 *
 * The two recordings are compared record by record, as `smtplab diff` does it, and then the ladders of
 * the first message that fares otherwise, row by row: rows that correspond stand on one line, whether
 * they say the same, the same at another time, or something else.  What repeats itself is one line
 * until it is unfolded; the change is a line of its own.
 *
 *     compare_find(&runs, memory, before, after);    once, when the second run is there
 *     compare_draw(ui, &runs, r);                    each frame
 *     compare_choose(), compare_unfold()             as one clicks
 *
 * choice.ladder_scroll is how far both sides are moved, in points from the first line on; negative: to
 * where they part.
 *
 * Index   rows as in the side's ladder, records as in its recording; RECORDING_NONE: none.
 * Owner   everything lives in the memory given; recordings are borrowed.
 * Errors  none: that nothing differs is a result.
 */
#ifndef RENDER_PANELS_COMPARE_H
#define RENDER_PANELS_COMPARE_H

#include "render/panels/ladder_rows.h"
#include "render/widgets/ui.h"

enum { COMPARE_BEFORE, COMPARE_AFTER, COMPARE_SIDES };
enum { COMPARE_FATES = 4 };

struct compare_side {
    const struct recording *recording;
    uint32_t differs; /* its first record that differs; RECORDING_NONE: it has no more records */
    uint32_t mail;    /* the first message that fares otherwise, or RECORDING_NONE */
    uint32_t conn;    /* the connection in which it does, or RECORDING_NONE */
    uint32_t shown;   /* the first record of that message that differs, or RECORDING_NONE */
    struct ladder ladder; /* of that message, all of it */
};

enum compare_is {
    COMPARE_SAME,
    COMPARE_LATER, /* or earlier: they say the same, at another time */
    COMPARE_OTHER, /* they are about the same and say something else */
    COMPARE_ALONE, /* no counterpart: what is on the other side only happened meanwhile */
    COMPARE_FOLD,  /* rows that are the same on both sides */
    COMPARE_CAUSE  /* the change: of the run with the change */
};

/* On each side a row, or a fold of rows: [rows, last].  `times`: how often what stands above them
 * comes again in these; 0: it is one row. */
struct compare_line {
    uint32_t rows[COMPARE_SIDES], last[COMPARE_SIDES], times[COMPARE_SIDES];
    uint8_t is; /* enum compare_is */
};

/* What became of a recipient on either side: mail.ended, or RECORDING_NONE. */
struct compare_fate {
    uint32_t records[COMPARE_SIDES];
};

struct compare_runs {
    struct memory *memory;
    bool same; /* nothing differs */
    struct compare_side sides[COMPARE_SIDES];
    uint32_t *twins; /* by message of the run with the change: the same before it, or NONE */
    struct compare_line *lines;
    uint32_t line_count, line_capacity;
    uint32_t first; /* the first line that differs, or RECORDING_NONE */
    struct compare_fate fates[COMPARE_FATES];
    uint32_t fate_count, fates_more; /* shown; others that have another end */
    /* What differs first for somebody who watches, in a sentence; may be empty. */
    struct text words;
    struct text cause;  /* what led there, in a sentence; may be empty */
    struct text change; /* the same for its line; empty: there is no line */
    uint32_t chosen;    /* line; RECORDING_NONE: none */
    int chosen_side;    /* enum: COMPARE_BEFORE, COMPARE_AFTER */
    uint32_t page;      /* lines that fit, as they were last drawn */
    double line_height; /* points */
};

void compare_find(struct compare_runs *runs, struct memory *m, const struct recording *before,
                  const struct recording *after);
void compare_draw(struct ui *ui, struct compare_runs *runs, struct rect r);

/* Chooses that line on that side; `scroll` follows.  False: there is no such line. */
bool compare_choose(struct compare_runs *runs, uint32_t line, int side, double *scroll);
/* The rows of the chosen fold, one a line.  False: it is none. */
bool compare_unfold(struct compare_runs *runs);
bool compare_is_fold(const struct compare_line *line);
/* The side that the chosen line is chosen on: the other, if there is nothing on the wanted one. */
int compare_side_of(const struct compare_runs *runs);
/* The record of the chosen line on that side, or RECORDING_NONE. */
uint32_t compare_record(const struct compare_runs *runs);

#endif
