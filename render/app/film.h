/*
 * film.h - one run as a window needs it: all its records, who is who, steps, chapters, both clocks.
 *
 * It comes from a scenario, which is run here to its end, or from a saved trace; a trace that still
 * grows (`serve`) is fed more of its octets with film_grow().  Nothing here reads a file or a clock.
 *
 * With settings or a seed it is a changed run, which asks none of the lesson's questions.
 *
 * Owner   film_run() and film_read() give a film that film_close() takes back; it owns all it holds,
 *         the film before it too.
 *         The octets of a trace are borrowed for the call.
 * Errors  NULL, with lines "file:line:column: error: ..." appended to `told`, as `smtplab check` says
 *         them.  Warnings are told too.
 */
#ifndef RENDER_APP_FILM_H
#define RENDER_APP_FILM_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/lab_scenario.h"
#include "sim/replay/cast.h"
#include "sim/replay/frame.h"
#include "sim/replay/lesson.h"
#include "sim/replay/pace.h"
#include "sim/replay/read.h"
#include "sim/replay/recording.h"
#include "sim/replay/scene.h"
#include "sim/replay/steps.h"

enum { FILM_CLOCKS = 2 }; /* enum pace_clock */

struct film {
    struct memory memory;
    struct text file;   /* as messages name it */
    struct text source; /* the scenario's text; of a trace: its header's */
    bool normalised;    /* `source` is what the scenario became, not what somebody wrote */
    struct replay_header header;
    struct cast cast;
    struct recording recording;
    struct scenes scenes;
    struct pace paces[FILM_CLOCKS];
    struct steps steps;
    struct lesson lesson;
    struct film *before; /* the run to which something was added, or NULL; owned */
    bool saved;          /* with what was added, as a scenario */
    struct text ended;   /* why it ended before its end, in words; empty: it did not */
    char sha256[REPLAY_SHA256_HEX + 1]; /* empty: not asked for yet */
    /* ---- of a trace that is read ---- */
    bool reading;
    struct replay_reader reader;
};

struct film *film_run(struct text scenario, struct text file,
                      const struct scenario_options *options, struct buffer *told);
struct film *film_read(struct text octets, struct text file, struct buffer *told);
void film_close(struct film *f);

/* Is this the beginning of a trace, and not of a scenario? */
bool film_is_trace(struct text octets);
/* The same octets and more behind them; true if there was a whole record more.  An error ends it. */
bool film_grow(struct film *f, struct text octets, struct buffer *told);
/* The trace's own hash (of its event lines, as its footer has it), made by running once more; kept.
 * Empty: the trace has no end yet. */
const char *film_sha256(struct film *f);

#endif
