/*
 * written.c - a new letter with one recipient.
 */
#include "sim/agents/mail_queue/written.h"

#include "sim/agents/custody/letter.h"
#include "sim/agents/mail_queue/mail_queue.h"

uint64_t written_record(struct host *h, const struct letter *l, struct trace_mail_composed composed,
                        const struct message *message, uint64_t cause)
{
    struct world *w = h->world;
    struct trace_where where = host_where(h, cause);

    where.mail = l->id;
    composed.octets = (int64_t)message_size(message);
    where.cause = trace_emit_mail_composed(&w->trace, &where, &composed);
    if (!trace_wants(&w->trace, TRACE_MAIL_CONTENT))
        return trace_skip(&w->trace, TRACE_MAIL_CONTENT, &where);
    struct buffer whole;
    buffer_init(&whole, &w->memory);
    cause = trace_emit_mail_content(
        &w->trace, &where,
        &(struct trace_mail_content){.part = TEXT("whole"),
                                     .octets = message_whole(message, &whole)});
    buffer_free(&whole);
    return cause;
}

uint64_t written_send(struct host *h, const struct written *m, uint64_t cause)
{
    struct world *w = h->world;
    struct letter *l = letter_new(w, h->index, w->queue.now_ns, &m->to, 1);

    cause = written_record(h, l,
                           (struct trace_mail_composed){.from = m->sender,
                                                        .to = {&m->to, 1},
                                                        .subject = m->subject,
                                                        .message_id = m->message_id},
                           m->message, cause);
    struct queue_entry *e = queue_prepare(
        h->mta->queue,
        &(struct queue_submission){.letter = l,
                                   .message = m->message,
                                   .sender = m->sender,
                                   .id = m->id,
                                   .addressees = &(struct queue_addressee){.address = m->to},
                                   .count = 1});
    cause = queue_admit(e, CUSTODY_WRITTEN, NULL, cause);
    letter_release(l);
    return cause;
}
