/*
 * delivery_outage.c - what a stop or a crash of the host does to its deliveries.
 */
#include "sim/agents/delivery/delivery_parts.h"

void delivery_break_off(struct delivery *d)
{
    struct queue_entry *e = d->entry;

    for (uint32_t k = 0; e && k < d->open_count; k++)
        if (e->recipients[d->open[k]].state == RECIPIENT_ACTIVE)
            queue_broken_off(e, d->open[k]);
    d->entry = NULL;
    if (e)
        queue_delivery_broken_off(e);
    delivery_free(d);
}

/* The final dot is sent: whether the message was taken, only the reply can say (RFC 5321 6.1). */
static bool awaits_verdict(const struct delivery *d)
{
    return d->entry && d->tcp && d->client.state == SMTP_CLIENT_MESSAGE;
}

void delivery_host_down(struct host *h, bool crash, uint64_t cause)
{
    for (struct delivery *d = h->deliveries, *next; d; d = next) {
        next = d->next;
        if (!crash && (awaits_verdict(d) || (!d->entry && d->tcp)))
            continue; /* the latter says goodbye */
        if (d->tcp) {
            struct tcp *tcp = d->tcp;
            delivery_leave_ghost(d);
            delivery_forget_connection(d);
            if (!crash)
                tcp_abort(tcp, cause);
        }
        delivery_break_off(d);
    }
}
