/*
 * test_smtp_secure.c - STARTTLS and AUTH, both sides (RFC 3207, 8314, 4954; R163-R170).
 *
 * Octets are never sealed here: a handshake is a call, as it is for the sessions.  Each dialogue
 * runs whole and in single octets.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "sim/smtp/base64.h"
#include "tests/smtp_call.h"
#include "tests/smtp_play.h"
#include "tests/text_lab.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- base64 ------------------------------------------------------------------------------------ */

Test(smtp_secure, base64)
{
    static const char *const good[][2] = {{"", ""},
                                          {"f", "Zg=="},
                                          {"fo", "Zm8="},
                                          {"foo", "Zm9v"},
                                          {"foob", "Zm9vYg=="},
                                          {"fooba", "Zm9vYmE="},
                                          {"foobar", "Zm9vYmFy"}};
    static const char *const bad[] = {"Z",    "Zg",    "Zg=",      "Zh==",  "Zm9=",     "====",
                                      "Z===", "Zm9v=", "Zg==Zg==", "Zm 9v", "Zm9v\r\n", "Zm-_"};
    struct memory memory;
    struct buffer out;

    memory_init(&memory, 0);
    buffer_init(&out, &memory);
    for (size_t i = 0; i < COUNT(good); i++) { /* RFC 4648 10 */
        buffer_clear(&out);
        base64_put(&out, text_of(good[i][0]));
        CHECK_TEXT(buffer_text(&out), good[i][1]);
        buffer_clear(&out);
        cr_expect(base64_decode(&out, text_of(good[i][1])));
        CHECK_TEXT(buffer_text(&out), good[i][0]);
    }
    for (size_t i = 0; i < COUNT(bad); i++)
        cr_expect_not(base64_decode(&out, text_of(bad[i])), "%s", bad[i]);
    buffer_free(&out);
    memory_end(&memory);
}

/* ---- the server -------------------------------------------------------------------------------- */

#define ALICE "AGFsaWNlAHNlY3JldC1hbGljZQ==" /* \0alice\0secret-alice */
#define HELLO "EHLO a.test\r\n"

enum how { CLEAR_ALLOWED, OFFERED, REQUIRED, SEALED };

/* How the listener is, what is said once it has greeted, and which codes come. */
static const struct {
    const char *name;
    enum how how;
    const char *say, *want;
} steps[] = {
    {"R163 STARTTLS with an argument", OFFERED, HELLO "STARTTLS now\r\nSTARTTLS\r\n",
     "250,501 5.5.4,220 2.0.0"},
    {"R163 STARTTLS before EHLO", OFFERED, "STARTTLS\r\n", "503 5.5.1"},
    {"R163 not in a transaction", OFFERED, HELLO "MAIL FROM:<a@a.test>\r\nSTARTTLS\r\n",
     "250,250 2.1.0,503 5.5.1"},
    {"R165 not twice", SEALED, HELLO "STARTTLS\r\n", "250,503 5.5.1"},
    {"R166 what stands behind STARTTLS is dropped", OFFERED,
     HELLO "STARTTLS\r\nMAIL FROM:<a@a.test>\r\nQUIT\r\n", "250,220 2.0.0"},
    {"RFC 3207 4: nothing goes on before TLS", REQUIRED,
     "NOOP\r\nHELP\r\nMAIL FROM:<a@a.test>\r\n" HELLO
     "MAIL FROM:<a@a.test>\r\nRCPT TO:<x>\r\nDATA\r\nRSET\r\nVRFY x\r\nHELO a.test\r\nAUTH "
     "PLAIN\r\nNOOP\r\nXYZZY\r\nSTARTTLS\r\n",
     "250 2.0.0,530 5.7.0,530 5.7.0,250,530 5.7.0,530 5.7.0,530 5.7.0,530 5.7.0,530 5.7.0,"
     "530,530 5.7.0,250 2.0.0,500 5.5.1,220 2.0.0"},
    {"RFC 3207 4: but QUIT does", REQUIRED, HELLO "QUIT\r\n", "250,221 2.0.0"},
    {"RFC 3207 4: and all does inside TLS", SEALED, HELLO "MAIL FROM:<a@a.test>\r\n",
     "250,250 2.1.0"},
    {"R168, R169 PLAIN at once", SEALED, HELLO "AUTH PLAIN " ALICE "\r\n", "250,235 2.7.0"},
    {"R031 in any case", SEALED, HELLO "auth plain " ALICE "\r\n", "250,235 2.7.0"},
    {"R169 PLAIN, asked for", SEALED, HELLO "AUTH PLAIN\r\n" ALICE "\r\n", "250,334,235 2.7.0"},
    {"R169 LOGIN", SEALED, HELLO "AUTH LOGIN\r\nYWxpY2U=\r\nc2VjcmV0LWFsaWNl\r\n",
     "250,334,334,235 2.7.0"},
    {"LOGIN with the name at once", SEALED, HELLO "AUTH LOGIN YWxpY2U=\r\nc2VjcmV0LWFsaWNl\r\n",
     "250,334,235 2.7.0"},
    {"R168 a wrong password, then the right one", SEALED,
     HELLO "AUTH PLAIN AGFsaWNlAHg=\r\nAUTH PLAIN " ALICE "\r\n", "250,535 5.7.8,235 2.7.0"},
    {"R169 not in clear", OFFERED, HELLO "AUTH PLAIN " ALICE "\r\n", "250,503 5.5.1"},
    {"R169 in clear where it is allowed", CLEAR_ALLOWED, HELLO "AUTH PLAIN " ALICE "\r\n",
     "250,235 2.7.0"},
    {"R167 before EHLO", CLEAR_ALLOWED, "AUTH PLAIN " ALICE "\r\n", "503 5.5.1"},
    {"R167 after HELO", CLEAR_ALLOWED, "HELO a.test\r\nAUTH PLAIN " ALICE "\r\n", "250,503 5.5.1"},
    {"R167 a second AUTH", SEALED, HELLO "AUTH PLAIN " ALICE "\r\nAUTH PLAIN " ALICE "\r\n",
     "250,235 2.7.0,503 5.5.1"},
    {"R167 in a transaction", SEALED, HELLO "MAIL FROM:<a@a.test>\r\nAUTH PLAIN " ALICE "\r\n",
     "250,250 2.1.0,503 5.5.1"},
    {"R167 unknown mechanisms", SEALED, HELLO "AUTH GSSAPI\r\nAUTH CRAM-MD5 x\r\nAUTH PLAINER\r\n",
     "250,504 5.5.4,504 5.5.4,504 5.5.4"},
    {"R167 no mechanism, or too much", SEALED, HELLO "AUTH\r\nAUTH PLAIN " ALICE " x\r\n",
     "250,501 5.5.4,501 5.5.4"},
    {"R167 bad base64", SEALED, HELLO "AUTH PLAIN ***\r\nAUTH PLAIN\r\nAGF\r\nNOOP\r\n",
     "250,501 5.5.2,334,501 5.5.2,250 2.0.0"},
    {"R167 cancelled", SEALED, HELLO "AUTH PLAIN\r\n*\r\nAUTH LOGIN\r\nYWxpY2U=\r\n*\r\nNOOP\r\n",
     "250,334,501 5.7.0,334,334,501 5.7.0,250 2.0.0"},
    {"an empty response, one without NUL, and one with too many", SEALED,
     HELLO "AUTH PLAIN =\r\nAUTH PLAIN YWxpY2U=\r\nAUTH PLAIN AABhAGI=\r\nAUTH PLAIN AGEAYgBj\r\n",
     "250,501 5.5.2,501 5.5.2,501 5.5.2,501 5.5.2"},
    {"LOGIN without a name", SEALED, HELLO "AUTH LOGIN\r\n\r\nc2VjcmV0LWFsaWNl\r\n",
     "250,334,334,501 5.5.2"},
    {"on somebody's behalf: up to whoever answers", SEALED,
     HELLO "AUTH PLAIN Ym9iAGFsaWNlAHNlY3JldC1hbGljZQ==\r\n", "250,535 5.7.8"},
    {"every line is a response, and these are good base64", SEALED,
     HELLO "AUTH LOGIN\r\nQUIT\r\nNOOP\r\n", "250,334,334,535 5.7.8"},
    {"R170 MAIL AUTH=", SEALED, HELLO "MAIL FROM:<a@a.test> AUTH=<>\r\n", "250,250 2.1.0"},
    {"R170 MAIL AUTH= with a bad value", SEALED, HELLO "MAIL FROM:<a@a.test> AUTH=a=b\r\n",
     "250,501 5.5.4"},
};

static void begin_server(struct play *p, enum how how)
{
    struct smtp_server_options options = play_tls_options();

    options.login_in_clear = how == CLEAR_ALLOWED;
    options.tls = how == CLEAR_ALLOWED ? SMTP_TLS_NONE
                  : how == OFFERED     ? SMTP_TLS_OFFERED
                                       : SMTP_TLS_REQUIRED;
    play_begin(p, options);
    play_start(p);
    if (how == SEALED) {
        play_say(p, HELLO "STARTTLS\r\n");
        cr_assert(p->seal);
        play_tls_up(p);
    }
    play_codes(p);
}

Test(smtp_secure, server_steps)
{
    for (size_t i = 0; i < COUNT(steps); i++)
        for (size_t cut = 0; cut <= 1; cut++) {
            struct play p;
            struct text got;

            begin_server(&p, steps[i].how);
            play_send(&p, text_of(steps[i].say), cut, 1);
            got = play_codes(&p);
            cr_expect(text_equal(got, text_of(steps[i].want)), "%s: got %.*s, want %s",
                      steps[i].name, TEXT_ARG(got), steps[i].want);
            play_end(&p);
        }
}

/* R164: the name, the transaction and all offers of before are gone. */
Test(smtp_secure, the_server_forgets_what_came_before)
{
    struct play p;

    begin_server(&p, OFFERED);
    cr_expect(text_has(buffer_text(&p.wire), "220 mx.example.test"));
    play_say(&p, HELLO);
    cr_expect(text_has(buffer_text(&p.wire), "250 STARTTLS\r\n"));
    cr_expect_not(text_has(buffer_text(&p.wire), "AUTH"), "R169");
    buffer_clear(&p.wire);
    play_say(&p, "STARTTLS\r\nEHLO intruder.test\r\n"); /* R166 */
    CHECK_TEXT(buffer_text(&p.wire), "220 2.0.0 go ahead with TLS\r\n");
    cr_expect(p.seal);
    cr_expect_eq(p.server.state, SMTP_SERVER_TLS);
    play_say(&p, "EHLO intruder.test\r\nMAIL FROM:<x@intruder.test>\r\n");
    buffer_clear(&p.wire);
    play_tls_up(&p);
    CHECK_TEXT(buffer_text(&p.wire), "");
    cr_expect_eq(p.server.state, SMTP_SERVER_GREETED);
    cr_expect_eq(p.server.hello.size, 0);
    play_say(&p, "MAIL FROM:<a@a.test>\r\n");
    play_codes(&p);
    CHECK_TEXT(buffer_text(&p.wire), "503 5.5.1 say EHLO first\r\n");
    play_say(&p, HELLO);
    cr_expect(text_has(buffer_text(&p.wire), "250 AUTH PLAIN LOGIN\r\n"));
    cr_expect_not(text_has(buffer_text(&p.wire), "STARTTLS"), "R165");
    play_end(&p);
}

Test(smtp_secure, implicit_tls_comes_before_the_greeting)
{
    struct smtp_server_options options = play_tls_options();
    struct play p;

    options.tls = SMTP_TLS_IMPLICIT;
    play_begin(&p, options);
    play_start(&p);
    cr_expect(p.seal && p.wire.size == 0 && p.limit_ns > 0);
    play_say(&p, HELLO); /* in clear: not heard */
    play_tls_up(&p);
    play_say(&p, HELLO "STARTTLS\r\n");
    CHECK_TEXT(play_codes(&p), "220,250,503 5.5.1");
    cr_expect_not(text_has(buffer_text(&p.wire), "STARTTLS\r\n"), "R165");
    play_end(&p);
    play_begin(&p, options);
    play_start(&p);
    play_tls_failed(&p);
    cr_expect(p.closed && p.wire.size == 0);
    play_end(&p);
    play_begin(&p, options);
    play_start(&p);
    play_shutdown(&p); /* no 421 in the midst of a handshake */
    cr_expect(p.closed && p.wire.size == 0);
    play_end(&p);
}

Test(smtp_secure, a_handshake_that_fails_ends_the_connection)
{
    struct play p;

    begin_server(&p, OFFERED);
    play_say(&p, HELLO "STARTTLS\r\n");
    buffer_clear(&p.wire);
    play_tls_failed(&p);
    cr_expect(p.closed && p.wire.size == 0 && p.server.state == SMTP_SERVER_CLOSED);
    play_end(&p);
}

/* R163: 454 comes from whoever knows that TLS cannot be had. */
Test(smtp_secure, starttls_can_be_put_off)
{
    struct play p;

    begin_server(&p, OFFERED);
    smtp_server_watch(&p.server, SMTP_WATCH(SMTP_VERB_STARTTLS));
    p.at = SMTP_ASK_COMMAND;
    p.answer = (struct smtp_answer){.verdict = SMTP_DEFER};
    play_say(&p, HELLO "STARTTLS\r\nNOOP\r\n");
    CHECK_TEXT(play_codes(&p), "250,454 4.7.0,250 2.0.0");
    cr_expect_not(p.seal);
    play_end(&p);
}

/* No act but the question knows the password; what is shown of the lines has stars. */
Test(smtp_secure, passwords_are_not_shown)
{
    struct play p;

    begin_server(&p, SEALED);
    play_say(&p, HELLO "AUTH PLAIN AGFsaWNlAHg=\r\nAUTH PLAIN\r\nAGFsaWNlAHg=\r\nAUTH "
                       "LOGIN\r\nYWxpY2U=\r\neA==\r\nAUTH FOO c2VjcmV0\r\nAUTH LOGIN\r\n*\r\n");
    cr_expect(text_has(buffer_text(&p.log), "command AUTH : AUTH PLAIN ***\n") ||
              text_has(buffer_text(&p.log), "command AUTH: AUTH PLAIN ***\n"));
    cr_expect(text_has(buffer_text(&p.log), ": ***\n") &&
              text_has(buffer_text(&p.log), ": YWxpY2U=\n") &&
              text_has(buffer_text(&p.log), ": *\n"));
    cr_expect_not(text_has(buffer_text(&p.log), "AGFsaWNlAHg=") ||
                  text_has(buffer_text(&p.log), "eA==") ||
                  text_has(buffer_text(&p.log), "c2VjcmV0"));
    cr_expect(text_has(buffer_text(&p.log), "ask login about alice"));
    play_end(&p);
}

/* RFC 4954 4: 12288 octets of a response with CRLF; RFC 5321 4.5.3.1.4: 512 of the command. */
Test(smtp_secure, how_long_a_response_may_be)
{
    static const struct {
        size_t size;
        const char *want;
    } rows[] = {
        {12284, "535 5.7.8"}, {12288, "500 5.5.6"}, {12289, "500 5.5.6"}, {40000, "500 5.5.6"}};

    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t cut = 0; cut < 2; cut++) {
            static char line[40010];
            struct play p;

            begin_server(&p, SEALED);
            play_say(&p, HELLO "AUTH PLAIN\r\n");
            play_codes(&p);
            memset(line, 'Y', rows[i].size); /* "a" and nonsense, over and over */
            memcpy(line, "AGFhAGFh", 8);
            memcpy(line + rows[i].size, "\r\n", 3);
            play_send(&p, text_from(line, rows[i].size + 2), cut == 0 ? 0 : 5000, i);
            CHECK_TEXT(play_codes(&p), rows[i].want);
            play_say(&p, "NOOP\r\n");
            CHECK_TEXT(play_codes(&p), "250 2.0.0");
            play_end(&p);
        }
    for (size_t size = 512; size <= 513; size++) {
        char line[520] = "AUTH PLAIN ";
        struct play p;

        begin_server(&p, SEALED);
        play_say(&p, HELLO);
        play_codes(&p);
        memset(line + 11, 'Y', size - 13);
        memcpy(line + size - 2, "\r\n", 3);
        play_say(&p, line);
        CHECK_TEXT(play_codes(&p), size == 512 ? "501 5.5.2" : "500 5.5.2");
        play_end(&p);
    }
}

/* RFC 3848 */
Test(smtp_secure, received_says_how_it_came) /* R086 */
{
    struct play p;

    begin_server(&p, OFFERED);
    play_say(&p, HELLO);
    CHECK_TEXT(smtp_server_protocol(&p.server), "ESMTP");
    play_say(&p, "STARTTLS\r\n");
    play_tls_up(&p);
    play_say(&p, HELLO);
    CHECK_TEXT(smtp_server_protocol(&p.server), "ESMTPS");
    play_say(&p, "AUTH PLAIN " ALICE "\r\n");
    CHECK_TEXT(smtp_server_protocol(&p.server), "ESMTPSA");
    play_end(&p);
    begin_server(&p, CLEAR_ALLOWED);
    play_say(&p, HELLO "AUTH PLAIN " ALICE "\r\n");
    CHECK_TEXT(smtp_server_protocol(&p.server), "ESMTPA");
    play_end(&p);
}

/* Without anybody to ask, nobody is let in; and a verdict may take its time. */
Test(smtp_secure, who_judges_a_login)
{
    struct smtp_answer yes = {.verdict = SMTP_ACCEPT};
    struct play p;

    begin_server(&p, SEALED);
    p.options.asks &= ~SMTP_ASKS(SMTP_ASK_LOGIN);
    play_say(&p, HELLO "AUTH PLAIN " ALICE "\r\n");
    CHECK_TEXT(play_codes(&p), "250,535 5.7.8");
    p.options.asks |= SMTP_ASKS(SMTP_ASK_LOGIN);
    p.late = true;
    play_say(&p, "AUTH PLAIN AGFsaWNlAHg=\r\nNOOP\r\n");
    CHECK_TEXT(play_codes(&p), "");
    play_answer(&p, &yes);
    CHECK_TEXT(play_codes(&p), "235 2.7.0,250 2.0.0");
    play_end(&p);
}

/* ---- HELP ---------------------------------------------------------------------------------------- */

/* Is the word among those behind "214 2.0.0 "? */
static bool lists(struct text help, const char *verb)
{
    char with_blanks[40], line[200];

    snprintf(line, sizeof line, " %.*s ", TEXT_ARG(help));
    snprintf(with_blanks, sizeof with_blanks, " %s ", verb);
    return strstr(line, with_blanks) != NULL;
}

static void play_to(struct play *p, bool lmtp, enum how how, const char *before)
{
    struct smtp_server_options options = play_tls_options();

    options.lmtp = lmtp;
    options.login_in_clear = how == CLEAR_ALLOWED;
    options.tls = how == REQUIRED ? SMTP_TLS_REQUIRED : SMTP_TLS_OFFERED;
    play_begin(p, options);
    play_start(p);
    if (how == SEALED) {
        play_say(p, lmtp ? "LHLO a.test\r\nSTARTTLS\r\n" : HELLO "STARTTLS\r\n");
        play_tls_up(p);
    }
    play_say(p, before);
    play_codes(p);
}

/* R041: what HELP lists is taken at that moment, and what is taken it lists. */
Test(smtp_secure, help_lists_exactly_what_would_be_taken)
{
    static const char *const commands[] = {"EHLO a.test",
                                           "HELO a.test",
                                           "LHLO a.test",
                                           "MAIL FROM:<s@a.test>",
                                           "RCPT TO:<bob@example.test>",
                                           "DATA",
                                           "RSET",
                                           "NOOP",
                                           "VRFY bob",
                                           "EXPN staff",
                                           "HELP",
                                           "QUIT",
                                           ("AUTH PLAIN " ALICE),
                                           "STARTTLS",
                                           "BDAT 0 LAST",
                                           "ETRN x",
                                           "TURN",
                                           "SEND x"};
    static const struct {
        bool lmtp;
        enum how how;
        const char *before, *want;
    } at[] = {
        {false, OFFERED, "", "EHLO HELO RSET NOOP VRFY HELP QUIT"},
        {false, OFFERED, HELLO, "EHLO HELO MAIL RSET NOOP VRFY HELP QUIT STARTTLS"},
        {false, REQUIRED, HELLO, ""}, /* RFC 3207 4: 530, also to HELP */
        {false, CLEAR_ALLOWED, HELLO, "EHLO HELO MAIL RSET NOOP VRFY HELP QUIT AUTH STARTTLS"},
        {false, CLEAR_ALLOWED, "HELO a.test\r\n",
         "EHLO HELO MAIL RSET NOOP VRFY HELP QUIT STARTTLS"},
        {false, SEALED, HELLO, "EHLO HELO MAIL RSET NOOP VRFY HELP QUIT AUTH"},
        {false, SEALED, HELLO "AUTH PLAIN " ALICE "\r\n",
         "EHLO HELO MAIL RSET NOOP VRFY HELP QUIT"},
        {false, SEALED, HELLO "MAIL FROM:<s@a.test>\r\n",
         "EHLO HELO RCPT RSET NOOP VRFY HELP QUIT"},
        {false, SEALED, HELLO "MAIL FROM:<s@a.test>\r\nRCPT TO:<bob@example.test>\r\n",
         "EHLO HELO RCPT DATA RSET NOOP VRFY HELP QUIT BDAT"},
        {false, SEALED, HELLO "MAIL FROM:<s@a.test>\r\nRCPT TO:<bob@example.test>\r\nBDAT 1\r\nx",
         "EHLO HELO RSET NOOP VRFY HELP QUIT BDAT"},
        {true, OFFERED, "LHLO a.test\r\n", "LHLO MAIL RSET NOOP VRFY HELP QUIT STARTTLS"},
    };

    for (size_t i = 0; i < COUNT(at); i++) {
        char want[120];
        struct play p;

        play_to(&p, at[i].lmtp, at[i].how, at[i].before);
        buffer_clear(&p.wire);
        play_say(&p, "HELP\r\n");
        snprintf(want, sizeof want, "214 2.0.0 %s\r\n", at[i].want);
        if (at[i].want[0])
            CHECK_TEXT(buffer_text(&p.wire), want);
        else
            CHECK_TEXT(play_codes(&p), "530 5.7.0");
        play_end(&p);
        for (size_t c = 0; at[i].want[0] && c < COUNT(commands); c++) {
            char line[80], verb[20];
            struct text codes;

            play_to(&p, at[i].lmtp, at[i].how, at[i].before);
            snprintf(line, sizeof line, "%s\r\n", commands[c]);
            snprintf(verb, sizeof verb, "%.*s", (int)strcspn(commands[c], " "), commands[c]);
            play_say(&p, line);
            codes = play_codes(&p);
            cr_expect_eq(codes.size > 0 && codes.at[0] < '4', lists(text_of(at[i].want), verb),
                         "case %zu: %s: %.*s", i, verb, TEXT_ARG(codes));
            play_end(&p);
        }
    }
}

/* ---- the client -------------------------------------------------------------------------------- */

static const struct smtp_login alice = {.user = TEXT_INIT("alice"),
                                        .password = TEXT_INIT("secret-alice"),
                                        .on_behalf = TEXT_INIT(""),
                                        .mechanism = TEXT_INIT("")};
static const struct smtp_client_recipient bob = {.address = TEXT_INIT("bob@b.test")};
static const struct smtp_client_mail mail = {
    .sender = TEXT_INIT("s@a.test"), .recipients = &bob, .recipient_count = 1, .size = -1};

#define EHLO "EHLO client.example.test\r\n"
#define MAIL "MAIL FROM:<s@a.test>\r\n"
#define TLS  "(tls)" /* heard: the handshake is done */
#define BAD  "(no tls)"

/* What is heard and what is then sent, by turns; the fate at the end ('?': none yet). */
static const struct script {
    const char *name;
    enum smtp_tls tls;
    bool login, in_clear;
    const char *steps[14];
    char fate;
} scripts[] = {
    {"TLS where it is offered",
     SMTP_TLS_OFFERED,
     false,
     false,
     {"220 b\r\n", EHLO, "250-b\r\n250 STARTTLS\r\n", "STARTTLS\r\n", "220 go\r\n", "", TLS, EHLO,
      "250 b\r\n", MAIL},
     '?'},
    {"and in clear where it is not",
     SMTP_TLS_OFFERED,
     false,
     false,
     {"220 b\r\n", EHLO, "250 b\r\n", MAIL},
     '?'},
    {"or is refused",
     SMTP_TLS_OFFERED,
     false,
     false,
     {"220 b\r\n", EHLO, "250-b\r\n250 STARTTLS\r\n", "STARTTLS\r\n", "454 not now\r\n", MAIL},
     '?'},
    {"nobody asked for TLS",
     SMTP_TLS_NONE,
     false,
     false,
     {"220 b\r\n", EHLO, "250-b\r\n250 STARTTLS\r\n", MAIL},
     '?'},
    {"R164 what was offered before is forgotten",
     SMTP_TLS_REQUIRED,
     true,
     false,
     {"220 b\r\n", EHLO, "250-b\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n", "STARTTLS\r\n",
      "220 go\r\n", "", TLS, EHLO, "250 b\r\n", "QUIT\r\n"},
     'D'},
    {"R166 and so is what was said behind the 220",
     SMTP_TLS_REQUIRED,
     false,
     false,
     {"220 b\r\n", EHLO, "250-b\r\n250 STARTTLS\r\n", "STARTTLS\r\n",
      "220 go\r\n250-b\r\n250 SIZE 1\r\n", "", TLS, EHLO, "250 b\r\n", MAIL},
     '?'},
    {"required and not offered: later, perhaps",
     SMTP_TLS_REQUIRED,
     false,
     false,
     {"220 b\r\n", EHLO, "250 b\r\n", "QUIT\r\n"},
     'D'},
    {"required, and there is only HELO",
     SMTP_TLS_REQUIRED,
     false,
     false,
     {"220 b\r\n", EHLO, "502\r\n", "HELO client.example.test\r\n", "250 b\r\n", "QUIT\r\n"},
     'D'},
    {"required and refused, even with 5yz",
     SMTP_TLS_REQUIRED,
     false,
     false,
     {"220 b\r\n", EHLO, "250-b\r\n250 STARTTLS\r\n", "STARTTLS\r\n", "554 never\r\n", "QUIT\r\n"},
     'D'},
    {"the handshake fails",
     SMTP_TLS_OFFERED,
     false,
     false,
     {"220 b\r\n", EHLO, "250-b\r\n250 STARTTLS\r\n", "STARTTLS\r\n", "220 go\r\n", "", BAD, ""},
     'D'},
    {"implicit TLS",
     SMTP_TLS_IMPLICIT,
     true,
     false,
     {TLS, "", "220 b\r\n", EHLO, "250-b\r\n250 AUTH LOGIN PLAIN\r\n", "AUTH PLAIN " ALICE "\r\n",
      "235 2.7.0 hello\r\n", MAIL},
     '?'},
    {"implicit TLS that fails", SMTP_TLS_IMPLICIT, false, false, {BAD, ""}, 'D'},
    {"R169 no password in clear",
     SMTP_TLS_OFFERED,
     true,
     false,
     {"220 b\r\n", EHLO, "250-b\r\n250 AUTH PLAIN\r\n", "QUIT\r\n"},
     'D'},
    {"but if it may be",
     SMTP_TLS_NONE,
     true,
     true,
     {"220 b\r\n", EHLO, "250-b\r\n250 AUTH PLAIN\r\n", "AUTH PLAIN " ALICE "\r\n",
      "235 2.7.0 hello\r\n", MAIL},
     '?'},
    {"LOGIN if nothing else is offered",
     SMTP_TLS_NONE,
     true,
     true,
     {"220 b\r\n", EHLO, "250-b\r\n250 AUTH GSSAPI LOGIN\r\n", "AUTH LOGIN\r\n",
      "334 VXNlcm5hbWU6\r\n", "YWxpY2U=\r\n", "334 UGFzc3dvcmQ6\r\n", "c2VjcmV0LWFsaWNl\r\n",
      "235 hello\r\n", MAIL},
     '?'},
    {"no mechanism that we know",
     SMTP_TLS_NONE,
     true,
     true,
     {"220 b\r\n", EHLO, "250-b\r\n250 AUTH GSSAPI\r\n", "QUIT\r\n"},
     'D'},
    {"R168 a wrong password",
     SMTP_TLS_NONE,
     true,
     true,
     {"220 b\r\n", EHLO, "250-b\r\n250 AUTH PLAIN\r\n", "AUTH PLAIN " ALICE "\r\n",
      "535 5.7.8 no\r\n", "QUIT\r\n"},
     'R'},
    {"R168 nobody knows just now",
     SMTP_TLS_NONE,
     true,
     true,
     {"220 b\r\n", EHLO, "250-b\r\n250 AUTH PLAIN\r\n", "AUTH PLAIN " ALICE "\r\n",
      "454 4.7.0 later\r\n", "QUIT\r\n"},
     'D'},
    {"R167 a challenge too many is cancelled",
     SMTP_TLS_NONE,
     true,
     true,
     {"220 b\r\n", EHLO, "250-b\r\n250 AUTH PLAIN\r\n", "AUTH PLAIN " ALICE "\r\n", "334 more\r\n",
      "*\r\n", "501 5.7.0 as you wish\r\n", "QUIT\r\n"},
     'R'},
};

static void hear(struct call *c, const char *what, size_t cut)
{
    struct text octets = text_of(what);

    if (strcmp(what, TLS) == 0 || strcmp(what, BAD) == 0) {
        cr_assert(c->seal);
        (strcmp(what, TLS) == 0 ? call_tls_up : call_tls_failed)(c);
        return;
    }
    while (octets.size > 0) {
        size_t size = cut == 0 || cut > octets.size ? octets.size : cut;

        call_input(c, text_from(octets.at, size));
        octets = text_after(octets, size);
    }
}

Test(smtp_secure, client_scripts)
{
    for (size_t i = 0; i < COUNT(scripts); i++)
        for (size_t cut = 0; cut <= 2; cut++) {
            const struct script *s = &scripts[i];
            struct smtp_client_options options = call_options(false, false);
            struct call c;

            options.tls = s->tls;
            options.login = s->login ? &alice : NULL;
            options.login_in_clear = s->in_clear;
            call_begin(&c, options);
            call_start(&c);
            cr_assert(call_mail(&c, &mail));
            for (size_t k = 0; k < COUNT(s->steps) && s->steps[k] != NULL; k += 2) {
                hear(&c, s->steps[k], cut);
                struct text got = call_wire(&c);
                cr_expect(text_equal(got, text_of(s->steps[k + 1])),
                          "%s, after '%s': sent '%.*s', want '%s'", s->name, s->steps[k],
                          TEXT_ARG(got), s->steps[k + 1]);
            }
            cr_expect_eq(c.done, s->fate != '?', "%s", s->name);
            if (c.done)
                cr_expect_eq(c.fates[0], s->fate == 'D' ? SMTP_FATE_DEFERRED : SMTP_FATE_REFUSED,
                             "%s", s->name);
            call_end(&c);
        }
}

Test(smtp_secure, the_client_shows_no_password)
{
    struct smtp_client_options options = call_options(false, false);
    struct call c;

    options.login = &alice;
    options.login_in_clear = true;
    for (int login = 0; login <= 1; login++) {
        call_begin(&c, options);
        call_start(&c);
        call_hear(&c, "220 b\r\n");
        call_hear(&c, login ? "250-b\r\n250 AUTH LOGIN\r\n" : "250-b\r\n250 AUTH PLAIN\r\n");
        call_hear(&c, login ? "334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n235 hello\r\n"
                            : "235 hello\r\n");
        cr_expect(
            text_has(buffer_text(&c.log), login ? "command ***\n" : "command AUTH PLAIN ***\n"));
        cr_expect_not(text_has(buffer_text(&c.log), "c2VjcmV0LWFsaWNl") ||
                      text_has(buffer_text(&c.log), ALICE));
        cr_expect(smtp_client_idle(&c.client));
        call_end(&c);
    }
}

/* RFC 4954 4: a response that makes the command longer than 512 octets waits for its 334. */
Test(smtp_secure, a_long_password_is_asked_for)
{
    static char octets[600];
    struct smtp_login login = alice;
    struct smtp_client_options options = call_options(false, false);
    struct call c;

    memset(octets, 'x', sizeof octets);
    login.password = text_from(octets, sizeof octets);
    options.login = &login;
    options.login_in_clear = true;
    call_begin(&c, options);
    call_start(&c);
    call_hear(&c, "220 b\r\n");
    call_wire(&c);
    call_hear(&c, "250-b\r\n250 AUTH PLAIN\r\n");
    CHECK_TEXT(call_wire(&c), "AUTH PLAIN\r\n");
    call_hear(&c, "334 \r\n");
    cr_expect_eq(call_wire(&c).size, (7 + sizeof octets + 2) / 3 * 4 + 2);
    call_hear(&c, "235 hello\r\n");
    cr_expect(smtp_client_idle(&c.client));
    call_end(&c);
}

Test(smtp_secure, it_waits_for_a_handshake_but_not_for_ever) /* R027 */
{
    struct smtp_client_options options = call_options(false, false);
    struct call c;

    options.tls = SMTP_TLS_IMPLICIT;
    call_begin(&c, options);
    call_start(&c);
    cr_assert(call_mail(&c, &mail));
    cr_expect(c.limit_ns > 0);
    call_timeout(&c);
    cr_expect(c.closed && c.done && c.fates[0] == SMTP_FATE_LOST && !c.in_doubt[0]);
    call_end(&c);
}
