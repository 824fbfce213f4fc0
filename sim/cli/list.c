/*
 * list.c - `smtplab list`: the bundled scenarios, each with its title, and whether it can be run.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sim/cli/command.h"
#include "sim/cli/input.h"
#include "sim/cli/memory.h"
#include "sim/cli/say.h"
#include "sim/json/read.h"
#include "sim/kernel/memory.h"
#include "sim/scenario/scenario.h"

/* The top-level "title" of a scenario, which may be broken: then what was found so far. */
static void print_title(struct memory *m, struct text octets)
{
    struct json_reader r;

    json_reader_init(&r, m, JSON_UTF8);
    json_reader_open(&r, octets);
    if (json_read(&r) == JSON_OBJECT_BEGIN)
        while (json_read(&r) == JSON_KEY) {
            bool title = text_equal(r.string, TEXT("title"));

            if (title && json_read(&r) == JSON_STRING)
                printf("%.*s", TEXT_ARG(r.string));
            if (title || !json_read_skip(&r))
                break;
        }
    json_reader_free(&r);
}

/* Behind the title: why it cannot be run, if so. */
static void print_unbuilt(struct memory *m, struct text octets)
{
    struct scenario s;
    struct scenario_mistake first;

    if (scenario_read(&s, m, octets, TEXT(""), NULL) && scenario_first_unbuilt(&s, &first))
        printf(" (%.*s)", TEXT_ARG(first.what));
    scenario_free(&s);
}

static int print_scenario(struct memory *m, const char *folder, const char *name)
{
    char *path = cli_format("%s/%s.json", folder, name);
    struct input in;
    int status = input_open(&in, path);

    free(path);
    if (status != EXIT_FINE)
        return status;
    printf("%-24s ", name);
    print_title(m, in.octets);
    print_unbuilt(m, in.octets);
    putchar('\n');
    input_close(&in);
    return EXIT_FINE;
}

static int run(const struct cli_call *call)
{
    char *folder = input_scenario_folder();
    struct memory memory;
    int status = EXIT_FINE;

    if (!folder) {
        say_error("the bundled scenarios are not beside this program; SMTPLAB_SCENARIOS can name "
                  "their folder");
        return EXIT_NO_INPUT;
    }
    if (cli_given(call, "folder")) {
        printf("%s\n", folder);
        free(folder);
        return EXIT_FINE;
    }
    char **names = input_scenario_names(folder);

    memory_init(&memory, 0);
    for (char **name = names; *name && status == EXIT_FINE; name++)
        status = print_scenario(&memory, folder, *name);
    memory_end(&memory);
    input_free_names(names);
    free(folder);
    return status;
}

static const struct cli_option options[] = {
    {.name = "folder", .help = "print only the folder in which they are"},
};

const struct cli_command cli_list = {
    .name = "list",
    .operands = "",
    .summary = "the bundled scenarios",
    .about = "Each can be run by its name alone: smtplab run first-letter.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
