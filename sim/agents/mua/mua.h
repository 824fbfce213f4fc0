/*
 * mua.h - the author's program: writes a letter and hands it to its submission server.
 *
 * Owner   `send` is borrowed; outboxes are the host's.
 * Errors  none: what the server refuses is a record, and the author's to read.
 */
#ifndef SIM_AGENTS_MUA_MUA_H
#define SIM_AGENTS_MUA_MUA_H

#include <stdint.h>

#include "sim/agents/host/host.h"

/* Writes the letter now and puts it into the outbox.  `send` has at least one recipient. */
void mua_send(struct host *h, const struct send_config *send, uint64_t cause);

/* The queue of this host that sends everything to that server; made when it is first needed. */
struct mail_queue *mua_outbox(struct host *h, struct text server, uint16_t port);

#endif
