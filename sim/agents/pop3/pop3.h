/*
 * pop3.h - one POP3 dialogue at either end (RFC 1939; CAPA RFC 2449; STLS RFC 2595; RFC 3206): what both
 * sessions share, their acts.
 *
 * A session is a pure function from octets and answers to acts, as in sim/smtp: no clock, no connection,
 * no trace.  Its owner reads the acts from front to back and then calls again.
 *
 * Units   octets.
 * Owner   the caller owns a struct pop3_acts; every call on a session clears it first, so what acts
 *         point to is good until the next call.
 * Errors  none.
 */
#ifndef SIM_AGENTS_POP3_POP3_H
#define SIM_AGENTS_POP3_POP3_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/net/tcp.h"
#include "sim/trace/trace.h"

enum pop3_act_kind {
    POP3_ACT_COMMAND, /* text: the line, a password left out; read (server) or sent (client) */
    POP3_ACT_REPLY,   /* ok, text: the first line; sent (server) or read (client) */
    POP3_ACT_SEND,    /* text: put these octets on the wire */
    POP3_ACT_SEAL,    /* begin TLS, and say ..._tls_up() or ..._tls_failed() */
    POP3_ACT_LOGIN,   /* server: text, password; wants pop3_server_login(); the last */
    POP3_ACT_MESSAGE, /* server: message `number` goes out with the next SEND;
                         client: it has come whole, of so many octets */
    POP3_ACT_REMOVE,  /* server: the message with this uid leaves the mailbox (the UPDATE state) */
    POP3_ACT_REFUSED, /* client: no TLS; text: why */
    POP3_ACT_CLOSE,   /* close the connection, after what is to be sent */
};

struct pop3_act {
    enum pop3_act_kind kind;
    bool ok;
    uint32_t number; /* MESSAGE at a server: index, from 0; REMOVE: uid */
    int64_t octets;  /* MESSAGE at a client */
    struct text text, password;
};

struct pop3_acts {
    struct pop3_act *at;
    size_t count, capacity;
    struct memory *memory;
};

void pop3_acts_init(struct pop3_acts *a, struct memory *m);
void pop3_acts_free(struct pop3_acts *a);

/* The record of a COMMAND or REPLY at this end; returns its cause handle. */
uint64_t pop3_record(struct trace *t, const struct tcp *tcp, const struct pop3_act *a,
                     uint64_t cause);

/* ---- for the sessions ---------------------------------------------------------------------- */

void pop3_acts_clear(struct pop3_acts *a);
/* The text is copied.  Good until the next one is added. */
struct pop3_act *pop3_acts_add(struct pop3_acts *a, enum pop3_act_kind kind, struct text text);
/* The next line of `input` from *at on, without its CRLF (or LF); false if there is no whole one. */
bool pop3_next_line(const struct buffer *input, size_t *at, struct text *line);

#endif
