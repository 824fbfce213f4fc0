/*
 * tell_circle.h - mail that runs in a circle, told twice around and then counted.
 *
 * A host that takes what it has itself passed on twice before (by the custodies, so a duplicate is none)
 * is in a circle.  What belongs to that and later rounds is not told, but for one row.
 *
 * Owner   the view is borrowed; `b` is the caller's and is appended to.
 * Errors  none.
 */
#ifndef SIM_EXPORT_TELL_CIRCLE_H
#define SIM_EXPORT_TELL_CIRCLE_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/kernel/text.h"
#include "sim/replay/view.h"

/* Is this step one of a round that has been told? */
bool tell_circle_repeats(const struct view_mail *mail, size_t index);
/* The row, at the first of them; false, and nothing appended, at the others. */
bool tell_circle_row(struct buffer *b, const struct view_mail *mail, size_t index);

#endif
