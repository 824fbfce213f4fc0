/*
 * explain.c - `smtplab explain`: what a code, verb, kind, term or rule means,
 * and where it is written.
 */
#include "sim/explain/explain.h"

#include <stdio.h>
#include <string.h>

#include "sim/cli/command.h"
#include "sim/shell/memory.h"
#include "sim/shell/say.h"
#include "sim/kernel/memory.h"

/* What is known about one word, or what may have been meant. */
static int explain_word(const char *word, struct buffer *out)
{
    if (explain_find(text_of(word), out) != EXPLAIN_NOTHING)
        return EXIT_FINE;
    buffer_clear(out);
    explain_suggest(text_of(word), out);
    if (out->size > 0)
        say_error("nothing is known about '%s'; did you mean %.*s?", word, (int)out->size, out->at);
    else
        say_error("nothing is known about '%s'; `smtplab explain` lists all words", word);
    buffer_clear(out);
    return EXIT_USAGE;
}

static int explain(const struct cli_call *call, struct buffer *out)
{
    const char *word = call->operand_count > 0 ? call->operands[0] : NULL;

    if (cli_given(call, "dot")) {
        if (!word || strcmp(word, "states") != 0)
            return cli_usage(call, "--dot draws `states`");
        explain_states_dot(out);
        return EXIT_FINE;
    }
    if (word)
        return explain_word(word, out);
    explain_list(out);
    return EXIT_FINE;
}

static int run(const struct cli_call *call)
{
    struct memory memory;
    struct buffer out;

    memory_init(&memory, 0);
    memory.exhausted = cli_exhausted;
    buffer_init(&out, &memory);
    int status = explain(call, &out);

    fwrite(out.at ? out.at : "", 1, out.size, stdout);
    buffer_free(&out);
    memory_end(&memory);
    return status;
}

static const struct cli_option options[] = {
    {.name = "dot", .help = "states as a graph for Graphviz's dot"},
};

const struct cli_command cli_explain = {
    .name = "explain",
    .operands = "[WORD]",
    .least = 0,
    .most = 1,
    .summary = "what a code, verb, kind, term or rule means",
    .about = "WORD is a reply code (550), an enhanced status (5.7.1), a "
             "command (RCPT), a kind of\n"
             "record (smtp.reply), a rule (policy.relay), a term (MDA), "
             "`states` for the tables of\n"
             "both machines, or `simplifications`; without it, all words are "
             "listed.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
