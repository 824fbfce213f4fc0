/*
 * prose.h - paragraphs for a terminal: wrapped, with a label before them, in colour if wanted.
 *
 * Text is UTF-8.  Control characters, which a message may hold, do not reach the terminal.
 *
 * Units   columns; a character counts as one.  Owner  the buffer is the caller's.  Errors  none.
 */
#ifndef SIM_EXPORT_PROSE_H
#define SIM_EXPORT_PROSE_H

#include <stdbool.h>

#include "sim/export/tell.h"
#include "sim/kernel/text.h"

enum { PROSE_COLUMNS = 96 };

struct prose {
    struct buffer *out;
    bool colour;
};

/* The text in bold, whole, on a line of its own. */
void prose_title(const struct prose *p, struct text text);
/* `label` right-aligned to `indent` - 2 columns, the text wrapped behind it from column `indent` on. */
void prose_line(const struct prose *p, int indent, struct text label, struct text text,
                enum tell_tone tone);
void prose_gap(const struct prose *p);

#endif
