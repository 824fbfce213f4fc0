/*
 * Letters: written, waiting, handed over, put into mailboxes, fetched, given up, reported.
 */
#include "sim/export/narrate_parts.h"

#define NONE RECORDING_NONE

static bool is(struct text t, const char *word)
{
    return text_equal(t, text_of(word));
}

/* ---- writing ------------------------------------------------------------------------------- */

static void say_written(struct narrator *n)
{
    const struct trace_mail_composed *d = n->line->record->data;
    struct text person = narrate_person(n, d->from);
    bool own = n->line->host != NONE &&
               text_equal_nocase(n->r->cast->hosts[n->line->host].mailbox, d->from);
    struct text first = d->to.count > 0 ? d->to.items[0] : TEXT("");

    if (n->line->record->where.side == TRACE_SIDE_SERVER) {
        narrate_head(n, "%H sees a letter that nobody wrote: from %a", d->from);
        narrate_more(n, "Subject %q, %d octets: no host of this scenario composed it.", d->subject,
                     d->octets);
        return;
    }
    if (own && person.size > 0 && d->to.count == 1)
        narrate_head(n, "%t writes to %p", person, first);
    else if (own && person.size > 0)
        narrate_head(n, "%t writes to %d recipients", person, (int64_t)d->to.count);
    else if (d->from.size == 0)
        narrate_head(n, "%H writes a report to %p", first);
    else if (own && d->to.count == 1)
        narrate_head(n, "%H writes to %p", first);
    else if (own)
        narrate_head(n, "%H writes to %d recipients", (int64_t)d->to.count);
    else if (d->to.count == 1)
        narrate_head(n, "%H writes to %p, as %a", first, d->from);
    else
        narrate_head(n, "%H writes to %d recipients, as %a", (int64_t)d->to.count, d->from);
    narrate_more(n, "Subject %q, %d octets.", d->subject, d->octets);
    if (own && n->r->cast->hosts[n->line->host].server != NONE)
        narrate_more(n, "%H gives its mail to %h.", n->r->cast->hosts[n->line->host].server);
}

static void say_report(struct narrator *n)
{
    static const struct {
        struct text action;
        const char *head, *more;
    } rows[] = {
        {TEXT_INIT("failed"), "%H writes a report to %p: not delivered", "%a: status %t%s%s."},
        {TEXT_INIT("delayed"), "%H writes a report to %p: late",
         "It has not given up. %a: status %t%s%s."},
        {TEXT_INIT("delivered"), "%H writes a report to %p: delivered",
         "As was asked for (RFC 3461). %a: status %t%s%s."},
        {TEXT_INIT("relayed"), "%H writes a report to %p: handed on",
         "To a host that promises no reports (RFC 3461). %a: status %t%s%s."},
        {TEXT_INIT("expanded"), "%H writes a report to %p: expanded",
         "Into several (RFC 3461). %a: status %t%s%s."},
    };
    const struct trace_mail_ndr *d = n->line->record->data;
    struct text status = d->statuses.count > 0 ? d->statuses.items[0] : TEXT("");
    const char *words = narrate_status(status);

    narrate_head(n, "%H writes a report to %p", d->to);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && d->recipients.count > 0; i++)
        if (text_equal(d->action, rows[i].action)) {
            narrate_head(n, rows[i].head, d->to);
            narrate_more(n, rows[i].more, d->recipients.items[0], status, words ? ", " : "",
                         words ? words : "");
        }
    narrate_more(n, "It is a new letter with the empty sender <>, so no report can follow it "
                    "(RFC 5321 6.1).");
}

/* ---- the queue ----------------------------------------------------------------------------- */

static void say_attempt(struct narrator *n)
{
    const struct trace_queue_attempt *d = n->line->record->data;
    struct text first = d->recipients.count > 0 ? d->recipients.items[0] : TEXT("");
    size_t colon = text_find(d->route, ':');
    struct text host = text_after(d->route, colon + 1);

    if (d->attempt > 1)
        narrate_head(n, "%H tries again: attempt %d", d->attempt);
    else if (is(d->route, "local"))
        narrate_head(n, "%H tries to deliver %n");
    else
        narrate_head(n, "%H tries to send %n on");
    if (d->recipients.count > 1)
        narrate_more(n, "For %a and %d more.", first, (int64_t)d->recipients.count - 1);
    else
        narrate_more(n, "For %a.", first);
    if (is(d->route, "local"))
        narrate_more(n, "Into its own mailboxes.");
    else if (colon < d->route.size)
        narrate_more(n, "To %x, as its settings say.", host);
    else
        narrate_more(n, "To the mail hosts of %a (RFC 5321 5.1).", d->domain);
}

/* "mail.shop said 450 4.2.1 "closed for lunch"", or what the host itself found. */
static void say_because(struct narrator *n, struct text remote, int64_t code, struct text enhanced,
                        struct text reason)
{
    n->out->code = code;
    if (code > 0)
        narrate_more(n, "%x said %d%s%t %q.", remote, code, enhanced.size > 0 ? " " : "", enhanced,
                     reason);
    else if (remote.size > 0)
        narrate_more(n, "%x: %t.", remote, reason);
    else
        narrate_more(n, "Because: %t.", reason);
}

static void say_deferred(struct narrator *n)
{
    const struct trace_queue_deferred *d = n->line->record->data;
    int64_t wait_ns = d->next_try_ns - n->line->record->time_ns;

    if (wait_ns > 0)
        narrate_head(n, "%H keeps %n for %a, next try in %D", d->recipient, wait_ns);
    else
        narrate_head(n, "%H keeps %n for %a and tries again", d->recipient);
    say_because(n, d->remote, d->code, d->enhanced, d->reason);
    narrate_more(n, "Attempt %d failed for now; %n waits in its queue (RFC 5321 4.5.4.1).",
                 d->attempt);
}

static void say_bounced(struct narrator *n)
{
    const struct trace_queue_bounced *d = n->line->record->data;
    const char *status = narrate_status(d->status);

    narrate_head(n, "%H gives up on %a", d->recipient);
    say_because(n, d->remote, d->code, d->enhanced, d->reason);
    if (status)
        narrate_more(n, "Status %t: %s. It is for good.", d->status, status);
    else
        narrate_more(n, "Status %t. It is for good.", d->status);
}

static void say_expired(struct narrator *n)
{
    const struct trace_queue_expired *d = n->line->record->data;

    narrate_head(n, "%H gives up on %a after %D", d->recipient, d->age_ns);
    narrate_more(n, "Tried %s, and never with success (RFC 5321 4.5.4.1).",
                 d->attempts == 1 ? "once" : "again and again");
    narrate_more(n, "Attempts: %d.", d->attempts);
}

static void say_queue(struct narrator *n)
{
    const struct trace_queue_entered *entered = n->line->record->data;
    const struct trace_queue_held *held = n->line->record->data;
    const struct trace_queue_warned *warned = n->line->record->data;
    const struct trace_queue_removed *removed = n->line->record->data;

    switch ((int)n->line->record->kind) {
    case TRACE_QUEUE_ENTERED:
        narrate_head(n, "%N is in the queue of %H");
        narrate_more(n, "From %a, %d octets; queue id %t.", entered->sender, entered->octets,
                     n->line->record->where.queue);
        break;
    case TRACE_QUEUE_HELD:
        narrate_head(n, "%H sets %n for %a aside", held->recipient);
        narrate_more(n, "Reason: %t.", held->reason);
        break;
    case TRACE_QUEUE_WARNED:
        narrate_head(n, "%H is late with %n for %a", warned->recipient);
        narrate_more(n,
                     "It has had it for %D, and tells the sender; it goes on trying (RFC 5321 "
                     "4.5.4.1).",
                     warned->age_ns);
        break;
    default:
        narrate_head(n, "%H has nothing left to do for %n");
        narrate_more(n, "It was in its queue for %D.", removed->age_ns);
        break;
    }
}

/* ---- responsibility ------------------------------------------------------------------------ */

static void say_custody_closed(struct narrator *n)
{
    static const struct {
        struct text how;
        const char *words;
    } rows[] = {
        {TEXT_INIT("passed_on"), "It has been handed on to %x."},
        {TEXT_INIT("delivered"), "It is in the mailbox: %x."},
        {TEXT_INIT("bounced"), "It has failed; the report: %x."},
        {TEXT_INIT("expired"), "It was too old; the report: %x."},
        {TEXT_INIT("expanded"), "It has become others: %x."},
        {TEXT_INIT("discarded"), "It was thrown away, and nobody is told."},
    };
    const struct trace_custody_closed *d = n->line->record->data;

    narrate_head(n, "%H is no longer responsible for %a", d->recipient);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (text_equal(d->how, rows[i].how) && d->to.size > 0)
            narrate_more(n, rows[i].words, d->to);
    if (d->to.size == 0)
        narrate_more(n, "How it ended: %t.", d->how);
}

/* RFC 5321 binds servers; at a user's program the author is there to be told. */
static bool serves_mail(const struct narrator *n, uint32_t host)
{
    return host != NONE && n->r->cast->hosts[host].roles & (CAST_MSA | CAST_MTA | CAST_MDA);
}

static void say_custody(struct narrator *n)
{
    switch ((int)n->line->record->kind) {
    case TRACE_CUSTODY_OPENED:
        narrate_head(n, "%H is responsible for %a from now on",
                     RECORDING_DATA(n->line, custody_opened)->recipient);
        narrate_more(n, serves_mail(n, n->line->host)
                            ? "It must deliver, hand on, or tell the sender (RFC 5321 4.2.5, 6.1)."
                            : "It keeps it until a server has taken it, or says why none does.");
        break;
    case TRACE_CUSTODY_OVERLAP:
        narrate_head(n, "Two hosts hold %n until the reply is read");
        narrate_more(n, "If it is lost, there may be two copies (RFC 1047).");
        break;
    default: say_custody_closed(n); break;
    }
}

/* ---- handing over -------------------------------------------------------------------------- */

static void say_accepted(struct narrator *n)
{
    const struct trace_mail_accepted *d = n->line->record->data;
    struct text first = d->recipients.count > 0 ? d->recipients.items[0] : TEXT("");

    if (d->recipients.count > 1)
        narrate_head(n, "%H is responsible now for %d recipients", (int64_t)d->recipients.count);
    else
        narrate_head(n, "%H is responsible now for %a", first);
    narrate_more(n,
                 "From %x, %d octets, by %t: deliver, hand on, or tell the sender (RFC 5321 "
                 "4.2.5).",
                 d->address, d->octets, d->protocol);
}

static void say_relayed(struct narrator *n)
{
    const struct trace_mail_relayed *d = n->line->record->data;

    n->out->code = d->code;
    narrate_head(n, "%x has taken %n for %a", d->next_hop, d->recipient);
    narrate_more(n, "%H has read %d %q and is done with it (RFC 5321 4.2.5).", d->code, d->reply);
}

static void say_expanded(struct narrator *n)
{
    static const struct {
        struct text by;
        const char *head, *more;
    } rows[] = {
        {TEXT_INIT("alias"), "%a is another name for %a", "An alias (RFC 5321 3.9.1)."},
        {TEXT_INIT("forward"), "%a wants the mail at %a", "It is sent on (RFC 5321 3.9.1)."},
        {TEXT_INIT("catch_all"), "%a is nobody, so %a gets it", "The domain's catch-all."},
    };
    const struct trace_mail_expanded *d = n->line->record->data;
    struct text first = d->into.count > 0 ? d->into.items[0] : TEXT("");

    if (is(d->by, "list")) {
        narrate_head(n, "%a is a list: %n goes to %d members", d->recipient,
                     (int64_t)d->into.count);
        narrate_more(n,
                     "From here on reports go to the list's owner, %a, not to the author "
                     "(RFC 5321 3.9.2).",
                     d->sender);
        return;
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (text_equal(d->by, rows[i].by)) {
            narrate_head(n, rows[i].head, d->recipient, first);
            narrate_more(n, "%s", rows[i].more);
        }
    if (d->into.count > 1)
        narrate_more(n, "In all %d: %a and others.", (int64_t)d->into.count, first);
}

static void say_delivered(struct narrator *n)
{
    const struct trace_mail_delivered *d = n->line->record->data;
    struct text person = narrate_person(n, d->recipient);

    if (person.size > 0)
        narrate_head(n, "%N is in %t's mailbox at %H", person);
    else
        narrate_head(n, "%N is in the mailbox %q at %H", d->mailbox);
    if (d->hops > 0)
        narrate_more(
            n, "%d octets, %d Received line%s: one for each host that took it (RFC 5321 4.4).",
            d->octets, d->hops, d->hops == 1 ? "" : "s");
    else
        narrate_more(n, "%d octets, no Received line: no other host has had it.", d->octets);
    if (d->age_ns > 0)
        narrate_more(n, "%D after it was written.", d->age_ns);
}

static void say_collected(struct narrator *n)
{
    const struct trace_mail_collected *d = n->line->record->data;
    struct text person = n->line->host != NONE ? n->r->cast->hosts[n->line->host].person : TEXT("");

    if (person.size > 0)
        narrate_head(n, "%t has fetched %n from %x", person, d->server);
    else
        narrate_head(n, "%H has fetched %n from %x", d->server);
    narrate_more(n, "%d octets, by POP3: reading is a pull, and no part of SMTP.", d->octets);
}

static void say_ended(struct narrator *n)
{
    const struct trace_mail_ended *d = n->line->record->data;

    narrate_head(n, "The end for %a: %t", d->recipient, d->verdict);
    narrate_more(n, "At %x: %t.", d->at, d->why);
}

static void say_discarded(struct narrator *n)
{
    const struct trace_mail_discarded *d = n->line->record->data;

    narrate_head(n, "%H throws %n for %a away", d->recipient);
    narrate_more(n, "Reason: %t.", d->reason);
}

static void say_content(struct narrator *n)
{
    const struct trace_mail_content *d = n->line->record->data;

    narrate_head(n, is(d->part, "whole") ? "%N as it was written at %H"
                                         : "%N: what %H has added or received");
    narrate_more(n, "Part: %t, %d octets.", d->part, (int64_t)d->octets.size);
}

bool narrate_mail(struct narrator *n)
{
    switch ((int)n->line->record->kind) {
    case TRACE_MAIL_COMPOSED: say_written(n); break;
    case TRACE_MAIL_CONTENT: say_content(n); break;
    case TRACE_MAIL_NDR: say_report(n); break;
    case TRACE_MAIL_ACCEPTED: say_accepted(n); break;
    case TRACE_MAIL_RELAYED: say_relayed(n); break;
    case TRACE_MAIL_EXPANDED: say_expanded(n); break;
    case TRACE_MAIL_DELIVERED: say_delivered(n); break;
    case TRACE_MAIL_COLLECTED: say_collected(n); break;
    case TRACE_MAIL_DISCARDED: say_discarded(n); break;
    case TRACE_MAIL_ENDED: say_ended(n); break;
    case TRACE_QUEUE_ATTEMPT: say_attempt(n); break;
    case TRACE_QUEUE_DEFERRED: say_deferred(n); break;
    case TRACE_QUEUE_BOUNCED: say_bounced(n); break;
    case TRACE_QUEUE_EXPIRED: say_expired(n); break;
    case TRACE_QUEUE_ENTERED:
    case TRACE_QUEUE_HELD:
    case TRACE_QUEUE_WARNED:
    case TRACE_QUEUE_REMOVED: say_queue(n); break;
    case TRACE_CUSTODY_OPENED:
    case TRACE_CUSTODY_CLOSED:
    case TRACE_CUSTODY_OVERLAP: say_custody(n); break;
    default: return false;
    }
    return true;
}
