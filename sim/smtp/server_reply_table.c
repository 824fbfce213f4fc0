/*
 * server_reply_table.c - the server's machine (RFC 5321 3, 4.1.4, 4.3.2; enhanced codes RFC 3463, 5248).
 *
 *   START --connection fine--> GREETED --EHLO--> READY --MAIL--> MAIL --RCPT--> RCPT --DATA--> DATA
 *                            ^                     ^                        \                   |
 *                            +- TLS <- STARTTLS -- |                         +- BDAT -> CHUNK    |
 *                                                  +--------- MESSAGE <--- end of data ---------+
 *
 * How to read it: a row is a state, a cell says what one input does there.  An unwritten cell is an
 * input that cannot come.  Cells with ORDER are refused because of the state alone, so nothing of
 * the argument is looked at.  "%" in a text stands for our host name, which 4.2 wants there.
 *
 * Choices that the RFC leaves open, and why:
 *   - DATA when every RCPT was refused: 554 "no valid recipients" (3.3), not 503: it says more.
 *   - AUTH where it is not offered: 503, as every server measured answers; other verbs that we know
 *     and do not offer: 502 (4.2.4).
 *   - STARTTLS before EHLO: 503; RFC 3207 leaves it open, and who says no EHLO saw no offer.
 *   - BDAT that cannot stand where it stands: its octets are read all the same, and then 503 is said;
 *     one that is refused ends the transaction, since no part of a message may be missing.
 *   - after 521 each command is answered with 521 again (RFC 7504 3).
 */
#include "sim/smtp/table_cells.h"

#define S(state)  SMTP_SERVER_##state
#define ON(input) SMTP_SERVER_ON_##input

#define SAY(next, code, enhanced, words, section)                                                  \
    {                                                                                              \
        true, false, S(next), SMTP_DO_NONE, code, TEXT_INIT(enhanced), TEXT_INIT(words), section   \
    }
#define RESET(next, code, enhanced, words, section)                                                \
    {                                                                                              \
        true, false, S(next), SMTP_DO_RESET, code, TEXT_INIT(enhanced), TEXT_INIT(words), section  \
    }
#define CLOSE(code, enhanced, words, section)                                                      \
    {                                                                                              \
        true, false, S(CLOSED), SMTP_DO_CLOSE, code, TEXT_INIT(enhanced), TEXT_INIT(words),        \
            section                                                                                \
    }
#define ORDER(here, code, enhanced, words, section)                                                \
    {                                                                                              \
        true, true, S(here), SMTP_DO_NONE, code, TEXT_INIT(enhanced), TEXT_INIT(words), section    \
    }

/* Each verb's inputs, for verbs that a state refuses whatever stands behind them. */
#define ALL_MAIL(cell)                                                                             \
    [ON(MAIL_FINE)] = cell, [ON(MAIL_BAD)] = cell, [ON(MAIL_PARAMETER_BAD)] = cell,                \
    [ON(MAIL_PARAMETER_UNKNOWN)] = cell, [ON(MAIL_TOO_BIG)] = cell, [ON(MAIL_REFUSED)] = cell,     \
    [ON(MAIL_DEFERRED)] = cell
#define ALL_RCPT(cell)                                                                             \
    [ON(RCPT_FINE)] = cell, [ON(RCPT_BAD)] = cell, [ON(RCPT_PARAMETER_BAD)] = cell,                \
    [ON(RCPT_PARAMETER_UNKNOWN)] = cell, [ON(RCPT_TOO_MANY)] = cell, [ON(RCPT_REFUSED)] = cell,    \
    [ON(RCPT_DEFERRED)] = cell
#define ALL_DATA(cell)                                                                             \
    [ON(DATA_FINE)] = cell, [ON(DATA_BAD)] = cell, [ON(DATA_REFUSED)] = cell,                      \
    [ON(DATA_DEFERRED)] = cell
#define ALL_BDAT(cell)                                                                             \
    [ON(BDAT_FINE)] = cell, [ON(BDAT_BAD)] = cell, [ON(BDAT_REFUSED)] = cell,                      \
    [ON(BDAT_DEFERRED)] = cell
#define ALL_STARTTLS(cell)                                                                         \
    [ON(STARTTLS_FINE)] = cell, [ON(STARTTLS_BAD)] = cell, [ON(STARTTLS_DEFERRED)] = cell,         \
    [ON(STARTTLS_AGAIN)] = cell
#define ALL_AUTH(cell)                                                                             \
    [ON(AUTH_FINE)] = cell, [ON(AUTH_BAD)] = cell, [ON(AUTH_UNKNOWN)] = cell,                      \
    [ON(AUTH_REFUSED)] = cell, [ON(AUTH_DEFERRED)] = cell, [ON(AUTH_AGAIN)] = cell,                \
    [ON(AUTH_ABSENT)] = cell
#define ALL_LHLO(cell)                                                                             \
    [ON(LHLO_FINE)] = cell, [ON(LHLO_BAD)] = cell, [ON(LHLO_REFUSED)] = cell,                      \
    [ON(LHLO_DEFERRED)] = cell
#define ALL_OTHER(cell)                                                                            \
    [ON(EHLO_FINE)] = cell, [ON(EHLO_BAD)] = cell, [ON(EHLO_REFUSED)] = cell,                      \
    [ON(EHLO_DEFERRED)] = cell, [ON(HELO_FINE)] = cell, [ON(HELO_BAD)] = cell,                     \
    [ON(HELO_REFUSED)] = cell, [ON(HELO_DEFERRED)] = cell, [ON(RSET_FINE)] = cell,                 \
    [ON(RSET_BAD)] = cell, [ON(NOOP_FINE)] = cell, [ON(VRFY_FINE)] = cell, [ON(VRFY_BAD)] = cell,  \
    [ON(VRFY_UNVERIFIED)] = cell, [ON(VRFY_REFUSED)] = cell, [ON(VRFY_DEFERRED)] = cell,           \
    [ON(EXPN)] = cell, [ON(HELP)] = cell, [ON(QUIT_BAD)] = cell, [ON(NOT_IMPLEMENTED)] = cell,     \
    [ON(UNKNOWN)] = cell, [ON(LINE_BAD)] = cell, [ON(LINE_LONG)] = cell

/* ---- what is the same in several states ------------------------------------------------------ */

/* A stop and a lost connection can come at any time, even while a question is open. */
#define ALWAYS                                                                                     \
    [ON(SHUTDOWN)] = CLOSE(421, "4.3.2", "% stops its service now; try again later", "3.8"),       \
    [ON(LOST)] = RESET(CLOSED, 0, "", "", "4.1.1.10")

/* Nothing can be said while the other side awaits a handshake. */
#define HANDSHAKE                                                                                  \
    [ON(TLS_FAILED)] = CLOSE(0, "", "", "RFC 3207 4.1"),                                           \
    [ON(TIMEOUT)] = CLOSE(0, "", "", "4.5.3.2.7")

#define TIMED [ON(TIMEOUT)] = CLOSE(421, "4.4.2", "% waited too long for you; closing", "4.5.3.2.7")

#define QUITTING [ON(QUIT_FINE)] = CLOSE(221, "2.0.0", "% says goodbye", "4.1.1.10")

#define TOO_MANY_ERRORS                                                                            \
    [ON(TOO_MANY_ERRORS)] = CLOSE(421, "4.7.0", "% met too many errors; closing", "3.8")

#define HELLO(here)                                                                                \
    [ON(EHLO_FINE)] = RESET(READY, 250, "", "%", "4.1.1.1"),                                       \
    [ON(EHLO_BAD)] =                                                                               \
        SAY(here, 501, "", "EHLO takes one domain name or address literal", "4.1.1.1"),            \
    [ON(EHLO_REFUSED)] = SAY(here, 550, "", "not under this name", "4.1.4"),                       \
    [ON(EHLO_DEFERRED)] = SAY(here, 451, "", "not now; try again later", "4.1.4"),                 \
    [ON(HELO_FINE)] = RESET(READY, 250, "", "%", "4.1.1.1"),                                       \
    [ON(HELO_BAD)] =                                                                               \
        SAY(here, 501, "", "HELO takes one domain name or address literal", "4.1.1.1"),            \
    [ON(HELO_REFUSED)] = SAY(here, 550, "", "not under this name", "4.1.4"),                       \
    [ON(HELO_DEFERRED)] = SAY(here, 451, "", "not now; try again later", "4.1.4"),                 \
    ALL_LHLO(SAY(here, 500, "5.5.1", "LHLO is for LMTP; this is SMTP", "RFC 2033 4.1"))

/* 4.1.4: these work at any time, even before EHLO, and change nothing but what RSET drops. */
#define ANYTIME(here, after_reset)                                                                 \
    HELLO(here), QUITTING, TIMED, ALWAYS, TOO_MANY_ERRORS,                                         \
        [ON(RSET_FINE)] = RESET(after_reset, 250, "2.0.0", "transaction dropped", "4.1.1.5"),      \
        [ON(RSET_BAD)] = SAY(here, 501, "5.5.4", "RSET takes no argument", "4.3.2"),               \
        [ON(NOOP_FINE)] = SAY(here, 250, "2.0.0", "still here", "4.1.1.9"),                        \
        [ON(VRFY_FINE)] = SAY(here, 250, "2.1.5", "that mailbox exists", "3.5"),                   \
        [ON(VRFY_BAD)] = SAY(here, 501, "5.5.4", "VRFY wants a name", "4.1.1.6"),                  \
        [ON(VRFY_UNVERIFIED)] =                                                                    \
            SAY(here, 252, "2.0.0", "not verified; send and you will see", "3.5.3"),               \
        [ON(VRFY_REFUSED)] = SAY(here, 550, "5.1.1", "no such mailbox", "3.5.3"),                  \
        [ON(VRFY_DEFERRED)] = SAY(here, 450, "4.3.0", "cannot be verified now", "3.5.3"),          \
        [ON(EXPN)] = SAY(here, 502, "5.5.1", "EXPN is not offered here", "3.5.3, 7.3"),            \
        [ON(HELP)] = SAY(here, 214, "2.0.0", "(the commands that may come now)", "4.1.1.8"),       \
        [ON(QUIT_BAD)] = SAY(here, 501, "5.5.4", "QUIT takes no argument", "4.3.2"),               \
        [ON(COMMAND_REFUSED)] = SAY(here, 550, "5.7.1", "command refused", "4.2.1"),               \
        [ON(COMMAND_DEFERRED)] = SAY(here, 451, "4.3.0", "not now; try again later", "4.2.1"),     \
        [ON(NOT_IMPLEMENTED)] = SAY(here, 502, "5.5.1", "known, but not offered here", "4.2.4"),   \
        [ON(UNKNOWN)] = SAY(here, 500, "5.5.1", "no command that this server knows", "4.2.4"),     \
        [ON(LINE_BAD)] =                                                                           \
            SAY(here, 500, "5.5.2", "a bare CR, bare LF or NUL is in the line", "2.3.8"),          \
        [ON(LINE_LONG)] = SAY(here, 500, "5.5.2", "the line is too long", "4.5.3.1.4")

#define EHLO_FIRST(here)                                                                           \
    ALL_MAIL(ORDER(here, 503, "5.5.1", "say EHLO first", "4.1.4")),                                \
        ALL_RCPT(ORDER(here, 503, "5.5.1", "say EHLO and MAIL first", "4.1.4")),                   \
        ALL_DATA(ORDER(here, 503, "5.5.1", "say EHLO, MAIL and RCPT first", "4.1.4")),             \
        ALL_BDAT(ORDER(here, 503, "5.5.1", "first say who you are", "4.1.4")),                     \
        ALL_STARTTLS(ORDER(here, 503, "5.5.1", "first say who you are", "4.1.4")),                 \
        ALL_AUTH(ORDER(here, 503, "5.5.1", "first say who you are", "4.1.4"))

#define TLS_FIRST(here)                                                                            \
    [ON(TLS_NEEDED)] = ORDER(here, 530, "5.7.0", "Must issue STARTTLS first", "RFC 3207 4")

#define RECIPIENTS(here)                                                                           \
    [ON(RCPT_FINE)] = SAY(RCPT, 250, "2.1.5", "recipient accepted", "4.1.1.3"),                    \
    [ON(RCPT_BAD)] = SAY(here, 501, "5.1.3", "bad recipient address", "4.1.1.3, 4.1.2"),           \
    [ON(RCPT_PARAMETER_BAD)] = SAY(here, 501, "5.5.4", "a parameter has a bad value", "4.1.1.11"), \
    [ON(RCPT_PARAMETER_UNKNOWN)] =                                                                 \
        SAY(here, 555, "5.5.4", "a parameter that was not offered", "4.1.1.11"),                   \
    [ON(RCPT_REFUSED)] = SAY(here, 550, "5.7.1", "recipient refused", "3.3, 7.9"),                 \
    [ON(RCPT_DEFERRED)] = SAY(here, 451, "4.3.0", "not now; try again later", "3.3")

#define ONE_AT_A_TIME(here)                                                                        \
    ALL_MAIL(ORDER(here, 503, "5.5.1", "a transaction is open already", "4.1.4")),                 \
        ALL_STARTTLS(ORDER(here, 503, "5.5.1", "not while a transaction is open", "RFC 3207 4")),  \
        ALL_AUTH(ORDER(here, 503, "5.5.1", "not while a transaction is open", "RFC 4954 4"))

/* What AUTH comes to, at once or after challenges; all of it leads back to READY. */
#define LOGINS                                                                                     \
    [ON(AUTH_FINE)] = SAY(READY, 235, "2.7.0", "you are logged in", "RFC 4954 6"),                 \
    [ON(AUTH_REFUSED)] = SAY(READY, 535, "5.7.8", "wrong user or password", "RFC 4954 6"),         \
    [ON(AUTH_DEFERRED)] = SAY(READY, 454, "4.7.0", "cannot be judged now", "RFC 4954 6"),          \
    [ON(CHALLENGE)] = SAY(AUTH, 334, "", "", "RFC 4954 4"),                                        \
    [ON(RESPONSE_BAD)] =                                                                           \
        SAY(READY, 501, "5.5.2", "not the response that was asked for", "RFC 4954 4, 6")

/* The first BDAT and the later ones. */
#define CHUNKING                                                                                   \
    [ON(BDAT_FINE)] = SAY(CHUNK, 0, "", "", "RFC 3030 2"),                                         \
    [ON(BDAT_REFUSED)] = RESET(READY, 554, "5.7.1", "message refused", "RFC 3030 2"),              \
    [ON(BDAT_DEFERRED)] = RESET(READY, 451, "4.3.0", "not now; try again later", "RFC 3030 2")
#define BAD_CHUNK(here)                                                                            \
    [ON(BDAT_BAD)] =                                                                               \
        SAY(here, 501, "5.5.4", "BDAT takes a number, and LAST or nothing", "RFC 3030 2")

const struct smtp_cell smtp_server_cells[SMTP_SERVER_STATE_COUNT][SMTP_SERVER_INPUT_COUNT] = {
    [S(START)] =
        {
            ALWAYS,
            HANDSHAKE,
            [ON(TLS_UP)] = SAY(START, 0, "", "", "RFC 8314 3.3"),
            [ON(CONNECTION_FINE)] = SAY(GREETED, 220, "", "% ESMTP smtplab", "3.1, 4.2"),
            [ON(CONNECTION_REFUSED)] = SAY(NO_SERVICE, 554, "", "% has no service for you", "3.1"),
            [ON(CONNECTION_NO_MAIL)] = SAY(NO_MAIL, 521, "", "% never takes mail", "RFC 7504 3"),
            [ON(CONNECTION_DEFERRED)] = CLOSE(421, "", "% cannot serve you now", "3.8"),
        },
    [S(GREETED)] = {ANYTIME(GREETED, GREETED), EHLO_FIRST(GREETED), TLS_FIRST(GREETED)},
    [S(TLS)] =
        {
            HANDSHAKE,
            [ON(TLS_UP)] = RESET(GREETED, 0, "", "", "RFC 3207 4.2"),
            [ON(SHUTDOWN)] = CLOSE(0, "", "", "3.8"),
            [ON(LOST)] = RESET(CLOSED, 0, "", "", "4.1.1.10"),
        },
    [S(READY)] =
        {
            ANYTIME(READY, READY),
            TLS_FIRST(READY),
            [ON(STARTTLS_FINE)] = SAY(TLS, 220, "2.0.0", "go ahead with TLS", "RFC 3207 4"),
            [ON(STARTTLS_BAD)] =
                SAY(READY, 501, "5.5.4", "STARTTLS takes no argument", "RFC 3207 4"),
            [ON(STARTTLS_DEFERRED)] =
                SAY(READY, 454, "4.7.0", "TLS cannot be had now", "RFC 3207 4"),
            [ON(STARTTLS_AGAIN)] = SAY(READY, 503, "5.5.1", "TLS is up already", "RFC 3207 4.2"),
            LOGINS,
            [ON(AUTH_BAD)] =
                SAY(READY, 501, "5.5.4", "AUTH takes a mechanism, and one response at most",
                    "RFC 4954 4"),
            [ON(AUTH_UNKNOWN)] =
                SAY(READY, 504, "5.5.4", "a mechanism that was not offered", "RFC 4954 4"),
            [ON(AUTH_AGAIN)] = SAY(READY, 503, "5.5.1", "you are logged in already", "RFC 4954 4"),
            [ON(AUTH_ABSENT)] = SAY(READY, 503, "5.5.1", "AUTH is not offered here", "RFC 4954 4"),
            [ON(MAIL_FINE)] = SAY(MAIL, 250, "2.1.0", "sender accepted", "4.1.1.2"),
            [ON(MAIL_BAD)] = SAY(READY, 501, "5.1.7", "bad sender address", "4.1.1.2, 4.1.2"),
            [ON(MAIL_PARAMETER_BAD)] =
                SAY(READY, 501, "5.5.4", "a parameter has a bad value", "4.1.1.11"),
            [ON(MAIL_PARAMETER_UNKNOWN)] =
                SAY(READY, 555, "5.5.4", "a parameter that was not offered", "4.1.1.11"),
            [ON(MAIL_TOO_BIG)] =
                SAY(READY, 552, "5.3.4", "the message is over the size limit", "RFC 1870 6.1"),
            [ON(MAIL_REFUSED)] = SAY(READY, 550, "5.7.1", "sender refused", "3.3, 7.9"),
            [ON(MAIL_DEFERRED)] = SAY(READY, 451, "4.3.0", "not now; try again later", "3.3"),
            ALL_RCPT(ORDER(READY, 503, "5.5.1", "say MAIL first", "3.3")),
            ALL_DATA(ORDER(READY, 503, "5.5.1", "say MAIL and RCPT first", "3.3")),
            ALL_BDAT(ORDER(READY, 503, "5.5.1", "say MAIL and RCPT first", "RFC 3030 2")),
        },
    [S(AUTH)] =
        {
            ALWAYS,
            TIMED,
            TOO_MANY_ERRORS,
            LOGINS,
            [ON(RESPONSE_CANCEL)] =
                SAY(READY, 501, "5.7.0", "AUTH is cancelled, as you wish", "RFC 4954 4"),
            [ON(RESPONSE_LONG)] =
                SAY(READY, 500, "5.5.6", "the response is too long", "RFC 4954 4, 6"),
        },
    [S(MAIL)] =
        {
            ANYTIME(MAIL, READY),
            ONE_AT_A_TIME(MAIL),
            RECIPIENTS(MAIL),
            ALL_DATA(ORDER(MAIL, 554, "5.5.1", "no valid recipients", "3.3")),
            ALL_BDAT(ORDER(MAIL, 503, "5.5.1", "no valid recipients", "RFC 3030 2")),
        },
    [S(RCPT)] =
        {
            ANYTIME(RCPT, READY),
            ONE_AT_A_TIME(RCPT),
            RECIPIENTS(RCPT),
            [ON(RCPT_TOO_MANY)] =
                SAY(RCPT, 452, "4.5.3",
                    "enough recipients for one mail; send it again to the others", "4.5.3.1.10"),
            [ON(DATA_FINE)] =
                SAY(DATA, 354, "", "send the message, then a line with a dot alone", "4.1.1.4"),
            [ON(DATA_BAD)] = SAY(RCPT, 501, "5.5.4", "DATA takes no argument", "4.3.2"),
            [ON(DATA_REFUSED)] = SAY(RCPT, 554, "5.7.1", "message refused", "4.1.1.4"),
            [ON(DATA_DEFERRED)] = SAY(RCPT, 451, "4.3.0", "not now; try again later", "4.1.1.4"),
            CHUNKING,
            BAD_CHUNK(RCPT),
        },
    [S(DATA)] =
        {
            ALWAYS,
            TIMED,
            [ON(END_OF_DATA)] = SAY(MESSAGE, 0, "", "", "4.1.1.4"),
            [ON(MESSAGE_TOO_BIG)] =
                RESET(READY, 552, "5.3.4", "the message is over the size limit", "4.5.3.1.9"),
        },
    [S(CHUNK)] =
        {
            ALWAYS,
            TIMED,
            [ON(CHUNK_WHOLE)] = SAY(CHUNKS, 250, "2.0.0", "chunk received", "RFC 3030 2"),
            [ON(END_OF_DATA)] = SAY(MESSAGE, 0, "", "", "RFC 3030 2"),
            [ON(MESSAGE_TOO_BIG)] =
                RESET(READY, 552, "5.3.4", "the message is over the size limit", "4.5.3.1.9"),
        },
    [S(CHUNKS)] =
        {
            ANYTIME(CHUNKS, READY),
            ONE_AT_A_TIME(CHUNKS),
            CHUNKING,
            BAD_CHUNK(CHUNKS),
            ALL_RCPT(ORDER(CHUNKS, 503, "5.5.1", "the message has begun; send BDAT", "RFC 3030 2")),
            ALL_DATA(ORDER(CHUNKS, 503, "5.5.1", "the message has begun; send BDAT", "RFC 3030 2")),
        },
    [S(MESSAGE)] =
        {
            ALWAYS,
            [ON(MESSAGE_FINE)] =
                SAY(READY, 250, "2.0.0", "message accepted; it is in our care now", "4.2.5, 6.1"),
            [ON(MESSAGE_REFUSED)] = SAY(READY, 554, "5.7.1", "message refused", "4.2.5"),
            [ON(MESSAGE_DEFERRED)] = SAY(READY, 451, "4.3.0", "not now; try again later", "4.2.5"),
        },
#define NOT_HERE ORDER(NO_SERVICE, 503, "5.5.1", "no service here; say QUIT", "3.1")
    [S(NO_SERVICE)] = {ALWAYS, TIMED, QUITTING, TOO_MANY_ERRORS, ALL_OTHER(NOT_HERE),
                       ALL_LHLO(NOT_HERE), ALL_MAIL(NOT_HERE), ALL_RCPT(NOT_HERE),
                       ALL_DATA(NOT_HERE), ALL_BDAT(NOT_HERE), ALL_STARTTLS(NOT_HERE),
                       ALL_AUTH(NOT_HERE)},
#define NEVER ORDER(NO_MAIL, 521, "5.3.2", "this host never takes mail", "RFC 7504 3")
    [S(NO_MAIL)] = {ALWAYS, TIMED, QUITTING, TOO_MANY_ERRORS, ALL_OTHER(NEVER), ALL_LHLO(NEVER),
                    ALL_MAIL(NEVER), ALL_RCPT(NEVER), ALL_DATA(NEVER), ALL_BDAT(NEVER),
                    ALL_STARTTLS(NEVER), ALL_AUTH(NEVER)},
    /* The other side's half of the end comes after ours. */
    [S(CLOSED)] = {[ON(SHUTDOWN)] = SAY(CLOSED, 0, "", "", "3.8"),
                   [ON(LOST)] = SAY(CLOSED, 0, "", "", "4.1.1.10")},
};
