/*
 * version.c - `smtplab version`: what this program is, for people and for programs.
 */
#include "sim/version.h"

#include <stdio.h>

#include "sim/cli/command.h"
#include "sim/replay/frame.h"
#include "sim/trace/trace.h"

static int run(const struct cli_call *call)
{
    if (!cli_given(call, "json")) {
        printf("smtplab %s\n", SMTPLAB_VERSION);
        return EXIT_FINE;
    }
    printf("{\"name\":\"smtplab\",\"version\":\"%s\",\"scenario_format\":1,\"trace_format\":%d,"
           "\"layers\":[",
           SMTPLAB_VERSION, REPLAY_FORMAT);
    for (int l = 0; l < TRACE_LAYER_COUNT; l++)
        printf("%s\"%s\"", l ? "," : "", trace_layer_info((enum trace_layer)l)->name);
    printf("]}\n");
    return EXIT_FINE;
}

static const struct cli_option options[] = {
    {.name = "json", .help = "as one line of JSON, with the formats that it reads and writes"},
};

const struct cli_command cli_version = {
    .name = "version",
    .operands = "",
    .summary = "the version of this program and of its formats",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
