/*
 * expect_tell.h - what became of the expectations, as `run` prints it: a line each, and for one that
 * failed what was wanted, what was found and the records that show it.
 *
 * Owner   `out` is the caller's and is appended to.
 * Errors  none.
 */
#ifndef SIM_GRADE_EXPECT_TELL_H
#define SIM_GRADE_EXPECT_TELL_H

#include <stdbool.h>

#include "sim/grade/expect.h"
#include "sim/kernel/text.h"

/* Nothing if there are none.  After expect_end(). */
void expect_tell(const struct expect *e, bool colour, struct buffer *out);

#endif
