/*
 * story.h - what `run` prints: what became of every message, told so that it can be read aloud.
 *
 * Each message, each recipient, each hop with its time and address, what the MX look-up said, which
 * 250 moved the responsibility, the outcome and why.  From records only.
 *
 * Units   text of at most about 96 columns.
 * Owner   the caller; header (borrowed) and memory must outlive the story.  Of many messages the first few
 *         are told and the rest are counted, so memory stays bounded.
 * Errors  none here: whoever owns the output knows whether it could be written (output.h).
 */
#ifndef SIM_EXPORT_STORY_H
#define SIM_EXPORT_STORY_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/export/output.h"
#include "sim/kernel/memory.h"
#include "sim/replay/frame.h"
#include "sim/trace/trace.h"

enum { STORY_TOLD = 12 };

/* Needed for the whole story; what a trace lacks of them is left out of it. */
#define STORY_LAYERS                                                                               \
    (1U << TRACE_LAYER_CORE | 1U << TRACE_LAYER_SMTP | 1U << TRACE_LAYER_DNS |                     \
     1U << TRACE_LAYER_TCP)

struct story_options {
    bool colour; /* ANSI escape sequences */
    bool brief;  /* outcomes only, without the hops */
    size_t told; /* messages told in full; 0: STORY_TOLD */
};

struct story;

struct story *story_begin(struct memory *m, const struct replay_header *header,
                          const struct story_options *options);
struct trace_sink story_sink(struct story *s);
/* Tells it and releases `s`.  `footer` NULL: the trace has none. */
void story_end(struct story *s, const struct replay_footer *footer, struct export_output output);

#endif
