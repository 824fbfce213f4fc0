/*
 * input.h - whole files to read, and where the bundled scenarios are.
 *
 * Errors  told on stderr; the result is an exit status (command.h).
 * Owner   input_open() pairs with input_close(); found paths are freed by the caller.
 */
#ifndef SIM_SHELL_INPUT_H
#define SIM_SHELL_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"

struct input {
    struct text octets;
    void *map; /* mapped, or NULL: taken from the C library */
};

/* "-" is standard input.  EXIT_FINE, EXIT_NO_INPUT or EXIT_INPUT_OUTPUT. */
int input_open(struct input *in, const char *path);
void input_close(struct input *in);

/* The folder of the bundled scenarios: $SMTPLAB_SCENARIOS, or beside the program, where it was
 * installed or in the tree in which it was built; NULL if there is none. */
char *input_scenario_folder(void);

/* The folder of the icons: $SMTPLAB_ICONS, or where the scenarios are found; NULL if there is none. */
char *input_icon_folder(void);

/* The number in the course that a scenario's text gives it, 0: none; and its title, copied to `m`, if that
 * is not NULL.  The text may be broken: then what was found. */
int64_t input_lesson(struct memory *m, struct text octets, struct text *title);

/* The file that `typed` means: itself, or without such a file a bundled scenario of that name, or the
 * lesson of that number.  NULL after saying what could have been meant (EXIT_NO_INPUT). */
char *input_find_scenario(const char *typed);

/* Names of the bundled scenarios, sorted, without ".json"; NULL ends the list.  The list and each
 * name are freed by input_free_names(). */
char **input_scenario_names(const char *folder);
void input_free_names(char **names);

#endif
