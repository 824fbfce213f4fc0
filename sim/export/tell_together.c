/*
 * tell_together.c - records of the same kind that a host made at the same instant, one for each recipient,
 * are told together.
 */
#include "sim/export/tell_parts.h"

#include "sim/export/tell.h"

struct text tell_recipient_of(const struct trace_record *r)
{
    const struct text none = TEXT("");

    if (r->kind == TRACE_MAIL_RELAYED)
        return ((const struct trace_mail_relayed *)r->data)->recipient;
    if (r->kind == TRACE_QUEUE_DEFERRED)
        return ((const struct trace_queue_deferred *)r->data)->recipient;
    if (r->kind == TRACE_QUEUE_EXPIRED)
        return ((const struct trace_queue_expired *)r->data)->recipient;
    if (r->kind == TRACE_QUEUE_BOUNCED)
        return ((const struct trace_queue_bounced *)r->data)->recipient;
    return none;
}

/* What was said to the one was said to the other. */
static bool same_words(const struct trace_record *a, const struct trace_record *b)
{
    if (a->kind == TRACE_QUEUE_DEFERRED) {
        const struct trace_queue_deferred *x = a->data, *y = b->data;

        return x->code == y->code && text_equal(x->reason, y->reason) &&
               x->next_try_ns == y->next_try_ns;
    }
    if (a->kind == TRACE_QUEUE_BOUNCED) {
        const struct trace_queue_bounced *x = a->data, *y = b->data;

        return x->code == y->code && text_equal(x->status, y->status) &&
               text_equal(x->reason, y->reason);
    }
    return true;
}

static bool told_together(const struct trace_record *a, const struct trace_record *b)
{
    return a->kind == b->kind && a->time_ns == b->time_ns &&
           text_equal(a->where.host, b->where.host) && text_equal(a->where.queue, b->where.queue) &&
           same_words(a, b);
}

bool tell_is_told(const struct view_mail *mail, size_t index)
{
    const struct trace_record *r = mail->steps.items[index].record;

    for (size_t i = index; i-- > 0;) {
        if (mail->steps.items[i].record->time_ns != r->time_ns)
            return false;
        if (told_together(mail->steps.items[i].record, r))
            return true;
    }
    return false;
}

void tell_recipients(struct buffer *b, const struct view_mail *mail, size_t index)
{
    enum { MOST = 100 };
    const struct trace_record *r = mail->steps.items[index].record;
    struct text items[MOST];
    uint32_t count = 0;

    for (size_t i = index; i < mail->steps.count && count < MOST; i++) {
        const struct trace_record *other = mail->steps.items[i].record;

        if (other->time_ns != r->time_ns)
            break;
        if (told_together(r, other))
            items[count++] = tell_recipient_of(other);
    }
    tell_list(b, items, count);
}
