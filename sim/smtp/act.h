/*
 * act.h - what a session wants done or told, in order: the only thing that comes out of it.
 *
 * A session is a pure function from bytes and answers to acts.  Its owner reads the array from front
 * to back, turns acts into records, segments, timers and questions, and then calls again.
 *
 * Units   octets; nanoseconds.
 * Owner   the caller owns a struct smtp_acts and can use one for many sessions.  Every call on a
 *         session first clears it, so what acts point to is good until the next call with the same
 *         struct smtp_acts (octets of DATA and SEND may also lie in what the caller passed in).
 * Errors  none.
 */
#ifndef SIM_SMTP_ACT_H
#define SIM_SMTP_ACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/mail/address.h"
#include "sim/smtp/grammar.h"
#include "sim/smtp/reply.h"
#include "sim/smtp/table.h"

enum smtp_act_kind {
    SMTP_ACT_COMMAND,     /* a command line was read (server) or is sent (client) */
    SMTP_ACT_REPLY,       /* a reply is sent (server) or was read (client) */
    SMTP_ACT_STATE,       /* the state changed */
    SMTP_ACT_ASK,         /* server: waits for smtp_server_answer(); the last but TIMER */
    SMTP_ACT_SEND,        /* put these octets on the wire */
    SMTP_ACT_DATA,        /* server: these octets come next in the message */
    SMTP_ACT_MESSAGE_END, /* the message was read (server) or sent (client) to its end */
    SMTP_ACT_RESET,       /* server: the open transaction is dropped, with what DATA brought */
    SMTP_ACT_TIMER,       /* the time-out of this phase begins anew; limit 0: nothing is awaited */
    SMTP_ACT_CLOSE,       /* close the connection, after what is to be sent */
    SMTP_ACT_WANT_DATA,   /* client: hand over the message with smtp_client_data() */
    SMTP_ACT_RECIPIENT,   /* client: this recipient's fate is decided */
    SMTP_ACT_DONE,        /* client: every recipient's fate is told */
    SMTP_ACT_SEAL,        /* all octets from here on go through TLS: begin the handshake, and say
                             ..._tls_up() or ..._tls_failed() when it is over */
};

enum smtp_question {
    SMTP_ASK_NONE,
    SMTP_ASK_CONNECTION, /* may this client talk to us? */
    SMTP_ASK_HELLO,      /* subject: the name it gives */
    SMTP_ASK_SENDER,     /* subject: the reverse-path's mailbox, empty for <> */
    SMTP_ASK_RECIPIENT,  /* subject: the forward-path's mailbox */
    SMTP_ASK_DATA,       /* may it send the message now? */
    SMTP_ASK_MESSAGE,    /* the message is whole; LMTP asks once for each recipient (subject) */
    SMTP_ASK_VERIFY,     /* subject: the argument of VRFY */
    SMTP_ASK_LOGIN,      /* subject: the user; `login` has the rest */
    SMTP_ASK_COMMAND,    /* a watched command (smtp_server_watch()); subject: its line */
    SMTP_QUESTION_COUNT
};

/* What AUTH brought (RFC 4954, RFC 4616). */
struct smtp_login {
    struct text user, password;
    struct text on_behalf; /* whom the user wants to act for (authorization identity), or empty */
    struct text mechanism; /* "PLAIN" */
};

/* "connection", "hello", ... */
struct text smtp_question_name(enum smtp_question question);

/* X(SUFFIX, "name", minutes): RFC 5321 4.5.3.2.  It gives none for EHLO, RSET and QUIT, nor have
 * STARTTLS, the handshake and AUTH one of their own: as MAIL. */
#define SMTP_PHASES(X)                                                                             \
    X(NONE, "", 0)                                                                                 \
    X(GREETING, "greeting", 5)                                                                     \
    X(EHLO, "EHLO", 5)                                                                             \
    X(MAIL, "MAIL", 5)                                                                             \
    X(RCPT, "RCPT", 5)                                                                             \
    X(DATA, "DATA", 2)                                                                             \
    X(BLOCK, "block", 3)                                                                           \
    X(MESSAGE, "message", 10)                                                                      \
    X(RSET, "RSET", 5)                                                                             \
    X(QUIT, "QUIT", 5)                                                                             \
    X(COMMAND, "command", 5)                                                                       \
    X(STARTTLS, "STARTTLS", 5)                                                                     \
    X(TLS, "TLS handshake", 5)                                                                     \
    X(AUTH, "AUTH", 5)

enum smtp_phase {
#define X(suffix, name, minutes) SMTP_PHASE_##suffix,
    SMTP_PHASES(X)
#undef X
        SMTP_PHASE_COUNT
};

struct text smtp_phase_name(enum smtp_phase phase);
int64_t smtp_phase_limit_ns(enum smtp_phase phase);

/* What became of one recipient of a client's transaction. */
enum smtp_fate {
    SMTP_FATE_OPEN,     /* not decided yet; never in an act */
    SMTP_FATE_ACCEPTED, /* the server is responsible now */
    SMTP_FATE_REFUSED,  /* 5yz: no use in trying the same again */
    SMTP_FATE_DEFERRED, /* 4yz: try later */
    SMTP_FATE_AGAIN,    /* too many for one transaction: name it in a further one (4.5.3.1.10) */
    SMTP_FATE_LOST,     /* the connection ended before the verdict; as 451 (3.8), but in doubt after
                           the final dot (6.1) */
    SMTP_FATE_WELCOME,  /* a probe: RCPT was accepted, and nothing was sent */
};

struct smtp_act {
    enum smtp_act_kind kind;
    union {
        struct {
            enum smtp_verb verb;
            struct text word; /* the verb in upper case; empty if the line has none */
            struct text line; /* as on the wire, without CRLF; but passwords are "***".  A line of
                                 AUTH's exchange has verb NONE and no word */
        } command;
        struct smtp_reply reply;
        struct {
            struct text from, to, input; /* names; `from` is empty at the beginning */
            uint8_t from_state, to_state, on_input;
        } state;
        struct {
            enum smtp_question question;
            enum smtp_verb verb; /* the command that the question belongs to: GREETING, EHLO, MAIL,
                                    ...; MESSAGE for the end of data, and for BDAT LAST */
            struct text subject;
            const struct mail_path *path;             /* sender, recipient; else NULL */
            const struct smtp_parameters *parameters; /* sender, recipient; else NULL */
            const struct smtp_login *login;           /* login; else NULL */
            size_t recipient; /* message, in LMTP: index into the envelope's recipients */
        } ask;
        struct text send;
        struct text data;
        struct {
            int64_t octets; /* dots that transparency added left out, every CRLF counted */
            int64_t lines;
            int64_t dots; /* dots removed or added (4.5.2) */
        } message_end;
        struct {
            enum smtp_phase phase;
            int64_t limit_ns; /* 0: clear the timer */
        } timer;
        struct {
            size_t index; /* in the mail's recipients */
            enum smtp_fate fate;
            enum smtp_verb by; /* which command's reply decided: GREETING, EHLO, MAIL, RCPT, DATA,
                                     MESSAGE; NONE: we ourselves, or nobody (lost) */
            uint16_t code;     /* 0 where no reply decided */
            bool in_doubt;     /* lost after the final dot: a second copy may come of it */
            struct text enhanced;           /* or empty */
            struct text text;               /* first line of the reply, or our own words */
            const struct smtp_reply *reply; /* all of it; NULL where no reply decided */
        } recipient;
        struct {
            bool usable; /* the connection can carry another mail */
        } done;
    };
};

struct smtp_acts_block;

struct smtp_acts {
    struct smtp_act *at;
    size_t count, capacity;
    size_t flushed;                 /* the replies among so many first acts are in a SEND already */
    struct smtp_acts_block *blocks; /* octets that acts point to; they never move */
    struct memory *memory;
};

void smtp_acts_init(struct smtp_acts *a, struct memory *m);
void smtp_acts_free(struct smtp_acts *a);

/* ---- for the sessions -------------------------------------------------------------------------- */

void smtp_acts_clear(struct smtp_acts *a);
/* The act is cleared but for its kind. */
struct smtp_act *smtp_acts_add(struct smtp_acts *a, enum smtp_act_kind kind);
/* STATE, with the names from the table; START has none, since nobody knows of it. */
void smtp_acts_add_state(struct smtp_acts *a, enum smtp_side side, unsigned left, unsigned next,
                         unsigned input);
/* Room that lives as long as the acts. */
void *smtp_acts_room(struct smtp_acts *a, size_t size);
struct text smtp_acts_copy(struct smtp_acts *a, struct text t);

#endif
