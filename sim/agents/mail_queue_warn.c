/*
 * mail_queue_warn.c - telling senders that their mail is late (RFC 3461 4.1, RFC 3464 2.3.3).
 */
#include "sim/agents/mail_queue.h"

#include "sim/agents/queue_dsn.h"

bool queue_wants_warning(const struct queue_entry *e, uint32_t i)
{
    return !e->queue->outbox && e->sender.size > 0 && dsn_allows_delay(queue_notify(e, i));
}
