/*
 * delivery.h - one try to bring a message to the next host: name, address, connection, dialogue.
 *
 * The glue between the pure SMTP client (sim/smtp/client.h), the resolver and TCP.  A delivery works
 * through the hosts of its plan in order, each host's addresses in order, until every recipient is
 * decided or nothing is left to try (RFC 5321 5.1); what a host only deferred is tried at the next.
 *
 * Owner   it frees itself when its connection is gone and its recipients are told to the queue.
 * Errors  none here: each recipient's end, good or bad, is told to the queue.
 */
#ifndef SIM_AGENTS_DELIVERY_DELIVERY_H
#define SIM_AGENTS_DELIVERY_DELIVERY_H

#include <stdint.h>

#include "sim/agents/mail_queue/mail_queue.h"
#include "sim/agents/mail_routing/route_mail.h"

struct delivery;
struct tcp;

/* For recipients `group[0..count-1]` of `e`, all with the same `hop`.  Everything else comes from events;
 * the end is told by queue_delivery_over().  `to` goes back by queue_give_slot(). */
void delivery_start(struct queue_entry *e, const struct hop *hop, const uint32_t *group,
                    uint32_t count, struct queue_destination *to, uint64_t cause);

/* The host stops or crashes.  Stop: all are broken off, but for those that wait for the reply to the
 * final dot.  Crash: all are gone, before tcp_host_down(). */
void delivery_host_down(struct host *h, bool crash, uint64_t cause);

/* ---- the observer's: what the server's side of the connection may know for its records -------- */

/* The letter that this delivery carries, for the first message that the server takes from it; NULL
 * for a further one (which is then no letter of ours). */
struct letter *delivery_take_letter(struct delivery *d);
/* Does it carry this letter, and how many octets of it does its host hold?  What comes may be more or
 * less: lone CR and LF become CRLF, or the server sees an end where there is none (RFC 5321 2.3.8). */
bool delivery_carries(const struct delivery *d, const struct letter *l);
size_t delivery_message_size(const struct delivery *d);
/* The sender's custody for that recipient, or NULL.  It may be closed already, if the sender has given
 * the connection up: then only its name and fate count. */
const struct custody *delivery_custody(const struct delivery *d, struct text recipient);
/* The server's end of the connection is gone too: nobody will ask for this carrier any more. */
void delivery_ghost_end(struct world *w, struct tcp *server);

#endif
