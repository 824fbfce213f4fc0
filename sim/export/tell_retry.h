/*
 * tell_retry.h - a message that is tried again and again, told once.
 *
 * The first two tries are told in full; those that end as the one before did are gathered into one
 * sentence at the last of them.
 *
 * Owner   the caller's buffer.  Errors  none.
 */
#ifndef SIM_EXPORT_TELL_RETRY_H
#define SIM_EXPORT_TELL_RETRY_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/kernel/text.h"
#include "sim/replay/view.h"

/* Whether step `index` only repeats: an attempt, a choice of hosts or a deferral that went as before. */
bool tell_retry_repeats(const struct view_mail *mail, size_t index);
/* If it is the last of a row of repeated deferrals, the sentence about all of them. */
bool tell_retry_row(struct buffer *b, const struct view_mail *mail, size_t index);

#endif
