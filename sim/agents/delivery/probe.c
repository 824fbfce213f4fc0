/*
 * probe.c - one address, one connection, one question.
 */
#include "sim/agents/delivery/probe.h"

#include <assert.h>

#include "sim/agents/dialogue/acts.h"
#include "sim/net/tcp.h"
#include "sim/smtp/client.h"

struct probe {
    struct host *host;
    struct probe *next, *prev; /* in host->probes */
    struct probe_question q;
    struct buffer texts;
    struct dns_asking asking;
    bool second; /* the first family of addresses led nowhere */
    struct tcp *tcp;
    struct smtp_client_options options;
    struct smtp_client client;
    struct smtp_client_mail mail;
    struct smtp_client_recipient recipient;
    struct act_timer timer;
    bool closing, told;
    uint64_t cause;
};

static void release(struct probe *p)
{
    struct world *w = p->host->world;

    queue_clear(&w->queue, &p->timer.event);
    dns_cancel(&p->asking);
    if (p->tcp)
        smtp_client_free(&p->client);
    buffer_free(&p->texts);
    if (p->next)
        p->next->prev = p->prev;
    if (p->prev)
        p->prev->next = p->next;
    else
        p->host->probes = p->next;
    memory_give(&w->memory, p, sizeof *p);
}

static void tell(struct probe *p, const struct probe_answer *a)
{
    struct host *h = p->host;
    struct trace_where where = p->tcp ? tcp_where(p->tcp, p->cause) : host_where(h, p->cause);
    struct probe_answer answer = *a;
    struct buffer rule;

    if (p->told)
        return;
    p->told = true;
    buffer_init(&rule, &h->world->memory);
    buffer_put_string(&rule, "probe ");
    buffer_put_text(&rule, p->q.server);
    answer.cause = p->cause = trace_emit_policy_decision(
        &h->world->trace, &where,
        &(struct trace_policy_decision){.at = TEXT("recipient"),
                                        .verdict = a->fate == SMTP_FATE_WELCOME   ? TEXT("accept")
                                                   : a->fate == SMTP_FATE_REFUSED ? TEXT("refuse")
                                                                                  : TEXT("defer"),
                                        .code = a->code,
                                        .enhanced = a->enhanced,
                                        .rule = buffer_text(&rule),
                                        .subject = p->q.recipient,
                                        .reference = TEXT("RFC 5321 3.3")});
    buffer_free(&rule);
    if (p->q.told)
        p->q.told(p->q.context, h, &answer);
}

static void fail(struct probe *p, const char *words)
{
    tell(p, &(struct probe_answer){.fate = SMTP_FATE_LOST, .text = text_of(words)});
}

/* ---- the dialogue ---------------------------------------------------------------------------------- */

static void act(struct probe *p, uint64_t cause)
{
    struct world *w = p->host->world;
    struct smtp_acts *acts = &w->client_acts;
    bool done = false, usable = false;

    p->cause = cause;
    for (size_t i = 0; i < acts->count; i++) {
        const struct smtp_act *a = &acts->at[i];
        switch (a->kind) {
        case SMTP_ACT_COMMAND:
        case SMTP_ACT_REPLY:
        case SMTP_ACT_STATE: p->cause = acts_record(&w->trace, p->tcp, a, p->cause); break;
        case SMTP_ACT_SEND: tcp_write(p->tcp, a->send, p->cause); break;
        case SMTP_ACT_TIMER:
            act_timer_set(&p->timer, &w->queue, a->timer.phase, a->timer.limit_ns);
            break;
        case SMTP_ACT_RECIPIENT:
            tell(p, &(struct probe_answer){.fate = a->recipient.fate,
                                           .code = a->recipient.code,
                                           .enhanced = a->recipient.enhanced,
                                           .text = a->recipient.text});
            break;
        case SMTP_ACT_DONE:
            done = true;
            usable = a->done.usable;
            break;
        case SMTP_ACT_CLOSE:
            p->closing = true;
            tcp_close(p->tcp, p->cause);
            break;
        case SMTP_ACT_ASK:
        case SMTP_ACT_DATA:
        case SMTP_ACT_MESSAGE_END:
        case SMTP_ACT_RESET:
        case SMTP_ACT_WANT_DATA:
        case SMTP_ACT_SEAL: assert(0 && "not for a probe");
        }
    }
    if (done && usable && smtp_client_idle(&p->client)) { /* else a 421 came with the last reply */
        smtp_client_quit(&p->client, acts);
        act(p, p->cause);
    }
}

static void opened(void *context, struct tcp *tcp, uint64_t cause)
{
    struct probe *p = context;
    struct smtp_acts *acts = &p->host->world->client_acts;

    (void)tcp;
    smtp_client_start(&p->client, acts);
    act(p, cause);
    p->recipient = (struct smtp_client_recipient){.address = p->q.recipient};
    p->mail = (struct smtp_client_mail){.sender = p->q.sender,
                                        .recipients = &p->recipient,
                                        .recipient_count = 1,
                                        .size = -1,
                                        .probe = true};
    if (smtp_client_mail(&p->client, &p->mail, acts))
        act(p, cause);
}

static void received(void *context, struct tcp *tcp, struct text octets, uint64_t cause)
{
    struct probe *p = context;

    (void)tcp;
    if (p->closing)
        return;
    smtp_client_input(&p->client, octets, &p->host->world->client_acts);
    act(p, cause);
}

static void lost(struct probe *p, uint64_t cause)
{
    if (p->closing)
        return;
    p->closing = true;
    smtp_client_lost(&p->client, &p->host->world->client_acts);
    act(p, cause);
}

static void finished(void *context, struct tcp *tcp, uint64_t cause)
{
    lost(context, cause);
    tcp_close(tcp, cause);
}

static void closed(void *context, struct tcp *tcp, enum tcp_reason reason, uint64_t cause)
{
    struct probe *p = context;

    (void)tcp;
    (void)reason;
    lost(p, cause);
    fail(p, "the connection was lost");
    release(p);
}

static void failed(void *context, struct tcp *tcp, enum tcp_reason reason, uint64_t cause)
{
    struct probe *p = context;

    (void)tcp;
    p->cause = cause;
    fail(p, reason == TCP_REFUSED ? "connection refused" : "no connection");
    release(p);
}

static const struct tcp_handlers handlers = {.opened = opened,
                                             .failed = failed,
                                             .received = received,
                                             .finished = finished,
                                             .closed = closed};

static void timer_fired(struct act_timer *t, enum smtp_phase phase)
{
    struct probe *p = EVENT_OWNER(t, struct probe, timer);
    struct world *w = p->host->world;
    struct trace_where where = tcp_where(p->tcp, p->cause);
    uint64_t cause = acts_record_timeout(&w->trace, &where, phase);

    p->closing = true;
    smtp_client_timeout(&p->client, &w->client_acts);
    act(p, cause);
    tcp_abort(p->tcp, p->cause);
    fail(p, "no reply");
    release(p);
}

static void timer_event(void *world, struct event *e)
{
    act_timer_event(&((struct world *)world)->queue, e, timer_fired);
}

/* ---- the address ----------------------------------------------------------------------------------- */

static void connect_to(struct probe *p, const struct address *to)
{
    struct world *w = p->host->world;

    p->options = p->q.lmtp ? p->host->lmtp_client : p->host->smtp_client;
    p->options.tls = SMTP_TLS_NONE; /* there is nothing to hide */
    smtp_client_init(&p->client, &w->memory, &p->options);
    p->tcp = tcp_connect(&w->net, p->host->index, NULL, to, p->q.port, &handlers, p, p->cause);
}

static void answered(void *world, struct dns_asking *self, const struct dns_result *answer)
{
    struct probe *p = EVENT_OWNER(self, struct probe, asking);
    uint16_t type = p->second ? DNS_AAAA : DNS_A;

    (void)world;
    p->cause = answer->cause;
    for (uint32_t i = 0; i < answer->count; i++)
        if (answer->records[i].type == type) {
            connect_to(p, &answer->records[i].address);
            return;
        }
    if (!p->second) {
        p->second = true;
        p->asking = (struct dns_asking){.answered = answered};
        dns_ask(host_resolver(p->host), &p->asking, p->q.server, DNS_AAAA, p->cause);
        return;
    }
    fail(p, "it has no address");
    release(p);
}

void probe_start(struct host *h, const struct probe_question *q, uint64_t cause)
{
    struct memory *m = &h->world->memory;
    struct probe *p = MEMORY_NEW(m, struct probe);

    p->host = h;
    p->q = *q;
    p->cause = cause;
    p->timer.event.fire = timer_event;
    buffer_init(&p->texts, m);
    buffer_put_text(&p->texts, q->server);
    buffer_put_text(&p->texts, q->sender);
    buffer_put_text(&p->texts, q->recipient);
    struct text rest = buffer_text(&p->texts);
    p->q.server = text_from(rest.at, q->server.size);
    rest = text_after(rest, q->server.size);
    p->q.sender = text_from(rest.at, q->sender.size);
    p->q.recipient = text_after(rest, q->sender.size);
    p->next = h->probes;
    if (p->next)
        p->next->prev = p;
    h->probes = p;
    if (q->address) {
        connect_to(p, q->address);
        p->q.address = NULL;
        return;
    }
    p->asking = (struct dns_asking){.answered = answered};
    dns_ask(host_resolver(h), &p->asking, p->q.server, DNS_A, cause);
}

void probe_host_down(struct host *h, bool crash, uint64_t cause)
{
    while (h->probes) {
        struct probe *p = h->probes;
        if (p->tcp && !crash)
            tcp_abort(p->tcp, cause);
        if (!p->told && p->q.gone)
            p->q.gone(p->q.context);
        release(p);
    }
}
