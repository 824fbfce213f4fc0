/*
 * trace_file.h - a trace from the command line, opened for reading.
 *
 * Errors  told on stderr as FILE:LINE:COLUMN: error: WHAT; the result is an
 * exit status. Owner   trace_file_open() pairs with trace_file_close(),
 * whatever the first returned.
 */
#ifndef SIM_SHELL_TRACE_FILE_H
#define SIM_SHELL_TRACE_FILE_H

#include "sim/shell/input.h"
#include "sim/kernel/memory.h"
#include "sim/replay/read.h"

struct trace_file {
    const char *path;
    struct input input;
    struct memory memory;
    struct replay_digest digest;
    struct replay_reader reader;
    bool open;
};

int trace_file_open(struct trace_file *f, const char *path);
/* After the reader has ended: tells its mistake, or that the trace has no end.
 */
int trace_file_status(const struct trace_file *f);
void trace_file_close(struct trace_file *f);

#endif
