/*
 * client_step_table.c - the client's machine (RFC 5321 3, 4.1.4, 4.5.3.2; RFC 2920 for groups).
 *
 *   START - GREETING - EHLO (HELO) - READY - MAIL - RCPT - DATA - SENDING - MESSAGE - READY ... QUIT
 *
 * A state names the reply that is awaited.  A reply to RCPT is two inputs: first its class, which
 * settles one recipient, then what is left to do (next, await, some, none).  FAILED: nothing more
 * can come of the transaction, but the server still holds it; RSET clears it if another mail is to
 * go over this connection, and QUIT needs no RSET before it.
 *
 * A reply that makes no sense where it stands (3yz to MAIL, 2yz to DATA, no code at all) means that
 * the two sides have lost step: nothing is decided by it, and the session ends with QUIT.
 */
#include "sim/smtp/table_cells.h"

#define S(state)  SMTP_CLIENT_##state
#define ON(input) SMTP_CLIENT_ON_##input
#define GO(next, action, section)                                                                  \
    {                                                                                              \
        true, false, S(next), SMTP_DO_##action, 0, TEXT_INIT(""), TEXT_INIT(""), section           \
    }

/* At any time: the server leaves (3.8), or the network does. */
#define ENDINGS                                                                                    \
    [ON(CLOSING)] = GO(CLOSED, FAIL_CLOSE, "3.8, 4.2.3"), [ON(LOST)] = GO(CLOSED, FAIL_CLOSE, "3.8")
#define SILENCE            [ON(TIMEOUT)] = GO(CLOSED, FAIL_CLOSE, "4.5.3.2")
#define OUT_OF_STEP(input) [ON(input)] = GO(QUIT, FAIL_QUIT, "4.2, 4.3.2")
#define QUEUED(here)       [ON(MAIL_WANTED)] = GO(here, NONE, "3.1")
/* No word of SMTP can come or go before it is over. */
#define HANDSHAKE                                                                                  \
    SILENCE, [ON(TLS_FAILED)] = GO(CLOSED, FAIL_CLOSE, "RFC 3207 4.1"),                            \
             [ON(LOST)] = GO(CLOSED, FAIL_CLOSE, "3.8")
/* Nothing was asked, so no reply can be right. */
#define UNASKED                                                                                    \
    OUT_OF_STEP(FINE), OUT_OF_STEP(GO_ON), OUT_OF_STEP(DEFERRED), OUT_OF_STEP(REFUSED),            \
        OUT_OF_STEP(SENSELESS)

const struct smtp_cell smtp_client_cells[SMTP_CLIENT_STATE_COUNT][SMTP_CLIENT_INPUT_COUNT] =
    {
        [S(START)] = {QUEUED(START), HANDSHAKE, [ON(OPENED)] = GO(GREETING, NONE, "3.1"),
                      [ON(TLS_UP)] = GO(GREETING, NONE, "RFC 8314 3.3")},
        [S(GREETING)] =
            {
                ENDINGS,
                SILENCE,
                QUEUED(GREETING),
                [ON(FINE)] = GO(EHLO, EHLO, "3.1, 4.1.1.1"),
                [ON(DEFERRED)] = GO(QUIT, FAIL_QUIT, "3.1"),
                [ON(REFUSED)] = GO(QUIT, FAIL_QUIT, "3.1"),
                OUT_OF_STEP(GO_ON),
                OUT_OF_STEP(SENSELESS),
            },
        [S(EHLO)] =
            {
                ENDINGS,
                SILENCE,
                QUEUED(EHLO),
                [ON(FINE)] = GO(READY, IDLE, "4.1.1.1"),
                [ON(DEFERRED)] = GO(QUIT, FAIL_QUIT, "4.1.1.1"),
                [ON(REFUSED)] = GO(HELO, HELO, "3.2"),
                OUT_OF_STEP(GO_ON),
                OUT_OF_STEP(SENSELESS),
            },
        [S(HELO)] =
            {
                ENDINGS,
                SILENCE,
                QUEUED(HELO),
                [ON(FINE)] = GO(READY, IDLE, "4.1.1.1"),
                [ON(DEFERRED)] = GO(QUIT, FAIL_QUIT, "4.1.1.1"),
                [ON(REFUSED)] = GO(QUIT, FAIL_QUIT, "4.1.1.1"),
                OUT_OF_STEP(GO_ON),
                OUT_OF_STEP(SENSELESS),
            },
        [S(READY)] =
            {
                ENDINGS,
                UNASKED,
                [ON(TLS_WANTED)] = GO(STARTTLS, STARTTLS, "RFC 3207 4"),
                [ON(TLS_MISSING)] = GO(QUIT, FAIL_QUIT, "RFC 3207 4.1"),
                [ON(LOGIN_WANTED)] = GO(AUTH, AUTH, "RFC 4954 4"),
                [ON(LOGIN_MISSING)] = GO(QUIT, FAIL_QUIT, "RFC 4954 4"),
                [ON(MAIL_WANTED)] = GO(MAIL, MAIL, "3.3, 4.1.1.2"),
                [ON(QUIT_WANTED)] = GO(QUIT, QUIT, "4.1.1.10"),
            },
        /* Refused: whoever can do without TLS goes on as if it had not been offered. */
        [S(STARTTLS)] =
            {
                ENDINGS,
                SILENCE,
                QUEUED(STARTTLS),
                [ON(FINE)] = GO(TLS, SEAL, "RFC 3207 4"),
                [ON(DEFERRED)] = GO(READY, IDLE, "RFC 3207 4.1"),
                [ON(REFUSED)] = GO(READY, IDLE, "RFC 3207 4.1"),
                [ON(TLS_MISSING)] = GO(QUIT, FAIL_QUIT, "RFC 3207 4.1"),
                OUT_OF_STEP(GO_ON),
                OUT_OF_STEP(SENSELESS),
            },
        [S(TLS)] = {HANDSHAKE, QUEUED(TLS), [ON(TLS_UP)] = GO(EHLO, EHLO, "RFC 3207 4.2")},
        [S(AUTH)] =
            {
                ENDINGS,
                SILENCE,
                QUEUED(AUTH),
                [ON(FINE)] = GO(READY, IDLE, "RFC 4954 4"),
                [ON(GO_ON)] = GO(AUTH, RESPOND, "RFC 4954 4"),
                [ON(UNANSWERABLE)] = GO(AUTH, CANCEL, "RFC 4954 4"),
                [ON(DEFERRED)] = GO(QUIT, FAIL_QUIT, "RFC 4954 6"),
                [ON(REFUSED)] = GO(QUIT, FAIL_QUIT, "RFC 4954 6"),
                OUT_OF_STEP(SENSELESS),
            },
        [S(MAIL)] =
            {
                ENDINGS,
                SILENCE,
                [ON(FINE)] = GO(RCPT, RCPT, "3.3, 4.1.1.3"),
                [ON(DEFERRED)] = GO(READY, FINISH, "3.3"),
                [ON(REFUSED)] = GO(READY, FINISH, "3.3"),
                [ON(DEFERRED_GROUP)] = GO(RCPT, DOOM, "RFC 2920 3.1"),
                [ON(REFUSED_GROUP)] = GO(RCPT, DOOM, "RFC 2920 3.1"),
                OUT_OF_STEP(GO_ON),
                OUT_OF_STEP(SENSELESS),
            },
        [S(RCPT)] =
            {
                ENDINGS,
                SILENCE,
                [ON(FINE)] = GO(RCPT, NONE, "3.3, 4.1.1.3"),
                [ON(DEFERRED)] = GO(RCPT, NONE, "3.3"),
                [ON(REFUSED)] = GO(RCPT, NONE, "3.3"),
                [ON(RCPT_NEXT)] = GO(RCPT, RCPT, "3.3"),
                [ON(RCPT_AWAIT)] = GO(RCPT, NONE, "RFC 2920 3.1"),
                [ON(RCPT_SOME)] = GO(DATA, DATA, "4.1.1.4"),
                [ON(RCPT_NONE)] = GO(FAILED, FINISH, "3.3"),
                [ON(RCPT_DATA)] = GO(DATA, NONE, "RFC 2920 3.1"),
                [ON(RCPT_CHUNK)] = GO(SENDING, BDAT, "RFC 3030 2"),
                [ON(RCPT_PROBED)] = GO(RSET, WELCOME, "3.3, 4.1.1.5"),
                OUT_OF_STEP(GO_ON),
                OUT_OF_STEP(SENSELESS),
            },
        [S(DATA)] =
            {
                ENDINGS,
                SILENCE,
                [ON(GO_ON)] = GO(SENDING, MESSAGE, "4.1.1.4"),
                [ON(NO_RECIPIENT_LEFT)] = GO(MESSAGE, DOT, "RFC 2920 3.1"),
                [ON(DEFERRED)] = GO(FAILED, FINISH, "3.3"),
                [ON(REFUSED)] = GO(FAILED, FINISH, "3.3"),
                OUT_OF_STEP(FINE),
                OUT_OF_STEP(SENSELESS),
            },
        /* No QUIT from here: before the dot it would be a line of the message. */
        [S(SENDING)] =
            {
                ENDINGS,
                SILENCE,
                [ON(MESSAGE_WHOLE)] = GO(MESSAGE, NONE, "4.1.1.4"),
                [ON(FINE)] = GO(CLOSED, FAIL_CLOSE, "4.3.1"),
                [ON(GO_ON)] = GO(CLOSED, FAIL_CLOSE, "4.3.1"),
                [ON(DEFERRED)] = GO(CLOSED, FAIL_CLOSE, "4.3.1"),
                [ON(REFUSED)] = GO(CLOSED, FAIL_CLOSE, "4.3.1"),
                [ON(SENSELESS)] = GO(CLOSED, FAIL_CLOSE, "4.2"),
            },
        [S(MESSAGE)] =
            {
                ENDINGS,
                SILENCE,
                [ON(FINE)] = GO(READY, FINISH, "4.2.5, 6.1"),
                [ON(DEFERRED)] = GO(READY, FINISH, "4.2.5"),
                [ON(REFUSED)] = GO(READY, FINISH, "4.2.5"),
                [ON(MESSAGE_NEXT)] = GO(MESSAGE, NONE, "RFC 2033 4.2"),
                OUT_OF_STEP(GO_ON),
                OUT_OF_STEP(SENSELESS),
            },
        [S(FAILED)] = {ENDINGS, UNASKED, [ON(MAIL_WANTED)] = GO(RSET, RSET, "4.1.1.5"),
                       [ON(QUIT_WANTED)] = GO(QUIT, QUIT, "4.1.1.10")},
        [S(RSET)] =
            {
                ENDINGS,
                SILENCE,
                [ON(FINE)] = GO(MAIL, MAIL, "4.1.1.5, 3.3"),
                [ON(PROBE_OVER)] = GO(READY, FINISH, "4.1.1.5"),
                OUT_OF_STEP(GO_ON),
                OUT_OF_STEP(DEFERRED),
                OUT_OF_STEP(REFUSED),
                OUT_OF_STEP(SENSELESS),
            },
        /* Whatever the answer, it is over. */
        [S(QUIT)] =
            {
                [ON(FINE)] = GO(CLOSED, CLOSE, "4.1.1.10"),
                [ON(GO_ON)] = GO(CLOSED, CLOSE, "4.1.1.10"),
                [ON(DEFERRED)] = GO(CLOSED, CLOSE, "4.1.1.10"),
                [ON(REFUSED)] = GO(CLOSED, CLOSE, "4.1.1.10"),
                [ON(CLOSING)] = GO(CLOSED, CLOSE, "3.8"),
                [ON(SENSELESS)] = GO(CLOSED, CLOSE, "4.1.1.10"),
                [ON(TIMEOUT)] = GO(CLOSED, CLOSE, "4.5.3.2"),
                [ON(LOST)] = GO(CLOSED, NONE, "4.1.1.10"),
            },
        /* The other side's half of the end comes after ours. */
        [S(CLOSED)] = {[ON(LOST)] = GO(CLOSED, NONE, "4.1.1.10")},
};
