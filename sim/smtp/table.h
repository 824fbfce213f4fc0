/*
 * table.h - the state machine of SMTP as data: state x input -> reply, next state, RFC section.
 *
 * There are two machines, the server's and the client's (RFC 5321 sections 3 and 4, RFC 2033).  The
 * sessions execute these cells and nothing else, the tests walk them one by one, `explain states`
 * prints them and the window draws them.  An input is more than a verb: the same RCPT is "fine",
 * has a "bad address", is "refused" by policy or "deferred"; and silence is an input too.
 *
 *   server  START - GREETED - READY - MAIL - RCPT - DATA - MESSAGE - READY ...   (4.1.4)
 *   client  START - GREETING - EHLO - READY - MAIL - RCPT - DATA - SENDING - MESSAGE - READY ...
 *
 * A server's state says what has been agreed so far; a client's state says which reply it waits
 * for, so that it stays true when commands are pipelined (RFC 2920).
 *
 * A personality is a list of cells laid over the table of the RFC (struct smtp_overlay): LMTP is
 * one, and how a certain real server departs from the RFC can be another.
 *
 * Owner   everything here is constant data.  Errors  none.
 */
#ifndef SIM_SMTP_TABLE_H
#define SIM_SMTP_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/text.h"

enum smtp_side { SMTP_SERVER, SMTP_CLIENT };

/* ---- states: X(SUFFIX, "name", "what it means") ----------------------------------------------- */

#define SMTP_SERVER_STATES(X)                                                                      \
    X(START, "start", "connected; the greeting is not decided yet")                                \
    X(GREETED, "greeted", "the greeting is sent; EHLO or HELO is awaited")                         \
    X(TLS, "tls", "220 to STARTTLS is sent; the handshake is under way")                           \
    X(READY, "ready", "the client has said who it is; no transaction is open")                     \
    X(AUTH, "auth", "334 is sent; what comes is the client's response")                            \
    X(MAIL, "mail", "the reverse-path is known; no recipient is accepted yet")                     \
    X(RCPT, "rcpt", "at least one recipient is accepted")                                          \
    X(DATA, "data", "354 is sent; what comes is the message")                                      \
    X(CHUNK, "chunk", "BDAT was read; so many octets of the message come now")                     \
    X(CHUNKS, "chunks", "a part of the message is here; another BDAT is awaited")                  \
    X(MESSAGE, "message", "the message is whole; its verdict is awaited")                          \
    X(NO_SERVICE, "no service", "greeted with 554: waits for QUIT")                                \
    X(NO_MAIL, "no mail", "greeted with 521: a host that never takes mail")                        \
    X(CLOSED, "closed", "the connection is over")

enum smtp_server_state {
#define X(suffix, name, doc) SMTP_SERVER_##suffix,
    SMTP_SERVER_STATES(X)
#undef X
        SMTP_SERVER_STATE_COUNT
};

#define SMTP_CLIENT_STATES(X)                                                                      \
    X(START, "start", "not connected yet")                                                         \
    X(GREETING, "greeting", "connected; the greeting is awaited in silence")                       \
    X(EHLO, "ehlo", "EHLO (or LHLO) is sent")                                                      \
    X(HELO, "helo", "EHLO was refused; HELO is sent")                                              \
    X(READY, "ready", "no transaction is open")                                                    \
    X(STARTTLS, "starttls", "STARTTLS is sent")                                                    \
    X(TLS, "tls", "the server agreed; the handshake is under way")                                 \
    X(AUTH, "auth", "AUTH, or a response to a challenge, is sent")                                 \
    X(MAIL, "mail", "the reply to MAIL is awaited")                                                \
    X(RCPT, "rcpt", "a reply to RCPT is awaited")                                                  \
    X(DATA, "data", "the reply to DATA is awaited")                                                \
    X(SENDING, "sending", "354 was read, or BDAT sent; the message is on its way")                 \
    X(MESSAGE, "message", "the message is sent to its end; the reply is awaited")                  \
    X(FAILED, "failed", "the transaction leads nowhere, but the server still has it open")         \
    X(RSET, "rset", "RSET is sent")                                                                \
    X(QUIT, "quit", "QUIT is sent")                                                                \
    X(CLOSED, "closed", "the connection is over")

enum smtp_client_state {
#define X(suffix, name, doc) SMTP_CLIENT_##suffix,
    SMTP_CLIENT_STATES(X)
#undef X
        SMTP_CLIENT_STATE_COUNT
};

/* ---- inputs: X(SUFFIX, "name", "what it means") ------------------------------------------------ */

#define SMTP_SERVER_INPUTS(X)                                                                      \
    X(CONNECTION_FINE, "connection fine", "the client may talk to us")                             \
    X(CONNECTION_REFUSED, "connection refused", "policy: no service for this client")              \
    X(CONNECTION_NO_MAIL, "connection to no mail", "this host never takes mail (RFC 7504)")        \
    X(CONNECTION_DEFERRED, "connection deferred", "policy: not now")                               \
    X(TLS_UP, "TLS up", "the handshake is done; what was said before is forgotten")                \
    X(TLS_FAILED, "TLS failed", "the handshake came to nothing")                                   \
    X(EHLO_FINE, "EHLO fine", "")                                                                  \
    X(EHLO_BAD, "EHLO bad name", "no domain and no address literal, or more than one word")        \
    X(EHLO_REFUSED, "EHLO refused", "by policy")                                                   \
    X(EHLO_DEFERRED, "EHLO deferred", "by policy")                                                 \
    X(HELO_FINE, "HELO fine", "")                                                                  \
    X(HELO_BAD, "HELO bad name", "as for EHLO")                                                    \
    X(HELO_REFUSED, "HELO refused", "by policy")                                                   \
    X(HELO_DEFERRED, "HELO deferred", "by policy")                                                 \
    X(LHLO_FINE, "LHLO fine", "LMTP's EHLO")                                                       \
    X(LHLO_BAD, "LHLO bad name", "as for EHLO")                                                    \
    X(LHLO_REFUSED, "LHLO refused", "by policy")                                                   \
    X(LHLO_DEFERRED, "LHLO deferred", "by policy")                                                 \
    X(MAIL_FINE, "MAIL fine", "good grammar, and the sender is accepted")                          \
    X(MAIL_BAD, "MAIL bad address", "the reverse-path breaks the grammar")                         \
    X(MAIL_PARAMETER_BAD, "MAIL bad parameter", "a parameter with a bad value")                    \
    X(MAIL_PARAMETER_UNKNOWN, "MAIL unknown parameter", "one that was not offered")                \
    X(MAIL_TOO_BIG, "MAIL too big", "the declared size is over the limit (RFC 1870)")              \
    X(MAIL_REFUSED, "MAIL refused", "by policy")                                                   \
    X(MAIL_DEFERRED, "MAIL deferred", "by policy")                                                 \
    X(RCPT_FINE, "RCPT fine", "good grammar, and the recipient is accepted")                       \
    X(RCPT_BAD, "RCPT bad address", "the forward-path breaks the grammar")                         \
    X(RCPT_PARAMETER_BAD, "RCPT bad parameter", "a parameter with a bad value")                    \
    X(RCPT_PARAMETER_UNKNOWN, "RCPT unknown parameter", "one that was not offered")                \
    X(RCPT_TOO_MANY, "RCPT too many", "the limit of recipients is reached")                        \
    X(RCPT_REFUSED, "RCPT refused", "by policy: unknown user, no relaying, ...")                   \
    X(RCPT_DEFERRED, "RCPT deferred", "by policy")                                                 \
    X(DATA_FINE, "DATA fine", "")                                                                  \
    X(DATA_BAD, "DATA bad argument", "DATA takes none")                                            \
    X(DATA_REFUSED, "DATA refused", "by policy")                                                   \
    X(DATA_DEFERRED, "DATA deferred", "by policy")                                                 \
    X(BDAT_FINE, "BDAT fine", "so many octets follow at once (RFC 3030)")                          \
    X(BDAT_BAD, "BDAT bad argument", "a number of octets, and LAST or nothing, is wanted")         \
    X(BDAT_REFUSED, "BDAT refused", "by policy, once its octets are here")                         \
    X(BDAT_DEFERRED, "BDAT deferred", "by policy, once its octets are here")                       \
    X(CHUNK_WHOLE, "chunk whole", "its last octet is here, and it was not the last chunk")         \
    X(END_OF_DATA, "end of data", "the line with the dot alone, or the end of BDAT LAST")          \
    X(MESSAGE_FINE, "message accepted", "responsibility is ours from here (4.2.5)")                \
    X(MESSAGE_REFUSED, "message refused", "by policy")                                             \
    X(MESSAGE_DEFERRED, "message deferred", "by policy")                                           \
    X(MESSAGE_TOO_BIG, "message too big", "more octets than the limit")                            \
    X(RECIPIENT_FINE, "recipient accepted", "LMTP: this copy is; others are still to be judged")   \
    X(RECIPIENT_REFUSED, "recipient refused", "LMTP: this copy is; others are to be judged")       \
    X(RECIPIENT_DEFERRED, "recipient deferred", "LMTP: this copy is; others are to be judged")     \
    X(RSET_FINE, "RSET fine", "")                                                                  \
    X(RSET_BAD, "RSET bad argument", "RSET takes none")                                            \
    X(NOOP_FINE, "NOOP", "with or without an argument")                                            \
    X(VRFY_FINE, "VRFY verified", "the mailbox exists")                                            \
    X(VRFY_BAD, "VRFY bad argument", "no name is given")                                           \
    X(VRFY_UNVERIFIED, "VRFY not verified", "we cannot or will not say")                           \
    X(VRFY_REFUSED, "VRFY refused", "there is no such mailbox")                                    \
    X(VRFY_DEFERRED, "VRFY deferred", "cannot be verified now")                                    \
    X(EXPN, "EXPN", "")                                                                            \
    X(HELP, "HELP", "with or without an argument")                                                 \
    X(QUIT_FINE, "QUIT fine", "")                                                                  \
    X(QUIT_BAD, "QUIT bad argument", "QUIT takes none")                                            \
    X(STARTTLS_FINE, "STARTTLS fine", "")                                                          \
    X(STARTTLS_BAD, "STARTTLS bad argument", "STARTTLS takes none")                                \
    X(STARTTLS_DEFERRED, "STARTTLS deferred", "TLS cannot be had now")                             \
    X(STARTTLS_AGAIN, "STARTTLS again", "TLS is up already")                                       \
    X(TLS_NEEDED, "TLS needed", "this server does nothing before STARTTLS")                        \
    X(AUTH_FINE, "AUTH fine", "the client is who it says")                                         \
    X(AUTH_BAD, "AUTH bad argument", "no mechanism is named, or too much stands behind it")        \
    X(AUTH_UNKNOWN, "AUTH unknown mechanism", "one that was not offered")                          \
    X(AUTH_REFUSED, "AUTH refused", "wrong user or password")                                      \
    X(AUTH_DEFERRED, "AUTH deferred", "cannot be judged now")                                      \
    X(AUTH_AGAIN, "AUTH again", "the client is logged in already")                                 \
    X(AUTH_ABSENT, "AUTH not offered", "here, or not before TLS")                                  \
    X(CHALLENGE, "challenge", "the mechanism wants the client's next response")                    \
    X(RESPONSE_BAD, "bad response", "no base64, or not what the mechanism wants")                  \
    X(RESPONSE_CANCEL, "cancelled response", "\"*\": the client gives up")                         \
    X(RESPONSE_LONG, "long response", "more octets than a response may have")                      \
    X(COMMAND_REFUSED, "command refused", "by whoever watches it; it has no refusal of its own")   \
    X(COMMAND_DEFERRED, "command deferred", "as above")                                            \
    X(NOT_IMPLEMENTED, "not implemented", "a verb that we know and do not offer")                  \
    X(UNKNOWN, "unknown verb", "the line begins with no verb that we know")                        \
    X(LINE_BAD, "bad line", "a bare CR, bare LF or NUL stands in the line (2.3.8)")                \
    X(LINE_LONG, "long line", "more octets than a command may have (4.5.3.1.4)")                   \
    X(TOO_MANY_ERRORS, "too many errors", "the limit of refused commands is reached")              \
    X(TIMEOUT, "time-out", "the client was silent too long (4.5.3.2.7)")                           \
    X(SHUTDOWN, "shutdown", "this host stops its service (3.8)")                                   \
    X(LOST, "connection lost", "closed or reset by the other side, or by the network")

enum smtp_server_input {
#define X(suffix, name, doc) SMTP_SERVER_ON_##suffix,
    SMTP_SERVER_INPUTS(X)
#undef X
        SMTP_SERVER_INPUT_COUNT
};

#define SMTP_CLIENT_INPUTS(X)                                                                      \
    X(OPENED, "connected", "the connection is open")                                               \
    X(FINE, "2yz", "a positive completion reply")                                                  \
    X(GO_ON, "3yz", "a positive intermediate reply")                                               \
    X(DEFERRED, "4yz", "a transient negative reply")                                               \
    X(REFUSED, "5yz", "a permanent negative reply")                                                \
    X(DEFERRED_GROUP, "4yz, more sent", "the same, and commands of the group stand behind it")     \
    X(REFUSED_GROUP, "5yz, more sent", "the same, and commands of the group stand behind it")      \
    X(CLOSING, "421", "the server announces that it closes (3.8)")                                 \
    X(SENSELESS, "senseless reply", "no reply at all, or one that cannot stand here")              \
    X(TLS_WANTED, "TLS wanted", "STARTTLS is offered, and we want it")                             \
    X(TLS_MISSING, "no TLS", "required, but not offered or refused")                               \
    X(TLS_UP, "TLS up", "the handshake is done; what was said before is forgotten")                \
    X(TLS_FAILED, "TLS failed", "the handshake came to nothing")                                   \
    X(LOGIN_WANTED, "login", "we have a name and a password, and the server a way to say them")    \
    X(LOGIN_MISSING, "no login", "no mechanism that we know is offered, or only in clear")         \
    X(UNANSWERABLE, "unanswerable", "a challenge to which we have no response")                    \
    X(MAIL_WANTED, "mail", "a message is waiting to be sent")                                      \
    X(RCPT_NEXT, "next recipient", "a reply to RCPT is in, and recipients are left to name")       \
    X(RCPT_AWAIT, "await recipients", "a reply to RCPT is in, and others are outstanding")         \
    X(RCPT_SOME, "recipients accepted", "all RCPT are answered; at least one was accepted")        \
    X(RCPT_NONE, "no recipient", "all RCPT are answered; none was accepted")                       \
    X(RCPT_DATA, "recipients, DATA sent", "all RCPT are answered; DATA was sent in the group")     \
    X(RCPT_CHUNK, "recipients, CHUNKING", "as recipients accepted; BDAT is offered and wanted")    \
    X(RCPT_PROBED, "recipients probed", "all RCPT are answered, and no message is to follow")      \
    X(PROBE_OVER, "2yz, probe", "the reply to the RSET that ends a probe")                         \
    X(NO_RECIPIENT_LEFT, "3yz for nobody", "354, although no recipient was accepted")              \
    X(MESSAGE_WHOLE, "message sent", "the last octet and the dot are sent")                        \
    X(MESSAGE_NEXT, "2yz to 5yz, more", "LMTP: one recipient's reply; others are outstanding")     \
    X(QUIT_WANTED, "quit", "nothing more to send")                                                 \
    X(TIMEOUT, "time-out", "the server was silent too long (4.5.3.2)")                             \
    X(LOST, "connection lost", "closed or reset by the other side, or by the network")

enum smtp_client_input {
#define X(suffix, name, doc) SMTP_CLIENT_ON_##suffix,
    SMTP_CLIENT_INPUTS(X)
#undef X
        SMTP_CLIENT_INPUT_COUNT
};

/* ---- cells ----------------------------------------------------------------------------------- */

/* What a cell makes its session do besides replying and moving.  X(SUFFIX, "name") */
#define SMTP_ACTIONS(X)                                                                            \
    X(NONE, "")                                                                                    \
    X(RESET, "drop the transaction")                                                               \
    X(CLOSE, "close the connection")                                                               \
    X(EHLO, "send EHLO")                                                                           \
    X(HELO, "send HELO")                                                                           \
    X(IDLE, "be ready for mail")                                                                   \
    X(MAIL, "send MAIL (a group, if PIPELINING is offered)")                                       \
    X(RCPT, "send RCPT")                                                                           \
    X(DATA, "send DATA")                                                                           \
    X(MESSAGE, "send the message")                                                                 \
    X(BDAT, "send BDAT and the message")                                                           \
    X(DOT, "send the final dot alone")                                                             \
    X(STARTTLS, "send STARTTLS")                                                                   \
    X(SEAL, "begin the TLS handshake")                                                             \
    X(AUTH, "send AUTH")                                                                           \
    X(RESPOND, "send the next response")                                                           \
    X(CANCEL, "send \"*\"")                                                                        \
    X(WELCOME, "whoever was accepted would be taken; send RSET")                                   \
    X(DOOM, "every recipient shares this reply; read the rest of the group")                       \
    X(FINISH, "the transaction is over")                                                           \
    X(RSET, "send RSET")                                                                           \
    X(QUIT, "send QUIT")                                                                           \
    X(FAIL_QUIT, "the transaction is over; send QUIT")                                             \
    X(FAIL_CLOSE, "the transaction is over; close the connection")

enum smtp_action {
#define X(suffix, name) SMTP_DO_##suffix,
    SMTP_ACTIONS(X)
#undef X
        SMTP_ACTION_COUNT
};

struct smtp_cell {
    bool possible;     /* false: this input cannot come in this state */
    bool out_of_order; /* server: the command is refused because of the state alone */
    uint8_t next;      /* state */
    uint8_t action;    /* enum smtp_action */
    uint16_t code;     /* server: the reply, 0 for none; a verdict may bring another of its class */
    struct text enhanced; /* RFC 3463, or empty */
    struct text text;     /* of the reply; "%" stands for our own host name */
    const char *section;  /* of RFC 5321, or "RFC nnnn s" */
};

/*
 * Cells that replace those of `under`, or of the RFC's table if that is NULL: one pointer for each
 * (state, input), at state * smtp_table_inputs(side) + input; NULL leaves the cell below.
 */
struct smtp_overlay {
    const char *name;
    const struct smtp_cell *const *cells;
    const struct smtp_overlay *under;
};

/* `overlay` may be NULL. */
const struct smtp_cell *smtp_table_cell(enum smtp_side side, const struct smtp_overlay *overlay,
                                        unsigned state, unsigned input);

/* ---- names, for records, explain and pictures --------------------------------------------------- */

unsigned smtp_table_states(enum smtp_side side);
unsigned smtp_table_inputs(enum smtp_side side);
struct text smtp_table_state_name(enum smtp_side side, unsigned state);
struct text smtp_table_state_doc(enum smtp_side side, unsigned state);
struct text smtp_table_input_name(enum smtp_side side, unsigned input);
struct text smtp_table_action_name(enum smtp_action action);

#endif
