/*
 * mail_queue_parts.h - shared by mail_queue.c (in, settled, out), mail_queue_try.c (a round of tries),
 * mail_queue_slots.c (how many at a time), mail_queue_warn.c, mail_queue_hold.c and mail_queue_outage.c.
 *
 * Owner   an entry is of its queue (mail_queue.h).
 * Errors  as in mail_queue.h.
 */
#ifndef SIM_AGENTS_MAIL_QUEUE_MAIL_QUEUE_PARTS_H
#define SIM_AGENTS_MAIL_QUEUE_MAIL_QUEUE_PARTS_H

#include "sim/agents/mail_queue/mail_queue.h"
#include "sim/agents/mail_routing/route_mail.h"

/* The entry's due time: tries every recipient that waits and is due. */
void queue_try_due(void *world, struct event *due);
/* It fails for good, by a verdict of this host itself. */
void queue_fail_here(struct queue_entry *e, uint32_t i, struct mail_status status,
                     struct text words, uint64_t cause);
/* Waited too long: failed for good, by the kept failure. */
void queue_expire(struct queue_entry *e, uint32_t i, uint64_t cause);
/* When the next round is due: the earliest of those that wait, or now. */
int64_t queue_due_time(const struct queue_entry *e);
/* The only place that settles a recipient: its custody closes. */
void queue_settle(struct queue_entry *e, uint32_t i, enum custody_end how, struct text to,
                  struct text why, uint64_t cause);

/* When the entry is looked at next; not before the host is up. */
void queue_set_due(struct queue_entry *e, int64_t time_ns);
/* Held: queue.held for each recipient (mail_queue_hold.c). */
void queue_set_aside(struct queue_entry *e);

/* ---- how many deliveries at a time: mail_queue_slots.c --------------------------------------------- */

/* Starts the delivery now, or when its turn comes; either way its end is told by
 * queue_delivery_over(). */
void queue_take_slot(struct queue_entry *e, const struct hop *hop, const uint32_t *group,
                     uint32_t count);
/* The host stops: nobody waits for a slot any more. */
void queue_slots_down(struct mail_queue *q);
/* The turn has come (mail_queue_try.c). */
void queue_start_delivery(struct queue_entry *e, const struct hop *hop, const uint32_t *group,
                          uint32_t count, struct queue_destination *to);
/* A key for tables: two hops have the same if and only if they are equal. */
void queue_put_hop_key(struct buffer *b, const struct hop *hop);

/* ---- being late: mail_queue_warn.c ------------------------------------------------------------------ */

/* Warns about those whose time has come. */
void queue_warn(struct queue_entry *e);
/* When a warning will be due for one that waits, or -1. */
int64_t queue_warning_time(const struct queue_entry *e, uint32_t i);

#endif
