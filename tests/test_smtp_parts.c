/*
 * test_smtp_parts.c - DSN's parameters, BDAT, probes, watched commands and bare LF, both sides.
 *
 * RFC 3461 4 (R141, R142, R065), RFC 3030 2 (R162), RFC 5321 6.1 (R121), 4.1.1.4.  Each dialogue
 * runs whole and in single octets.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/mail/dsn.h"
#include "tests/smtp_call.h"
#include "tests/smtp_play.h"
#include "tests/text_lab.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define X10  "xxxxxxxxxx"
#define X100 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10

/* ---- the values of DSN ------------------------------------------------------------------------- */

Test(smtp_parts, xtext)
{
    static const char *const rows[][2] = {
        {"alice@a.test", "alice@a.test"}, {"a+b=c", "a+2Bb+3Dc"}, {"two words", "two+20words"},
        {"\xC3\xA4\x7F", "+C3+A4+7F"},    {"~!", "~!"},           {"+2B", "+2B2B"},
    };
    static const char *const bad[] = {"", "a b", "a=b", "+", "+2", "+2b", "+G0", "\xC3", "a\r"};
    struct memory memory;
    struct buffer out;

    memory_init(&memory, 0);
    buffer_init(&out, &memory);
    for (size_t i = 0; i < COUNT(rows); i++) {
        buffer_clear(&out);
        dsn_xtext_put(&out, text_of(rows[i][0]));
        CHECK_TEXT(buffer_text(&out), rows[i][1]);
        cr_expect(dsn_xtext_valid(text_of(rows[i][1])));
        buffer_clear(&out);
        dsn_xtext_decode(&out, text_of(rows[i][1]));
        CHECK_TEXT(buffer_text(&out), rows[i][0]);
    }
    for (size_t i = 0; i < COUNT(bad); i++)
        cr_expect_not(dsn_xtext_valid(text_of(bad[i])), "%s", bad[i]);
    buffer_free(&out);
    memory_end(&memory);
}

Test(smtp_parts, notify_there_and_back)
{
    struct memory memory;
    struct buffer out;

    memory_init(&memory, 0);
    buffer_init(&out, &memory);
    for (unsigned bits = 1; bits < 16; bits++) {
        bool good = bits == DSN_NOTIFY_NEVER || (bits & DSN_NOTIFY_NEVER) == 0;
        uint8_t read = 0;

        buffer_clear(&out);
        dsn_notify_put(&out, (uint8_t)bits);
        cr_expect_eq(dsn_notify_parse(buffer_text(&out), &read), good, "%u", bits);
        cr_expect(!good || read == bits);
    }
    buffer_free(&out);
    memory_end(&memory);
}

/* ---- the server's side of DSN -------------------------------------------------------------------- */

#define HELLO "EHLO a.test\r\n"
#define FROM  "MAIL FROM:<s@a.test>"
#define TO    "RCPT TO:<bob@example.test>"

static const struct row {
    const char *name, *say, *want;
} dsn_rows[] = {
    {"R142 RET and ENVID", FROM " RET=HDRS ENVID=QQ314159\r\n", "250 2.1.0"},
    {"R142 in any case", FROM " ret=full envid=a+2Bb\r\n", "250 2.1.0"},
    {"R142 RET must be one of two", FROM " RET=HALF\r\n" FROM " RET=\r\n" FROM " RET\r\n",
     "501 5.5.4,501 5.5.4,501 5.5.4"},
    {"R142 once", FROM " RET=FULL RET=FULL\r\n" FROM " ENVID=a ENVID=a\r\n", "501 5.5.4,501 5.5.4"},
    {"R142 ENVID is xtext", FROM " ENVID=a+b\r\n" FROM " ENVID=\r\n" FROM " ENVID=+2b\r\n",
     "501 5.5.4,501 5.5.4,501 5.5.4"},
    {"R142 ENVID of 100 octets", FROM " ENVID=" X100 "\r\n", "250 2.1.0"},
    {"R142 and of 101", FROM " ENVID=" X100 "x\r\n", "501 5.5.4"},
    {"R141 NOTIFY=NEVER", FROM "\r\n" TO " NOTIFY=NEVER\r\n", "250 2.1.0,250 2.1.5"},
    {"R141 a list", FROM "\r\n" TO " NOTIFY=success,Failure,DELAY\r\n", "250 2.1.0,250 2.1.5"},
    {"R141 NEVER alone", FROM "\r\n" TO " NOTIFY=NEVER,DELAY\r\n" TO " NOTIFY=SUCCESS,NEVER\r\n",
     "250 2.1.0,501 5.5.4,501 5.5.4"},
    {"R141 no other words, none twice, none empty",
     FROM "\r\n" TO " NOTIFY=ALWAYS\r\n" TO " NOTIFY=DELAY,DELAY\r\n" TO " NOTIFY=DELAY,\r\n" TO
          " NOTIFY=\r\n",
     "250 2.1.0,501 5.5.4,501 5.5.4,501 5.5.4,501 5.5.4"},
    {"R141 once", FROM "\r\n" TO " NOTIFY=DELAY NOTIFY=DELAY\r\n", "250 2.1.0,501 5.5.4"},
    {"R141 ORCPT", FROM "\r\n" TO " ORCPT=rfc822;Bob+2Bx@example.test NOTIFY=SUCCESS\r\n",
     "250 2.1.0,250 2.1.5"},
    {"R141 ORCPT needs a type and xtext",
     FROM "\r\n" TO " ORCPT=bob@example.test\r\n" TO " ORCPT=;bob\r\n" TO " ORCPT=rfc822;\r\n" TO
          " ORCPT=rf_c;bob\r\n" TO " ORCPT=rfc822;a=b\r\n",
     "250 2.1.0,501 5.5.4,501 5.5.4,501 5.5.4,501 5.5.4,501 5.5.4"},
    {"R141 a line with a long ORCPT", FROM "\r\n" TO " ORCPT=rfc822;" X100 X100 X100 X100 "\r\n",
     "250 2.1.0,250 2.1.5"},
    {"R064 each with its own command", FROM " NOTIFY=NEVER\r\n" FROM "\r\n" TO " RET=FULL\r\n",
     "555 5.5.4,250 2.1.0,555 5.5.4"},
    {"R121 the last hop of a source route counts",
     "MAIL FROM:<@x.test,@y.test:s@a.test> RET=HDRS\r\n", "250 2.1.0"},
};

static void begin(struct play *p, bool offered)
{
    struct smtp_server_options options = play_tls_options();

    if (!offered)
        options.extensions = SMTP_HAS_BASIC;
    play_begin(p, options);
    play_start(p);
    play_say(p, HELLO);
    play_codes(p);
}

static void run_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t cut = 0; cut <= 3; cut++) {
            struct play p;
            struct text got;

            begin(&p, true);
            play_send(&p, text_of(rows[i].say), cut, i);
            got = play_codes(&p);
            cr_expect(text_equal(got, text_of(rows[i].want)), "%s: got %.*s, want %s", rows[i].name,
                      TEXT_ARG(got), rows[i].want);
            play_end(&p);
        }
}

Test(smtp_parts, dsn_on_the_server)
{
    run_rows(dsn_rows, COUNT(dsn_rows));
}

Test(smtp_parts, dsn_that_was_not_offered) /* R064 */
{
    struct play p;

    begin(&p, false);
    play_say(&p, FROM " RET=FULL\r\n" FROM "\r\n" TO " NOTIFY=NEVER\r\n");
    CHECK_TEXT(play_codes(&p), "555 5.5.4,250 2.1.0,555 5.5.4");
    play_end(&p);
}

/* R141, R142, R121: as written, for whoever passes it on; refused recipients leave nothing. */
Test(smtp_parts, the_envelope_keeps_what_was_asked)
{
    const struct smtp_envelope *e;
    struct play p;

    begin(&p, true);
    play_say(&p, "MAIL FROM:<@x.test:s@a.test> ENVID=QQ+2B1 RET=HDRS\r\n"
                 "RCPT TO:<nobody@example.test> ORCPT=rfc822;nobody\r\n"
                 "RCPT TO:<bob@example.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b@old.test\r\n"
                 "RCPT TO:<alice@example.test>\r\n");
    e = p.server.envelope;
    cr_assert(e != NULL && e->recipient_count == 2);
    CHECK_TEXT(e->sender.mailbox.local, "s");
    CHECK_TEXT(e->sender.mailbox.domain, "a.test");
    CHECK_TEXT(e->parameters.dsn.message.envid, "QQ+2B1");
    cr_expect_eq(e->parameters.dsn.message.ret, DSN_RET_HDRS);
    CHECK_TEXT(e->recipients[0].parameters.dsn.recipient.orcpt, "rfc822;b@old.test");
    cr_expect_eq(e->recipients[0].parameters.dsn.recipient.notify,
                 DSN_NOTIFY_SUCCESS | DSN_NOTIFY_DELAY);
    cr_expect_not(dsn_recipient_given(&e->recipients[1].parameters.dsn.recipient));
    cr_expect(text_has(buffer_text(&p.log), "ask sender about s@a.test route @x.test local s"));
    play_end(&p);
}

/* ---- BDAT on the server -------------------------------------------------------------------------- */

#define OPEN FROM "\r\n" TO "\r\n"
#define YES  "250 2.1.0,250 2.1.5"

static const struct row bdat_rows[] = {
    {"R162 one chunk", OPEN "BDAT 6 LAST\r\nhello\nNOOP\r\n", YES ",250 2.0.0,250 2.0.0"},
    {"R162 three chunks, the last one empty",
     OPEN "BDAT 3\r\nabcBDAT 4\r\nd\r\n.BDAT 0 LAST\r\nDATA\r\n",
     YES ",250 2.0.0,250 2.0.0,250 2.0.0,503 5.5.1"},
    {"R162 no dot ends it", OPEN "BDAT 11 last\r\nx\r\n.\r\ny\r\n..NOOP\r\n",
     YES ",250 2.0.0,250 2.0.0"},
    {"R162 DATA after BDAT", OPEN "BDAT 1\r\nxDATA\r\nRCPT TO:<alice@example.test>\r\n",
     YES ",250 2.0.0,503 5.5.1,503 5.5.1"},
    {"R162 RSET drops the chunks", OPEN "BDAT 1\r\nxRSET\r\n" OPEN "BDAT 1 LAST\r\ny",
     YES ",250 2.0.0,250 2.0.0," YES ",250 2.0.0"},
    {"R162 EHLO does too", OPEN "BDAT 1\r\nx" HELLO "BDAT 1\r\nx", YES ",250 2.0.0,250,503 5.5.1"},
    {"R162 octets of a BDAT out of order are no commands",
     "BDAT 6\r\nQUIT\r\n" FROM "\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n",
     "503 5.5.1,250 2.1.0,503 5.5.1,250 2.0.0"},
    {"R162 bad arguments",
     OPEN "BDAT\r\nBDAT x\r\nBDAT -1\r\nBDAT 1 FIRST\r\nBDAT 1 LAST LAST\r\n"
          "BDAT 99999999999999999999\r\nBDAT 1LAST\r\nNOOP\r\n",
     YES ",501 5.5.4,501 5.5.4,501 5.5.4,501 5.5.4,501 5.5.4,501 5.5.4,501 5.5.4,250 2.0.0"},
};

Test(smtp_parts, bdat_on_the_server)
{
    run_rows(bdat_rows, COUNT(bdat_rows));
}

Test(smtp_parts, bdat_brings_every_octet)
{
    for (size_t cut = 0; cut <= 4; cut++) {
        struct play p;

        begin(&p, true);
        play_send(&p, TEXT(OPEN "BDAT 5\r\n.\r\n.\rBDAT 8 LAST\r\n\n\0QUIT\r\n"), cut, cut);
        cr_expect(text_equal(buffer_text(&p.message), TEXT(".\r\n.\r\n\0QUIT\r\n")));
        cr_expect(text_has(buffer_text(&p.log), "end 13 3 0 "), "octets, lines, no dots");
        cr_expect_eq(p.server.state, SMTP_SERVER_READY);
        play_end(&p);
    }
}

/* R080, R162: the octets are read to the end, and the reply comes behind them. */
Test(smtp_parts, bdat_over_the_limit)
{
    for (int last = 0; last <= 1; last++)
        for (int lmtp = 0; lmtp <= 1; lmtp++) {
            struct smtp_server_options options = play_tls_options();
            struct play p;

            options.size_limit = 4;
            options.lmtp = lmtp;
            play_begin(&p, options);
            play_start(&p);
            play_say(&p, lmtp ? "LHLO a.test\r\n" : HELLO);
            play_say(&p, OPEN TO "\r\n");
            play_codes(&p);
            play_say(&p, last ? "BDAT 6 LAST\r\nabcd" : "BDAT 6\r\nabcd");
            CHECK_TEXT(play_codes(&p), "");
            play_say(&p, "efNOOP\r\n");
            CHECK_TEXT(play_codes(&p),
                       last && lmtp ? "552 5.3.4,552 5.3.4,250 2.0.0" : "552 5.3.4,250 2.0.0");
            cr_expect_eq(p.server.state, SMTP_SERVER_READY);
            cr_expect(text_has(buffer_text(&p.log), "reset"));
            cr_expect_leq(p.message.size, 4);
            play_end(&p);
        }
}

Test(smtp_parts, bdat_in_lmtp_is_answered_for_each_recipient) /* R180 */
{
    struct smtp_server_options options = play_tls_options();
    struct play p;

    options.lmtp = true;
    play_begin(&p, options);
    play_start(&p);
    play_say(&p, "LHLO a.test\r\n" OPEN "RCPT TO:<alice@example.test>\r\n");
    play_codes(&p);
    play_say(&p, "BDAT 2\r\nx\nBDAT 2 LAST\r\ny\n");
    CHECK_TEXT(play_codes(&p), "250 2.0.0,250 2.0.0,250 2.0.0");
    play_end(&p);
}

/* ---- watched commands ---------------------------------------------------------------------------- */

static const struct {
    const char *name;
    enum smtp_verb verb;
    int code;
    const char *say, *want;
} watched[] = {
    {"the greeting is put off", SMTP_VERB_GREETING, 421, "", "421"},
    {"the greeting says no", SMTP_VERB_GREETING, 554, "NOOP\r\n", "554,503 5.5.1"},
    {"EHLO", SMTP_VERB_EHLO, 451, HELLO FROM "\r\n", "220,451,503 5.5.1"},
    {"MAIL", SMTP_VERB_MAIL, 451, HELLO FROM "\r\nNOOP\r\n", "220,250,451 4.9.9,250 2.0.0"},
    {"MAIL with bad grammar, too", SMTP_VERB_MAIL, 550, HELLO "MAIL x\r\n", "220,250,550 5.9.9"},
    {"RCPT", SMTP_VERB_RCPT, 452, HELLO OPEN "DATA\r\n", "220,250,250 2.1.0,452 4.9.9,554 5.5.1"},
    {"RCPT of whom nobody knows", SMTP_VERB_RCPT, 250,
     HELLO FROM "\r\nRCPT TO:<who@else.test>\r\nDATA\r\n", "220,250,250 2.1.0,250 2.9.9,354"},
    {"but bad grammar cannot be had accepted", SMTP_VERB_RCPT, 250,
     HELLO FROM "\r\nRCPT TO:<>\r\n" TO "\r\n", "220,250,250 2.1.0,501 5.1.3,250 2.9.9"},
    {"DATA", SMTP_VERB_DATA, 451, HELLO OPEN "DATA\r\nNOOP\r\n",
     "220,250," YES ",451 4.9.9,250 2.0.0"},
    {"the final dot", SMTP_VERB_MESSAGE, 451, HELLO OPEN "DATA\r\nx\r\n.\r\nNOOP\r\n",
     "220,250," YES ",354,451 4.9.9,250 2.0.0"},
    {"the final dot, accepted in other words", SMTP_VERB_MESSAGE, 250,
     HELLO OPEN "DATA\r\nx\r\n.\r\n", "220,250," YES ",354,250 2.9.9"},
    {"BDAT: its octets first", SMTP_VERB_BDAT, 554, HELLO OPEN "BDAT 6\r\nQUIT\r\nNOOP\r\n",
     "220,250," YES ",554 5.9.9,250 2.0.0"},
    {"RSET", SMTP_VERB_RSET, 550, HELLO OPEN "RSET\r\nDATA\r\n", "220,250," YES ",550 5.9.9,354"},
    {"NOOP", SMTP_VERB_NOOP, 250, "NOOP\r\n", "220,250 2.9.9"},
    {"HELP", SMTP_VERB_HELP, 451, "HELP\r\n", "220,451 4.9.9"},
    {"EXPN", SMTP_VERB_EXPN, 550, "EXPN x\r\n", "220,550 5.9.9"},
    {"VRFY", SMTP_VERB_VRFY, 250, "VRFY x\r\n", "220,250 2.9.9"},
    {"QUIT", SMTP_VERB_QUIT, 550, "QUIT\r\nNOOP\r\n", "220,550 5.9.9,250 2.0.0"},
    {"421 always closes", SMTP_VERB_NOOP, 421, "NOOP\r\nNOOP\r\n", "220,421 4.9.9"},
    {"what is out of order is not asked about", SMTP_VERB_DATA, 451, HELLO "DATA\r\n",
     "220,250,503 5.5.1"},
    {"what is not watched is as ever", SMTP_VERB_ETRN, 451, HELLO OPEN "DATA\r\nx\r\n.\r\n",
     "220,250," YES ",354,250 2.0.0"},
};

/* Answers every question about a command with that reply. */
Test(smtp_parts, a_watched_command_is_answered_for_us)
{
    static const struct text status[] = {TEXT_INIT("2.9.9"), TEXT_INIT(""), TEXT_INIT("4.9.9"),
                                         TEXT_INIT("5.9.9")};

    for (size_t i = 0; i < COUNT(watched); i++)
        for (size_t cut = 0; cut <= 1; cut++) {
            struct play p;
            struct text got;

            play_begin(&p, play_tls_options());
            if (watched[i].verb == SMTP_VERB_VRFY) /* its own question must not be asked, too */
                p.options.asks |= SMTP_ASKS(SMTP_ASK_VERIFY);
            smtp_server_watch(&p.server, SMTP_WATCH(watched[i].verb));
            p.at = SMTP_ASK_COMMAND;
            p.answer = (struct smtp_answer){.verdict = smtp_verdict_of((unsigned)watched[i].code),
                                            .code = (uint16_t)watched[i].code,
                                            .enhanced = status[watched[i].code / 100 - 2],
                                            .text = TEXT_INIT("by order")};
            play_start(&p);
            play_send(&p, text_of(watched[i].say), cut, 1);
            got = play_codes(&p);
            cr_expect(text_equal(got, text_of(watched[i].want)), "%s: got %.*s, want %s",
                      watched[i].name, TEXT_ARG(got), watched[i].want);
            play_end(&p);
        }
}

/* Everything watched, and nothing special about it: the same replies as ever. */
Test(smtp_parts, going_on_changes_nothing)
{
    static const char say[] = HELLO "VRFY bob\r\nNOOP\r\nRSET\r\nAUTH PLAIN\r\nSTARTTLS x\r\n" OPEN
                                    "RCPT TO:<x@else.test>\r\nDATA\r\nx\r\n.\r\n" OPEN
                                    "BDAT 1\r\nxBDAT 1 LAST\r\nyHELP\r\n"
                                    "EXPN x\r\nFOO\r\nQUIT\r\n";
    struct buffer replies[2];
    struct play p[2];

    for (int i = 0; i < 2; i++) {
        play_begin(&p[i], play_tls_options());
        if (i == 1)
            smtp_server_watch(&p[i].server, UINT32_MAX);
        play_start(&p[i]);
        play_say(&p[i], say);
        buffer_init(&replies[i], &p[i].memory);
        play_codes_plain(&p[i], &replies[i]);
    }
    cr_expect(text_equal(buffer_text(&p[0].wire), buffer_text(&p[1].wire)));
    cr_expect(text_has(buffer_text(&p[1].log), "ask command about MAIL FROM:<s@a.test>\n"));
    cr_expect(text_has(buffer_text(&p[1].log), "ask command about .\n"));
    cr_expect_not(text_has(buffer_text(&p[0].log), "ask command"));
    play_end(&p[0]);
    play_end(&p[1]);
}

/* A question about a command may stay open; what comes meanwhile waits, and the end is the end. */
Test(smtp_parts, a_watched_command_waits)
{
    struct play p;

    play_begin(&p, play_tls_options());
    play_start(&p);
    play_say(&p, HELLO);
    smtp_server_watch(&p.server, SMTP_WATCH(SMTP_VERB_MAIL));
    p.late = true;
    play_codes(&p);
    play_say(&p, FROM "\r\nNOOP\r\n");
    CHECK_TEXT(play_codes(&p), "");
    p.late = false;
    play_go_on(&p);
    CHECK_TEXT(play_codes(&p), "250 2.1.0,250 2.0.0");
    play_say(&p, "RSET\r\n");
    p.late = true;
    play_say(&p, FROM "\r\n");
    play_shutdown(&p);
    CHECK_TEXT(play_codes(&p), "250 2.0.0,421 4.3.2");
    play_end(&p);
}

/* ---- a server that takes a bare LF for the end of a line ------------------------------------------- */

Test(smtp_parts, lenient_ends_of_data)
{
    static const char *const ends[] = {"\n.\n", "\n.\r\n", "\r\n.\n", "\r\n.\r\n"};

    for (int lenient = 0; lenient <= 1; lenient++)
        for (size_t i = 0; i < COUNT(ends); i++)
            for (size_t cut = 0; cut <= 2; cut++) {
                struct smtp_server_options options = play_options();
                struct play p;

                options.bare_lf = lenient;
                play_begin(&p, options);
                play_start(&p);
                play_say(&p, HELLO OPEN "DATA\r\n");
                play_codes(&p);
                play_say(&p, "x");
                play_send(&p, text_of(ends[i]), cut, i);
                CHECK_TEXT(play_codes(&p), lenient || i == 3 ? "250 2.0.0" : "");
                play_end(&p);
            }
}

/* ---- the client: DSN ------------------------------------------------------------------------------- */

static const struct dsn_message ask_message = {DSN_RET_HDRS, TEXT_INIT("QQ314159")};
static const struct dsn_recipient ask_success = {DSN_NOTIFY_SUCCESS | DSN_NOTIFY_DELAY,
                                                 TEXT_INIT("rfc822;bob@old.test")};
static const struct dsn_recipient ask_never = {DSN_NOTIFY_NEVER, TEXT_INIT("")};
static const struct smtp_client_recipient three[] = {
    {.address = TEXT_INIT("bob@b.test"), .dsn = &ask_success},
    {.address = TEXT_INIT("carol@b.test"), .dsn = &ask_never},
    {.address = TEXT_INIT("dave@b.test")}};

/* R065, R146: sent if DSN was offered, and never if not. */
Test(smtp_parts, the_client_asks_for_reports_where_it_can)
{
    struct smtp_client_mail mail = {.sender = TEXT_INIT("s@a.test"),
                                    .recipients = three,
                                    .recipient_count = 3,
                                    .size = -1,
                                    .dsn = &ask_message};

    for (int offered = 0; offered <= 1; offered++) {
        struct call c;

        call_begin(&c, call_options(true, false));
        call_start(&c);
        cr_assert(call_mail(&c, &mail));
        call_hear(&c, "220 b\r\n");
        call_wire(&c);
        call_hear(&c, offered ? "250-b\r\n250-DSN\r\n250 PIPELINING\r\n"
                              : "250-b\r\n250 PIPELINING\r\n");
        cr_expect_eq(smtp_client_offered(&c.client, SMTP_HAS_DSN), offered);
        CHECK_TEXT(call_wire(&c),
                   offered ? "MAIL FROM:<s@a.test> RET=HDRS ENVID=QQ314159\r\n"
                             "RCPT TO:<bob@b.test> NOTIFY=SUCCESS,DELAY "
                             "ORCPT=rfc822;bob@old.test\r\n"
                             "RCPT TO:<carol@b.test> NOTIFY=NEVER\r\nRCPT TO:<dave@b.test>\r\n"
                             "DATA\r\n"
                           : "MAIL FROM:<s@a.test>\r\nRCPT TO:<bob@b.test>\r\n"
                             "RCPT TO:<carol@b.test>\r\nRCPT TO:<dave@b.test>\r\nDATA\r\n");
        call_end(&c);
    }
}

/* ---- the client: probes and BDAT ------------------------------------------------------------------- */

#define EHLO  "EHLO client.example.test\r\n"
#define CFROM "MAIL FROM:<s@a.test>\r\n"
#define CTO   "RCPT TO:<bob@b.test>\r\n"
#define CTO2  "RCPT TO:<carol@b.test>\r\n"
#define PIPES "250-b\r\n250-CHUNKING\r\n250 PIPELINING\r\n"
#define ONE   "250-b\r\n250 CHUNKING\r\n"
#define BODY  "Subject: x\r\n\r\n.x\r\n"

/* Fates: A accepted, W welcome, R refused, D deferred. */
static const struct script {
    const char *name;
    bool probe, chunking, group;
    const char *steps[14], *fates;
    bool usable;
} scripts[] = {
    {"a probe, command by command",
     true,
     false,
     false,
     {"220 b\r\n", EHLO, ONE, CFROM, "250\r\n", CTO, "250\r\n", CTO2, "550\r\n", "RSET\r\n",
      "250\r\n", ""},
     "WR",
     true},
    {"a probe in a group: no DATA",
     true,
     true,
     true,
     {"220 b\r\n", EHLO, PIPES, CFROM CTO CTO2, "250\r\n450\r\n250\r\n", "RSET\r\n", "250\r\n", ""},
     "DW",
     true},
    {"a probe whose MAIL is refused",
     true,
     false,
     true,
     {"220 b\r\n", EHLO, PIPES, CFROM CTO CTO2, "550\r\n503\r\n503\r\n", "RSET\r\n", "250\r\n", ""},
     "RR",
     true},
    {"a probe whose RSET is refused has its answer",
     true,
     false,
     false,
     {"220 b\r\n", EHLO, ONE, CFROM, "250\r\n", CTO, "250\r\n", CTO2, "250\r\n", "RSET\r\n",
      "500\r\n", "QUIT\r\n"},
     "WW",
     false},
    {"R162 BDAT instead of DATA",
     false,
     true,
     false,
     {"220 b\r\n", EHLO, ONE, CFROM, "250\r\n", CTO, "250\r\n", CTO2, "550\r\n",
      "BDAT 18 LAST\r\n" BODY, "250\r\n", ""},
     "AR",
     true},
    {"BDAT behind a group",
     false,
     true,
     true,
     {"220 b\r\n", EHLO, PIPES, CFROM CTO CTO2, "250\r\n250\r\n250\r\n", "BDAT 18 LAST\r\n" BODY,
      "451\r\n", ""},
     "DD",
     true},
    {"nobody accepted: no BDAT",
     false,
     true,
     true,
     {"220 b\r\n", EHLO, PIPES, CFROM CTO CTO2, "250\r\n550\r\n450\r\n", ""},
     "RD",
     true},
    {"R065 CHUNKING was not offered",
     false,
     true,
     false,
     {"220 b\r\n", EHLO, "250 b\r\n", CFROM, "250\r\n", CTO, "250\r\n", CTO2, "250\r\n", "DATA\r\n",
      "354\r\n", "Subject: x\r\n\r\n..x\r\n.\r\n", "250\r\n", ""},
     "AA",
     true},
};

Test(smtp_parts, client_scripts)
{
    for (size_t i = 0; i < COUNT(scripts); i++) {
        const struct script *s = &scripts[i];
        struct smtp_client_options options = call_options(s->group, false);
        struct smtp_client_mail mail = {
            .sender = TEXT_INIT("s@a.test"),
            .recipients =
                (const struct smtp_client_recipient[]){{.address = TEXT_INIT("bob@b.test")},
                                                       {.address = TEXT_INIT("carol@b.test")}},
            .recipient_count = 2,
            .size = sizeof BODY - 1,
            .probe = s->probe};
        struct call c;

        options.chunking = s->chunking;
        call_begin(&c, options);
        c.message = TEXT(BODY);
        c.piece = i % 4;
        call_start(&c);
        cr_assert(call_mail(&c, &mail));
        for (size_t k = 0; k < COUNT(s->steps) && s->steps[k] != NULL; k += 2) {
            call_hear(&c, s->steps[k]);
            struct text got = call_wire(&c);
            cr_expect(text_equal(got, text_of(s->steps[k + 1])),
                      "%s, after '%s': sent '%.*s', want '%s'", s->name, s->steps[k], TEXT_ARG(got),
                      s->steps[k + 1]);
        }
        for (size_t r = 0; r < 2; r++) {
            const char letters[] = "?ARDGLW";

            cr_expect_eq(letters[c.fates[r]], s->fates[r], "%s: %c, want %s", s->name,
                         letters[c.fates[r]], s->fates);
        }
        cr_expect(c.done && c.usable == s->usable, "%s", s->name);
        call_end(&c);
    }
}

/* The RSET before a mail is not that of a probe, and a connection carries both. */
Test(smtp_parts, probes_between_mails)
{
    struct smtp_client_mail mail = {.sender = TEXT_INIT("s@a.test"),
                                    .recipients = three,
                                    .recipient_count = 1,
                                    .size = -1},
                            probe = mail;
    struct call c;

    probe.probe = true;
    call_begin(&c, call_options(false, false));
    call_start(&c);
    call_hear(&c, "220 b\r\n250 b\r\n");
    cr_assert(call_mail(&c, &mail));
    call_hear(&c, "250\r\n550\r\n"); /* nobody accepted: the server still holds MAIL */
    cr_expect(c.done && c.usable);
    call_wire(&c);
    cr_assert(call_mail(&c, &probe));
    CHECK_TEXT(call_wire(&c), "RSET\r\n");
    call_hear(&c, "250\r\n");
    CHECK_TEXT(call_wire(&c), CFROM);
    call_hear(&c, "250\r\n250\r\n250\r\n");
    cr_expect(c.done && c.usable && c.fates[0] == SMTP_FATE_WELCOME);
    call_wire(&c);
    cr_assert(call_mail(&c, &mail));
    CHECK_TEXT(call_wire(&c), CFROM);
    call_hear(&c, "250\r\n250\r\n354\r\n");
    call_hear(&c, "250\r\n");
    cr_expect(c.done && c.fates[0] == SMTP_FATE_ACCEPTED);
    call_end(&c);
}

/* ---- the client: bare LF as it is ------------------------------------------------------------------ */

Test(smtp_parts, what_smuggling_needs_of_the_client)
{
    static const char message[] = "a\n.\r\nMAIL FROM:<x@y.test>\r\n.b\r\r\n..\n.\nc\r";
    static const char want[] = "a\n.\r\nMAIL FROM:<x@y.test>\r\n..b\r\r\n...\n.\nc\r\r\n.\r\n";
    struct smtp_client_mail mail = {
        .sender = TEXT_INIT("s@a.test"), .recipients = three, .recipient_count = 1, .size = -1};

    for (size_t piece = 0; piece <= 3; piece++) {
        struct smtp_client_options options = call_options(false, false);
        struct call c;

        options.bare_lf = true;
        call_begin(&c, options);
        c.message = text_of(message);
        c.piece = piece;
        call_start(&c);
        cr_assert(call_mail(&c, &mail));
        call_hear(&c, "220 b\r\n250 b\r\n250\r\n250\r\n");
        call_wire(&c);
        call_hear(&c, "354\r\n");
        CHECK_TEXT(call_wire(&c), want);
        call_end(&c);
    }
}

/* Strict server, careless client, lenient server: two letters out of one (RFC 5321 4.1.1.4). */
Test(smtp_parts, two_letters_out_of_one)
{
    static const char letter[] = "Subject: one\r\n\r\nhello\n.\r\nMAIL FROM:<boss@example.test>\r\n"
                                 "RCPT TO:<bob@example.test>\r\nDATA\r\nSubject: two\r\n\r\nhi\r\n";

    for (int lenient = 0; lenient <= 1; lenient++) {
        struct smtp_server_options options = play_options();
        struct play p;

        options.bare_lf = lenient;
        play_begin(&p, options);
        play_start(&p);
        play_say(&p, HELLO OPEN "DATA\r\n");
        play_codes(&p);
        play_say(&p, letter);
        play_say(&p, ".\r\n");
        CHECK_TEXT(play_codes(&p),
                   lenient ? "250 2.0.0,250 2.1.0,250 2.1.5,354,250 2.0.0" : "250 2.0.0");
        play_end(&p);
    }
}
