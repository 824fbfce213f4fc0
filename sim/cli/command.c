/*
 * command.c - finds the subcommand and prints the list of them.
 */
#include "sim/cli/command.h"

#include <stdio.h>
#include <string.h>

#include "sim/cli/later.h"
#include "sim/shell/say.h"

static const struct cli_command *const commands[] = {
    &cli_run,     &cli_check, &cli_list, &cli_new,   &cli_export, &cli_diff,  &cli_explain,
    &cli_version, &cli_step,  &cli_view, &cli_grade, &cli_batch,  &cli_serve, NULL};

/* ---- help ---------------------------------------------------------------------------------- */

static void print_help(FILE *out)
{
    fprintf(out, "smtplab - watch a letter travel: SMTP from mailbox to mailbox, byte for byte\n\n"
                 "Usage: smtplab COMMAND [OPTION]... [OPERAND]...\n\nCommands:\n");
    for (const struct cli_command *const *c = commands; *c; c++)
        fprintf(out, "  %-8s %-15s %s%s\n", (*c)->name, (*c)->operands, (*c)->summary,
                (*c)->run ? "" : " (not built yet)");
    fprintf(out,
            "\n`smtplab COMMAND --help` says more; a first step is `smtplab run first-letter`.\n");
}

/* ---- finding ---------------------------------------------------------------------------------- */

static const struct cli_command *find(const char *name)
{
    for (const struct cli_command *const *c = commands; *c; c++)
        if (strcmp((*c)->name, name) == 0)
            return *c;
    return NULL;
}

static int refuse_command(const char *typed)
{
    struct nearest n = nearest_to(typed);

    for (const struct cli_command *const *c = commands; *c; c++)
        nearest_try(&n, (*c)->name);
    nearest_try(&n, "help");
    if (nearest_found(&n))
        return cli_usage(NULL, "no command '%s'; did you mean '%s'?", typed, nearest_found(&n));
    return cli_usage(NULL, "no command '%s'", typed);
}

static int help(int argc, char **argv)
{
    const struct cli_command *c = argc > 1 ? find(argv[1]) : NULL;

    if (argc > 1 && !c)
        return refuse_command(argv[1]);
    if (c)
        cli_print_help(stdout, c);
    else
        print_help(stdout);
    return EXIT_FINE;
}

/* Options of later commands are not parsed, since there is nothing yet that they could mean. */
static int run_later(const struct cli_command *c, int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            cli_print_help(stdout, c);
            return EXIT_FINE;
        }
    say_error("smtplab %s is not built yet; `smtplab --help` lists what is", c->name);
    return EXIT_USAGE;
}

int cli_main(int argc, char **argv)
{
    struct cli_call call = {.program = argc > 0 ? argv[0] : "smtplab"};

    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    const char *name = argv[1];

    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        return help(1, argv + 1);
    if (strcmp(name, "help") == 0)
        return help(argc - 1, argv + 1);
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
        name = "version";
    call.command = find(name);
    if (!call.command)
        return name[0] == '-' ? cli_usage(NULL, "a command comes first, not '%s'", name)
                              : refuse_command(name);
    if (!call.command->run)
        return run_later(call.command, argc - 1, argv + 1);
    int status = cli_parse(&call, argc - 1, argv + 1);

    return status >= 0 ? status : call.command->run(&call);
}
