/*
 * html.h - one page that tells a run: messages, outcomes, the dialogue of each connection, custody.
 *
 * Self-contained: no script, nothing fetched; light and dark; made to be printed.
 *
 * Owner   the caller.  Limits  as for the story: the first messages and connections are shown, the
 *         rest is counted.
 * Errors  none here: whoever owns the output knows whether it could be written (output.h).
 */
#ifndef SIM_EXPORT_HTML_H
#define SIM_EXPORT_HTML_H

#include "sim/export/output.h"
#include "sim/kernel/memory.h"
#include "sim/replay/frame.h"
#include "sim/trace/trace.h"

#define HTML_LAYERS                                                                                \
    (1U << TRACE_LAYER_CORE | 1U << TRACE_LAYER_SMTP | 1U << TRACE_LAYER_DNS |                     \
     1U << TRACE_LAYER_TCP)

struct html;

struct html *html_begin(struct memory *m, const struct replay_header *header);
struct trace_sink html_sink(struct html *h);
/* Writes the page and releases `h`.  `footer` NULL: the trace has none. */
void html_end(struct html *h, const struct replay_footer *footer, struct export_output output);

#endif
