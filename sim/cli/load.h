/*
 * load.h - a scenario from the command line into memory: found, read, laid over
 * with --set and
 * --seed, checked; its mistakes told.
 *
 * Errors  told on stderr; the result is an exit status (command.h).
 * Owner   load_scenario() pairs with load_end(), whatever the first returned.
 */
#ifndef SIM_CLI_LOAD_H
#define SIM_CLI_LOAD_H

#include "sim/cli/command.h"
#include "sim/cli/input.h"
#include "sim/kernel/memory.h"
#include "sim/scenario/scenario.h"

struct loaded {
    struct memory memory; /* everything below lives here */
    struct input input;
    char *path;
    struct scenario scenario;
    bool read; /* scenario holds something */
};

/* The options that change a scenario, for those subcommands that take them. */
#define LOAD_OPTIONS                                                                               \
    {.name = "seed", .value = "N", .help = "another seed than the scenario's"},                    \
    {                                                                                              \
        .name = "set", .value = "/POINTER=VALUE", .repeats = true,                                 \
        .help = "change one value of the scenario"                                                 \
    }

int load_scenario(struct loaded *l, const struct cli_call *call, const char *typed);
void load_end(struct loaded *l);

#endif
