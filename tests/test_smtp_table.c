/*
 * test_smtp_table.c - both state machines, cell by cell, against tables written independently.
 *
 * The source writes them by state, with macros; here they stand by input, in full, from RFC 5321
 * 3, 4.1.4, 4.3.2 and RFC 2033.  First the cells are compared; then every possible cell is provoked
 * in a real session, which must reply and move as the table here says.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/smtp/client.h"
#include "sim/smtp/personality.h"
#include "tests/smtp_call.h"
#include "tests/smtp_play.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- the server ------------------------------------------------------------------------------ */

/* A letter for each state, in the order of the columns below: Start Greeted Tls Ready Auth Mail
 * reCipient Data chunK chunksL Judged noService Xnomail Zclosed */
static const char server_letters[] = "SGTRAMCDKLJNXZ";

/* "250>R": reply 250 and state R; "0>Z": no reply; "-": cannot come.  Then how to provoke it. */
/* clang-format off: a table to be read by columns. */
static const struct server_row {
    const char *input, *cells[14];
    const char *line; /* NULL: by a call of its own */
    enum smtp_question at;
    int code; /* of the answer to that question; 0: accept */
} server_rows[] = {
#define ASK(what, code) SMTP_ASK_##what, code
    /*                          S        G        T        R        A        M        C        D        K        L        J        N        X        Z       */
    {"connection fine",
     {"220>G", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"},
     NULL,
     ASK(CONNECTION, 220)},
    {"connection refused",
     {"554>N", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"},
     NULL,
     ASK(CONNECTION, 554)},
    {"connection to no mail",
     {"521>X", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"},
     NULL,
     ASK(CONNECTION, 521)},
    {"connection deferred",
     {"421>Z", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"},
     NULL,
     ASK(CONNECTION, 421)},
    {"TLS up",
     {"0>S", "-", "0>G", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"},
     NULL,
     ASK(NONE, 0)},
    {"TLS failed",
     {"0>Z", "-", "0>Z", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"},
     NULL,
     ASK(NONE, 0)},
    {"EHLO fine",
     {"-", "250>R", "-", "250>R", "-", "250>R", "250>R", "-", "-", "250>R", "-", "503>N", "521>X",
      "-"},
     "EHLO a.test",
     ASK(NONE, 0)},
    {"EHLO bad name",
     {"-", "501>G", "-", "501>R", "-", "501>M", "501>C", "-", "-", "501>L", "-", "503>N", "521>X",
      "-"},
     "EHLO a_b",
     ASK(NONE, 0)},
    {"EHLO refused",
     {"-", "550>G", "-", "550>R", "-", "550>M", "550>C", "-", "-", "550>L", "-", "503>N", "521>X",
      "-"},
     "EHLO a.test",
     ASK(HELLO, 550)},
    {"EHLO deferred",
     {"-", "451>G", "-", "451>R", "-", "451>M", "451>C", "-", "-", "451>L", "-", "503>N", "521>X",
      "-"},
     "EHLO a.test",
     ASK(HELLO, 451)},
    {"HELO fine",
     {"-", "250>R", "-", "250>R", "-", "250>R", "250>R", "-", "-", "250>R", "-", "503>N", "521>X",
      "-"},
     "HELO a.test",
     ASK(NONE, 0)},
    {"HELO bad name",
     {"-", "501>G", "-", "501>R", "-", "501>M", "501>C", "-", "-", "501>L", "-", "503>N", "521>X",
      "-"},
     "HELO",
     ASK(NONE, 0)},
    {"HELO refused",
     {"-", "550>G", "-", "550>R", "-", "550>M", "550>C", "-", "-", "550>L", "-", "503>N", "521>X",
      "-"},
     "HELO a.test",
     ASK(HELLO, 550)},
    {"HELO deferred",
     {"-", "451>G", "-", "451>R", "-", "451>M", "451>C", "-", "-", "451>L", "-", "503>N", "521>X",
      "-"},
     "HELO a.test",
     ASK(HELLO, 451)},
    {"LHLO fine",
     {"-", "500>G", "-", "500>R", "-", "500>M", "500>C", "-", "-", "500>L", "-", "503>N", "521>X",
      "-"},
     "LHLO a.test",
     ASK(NONE, 0)},
    {"LHLO bad name",
     {"-", "500>G", "-", "500>R", "-", "500>M", "500>C", "-", "-", "500>L", "-", "503>N", "521>X",
      "-"},
     "LHLO a_b",
     ASK(NONE, 0)},
    {"LHLO refused",
     {"-", "500>G", "-", "500>R", "-", "500>M", "500>C", "-", "-", "500>L", "-", "503>N", "521>X",
      "-"},
     "LHLO a.test",
     ASK(HELLO, 550)},
    {"LHLO deferred",
     {"-", "500>G", "-", "500>R", "-", "500>M", "500>C", "-", "-", "500>L", "-", "503>N", "521>X",
      "-"},
     "LHLO a.test",
     ASK(HELLO, 451)},
    {"MAIL fine",
     {"-", "503>G", "-", "250>M", "-", "503>M", "503>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "MAIL FROM:<a@a.test>",
     ASK(NONE, 0)},
    {"MAIL bad address",
     {"-", "503>G", "-", "501>R", "-", "503>M", "503>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "MAIL FROM:<a@>",
     ASK(NONE, 0)},
    {"MAIL bad parameter",
     {"-", "503>G", "-", "501>R", "-", "503>M", "503>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "MAIL FROM:<a@a.test> SIZE=x",
     ASK(NONE, 0)},
    {"MAIL unknown parameter",
     {"-", "503>G", "-", "555>R", "-", "503>M", "503>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "MAIL FROM:<a@a.test> FOO=1",
     ASK(NONE, 0)},
    {"MAIL too big",
     {"-", "503>G", "-", "552>R", "-", "503>M", "503>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "MAIL FROM:<a@a.test> SIZE=100001",
     ASK(NONE, 0)},
    {"MAIL refused",
     {"-", "503>G", "-", "550>R", "-", "503>M", "503>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "MAIL FROM:<a@a.test>",
     ASK(SENDER, 550)},
    {"MAIL deferred",
     {"-", "503>G", "-", "451>R", "-", "503>M", "503>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "MAIL FROM:<a@a.test>",
     ASK(SENDER, 451)},
    {"RCPT fine",
     {"-", "503>G", "-", "503>R", "-", "250>C", "250>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "RCPT TO:<bob@example.test>",
     ASK(NONE, 0)},
    {"RCPT bad address",
     {"-", "503>G", "-", "503>R", "-", "501>M", "501>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "RCPT TO:<>",
     ASK(NONE, 0)},
    {"RCPT bad parameter",
     {"-", "503>G", "-", "503>R", "-", "501>M", "501>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "RCPT TO:<bob@example.test> NOTIFY=BOTH",
     ASK(NONE, 0)},
    {"RCPT unknown parameter",
     {"-", "503>G", "-", "503>R", "-", "555>M", "555>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "RCPT TO:<bob@example.test> FOO",
     ASK(NONE, 0)},
    {"RCPT too many",
     {"-", "503>G", "-", "503>R", "-", "-", "452>C", "-", "-", "503>L", "-", "503>N", "521>X", "-"},
     "RCPT TO:<bob@example.test>",
     ASK(NONE, 452)},
    {"RCPT refused",
     {"-", "503>G", "-", "503>R", "-", "550>M", "550>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "RCPT TO:<bob@example.test>",
     ASK(RECIPIENT, 550)},
    {"RCPT deferred",
     {"-", "503>G", "-", "503>R", "-", "451>M", "451>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "RCPT TO:<bob@example.test>",
     ASK(RECIPIENT, 451)},
    {"DATA fine",
     {"-", "503>G", "-", "503>R", "-", "554>M", "354>D", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "DATA",
     ASK(NONE, 0)},
    {"DATA bad argument",
     {"-", "503>G", "-", "503>R", "-", "554>M", "501>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "DATA now",
     ASK(NONE, 0)},
    {"DATA refused",
     {"-", "503>G", "-", "503>R", "-", "554>M", "554>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "DATA",
     ASK(DATA, 554)},
    {"DATA deferred",
     {"-", "503>G", "-", "503>R", "-", "554>M", "451>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "DATA",
     ASK(DATA, 451)},
    {"BDAT fine",
     {"-", "503>G", "-", "503>R", "-", "503>M", "0>K", "-", "-", "0>K", "-", "503>N", "521>X", "-"},
     "BDAT 0",
     ASK(NONE, 0)},
    {"BDAT bad argument",
     {"-", "503>G", "-", "503>R", "-", "503>M", "501>C", "-", "-", "501>L", "-", "503>N", "521>X",
      "-"},
     "BDAT x",
     ASK(NONE, 0)},
    {"BDAT refused",
     {"-", "503>G", "-", "503>R", "-", "503>M", "554>R", "-", "-", "554>R", "-", "503>N", "521>X",
      "-"},
     "BDAT 0",
     ASK(COMMAND, 554)},
    {"BDAT deferred",
     {"-", "503>G", "-", "503>R", "-", "503>M", "451>R", "-", "-", "451>R", "-", "503>N", "521>X",
      "-"},
     "BDAT 0",
     ASK(COMMAND, 451)},
    {"chunk whole",
     {"-", "-", "-", "-", "-", "-", "-", "-", "250>L", "-", "-", "-", "-", "-"},
     "x",
     ASK(NONE, 0)},
    {"end of data",
     {"-", "-", "-", "-", "-", "-", "-", "0>J", "0>J", "-", "-", "-", "-", "-"},
     "x\r\n.",
     ASK(NONE, 0)},
    {"message accepted",
     {"-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "250>R", "-", "-", "-"},
     NULL,
     ASK(MESSAGE, 250)},
    {"message refused",
     {"-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "554>R", "-", "-", "-"},
     NULL,
     ASK(MESSAGE, 554)},
    {"message deferred",
     {"-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "451>R", "-", "-", "-"},
     NULL,
     ASK(MESSAGE, 451)},
    {"message too big",
     {"-", "-", "-", "-", "-", "-", "-", "552>R", "552>R", "-", "-", "-", "-", "-"},
     "x\r\n.",
     ASK(NONE, 552)},
    {"recipient accepted",
     {"-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"},
     NULL,
     ASK(NONE, 0)},
    {"recipient refused",
     {"-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"},
     NULL,
     ASK(NONE, 0)},
    {"recipient deferred",
     {"-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"},
     NULL,
     ASK(NONE, 0)},
    {"RSET fine",
     {"-", "250>G", "-", "250>R", "-", "250>R", "250>R", "-", "-", "250>R", "-", "503>N", "521>X",
      "-"},
     "RSET",
     ASK(NONE, 0)},
    {"RSET bad argument",
     {"-", "501>G", "-", "501>R", "-", "501>M", "501>C", "-", "-", "501>L", "-", "503>N", "521>X",
      "-"},
     "RSET x",
     ASK(NONE, 0)},
    {"NOOP",
     {"-", "250>G", "-", "250>R", "-", "250>M", "250>C", "-", "-", "250>L", "-", "503>N", "521>X",
      "-"},
     "NOOP x",
     ASK(NONE, 0)},
    {"VRFY verified",
     {"-", "250>G", "-", "250>R", "-", "250>M", "250>C", "-", "-", "250>L", "-", "503>N", "521>X",
      "-"},
     "VRFY bob",
     ASK(VERIFY, 250)},
    {"VRFY bad argument",
     {"-", "501>G", "-", "501>R", "-", "501>M", "501>C", "-", "-", "501>L", "-", "503>N", "521>X",
      "-"},
     "VRFY",
     ASK(NONE, 0)},
    {"VRFY not verified",
     {"-", "252>G", "-", "252>R", "-", "252>M", "252>C", "-", "-", "252>L", "-", "503>N", "521>X",
      "-"},
     "VRFY bob",
     ASK(NONE, 0)},
    {"VRFY refused",
     {"-", "550>G", "-", "550>R", "-", "550>M", "550>C", "-", "-", "550>L", "-", "503>N", "521>X",
      "-"},
     "VRFY bob",
     ASK(VERIFY, 550)},
    {"VRFY deferred",
     {"-", "450>G", "-", "450>R", "-", "450>M", "450>C", "-", "-", "450>L", "-", "503>N", "521>X",
      "-"},
     "VRFY bob",
     ASK(VERIFY, 450)},
    {"EXPN",
     {"-", "502>G", "-", "502>R", "-", "502>M", "502>C", "-", "-", "502>L", "-", "503>N", "521>X",
      "-"},
     "EXPN staff",
     ASK(NONE, 0)},
    {"HELP",
     {"-", "214>G", "-", "214>R", "-", "214>M", "214>C", "-", "-", "214>L", "-", "503>N", "521>X",
      "-"},
     "HELP MAIL",
     ASK(NONE, 0)},
    {"QUIT fine",
     {"-", "221>Z", "-", "221>Z", "-", "221>Z", "221>Z", "-", "-", "221>Z", "-", "221>Z", "221>Z",
      "-"},
     "QUIT",
     ASK(NONE, 0)},
    {"QUIT bad argument",
     {"-", "501>G", "-", "501>R", "-", "501>M", "501>C", "-", "-", "501>L", "-", "503>N", "521>X",
      "-"},
     "QUIT x",
     ASK(NONE, 0)},
    {"STARTTLS fine",
     {"-", "503>G", "-", "220>T", "-", "503>M", "503>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "STARTTLS",
     ASK(NONE, 0)},
    {"STARTTLS bad argument",
     {"-", "503>G", "-", "501>R", "-", "503>M", "503>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "STARTTLS now",
     ASK(NONE, 0)},
    {"STARTTLS deferred",
     {"-", "503>G", "-", "454>R", "-", "503>M", "503>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "STARTTLS",
     ASK(COMMAND, 454)},
    {"STARTTLS again",
     {"-", "503>G", "-", "503>R", "-", "503>M", "503>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "STARTTLS",
     ASK(NONE, 0)},
    {"TLS needed",
     {"-", "530>G", "-", "530>R", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"},
     "VRFY bob",
     ASK(NONE, 0)},
    {"AUTH fine",
     {"-", "503>G", "-", "235>R", "235>R", "503>M", "503>C", "-", "-", "503>L", "-", "503>N",
      "521>X", "-"},
     "AUTH PLAIN AGFsaWNlAHNlY3JldC1hbGljZQ==",
     ASK(NONE, 0)},
    {"AUTH bad argument",
     {"-", "503>G", "-", "501>R", "-", "503>M", "503>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "AUTH",
     ASK(NONE, 0)},
    {"AUTH unknown mechanism",
     {"-", "503>G", "-", "504>R", "-", "503>M", "503>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "AUTH GSSAPI",
     ASK(NONE, 0)},
    {"AUTH refused",
     {"-", "503>G", "-", "535>R", "535>R", "503>M", "503>C", "-", "-", "503>L", "-", "503>N",
      "521>X", "-"},
     "AUTH PLAIN AGFsaWNlAHg=",
     ASK(LOGIN, 535)},
    {"AUTH deferred",
     {"-", "503>G", "-", "454>R", "454>R", "503>M", "503>C", "-", "-", "503>L", "-", "503>N",
      "521>X", "-"},
     "AUTH PLAIN AGFsaWNlAHg=",
     ASK(LOGIN, 454)},
    {"AUTH again",
     {"-", "503>G", "-", "503>R", "-", "503>M", "503>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "AUTH PLAIN AGFsaWNlAHg=",
     ASK(NONE, 0)},
    {"AUTH not offered",
     {"-", "503>G", "-", "503>R", "-", "503>M", "503>C", "-", "-", "503>L", "-", "503>N", "521>X",
      "-"},
     "AUTH PLAIN AGFsaWNlAHg=",
     ASK(NONE, 0)},
    {"challenge",
     {"-", "-", "-", "334>A", "334>A", "-", "-", "-", "-", "-", "-", "-", "-", "-"},
     "AUTH LOGIN",
     ASK(NONE, 0)},
    {"bad response",
     {"-", "-", "-", "501>R", "501>R", "-", "-", "-", "-", "-", "-", "-", "-", "-"},
     "AUTH PLAIN x",
     ASK(NONE, 0)},
    {"cancelled response",
     {"-", "-", "-", "-", "501>R", "-", "-", "-", "-", "-", "-", "-", "-", "-"},
     "*",
     ASK(NONE, 0)},
    {"long response",
     {"-", "-", "-", "-", "500>R", "-", "-", "-", "-", "-", "-", "-", "-", "-"},
     NULL,
     ASK(NONE, 0)},
    {"command refused",
     {"-", "550>G", "-", "550>R", "-", "550>M", "550>C", "-", "-", "550>L", "-", "-", "-", "-"},
     "NOOP",
     ASK(COMMAND, 550)},
    {"command deferred",
     {"-", "451>G", "-", "451>R", "-", "451>M", "451>C", "-", "-", "451>L", "-", "-", "-", "-"},
     "NOOP",
     ASK(COMMAND, 451)},
    {"not implemented",
     {"-", "502>G", "-", "502>R", "-", "502>M", "502>C", "-", "-", "502>L", "-", "503>N", "521>X",
      "-"},
     "TURN",
     ASK(NONE, 0)},
    {"unknown verb",
     {"-", "500>G", "-", "500>R", "-", "500>M", "500>C", "-", "-", "500>L", "-", "503>N", "521>X",
      "-"},
     "FOOBAR",
     ASK(NONE, 0)},
    {"bad line",
     {"-", "500>G", "-", "500>R", "-", "500>M", "500>C", "-", "-", "500>L", "-", "503>N", "521>X",
      "-"},
     "NOOP\rx",
     ASK(NONE, 0)},
    {"long line",
     {"-", "500>G", "-", "500>R", "-", "500>M", "500>C", "-", "-", "500>L", "-", "503>N", "521>X",
      "-"},
     NULL,
     ASK(NONE, 0)},
    {"too many errors",
     {"-", "421>Z", "-", "421>Z", "421>Z", "421>Z", "421>Z", "-", "-", "421>Z", "-", "421>Z",
      "421>Z", "-"},
     "FOOBAR",
     ASK(NONE, 421)},
    {"time-out",
     {"0>Z", "421>Z", "0>Z", "421>Z", "421>Z", "421>Z", "421>Z", "421>Z", "421>Z", "421>Z", "-",
      "421>Z", "421>Z", "-"},
     NULL,
     ASK(NONE, 0)},
    {"shutdown",
     {"421>Z", "421>Z", "0>Z", "421>Z", "421>Z", "421>Z", "421>Z", "421>Z", "421>Z", "421>Z",
      "421>Z", "421>Z", "421>Z", "0>Z"},
     NULL,
     ASK(NONE, 0)},
    {"connection lost",
     {"0>Z", "0>Z", "0>Z", "0>Z", "0>Z", "0>Z", "0>Z", "0>Z", "0>Z", "0>Z", "0>Z", "0>Z", "0>Z",
      "0>Z"},
     NULL,
     ASK(NONE, 0)},
};

/* clang-format on */
static void describe(const struct smtp_cell *cell, const char *letters, char *out, size_t size)
{
    if (!cell->possible)
        snprintf(out, size, "-");
    else
        snprintf(out, size, "%d>%c", cell->code, letters[cell->next]);
}

Test(smtp_table, every_server_cell)
{
    cr_assert_eq(COUNT(server_rows), SMTP_SERVER_INPUT_COUNT);
    cr_assert_eq(strlen(server_letters), SMTP_SERVER_STATE_COUNT);
    for (unsigned i = 0; i < SMTP_SERVER_INPUT_COUNT; i++) {
        struct text name = smtp_table_input_name(SMTP_SERVER, i);

        cr_assert(text_equal(name, text_of(server_rows[i].input)), "%.*s", TEXT_ARG(name));
        for (unsigned s = 0; s < SMTP_SERVER_STATE_COUNT; s++) {
            char got[16];

            describe(smtp_table_cell(SMTP_SERVER, NULL, s, i), server_letters, got, sizeof got);
            cr_expect_str_eq(got, server_rows[i].cells[s], "%s in %.*s: %s, want %s",
                             server_rows[i].input, TEXT_ARG(smtp_table_state_name(SMTP_SERVER, s)),
                             got, server_rows[i].cells[s]);
        }
    }
}

/* What every cell of both machines must have, overlays included.  R035, R150, R151 */
static void check_cell(enum smtp_side side, const struct smtp_cell *cell, const char *input)
{
    bool plain = cell->code / 100 == 3 || cell->code == 220 || strstr(input, "HLO") != NULL ||
                 strstr(input, "HELO") != NULL || strstr(input, "connection") != NULL;

    if (!cell->possible)
        return;
    cr_expect(cell->section != NULL && strlen(cell->section) >= 3, "%s: no section", input);
    cr_expect(cell->action < SMTP_ACTION_COUNT && cell->next < smtp_table_states(side));
    if (side == SMTP_CLIENT || cell->code == 0) {
        cr_expect(cell->enhanced.size == 0 && cell->text.size == 0, "%s", input);
        return;
    }
    cr_expect(cell->code >= 200 && cell->code <= 599, "%s", input);
    cr_expect(cell->text.size > 0 || strcmp(input, "challenge") == 0, "%s", input);
    cr_expect((cell->code == 221 || cell->code == 421) == (cell->action == SMTP_DO_CLOSE));
    if (cell->enhanced.size > 0)
        cr_expect_eq(smtp_reply_enhanced(cell->enhanced, cell->code), cell->enhanced.size, "%s",
                     input);
    else
        cr_expect(plain, "%s: %d without a status", input, cell->code);
}

Test(smtp_table, cells_are_whole)
{
    const struct smtp_overlay *overlays[] = {NULL, smtp_server_overlay(NULL, true)};

    for (int side = SMTP_SERVER; side <= SMTP_CLIENT; side++)
        for (size_t o = 0; o < 2; o++)
            for (unsigned s = 0; s < smtp_table_states((enum smtp_side)side); s++)
                for (unsigned i = 0; i < smtp_table_inputs((enum smtp_side)side); i++) {
                    enum smtp_side which = (enum smtp_side)side;
                    const struct smtp_overlay *overlay =
                        which == SMTP_SERVER ? overlays[o] : smtp_client_overlay(o == 1);

                    check_cell(which, smtp_table_cell(which, overlay, s, i),
                               smtp_table_input_name(which, i).at);
                }
}

/* If a verb is out of order, it is so whatever stands behind it: then nothing of it is parsed. */
Test(smtp_table, order_is_asked_first)
{
    static const char *const verbs[] = {"EHLO ", "HELO ", "LHLO ", "MAIL ", "RCPT ", "DATA "};
    int orders = 0;

    for (int lmtp = 0; lmtp <= 1; lmtp++)
        for (size_t v = 0; v < COUNT(verbs); v++)
            for (unsigned s = 0; s < SMTP_SERVER_STATE_COUNT; s++) {
                const struct smtp_cell *first = NULL;

                for (unsigned i = 0; i < SMTP_SERVER_INPUT_COUNT; i++) {
                    const struct smtp_cell *cell =
                        smtp_table_cell(SMTP_SERVER, smtp_server_overlay(NULL, lmtp), s, i);

                    if (!text_starts_nocase(smtp_table_input_name(SMTP_SERVER, i),
                                            text_of(verbs[v])))
                        continue;
                    if (first == NULL)
                        first = cell;
                    cr_expect_eq(cell->out_of_order, first->out_of_order);
                    if (first->out_of_order) {
                        cr_expect(cell->code == first->code && cell->next == s &&
                                  text_equal(cell->text, first->text));
                        orders++;
                    }
                }
            }
    cr_expect_gt(orders, 100);
}

Test(smtp_table, names_are_told_apart)
{
    for (int side = SMTP_SERVER; side <= SMTP_CLIENT; side++) {
        enum smtp_side which = (enum smtp_side)side;

        for (unsigned a = 0; a < smtp_table_states(which); a++) {
            cr_expect_gt(smtp_table_state_doc(which, a).size, 0);
            for (unsigned b = 0; b < a; b++)
                cr_expect(
                    !text_equal(smtp_table_state_name(which, a), smtp_table_state_name(which, b)));
        }
        for (unsigned a = 0; a < smtp_table_inputs(which); a++)
            for (unsigned b = 0; b < a; b++)
                cr_expect(
                    !text_equal(smtp_table_input_name(which, a), smtp_table_input_name(which, b)));
    }
}

/* Every state can be reached from the start, and from everywhere the end can be. */
Test(smtp_table, every_state_is_reached_and_left)
{
    for (int side = SMTP_SERVER; side <= SMTP_CLIENT; side++) {
        enum smtp_side which = (enum smtp_side)side;
        unsigned count = smtp_table_states(which), reached = 1, ends = 1U << (count - 1);

        for (unsigned round = 0; round < count; round++)
            for (unsigned s = 0; s < count; s++)
                for (unsigned i = 0; i < smtp_table_inputs(which); i++) {
                    const struct smtp_cell *cell = smtp_table_cell(which, NULL, s, i);

                    if (cell->possible && (reached & (1U << s)))
                        reached |= 1U << cell->next;
                    if (cell->possible && (ends & (1U << cell->next)))
                        ends |= 1U << s;
                }
        cr_expect_eq(reached, (1U << count) - 1);
        cr_expect_eq(ends, (1U << count) - 1);
    }
}

/* ---- every possible cell of the server, provoked -------------------------------------------------- */

static struct smtp_answer answer_with(int code)
{
    return (struct smtp_answer){.verdict =
                                    code == 0 ? SMTP_ACCEPT : smtp_verdict_of((unsigned)code)};
}

/* What is said, one line after the other, to come into a state. */
static const char *const ways[SMTP_SERVER_STATE_COUNT][6] = {
    [SMTP_SERVER_TLS] = {"H", "STARTTLS\r\n"},
    [SMTP_SERVER_READY] = {"H"},
    [SMTP_SERVER_AUTH] = {"H", "AUTH PLAIN\r\n"},
    [SMTP_SERVER_MAIL] = {"H", "M"},
    [SMTP_SERVER_RCPT] = {"H", "M", "R"},
    [SMTP_SERVER_DATA] = {"H", "M", "R", "DATA\r\n"},
    [SMTP_SERVER_CHUNK] = {"H", "M", "R", "BDAT 3\r\n"},
    [SMTP_SERVER_CHUNKS] = {"H", "M", "R", "BDAT 3\r\nabc"},
    [SMTP_SERVER_MESSAGE] = {"H", "M", "R", "DATA\r\n", "Subject: x\r\n\r\nx\r\n.\r\n"},
    [SMTP_SERVER_CLOSED] = {"QUIT\r\n"},
};

static void say_step(struct play *p, const char *step, unsigned input)
{
    bool two = input >= SMTP_SERVER_ON_RECIPIENT_FINE && input <= SMTP_SERVER_ON_RECIPIENT_DEFERRED;
    bool last = input == SMTP_SERVER_ON_END_OF_DATA || input == SMTP_SERVER_ON_MESSAGE_TOO_BIG;

    if (step[0] == 'H' && step[1] == '\0')
        play_say(p, p->options.lmtp ? "LHLO a.test\r\n" : "EHLO a.test\r\n");
    else if (step[0] == 'M')
        play_say(p, "MAIL FROM:<s@a.test>\r\n");
    else if (step[0] == 'R')
        play_say(p, two ? "RCPT TO:<alice@example.test>\r\nRCPT TO:<bob@example.test>\r\n"
                        : "RCPT TO:<alice@example.test>\r\n");
    else if (input == SMTP_SERVER_ON_CHALLENGE && step[0] == 'A')
        play_say(p, "AUTH LOGIN\r\n");
    else if (last && strcmp(step, "BDAT 3\r\n") == 0)
        play_say(p, "BDAT 6 LAST\r\n");
    else
        play_say(p, step);
}

/* Brings a session into a state, where this input is to come. */
static void reach(struct play *p, unsigned state, unsigned input)
{
    struct smtp_answer no = answer_with(554), yes = answer_with(0);

    p->late = true;
    play_start(p);
    if (state == SMTP_SERVER_START)
        return;
    if (p->seal)
        play_tls_up(p);
    p->late = false;
    if (state == SMTP_SERVER_NO_MAIL) {
        play_no_mail(p);
        return;
    }
    if (state == SMTP_SERVER_NO_SERVICE) {
        play_answer(p, &no);
        return;
    }
    play_answer(p, &yes);
    for (size_t i = 0; ways[state][i] != NULL; i++) {
        p->late = ways[state][i + 1] == NULL && state == SMTP_SERVER_MESSAGE;
        say_step(p, ways[state][i], input);
        if (i == 0 && state == SMTP_SERVER_READY && input == SMTP_SERVER_ON_AUTH_AGAIN)
            play_say(p, "AUTH PLAIN AGFsaWNlAHNlY3JldC1hbGljZQ==\r\n");
    }
}

/* The octets that bring the input about in that state. */
static void say_line(struct play *p, const struct server_row *row, unsigned input, unsigned state)
{
    char line[12400];
    const char *word = row->line;

    if (input == SMTP_SERVER_ON_LINE_LONG)
        snprintf(line, sizeof line, "NOOP %0600d\r\n", 0);
    else if (input == SMTP_SERVER_ON_RESPONSE_LONG)
        snprintf(line, sizeof line, "%012300d\r\n", 0);
    else if (input == SMTP_SERVER_ON_BDAT_FINE && strcmp(row->cells[state], "0>K") == 0)
        snprintf(line, sizeof line, "BDAT 3\r\n");
    else if (state == SMTP_SERVER_AUTH && input == SMTP_SERVER_ON_CHALLENGE)
        snprintf(line, sizeof line, "YWxpY2U=\r\n");
    else {
        if (state == SMTP_SERVER_AUTH && strrchr(word, ' ') != NULL)
            word = strrchr(word, ' ') + 1; /* the response alone */
        snprintf(line, sizeof line, "%s\r\n", word);
    }
    play_say(p, line);
}

static void provoke(struct play *p, const struct server_row *row, unsigned input, unsigned state)
{
    struct smtp_answer answer = answer_with(row->code);

    p->at = row->at;
    p->answer = answer;
    if (row->at == SMTP_ASK_COMMAND)
        smtp_server_watch(&p->server, UINT32_MAX);
    p->late =
        (input >= SMTP_SERVER_ON_RECIPIENT_FINE && input <= SMTP_SERVER_ON_RECIPIENT_DEFERRED) ||
        input == SMTP_SERVER_ON_END_OF_DATA || input == SMTP_SERVER_ON_TLS_UP;
    if (input == SMTP_SERVER_ON_CONNECTION_NO_MAIL)
        play_no_mail(p);
    else if (row->at == SMTP_ASK_CONNECTION || row->at == SMTP_ASK_MESSAGE)
        play_answer(p, &answer);
    else if (input == SMTP_SERVER_ON_TLS_UP)
        play_tls_up(p);
    else if (input == SMTP_SERVER_ON_TLS_FAILED)
        play_tls_failed(p);
    else if (input == SMTP_SERVER_ON_TIMEOUT)
        play_timeout(p);
    else if (input == SMTP_SERVER_ON_SHUTDOWN)
        play_shutdown(p);
    else if (input == SMTP_SERVER_ON_LOST)
        play_lost(p);
    else
        say_line(p, row, input, state);
}

static struct smtp_server_options options_for(unsigned input, unsigned state, bool lmtp)
{
    struct smtp_server_options options = play_tls_options();
    bool handshake = input == SMTP_SERVER_ON_TLS_UP || input == SMTP_SERVER_ON_TLS_FAILED ||
                     input == SMTP_SERVER_ON_TIMEOUT;

    options.lmtp = lmtp;
    options.login_in_clear = true;
    if (input == SMTP_SERVER_ON_VRFY_FINE || input == SMTP_SERVER_ON_VRFY_REFUSED ||
        input == SMTP_SERVER_ON_VRFY_DEFERRED)
        options.asks = SMTP_ASKS_ALL;
    if (input == SMTP_SERVER_ON_RCPT_TOO_MANY)
        options.recipient_limit = 1;
    if (input == SMTP_SERVER_ON_MESSAGE_TOO_BIG)
        options.size_limit = 2;
    if (input == SMTP_SERVER_ON_TOO_MANY_ERRORS)
        options.error_limit = 1;
    if (input == SMTP_SERVER_ON_TLS_NEEDED)
        options.tls = SMTP_TLS_REQUIRED;
    if (input == SMTP_SERVER_ON_STARTTLS_AGAIN || (handshake && state == SMTP_SERVER_START))
        options.tls = SMTP_TLS_IMPLICIT;
    if (input == SMTP_SERVER_ON_AUTH_ABSENT)
        options.mechanisms = 0;
    return options;
}

/* What the session does with this input in this state, as a cell is written here. */
static void run_cell(const struct server_row *row, unsigned input, unsigned state, bool lmtp,
                     char *got, size_t size)
{
    struct buffer code;
    struct play p;

    play_begin(&p, options_for(input, state, lmtp));
    buffer_init(&code, &p.memory);
    reach(&p, state, input);
    cr_assert_eq(p.server.state, state, "%s: cannot reach %u", row->input, state);
    buffer_clear(&p.codes);
    provoke(&p, row, input, state);
    play_codes_plain(&p, &code);
    if (text_equal(buffer_text(&code), TEXT("none")))
        snprintf(got, size, "0>%c", server_letters[p.server.state]);
    else
        snprintf(got, size, "%.*s>%c", TEXT_ARG(buffer_text(&code)),
                 server_letters[p.server.state]);
    play_end(&p);
}

static int run_cells(const struct server_row *(*row_of)(unsigned input), bool lmtp)
{
    int count = 0;

    for (unsigned i = 0; i < SMTP_SERVER_INPUT_COUNT; i++)
        for (unsigned s = 0; s < SMTP_SERVER_STATE_COUNT; s++) {
            char got[32];

            const struct server_row *row = row_of(i);

            if (strcmp(row->cells[s], "-") == 0)
                continue;
            run_cell(row, i, s, lmtp, got, sizeof got);
            cr_expect_str_eq(got, row->cells[s], "%s in %c: %s, want %s", row->input,
                             server_letters[s], got, row->cells[s]);
            count++;
        }
    return count;
}

static const struct server_row *smtp_row(unsigned input)
{
    return &server_rows[input];
}

Test(smtp_table, every_server_cell_is_what_runs)
{
    int count = run_cells(smtp_row, false);

    printf("%d cells of the server's table were run in a session\n", count);
    cr_expect_gt(count, 300);
}

/* ---- LMTP: what RFC 2033 changes -------------------------------------------------------------- */

/* clang-format off */
/* R179, R180: rows that differ from SMTP's; all others are the same. */
static const struct server_row lmtp_rows[] = {
    /*                          S        G        T        R        A        M        C        D        K        L        J        N        X        Z       */
    {"EHLO fine",               {"-",     "500>G", "-",     "500>R", "-",     "500>M", "500>C", "-",     "-",     "500>L", "-",     "503>N", "521>X", "-"}, "EHLO a.test", ASK(NONE, 0)},
    {"EHLO bad name",           {"-",     "500>G", "-",     "500>R", "-",     "500>M", "500>C", "-",     "-",     "500>L", "-",     "503>N", "521>X", "-"}, "EHLO a_b", ASK(NONE, 0)},
    {"EHLO refused",            {"-",     "500>G", "-",     "500>R", "-",     "500>M", "500>C", "-",     "-",     "500>L", "-",     "503>N", "521>X", "-"}, "EHLO a.test", ASK(HELLO, 550)},
    {"EHLO deferred",           {"-",     "500>G", "-",     "500>R", "-",     "500>M", "500>C", "-",     "-",     "500>L", "-",     "503>N", "521>X", "-"}, "EHLO a.test", ASK(HELLO, 451)},
    {"HELO fine",               {"-",     "500>G", "-",     "500>R", "-",     "500>M", "500>C", "-",     "-",     "500>L", "-",     "503>N", "521>X", "-"}, "HELO a.test", ASK(NONE, 0)},
    {"HELO bad name",           {"-",     "500>G", "-",     "500>R", "-",     "500>M", "500>C", "-",     "-",     "500>L", "-",     "503>N", "521>X", "-"}, "HELO", ASK(NONE, 0)},
    {"HELO refused",            {"-",     "500>G", "-",     "500>R", "-",     "500>M", "500>C", "-",     "-",     "500>L", "-",     "503>N", "521>X", "-"}, "HELO a.test", ASK(HELLO, 550)},
    {"HELO deferred",           {"-",     "500>G", "-",     "500>R", "-",     "500>M", "500>C", "-",     "-",     "500>L", "-",     "503>N", "521>X", "-"}, "HELO a.test", ASK(HELLO, 451)},
    {"LHLO fine",               {"-",     "250>R", "-",     "250>R", "-",     "250>R", "250>R", "-",     "-",     "250>R", "-",     "503>N", "521>X", "-"}, "LHLO a.test", ASK(NONE, 0)},
    {"LHLO bad name",           {"-",     "501>G", "-",     "501>R", "-",     "501>M", "501>C", "-",     "-",     "501>L", "-",     "503>N", "521>X", "-"}, "LHLO a_b", ASK(NONE, 0)},
    {"LHLO refused",            {"-",     "550>G", "-",     "550>R", "-",     "550>M", "550>C", "-",     "-",     "550>L", "-",     "503>N", "521>X", "-"}, "LHLO a.test", ASK(HELLO, 550)},
    {"LHLO deferred",           {"-",     "451>G", "-",     "451>R", "-",     "451>M", "451>C", "-",     "-",     "451>L", "-",     "503>N", "521>X", "-"}, "LHLO a.test", ASK(HELLO, 451)},
    {"DATA fine",               {"-",     "503>G", "-",     "503>R", "-",     "503>M", "354>D", "-",     "-",     "503>L", "-",     "503>N", "521>X", "-"}, "DATA", ASK(NONE, 0)},
    {"DATA bad argument",       {"-",     "503>G", "-",     "503>R", "-",     "503>M", "501>C", "-",     "-",     "503>L", "-",     "503>N", "521>X", "-"}, "DATA now", ASK(NONE, 0)},
    {"DATA refused",            {"-",     "503>G", "-",     "503>R", "-",     "503>M", "554>C", "-",     "-",     "503>L", "-",     "503>N", "521>X", "-"}, "DATA", ASK(DATA, 554)},
    {"DATA deferred",           {"-",     "503>G", "-",     "503>R", "-",     "503>M", "451>C", "-",     "-",     "503>L", "-",     "503>N", "521>X", "-"}, "DATA", ASK(DATA, 451)},
    {"recipient accepted",      {"-",     "-",     "-",     "-",     "-",     "-",     "-",     "-",     "-",     "-",     "250>J", "-",     "-",     "-"}, NULL, ASK(MESSAGE, 250)},
    {"recipient refused",       {"-",     "-",     "-",     "-",     "-",     "-",     "-",     "-",     "-",     "-",     "554>J", "-",     "-",     "-"}, NULL, ASK(MESSAGE, 554)},
    {"recipient deferred",      {"-",     "-",     "-",     "-",     "-",     "-",     "-",     "-",     "-",     "-",     "451>J", "-",     "-",     "-"}, NULL, ASK(MESSAGE, 451)},
};

/* clang-format on */
static const struct server_row *lmtp_row(unsigned input)
{
    for (size_t r = 0; r < COUNT(lmtp_rows); r++)
        if (strcmp(lmtp_rows[r].input, server_rows[input].input) == 0)
            return &lmtp_rows[r];
    return &server_rows[input];
}

Test(smtp_table, every_lmtp_cell)
{
    for (unsigned i = 0; i < SMTP_SERVER_INPUT_COUNT; i++)
        for (unsigned s = 0; s < SMTP_SERVER_STATE_COUNT; s++) {
            char got[16];

            describe(smtp_table_cell(SMTP_SERVER, smtp_server_overlay(NULL, true), s, i),
                     server_letters, got, sizeof got);
            cr_expect_str_eq(got, lmtp_row(i)->cells[s], "%s in %c: %s, want %s",
                             server_rows[i].input, server_letters[s], got, lmtp_row(i)->cells[s]);
        }
}

Test(smtp_table, every_lmtp_cell_is_what_runs)
{
    cr_expect_gt(run_cells(lmtp_row, true), 300);
}

/* ---- the client ------------------------------------------------------------------------------ */

/* Start Greeting Ehlo Helo Ready starttls(V) tls(W) Auth Mail reCipient Data Body message(J) Failed
 * rseT Quit Zclosed */
static const char client_letters[] = "SGEHRVWAMCDBJFTQZ";

static const char *const client_actions[SMTP_ACTION_COUNT] = {
    [SMTP_DO_NONE] = "",           [SMTP_DO_CLOSE] = "close",  [SMTP_DO_EHLO] = "ehlo",
    [SMTP_DO_HELO] = "helo",       [SMTP_DO_IDLE] = "idle",    [SMTP_DO_MAIL] = "mail",
    [SMTP_DO_RCPT] = "rcpt",       [SMTP_DO_DATA] = "data",    [SMTP_DO_MESSAGE] = "body",
    [SMTP_DO_DOT] = "dot",         [SMTP_DO_DOOM] = "doom",    [SMTP_DO_FINISH] = "over",
    [SMTP_DO_RSET] = "rset",       [SMTP_DO_QUIT] = "quit",    [SMTP_DO_FAIL_QUIT] = "bye",
    [SMTP_DO_FAIL_CLOSE] = "drop", [SMTP_DO_STARTTLS] = "tls", [SMTP_DO_SEAL] = "seal",
    [SMTP_DO_AUTH] = "auth",       [SMTP_DO_RESPOND] = "say",  [SMTP_DO_CANCEL] = "star",
    [SMTP_DO_BDAT] = "bdat",       [SMTP_DO_WELCOME] = "ok",
};

/* Next state and action.  "bye": it is over, QUIT; "drop": it is over, close. */
/* clang-format off */
static const struct client_row {
    const char *input, *cells[17];
    const char *octets; /* that bring it where one reply is enough */
} client_rows[] = {
    /*                         S          G          E          H          R          V          W          A          M          C          D          B          J          F          T          Q          Z         */
    {"connected",              {"G ",      "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-"}, NULL},
    {"2yz",                    {"-",       "E ehlo",  "R idle",  "R idle",  "Q bye",   "W seal",  "-",       "R idle",  "C rcpt",  "C ",      "Q bye",   "Z drop",  "R over",  "Q bye",   "M mail",  "Z close", "-"}, "299 fine\r\n"},
    {"3yz",                    {"-",       "Q bye",   "Q bye",   "Q bye",   "Q bye",   "Q bye",   "-",       "A say",   "Q bye",   "Q bye",   "B body",  "Z drop",  "Q bye",   "Q bye",   "Q bye",   "Z close", "-"}, "399 go on\r\n"},
    {"4yz",                    {"-",       "Q bye",   "Q bye",   "Q bye",   "Q bye",   "R idle",  "-",       "Q bye",   "R over",  "C ",      "F over",  "Z drop",  "R over",  "Q bye",   "Q bye",   "Z close", "-"}, "499 later\r\n"},
    {"5yz",                    {"-",       "Q bye",   "H helo",  "Q bye",   "Q bye",   "R idle",  "-",       "Q bye",   "R over",  "C ",      "F over",  "Z drop",  "R over",  "Q bye",   "Q bye",   "Z close", "-"}, "599 never\r\n"},
    {"4yz, more sent",         {"-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "C doom",  "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-"}, NULL},
    {"5yz, more sent",         {"-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "C doom",  "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-"}, NULL},
    {"421",                    {"-",       "Z drop",  "Z drop",  "Z drop",  "Z drop",  "Z drop",  "-",       "Z drop",  "Z drop",  "Z drop",  "Z drop",  "Z drop",  "Z drop",  "Z drop",  "Z drop",  "Z close", "-"}, "421 closing\r\n"},
    {"senseless reply",        {"-",       "Q bye",   "Q bye",   "Q bye",   "Q bye",   "Q bye",   "-",       "Q bye",   "Q bye",   "Q bye",   "Q bye",   "Z drop",  "Q bye",   "Q bye",   "Q bye",   "Z close", "-"}, "hello\r\n"},
    {"TLS wanted",             {"-",       "-",       "-",       "-",       "V tls",   "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-"}, NULL},
    {"no TLS",                 {"-",       "-",       "-",       "-",       "Q bye",   "Q bye",   "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-"}, NULL},
    {"TLS up",                 {"G ",      "-",       "-",       "-",       "-",       "-",       "E ehlo",  "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-"}, NULL},
    {"TLS failed",             {"Z drop",  "-",       "-",       "-",       "-",       "-",       "Z drop",  "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-"}, NULL},
    {"login",                  {"-",       "-",       "-",       "-",       "A auth",  "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-"}, NULL},
    {"no login",               {"-",       "-",       "-",       "-",       "Q bye",   "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-"}, NULL},
    {"unanswerable",           {"-",       "-",       "-",       "-",       "-",       "-",       "-",       "A star",  "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-"}, NULL},
    {"mail",                   {"S ",      "G ",      "E ",      "H ",      "M mail",  "V ",      "W ",      "A ",      "-",       "-",       "-",       "-",       "-",       "T rset",  "-",       "-",       "-"}, NULL},
    {"next recipient",         {"-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "C rcpt",  "-",       "-",       "-",       "-",       "-",       "-",       "-"}, NULL},
    {"await recipients",       {"-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "C ",      "-",       "-",       "-",       "-",       "-",       "-",       "-"}, NULL},
    {"recipients accepted",    {"-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "D data",  "-",       "-",       "-",       "-",       "-",       "-",       "-"}, NULL},
    {"no recipient",           {"-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "F over",  "-",       "-",       "-",       "-",       "-",       "-",       "-"}, NULL},
    {"recipients, DATA sent",  {"-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "D ",      "-",       "-",       "-",       "-",       "-",       "-",       "-"}, NULL},
    {"recipients, CHUNKING",   {"-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "B bdat",  "-",       "-",       "-",       "-",       "-",       "-",       "-"}, NULL},
    {"recipients probed",      {"-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "T ok",    "-",       "-",       "-",       "-",       "-",       "-",       "-"}, NULL},
    {"2yz, probe",             {"-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "R over",  "-",       "-"}, NULL},
    {"3yz for nobody",         {"-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "J dot",   "-",       "-",       "-",       "-",       "-",       "-"}, NULL},
    {"message sent",           {"-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "J ",      "-",       "-",       "-",       "-",       "-"}, NULL},
    {"2yz to 5yz, more",       {"-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "J ",      "-",       "-",       "-",       "-"}, NULL},
    {"quit",                   {"-",       "-",       "-",       "-",       "Q quit",  "-",       "-",       "-",       "-",       "-",       "-",       "-",       "-",       "Q quit",  "-",       "-",       "-"}, NULL},
    {"time-out",               {"Z drop",  "Z drop",  "Z drop",  "Z drop",  "-",       "Z drop",  "Z drop",  "Z drop",  "Z drop",  "Z drop",  "Z drop",  "Z drop",  "Z drop",  "-",       "Z drop",  "Z close", "-"}, NULL},
    {"connection lost",        {"Z drop",  "Z drop",  "Z drop",  "Z drop",  "Z drop",  "Z drop",  "Z drop",  "Z drop",  "Z drop",  "Z drop",  "Z drop",  "Z drop",  "Z drop",  "Z drop",  "Z drop",  "Z ",      "Z "}, NULL},
};

/* clang-format on */
Test(smtp_table, every_client_cell)
{
    cr_assert_eq(COUNT(client_rows), SMTP_CLIENT_INPUT_COUNT);
    cr_assert_eq(strlen(client_letters), SMTP_CLIENT_STATE_COUNT);
    for (unsigned i = 0; i < SMTP_CLIENT_INPUT_COUNT; i++) {
        cr_assert(text_equal(smtp_table_input_name(SMTP_CLIENT, i), text_of(client_rows[i].input)));
        for (unsigned s = 0; s < SMTP_CLIENT_STATE_COUNT; s++) {
            const struct smtp_cell *cell = smtp_table_cell(SMTP_CLIENT, NULL, s, i);
            char got[32] = "-";

            if (cell->possible)
                snprintf(got, sizeof got, "%c %s", client_letters[cell->next],
                         client_actions[cell->action]);
            cr_expect_str_eq(got, client_rows[i].cells[s], "%s in %c: %s, want %s",
                             client_rows[i].input, client_letters[s], got, client_rows[i].cells[s]);
        }
    }
}

/* The two cells that LMTP changes: no HELO to fall back on, no reply for nobody (RFC 2033). */
Test(smtp_table, lmtp_client_differs_in_two_cells)
{
    int differ = 0;

    for (unsigned s = 0; s < SMTP_CLIENT_STATE_COUNT; s++)
        for (unsigned i = 0; i < SMTP_CLIENT_INPUT_COUNT; i++)
            differ += smtp_table_cell(SMTP_CLIENT, NULL, s, i) !=
                      smtp_table_cell(SMTP_CLIENT, smtp_client_overlay(true), s, i);
    cr_expect_eq(differ, 2);
}

static const struct smtp_client_recipient two_recipients[] = {{TEXT_INIT("alice@example.test")},
                                                              {TEXT_INIT("bob@example.test")}};
static const struct smtp_client_mail two_mail = {TEXT_INIT("s@a.test"), two_recipients, 2, -1,
                                                 false};

/* Brings a client into a state by what it hears; RCPT: of the first of two recipients. */
static void call_reach(struct call *c, unsigned state)
{
    static const char *const hear[SMTP_CLIENT_STATE_COUNT][9] = {
        [SMTP_CLIENT_GREETING] = {""},
        [SMTP_CLIENT_EHLO] = {"220 x\r\n"},
        [SMTP_CLIENT_HELO] = {"220 x\r\n", "502 x\r\n"},
        [SMTP_CLIENT_READY] = {"220 x\r\n", "250 x\r\n"},
        [SMTP_CLIENT_STARTTLS] = {"220 x\r\n", "250-x\r\n250 STARTTLS\r\n"},
        [SMTP_CLIENT_TLS] = {"220 x\r\n", "250-x\r\n250 STARTTLS\r\n", "220 x\r\n"},
        [SMTP_CLIENT_AUTH] = {"220 x\r\n", "250-x\r\n250 AUTH LOGIN\r\n"},
        [SMTP_CLIENT_MAIL] = {"220 x\r\n", "250 x\r\n"},
        [SMTP_CLIENT_RCPT] = {"220 x\r\n", "250 x\r\n", "250 x\r\n"},
        [SMTP_CLIENT_DATA] = {"220 x\r\n", "250 x\r\n", "250 x\r\n", "250 x\r\n", "250 x\r\n"},
        [SMTP_CLIENT_SENDING] = {"220 x\r\n", "250 x\r\n", "250 x\r\n", "250 x\r\n", "250 x\r\n",
                                 "354 x\r\n"},
        [SMTP_CLIENT_MESSAGE] = {"220 x\r\n", "250 x\r\n", "250 x\r\n", "250 x\r\n", "250 x\r\n",
                                 "354 x\r\n"},
        [SMTP_CLIENT_FAILED] = {"220 x\r\n", "250 x\r\n", "250 x\r\n", "250 x\r\n", "250 x\r\n",
                                "451 x\r\n"},
        [SMTP_CLIENT_RSET] = {"220 x\r\n", "250 x\r\n", "250 x\r\n", "250 x\r\n", "250 x\r\n",
                              "451 x\r\n"},
        [SMTP_CLIENT_QUIT] = {"554 x\r\n"},
        [SMTP_CLIENT_CLOSED] = {"554 x\r\n", "221 x\r\n"},
    };
    bool mails = state >= SMTP_CLIENT_MAIL && state <= SMTP_CLIENT_RSET;

    c->hold = state == SMTP_CLIENT_SENDING;
    if (state != SMTP_CLIENT_START || c->options.tls == SMTP_TLS_IMPLICIT)
        call_start(c);
    if (mails)
        cr_assert(call_mail(c, &two_mail));
    for (size_t i = 0; hear[state][i] != NULL; i++)
        call_hear(c, hear[state][i]);
    if (state == SMTP_CLIENT_RSET)
        cr_assert(call_mail(c, &two_mail));
}

static struct smtp_client_options call_options_for(unsigned input, unsigned state)
{
    static const struct smtp_login login = {.user = TEXT_INIT("alice"),
                                            .password = TEXT_INIT("secret-alice"),
                                            .on_behalf = TEXT_INIT(""),
                                            .mechanism = TEXT_INIT("")};
    struct smtp_client_options options = call_options(false, false);

    if (state == SMTP_CLIENT_STARTTLS || state == SMTP_CLIENT_TLS)
        options.tls = SMTP_TLS_OFFERED;
    if (state == SMTP_CLIENT_START &&
        (input == SMTP_CLIENT_ON_TLS_UP || input == SMTP_CLIENT_ON_TLS_FAILED ||
         input == SMTP_CLIENT_ON_TIMEOUT))
        options.tls = SMTP_TLS_IMPLICIT;
    if (state == SMTP_CLIENT_AUTH) {
        options.login = &login;
        options.login_in_clear = true;
    }
    return options;
}

static bool call_provoke(struct call *c, unsigned input)
{
    if (client_rows[input].octets != NULL)
        call_hear(c, client_rows[input].octets);
    else if (input == SMTP_CLIENT_ON_OPENED)
        call_start(c);
    else if (input == SMTP_CLIENT_ON_MAIL_WANTED)
        cr_assert(call_mail(c, &two_mail));
    else if (input == SMTP_CLIENT_ON_QUIT_WANTED)
        call_quit(c);
    else if (input == SMTP_CLIENT_ON_TLS_UP)
        call_tls_up(c);
    else if (input == SMTP_CLIENT_ON_TLS_FAILED)
        call_tls_failed(c);
    else if (input == SMTP_CLIENT_ON_TIMEOUT)
        call_timeout(c);
    else if (input == SMTP_CLIENT_ON_LOST)
        call_lost(c);
    else
        return false; /* needs more than one step: test_smtp_client.c */
    return true;
}

Test(smtp_table, every_client_cell_is_what_runs)
{
    int count = 0;

    for (unsigned i = 0; i < SMTP_CLIENT_INPUT_COUNT; i++)
        for (unsigned s = 0; s < SMTP_CLIENT_STATE_COUNT; s++) {
            struct call c;
            bool provoked;

            if (strcmp(client_rows[i].cells[s], "-") == 0)
                continue;
            call_begin(&c, call_options_for(i, s));
            call_reach(&c, s);
            cr_assert_eq(c.client.state, s, "cannot reach %c: %u", client_letters[s],
                         c.client.state);
            c.closed = false;
            c.hold = true;
            provoked = call_provoke(&c, i);
            if (provoked) {
                char want = client_rows[i].cells[s][0];

                cr_expect_eq(client_letters[c.client.state], want, "%s in %c: %c, want %c",
                             client_rows[i].input, client_letters[s],
                             client_letters[c.client.state], want);
                cr_expect_eq(c.closed, strstr(client_rows[i].cells[s], "close") != NULL ||
                                           strstr(client_rows[i].cells[s], "drop") != NULL);
                count++;
            }
            call_end(&c);
        }
    printf("%d cells of the client's table were run in a session\n", count);
    cr_expect_gt(count, 100);
}

/* ---- personalities are data ------------------------------------------------------------------------ */

/* A server that lets MAIL come before EHLO and forgets HELP, laid over one without VRFY. */
static const struct smtp_cell
    *const lower_cells[SMTP_SERVER_STATE_COUNT * SMTP_SERVER_INPUT_COUNT] = {
        [SMTP_SERVER_GREETED * SMTP_SERVER_INPUT_COUNT + SMTP_SERVER_ON_VRFY_UNVERIFIED] =
            &(const struct smtp_cell){true, false, SMTP_SERVER_GREETED, SMTP_DO_NONE, 502,
                                      TEXT_INIT("5.5.1"), TEXT_INIT("no VRFY"), "7.3"},
        [SMTP_SERVER_GREETED * SMTP_SERVER_INPUT_COUNT + SMTP_SERVER_ON_HELP] =
            &(const struct smtp_cell){true, false, SMTP_SERVER_GREETED, SMTP_DO_NONE, 502,
                                      TEXT_INIT("5.5.1"), TEXT_INIT("hidden"), "4.1.1.8"},
};
static const struct smtp_cell
    *const upper_cells[SMTP_SERVER_STATE_COUNT * SMTP_SERVER_INPUT_COUNT] = {
        [SMTP_SERVER_GREETED * SMTP_SERVER_INPUT_COUNT + SMTP_SERVER_ON_HELP] =
            &(const struct smtp_cell){true, false, SMTP_SERVER_GREETED, SMTP_DO_NONE, 500,
                                      TEXT_INIT("5.5.2"), TEXT_INIT("what?"), "4.1.1.8"},
        [SMTP_SERVER_GREETED * SMTP_SERVER_INPUT_COUNT + SMTP_SERVER_ON_MAIL_FINE] =
            &(const struct smtp_cell){true, false, SMTP_SERVER_MAIL, SMTP_DO_NONE, 250,
                                      TEXT_INIT("2.1.0"), TEXT_INIT("fine by %"), "4.1.4"},
};
static const struct smtp_overlay lower = {"lower", lower_cells, NULL};
static const struct smtp_overlay upper = {"upper", upper_cells, &lower};
static const struct smtp_personality lax = {"lax", "a test's own", &upper, NULL};

Test(smtp_table, a_personality_is_cells_over_cells)
{
    struct smtp_server_options options = play_options();
    struct play p;
    struct text codes;

    options.personality = &lax;
    play_begin(&p, options);
    play_start(&p);
    play_say(&p, "VRFY bob\r\nHELP\r\nNOOP\r\nMAIL FROM:<s@a.test>\r\n"
                 "RCPT TO:<bob@example.test>\r\nHELP\r\n");
    codes = play_codes(&p);
    cr_expect(text_equal(codes, TEXT("220,502 5.5.1,500 5.5.2,250 2.0.0,250 2.1.0,250 2.1.5,"
                                     "214 2.0.0")),
              "%.*s", TEXT_ARG(codes));
    cr_expect(strstr(p.wire.at, "250 2.1.0 fine by mx.example.test\r\n") != NULL);
    play_end(&p);
}

Test(smtp_table, personalities_are_found_by_name)
{
    cr_assert_geq(smtp_personality_count(), 1);
    for (size_t i = 0; i < smtp_personality_count(); i++) {
        const struct smtp_personality *p = smtp_personality_at(i);

        cr_expect_eq(smtp_personality_find(text_of(p->name)), p);
        cr_expect(p->doc[0] != '\0');
        cr_expect(p->lmtp != NULL, "LMTP is an overlay of its own");
    }
    cr_expect_null(smtp_personality_at(smtp_personality_count()));
    cr_expect_null(smtp_personality_find(TEXT("nobody")));
    cr_expect_eq(smtp_server_overlay(NULL, false), smtp_personality_find(TEXT("rfc"))->smtp);
}
