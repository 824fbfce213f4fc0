/*
 * view_mail.c - the life of each mail that is told, and what becomes of its recipients.
 */
#include "sim/replay/view_parts.h"

#include <assert.h>

const char *view_verdict_name(enum view_verdict verdict)
{
    static const char *const names[VIEW_VERDICT_COUNT] = {
        [VIEW_DELIVERED] = "delivered", [VIEW_BOUNCED] = "bounced",     [VIEW_EXPIRED] = "expired",
        [VIEW_REFUSED] = "refused",     [VIEW_DISCARDED] = "discarded", [VIEW_OPEN] = "open",
        [VIEW_UNDER_WAY] = "under way",
    };

    assert(verdict < VIEW_VERDICT_COUNT);
    return names[verdict];
}

struct view_mail *view_find_mail(const struct view *v, struct text id)
{
    uint32_t i = id.size > 0 ? table_get(&v->mail_by_id, id) : TABLE_NONE;

    return i == TABLE_NONE ? NULL : v->mails[i];
}

static struct view_mail *add_mail(struct view *v, const struct trace_record *r,
                                  const struct text *recipients, uint32_t count)
{
    struct view_mail *mail = MEMORY_NEW(v->memory, struct view_mail);

    mail->id = replay_keep_text(&v->keep, r->where.mail);
    mail->host = replay_keep_text(&v->keep, r->where.host);
    mail->composed_ns = r->time_ns;
    mail->about = mail->inside = VIEW_NONE;
    mail->outcome_count = count;
    mail->outcomes = memory_take(v->memory, count * sizeof *mail->outcomes);
    for (uint32_t i = 0; i < count; i++)
        mail->outcomes[i] = (struct view_outcome){
            .recipient = replay_keep_text(&v->keep, recipients[i]),
            .verdict = VIEW_UNDER_WAY,
            .report = VIEW_NONE,
        };
    v->mails =
        memory_make_room(v->memory, v->mails, v->mail_count, &v->mail_capacity, sizeof *v->mails);
    table_set(&v->mail_by_id, mail->id, (uint32_t)v->mail_count);
    v->mails[v->mail_count++] = mail;
    return mail;
}

/* The mail that this host took by this connection before. */
static uint32_t find_carried(const struct view *v, const struct trace_record *r)
{
    for (size_t i = v->mail_count; i-- > 0;)
        for (size_t k = v->mails[i]->steps.count; k-- > 0;) {
            const struct trace_record *step = v->mails[i]->steps.items[k].record;

            if (step->kind == TRACE_MAIL_ACCEPTED && step->where.conn == r->where.conn)
                return (uint32_t)i;
        }
    return VIEW_NONE;
}

static void mail_composed(struct view *v, const struct trace_record *r)
{
    const struct trace_mail_composed *c = r->data;
    struct view_mail *mail;
    uint32_t inside;

    v->totals.mails++;
    v->totals.recipients += c->to.count;
    if (v->mail_count >= v->limits.mails)
        return;
    inside = r->where.conn > 0 ? find_carried(v, r) : VIEW_NONE;
    mail = add_mail(v, r, c->to.items, c->to.count);
    mail->from = replay_keep_text(&v->keep, c->from);
    mail->subject = replay_keep_text(&v->keep, c->subject);
    mail->found = r->where.side == TRACE_SIDE_SERVER;
    if (mail->found && inside != VIEW_NONE)
        mail->inside = v->mails[inside]->found ? v->mails[inside]->inside : inside;
}

static struct view_outcome *find_direct(const struct view_mail *mail, struct text recipient)
{
    for (uint32_t i = 0; i < mail->outcome_count; i++)
        if (text_equal_nocase(mail->outcomes[i].recipient, recipient))
            return &mail->outcomes[i];
    return NULL;
}

/* The expansion that made this address, before step `end`; its index, or `end`. */
static size_t find_expansion(const struct view_mail *mail, struct text recipient, size_t end)
{
    for (size_t i = end; i-- > 0;) {
        const struct trace_mail_expanded *e = mail->steps.items[i].record->data;

        if (mail->steps.items[i].record->kind != TRACE_MAIL_EXPANDED)
            continue;
        for (uint32_t k = 0; k < e->into.count; k++)
            if (text_equal_nocase(e->into.items[k], recipient))
                return i;
    }
    return end;
}

struct view_outcome *view_find_outcome(const struct view_mail *mail, struct text recipient)
{
    size_t end = mail->steps.count, at;
    struct view_outcome *o;

    for (;;) { /* back from alias to alias, each expanded earlier */
        o = find_direct(mail, recipient);
        if (o != NULL || (at = find_expansion(mail, recipient, end)) == end)
            break;
        recipient =
            ((const struct trace_mail_expanded *)mail->steps.items[at].record->data)->recipient;
        end = at;
    }
    return o == NULL && mail->outcome_count == 1 ? &mail->outcomes[0] : o;
}

/* A report about a mail that is kept is kept too. */
static void mail_reported(struct view *v, const struct trace_record *r)
{
    const struct trace_mail_ndr *ndr = r->data;
    struct view_mail *mail = view_find_mail(v, r->where.mail);
    uint32_t about = table_get(&v->mail_by_id, ndr->about);
    bool failed = text_equal(ndr->action, TEXT("failed"));
    bool delayed = text_equal(ndr->action, TEXT("delayed")); /* no outcome, only news */

    v->totals.reports++;
    if (mail == NULL && about == TABLE_NONE)
        return;
    if (mail == NULL)
        mail = add_mail(v, r, &ndr->to, 1);
    mail->is_report = true;
    mail->action = ndr->action;
    mail->about = about == TABLE_NONE ? VIEW_NONE : about;
    uint32_t self = table_get(&v->mail_by_id, mail->id);

    for (uint32_t i = 0; about != TABLE_NONE && i < ndr->recipients.count; i++) {
        struct view_outcome *o = view_find_outcome(v->mails[about], ndr->recipients.items[i]);

        if (o != NULL && (failed || (o->report == VIEW_NONE && !delayed)))
            o->report = self;
    }
}

static enum view_verdict verdict_of(struct text word)
{
    for (int i = 0; i < VIEW_UNDER_WAY; i++)
        if (text_equal(word, text_of(view_verdict_name((enum view_verdict)i))))
            return (enum view_verdict)i;
    return VIEW_OPEN;
}

static void mail_ended(struct view *v, struct view_mail *mail, const struct trace_record *r)
{
    const struct trace_mail_ended *e = r->data;
    struct view_outcome *o = mail != NULL ? view_find_outcome(mail, e->recipient) : NULL;

    v->totals.verdicts[verdict_of(e->verdict)]++;
    if (o == NULL)
        return;
    o->verdict = verdict_of(e->verdict);
    o->at = replay_keep_text(&v->keep, e->at);
    o->why = replay_keep_text(&v->keep, e->why);
    if (o->mailbox.size == 0)
        o->time_ns = r->time_ns;
}

static void mail_delivered(struct view *v, struct view_mail *mail, const struct trace_record *r)
{
    const struct trace_mail_delivered *d = r->data;
    struct view_outcome *o = view_find_outcome(mail, d->recipient);

    if (o == NULL)
        return;
    if (o->copies++ > 0)
        return; /* the first one counts */
    o->mailbox = replay_keep_text(&v->keep, d->mailbox);
    o->time_ns = r->time_ns;
}

/* Of questions, only those whose answers say where mail goes are told. */
static bool is_told(const struct trace_record *r)
{
    if (r->kind == TRACE_DNS_CACHED)
        return text_equal(((const struct trace_dns_cached *)r->data)->type, TEXT("MX"));
    if (r->kind == TRACE_DNS_ANSWER)
        return text_equal(((const struct trace_dns_answer *)r->data)->type, TEXT("A"));
    if (r->kind == TRACE_TLS_STARTED || r->kind == TRACE_TLS_REFUSED)
        return r->where.side == TRACE_SIDE_CLIENT;
    return r->kind == TRACE_AUTH_RESULT || (VIEW_LADDER_KINDS >> r->kind & 1) == 0;
}

static void mail_step(struct view *v, struct view_mail *mail, const struct trace_record *r)
{
    const struct view_conn *c = r->where.conn != 0 ? view_find_conn(v, r->where.conn) : NULL;
    struct view_step step = {.record = r, .because = view_policy_because(&v->policies, r)};

    if (c != NULL) {
        step.address = r->where.side == TRACE_SIDE_SERVER ? c->server_address : c->client_address;
        step.port = c->port;
    }
    view_add_step(v, &mail->steps, step);
    if (r->kind == TRACE_MAIL_DELIVERED)
        mail_delivered(v, mail, r);
}

/* A host comes up with what it was responsible for: a step in the life of each such mail. */
static void host_up(struct view *v, const struct trace_record *r)
{
    const struct holders_slot *slots = v->holders.slots;

    for (uint32_t i = v->holders.open > 0 ? slots[0].next : 0; i != 0; i = slots[i].next) {
        const struct replay_custody *c = &slots[i].custody;
        struct view_mail *mail =
            text_equal(c->host, r->where.host) ? view_find_mail(v, c->mail) : NULL;
        size_t steps = mail != NULL ? mail->steps.count : 0;

        if (mail != NULL && (steps == 0 || mail->steps.items[steps - 1].record->seq != r->seq))
            view_add_step(v, &mail->steps, (struct view_step){.record = r});
    }
}

void view_mail_record(struct view *v, const struct trace_record *r)
{
    struct view_mail *mail;

    if (r->kind == TRACE_HOST_STARTED && r->time_ns > 0)
        host_up(v, r);
    if (r->kind == TRACE_MAIL_COMPOSED)
        mail_composed(v, r);
    else if (r->kind == TRACE_MAIL_NDR)
        mail_reported(v, r);
    mail = view_find_mail(v, r->where.mail);
    if (r->kind == TRACE_MAIL_ENDED)
        mail_ended(v, mail, r);
    if (mail != NULL && is_told(r))
        mail_step(v, mail, r);
}
