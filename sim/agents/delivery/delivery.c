/*
 * delivery.c - a client at work: the dialogue and its connection.
 */
#include "sim/agents/delivery/delivery_parts.h"

#include <assert.h>
#include <string.h>

#include "sim/agents/dialogue/sealing.h"

#include "sim/agents/mail_queue/mail_queue.h"
#include "sim/agents/mail_queue/queue_dsn.h"

/* ---- the end --------------------------------------------------------------------------------------- */

void delivery_free(struct delivery *d)
{
    struct world *w = d->host->world;
    struct memory *m = &w->memory;

    queue_give_slot(d->queue, d->to);
    queue_clear(&w->queue, &d->timer.event);
    dns_cancel(&d->asking);
    mx_plan_end(&d->plan, d->host);
    smtp_client_free(&d->client);
    sealing_free(d->sealing);
    letter_release(d->letter);
    if (d->next)
        d->next->prev = d->prev;
    if (d->prev)
        d->prev->next = d->next;
    else
        d->host->deliveries = d->next;
    memory_give(m, d->rcpt, d->transaction_room * sizeof *d->rcpt);
    memory_give(m, d->members, d->transaction_room * sizeof *d->members);
    memory_give(m, d->again, d->transaction_room * sizeof *d->again);
    memory_give(m, d->open, 2 * (size_t)d->group_size * sizeof *d->open);
    memory_give(m, d, sizeof *d);
}

/* All recipients are told: the queue may go on, while the connection says goodbye. */
static void tell_queue(struct delivery *d)
{
    struct queue_entry *e = d->entry;

    if (!e)
        return;
    d->entry = NULL;
    queue_delivery_over(e, d->cause);
}

void delivery_give_up(struct delivery *d)
{
    d->last.untried = !d->chosen && d->host_ns >= 0;
    for (uint32_t i = 0; i < d->open_count; i++) {
        if (d->last.status.class) /* else each has the words of its own reply */
            queue_keep_failure(d->entry, d->open[i], &d->last);
        if (d->entry->recipients[d->open[i]].failure->is.status.class != 4)
            queue_fail(d->entry, d->open[i], d->cause);
        else if (d->host_ns >= 0 && !d->answered)
            queue_defer_with_host(d->entry, d->open[i], d->host_ns, d->hopeless, d->cause);
        else
            queue_defer(d->entry, d->open[i], d->cause);
    }
    d->open_count = 0;
    tell_queue(d);
    delivery_free(d);
}

/* ---- the dialogue ---------------------------------------------------------------------------------- */

static void act(struct delivery *d, uint64_t cause);

static void hand_over_message(struct delivery *d)
{
    struct smtp_acts *acts = &d->host->world->client_acts;
    const struct message *part = d->entry->message;

    for (; part; part = part->rest) {
        smtp_client_data(&d->client, part->octets, part->rest == NULL, acts);
        act(d, d->cause);
    }
}

/* What is decided is no longer RECIPIENT_ACTIVE. */
static void forget_decided(struct delivery *d)
{
    uint32_t left = 0;

    for (uint32_t k = 0; k < d->open_count; k++)
        if (d->entry->recipients[d->open[k]].state == RECIPIENT_ACTIVE)
            d->open[left++] = d->open[k];
    d->open_count = left;
}

/* A transaction for the next of those to be named. */
static bool begin_transaction(struct delivery *d)
{
    struct queue_entry *e = d->entry;
    struct smtp_acts *acts = &d->host->world->client_acts;
    uint32_t left = d->todo_count - d->todo_at;

    d->letter_taken = false;
    d->transaction_size = left < d->transaction_room ? left : d->transaction_room;
    for (uint32_t i = 0; i < d->transaction_size; i++) {
        d->members[i] = d->todo[d->todo_at++];
        d->again[i] = false;
        d->rcpt[i].address = e->recipients[d->members[i]].address;
        d->rcpt[i].dsn = e->dsn ? &e->dsn->recipients[d->members[i]].asked : NULL;
    }
    d->mail = (struct smtp_client_mail){.sender = e->sender,
                                        .recipients = d->rcpt,
                                        .recipient_count = d->transaction_size,
                                        .size = (int64_t)message_size(e->message),
                                        .eight_bit = message_is_8bit(e->message),
                                        .utf8_header = message_header_is_8bit(e->message),
                                        .bare_lf = e->as_written,
                                        .dsn = e->dsn ? &e->dsn->message : NULL};
    return smtp_client_mail(&d->client, &d->mail, acts);
}

/* Those that were too many come first in the next transaction, unless this one helped nobody: then
 * they wait like anybody who was deferred. */
static void take_up_again(struct delivery *d)
{
    bool progress = false;

    for (uint32_t i = 0; i < d->transaction_size; i++)
        progress = progress || d->entry->recipients[d->members[i]].state != RECIPIENT_ACTIVE;
    for (uint32_t i = d->transaction_size; progress && i > 0; i--)
        if (d->again[i - 1])
            d->todo[--d->todo_at] = d->members[i - 1];
}

static bool was_too_many(const struct delivery *d, uint32_t recipient)
{
    for (uint32_t i = 0; i < d->transaction_size; i++)
        if (d->members[i] == recipient)
            return d->again[i];
    return false;
}

/* The session is over before all were named: what it was for the others, it is for them. */
static void fail_unnamed(struct delivery *d)
{
    const struct kept_failure *others = NULL;
    const struct failure lost = {.status = {4, 4, 2}, .reply = TEXT("the connection was lost")};

    for (uint32_t i = 0; i < d->transaction_size && !others; i++)
        if (d->entry->recipients[d->members[i]].state == RECIPIENT_ACTIVE)
            others = d->entry->recipients[d->members[i]].failure;
    for (; d->todo_at < d->todo_count; d->todo_at++)
        if (!was_too_many(d, d->todo[d->todo_at])) /* else it has the words of its own reply */
            queue_keep_failure(d->entry, d->todo[d->todo_at], others ? &others->is : &lost);
}

static void transaction_over(struct delivery *d, bool usable)
{
    struct smtp_acts *acts = &d->host->world->client_acts;

    take_up_again(d);
    if (usable && d->todo_at < d->todo_count && begin_transaction(d)) {
        act(d, d->cause);
        return;
    }
    fail_unnamed(d);
    forget_decided(d);
    if (d->open_count == 0)
        tell_queue(d);
    if (usable) {
        smtp_client_quit(&d->client, acts);
        act(d, d->cause);
    }
}

/* Turns the acts of the last call into records, octets and fates, in order. */
static void act(struct delivery *d, uint64_t cause)
{
    struct world *w = d->host->world;
    struct smtp_acts *acts = &w->client_acts;
    bool done = false, usable = false, want_data = false;

    d->cause = cause;
    for (size_t i = 0; i < acts->count; i++) {
        const struct smtp_act *a = &acts->at[i];
        switch (a->kind) {
        case SMTP_ACT_REPLY:
            d->cause = acts_record(&w->trace, d->tcp, a, d->cause);
            delivery_note_tls(d, &a->reply);
            break;
        case SMTP_ACT_COMMAND:
        case SMTP_ACT_STATE:
        case SMTP_ACT_MESSAGE_END: d->cause = acts_record(&w->trace, d->tcp, a, d->cause); break;
        case SMTP_ACT_SEND:
            sealing_write(d->sealing, d->tcp, a->send, d->cause);
            d->unsent = tcp_unacknowledged(d->tcp);
            break;
        case SMTP_ACT_TIMER:
            act_timer_set(&d->timer, &w->queue, a->timer.phase, a->timer.limit_ns);
            break;
        case SMTP_ACT_WANT_DATA: want_data = true; break;
        case SMTP_ACT_SEAL: delivery_seal(d); break;
        case SMTP_ACT_RECIPIENT: delivery_decided(d, a); break;
        case SMTP_ACT_DONE:
            done = true;
            usable = a->done.usable;
            break;
        case SMTP_ACT_CLOSE:
            d->closing = true;
            if (!d->cut) /* else the connection is gone, or whoever noticed closes our half */
                sealing_close(d->sealing, d->tcp, d->cause);
            break;
        case SMTP_ACT_ASK:
        case SMTP_ACT_DATA:
        case SMTP_ACT_RESET: assert(0 && "an act of a server");
        }
    }
    if (want_data)
        hand_over_message(d);
    if (done)
        /* The farewell of a host that stops may have stood behind the last reply. */
        transaction_over(d, usable && smtp_client_idle(&d->client));
}

/* ---- the connection -------------------------------------------------------------------------------- */

static void opened(void *context, struct tcp *tcp, uint64_t cause)
{
    struct delivery *d = context;
    struct smtp_acts *acts = &d->host->world->client_acts;

    (void)tcp;
    delivery_reached(d, cause);
    memcpy(d->todo, d->open, d->open_count * sizeof *d->todo);
    d->todo_at = 0;
    d->todo_count = d->open_count;
    for (uint32_t i = 0; i < d->open_count && d->last.status.class == 4; i++)
        queue_keep_failure(d->entry, d->open[i], &d->last);
    smtp_client_start(&d->client, acts);
    act(d, cause);
    if (begin_transaction(d))
        act(d, cause);
}

static void read_sealed(struct delivery *d, struct text octets, uint64_t cause)
{
    struct world *w = d->host->world;
    struct buffer plain;

    buffer_init(&plain, &w->memory);
    if (delivery_unseal(d, octets, &plain, &cause))
        act(d, cause);
    if (plain.size > 0 && !d->closing) {
        smtp_client_input(&d->client, buffer_text(&plain), &w->client_acts);
        act(d, cause);
    }
    buffer_free(&plain);
}

static void received(void *context, struct tcp *tcp, struct text octets, uint64_t cause)
{
    struct delivery *d = context;

    (void)tcp;
    if (d->closing)
        return; /* what comes after our goodbye is nobody's */
    if (d->sealing) {
        read_sealed(d, octets, cause);
        return;
    }
    smtp_client_input(&d->client, octets, &d->host->world->client_acts);
    act(d, cause);
}

static void lost(struct delivery *d, uint64_t cause)
{
    if (d->closing)
        return;
    d->closing = true;
    delivery_leave_ghost(d);
    smtp_client_lost(&d->client, &d->host->world->client_acts);
    act(d, cause);
}

static void finished(void *context, struct tcp *tcp, uint64_t cause)
{
    struct delivery *d = context;

    lost(d, cause);
    tcp_close(tcp, cause);
}

void delivery_forget_connection(struct delivery *d)
{
    struct world *w = d->host->world;

    if (!d->cut) {
        carriers_remove(&w->carriers, tcp_conn(d->tcp));
        tcp_set_tag(d->tcp, TEXT(""));
    }
    d->tcp = NULL;
    queue_clear(&w->queue, &d->timer.event);
    smtp_client_free(&d->client);
    sealing_free(d->sealing);
    d->sealing = NULL;
    memset(&d->client, 0, sizeof d->client);
}

/* What is still open goes to the next host, with the failures that were kept. */
static void connection_gone(struct delivery *d, uint64_t cause)
{
    delivery_forget_connection(d);
    if (!d->entry) {
        delivery_free(d);
        return;
    }
    d->cause = cause;
    if (!d->host->up) { /* it stopped while this waited for its last reply */
        delivery_break_off(d);
        return;
    }
    uint16_t code = d->entry->recipients[d->open[0]].failure->is.code;
    d->last = (struct failure){0};
    d->why = code >= 500 ? TEXT("its reply: no service")
             : code > 0  ? TEXT("its reply: not now")
                         : TEXT("the connection was lost");
    delivery_next_host(d);
}

static void closed(void *context, struct tcp *tcp, enum tcp_reason reason, uint64_t cause)
{
    struct delivery *d = context;

    (void)tcp;
    (void)reason;
    lost(d, cause);
    connection_gone(d, cause);
}

static void failed(void *context, struct tcp *tcp, enum tcp_reason reason, uint64_t cause)
{
    struct delivery *d = context;

    (void)tcp;
    d->cause = cause;
    delivery_forget_connection(d);
    delivery_not_reached(d, reason);
    delivery_connect_next(d);
}

static const struct tcp_handlers handlers = {.opened = opened,
                                             .failed = failed,
                                             .received = received,
                                             .finished = finished,
                                             .closed = closed};

static void timer_fired(struct act_timer *t, enum smtp_phase phase)
{
    struct delivery *d = EVENT_OWNER(t, struct delivery, timer);
    struct world *w = d->host->world;
    uint64_t unsent = tcp_unacknowledged(d->tcp);

    /* The limit counts from when the octets were sent (RFC 5321 4.5.3.2.6), and what TCP still holds
     * is not: while that grows less, the other side is slow but alive. */
    if (unsent > 0 && unsent < d->unsent) {
        d->unsent = unsent;
        act_timer_set(t, &w->queue, phase, smtp_phase_limit_ns(phase));
        return;
    }
    struct trace_where where = tcp_where(d->tcp, d->cause);
    uint64_t cause = acts_record_timeout(&w->trace, &where, phase);

    delivery_leave_ghost(d);
    smtp_client_timeout(&d->client, &w->client_acts);
    act(d, cause);
    tcp_abort(d->tcp, d->cause); /* nobody answers there: no use in waiting for its FIN */
    connection_gone(d, d->cause);
}

static void timer_event(void *world, struct event *e)
{
    struct world *w = world;

    act_timer_event(&w->queue, e, timer_fired);
}

void delivery_connect_next(struct delivery *d)
{
    struct world *w = d->host->world;

    if (d->address_at == d->address_count) {
        delivery_ask_address(d);
        return;
    }
    const struct address *to = &d->addresses[d->address_at++];
    if (!delivery_may_ask(d, to))
        return;
    uint32_t index = net_find_address(&w->net, to);
    struct text text = index == NET_NONE ? TEXT("") : w->net.addresses[index].text;
    char octets[ADDRESS_TEXT_MAX];
    if (text.size == 0)
        text = text_from(octets, address_write(to, octets));
    d->cause = delivery_record_choice(d, text);
    d->closing = d->cut = false;
    d->chosen = true;
    d->asked_ns = w->queue.now_ns;
    smtp_client_init(&d->client, &w->memory, delivery_options(d));
    d->tcp = tcp_connect(&w->net, d->host->index, NULL, to, d->hop.port, &handlers, d, d->cause);
    tcp_set_tag(d->tcp, d->letter->id);
    carriers_add(&w->carriers, tcp_conn(d->tcp), d);
}

void delivery_start(struct queue_entry *e, const struct hop *hop, const uint32_t *group,
                    uint32_t count, struct queue_destination *to, uint64_t cause)
{
    struct host *h = e->queue->host;
    struct memory *m = &h->world->memory;
    struct delivery *d = MEMORY_NEW(m, struct delivery);

    d->host = h;
    d->queue = e->queue;
    d->to = to;
    d->host_ns = -1;
    d->hopeless = true;
    d->entry = e;
    d->letter = letter_hold(e->letter);
    d->hop = *hop;
    d->began_ns = h->world->queue.now_ns;
    d->cause = cause;
    d->timer.event.fire = timer_event;
    d->next = h->deliveries;
    if (d->next)
        d->next->prev = d;
    h->deliveries = d;
    d->group_size = d->open_count = count;
    d->transaction_room = count < TRANSACTION_MAX ? count : TRANSACTION_MAX;
    d->rcpt = memory_take(m, d->transaction_room * sizeof *d->rcpt);
    d->members = memory_take(m, d->transaction_room * sizeof *d->members);
    d->again = memory_take(m, d->transaction_room * sizeof *d->again);
    d->open = memory_take(m, 2 * (size_t)count * sizeof *d->open);
    d->todo = d->open + count;
    memcpy(d->open, group, count * sizeof *group);
    delivery_find_host(d);
}

/* ---- the observer's -------------------------------------------------------------------------------- */

struct letter *delivery_take_letter(struct delivery *d)
{
    if (d->letter_taken)
        return NULL;
    d->letter_taken = true;
    return d->letter;
}

bool delivery_carries(const struct delivery *d, const struct letter *l)
{
    return d->letter == l;
}

size_t delivery_message_size(const struct delivery *d)
{
    return (size_t)d->mail.size;
}

const struct custody *delivery_custody(const struct delivery *d, struct text recipient)
{
    if (d->ghost)
        return delivery_ghost_custody(d, recipient);
    if (!d->entry)
        return NULL;
    for (uint32_t i = 0; i < d->transaction_size; i++) {
        const struct queue_recipient *r = &d->entry->recipients[d->members[i]];
        if (custody_is_open(&r->custody) && text_equal(r->address, recipient))
            return &r->custody;
    }
    return NULL;
}
