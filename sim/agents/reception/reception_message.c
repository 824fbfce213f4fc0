/*
 * reception_message.c - what a server does with a whole message: trace field, letter, custody.
 */
#include "sim/agents/reception/reception_parts.h"

#include "sim/agents/delivery/delivery.h"
#include "sim/agents/mda/mda.h"
#include "sim/agents/reports/report_write.h"

struct text reception_client_text(const struct reception *r)
{
    return tcp_remote_text(r->tcp);
}

/* The delivery at the other end, if this message is the letter that it carries. */
static struct delivery *carrier(const struct reception *r)
{
    struct delivery *d = carriers_get(&r->host->world->carriers, tcp_conn(r->tcp));

    return d && delivery_carries(d, r->letter) ? d : NULL;
}

/* The line alone, if what is below it is what the sender holds; else all of it. */
static uint64_t record_received(struct reception *r, struct text line, struct text queue,
                                const struct message *came)
{
    struct trace *t = &r->host->world->trace;
    struct trace_where where = tcp_where(r->tcp, r->cause);
    const struct delivery *d = carrier(r);
    struct buffer whole;

    where.mail = r->letter->id;
    where.queue = queue;
    if (!d || delivery_message_size(d) == came->size)
        return trace_emit_mail_content(
            t, &where, &(struct trace_mail_content){.part = TEXT("prepended"), .octets = line});
    buffer_init(&whole, &r->host->world->memory);
    buffer_put_text(&whole, line);
    message_put(&whole, came);
    uint64_t cause = trace_emit_mail_content(
        t, &where,
        &(struct trace_mail_content){.part = TEXT("received"), .octets = buffer_text(&whole)});
    buffer_free(&whole);
    return cause;
}

static struct text field_of(const struct message *message, struct text name)
{
    struct mail_field field;

    return message_find_field(message, name, &field) ? text_trim(field.value) : TEXT("");
}

static struct text between_angles(struct text t)
{
    bool angles = t.size > 1 && t.at[0] == '<' && t.at[t.size - 1] == '>';

    return angles ? text_from(t.at + 1, t.size - 2) : t;
}

/* A message that no letter of ours explains (smuggled, or from outside) begins here, for all that anybody
 * knows; it is recorded whole. */
static uint64_t record_stranger(struct reception *r, const struct message *message,
                                struct text sender, const struct text *recipients)
{
    struct trace_where where = tcp_where(r->tcp, r->cause);

    where.mail = r->letter->id;
    where.cause = trace_emit_mail_composed(
        &r->host->world->trace, &where,
        &(struct trace_mail_composed){.from = sender,
                                      .to = {recipients, r->letter->fate_count},
                                      .subject = field_of(message, TEXT("Subject")),
                                      .message_id =
                                          between_angles(field_of(message, TEXT("Message-ID"))),
                                      .octets = (int64_t)message_size(message)});
    return trace_emit_mail_content(
        &r->host->world->trace, &where,
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
    struct world *w = r->host->world;
    struct delivery *d = carriers_get(&w->carriers, tcp_conn(r->tcp));
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
    r->letter = letter_new(w, r->host->index, w->queue.now_ns, list, (uint32_t)v->recipient_count);
    buffer_init(&b, &w->memory);
    r->cause = record_stranger(r, message, put_address(&b, &v->sender), list);
    buffer_free(&b);
    for (size_t i = 0; i < v->recipient_count; i++)
        memory_give(&w->memory, (char *)(uintptr_t)list[i].at, list[i].size + 1);
    memory_give(&w->memory, list, size);
}

/* Our Received field before what came (RFC 5321 4.4), and what a submission lacks. */
void reception_take_message(struct reception *r, struct text queue)
{
    const struct smtp_envelope *v = r->session.envelope;
    struct world *w = r->host->world;
    struct message *came = message_new(&w->memory, buffer_text(&r->octets));
    struct buffer line, one;

    buffer_free(&r->octets);
    buffer_init(&r->octets, &w->memory);
    find_letter(r, came);
    buffer_init(&line, &w->memory);
    buffer_init(&one, &w->memory);
    if (r->notes)
        buffer_put_text(&line, buffer_text(&r->notes->fields));
    mail_put_received(
        &line, &(struct mail_received){.helo = r->session.hello,
                                       .address = reception_client_text(r),
                                       .by = r->host->name,
                                       .with = smtp_server_protocol(&r->session),
                                       .id = queue,
                                       .recipient = v->recipient_count == 1
                                                        ? put_address(&one, &v->recipients[0].path)
                                                        : TEXT(""),
                                       .date = world_unix(w)});
    if (r->listener->kind == LISTENER_SUBMISSION) /* RFC 6409 8.2, 8.3 */
        mail_put_missing(&line, came, world_unix(w), queue, r->host->name);
    r->cause = record_received(r, buffer_text(&line), queue, came);
    r->message = message_prepend(came, buffer_text(&line));
    message_release(came);
    buffer_free(&line);
    buffer_free(&one);
}

void reception_drop_message(struct reception *r)
{
    struct world *w = r->host->world;

    buffer_free(&r->octets);
    buffer_init(&r->octets, &w->memory);
    message_release(r->message);
    letter_release(r->letter);
    report_wish_free(&w->memory, r->wish);
    r->wish = NULL;
    memory_give(&w->memory, r->parents, r->parent_count * sizeof *r->parents);
    r->message = NULL;
    r->letter = NULL;
    r->parents = NULL;
    r->parent_count = 0;
}

/* Everything that custody needs, before the envelope goes with the answer. */
void reception_prepare_entry(struct reception *r, struct text id)
{
    const struct smtp_envelope *v = r->session.envelope;
    struct world *w = r->host->world;
    struct delivery *d = carrier(r);
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
        to[i] = (struct queue_addressee){.address = address,
                                         .fate = c ? c->fate : letter_fate_find(r->letter, address),
                                         .dsn = &v->recipients[i].parameters.dsn.recipient};
    }
    buffer_init(&texts[n], &w->memory);
    r->entry =
        queue_prepare(r->host->mta->queue,
                      &(struct queue_submission){.letter = r->letter,
                                                 .message = r->message,
                                                 .sender = put_address(&texts[n], &v->sender),
                                                 .id = id,
                                                 .dsn = &v->parameters.dsn.message,
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
    r->host->world->counts.accepted++;
    return trace_emit_mail_accepted(
        &r->host->world->trace, &where,
        &(struct trace_mail_accepted){
            .sender = sender,
            .recipients = {list, count},
            .octets = (int64_t)(message_size(r->message) - r->message->octets.size),
            .protocol = smtp_server_protocol(&r->session),
            .client = r->session.hello,
            .address = reception_client_text(r)});
}

static void record_overlaps(struct reception *r, const struct queue_entry *e, uint64_t cause)
{
    struct world *w = r->host->world;
    struct delivery *d = carrier(r);

    for (uint32_t i = 0; d && i < e->count; i++) {
        const struct custody *c = delivery_custody(d, e->recipients[i].address);
        if (c && custody_is_open(c))
            custody_overlap(w, c, &e->recipients[i].custody, e->id, cause);
    }
}

/* The 250 to the final dot is on its way: from here on this host is responsible (4.2.5, 6.1). */
void reception_admit(struct reception *r)
{
    struct world *w = r->host->world;
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
    reception_drop_message(r);
}

/* LMTP: one copy is in its mailbox with its 250; custody begins and ends here. */
void reception_deliver_copy(struct reception *r)
{
    struct world *w = r->host->world;
    struct delivery *d = carrier(r);
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
    if (parent && custody_is_open(parent))
        custody_overlap(w, parent, &c, queue, r->cause);
    r->cause = mda_deliver(r->host, &(struct mda_delivery){.letter = r->letter,
                                                           .message = r->message,
                                                           .sender = r->sender,
                                                           .recipient = r->recipient,
                                                           .mailbox = r->mailbox,
                                                           .queue = queue,
                                                           .cause = r->cause});
    if (r->wish)
        report_wish_fulfil(&(struct report_about){.host = r->host,
                                                  .letter = r->letter,
                                                  .message = r->message,
                                                  .sender = r->sender,
                                                  .arrived_ns = w->queue.now_ns,
                                                  .dsn = r->wish->message},
                           r->wish, r->recipient, r->cause);
    report_wish_free(&w->memory, r->wish);
    r->wish = NULL;
    custody_close(w, &c, queue, r->recipient, CUSTODY_DELIVERED, r->mailbox, TEXT("in the mailbox"),
                  r->cause);
}
