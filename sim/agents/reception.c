/*
 * reception.c - from octets to a message in the queue (or, by LMTP, in a mailbox).
 */
#include "sim/agents/reception.h"

#include <assert.h>

#include "sim/agents/acts.h"
#include "sim/agents/delivery.h"
#include "sim/agents/mail_queue.h"
#include "sim/agents/mda.h"
#include "sim/agents/policy.h"
#include "sim/net/tcp.h"
#include "sim/smtp/server.h"

struct listener {
    struct host *host;
    enum listener_kind kind;
    struct smtp_server_options options;
};

struct reception {
    struct host *host;
    const struct listener *listener;
    struct reception *next, *prev; /* in host->receptions */
    struct tcp *tcp;
    struct smtp_server session;
    struct act_timer timer;
    uint64_t cause;
    bool closing;
    struct buffer octets;      /* of the message that is being read */
    struct message *message;   /* whole, with our Received field */
    struct letter *letter;     /* observer's */
    struct queue_entry *entry; /* prepared; admitted with the 250 */
    struct custody_ref *parents;
    uint32_t parent_count;
    struct text mailbox, sender,
        recipient; /* LMTP: of the copy being judged; the last two in `names` */
    struct buffer names;
};

static struct world *world_of(const struct reception *r)
{
    return r->host->world;
}

/* ---- a whole message --------------------------------------------------------------------------- */

static struct text client_text(const struct reception *r)
{
    return tcp_remote_text(r->tcp);
}

static uint64_t record_received(struct reception *r, struct text line, struct text queue)
{
    struct trace_where where = tcp_where(r->tcp, r->cause);

    where.mail = r->letter->id;
    where.queue = queue;
    return trace_emit_mail_content(
        &world_of(r)->trace, &where,
        &(struct trace_mail_content){.part = TEXT("prepended"), .octets = line});
}

/* A message that no letter of ours explains (smuggled, or from outside) is recorded whole. */
static uint64_t record_stranger(struct reception *r, const struct message *message)
{
    struct trace_where where = tcp_where(r->tcp, r->cause);

    where.mail = r->letter->id;
    return trace_emit_mail_content(
        &world_of(r)->trace, &where,
        &(struct trace_mail_content){.part = TEXT("whole"), .octets = message->octets});
}

static struct text put_address(struct buffer *b, const struct mail_path *path)
{
    buffer_clear(b);
    if (!path->null)
        mail_address_put(b, &path->mailbox);
    return buffer_text(b);
}

/* The letter that the connection brought, or a new one that begins here. */
static void find_letter(struct reception *r, const struct message *message)
{
    const struct smtp_envelope *v = r->session.envelope;
    struct world *w = world_of(r);
    struct delivery *d = world_carrier(w, tcp_conn(r->tcp));
    struct letter *l = d ? delivery_take_letter(d) : NULL;

    if (l) {
        r->letter = letter_hold(l);
        return;
    }
    size_t size = v->recipient_count * sizeof(struct text);
    struct text *list = memory_take(&w->memory, size);
    struct buffer b;
    for (size_t i = 0; i < v->recipient_count; i++) {
        buffer_init(&b, &w->memory);
        list[i] = text_copy(&w->memory, put_address(&b, &v->recipients[i].path));
        buffer_free(&b);
    }
    r->letter = letter_new(w, r->host->index, -1, list, (uint32_t)v->recipient_count);
    for (size_t i = 0; i < v->recipient_count; i++)
        memory_give(&w->memory, (char *)(uintptr_t)list[i].at, list[i].size + 1);
    memory_give(&w->memory, list, size);
    r->cause = record_stranger(r, message);
}

/* Our Received field before what came (RFC 5321 4.4). */
static void take_message(struct reception *r, struct text queue)
{
    const struct smtp_envelope *v = r->session.envelope;
    struct world *w = world_of(r);
    struct message *came = message_new(&w->memory, buffer_text(&r->octets));
    struct buffer line, one;

    buffer_free(&r->octets);
    buffer_init(&r->octets, &w->memory);
    find_letter(r, came);
    buffer_init(&line, &w->memory);
    buffer_init(&one, &w->memory);
    mail_put_received(
        &line, &(struct mail_received){.helo = r->session.hello,
                                       .address = client_text(r),
                                       .by = r->host->name,
                                       .with = smtp_server_protocol(&r->session),
                                       .id = queue,
                                       .recipient = v->recipient_count == 1
                                                        ? put_address(&one, &v->recipients[0].path)
                                                        : TEXT(""),
                                       .date = world_unix(w)});
    r->cause = record_received(r, buffer_text(&line), queue);
    r->message = message_prepend(came, buffer_text(&line));
    message_release(came);
    buffer_free(&line);
    buffer_free(&one);
}

static void drop_message(struct reception *r)
{
    struct world *w = world_of(r);

    buffer_free(&r->octets);
    buffer_init(&r->octets, &w->memory);
    message_release(r->message);
    letter_release(r->letter);
    memory_give(&w->memory, r->parents, r->parent_count * sizeof *r->parents);
    r->message = NULL;
    r->letter = NULL;
    r->parents = NULL;
    r->parent_count = 0;
}

/* Everything that custody needs, before the envelope goes with the answer. */
static void prepare_entry(struct reception *r, struct text id)
{
    const struct smtp_envelope *v = r->session.envelope;
    struct world *w = world_of(r);
    struct delivery *d = world_carrier(w, tcp_conn(r->tcp));
    uint32_t n = (uint32_t)v->recipient_count;
    struct queue_addressee *to = memory_take(&w->memory, n * sizeof *to);
    struct buffer *texts = memory_take(&w->memory, (n + 1) * sizeof *texts);

    r->parents = memory_take_clear(&w->memory, n * sizeof *r->parents);
    r->parent_count = n;
    for (uint32_t i = 0; i < n; i++) {
        buffer_init(&texts[i], &w->memory);
        struct text address = put_address(&texts[i], &v->recipients[i].path);
        const struct custody *c = d ? delivery_custody(d, address) : NULL;
        if (c)
            r->parents[i] = custody_ref(c);
        to[i] = (struct queue_addressee){
            .address = address, .fate = c ? c->fate : letter_fate_find(r->letter, address)};
    }
    buffer_init(&texts[n], &w->memory);
    r->entry =
        queue_prepare(r->host->mta->queue,
                      &(struct queue_submission){.letter = r->letter,
                                                 .message = r->message,
                                                 .sender = put_address(&texts[n], &v->sender),
                                                 .id = id,
                                                 .addressees = to,
                                                 .count = n});
    for (uint32_t i = 0; i <= n; i++)
        buffer_free(&texts[i]);
    memory_give(&w->memory, texts, (n + 1) * sizeof *texts);
    memory_give(&w->memory, to, n * sizeof *to);
}

static uint64_t record_accepted(struct reception *r, struct text sender, const struct text *list,
                                uint32_t count, struct text queue)
{
    struct trace_where where = tcp_where(r->tcp, r->cause);

    where.mail = r->letter->id;
    where.queue = queue;
    world_of(r)->counts.accepted++;
    return trace_emit_mail_accepted(
        &world_of(r)->trace, &where,
        &(struct trace_mail_accepted){
            .sender = sender,
            .recipients = {list, count},
            .octets = (int64_t)(message_size(r->message) - r->message->octets.size),
            .protocol = smtp_server_protocol(&r->session),
            .client = r->session.hello,
            .address = client_text(r)});
}

static void record_overlaps(struct reception *r, const struct queue_entry *e, uint64_t cause)
{
    struct world *w = world_of(r);
    struct delivery *d = world_carrier(w, tcp_conn(r->tcp));

    for (uint32_t i = 0; d && i < e->count; i++) {
        const struct custody *c = delivery_custody(d, e->recipients[i].address);
        if (c)
            custody_overlap(w, c, &e->recipients[i].custody, e->id, cause);
    }
}

/* The 250 to the final dot is on its way: from here on this host is responsible (4.2.5, 6.1). */
static void admit(struct reception *r)
{
    struct world *w = world_of(r);
    struct queue_entry *e = r->entry;

    if (!e)
        return;
    r->entry = NULL;
    struct text *list = NULL;
    if (trace_wants(&w->trace, TRACE_MAIL_ACCEPTED)) {
        list = memory_take(&w->memory, e->count * sizeof *list);
        for (uint32_t i = 0; i < e->count; i++)
            list[i] = e->recipients[i].address;
    }
    r->cause = record_accepted(r, e->sender, list, list ? e->count : 0, e->id);
    if (list)
        memory_give(&w->memory, list, e->count * sizeof *list);
    r->cause = queue_admit(e, CUSTODY_ACCEPTED, r->parents, r->cause);
    record_overlaps(r, e, r->cause);
    drop_message(r);
}

/* LMTP: one copy is in its mailbox with its 250; custody begins and ends here. */
static void deliver_copy(struct reception *r)
{
    struct world *w = world_of(r);
    struct delivery *d = world_carrier(w, tcp_conn(r->tcp));
    const struct custody *parent = d ? delivery_custody(d, r->recipient) : NULL;
    struct custody c = {0};
    char id[QUEUE_ID_MAX];
    struct text queue = queue_next_id(r->host, id);

    r->cause = record_accepted(r, r->sender, &r->recipient, 1, queue);
    r->cause =
        custody_open(w, r->host->index, &c,
                     &(struct custody_opening){
                         .letter = r->letter,
                         .fate = parent ? parent->fate : letter_fate_find(r->letter, r->recipient),
                         .queue = queue,
                         .recipient = r->recipient,
                         .how = CUSTODY_ACCEPTED,
                         .parent = parent ? custody_ref(parent) : (struct custody_ref){0, 0},
                         .cause = r->cause});
    if (parent)
        custody_overlap(w, parent, &c, queue, r->cause);
    r->cause = mda_deliver(r->host, &(struct mda_delivery){.letter = r->letter,
                                                           .message = r->message,
                                                           .sender = r->sender,
                                                           .recipient = r->recipient,
                                                           .mailbox = r->mailbox,
                                                           .queue = queue,
                                                           .cause = r->cause});
    custody_close(w, &c, queue, r->recipient, CUSTODY_DELIVERED, r->mailbox, TEXT("in the mailbox"),
                  r->cause);
}

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
                                  .address_text = client_text(r),
                                  .submission = r->listener->kind == LISTENER_SUBMISSION};
}

static struct smtp_answer judge_recipient(struct reception *r, const struct smtp_act *a,
                                          const struct trace_where *where)
{
    struct policy_client client = client_of(r);
    const struct mail_address *recipient = &a->ask.path->mailbox;
    struct policy_answer p;

    if (r->listener->kind == LISTENER_LMTP)
        p = policy_mailbox(r->host, recipient, a->ask.subject, where);
    else
        p = policy_recipient(r->host, &client, recipient, a->ask.subject, where);
    r->cause = p.cause;
    return answer_of(&p);
}

static struct smtp_answer judge_sender(struct reception *r, const struct smtp_act *a,
                                       const struct trace_where *where)
{
    struct policy_client client = client_of(r);
    struct policy_answer p = policy_sender(r->host, &client, a->ask.subject, where);

    r->cause = p.cause;
    return answer_of(&p);
}

/* LMTP asks for each recipient: the copy goes to its mailbox with the 250 (RFC 2033 4.2). */
static struct smtp_answer judge_copy(struct reception *r, size_t index)
{
    const struct smtp_envelope *v = r->session.envelope;

    if (!r->message)
        take_message(r, TEXT(""));
    buffer_clear(&r->names);
    if (!v->sender.null)
        mail_address_put(&r->names, &v->sender.mailbox);
    size_t sender_size = r->names.size;
    mail_address_put(&r->names, &v->recipients[index].path.mailbox);
    r->sender = text_from(r->names.at, sender_size);
    r->recipient = text_after(buffer_text(&r->names), sender_size);
    const struct directory_entry *entry =
        directory_find(&world_of(r)->directory, r->recipient, r->host->mda->config.domains[0]);
    if (!entry || entry->host != r->host->index || entry->mailbox.size == 0) {
        r->mailbox = TEXT("");
        return (struct smtp_answer){.verdict = SMTP_REFUSE,
                                    .code = 550,
                                    .enhanced = TEXT("5.1.1"),
                                    .text = TEXT("no such mailbox here")};
    }
    r->mailbox = entry->mailbox;
    return (struct smtp_answer){.verdict = SMTP_ACCEPT, .text = TEXT("delivered")};
}

static struct smtp_answer judge_message(struct reception *r, const struct smtp_act *a,
                                        struct trace_where *where, struct buffer *words)
{
    char id_octets[QUEUE_ID_MAX];

    if (r->listener->kind == LISTENER_LMTP)
        return judge_copy(r, a->ask.recipient);
    struct text id = queue_next_id(r->host, id_octets);
    take_message(r, id);
    where->mail = r->letter->id;
    where->cause = r->cause;
    struct policy_answer p = policy_message(r->host, message_count_hops(r->message) - 1, where);
    r->cause = p.cause;
    if (p.verdict != POLICY_ACCEPT) {
        drop_message(r);
        return answer_of(&p);
    }
    prepare_entry(r, id);
    buffer_put_string(words, "queued as ");
    buffer_put_text(words, id);
    return (struct smtp_answer){.verdict = SMTP_ACCEPT, .text = buffer_text(words)};
}

static struct smtp_answer judge_name(struct reception *r, const struct smtp_act *a)
{
    if (policy_knows(r->host, a->ask.subject))
        return (struct smtp_answer){.verdict = SMTP_ACCEPT};
    return (struct smtp_answer){.verdict = SMTP_REFUSE,
                                .code = 550,
                                .enhanced = TEXT("5.1.1"),
                                .text = TEXT("no such user here")};
}

/* Asks the policy, answers the session; its acts are then those of the answer. */
static void answer(struct reception *r, const struct smtp_act *a)
{
    struct world *w = world_of(r);
    struct trace_where where = tcp_where(r->tcp, r->cause);
    struct smtp_answer verdict = {.verdict = SMTP_ACCEPT};
    struct buffer words;

    r->cause = where.cause = trace_emit_smtp_ask(
        &w->trace, &where,
        &(struct trace_smtp_ask){.question = smtp_question_name(a->ask.question),
                                 .subject = a->ask.subject});
    buffer_init(&words, &w->memory);
    switch (a->ask.question) {
    case SMTP_ASK_SENDER: verdict = judge_sender(r, a, &where); break;
    case SMTP_ASK_RECIPIENT: verdict = judge_recipient(r, a, &where); break;
    case SMTP_ASK_MESSAGE: verdict = judge_message(r, a, &where, &words); break;
    case SMTP_ASK_VERIFY: verdict = judge_name(r, a); break;
    case SMTP_ASK_CONNECTION:
    case SMTP_ASK_HELLO:
    case SMTP_ASK_DATA:
    case SMTP_ASK_NONE:
    case SMTP_QUESTION_COUNT: break;
    }
    smtp_server_answer(&r->session, &verdict, &w->server_acts);
    buffer_free(&words);
}

/* ---- acts ---------------------------------------------------------------------------------------- */

/* The verdict on the message goes out: with 2yz, custody begins. */
static void message_answered(struct reception *r, unsigned code)
{
    bool accepted = code / 100 == 2;

    if (r->listener->kind != LISTENER_LMTP) {
        if (accepted)
            admit(r);
        else
            drop_message(r);
        return;
    }
    if (accepted && r->mailbox.size)
        deliver_copy(r);
    r->mailbox = TEXT("");
    if (!r->session.envelope) /* that was the last copy */
        drop_message(r);
}

static void one_act(struct reception *r, const struct smtp_act *a, uint64_t input_cause)
{
    struct world *w = world_of(r);
    struct trace_where where = tcp_where(r->tcp, r->cause);

    switch (a->kind) {
    case SMTP_ACT_COMMAND:
        where.cause = input_cause;
        r->cause = acts_record_command(&w->trace, &where, a);
        break;
    case SMTP_ACT_REPLY:
        r->cause = acts_record_reply(&w->trace, &where, &a->reply);
        if (a->reply.to == SMTP_VERB_MESSAGE)
            message_answered(r, a->reply.code);
        break;
    case SMTP_ACT_STATE: acts_record_state(&w->trace, &where, a); break;
    case SMTP_ACT_SEND: tcp_write(r->tcp, a->send, r->cause); break;
    case SMTP_ACT_DATA: buffer_put_text(&r->octets, a->data); break;
    case SMTP_ACT_MESSAGE_END: r->cause = acts_record_message_end(&w->trace, &where, a); break;
    case SMTP_ACT_RESET: drop_message(r); break;
    case SMTP_ACT_TIMER:
        act_timer_set(&r->timer, &w->queue, a->timer.phase, a->timer.limit_ns);
        break;
    case SMTP_ACT_CLOSE:
        r->closing = true;
        tcp_close(r->tcp, r->cause);
        break;
    case SMTP_ACT_ASK:
    case SMTP_ACT_WANT_DATA:
    case SMTP_ACT_RECIPIENT:
    case SMTP_ACT_DONE: assert(0 && "not for here");
    }
}

/* All acts of the last call, and those of every answer that they ask for. */
static void act(struct reception *r, uint64_t cause)
{
    struct smtp_acts *acts = &world_of(r)->server_acts;
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
        asked = question != NULL;
        if (asked)
            answer(r, question);
    }
}

/* ---- the connection ------------------------------------------------------------------------------ */

static void timer_ran_off(struct act_timer *t, enum smtp_phase phase)
{
    struct reception *r = EVENT_OWNER(t, struct reception, timer);
    struct world *w = world_of(r);
    struct trace_where where = tcp_where(r->tcp, r->cause);
    uint64_t cause = acts_record_timeout(&w->trace, &where, phase);

    smtp_server_timeout(&r->session, &w->server_acts);
    act(r, cause);
}

static void timer_event(void *world, struct event *e)
{
    struct world *w = world;

    act_timer_event(&w->queue, e, timer_ran_off);
}

static void opened(void *context, struct tcp *tcp, uint64_t cause)
{
    const struct listener *l = context;
    struct world *w = l->host->world;
    struct reception *r = MEMORY_NEW(&w->memory, struct reception);

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
    smtp_server_start(&r->session, &w->server_acts);
    act(r, cause);
}

static void received(void *context, struct tcp *tcp, struct text octets, uint64_t cause)
{
    struct reception *r = context;

    (void)tcp;
    if (r->closing)
        return; /* after our goodbye nothing counts (RFC 5321 4.1.1.10) */
    smtp_server_input(&r->session, octets, &world_of(r)->server_acts);
    act(r, cause);
}

static void lost(struct reception *r, uint64_t cause)
{
    if (r->closing)
        return;
    r->closing = true;
    smtp_server_lost(&r->session, &world_of(r)->server_acts);
    act(r, cause);
}

static void finished(void *context, struct tcp *tcp, uint64_t cause)
{
    lost(context, cause);
    tcp_close(tcp, cause);
}

static void closed(void *context, struct tcp *tcp, enum tcp_reason reason, uint64_t cause)
{
    struct reception *r = context;
    struct world *w = world_of(r);

    (void)tcp;
    (void)reason;
    lost(r, cause);
    queue_clear(&w->queue, &r->timer.event);
    drop_message(r);
    smtp_server_free(&r->session);
    buffer_free(&r->octets);
    buffer_free(&r->names);
    if (r->next)
        r->next->prev = r->prev;
    if (r->prev)
        r->prev->next = r->next;
    else
        r->host->receptions = r->next;
    memory_give(&w->memory, r, sizeof *r);
}

static const struct tcp_handlers handlers = {
    .opened = opened, .received = received, .finished = finished, .closed = closed};

void reception_listen(struct host *h, enum listener_kind kind, uint16_t port)
{
    struct world *w = h->world;
    struct listener *l = MEMORY_NEW(&w->memory, struct listener);
    bool lmtp = kind == LISTENER_LMTP;

    l->host = h;
    l->kind = kind;
    l->options = (struct smtp_server_options){
        .name = h->name,
        .lmtp = lmtp,
        .extensions = SMTP_HAS_ALL,
        .size_limit = lmtp ? h->mda->config.size_limit_octets : h->mta->config.size_limit_octets,
        .recipient_limit = lmtp ? h->mda->config.recipients_limit : h->mta->config.recipients_limit,
        .asks = SMTP_ASKS(SMTP_ASK_RECIPIENT) | SMTP_ASKS(SMTP_ASK_MESSAGE) |
                SMTP_ASKS(SMTP_ASK_VERIFY)};
    if (kind == LISTENER_SUBMISSION)
        l->options.asks |= SMTP_ASKS(SMTP_ASK_SENDER);
    bool fresh = tcp_listen(&w->net, h->index, port, &handlers, l);
    assert(fresh);
    (void)fresh;
}
