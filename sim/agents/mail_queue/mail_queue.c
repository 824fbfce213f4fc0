/*
 * mail_queue.c - entries: in, tried, settled, out.
 *
 *   WAITING --due--> ACTIVE --passed on, delivered, expanded--> DONE
 *      ^               |
 *      +---deferred----+--refused, expired--> FAILED --reported, discarded--> DONE
 *
 * A round is all deliveries that one due time started.  When its last one is over, the failed ones
 * are reported together and the next due time is the earliest of those that wait.
 */
#include "sim/agents/mail_queue/mail_queue.h"

#include <assert.h>
#include <string.h>

#include "sim/agents/mail_queue/expansion.h"
#include "sim/agents/mail_queue/mail_queue_parts.h"
#include "sim/agents/mail_queue/queue_dsn.h"
#include "sim/agents/mda/mda.h"
#include "sim/agents/reports/bounce.h"
#include "sim/smtp/reply.h"

struct mail_queue *queue_new(struct host *h)
{
    struct mail_queue *q = MEMORY_NEW(&h->world->memory, struct mail_queue);

    struct mail_queue **end = &h->queues;

    q->host = h;
    while (*end)
        end = &(*end)->sibling;
    *end = q;
    return q;
}

struct text queue_next_id(struct host *h, char out[QUEUE_ID_MAX])
{
    static const char digits[] = "0123456789ABCDEF";
    /* Each host begins elsewhere, so that ids of different hosts are told apart at a glance. */
    uint32_t n = 0x1000 + (uint32_t)(text_hash_nocase(h->name) % 0x7000) + ++h->queue_ids;
    size_t size = 4;

    while (size < 8 && n >> 4 * size)
        size++;
    for (size_t i = 0; i < size; i++)
        out[i] = digits[n >> 4 * (size - 1 - i) & 15];
    return text_from(out, size);
}

struct trace_where queue_where(const struct queue_entry *e, uint64_t cause)
{
    return (struct trace_where){
        .host = e->queue->host->name, .mail = e->letter->id, .queue = e->id, .cause = cause};
}

static struct text domain_of(struct text address)
{
    for (size_t i = address.size; i > 0; i--)
        if (address.at[i - 1] == '@')
            return text_after(address, i);
    return TEXT("");
}

struct queue_entry *queue_prepare(struct mail_queue *q, const struct queue_submission *s)
{
    struct memory *m = &q->host->world->memory;
    size_t head = sizeof(struct queue_entry) + s->count * sizeof(struct queue_recipient);
    size_t size = head + s->sender.size;

    for (uint32_t i = 0; i < s->count; i++)
        size += s->addressees[i].address.size;
    struct queue_entry *e = memory_take(m, size);
    memset(e, 0, head);
    char *at = (char *)e + head;
    e->queue = q;
    e->size = size;
    e->letter = letter_hold(s->letter);
    e->message = message_hold(s->message);
    e->expansion = s->expansion ? expansion_hold(s->expansion) : NULL;
    e->count = e->left = s->count;
    e->dsn = queue_dsn_new(m, s);
    e->as_written = s->as_written;
    e->due.fire = queue_try_due;
    if (s->id.size) {
        memcpy(e->id_octets, s->id.at, s->id.size);
        e->id = text_from(e->id_octets, s->id.size);
    } else {
        e->id = queue_next_id(q->host, e->id_octets);
    }
    if (s->sender.size)
        memcpy(at, s->sender.at, s->sender.size);
    e->sender = text_from(at, s->sender.size);
    at += s->sender.size;
    for (uint32_t i = 0; i < s->count; i++) {
        struct text address = s->addressees[i].address;
        memcpy(at, address.at, address.size);
        e->recipients[i].address = text_from(at, address.size);
        e->recipients[i].domain = domain_of(e->recipients[i].address);
        e->recipients[i].custody.fate = s->addressees[i].fate; /* until custody opens */
        e->recipients[i].direct = s->addressees[i].direct;
        at += address.size;
    }
    return e;
}

static uint64_t record_entered(const struct queue_entry *e, uint64_t cause)
{
    struct world *w = e->queue->host->world;
    struct trace_where where = queue_where(e, cause);

    if (!trace_wants(&w->trace, TRACE_QUEUE_ENTERED))
        return trace_skip(&w->trace, TRACE_QUEUE_ENTERED, &where);
    struct text *list = memory_take(&w->memory, e->count * sizeof *list);
    for (uint32_t i = 0; i < e->count; i++)
        list[i] = e->recipients[i].address;
    cause = trace_emit_queue_entered(
        &w->trace, &where,
        &(struct trace_queue_entered){.sender = e->sender,
                                      .recipients = {list, e->count},
                                      .octets = (int64_t)message_size(e->message)});
    memory_give(&w->memory, list, e->count * sizeof *list);
    return cause;
}

uint64_t queue_admit(struct queue_entry *e, enum custody_origin how,
                     const struct custody_ref *parents, uint64_t cause)
{
    struct mail_queue *q = e->queue;
    struct world *w = q->host->world;

    e->prev = q->last;
    if (q->last)
        q->last->next = e;
    else
        q->first = e;
    q->last = e;
    q->entries++;
    q->octets += (int64_t)message_size(e->message);
    world_note_queued(w, (int64_t)message_size(e->message));
    e->entered_ns = w->queue.now_ns;
    e->cause = record_entered(e, cause);
    for (uint32_t i = 0; i < e->count; i++) {
        struct queue_recipient *r = &e->recipients[i];
        r->next_try_ns = e->entered_ns;
        custody_open(
            w, q->host->index, &r->custody,
            &(struct custody_opening){.letter = e->letter,
                                      .fate = r->custody.fate,
                                      .queue = e->id,
                                      .recipient = r->address,
                                      .how = how,
                                      .parent = parents ? parents[i] : (struct custody_ref){0, 0},
                                      .cause = e->cause});
    }
    if (q->hold)
        queue_set_aside(e);
    else
        queue_set_due(e, e->entered_ns);
    return e->cause;
}

/* ---- settling ---------------------------------------------------------------------------------- */

static void forget_failure(struct queue_entry *e, struct queue_recipient *r)
{
    if (r->failure)
        memory_give(&e->queue->host->world->memory, r->failure, r->failure->size);
    r->failure = NULL;
}

void queue_settle(struct queue_entry *e, uint32_t i, enum custody_end how, struct text to,
                  struct text why, uint64_t cause)
{
    struct queue_recipient *r = &e->recipients[i];

    assert(r->state != RECIPIENT_DONE && e->left > 0);
    custody_close(e->queue->host->world, &r->custody, e->id, r->address, how, to, why, cause);
    forget_failure(e, r);
    r->state = RECIPIENT_DONE;
    e->left--;
}

void queue_passed_on(struct queue_entry *e, uint32_t i, struct text next_hop, unsigned code,
                     struct text reply, uint64_t cause)
{
    struct world *w = e->queue->host->world;
    struct trace_where where = queue_where(e, cause);

    w->counts.relayed++;
    cause =
        trace_emit_mail_relayed(&w->trace, &where,
                                &(struct trace_mail_relayed){.recipient = e->recipients[i].address,
                                                             .next_hop = next_hop,
                                                             .code = code,
                                                             .reply = reply});
    queue_settle(e, i, CUSTODY_PASSED_ON, next_hop, TEXT(""), cause);
}

void queue_delivered(struct queue_entry *e, uint32_t i, struct text mailbox, uint64_t cause)
{
    struct host *h = e->queue->host;
    struct queue_recipient *r = &e->recipients[i];

    cause = mda_deliver(h, &(struct mda_delivery){.letter = e->letter,
                                                  .message = e->message,
                                                  .sender = e->sender,
                                                  .recipient = r->address,
                                                  .mailbox = mailbox,
                                                  .queue = e->id,
                                                  .cause = cause});
    queue_note_success(e, i, MAIL_DELIVERED, NULL, cause);
    queue_settle(e, i, CUSTODY_DELIVERED, mailbox, TEXT("in the mailbox"), cause);
}

void queue_keep_failure(struct queue_entry *e, uint32_t i, const struct failure *f)
{
    struct world *w = e->queue->host->world;
    struct queue_recipient *r = &e->recipients[i];
    size_t size = sizeof(struct kept_failure) + f->reply.size + f->quoted.size + f->remote.size +
                  f->command.size;
    struct kept_failure *k = memory_take(&w->memory, size);
    char *at = (char *)(k + 1);
    const struct text from[] = {f->reply, f->quoted, f->remote, f->command};
    struct text *to[] = {&k->is.reply, &k->is.quoted, &k->is.remote, &k->is.command};

    *k = (struct kept_failure){.is = *f,
                               .time_ns = w->queue.now_ns,
                               .tried_ns = !f->untried  ? w->queue.now_ns
                                           : r->failure ? r->failure->tried_ns
                                                        : -1,
                               .deferred_ns = r->failure ? r->failure->deferred_ns : -1,
                               .size = size};
    for (size_t t = 0; t < sizeof to / sizeof *to; t++) {
        if (from[t].size)
            memcpy(at, from[t].at, from[t].size);
        *to[t] = text_from(at, from[t].size);
        at += from[t].size;
    }
    forget_failure(e, r);
    r->failure = k;
}

static struct text put_status(struct mail_status s, struct buffer *b)
{
    buffer_clear(b);
    mail_status_put(b, s);
    return buffer_text(b);
}

/* The status as the other host said it, behind its code; empty if it said none (RFC 2034 4). */
static struct text status_said(const struct failure *f)
{
    struct text words = text_after(f->quoted, 4);

    return text_from(words.at, smtp_reply_enhanced(words, f->code));
}

void queue_fail(struct queue_entry *e, uint32_t i, uint64_t cause)
{
    struct world *w = e->queue->host->world;
    struct queue_recipient *r = &e->recipients[i];
    struct trace_where where = queue_where(e, cause);
    struct buffer status;

    assert(r->failure && r->state != RECIPIENT_DONE);
    r->state = RECIPIENT_FAILED;
    e->queue->refusals++;
    if (!trace_wants(&w->trace, TRACE_QUEUE_BOUNCED)) {
        e->cause = trace_skip(&w->trace, TRACE_QUEUE_BOUNCED, &where);
        return;
    }
    buffer_init(&status, &w->memory);
    e->cause = trace_emit_queue_bounced(
        &w->trace, &where,
        &(struct trace_queue_bounced){.recipient = r->address,
                                      .code = r->failure->is.code,
                                      .status = put_status(r->failure->is.status, &status),
                                      .reason = r->failure->is.reply,
                                      .remote = r->failure->is.remote,
                                      .enhanced = status_said(&r->failure->is)});
    buffer_free(&status);
}

/* The status stays that of the last trouble, as RFC 3463 3.5 would have it: of class 4, since it was of
 * the kind that passes (2), also in the report of the failure.  X.4.7 is for what was never tried. */
void queue_expire(struct queue_entry *e, uint32_t i, uint64_t cause)
{
    struct world *w = e->queue->host->world;
    struct queue_recipient *r = &e->recipients[i];
    struct trace_where where = queue_where(e, cause);

    r->state = RECIPIENT_FAILED;
    r->failure->expired = true;
    if (r->failure->is.status.class != 4)
        r->failure->is.status = (struct mail_status){4, 4, 7};
    e->cause = trace_emit_queue_expired(
        &w->trace, &where,
        &(struct trace_queue_expired){.recipient = r->address,
                                      .age_ns = w->queue.now_ns - e->entered_ns,
                                      .attempts = r->attempts});
}

/* It waits until `next_ns`; -1: it is given up. */
static void wait_until(struct queue_entry *e, uint32_t i, int64_t next_ns, uint64_t cause)
{
    struct world *w = e->queue->host->world;
    struct queue_recipient *r = &e->recipients[i];
    struct trace_where where = queue_where(e, cause);

    if (next_ns < 0) {
        queue_expire(e, i, cause);
        return;
    }
    r->next_try_ns = next_ns;
    r->failure->deferred_ns = w->queue.now_ns;
    r->state = RECIPIENT_WAITING;
    struct buffer status;
    buffer_init(&status, &w->memory);
    e->cause =
        trace_emit_queue_deferred(&w->trace, &where,
                                  &(struct trace_queue_deferred){
                                      .recipient = r->address,
                                      .attempt = r->attempts,
                                      .code = r->failure->is.code,
                                      .enhanced = r->failure->is.code ? status_said(&r->failure->is)
                                                  : trace_wants(&w->trace, TRACE_QUEUE_DEFERRED)
                                                      ? put_status(r->failure->is.status, &status)
                                                      : TEXT(""),
                                      .reason = r->failure->is.reply,
                                      .remote = r->failure->is.remote,
                                      .next_try_ns = r->next_try_ns});
    buffer_free(&status);
}

static struct retry_past past_of(const struct queue_entry *e, uint32_t i)
{
    const struct queue_recipient *r = &e->recipients[i];

    assert(r->failure && r->attempts > 0);
    bool first = r->failure->deferred_ns < 0;
    return (struct retry_past){
        .entered_ns = e->entered_ns,
        .last_ns = first ? e->queue->host->world->queue.now_ns : r->failure->deferred_ns,
        .planned_ns = first ? e->queue->host->world->queue.now_ns : r->next_try_ns,
        .tries = r->attempts};
}

void queue_defer(struct queue_entry *e, uint32_t i, uint64_t cause)
{
    struct retry_past past = past_of(e, i);

    wait_until(e, i, retry_next(&e->queue->plan, &past, e->queue->host->world->queue.now_ns),
               cause);
}

void queue_defer_with_host(struct queue_entry *e, uint32_t i, int64_t host_ns, bool hopeless,
                           uint64_t cause)
{
    struct retry_past past = past_of(e, i);
    int64_t now_ns = e->queue->host->world->queue.now_ns;

    wait_until(e, i, hopeless ? -1 : retry_next_with_host(&e->queue->plan, &past, host_ns, now_ns),
               cause);
}

int64_t queue_due_time(const struct queue_entry *e)
{
    int64_t now_ns = e->queue->host->world->queue.now_ns, due_ns = QUEUE_TIME_MAX;

    for (uint32_t i = 0; i < e->count; i++) {
        const struct queue_recipient *r = &e->recipients[i];
        if (r->state == RECIPIENT_DONE)
            continue;
        int64_t next_ns = r->state == RECIPIENT_WAITING ? r->next_try_ns : now_ns;
        int64_t warning_ns = queue_warning_time(e, i);
        if (warning_ns >= 0 && warning_ns < next_ns)
            next_ns = warning_ns;
        due_ns = next_ns < due_ns ? next_ns : due_ns;
    }
    return due_ns < now_ns ? now_ns : due_ns; /* the others may have taken longer than its wait */
}

static void free_entry(struct queue_entry *e)
{
    struct mail_queue *q = e->queue;
    struct memory *m = &q->host->world->memory;

    if (e->prev)
        e->prev->next = e->next;
    else
        q->first = e->next;
    if (e->next)
        e->next->prev = e->prev;
    else
        q->last = e->prev;
    q->entries--;
    expansion_release(e->expansion);
    q->octets -= (int64_t)message_size(e->message);
    world_note_queued(q->host->world, -(int64_t)message_size(e->message));
    message_release(e->message);
    letter_release(e->letter);
    queue_dsn_free(m, e->dsn, e->count);
    memory_give(m, e, e->size);
}

static void settle_one(struct queue_entry *e, uint32_t i, enum custody_end how, struct text to,
                       uint64_t cause)
{
    struct world *w = e->queue->host->world;
    struct queue_recipient *r = &e->recipients[i];
    struct buffer why;

    if (r->failure->expired && how != CUSTODY_DISCARDED)
        how = CUSTODY_EXPIRED;
    if (how == CUSTODY_EXPIRED)
        w->counts.expired++;
    else if (how == CUSTODY_DISCARDED)
        w->counts.discarded++;
    else
        w->counts.bounced++;
    buffer_init(&why, &w->memory);
    buffer_put_text(&why, r->failure->is.reply);
    queue_settle(e, i, how, to, buffer_text(&why), cause);
    buffer_free(&why);
}

/* Closes what failed in this round: one report for all of it, or the author's screen, or nothing. */
static void settle_failed(struct queue_entry *e)
{
    struct world *w = e->queue->host->world;
    bool told = false;

    for (uint32_t i = 0; i < e->count; i++) {
        if (e->recipients[i].state != RECIPIENT_FAILED)
            continue;
        struct text silence = bounce_silence(e, i);
        if (silence.size == 0) {
            told = true;
            continue;
        }
        struct trace_where where = queue_where(e, e->cause);
        settle_one(e, i, CUSTODY_DISCARDED, TEXT("nowhere"),
                   trace_emit_mail_discarded(
                       &w->trace, &where,
                       &(struct trace_mail_discarded){.recipient = e->recipients[i].address,
                                                      .reason = silence}));
    }
    if (!told)
        return;
    struct bounce_result b = bounce_write(e, e->cause);
    for (uint32_t i = 0; i < e->count; i++)
        if (e->recipients[i].state == RECIPIENT_FAILED)
            settle_one(e, i, b.how, b.to, b.cause);
    letter_release(b.letter);
}

static void round_over(struct queue_entry *e)
{
    struct world *w = e->queue->host->world;
    bool failed = false;

    for (uint32_t i = 0; i < e->count; i++)
        failed = failed || e->recipients[i].state == RECIPIENT_FAILED;
    if (failed)
        settle_failed(e);
    if (e->dsn && e->dsn->successes > 0)
        bounce_successes(e);
    if (e->left > 0) {
        queue_warn(e);
        queue_set_due(e, queue_due_time(e));
        return;
    }
    struct trace_where where = queue_where(e, e->cause);
    trace_emit_queue_removed(
        &w->trace, &where,
        &(struct trace_queue_removed){.age_ns = w->queue.now_ns - e->entered_ns});
    free_entry(e);
}

void queue_delivery_over(struct queue_entry *e, uint64_t cause)
{
    assert(e->active > 0);
    if (cause)
        e->cause = cause;
    if (--e->active == 0)
        round_over(e);
}
