/*
 * pop3_reception.h - a POP3 server at work: its listeners and their sessions.
 *
 * The glue between the pure session (pop3_server.h), TCP, TLS and the mailboxes of the host's MDA.
 *
 * Errors  none: what a client does wrong is answered with -ERR; each port is free (checked before).
 * Owner   a session frees itself when its connection is gone.
 */
#ifndef SIM_AGENTS_RECEPTION_POP3_RECEPTION_H
#define SIM_AGENTS_RECEPTION_POP3_RECEPTION_H

#include <stdbool.h>
#include <stdint.h>

struct host;

/* Listens from now on; port 995 is sealed from the first octet (RFC 8314 3.3). */
void pop3_listen(struct host *h, uint16_t port);
/* Nobody is let in any more, open sessions end; what they had marked stays (RFC 1939 6). */
void pop3_host_down(struct host *h, bool crash, uint64_t cause);

#endif
