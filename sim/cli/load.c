/*
 * load.c - a scenario from the command line into memory.
 */
#include "sim/cli/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/memory.h"
#include "sim/cli/say.h"

/* The --set options in the order typed; a later one wins. */
static int read_settings(struct loaded *l, const struct cli_call *call,
                         struct scenario_options *options)
{
    struct scenario_setting *settings =
        memory_take_clear(&l->memory, sizeof *settings * CLI_VALUES_MAX);

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

static int read_options(struct loaded *l, const struct cli_call *call,
                        struct scenario_options *options)
{
    const char *seed = cli_value(call, "seed");

    *options = (struct scenario_options){.seed = -1};
    if (seed && !text_to_int(text_of(seed), &options->seed))
        return cli_usage(call, "--seed wants a whole number, not '%s'", seed);
    return read_settings(l, call, options);
}

static void tell_mistakes(struct loaded *l)
{
    const struct scenario_mistakes *all = &l->scenario.mistakes;
    struct buffer line;

    buffer_init(&line, &l->memory);
    for (uint32_t i = 0; i < all->count; i++)
        scenario_put_mistake(&line, text_of(l->path), &all->items[i]);
    fwrite(line.at ? line.at : "", 1, line.size, stderr);
    if (all->errors + all->warnings > all->count)
        say_note("%s: %u more mistakes are not shown", l->path,
                 (unsigned)(all->errors + all->warnings - all->count));
    buffer_free(&line);
}

int load_scenario(struct loaded *l, const struct cli_call *call, const char *typed)
{
    struct scenario_options options;

    *l = (struct loaded){.path = NULL};
    memory_init(&l->memory, 0);
    l->memory.exhausted = cli_exhausted;
    int status = read_options(l, call, &options);

    if (status != EXIT_FINE)
        return status;
    l->path = input_find_scenario(typed);
    if (!l->path)
        return EXIT_NO_INPUT;
    status = input_open(&l->input, l->path);
    if (status != EXIT_FINE)
        return status;
    l->read = true;
    bool fine =
        scenario_read(&l->scenario, &l->memory, l->input.octets, text_of(l->path), &options);

    tell_mistakes(l);
    return fine ? EXIT_FINE : EXIT_BAD_INPUT;
}

void load_end(struct loaded *l)
{
    if (l->read)
        scenario_free(&l->scenario);
    input_close(&l->input);
    free(l->path);
    memory_end(&l->memory);
}
