/*
 * fault.c - faults that wait for their command, and what they do to it.
 *
 * A session asks about a watched command before it does anything (smtp/server.h).  Answer, close,
 * delay and a crash before the reply act there; drop and a crash after the reply let the session go on
 * and act when its next reply goes out, which is the one to this command.
 */
#include "sim/agents/reception/fault.h"

#include <assert.h>

#include "sim/agents/outage.h"
#include "sim/agents/reception/reception_parts.h"

/* What a session waits for because of a fault. */
struct session_fault {
    struct event event;
    struct reception *reception;
    const struct fault_config *is;
    enum smtp_verb to;
    bool breaks; /* the reply is sent, and lost */
    uint64_t cause;
};

/* ---- which one --------------------------------------------------------------------------------- */

static enum smtp_verb verb_of(struct text to)
{
    if (text_equal(to, TEXT("connect")))
        return SMTP_VERB_GREETING;
    if (text_equal(to, TEXT(".")))
        return SMTP_VERB_MESSAGE;
    for (int v = SMTP_VERB_UNKNOWN + 1; v < SMTP_VERB_COUNT; v++)
        if (text_equal(to, smtp_verb_name((enum smtp_verb)v)))
            return (enum smtp_verb)v;
    return SMTP_VERB_NONE;
}

static uint32_t watched(const struct host *h)
{
    uint32_t verbs = 0;

    for (const struct fault *f = h->faults; f; f = f->next)
        if (f->left > 0)
            verbs |= SMTP_WATCH(f->to);
    return verbs;
}

static void watch_all(struct host *h)
{
    uint32_t verbs = watched(h);

    for (struct reception *r = h->receptions; r; r = r->next)
        smtp_server_watch(&r->session, verbs);
}

void fault_watch(struct reception *r)
{
    if (r->host->faults)
        smtp_server_watch(&r->session, watched(r->host));
}

static uint32_t client_host(const struct reception *r)
{
    uint32_t address = tcp_remote(r->tcp);

    return address == NET_NONE ? NET_NONE : r->host->world->net.addresses[address].host;
}

/* All count the command, one may act. */
static struct fault *meet(struct reception *r, enum smtp_verb verb)
{
    struct fault *acts = NULL;

    for (struct fault *f = r->host->faults; f; f = f->next) {
        if (f->to != verb || f->left == 0 ||
            (f->is->client != CONFIG_NO_HOST && f->is->client != client_host(r)))
            continue;
        f->seen++;
        if (!acts && f->seen >= f->is->nth)
            acts = f;
    }
    return acts;
}

static uint64_t record(struct reception *r, const struct fault *f, struct text met)
{
    struct world *w = r->host->world;
    struct trace_where where = tcp_where(r->tcp, r->cause);

    world_entry_met(w, f->entry);
    return trace_emit_sim_fault(
        &w->trace, &where,
        &(struct trace_sim_fault){.entry = f->entry, .verb = f->verb, .met = met, .left = f->left});
}

/* ---- what it does ------------------------------------------------------------------------------ */

static void hold(struct reception *r, const struct fault *f,
                 void (*fire)(void *world, struct event *e))
{
    struct session_fault *s = MEMORY_NEW(&r->host->world->memory, struct session_fault);

    assert(!r->fault);
    *s = (struct session_fault){.reception = r, .is = f->is, .to = f->to, .cause = r->cause};
    s->event.fire = fire;
    r->fault = s;
}

void fault_forget(struct reception *r)
{
    struct world *w = r->host->world;

    if (!r->fault)
        return;
    queue_clear(&w->queue, &r->fault->event);
    if (r->fault->breaks && --w->breaking == 0)
        w->net.filter = NULL;
    memory_give(&w->memory, r->fault, sizeof *r->fault);
    r->fault = NULL;
}

static void go_on(struct reception *r, uint64_t cause)
{
    fault_forget(r);
    smtp_server_go_on(&r->session, &r->host->world->server_acts);
    reception_act(r, cause);
}

static void delay_over(void *world, struct event *e)
{
    struct session_fault *s = EVENT_OWNER(e, struct session_fault, event);

    (void)world;
    go_on(s->reception, s->cause);
}

/* The host goes, and this session with it; so the cause is kept before. */
static void power_fails(void *world, struct event *e)
{
    struct session_fault *s = EVENT_OWNER(e, struct session_fault, event);

    (void)world;
    host_crash(s->reception->host, s->cause);
}

/* While some connection is about to break: what its server sends now does not arrive. */
static enum net_drop lose_reply(void *world, const struct net_sight *sight, int64_t *delay_ns,
                                uint64_t cause)
{
    const struct world *w = world;

    (void)delay_ns;
    (void)cause;
    if (sight->protocol != NET_TCP || sight->octets.size == 0)
        return NET_PASSED;
    for (const struct reception *r = w->hosts[sight->from]->receptions; r; r = r->next)
        if (r->fault && r->fault->breaks && tcp_conn(r->tcp) == sight->conn)
            return NET_FAULT;
    return NET_PASSED;
}

static void connection_breaks(void *world, struct event *e)
{
    struct session_fault *s = EVENT_OWNER(e, struct session_fault, event);

    (void)world;
    reception_break(s->reception, s->cause);
}

/* What the command's reply goes out with. */
void fault_reply(struct reception *r)
{
    struct world *w = r->host->world;
    struct session_fault *s = r->fault;

    if (event_pending(&s->event)) /* LMTP: a further reply to the same command */
        return;
    if (s->is->verb == FAULT_DROP) {
        s->breaks = true;
        if (w->breaking++ == 0) {
            w->net.filter = lose_reply;
            w->net.filter_context = w;
        }
    }
    queue_set(&w->queue, &s->event, w->queue.now_ns);
}

static void answer(struct reception *r, const struct fault_config *is)
{
    smtp_server_answer(&r->session,
                       &(struct smtp_answer){.verdict = smtp_verdict_of(is->code),
                                             .code = is->code,
                                             .enhanced = is->enhanced,
                                             .text = is->text},
                       &r->host->world->server_acts);
}

/* False: no acts, the session waits. */
static bool act(struct reception *r, const struct fault *f)
{
    struct world *w = r->host->world;

    switch (f->is->verb) {
    case FAULT_ANSWER: answer(r, f->is); return true;
    case FAULT_CLOSE: reception_close(r, r->cause); return true;
    case FAULT_DELAY:
        hold(r, f, delay_over);
        queue_set(&w->queue, &r->fault->event, w->queue.now_ns + f->is->by_ns);
        return false;
    case FAULT_CRASH:
        hold(r, f, power_fails);
        if (f->is->after)
            break;
        queue_set(&w->queue, &r->fault->event, w->queue.now_ns);
        return false;
    case FAULT_DROP: hold(r, f, connection_breaks); break;
    }
    smtp_server_go_on(&r->session, &w->server_acts);
    return true;
}

bool fault_command(struct reception *r, const struct smtp_act *a)
{
    struct fault *f = meet(r, a->ask.verb);

    /* One at a time: behind a drop or a crash in its group, a command is not met any more. */
    if (!f || r->fault) {
        smtp_server_go_on(&r->session, &r->host->world->server_acts);
        return true;
    }
    f->left--;
    r->cause = record(r, f, a->ask.subject.size ? a->ask.subject : f->is->to);
    if (f->left == 0)
        watch_all(r->host);
    return act(r, f);
}

void fault_client_gone(struct reception *r, uint64_t cause)
{
    bool takes_it = r->fault->is->verb == FAULT_DELAY && r->fault->to == SMTP_VERB_MESSAGE;

    fault_forget(r);
    if (!takes_it)
        return;
    smtp_server_go_on(&r->session, &r->host->world->server_acts);
    reception_act(r, cause);
}

/* ---- arming ------------------------------------------------------------------------------------ */

static void close_all(struct host *h, struct fault *f, uint64_t cause)
{
    for (struct reception *r = h->receptions; r; r = r->next) {
        if (r->closing || (f->is->client != CONFIG_NO_HOST && f->is->client != client_host(r)))
            continue;
        r->cause = cause;
        reception_close(r, record(r, f, TEXT("connection")));
        reception_act(r, r->cause);
    }
}

void fault_arm(struct host *h, const struct fault_config *is, int64_t entry, struct text verb,
               uint64_t cause)
{
    struct fault fault = {.is = is, .entry = entry, .verb = verb};

    if (is->to.size == 0) {
        close_all(h, &fault, cause);
        return;
    }
    struct fault *f = MEMORY_NEW(&h->world->memory, struct fault), **end = &h->faults;
    *f = fault;
    f->to = verb_of(is->to);
    f->left = is->times;
    while (*end)
        end = &(*end)->next;
    *end = f;
    watch_all(h);
}
