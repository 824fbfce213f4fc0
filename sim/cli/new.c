/*
 * new.c - `smtplab new NAME`: a small scenario to start from, and the schema
 * beside it, so that an editor knows the keys.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/cli/command.h"
#include "sim/shell/input.h"
#include "sim/shell/memory.h"
#include "sim/shell/output.h"
#include "sim/shell/say.h"
#include "sim/json/write.h"
#include "sim/kernel/memory.h"
#include "sim/scenario/scenario.h"

#define SCHEMA "smtplab.schema.json"

/* Everything that is not here is implied; `smtplab check --show-defaults`
 * writes it out. */
static const char before_title[] = "{ \"$schema\": \"" SCHEMA "\",\n"
                                   "  \"smtplab\": 1, \"title\": ";
static const char after_title[] =
    ",\n"
    "  \"hosts\": {\n"
    "    \"alice-pc\":          { \"mua\": { \"mailbox\": "
    "\"alice@uni.example\", \"server\": "
    "\"mail.uni.example\" } },\n"
    "    \"mail.uni.example\":  { \"msa\": {}, \"mta\": {}, \"mda\": { "
    "\"mailboxes\": [\"alice\"] "
    "} "
    "},\n"
    "    \"mail.shop.example\": { \"mta\": {}, \"mda\": { \"mailboxes\": "
    "[\"bob\"] } } },\n"
    "  \"timeline\": [ { \"at\": \"0s\", \"on\": \"alice-pc\", \"send\": { "
    "\"to\": "
    "\"bob@shop.example\", \"subject\": \"Hi\" } } ],\n"
    "  \"expect\":   [ { \"id\": \"arrives\", \"delivered\": { \"to\": "
    "\"bob@shop.example\" } } ] "
    "}\n";

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

static void put_scenario(struct output *o, struct memory *m, const char *title)
{
    struct buffer text;

    buffer_init(&text, m);
    buffer_put_string(&text, before_title);
    json_quote_text(&text, text_of(title));
    buffer_put_string(&text, after_title);
    output_put(o, buffer_text(&text));
    buffer_free(&text);
}

static void put_schema(struct output *o, struct memory *m)
{
    struct buffer text;

    buffer_init(&text, m);
    scenario_print_schema(&text);
    output_put(o, buffer_text(&text));
    buffer_free(&text);
}

static int write_both(const char *scenario, const char *schema, const char *title)
{
    struct outputs set;
    struct memory memory;
    struct output *o;

    outputs_begin(&set);
    memory_init(&memory, 0);
    memory.exhausted = cli_exhausted;
    memory.context = &set;
    int status = EXIT_CANT_CREATE;

    o = outputs_add(&set, scenario);
    if (o)
        put_scenario(o, &memory, title);
    if (o && schema && (o = outputs_add(&set, schema)))
        put_schema(o, &memory);
    if (o)
        status = outputs_commit(&set);
    else
        outputs_discard(&set);
    memory_end(&memory);
    return status;
}

/* Can it be typed into a shell as it is? */
static bool is_plain_word(const char *word)
{
    return word[strcspn(word, " \t'\"\\$`&;|<>()*?[]#!~")] == '\0';
}

static int run(const struct cli_call *call)
{
    const char *typed = call->operands[0], *slash = strrchr(typed, '/');
    size_t size = strlen(typed), folder = slash ? (size_t)(slash - typed) + 1 : 0;

    if (size > 5 && strcmp(typed + size - 5, ".json") == 0)
        size -= 5;
    if (size == folder)
        return cli_usage(call, "'%s' is no name", typed);
    char *scenario = cli_format("%.*s.json", (int)size, typed);
    char *schema = cli_format("%.*s" SCHEMA, (int)folder, typed);
    char *title = cli_format("%.*s", (int)(size - folder), typed + folder);
    bool old_schema = is_there(schema);
    int status = EXIT_CANT_CREATE;

    if (is_there(scenario))
        say_error("%s is there already", scenario);
    else
        status = write_both(scenario, old_schema ? NULL : schema, title);
    if (status == EXIT_FINE) {
        const char *quote = is_plain_word(scenario) ? "" : "\"";

        say_note("wrote %s%s%s; now: smtplab run %s%s%s", scenario, old_schema ? "" : " and ",
                 old_schema ? "" : schema, quote, scenario, quote);
    }
    free(scenario);
    free(schema);
    free(title);
    return status;
}

const struct cli_command cli_new = {
    .name = "new",
    .operands = "NAME",
    .least = 1,
    .most = 1,
    .summary = "a small scenario, and the schema, to start from",
    .about = "Writes NAME.json, and " SCHEMA " beside it if there is none.  A file that is there\n"
             "already is never overwritten.",
    .run = run,
};
