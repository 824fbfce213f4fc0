/*
 * lab_scenario.h - from a scenario's text to one that a lab can open, or to its mistakes in words.
 *
 * The second leaf of the front door: who drives labs (the command line, a window, a browser) has the
 * text of a scenario and perhaps settings to lay over it, and wants a lab or a reason.
 *
 * Owner   the text and the settings are borrowed as long as the scenario; lab_scenario_read() pairs
 *         with lab_scenario_end(), whatever it returned.
 * Errors  mistakes and warnings, each a line "file:line:column: error: what (at /place); advice", are
 *         appended to `told`.
 */
#ifndef SIM_LAB_SCENARIO_H
#define SIM_LAB_SCENARIO_H

#include <stdbool.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/scenario/scenario.h"

/* False: it cannot be used.  `options` may be NULL, `file` is what mistakes name. */
bool lab_scenario_read(struct scenario *s, struct memory *m, struct text octets, struct text file,
                       const struct scenario_options *options, struct buffer *told);
void lab_scenario_end(struct scenario *s);
/* Without mistakes, but is everything built that it asks for? */
bool lab_scenario_built(const struct scenario *s, struct text file, struct buffer *told);
/* The text with one more entry, JSON, behind those of its timeline; all else stays as somebody wrote it.
 * False: the text is no scenario. */
bool lab_scenario_add_entry(struct memory *m, struct text octets, struct text entry,
                            struct buffer *out);
/* The text without its lesson's questions; all else stays as somebody wrote it.  Their answers are about
 * that very run, and would be wrong in one that was changed.  False: the text is no scenario. */
bool lab_scenario_drop_prompts(struct memory *m, struct text octets, struct buffer *out);
/* What was typed to change a scenario, "--seed 7 --set /title=T"; nothing if nothing was. */
void lab_scenario_put_options(const struct scenario_options *options, struct buffer *out);
/* With everything implied written out: what a trace's header holds (compact), what people read. */
void lab_scenario_print(const struct scenario *s, bool pretty, struct buffer *out);

#endif
