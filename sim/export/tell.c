/*
 * Each sentence has a host as its subject and says one thing.
 */
#include "sim/export/tell.h"

#include <assert.h>

#include "sim/export/tell_circle.h"
#include "sim/export/tell_copies.h"
#include "sim/export/tell_parts.h"
#include "sim/export/tell_retry.h"
#include "sim/kernel/clock.h"

/* ---- sentences ---------------------------------------------------------------------------- */

/* What a stranger says of the sender is not believed. */
static bool is_stranger(const struct view *v, struct text host)
{
    for (size_t i = 0; i < v->host_count; i++)
        if (text_equal(v->hosts[i].name, host))
            return text_equal(v->hosts[i].roles, TEXT("stranger"));
    return false;
}

/* The name of the host that speaks at the other end of this connection. */
static struct text client_of(const struct view *v, const struct view_mail *mail, uint32_t conn)
{
    for (size_t i = 0; i < mail->steps.count; i++) {
        const struct trace_record *r = mail->steps.items[i].record;
        const struct trace_mail_accepted *a = r->data;

        if (r->kind == TRACE_MAIL_ACCEPTED && r->where.conn == conn) {
            const struct view_host *host = view_find_address(v, a->address);

            return host != NULL ? host->name : a->client;
        }
    }
    return TEXT("its client");
}

/* Two letters out of one: what each of the two hosts took the octets for. */
static void say_found(struct buffer *b, const struct view *v, const struct view_mail *mail,
                      const struct trace_record *r)
{
    const struct trace_mail_composed *c = r->data;
    const struct view_mail *around = mail->inside != VIEW_NONE ? v->mails[mail->inside] : NULL;
    struct text sender = around != NULL ? client_of(v, around, r->where.conn) : TEXT("");

    tell_text(b, r->where.host);
    tell_string(b, " reads a message that no host here has written as one: from ");
    tell_text(b, c->from.size > 0 ? c->from : TEXT("<>"));
    tell_string(b, ", it says, to ");
    tell_list(b, c->to.items, c->to.count);
    tell_string(b, " (");
    tell_octets(b, c->octets);
    tell_string(b, ").");
    if (around == NULL)
        return;
    tell_string(b, " It is text inside ");
    tell_text(b, around->id);
    tell_string(b, ", behind a bare LF and a dot. For ");
    tell_text(b, sender);
    tell_string(b, " a bare LF ends no line, and the dot is text; for ");
    tell_text(b, r->where.host);
    tell_string(b, " it does: so there the message ended, and what followed were commands of ");
    tell_text(b, sender);
    tell_string(b, " (RFC 5321 2.3.8, 4.1.1.4), which does not know that it sent two. No rule that "
                   "goes by the client's address (relaying, SPF) can tell this one from ");
    tell_text(b, sender);
    tell_string(b, "'s own mail.");
}

static bool say_composed(struct buffer *b, const struct view *v, const struct view_mail *mail,
                         const struct trace_record *r)
{
    const struct trace_mail_composed *c = r->data;

    if (mail->is_report)
        return false; /* mail.ndr tells it */
    if (mail->found) {
        say_found(b, v, mail, r);
        return true;
    }
    if (c->from.size == 0 && text_starts_nocase(c->subject, TEXT("Auto:"))) { /* RFC 3834 3.1.5 */
        tell_text(b, r->where.host);
        tell_string(b, " answers ");
        tell_list(b, c->to.items, c->to.count);
        tell_string(b, " by itself for somebody who is away (");
        tell_octets(b, c->octets);
        tell_string(b, "). The return address is empty (<>), so that nothing answers the answer "
                       "(RFC 3834 3.3).");
        return true;
    }
    if (is_stranger(v, r->where.host)) {
        tell_text(b, r->where.host);
        tell_string(b, " writes to ");
        tell_list(b, c->to.items, c->to.count);
        tell_string(b, c->from.size > 0 ? " as if it were " : " and gives no return address, <>");
        tell_text(b, c->from);
    } else {
        if (c->from.size > 0)
            tell_text(b, c->from);
        else
            tell_string(b, "Somebody who gives no return address (<>)");
        tell_string(b, " writes to ");
        tell_list(b, c->to.items, c->to.count);
        tell_string(b, " on ");
        tell_text(b, r->where.host);
    }
    tell_string(b, " (");
    tell_octets(b, c->octets);
    tell_string(b, ").");
    return true;
}

/* What each kind of report says of the recipients (RFC 3464 2.3.3). */
static const char *report_news(struct text action)
{
    return text_equal(action, TEXT("failed"))    ? ": not delivered to "
           : text_equal(action, TEXT("delayed")) ? ": not yet delivered, but still tried, to "
           : text_equal(action, TEXT("relayed"))
               ? ": passed on to a host that sends no such reports, for "
           : text_equal(action, TEXT("expanded")) ? ": passed on to all who stand behind "
                                                  : ": delivered to ";
}

/* One status that all recipients share is said once. */
static void tell_statuses(struct buffer *b, const struct text *items, uint32_t count)
{
    uint32_t same = 1;

    while (same < count && text_equal(items[same], items[0]))
        same++;
    tell_list(b, items, same == count ? 1 : count);
}

static bool say_ndr(struct buffer *b, const struct trace_record *r)
{
    const struct trace_mail_ndr *n = r->data;

    tell_text(b, r->where.host);
    tell_string(b, " writes a report to ");
    tell_text(b, n->to);
    tell_string(b, report_news(n->action));
    tell_list(b, n->recipients.items, n->recipients.count);
    tell_string(b, ", status ");
    tell_statuses(b, n->statuses.items, n->statuses.count);
    tell_string(
        b, ". It travels with the empty reverse-path <>, so nobody will ever write a report about "
           "this report (RFC 5321 6.1).");
    return true;
}

static bool say_attempt(struct buffer *b, const struct trace_record *r)
{
    const struct trace_queue_attempt *a = r->data;

    if (a->attempt <= 1)
        return false;
    tell_text(b, r->where.host);
    tell_string(b, " tries again for ");
    tell_list(b, a->recipients.items, a->recipients.count);
    tell_string(b, ", attempt ");
    buffer_put_int(b, a->attempt);
    tell_string(b, ".");
    return true;
}

/* The client by the name of the host that has its address; what it called itself, if it lied. */
static void say_client(struct buffer *b, const struct view *v, const struct trace_mail_accepted *a)
{
    const struct view_host *host = view_find_address(v, a->address);
    bool literal = a->client.size > 0 && a->client.at[0] == '[';

    tell_text(b, host != NULL ? host->name : a->client);
    if (host != NULL && !literal && !text_equal_nocase(host->name, a->client)) {
        tell_string(b, ", which calls itself ");
        tell_text(b, a->client);
    }
    tell_place(b, a->address, 0);
}

static bool say_accepted(struct buffer *b, const struct view *v, const struct view_step *step)
{
    const struct trace_record *r = step->record;
    const struct trace_mail_accepted *a = r->data;
    const struct trace_policy_relay *relay =
        step->because != NULL && step->because->kind == TRACE_POLICY_RELAY ? step->because->data
                                                                           : NULL;

    tell_text(b, r->where.host);
    tell_place(b, step->address, step->port);
    tell_string(b, " takes it from ");
    say_client(b, v, a);
    tell_string(b, " by ");
    tell_text(b, a->protocol);
    if (relay != NULL && !text_equal(relay->reason, TEXT("local"))) {
        tell_string(b, ", as its rule ");
        tell_quoted(b, relay->rule);
        tell_string(b, " allows,");
    }
    tell_string(b, " and answers 250 to the end of the message: from now on ");
    tell_text(b, r->where.host);
    tell_string(b, " is responsible for ");
    tell_list(b, a->recipients.items, a->recipients.count);
    tell_string(b, ".");
    return true;
}

static bool say_relayed(struct buffer *b, const struct view_mail *mail, size_t index)
{
    const struct trace_record *r = mail->steps.items[index].record;
    const struct trace_mail_relayed *relayed = r->data;

    tell_text(b, r->where.host);
    tell_string(b, " reads that ");
    buffer_put_int(b, relayed->code);
    if (relayed->reply.size > 0) {
        tell_string(b, " ");
        tell_quoted(b, relayed->reply);
    }
    tell_string(b, " and may forget the message for ");
    tell_recipients(b, mail, index);
    tell_string(b, ".");
    return true;
}

static bool say_deferred(struct buffer *b, const struct view *v, const struct view_mail *mail,
                         size_t index)
{
    const struct trace_record *r = mail->steps.items[index].record;
    const struct trace_queue_deferred *d = r->data;

    tell_text(b, r->where.host);
    tell_string(b, " has to keep it for ");
    tell_recipients(b, mail, index);
    tell_string(b, ": ");
    tell_failure(b, d->remote, d->code, d->enhanced, d->reason);
    tell_string(b, d->attempt > 1                    ? "."
                   : d->code >= 400 && d->code < 500 ? ". A 4yz means: later."
                                                     : ". That may pass, so it means: later.");
    tell_reference(b, mail->steps.items[index].because);
    tell_doubt(b, v, mail, index);
    tell_string(b, " It will try again in ");
    tell_duration(b, d->next_try_ns - r->time_ns);
    tell_string(b, ".");
    return true;
}

static bool say_bounced(struct buffer *b, const struct view_mail *mail, size_t index)
{
    const struct trace_record *r = mail->steps.items[index].record;
    const struct trace_queue_bounced *d = r->data;

    tell_text(b, r->where.host);
    tell_string(b, " gives up on ");
    tell_recipients(b, mail, index);
    tell_string(b, ": ");
    tell_failure(b, d->remote, d->code, d->enhanced, d->reason);
    if (d->enhanced.size == 0) {
        tell_string(b, ", status ");
        tell_text(b, d->status);
    }
    tell_string(b, ".");
    tell_reference(b, mail->steps.items[index].because);
    return true;
}

static bool say_expired(struct buffer *b, const struct view_mail *mail, size_t index)
{
    const struct trace_record *r = mail->steps.items[index].record;
    const struct trace_queue_expired *e = r->data;

    tell_text(b, r->where.host);
    tell_string(b, " gives up on ");
    tell_recipients(b, mail, index);
    tell_string(b, " after ");
    tell_duration(b, e->age_ns);
    tell_string(b, " and ");
    tell_count(b, (uint64_t)e->attempts, "attempt", "attempts");
    tell_string(b, " (RFC 5321 4.5.4.1).");
    return true;
}

/* A report to a list goes to the owner alone, and keeps its null reverse-path. */
static void say_list(struct buffer *b, const struct trace_mail_expanded *e)
{
    if (e->sender.size == 0) {
        tell_string(b, ": it is a list, and a report goes to its owner alone.");
        return;
    }
    tell_string(b, ": it is a list, and reports go to its owner from here on, ");
    tell_text(b, e->sender);
    tell_string(b, " (RFC 5321 3.9.2).");
}

static bool say_expanded(struct buffer *b, const struct trace_record *r)
{
    const struct trace_mail_expanded *e = r->data;

    tell_text(b, r->where.host);
    tell_string(b, " turns ");
    tell_text(b, e->recipient);
    tell_string(b, " into ");
    tell_list(b, e->into.items, e->into.count);
    if (text_equal(e->by, TEXT("list"))) {
        say_list(b, e);
        return true;
    }
    tell_string(b, text_equal(e->by, TEXT("catch_all"))
                       ? ": nobody there has that name, and what is left goes to "
                   : text_equal(e->by, TEXT("forward"))
                       ? ": its mail is forwarded (RFC 5321 3.9.1)."
                       : ": it is an alias (RFC 5321 3.9.1).");
    if (text_equal(e->by, TEXT("catch_all"))) {
        tell_list(b, e->into.items, e->into.count);
        tell_string(b, ".");
    }
    return true;
}

static bool say_delivered(struct buffer *b, const struct view_mail *mail, size_t index)
{
    const struct trace_record *r = mail->steps.items[index].record;
    const struct trace_mail_delivered *d = r->data;

    tell_text(b, r->where.host);
    tell_string(b, " puts it into the mailbox ");
    tell_quoted(b, d->mailbox);
    tell_string(b, ": ");
    tell_octets(b, d->octets);
    tell_string(b, ", ");
    tell_count(b, (uint64_t)(d->hops < 0 ? 0 : d->hops), "Received line", "Received lines");
    tell_string(b, ".");
    tell_copy(b, mail, index);
    return true;
}

static bool say_collected(struct buffer *b, const struct trace_record *r)
{
    const struct trace_mail_collected *c = r->data;

    tell_text(b, r->where.host);
    tell_string(b, " fetches it from the mailbox ");
    tell_quoted(b, c->mailbox);
    tell_string(b, " on ");
    tell_text(b, c->server);
    tell_string(b, ".");
    return true;
}

static bool say_warned(struct buffer *b, const struct trace_record *r)
{
    const struct trace_queue_warned *w = r->data;

    tell_text(b, r->where.host);
    tell_string(b, " tells the sender that the message for ");
    tell_text(b, w->recipient);
    tell_string(b, " is late: ");
    tell_duration(b, w->age_ns);
    tell_string(b, " in the queue so far.");
    return true;
}

static bool say_held(struct buffer *b, const struct trace_record *r)
{
    const struct trace_queue_held *h = r->data;

    tell_text(b, r->where.host);
    tell_string(b, " sets it aside for ");
    tell_text(b, h->recipient);
    tell_string(b, ": ");
    tell_text(b, h->reason);
    tell_string(b, ".");
    return true;
}

static bool say_discarded(struct buffer *b, const struct trace_record *r)
{
    const struct trace_mail_discarded *d = r->data;

    tell_text(b, r->where.host);
    tell_string(b, " throws it away for ");
    tell_text(b, d->recipient);
    tell_string(b, ": ");
    tell_text(b, d->reason);
    tell_string(b, ".");
    return true;
}

static bool say_up_again(struct buffer *b, const struct trace_record *r)
{
    tell_text(b, r->where.host);
    tell_string(b,
                " is up again, with the message still in its queue: it may not lose it for such a "
                "reason (RFC 5321 6.1).");
    return true;
}

static enum tell_tone tone_of(enum trace_kind kind)
{
    static const struct {
        enum trace_kind kind;
        enum tell_tone tone;
    } tones[] = {
        {TRACE_MAIL_ACCEPTED, TELL_DUTY},  {TRACE_MAIL_DELIVERED, TELL_GOOD},
        {TRACE_QUEUE_DEFERRED, TELL_WAIT}, {TRACE_QUEUE_WARNED, TELL_WAIT},
        {TRACE_QUEUE_HELD, TELL_WAIT},     {TRACE_QUEUE_BOUNCED, TELL_BAD},
        {TRACE_QUEUE_EXPIRED, TELL_BAD},   {TRACE_MAIL_DISCARDED, TELL_BAD},
    };

    for (size_t i = 0; i < sizeof tones / sizeof *tones; i++)
        if (tones[i].kind == kind)
            return tones[i].tone;
    return TELL_PLAIN;
}

bool tell_step(struct buffer *b, const struct view *v, const struct view_mail *mail, size_t index,
               enum tell_tone *tone)
{
    const struct view_step *step = &mail->steps.items[index];
    const struct trace_record *r = step->record;

    assert(index < mail->steps.count);
    *tone = tone_of(r->kind);
    if (tell_recipient_of(r).size > 0 && tell_is_told(mail, index))
        return false;
    if (tell_circle_repeats(mail, index))
        return tell_circle_row(b, mail, index);
    if (tell_retry_repeats(mail, index))
        return tell_retry_row(b, mail, index);
    if (r->kind == TRACE_MAIL_COMPOSED)
        return say_composed(b, v, mail, r);
    if (r->kind == TRACE_SIM_FAULT)
        return tell_aside(b, step, tone);
    if (r->kind == TRACE_HOST_STARTED)
        return say_up_again(b, r);
    if (r->kind == TRACE_MAIL_NDR)
        return say_ndr(b, r);
    if (r->kind == TRACE_QUEUE_ATTEMPT)
        return say_attempt(b, r);
    if (r->kind == TRACE_DNS_MX_CHOSEN) {
        tell_route(b, mail, index);
        return true;
    }
    if (r->kind == TRACE_MAIL_ACCEPTED)
        return say_accepted(b, v, step);
    if (r->kind == TRACE_MAIL_RELAYED)
        return say_relayed(b, mail, index);
    if (r->kind == TRACE_QUEUE_DEFERRED)
        return say_deferred(b, v, mail, index);
    if (r->kind == TRACE_QUEUE_BOUNCED)
        return say_bounced(b, mail, index);
    if (r->kind == TRACE_QUEUE_EXPIRED)
        return say_expired(b, mail, index);
    if (r->kind == TRACE_MAIL_EXPANDED)
        return say_expanded(b, r);
    if (r->kind == TRACE_MAIL_DELIVERED)
        return say_delivered(b, mail, index);
    if (r->kind == TRACE_MAIL_COLLECTED)
        return say_collected(b, r);
    if (r->kind == TRACE_QUEUE_WARNED)
        return say_warned(b, r);
    if (r->kind == TRACE_QUEUE_HELD)
        return say_held(b, r);
    if (tell_door(b, r))
        return true;
    if (r->kind == TRACE_MAIL_DISCARDED)
        return say_discarded(b, r);
    return false;
}
