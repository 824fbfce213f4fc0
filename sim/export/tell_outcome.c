/*
 * What became of a recipient, what happened on the side, and how many of each.
 */
#include "sim/export/tell.h"

#include "sim/export/tell_parts.h"
#include "sim/kernel/clock.h"

/* The failure that was told last for this recipient, or NULL. */
static const struct trace_queue_bounced *find_failure(const struct view_mail *mail,
                                                      struct text recipient)
{
    for (size_t i = mail->steps.count; i-- > 0;) {
        const struct trace_record *r = mail->steps.items[i].record;
        const struct trace_queue_bounced *b = r->data;

        if (r->kind == TRACE_QUEUE_BOUNCED && text_equal_nocase(b->recipient, recipient))
            return b;
    }
    return NULL;
}

/* Who said what: the reply of the other host, or the words of the last record. */
static void say_why(struct buffer *b, const struct view_mail *mail, const struct view_outcome *o)
{
    const struct trace_queue_bounced *failure = find_failure(mail, o->recipient);

    if (failure != NULL && failure->code != 0 && failure->remote.size > 0) {
        tell_string(b, ": ");
        tell_text(b, failure->remote);
        tell_string(b, " said ");
        tell_reply(b, failure->code, failure->status, failure->reason);
    } else if (o->why.size > 0) {
        tell_string(b, ": ");
        tell_text(b, o->why);
    }
}

/* Who wrote the report and what became of that. */
static void say_report(struct buffer *b, const struct view *v, const struct view_outcome *o)
{
    const struct view_mail *report = o->report != VIEW_NONE ? v->mails[o->report] : NULL;

    if (report == NULL || report->outcome_count == 0)
        return;
    tell_string(b, " ");
    tell_text(b, report->host);
    tell_string(b, " wrote the report, ");
    tell_text(b, report->id);
    tell_string(b, ", to ");
    tell_text(b, report->outcomes[0].recipient);
    tell_string(b, ": ");
    tell_string(b, view_verdict_name(report->outcomes[0].verdict));
    if (report->outcomes[0].verdict == VIEW_DELIVERED) {
        tell_string(b, " at ");
        tell_text(b, report->outcomes[0].at);
    }
    tell_string(b, ".");
}

static void say_holders(struct buffer *b, const struct view *v, const struct view_mail *mail,
                        const struct view_outcome *o)
{
    const struct holders_slot *slots = v->holders.slots;
    bool found = false;

    for (uint32_t i = slots[0].next; i != 0; i = slots[i].next) {
        const struct replay_custody *c = &slots[i].custody;

        if (!text_equal(c->mail, mail->id) ||
            (mail->outcome_count > 1 && !text_equal_nocase(c->recipient, o->recipient)))
            continue;
        tell_string(b, found ? " and " : "; responsible for it: ");
        tell_text(b, c->host);
        found = true;
    }
}

void tell_outcome(struct buffer *b, const struct view *v, const struct view_mail *mail,
                  const struct view_outcome *o, enum tell_tone *tone)
{
    static const enum tell_tone tones[VIEW_VERDICT_COUNT] = {
        [VIEW_DELIVERED] = TELL_GOOD, [VIEW_BOUNCED] = TELL_BAD,   [VIEW_EXPIRED] = TELL_BAD,
        [VIEW_REFUSED] = TELL_BAD,    [VIEW_DISCARDED] = TELL_BAD, [VIEW_OPEN] = TELL_WAIT,
        [VIEW_UNDER_WAY] = TELL_WAIT,
    };

    *tone = tones[o->verdict];
    tell_text(b, o->recipient);
    switch (o->verdict) {
    case VIEW_DELIVERED:
        tell_string(b, ": delivered");
        if (o->mailbox.size > 0) {
            tell_string(b, " into the mailbox \"");
            tell_text(b, o->mailbox);
            tell_string(b, "\"");
        }
        tell_string(b, " at ");
        tell_text(b, o->at);
        if (o->time_ns > mail->composed_ns) {
            tell_string(b, ", ");
            tell_duration(b, o->time_ns - mail->composed_ns);
            tell_string(b, " after it was written");
        }
        if (o->copies > 1) {
            tell_string(b, "; in all there are ");
            tell_count(b, o->copies, "copy", "copies");
        }
        tell_string(b, ".");
        return;
    case VIEW_BOUNCED:
    case VIEW_EXPIRED:
    case VIEW_REFUSED:
    case VIEW_DISCARDED:
        tell_string(b, o->verdict == VIEW_BOUNCED   ? ": failed"
                       : o->verdict == VIEW_EXPIRED ? ": failed, it waited too long"
                       : o->verdict == VIEW_REFUSED ? ": refused, and the author was told at once"
                                                    : ": thrown away");
        say_why(b, mail, o);
        tell_string(b, ".");
        say_report(b, v, o);
        return;
    case VIEW_OPEN:
    case VIEW_UNDER_WAY:
    case VIEW_VERDICT_COUNT: break;
    }
    tell_string(b, ": still under way when the run ended");
    say_holders(b, v, mail, o);
    tell_string(b, ".");
}

bool tell_aside(struct buffer *b, const struct trace_record *r, enum tell_tone *tone)
{
    *tone = TELL_WAIT;
    if (r->kind == TRACE_SIM_FAULT) {
        const struct trace_sim_fault *f = r->data;

        tell_string(b, "A fault acts (");
        tell_text(b, f->verb);
        tell_string(b, ", timeline entry ");
        buffer_put_int(b, f->entry + 1);
        tell_string(b, "): it meets ");
        tell_text(b, f->met);
        tell_string(b, ".");
        return true;
    }
    if (r->kind == TRACE_LINK_STATE) {
        const struct trace_link_state *l = r->data;

        tell_string(b, "The link ");
        tell_text(b, l->link);
        tell_string(b, " is ");
        tell_text(b, l->state);
        tell_string(b, ".");
        return true;
    }
    if (r->kind == TRACE_LIST_LISTED || r->kind == TRACE_LIST_DELISTED) {
        const struct trace_list_listed *l = r->data; /* both have the same fields */

        tell_text(b, l->list);
        tell_string(b, r->kind == TRACE_LIST_LISTED ? " lists " : " no longer lists ");
        tell_text(b, l->address);
        tell_string(b, ": ");
        tell_text(b, l->reason);
        tell_string(b, ".");
        return true;
    }
    if (r->kind != TRACE_HOST_STARTED && r->kind != TRACE_HOST_STOPPED &&
        r->kind != TRACE_HOST_CRASHED)
        return false;
    tell_text(b, r->where.host);
    tell_string(b, r->kind == TRACE_HOST_STARTED   ? " is up again."
                   : r->kind == TRACE_HOST_STOPPED ? " stops, with 421 to those who are connected."
                                                   : " loses power.");
    return true;
}

void tell_verdicts(struct buffer *b, const uint64_t counts[VIEW_VERDICT_COUNT])
{
    bool first = true;

    for (int i = 0; i < VIEW_VERDICT_COUNT; i++) {
        if (counts[i] == 0)
            continue;
        if (!first)
            tell_string(b, ", ");
        buffer_put_int(b, (int64_t)counts[i]);
        tell_string(b, " ");
        tell_string(b, view_verdict_name((enum view_verdict)i));
        first = false;
    }
    if (first)
        tell_string(b, "none");
}
