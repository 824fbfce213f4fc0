/*
 * delivery_fate.c - what the dialogue says of one recipient, and what that means to the queue.
 *
 *   taken                             passed on
 *   refused (5yz)                     failed for good; but a host that refuses the session (greeting, EHLO)
 *                                     speaks of itself alone, and the next one may take it
 *   deferred, lost before the dot     stays open: tried at the next host, else later
 *   lost after the dot                in doubt: later, at no other host (RFC 5321 6.1)
 */
#include "sim/agents/delivery/delivery_parts.h"

#include <assert.h>

#include "sim/agents/mail_queue/queue_dsn.h"

static void keep(struct delivery *d, uint32_t i, const struct smtp_act *a)
{
    bool own = a->recipient.by == SMTP_VERB_NONE;
    bool temporary = a->recipient.fate != SMTP_FATE_REFUSED;
    struct mail_status status = mail_status_of_reply(
        a->recipient.code ? a->recipient.code : (temporary ? 450 : 550), a->recipient.enhanced);
    struct buffer quoted;

    if (a->recipient.fate == SMTP_FATE_LOST)
        status = (struct mail_status){4, 4, 2}; /* RFC 3463 3.5: bad connection */
    else if (a->recipient.by == SMTP_VERB_GREETING && !temporary && !a->recipient.enhanced.size)
        status = (struct mail_status){5, 3, 2}; /* 3.4: not accepting messages; RFC 7504 3 */
    buffer_init(&quoted, &d->host->world->memory);
    if (a->recipient.reply)
        smtp_reply_put_quoted(&quoted, a->recipient.reply);
    queue_keep_failure(
        d->entry, i,
        &(struct failure){.code = a->recipient.code,
                          .status = status,
                          .reply = a->recipient.text,
                          .quoted = buffer_text(&quoted),
                          .remote = d->plan.candidates[d->plan.current].host,
                          .command = own ? TEXT("") : smtp_verb_name(a->recipient.by)});
    buffer_free(&quoted);
}

/* It was asked to tell of success, and the next host does not: so we do (RFC 3461 5.2.2 b). */
static void note_success(struct delivery *d, uint32_t i, const struct smtp_act *a)
{
    struct buffer quoted;

    if (!dsn_wants_success(queue_notify(d->entry, i)) || d->client.extensions & SMTP_HAS_DSN)
        return;
    buffer_init(&quoted, &d->host->world->memory);
    smtp_reply_put_quoted(&quoted, a->recipient.reply);
    queue_note_success(
        d->entry, i, d->hop.kind == HOP_LMTP ? MAIL_DELIVERED : MAIL_RELAYED,
        &(struct failure){.status = mail_status_of_reply(a->recipient.code, a->recipient.enhanced),
                          .quoted = buffer_text(&quoted),
                          .remote = d->plan.candidates[d->plan.current].host},
        d->cause);
    buffer_free(&quoted);
}

/* A host before this one had only temporary trouble: that this one takes no mail at all does not make it
 * permanent, since the other may take it later. */
static bool may_be_taken_later(const struct delivery *d, uint32_t i)
{
    const struct kept_failure *f = d->entry->recipients[i].failure;

    return f && f->is.status.class == 4 && f->time_ns >= d->began_ns;
}

void delivery_decided(struct delivery *d, const struct smtp_act *a)
{
    uint32_t i = d->members[a->recipient.index];
    bool about_host = a->recipient.by == SMTP_VERB_GREETING || a->recipient.by == SMTP_VERB_EHLO ||
                      a->recipient.by == SMTP_VERB_HELO || a->recipient.by == SMTP_VERB_LHLO;

    switch (a->recipient.fate) {
    case SMTP_FATE_ACCEPTED:
        note_success(d, i, a);
        queue_passed_on(d->entry, i, d->plan.candidates[d->plan.current].host, a->recipient.code,
                        a->recipient.text, d->cause);
        break;
    case SMTP_FATE_REFUSED:
        if (about_host && may_be_taken_later(d, i))
            break;
        keep(d, i, a);
        if (about_host)
            break; /* it refuses the session, not the recipient: another host may take it */
        queue_fail(d->entry, i, d->cause);
        break;
    case SMTP_FATE_LOST:
        keep(d, i, a);
        if (a->recipient.in_doubt) { /* another host now would make a second copy more likely */
            queue_defer(d->entry, i, d->cause);
        }
        break;
    case SMTP_FATE_AGAIN:
        d->again[a->recipient.index] = true;
        keep(d, i, a);
        break;
    case SMTP_FATE_DEFERRED: keep(d, i, a); break;
    case SMTP_FATE_WELCOME: break; /* a probe; whoever asked has its answer */
    case SMTP_FATE_OPEN: assert(0 && "an act with an open fate");
    }
}
