/*
 * list.c - `smtplab list`: the bundled scenarios in the order of the course, each with its number and
 * title, and whether it can be run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/command.h"
#include "sim/kernel/memory.h"
#include "sim/lab_scenario.h"
#include "sim/shell/bundled.h"
#include "sim/shell/input.h"
#include "sim/shell/say.h"

/* Behind the title: why it cannot be run, if so. */
static int print_unbuilt(struct memory *m, const struct bundled *one)
{
    struct scenario s;
    struct scenario_mistake first;
    struct input in;
    int status = input_open(&in, one->path.at);

    if (status != EXIT_FINE)
        return status;
    if (scenario_read(&s, m, in.octets, TEXT(""), NULL) && scenario_first_unbuilt(&s, &first))
        printf(" (%.*s)", TEXT_ARG(first.what));
    scenario_free(&s);
    input_close(&in);
    return EXIT_FINE;
}

static int list(struct memory *m, const char *folder)
{
    struct bundled *all;
    uint32_t count;
    int status = bundled_list(m, folder, &all, &count);

    for (uint32_t i = 0; status == EXIT_FINE && i < count; i++) {
        printf("%-24.*s ", TEXT_ARG(all[i].name));
        if (all[i].number > 0)
            printf("%2d  ", (int)all[i].number);
        else
            printf("    ");
        printf("%.*s", TEXT_ARG(all[i].title));
        status = print_unbuilt(m, &all[i]);
        putchar('\n');
    }
    return status;
}

static int run(const struct cli_call *call)
{
    char *folder = input_scenario_folder();
    struct memory memory;

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
    memory_init(&memory, 0);
    int status = list(&memory, folder);

    memory_end(&memory);
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
    .about = "First the course in its order, with numbers, then the others.\n"
             "Each can be run by its name alone, and a lesson by its number:\n"
             "smtplab run first-letter, smtplab run 1.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
