/*
 * mda.c - Return-Path in front, and into the mailbox.
 */
#include "sim/agents/mda/mda.h"

#include <assert.h>

#include "sim/agents/abuse/blocklist.h"
#include "sim/agents/abuse/complaint.h"
#include "sim/agents/mda/vacation.h"

struct mda_room mda_room(const struct host *h, const struct directory_entry *entry, int64_t octets)
{
    const struct mda_room room = {.fits = true};
    int64_t quota = entry->box ? entry->box->quota_octets : 0;

    assert(entry->host == h->index && entry->mailbox.size);
    if (quota == 0)
        return room;
    if (octets > quota)
        return (struct mda_room){.code = 552,
                                 .enhanced = TEXT("5.2.3"),
                                 .text = TEXT("the message is larger than the whole mailbox")};
    const struct mail_box *box =
        &h->mda->store.boxes[mail_store_find(&h->mda->store, entry->mailbox)];
    int64_t used = (int64_t)box->octets;
    if (octets > 0 ? used + octets <= quota : used < quota)
        return room;
    return (struct mda_room){
        .code = 452, .enhanced = TEXT("4.2.2"), .text = TEXT("the mailbox is full")};
}

uint64_t mda_record_full(struct host *h, const struct mda_room *room, struct text recipient,
                         const struct trace_where *where)
{
    return trace_emit_policy_decision(
        &h->world->trace, where,
        &(struct trace_policy_decision){.at = TEXT("message"),
                                        .verdict =
                                            room->code / 100 == 4 ? TEXT("defer") : TEXT("refuse"),
                                        .code = room->code,
                                        .enhanced = room->enhanced,
                                        .rule = TEXT("quota"),
                                        .subject = recipient,
                                        .reference = TEXT("RFC 5321 4.2.3, RFC 3463 3.3")});
}

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
    if (h->mda->has_complaints)
        complaint_consider(h, d, cause);
    if (h->blocklist)
        blocklist_read(h, d, cause);
    if (h->mda->vacations)
        vacation_answer(h, d, cause);
    return cause;
}
