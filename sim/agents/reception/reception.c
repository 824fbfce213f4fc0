/*
 * reception.c - a server session: octets in, questions to the policy, answers out.
 */
#include "sim/agents/reception/reception.h"

#include <assert.h>

#include "sim/agents/delivery/delivery.h"
#include "sim/agents/mda/mda.h"
#include "sim/agents/policy/policy.h"
#include "sim/agents/reception/fault.h"
#include "sim/agents/reception/reception_parts.h"
#include "sim/agents/reports/report_write.h"

/* ---- questions ----------------------------------------------------------------------------------- */

static struct smtp_answer answer_of(const struct policy_answer *a)
{
    return (struct smtp_answer){.verdict = a->verdict == POLICY_ACCEPT   ? SMTP_ACCEPT
                                           : a->verdict == POLICY_REFUSE ? SMTP_REFUSE
                                                                         : SMTP_DEFER,
                                .code = (uint16_t)(a->verdict == POLICY_ACCEPT ? 0 : a->code),
                                .enhanced = a->verdict == POLICY_ACCEPT ? TEXT("") : a->enhanced,
                                .text = a->text};
}

static struct policy_client client_of(const struct reception *r)
{
    return (struct policy_client){.address = tcp_remote_address(r->tcp),
                                  .address_text = reception_client_text(r),
                                  .submission = r->listener->kind == LISTENER_SUBMISSION,
                                  .user = reception_user(r)};
}

/* LMTP asks for each recipient: the copy goes to its mailbox with the 250 (RFC 2033 4.2). */
static struct smtp_answer judge_copy(struct reception *r, size_t index)
{
    const struct smtp_envelope *v = r->session.envelope;

    if (!r->message)
        reception_take_message(r, TEXT(""));
    buffer_clear(&r->names);
    if (!v->sender.null)
        mail_address_put(&r->names, &v->sender.mailbox);
    size_t sender_size = r->names.size;
    mail_address_put(&r->names, &v->recipients[index].path.mailbox);
    r->sender = text_from(r->names.at, sender_size);
    r->recipient = text_after(buffer_text(&r->names), sender_size);
    const struct directory_entry *entry =
        directory_find(&r->host->world->directory, r->recipient, r->host->mda->config.domains[0]);
    if (!entry || entry->host != r->host->index || entry->mailbox.size == 0) {
        r->mailbox = TEXT("");
        return (struct smtp_answer){.verdict = SMTP_REFUSE,
                                    .code = 550,
                                    .enhanced = TEXT("5.1.1"),
                                    .text = TEXT("no such mailbox here")};
    }
    const struct mda_room room = mda_room(r->host, entry, (int64_t)message_size(r->message));
    if (!room.fits) {
        struct trace_where where = tcp_where(r->tcp, r->cause);
        r->mailbox = TEXT("");
        where.mail = r->letter->id;
        r->cause = mda_record_full(r->host, &room, r->recipient, &where);
        return (struct smtp_answer){.verdict = room.code / 100 == 4 ? SMTP_DEFER : SMTP_REFUSE,
                                    .code = room.code,
                                    .enhanced = room.enhanced,
                                    .text = room.text};
    }
    r->mailbox = entry->mailbox;
    if (!v->sender.null)
        r->wish = report_wish_new(&r->host->world->memory, &v->parameters.dsn.message,
                                  &v->recipients[index].parameters.dsn.recipient);
    return (struct smtp_answer){.verdict = SMTP_ACCEPT, .text = TEXT("delivered")};
}

/* RFC 5321 3.5.2: a 250 to VRFY must name the mailbox in full. */
static struct smtp_answer judge_name(struct reception *r, const struct smtp_act *a,
                                     struct buffer *words)
{
    struct text name = a->ask.subject;

    if (policy_knows(r->host, name)) {
        buffer_put_char(words, '<');
        buffer_put_text(words, name);
        if (text_find(name, '@') == name.size) {
            buffer_put_char(words, '@');
            buffer_put_text(words, policy_home_domain(r->host));
        }
        buffer_put_char(words, '>');
        return (struct smtp_answer){.verdict = SMTP_ACCEPT, .text = buffer_text(words)};
    }
    return (struct smtp_answer){.verdict = SMTP_REFUSE,
                                .code = 550,
                                .enhanced = TEXT("5.1.1"),
                                .text = TEXT("no such user here")};
}

/* The verdict is known: tells the session, whose acts are then those of the answer. */
static void tell(struct reception *r, enum smtp_question question, const struct policy_answer *p,
                 struct text id)
{
    struct world *w = r->host->world;
    struct smtp_answer verdict = answer_of(p);
    struct buffer words;

    r->cause = p->cause;
    buffer_init(&words, &w->memory);
    if (question == SMTP_ASK_MESSAGE && p->verdict != POLICY_ACCEPT)
        reception_drop_message(r);
    if (question == SMTP_ASK_MESSAGE && p->verdict == POLICY_ACCEPT) {
        reception_prepare_entry(r, id);
        buffer_put_string(&words, "queued as ");
        buffer_put_text(&words, id);
        verdict.text = buffer_text(&words);
    }
    smtp_server_answer(&r->session, &verdict, &w->server_acts);
    buffer_free(&words);
}

/* The rules have waited for somebody, and now they know. */
static void decided(void *context, const struct policy_answer *p)
{
    struct reception *r = context;

    r->judgement = NULL;
    tell(r, (enum smtp_question)r->session.question, p, buffer_text(&r->names));
    reception_act(r, p->cause);
}

void reception_stop_waiting(struct reception *r)
{
    judge_cancel(r->judgement);
    r->judgement = NULL;
}

/* Puts the question to the rules; false: they have to wait. */
static bool ask_rules(struct reception *r, const struct smtp_act *a, struct trace_where *where)
{
    struct judge_question q = {.host = r->host,
                               .at = a->ask.question,
                               .lmtp = r->listener->kind == LISTENER_LMTP,
                               .client = client_of(r),
                               .hello = r->session.hello,
                               .subject = a->ask.subject,
                               .path = a->ask.path,
                               .parameters = a->ask.parameters,
                               .envelope = r->session.envelope,
                               .notes = &r->notes};
    struct policy_answer p;
    char id_octets[QUEUE_ID_MAX];
    struct text id = TEXT("");

    if (q.at == SMTP_ASK_MESSAGE) {
        id = queue_next_id(r->host, id_octets);
        reception_take_message(r, id);
        q.message = r->message;
        where->mail = r->letter->id;
        where->cause = r->cause;
    }
    q.where = *where;
    r->judgement = judge(&q, &p, decided, r);
    if (!r->judgement) {
        tell(r, q.at, &p, id);
        return true;
    }
    if (id.size) {
        buffer_clear(&r->names);
        buffer_put_text(&r->names, id);
    }
    return false;
}

/* What the session asks is answered, its acts are then those of the answer; or (false) it has to wait. */
static bool answer(struct reception *r, const struct smtp_act *a)
{
    struct world *w = r->host->world;
    struct trace_where where = tcp_where(r->tcp, r->cause);
    bool copy = a->ask.question == SMTP_ASK_MESSAGE && r->listener->kind == LISTENER_LMTP;
    struct buffer words;

    if (a->ask.question == SMTP_ASK_COMMAND)
        return fault_command(r, a);
    r->cause = where.cause = trace_emit_smtp_ask(
        &w->trace, &where,
        &(struct trace_smtp_ask){.question = smtp_question_name(a->ask.question),
                                 .subject = a->ask.subject});
    bool login = a->ask.question == SMTP_ASK_LOGIN;
    if (a->ask.question != SMTP_ASK_VERIFY && !copy && !login)
        return ask_rules(r, a, &where);
    buffer_init(&words, &w->memory);
    struct smtp_answer verdict = copy    ? judge_copy(r, a->ask.recipient)
                                 : login ? reception_judge_login(r, a->ask.login)
                                         : judge_name(r, a, &words);
    smtp_server_answer(&r->session, &verdict, &w->server_acts);
    buffer_free(&words);
    return true;
}

/* ---- acts ---------------------------------------------------------------------------------------- */

/* The verdict on the message goes out: with 2yz, custody begins. */
static void message_answered(struct reception *r, unsigned code)
{
    bool accepted = code / 100 == 2;

    if (r->listener->kind != LISTENER_LMTP) {
        if (accepted)
            reception_admit(r);
        else
            reception_drop_message(r);
        return;
    }
    if (accepted && r->mailbox.size)
        reception_deliver_copy(r);
    r->mailbox = TEXT("");
    if (!r->session.envelope) /* that was the last copy */
        reception_drop_message(r);
}

static void one_act(struct reception *r, const struct smtp_act *a, uint64_t input_cause)
{
    struct world *w = r->host->world;

    switch (a->kind) {
    case SMTP_ACT_COMMAND: r->cause = acts_record(&w->trace, r->tcp, a, input_cause); break;
    case SMTP_ACT_REPLY:
        r->cause = acts_record(&w->trace, r->tcp, a, r->cause);
        if (r->fault)
            fault_reply(r);
        if (a->reply.to == SMTP_VERB_MESSAGE)
            message_answered(r, a->reply.code);
        break;
    case SMTP_ACT_STATE:
    case SMTP_ACT_MESSAGE_END: r->cause = acts_record(&w->trace, r->tcp, a, r->cause); break;
    case SMTP_ACT_SEND: reception_send(r, a->send); break;
    case SMTP_ACT_DATA: buffer_put_text(&r->octets, a->data); break;
    case SMTP_ACT_RESET: reception_drop_message(r); break;
    case SMTP_ACT_TIMER:
        act_timer_set(&r->timer, &w->queue, a->timer.phase, a->timer.limit_ns);
        break;
    case SMTP_ACT_CLOSE: reception_hang_up(r); break;
    case SMTP_ACT_SEAL: reception_seal(r); break;
    case SMTP_ACT_ASK:
    case SMTP_ACT_WANT_DATA:
    case SMTP_ACT_RECIPIENT:
    case SMTP_ACT_DONE: assert(0 && "not for here");
    }
}

/* All acts of the last call, and those of every answer that is known at once. */
void reception_act(struct reception *r, uint64_t cause)
{
    struct smtp_acts *acts = &r->host->world->server_acts;
    bool asked = true;

    r->cause = cause;
    while (asked) {
        const struct smtp_act *question = NULL;
        for (size_t i = 0; i < acts->count; i++) {
            if (acts->at[i].kind == SMTP_ACT_ASK)
                question = &acts->at[i];
            else
                one_act(r, &acts->at[i], cause);
        }
        asked = question != NULL && answer(r, question);
    }
}

/* ---- the connection ------------------------------------------------------------------------------ */

static void timer_ran_off(struct act_timer *t, enum smtp_phase phase)
{
    struct reception *r = EVENT_OWNER(t, struct reception, timer);
    struct world *w = r->host->world;
    struct trace_where where = tcp_where(r->tcp, r->cause);
    uint64_t cause = acts_record_timeout(&w->trace, &where, phase);

    smtp_server_timeout(&r->session, &w->server_acts);
    reception_act(r, cause);
}

static void timer_event(void *world, struct event *e)
{
    struct world *w = world;

    act_timer_event(&w->queue, e, timer_ran_off);
}

/* What has to be asked follows from the settings, which the timeline may change. */
static void listener_ask(struct listener *l)
{
    bool says = l->kind == LISTENER_LMTP || !l->host->mta->config.vrfy_refused;

    l->options.asks =
        judge_asks(l->host, l->kind == LISTENER_SUBMISSION, l->kind == LISTENER_LMTP) |
        (says ? SMTP_ASKS(SMTP_ASK_VERIFY) : 0);
    listener_set_doors(l);
}

static void opened(void *context, struct tcp *tcp, uint64_t cause)
{
    struct listener *l = context;
    struct world *w = l->host->world;

    if (!l->host->up) { /* it was on its way to be accepted when the service stopped */
        tcp_abort(tcp, cause);
        return;
    }
    struct reception *r = MEMORY_NEW(&w->memory, struct reception);
    listener_ask(l);
    r->host = l->host;
    r->listener = l;
    r->tcp = tcp;
    r->timer.event.fire = timer_event;
    buffer_init(&r->octets, &w->memory);
    buffer_init(&r->names, &w->memory);
    r->next = r->host->receptions;
    if (r->next)
        r->next->prev = r;
    r->host->receptions = r;
    tcp_set_context(tcp, r);
    smtp_server_init(&r->session, &w->memory, &l->options);
    fault_watch(r);
    smtp_server_start(&r->session, &w->server_acts);
    reception_act(r, cause);
}

static void received(void *context, struct tcp *tcp, struct text octets, uint64_t cause)
{
    struct reception *r = context;

    (void)tcp;
    if (r->closing)
        return; /* after our goodbye nothing counts (RFC 5321 4.1.1.10) */
    reception_read(r, octets, cause);
}

static void lost(struct reception *r, uint64_t cause)
{
    if (r->fault)
        fault_client_gone(r, cause);
    if (r->closing)
        return;
    r->closing = true;
    reception_stop_waiting(r);
    smtp_server_lost(&r->session, &r->host->world->server_acts);
    reception_act(r, cause);
}

static void finished(void *context, struct tcp *tcp, uint64_t cause)
{
    lost(context, cause);
    tcp_close(tcp, cause);
}

static void closed(void *context, struct tcp *tcp, enum tcp_reason reason, uint64_t cause)
{
    struct reception *r = context;

    (void)reason;
    r->gone = true;
    lost(r, cause);
    delivery_ghost_end(r->host->world, tcp);
    reception_free(r);
}

static const struct tcp_handlers handlers = {
    .opened = opened, .received = received, .finished = finished, .closed = closed};

/* DSN: only a host with a queue can send reports. */
static uint32_t offered(const struct host *h, bool lmtp)
{
    uint32_t set = SMTP_HAS_BASIC | (h->mta ? SMTP_HAS_DSN : 0);

    assert(lmtp || h->mta);
    if (!lmtp && h->mta->config.chunking)
        set |= SMTP_HAS_CHUNKING;
    return set & ~(lmtp ? h->mda->config.without : h->mta->config.without);
}

void reception_listen(struct host *h, enum listener_kind kind, uint16_t port)
{
    struct world *w = h->world;
    struct listener *l = MEMORY_NEW(&w->memory, struct listener);
    bool lmtp = kind == LISTENER_LMTP;

    l->host = h;
    l->kind = kind;
    l->port = port;
    l->next = h->listeners;
    h->listeners = l;
    l->options = (struct smtp_server_options){
        .name = h->name,
        .lmtp = lmtp,
        .extensions = offered(h, lmtp),
        .bare_lf = !lmtp && h->mta->config.bare_lf_ends,
        .size_limit = lmtp ? h->mda->config.size_limit_octets : h->mta->config.size_limit_octets,
        .recipient_limit =
            lmtp ? h->mda->config.recipients_limit : h->mta->config.recipients_limit};
    bool fresh = tcp_listen(&w->net, h->index, port, &handlers, l);
    assert(fresh);
    (void)fresh;
}
