/*
 * record.h - records as a person reads them, and what tells two of them apart; by the table.
 *
 * Owner   text is appended to the caller's buffer, printable ASCII; long texts are cut.  Errors none.
 */
#ifndef SIM_REPLAY_RECORD_H
#define SIM_REPLAY_RECORD_H

#include <stdbool.h>

#include "sim/kernel/text.h"
#include "sim/trace/trace.h"

/* "17 at 123 ms, mx.shop.example: smtp.reply, server, conn 3; code 250, enhanced 2.1.5, ..." */
void record_put(struct buffer *b, const struct trace_record *r);
/* Everything the same; the cause only if `causes`. */
bool record_equal(const struct trace_record *a, const struct trace_record *b, bool causes);
/* "code 250 and 550, enhanced 2.1.5 and 5.1.1": each part that differs.  Nothing if none does. */
void record_put_difference(struct buffer *out, const struct trace_record *a,
                           const struct trace_record *b, bool causes);

#endif
