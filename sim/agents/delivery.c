/*
 * delivery.c - a client at work.
 *
 *   MX? --> next host --> address? --> connect --> dialogue --> (QUIT, FIN) --> gone
 *              ^                          |            |
 *              +------ failed ------------+---- deferred, lost
 *
 * Addresses of a host are asked for one family at a time, IPv4 first (the other way round if this host
 * has no IPv4 itself): the second question is asked only if the first family led nowhere.
 */
#include "sim/agents/delivery.h"

#include <assert.h>
#include <string.h>

#include "sim/agents/acts.h"
#include "sim/mail/address.h"
#include "sim/net/tcp.h"
#include "sim/smtp/client.h"

enum { ADDRESSES_MAX = 8 }; /* of one host and family; RFC 5321 5.1 asks for two at least */

struct delivery {
    struct host *host;
    struct queue_entry *entry; /* NULL: all recipients are told, only the connection is left */
    struct letter *letter;
    bool letter_taken;
    struct hop hop;
    uint64_t cause;
    struct failure last; /* why the last host or address failed; texts static or the world's */

    struct mx_plan plan;
    struct dns_asking asking;
    struct address addresses[ADDRESSES_MAX];
    uint32_t address_count, address_at;
    uint8_t families; /* asked so far for this host: 0, 1, 2 */
    bool any_address; /* the plan had at least one */

    struct tcp *tcp;
    struct smtp_client client;
    struct smtp_client_mail mail;
    struct smtp_client_recipient *rcpt; /* of the transaction under way */
    uint32_t *members;                  /* its recipients, then all of this delivery's */
    uint32_t *open;                     /* those not decided by this host */
    uint32_t group_size, transaction_size, open_count;
    bool closing;
    struct act_timer timer;
};

static void try_host(struct delivery *d);
static void give_up(struct delivery *d);

static struct world *world_of(const struct delivery *d)
{
    return d->host->world;
}

static void fail_with(struct delivery *d, uint16_t subject, uint16_t detail, bool temporary,
                      struct text words)
{
    d->last = (struct failure){.status = {temporary ? 4 : 5, subject, detail}, .reply = words};
}

/* ---- the end --------------------------------------------------------------------------------------- */

static void free_delivery(struct delivery *d)
{
    struct world *w = world_of(d);
    struct memory *m = &w->memory;

    queue_clear(&w->queue, &d->timer.event);
    dns_cancel(&d->asking);
    mx_plan_end(&d->plan, d->host);
    smtp_client_free(&d->client);
    letter_release(d->letter);
    memory_give(m, d->rcpt, d->group_size * sizeof *d->rcpt);
    memory_give(m, d->members, d->group_size * sizeof *d->members);
    memory_give(m, d->open, d->group_size * sizeof *d->open);
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

/* Nothing left to try: what is open fails for good or waits, as the last failure says. */
static void give_up(struct delivery *d)
{
    for (uint32_t i = 0; i < d->open_count; i++) {
        if (d->last.status.class) /* else each has the words of its own reply */
            queue_keep_failure(d->entry, d->open[i], &d->last);
        if (d->entry->recipients[d->open[i]].failure->is.status.class == 4)
            queue_defer(d->entry, d->open[i], d->cause);
        else
            queue_fail(d->entry, d->open[i], d->cause);
    }
    d->open_count = 0;
    tell_queue(d);
    free_delivery(d);
}

/* ---- which host ------------------------------------------------------------------------------------ */

static uint64_t record_choice(struct delivery *d, struct text address)
{
    struct trace_where where = queue_where(d->entry, d->cause);
    struct text domain = d->hop.kind == HOP_MX ? d->hop.host : TEXT("");

    if (domain.size == 0)
        domain = d->entry->recipients[d->open[0]].domain;
    return mx_plan_record(&d->plan, d->host, domain, address, &where);
}

static void no_host(struct delivery *d, const struct dns_result *answer)
{
    switch (d->plan.reason) {
    case MX_NO_DOMAIN: fail_with(d, 1, 2, false, TEXT("the domain does not exist")); break;
    case MX_NULL:
        fail_with(d, 1, 10, false, TEXT("the domain takes no mail (null MX)"));
        d->last.code = 556; /* RFC 7505 4.1 */
        break;
    case MX_LOOP:
        fail_with(d, 4, 6, false, TEXT("the best mail exchanger is this host itself: a loop"));
        break;
    case MX_BY_RECORD:
    case MX_IMPLICIT:
    case MX_SMARTHOST:
    case MX_LITERAL:
    case MX_NEXT:
    case MX_NONE:
        fail_with(d, 4, 3, true,
                  answer->outcome == DNS_TIMED_OUT ? TEXT("the name servers do not answer")
                                                   : TEXT("the name servers cannot tell"));
        break;
    }
    d->cause = record_choice(d, TEXT(""));
    give_up(d);
}

static void mx_known(struct delivery *d, const struct dns_result *answer)
{
    d->cause = answer->cause;
    if (mx_plan_from_answer(&d->plan, d->host, d->hop.host, answer))
        try_host(d);
    else
        no_host(d, answer);
}

static void next_host(struct delivery *d)
{
    if (mx_plan_next(&d->plan, d->last.reply)) {
        d->families = 0;
        try_host(d);
    } else {
        give_up(d);
    }
}

/* ---- which address --------------------------------------------------------------------------------- */

static void connect_next(struct delivery *d);

static uint16_t family_type(const struct delivery *d, uint8_t which)
{
    const struct net *net = &d->host->world->net;
    bool ipv4 = net_host_address(net, d->host->index, ADDRESS_IPV4) != NET_NONE;

    return (which == 0) == ipv4 ? DNS_A : DNS_AAAA;
}

static bool has_family(const struct delivery *d, uint16_t type)
{
    return net_host_address(&d->host->world->net, d->host->index,
                            type == DNS_A ? ADDRESS_IPV4 : ADDRESS_IPV6) != NET_NONE;
}

static void addresses_known(struct delivery *d, const struct dns_result *answer)
{
    d->cause = answer->cause;
    d->address_count = d->address_at = 0;
    if (answer->outcome == DNS_FAILED || answer->outcome == DNS_TIMED_OUT)
        fail_with(d, 4, 3, true, TEXT("the address of the host cannot be found out now"));
    else if (!d->any_address)
        fail_with(d, 4, 4, false, TEXT("the host has no address"));
    for (uint32_t i = 0; i < answer->count && d->address_count < ADDRESSES_MAX; i++) {
        const struct dns_record *r = &answer->records[i];
        if (r->type != DNS_A && r->type != DNS_AAAA)
            continue;
        d->addresses[d->address_count++] = r->address;
        d->any_address = true;
    }
    connect_next(d);
}

static void mx_answered(void *world, struct dns_asking *self, const struct dns_result *answer)
{
    (void)world;
    mx_known(EVENT_OWNER(self, struct delivery, asking), answer);
}

static void address_answered(void *world, struct dns_asking *self, const struct dns_result *answer)
{
    (void)world;
    addresses_known(EVENT_OWNER(self, struct delivery, asking), answer);
}

/* From the cache at once, or by a question. */
static void ask(struct delivery *d, struct text name, uint16_t type,
                void (*answered)(void *, struct dns_asking *, const struct dns_result *))
{
    struct dns_result result;
    struct text mail = d->letter->id;

    if (dns_peek(host_resolver(d->host), name, type, d->cause, mail, &result)) {
        d->asking = (struct dns_asking){.answered = answered};
        answered(world_of(d), &d->asking, &result);
        return;
    }
    d->asking = (struct dns_asking){.answered = answered, .mail = mail};
    dns_ask(host_resolver(d->host), &d->asking, name, type, d->cause);
}

static void ask_address(struct delivery *d)
{
    while (d->families < 2) {
        uint16_t type = family_type(d, d->families++);
        if (!has_family(d, type))
            continue;
        ask(d, d->plan.candidates[d->plan.current].host, type, address_answered);
        return;
    }
    next_host(d);
}

static void try_host(struct delivery *d)
{
    d->address_count = d->address_at = 0;
    if (d->plan.reason == MX_LITERAL) {
        struct text text = mail_domain_literal(d->hop.host);
        d->families = 2;
        d->any_address = address_parse(text, &d->addresses[0]);
        d->address_count = d->any_address ? 1 : 0;
        if (!d->any_address)
            fail_with(d, 1, 2, false,
                      TEXT("the address literal is of no kind that this host knows"));
        connect_next(d);
        return;
    }
    ask_address(d);
}

/* ---- the dialogue ---------------------------------------------------------------------------------- */

static void act(struct delivery *d, uint64_t cause);

static void hand_over_message(struct delivery *d)
{
    struct smtp_acts *acts = &world_of(d)->client_acts;
    const struct message *part = d->entry->message;

    for (; part; part = part->rest) {
        smtp_client_data(&d->client, part->octets, part->rest == NULL, acts);
        act(d, d->cause);
    }
}

static void keep(struct delivery *d, uint32_t i, const struct smtp_act *a)
{
    bool own = a->recipient.by == SMTP_VERB_NONE;
    bool temporary = a->recipient.fate != SMTP_FATE_REFUSED;
    struct mail_status status = mail_status_of_reply(
        a->recipient.code ? a->recipient.code : (temporary ? 450 : 550), a->recipient.enhanced);

    if (a->recipient.fate == SMTP_FATE_LOST)
        status = (struct mail_status){4, 4, 2}; /* RFC 3463 3.5: bad connection */
    queue_keep_failure(
        d->entry, i,
        &(struct failure){.code = a->recipient.code,
                          .status = status,
                          .reply = a->recipient.text,
                          .remote = d->plan.candidates[d->plan.current].host,
                          .command = own ? TEXT("") : smtp_verb_name(a->recipient.by)});
}

static void forget_open(struct delivery *d, uint32_t i)
{
    for (uint32_t k = 0; k < d->open_count; k++)
        if (d->open[k] == i) {
            memmove(&d->open[k], &d->open[k + 1], (d->open_count - k - 1) * sizeof *d->open);
            d->open_count--;
            return;
        }
}

static void recipient_decided(struct delivery *d, const struct smtp_act *a)
{
    uint32_t i = d->members[a->recipient.index];

    bool about_host = a->recipient.by == SMTP_VERB_GREETING || a->recipient.by == SMTP_VERB_EHLO ||
                      a->recipient.by == SMTP_VERB_HELO || a->recipient.by == SMTP_VERB_LHLO;

    switch (a->recipient.fate) {
    case SMTP_FATE_ACCEPTED:
        queue_passed_on(d->entry, i, d->plan.candidates[d->plan.current].host, a->recipient.code,
                        a->recipient.text, d->cause);
        forget_open(d, i);
        break;
    case SMTP_FATE_REFUSED:
        keep(d, i, a);
        if (about_host)
            break; /* it refuses the session, not the recipient: another host may take it */
        queue_fail(d->entry, i, d->cause);
        forget_open(d, i);
        break;
    case SMTP_FATE_LOST:
        keep(d, i, a);
        if (a->recipient.in_doubt) { /* another host now would make a second copy more likely */
            queue_defer(d->entry, i, d->cause);
            forget_open(d, i);
        }
        break;
    case SMTP_FATE_DEFERRED:
    case SMTP_FATE_AGAIN: keep(d, i, a); break;
    case SMTP_FATE_OPEN: assert(0 && "an act with an open fate");
    }
}

/* A transaction for all that are open (at first: all). */
static bool begin_transaction(struct delivery *d)
{
    struct queue_entry *e = d->entry;
    struct smtp_acts *acts = &world_of(d)->client_acts;

    d->letter_taken = false;
    d->transaction_size = d->open_count;
    for (uint32_t i = 0; i < d->open_count; i++) {
        d->members[i] = d->open[i];
        d->rcpt[i].address = e->recipients[d->open[i]].address;
    }
    d->mail = (struct smtp_client_mail){.sender = e->sender,
                                        .recipients = d->rcpt,
                                        .recipient_count = d->transaction_size,
                                        .size = (int64_t)message_size(e->message),
                                        .eight_bit = message_is_8bit(e->message)};
    return smtp_client_mail(&d->client, &d->mail, acts);
}

static void transaction_over(struct delivery *d, bool usable, bool again)
{
    struct smtp_acts *acts = &world_of(d)->client_acts;

    if (usable && again && d->open_count > 0 && d->open_count < d->transaction_size) {
        if (begin_transaction(d)) {
            act(d, d->cause);
            return;
        }
    }
    if (d->open_count == 0)
        tell_queue(d);
    if (usable) {
        smtp_client_quit(&d->client, acts);
        act(d, d->cause);
    }
}

static uint64_t record_reply(struct delivery *d, const struct smtp_act *a, uint64_t cause)
{
    struct trace_where where = tcp_where(d->tcp, cause);

    return acts_record_reply(&world_of(d)->trace, &where, &a->reply);
}

/* Turns the acts of the last call into records, octets and fates, in order. */
static void act(struct delivery *d, uint64_t cause)
{
    struct world *w = world_of(d);
    struct smtp_acts *acts = &w->client_acts;
    bool done = false, usable = false, again = false, want_data = false;

    d->cause = cause;
    for (size_t i = 0; i < acts->count; i++) {
        const struct smtp_act *a = &acts->at[i];
        struct trace_where where = tcp_where(d->tcp, d->cause);
        switch (a->kind) {
        case SMTP_ACT_COMMAND: d->cause = acts_record_command(&w->trace, &where, a); break;
        case SMTP_ACT_REPLY: d->cause = record_reply(d, a, d->cause); break;
        case SMTP_ACT_STATE: acts_record_state(&w->trace, &where, a); break;
        case SMTP_ACT_SEND: tcp_write(d->tcp, a->send, d->cause); break;
        case SMTP_ACT_MESSAGE_END: d->cause = acts_record_message_end(&w->trace, &where, a); break;
        case SMTP_ACT_TIMER:
            act_timer_set(&d->timer, &w->queue, a->timer.phase, a->timer.limit_ns);
            break;
        case SMTP_ACT_WANT_DATA: want_data = true; break;
        case SMTP_ACT_RECIPIENT:
            again = again || a->recipient.fate == SMTP_FATE_AGAIN;
            recipient_decided(d, a);
            break;
        case SMTP_ACT_DONE:
            done = true;
            usable = a->done.usable;
            break;
        case SMTP_ACT_CLOSE:
            d->closing = true;
            tcp_close(d->tcp, d->cause);
            break;
        case SMTP_ACT_ASK:
        case SMTP_ACT_DATA:
        case SMTP_ACT_RESET: assert(0 && "an act of a server");
        }
    }
    if (want_data)
        hand_over_message(d);
    if (done)
        transaction_over(d, usable, again);
}

/* ---- the connection -------------------------------------------------------------------------------- */

static void opened(void *context, struct tcp *tcp, uint64_t cause)
{
    struct delivery *d = context;
    struct smtp_acts *acts = &world_of(d)->client_acts;

    (void)tcp;
    smtp_client_start(&d->client, acts);
    act(d, cause);
    if (begin_transaction(d))
        act(d, cause);
}

static void received(void *context, struct tcp *tcp, struct text octets, uint64_t cause)
{
    struct delivery *d = context;

    (void)tcp;
    if (d->closing)
        return; /* what comes after our goodbye is nobody's */
    smtp_client_input(&d->client, octets, &world_of(d)->client_acts);
    act(d, cause);
}

static void lost(struct delivery *d, uint64_t cause)
{
    if (d->closing)
        return;
    d->closing = true;
    smtp_client_lost(&d->client, &world_of(d)->client_acts);
    act(d, cause);
}

static void finished(void *context, struct tcp *tcp, uint64_t cause)
{
    struct delivery *d = context;

    lost(d, cause);
    tcp_close(tcp, cause);
}

static void forget_connection(struct delivery *d)
{
    struct world *w = world_of(d);

    world_set_carrier(w, tcp_conn(d->tcp), NULL);
    tcp_set_tag(d->tcp, TEXT(""));
    d->tcp = NULL;
    queue_clear(&w->queue, &d->timer.event);
    smtp_client_free(&d->client);
    memset(&d->client, 0, sizeof d->client);
}

/* What is still open goes to the next host, with the failures that were kept. */
static void connection_gone(struct delivery *d, uint64_t cause)
{
    forget_connection(d);
    if (!d->entry) {
        free_delivery(d);
        return;
    }
    d->cause = cause;
    bool replied = d->entry->recipients[d->open[0]].failure->is.code != 0;
    d->last = (struct failure){.reply = replied ? TEXT("its reply: not now")
                                                : TEXT("the connection was lost")};
    next_host(d);
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
    forget_connection(d);
    fail_with(d, 4, 1, true,
              reason == TCP_REFUSED       ? TEXT("connection refused")
              : reason == TCP_UNREACHABLE ? TEXT("no way there")
                                          : TEXT("no answer to the connection request"));
    d->last.remote = d->plan.candidates[d->plan.current].host;
    connect_next(d);
}

static const struct tcp_handlers handlers = {.opened = opened,
                                             .failed = failed,
                                             .received = received,
                                             .finished = finished,
                                             .closed = closed};

static void timer_fired(struct act_timer *t, enum smtp_phase phase)
{
    struct delivery *d = EVENT_OWNER(t, struct delivery, timer);
    struct world *w = world_of(d);
    struct trace_where where = tcp_where(d->tcp, d->cause);
    uint64_t cause = acts_record_timeout(&w->trace, &where, phase);

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

static void connect_next(struct delivery *d)
{
    struct world *w = world_of(d);

    if (d->address_at == d->address_count) {
        ask_address(d);
        return;
    }
    const struct address *to = &d->addresses[d->address_at++];
    uint32_t index = net_find_address(&w->net, to);
    struct text text = index == NET_NONE ? TEXT("") : w->net.addresses[index].text;
    char octets[ADDRESS_TEXT_MAX];
    if (text.size == 0)
        text = text_from(octets, address_write(to, octets));
    d->cause = record_choice(d, text);
    d->closing = false;
    smtp_client_init(&d->client, &w->memory,
                     d->hop.kind == HOP_LMTP ? &d->host->lmtp_client : &d->host->smtp_client);
    d->tcp = tcp_connect(&w->net, d->host->index, NULL, to, d->hop.port, &handlers, d, d->cause);
    tcp_set_tag(d->tcp, d->letter->id);
    world_set_carrier(w, tcp_conn(d->tcp), d);
}

void delivery_start(struct queue_entry *e, const struct hop *hop, const uint32_t *group,
                    uint32_t count, uint64_t cause)
{
    struct host *h = e->queue->host;
    struct memory *m = &h->world->memory;
    struct delivery *d = MEMORY_NEW(m, struct delivery);

    d->host = h;
    d->entry = e;
    d->letter = letter_hold(e->letter);
    d->hop = *hop;
    d->cause = cause;
    d->timer.event.fire = timer_event;
    d->group_size = d->open_count = count;
    d->rcpt = memory_take(m, count * sizeof *d->rcpt);
    d->members = memory_take(m, count * sizeof *d->members);
    d->open = memory_take(m, count * sizeof *d->open);
    memcpy(d->open, group, count * sizeof *group);
    if (hop->kind != HOP_MX) {
        mx_plan_single(&d->plan, h, hop->host, MX_SMARTHOST);
        try_host(d);
    } else if (hop->host.size && hop->host.at[0] == '[') {
        mx_plan_single(&d->plan, h, hop->host, MX_LITERAL);
        try_host(d);
    } else {
        ask(d, hop->host, DNS_MX, mx_answered);
    }
}

/* ---- the observer's -------------------------------------------------------------------------------- */

struct letter *delivery_take_letter(struct delivery *d)
{
    if (d->letter_taken)
        return NULL;
    d->letter_taken = true;
    return d->letter;
}

const struct custody *delivery_custody(const struct delivery *d, struct text recipient)
{
    if (!d->entry)
        return NULL;
    for (uint32_t i = 0; i < d->transaction_size; i++) {
        const struct queue_recipient *r = &d->entry->recipients[d->members[i]];
        if (custody_is_open(&r->custody) && text_equal(r->address, recipient))
            return &r->custody;
    }
    return NULL;
}
