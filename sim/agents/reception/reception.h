/*
 * reception.h - a server at work: listeners of MSA, MTA and LMTP, and their sessions.
 *
 * The glue between the pure SMTP server (sim/smtp/server.h), TCP, policy and the mail queue.
 *
 * Owner   a reception frees itself when its connection is gone.
 * Errors  none here: the client reads a reply, or its connection ends.
 */
#ifndef SIM_AGENTS_RECEPTION_RECEPTION_H
#define SIM_AGENTS_RECEPTION_RECEPTION_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/agents/host/host.h"

enum listener_kind {
    LISTENER_RELAY,      /* MTA, port 25 */
    LISTENER_SUBMISSION, /* MSA, port 587 */
    LISTENER_LMTP        /* MDA, port 24 */
};

/* Listens on `port` from now on. */
void reception_listen(struct host *h, enum listener_kind kind, uint16_t port);
/* The host's configuration has changed: listens with the new one for sessions that begin from now on. */
void reception_reload(struct host *h);
/* Open sessions that have not been ended. */
uint32_t reception_count(const struct host *h);
/* Whether they are more than so many, LMTP left out. */
bool reception_exceeds(const struct host *h, uint32_t limit);
/* Nobody listens any more.  Stop: 421 to open sessions (RFC 5321 3.8); crash: they are gone without a
 * word, before tcp_host_down(). */
void reception_host_down(struct host *h, bool crash, uint64_t cause);

#endif
