/*
 * later.c - the subcommands that later issues build: they have their place and their name, and say
 * plainly that they are not here yet.
 */
#include "sim/cli/later.h"

const struct cli_command cli_step = {
    .name = "step",
    .operands = "SCENARIO|TRACE",
    .least = 1,
    .most = 1,
    .summary = "walk through in the terminal",
};

const struct cli_command cli_grade = {
    .name = "grade",
    .operands = "SCENARIO|TRACE",
    .least = 1,
    .most = 1,
    .summary = "points for a student's scenario",
};

const struct cli_command cli_batch = {
    .name = "batch",
    .operands = "PATH...",
    .least = 0,
    .most = -1,
    .summary = "grade many, side by side",
};

const struct cli_command cli_serve = {
    .name = "serve",
    .operands = "SCENARIO",
    .least = 1,
    .most = 1,
    .summary = "let real clients talk to a virtual server",
};
