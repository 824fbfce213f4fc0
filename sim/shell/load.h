/*
 * load.h - a scenario from the command line into memory: found, read, laid over with --set and --seed,
 * checked; its mistakes told.
 *
 * Errors  told on stderr; the result is an exit status (command.h).
 * Owner   load_scenario() pairs with load_end(), whatever the first returned.
 */
#ifndef SIM_SHELL_LOAD_H
#define SIM_SHELL_LOAD_H

#include <stdbool.h>

#include "sim/kernel/memory.h"
#include "sim/lab_scenario.h"
#include "sim/shell/input.h"
#include "sim/shell/options.h"

struct loaded {
    struct memory memory; /* everything below lives here */
    struct input input;
    char *path;
    struct scenario scenario;
    bool read;                       /* scenario holds something */
    struct scenario_options options; /* what --set and --seed said */
};

/* The options that change a scenario, for those subcommands that take them. */
#define LOAD_OPTIONS                                                                               \
    {.name = "seed", .value = "N", .help = "another seed than the scenario's"},                    \
    {                                                                                              \
        .name = "set", .value = "/POINTER=VALUE", .repeats = true,                                 \
        .help = "change one value of the scenario"                                                 \
    }

/* What --seed and --set say. */
int load_options(struct memory *m, const struct cli_call *call, struct scenario_options *options);
int load_scenario(struct loaded *l, const struct cli_call *call, const char *typed);
/* Can it be run by this version?  If not, says what is not built yet. */
bool load_built(struct loaded *l);
void load_end(struct loaded *l);

#endif
