/*
 * mda.c - Return-Path in front, and into the mailbox.
 */
#include "sim/agents/mda.h"

#include <assert.h>

/* The lines that delivery adds; the whole if it also removed some (an older Return-Path). */
static uint64_t record_content(struct world *w, const struct message *stored,
                               const struct message *before, const struct trace_where *where)
{
    bool only_added = stored->size == stored->octets.size + before->size;

    if (!trace_wants(&w->trace, TRACE_MAIL_CONTENT))
        return trace_skip(&w->trace, TRACE_MAIL_CONTENT, where);
    if (only_added)
        return trace_emit_mail_content(
            &w->trace, where,
            &(struct trace_mail_content){.part = TEXT("final"), .octets = stored->octets});
    struct buffer whole;
    buffer_init(&whole, &w->memory);
    uint64_t cause = trace_emit_mail_content(
        &w->trace, where,
        &(struct trace_mail_content){.part = TEXT("stored"),
                                     .octets = message_whole(stored, &whole)});
    buffer_free(&whole);
    return cause;
}

uint64_t mda_deliver(struct host *h, const struct mda_delivery *d)
{
    struct world *w = h->world;
    struct message *stored = message_deliver(d->message, d->sender);
    uint32_t box = mail_store_find(&h->mda->store, d->mailbox);
    struct trace_where where = host_where(h, d->cause);
    int64_t composed_ns = d->letter->composed_ns;

    assert(box != MAIL_NO_BOX);
    where.mail = d->letter->id;
    where.queue = d->queue;
    where.cause = record_content(w, stored, d->message, &where);
    w->counts.delivered++;
    size_t hops = trace_wants(&w->trace, TRACE_MAIL_DELIVERED) ? message_count_hops(stored) : 0;
    uint64_t cause = trace_emit_mail_delivered(
        &w->trace, &where,
        &(struct trace_mail_delivered){.recipient = d->recipient,
                                       .mailbox = d->mailbox,
                                       .octets = (int64_t)message_size(stored),
                                       .hops = (int64_t)hops,
                                       .age_ns =
                                           composed_ns < 0 ? -1 : w->queue.now_ns - composed_ns});
    mail_store_append(&h->mda->store, box, stored, d->letter->id, w->queue.now_ns);
    message_release(stored);
    return cause;
}
