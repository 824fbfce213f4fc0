/*
 * reception.h - a server at work: listeners of MSA, MTA and LMTP, and their sessions.
 *
 * The glue between the pure SMTP server (sim/smtp/server.h), TCP, policy and the mail queue.
 *
 * Owner   a reception frees itself when its connection is gone.
 */
#ifndef SIM_AGENTS_RECEPTION_H
#define SIM_AGENTS_RECEPTION_H

#include <stdint.h>

#include "sim/agents/host.h"

enum listener_kind {
    LISTENER_RELAY,      /* MTA, port 25 */
    LISTENER_SUBMISSION, /* MSA, port 587 */
    LISTENER_LMTP        /* MDA, port 24 */
};

/* Listens on `port` from now on. */
void reception_listen(struct host *h, enum listener_kind kind, uint16_t port);

#endif
