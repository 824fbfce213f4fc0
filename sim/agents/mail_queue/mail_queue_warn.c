/*
 * mail_queue_warn.c - telling senders that their mail is late (RFC 3461 4.1, RFC 3464 2.3.3).
 *
 * Once for each recipient; those of one message whose time has come together stand in one report.
 */
#include "sim/agents/mail_queue/mail_queue_parts.h"

#include "sim/agents/mail_queue/queue_dsn.h"
#include "sim/agents/reports/bounce.h"

bool queue_wants_warning(const struct queue_entry *e, uint32_t i)
{
    return !e->queue->outbox && e->sender.size > 0 && dsn_allows_delay(queue_notify(e, i));
}

static bool may_be_warned(const struct queue_entry *e, uint32_t i)
{
    const struct queue_recipient *r = &e->recipients[i];

    return e->queue->warn_ns > 0 && !r->warned && r->state == RECIPIENT_WAITING && r->failure &&
           queue_wants_warning(e, i);
}

int64_t queue_warning_time(const struct queue_entry *e, uint32_t i)
{
    if (retry_habits(e->queue->plan.personality)->warning != RETRY_WARN_THEN ||
        !may_be_warned(e, i))
        return -1;
    return e->entered_ns + e->queue->warn_ns;
}

static bool is_late(const struct queue_entry *e, uint32_t i)
{
    int64_t late_ns = e->entered_ns + e->queue->warn_ns;

    if (!may_be_warned(e, i))
        return false;
    if (retry_habits(e->queue->plan.personality)->warning == RETRY_WARN_FORESEEN)
        return e->recipients[i].next_try_ns >= late_ns;
    return e->queue->host->world->queue.now_ns >= late_ns;
}

void queue_warn(struct queue_entry *e)
{
    struct world *w = e->queue->host->world;
    uint32_t count = 0;

    if (e->queue->warn_ns == 0)
        return;
    uint32_t *which = memory_take(&w->memory, e->count * sizeof *which);
    for (uint32_t i = 0; i < e->count; i++) {
        if (!is_late(e, i))
            continue;
        struct trace_where where = queue_where(e, e->cause);
        e->recipients[i].warned = true;
        which[count++] = i;
        e->cause = trace_emit_queue_warned(
            &w->trace, &where,
            &(struct trace_queue_warned){.recipient = e->recipients[i].address,
                                         .age_ns = w->queue.now_ns - e->entered_ns});
    }
    if (count > 0)
        bounce_warn(e, which, count, e->entered_ns + e->queue->plan.give_up_ns, e->cause);
    memory_give(&w->memory, which, e->count * sizeof *which);
}
