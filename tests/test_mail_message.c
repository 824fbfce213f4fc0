/*
 * test_mail_message.c - shared octets, header fields, trace fields, letters (RFC 5322, RFC 5321 4.4).
 *
 * The letters themselves are compared octet by octet with tests/mail/; tests/test_mail_python.py opens
 * those files with Python's email package.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kernel/clock.h"
#include "sim/kernel/memory.h"
#include "sim/kernel/random.h"
#include "sim/mail/message.h"
#include "tests/golden.h"

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

static void expect_octets(const struct message *msg, const char *want)
{
    struct text t = octets(msg);
    cr_expect(text_equal(t, text_of(want)), "got [%.*s], want [%s]", TEXT_ARG(t), want);
    cr_expect_eq(message_size(msg), strlen(want), "size of [%s]", want);
}

static struct message *of(const char *string)
{
    return message_new(&m, text_of(string));
}

/* 2026-03-02T09:00:00Z, the start of most scenarios */
static int64_t nine_o_clock(void)
{
    int64_t unix_seconds;
    cr_assert(clock_parse_utc(TEXT("2026-03-02T09:00:00Z"), &unix_seconds));
    return unix_seconds;
}

/* ---- sharing ---------------------------------------------------------------------------------- */

TestSuite(mail_message, .init = setup, .fini = teardown);

Test(mail_message, prepending_shares_the_rest_R083)
{
    struct message *letter = of("A: 1\r\n\r\nbody\r\n");
    buffer_reserve(&got, 1000);
    size_t before = m.used;
    struct message *hop = message_prepend(letter, TEXT("R: 1\r\n"));
    struct message *other = message_prepend(letter, TEXT("R: 2\r\n"));
    cr_expect_eq(hop->rest, letter);
    cr_expect_eq(other->rest, letter);
    expect_octets(hop, "R: 1\r\nA: 1\r\n\r\nbody\r\n");
    expect_octets(other, "R: 2\r\nA: 1\r\n\r\nbody\r\n");
    message_release(hop);
    expect_octets(other, "R: 2\r\nA: 1\r\n\r\nbody\r\n");
    message_release(other);
    cr_expect_eq(m.used, before, "what the hops took is given back");
    expect_octets(letter, "A: 1\r\n\r\nbody\r\n");
    message_release(letter);
}

Test(mail_message, body_is_never_copied)
{
    size_t size = 1000000;
    char *big = malloc(size);
    memset(big, 'x', size);
    memcpy(big, "S: 1\r\n\r\n", 8);
    struct message *letter = message_new(&m, text_from(big, size));
    free(big);
    size_t before = m.used;
    struct message *chain = message_hold(letter);
    for (int hop = 0; hop < 100; hop++) {
        struct message *next = message_prepend(chain, TEXT("Received: x\r\n"));
        message_release(chain);
        chain = next;
    }
    cr_expect_lt(m.used - before, 100 * 256, "100 hops took %zu octets", m.used - before);
    struct message *delivered = message_deliver(chain, TEXT("a@b"));
    struct message *cut = message_slice(delivered, 10, delivered->size - 20);
    cr_expect_lt(m.used - before, 300 * 256);
    message_release(cut);
    message_release(delivered);
    message_release(chain);
    cr_expect_eq(m.used, before);
    message_release(letter);
}

Test(mail_message, a_very_long_chain_is_released)
{
    size_t before = m.used;
    struct message *chain = of("x");
    for (int i = 0; i < 300000; i++) {
        struct message *next = message_prepend(chain, TEXT("\r\n"));
        message_release(chain);
        chain = next;
    }
    cr_expect_eq(message_size(chain), 600001);
    message_release(chain);
    cr_expect_eq(m.used, before);
}

/* Any cut of any composition gives what the same cut of the flat octets gives. */
Test(mail_message, slices_and_joins_agree_with_flat_octets)
{
    struct random r;
    random_init(&r, 1, TEXT("slices"), TEXT("test"));
    struct message *msg = of("0123456789abcdef");
    for (int round = 0; round < 3000; round++) {
        struct buffer flat;
        buffer_init(&flat, &m);
        message_put(&flat, msg);
        struct message *next;
        size_t start = (size_t)random_below(&r, flat.size + 1);
        size_t size = (size_t)random_below(&r, flat.size - start + 1);
        switch (random_below(&r, 4)) {
        case 0:
            next = message_prepend(msg, TEXT("prefix\r\n"));
            buffer_clear(&flat);
            buffer_put_string(&flat, "prefix\r\n");
            message_put(&flat, msg);
            break;
        case 1: {
            struct message *back = message_slice(msg, start, size);
            next = message_join(msg, back);
            buffer_put_text(&flat, octets(back));
            message_release(back);
            break;
        }
        default:
            next = message_slice(msg, start, size);
            buffer_drop(&flat, start);
            flat.size = size;
        }
        cr_assert(text_equal(octets(next), buffer_text(&flat)), "round %d", round);
        cr_assert_eq(next->size, flat.size, "round %d", round);
        size_t at = (size_t)random_below(&r, flat.size + 1);
        struct text piece = message_at(next, at);
        cr_assert_eq(piece.size == 0, at == flat.size);
        cr_assert(memcmp(piece.at, flat.at + at, piece.size) == 0);
        message_release(msg);
        msg = next;
        if (msg->size > 4000 || msg->size < 20) {
            message_release(msg);
            msg = of("0123456789abcdef0123456789abcdef");
        }
        buffer_free(&flat);
    }
    buffer_free(&got);
    message_release(msg);
    cr_expect_eq(m.used, 0, "%zu octets are still taken", m.used);
}

Test(mail_message, whole_and_8bit)
{
    struct message *letter = of("caf\xc3\xa9\r\n");
    struct message *hop = message_prepend(letter, TEXT("R: 1\r\n"));
    struct message *ascii = message_slice(hop, 0, 9);
    struct buffer storage;
    buffer_init(&storage, &m);
    cr_expect_eq(message_whole(letter, &storage).at, letter->octets.at, "one part: no copy");
    cr_expect(text_equal(message_whole(hop, &storage), TEXT("R: 1\r\ncaf\xc3\xa9\r\n")));
    cr_expect(message_is_8bit(letter));
    cr_expect(message_is_8bit(hop));
    cr_expect_not(message_is_8bit(ascii));
}

Test(mail_message, one_8bit_octet_anywhere)
{
    char text[40];
    for (size_t size = 0; size <= sizeof text; size++)
        for (size_t i = 0; i <= size; i++) {
            memset(text, 0x7f, sizeof text);
            if (i < size)
                text[i] = (char)0x80;
            struct message *msg = message_new(&m, text_from(text, size));
            cr_expect_eq(message_is_8bit(msg), i < size, "octet %zu of %zu", i, size);
            message_release(msg);
        }
}

/* ---- reading the header ------------------------------------------------------------------------- */

Test(mail_message, header_fields)
{
    static const struct {
        const char *name, *message;
        const char *want; /* each field as "name=unfolded;" */
        size_t header;    /* octets up to the body */
    } rows[] = {
        {"plain", "A: 1\r\nB: 2\r\n\r\nC: 3\r\n", "A=1;B=2;", 14},
        {"folded", "A: 1\r\n  2\r\n\t3\r\nB: 4\r\n\r\n", "A=1  2\t3;B=4;", 23},
        {"no blank after the colon", "A:1\r\n\r\n", "A=1;", 7},
        {"empty value", "A:\r\nB: \r\n\r\n", "A=;B=;", 11},
        {"blank before the colon", "A : 1\r\n\r\n", "A=1;", 9},
        {"colons in the value", "A: b:c\r\n\r\n", "A=b:c;", 10},
        {"header only", "A: 1\r\n", "A=1;", 6},
        {"header only, no end of line", "A: 1", "A=1;", 4},
        {"no header", "just text\r\nA: 1\r\n", "", 0},
        {"empty line first", "\r\nA: 1\r\n", "", 2},
        {"empty", "", "", 0},
        {"text begins without an empty line", "A: 1\r\ntext\r\n\r\n", "A=1;", 6},
        {"a name with a blank is none", "A b: 1\r\n\r\n", "", 0},
        {"begins with a fold", " A: 1\r\n\r\n", "", 0},
        {"bare LF ends no line (R033)", "A: 1\nB: 2\r\n\r\n", "A=1\nB: 2;", 13},
        {"8-bit value", "A: caf\xc3\xa9\r\n\r\n", "A=caf\xc3\xa9;", 12},
        {"8-bit name is none", "\xc3\xa9: 1\r\n\r\n", "", 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        /* in one part, and with each prefix of whole lines in a part of its own */
        struct message *msg = of(rows[i].message);
        struct message_fields it;
        struct mail_field f;
        buffer_clear(&got);
        message_fields_begin(&it, msg);
        size_t offset = 0;
        while (message_fields_next(&it, &f)) {
            buffer_put_text(&got, f.name);
            buffer_put_char(&got, '=');
            mail_field_put_unfolded(&got, f.value);
            buffer_put_char(&got, ';');
            cr_expect_eq(f.offset, offset, "%s", rows[i].name);
            offset += f.size;
        }
        cr_expect(text_equal(buffer_text(&got), text_of(rows[i].want)), "%s: %.*s", rows[i].name,
                  TEXT_ARG(buffer_text(&got)));
        cr_expect_eq(message_header_size(msg), rows[i].header, "%s: %zu", rows[i].name,
                     message_header_size(msg));
        message_release(msg);
    }
}

Test(mail_message, fields_across_parts)
{
    struct message *letter = of("Subject: Hi\r\nreceived: a\r\n\r\nReceived: in the body\r\n");
    struct message *one = message_prepend(letter, TEXT("Received: b\r\n c\r\n"));
    struct message *two = message_prepend(one, TEXT("RECEIVED: d\r\nReceived: e\r\n"));
    struct mail_field f;
    cr_expect_eq(message_count_hops(letter), 1); /* R093 */
    cr_expect_eq(message_count_hops(one), 2);
    cr_expect_eq(message_count_hops(two), 4);
    cr_expect(message_find_field(two, TEXT("SUBJECT"), &f));
    cr_expect(text_equal(f.value, TEXT(" Hi")));
    cr_expect(text_equal(text_from(message_at(two, f.offset).at, 8), TEXT("Subject:")));
    cr_expect_not(message_find_field(two, TEXT("Subj"), &f));
    cr_expect_eq(message_header_size(two), two->size - strlen("Received: in the body\r\n"));
}

Test(mail_message, hundred_hops_are_counted_R093)
{
    struct message *chain = of("Subject: Hi\r\n\r\n");
    for (size_t hop = 0; hop < 120; hop++) {
        cr_assert_eq(message_count_hops(chain), hop);
        chain = message_prepend(chain, TEXT("Received: from a\r\n\tby b; date\r\n"));
    }
}

/* ---- trace fields ------------------------------------------------------------------------------- */

Test(mail_message, received_R083_R084_R085)
{
    int64_t date = nine_o_clock();
    const struct {
        const char *name;
        struct mail_received r;
        const char *want;
    } rows[] = {
        {"all of it",
         {.helo = TEXT("mail.uni.example"),
          .name = TEXT("mail.uni.example"),
          .address = TEXT("192.0.2.25"),
          .by = TEXT("mx.shop.example"),
          .with = TEXT("ESMTP"),
          .id = TEXT("4C7A"),
          .recipient = TEXT("bob@shop.example"),
          .date = date},
         "Received: from mail.uni.example (mail.uni.example [192.0.2.25])\r\n"
         " by mx.shop.example with ESMTP id 4C7A\r\n"
         " for <bob@shop.example>; Mon, 02 Mar 2026 09:00:00 +0000\r\n"},
        {"several recipients: no FOR (R085, R090)",
         {.helo = TEXT("mail.uni.example"),
          .name = TEXT("mail.uni.example"),
          .address = TEXT("192.0.2.25"),
          .by = TEXT("mx.shop.example"),
          .with = TEXT("SMTP"),
          .id = TEXT("1"),
          .date = date},
         "Received: from mail.uni.example (mail.uni.example [192.0.2.25])\r\n"
         " by mx.shop.example with SMTP id 1;\r\n"
         " Mon, 02 Mar 2026 09:00:00 +0000\r\n"},
        {"address unknown by name, IPv6",
         {.helo = TEXT("[IPv6:2001:db8::1]"),
          .address = TEXT("2001:db8::1"),
          .by = TEXT("mx"),
          .via = TEXT("TCP"),
          .with = TEXT("ESMTPSA"),
          .date = date},
         "Received: from [IPv6:2001:db8::1] ([IPv6:2001:db8::1])\r\n"
         " by mx via TCP with ESMTPSA;\r\n"
         " Mon, 02 Mar 2026 09:00:00 +0000\r\n"},
        {"what a client says of itself cannot forge fields",
         {.helo = TEXT("a b(c)\r\nX: y;\xc3\xa9"),
          .by = TEXT("mx"),
          .with = TEXT("SMTP"),
          .id = TEXT("1"),
          .date = date},
         "Received: from a?b?c???X:?y???\r\n"
         " by mx with SMTP id 1;\r\n"
         " Mon, 02 Mar 2026 09:00:00 +0000\r\n"},
        {"long names go on lines of their own",
         {.helo = TEXT("outgoing.mail.a-university-with-a-long-name.example"),
          .name = TEXT("outgoing.mail.a-university-with-a-long-name.example"),
          .address = TEXT("192.0.2.25"),
          .by = TEXT("incoming.mail.a-very-long-name-of-a-small-shop.example"),
          .with = TEXT("ESMTPSA"),
          .id = TEXT("0123456789ABCDEF"),
          .recipient = TEXT("a.person.with.a.long.name@a-university-with-a-long-name.example"),
          .date = date},
         "Received: from outgoing.mail.a-university-with-a-long-name.example\r\n"
         " (outgoing.mail.a-university-with-a-long-name.example [192.0.2.25])\r\n"
         " by incoming.mail.a-very-long-name-of-a-small-shop.example with ESMTPSA\r\n"
         " id 0123456789ABCDEF\r\n"
         " for <a.person.with.a.long.name@a-university-with-a-long-name.example>;\r\n"
         " Mon, 02 Mar 2026 09:00:00 +0000\r\n"},
        {"no name at all",
         {.by = TEXT("mx"), .with = TEXT("SMTP"), .id = TEXT("1"), .date = date},
         "Received: from unknown\r\n"
         " by mx with SMTP id 1;\r\n"
         " Mon, 02 Mar 2026 09:00:00 +0000\r\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        buffer_clear(&got);
        mail_put_received(&got, &rows[i].r);
        cr_expect(text_equal(buffer_text(&got), text_of(rows[i].want)), "%s:\n%.*s", rows[i].name,
                  TEXT_ARG(buffer_text(&got)));
        struct text rest = buffer_text(&got);
        while (rest.size > 0) {
            size_t line = text_find(rest, '\n') + 1;
            cr_expect_leq(line - 2, MESSAGE_LINE_SHOULD, "%s", rows[i].name);
            rest = text_after(rest, line);
        }
    }
}

/* R083 R089 */
Test(mail_message, three_hops_keep_each_others_lines)
{
    struct message *msg = of("Return-Path: <forged@x>\r\nSubject: Hi\r\n\r\nbody\r\n");
    static const char *const hosts[] = {"one", "two", "three"};
    struct buffer before;
    buffer_init(&before, &m);
    for (size_t i = 0; i < 3; i++) {
        buffer_clear(&before);
        message_put(&before, msg);
        buffer_clear(&got);
        mail_put_received(&got, &(struct mail_received){.helo = text_of(hosts[i]),
                                                        .by = text_of(hosts[i]),
                                                        .with = TEXT("ESMTP"),
                                                        .date = nine_o_clock()});
        msg = message_prepend(msg, buffer_text(&got));
        struct text now = octets(msg);
        cr_expect(text_equal(text_after(now, now.size - before.size), buffer_text(&before)),
                  "hop %zu changed what came before", i);
    }
    cr_expect_eq(message_count_hops(msg), 3);
}

/* R087 R088 */
Test(mail_message, return_path)
{
    static const struct {
        const char *name, *before, *path, *after;
    } rows[] = {
        {"added", "A: 1\r\n\r\nx\r\n", "a@b.test", "Return-Path: <a@b.test>\r\nA: 1\r\n\r\nx\r\n"},
        {"null for reports", "A: 1\r\n\r\nx\r\n", "", "Return-Path: <>\r\nA: 1\r\n\r\nx\r\n"},
        {"replaces", "Return-Path: <old@x>\r\nA: 1\r\n\r\nx\r\n", "n@x",
         "Return-Path: <n@x>\r\nA: 1\r\n\r\nx\r\n"},
        {"replaces several, folded, in any case",
         "A: 1\r\nRETURN-PATH:\r\n <o>\r\nB: 2\r\nreturn-path: <p>\r\n\r\nx\r\n", "n@x",
         "Return-Path: <n@x>\r\nA: 1\r\nB: 2\r\n\r\nx\r\n"},
        {"not in the body", "A: 1\r\n\r\nReturn-Path: <quoted>\r\n", "n@x",
         "Return-Path: <n@x>\r\nA: 1\r\n\r\nReturn-Path: <quoted>\r\n"},
        {"nothing else there", "Return-Path: <old@x>\r\n", "n@x", "Return-Path: <n@x>\r\n"},
    };
    buffer_free(&got);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct message *msg = of(rows[i].before);
        struct message *hop = message_prepend(msg, TEXT("Received: x\r\n"));
        struct message *delivered = message_deliver(msg, text_of(rows[i].path));
        struct message *after_hop = message_deliver(hop, text_of(rows[i].path));
        expect_octets(delivered, rows[i].after);
        cr_expect_eq(message_count_fields(delivered, TEXT("Return-Path")), 1, "%s", rows[i].name);
        cr_expect_eq(message_count_fields(after_hop, TEXT("Return-Path")), 1, "%s", rows[i].name);
        expect_octets(msg, rows[i].before); /* others who share it see nothing of this */
        message_release(msg);
        message_release(hop);
        message_release(delivered);
        message_release(after_hop);
    }
    buffer_free(&got);
    cr_expect_eq(m.used, 0);
}

Test(mail_message, submission_completes_R176)
{
    static const struct {
        const char *before, *after;
    } rows[] = {
        {"From: a@b\r\n\r\nx\r\n", "Date: Mon, 02 Mar 2026 09:00:00 +0000\r\n"
                                   "Message-ID: <1@host>\r\nFrom: a@b\r\n\r\nx\r\n"},
        {"DATE: now\r\n\r\nx\r\n", "Message-ID: <1@host>\r\nDATE: now\r\n\r\nx\r\n"},
        {"Message-Id: <y>\r\n\r\nx\r\n",
         "Date: Mon, 02 Mar 2026 09:00:00 +0000\r\nMessage-Id: <y>\r\n\r\nx\r\n"},
        {"Date: d\r\nMessage-ID: <y>\r\n\r\nx\r\n", "Date: d\r\nMessage-ID: <y>\r\n\r\nx\r\n"},
        {"no header here\r\n", "Date: Mon, 02 Mar 2026 09:00:00 +0000\r\n"
                               "Message-ID: <1@host>\r\n\r\nno header here\r\n"},
        {"\r\nbody\r\n", "Date: Mon, 02 Mar 2026 09:00:00 +0000\r\n"
                         "Message-ID: <1@host>\r\n\r\nbody\r\n"},
        {"", "Date: Mon, 02 Mar 2026 09:00:00 +0000\r\nMessage-ID: <1@host>\r\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct message *msg = of(rows[i].before);
        struct buffer lines;
        buffer_init(&lines, &m);
        mail_put_missing(&lines, msg, nine_o_clock(), TEXT("1"), TEXT("host"));
        expect_octets(lines.size > 0 ? message_prepend(msg, buffer_text(&lines)) : msg,
                      rows[i].after);
    }
}

/* ---- letters: tests/mail/ ------------------------------------------------------------------------- */

static void expect_letter(const char *path, const struct mail_draft *d)
{
    golden_check(path, octets(message_compose(&m, d)));
}

static const struct mail_person alice = {TEXT_INIT(""), TEXT_INIT("alice@uni.example")};
static const struct mail_person bob = {TEXT_INIT(""), TEXT_INIT("bob@shop.example")};

static struct mail_draft draft(void)
{
    return (struct mail_draft){
        .from = alice,
        .to = &bob,
        .to_count = 1,
        .subject = TEXT("Hi"),
        .message_id = TEXT("1.alice-pc@alice-pc"),
        .date = nine_o_clock(),
        .body = TEXT("Hello Bob,\n\nhere it is.\n"),
    };
}

Test(mail_message, a_plain_letter)
{
    struct mail_draft d = draft();
    expect_octets(message_compose(&m, &d), "Date: Mon, 02 Mar 2026 09:00:00 +0000\r\n"
                                           "From: alice@uni.example\r\n"
                                           "To: bob@shop.example\r\n"
                                           "Message-ID: <1.alice-pc@alice-pc>\r\n"
                                           "Subject: Hi\r\n"
                                           "\r\n"
                                           "Hello Bob,\r\n"
                                           "\r\n"
                                           "here it is.\r\n");
    expect_letter("tests/mail/plain.eml", &d);
}

Test(mail_message, line_ends_and_the_last_line_R070)
{
    static const struct {
        const char *body, *want;
    } rows[] = {
        {"a\nb", "a\r\nb\r\n"},
        {"a\r\nb\r\n", "a\r\nb\r\n"},
        {"a\rb", "a\r\nb\r\n"},
        {"a\n\nb\n", "a\r\n\r\nb\r\n"},
        {"", ""},
        {"\n", "\r\n"},
        {"\r\r\n\n", "\r\n\r\n\r\n"},
        {".\n..\n", ".\r\n..\r\n"},
        {"a \n", "a \r\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct mail_draft d = draft();
        d.body = text_of(rows[i].body);
        struct message *msg = message_compose(&m, &d);
        struct text body = text_after(octets(msg), message_header_size(msg));
        cr_expect(text_equal(body, text_of(rows[i].want)), "%zu: [%.*s]", i, TEXT_ARG(body));
    }
}

Test(mail_message, many_people_are_folded)
{
    struct mail_person to[12], cc[2] = {
                                   {TEXT("Bob"), TEXT("bob@shop.example")},
                                   {TEXT("Smith, \"Big\" John"), TEXT("john@shop.example")},
                               };
    for (size_t i = 0; i < COUNT(to); i++)
        to[i] = (struct mail_person){TEXT(""), TEXT("somebody@shop.example")};
    struct mail_draft d = draft();
    d.from.name = TEXT("Alice Adams");
    d.to = to;
    d.to_count = COUNT(to);
    d.cc = cc;
    d.cc_count = COUNT(cc);
    d.subject = TEXT("A subject of so many words that it does not fit into one line of the "
                     "header, and  so  it must be folded where there are blanks");
    d.fields = TEXT("X-Course: 3\r\n");
    expect_letter("tests/mail/folded.eml", &d);
}

/* A name that fills lines is folded at its blanks, quoted or not, and reads the same. */
Test(mail_message, long_names_are_folded)
{
    static char words[2000], quoted[2000];
    for (size_t i = 0; i < sizeof words - 1; i++) {
        words[i] = i % 10 == 9 ? ' ' : 'x';
        quoted[i] = i % 10 == 9 ? ' ' : i % 10 == 5 ? '.' : 'x';
    }
    words[1998] = quoted[1998] = 'x';
    const char *const names[] = {words, quoted};
    for (size_t i = 0; i < COUNT(names); i++) {
        struct mail_draft d = draft();
        d.from.name = text_of(names[i]);
        struct message *msg = message_compose(&m, &d);
        struct mail_field from;
        cr_assert(message_find_field(msg, TEXT("From"), &from));
        struct text t = from.value;
        while (t.size > 0) {
            size_t line = text_find(t, '\n') + 1;
            cr_expect_leq(line - 2, MESSAGE_LINE_SHOULD);
            t = text_after(t, line);
        }
        struct buffer want;
        buffer_init(&want, &m);
        buffer_clear(&got);
        mail_field_put_unfolded(&got, from.value);
        buffer_put_string(&want, i == 1 ? "\"" : "");
        buffer_put_string(&want, names[i]);
        buffer_put_string(&want, i == 1 ? "\" <alice@uni.example>" : " <alice@uni.example>");
        cr_expect(text_equal(buffer_text(&got), buffer_text(&want)), "%.*s",
                  TEXT_ARG(buffer_text(&got)));
    }
}

Test(mail_message, other_scripts)
{
    struct mail_draft d = draft();
    struct mail_person to = {
        TEXT("B\xc3\xa4rbel M\xc3\xbcller-L\xc3\xbc"
             "denscheidt-Gr\xc3\xbc\xc3\x9f\x65 von und zu Sch\xc3\xb6nhausen"),
        TEXT("bob@shop.example")};
    d.to = &to;
    d.subject = TEXT("\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82, caf\xc3\xa9 \xe2\x82\xac 5 "
                     "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe3\x81\xae\xe9\x95\xb7\xe3\x81\x84\xe4"
                     "\xbb\xb6\xe5\x90\x8d\xe3\x81\xa7\xe3\x81\x99 \xf0\x9f\x93\xa7");
    d.body = TEXT("Gr\xc3\xbc\xc3\x9f\x65 aus K\xc3\xb6ln \xf0\x9f\x93\xa7\n");
    expect_letter("tests/mail/utf8.eml", &d);
}

Test(mail_message, long_lines_become_quoted_printable)
{
    static char body[5000];
    size_t n = 0;
    for (int i = 0; n < 2500; i++)
        n += (size_t)snprintf(body + n, sizeof body - n, "word%d = ", i);
    n += (size_t)snprintf(body + n, sizeof body - n, "\nends with blanks \t\nJos\xc3\xa9\n");
    struct mail_draft d = draft();
    d.body = text_from(body, n);
    expect_letter("tests/mail/long-lines.eml", &d);
    struct text t = octets(message_compose(&m, &d));
    while (t.size > 0) {
        size_t line = text_find(t, '\n') + 1;
        cr_expect_leq(line - 2, MESSAGE_LINE_SHOULD);
        t = text_after(t, line);
    }
}

Test(mail_message, subjects)
{
    static const struct {
        const char *name, *subject, *want;
    } rows[] = {
        {"plain", "Hi", "Subject: Hi\r\n"},
        {"blanks at the ends", "  Hi there ", "Subject: Hi there\r\n"},
        {"no header can be smuggled in", "Hi\r\nBcc: eve@evil.example\nX",
         "Subject: Hi  Bcc: eve@evil.example X\r\n"},
        {"looks like an encoded word",
         "=?utf-8?Q?x?=", "Subject: =?us-ascii?Q?=3D=3Futf-8=3FQ=3Fx=3F=3D?=\r\n"},
        {"one letter", "\xc3\xa9", "Subject: =?utf-8?B?w6k=?=\r\n"},
        {"a French word", "caf\xc3\xa9", "Subject: =?utf-8?Q?caf=C3=A9?=\r\n"},
        {"base64 where it is shorter", "\xd0\x9f\xd1\x80", "Subject: =?utf-8?B?0J/RgA==?=\r\n"},
        {"not UTF-8", "a\xff", "Subject: =?unknown-8bit?Q?a=FF?=\r\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        buffer_clear(&got);
        mail_put_field(&got, TEXT("Subject"), text_of(rows[i].subject));
        cr_expect(text_equal(buffer_text(&got), text_of(rows[i].want)), "%s: %.*s", rows[i].name,
                  TEXT_ARG(buffer_text(&got)));
    }
}

/* Whatever the subject is: lines of at most 78 octets, ASCII, no line of blanks alone. */
Test(mail_message, every_field_is_well_formed)
{
    struct random r;
    random_init(&r, 7, TEXT("fields"), TEXT("test"));
    static const char *const pieces[] = {"a",
                                         " ",
                                         "\t",
                                         "\r\n",
                                         "?=",
                                         "=?",
                                         "\xc3\xa9",
                                         "\xff",
                                         "word ",
                                         "\xe6\x97\xa5",
                                         "\xf0\x9f\x93\xa7",
                                         "\x01",
                                         "_"};
    for (int round = 0; round < 2000; round++) {
        struct buffer value;
        buffer_init(&value, &m);
        for (uint64_t n = random_below(&r, 300); n > 0; n--)
            buffer_put_string(&value, pieces[random_below(&r, COUNT(pieces))]);
        buffer_clear(&got);
        mail_put_field(&got, TEXT("Subject"), buffer_text(&value));
        struct text t = buffer_text(&got);
        while (t.size > 0) {
            size_t line = text_find(t, '\n') + 1;
            cr_assert_eq(t.at[line - 2], '\r', "round %d", round);
            cr_assert_leq(line - 2, MESSAGE_LINE_SHOULD, "round %d: %zu", round, line);
            cr_assert_gt(text_trim(text_from(t.at, line - 2)).size, 0, "round %d", round);
            for (size_t i = 0; i < line - 2; i++)
                cr_assert((unsigned char)t.at[i] >= ' ' && (unsigned char)t.at[i] < 0x7f,
                          "round %d: octet %d", round, t.at[i]);
            cr_assert(t.at == got.at || t.at[0] == ' ', "round %d: a fold begins with a blank",
                      round);
            t = text_after(t, line);
        }
        buffer_free(&value);
    }
}
