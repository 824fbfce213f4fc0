/*
 * test_scenario.c - scenarios read, checked, completed and printed.
 *
 * The two tables of broken scenarios, tests/scenarios/structure.txt and meaning.txt, hold what
 * `check` must say, word for word.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/kernel/clock.h"
#include "sim/scenario/scenario.h"
#include "tests/golden.h"
#include "tests/scenario_lab.h"

/* ---- the tables of broken scenarios -------------------------------------------------------- */

struct table_of_cases {
    struct memory memory;
    struct text file;
    struct buffer rendered; /* the file again, with what check says now */
    int cases;
};

static struct text next_line(struct text *rest)
{
    size_t end = text_find(*rest, '\n');
    struct text line = text_from(rest->at, end < rest->size ? end + 1 : end);

    *rest = text_after(*rest, line.size);
    return line;
}

static bool starts(struct text line, const char *with)
{
    return text_starts_nocase(line, text_of(with));
}

/* Renders one case; returns how many mistakes and errors it has. */
static void render_case(struct table_of_cases *t, struct text title, struct text json,
                        uint32_t *mistakes, uint32_t *errors)
{
    struct scenario s;
    struct buffer message;

    scenario_read(&s, &t->memory, json, TEXT(""), NULL);
    *mistakes = s.mistakes.count;
    *errors = s.mistakes.errors;
    buffer_put_text(&t->rendered, title);
    buffer_put_text(&t->rendered, json);
    buffer_init(&message, &t->memory);
    for (uint32_t i = 0; i < s.mistakes.count; i++) {
        buffer_clear(&message);
        scenario_put_mistake(&message, TEXT(""), &s.mistakes.items[i]);
        buffer_put_string(&t->rendered, "--> ");
        buffer_put_text(&t->rendered, text_after(buffer_text(&message), 1)); /* the colon */
    }
    buffer_free(&message);
    buffer_put_char(&t->rendered, '\n');
    scenario_free(&s);
    t->cases++;
}

/* Walks through a table; every case must have a mistake, and with `need_error` an error. */
static int run_table(const char *path, bool need_error)
{
    struct table_of_cases t = {.cases = 0};
    struct text rest, line, title = {NULL, 0};
    char *octets = lab_read_file(path, &t.file);
    const char *json = NULL;
    uint32_t mistakes, errors;

    memory_init(&t.memory, 0);
    buffer_init(&t.rendered, &t.memory);
    rest = t.file;
    while (rest.size > 0) {
        struct text before = rest;

        line = next_line(&rest);
        if (starts(line, "=== ") && !starts(line, "=== a title;")) {
            title = line;
            json = rest.at;
        } else if (!title.at) {
            buffer_put_text(&t.rendered, line);
        } else if (json && (starts(line, "-->") || line.size == 1)) {
            render_case(&t, title, text_from(json, (size_t)(before.at - json)), &mistakes, &errors);
            cr_expect(mistakes > 0 && (!need_error || errors > 0),
                      "%s: nothing is said about: %.*s", path, TEXT_ARG(title));
            json = NULL;
        }
    }
    golden_check(path, buffer_text(&t.rendered));
    free(octets);
    memory_end(&t.memory);
    return t.cases;
}

Test(scenario, says_what_is_wrong_with_the_structure)
{
    cr_assert_geq(run_table("tests/scenarios/structure.txt", true), 60);
}

Test(scenario, says_what_is_wrong_with_the_meaning)
{
    cr_assert_geq(run_table("tests/scenarios/meaning.txt", false), 60);
}

/* ---- the schema ---------------------------------------------------------------------------- */

Test(scenario, the_schema_is_printed_from_the_table)
{
    struct memory m;
    struct buffer b;

    memory_init(&m, 0);
    buffer_init(&b, &m);
    scenario_print_schema(&b);
    golden_check("scenarios/smtplab.schema.json", buffer_text(&b));
    memory_end(&m);
}

/* ---- good scenarios ------------------------------------------------------------------------ */

static const char *const bundled[] = {
    "scenarios/my-first-letter.json", "scenarios/first-letter.json",
    "scenarios/three-hops.json",      "scenarios/one-house-many-roles.json",
    "scenarios/nobody-home.json",     "scenarios/borrowed-server.json",
};

enum { BUNDLED = sizeof bundled / sizeof *bundled };

static void print(const struct scenario *s, bool pretty, struct memory *m, struct buffer *out)
{
    buffer_init(out, m);
    scenario_print_normalised(s, pretty, out);
}

Test(scenario, printing_reading_and_printing_again_gives_the_same_bytes)
{
    for (int i = 0; i < BUNDLED; i++)
        for (int pretty = 0; pretty < 2; pretty++) {
            struct lab_scenario first, second;
            struct buffer a, b;

            lab_read_scenario(&first, bundled[i]);
            cr_assert(first.good, "%s", bundled[i]);
            print(&first.s, pretty, &first.memory, &a);
            lab_read_text(&second, buffer_text(&a));
            cr_expect(second.good, "%s, printed and read again", bundled[i]);
            cr_expect_eq(second.s.mistakes.count, 0, "%s, printed and read again", bundled[i]);
            print(&second.s, pretty, &second.memory, &b);
            cr_expect(text_equal(buffer_text(&a), buffer_text(&b)), "%s", bundled[i]);
            lab_free(&second);
            lab_free(&first);
        }
}

Test(scenario, what_is_implied)
{
    struct lab_scenario l;
    struct buffer b;

    lab_read_scenario(&l, "scenarios/my-first-letter.json");
    cr_assert(l.good);
    print(&l.s, true, &l.memory, &b);
    golden_check("tests/golden/scenario_implied.json", buffer_text(&b));
    lab_free(&l);
}

Test(scenario, the_model_says_it_in_numbers)
{
    struct lab_scenario l;
    const struct scenario_host *h;

    lab_read_text(
        &l, text_of("{ \"smtplab\": 1, \"seed\": 9007199254740991,\n"
                    "  \"start\": \"2026-03-02T09:00:01Z\",\n"
                    "  \"hosts\": {\n"
                    "    \"a\": { \"mua\": { \"mailbox\": \"a@x.example\" } },\n"
                    "    \"m.x.example\": { \"mta\": { \"ports\": [25, 2525],\n"
                    "      \"relay\": [\"allow from 192.0.2.0/28\", \"allow to y.example\", "
                    "\"refuse\"],\n"
                    "      \"routes\": { \"*\": \"mx\", \".example\": \"refuse\",\n"
                    "        \"b.example\": \"smarthost:n.y.example:2500\" },\n"
                    "      \"retry\": [\"1.5s\", \"2m\"], \"max_size\": \"1.5KiB\" },\n"
                    "      \"mda\": { \"mailboxes\": [\"a\"], \"keep\": \"none\",\n"
                    "        \"aliases\": { \"b\": [\"a\", \"c@y.example\"] } } },\n"
                    "    \"n.y.example\": { \"mta\": { \"domains\": [\"y.example\"] } } },\n"
                    "  \"links\": [ { \"between\": [\"n.y.example\", \"a\"],\n"
                    "    \"latency\": \"0.25ms\", \"loss\": \"0.5%\", \"rate\": "
                    "\"64kbit/s\" } ],\n"
                    "  \"timeline\": [ { \"at\": \"1h\", \"on\": \"a\", \"send\": {\n"
                    "    \"to\": \"b@x.example\", \"from\": \"<>\", \"size\": \"1MB\", \"times\": "
                    "3, \"every\": \"2s\" } } ] }"));
    cr_assert(l.good);
    cr_expect_eq(l.s.seed, 9007199254740991);
    cr_expect_eq(l.s.start_unix, 1772442001);
    cr_assert_eq(l.s.host_count, 4); /* and the name server */
    h = &l.s.hosts[0];
    cr_expect(text_equal(h->mua->server, TEXT("m.x.example")));
    cr_expect_eq(h->mua->port, 25, "an MTA takes mail on 25");
    h = &l.s.hosts[1];
    cr_expect_eq(h->mta->relay_port_count, 2);
    cr_expect_eq(h->mta->relay_ports[1], 2525);
    cr_expect_eq(h->mta->submission_port_count, 0);
    cr_assert_eq(h->mta->relay_count, 3);
    cr_expect(h->mta->relay[0].allow && h->mta->relay[0].match == RELAY_FROM);
    cr_expect_eq(h->mta->relay[0].net.prefix, 28);
    cr_expect_eq(h->mta->relay[1].match, RELAY_TO);
    cr_expect(text_equal(h->mta->relay[1].domain, TEXT("y.example")));
    cr_expect(!h->mta->relay[2].allow && h->mta->relay[2].match == RELAY_ANYONE);
    cr_assert_eq(h->mta->route_count, 3, "the most exact pattern comes first");
    cr_expect_eq(h->mta->routes[0].kind, MAIL_ROUTE_SMARTHOST);
    cr_expect_eq(h->mta->routes[0].port, 2500);
    cr_expect_eq(h->mta->routes[1].kind, MAIL_ROUTE_REFUSE);
    cr_expect_eq(h->mta->routes[2].kind, MAIL_ROUTE_MX);
    cr_expect_eq(h->mta->retry_ns[0], 1500 * CLOCK_MILLISECOND);
    cr_expect_eq(h->mta->size_limit_octets, 1536);
    cr_expect_eq(h->mta->deliver_host.size, 0);
    cr_expect_eq(h->mda->keep, KEEP_NONE);
    cr_assert_eq(h->mda->alias_count, 1);
    cr_expect(text_equal(h->mda->aliases[0].targets.at[0], TEXT("a@x.example")));
    cr_expect_eq(l.s.links[0].latency_ns, 250 * CLOCK_MICROSECOND);
    cr_expect_eq(l.s.links[0].loss_ppm, 5000);
    cr_expect_eq(l.s.links[0].rate_bits, 64000);
    cr_expect_eq(l.s.timeline[0].time_ns, CLOCK_HOUR);
    cr_expect_eq(l.s.timeline[0].times, 3);
    cr_expect_eq(l.s.timeline[0].every_ns, 2 * CLOCK_SECOND);
    cr_expect(l.s.timeline[0].send.null_sender);
    cr_expect_eq(l.s.timeline[0].send.size_octets, 1000000);
    lab_free(&l);
}

/* ---- what is not built yet ----------------------------------------------------------------- */

static const struct {
    const char *name, *hosts, *entry, *want; /* want: NULL if it can run */
} unbuilt[] = {
    {"nothing of it", "", "", NULL},
    {"tls none is built",
     ", \"b\": { \"mua\": { \"mailbox\": \"a@x.example\", \"tls\": \"none\" } }", "", NULL},
    {"another tls", ", \"b\": { \"mua\": { \"mailbox\": \"a@x.example\", \"tls\": \"starttls\" } }",
     "", NULL},
    {"a login",
     ", \"b\": { \"mua\": { \"mailbox\": \"a@x.example\", \"login\": { \"user\": \"a\", "
     "\"password\": \"b\" }, \"collect\": { \"from\": \"m.x.example\" } } }",
     "", NULL},
    {"asking", ", \"n.x.example\": { \"mta\": { \"recipients\": \"ask\" } }", "", NULL},
    {"any", ", \"n.x.example\": { \"mta\": { \"recipients\": \"any\" } }", "", NULL},
    {"a stranger", ", \"s.test\": { \"stranger\": {} }", "", NULL},
    {"a quota",
     ", \"n.x.example\": { \"mda\": { \"mailboxes\": { \"q\": { \"quota\": \"1MB\" } } } }", "",
     NULL},
    {"a stop", "", ", { \"at\": \"1m\", \"on\": \"m.x.example\", \"stop\": true }", NULL},
    {"the first of two", ", \"s.test\": { \"bridge\": { \"to\": \"127.0.0.1:2525\" } }",
     ", { \"at\": \"1m\", \"on\": \"m.x.example\", \"stop\": true }",
     "\"bridge\" is not built yet"},
};

Test(scenario, the_first_thing_not_built_is_named)
{
    for (size_t i = 0; i < sizeof unbuilt / sizeof *unbuilt; i++) {
        struct lab_scenario l;
        struct scenario_mistake m;
        char text[2048];
        bool found;

        snprintf(
            text, sizeof text,
            "{ \"smtplab\": 1, \"hosts\": { \"a\": { \"mua\": { \"mailbox\": \"a@x.example\" } },\n"
            "\"m.x.example\": { \"mta\": {}, \"mda\": { \"mailboxes\": [\"a\"] } }%s },\n"
            "\"timeline\": [ { \"at\": \"0s\", \"on\": \"a\", \"send\": { \"to\": \"a@x.example\" "
            "} }%s ] "
            "}",
            unbuilt[i].hosts, unbuilt[i].entry);
        lab_read_text(&l, text_of(text));
        cr_expect(l.good, "%s passes the check", unbuilt[i].name);
        found = scenario_first_unbuilt(&l.s, &m);
        cr_expect_eq(found, unbuilt[i].want != NULL, "%s", unbuilt[i].name);
        if (found && unbuilt[i].want)
            cr_expect(text_equal(m.what, text_of(unbuilt[i].want)), "%s: %.*s", unbuilt[i].name,
                      TEXT_ARG(m.what));
        lab_free(&l);
    }
}

Test(scenario, the_full_example_is_built)
{
    struct lab_scenario l;
    struct scenario_mistake m;

    lab_read_scenario(&l, "scenarios/borrowed-server.json");
    cr_assert(l.good);
    cr_expect(!scenario_first_unbuilt(&l.s, &m));
    lab_free(&l);
}

/* ---- --set and --seed ---------------------------------------------------------------------- */

static const struct {
    const char *name, *pointer, *value, *want; /* want: the first mistake, NULL if none */
} settings[] = {
    {"a number", "/seed", "7", NULL},
    {"a text without quotes", "/internet/latency", "40ms", NULL},
    {"a text in quotes", "/title", "\"x\"", NULL},
    {"an element of a list", "/timeline/0/at", "5s", NULL},
    {"a new key", "/hosts/mail.uni.example/mta/recipients", "any", NULL},
    {"an object", "/hosts/b.uni.example", "{ \"mta\": { \"domains\": [] } }", NULL},
    {"an unknown key", "/sead", "7", "unknown key \"sead\""},
    {"a value that does not fit", "/seed", "seven", "\"seed\" must be a whole number, not a text"},
    {"no slash", "seed", "7",
     "--set seed: a place begins with /, such as /seed or /hosts/mx/mta/recipients"},
    {"below a number", "/smtplab/x", "7", "--set /smtplab/x: there is nothing below this place"},
};

Test(scenario, settings_are_laid_over_the_file)
{
    struct text file;
    char *octets = lab_read_file("scenarios/my-first-letter.json", &file);

    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        struct scenario_setting setting = {text_of(settings[i].pointer),
                                           text_of(settings[i].value)};
        struct scenario_options options = {.settings = &setting, .setting_count = 1, .seed = -1};
        struct memory m;
        struct scenario s;
        bool good;

        memory_init(&m, 0);
        good = scenario_read(&s, &m, file, TEXT("x"), &options);
        cr_expect_eq(good, settings[i].want == NULL, "%s", settings[i].name);
        if (settings[i].want && s.mistakes.count > 0) {
            cr_expect(text_equal(s.mistakes.items[0].what, text_of(settings[i].want)), "%s: %.*s",
                      settings[i].name, TEXT_ARG(s.mistakes.items[0].what));
            cr_expect_eq(s.mistakes.items[0].at.line, 0, "%s", settings[i].name);
        }
        scenario_free(&s);
        memory_end(&m);
    }
    free(octets);
}

Test(scenario, a_setting_and_a_seed_are_in_the_model)
{
    struct text file;
    char *octets = lab_read_file("scenarios/my-first-letter.json", &file);
    struct scenario_setting setting = {TEXT("/internet/latency"), TEXT("40ms")};
    struct scenario_options options = {&setting, 1, 99};
    struct memory m;
    struct scenario s;

    memory_init(&m, 0);
    cr_assert(scenario_read(&s, &m, file, TEXT("x"), &options));
    cr_expect_eq(s.internet.latency_ns, 40 * CLOCK_MILLISECOND);
    cr_expect_eq(s.seed, 99);
    scenario_free(&s);
    memory_end(&m);
    free(octets);
}

/* ---- hostile inputs ------------------------------------------------------------------------ */

Test(scenario, cut_after_every_octet_it_is_an_error_and_never_worse, .timeout = 300)
{
    struct text file;
    char *octets = lab_read_file("scenarios/borrowed-server.json", &file);
    size_t end = file.size;

    while (end > 0 && octets[end - 1] != '}')
        end--;
    for (size_t size = 0; size < end; size++) {
        struct lab_scenario l;

        lab_read_text(&l, text_from(octets, size));
        cr_assert(!l.good, "%zu octets", size);
        cr_assert_gt(l.s.mistakes.count, 0, "%zu octets", size);
        lab_free(&l);
    }
    free(octets);
}

Test(scenario, any_octet_changed_it_is_read_or_refused, .timeout = 300)
{
    struct text file;
    char *octets = lab_read_file("scenarios/my-first-letter.json", &file);
    static const unsigned char others[] = {0, '"', '{', '}', ',', '0', '-', 0x80, 0xff, '\\'};

    for (size_t i = 0; i < file.size; i++)
        for (size_t k = 0; k < sizeof others; k++) {
            struct lab_scenario l;
            char kept = octets[i];

            octets[i] = (char)others[k];
            lab_read_text(&l, file);
            cr_assert(l.good || l.s.mistakes.errors > 0, "octet %zu", i);
            octets[i] = kept;
            lab_free(&l);
        }
    free(octets);
}

Test(scenario, a_hundred_thousand_hosts, .timeout = 300)
{
    struct memory m;
    struct buffer b;
    struct lab_scenario l;

    memory_init(&m, 0);
    buffer_init(&b, &m);
    buffer_put_string(&b, "{\"smtplab\":1,\"hosts\":{");
    for (int i = 0; i < 100000; i++) {
        buffer_put_string(&b, i > 0 ? ",\"m.d" : "\"m.d");
        buffer_put_int(&b, i);
        buffer_put_string(&b, ".example\":{\"mta\":{},\"mda\":{\"mailboxes\":[\"u\"]}}");
    }
    buffer_put_string(&b, "}}");
    lab_read_text(&l, buffer_text(&b));
    cr_assert(l.good);
    cr_expect_eq(l.s.host_count, 100001);
    cr_expect_eq(l.s.zone_count, 100000);
    for (uint32_t i = 0; i < l.s.host_count; i++)
        cr_assert_eq(l.s.hosts[i].address_count, 2, "host %u", i);
    lab_free(&l);
    memory_end(&m);
}

Test(scenario, a_hundred_thousand_mistakes_are_counted_and_a_hundred_kept, .timeout = 300)
{
    struct memory m;
    struct buffer b;
    struct lab_scenario l;

    memory_init(&m, 0);
    buffer_init(&b, &m);
    buffer_put_string(&b, "{\"smtplab\":1,\"hosts\":{");
    for (int i = 0; i < 100000; i++) {
        buffer_put_string(&b, i > 0 ? ",\"pc" : "\"pc");
        buffer_put_int(&b, i);
        buffer_put_string(&b, "\":{\"mua\":{\"mailbox\":\"u@x.example\",\"server\":\"nowhere\"}}");
    }
    buffer_put_string(&b, "}}");
    lab_read_text(&l, buffer_text(&b));
    cr_assert(!l.good);
    cr_expect_geq(l.s.mistakes.errors, 100000);
    cr_expect_eq(l.s.mistakes.count, 100);
    lab_free(&l);
    memory_end(&m);
}
