/*
 * test_dns_zone.c - zones, and what a name server says (RFC 1034 4.3.2, RFC 2308, RFC 4592, RFC 6891).
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/dns_lab.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const records[] = {
    "shop.example - MX 10 mx.shop.example",
    "shop.example - MX 20 mx2.backup.example",
    "shop.example 60 TXT v=spf1",
    "mx.shop.example - A 192.0.2.25",
    "mx.shop.example - AAAA 2001:db8::25",
    "Mixed.Shop.Example - A 192.0.2.26",
    "www.shop.example - CNAME web.shop.example",
    "web.shop.example - CNAME mx.shop.example",
    "out.shop.example - CNAME host.elsewhere.example",
    "other.shop.example - CNAME mx.uni.example",
    "dangling.shop.example - CNAME nobody.shop.example",
    "ring.shop.example - CNAME ring2.shop.example",
    "ring2.shop.example - CNAME ring.shop.example",
    "deep.in.shop.example - A 192.0.2.27",
    "*.any.shop.example - MX 5 mx.shop.example",
    "named.any.shop.example - A 192.0.2.28",
    "*.alias.shop.example - CNAME mx.shop.example",
    "mx.uni.example - A 192.0.2.30",
    "host.sub.shop.example - A 192.0.2.31",
    "shop.example - SOA ns.shop.example hostmaster.shop.example 900",
};

struct shop {
    struct dns_lab lab;
    struct dns_server *ns;
};

static void open_shop(struct shop *s)
{
    dns_lab_init(&s->lab);
    s->ns = dns_lab_server(&s->lab, "ns.shop.example", "192.0.2.53");
    uint32_t shop = dns_lab_zone(&s->lab, "shop.example");
    uint32_t uni = dns_lab_zone(&s->lab, "uni.example");
    dns_lab_zone(&s->lab, "sub.shop.example"); /* of another server */
    dns_server_serve(s->ns, shop);
    dns_server_serve(s->ns, uni);
    for (size_t i = 0; i < COUNT(records); i++)
        cr_assert_eq(dns_lab_record(&s->lab, records[i]), DNS_ZONE_OK, "%s", records[i]);
}

static size_t query(uint8_t *out, const char *name, uint16_t type, uint16_t offer)
{
    const struct dns_header header = {
        .id = 77, .recursion_desired = true, .edns = offer > 0, .udp_octets = offer};
    const struct dns_question question = {text_of(name), type, DNS_CLASS_IN};
    struct dns_writer w;

    dns_write_begin(&w, out, 512, &header, &question);
    return dns_write_end(&w);
}

/* Asks, reads the reply, and says what is in it:
 * "NOERROR AA | shop.example 3600 MX 10 mx.shop.example | ; SOA 900". */
static const char *ask(struct shop *s, const char *name, uint16_t type, uint16_t offer)
{
    static char said[4096];
    uint8_t octets[512], reply[DNS_UDP_EDNS_MAX];
    uint64_t cause = 1;
    struct dns_message m;
    struct buffer b;
    size_t size = query(octets, name, type, offer);

    size =
        dns_server_reply(s->ns, text_from((char *)octets, size), TEXT("192.0.2.1"), &cause, reply);
    if (size == 0)
        return "silence";
    buffer_init(&b, &s->lab.memory);
    dns_message_init(&m, &s->lab.memory);
    cr_assert_eq(dns_message_read(&m, text_from((char *)reply, size)), DNS_READ_OK);
    cr_assert(m.header.id == 77 && m.header.response && m.header.recursion_desired &&
              !m.header.recursion_available && m.header.edns == (offer > 0));
    cr_assert(text_equal(m.question.name, text_of(name)), "the question is repeated as it was");
    buffer_put_text(&b, dns_rcode_name(m.header.rcode));
    buffer_put_string(&b, m.header.authoritative ? " AA" : "");
    buffer_put_string(&b, m.header.truncated ? " TC" : "");
    for (uint32_t i = 0; i < m.answer_count; i++) {
        buffer_put_string(&b, " | ");
        dns_record_put(&b, &m.records[i], text_from(NULL, 0), m.records[i].ttl_s);
    }
    for (uint32_t i = m.answer_count; i < m.answer_count + m.authority_count; i++) {
        cr_assert_eq(m.records[i].type, DNS_SOA);
        buffer_put_string(&b, " ; ");
        buffer_put_text(&b, m.records[i].name);
        buffer_put_string(&b, " SOA ");
        buffer_put_int(&b, m.records[i].soa->minimum_s);
    }
    snprintf(said, sizeof said, "%.*s", TEXT_ARG(buffer_text(&b)));
    dns_message_free(&m);
    buffer_free(&b);
    return said;
}

static const struct {
    const char *name;
    uint16_t type;
    const char *want;
} answers[] = {
    {"shop.example", DNS_MX,
     "NOERROR AA | shop.example 3600 MX 10 mx.shop.example"
     " | shop.example 3600 MX 20 mx2.backup.example"},
    {"SHOP.Example", DNS_TXT, "NOERROR AA | shop.example 60 TXT \"v=spf1\""},
    {"mixed.shop.example", DNS_A, "NOERROR AA | Mixed.Shop.Example 3600 A 192.0.2.26"},
    {"mx.shop.example", DNS_AAAA, "NOERROR AA | mx.shop.example 3600 AAAA 2001:db8::25"},
    /* implied: NS from the server, the SOA of uni.example */
    {"shop.example", DNS_NS, "NOERROR AA | shop.example 3600 NS ns.shop.example"},
    {"uni.example", DNS_NS, "NOERROR AA | uni.example 3600 NS ns.shop.example"},
    {"uni.example", DNS_SOA,
     "NOERROR AA | uni.example 3600 SOA ns.shop.example hostmaster.uni.example"
     " 1 86400 7200 3600000 3600"},
    /* NODATA and NXDOMAIN */
    {"shop.example", DNS_A, "NOERROR AA ; shop.example SOA 900"},
    {"mx.shop.example", DNS_MX, "NOERROR AA ; shop.example SOA 900"},
    {"nobody.shop.example", DNS_A, "NXDOMAIN AA ; shop.example SOA 900"},
    {"a.b.c.nobody.shop.example", DNS_A, "NXDOMAIN AA ; shop.example SOA 900"},
    {"below.mx.shop.example", DNS_A, "NXDOMAIN AA ; shop.example SOA 900"},
    {"in.shop.example", DNS_A, "NOERROR AA ; shop.example SOA 900"}, /* empty non-terminal */
    {"nobody.uni.example", DNS_A, "NXDOMAIN AA ; uni.example SOA 3600"},
    /* CNAMEs */
    {"www.shop.example", DNS_A,
     "NOERROR AA | www.shop.example 3600 CNAME web.shop.example"
     " | web.shop.example 3600 CNAME mx.shop.example | mx.shop.example 3600 A 192.0.2.25"},
    {"www.shop.example", DNS_CNAME, "NOERROR AA | www.shop.example 3600 CNAME web.shop.example"},
    {"other.shop.example", DNS_A,
     "NOERROR AA | other.shop.example 3600 CNAME mx.uni.example | mx.uni.example 3600 A "
     "192.0.2.30"},
    {"out.shop.example", DNS_A, "NOERROR AA | out.shop.example 3600 CNAME host.elsewhere.example"},
    {"web.shop.example", DNS_MX,
     "NOERROR AA | web.shop.example 3600 CNAME mx.shop.example ; shop.example SOA 900"},
    {"dangling.shop.example", DNS_A,
     "NXDOMAIN AA | dangling.shop.example 3600 CNAME nobody.shop.example ; shop.example SOA 900"},
    /* wildcards */
    {"x.any.shop.example", DNS_MX, "NOERROR AA | x.any.shop.example 3600 MX 5 mx.shop.example"},
    {"y.x.any.shop.example", DNS_MX, "NOERROR AA | y.x.any.shop.example 3600 MX 5 mx.shop.example"},
    {"x.any.shop.example", DNS_A, "NOERROR AA ; shop.example SOA 900"},
    {"named.any.shop.example", DNS_MX, "NOERROR AA ; shop.example SOA 900"},
    {"x.named.any.shop.example", DNS_MX, "NXDOMAIN AA ; shop.example SOA 900"},
    {"any.shop.example", DNS_MX, "NOERROR AA ; shop.example SOA 900"},
    {"*.any.shop.example", DNS_MX, "NOERROR AA | *.any.shop.example 3600 MX 5 mx.shop.example"},
    {"x.alias.shop.example", DNS_A,
     "NOERROR AA | x.alias.shop.example 3600 CNAME mx.shop.example"
     " | mx.shop.example 3600 A 192.0.2.25"},
    /* not this server's */
    {"elsewhere.example", DNS_A, "REFUSED"},
    {"example", DNS_A, "REFUSED"},
    {".", DNS_NS, "REFUSED"},
    {"host.sub.shop.example", DNS_A, "REFUSED"},
    /* types that zones do not hold */
    {"shop.example", 99, "NOERROR AA ; shop.example SOA 900"},
};

Test(dns_zone, answers)
{
    static struct shop s;

    open_shop(&s);
    for (size_t i = 0; i < COUNT(answers); i++) {
        const char *got = ask(&s, answers[i].name, answers[i].type, 1232);
        cr_expect_str_eq(got, answers[i].want, "%s %d:\n got %s\nwant %s", answers[i].name,
                         answers[i].type, got, answers[i].want);
    }
    cr_expect_str_eq(ask(&s, "shop.example", DNS_ANY, 1232),
                     "NOERROR AA | shop.example 3600 SOA ns.shop.example hostmaster.shop.example"
                     " 0 0 0 0 900",
                     "RFC 8482: one RRset");
    dns_lab_end(&s.lab);
}

Test(dns_zone, a_ring_of_cnames_is_given_as_far_as_it_goes)
{
    static struct shop s;

    open_shop(&s);
    const char *said = ask(&s, "ring.shop.example", DNS_A, 1232);
    cr_expect_eq(strncmp(said, "NOERROR AA | ring.shop.example", 30), 0);
    int cnames = 0;
    for (const char *at = said; (at = strstr(at, "CNAME")) != NULL; at++)
        cnames++;
    cr_expect_eq(cnames, DNS_CHAIN_MAX);
    dns_lab_end(&s.lab);
}

Test(dns_zone, a_server_for_all_serves_the_root_and_what_comes_later)
{
    static struct shop s;

    open_shop(&s);
    dns_server_serve_all(s.ns);
    cr_expect_str_eq(ask(&s, "elsewhere.example", DNS_A, 0), "NXDOMAIN AA ; . SOA 3600");
    cr_expect_str_eq(ask(&s, "example", DNS_A, 0), "NOERROR AA ; . SOA 3600",
                     "there are names below it");
    cr_expect_str_eq(ask(&s, "host.sub.shop.example", DNS_A, 0),
                     "NOERROR AA | host.sub.shop.example 3600 A 192.0.2.31");
    dns_lab_zone(&s.lab, "late.example");
    cr_assert_eq(dns_lab_record(&s.lab, "late.example - A 192.0.2.99"), DNS_ZONE_OK);
    cr_expect_str_eq(ask(&s, "late.example", DNS_A, 0),
                     "NOERROR AA | late.example 3600 A 192.0.2.99");
    dns_lab_end(&s.lab);
}

static const struct {
    const char *record;
    enum dns_zone_error want;
} refused[] = {
    {"a..b.shop.example - A 192.0.2.1", DNS_ZONE_BAD_NAME},
    {"shop.example - MX 10 mx..example", DNS_ZONE_BAD_NAME},
    {"elsewhere.example - A 192.0.2.1", DNS_ZONE_OUTSIDE},
    {"mx.shop.example - A 192.0.2.25", DNS_ZONE_TWICE},
    {"MX.shop.example - A 192.0.2.25", DNS_ZONE_TWICE},
    {"www.shop.example - CNAME web.shop.example", DNS_ZONE_TWICE},
    {"www.shop.example - CNAME mx.shop.example", DNS_ZONE_CNAME_BESIDE},
    {"www.shop.example - A 192.0.2.1", DNS_ZONE_CNAME_BESIDE},
    {"mx.shop.example - CNAME web.shop.example", DNS_ZONE_CNAME_BESIDE},
    {"shop.example - CNAME web.shop.example", DNS_ZONE_CNAME_BESIDE},
    {"mx.shop.example - NS ns.shop.example", DNS_ZONE_DELEGATION},
    {"mx.shop.example - SOA a b 1", DNS_ZONE_DELEGATION},
    {"mx.shop.example - ANY", DNS_ZONE_BAD_TYPE},
    {"mx.shop.example - A 192.0.2.35", DNS_ZONE_OK},
    {"in.shop.example - A 192.0.2.35", DNS_ZONE_OK},
    {"fresh.shop.example - CNAME anywhere.test", DNS_ZONE_OK},
};

Test(dns_zone, what_a_zone_refuses)
{
    static struct shop s;
    uint32_t zone;

    open_shop(&s);
    for (size_t i = 0; i < COUNT(refused); i++) {
        enum dns_zone_error got = dns_lab_record(&s.lab, refused[i].record);
        cr_expect_eq(got, refused[i].want, "%s: %s", refused[i].record, dns_zone_error_text(got));
    }
    cr_expect_eq(dns_zone_add(&s.lab.zones, TEXT("Shop.example"), 1, &zone), DNS_ZONE_TWICE);
    cr_expect_eq(dns_zone_add(&s.lab.zones, TEXT("a..b"), 1, &zone), DNS_ZONE_BAD_NAME);
    dns_lab_end(&s.lab);
}

Test(dns_zone, records_come_and_go)
{
    static struct shop s;

    open_shop(&s);
    cr_expect(dns_zone_remove(&s.lab.zones, TEXT("Deep.in.shop.example"), DNS_A));
    cr_expect(!dns_zone_remove(&s.lab.zones, TEXT("deep.in.shop.example"), DNS_A));
    cr_expect(!dns_zone_remove(&s.lab.zones, TEXT("shop.example"), DNS_SOA));
    cr_expect_str_eq(ask(&s, "deep.in.shop.example", DNS_A, 0),
                     "NXDOMAIN AA ; shop.example SOA 900");
    cr_expect_str_eq(ask(&s, "in.shop.example", DNS_A, 0), "NXDOMAIN AA ; shop.example SOA 900",
                     "nothing is below it any more");
    cr_assert_eq(dns_lab_record(&s.lab, "deep.in.shop.example 5 A 192.0.2.99"), DNS_ZONE_OK);
    cr_assert_eq(dns_lab_record(&s.lab, "deep.in.shop.example 9 A 192.0.2.98"), DNS_ZONE_OK);
    cr_expect_str_eq(ask(&s, "deep.in.shop.example", DNS_A, 0),
                     "NOERROR AA | deep.in.shop.example 5 A 192.0.2.99"
                     " | deep.in.shop.example 5 A 192.0.2.98",
                     "an RRset has one TTL");
    uint32_t uni = dns_zone_find(&s.lab.zones, TEXT("uni.example"));
    dns_zone_set_minimum(&s.lab.zones, uni, 77);
    cr_expect_str_eq(ask(&s, "x.uni.example", DNS_A, 0), "NXDOMAIN AA ; uni.example SOA 77");
    dns_zone_set_minimum(&s.lab.zones, dns_zone_find(&s.lab.zones, TEXT("shop.example")), 77);
    cr_expect_str_eq(ask(&s, "x.shop.example", DNS_A, 0), "NXDOMAIN AA ; shop.example SOA 900",
                     "a written SOA counts");
    /* written NS replace the implied one */
    cr_assert_eq(dns_lab_record(&s.lab, "shop.example - NS a.example"), DNS_ZONE_OK);
    cr_assert_eq(dns_lab_record(&s.lab, "shop.example - NS b.example"), DNS_ZONE_OK);
    cr_expect_str_eq(
        ask(&s, "shop.example", DNS_NS, 0),
        "NOERROR AA | shop.example 3600 NS a.example | shop.example 3600 NS b.example");
    dns_lab_end(&s.lab);
}

Test(dns_zone, everything_is_given_back)
{
    static struct dns_lab lab;
    size_t before;

    dns_lab_init(&lab);
    before = lab.memory.used;
    dns_lab_zone(&lab, "shop.example");
    dns_lab_zone(&lab, "uni.example");
    dns_lab_zone(&lab, "sub.shop.example");
    for (size_t i = 0; i < COUNT(records); i++)
        cr_assert_eq(dns_lab_record(&lab, records[i]), DNS_ZONE_OK);
    cr_expect_gt(lab.memory.used, before + 2000);
    cr_expect(dns_zone_remove(&lab.zones, TEXT("shop.example"), DNS_MX));
    dns_zones_free(&lab.zones);
    cr_expect_eq(lab.memory.used, before);
    dns_lab_end(&lab);
}

/* ---- the server: faults, sizes, nonsense -------------------------------------------------------- */

Test(dns_server, what_a_scenario_can_ask_for)
{
    static struct shop s;

    open_shop(&s);
    dns_server_fault(s.ns, TEXT("mx.shop.example"), false, DNS_SAYS_SERVFAIL, -1, -1);
    cr_expect_str_eq(ask(&s, "mx.shop.example", DNS_A, 0), "SERVFAIL");
    cr_expect_str_eq(ask(&s, "MX.shop.example", DNS_A, 1232), "SERVFAIL");
    cr_expect_str_eq(ask(&s, "below.mx.shop.example", DNS_A, 0),
                     "NXDOMAIN AA ; shop.example SOA 900", "that name only");
    dns_server_fault(s.ns, TEXT("shop.example"), true, DNS_SAYS_REFUSED, -1, -1);
    cr_expect_str_eq(ask(&s, "shop.example", DNS_MX, 0), "REFUSED");
    cr_expect_str_eq(ask(&s, "deep.in.shop.example", DNS_A, 0), "REFUSED", "all below it");
    cr_expect_str_eq(ask(&s, "mx.shop.example", DNS_A, 0), "SERVFAIL", "the nearest counts");
    cr_expect_str_eq(ask(&s, "workshop.example", DNS_A, 0), "REFUSED", "not its zone");
    cr_expect_str_eq(ask(&s, "mx.uni.example", DNS_A, 0),
                     "NOERROR AA | mx.uni.example 3600 A 192.0.2.30");
    dns_server_fault(s.ns, TEXT("mx.shop.example"), false, DNS_ANSWERS, -1, -1);
    cr_expect_eq(strncmp(ask(&s, "mx.shop.example", DNS_A, 0), "NOERROR", 7), 0,
                 "a name may be spared");
    dns_server_fault(s.ns, TEXT("shop.example"), true, DNS_SAYS_NXDOMAIN, -1, -1);
    cr_expect_str_eq(ask(&s, "shop.example", DNS_MX, 0), "NXDOMAIN AA ; shop.example SOA 900");
    dns_server_fault(s.ns, TEXT("shop.example"), true, DNS_SILENT, 2, 4);
    cr_expect_str_eq(ask(&s, "shop.example", DNS_MX, 0), "silence");
    cr_expect_str_eq(ask(&s, "in.shop.example", DNS_A, 0), "silence");
    cr_expect_eq(strncmp(ask(&s, "shop.example", DNS_MX, 0), "NOERROR", 7), 0, "twice was asked");
    cr_expect(strstr(s.lab.log, "0 ns.shop.example fault 4 met shop.example MX left 1\n"
                                "0 ns.shop.example query in.shop.example A from 192.0.2.1 #0\n"
                                "0 ns.shop.example fault 4 met in.shop.example A left 0\n") != NULL,
              "%s", s.lab.log);
    dns_lab_end(&s.lab);
}

Test(dns_server, answers_that_are_too_big)
{
    static struct shop s;
    char line[128];

    open_shop(&s);
    for (int i = 0; i < 30; i++) {
        snprintf(line, sizeof line, "many.shop.example - A 10.0.0.%d", i);
        cr_assert_eq(dns_lab_record(&s.lab, line), DNS_ZONE_OK);
    }
    /* 12 + 23 + 30 * 16 = 515 octets */
    cr_expect_str_eq(ask(&s, "many.shop.example", DNS_A, 0), "NOERROR AA TC");
    cr_expect_str_eq(ask(&s, "many.shop.example", DNS_A, 512), "NOERROR AA TC");
    cr_expect_eq(strncmp(ask(&s, "many.shop.example", DNS_A, 526), "NOERROR AA | ", 13), 0);
    for (int i = 30; i < 100; i++) {
        snprintf(line, sizeof line, "many.shop.example - A 10.0.0.%d", i);
        cr_assert_eq(dns_lab_record(&s.lab, line), DNS_ZONE_OK);
    }
    cr_expect_str_eq(ask(&s, "many.shop.example", DNS_A, 4096), "NOERROR AA TC",
                     "no more than 1232 whatever is offered");
    dns_lab_end(&s.lab);
}

static const struct {
    const char *name, *hex; /* id 77 */
    int rcode;              /* -1: silence */
    int questions;
} nonsense[] = {
    {"too short", "004d 0000 0001 0000 0000 00", -1, 0},
    {"a reply", "004d 8000 0001 0000 0000 0000 00 0001 0001", -1, 0},
    {"no question", "004d 0000 0000 0000 0000 0000", DNS_FORMERR, 0},
    {"question cut short", "004d 0000 0001 0000 0000 0000 0473", DNS_FORMERR, 0},
    {"junk behind", "004d 0000 0001 0000 0000 0000 00 0001 0001 00", DNS_FORMERR, 1},
    {"opcode STATUS", "004d 1000 0001 0000 0000 0000 00 0001 0001", DNS_NOTIMP, 1},
    {"class CH", "004d 0000 0001 0000 0000 0000 00 0010 0003", DNS_REFUSED, 1},
    {"EDNS version 1", "004d 0000 0001 0000 0000 0001 00 0001 0001 00 0029 04d0 00 01 0000 0000",
     16, 1},
};

Test(dns_server, nonsense)
{
    static struct shop s;
    struct dns_message m;

    open_shop(&s);
    for (size_t i = 0; i < COUNT(nonsense); i++) {
        uint8_t octets[64], reply[DNS_UDP_EDNS_MAX];
        uint64_t cause = 0;
        size_t size = 0;
        unsigned octet;

        for (const char *at = nonsense[i].hex; *at != '\0'; at++)
            if (*at != ' ') {
                cr_assert_eq(sscanf(at++, "%2x", &octet), 1);
                octets[size++] = (uint8_t)octet;
            }
        size = dns_server_reply(s.ns, text_from((char *)octets, size), TEXT("192.0.2.1"), &cause,
                                reply);
        cr_expect_eq(size == 0, nonsense[i].rcode < 0, "%s", nonsense[i].name);
        if (size == 0)
            continue;
        dns_message_init(&m, &s.lab.memory);
        cr_expect_eq(dns_message_read(&m, text_from((char *)reply, size)), DNS_READ_OK);
        cr_expect_eq(m.header.rcode, nonsense[i].rcode, "%s: %d", nonsense[i].name, m.header.rcode);
        cr_expect_eq(m.question.name.size > 0, nonsense[i].questions, "%s", nonsense[i].name);
        cr_expect(m.header.id == 77 && m.header.response && !m.header.authoritative);
        dns_message_free(&m);
    }
    dns_lab_end(&s.lab);
}
