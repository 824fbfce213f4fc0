/*
 * test_report.c - delivery reports (RFC 3464, 6522, 3463, 3834), statuses, mailboxes.
 *
 * The reports are compared octet by octet with tests/mail/; tests/test_mail_python.py opens those files
 * with Python's email package and compares their shape with six real ones (tests/oracle/reports).
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "sim/kernel/clock.h"
#include "sim/kernel/memory.h"
#include "sim/mail/address.h"
#include "sim/mail/report.h"
#include "sim/mail/store.h"
#include "tests/golden.h"
#include "tests/text_lab.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct memory m;
static struct buffer got;

static void setup(void)
{
    memory_init(&m, 0);
    buffer_init(&got, &m);
}

static void teardown(void)
{
    memory_end(&m);
}

static struct text octets(const struct message *msg)
{
    buffer_clear(&got);
    message_put(&got, msg);
    return buffer_text(&got);
}

static int64_t at(const char *utc)
{
    int64_t unix_seconds;
    cr_assert(clock_parse_utc(text_of(utc), &unix_seconds));
    return unix_seconds;
}

static struct message *letter(const char *body)
{
    const struct mail_person alice = {TEXT(""), TEXT("alice@uni.example")};
    const struct mail_person bob = {TEXT(""), TEXT("nobody@shop.example")};
    struct message *written =
        message_compose(&m, &(struct mail_draft){.from = alice,
                                                 .to = &bob,
                                                 .to_count = 1,
                                                 .subject = TEXT("Lab report"),
                                                 .message_id = TEXT("alice-pc.1@alice-pc"),
                                                 .date = at("2026-03-02T09:00:00Z"),
                                                 .body = text_of(body)});
    buffer_clear(&got);
    mail_put_received(&got, &(struct mail_received){.helo = TEXT("alice-pc"),
                                                    .name = TEXT("alice-pc"),
                                                    .address = TEXT("192.0.2.10"),
                                                    .by = TEXT("mail.uni.example"),
                                                    .with = TEXT("ESMTP"),
                                                    .id = TEXT("1"),
                                                    .recipient = TEXT("nobody@shop.example"),
                                                    .date = at("2026-03-02T09:00:01Z")});
    struct message *msg = message_prepend(written, buffer_text(&got));
    message_release(written);
    return msg;
}

static const struct mail_report_recipient nobody = {
    .address = TEXT_INIT("nobody@shop.example"),
    .action = MAIL_FAILED,
    .status = {5, 1, 1},
    .remote = TEXT_INIT("mx.shop.example"),
    .command = TEXT_INIT("RCPT"),
    .reply = TEXT_INIT("550 5.1.1 <nobody@shop.example> no such user here"),
    .last_attempt = -1,
    .retry_until = -1,
};

static struct mail_report report(const struct mail_report_recipient *recipients, size_t count)
{
    return (struct mail_report){
        .reporting_mta = TEXT("mail.uni.example"),
        .to = TEXT("alice@uni.example"),
        .message_id = TEXT("2@mail.uni.example"),
        .queue_id = TEXT("2"),
        .date = at("2026-03-02T09:00:02Z"),
        .arrival_date = at("2026-03-02T09:00:01Z"),
        .recipients = recipients,
        .recipient_count = count,
        .original = letter("Here it is.\n"),
        .returns = MAIL_RETURN_FULL,
    };
}

TestSuite(mail_report, .init = setup, .fini = teardown);

/* ---- whole reports: tests/mail/report-*.eml -------------------------------------------------------- */

Test(mail_report, failed_R123_R124_R125_R126_R127_R129_R130_R133_R134_R135_R138)
{
    struct mail_report r = report(&nobody, 1);
    struct text t = octets(mail_report_build(&m, &r));
    golden_check("tests/mail/report-failed.eml", t);
    cr_expect_not(text_has(t, "Original-Recipient"));   /* R131: no ORCPT came */
    cr_expect_not(text_has(t, "Original-Envelope-Id")); /* R128: no ENVID came */
    cr_expect_not(text_has(t, "Will-Retry-Until"));     /* R136 */
}

Test(mail_report, one_report_for_all_who_failed_R122_R128_R131)
{
    struct mail_report_recipient all[3] = {nobody, nobody, nobody};
    all[1].address = TEXT("Carol@Shop.Example"); /* R130: with its case */
    all[1].original = TEXT("rfc822;carol.smith@shop.example");
    all[1].status = (struct mail_status){5, 2, 2};
    all[1].command = TEXT("message");
    all[1].reply =
        TEXT("552 5.2.2 The mailbox of Carol is full; she was told so twice this week and "
             "has not emptied it, so please use the telephone instead");
    all[2].address = TEXT("dave@nowhere.example");
    all[2].status = (struct mail_status){5, 1, 2};
    all[2].remote = all[2].reply = all[2].command = TEXT("");
    all[2].reason = TEXT("The domain nowhere.example does not exist (NXDOMAIN).");
    struct mail_report r = report(all, 3);
    r.envelope_id = TEXT("QQ314159");
    r.returns = MAIL_RETURN_HEADERS;
    golden_check("tests/mail/report-three.eml", octets(mail_report_build(&m, &r)));
}

Test(mail_report, delayed_R132_R133_R136)
{
    struct mail_report_recipient late = nobody;
    late.action = MAIL_DELAYED;
    late.status = (struct mail_status){4, 2, 1};
    late.reply = TEXT("450 4.2.1 Mailbox temporarily unavailable");
    late.last_attempt = at("2026-03-02T13:00:01Z");
    late.retry_until = at("2026-03-07T09:00:01Z");
    struct mail_report r = report(&late, 1);
    r.date = at("2026-03-02T13:00:02Z");
    r.returns = MAIL_RETURN_HEADERS;
    golden_check("tests/mail/report-delayed.eml", octets(mail_report_build(&m, &r)));
}

Test(mail_report, expired_keeps_its_class_R133)
{
    struct mail_report_recipient gone = nobody;
    gone.status = (struct mail_status){4, 4, 1};
    gone.expired = true;
    gone.reply = gone.command = gone.remote = TEXT("");
    gone.reason = TEXT("mx.shop.example: no answer");
    gone.last_attempt = at("2026-03-07T08:30:00Z");
    struct mail_report r = report(&gone, 1);
    r.date = at("2026-03-07T09:00:02Z");
    golden_check("tests/mail/report-expired.eml", octets(mail_report_build(&m, &r)));
}

Test(mail_report, good_news_R132_R133)
{
    struct mail_report_recipient all[3] = {nobody, nobody, nobody};
    for (size_t i = 0; i < 3; i++) {
        all[i].status = (struct mail_status){2, 0, 0};
        all[i].reply = all[i].command = all[i].remote = TEXT("");
    }
    all[0].action = MAIL_DELIVERED;
    all[0].status = (struct mail_status){2, 1, 5};
    all[1].action = MAIL_RELAYED;
    all[1].address = TEXT("bob@old.example");
    all[1].remote = TEXT("mx.old.example");
    all[1].reply = TEXT("250 2.0.0 ok");
    all[1].command = TEXT("message");
    all[2].action = MAIL_EXPANDED;
    all[2].address = TEXT("staff@uni.example");
    struct mail_report r = report(all, 3);
    r.returns = MAIL_RETURN_NOTHING;
    golden_check("tests/mail/report-good.eml", octets(mail_report_build(&m, &r)));
}

Test(mail_report, eight_bit_original_and_a_reply_of_two_lines_R135)
{
    struct mail_report_recipient to = nobody;
    to.reply = TEXT("550-5.1.1 kein Empf\xc3\xa4nger\n550 5.1.1 mit diesem Namen");
    struct mail_report r = report(&to, 1);
    r.original = letter("Gr\xc3\xbc\xc3\x9f\x65\n");
    golden_check("tests/mail/report-8bit.eml", octets(mail_report_build(&m, &r)));
}

/* ---- rules ---------------------------------------------------------------------------------------- */

Test(mail_report, never_about_a_null_reverse_path_R120_R137)
{
    cr_expect_not(mail_report_allowed(TEXT("")));
    cr_expect(mail_report_allowed(TEXT("alice@uni.example")));
}

Test(mail_report, building_one_for_the_null_path_is_our_bug_R120, .signal = SIGABRT)
{
    struct mail_report r = report(&nobody, 1);
    r.to = TEXT("");
    mail_report_build(&m, &r);
}

Test(mail_report, the_last_hop_of_a_source_route_gets_it_R121)
{
    struct mail_path p;
    cr_assert(mail_path_scan(TEXT("<@hosta.test,@hostb.test:alice@uni.example>"), &p, NULL) > 0);
    buffer_clear(&got);
    mail_address_put(&got, &p.mailbox);
    struct text to = text_copy(&m, buffer_text(&got));
    struct mail_report r = report(&nobody, 1);
    r.to = to;
    cr_expect(text_has(octets(mail_report_build(&m, &r)), "\r\nTo: alice@uni.example\r\n"));
}

Test(mail_report, a_failure_with_class_2_is_our_bug_R133, .signal = SIGABRT)
{
    struct mail_report_recipient odd = nobody;
    odd.status.class = 2;
    struct mail_report r = report(&odd, 1);
    mail_report_build(&m, &r);
}

Test(mail_report, a_delay_with_class_5_is_our_bug_R133, .signal = SIGABRT)
{
    struct mail_report_recipient odd = nobody;
    odd.action = MAIL_DELAYED;
    struct mail_report r = report(&odd, 1);
    mail_report_build(&m, &r);
}

Test(mail_report, is_recognised_by_its_header)
{
    struct mail_report r = report(&nobody, 1);
    cr_expect(mail_report_is(mail_report_build(&m, &r)));
    cr_expect_not(mail_report_is(letter("x\n")));
}

/* ---- octets ----------------------------------------------------------------------------------------- */

Test(mail_report, shares_the_original_and_gives_everything_back)
{
    struct mail_report r = report(&nobody, 1);
    buffer_free(&got);
    message_release(r.original);
    size_t nothing = m.used;
    static char body[300000];
    memset(body, 'x', sizeof body - 2);
    for (size_t i = 70; i < sizeof body - 2; i += 71)
        body[i] = '\n';
    r.original = letter(body);
    buffer_free(&got);
    size_t before = m.used;
    struct message *made = mail_report_build(&m, &r);
    cr_expect_lt(m.used - before, 20000, "%zu octets for a report", m.used - before);
    struct message *original = r.original;
    size_t size = original->size;
    message_release(original); /* the report holds what it shows */
    struct text t = octets(made);
    cr_expect_eq(t.size, made->size);
    cr_expect_gt(t.size, size);
    message_release(made);
    buffer_free(&got);
    cr_expect_eq(m.used, nothing);
}

Test(mail_report, boundary_is_not_in_the_original)
{
    struct mail_report r = report(&nobody, 1);
    r.original = letter("--=_2/0\n\n=_2/1 and --=_2/2--\n");
    struct text t = octets(mail_report_build(&m, &r));
    cr_expect(text_has(t, "boundary=\"=_2/3\""));
    cr_expect(text_has(t, "\r\n--=_2/3--\r\n"));
    r.queue_id =
        TEXT("a b\"c\r\nX: y0123456789012345678901234567890123456789012345678901234567890");
    t = octets(mail_report_build(&m, &r));
    cr_expect(text_has(t, "boundary=\"=_a-b-c--X--y01234567890123456789012345678/0\""));
}

Test(mail_report, same_input_same_octets)
{
    struct mail_report r = report(&nobody, 1);
    struct text first = text_copy(&m, octets(mail_report_build(&m, &r)));
    cr_expect(text_equal(first, octets(mail_report_build(&m, &r))));
}

Test(mail_report, every_line_is_short_and_ascii_but_the_original)
{
    struct mail_report_recipient to = nobody;
    static char words[3000];
    memset(words, 'w', sizeof words - 1);
    words[0] = '5', words[1] = '5', words[2] = '0', words[3] = ' ';
    to.reply = text_of(words);
    to.reason = TEXT("caf\xc3\xa9\r\nX-Smuggled: yes");
    struct mail_report r = report(&to, 1);
    struct text t = octets(mail_report_build(&m, &r));
    cr_expect_not(text_has(t, "\nX-Smuggled"));
    while (t.size > 0) {
        size_t line = text_find(t, '\n') + 1;
        cr_expect_eq(t.at[line - 2], '\r');
        cr_expect_leq(line - 2, MESSAGE_LINE_MAX);
        t = text_after(t, line);
    }
}

/* ---- statuses --------------------------------------------------------------------------------------- */

Test(mail_status, grammar_R133)
{
    static const struct {
        const char *text;
        bool fine;
    } rows[] = {
        {"5.1.1", true},  {"4.4.7", true},     {"2.0.0", true},     {"5.7.27", true},
        {"5.1.10", true}, {"5.999.999", true}, {"5.1000.1", false}, {"5.01.1", false},
        {"3.1.1", false}, {"1.1.1", false},    {"5.1", false},      {"5.1.1.1", false},
        {"5..1", false},  {"", false},         {"5.1.1 ", false},   {" 5.1.1", false},
        {"5.1.x", false}, {"55.1.1", false},   {"5.1.", false},     {"5,1,1", false},
    };
    setup();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct mail_status s;
        cr_expect_eq(mail_status_parse(text_of(rows[i].text), &s), rows[i].fine, "'%s'",
                     rows[i].text);
        if (!rows[i].fine)
            continue;
        buffer_clear(&got);
        mail_status_put(&got, s);
        cr_expect(text_equal(buffer_text(&got), text_of(rows[i].text)), "'%s'", rows[i].text);
    }
    teardown();
}

Test(mail_status, of_replies_R151_R152)
{
    static const struct {
        int code;
        const char *enhanced;
        struct mail_status want;
    } rows[] = {
        {550, "5.1.1", {5, 1, 1}}, {450, "4.2.1", {4, 2, 1}}, {250, "2.1.5", {2, 1, 5}},
        {550, "", {5, 0, 0}},      {550, "4.1.1", {5, 0, 0}}, /* another class: not believed */
        {550, "5.1", {5, 0, 0}},   {421, "", {4, 3, 2}},      {451, "", {4, 3, 0}},
        {452, "", {4, 3, 1}},      {500, "", {5, 5, 2}},      {501, "", {5, 5, 4}},
        {502, "", {5, 5, 1}},      {503, "", {5, 5, 1}},      {504, "", {5, 5, 4}},
        {530, "", {5, 7, 0}},      {535, "", {5, 7, 8}},      {552, "", {5, 3, 4}},
        {553, "", {5, 1, 3}},      {554, "", {5, 0, 0}},      {555, "", {5, 5, 4}},
        {556, "", {5, 1, 10}},     {521, "", {5, 3, 2}},      {499, "", {4, 0, 0}},
        {599, "", {5, 0, 0}},      {299, "", {2, 0, 0}},      {354, "", {0, 0, 0}},
        {0, "", {0, 0, 0}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct mail_status s = mail_status_of_reply(rows[i].code, text_of(rows[i].enhanced));
        cr_expect(s.class == rows[i].want.class && s.subject == rows[i].want.subject &&
                      s.detail == rows[i].want.detail,
                  "%d '%s': %d.%d.%d", rows[i].code, rows[i].enhanced, s.class, s.subject,
                  s.detail);
    }
}

/* R152: what the requirements name has words, and each status that a bare code gives. */
Test(mail_status, words_R152)
{
    static const char *const named[] = {"5.1.1", "5.1.3", "5.1.7",  "4.2.2",  "5.3.4", "4.4.1",
                                        "5.4.4", "5.4.6", "4.4.7",  "4.5.3",  "5.5.1", "5.5.4",
                                        "5.7.1", "5.7.8", "5.1.10", "5.7.27", "5.6.7", "5.7.23"};
    for (size_t i = 0; i < COUNT(named); i++) {
        struct mail_status s;
        cr_assert(mail_status_parse(text_of(named[i]), &s));
        cr_expect_neq(mail_status_words(s)[0], '\0', "%s", named[i]);
    }
    for (int code = 400; code < 600; code++) {
        struct mail_status s = mail_status_of_reply(code, TEXT(""));
        if (s.subject > 0)
            cr_expect_neq(mail_status_words(s)[0], '\0', "%d", code);
    }
    cr_expect_str_neq(mail_status_words((struct mail_status){4, 2, 2}),
                      mail_status_words((struct mail_status){5, 2, 2}));
    cr_expect_str_eq(mail_status_words((struct mail_status){5, 9, 9}), "");
}

/* ---- mailboxes ---------------------------------------------------------------------------------------- */

TestSuite(mail_store, .init = setup, .fini = teardown);

Test(mail_store, names_in_any_case)
{
    struct mail_store s;
    mail_store_init(&s, &m, MAIL_KEEP_ALL);
    uint32_t bob = mail_store_add(&s, TEXT("bob"));
    uint32_t eve = mail_store_add(&s, TEXT("eve"));
    cr_expect_neq(bob, eve);
    cr_expect_eq(mail_store_add(&s, TEXT("Bob")), bob);
    cr_expect_eq(mail_store_find(&s, TEXT("BOB")), bob);
    cr_expect_eq(mail_store_find(&s, TEXT("bo")), MAIL_NO_BOX);
    cr_expect(text_equal(s.boxes[bob].name, TEXT("bob")));
    for (int i = 0; i < 1000; i++) {
        char name[20];
        snprintf(name, sizeof name, "user%d", i);
        mail_store_add(&s, text_of(name));
    }
    cr_expect_eq(s.count, 1002);
    cr_expect_eq(mail_store_find(&s, TEXT("user999")), 1001);
    mail_store_end(&s);
}

Test(mail_store, append_list_remove)
{
    struct mail_store s;
    struct message *msg = letter("body\n");
    mail_store_init(&s, &m, MAIL_KEEP_ALL);
    uint32_t bob = mail_store_add(&s, TEXT("bob"));
    for (uint32_t i = 1; i <= 20; i++)
        cr_expect_eq(mail_store_append(&s, bob, msg, TEXT("alice-pc.1"), i), i);
    cr_expect_eq(s.boxes[bob].count, 20);
    cr_expect_eq(s.boxes[bob].octets, 20 * message_size(msg));
    cr_expect_eq(s.boxes[bob].items[4].message, msg, "shared, not copied");
    cr_expect(mail_store_remove(&s, bob, 5));
    cr_expect_not(mail_store_remove(&s, bob, 5));
    cr_expect_eq(s.boxes[bob].items[4].uid, 6);
    cr_expect_eq(s.boxes[bob].octets, 19 * message_size(msg));
    cr_expect_eq(mail_store_append(&s, bob, msg, TEXT("x"), 99), 21, "a uid is never used again");
    cr_expect_eq(s.boxes[bob].delivered, 21);
    mail_store_end(&s);
    cr_expect_eq(msg->refs, 1);
}

Test(mail_store, keeps_what_it_is_told)
{
    struct message *msg = letter("a body that is not kept\n");
    size_t size = message_size(msg);
    for (int keep = MAIL_KEEP_ALL; keep <= MAIL_KEEP_NOTHING; keep++) {
        struct mail_store s;
        mail_store_init(&s, &m, (enum mail_keep)keep);
        uint32_t bob = mail_store_add(&s, TEXT("bob"));
        mail_store_append(&s, bob, msg, TEXT("x"), 1);
        cr_expect_eq(s.boxes[bob].delivered, 1);
        cr_expect_eq(s.boxes[bob].count, keep == MAIL_KEEP_NOTHING ? 0 : 1);
        if (keep != MAIL_KEEP_NOTHING) {
            struct mail_item *item = &s.boxes[bob].items[0];
            struct text t = octets(item->message);
            cr_expect_eq(item->size, size);
            cr_expect_eq(text_has(t, "not kept"), keep == MAIL_KEEP_ALL);
            cr_expect(text_has(t, "Subject: Lab report\r\n"));
            cr_expect_eq(t.size, keep == MAIL_KEEP_ALL ? size : message_header_size(msg));
        }
        mail_store_end(&s);
        cr_expect_eq(msg->refs, 1);
    }
}
