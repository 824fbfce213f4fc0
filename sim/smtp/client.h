/*
 * client.h - one dialogue as the client sees it (RFC 5321 sections 3 and 4; RFC 2033 for LMTP).
 *
 * Waits for the greeting, says EHLO (HELO if that is refused with 5yz), and then carries mails one
 * after the other until it is told to quit.  It reads whole replies, acts on their first digit and
 * never on their text, pipelines only what was offered and allowed (RFC 2920 3.1), and reports each
 * recipient's fate by itself.  It does not speak SMTPUTF8: a mail that needs it is refused here,
 * before MAIL (RFC 6531 3.1), and so is 8-bit text where 8BITMIME is not offered.  What to do about
 * a fate is for the caller to decide.
 *
 * Before the first mail it begins TLS and logs in, as its options say.
 *
 *   start, mail ... WANT_DATA, data ... RECIPIENT, RECIPIENT, DONE, mail or quit ... CLOSE
 *
 * Units   octets; limits in nanoseconds.
 * Owner   the caller owns the session, the options and the mail (both must stay until DONE).
 * Errors  calls out of turn are our bugs, asserted; smtp_client_mail() says whether the connection
 *         can still carry mail.
 */
#ifndef SIM_SMTP_CLIENT_H
#define SIM_SMTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/smtp/act.h"
#include "sim/smtp/extensions.h"
#include "sim/smtp/reply.h"
#include "sim/smtp/table.h"

struct smtp_client_options {
    struct text name; /* our host name, or an address literal (4.1.4) */
    bool lmtp;
    bool pipelining; /* use it where it is offered */
    bool chunking;   /* send BDAT instead of DATA where CHUNKING is offered (RFC 3030) */
    bool bare_lf;    /* hand bare CR and LF on as they are, against RFC 5321 2.3.8 ("smuggling") */
    /* Not REQUIRED: where STARTTLS is refused it goes on in clear; but a handshake that fails ends
     * the connection, and whether to try again without TLS is for the caller to decide. */
    enum smtp_tls tls;
    const struct smtp_login *login; /* NULL: none; else whoever does not let us in gets no mail */
    bool login_in_clear;            /* send the password without TLS too */
};

struct smtp_client_recipient {
    struct text address;             /* mailbox without the angle brackets */
    const struct dsn_recipient *dsn; /* NULL: nothing asked; sent only if DSN is offered */
};

struct smtp_client_mail {
    struct text sender; /* mailbox without the angle brackets; empty: <> */
    const struct smtp_client_recipient *recipients;
    size_t recipient_count; /* at least 1 */
    int64_t size;           /* of the message in octets as SIZE counts them; -1: not known */
    bool eight_bit;         /* the message has octets above 127 */
    bool utf8_header;       /* and some of them in its header (RFC 6532) */
    bool bare_lf;           /* this one's go out as they are, as by the option */
    bool probe;             /* MAIL, RCPT, RSET and no message: whoever would be taken is WELCOME */
    const struct dsn_message *dsn; /* NULL: nothing asked; sent only if DSN is offered */
};

struct smtp_client {
    const struct smtp_client_options *options;
    const struct smtp_client_mail *mail; /* NULL: none */
    const struct smtp_overlay *overlay;
    struct memory *memory;
    uint8_t *fates; /* enum smtp_fate, one for each recipient of the mail */
    struct smtp_reply_reader reader;
    int64_t size_limit; /* announced; 0: none */
    int64_t octets, lines, dots;
    size_t sent, answered; /* RCPT commands of this transaction */
    size_t accepted;       /* of them: their fate is open until the end */
    size_t judged;         /* LMTP: where to look for the next of those */
    uint32_t extensions;   /* that the server offers */
    uint8_t state;         /* enum smtp_client_state */
    uint8_t scan;          /* where in a line the message is (client_data.c) */
    bool data_sent;        /* DATA went out in the group */
    bool doomed;           /* MAIL was refused; the rest of the group is only read */
    bool wanting;          /* the WANT_DATA act is due */
    bool closing;          /* the CLOSE act is due */
    bool sealing;          /* the SEAL act is due */
    bool sealed;           /* TLS is up */
    bool tls_refused;      /* STARTTLS was, and we can do without */
    bool logged_in;
    bool chunk;         /* the message goes by BDAT */
    bool probed;        /* a probe's recipients are told; only its RSET is left */
    uint8_t mechanisms; /* of AUTH that the server offers, bits 1 << SMTP_MECHANISM_... */
    uint8_t mechanism;  /* that is being used */
    uint8_t responses;  /* so many of it are sent */
};

void smtp_client_init(struct smtp_client *c, struct memory *m, const struct smtp_client_options *o);
void smtp_client_free(struct smtp_client *c);

/* The connection is open; the greeting is awaited. */
void smtp_client_start(struct smtp_client *c, struct smtp_acts *acts);
/* Carries this mail as soon as the session is ready for it.  False (and no acts): this connection
 * carries no more mail. */
bool smtp_client_mail(struct smtp_client *c, const struct smtp_client_mail *mail,
                      struct smtp_acts *acts);
void smtp_client_input(struct smtp_client *c, struct text octets, struct smtp_acts *acts);
/*
 * After WANT_DATA: the next octets of the message (dots are added here, 4.5.2; a bare CR or LF goes
 * out as CRLF, 2.3.8).  `last` adds what is missing of the last CRLF, and the dot.
 * No effect (and no acts) if the session has ended since WANT_DATA, as a rude server can make it.
 */
void smtp_client_data(struct smtp_client *c, struct text octets, bool last, struct smtp_acts *acts);
/* After SEAL: the handshake is done, what is said now is sealed; or it is not, and the connection
 * is of no more use. */
void smtp_client_tls_up(struct smtp_client *c, struct smtp_acts *acts);
void smtp_client_tls_failed(struct smtp_client *c, struct smtp_acts *acts);
/* No more mail; not while a transaction runs. */
void smtp_client_quit(struct smtp_client *c, struct smtp_acts *acts);
/* The last TIMER ran off. */
void smtp_client_timeout(struct smtp_client *c, struct smtp_acts *acts);
/* The connection is gone. */
void smtp_client_lost(struct smtp_client *c, struct smtp_acts *acts);

/* Was this extension offered in the last EHLO?  For what the caller must do if not (RFC 3461 5.2.2). */
static inline bool smtp_client_offered(const struct smtp_client *c, enum smtp_extension extension)
{
    return (c->extensions & (uint32_t)extension) != 0;
}

/* May it be given a mail, or be told to quit? */
static inline bool smtp_client_idle(const struct smtp_client *c)
{
    return c->state == SMTP_CLIENT_READY || c->state == SMTP_CLIENT_FAILED;
}

#endif
