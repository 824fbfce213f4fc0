/*
 * test_scenario_units.c - amounts with units, and our own regular expressions.
 */
#include <criterion/criterion.h>
#include <regex.h>
#include <stdio.h>

#include "sim/scenario/pattern.h"
#include "sim/scenario/schema.h"
#include "sim/kernel/units.h"

static const struct {
    enum unit_kind kind;
    const char *text;
    enum unit_error error;
    int64_t amount;
} amounts[] = {
    {UNIT_DURATION, "0s", UNIT_FINE, 0},
    {UNIT_DURATION, "1ns", UNIT_FINE, 1},
    {UNIT_DURATION, "25ms", UNIT_FINE, 25000000},
    {UNIT_DURATION, "1.5s", UNIT_FINE, 1500000000},
    {UNIT_DURATION, "0.1us", UNIT_FINE, 100},
    {UNIT_DURATION, "2.5h", UNIT_FINE, INT64_C(9000000000000)},
    {UNIT_DURATION, "5d", UNIT_FINE, INT64_C(432000000000000)},
    {UNIT_DURATION, "0.000000001s", UNIT_FINE, 1},
    {UNIT_DURATION, "0.1ns", UNIT_TOO_FINE, 0},
    {UNIT_DURATION, "1.0000000001s", UNIT_NOT_ONE, 0}, /* ten places: not of the form */
    {UNIT_DURATION, "106751d", UNIT_TOO_LARGE, 0},
    {UNIT_DURATION, "10000d", UNIT_FINE, INT64_C(864000000000000000)},
    {UNIT_DURATION, "10000.1d", UNIT_TOO_LARGE, 0},
    {UNIT_DURATION, "5", UNIT_NOT_ONE, 0},
    {UNIT_DURATION, "s", UNIT_NOT_ONE, 0},
    {UNIT_DURATION, "5 s", UNIT_NOT_ONE, 0},
    {UNIT_DURATION, "-5s", UNIT_NOT_ONE, 0},
    {UNIT_DURATION, "5S", UNIT_NOT_ONE, 0},
    {UNIT_DURATION, "5MB", UNIT_NOT_ONE, 0},
    {UNIT_RATE, "64kbit/s", UNIT_FINE, 64000},
    {UNIT_RATE, "1.5Mbit/s", UNIT_FINE, 1500000},
    {UNIT_RATE, "0.5bit/s", UNIT_TOO_FINE, 0},
    {UNIT_RATE, "10Mbit", UNIT_NOT_ONE, 0},
    {UNIT_SIZE, "10MB", UNIT_FINE, 10000000},
    {UNIT_SIZE, "1KiB", UNIT_FINE, 1024},
    {UNIT_SIZE, "1.5KiB", UNIT_FINE, 1536},
    {UNIT_SIZE, "0.1KiB", UNIT_TOO_FINE, 0},
    {UNIT_SIZE, "0.5B", UNIT_TOO_FINE, 0},
    {UNIT_SHARE, "0.5%", UNIT_FINE, 5000},
    {UNIT_SHARE, "0.0001%", UNIT_FINE, 1},
    {UNIT_SHARE, "0.00001%", UNIT_TOO_FINE, 0},
    {UNIT_SHARE, "100%", UNIT_FINE, 1000000},
    {UNIT_SHARE, "20ppm", UNIT_FINE, 20},
};

Test(units, amounts_are_exact)
{
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
        int64_t amount = 0;
        enum unit_error error = unit_parse(text_of(amounts[i].text), amounts[i].kind, &amount);

        cr_expect_eq(error, amounts[i].error, "%s", amounts[i].text);
        cr_expect_eq(amount, amounts[i].amount, "%s", amounts[i].text);
    }
}

static const struct {
    enum unit_kind kind;
    const char *written, *meant; /* NULL: not clear */
} guesses[] = {
    {UNIT_DURATION, "5 min", "5m"},     {UNIT_DURATION, "5", "5s"},
    {UNIT_DURATION, "2 Hours", "2h"},   {UNIT_DURATION, "1,5 s", "1.5s"},
    {UNIT_DURATION, "soon", NULL},      {UNIT_DURATION, "5 fortnights", NULL},
    {UNIT_RATE, "10Mbps", "10Mbit/s"},  {UNIT_RATE, "10 mbit/s", "10Mbit/s"},
    {UNIT_RATE, "64000", "64000bit/s"}, {UNIT_SIZE, "10 mb", "10MB"},
    {UNIT_SIZE, "512 bytes", "512B"},   {UNIT_SHARE, "5", "5%"},
    {UNIT_SHARE, "5 percent", "5%"},    {UNIT_SHARE, "a few", NULL},
};

Test(units, what_was_probably_meant)
{
    struct memory m;
    struct buffer out;

    memory_init(&m, 0);
    buffer_init(&out, &m);
    for (size_t i = 0; i < sizeof guesses / sizeof *guesses; i++) {
        bool clear;

        buffer_clear(&out);
        clear = unit_guess(text_of(guesses[i].written), guesses[i].kind, &out);
        cr_expect_eq(clear, guesses[i].meant != NULL, "%s", guesses[i].written);
        if (clear && guesses[i].meant) {
            int64_t amount;

            cr_expect(text_equal(buffer_text(&out), text_of(guesses[i].meant)), "%s: %.*s",
                      guesses[i].written, TEXT_ARG(buffer_text(&out)));
            cr_expect_eq(unit_parse(buffer_text(&out), guesses[i].kind, &amount), UNIT_FINE,
                         "what is suggested is right: %s", guesses[i].meant);
        }
    }
    memory_end(&m);
}

/* ---- patterns ------------------------------------------------------------------------------ */

/* The C library's extended expressions, which mean the same for what we use of them. */
static bool library_matches(const char *pattern, const char *text)
{
    char whole[8300], plain[8192];
    size_t at = 0;
    bool set = false;
    regex_t r;
    int status;

    /* In POSIX a backslash inside a set is itself: "\-" is moved to the end, "\\" is one. */
    for (const char *p = pattern; *p; p++) {
        if (*p == '[' && !set && (p == pattern || p[-1] != '\\'))
            set = true;
        else if (*p == ']')
            set = false;
        if (set && p[0] == '\\' && p[1] == '-') {
            const char *end = strchr(p, ']');
            size_t rest = (size_t)(end - p) - 2;

            memcpy(plain + at, p + 2, rest);
            at += rest;
            plain[at++] = '-';
            p = end - 1;
            continue;
        }
        if (set && p[0] == '\\' && p[1] == '\\')
            p++;
        plain[at++] = *p;
    }
    plain[at] = '\0';
    snprintf(whole, sizeof whole, "^(%s)$", plain);
    cr_assert_eq(regcomp(&r, whole, REG_EXTENDED | REG_NOSUB), 0, "%s", whole);
    status = regexec(&r, text, 0, NULL, 0);
    regfree(&r);
    return status == 0;
}

static const struct {
    enum schema_form_id form;
    const char *text;
    bool want;
} forms[] = {
    {FORM_DATE, "2026-03-02T09:00:00Z", true},
    {FORM_DATE, "2026-03-02T24:00:00Z", false},
    {FORM_ADDRESS, "192.0.2.25", true},
    {FORM_ADDRESS, "255.255.255.255", true},
    {FORM_ADDRESS, "192.0.2.256", false},
    {FORM_ADDRESS, "192.0.2", false},
    {FORM_ADDRESS, "192.0.02.1", false},
    {FORM_ADDRESS, "2001:db8::25", true},
    {FORM_ADDRESS, "::", true},
    {FORM_ADDRESS, "::1", true},
    {FORM_ADDRESS, "1::", true},
    {FORM_ADDRESS, "1:2:3:4:5:6:7:8", true},
    {FORM_ADDRESS, "1:2:3:4:5:6:7::", true},
    {FORM_ADDRESS, "1:2:3:4:5:6:7", false},
    {FORM_ADDRESS, "1:2:3:4:5:6:7:8:9", false},
    {FORM_ADDRESS, "1::2::3", false},
    {FORM_ADDRESS, "12345::", false},
    {FORM_HOST, "alice-pc", true},
    {FORM_HOST, "mail.uni.example", true},
    {FORM_HOST, "-a", false},
    {FORM_HOST, "a-", false},
    {FORM_HOST, "a..b", false},
    {FORM_HOST, "a.", false},
    {FORM_HOST, "", false},
    {FORM_MAILBOX, "alice@uni.example", true},
    {FORM_MAILBOX, "a.b+c@x", true},
    {FORM_MAILBOX, "\"a b\"@x.example", true},
    {FORM_MAILBOX, "a@[192.0.2.1]", true},
    {FORM_MAILBOX, ".a@x", false},
    {FORM_MAILBOX, "a@", false},
    {FORM_MAILBOX, "@x", false},
    {FORM_MAILBOX, "a b@x", false},
    {FORM_SENDER, "", true},
    {FORM_SENDER, "<>", true},
    {FORM_SENDER, "<a@x>", false},
    {FORM_RELAY_RULE, "refuse", true},
    {FORM_RELAY_RULE, "allow anyone", true},
    {FORM_RELAY_RULE, "allow from 192.0.2.0/24", true},
    {FORM_RELAY_RULE, "allow from 2001:db8::/32", true},
    {FORM_RELAY_RULE, "allow to uni.example", true},
    {FORM_RELAY_RULE, "allow", false},
    {FORM_RELAY_RULE, "allow from uni.example", false},
    {FORM_ROUTE, "mx", true},
    {FORM_ROUTE, "smarthost:relay.example:2525", true},
    {FORM_ROUTE, "lmtp:store", true},
    {FORM_ROUTE, "smarthost:", false},
    {FORM_PATTERN, "*", true},
    {FORM_PATTERN, ".example", true},
    {FORM_PATTERN, "*.example", false},
    {FORM_MX, "10 mail.uni.example", true},
    {FORM_MX, "0 .", true},
    {FORM_MX, "10  mail", false},
    {FORM_ZONE_NAME, "@", true},
    {FORM_ZONE_NAME, "*.www", true},
    {FORM_STATUS, "5.1.1", true},
    {FORM_STATUS, "3.1.1", false},
    {FORM_REPLY, "451 4.3.0 later", true},
    {FORM_REPLY, "451", true},
    {FORM_REPLY, "651 no", false},
    {FORM_POINTER, "/mta/relay", true},
    {FORM_POINTER, "mta", false},
};

Test(pattern, every_form_as_wanted_and_as_the_library_has_it)
{
    static struct pattern p;
    struct memory m;

    memory_init(&m, 0);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const char *pattern = schema_form(forms[i].form)->pattern;

        pattern_compile(&p, &m, pattern);
        cr_expect_eq(pattern_match(&p, text_of(forms[i].text)), forms[i].want, "%s", forms[i].text);
        cr_expect_eq(library_matches(pattern, forms[i].text), forms[i].want, "the library: %s",
                     forms[i].text);
        pattern_free(&p, &m);
    }
    memory_end(&m);
}

static const char *const expressions[] = {
    "a",     "ab|cd",      "(a|b)*c",    "a?b?c?",      "(ab){2,3}",     "[a-c]+d{0,2}",
    "a{2}b", "(a|ab)(c|)", "((a|b)?c)*", "[^ab]c|d{1}", "(a{1,2}){2,2}", "(|a)b",
};

Test(pattern, random_texts_as_the_library_has_it)
{
    static struct pattern p;
    struct memory m;
    uint64_t state = 7;

    memory_init(&m, 0);
    for (size_t e = 0; e < sizeof expressions / sizeof *expressions; e++) {
        pattern_compile(&p, &m, expressions[e]);
        for (int i = 0; i < 2000; i++) {
            char text[8];
            size_t size;

            state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
            size = (state >> 60) % sizeof text;
            for (size_t k = 0; k < size; k++)
                text[k] = (char)('a' + (state >> (k * 7 + 3)) % 4);
            text[size] = '\0';
            cr_assert_eq(pattern_match(&p, text_of(text)), library_matches(expressions[e], text),
                         "%s on %s", expressions[e], text);
        }
        pattern_free(&p, &m);
    }
    memory_end(&m);
}

Test(pattern, a_long_text_takes_linear_time, .timeout = 60)
{
    static struct pattern p;
    struct memory m;
    struct buffer b;

    memory_init(&m, 0);
    buffer_init(&b, &m);
    for (int i = 0; i < 2000000; i++)
        buffer_put_string(&b, "a-");
    pattern_compile(&p, &m, schema_form(FORM_HOST)->pattern);
    cr_expect(!pattern_match(&p, buffer_text(&b)));
    buffer_put_char(&b, 'a');
    cr_expect(pattern_match(&p, buffer_text(&b)));
    memory_end(&m);
}
