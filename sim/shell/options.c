/*
 * options.c - parses a command's options and prints its help, both from its table.
 */
#include "sim/shell/options.h"

#include <assert.h>
#include <ctype.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/shell/say.h"

enum { OPTIONS_MAX = 32 };

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

void cli_print_help(FILE *out, const struct cli_command *c)
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

int cli_parse(struct cli_call *call, int argc, char **argv)
{
    struct option longs[OPTIONS_MAX + 1];
    char shorts[2 * OPTIONS_MAX + 2];
    int found;

    call->argv = argv;
    make_getopt_tables(call->command, longs, shorts);
    opterr = 0;
    optind = 1;
    while ((found = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        if (found == 'h') {
            cli_print_help(stdout, call->command);
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
