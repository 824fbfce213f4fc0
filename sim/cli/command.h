/*
 * command.h - the subcommands of smtplab: each is one row (shell/options.h) in the file of its name,
 * which holds its row and its run function, nothing about parsing.
 *
 * Owner   constant data.
 * Errors  exit statuses (shell/options.h), after saying why on stderr.
 */
#ifndef SIM_CLI_COMMAND_H
#define SIM_CLI_COMMAND_H

#include "sim/shell/options.h"

/* Finds the subcommand, parses, runs; returns the exit status. */
int cli_main(int argc, char **argv);

extern const struct cli_command cli_run, cli_check, cli_list, cli_new, cli_export, cli_diff,
    cli_explain, cli_version, cli_view;

#endif
