/*
 * mail_queue_outage.c - a queue while its host is down: kept as on a disk, but nothing is tried.
 */
#include "sim/agents/mail_queue/mail_queue_parts.h"

#include <assert.h>

#include "sim/agents/mail_queue/dead_host.h"

void queue_set_due(struct queue_entry *e, int64_t time_ns)
{
    if (e->queue->host->up)
        queue_set(&e->queue->host->world->queue, &e->due, time_ns);
}

void queue_broken_off(struct queue_entry *e, uint32_t i)
{
    struct queue_recipient *r = &e->recipients[i];

    assert(r->state == RECIPIENT_ACTIVE);
    r->state = RECIPIENT_WAITING;
    r->next_try_ns = e->queue->host->world->queue.now_ns;
}

void queue_delivery_broken_off(struct queue_entry *e)
{
    assert(e->active > 0);
    e->active--;
}

void queue_host_down(struct mail_queue *q, bool crash, uint64_t cause)
{
    (void)crash;
    (void)cause;
    queue_slots_down(q);
    dead_host_down(q);
    for (struct queue_entry *e = q->first; e; e = e->next)
        queue_clear(&q->host->world->queue, &e->due);
}

void queue_host_up(struct mail_queue *q, uint64_t cause)
{
    int64_t now_ns = q->host->world->queue.now_ns;

    q->plan.runs_from_ns = now_ns;
    for (struct queue_entry *e = q->first; e; e = e->next) {
        if (e->held || e->active > 0)
            continue; /* a delivery that outlived the stop will end the round */
        int64_t next_ns = queue_due_time(e);
        if (next_ns == now_ns)
            e->cause = cause;
        queue_set_due(e, next_ns);
    }
}
