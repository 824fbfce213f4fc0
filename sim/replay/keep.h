/*
 * keep.h - copies of records that outlive the call of a sink.
 *
 * Owner   copies live as long as `memory`; none is given back alone.  Errors  none.
 */
#ifndef SIM_REPLAY_KEEP_H
#define SIM_REPLAY_KEEP_H

#include <stddef.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/trace/trace.h"

struct replay_keep {
    struct memory *memory;
    char *chunk; /* storage for what comes next */
    size_t chunk_left;
};

const struct trace_record *replay_keep_record(struct replay_keep *k,
                                              const struct trace_record *record);
struct text replay_keep_text(struct replay_keep *k, struct text from);

#endif
