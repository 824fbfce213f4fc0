/*
 * layers.h - sets of trace layers, as they are typed: "core,smtp,dns".
 *
 * Owner   as each function says.
 * Errors  an exit status, after saying why on stderr.
 */
#ifndef SIM_CLI_LAYERS_H
#define SIM_CLI_LAYERS_H

#include <stdint.h>

#include "sim/cli/command.h"

/* EXIT_FINE, or EXIT_USAGE after saying why.  "all" is every layer. */
int layers_read(const struct cli_call *call, const char *typed, uint32_t *layers);
/* The names of a set, separated by commas; freed by the caller. */
char *layers_names(uint32_t layers);

#endif
