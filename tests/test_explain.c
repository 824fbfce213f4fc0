/*
 * test_explain.c - whatever the program can say, it can explain; and it finds what was meant.
 */
#include <criterion/criterion.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/explain/entries.h"
#include "sim/explain/explain.h"
#include "sim/explain/words.h"
#include "sim/kernel/memory.h"
#include "sim/smtp/extensions.h"
#include "sim/smtp/grammar.h"
#include "sim/smtp/table.h"
#include "sim/trace/trace.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct memory m;
static struct buffer out;

static void setup(void)
{
    memory_init(&m, 0);
    buffer_init(&out, &m);
}

static void teardown(void)
{
    memory_end(&m);
}

TestSuite(explain, .init = setup, .fini = teardown);

static enum explain_topic find(const char *word)
{
    buffer_clear(&out);
    enum explain_topic topic = explain_find(text_of(word), &out);
    buffer_put_char(&out, '\0');
    out.size--;
    return topic;
}

static bool said(const char *words)
{
    return strstr(out.at, words) != NULL;
}

/* ---- completeness ------------------------------------------------------------------------------ */

static void expect_code(unsigned code, const char *where)
{
    char name[8];
    snprintf(name, sizeof name, "%u", code);
    cr_expect(explain_entry(EXPLAIN_CODE, text_of(name)) != NULL, "%s (in %s)", name, where);
}

static void expect_status(struct text status, const char *where)
{
    cr_expect(explain_entry(EXPLAIN_STATUS, status) != NULL, "%.*s (in %s)", TEXT_ARG(status),
              where);
}

/* R150, R152: what the table of the server can send. */
Test(explain, every_reply_of_the_table_R150_R152)
{
    size_t replies = 0;
    for (unsigned s = 0; s < smtp_table_states(SMTP_SERVER); s++)
        for (unsigned i = 0; i < smtp_table_inputs(SMTP_SERVER); i++) {
            const struct smtp_cell *c = smtp_table_cell(SMTP_SERVER, NULL, s, i);
            if (!c->possible || c->code == 0)
                continue;
            replies++;
            expect_code(c->code, "the table");
            if (c->enhanced.size > 0)
                expect_status(c->enhanced, "the table");
        }
    cr_expect_gt(replies, 100);
}

/* Every quoted "5.7.1" in the rooms that decide; section numbers are told apart by their class. */
Test(explain, every_status_in_the_sources_R152)
{
    glob_t files;
    size_t found = 0;
    cr_assert_eq(glob("sim/agents/*.c", 0, NULL, &files), 0);
    cr_assert_eq(glob("sim/agents/*/*.c", GLOB_APPEND, NULL, &files), 0);
    cr_assert_eq(glob("sim/smtp/*.c", GLOB_APPEND, NULL, &files), 0);
    for (size_t f = 0; f < files.gl_pathc; f++) {
        FILE *file = fopen(files.gl_pathv[f], "r");
        char line[400];
        while (fgets(line, sizeof line, file))
            for (const char *p = strstr(line, "TEXT(\""); p; p = strstr(p + 1, "TEXT(\"")) {
                const char *word = p + 6;
                size_t size = strcspn(word, "\"");
                bool status = size >= 5 && strspn(word, "0123456789.") == size &&
                              strchr("245", word[0]) && word[1] == '.';
                if (status)
                    expect_status(text_from(word, size), files.gl_pathv[f]);
                found += status;
            }
        fclose(file);
    }
    globfree(&files);
    cr_expect_gt(found, 5, "%zu statuses", found);
}

/* R036: and whatever else a server may answer. */
Test(explain, every_code_that_a_client_may_meet_R036)
{
    char name[8];
    for (unsigned code = 200; code < 600; code++) {
        snprintf(name, sizeof name, "%u", code);
        cr_expect_eq(find(name), EXPLAIN_CODE, "%u", code);
        cr_expect(said(name), "%u", code);
    }
    cr_expect_eq(find("299"), EXPLAIN_CODE);
    cr_expect(said("begin with 2"));
    cr_expect_eq(find("199"), EXPLAIN_NOTHING);
    cr_expect_eq(find("600"), EXPLAIN_NOTHING);
}

Test(explain, every_verb_and_extension)
{
    for (unsigned v = 0; v < SMTP_VERB_COUNT; v++) {
        struct text name = smtp_verb_name((enum smtp_verb)v);
        bool is_verb = v >= SMTP_VERB_EHLO;
        if (is_verb)
            cr_expect(explain_entry(EXPLAIN_VERB, name) != NULL, "%.*s", TEXT_ARG(name));
    }
    for (unsigned e = 0; e < SMTP_EXTENSION_COUNT; e++) {
        struct text name = smtp_extension_info((enum smtp_extension_index)e)->keyword;
        cr_expect(explain_entry(EXPLAIN_EXTENSION, name) != NULL, "%.*s", TEXT_ARG(name));
    }
}

Test(explain, every_kind_with_every_field)
{
    for (unsigned k = 0; k < TRACE_KIND_COUNT; k++) {
        const struct trace_kind_info *info = trace_kind_info((enum trace_kind)k);
        cr_expect_eq(find(info->name), EXPLAIN_KIND, "%s", info->name);
        cr_expect(said(info->doc), "%s", info->name);
        cr_expect(said(trace_layer_info(info->layer)->name), "%s", info->name);
        const char *at = out.at;
        for (size_t i = 0; i < info->field_count; i++) {
            char field[80];
            snprintf(field, sizeof field, "\n  %s ", info->fields[i].name);
            at = strstr(at, field); /* in their order */
            cr_assert(at != NULL, "%s: %s", info->name, info->fields[i].name);
        }
    }
}

/* What policy.relay and policy.decision write into `rule` and `reason`. */
Test(explain, every_rule_of_the_policy)
{
    static const char *const words[] = {
        "local",
        "login",
        "network",
        "anyone",
        "domain",
        "denied",
        "local domain",
        "no rule matches",
        "mailbox",
        "hop limit",
        "no relay rule matches",
        "recipients limit",
        "allow login",
        "allow anyone",
        "refuse",
        "policy.relay",
        "policy.decision",
        "size",
        "quota",
        "null MX",
        "vacation rule",
        "call-out",
        "greylist",
        "greylist: came back",
        "blocklists",
        "SPF fail",
        "rate limit",
        "connection limit",
        "tarpit",
        "probe",
    };
    for (size_t i = 0; i < COUNT(words); i++)
        cr_expect(explain_entry(EXPLAIN_RULE, text_of(words[i])) != NULL, "%s", words[i]);
}

Test(explain, the_words_of_the_course)
{
    static const char *const words[] = {
        "MUA",
        "MSA",
        "MTA",
        "MDA",
        "MX",
        "NDR",
        "DSN",
        "connector",
        "smarthost",
        "envelope",
        "open relay",
        "relay",
        "custody",
        "queue",
        "bounce",
        "LMTP",
        "POP3",
        "TTL",
        "seed",
        "receive connector",
        "send connector",
        "null MX",
        "implicit MX",
        "greylisting",
        "<>",
        "postmaster",
        "Received",
        "Return-Path",
        "backscatter",
        "dot-stuffing",
        "router",
    };
    for (size_t i = 0; i < COUNT(words); i++)
        cr_expect_neq(find(words[i]), EXPLAIN_NOTHING, "%s", words[i]);
}

/* ---- form ------------------------------------------------------------------------------------------ */

static size_t lines_of(struct text t, size_t *longest)
{
    size_t lines = 0;
    *longest = 0;
    while (t.size > 0) {
        size_t line = text_find(t, '\n');
        if (line > *longest)
            *longest = line;
        lines++;
        t = text_after(t, line + 1);
    }
    return lines;
}

static void check_entries(struct explain_entries all, const char *what)
{
    for (size_t i = 0; i < all.count; i++) {
        const struct explain_entry *e = &all.at[i];
        cr_expect(e->title[0] != '\0' && strlen(e->title) < 64, "%s", e->name);
        cr_expect_geq(strlen(e->text), 20, "%s", e->name);
        cr_expect(text_ends_nocase(text_of(e->text), TEXT(".")) ||
                      text_ends_nocase(text_of(e->text), TEXT(".)")),
                  "%s", e->name);
        cr_expect(strstr(e->text, "  ") == NULL, "%s has two blanks", e->name);
        cr_expect(strcmp(e->source, "-") == 0 || strstr(e->source, "RFC ") ||
                      strstr(e->source, "smtplab"),
                  "%s: %s", e->name, e->source);
        find(e->name);
        size_t longest, lines = lines_of(buffer_text(&out), &longest);
        cr_expect_leq(longest, 80, "%s: %zu columns", e->name, longest);
        cr_expect_leq(lines, 30, "%s: %zu lines", e->name, lines);
        for (size_t k = 0; k < i; k++)
            cr_expect_str_neq(all.at[k].name, e->name, "%s twice in %s", e->name, what);
    }
}

Test(explain, entries_are_whole_and_fit_the_screen)
{
    check_entries(explain_codes(), "codes");
    check_entries(explain_statuses(), "statuses");
    check_entries(explain_verbs(), "verbs");
    check_entries(explain_extensions(), "extensions");
    check_entries(explain_rules(), "rules");
    check_entries(explain_terms_mail(), "terms");
    check_entries(explain_terms_network(), "terms");
    check_entries(explain_simplified(), "simplifications");
}

static void check_order(struct explain_entries all)
{
    for (size_t i = 1; i < all.count; i++)
        cr_expect_lt(words_compare(text_of(all.at[i - 1].name), text_of(all.at[i].name)), 0,
                     "%s stands before %s", all.at[i - 1].name, all.at[i].name);
}

Test(explain, terms_are_in_the_order_of_the_alphabet)
{
    check_order(explain_terms_mail());
    check_order(explain_terms_network());
}

struct seen {
    struct text words[1000];
    size_t count;
};

static void find_it(void *context, struct text word, bool main)
{
    struct seen *seen = context;
    buffer_clear(&out);
    cr_expect_neq(explain_find(word, &out), EXPLAIN_NOTHING, "%.*s", TEXT_ARG(word));
    cr_expect_lt(seen->count, COUNT(seen->words));
    seen->words[seen->count++] = word;
    (void)main;
}

Test(explain, every_word_is_found_by_itself)
{
    static struct seen seen;
    explain_each_word(&seen, find_it);
    cr_expect_gt(seen.count, 350);
}

/* ---- finding ------------------------------------------------------------------------------------------ */

Test(explain, finds)
{
    static const struct {
        const char *word;
        enum explain_topic topic;
        const char *says;
    } rows[] = {
        {"550", EXPLAIN_CODE, "550 - "},
        {" 550 ", EXPLAIN_CODE, "550 - "},
        {"5.1.1", EXPLAIN_STATUS, "5.1.1 - no such mailbox (enhanced status; class 5: permanent)"},
        {"4.2.2", EXPLAIN_STATUS, "4.2.2 - mailbox is full (enhanced status; class 4: temporary)"},
        {"2.1.5", EXPLAIN_STATUS, "class 2: success"},
        {"X.7.1", EXPLAIN_STATUS, "X.7.1 - "},
        {"4.7.1", EXPLAIN_STATUS, "greylisting"},
        {"close", EXPLAIN_TERM, "fault - something goes wrong"},
        {"451", EXPLAIN_CODE, "greylisting"},
        {"rcpt", EXPLAIN_VERB, "RCPT TO:<address> - one recipient (command)"},
        {"RCPT TO", EXPLAIN_VERB, "RCPT TO:"},
        {"mail", EXPLAIN_VERB, "mail - an envelope with content (term)"},
        {"8bitmime", EXPLAIN_EXTENSION, "RFC 6152"},
        {"policy.relay", EXPLAIN_KIND, "(rule)"},
        {"Mda", EXPLAIN_TERM, "mail"},
        {"mail delivery agent", EXPLAIN_TERM, "MDA - "},
        {"Connector.", EXPLAIN_TERM, "connector - "},
        {"<>", EXPLAIN_TERM, "null reverse-path"},
        {"5xx", EXPLAIN_TERM, "5yz"},
        {"states", EXPLAIN_TABLE, "The server's machine"},
        {"simplifications", EXPLAIN_TABLE, "TCP"},
        {"words", EXPLAIN_TABLE, "reply codes"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect_eq(find(rows[i].word), rows[i].topic, "%s", rows[i].word);
        cr_expect(said(rows[i].says), "%s: %s", rows[i].word, out.at);
    }
}

Test(explain, suggests)
{
    static const struct {
        const char *word, *says;
    } rows[] = {
        {"RECPT", "Did you mean RCPT?\n"},
        {"envelop", "Did you mean envelope, envelope sender?\n"},
        {"smpt", "Did you mean SMTP"},
        {"55", "Did you mean 550, 551, 552?\n"},
        {"5.1.11", "Did you mean 5.1.1, 5.1.10"},
        {"smtp.replay", "Did you mean smtp.reply?\n"},
        {"policy.realy", "Did you mean policy.relay"},
        {"state", "Did you mean states"},
        {"xyzzyxyzzy", ""},
        {"", ""},
        {"a-word-that-is-longer-than-any-word-that-anybody-could-ever-ask-for", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect_eq(find(rows[i].word), EXPLAIN_NOTHING, "%s", rows[i].word);
        cr_expect(rows[i].says[0] == '\0' ? out.size == 0 : said(rows[i].says), "%s: %s",
                  rows[i].word, out.at);
    }
}

Test(explain, distances)
{
    static const struct {
        const char *a, *b;
        size_t distance;
    } rows[] = {
        {"", "", 0},       {"abc", "abc", 0}, {"abc", "ABC", 0},        {"abc", "acb", 1},
        {"abc", "abd", 1}, {"abc", "ab", 1},  {"abc", "xabc", 1},       {"abc", "", 3},
        {"ab", "cd", 2},   {"ca", "abc", 3},  {"kitten", "sitting", 3},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text a = text_of(rows[i].a), b = text_of(rows[i].b);
        cr_expect_eq(words_distance(a, b, 9), rows[i].distance, "%s, %s", rows[i].a, rows[i].b);
        cr_expect_eq(words_distance(b, a, 9), rows[i].distance, "%s, %s", rows[i].b, rows[i].a);
    }
    cr_expect_eq(words_distance(TEXT("abcdef"), TEXT("uvwxyz"), 2), 3, "beyond the limit");
}

/* ---- the machines -------------------------------------------------------------------------------------- */

/* Each cell that can be met has its line (or its place in a line of commands out of order). */
Test(explain, states_show_every_cell)
{
    explain_states(&out);
    struct text rest = buffer_text(&out);
    for (unsigned side = SMTP_SERVER; side <= SMTP_CLIENT; side++)
        for (unsigned s = 0; s < smtp_table_states(side); s++) {
            char heading[80];
            struct text name = smtp_table_state_name(side, s);
            snprintf(heading, sizeof heading, "\n\n%.*s - ", TEXT_ARG(name));
            char *begin = memmem(rest.at, rest.size, heading, strlen(heading));
            cr_assert(begin != NULL, "%.*s", TEXT_ARG(name));
            rest = text_after(rest, (size_t)(begin - rest.at) + 2);
            char *end = memmem(rest.at, rest.size, "\n\n", 2);
            struct text part = {rest.at, end ? (size_t)(end - rest.at) + 1 : rest.size};
            size_t shown = 0, in_order = 0;
            for (size_t i = text_find(part, '\n') + 1; i < part.size;
                 i += text_find(text_after(part, i), '\n') + 1)
                shown += !text_starts_nocase(text_after(part, i), TEXT("  out of order")) &&
                         !text_starts_nocase(text_after(part, i), TEXT("    "));
            for (unsigned i = 0; i < smtp_table_inputs(side); i++) {
                const struct smtp_cell *c = smtp_table_cell(side, NULL, s, i);
                struct text input = smtp_table_input_name(side, i);
                in_order += c->possible && !c->out_of_order;
                if (c->possible && !c->out_of_order)
                    cr_expect(memmem(part.at, part.size, input.at, input.size), "%.*s: %.*s",
                              TEXT_ARG(name), TEXT_ARG(input));
            }
            cr_expect_eq(shown, in_order, "%.*s: %zu lines, %zu cells", TEXT_ARG(name), shown,
                         in_order);
        }
}

static size_t count_of(const char *part)
{
    size_t count = 0;
    for (const char *p = out.at; (p = strstr(p, part)); p++)
        count++;
    return count;
}

Test(explain, states_as_graphviz)
{
    explain_states_dot(&out);
    buffer_put_char(&out, '\0');
    size_t states = smtp_table_states(SMTP_SERVER) + smtp_table_states(SMTP_CLIENT);
    cr_expect_eq(count_of("{"), count_of("}"));
    cr_expect_eq(count_of("tooltip="), states);
    cr_expect_eq(count_of("\"") % 2, 0);
    cr_expect(said("DATA fine / 354"));
    cr_expect(said("message accepted / 250"));
    /* every state but the first can be reached, every one but the last left */
    for (unsigned side = SMTP_SERVER; side <= SMTP_CLIENT; side++)
        for (unsigned s = 0; s < smtp_table_states(side); s++) {
            char to[40], from[40];
            const char *name = side == SMTP_SERVER ? "server" : "client";
            snprintf(to, sizeof to, " -> %s_%u [", name, s);
            snprintf(from, sizeof from, "        %s_%u -> ", name, s);
            cr_expect(s == 0 || said(to), "%s", to);
            cr_expect(s + 1 == smtp_table_states(side) || said(from), "%s", from);
        }
}

/* A room that says "Simplified" or "Left out" in a header must be told of here. */
Test(explain, simplifications_name_the_rooms_that_simplify)
{
    explain_simplifications(&out);
    buffer_put_char(&out, '\0');
    static const char *const must[] = {"SACK",   "window scaling", "Nagle",      "delegations",
                                       "DNSSEC", "1232",           "ICMP",       "subscribes",
                                       "SPF",    "time to think",  "attachments"};
    for (size_t i = 0; i < COUNT(must); i++)
        cr_expect(strcasestr(out.at, must[i]) != NULL, "%s", must[i]);
}
