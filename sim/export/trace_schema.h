/*
 * trace_schema.h - the JSON schema (draft 2020-12) of the framed form, from the table of kinds.
 *
 * scenarios/smtplab-trace.schema.json is what this writes; a test holds the two together.
 *
 * Owner   the buffer is the caller's.  Errors  none.
 */
#ifndef SIM_EXPORT_TRACE_SCHEMA_H
#define SIM_EXPORT_TRACE_SCHEMA_H

#include "sim/kernel/text.h"

void trace_schema_put(struct buffer *b);

#endif
