/*
 * test_dns_resolver.c - asking, caching, waiting, giving up: to the nanosecond.
 *
 * Every packet takes 25 ms, so an answer takes 50.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/kernel/clock.h"
#include "sim/net/udp.h"
#include "tests/dns_lab.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define MS           CLOCK_MILLISECOND
#define S            CLOCK_SECOND

static struct dns_lab lab;
static struct dns_resolver resolver;
static struct dns_lab_asker askers[64];
static uint32_t pc;
static struct dns_server *ns;

static const char *const records[] = {
    "shop.example - SOA ns.example hostmaster.shop.example 900",
    "shop.example - MX 10 mx.shop.example",
    "mx.shop.example 60 A 192.0.2.25",
    "www.shop.example 100 CNAME web.shop.example",
    "web.shop.example 50 CNAME mx.shop.example",
    "once.shop.example 0 A 192.0.2.26",
    "ring.shop.example - CNAME ring2.shop.example",
    "ring2.shop.example - CNAME ring.shop.example",
    "dangling.shop.example - CNAME nobody.shop.example",
    "quick.uni.example 1 A 192.0.2.30",
};

static void open_lab(const struct dns_resolver_config *config)
{
    uint32_t zone;

    dns_lab_init(&lab);
    pc = dns_lab_host(&lab, "pc", "192.0.2.1");
    ns = dns_lab_server(&lab, "ns", "192.0.2.53");
    zone = dns_lab_zone(&lab, "shop.example");
    dns_lab_zone(&lab, "uni.example");
    dns_server_serve(ns, zone);
    dns_server_serve_all(ns);
    for (size_t i = 0; i < COUNT(records); i++)
        cr_assert_eq(dns_lab_record(&lab, records[i]), DNS_ZONE_OK, "%s", records[i]);
    dns_resolver_init(&resolver, &lab.net, pc, &lab.zones, config, &lab);
}

static void close_lab(void)
{
    dns_resolver_end(&resolver);
    cr_expect_eq(lab.causeless, 0, "every record has a cause");
    dns_lab_end(&lab);
}

static void ask(int i, const char *name, uint16_t type)
{
    dns_lab_ask(&lab, &resolver, &askers[i], name, type);
}

static void want(int i, int64_t at_ns, const char *text)
{
    cr_expect_eq(askers[i].told, 1, "%d: told %d times", i, askers[i].told);
    cr_expect_str_eq(askers[i].text, text, "%d: %s", i, askers[i].text);
    cr_expect_eq(askers[i].told_ns, at_ns, "%d: at %lld", i, (long long)askers[i].told_ns);
}

/* The log since the last time. */
static void want_log(const char *text)
{
    cr_expect_str_eq(lab.log, text, "got:\n%swant:\n%s", lab.log, text);
    lab.log[0] = '\0';
}

/* ---- the cache ---------------------------------------------------------------------------------- */

Test(dns_resolver, a_question_and_then_the_cache)
{
    open_lab(NULL);
    ask(0, "mx.shop.example", DNS_A);
    dns_lab_run(&lab, -1);
    want(0, 50 * MS, "ok mx.shop.example: 192.0.2.25");
    want_log("0 pc query mx.shop.example A to 192.0.2.53 #1\n"
             "25000000 ns query mx.shop.example A from 192.0.2.1 #0\n"
             "25000000 ns answer mx.shop.example A NOERROR AA [mx.shop.example 60 A 192.0.2.25]"
             " waited 0\n"
             "50000000 pc answer mx.shop.example A NOERROR AA [mx.shop.example 60 A 192.0.2.25]"
             " waited 50000000\n");
    dns_lab_run(&lab, 10 * S);
    ask(1, "MX.Shop.Example", DNS_A); /* RFC 4343 */
    dns_lab_run(&lab, -1);
    want(1, 10 * S, "ok mx.shop.example: 192.0.2.25");
    want_log(
        "10000000000 pc cached mx.shop.example A NOERROR [mx.shop.example 50 A 192.0.2.25] 50 s\n");
    close_lab();
}

/* The answer came at 50 ms and lives 60 s. */
Test(dns_resolver, a_ttl_ends_to_the_nanosecond)
{
    struct dns_result result;

    open_lab(NULL);
    ask(0, "mx.shop.example", DNS_A);
    dns_lab_run(&lab, 60 * S + 50 * MS - 1);
    lab.log[0] = '\0';
    cr_expect(dns_peek(&resolver, TEXT("mx.shop.example"), DNS_A, 1, TEXT(""), &result));
    want_log(
        "60049999999 pc cached mx.shop.example A NOERROR [mx.shop.example 0 A 192.0.2.25] 0 s\n");
    dns_lab_run(&lab, 60 * S + 50 * MS);
    uint64_t seq = lab.trace.seq;
    cr_expect(!dns_peek(&resolver, TEXT("mx.shop.example"), DNS_A, 1, TEXT(""), &result));
    cr_expect_eq(lab.trace.seq, seq, "no record");
    ask(1, "mx.shop.example", DNS_A);
    want_log("60050000000 pc expired mx.shop.example A\n"
             "60050000000 pc query mx.shop.example A to 192.0.2.53 #1\n");
    dns_lab_run(&lab, -1);
    want(1, 60 * S + 100 * MS, "ok mx.shop.example: 192.0.2.25");
    close_lab();
}

Test(dns_resolver, a_ttl_of_0_serves_only_the_question_that_fetched_it)
{
    open_lab(NULL);
    ask(0, "once.shop.example", DNS_A);
    ask(1, "once.shop.example", DNS_A);
    dns_lab_run(&lab, -1);
    want(0, 50 * MS, "ok once.shop.example: 192.0.2.26");
    want(1, 50 * MS, "ok once.shop.example: 192.0.2.26");
    ask(2, "once.shop.example", DNS_A);
    dns_lab_run(&lab, -1);
    want(2, 100 * MS, "ok once.shop.example: 192.0.2.26");
    close_lab();
}

static const struct {
    const char *name;
    uint16_t type;
    const char *told;
    const char *also; /* a name below or of another type that the denial covers too, or NULL */
    int64_t ttl_s;
} denials[] = {
    {"nobody.shop.example", DNS_MX, "no name nobody.shop.example", "NXDOMAIN", 900},
    {"mx.shop.example", DNS_MX, "no data mx.shop.example", NULL, 900},
    {"nobody.uni.example", DNS_A, "no name nobody.uni.example", "NXDOMAIN", 3600},
    {"no-such-zone.test", DNS_A, "no name no-such-zone.test", "NXDOMAIN", 3600},
};

/* RFC 2308: NXDOMAIN holds for all types, NODATA for one; both as long as the SOA says. */
Test(dns_resolver, denials_are_kept)
{
    for (size_t i = 0; i < COUNT(denials); i++) {
        int64_t end_ns = denials[i].ttl_s * S + 50 * MS;
        struct text name = text_of(denials[i].name);
        struct dns_result result;

        open_lab(NULL);
        ask(0, denials[i].name, denials[i].type);
        dns_lab_run(&lab, end_ns - 1);
        want(0, 50 * MS, denials[i].told);
        cr_expect(dns_peek(&resolver, name, denials[i].type, 1, TEXT(""), &result));
        cr_expect_eq(result.outcome, denials[i].also ? DNS_NO_NAME : DNS_NO_DATA);
        cr_expect_eq(result.rcode, denials[i].also ? DNS_NXDOMAIN : DNS_NOERROR);
        cr_expect_eq(result.count, 0);
        cr_expect_eq(dns_peek(&resolver, name, DNS_AAAA, 1, TEXT(""), &result),
                     denials[i].also != NULL, "%s: other types", denials[i].name);
        dns_lab_run(&lab, end_ns);
        cr_expect(!dns_peek(&resolver, name, denials[i].type, 1, TEXT(""), &result), "%s",
                  denials[i].name);
        close_lab();
    }
}

/* RFC 2308 5: the lesser of the SOA's own TTL and its minimum, and three hours at most. */
Test(dns_resolver, how_long_a_denial_is_kept)
{
    static const struct {
        const char *soa;
        int64_t want_s;
    } rows[] = {{"late.example 500 SOA ns.example h.example 900", 500},
                {"late.example 900 SOA ns.example h.example 500", 500},
                {"late.example 0 SOA ns.example h.example 500", 0},
                {"late.example 90000 SOA ns.example h.example 90000", 10800}};

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dns_result result;

        open_lab(NULL);
        dns_lab_zone(&lab, "late.example");
        cr_assert_eq(dns_lab_record(&lab, rows[i].soa), DNS_ZONE_OK);
        dns_server_serve_all(ns);
        ask(0, "x.late.example", DNS_A);
        dns_lab_run(&lab, 50 * MS);
        want(0, 50 * MS, "no name x.late.example");
        dns_lab_run(&lab, 50 * MS + rows[i].want_s * S - (rows[i].want_s > 0));
        cr_expect_eq(dns_peek(&resolver, TEXT("x.late.example"), DNS_A, 1, TEXT(""), &result),
                     rows[i].want_s > 0, "%s", rows[i].soa);
        dns_lab_run(&lab, 50 * MS + rows[i].want_s * S);
        cr_expect(!dns_peek(&resolver, TEXT("x.late.example"), DNS_A, 1, TEXT(""), &result), "%s",
                  rows[i].soa);
        close_lab();
    }
}

/* R102: a CNAME is followed, and its target is what the answer is about. */
Test(dns_resolver, cnames_are_followed_and_kept_each_with_its_own_ttl)
{
    struct dns_result result;

    open_lab(NULL);
    ask(0, "www.shop.example", DNS_A);
    dns_lab_run(&lab, 1 * S);
    want(0, 50 * MS, "ok mx.shop.example: 192.0.2.25");
    cr_expect_eq(askers[0].result.hops, 2);
    lab.log[0] = '\0';
    cr_expect(dns_peek(&resolver, TEXT("www.shop.example"), DNS_A, 1, TEXT(""), &result));
    cr_expect(text_equal(result.name, TEXT("mx.shop.example")));
    want_log(
        "1000000000 pc cached www.shop.example A NOERROR"
        " [www.shop.example 99 CNAME web.shop.example] 99 s\n"
        "1000000000 pc cached web.shop.example A NOERROR"
        " [web.shop.example 49 CNAME mx.shop.example] 49 s\n"
        "1000000000 pc cached mx.shop.example A NOERROR [mx.shop.example 59 A 192.0.2.25] 59 s\n");
    /* At 55 s the middle link is gone: one is cached, then the question is web.shop.example's. */
    dns_lab_run(&lab, 55 * S);
    ask(1, "www.shop.example", DNS_A);
    dns_lab_run(&lab, 56 * S);
    want(1, 55 * S + 50 * MS, "ok mx.shop.example: 192.0.2.25");
    cr_expect(strstr(lab.log, "pc cached www.shop.example A") != NULL);
    cr_expect(strstr(lab.log, "pc expired web.shop.example A") != NULL);
    cr_expect(strstr(lab.log, "pc query web.shop.example A") != NULL, "%s", lab.log);
    /* A CNAME can be asked for itself. */
    ask(2, "web.shop.example", DNS_CNAME);
    dns_lab_run(&lab, -1);
    want(2, 56 * S, "ok web.shop.example: mx.shop.example");
    close_lab();
}

Test(dns_resolver, rings_and_dead_ends_of_cnames)
{
    open_lab(NULL);
    ask(0, "ring.shop.example", DNS_A);
    ask(1, "dangling.shop.example", DNS_MX);
    dns_lab_run(&lab, -1);
    want(0, 50 * MS, "failed ring.shop.example");
    want(1, 50 * MS, "no name nobody.shop.example");
    cr_expect_eq(askers[1].result.hops, 1);
    /* Again, from the cache: the same. */
    ask(2, "ring.shop.example", DNS_A);
    ask(3, "dangling.shop.example", DNS_MX);
    dns_lab_run(&lab, -1);
    want(2, 50 * MS, "failed ring.shop.example");
    want(3, 50 * MS, "no name nobody.shop.example");
    close_lab();
}

/* ---- several at once --------------------------------------------------------------------------- */

Test(dns_resolver, the_same_question_is_asked_once)
{
    open_lab(NULL);
    ask(0, "mx.shop.example", DNS_A);
    ask(1, "mx.shop.example", DNS_AAAA);
    dns_lab_run(&lab, 30 * MS);
    ask(2, "MX.shop.example", DNS_A);
    ask(3, "mx.shop.example", DNS_A);
    dns_cancel(&askers[2].asking);
    dns_cancel(&askers[2].asking);
    dns_lab_run(&lab, -1);
    want(0, 50 * MS, "ok mx.shop.example: 192.0.2.25");
    want(1, 50 * MS, "no data mx.shop.example");
    want(3, 50 * MS, "ok mx.shop.example: 192.0.2.25");
    cr_expect_eq(askers[2].told, 0);
    cr_expect_eq(lab.net.datagrams, 4);
    close_lab();
}

Test(dns_resolver, who_goes_away_is_not_told_but_the_cache_is)
{
    struct dns_result result;

    open_lab(NULL);
    ask(0, "mx.shop.example", DNS_A);
    dns_cancel(&askers[0].asking);
    dns_lab_run(&lab, -1);
    cr_expect_eq(askers[0].told, 0);
    cr_expect(dns_peek(&resolver, TEXT("mx.shop.example"), DNS_A, 1, TEXT(""), &result));
    ask(1, "mx.shop.example", DNS_A); /* would come from the cache */
    dns_cancel(&askers[1].asking);
    dns_lab_run(&lab, -1);
    cr_expect_eq(askers[1].told, 0);
    close_lab();
}

Test(dns_resolver, a_crash_forgets_everything)
{
    struct dns_result result;

    open_lab(NULL);
    ask(0, "mx.shop.example", DNS_A);
    dns_lab_run(&lab, -1);
    ask(1, "mx.shop.example", DNS_A);
    ask(2, "shop.example", DNS_MX);
    dns_resolver_reset(&resolver);
    cr_expect(!dns_is_asking(&askers[1].asking) || askers[1].told == 0);
    dns_lab_run(&lab, 1 * S);
    cr_expect_eq(askers[2].told, 0);
    cr_expect(!dns_peek(&resolver, TEXT("mx.shop.example"), DNS_A, 1, TEXT(""), &result));
    ask(3, "shop.example", DNS_MX);
    dns_lab_run(&lab, -1);
    want(3, 1 * S + 50 * MS, "ok shop.example: 10 mx.shop.example");
    close_lab();
}

static int told_before_reset;

static void reset_at_once(void *world, struct dns_asking *self, const struct dns_result *result)
{
    (void)world;
    (void)self;
    (void)result;
    told_before_reset++;
    dns_resolver_reset(&resolver);
}

Test(dns_resolver, a_crash_during_an_answer)
{
    struct dns_asking first = {.answered = reset_at_once}, second = {.answered = reset_at_once};

    open_lab(NULL);
    dns_ask(&resolver, &first, TEXT("mx.shop.example"), DNS_A, 1);
    dns_ask(&resolver, &second, TEXT("mx.shop.example"), DNS_A, 1);
    ask(0, "shop.example", DNS_MX);
    dns_lab_run(&lab, -1);
    cr_expect_eq(told_before_reset, 1);
    cr_expect(!dns_is_asking(&second) && !dns_is_asking(&askers[0].asking));
    close_lab();
}

/* The least recently used names go; the bound is kept. */
Test(dns_resolver, the_cache_is_bounded)
{
    const struct dns_resolver_config config = {.names_max = 10};
    char names[40][40];
    struct dns_result result;

    open_lab(&config);
    for (int i = 0; i < 40; i++) {
        snprintf(names[i], sizeof names[i], "n%d.shop.example", i);
        ask(i, names[i], DNS_A);
        dns_lab_run(&lab, -1);
        ask(63, "n0.shop.example", DNS_A); /* stays in use */
        dns_lab_run(&lab, -1);
    }
    cr_expect_leq(resolver.cache.count, 10);
    for (int i = 0; i < 40; i++)
        cr_expect_eq(dns_peek(&resolver, text_of(names[i]), DNS_A, 1, TEXT(""), &result),
                     i == 0 || i >= 31, "%d", i);
    close_lab();
}

/* ---- silence, failure ---------------------------------------------------------------------------- */

Test(dns_resolver, silence)
{
    open_lab(NULL);
    dns_server_fault(ns, TEXT("shop.example"), true, DNS_SILENT, -1, -1);
    ask(0, "shop.example", DNS_MX);
    dns_lab_run(&lab, 6 * S);
    ask(1, "shop.example", DNS_MX);
    dns_lab_run(&lab, -1);
    want(0, 35 * S, "timed out shop.example"); /* 5 + 10 + 20 */
    want(1, 35 * S, "timed out shop.example");
    cr_expect_eq(lab.queue.pending, 0);
    want_log("0 pc query shop.example MX to 192.0.2.53 #1\n"
             "25000000 ns query shop.example MX from 192.0.2.1 #0\n"
             "5000000000 pc timeout shop.example MX 192.0.2.53 #1 waited 5000000000\n"
             "5000000000 pc query shop.example MX to 192.0.2.53 #2\n"
             "5025000000 ns query shop.example MX from 192.0.2.1 #0\n"
             "15000000000 pc timeout shop.example MX 192.0.2.53 #2 waited 10000000000\n"
             "15000000000 pc query shop.example MX to 192.0.2.53 #3\n"
             "15025000000 ns query shop.example MX from 192.0.2.1 #0\n"
             "35000000000 pc timeout shop.example MX 192.0.2.53 #3 waited 20000000000\n");
    /* Failures are not kept. */
    dns_server_fault(ns, TEXT("shop.example"), true, DNS_ANSWERS, -1, -1);
    ask(2, "shop.example", DNS_MX);
    dns_lab_run(&lab, -1);
    want(2, 35 * S + 50 * MS, "ok shop.example: 10 mx.shop.example");
    close_lab();
}

Test(dns_resolver, silence_that_ends)
{
    open_lab(NULL);
    dns_server_fault(ns, TEXT("shop.example"), false, DNS_SILENT, 2, -1);
    ask(0, "shop.example", DNS_MX);
    dns_lab_run(&lab, -1);
    want(0, 15 * S + 50 * MS, "ok shop.example: 10 mx.shop.example");
    close_lab();
}

Test(dns_resolver, a_second_server_is_asked)
{
    static const struct {
        enum dns_fault first, second;
        int64_t want_ns;
        const char *want;
    } rows[] = {
        {DNS_SILENT, DNS_ANSWERS, 5 * S + 50 * MS, "ok shop.example: 10 mx.shop.example"},
        {DNS_SAYS_SERVFAIL, DNS_ANSWERS, 100 * MS, "ok shop.example: 10 mx.shop.example"},
        {DNS_SAYS_REFUSED, DNS_ANSWERS, 100 * MS, "ok shop.example: 10 mx.shop.example"},
        {DNS_SAYS_NXDOMAIN, DNS_ANSWERS, 50 * MS, "no name shop.example"},
        {DNS_SAYS_SERVFAIL, DNS_SAYS_REFUSED, 100 * MS, "failed shop.example"},
        /* 50 ms, then silence for 5, 10 and 20 s: the first is not asked again */
        {DNS_SAYS_SERVFAIL, DNS_SILENT, 35 * S + 50 * MS, "failed shop.example"},
        /* 5 s, 50 ms, then the first again for 10 and 20 s */
        {DNS_SILENT, DNS_SAYS_SERVFAIL, 35 * S + 50 * MS, "failed shop.example"},
        {DNS_SILENT, DNS_SILENT, 70 * S, "timed out shop.example"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        open_lab(NULL);
        struct dns_server *second = dns_lab_server(&lab, "ns2", "192.0.2.54");
        dns_server_serve(second, dns_zone_find(&lab.zones, TEXT("shop.example")));
        dns_server_fault(ns, TEXT("shop.example"), true, rows[i].first, -1, -1);
        dns_server_fault(second, TEXT("shop.example"), true, rows[i].second, -1, -1);
        ask(0, "shop.example", DNS_MX);
        dns_lab_run(&lab, -1);
        want(0, rows[i].want_ns, rows[i].want);
        close_lab();
    }
}

Test(dns_resolver, a_server_that_is_down_and_a_name_that_nobody_serves)
{
    uint32_t zone;

    open_lab(NULL);
    net_set_host_up(&lab.net, ns->host, false);
    ask(0, "shop.example", DNS_MX);
    dns_lab_run(&lab, -1);
    want(0, 35 * S, "timed out shop.example");
    close_lab();

    dns_lab_init(&lab);
    pc = dns_lab_host(&lab, "pc", "192.0.2.1");
    cr_assert_eq(dns_zone_add(&lab.zones, TEXT("lonely.example"), 60, &zone), DNS_ZONE_OK);
    dns_resolver_init(&resolver, &lab.net, pc, &lab.zones, NULL, &lab);
    ask(0, "lonely.example", DNS_MX);
    ask(1, "elsewhere.test", DNS_MX);
    dns_lab_run(&lab, -1);
    want(0, 0, "failed lonely.example");
    want(1, 0, "failed elsewhere.test");
    want_log("");
    close_lab();
}

Test(dns_resolver, a_server_that_cannot_be_reached_for_want_of_an_address)
{
    open_lab(NULL);
    struct dns_server *second = dns_lab_server(&lab, "ns6", "2001:db8::53");
    uint32_t zone = dns_lab_zone(&lab, "six.example");
    dns_server_serve(second, zone);
    ask(0, "six.example", DNS_MX);
    dns_lab_run(&lab, -1);
    want(0, 0, "failed six.example");
    cr_expect_eq(lab.net.datagrams, 0);
    close_lab();
}

static const char *const no_names[] = {
    "",   "a..b",
    ".",  "a\\",
    "x.", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.shop.example", /* 64 */
};

Test(dns_resolver, what_is_no_name)
{
    open_lab(NULL);
    for (size_t i = 0; i < COUNT(no_names); i++)
        ask((int)i, no_names[i], DNS_MX);
    dns_lab_run(&lab, -1);
    for (size_t i = 0; i < COUNT(no_names); i++) {
        bool is_one = strcmp(no_names[i], ".") == 0 || strcmp(no_names[i], "x.") == 0;
        cr_expect_eq(askers[i].told, 1);
        cr_expect_eq(askers[i].told_ns, is_one ? 50 * MS : 0, "%s", no_names[i]);
        cr_expect_eq(askers[i].result.outcome, strcmp(no_names[i], ".") ? DNS_NO_NAME : DNS_NO_DATA,
                     "%s: %s", no_names[i], askers[i].text);
    }
    close_lab();
}

/* An escape and a final dot are other spellings of the same name. */
Test(dns_resolver, spellings)
{
    static const char *const spellings[] = {"mx.shop.example", "mx.shop.example.",
                                            "\\109x.shop.example", "MX.SHOP.EXAMPLE."};

    open_lab(NULL);
    for (size_t i = 0; i < COUNT(spellings); i++)
        ask((int)i, spellings[i], DNS_A);
    dns_lab_run(&lab, -1);
    for (size_t i = 0; i < COUNT(spellings); i++)
        want((int)i, 50 * MS, "ok mx.shop.example: 192.0.2.25");
    cr_expect_eq(lab.net.datagrams, 2);
    close_lab();
}

/* ---- replies that do not count (RFC 5452) --------------------------------------------------------- */

struct forger {
    uint32_t host;
    int seen;
    void (*change)(uint8_t *octets, size_t *size, uint16_t *port);
};

/* Answers every question, changed: "mx.shop.example" is 6.6.6.6. */
static void on_forger(void *context, const struct udp_datagram *d)
{
    struct forger *f = context;
    struct dns_message m;
    struct dns_writer w;
    uint8_t out[DNS_UDP_EDNS_MAX];
    uint16_t port = d->source_port;
    const struct dns_record a = {.name = TEXT("mx.shop.example"),
                                 .type = DNS_A,
                                 .ttl_s = 60,
                                 .address = {.octets = {6, 6, 6, 6}, .family = ADDRESS_IPV4}};

    f->seen++;
    dns_message_init(&m, &lab.memory);
    cr_assert_eq(dns_message_read(&m, d->octets), DNS_READ_OK);
    struct dns_header header = {.id = m.header.id, .response = true, .authoritative = true};
    dns_write_begin(&w, out, sizeof out, &header, &m.question);
    dns_write_records(&w, DNS_ANSWER, text_from(NULL, 0), &a, 1);
    size_t size = dns_write_end(&w);
    f->change(out, &size, &port);
    udp_send(&lab.net, f->host, NULL, DNS_PORT, &lab.net.addresses[d->source].address, port,
             text_from((char *)out, size), &(struct trace_where){.cause = d->cause});
    dns_message_free(&m);
}

static void as_it_is(uint8_t *octets, size_t *size, uint16_t *port)
{
    (void)octets, (void)size, (void)port;
}

static void wrong_id(uint8_t *octets, size_t *size, uint16_t *port)
{
    (void)size, (void)port;
    octets[1] ^= 1;
}

static void wrong_port(uint8_t *octets, size_t *size, uint16_t *port)
{
    (void)octets, (void)size;
    *port ^= 1;
}

static void wrong_question(uint8_t *octets, size_t *size, uint16_t *port)
{
    (void)size, (void)port;
    octets[13] = 'n';
}

static void wrong_type(uint8_t *octets, size_t *size, uint16_t *port)
{
    (void)size, (void)port;
    octets[12 + 17 + 1] = DNS_AAAA;
}

static void no_reply(uint8_t *octets, size_t *size, uint16_t *port)
{
    (void)size, (void)port;
    octets[2] &= 0x7F;
}

static void cut_to_nothing(uint8_t *octets, size_t *size, uint16_t *port)
{
    (void)octets, (void)port;
    *size = 11;
}

static void broken(uint8_t *octets, size_t *size, uint16_t *port)
{
    (void)octets, (void)port;
    *size -= 1;
}

static void truncated(uint8_t *octets, size_t *size, uint16_t *port)
{
    (void)size, (void)port;
    octets[2] |= 2;
}

static void strange_rcode(uint8_t *octets, size_t *size, uint16_t *port)
{
    (void)size, (void)port;
    octets[3] |= 9;
}

Test(dns_resolver, which_replies_count)
{
    static const struct {
        const char *name;
        void (*change)(uint8_t *octets, size_t *size, uint16_t *port);
        int64_t want_ns;
        const char *want;
    } rows[] = {
        {"as it is", as_it_is, 50 * MS, "ok mx.shop.example: 6.6.6.6"},
        {"wrong id", wrong_id, 35 * S, "timed out mx.shop.example"},
        {"wrong port", wrong_port, 35 * S, "timed out mx.shop.example"},
        {"wrong question", wrong_question, 35 * S, "timed out mx.shop.example"},
        {"wrong type", wrong_type, 35 * S, "timed out mx.shop.example"},
        {"not a reply", no_reply, 35 * S, "timed out mx.shop.example"},
        {"too short", cut_to_nothing, 35 * S, "timed out mx.shop.example"},
        {"broken", broken, 50 * MS, "failed mx.shop.example"},
        {"truncated", truncated, 50 * MS, "failed mx.shop.example"},
        {"rcode 9", strange_rcode, 50 * MS, "failed mx.shop.example"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct forger f = {.change = rows[i].change};
        struct address address;

        open_lab(NULL);
        f.host = dns_lab_host(&lab, "forger", "192.0.2.66");
        cr_assert(address_parse(TEXT("192.0.2.66"), &address));
        cr_assert_eq(udp_bind(&lab.net, f.host, DNS_PORT, on_forger, &f), DNS_PORT);
        uint32_t zone = dns_zone_find(&lab.zones, TEXT("shop.example"));
        lab.zones.zones[zone].servers[0].address = net_find_address(&lab.net, &address);
        lab.zones.zones[zone].server_count = 1;
        ask(0, "mx.shop.example", DNS_A);
        dns_lab_run(&lab, -1);
        want(0, rows[i].want_ns, rows[i].want);
        cr_expect_eq(f.seen, rows[i].want_ns == 50 * MS ? 1 : 3, "%s", rows[i].name);
        close_lab();
    }
}

/* The right answer from the wrong host, before the right host's. */
Test(dns_resolver, only_the_server_that_was_asked_is_believed)
{
    uint8_t out[DNS_UDP_EDNS_MAX];
    struct dns_writer w;
    const struct dns_record a = {.name = TEXT("mx.shop.example"),
                                 .type = DNS_A,
                                 .ttl_s = 60,
                                 .address = {.octets = {6, 6, 6, 6}, .family = ADDRESS_IPV4}};
    const struct dns_question q = {TEXT("mx.shop.example"), DNS_A, DNS_CLASS_IN};
    struct address to;

    open_lab(NULL);
    uint32_t liar = dns_lab_host(&lab, "liar", "192.0.2.66");
    dns_server_fault(ns, TEXT("shop.example"), true, DNS_SILENT, 1, -1);
    ask(0, "mx.shop.example", DNS_A);
    dns_lab_run(&lab, 1 * S);
    cr_assert(address_parse(TEXT("192.0.2.1"), &to));
    for (uint32_t id = 0; id < 65536; id++) { /* every id, to every likely port */
        const struct dns_header header = {.id = (uint16_t)id, .response = true};
        dns_write_begin(&w, out, sizeof out, &header, &q);
        dns_write_records(&w, DNS_ANSWER, text_from(NULL, 0), &a, 1);
        size_t size = dns_write_end(&w);
        uint16_t port = (uint16_t)(49152 + id % 16384);
        udp_send(&lab.net, liar, NULL, DNS_PORT, &to, port, text_from((char *)out, size),
                 &(struct trace_where){.cause = 1});
    }
    dns_lab_run(&lab, -1);
    want(0, 5 * S + 50 * MS, "ok mx.shop.example: 192.0.2.25");
    close_lab();
}

/* A late reply to the first try is as good as one to the second. */
Test(dns_resolver, late_replies_count)
{
    open_lab(NULL);
    link_set_internet(&lab.net, &(struct link_traits){.latency_ns = 4 * S});
    ask(0, "mx.shop.example", DNS_A);
    dns_lab_run(&lab, -1);
    want(0, 8 * S, "ok mx.shop.example: 192.0.2.25");
    cr_expect(strstr(lab.log, "timeout mx.shop.example A 192.0.2.53 #1 waited 5000000000") != NULL);
    close_lab();
}

/* A server may know names of zones that are not its own; what it says about them is not believed. */
Test(dns_resolver, a_cname_out_of_the_zone_is_asked_elsewhere)
{
    open_lab(NULL);
    struct dns_server *second = dns_lab_server(&lab, "ns2", "192.0.2.54");
    uint32_t zone = dns_lab_zone(&lab, "far.example");
    dns_server_serve(second, zone);
    cr_assert_eq(dns_lab_record(&lab, "host.far.example - A 192.0.2.77"), DNS_ZONE_OK);
    cr_assert_eq(dns_lab_record(&lab, "near.shop.example - CNAME host.far.example"), DNS_ZONE_OK);
    ask(0, "near.shop.example", DNS_A);
    dns_lab_run(&lab, -1);
    want(0, 100 * MS, "ok host.far.example: 192.0.2.77");
    cr_expect(strstr(lab.log, "50000000 pc query host.far.example A to 192.0.2.54 #1") != NULL,
              "%s", lab.log);
    close_lab();
}

/* ---- what is left behind -------------------------------------------------------------------------- */

/* 20,000 questions under faults, cancels and crashes: what is kept does not grow, all is given back. */
Test(dns_resolver, memory_grows_with_what_is_in_flight_only)
{
    const struct dns_resolver_config config = {.names_max = 50};
    struct random random;
    size_t settled = 0, halfway = 0;
    int told = 0, cancelled = 0, asked = 0;

    random_init(&random, 3, TEXT("test"), TEXT("askers"));
    open_lab(&config);
    dns_server_fault(ns, TEXT("uni.example"), true, DNS_SILENT, -1, -1);
    dns_server_fault(ns, TEXT("fail.example"), true, DNS_SAYS_SERVFAIL, -1, -1);
    for (int i = 0; i < 20000; i++) {
        static char names[COUNT(askers)][64];
        static const char *const zones[] = {"shop.example", "uni.example", "fail.example", "test"};
        int slot = (int)random_below(&random, COUNT(askers));

        if (dns_is_asking(&askers[slot].asking)) {
            dns_cancel(&askers[slot].asking);
            cancelled++;
        } else {
            told += askers[slot].told;
            snprintf(names[slot], sizeof names[slot], "n%d.%s", (int)random_below(&random, 300),
                     zones[random_below(&random, COUNT(zones))]);
            ask(slot, names[slot], random_below(&random, 2) ? DNS_A : DNS_MX);
            asked++;
        }
        dns_lab_run(&lab, lab.queue.now_ns + (int64_t)random_below(&random, 60 * (uint64_t)MS));
        cr_assert_leq(resolver.cache.count, 50 + 4 * COUNT(askers));
        if (i == 10000)
            halfway = lab.memory.peak;
        lab.log[0] = '\0';
        if (i % 5000 == 4999) {
            dns_resolver_reset(&resolver);
            dns_lab_run(&lab, -1);
            settled = settled > 0 ? settled : lab.memory.used;
            cr_expect_eq(lab.memory.used, settled, "after %d", i);
        }
    }
    cr_expect_gt(told, 5000);
    cr_expect_gt(cancelled, 1000);
    cr_expect_leq(lab.memory.peak, halfway + halfway / 4);
    close_lab();
}
