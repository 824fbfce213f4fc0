/*
 * sealing.h - TLS (net/tls.h) between a session and its connection, at one end.
 *
 * A session that has said SEAL gets one of these; from then on what it says goes through
 * sealing_write(), and what comes through sealing_read().  Emits tls.started and tls.refused.
 *
 * Errors  a peer that breaks TLS is SEALING_BROKEN: nothing more can be read, and the caller closes.
 * Owner   the caller frees it with the session.  A NULL stands for "in clear" wherever it says so.
 */
#ifndef SIM_AGENTS_DIALOGUE_SEALING_H
#define SIM_AGENTS_DIALOGUE_SEALING_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/agents/host/host.h"
#include "sim/net/tcp.h"
#include "sim/net/tls.h"

struct sealing;

/* Begins the handshake: a client says hello at once.  `server_name` as in tls_new(). */
struct sealing *sealing_begin(struct host *h, struct tcp *tcp, struct text server_name,
                              bool implicit, uint64_t cause);
/* NULL is fine. */
void sealing_free(struct sealing *s);

enum sealing_news {
    SEALING_NOTHING, /* plaintext, or part of a handshake */
    SEALING_UP,      /* from here on it is sealed; there may be plaintext already */
    SEALING_BROKEN   /* no TLS, or spoiled: the connection is of no more use */
};

/* Appends what could be read to `plain`.  *cause becomes that of the news. */
enum sealing_news sealing_read(struct sealing *s, struct tcp *tcp, struct text octets,
                               struct buffer *plain, uint64_t *cause);
/* In clear if `s` is NULL. */
void sealing_write(struct sealing *s, struct tcp *tcp, struct text octets, uint64_t cause);
/* close_notify if it is up, then FIN.  `s` may be NULL. */
void sealing_close(struct sealing *s, struct tcp *tcp, uint64_t cause);
/* No TLS where it was wished for. */
uint64_t sealing_refused(struct host *h, const struct tcp *tcp, struct text reason, uint64_t cause);

#endif
