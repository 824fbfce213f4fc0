/*
 * options.h - what can be typed behind a command, as data; and the exit statuses.
 *
 * Each command is one row with its options; parsing, `--help`, suggestions and the test that
 * compares all this with the man page come from the same table.
 *
 * Errors  a mistake in what was typed is told on stderr and ends with EXIT_USAGE.
 * Owner   everything points into argv and static tables; there is nothing to free.
 */
#ifndef SIM_SHELL_OPTIONS_H
#define SIM_SHELL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Frozen: scripts and graders depend on them.  The numbers from 64 are those of sysexits.h. */
enum cli_exit {
    EXIT_FINE = 0,
    EXIT_EXPECTATION = 1,   /* it ran, but an expectation failed */
    EXIT_USAGE = 64,        /* a mistake in what was typed */
    EXIT_BAD_INPUT = 65,    /* a scenario, rubric or trace with mistakes */
    EXIT_NO_INPUT = 66,     /* no such input, or it cannot be read */
    EXIT_OUR_BUG = 70,      /* please report it */
    EXIT_CANT_CREATE = 73,  /* an output cannot be made */
    EXIT_INPUT_OUTPUT = 74, /* reading or writing failed on the way */
    EXIT_LIMIT = 75         /* stopped at a limit of the scenario or the machine */
};

struct cli_option {
    const char *name;  /* without the dashes */
    char letter;       /* short form, or 0 */
    const char *value; /* "FILE", or NULL when it takes none */
    bool repeats;      /* may be given more than once */
    const char *help;  /* one line */
};

enum { CLI_VALUES_MAX = 64 };

struct cli_value {
    const struct cli_option *option;
    const char *text; /* NULL when the option takes none */
};

/* One command line, parsed. */
struct cli_call {
    const struct cli_command *command;
    const char *program; /* argv[0] */
    char **argv;         /* from the command's name on; ends with NULL */
    char **operands;
    int operand_count;
    struct cli_value values[CLI_VALUES_MAX]; /* in the order typed */
    int value_count;
};

struct cli_command {
    const char *name;
    const char *operands; /* "SCENARIO...", for --help */
    int least, most;      /* operands; most < 0: any number */
    const char *summary;  /* half a line, for the list of commands */
    const char *about;    /* paragraphs, for its own --help */
    const struct cli_option *options;
    int option_count;
    int (*run)(const struct cli_call *call); /* NULL: not built yet */
};

/* The option's value as last typed, or NULL. */
const char *cli_value(const struct cli_call *call, const char *name);
bool cli_given(const struct cli_call *call, const char *name);

/* Says what is wrong with what was typed, on stderr; returns EXIT_USAGE. */
__attribute__((format(printf, 2, 3))) int cli_usage(const struct cli_call *call, const char *format,
                                                    ...);

/* Parses what is typed; argv[0] is the command's name, call->command its row.  -1: parsed, go on; else
 * it was told (help, a mistake), and this is the exit status. */
int cli_parse(struct cli_call *call, int argc, char **argv);
void cli_print_help(FILE *out, const struct cli_command *c);

#endif
