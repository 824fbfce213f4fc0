/*
 * print.h - lines of text for explain.c: wrapped, indented; and kinds of records from their table.
 *
 * Units   columns.
 * Owner   everything is appended to the caller's buffer.
 * Errors  none.
 */
#ifndef SIM_EXPLAIN_PRINT_H
#define SIM_EXPLAIN_PRINT_H

#include <stddef.h>

#include "sim/kernel/text.h"
#include "sim/trace/trace.h"

enum { PRINT_WIDTH = 80 };

/* Words of `t` in lines of at most PRINT_WIDTH columns: `first` blanks before the first line, `next`
 * before the others. */
void print_wrapped(struct buffer *out, size_t first, size_t next, struct text t);
/* "a", then ", b", then ", c"; a name of several words stays on one line in print_wrapped(). */
void print_item(struct buffer *out, const char *name);
/* `t`, and blanks up to `width` columns. */
void print_padded(struct buffer *out, struct text t, size_t width);
/* Name, layer, meaning and all fields. */
void print_kind(struct buffer *out, enum trace_kind kind);

#endif
