/*
 * mua.c - from what the author wants to say to a message in the outbox.
 */
#include "sim/agents/mua/mua.h"

#include <assert.h>

#include "sim/agents/mail_queue/mail_queue.h"
#include "sim/agents/mail_queue/written.h"
#include "sim/kernel/clock.h"
#include "sim/mail/message.h"

/* Numbered lines of 64 octets, so that any part of a large body is told from any other. */
static void put_filler(struct buffer *b, int64_t size)
{
    for (int64_t line = 1; (int64_t)b->size < size; line++) {
        buffer_put_string(b, "line ");
        buffer_put_padded(b, line, 9);
        buffer_put_string(b, " of a letter that is as long as it was asked to be.\r\n");
    }
}

/* Date and Message-ID: local part of the author's host and its counter, right of it the domain. */
static void put_message_id(struct buffer *b, const struct letter *l, struct text mailbox)
{
    buffer_put_text(b, l->id);
    size_t at = text_find(mailbox, '@');
    buffer_put_text(b, at < mailbox.size ? text_after(mailbox, at) : TEXT("@localhost.invalid"));
}

static struct mail_person *people(struct memory *m, const struct text *addresses, size_t count)
{
    struct mail_person *list = memory_take_clear(m, (count ? count : 1) * sizeof *list);

    for (size_t i = 0; i < count; i++)
        list[i].address = addresses[i];
    return list;
}

static struct message *write_letter(struct host *h, const struct send_config *send,
                                    struct text mailbox, struct text message_id)
{
    struct memory *m = &h->world->memory;
    struct mail_person *to = people(m, send->to, send->to_count);
    struct mail_person *cc = people(m, send->cc, send->cc_count);
    struct buffer filler;

    buffer_init(&filler, m);
    if (send->size_octets > 0)
        put_filler(&filler, send->size_octets);
    struct message *message = message_compose(
        m, &(struct mail_draft){
               .from = {.name = h->mua ? h->mua->config.name : TEXT(""), .address = mailbox},
               .to = to,
               .cc = cc,
               .to_count = send->to_count,
               .cc_count = send->cc_count,
               .subject = send->subject,
               .message_id = message_id,
               .date = world_unix(h->world),
               .as_written = send->as_written,
               .body = send->size_octets > 0 ? buffer_text(&filler) : send->body});
    buffer_free(&filler);
    memory_give(m, to, (send->to_count ? send->to_count : 1) * sizeof *to);
    memory_give(m, cc, (send->cc_count ? send->cc_count : 1) * sizeof *cc);
    return message;
}

/* The envelope's recipients: To, Cc and blind copies, each once. */
static size_t envelope(struct memory *m, struct text *out, const struct send_config *send)
{
    const struct text *lists[] = {send->to, send->cc, send->bcc};
    const size_t counts[] = {send->to_count, send->cc_count, send->bcc_count};
    struct table seen;
    size_t n = 0;

    table_init(&seen, m, false);
    for (size_t l = 0; l < 3; l++)
        for (size_t i = 0; i < counts[l]; i++) {
            if (counts[0] + counts[1] + counts[2] > 1) {
                if (table_get(&seen, lists[l][i]) != TABLE_NONE)
                    continue;
                table_set(&seen, lists[l][i], 1);
            }
            out[n++] = lists[l][i];
        }
    table_free(&seen);
    return n;
}

static uint8_t notify_of(const struct send_config *send, struct text recipient)
{
    for (size_t i = 0; i < send->notify_each_count; i++)
        if (text_equal_nocase(send->notify_each[i].address, recipient))
            return send->notify_each[i].notify;
    return send->notify;
}

/* What reports are asked for: ORCPT names whoever the author named (RFC 3461 4.2), if any is wanted at
 * all.  The texts lie in `b`. */
static struct dsn_recipient *asked(struct memory *m, const struct send_config *send,
                                   const struct text *recipients, size_t count, struct buffer *b)
{
    struct dsn_recipient *list = memory_take_clear(m, count * sizeof *list);
    size_t at = 0;

    for (size_t i = 0; i < count; i++) {
        list[i].notify = notify_of(send, recipients[i]);
        if (list[i].notify == 0 || list[i].notify == DSN_NOTIFY_NEVER)
            continue;
        buffer_put_string(b, "rfc822;");
        dsn_xtext_put(b, recipients[i]);
        list[i].orcpt.size = b->size - at;
        at = b->size;
    }
    at = 0;
    for (size_t i = 0; i < count; i++) { /* now they do not move any more */
        list[i].orcpt = text_from(b->at + at, list[i].orcpt.size);
        at += list[i].orcpt.size;
    }
    return list;
}

struct mail_queue *mua_outbox(struct host *h, struct text server, uint16_t port)
{
    static const int64_t retry_ns[] = {5 * CLOCK_MINUTE};
    static const struct retry_plan person = {
        .waits_ns = retry_ns, .wait_count = 1, .give_up_ns = CLOCK_DAY};
    static const struct retry_plan program = {.waits_ns = retry_ns, .wait_count = 1};
    bool own =
        h->mua && port == h->mua->config.port && text_equal_nocase(server, h->mua->config.server);
    struct mail_queue *q = h->queues;

    while (q && !(q->outbox && q->port == port && text_equal_nocase(q->server, server)))
        q = q->sibling;
    if (q)
        return q;
    q = queue_new(h);
    q->outbox = true;
    q->server = server;
    q->port = port;
    /* People press "send" again sooner than servers try; a stranger does not care for what is deferred. */
    q->plan = h->stranger && !own ? program : person;
    return q;
}

void mua_send(struct host *h, const struct send_config *send, uint64_t cause)
{
    struct world *w = h->world;
    struct memory *m = &w->memory;
    size_t room = send->to_count + send->cc_count + send->bcc_count;
    struct text *recipients = memory_take(m, room * sizeof *recipients);
    struct queue_addressee *to = memory_take_clear(m, room * sizeof *to);
    size_t count = envelope(m, recipients, send);
    struct text mailbox = h->mua            ? h->mua->config.mailbox
                          : send->from.size ? send->from
                                            : TEXT("stranger@localhost.invalid");
    struct text from = send->null_sender ? TEXT("") : send->from.size ? send->from : mailbox;
    struct buffer message_id;

    assert(count > 0);
    struct letter *l = letter_new(w, h->index, w->queue.now_ns, recipients, (uint32_t)count);
    buffer_init(&message_id, m);
    put_message_id(&message_id, l, mailbox);
    struct message *message = write_letter(h, send, mailbox, buffer_text(&message_id));
    cause = written_record(h, l,
                           (struct trace_mail_composed){.from = from,
                                                        .to = {recipients, (uint32_t)count},
                                                        .subject = send->subject,
                                                        .message_id = buffer_text(&message_id)},
                           message, cause);
    struct buffer orcpt, envid;
    buffer_init(&orcpt, m);
    buffer_init(&envid, m);
    dsn_xtext_put(&envid, send->envid);
    struct dsn_recipient *list =
        send->notify || send->notify_each_count ? asked(m, send, recipients, count, &orcpt) : NULL;
    for (size_t i = 0; i < count; i++)
        to[i] = (struct queue_addressee){
            .address = recipients[i], .fate = (uint32_t)i, .dsn = list ? &list[i] : NULL};
    assert(send->server.size || h->mua);
    struct mail_queue *outbox = send->server.size
                                    ? mua_outbox(h, send->server, send->port ? send->port : 25)
                                    : h->mua->outbox;
    w->counts.composed++;
    queue_admit(queue_prepare(outbox,
                              &(struct queue_submission){
                                  .letter = l,
                                  .message = message,
                                  .sender = from,
                                  .dsn = &(struct dsn_message){.ret = send->ret,
                                                               .envid = buffer_text(&envid)},
                                  .addressees = to,
                                  .count = (uint32_t)count,
                                  .as_written = send->as_written}),
                CUSTODY_WRITTEN, NULL, cause);
    if (list)
        memory_give(m, list, count * sizeof *list);
    buffer_free(&orcpt);
    buffer_free(&envid);
    message_release(message);
    letter_release(l);
    buffer_free(&message_id);
    memory_give(m, recipients, room * sizeof *recipients);
    memory_give(m, to, room * sizeof *to);
}
