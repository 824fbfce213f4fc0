/*
 * command.c - finds the subcommand, parses its options, prints help: all of it from the tables.
 */
#include "sim/cli/command.h"

#include <assert.h>
#include <ctype.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/cli/later.h"
#include "sim/cli/say.h"

enum { OPTIONS_MAX = 24 };

static const struct cli_command *const commands[] = {
    &cli_run,     &cli_check, &cli_list, &cli_new,   &cli_export, &cli_diff,  &cli_explain,
    &cli_version, &cli_step,  &cli_view, &cli_grade, &cli_batch,  &cli_serve, NULL};

const struct cli_command *const *cli_commands(void)
{
    return commands;
}

bool cli_given(const struct cli_call *call, const char *name)
{
    for (int i = 0; i < call->value_count; i++)
        if (strcmp(call->values[i].option->name, name) == 0)
            return true;
    return false;
}

const char *cli_value(const struct cli_call *call, const char *name)
{
    for (int i = call->value_count - 1; i >= 0; i--)
        if (strcmp(call->values[i].option->name, name) == 0)
            return call->values[i].text;
    return NULL;
}

int cli_usage(const struct cli_call *call, const char *format, ...)
{
    const char *name = call && call->command ? call->command->name : NULL;
    va_list arguments;

    fprintf(stderr, "smtplab%s%s: ", name ? " " : "", name ? name : "");
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, "\nTry: smtplab %s%s--help\n", name ? name : "", name ? " " : "");
    return EXIT_USAGE;
}

/* ---- help ---------------------------------------------------------------------------------- */

static void print_option(FILE *out, const struct cli_option *o)
{
    char left[64];

    snprintf(left, sizeof left, "%c%c%s --%s%s%s", o->letter ? '-' : ' ',
             o->letter ? o->letter : ' ', o->letter ? "," : " ", o->name, o->value ? "=" : "",
             o->value ? o->value : "");
    fprintf(out, "  %-30s %s%s\n", left, o->help, o->repeats ? " (repeatable)" : "");
}

static void print_command_help(FILE *out, const struct cli_command *c)
{
    static const struct cli_option help = {.name = "help", .letter = 'h', .help = "print this"};

    fprintf(out, "Usage: smtplab %s [OPTION]...%s%s\n\n%c%s.\n", c->name, *c->operands ? " " : "",
            c->operands, toupper((unsigned char)c->summary[0]), c->summary + 1);
    if (c->about)
        fprintf(out, "\n%s\n", c->about);
    if (!c->run)
        fprintf(out, "\nNot built yet.\n");
    fprintf(out, "\nOptions:\n");
    for (int i = 0; i < c->option_count; i++)
        print_option(out, &c->options[i]);
    print_option(out, &help);
}

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

/* ---- parsing ------------------------------------------------------------------------------- */

/* The name nearest to what was typed among the command's options, or NULL. */
static const char *nearest_option(const struct cli_command *c, const char *typed)
{
    struct nearest n = nearest_to(typed);

    for (int i = 0; i < c->option_count; i++)
        nearest_try(&n, c->options[i].name);
    nearest_try(&n, "help");
    return nearest_found(&n);
}

/* getopt_long has refused argv[optind - 1], or its last letter: say why. */
static int refuse_option(const struct cli_call *call, const char *word, int refused)
{
    if (word[0] == '-' && word[1] == '-') {
        char name[64];

        snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 2, "="), word + 2);
        for (int i = 0; i < call->command->option_count; i++) {
            const struct cli_option *o = &call->command->options[i];

            if (strcmp(o->name, name) == 0)
                return cli_usage(call, "option --%s %s", name,
                                 o->value ? "needs a value" : "takes no value");
        }
        const char *nearest = nearest_option(call->command, name);

        return nearest ? cli_usage(call, "no option --%s; did you mean --%s?", name, nearest)
                       : cli_usage(call, "no option --%s", name);
    }
    for (int i = 0; i < call->command->option_count; i++)
        if (call->command->options[i].letter == refused)
            return cli_usage(call, "option -%c needs a value", refused);
    return cli_usage(call, "no option -%c", refused);
}

/* Fills the tables that getopt_long wants; val is the row + 1, so that it is never '?' or ':'. */
static void make_getopt_tables(const struct cli_command *c, struct option *longs, char *shorts)
{
    int i;

    assert(c->option_count < OPTIONS_MAX);
    for (i = 0; i < c->option_count; i++) {
        longs[i] = (struct option){.name = c->options[i].name,
                                   .has_arg = c->options[i].value ? required_argument : no_argument,
                                   .val = 256 + i};
        if (c->options[i].letter) {
            *shorts++ = c->options[i].letter;
            if (c->options[i].value)
                *shorts++ = ':';
        }
    }
    longs[i++] = (struct option){.name = "help", .has_arg = no_argument, .val = 'h'};
    longs[i] = (struct option){0};
    *shorts++ = 'h';
    *shorts = '\0';
}

static const struct cli_option *option_of(const struct cli_command *c, int found)
{
    if (found >= 256)
        return &c->options[found - 256];
    for (int i = 0; i < c->option_count; i++)
        if (c->options[i].letter == found)
            return &c->options[i];
    return NULL;
}

static int check_operands(const struct cli_call *call)
{
    const struct cli_command *c = call->command;

    if (call->operand_count < c->least) {
        const struct cli_value *last =
            call->value_count > 0 ? &call->values[call->value_count - 1] : NULL;

        /* `run --seed mine.json`: the option has swallowed what was meant to be the operand. */
        if (call->operand_count == 0 && last && last->text == call->operands[-1])
            return cli_usage(call, "%s is missing; '%s' is taken as the value of --%s", c->operands,
                             last->text, last->option->name);
        return cli_usage(call, "%s is missing", c->operands);
    }
    if (c->most >= 0 && call->operand_count > c->most)
        return cli_usage(call, "'%s' is one operand too many", call->operands[c->most]);
    return EXIT_FINE;
}

/* argv[0] is the subcommand's name.  -1: parsed, go on; else the exit status. */
static int parse(struct cli_call *call, int argc, char **argv)
{
    struct option longs[OPTIONS_MAX + 1];
    char shorts[2 * OPTIONS_MAX + 2];
    int found;

    make_getopt_tables(call->command, longs, shorts);
    opterr = 0;
    optind = 1;
    while ((found = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        if (found == 'h') {
            print_command_help(stdout, call->command);
            return EXIT_FINE;
        }
        const struct cli_option *o = found == '?' ? NULL : option_of(call->command, found);

        if (!o)
            return refuse_option(call, argv[optind - 1], optopt);
        if (!o->repeats && cli_given(call, o->name))
            return cli_usage(call, "option --%s is given twice", o->name);
        if (call->value_count == CLI_VALUES_MAX)
            return cli_usage(call, "more than %d options", CLI_VALUES_MAX);
        call->values[call->value_count++] = (struct cli_value){.option = o, .text = optarg};
    }
    call->operands = argv + optind;
    call->operand_count = argc - optind;
    int status = check_operands(call);

    return status == EXIT_FINE ? -1 : status;
}

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
        print_command_help(stdout, c);
    else
        print_help(stdout);
    return EXIT_FINE;
}

/* Options of later commands are not parsed, since there is nothing yet that they could mean. */
static int run_later(const struct cli_command *c, int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            print_command_help(stdout, c);
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
    int status = parse(&call, argc - 1, argv + 1);

    return status >= 0 ? status : call.command->run(&call);
}
