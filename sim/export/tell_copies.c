/*
 * Both sentences are drawn from the acceptances and deliveries before: nobody in the run knows them.
 */
#include "sim/export/tell_copies.h"

#include "sim/export/tell_parts.h"

/* Who has taken it from the host that defers it now and has not read the 250; {0} if nobody has. */
static struct text taken_by(const struct view *v, const struct view_mail *mail, size_t index)
{
    const struct trace_record *r = mail->steps.items[index].record;
    const struct trace_queue_deferred *d = r->data;

    for (size_t i = index; d->code == 0 && i-- > 0;) {
        const struct trace_record *before = mail->steps.items[i].record;

        if (text_equal(before->where.host, r->where.host)) {
            if (before->kind == TRACE_QUEUE_ATTEMPT &&
                text_equal(before->where.queue, r->where.queue))
                break; /* what was before this attempt was told then */
        } else if (before->kind == TRACE_MAIL_ACCEPTED) {
            const struct trace_mail_accepted *a = before->data;
            const struct view_host *client = view_find_address(v, a->address);

            if (client == NULL || !text_equal(client->name, r->where.host))
                continue;
            for (uint32_t k = 0; k < a->recipients.count; k++)
                if (text_equal_nocase(a->recipients.items[k], d->recipient))
                    return before->where.host;
        }
    }
    return TEXT("");
}

/* RFC 5321 6.1, RFC 1047: the one moment at which two are responsible. */
void tell_doubt(struct buffer *b, const struct view *v, const struct view_mail *mail, size_t index)
{
    struct text taker = taken_by(v, mail, index);

    if (taker.size == 0)
        return;
    tell_string(b, " But ");
    tell_text(b, taker);
    tell_string(b, " has taken it; its 250 was not read. Now both have the message, and each did "
                   "right: who has said 250 must deliver it, who has not read it must try again "
                   "(RFC 5321 6.1; RFC 1047).");
}

/* How often it lies in this mailbox for this recipient, with this time. */
static uint64_t copies_there(const struct view_mail *mail, size_t index)
{
    const struct trace_record *r = mail->steps.items[index].record;
    const struct trace_mail_delivered *d = r->data;
    uint64_t copies = 1;

    for (size_t i = 0; i < index; i++) {
        const struct trace_record *before = mail->steps.items[i].record;
        const struct trace_mail_delivered *other = before->data;

        copies += before->kind == TRACE_MAIL_DELIVERED &&
                  text_equal(before->where.host, r->where.host) &&
                  text_equal(other->mailbox, d->mailbox) &&
                  text_equal_nocase(other->recipient, d->recipient);
    }
    return copies;
}

void tell_copy(struct buffer *b, const struct view_mail *mail, size_t index)
{
    uint64_t copies = copies_there(mail, index);

    if (copies == 2) {
        tell_string(b, " It is the second copy there.");
    } else if (copies > 2) {
        tell_string(b, " It is copy ");
        buffer_put_int(b, (int64_t)copies);
        tell_string(b, " there.");
    }
}
