/*
 * check.c - `smtplab check`: every mistake of a scenario, as a compiler would
 * say it.
 *
 * Mistakes go to stderr, one line each; "FILE: ok" and --show-defaults to
 * stdout.
 */
#include <stdio.h>

#include "sim/cli/command.h"
#include "sim/shell/load.h"

static void show_defaults(struct loaded *l)
{
    struct buffer text;

    buffer_init(&text, &l->memory);
    lab_scenario_print(&l->scenario, true, &text);
    fwrite(text.at, 1, text.size, stdout);
    buffer_free(&text);
}

static int check(const struct cli_call *call, const char *typed)
{
    struct loaded l;
    int status = load_scenario(&l, call, typed);

    if (status == EXIT_FINE && cli_given(call, "show-defaults"))
        show_defaults(&l);
    else if (status == EXIT_FINE)
        printf("%s: ok\n", l.path);
    load_end(&l);
    return status;
}

static int run(const struct cli_call *call)
{
    int worst = EXIT_FINE;

    for (int i = 0; i < call->operand_count; i++) {
        int status = check(call, call->operands[i]);

        if (status == EXIT_USAGE)
            return status;
        worst = status > worst ? status : worst;
    }
    return worst;
}

static const struct cli_option options[] = {
    {.name = "show-defaults", .help = "print the scenario with everything implied written out"},
    LOAD_OPTIONS,
};

const struct cli_command cli_check = {
    .name = "check",
    .operands = "SCENARIO...",
    .least = 1,
    .most = -1,
    .summary = "say every mistake in a scenario, and what to write instead",
    .about = "Each mistake is a line FILE:LINE:COLUMN: error: WHAT (at "
             "/PLACE); a warning is\n"
             "something that can never act.  Warnings do not change the exit "
             "status.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
