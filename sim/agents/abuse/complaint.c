/*
 * complaint.c - a while after the letter, a complaint about it.
 */
#include "sim/agents/abuse/complaint.h"

#include "sim/agents/mail_queue/mail_queue.h"
#include "sim/agents/mail_queue/written.h"
#include "sim/mail/feedback.h"

struct complaint {
    struct event event;
    struct host *host;
    struct message *about;
    struct buffer texts;
    struct text from, to, sender; /* in `texts` */
    uint64_t cause;
};

static void write(struct complaint *c)
{
    struct host *h = c->host;
    struct memory *m = &h->world->memory;
    struct buffer message_id;
    char id_octets[QUEUE_ID_MAX];
    struct text id = queue_next_id(h, id_octets);

    buffer_init(&message_id, m);
    buffer_put_text(&message_id, id);
    buffer_put_string(&message_id, ".complaint@");
    buffer_put_text(&message_id, h->name);
    struct message *complaint =
        mail_feedback_build(m, &(struct mail_feedback){.from = c->from,
                                                       .to = c->to,
                                                       .message_id = buffer_text(&message_id),
                                                       .id = id,
                                                       .sender = c->sender,
                                                       .date = world_unix(h->world),
                                                       .about = c->about});
    written_send(h,
                 &(struct written){.sender = c->from,
                                   .to = c->to,
                                   .id = id,
                                   .subject = mail_feedback_subject(),
                                   .message_id = buffer_text(&message_id),
                                   .message = complaint},
                 c->cause);
    message_release(complaint);
    buffer_free(&message_id);
}

static void due(void *world, struct event *e)
{
    struct complaint *c = EVENT_OWNER(e, struct complaint, event);
    struct world *w = world;

    if (c->host->up)
        write(c);
    message_release(c->about);
    buffer_free(&c->texts);
    memory_give(&w->memory, c, sizeof *c);
}

static bool subject_holds(const struct message *message, struct text words)
{
    struct mail_field f;

    if (words.size == 0)
        return true;
    if (!message_find_field(message, TEXT("Subject"), &f))
        return false;
    for (size_t i = 0; i + words.size <= f.value.size; i++)
        if (text_equal_nocase(text_from(f.value.at + i, words.size), words))
            return true;
    return false;
}

void complaint_consider(struct host *h, const struct mda_delivery *d, uint64_t cause)
{
    struct world *w = h->world;
    const struct directory_entry *entry =
        directory_find(&w->directory, d->mailbox, h->mda->config.domains[0]);

    if (!entry || !entry->box || !h->mta || d->sender.size == 0)
        return;
    const struct complains_config *how = &entry->box->complains;
    if (how->to.size == 0 || !subject_holds(d->message, how->about))
        return;
    struct complaint *c = MEMORY_NEW(&w->memory, struct complaint);
    c->host = h;
    c->about = message_hold(d->message);
    c->to = how->to;
    c->cause = cause;
    c->event.fire = due;
    buffer_init(&c->texts, &w->memory);
    buffer_put_text(&c->texts, d->recipient);
    buffer_put_text(&c->texts, d->sender);
    c->from = text_from(c->texts.at, d->recipient.size);
    c->sender = text_after(buffer_text(&c->texts), d->recipient.size);
    queue_set(&w->queue, &c->event, w->queue.now_ns + how->after_ns);
}
