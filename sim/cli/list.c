/*
 * list.c - `smtplab list`: the bundled scenarios in the order of the course, each with its number and
 * title, and whether it can be run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/command.h"
#include "sim/shell/input.h"
#include "sim/shell/memory.h"
#include "sim/shell/say.h"
#include "sim/kernel/memory.h"
#include "sim/scenario/scenario.h"

struct listed {
    const char *name;
    int64_t number; /* in the course; 0: it has none */
    struct text title;
    struct input input;
};

/* Behind the title: why it cannot be run, if so. */
static void print_unbuilt(struct memory *m, struct text octets)
{
    struct scenario s;
    struct scenario_mistake first;

    if (scenario_read(&s, m, octets, TEXT(""), NULL) && scenario_first_unbuilt(&s, &first))
        printf(" (%.*s)", TEXT_ARG(first.what));
    scenario_free(&s);
}

/* The course in its order, then the others by name. */
static int compare(const void *a, const void *b)
{
    const struct listed *x = a, *y = b;
    uint64_t first = (uint64_t)x->number - 1, second = (uint64_t)y->number - 1; /* none: last */

    return first != second ? (first < second ? -1 : 1) : strcmp(x->name, y->name);
}

static void print_all(struct memory *m, struct listed *all, size_t count)
{
    qsort(all, count, sizeof *all, compare);
    for (size_t i = 0; i < count; i++) {
        printf("%-24s ", all[i].name);
        if (all[i].number > 0)
            printf("%2d  ", (int)all[i].number);
        else
            printf("    ");
        printf("%.*s", TEXT_ARG(all[i].title));
        print_unbuilt(m, all[i].input.octets);
        putchar('\n');
    }
}

static int list(struct memory *m, const char *folder, char **names)
{
    struct listed *all;
    size_t count = 0, opened = 0;
    int status = EXIT_FINE;

    while (names[count])
        count++;
    all = memory_take_clear(m, (count + 1) * sizeof *all);
    for (; opened < count && status == EXIT_FINE; opened++) {
        char *path = cli_format("%s/%s.json", folder, names[opened]);

        all[opened].name = names[opened];
        status = input_open(&all[opened].input, path);
        free(path);
        if (status == EXIT_FINE)
            all[opened].number = input_lesson(m, all[opened].input.octets, &all[opened].title);
    }
    if (status == EXIT_FINE)
        print_all(m, all, count);
    for (size_t i = 0; i < opened; i++)
        input_close(&all[i].input);
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
    char **names = input_scenario_names(folder);

    memory_init(&memory, 0);
    int status = list(&memory, folder, names);

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
    .about = "First the course in its order, with numbers, then the others.\n"
             "Each can be run by its name alone, and a lesson by its number:\n"
             "smtplab run first-letter, smtplab run 1.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
