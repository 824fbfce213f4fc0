/*
 * expansion.h - one recipient becomes others: aliases, forwards, who catches all, and lists.
 *
 *   alias, forward, catch-all   the recipient in the envelope is replaced, the reverse-path stays: reports
 *                               go to whoever wrote (RFC 5321 3.9.1)
 *   list                        the reverse-path becomes the list's owner, the header stays as it is
 *                               (3.9.2); what has a null reverse-path (a report) goes to the owner alone,
 *                               since a list that sent it on could cause reports about a report
 *
 * Each step is a further entry of the same queue, so its members wait and fail each by itself.  Custody
 * goes over without a gap.  Two things end it: a name that leads back to itself, or more steps than the
 * world's limit, fails with 5.4.6; and whoever is reached twice by the same message and reverse-path at
 * this host gets one copy, as real servers do it: the further custody is discarded as a duplicate.
 *
 * Errors  none to the caller: what cannot be expanded fails its recipient.
 * Owner   an entry holds a reference to its expansion.
 */
#ifndef SIM_AGENTS_MAIL_QUEUE_EXPANSION_H
#define SIM_AGENTS_MAIL_QUEUE_EXPANSION_H

#include <stdint.h>

#include "sim/agents/host/directory.h"
#include "sim/agents/mail_queue/mail_queue.h"

struct expansion;

/* Recipient i of `e` (in its queue, not settled) stands for others: they are in the queue afterwards and it
 * is settled, or it has failed (queue_fail()). */
void expansion_expand(struct queue_entry *e, uint32_t i, const struct directory_entry *into,
                      uint64_t cause);

struct expansion *expansion_hold(struct expansion *x);
/* NULL is fine. */
void expansion_release(struct expansion *x);

#endif
