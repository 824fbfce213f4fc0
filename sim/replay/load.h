/*
 * load.h - a whole trace in memory, for whoever has to go back and forth.
 *
 * Owner   everything is copied into the memory given and lives as long as that; about as large as
 *         the file.
 * Errors  those of read.h, left in the reader.
 */
#ifndef SIM_REPLAY_LOAD_H
#define SIM_REPLAY_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/replay/frame.h"
#include "sim/replay/keep.h"
#include "sim/replay/read.h"
#include "sim/trace/trace.h"

struct replay_trace {
    struct replay_header header; /* borrowed from the reader, like the footer */
    struct replay_footer footer;
    bool has_footer, truncated;
    const struct trace_record **records;
    size_t count, capacity;
};

/* Reads all that is left of `r`.  False on an error; what was read before it is there. */
bool replay_load(struct replay_reader *r, struct memory *m, struct replay_trace *trace);
/* The record with that seq, or NULL if it was not written. */
const struct trace_record *replay_find(const struct replay_trace *trace, uint64_t seq);

#endif
