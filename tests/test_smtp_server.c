/*
 * test_smtp_server.c - the server's session, requirement by requirement.
 *
 * Each row: what was said before, what is said now, which codes come.  Rows name the requirement
 * (R-ids of the project's list) and run whole and in single octets.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/smtp_play.h"
#include "tests/text_lab.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What was said before. */
enum before { GREETED, HELLO, OLD_HELLO, MAIL, RCPT, DATA };

static void say_before(struct play *p, enum before before)
{
    static const char *const lines[] = {NULL,
                                        "EHLO client.example.test\r\n",
                                        "HELO a.test\r\n",
                                        "MAIL FROM:<s@a.test>\r\n",
                                        "RCPT TO:<alice@example.test>\r\n",
                                        "DATA\r\n"};

    play_start(p);
    for (int step = GREETED; step <= (int)before; step++)
        if (lines[step] != NULL && (step != OLD_HELLO || before == OLD_HELLO) &&
            (step != HELLO || before != OLD_HELLO))
            play_say(p, lines[step]);
    play_codes(p);
}

/* ---- single steps ------------------------------------------------------------------------------ */

#define T8(s)  s s s s s s s s
#define T64(s) T8(T8(s))

static const struct {
    const char *name;
    enum before before;
    const char *say, *want;
} steps[] = {
    {"R007 EHLO", GREETED, "EHLO a.test\r\n", "250"},
    {"R007 HELO", GREETED, "HELO a.test\r\n", "250"},
    {"R010 IPv4 literal", GREETED, "EHLO [192.0.2.1]\r\n", "250"},
    {"R010 IPv6 literal", GREETED, "EHLO [IPv6:2001:db8::1]\r\n", "250"},
    {"R010 bad literal", GREETED, "EHLO [192.0.2.256]\r\n", "501"},
    {"R011 another host's name", GREETED, "EHLO mx.example.test\r\nMAIL FROM:<s@a.test>\r\n",
     "250,250 2.1.0"},
    {"R012 EHLO without a name", GREETED, "EHLO\r\nEHLO \r\n", "501,501"},
    {"R012 HELO without a name", GREETED, "HELO\r\n", "501"},
    {"R013 EHLO again drops the transaction", RCPT, "EHLO a.test\r\nRCPT TO:<bob@example.test>\r\n",
     "250,503 5.5.1"},
    {"R013 HELO again drops it too", RCPT, "HELO a.test\r\nDATA\r\n", "250,503 5.5.1"},
    {"R014 a refused EHLO changes nothing", RCPT, "EHLO a_b\r\nRCPT TO:<bob@example.test>\r\n",
     "501,250 2.1.5"},
    {"R015 before EHLO", GREETED, "NOOP\r\nHELP\r\nEXPN x\r\nVRFY bob\r\nRSET\r\n",
     "250 2.0.0,214 2.0.0,502 5.5.1,252 2.0.0,250 2.0.0"},
    {"R016 RCPT without MAIL", HELLO, "RCPT TO:<bob@example.test>\r\nMAIL FROM:<s@a.test>\r\n",
     "503 5.5.1,250 2.1.0"},
    {"R017 MAIL in a transaction", MAIL, "MAIL FROM:<t@a.test>\r\nRCPT TO:<bob@example.test>\r\n",
     "503 5.5.1,250 2.1.5"},
    {"R018 DATA without MAIL", HELLO, "DATA\r\n", "503 5.5.1"},
    {"R018, R160 DATA without a recipient", MAIL, "DATA\r\n", "554 5.5.1"},
    {"R018 DATA after a refused one", MAIL, "RCPT TO:<x@example.test>\r\nDATA\r\n",
     "550 5.1.1,554 5.5.1"},
    {"R020 RSET", RCPT, "RSET\r\nDATA\r\nMAIL FROM:<s@a.test>\r\n",
     "250 2.0.0,503 5.5.1,250 2.1.0"},
    {"R021 NOOP", MAIL, "NOOP\r\nNOOP any thing\r\nRCPT TO:<bob@example.test>\r\n",
     "250 2.0.0,250 2.0.0,250 2.1.5"},
    {"R022 QUIT", RCPT, "QUIT\r\nNOOP\r\n", "221 2.0.0"},
    {"R028 RSET with an argument", HELLO, "RSET x\r\n", "501 5.5.4"},
    {"R028 DATA with an argument", RCPT, "DATA x\r\n", "501 5.5.4"},
    {"R028 QUIT with an argument", HELLO, "QUIT x\r\nQUIT\r\n", "501 5.5.4,221 2.0.0"},
    {"R029 unknown verb", HELLO, "XYZZY\r\nEHLOO a.test\r\n\r\n", "500 5.5.1,500 5.5.1,500 5.5.1"},
    {"R029, R178 known, not implemented", HELLO, "TURN\r\nETRN x\r\nBDAT 1\r\nSTARTTLS\r\nSOML\r\n",
     "502 5.5.1,502 5.5.1,502 5.5.1,502 5.5.1,502 5.5.1"},
    {"R030 the minimum set is no 500", HELLO,
     "NOOP\r\nVRFY x\r\nRSET\r\nHELO a.test\r\nEHLO a.test\r\nMAIL FROM:<>\r\n"
     "RCPT TO:<bob@example.test>\r\nDATA\r\n.\r\nQUIT\r\n",
     "250 2.0.0,252 2.0.0,250 2.0.0,250,250,250 2.1.0,250 2.1.5,354,250 2.0.0,221 2.0.0"},
    {"R031 any case", GREETED, "ehLO a.test\r\nmail from:<s@a.test> siZE=1 boDY=8bitMIME\r\n",
     "250,250 2.1.0"},
    {"R032 trailing blanks", HELLO, "NOOP \t \r\nRSET  \r\nMAIL FROM:<s@a.test>  \r\nQUIT \r\n",
     "250 2.0.0,250 2.0.0,250 2.1.0,221 2.0.0"},
    {"R033 bare LF ends no command", HELLO, "NOOP\nNOOP\r\nNOOP\r\n", "500 5.5.2,250 2.0.0"},
    {"R033 bare CR ends no command", HELLO, "NOOP\rNOOP\r\nNOOP\r\n", "500 5.5.2,250 2.0.0"},
    {"R033 LF CR is not CR LF", HELLO, "NOOP\n\rNOOP\r\nNOOP\r\n", "500 5.5.2,250 2.0.0"},
    {"R033 CR CR LF", HELLO, "NOOP\r\r\nNOOP\r\n", "500 5.5.2,250 2.0.0"},
    {"R038, R039, R040 VRFY that does not verify", HELLO,
     "VRFY bob\r\nVRFY nobody@else.test\r\nEXPN x\r\n", "252 2.0.0,252 2.0.0,502 5.5.1"},
    {"VRFY without a name", HELLO, "VRFY\r\n", "501 5.5.4"},
    {"R041 HELP", HELLO, "HELP\r\nHELP RCPT\r\n", "214 2.0.0,214 2.0.0"},
    {"R043 a path needs brackets", HELLO, "MAIL FROM:s@a.test\r\nMAIL FROM:<s@a.test\r\nMAIL s\r\n",
     "501 5.1.7,501 5.1.7,501 5.1.7"},
    {"R043 nothing behind the bracket", HELLO, "MAIL FROM:<s@a.test>SIZE=1\r\n", "501 5.1.7"},
    {"R045 null reverse-path", HELLO, "MAIL FROM:<>\r\n", "250 2.1.0"},
    {"R046 null forward-path", MAIL, "RCPT TO:<>\r\n", "501 5.1.3"},
    {"R047 source routes", HELLO,
     "MAIL FROM:<@a.test,@b.test:s@a.test>\r\nRCPT TO:<@a.test:alice@example.test>\r\n",
     "250 2.1.0,250 2.1.5"},
    {"R049 quoted local part", MAIL, "RCPT TO:<\"alice\"@example.test>\r\n", "250 2.1.5"},
    {"R051 domain in any case", MAIL, "RCPT TO:<alice@EXAMPLE.Test>\r\n", "250 2.1.5"},
    {"R052 unqualified names", HELLO, "MAIL FROM:<alice>\r\nMAIL FROM:<Postmaster>\r\n",
     "501 5.1.7,501 5.1.7"},
    {"R052 unqualified recipient", MAIL, "RCPT TO:<alice>\r\n", "501 5.1.3"},
    {"R053 Postmaster", MAIL,
     "RCPT TO:<Postmaster>\r\nRCPT TO:<POSTMASTER>\r\nRCPT TO:<postmaster@example.test>\r\n",
     "250 2.1.5,250 2.1.5,250 2.1.5"},
    {"R054 local part of 64 octets", HELLO, "MAIL FROM:<" T64("x") "@a.test>\r\n", "250 2.1.0"},
    {"R054 and of 65", HELLO, "MAIL FROM:<x" T64("x") "@a.test>\r\n", "501 5.1.7"},
    {"R055 domain of more than 255 octets", HELLO, "MAIL FROM:<x@" T64("abc.") "a>\r\n",
     "501 5.1.7"},
    {"R056 8-bit address", HELLO, "MAIL FROM:<\xC3\xA4@a.test>\r\n", "501 5.1.7"},
    {"R060 unknown user, then a known one", MAIL,
     "RCPT TO:<nobody@example.test>\r\nRCPT TO:<bob@example.test>\r\n", "550 5.1.1,250 2.1.5"},
    {"R063 no relaying", MAIL, "RCPT TO:<bob@else.test>\r\n", "550 5.7.1"},
    {"R064 unknown parameter", HELLO,
     "MAIL FROM:<s@a.test> FOO=1\r\nMAIL FROM:<s@a.test> foo bar\r\n", "555 5.5.4,555 5.5.4"},
    {"R064 of RCPT", MAIL, "RCPT TO:<bob@example.test> SIZE=1\r\n", "555 5.5.4"},
    {"R064 parameters need EHLO", OLD_HELLO, "MAIL FROM:<s@a.test> SIZE=1\r\n", "555 5.5.4"},
    {"R066 an empty message", DATA, ".\r\n", "250 2.0.0"},
    {"R066 only CRLF.CRLF", DATA, "x\r\n. \r\n..\r\n.x\r\n.\r\n", "250 2.0.0"},
    {"R067 LF.LF", DATA, "x\n.\nx\r\n.\r\n", "250 2.0.0"},
    {"R067 LF.CRLF", DATA, "x\n.\r\nx\r\n.\r\n", "250 2.0.0"},
    {"R067 CRLF.LF", DATA, "x\r\n.\nx\r\n.\r\n", "250 2.0.0"},
    {"R067 CR.CR", DATA, "x\r.\rx\r\n.\r\n", "250 2.0.0"},
    {"R067 CR.CRLF", DATA, "x\r.\r\nx\r\n.\r\n", "250 2.0.0"},
    {"R067 CRLF.CR", DATA, "x\r\n.\rx\r\n.\r\n", "250 2.0.0"},
    {"R067 CRLF.CR CRLF", DATA, "x\r\n.\r\r\nx\r\n.\r\n", "250 2.0.0"},
    {"R071 one reply, then all is cleared", DATA, "x\r\n.\r\nDATA\r\nMAIL FROM:<s@a.test>\r\n",
     "250 2.0.0,503 5.5.1,250 2.1.0"},
    {"R078 no headers at all", DATA, "hello\r\n.\r\n", "250 2.0.0"},
    {"R154 declared too big", HELLO,
     "MAIL FROM:<s@a.test> SIZE=100001\r\nMAIL FROM:<s@a.test> SIZE=100000\r\n",
     "552 5.3.4,250 2.1.0"},
    {"R154 beyond 63 bits", HELLO, "MAIL FROM:<s@a.test> SIZE=99999999999999999999\r\n",
     "552 5.3.4"},
    {"SIZE is 1 to 20 digits (RFC 1870 3)", HELLO,
     "MAIL FROM:<s@a.test> SIZE=999999999999999999999\r\nMAIL FROM:<s@a.test> SIZE=1x\r\n"
     "MAIL FROM:<s@a.test> SIZE=\r\nMAIL FROM:<s@a.test> SIZE\r\nMAIL FROM:<s@a.test> SIZE=-1\r\n",
     "501 5.5.4,501 5.5.4,501 5.5.4,501 5.5.4,501 5.5.4"},
    {"BODY takes two words (RFC 6152)", HELLO,
     "MAIL FROM:<s@a.test> BODY=BINARYMIME\r\nMAIL FROM:<s@a.test> BODY=7BIT\r\n",
     "501 5.5.4,250 2.1.0"},
    {"AUTH= is xtext (RFC 4954 5)", HELLO,
     "MAIL FROM:<s@a.test> AUTH=+zz\r\nMAIL FROM:<s@a.test> AUTH=a+4z\r\n"
     "MAIL FROM:<s@a.test> AUTH=a+4\r\nMAIL FROM:<s@a.test> AUTH=a+z4\r\nMAIL FROM:<s@a.test> "
     "AUTH=\r\nMAIL FROM:<s@a.test> "
     "AUTH=<>\r\n",
     "501 5.5.4,501 5.5.4,501 5.5.4,501 5.5.4,501 5.5.4,250 2.1.0"},
    {"R159 a group in order", HELLO,
     "MAIL FROM:<s@a.test>\r\nRCPT TO:<x@example.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n"
     "x\r\n.\r\nNOOP\r\nQUIT\r\n",
     "250 2.1.0,550 5.1.1,250 2.1.5,354,250 2.0.0,250 2.0.0,221 2.0.0"},
    {"a control character makes no verb", HELLO, "NO\x01OP\r\nNOOP\r\n", "500 5.5.1,250 2.0.0"},
    {"leading blank", HELLO, " NOOP\r\n", "500 5.5.1"},
};

Test(smtp_server, steps)
{
    for (size_t i = 0; i < COUNT(steps); i++)
        for (size_t cut = 0; cut <= 1; cut++) {
            struct play p;
            struct text codes;

            play_begin(&p, play_options());
            say_before(&p, steps[i].before);
            play_send(&p, text_of(steps[i].say), cut, 1);
            codes = play_codes(&p);
            cr_expect(text_equal(codes, text_of(steps[i].want)), "%s: got %.*s, want %s",
                      steps[i].name, TEXT_ARG(codes), steps[i].want);
            play_end(&p);
        }
}

/* ---- what is on the wire -------------------------------------------------------------------------- */

/* R002, R007, R008, R153 */
Test(smtp_server, the_words_on_the_wire)
{
    struct play p;

    play_begin(&p, play_options());
    play_start(&p);
    CHECK_TEXT(buffer_text(&p.wire), "220 mx.example.test ESMTP smtplab\r\n");
    buffer_clear(&p.wire);
    play_say(&p, "EHLO client.example.test\r\n");
    CHECK_TEXT(buffer_text(&p.wire), "250-mx.example.test greets client.example.test\r\n"
                                     "250-PIPELINING\r\n"
                                     "250-SIZE 100000\r\n"
                                     "250-8BITMIME\r\n"
                                     "250 ENHANCEDSTATUSCODES\r\n");
    buffer_clear(&p.wire);
    play_say(&p, "HELO client.example.test\r\nQUIT\r\n");
    CHECK_TEXT(buffer_text(&p.wire), "250 mx.example.test\r\n"
                                     "221 2.0.0 mx.example.test says goodbye\r\n");
    cr_expect(p.closed);
    play_end(&p);
}

/* The grammar says what is wrong, in words. */
Test(smtp_server, errors_say_why)
{
    struct play p;

    play_begin(&p, play_options());
    say_before(&p, HELLO);
    buffer_clear(&p.wire);
    play_say(&p, "MAIL TO:<x@y.test>\r\nMAIL FROM:<x@y.test>\r\nRCPT FROM:<x@y.test>\r\n"
                 "RCPT TO:<>\r\nRCPT TO:<x@y.test>z\r\n");
    CHECK_TEXT(buffer_text(&p.wire), "501 5.1.7 FROM: is missing\r\n"
                                     "250 2.1.0 sender accepted\r\n"
                                     "501 5.1.3 TO: is missing\r\n"
                                     "501 5.1.3 a recipient cannot be <>\r\n"
                                     "501 5.1.3 something stands behind the >\r\n");
    play_end(&p);
}

Test(smtp_server, nothing_offered_nothing_enhanced) /* R064, R153 */
{
    struct smtp_server_options options = play_options();
    struct play p;

    options.extensions = 0;
    play_begin(&p, options);
    play_start(&p);
    buffer_clear(&p.wire);
    play_say(&p, "EHLO a.test\r\nMAIL FROM:<s@a.test> SIZE=1\r\nMAIL FROM:<s@a.test> BODY=7BIT\r\n"
                 "MAIL FROM:<s@a.test>\r\nRCPT TO:<x@else.test>\r\n");
    CHECK_TEXT(buffer_text(&p.wire), "250 mx.example.test greets a.test\r\n"
                                     "555 a parameter that was not offered\r\n"
                                     "555 a parameter that was not offered\r\n"
                                     "250 sender accepted\r\n"
                                     "550 no relaying\r\n");
    play_end(&p);
}

/* R153: a server without a limit says 0. */
Test(smtp_server, size_zero_is_no_limit)
{
    struct smtp_server_options options = play_options();
    struct play p;

    options.extensions = SMTP_HAS_SIZE;
    options.size_limit = 0;
    play_begin(&p, options);
    play_start(&p);
    buffer_clear(&p.wire);
    play_say(&p, "EHLO a.test\r\nMAIL FROM:<s@a.test> SIZE=99999999999999999999\r\n");
    CHECK_TEXT(buffer_text(&p.wire), "250-mx.example.test greets a.test\r\n250 SIZE 0\r\n"
                                     "250 sender accepted\r\n");
    play_say(&p, "RCPT TO:<bob@example.test>\r\nDATA\r\nhello\r\n.\r\n");
    CHECK_TEXT(play_codes(&p), "220,250,250,250,354,250");
    play_end(&p);
}

/* R159: one SEND for a group, in two around a question. */
Test(smtp_server, replies_of_a_group_go_out_together)
{
    struct smtp_server_options options = play_options();
    struct play p;

    options.asks = 0;
    play_begin(&p, options);
    play_start(&p);
    play_say(&p, "EHLO a.test\r\n");
    play_say(&p, "MAIL FROM:<s@a.test>\r\nRCPT TO:<x@y.test>\r\nRCPT TO:<z@y.test>\r\nDATA\r\n");
    cr_expect_eq(p.sends, 1);
    play_end(&p);
}

/* The acts of a whole dialogue, in their order. */
Test(smtp_server, the_acts_in_order)
{
    struct play p;

    play_begin(&p, play_options());
    play_start(&p);
    play_say(&p, "helo a.test\r\nMail From:<s@a.test>\r\nfoo  bar \r\n"
                 "RCPT TO:<alice@example.test>\r\nRSET\r\nQUIT\r\n");
    CHECK_TEXT(
        buffer_text(&p.log),
        "ask connection about \n"
        "reply greeting 220 / mx.example.test ESMTP smtplab\n"
        "state  > greeted on connection fine\n"
        "command HELO: helo a.test\n"
        "ask hello about a.test\n"
        "reply HELO 250 / mx.example.test\n"
        "state greeted > ready on HELO fine\n"
        "command MAIL: Mail From:<s@a.test>\n"
        "ask sender about s@a.test route  local s domain a.test given 0 size 0 body 0 auth \n"
        "reply MAIL 250 2.1.0 / sender accepted\n"
        "state ready > mail on MAIL fine\n"
        "command FOO: foo  bar \n"
        "reply  500 5.5.1 / no command that this server knows\n"
        "command RCPT: RCPT TO:<alice@example.test>\n"
        "ask recipient about alice@example.test route  local alice domain example.test "
        "given 0 size 0 body 0 auth \n"
        "reply RCPT 250 2.1.5 / recipient accepted\n"
        "state mail > rcpt on RCPT fine\n"
        "command RSET: RSET\n"
        "reset\n"
        "reply RSET 250 2.0.0 / transaction dropped\n"
        "state rcpt > ready on RSET fine\n"
        "command QUIT: QUIT\n"
        "reply QUIT 221 2.0.0 / mx.example.test says goodbye\n"
        "state ready > closed on QUIT fine\n"
        "close\n");
    play_end(&p);
}

/* ---- limits ------------------------------------------------------------------------------------------ */

static void say_noop(struct play *p, size_t line_octets)
{
    char *line = memory_take(&p->memory, line_octets);

    memset(line, 'x', line_octets);
    memcpy(line, "NOOP ", 5);
    memcpy(line + line_octets - 2, "\r\n", 2);
    play_send(p, text_from(line, line_octets), 0, 0);
}

Test(smtp_server, line_of_512_octets) /* R034 */
{
    static const struct {
        size_t octets;
        const char *want;
    } rows[] = {{511, "250 2.0.0"}, {512, "250 2.0.0"},  {513, "500 5.5.2"},
                {556, "500 5.5.2"}, {1000, "500 5.5.2"}, {70000, "500 5.5.2"}};

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct play p;

        play_begin(&p, play_options());
        say_before(&p, HELLO);
        say_noop(&p, rows[i].octets);
        CHECK_TEXT(play_codes(&p), rows[i].want);
        play_say(&p, "NOOP\r\n");
        CHECK_TEXT(play_codes(&p), "250 2.0.0");
        cr_expect_eq(p.server.input.capacity, 0, "the line's octets are given back");
        play_end(&p);
    }
}

/* A line without end is not kept, and only CRLF ends it: not an LF that begins a piece. */
Test(smtp_server, a_line_without_end_is_thrown_away) /* R033, R034 */
{
    struct play p;

    play_begin(&p, play_options());
    say_before(&p, HELLO);
    for (int i = 0; i < 1000; i++) {
        play_say(&p, "NOOP xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
        play_say(&p, "\nQUIT");
        play_say(&p, "\rQUIT\r");
        cr_expect_leq(p.server.input.size, 600);
    }
    cr_expect_eq(p.codes.size, 0);
    play_say(&p, "\n");
    CHECK_TEXT(play_codes(&p), "500 5.5.2");
    play_say(&p, "NOOP\r\n");
    CHECK_TEXT(play_codes(&p), "250 2.0.0");
    play_end(&p);
}

/* RFC 1870 3, 6152 2: SIZE makes a MAIL line 26 octets longer, BODY 17; no other line. */
Test(smtp_server, extensions_make_mail_longer)
{
    struct play p;
    char line[600];

    for (int blanks = 0; blanks <= 1; blanks++) {
        int size = SMTP_COMMAND_MAX + 26 + 17 + blanks;

        play_begin(&p, play_options());
        say_before(&p, HELLO);
        snprintf(line, sizeof line, "MAIL FROM:<s@a.test> SIZE=1%*s\r\n", size - 29, "");
        cr_assert_eq(strlen(line), (size_t)size);
        play_say(&p, line);
        CHECK_TEXT(play_codes(&p), blanks ? "500 5.5.2" : "250 2.1.0");
        play_end(&p);
    }
}

Test(smtp_server, a_hundred_recipients_then_452) /* R057, R058 */
{
    struct play p;

    play_begin(&p, play_options());
    say_before(&p, MAIL);
    for (int i = 0; i < 100; i++) {
        play_say(&p, "RCPT TO:<bob@example.test>\r\n");
        CHECK_TEXT(play_codes(&p), "250 2.1.5");
    }
    play_say(&p, "RCPT TO:<alice@example.test>\r\nDATA\r\n");
    CHECK_TEXT(play_codes(&p), "452 4.5.3,354");
    cr_expect_eq(p.server.envelope->recipient_count, 100);
    play_end(&p);
}

Test(smtp_server, a_hundred_recipients_is_the_least_limit) /* R057 */
{
    struct smtp_server_options options = play_options();
    struct play p;

    options.recipient_limit = 0;
    play_begin(&p, options);
    say_before(&p, MAIL);
    for (int i = 0; i < 101; i++) {
        play_say(&p, "RCPT TO:<bob@example.test>\r\n");
        CHECK_TEXT(play_codes(&p), i < 100 ? "250 2.1.5" : "452 4.5.3");
    }
    play_end(&p);
}

Test(smtp_server, a_million_wrong_guesses_grow_nothing)
{
    struct play p;
    size_t used = 0;

    play_begin(&p, play_options());
    say_before(&p, MAIL);
    for (int i = 0; i < 3000; i++) {
        play_say(&p, "RCPT TO:<somebody-with-a-long-name@else.test>\r\n");
        buffer_clear(&p.log);
        buffer_clear(&p.wire);
        buffer_clear(&p.codes);
        if (i == 100)
            used = p.memory.used;
    }
    cr_expect_eq(p.memory.used, used);
    play_end(&p);
}

static void send_lines(struct play *p, int lines, int octets)
{
    char line[1100];

    memset(line, 'y', (size_t)octets);
    line[octets - 2] = '\r';
    line[octets - 1] = '\n';
    for (int i = 0; i < lines; i++)
        play_send(p, text_from(line, (size_t)octets), 0, 0);
}

Test(smtp_server, sizes_of_messages) /* R076, R077, R080, R155 */
{
    static const struct {
        const char *name;
        int lines, octets;
        const char *mail, *want;
    } rows[] = {
        {"64K", 64, 1000, "MAIL FROM:<s@a.test>\r\n", "250 2.0.0"},
        {"at the limit", 100, 1000, "MAIL FROM:<s@a.test>\r\n", "250 2.0.0"},
        {"lines of 998 and CRLF", 3, 1000, "MAIL FROM:<s@a.test>\r\n", "250 2.0.0"},
        {"over the limit", 101, 1000, "MAIL FROM:<s@a.test>\r\n", "552 5.3.4"},
        {"SIZE is no promise", 101, 1000, "MAIL FROM:<s@a.test> SIZE=10\r\n", "552 5.3.4"},
        {"less was declared, but it fits", 20, 1000, "MAIL FROM:<s@a.test> SIZE=10\r\n",
         "250 2.0.0"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct play p;

        play_begin(&p, play_options());
        say_before(&p, HELLO);
        play_say(&p, rows[i].mail);
        play_say(&p, "RCPT TO:<bob@example.test>\r\nDATA\r\n");
        play_codes(&p);
        send_lines(&p, rows[i].lines, rows[i].octets);
        cr_expect_eq(p.codes.size, 0, "%s: nothing is said before the dot", rows[i].name);
        play_say(&p, ".\r\nNOOP\r\n");
        struct text codes = play_codes(&p);
        cr_expect(text_starts_nocase(codes, text_of(rows[i].want)), "%s: %.*s", rows[i].name,
                  TEXT_ARG(codes));
        cr_expect_leq(p.message.size, 100000);
        play_end(&p);
    }
}

/* ---- the message as it is handed over ---------------------------------------------------------------- */

Test(smtp_server, dots_are_removed) /* R069, R067 */
{
    static const struct {
        const char *sent, *got;
        int lines, dots;
    } rows[] = {
        {".\r\n", "", 0, 0},
        {"..\r\n.\r\n", ".\r\n", 1, 1},
        {"a\r\n..b\r\n...\r\n.\r\n", "a\r\n.b\r\n..\r\n", 3, 2},
        {".a\r\n.\r\n", "a\r\n", 1, 1},
        {"a.\r\n.\r\n", "a.\r\n", 1, 0},
        {"a\n.\r\nb\r\n.\r\n", "a\n.\r\nb\r\n", 2, 0},
        {"a\r.\r\nb\r\n.\r\n", "a\r.\r\nb\r\n", 2, 0},
        {"a\r\n.\nb\r\n.\r\n", "a\r\n\nb\r\n", 2, 1},
        {"a\r\n.\rb\r\n.\r\n", "a\r\n\rb\r\n", 2, 1},
        {"a\r\n.\r\r\nb\r\n.\r\n", "a\r\n\r\r\nb\r\n", 3, 1},
        {"\r\r\n.\r\n", "\r\r\n", 1, 0},
        {"\r\n\r\n.\r\n", "\r\n\r\n", 2, 0},
        {"a\rx\n\n.\r\nb\r\n.\r\n", "a\rx\n\n.\r\nb\r\n", 2, 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t split = 0; split < strlen(rows[i].sent); split++)
            for (size_t cut = 0; cut <= 1; cut++) {
                struct play p;
                char end[64];

                play_begin(&p, play_options());
                say_before(&p, DATA);
                buffer_clear(&p.log);
                play_send(&p, text_from(rows[i].sent, split), cut, i);
                play_send(&p, text_of(rows[i].sent + split), cut, i);
                CHECK_TEXT(buffer_text(&p.message), rows[i].got);
                CHECK_TEXT(play_codes(&p), "250 2.0.0");
                snprintf(end, sizeof end, "end %zu %d %d ", strlen(rows[i].got), rows[i].lines,
                         rows[i].dots);
                cr_expect(strstr(p.log.at, end) != NULL, "row %zu: want %s", i, end);
                play_end(&p);
            }
}

/* ---- answers ------------------------------------------------------------------------------------------- */

static void expect_answer(enum smtp_question at, struct smtp_answer answer, const char *say,
                          const char *wire, enum smtp_server_state state)
{
    struct smtp_server_options options = play_options();
    struct play p;

    options.asks = SMTP_ASKS_ALL;
    play_begin(&p, options);
    p.at = at;
    p.answer = answer;
    play_start(&p);
    if (at != SMTP_ASK_CONNECTION)
        buffer_clear(&p.wire);
    play_say(&p, say);
    CHECK_TEXT(buffer_text(&p.wire), wire);
    cr_expect_eq(p.server.state, state, "%s: state %d", say, p.server.state);
    cr_expect_eq(p.closed, state == SMTP_SERVER_CLOSED);
    play_end(&p);
}

#define REFUSE(code, status, words)                                                                \
    (struct smtp_answer)                                                                           \
    {                                                                                              \
        SMTP_REFUSE, code, TEXT_INIT(status), TEXT_INIT(words), 0                                  \
    }
#define DEFER(code, status, words)                                                                 \
    (struct smtp_answer)                                                                           \
    {                                                                                              \
        SMTP_DEFER, code, TEXT_INIT(status), TEXT_INIT(words), 0                                   \
    }
#define ACCEPT(code, status, words)                                                                \
    (struct smtp_answer)                                                                           \
    {                                                                                              \
        SMTP_ACCEPT, code, TEXT_INIT(status), TEXT_INIT(words), 0                                  \
    }

Test(smtp_server, answers_become_replies)
{
    /* R002, R003 */
    expect_answer(SMTP_ASK_CONNECTION, REFUSE(0, "", ""), "EHLO a.test\r\nNOOP\r\n",
                  "554 mx.example.test has no service for you\r\n"
                  "503 no service here; say QUIT\r\n503 5.5.1 no service here; say QUIT\r\n",
                  SMTP_SERVER_NO_SERVICE);
    expect_answer(SMTP_ASK_CONNECTION, DEFER(0, "", "too busy"), "",
                  "421 mx.example.test too busy\r\n", SMTP_SERVER_CLOSED);
    /* R150: a status of ours that cannot stand there is left out. */
    expect_answer(SMTP_ASK_HELLO, REFUSE(504, "5.5.4", "not you"), "EHLO a.test\r\n",
                  "504 not you\r\n", SMTP_SERVER_GREETED);
    /* R117, R062 */
    expect_answer(SMTP_ASK_SENDER, REFUSE(550, "5.7.27", "takes no mail"),
                  "HELO a.test\r\nMAIL FROM:<s@a.test>\r\n",
                  "250 mx.example.test\r\n550 5.7.27 takes no mail\r\n", SMTP_SERVER_READY);
    expect_answer(SMTP_ASK_RECIPIENT, ACCEPT(251, "2.1.5", "forwarded"),
                  "HELO a.test\r\nMAIL FROM:<>\r\nRCPT TO:<x@y.test>\r\n",
                  "250 mx.example.test\r\n250 2.1.0 sender accepted\r\n251 2.1.5 forwarded\r\n",
                  SMTP_SERVER_RCPT);
    /* Another code of the same class without a status takes the table's. */
    expect_answer(SMTP_ASK_SENDER, DEFER(450, "", ""), "HELO a.test\r\nMAIL FROM:<s@a.test>\r\n",
                  "250 mx.example.test\r\n450 4.3.0 not now; try again later\r\n",
                  SMTP_SERVER_READY);
    /* R025, R026: 421 anywhere closes. */
    expect_answer(SMTP_ASK_SENDER, DEFER(421, "4.3.2", "going down"),
                  "HELO a.test\r\nMAIL FROM:<s@a.test>\r\nNOOP\r\n",
                  "250 mx.example.test\r\n421 4.3.2 mx.example.test going down\r\n",
                  SMTP_SERVER_CLOSED);
    /* Several lines. */
    expect_answer(SMTP_ASK_SENDER, REFUSE(550, "5.7.1", "no\nreally"),
                  "HELO a.test\r\nMAIL FROM:<s@a.test>\r\n",
                  "250 mx.example.test\r\n550-5.7.1 no\r\n550 5.7.1 really\r\n", SMTP_SERVER_READY);
    /* R033: nothing in a text can break a line. */
    expect_answer(SMTP_ASK_SENDER, REFUSE(550, "5.7.1", "no\r\n250 yes\r"),
                  "HELO a.test\r\nMAIL FROM:<s@a.test>\r\n",
                  "250 mx.example.test\r\n550-5.7.1 no \r\n550 5.7.1 250 yes \r\n",
                  SMTP_SERVER_READY);
    /* R038, R039 */
    expect_answer(SMTP_ASK_VERIFY, ACCEPT(0, "", "Bob <bob@example.test>"), "VRFY bob\r\n",
                  "250 2.1.5 Bob <bob@example.test>\r\n", SMTP_SERVER_GREETED);
    expect_answer(SMTP_ASK_VERIFY, ACCEPT(252, "", ""), "VRFY bob\r\n",
                  "252 2.0.0 not verified; send and you will see\r\n", SMTP_SERVER_GREETED);
}

Test(smtp_server, a_host_that_never_takes_mail) /* R004 */
{
    struct play p;

    play_begin(&p, play_options());
    p.late = true;
    play_start(&p);
    p.late = false;
    play_no_mail(&p);
    play_say(&p, "EHLO a.test\r\nQUIT\r\n"); /* R150: no status for EHLO */
    CHECK_TEXT(buffer_text(&p.wire), "521 mx.example.test never takes mail\r\n"
                                     "521 this host never takes mail\r\n"
                                     "221 2.0.0 mx.example.test says goodbye\r\n");
    play_end(&p);
}

/* R159: what comes behind a question waits for the answer, in any pieces. */
Test(smtp_server, input_is_held_behind_a_question)
{
    static const char all[] =
        "EHLO a.test\r\nMAIL FROM:<s@a.test>\r\nRCPT TO:<bob@example.test>\r\n"
        "DATA\r\n..x\r\n.\r\nNOOP\r\nQUI";
    const struct smtp_answer yes = {.verdict = SMTP_ACCEPT};

    for (size_t cut = 0; cut <= 7; cut++) {
        struct play p;
        int answers = 0;

        play_begin(&p, play_options());
        p.late = true;
        play_start(&p);
        play_send(&p, text_of(all), cut, cut);
        cr_expect_eq(p.codes.size, 0, "not even a greeting");
        while (smtp_server_asking(&p.server)) {
            cr_expect_eq(p.limit_ns, 0, "no time-out while it is we who think");
            play_answer(&p, &yes);
            answers++;
        }
        cr_expect_eq(answers, 6);
        CHECK_TEXT(play_codes(&p), "220,250,250 2.1.0,250 2.1.5,354,250 2.0.0,250 2.0.0");
        CHECK_TEXT(buffer_text(&p.message), ".x\r\n");
        cr_expect_eq(p.limit_ns, INT64_C(300000000000));
        play_say(&p, "T\r\n");
        CHECK_TEXT(play_codes(&p), "221 2.0.0");
        cr_expect(p.closed);
        play_end(&p);
    }
}

/* ---- the envelope ---------------------------------------------------------------------------------------- */

Test(smtp_server, the_envelope_can_be_read) /* R047, R050, R170 */
{
    struct play p;

    play_begin(&p, play_options());
    say_before(&p, HELLO);
    play_say(&p, "MAIL FROM:<@a.test:\"S m\"@A.test> SIZE=77 BODY=8BITMIME AUTH=e+3Dmc2@b\r\n"
                 "RCPT TO:<@x.test,@y.test:Alice@example.test>\r\n"
                 "RCPT TO:<nobody@example.test>\r\nRCPT TO:<bob@Example.TEST>\r\n");

    const struct smtp_envelope *e = p.server.envelope;

    cr_assert(e != NULL);
    CHECK_TEXT(e->sender.route, "@a.test");
    CHECK_TEXT(e->sender.mailbox.local, "\"S m\"");
    CHECK_TEXT(e->sender.mailbox.domain, "A.test");
    CHECK_TEXT(e->parameters.auth, "e+3Dmc2@b");
    cr_expect_eq(e->parameters.given, (1 << SMTP_PARAMETER_SIZE) | (1 << SMTP_PARAMETER_BODY) |
                                          (1 << SMTP_PARAMETER_AUTH));
    cr_expect(e->parameters.size == 77 && e->parameters.body == SMTP_BODY_8BITMIME);
    cr_assert_eq(e->recipient_count, 1);
    CHECK_TEXT(e->recipients[0].path.mailbox.domain, "Example.TEST");
    CHECK_TEXT(smtp_server_protocol(&p.server), "ESMTP");
    CHECK_TEXT(p.server.hello, "client.example.test");
    play_end(&p);
}

Test(smtp_server, protocol_for_received) /* R086 */
{
    static const struct {
        const char *hello, *want;
        bool lmtp;
    } rows[] = {{"EHLO a.test\r\n", "ESMTP", false},
                {"HELO a.test\r\n", "SMTP", false},
                {"LHLO a.test\r\n", "LMTP", true}};

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct smtp_server_options options = play_options();
        struct play p;

        options.lmtp = rows[i].lmtp;
        play_begin(&p, options);
        play_start(&p);
        play_say(&p, rows[i].hello);
        CHECK_TEXT(smtp_server_protocol(&p.server), rows[i].want);
        play_end(&p);
    }
}

/* ---- endings ------------------------------------------------------------------------------------------------ */

Test(smtp_server, endings) /* R022, R024, R025, R026, R082 */
{
    static const struct {
        const char *name;
        void (*end)(struct play *p);
        const char *wire;
    } rows[] = {
        {"time-out", play_timeout,
         "421 4.4.2 mx.example.test waited too long for you; closing\r\n"},
        {"shutdown", play_shutdown,
         "421 4.3.2 mx.example.test stops its service now; try again later\r\n"},
        {"lost", play_lost, ""},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        for (int before = GREETED; before <= DATA; before++) {
            struct play p;

            play_begin(&p, play_options());
            say_before(&p, (enum before)before);
            buffer_clear(&p.wire);
            buffer_clear(&p.log);
            rows[i].end(&p);
            CHECK_TEXT(buffer_text(&p.wire), rows[i].wire);
            cr_expect_eq(p.server.state, SMTP_SERVER_CLOSED);
            cr_expect_eq(p.closed, rows[i].wire[0] != '\0');
            cr_expect_eq(p.limit_ns, 0);
            cr_expect_eq(text_starts_nocase(buffer_text(&p.log), TEXT("reset")), before >= MAIL,
                         "%s: an open transaction is dropped", rows[i].name);
            cr_expect(p.server.envelope == NULL && p.server.hello.size == 0);
            play_end(&p);
        }
}

Test(smtp_server, too_many_errors)
{
    struct smtp_server_options options = play_options();
    struct play p;

    options.error_limit = 3;
    play_begin(&p, options);
    say_before(&p, HELLO);
    play_say(&p, "FOO\r\nMAIL FROM:<x>\r\nNOOP\r\nDATA\r\nNOOP\r\n");
    CHECK_TEXT(play_codes(&p), "500 5.5.1,501 5.1.7,250 2.0.0,421 4.7.0");
    cr_expect(p.closed);
    play_end(&p);
}

/* ---- LMTP ------------------------------------------------------------------------------------------------------ */

Test(smtp_server, lmtp_replies_for_each_recipient) /* R179, R180 */
{
    struct smtp_server_options options = play_options();
    struct play p;

    options.lmtp = true;
    play_begin(&p, options);
    p.at = SMTP_ASK_MESSAGE;
    p.subject = TEXT("bob@example.test");
    p.answer = DEFER(452, "4.2.2", "mailbox full");
    play_start(&p);
    CHECK_TEXT(buffer_text(&p.wire), "220 mx.example.test LMTP smtplab\r\n");
    play_say(
        &p,
        "EHLO a.test\r\nHELO a.test\r\nMAIL FROM:<>\r\nLHLO a.test\r\nMAIL FROM:<>\r\nDATA\r\n");
    CHECK_TEXT(play_codes(&p), "220,500,500,503 5.5.1,250,250 2.1.0,503 5.5.1");
    play_say(&p, "RCPT TO:<alice@example.test>\r\nRCPT TO:<x@example.test>\r\n"
                 "RCPT TO:<bob@example.test>\r\nRCPT TO:<staff@example.test>\r\n");
    CHECK_TEXT(play_codes(&p), "250 2.1.5,550 5.1.1,250 2.1.5,250 2.1.5");
    play_say(&p, "DATA\r\nx\r\n.\r\nQUIT\r\n");
    CHECK_TEXT(play_codes(&p), "354,250 2.0.0,452 4.2.2,250 2.0.0,221 2.0.0");
    play_end(&p);
}

Test(smtp_server, lmtp_too_big_for_each_recipient) /* R180, R080 */
{
    struct smtp_server_options options = play_options();
    struct play p;

    options.lmtp = true;
    options.size_limit = 10;
    play_begin(&p, options);
    play_start(&p);
    play_say(&p, "LHLO a.test\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.test>\r\n"
                 "RCPT TO:<bob@example.test>\r\nDATA\r\n");
    play_codes(&p);
    buffer_clear(&p.log);
    play_say(&p, "0123456789\r\n.\r\nNOOP\r\n");
    CHECK_TEXT(play_codes(&p), "552 5.3.4,552 5.3.4,250 2.0.0");
    cr_expect(strstr(p.log.at, "reset\n") != NULL, "what DATA brought is dropped");
    CHECK_TEXT(buffer_text(&p.message), "0123456789");
    play_end(&p);
}

/* Without questions LMTP answers by itself, however many there are. */
Test(smtp_server, lmtp_without_questions)
{
    struct smtp_server_options options = play_options();
    struct play p;

    options.lmtp = true;
    options.asks = 0;
    options.recipient_limit = 5000;
    play_begin(&p, options);
    play_start(&p);
    play_say(&p, "LHLO a.test\r\nMAIL FROM:<>\r\n");
    for (int i = 0; i < 5000; i++)
        play_say(&p, "RCPT TO:<x@y.test>\r\n");
    buffer_clear(&p.codes);
    play_say(&p, "DATA\r\n.\r\n");
    cr_expect_eq(p.codes.size, 4 + 5000 * strlen("250 2.0.0\n"));
    play_end(&p);
}

/* ---- memory ------------------------------------------------------------------------------------------------------ */

Test(smtp_server, an_idle_session_is_small)
{
    struct play p;
    size_t used;

    cr_expect_leq(sizeof(struct smtp_server), 256);
    play_begin(&p, play_options());
    say_before(&p, HELLO);
    used = p.memory.used;
    for (int i = 0; i < 10; i++) {
        play_say(&p, "MAIL FROM:<s@a.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\nx\r\n.\r\n");
        buffer_free(&p.log);
        buffer_free(&p.wire);
        buffer_free(&p.codes);
        buffer_free(&p.message);
    }
    cr_expect_leq(p.memory.used, used, "a session keeps nothing of what has passed");
    play_end(&p);
}
