#include "sim/export/tell_retry.h"

#include "sim/export/tell.h"
#include "sim/export/tell_parts.h"

static const struct trace_record *at(const struct view_mail *mail, size_t index)
{
    return mail->steps.items[index].record;
}

static bool same_queue(const struct trace_record *a, const struct trace_record *b)
{
    return text_equal(a->where.host, b->where.host) && text_equal(a->where.queue, b->where.queue);
}

/* ---- deferrals ---------------------------------------------------------------------------- */

/* Index of the deferral of the same recipient with that attempt; the count of steps: none. */
static size_t find_deferral(const struct view_mail *mail, size_t index, int64_t attempt)
{
    const struct trace_queue_deferred *d = at(mail, index)->data;

    for (size_t i = 0; i < mail->steps.count; i++) {
        const struct trace_queue_deferred *other = at(mail, i)->data;

        if (at(mail, i)->kind == TRACE_QUEUE_DEFERRED && other->attempt == attempt &&
            same_queue(at(mail, i), at(mail, index)) && text_equal(other->recipient, d->recipient))
            return i;
    }
    return mail->steps.count;
}

static bool same_answer(const struct trace_queue_deferred *a, const struct trace_queue_deferred *b)
{
    return a->code == b->code && text_equal(a->reason, b->reason) &&
           text_equal(a->remote, b->remote);
}

/* From the third attempt on: the same as the one before. */
static bool deferral_repeats(const struct view_mail *mail, size_t index)
{
    const struct trace_queue_deferred *d = at(mail, index)->data;
    size_t before = find_deferral(mail, index, d->attempt - 1);

    return d->attempt >= 3 && before < mail->steps.count && same_answer(d, at(mail, before)->data);
}

/* ---- what goes with them ------------------------------------------------------------------ */

static bool attempt_repeats(const struct view_mail *mail, size_t index)
{
    const struct trace_record *r = at(mail, index);
    const struct trace_queue_attempt *a = r->data;

    for (size_t i = index + 1; i < mail->steps.count; i++) {
        const struct trace_queue_deferred *d = at(mail, i)->data;

        if (at(mail, i)->kind == TRACE_QUEUE_DEFERRED && same_queue(at(mail, i), r) &&
            d->attempt == a->attempt)
            return deferral_repeats(mail, i);
    }
    return false;
}

/* The same host and address were tried in an earlier attempt, and told then. */
static bool choice_repeats(const struct view_mail *mail, size_t index)
{
    const struct trace_record *r = at(mail, index);
    const struct trace_dns_mx_chosen *m = r->data;

    for (size_t i = index; i-- > 0;) {
        const struct trace_dns_mx_chosen *before = at(mail, i)->data;

        if (at(mail, i)->kind == TRACE_DNS_MX_CHOSEN && same_queue(at(mail, i), r) &&
            text_equal(before->domain, m->domain) && text_equal(before->chosen, m->chosen) &&
            text_equal(before->address, m->address) && text_equal(before->reason, m->reason))
            return true;
    }
    return false;
}

/* The same fault met the same thing in two attempts before. */
static bool fault_repeats(const struct view_mail *mail, size_t index)
{
    const struct trace_sim_fault *f = at(mail, index)->data;
    unsigned before = 0;

    for (size_t i = 0; i < index; i++) {
        const struct trace_sim_fault *other = at(mail, i)->data;

        before += at(mail, i)->kind == TRACE_SIM_FAULT && other->entry == f->entry &&
                  text_equal(other->met, f->met);
    }
    return before >= 2;
}

bool tell_retry_repeats(const struct view_mail *mail, size_t index)
{
    switch ((int)at(mail, index)->kind) {
    case TRACE_QUEUE_DEFERRED: return deferral_repeats(mail, index);
    case TRACE_QUEUE_ATTEMPT: return attempt_repeats(mail, index);
    case TRACE_DNS_MX_CHOSEN: return choice_repeats(mail, index);
    case TRACE_SIM_FAULT: return fault_repeats(mail, index);
    default: return false;
    }
}

bool tell_retry_row(struct buffer *b, const struct view_mail *mail, size_t index)
{
    const struct trace_record *r = at(mail, index);
    const struct trace_queue_deferred *d = r->data;
    int64_t first = d->attempt;
    size_t next, i = index;

    if (r->kind != TRACE_QUEUE_DEFERRED)
        return false;
    next = find_deferral(mail, index, d->attempt + 1);
    if (next < mail->steps.count && deferral_repeats(mail, next))
        return false;
    while (deferral_repeats(mail, i)) {
        first = ((const struct trace_queue_deferred *)at(mail, i)->data)->attempt;
        i = find_deferral(mail, i, first - 1);
    }
    tell_text(b, r->where.host);
    tell_string(b,
                first == d->attempt ? " gets the same in attempt " : " gets the same in attempts ");
    if (first < d->attempt) {
        buffer_put_int(b, first);
        tell_string(b, first + 1 == d->attempt ? " and " : " to ");
    }
    buffer_put_int(b, d->attempt);
    tell_string(b, " for ");
    tell_text(b, d->recipient);
    tell_string(b, "; the next is due in ");
    tell_duration(b, d->next_try_ns - r->time_ns);
    tell_string(b, ".");
    return true;
}
