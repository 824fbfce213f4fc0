/*
 * mail_queue_parts.h - shared by mail_queue.c (in, settled, out) and mail_queue_try.c (a round of tries).
 */
#ifndef SIM_AGENTS_MAIL_QUEUE_PARTS_H
#define SIM_AGENTS_MAIL_QUEUE_PARTS_H

#include "sim/agents/mail_queue.h"

/* The entry's due time: tries every recipient that waits and is due. */
void queue_try_due(void *world, struct event *due);
/* It fails for good, by a verdict of this host itself. */
void queue_fail_here(struct queue_entry *e, uint32_t i, struct mail_status status,
                     struct text words, uint64_t cause);
/* The only place that settles a recipient: its custody closes. */
void queue_settle(struct queue_entry *e, uint32_t i, enum custody_end how, struct text to,
                  struct text why, uint64_t cause);

/* When the entry is looked at next; not before the host is up. */
void queue_set_due(struct queue_entry *e, int64_t time_ns);

#endif
