/*
 * server.h - one dialogue as the server sees it (RFC 5321 sections 3 and 4; RFC 2033 for LMTP).
 *
 * Bytes and answers go in, acts come out (act.h).  Where a verdict is wanted the session asks; while
 * a question is open, input is held, and goes on with the answer.  What is decided where:
 *
 *   grammar, order, limits   here, by table.h, before anybody is asked
 *   who may do what          whoever answers
 *
 * Lines and the message end with CRLF only; a bare CR or LF ends nothing (2.3.8, 4.1.1.4).
 *
 * Units   octets.
 * Owner   the caller owns the session and the options (which must outlive it); buffers come from
 *         `memory` when they are needed and go back as soon as they are not.
 * Errors  calls out of turn (an answer to no question, input after the end) are our bugs, asserted.
 */
#ifndef SIM_SMTP_SERVER_H
#define SIM_SMTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/smtp/act.h"
#include "sim/smtp/extensions.h"
#include "sim/smtp/grammar.h"
#include "sim/smtp/personality.h"
#include "sim/smtp/table.h"

struct smtp_server_options {
    struct text name;                           /* our host name */
    const struct smtp_personality *personality; /* NULL: rfc */
    bool lmtp;
    uint32_t extensions;      /* offered: SMTP_HAS_...; STARTTLS and AUTH by `tls`, `mechanisms` */
    int64_t size_limit;       /* octets of a message; 0: none */
    uint32_t recipient_limit; /* 0: the 100 that everybody must take (4.5.3.1.8) */
    uint32_t error_limit;     /* so many 50y replies and the session ends with 421; 0: none */
    uint32_t asks;            /* bits 1 << SMTP_ASK_...: questions to ask; others count as accepted
                                     (VERIFY: as "cannot verify", 252; LOGIN: refused) */
    enum smtp_tls tls;
    uint32_t mechanisms; /* of AUTH, bits 1 << SMTP_MECHANISM_...; 0: AUTH is not offered */
    bool login_in_clear; /* offer AUTH without TLS too, against RFC 4954 4 */
    bool bare_lf;        /* a bare LF ends a line of the message, against RFC 5321 4.1.1.4 */
};

#define SMTP_ASKS(question) (UINT32_C(1) << (question))
#define SMTP_ASKS_ALL       ((UINT32_C(1) << SMTP_QUESTION_COUNT) - 2)

struct smtp_recipient {
    struct mail_path path;
    struct smtp_parameters parameters;
    uintptr_t tag; /* the answerer's own, as given with the answer */
};

/* One transaction; it lasts from an accepted MAIL to the verdict on the message, or to RESET. */
struct smtp_envelope {
    struct mail_path sender;
    struct smtp_parameters parameters;
    struct smtp_recipient *recipients; /* accepted ones, in order */
    size_t recipient_count, recipient_capacity;
    struct smtp_block *blocks; /* what the slices above point to */
};

enum smtp_verdict { SMTP_ACCEPT, SMTP_REFUSE, SMTP_DEFER };

/* What is left 0 or empty is filled from the table.  A code must be of the verdict's class; 421
 * closes the connection after the reply (3.8). */
struct smtp_answer {
    enum smtp_verdict verdict;
    uint16_t code;
    struct text enhanced; /* "5.7.1" */
    struct text text;     /* may hold "\n" between lines */
    uintptr_t tag;        /* kept with an accepted recipient */
};

/* The verdict of a reply code: 2yz and 3yz accept, 4yz defer, 5yz refuse. */
enum smtp_verdict smtp_verdict_of(unsigned code);

struct smtp_rare;

struct smtp_server {
    const struct smtp_server_options *options;
    const struct smtp_overlay *overlay;
    struct memory *memory;
    struct smtp_envelope *envelope; /* NULL: no transaction */
    struct smtp_rare *rare;         /* of AUTH, BDAT and watched commands; NULL until one comes */
    struct buffer input;            /* part of a line, or what is held behind a question */
    struct text hello;              /* the client's name, ours to free */
    struct text pending;            /* subject of the open question about EHLO or VRFY */
    int64_t octets, lines, dots;    /* of the message that is being read */
    size_t scanned;                 /* octets of `input` known to hold no end of line */
    uint32_t errors;
    uint32_t watched;   /* SMTP_WATCH(verb) */
    uint32_t judged;    /* LMTP: recipients whose copy is judged */
    uint16_t longest;   /* octets of the longest line that can be a command */
    uint8_t state;      /* enum smtp_server_state */
    uint8_t question;   /* open; SMTP_ASK_NONE: none */
    uint8_t verb;       /* that the open question belongs to */
    uint8_t hello_verb; /* EHLO, HELO, LHLO; SMTP_VERB_NONE before */
    uint8_t scan;       /* where in a line the data are (server_data.c) */
    bool discarding;    /* the rest of a line that is too long */
    bool last_cr;       /* ... and its last octet was CR */
    bool too_big;       /* the message is over the limit */
    bool closing;       /* the CLOSE act is due */
    bool sealing;       /* the SEAL act is due */
    bool sealed;        /* TLS is up */
    bool logged_in;
};

void smtp_server_init(struct smtp_server *s, struct memory *m, const struct smtp_server_options *o);
void smtp_server_free(struct smtp_server *s);

/* The connection is open: asks about it, or greets at once. */
void smtp_server_start(struct smtp_server *s, struct smtp_acts *acts);
/* While a question is open, octets are only kept (and nothing is said): as many as the connection's
 * window lets through, since its owner need not read on before the answer. */
void smtp_server_input(struct smtp_server *s, struct text octets, struct smtp_acts *acts);
void smtp_server_answer(struct smtp_server *s, const struct smtp_answer *answer,
                        struct smtp_acts *acts);
/* A connection that this host never serves: answers SMTP_ASK_CONNECTION with 521 (RFC 7504). */
void smtp_server_answer_no_mail(struct smtp_server *s, struct smtp_acts *acts);
/*
 * Commands to ask about before anything is done (SMTP_ASK_COMMAND), where their state lets them be
 * said: bits SMTP_WATCH(verb); GREETING for the greeting, MESSAGE for the end of data.  May be
 * called at any time, before smtp_server_start() too.  smtp_server_go_on() answers: nothing special.
 * smtp_server_answer() answers: this reply.  4yz and 5yz move the session as the command's deferral
 * or refusal would; 2yz and 3yz as its success, nobody else being asked (but about the message).
 */
#define SMTP_WATCH(verb) (UINT32_C(1) << (verb))
void smtp_server_watch(struct smtp_server *s, uint32_t verbs);
void smtp_server_go_on(struct smtp_server *s, struct smtp_acts *acts);
/* After SEAL: the handshake is done, and all that was said before is forgotten (RFC 3207 4.2); or it
 * is not, and the connection ends. */
void smtp_server_tls_up(struct smtp_server *s, struct smtp_acts *acts);
void smtp_server_tls_failed(struct smtp_server *s, struct smtp_acts *acts);
/* The last TIMER ran off: 421 and the end. */
void smtp_server_timeout(struct smtp_server *s, struct smtp_acts *acts);
/* This host stops: 421 and the end (3.8). */
void smtp_server_shutdown(struct smtp_server *s, struct smtp_acts *acts);
/* The connection is gone; an open question is void. */
void smtp_server_lost(struct smtp_server *s, struct smtp_acts *acts);

/* ---- to be read by whoever answers ------------------------------------------------------------- */

static inline bool smtp_server_asking(const struct smtp_server *s)
{
    return s->question != SMTP_ASK_NONE;
}

/* The keyword for WITH in Received (RFC 5321 4.4, RFC 3848): SMTP; ESMTP or LMTP with S if sealed,
 * and A if logged in. */
struct text smtp_server_protocol(const struct smtp_server *s);

#endif
