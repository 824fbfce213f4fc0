/*
 * load.c - a scenario from the command line into memory.
 */
#include "sim/shell/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/shell/memory.h"

/* The --set options in the order typed; a later one wins. */
static int read_settings(struct memory *m, const struct cli_call *call,
                         struct scenario_options *options)
{
    struct scenario_setting *settings = memory_take_clear(m, sizeof *settings * CLI_VALUES_MAX);

    for (int i = 0; i < call->value_count; i++) {
        const char *typed = call->values[i].text;

        if (strcmp(call->values[i].option->name, "set") != 0)
            continue;
        const char *equals = strchr(typed, '=');

        if (!equals || (typed[0] != '/' && equals != typed))
            return cli_usage(call, "--set wants /json/pointer=VALUE, not '%s'", typed);
        settings[options->setting_count++] = (struct scenario_setting){
            .pointer = text_from(typed, (size_t)(equals - typed)),
            .value = text_of(equals + 1),
        };
    }
    options->settings = settings;
    return EXIT_FINE;
}

int load_options(struct memory *m, const struct cli_call *call, struct scenario_options *options)
{
    const char *seed = cli_value(call, "seed");

    *options = (struct scenario_options){.seed = -1};
    if (seed && !text_to_int(text_of(seed), &options->seed))
        return cli_usage(call, "--seed wants a whole number, not '%s'", seed);
    return read_settings(m, call, options);
}

static bool read_scenario(struct loaded *l)
{
    struct buffer told;

    buffer_init(&told, &l->memory);
    bool fine = lab_scenario_read(&l->scenario, &l->memory, l->input.octets, text_of(l->path),
                                  &l->options, &told);

    fwrite(told.at ? told.at : "", 1, told.size, stderr);
    buffer_free(&told);
    return fine;
}

int load_scenario(struct loaded *l, const struct cli_call *call, const char *typed)
{
    *l = (struct loaded){.path = NULL};
    memory_init(&l->memory, 0);
    l->memory.exhausted = cli_exhausted;
    int status = load_options(&l->memory, call, &l->options);

    if (status != EXIT_FINE)
        return status;
    l->path = input_find_scenario(typed);
    if (!l->path)
        return EXIT_NO_INPUT;
    status = input_open(&l->input, l->path);
    if (status != EXIT_FINE)
        return status;
    l->read = true;
    return read_scenario(l) ? EXIT_FINE : EXIT_BAD_INPUT;
}

bool load_built(struct loaded *l)
{
    struct buffer told;

    buffer_init(&told, &l->memory);
    bool built = lab_scenario_built(&l->scenario, text_of(l->path), &told);

    fwrite(told.at ? told.at : "", 1, told.size, stderr);
    buffer_free(&told);
    return built;
}

void load_end(struct loaded *l)
{
    if (l->read)
        lab_scenario_end(&l->scenario);
    input_close(&l->input);
    free(l->path);
    memory_end(&l->memory);
}
