/*
 * queue_dsn.c - one block for what was asked: the struct, its recipients, then the texts.
 */
#include "sim/agents/mail_queue/queue_dsn.h"

#include <assert.h>
#include <string.h>

/* An alias for several: SUCCESS is told where they part; "nothing else" must not become "not given",
 * which would mean failures (RFC 3461 5.2.7.3 c, 4.1). */
static uint8_t without_success(uint8_t notify)
{
    uint8_t left = notify & (uint8_t)~DSN_NOTIFY_SUCCESS;

    return notify != 0 && left == 0 ? DSN_NOTIFY_NEVER : left;
}

static struct dsn_recipient asked_of(const struct queue_submission *s, uint32_t i)
{
    if (s->from && s->from->dsn) {
        struct dsn_recipient asked = s->from->dsn->recipients[s->from_recipient].asked;
        if (s->count > 1)
            asked.notify = without_success(asked.notify);
        return asked;
    }
    return s->addressees[i].dsn ? *s->addressees[i].dsn : (struct dsn_recipient){0};
}

static struct text keep(char **at, struct text t)
{
    struct text kept = text_from(*at, t.size);

    if (t.size)
        memcpy(*at, t.at, t.size);
    *at += t.size;
    return kept;
}

struct queue_dsn *queue_dsn_new(struct memory *m, const struct queue_submission *s)
{
    struct dsn_message message = s->dsn ? *s->dsn : (struct dsn_message){0};
    size_t head = sizeof(struct queue_dsn) + s->count * sizeof(struct queue_dsn_recipient);
    bool any;

    if (s->from && s->from->dsn)
        message = s->from->dsn->message;
    size_t size = head + message.envid.size;
    any = dsn_message_given(&message);
    for (uint32_t i = 0; i < s->count; i++) {
        struct dsn_recipient asked = asked_of(s, i);
        any = any || dsn_recipient_given(&asked);
        size += asked.orcpt.size;
    }
    if (!any)
        return NULL;
    struct queue_dsn *d = memory_take(m, size);
    memset(d, 0, head);
    char *at = (char *)d + head;
    d->size = size;
    d->message = (struct dsn_message){.ret = message.ret, .envid = keep(&at, message.envid)};
    for (uint32_t i = 0; i < s->count; i++) {
        struct dsn_recipient asked = asked_of(s, i);
        asked.orcpt = keep(&at, asked.orcpt);
        d->recipients[i].asked = asked;
    }
    return d;
}

static void forget_success(struct memory *m, struct queue_dsn_recipient *r)
{
    if (r->success)
        memory_give(m, r->success, r->success->size);
    r->success = NULL;
}

void queue_dsn_free(struct memory *m, struct queue_dsn *d, uint32_t count)
{
    if (!d)
        return;
    for (uint32_t i = 0; i < count; i++)
        forget_success(m, &d->recipients[i]);
    memory_give(m, d, d->size);
}

void queue_forget_successes(struct queue_entry *e)
{
    for (uint32_t i = 0; i < e->count; i++)
        forget_success(&e->queue->host->world->memory, &e->dsn->recipients[i]);
    e->dsn->successes = 0;
}

void queue_note_success(struct queue_entry *e, uint32_t i, enum mail_action action,
                        const struct failure *by, uint64_t cause)
{
    struct memory *m = &e->queue->host->world->memory;

    if (e->queue->outbox || !dsn_wants_success(queue_notify(e, i)) ||
        !mail_report_allowed(e->sender))
        return;
    struct queue_dsn_recipient *r = &e->dsn->recipients[i];
    size_t size = sizeof(struct queue_success) + (by ? by->remote.size + by->quoted.size : 0);
    struct queue_success *success = memory_take(m, size);
    char *at = (char *)(success + 1);

    assert(!r->success);
    *success = (struct queue_success){.action = action,
                                      .status = by ? by->status : (struct mail_status){2, 0, 0},
                                      .time_ns = e->queue->host->world->queue.now_ns,
                                      .size = size};
    success->remote = by ? keep(&at, by->remote) : TEXT("");
    success->quoted = by ? keep(&at, by->quoted) : TEXT("");
    r->success = success;
    e->dsn->successes++;
    e->dsn->cause = cause;
}
