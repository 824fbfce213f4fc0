/*
 * written.h - mail that a host writes by itself: into its queue, with its records.
 *
 * Owner   the caller keeps its reference to the message.  Errors  none.
 */
#ifndef SIM_AGENTS_MAIL_QUEUE_WRITTEN_H
#define SIM_AGENTS_MAIL_QUEUE_WRITTEN_H

#include <stdint.h>

#include "sim/agents/custody/letter.h"
#include "sim/agents/host/host.h"
#include "sim/kernel/text.h"
#include "sim/mail/message.h"
#include "sim/trace/trace.h"

struct written {
    struct text sender; /* empty: null reverse-path */
    struct text to;
    struct text id; /* from queue_next_id() */
    struct text subject, message_id;
    struct message *message;
};

/* The host has an MTA.  mail.composed, mail.content, and into the queue with custody of its own. */
uint64_t written_send(struct host *h, const struct written *m, uint64_t cause);

/* mail.composed and mail.content of what somebody here has written; `composed` without its octets.
 * Returns the last record. */
uint64_t written_record(struct host *h, const struct letter *l, struct trace_mail_composed composed,
                        const struct message *message, uint64_t cause);

#endif
