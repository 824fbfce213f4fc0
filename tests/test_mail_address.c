/*
 * test_mail_address.c - the grammar of mailboxes, domains and paths (RFC 5321 4.1.2, 4.1.3, 4.5.3.1).
 *
 * C06 ... C24 name the measured dialogues of tests/oracle that an address comes from.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kernel/memory.h"
#include "sim/mail/address.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* "x{60}" in a table means sixty times "x". */
static struct text expand(char *out, size_t room, const char *pattern)
{
    size_t n = 0;
    for (const char *p = pattern; *p; p++) {
        bool repeats = p[1] == '{' && p[2] >= '0' && p[2] <= '9';
        size_t times = repeats ? (size_t)atoi(p + 2) : 1;
        cr_assert(n + times <= room);
        memset(out + n, *p, times);
        n += times;
        if (repeats)
            p = strchr(p, '}');
    }
    return text_from(out, n);
}

/* ---- mailboxes -------------------------------------------------------------------------------- */

static const struct {
    const char *address;
    enum mail_address_error error;
    const char *local, *domain; /* wanted where it is fine; NULL: not compared */
} mailboxes[] = {
    /* Dot-string */
    {"alice@example.test", MAIL_ADDRESS_NONE, "alice", "example.test"},
    {"a@b", MAIL_ADDRESS_NONE, "a", "b"},
    {"Alice@Example.TEST", MAIL_ADDRESS_NONE, "Alice", "Example.TEST"}, /* R050 */
    {"alice.b.c@example.test", MAIL_ADDRESS_NONE, "alice.b.c", NULL},
    {"!#$%&'*+-/=?^_`{|}~@example.test", MAIL_ADDRESS_NONE, "!#$%&'*+-/=?^_`{|}~", NULL},
    {"bob+tag@example.test", MAIL_ADDRESS_NONE, "bob+tag", NULL},
    {"123@example.test", MAIL_ADDRESS_NONE, "123", NULL},
    {"-@example.test", MAIL_ADDRESS_NONE, "-", NULL},
    {"first.last@sub.sub.example.test", MAIL_ADDRESS_NONE, NULL, "sub.sub.example.test"},
    {"al..ice@example.test", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL}, /* C19 */
    {".alice@example.test", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL},  /* C19 */
    {"alice.@example.test", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL},  /* C19 */
    {".@example.test", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL},
    {"al ice@example.test", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL}, /* C12 */
    {"al,ice@example.test", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL}, /* C12 */
    {"al(ice)@example.test", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL},
    {"al:ice@example.test", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL},
    {"al;ice@example.test", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL},
    {"al[ice]@example.test", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL},
    {"al\\ice@example.test", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL},
    {"al\"ice@example.test", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL},
    {"al\tice@example.test", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL},
    {"al\x01ice@example.test", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL},
    {"al\x7fice@example.test", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL},
    {" alice@example.test", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL},
    {"alice @example.test", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL},
    {"<alice@example.test>", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL},
    {"Alice <alice@example.test>", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL},
    {"a@b@example.test", MAIL_ADDRESS_DOMAIN_SYNTAX, NULL, NULL},
    {"", MAIL_ADDRESS_EMPTY, NULL, NULL},
    {"@example.test", MAIL_ADDRESS_NO_LOCAL, NULL, NULL}, /* C21 */
    {"@", MAIL_ADDRESS_NO_LOCAL, NULL, NULL},             /* C21 */
    {"alice", MAIL_ADDRESS_NO_DOMAIN, NULL, NULL},        /* C15, R052 */
    {"alice@", MAIL_ADDRESS_NO_DOMAIN, NULL, NULL},       /* C21 */
    {"postmaster", MAIL_ADDRESS_NO_DOMAIN, NULL, NULL},
    /* Quoted-string */
    {"\"alice\"@example.test", MAIL_ADDRESS_NONE, "\"alice\"", NULL},
    {"\"al ice\"@example.test", MAIL_ADDRESS_NONE, "\"al ice\"", NULL},
    {"\"al@ice\"@example.test", MAIL_ADDRESS_NONE, "\"al@ice\"", "example.test"},
    {"\"al>ice\"@example.test", MAIL_ADDRESS_NONE, "\"al>ice\"", NULL},
    {"\"al..ice\"@example.test", MAIL_ADDRESS_NONE, NULL, NULL},
    {"\"\"@example.test", MAIL_ADDRESS_NONE, "\"\"", NULL},
    {"\" \"@example.test", MAIL_ADDRESS_NONE, NULL, NULL},
    {"\"al\\\"ice\"@example.test", MAIL_ADDRESS_NONE, "\"al\\\"ice\"", NULL},
    {"\"al\\\\ice\"@example.test", MAIL_ADDRESS_NONE, NULL, NULL},
    {"\"\\a\\l\\ice\"@example.test", MAIL_ADDRESS_NONE, NULL, NULL},
    {"\"()<>[]:,;@\\\\\"@example.test", MAIL_ADDRESS_NONE, NULL, NULL},
    {"\"alice@example.test", MAIL_ADDRESS_QUOTE_OPEN, NULL, NULL},
    {"\"alice\\\"@example.test", MAIL_ADDRESS_QUOTE_OPEN, NULL, NULL},
    {"\"", MAIL_ADDRESS_QUOTE_OPEN, NULL, NULL},
    {"\"alice\\", MAIL_ADDRESS_QUOTE_OPEN, NULL, NULL},
    {"\"al\tice\"@example.test", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL},
    {"\"al\\\tice\"@example.test", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL},
    {"\"al\x7fice\"@example.test", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL},
    {"\"al\"ice@example.test", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL},
    {"\"al\".ice@example.test", MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL}, /* 5322's obs-local-part */
    {"\"alice\"", MAIL_ADDRESS_NO_DOMAIN, NULL, NULL},
    {"\"alice\"@", MAIL_ADDRESS_NO_DOMAIN, NULL, NULL},
    /* Domain */
    {"alice@example", MAIL_ADDRESS_NONE, NULL, "example"},
    {"alice@1.example.test", MAIL_ADDRESS_NONE, NULL, NULL},
    {"alice@3com.test", MAIL_ADDRESS_NONE, NULL, NULL},
    {"alice@a-b.test", MAIL_ADDRESS_NONE, NULL, NULL},
    {"alice@a--b.test", MAIL_ADDRESS_NONE, NULL, NULL},
    {"alice@xn--bcher-kva.test", MAIL_ADDRESS_NONE, NULL, NULL},
    {"alice@1.2.3", MAIL_ADDRESS_NONE, NULL, NULL},
    {"alice@1.2.3.4.5", MAIL_ADDRESS_NONE, NULL, NULL},
    {"alice@127.0.0.1", MAIL_ADDRESS_BARE_NUMBERS, NULL, NULL},      /* C14 */
    {"alice@256.0.0.1", MAIL_ADDRESS_NONE, NULL, NULL},              /* no address, so a name */
    {"alice@example.test.", MAIL_ADDRESS_DOMAIN_SYNTAX, NULL, NULL}, /* C18 */
    {"alice@.example.test", MAIL_ADDRESS_DOMAIN_SYNTAX, NULL, NULL},
    {"alice@example..test", MAIL_ADDRESS_DOMAIN_SYNTAX, NULL, NULL},
    {"alice@.", MAIL_ADDRESS_DOMAIN_SYNTAX, NULL, NULL},
    {"alice@-example.test", MAIL_ADDRESS_DOMAIN_SYNTAX, NULL, NULL},
    {"alice@example-.test", MAIL_ADDRESS_DOMAIN_SYNTAX, NULL, NULL},
    {"alice@example.test-", MAIL_ADDRESS_DOMAIN_SYNTAX, NULL, NULL},
    {"alice@exam_ple.test", MAIL_ADDRESS_DOMAIN_SYNTAX, NULL, NULL},
    {"alice@exam ple.test", MAIL_ADDRESS_DOMAIN_SYNTAX, NULL, NULL},
    {"alice@example.test ", MAIL_ADDRESS_DOMAIN_SYNTAX, NULL, NULL},
    {"alice@example!test", MAIL_ADDRESS_DOMAIN_SYNTAX, NULL, NULL},
    {"alice@\"example\"", MAIL_ADDRESS_DOMAIN_SYNTAX, NULL, NULL},
    {"alice@(c)example.test", MAIL_ADDRESS_DOMAIN_SYNTAX, NULL, NULL},
    /* address literals (4.1.3) */
    {"alice@[127.0.0.1]", MAIL_ADDRESS_NONE, NULL, "[127.0.0.1]"},
    {"alice@[0.0.0.0]", MAIL_ADDRESS_NONE, NULL, NULL},
    {"alice@[255.255.255.255]", MAIL_ADDRESS_NONE, NULL, NULL},
    {"alice@[192.000.002.001]", MAIL_ADDRESS_NONE, NULL, NULL},  /* Snum = 1*3DIGIT */
    {"alice@[IPv6:::1]", MAIL_ADDRESS_NONE, NULL, "[IPv6:::1]"}, /* C14 */
    {"alice@[ipv6:2001:db8::1]", MAIL_ADDRESS_NONE, NULL, NULL},
    {"alice@[x-tag:content]", MAIL_ADDRESS_NONE, NULL, NULL},
    {"alice@[999.1.1.1]", MAIL_ADDRESS_LITERAL_SYNTAX, NULL, NULL}, /* C14 */
    {"alice@[256.0.0.1]", MAIL_ADDRESS_LITERAL_SYNTAX, NULL, NULL},
    {"alice@[1.2.3]", MAIL_ADDRESS_LITERAL_SYNTAX, NULL, NULL},
    {"alice@[1.2.3.4.5]", MAIL_ADDRESS_LITERAL_SYNTAX, NULL, NULL},
    {"alice@[1.2.3.]", MAIL_ADDRESS_LITERAL_SYNTAX, NULL, NULL},
    {"alice@[1.2.3.0004]", MAIL_ADDRESS_LITERAL_SYNTAX, NULL, NULL},
    {"alice@[127.0.0.1", MAIL_ADDRESS_LITERAL_SYNTAX, NULL, NULL},
    {"alice@127.0.0.1]", MAIL_ADDRESS_BARE_NUMBERS, NULL, NULL},
    {"alice@[]", MAIL_ADDRESS_LITERAL_SYNTAX, NULL, NULL},
    {"alice@[ 127.0.0.1]", MAIL_ADDRESS_LITERAL_SYNTAX, NULL, NULL},
    {"alice@[127.0.0.1]x", MAIL_ADDRESS_LITERAL_SYNTAX, NULL, NULL},
    {"alice@[IPv6:]", MAIL_ADDRESS_LITERAL_SYNTAX, NULL, NULL},
    {"alice@[IPv6:1.2.3.4]", MAIL_ADDRESS_LITERAL_SYNTAX, NULL, NULL},
    {"alice@[2001:db8::1]", MAIL_ADDRESS_NONE, NULL, NULL}, /* a general literal with tag "2001" */
    {"alice@[tag]", MAIL_ADDRESS_LITERAL_SYNTAX, NULL, NULL},
    {"alice@[tag:]", MAIL_ADDRESS_LITERAL_SYNTAX, NULL, NULL},
    {"alice@[tag-:x]", MAIL_ADDRESS_LITERAL_SYNTAX, NULL, NULL},
    {"alice@[:x]", MAIL_ADDRESS_LITERAL_SYNTAX, NULL, NULL},
    {"alice@[tag:a\\b]", MAIL_ADDRESS_LITERAL_SYNTAX, NULL, NULL},
    /* not ASCII (R056, C24) */
    {"al\xc3\xaf"
     "ce@example.test",
     MAIL_ADDRESS_NOT_ASCII, NULL, NULL},
    {"\xc3\xa9@example.test", MAIL_ADDRESS_NOT_ASCII, NULL, NULL},
    {"\"al\xc3\xaf\"@example.test", MAIL_ADDRESS_NOT_ASCII, NULL, NULL},
    {"alice@b\xc3\xbc"
     "cher.test",
     MAIL_ADDRESS_NOT_ASCII, NULL, NULL},
    {"alice@\xff", MAIL_ADDRESS_NOT_ASCII, NULL, NULL},
    {"alice@[tag:\xff]", MAIL_ADDRESS_NOT_ASCII, NULL, NULL},
    /* limits (R054, R055; 4.5.3.1): local 64, domain 255, label 63, path 256 */
    {"x{64}@example.test", MAIL_ADDRESS_NONE, NULL, NULL},
    {"x{65}@example.test", MAIL_ADDRESS_LOCAL_LONG, NULL, NULL},
    {"\"x{62}\"@example.test", MAIL_ADDRESS_NONE, NULL, NULL},
    {"\"x{63}\"@example.test", MAIL_ADDRESS_LOCAL_LONG, NULL, NULL},
    {"a@d{63}.test", MAIL_ADDRESS_NONE, NULL, NULL},
    {"a@d{64}.test", MAIL_ADDRESS_DOMAIN_LONG, NULL, NULL},                         /* C23 */
    {"a@d{60}.d{60}.d{60}.d{60}.test", MAIL_ADDRESS_NONE, NULL, NULL},              /* C23 */
    {"a@d{60}.d{60}.d{60}.d{60}.d{60}.test", MAIL_ADDRESS_DOMAIN_LONG, NULL, NULL}, /* C23 */
    {"a@d{60}.d{60}.d{60}.d{60}.d{8}", MAIL_ADDRESS_NONE, NULL, NULL}, /* 2 + 252, with <> 256 */
    {"a@d{60}.d{60}.d{60}.d{60}.d{9}", MAIL_ADDRESS_PATH_LONG, NULL, NULL},
    {"a@d{60}.d{60}.d{60}.d{60}.d{11}", MAIL_ADDRESS_PATH_LONG, NULL, NULL}, /* domain 255 */
    {"a@d{60}.d{60}.d{60}.d{60}.d{12}", MAIL_ADDRESS_DOMAIN_LONG, NULL, NULL},
    {"x{64}@d{60}.d{60}.d{60}.d{6}", MAIL_ADDRESS_NONE, NULL, NULL},
    {"x{64}@d{60}.d{60}.d{60}.d{7}", MAIL_ADDRESS_PATH_LONG, NULL, NULL},
    {"a@[tag:d{249}]", MAIL_ADDRESS_PATH_LONG, NULL, NULL}, /* a literal of 255 */
    {"a@[tag:d{250}]", MAIL_ADDRESS_DOMAIN_LONG, NULL, NULL},
};

Test(mail_address, grammar_R044_R050_R052_R054_R055_R056)
{
    char room[1024];
    for (size_t i = 0; i < COUNT(mailboxes); i++) {
        struct text t = expand(room, sizeof room, mailboxes[i].address);
        struct mail_address a;
        enum mail_address_error error;
        bool fine = mail_address_parse(t, &a, &error);
        cr_expect_eq(error, mailboxes[i].error, "%s: %s", mailboxes[i].address,
                     mail_address_error_text(error));
        cr_expect_eq(fine, mailboxes[i].error == MAIL_ADDRESS_NONE, "%s", mailboxes[i].address);
        cr_expect_eq(fine, mail_address_parse(t, &a, NULL), "%s without error",
                     mailboxes[i].address);
        if (!fine)
            continue;
        cr_expect_eq(a.local.size + 1 + a.domain.size, t.size, "%s", mailboxes[i].address);
        if (mailboxes[i].local)
            cr_expect(text_equal(a.local, text_of(mailboxes[i].local)), "%s: local '%.*s'",
                      mailboxes[i].address, TEXT_ARG(a.local));
        if (mailboxes[i].domain)
            cr_expect(text_equal(a.domain, text_of(mailboxes[i].domain)), "%s: domain '%.*s'",
                      mailboxes[i].address, TEXT_ARG(a.domain));
    }
    cr_expect_geq(COUNT(mailboxes), 120);
}

/* Whatever a mailbox is alone, it is in a path; and what follows the path is left alone. */
Test(mail_address, path_agrees_with_mailbox)
{
    char room[1024], line[1100];
    for (size_t i = 0; i < COUNT(mailboxes); i++) {
        struct text t = expand(room, sizeof room, mailboxes[i].address);
        struct mail_address a;
        struct mail_path p;
        size_t n = (size_t)snprintf(line, sizeof line, "<%.*s> SIZE=10", TEXT_ARG(t));
        size_t used = mail_path_scan(text_from(line, n), &p, NULL);
        bool fine = mail_address_parse(t, &a, NULL);
        bool null = t.size == 0, bare = text_equal(t, TEXT("postmaster"));
        cr_expect_eq(used, fine || null || bare ? t.size + 2 : 0, "%s", mailboxes[i].address);
        if (fine)
            cr_expect(text_equal(p.mailbox.local, a.local) &&
                          text_equal(p.mailbox.domain, a.domain) && !p.null && p.route.size == 0,
                      "%s", mailboxes[i].address);
    }
}

/* Every proper beginning of a good path is no path, and never read beyond its end. */
Test(mail_address, truncated_paths_fail)
{
    const char *whole = "<@a.test,@b.test:\"al\\\"ice\"@[IPv6:2001:db8::1]>";
    struct mail_path p;
    cr_assert_eq(mail_path_scan(text_of(whole), &p, NULL), strlen(whole));
    for (size_t n = 0; n < strlen(whole); n++) {
        char *exact = malloc(n + 1); /* its end is the sanitizer's fence */
        memcpy(exact, whole, n);
        enum mail_address_error error;
        cr_expect_eq(mail_path_scan(text_from(exact, n), &p, &error), 0, "%zu octets", n);
        cr_expect_neq(error, MAIL_ADDRESS_NONE, "%zu octets", n);
        free(exact);
    }
}

/* ---- paths ------------------------------------------------------------------------------------ */

Test(mail_address, paths_R043_R045_R046_R047_R048_R053)
{
    static const struct {
        const char *text;
        size_t used; /* 0: an error */
        enum mail_address_error error;
        const char *route, *local, *domain;
    } rows[] = {
        {"<>", 2, MAIL_ADDRESS_NONE, "", "", ""}, /* R045, R046: C05, C06 */
        {"<> RET=HDRS", 2, MAIL_ADDRESS_NONE, "", "", ""},
        {"<alice@a.test>", 14, MAIL_ADDRESS_NONE, "", "alice", "a.test"},
        {"<Postmaster>", 12, MAIL_ADDRESS_NONE, "", "Postmaster", ""}, /* R053: C16 */
        {"<POSTMASTER>", 12, MAIL_ADDRESS_NONE, "", "POSTMASTER", ""},
        {"<postmasters>", 0, MAIL_ADDRESS_NO_DOMAIN, NULL, NULL, NULL},
        {"<alice>", 0, MAIL_ADDRESS_NO_DOMAIN, NULL, NULL, NULL}, /* C15 */
        {"<@hosta.test,@hostb.test:alice@example.test>", 44, MAIL_ADDRESS_NONE,
         "@hosta.test,@hostb.test", "alice", "example.test"}, /* R047: C07 */
        {"<@mx.example.test:user@remote.test>", 35, MAIL_ADDRESS_NONE, "@mx.example.test", "user",
         "remote.test"}, /* R047: C08 */
        {"<@a.test:Postmaster>", 0, MAIL_ADDRESS_NO_DOMAIN, NULL, NULL, NULL},
        {"<@a.test@b.test>", 0, MAIL_ADDRESS_ROUTE_SYNTAX, NULL, NULL, NULL},
        {"<@a.test,b.test:x@c.test>", 0, MAIL_ADDRESS_ROUTE_SYNTAX, NULL, NULL, NULL},
        {"<@[127.0.0.1]:x@c.test>", 0, MAIL_ADDRESS_ROUTE_SYNTAX, NULL, NULL, NULL},
        {"<@a.test:>", 0, MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL, NULL},
        {"<@\xc3\xa9.test:x@c.test>", 0, MAIL_ADDRESS_NOT_ASCII, NULL, NULL, NULL},
        {"<@example.test>", 0, MAIL_ADDRESS_NO_LOCAL, NULL, NULL, NULL}, /* C21 */
        {"<@>", 0, MAIL_ADDRESS_NO_LOCAL, NULL, NULL, NULL},             /* C21 */
        {"<alice@>", 0, MAIL_ADDRESS_NO_DOMAIN, NULL, NULL, NULL},       /* C21 */
        {"<alice@a.test", 0, MAIL_ADDRESS_NO_BRACKET, NULL, NULL, NULL}, /* R043: C20 */
        {"alice@a.test", 0, MAIL_ADDRESS_NO_BRACKET, NULL, NULL, NULL},  /* R043: C02 */
        {"alice@a.test>", 0, MAIL_ADDRESS_NO_BRACKET, NULL, NULL, NULL},
        {" <alice@a.test>", 0, MAIL_ADDRESS_NO_BRACKET, NULL, NULL, NULL},
        {"< alice@a.test>", 0, MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL, NULL},
        {"<alice@a.test >", 0, MAIL_ADDRESS_DOMAIN_SYNTAX, NULL, NULL, NULL},
        {"<<alice@a.test>>", 0, MAIL_ADDRESS_LOCAL_SYNTAX, NULL, NULL, NULL},
        {"<\"a>b\"@a.test>x", 14, MAIL_ADDRESS_NONE, "", "\"a>b\"", "a.test"},
        {"", 0, MAIL_ADDRESS_EMPTY, NULL, NULL, NULL},
        {"<", 0, MAIL_ADDRESS_EMPTY, NULL, NULL, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct mail_path p;
        enum mail_address_error error;
        size_t used = mail_path_scan(text_of(rows[i].text), &p, &error);
        cr_expect_eq(used, rows[i].used, "%s: %zu", rows[i].text, used);
        cr_expect_eq(error, rows[i].error, "%s: %s", rows[i].text, mail_address_error_text(error));
        if (used == 0 || rows[i].used == 0)
            continue;
        cr_expect_eq(p.null, rows[i].text[1] == '>', "%s", rows[i].text);
        cr_expect(text_equal(p.route, text_of(rows[i].route)), "%s", rows[i].text);
        cr_expect(text_equal(p.mailbox.local, text_of(rows[i].local)), "%s", rows[i].text);
        cr_expect(text_equal(p.mailbox.domain, text_of(rows[i].domain)), "%s", rows[i].text);
    }
}

Test(mail_address, path_limit_counts_brackets_and_route_R055)
{
    char line[400];
    struct mail_path p;
    enum mail_address_error error;
    for (size_t size = 250; size <= 260; size++) {
        memset(line, 'd', sizeof line);
        memcpy(line, "<@h.test:a@", 11);
        for (size_t i = 11 + 50; i < size - 1; i += 51)
            line[i] = '.';
        line[size - 2] = 'd';
        line[size - 1] = '>';
        size_t used = mail_path_scan(text_from(line, size), &p, &error);
        cr_expect_eq(used, size <= 256 ? size : 0, "%zu octets: %s", size,
                     mail_address_error_text(error));
    }
}

/* ---- domains and literals ----------------------------------------------------------------------- */

Test(mail_address, domains_R010_R051)
{
    static const struct {
        const char *text;
        enum mail_domain_kind kind;
        const char *literal;
        bool qualified;
    } rows[] = {
        {"mail.uni.example", MAIL_DOMAIN_NAME, "", true},
        {"localhost", MAIL_DOMAIN_NAME, "", false},                     /* A11 */
        {"[192.0.2.1]", MAIL_DOMAIN_IPV4, "192.0.2.1", false},          /* A06 */
        {"[IPv6:2001:db8::1]", MAIL_DOMAIN_IPV6, "2001:db8::1", false}, /* A07 */
        {"[x400:c=gb]", MAIL_DOMAIN_GENERAL, "", false},
        {"bad_host!name", MAIL_DOMAIN_BAD, "", false}, /* A08 */
        {"", MAIL_DOMAIN_BAD, "", false},              /* A04 */
        {"192.0.2.1", MAIL_DOMAIN_BAD, "", false},
        {"a.test b.test", MAIL_DOMAIN_BAD, "", false},
        {"[192.0.2.1].test", MAIL_DOMAIN_BAD, "", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text t = text_of(rows[i].text);
        enum mail_address_error error;
        cr_expect_eq(mail_domain_kind(t, &error), rows[i].kind, "%s", rows[i].text);
        cr_expect_eq(error == MAIL_ADDRESS_NONE, rows[i].kind != MAIL_DOMAIN_BAD, "%s: %s",
                     rows[i].text, mail_address_error_text(error));
        cr_expect_eq(mail_domain_qualified(t), rows[i].qualified, "%s", rows[i].text);
        cr_expect(text_equal(mail_domain_literal(t), text_of(rows[i].literal)), "%s", rows[i].text);
    }
}

Test(mail_address, ipv6_forms)
{
    static const struct {
        const char *text;
        bool valid;
    } rows[] = {
        {"2001:db8:0:0:0:0:0:1", true},
        {"2001:DB8:0:0:0:0:0:1", true},
        {"1:2:3:4:5:6:7:8", true},
        {"1:2:3:4:5:6:7", false},
        {"1:2:3:4:5:6:7:8:9", false},
        {"::", true},
        {"::1", true},
        {"1::", true},
        {"1:2:3:4:5:6::", true},
        {"1:2:3:4:5:6:7::", false}, /* "::" stands for two groups at least */
        {"1:2:3::4:5:6", true},
        {"1:2:3::4:5:6:7", false},
        {"1::2::3", false},
        {":::", false},
        {":1:2:3:4:5:6:7", false},
        {"1:2:3:4:5:6:7:", false},
        {"12345::", false},
        {"g::", false},
        {"::192.0.2.1", true},
        {"1:2:3:4:5:6:192.0.2.1", true},
        {"1:2:3:4::192.0.2.1", true},
        {"1:2:3:4:5::192.0.2.1", false},
        {"1:2:3:4:5:6:7:192.0.2.1", false},
        {"192.0.2.1::", false},
        {"::192.0.2.256", false},
        {"::ffff:192.0.2.1", true},
        {"", false},
        {":", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        cr_expect_eq(mail_ipv6_valid(text_of(rows[i].text)), rows[i].valid, "%s", rows[i].text);
}

/* ---- what one does with them ---------------------------------------------------------------------- */

Test(mail_address, equality_and_canonical_form_R049_R050_R051_R053)
{
    static const struct {
        const char *a, *b;
        bool equal;
        const char *canonical; /* of a */
    } rows[] = {
        {"bob@x.test", "bob@X.Test", true, "bob@x.test"},     /* R051: C17 */
        {"Bob@x.test", "bob@x.test", false, "Bob@x.test"},    /* R050 */
        {"\"bob\"@x.test", "bob@x.test", true, "bob@x.test"}, /* R049: C10 */
        {"\"b\\ob\"@x.test", "bob@x.test", true, "bob@x.test"},
        {"\"b ob\"@x.test", "\"b\\ ob\"@x.test", true, "\"b ob\"@x.test"},
        {"\"b\\\"ob\"@x.test", "\"bob\"@x.test", false, "\"b\\\"ob\"@x.test"},
        {"\"b.ob\"@x.test", "b.ob@x.test", true, "b.ob@x.test"},
        {"\"b..ob\"@x.test", "b.ob@x.test", false, "\"b..ob\"@x.test"},
        {"\".bob\"@x.test", "bob@x.test", false, "\".bob\"@x.test"},
        {"\"bob.\"@x.test", "bob@x.test", false, "\"bob.\"@x.test"},
        {"\"\"@x.test", "\"\"@x.test", true, "\"\"@x.test"},
        {"\"a@b\"@x.test", "\"a\\@b\"@x.test", true, "\"a@b\"@x.test"},
        {"\"a\\\\b\"@x.test", "\"ab\"@x.test", false, "\"a\\\\b\"@x.test"},
        {"bob@x.test", "bob@y.test", false, "bob@x.test"},
        {"bobby@x.test", "bob@x.test", false, "bobby@x.test"},
        {"bob@[IPv6:::1]", "bob@[ipv6:::1]", true, "bob@[IPv6:::1]"},
        {"Postmaster", "postmaster", true, "Postmaster"},
        {"Postmaster", "postmaster@x.test", false, "Postmaster"},
    };
    struct memory m;
    memory_init(&m, 0);
    struct buffer out, key_a, key_b;
    buffer_init(&out, &m);
    buffer_init(&key_a, &m);
    buffer_init(&key_b, &m);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct mail_address a, b, again;
        cr_assert(mail_address_parse_recipient(text_of(rows[i].a), &a, NULL), "%s", rows[i].a);
        cr_assert(mail_address_parse_recipient(text_of(rows[i].b), &b, NULL), "%s", rows[i].b);
        cr_expect_eq(mail_address_equal(&a, &b), rows[i].equal, "%s, %s", rows[i].a, rows[i].b);
        cr_expect_eq(mail_address_equal(&b, &a), rows[i].equal, "%s, %s", rows[i].b, rows[i].a);
        buffer_clear(&out);
        mail_address_put(&out, &a);
        cr_expect(text_equal(buffer_text(&out), text_of(rows[i].canonical)), "%s: %.*s", rows[i].a,
                  TEXT_ARG(buffer_text(&out)));
        /* what was printed is the same mailbox, and is printed the same again */
        cr_expect(mail_address_parse_recipient(buffer_text(&out), &again, NULL) &&
                      mail_address_equal(&a, &again),
                  "%s", rows[i].a);
        buffer_clear(&key_a);
        buffer_clear(&key_b);
        mail_address_put_key(&key_a, &a);
        mail_address_put_key(&key_b, &b);
        cr_expect_eq(text_equal(buffer_text(&key_a), buffer_text(&key_b)), rows[i].equal,
                     "keys of %s, %s", rows[i].a, rows[i].b);
    }
    memory_end(&m);
}

Test(mail_address, postmaster_R053)
{
    static const struct {
        const char *text;
        bool is;
    } rows[] = {
        {"postmaster@x.test", true}, {"PostMaster@x.test", true}, {"\"postmaster\"@x.test", true},
        {"Postmaster", true},        {"postmaste@x.test", false}, {"postmasters@x.test", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct mail_address a;
        cr_assert(mail_address_parse_recipient(text_of(rows[i].text), &a, NULL), "%s",
                  rows[i].text);
        cr_expect_eq(mail_address_is_postmaster(&a), rows[i].is, "%s", rows[i].text);
    }
}

Test(mail_address, plain_local_part)
{
    struct memory m;
    memory_init(&m, 0);
    struct buffer out;
    buffer_init(&out, &m);
    mail_local_put_plain(&out, TEXT("\"b\\\"o b\""));
    cr_expect(text_equal(buffer_text(&out), TEXT("b\"o b")));
    memory_end(&m);
}

/* Nothing that an octet can be makes a scanner run on, and every answer is one of the two. */
Test(mail_address, every_octet_everywhere)
{
    const char *seed = "<@a.test:\"a\\b\"@[IPv6:1::2]>";
    size_t size = strlen(seed);
    for (size_t i = 0; i < size; i++) {
        for (int c = 0; c < 256; c++) {
            char *exact = malloc(size);
            memcpy(exact, seed, size);
            exact[i] = (char)c;
            struct mail_path p;
            enum mail_address_error error;
            size_t used = mail_path_scan(text_from(exact, size), &p, &error);
            cr_assert_eq(used == 0, error != MAIL_ADDRESS_NONE, "octet %d at %zu", c, i);
            cr_assert_leq(used, size);
            if (c >= 0x80)
                cr_assert_eq(used, 0, "octet %d at %zu", c, i);
            free(exact);
        }
    }
}
