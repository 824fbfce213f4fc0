/*
 * compare.h - two runs side by side: the one before and the one with a change, from the first record
 * that differs.
 *
 * The two recordings are compared record by record, as `smtplab diff` does it; what came first, why it
 * differs, and what followed on either side is shown as two ladders.
 *
 *     compare_find(&runs, memory, before, after);    once, when the second run is there
 *     compare_draw(ui, &runs, &moment_before, r);    each frame; ui->moment is the run with the change
 *
 * Owner   texts live in the memory given; recordings are borrowed.
 * Errors  none: that nothing differs is a result.
 */
#ifndef RENDER_PANELS_COMPARE_H
#define RENDER_PANELS_COMPARE_H

#include "render/widgets/ui.h"

enum { COMPARE_BEFORE, COMPARE_AFTER, COMPARE_SIDES };

struct compare_side {
    const struct recording *recording;
    uint32_t differs; /* its first record that differs; RECORDING_NONE: it has no more records */
    uint32_t mail;    /* the first message that fares otherwise, or RECORDING_NONE */
    uint32_t conn;    /* the connection in which it does, or RECORDING_NONE */
    uint32_t shown;   /* the first record of that message that differs, or RECORDING_NONE */
};

struct compare_runs {
    bool same; /* nothing differs */
    struct compare_side sides[COMPARE_SIDES];
    /* What differs first for somebody who watches, in a sentence; may be empty. */
    struct text first;
    struct text cause; /* what led there, in a sentence; may be empty */
};

void compare_find(struct compare_runs *runs, struct memory *m, const struct recording *before,
                  const struct recording *after);
void compare_draw(struct ui *ui, const struct compare_runs *runs, const struct moment *before,
                  struct rect r);

#endif
