/*
 * diff.c - `smtplab diff A B`: the first thing that differs, its cause, and what followed.
 */
#include <stdio.h>
#include <string.h>

#include "sim/cli/command.h"
#include "sim/shell/trace_file.h"
#include "sim/replay/compare.h"

static int load(struct trace_file *f, const char *path, struct replay_trace *trace)
{
    int status = trace_file_open(f, path);

    if (status != EXIT_FINE)
        return status;
    replay_load(&f->reader, &f->memory, trace);
    return trace_file_status(f);
}

static int compare(struct trace_file *a, const struct replay_trace *trace_a, struct trace_file *b,
                   const struct replay_trace *trace_b)
{
    struct buffer report;

    buffer_init(&report, &a->memory);
    bool same = replay_compare(trace_a, text_of(a->path), trace_b, text_of(b->path), &report);

    fwrite(report.at ? report.at : "", 1, report.size, stdout);
    buffer_free(&report);
    return same ? EXIT_FINE : EXIT_EXPECTATION;
}

static int run(const struct cli_call *call)
{
    struct trace_file a, b;
    struct replay_trace trace_a, trace_b;

    if (strcmp(call->operands[0], "-") == 0 && strcmp(call->operands[1], "-") == 0)
        return cli_usage(call, "only one of the two can be standard input");
    int status_a = load(&a, call->operands[0], &trace_a);
    int status_b = load(&b, call->operands[1], &trace_b);
    int status = status_a != EXIT_FINE ? status_a : status_b;

    if (status == EXIT_FINE)
        status = compare(&a, &trace_a, &b, &trace_b);
    trace_file_close(&a);
    trace_file_close(&b);
    return status;
}

const struct cli_command cli_diff = {
    .name = "diff",
    .operands = "A B",
    .least = 2,
    .most = 2,
    .summary = "two traces: the first thing that differs, its cause, and what "
               "followed",
    .about = "The exit status is 0 if they say the same, 1 if they differ.",
    .run = run,
};
