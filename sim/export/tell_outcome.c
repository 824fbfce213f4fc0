/*
 * What became of a recipient, and how many of each.
 */
#include "sim/export/tell.h"

#include "sim/export/tell_parts.h"
#include "sim/kernel/clock.h"

/* The last record of why this recipient was not reached: a refusal, or what it waited for. */
static const struct trace_record *find_failure(const struct view_mail *mail,
                                               const struct view_outcome *o)
{
    for (size_t i = mail->steps.count; i-- > 0;) {
        const struct trace_record *r = mail->steps.items[i].record;
        struct text recipient;

        if (r->kind == TRACE_QUEUE_BOUNCED)
            recipient = ((const struct trace_queue_bounced *)r->data)->recipient;
        else if (r->kind == TRACE_QUEUE_DEFERRED &&
                 (o->verdict == VIEW_EXPIRED || o->verdict == VIEW_DISCARDED))
            recipient = ((const struct trace_queue_deferred *)r->data)->recipient;
        else
            continue;
        if (view_find_outcome(mail, recipient) == o)
            return r;
    }
    return NULL;
}

static void say_failure(struct buffer *b, const struct trace_record *r)
{
    if (r->kind == TRACE_QUEUE_BOUNCED) {
        const struct trace_queue_bounced *f = r->data;

        tell_failure(b, f->remote, f->code, f->enhanced, f->reason);
    } else {
        const struct trace_queue_deferred *f = r->data;

        tell_failure(b, f->remote, f->code, f->enhanced, f->reason);
    }
}

/* Who said what: the reply of the other host, or the words of the last record. */
static void say_why(struct buffer *b, const struct view_mail *mail, const struct view_outcome *o)
{
    const struct trace_record *failure = find_failure(mail, o);

    if (failure == NULL && o->why.size == 0)
        return;
    tell_string(b, ": ");
    if (failure != NULL)
        say_failure(b, failure);
    else
        tell_text(b, o->why);
}

/* Who wrote the report and what became of that. */
static void say_report(struct buffer *b, const struct view *v, const struct view_outcome *o)
{
    const struct view_mail *report = o->report != VIEW_NONE ? v->mails[o->report] : NULL;

    bool failed = o->verdict != VIEW_DELIVERED;

    if (report == NULL || report->outcome_count == 0 ||
        text_equal(report->action, TEXT("failed")) != failed)
        return;
    tell_string(b, " ");
    tell_text(b, report->host);
    tell_string(b, failed ? " wrote the report, " : " wrote the report that was asked for, ");
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

static bool was_expanded(const struct view_mail *mail, const struct view_outcome *o)
{
    for (size_t i = 0; i < mail->steps.count; i++) {
        const struct trace_record *r = mail->steps.items[i].record;
        const struct trace_mail_expanded *e = r->data;

        if (r->kind == TRACE_MAIL_EXPANDED && text_equal_nocase(e->recipient, o->recipient))
            return true;
    }
    return false;
}

/* One of those whom an alias stands for. */
static void say_member(struct buffer *b, const struct trace_record *r)
{
    if (r->kind == TRACE_MAIL_DELIVERED) {
        const struct trace_mail_delivered *d = r->data;

        tell_text(b, d->recipient);
        tell_string(b, ": delivered at ");
        tell_text(b, r->where.host);
    } else if (r->kind == TRACE_QUEUE_BOUNCED) {
        const struct trace_queue_bounced *f = r->data;

        tell_text(b, f->recipient);
        tell_string(b, ": failed: ");
        say_failure(b, r);
    } else {
        tell_text(b, ((const struct trace_queue_expired *)r->data)->recipient);
        tell_string(b, ": failed, it waited too long");
    }
}

static void begin_member(struct buffer *b, bool *any)
{
    tell_string(b, *any ? "; " : ", which stands for others: ");
    *any = true;
}

/* Members to whom it was sent by name too: their own lines say what became of it. */
static void say_members_beside(struct buffer *b, const struct view_mail *mail,
                               const struct view_outcome *o, bool *any)
{
    for (size_t i = 0; i < mail->steps.count; i++) {
        const struct trace_record *r = mail->steps.items[i].record;
        const struct trace_mail_expanded *e = r->data;

        if (r->kind != TRACE_MAIL_EXPANDED || view_find_outcome(mail, e->recipient) != o)
            continue;
        for (size_t k = 0; k < e->into.count; k++) {
            const struct view_outcome *own = view_find_outcome(mail, e->into.items[k]);

            if (own == NULL || own == o || !text_equal_nocase(own->recipient, e->into.items[k]))
                continue;
            begin_member(b, any);
            tell_text(b, e->into.items[k]);
            tell_string(b, ": as its own line says");
        }
    }
}

/* The one verdict of an alias is the worst of its members'; each is told. */
static void say_members(struct buffer *b, const struct view_mail *mail,
                        const struct view_outcome *o)
{
    bool any = false;

    say_members_beside(b, mail, o, &any);
    for (size_t i = 0; i < mail->steps.count; i++) {
        const struct trace_record *r = mail->steps.items[i].record;
        struct text recipient = r->kind == TRACE_MAIL_DELIVERED
                                    ? ((const struct trace_mail_delivered *)r->data)->recipient
                                : r->kind == TRACE_QUEUE_BOUNCED
                                    ? ((const struct trace_queue_bounced *)r->data)->recipient
                                : r->kind == TRACE_QUEUE_EXPIRED
                                    ? ((const struct trace_queue_expired *)r->data)->recipient
                                    : TEXT("");

        if (recipient.size == 0 || view_find_outcome(mail, recipient) != o)
            continue;
        begin_member(b, &any);
        say_member(b, r);
    }
}

static void say_delivered(struct buffer *b, const struct view_mail *mail,
                          const struct view_outcome *o)
{
    tell_string(b, ": delivered");
    if (o->mailbox.size > 0) {
        tell_string(b, " into the mailbox ");
        tell_quoted(b, o->mailbox);
    }
    tell_string(b, " at ");
    tell_text(b, o->at);
    if (o->time_ns > mail->composed_ns) {
        tell_string(b, ", ");
        tell_duration(b, o->time_ns - mail->composed_ns);
        tell_string(b, mail->found ? " after it was found" : " after it was written");
    }
    if (o->copies > 1) {
        tell_string(b, "; in all there are ");
        tell_count(b, o->copies, "copy", "copies");
    }
}

static const char *const failed_words[VIEW_VERDICT_COUNT] = {
    [VIEW_BOUNCED] = ": failed",
    [VIEW_EXPIRED] = ": failed, it waited too long",
    [VIEW_REFUSED] = ": refused, and the author was told at once",
    [VIEW_DISCARDED] = ": thrown away, since there is no return address to report to",
};

/* RFC 3461 4.1: a sender can say so. */
static bool wanted_no_report(const struct view_mail *mail, const struct view_outcome *o)
{
    for (size_t i = mail->steps.count; i-- > 0;) {
        const struct trace_record *r = mail->steps.items[i].record;
        const struct trace_mail_discarded *d = r->data;

        if (r->kind == TRACE_MAIL_DISCARDED && view_find_outcome(mail, d->recipient) == o)
            return text_starts_nocase(d->reason, TEXT("NOTIFY"));
    }
    return false;
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
    if (o->verdict == VIEW_OPEN || o->verdict == VIEW_UNDER_WAY) {
        tell_string(b, ": still under way when the run ended");
        say_holders(b, v, mail, o);
    } else if (was_expanded(mail, o)) {
        say_members(b, mail, o);
    } else if (o->verdict == VIEW_DELIVERED) {
        say_delivered(b, mail, o);
    } else {
        tell_string(b, o->verdict == VIEW_DISCARDED && wanted_no_report(mail, o)
                           ? ": thrown away, since its author wanted no report of a failure"
                           : failed_words[o->verdict]);
        say_why(b, mail, o);
    }
    tell_string(b, ".");
    if (*tone != TELL_WAIT)
        say_report(b, v, o);
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
