/*
 * diagram.h - a Mermaid sequence diagram: who said what to whom, in order.
 *
 * One participant for each host that takes part; an arrow for each DNS question and answer, SMTP
 * command and reply, drawn when it is read; notes where responsibility moves and where mail ends.
 *
 * Owner   the caller; texts are copied.  Limits  after `arrows_max` arrows the rest is counted in a
 *         last note, since Mermaid refuses long diagrams.
 * Errors  none here: whoever owns the output knows whether it could be written (output.h).
 */
#ifndef SIM_EXPORT_DIAGRAM_H
#define SIM_EXPORT_DIAGRAM_H

#include "sim/export/output.h"
#include "sim/kernel/memory.h"
#include "sim/replay/frame.h"
#include "sim/trace/trace.h"

enum { DIAGRAM_ARROWS_MAX = 300 }; /* about 40,000 of the 50,000 characters that Mermaid takes */

#define DIAGRAM_LAYERS (1U << TRACE_LAYER_CORE | 1U << TRACE_LAYER_SMTP | 1U << TRACE_LAYER_DNS)

struct diagram;

struct diagram *diagram_begin(struct memory *m, struct export_output output,
                              const struct replay_header *header);
struct trace_sink diagram_sink(struct diagram *d);
/* Writes what is left and releases `d`. */
void diagram_end(struct diagram *d);

#endif
