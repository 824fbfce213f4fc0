/*
 * later.h - the subcommands that are named in the contract and not built yet (their run is NULL).
 *
 * Owner   constant data.
 * Errors  whoever calls one is told that it is not there yet.
 */
#ifndef SIM_CLI_LATER_H
#define SIM_CLI_LATER_H

#include "sim/cli/command.h"

extern const struct cli_command cli_step, cli_grade, cli_batch, cli_serve;

#endif
