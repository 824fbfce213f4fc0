/*
 * compare.h - two traces: the first thing that differs, its cause, and what followed.
 *
 * Records are compared one by one, field by field, in the order in which they were written.  Where
 * the two wrote different layers, only what both wrote is compared and causes are left out (they name
 * the nearest *written* ancestor); the report says so, as it says everything else that was not
 * compared.
 *
 * Owner   the caller owns traces and buffer.  Errors  none: what differs is the result.
 */
#ifndef SIM_REPLAY_COMPARE_H
#define SIM_REPLAY_COMPARE_H

#include <stdbool.h>

#include "sim/kernel/text.h"
#include "sim/replay/load.h"

/* Appends the report, plain ASCII text; `name_a`, `name_b` are what to call the two.  True if the
 * traces say the same in every compared respect. */
bool replay_compare(const struct replay_trace *a, struct text name_a, const struct replay_trace *b,
                    struct text name_b, struct buffer *report);

#endif
