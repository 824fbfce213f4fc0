/*
 * collecting.c - one visit: name, address, connection, dialogue.
 */
#include "sim/agents/mua/collecting.h"

#include <assert.h>

#include "sim/agents/dialogue/sealing.h"
#include "sim/agents/host/host.h"
#include "sim/agents/host/periodic.h"
#include "sim/agents/pop3/pop3_client.h"
#include "sim/kernel/clock.h"

enum { PATIENCE_MINUTES = 5 };

struct collecting {
    struct periodic periodic;
    struct host *host;
    struct buffer known; /* unique-ids that were fetched (pop3_client.h) */
    bool busy;
    bool other_family; /* both were asked for */
    /* Of the visit under way: */
    struct dns_asking asking;
    struct tcp *tcp;
    struct sealing *sealing;
    struct pop3_client session;
    struct event patience;
    uint64_t cause;
    bool closing;
};

/* ---- the end of a visit -------------------------------------------------------------------------- */

static void end_visit(struct collecting *c)
{
    queue_clear(&c->host->world->queue, &c->patience);
    pop3_client_free(&c->session);
    sealing_free(c->sealing);
    c->sealing = NULL;
    c->tcp = NULL;
    c->busy = c->closing = false;
}

/* ---- acts ---------------------------------------------------------------------------------------- */

static uint64_t record_collected(struct collecting *c, const struct pop3_act *a)
{
    const struct collect_config *o = &c->host->mua->config.collect;
    struct trace_where where = tcp_where(c->tcp, c->cause);

    return trace_emit_mail_collected(&c->host->world->trace, &where,
                                     &(struct trace_mail_collected){.mailbox = o->login.user,
                                                                    .server = o->server,
                                                                    .octets = a->octets});
}

static void act(struct collecting *c, uint64_t cause)
{
    struct world *w = c->host->world;
    struct pop3_acts *acts = &w->pop3_client_acts;
    const struct collect_config *o = &c->host->mua->config.collect;

    c->cause = cause;
    for (size_t i = 0; i < acts->count; i++) {
        const struct pop3_act *a = &acts->at[i];
        switch (a->kind) {
        case POP3_ACT_COMMAND:
            if (text_equal(a->text, TEXT("QUIT")))
                tcp_set_tag(c->tcp, TEXT("")); /* no longer about the last message */
            c->cause = pop3_record(&w->trace, c->tcp, a, c->cause);
            break;
        case POP3_ACT_REPLY: c->cause = pop3_record(&w->trace, c->tcp, a, c->cause); break;
        case POP3_ACT_SEND: sealing_write(c->sealing, c->tcp, a->text, c->cause); break;
        case POP3_ACT_SEAL:
            c->sealing =
                sealing_begin(c->host, c->tcp, o->server, o->tls == TLS_WISH_IMPLICIT, c->cause);
            break;
        case POP3_ACT_MESSAGE: c->cause = record_collected(c, a); break;
        case POP3_ACT_REFUSED:
            c->cause = sealing_refused(c->host, c->tcp, a->text, c->cause);
            break;
        case POP3_ACT_CLOSE:
            c->closing = true;
            sealing_close(c->sealing, c->tcp, c->cause);
            break;
        case POP3_ACT_LOGIN:
        case POP3_ACT_REMOVE: assert(0 && "an act of a server");
        }
    }
}

/* ---- the connection ------------------------------------------------------------------------------ */

static void be_patient(struct collecting *c)
{
    struct queue *q = &c->host->world->queue;

    queue_set(q, &c->patience, q->now_ns + PATIENCE_MINUTES * CLOCK_MINUTE);
}

static void patience_ended(void *world, struct event *e)
{
    struct collecting *c = EVENT_OWNER(e, struct collecting, patience);

    (void)world;
    tcp_abort(c->tcp, c->cause);
    end_visit(c);
}

static void opened(void *context, struct tcp *tcp, uint64_t cause)
{
    struct collecting *c = context;

    (void)tcp;
    be_patient(c);
    pop3_client_start(&c->session, &c->host->world->pop3_client_acts);
    act(c, cause);
}

static void failed(void *context, struct tcp *tcp, enum tcp_reason reason, uint64_t cause)
{
    (void)tcp;
    (void)reason;
    (void)cause;
    end_visit(context);
}

static void read_sealed(struct collecting *c, struct text octets, uint64_t cause)
{
    struct world *w = c->host->world;
    struct buffer plain;

    buffer_init(&plain, &w->memory);
    enum sealing_news news = sealing_read(c->sealing, c->tcp, octets, &plain, &cause);
    if (news == SEALING_UP) {
        pop3_client_tls_up(&c->session, &w->pop3_client_acts);
        act(c, cause);
    } else if (news == SEALING_BROKEN) {
        pop3_client_tls_failed(&c->session, &w->pop3_client_acts);
        act(c, cause);
    }
    if (plain.size > 0 && !c->closing) {
        pop3_client_input(&c->session, buffer_text(&plain), &w->pop3_client_acts);
        act(c, cause);
    }
    buffer_free(&plain);
}

static void received(void *context, struct tcp *tcp, struct text octets, uint64_t cause)
{
    struct collecting *c = context;

    (void)tcp;
    if (c->closing)
        return;
    be_patient(c);
    if (c->sealing) {
        read_sealed(c, octets, cause);
        return;
    }
    pop3_client_input(&c->session, octets, &c->host->world->pop3_client_acts);
    act(c, cause);
}

static void finished(void *context, struct tcp *tcp, uint64_t cause)
{
    struct collecting *c = context;

    c->closing = true;
    tcp_close(tcp, cause);
}

static void closed(void *context, struct tcp *tcp, enum tcp_reason reason, uint64_t cause)
{
    (void)tcp;
    (void)reason;
    (void)cause;
    end_visit(context);
}

static const struct tcp_handlers handlers = {.opened = opened,
                                             .failed = failed,
                                             .received = received,
                                             .finished = finished,
                                             .closed = closed};

/* ---- the server's address ------------------------------------------------------------------------ */

static void ask(struct collecting *c);

static void connect_to(struct collecting *c, const struct address *to)
{
    struct world *w = c->host->world;
    const struct collect_config *o = &c->host->mua->config.collect;

    pop3_client_init(&c->session, &w->memory, o, &c->known);
    c->tcp = tcp_connect(&w->net, c->host->index, NULL, to, o->port, &handlers, c, c->cause);
}

static void answered(void *world, struct dns_asking *self, const struct dns_result *answer)
{
    struct collecting *c = EVENT_OWNER(self, struct collecting, asking);

    (void)world;
    c->cause = answer->cause;
    for (uint32_t i = 0; i < answer->count; i++)
        if (answer->records[i].type == DNS_A || answer->records[i].type == DNS_AAAA) {
            connect_to(c, &answer->records[i].address);
            return;
        }
    if (c->other_family) {
        c->busy = false; /* until the next visit */
        return;
    }
    c->other_family = true;
    ask(c);
}

/* IPv4 first, where this host has it. */
static void ask(struct collecting *c)
{
    struct host *h = c->host;
    const struct net *net = &h->world->net;
    bool ipv4 = net_host_address(net, h->index, ADDRESS_IPV4) != NET_NONE;
    uint16_t type = ipv4 != c->other_family ? DNS_A : DNS_AAAA;
    struct text name = h->mua->config.collect.server;
    struct dns_result result;

    c->asking = (struct dns_asking){.answered = answered};
    if (dns_peek(host_resolver(h), name, type, c->cause, TEXT(""), &result))
        answered(h->world, &c->asking, &result);
    else
        dns_ask(host_resolver(h), &c->asking, name, type, c->cause);
}

/* ---- visits -------------------------------------------------------------------------------------- */

void collecting_visit(struct host *h, uint64_t cause)
{
    struct collecting *c = h->mua->collecting;

    if (!c || c->busy || !h->up)
        return;
    c->busy = true;
    c->other_family = false;
    c->cause = cause;
    ask(c);
}

static void due(struct world *w, struct periodic *p)
{
    (void)w;
    collecting_visit(EVENT_OWNER(p, struct collecting, periodic)->host, 0);
}

void collecting_start(struct host *h)
{
    struct world *w = h->world;
    const struct collect_config *o = &h->mua->config.collect;

    if (o->server.size == 0 || h->mua->collecting)
        return;
    struct collecting *c = MEMORY_NEW(&w->memory, struct collecting);
    h->mua->collecting = c;
    c->host = h;
    c->patience.fire = patience_ended;
    buffer_init(&c->known, &w->memory);
    c->periodic = (struct periodic){.every_ns = o->every_ns, .last_turn = true, .due = due};
    if (o->every_ns > 0)
        periodic_start(w, &c->periodic);
}

void collecting_host_down(struct host *h, bool crash, uint64_t cause)
{
    struct collecting *c = h->mua ? h->mua->collecting : NULL;

    if (!c || !c->busy)
        return;
    if (!c->tcp) {
        dns_cancel(&c->asking);
        c->busy = false;
        return;
    }
    if (!crash)
        tcp_abort(c->tcp, cause);
    end_visit(c);
}
