/*
 * trace_file.c - a trace from the command line, opened for reading.
 */
#include "sim/shell/trace_file.h"

#include <stdio.h>

#include "sim/shell/options.h"
#include "sim/shell/memory.h"
#include "sim/shell/say.h"
#include "sim/export/sha256.h"

int trace_file_open(struct trace_file *f, const char *path)
{
    *f = (struct trace_file){.path = path};
    memory_init(&f->memory, 0);
    f->memory.exhausted = cli_exhausted;
    int status = input_open(&f->input, path);

    if (status != EXIT_FINE)
        return status;
    f->digest = sha256_begin();
    f->open = true;
    if (!replay_read_open(&f->reader, &f->memory, f->input.octets, &f->digest))
        return trace_file_status(f);
    return EXIT_FINE;
}

int trace_file_status(const struct trace_file *f)
{
    const struct replay_error *e = &f->reader.error;

    if (e->line > 0) {
        fprintf(stderr, "%s:%zu:%zu: error: %s\n", f->path, e->line, e->column, e->what);
        return EXIT_BAD_INPUT;
    }
    if (f->reader.truncated)
        say_warning("%s has no footer: it was cut off, or its run never ended", f->path);
    return EXIT_FINE;
}

void trace_file_close(struct trace_file *f)
{
    if (f->open) {
        replay_read_close(&f->reader);
        sha256_end(&f->digest);
    }
    input_close(&f->input);
    memory_end(&f->memory);
}
