/*
 * trace_json.h - records into framed JSON or JSON lines (contract.md, "Trace"), driven by the table
 * of kinds.
 *
 *     {"smtplab_trace":1,"header":{...},"events":[     {"smtplab_trace":1,"header":{...}}
 *     {"seq":1,...},                                   {"seq":1,...}
 *     {"seq":2,...}                                    {"seq":2,...}
 *     ],"footer":{...}}                                {"footer":{...}}
 *
 * Keys stand in a fixed order; of an event's envelope those that do not apply are left out, of its
 * data none.  ASCII only: an octet from 0x80 is the code point of that number, escaped.  Integers
 * only.  The hash in the footer is over the event lines as JSON lines have them, so that both forms
 * carry the same one: `sed '1d;$d;s/,$//' trace.json | sha256sum`.
 *
 * Speed   one pass over the table, no printf; about as fast as the octets can be copied.
 * Owner   the caller; call trace_json_begin(), then the sink, then trace_json_end().
 * Errors  none here: whoever owns the output knows whether it could be written (output.h).
 */
#ifndef SIM_EXPORT_TRACE_JSON_H
#define SIM_EXPORT_TRACE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/export/output.h"
#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/replay/frame.h"
#include "sim/trace/trace.h"

enum trace_json_form { TRACE_JSON_FRAMED, TRACE_JSON_LINES };

struct trace_json;

/* Writes the header. */
struct trace_json *trace_json_begin(struct memory *m, struct export_output output,
                                    enum trace_json_form form, const struct replay_header *header);
/* Wants the kinds of the header's layers, and the custodies for the footer. */
struct trace_sink trace_json_sink(struct trace_json *w);
/* Hands everything written so far to the output (`serve` writes a growing file). */
void trace_json_flush(struct trace_json *w);
/* Writes the footer and releases `w`.  `counts` are those of the trace: every record, written or
 * not.  `end_ns` is the simulated time at the end. */
void trace_json_end(struct trace_json *w, enum replay_status status, int64_t end_ns,
                    const uint64_t counts[TRACE_KIND_COUNT]);
/* The same with the footer of a trace that was read, whose events `w` got. */
void trace_json_end_copy(struct trace_json *w, const struct replay_footer *footer);
/* Without a footer, for a trace that was read without one: truncated it stays. */
void trace_json_end_cut(struct trace_json *w);

/* One record as one line of JSON without LF: for `diff`, tests and whoever shows a record. */
void trace_json_put_record(struct buffer *b, const struct trace_record *r);

#endif
