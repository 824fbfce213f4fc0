/*
 * mail_queue_hold.c - what may be kept from the queue: mail on hold is not tried, and a full one
 * takes no more.
 */
#include "sim/agents/mail_queue/mail_queue_parts.h"

/* ---- hold ------------------------------------------------------------------------------------------ */

void queue_set_aside(struct queue_entry *e)
{
    struct world *w = e->queue->host->world;

    e->held = true;
    for (uint32_t i = 0; i < e->count; i++) {
        struct trace_where where = queue_where(e, e->cause);
        e->cause = trace_emit_queue_held(
            &w->trace, &where,
            &(struct trace_queue_held){.recipient = e->recipients[i].address,
                                       .reason = TEXT("the queue of this host is on hold")});
    }
}

void queue_set_hold(struct mail_queue *q, bool hold, uint64_t cause)
{
    q->hold = hold;
    for (struct queue_entry *e = hold ? NULL : q->first; e; e = e->next) {
        if (!e->held)
            continue;
        e->held = false;
        e->cause = cause;
        queue_set_due(e, queue_due_time(e));
    }
}

/* ---- room ------------------------------------------------------------------------------------------ */

bool queue_has_room(const struct mail_queue *q, int64_t octets)
{
    if (q->limit_messages > 0 && q->entries >= q->limit_messages)
        return false;
    return q->limit_octets == 0 || octets <= q->limit_octets - q->octets;
}
