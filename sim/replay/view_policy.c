#include "sim/replay/view_policy.h"

#include "sim/kernel/text.h"

enum { POLICIES = 64 };

/* A verdict in the ring; its record is a copy in storage of its own, used again and again. */
struct view_policy {
    struct trace_record record;
    union {
        struct trace_policy_relay relay;
        struct trace_policy_decision decision;
    } data;
    struct buffer texts;
};

void view_policy_init(struct view_policies *p, struct memory *m)
{
    *p = (struct view_policies){.memory = m};
    p->ring = memory_take_clear(m, POLICIES * sizeof *p->ring);
    for (size_t i = 0; i < POLICIES; i++)
        buffer_init(&p->ring[i].texts, m);
}

void view_policy_free(struct view_policies *p)
{
    for (size_t i = 0; i < POLICIES; i++)
        buffer_free(&p->ring[i].texts);
    memory_give(p->memory, p->ring, POLICIES * sizeof *p->ring);
}

static struct text policy_subject(const struct trace_record *r)
{
    return r->kind == TRACE_POLICY_RELAY ? ((const struct trace_policy_relay *)r->data)->recipient
                                         : ((const struct trace_policy_decision *)r->data)->subject;
}

static bool policy_is_good(const struct trace_record *r)
{
    if (r->kind == TRACE_POLICY_RELAY)
        return ((const struct trace_policy_relay *)r->data)->allowed;
    return text_equal(((const struct trace_policy_decision *)r->data)->verdict, TEXT("accept"));
}

/* Copies the texts of the struct at `at` into `texts`, which has room. */
static void move_texts(struct buffer *texts, const struct trace_kind_info *info, char *at)
{
    for (size_t i = 0; i < info->field_count; i++) {
        struct text *t = (struct text *)(void *)(at + info->fields[i].offset);

        if (info->fields[i].type != TRACE_TEXT && info->fields[i].type != TRACE_WORD)
            continue;
        size_t start = texts->size;

        buffer_put_text(texts, *t);
        t->at = texts->at + start;
    }
}

void view_policy_keep(struct view_policies *p, const struct trace_record *r)
{
    const struct trace_kind_info *info = trace_kind_info(r->kind);
    struct view_policy *slot = &p->ring[p->next++ % POLICIES];
    size_t size = r->where.host.size + r->where.mail.size;

    memcpy(&slot->data, r->data, info->size);
    for (size_t i = 0; i < info->field_count; i++)
        if (info->fields[i].type == TRACE_TEXT || info->fields[i].type == TRACE_WORD)
            size += ((const struct text *)(const void *)((const char *)r->data +
                                                         info->fields[i].offset))
                        ->size;
    buffer_clear(&slot->texts);
    buffer_reserve(&slot->texts, size);
    move_texts(&slot->texts, info, (char *)&slot->data);
    slot->record = *r;
    slot->record.data = &slot->data;
    slot->record.where.queue = TEXT("");
    slot->record.where.host = text_from(slot->texts.at + slot->texts.size, r->where.host.size);
    buffer_put_text(&slot->texts, r->where.host);
    slot->record.where.mail = text_from(slot->texts.at + slot->texts.size, r->where.mail.size);
    buffer_put_text(&slot->texts, r->where.mail);
}

/* The newest verdict that `matches`, or NULL. */
static const struct trace_record *find_policy(const struct view_policies *p, bool good,
                                              uint32_t conn, struct text host, struct text subject)
{
    size_t kept = p->next < POLICIES ? p->next : POLICIES;

    for (size_t back = 1; back <= kept; back++) {
        const struct trace_record *r = &p->ring[(p->next - back) % POLICIES].record;

        if (policy_is_good(r) == good && (conn == 0 || r->where.conn == conn) &&
            text_equal_nocase(r->where.host, host) &&
            (subject.size == 0 || text_equal_nocase(policy_subject(r), subject)))
            return r;
    }
    return NULL;
}

/* A verdict about the client or the sender, which the reply to a recipient passed on. */
static bool is_about_client(const struct trace_record *r, int64_t code)
{
    const struct trace_policy_decision *d = r->data;

    return r->kind == TRACE_POLICY_DECISION && d->code == code &&
           (!text_equal(d->at, TEXT("recipient")) || text_find(d->subject, '@') == d->subject.size);
}

/* What `host` had against the recipient, or else against this client, when it answered `code`. */
static const struct trace_record *find_refusal(const struct view_policies *p,
                                               const struct trace_record *failure, struct text host,
                                               struct text recipient, int64_t code)
{
    const struct trace_record *found = code > 0 ? find_policy(p, false, 0, host, recipient) : NULL;
    size_t kept = p->next < POLICIES && code > 0 ? p->next : code > 0 ? POLICIES : 0;

    if (found && found->kind == TRACE_POLICY_DECISION &&
        ((const struct trace_policy_decision *)found->data)->code != code)
        found = NULL; /* of an earlier try */
    for (size_t back = 1; !found && back <= kept; back++) {
        const struct trace_record *r = &p->ring[(p->next - back) % POLICIES].record;

        if (!policy_is_good(r) && is_about_client(r, code) &&
            text_equal(r->where.mail, failure->where.mail) &&
            text_equal_nocase(r->where.host, host))
            found = r;
    }
    return found;
}

/* Why this client might hand it in: the rule for a recipient elsewhere, if there is one. */
static const struct trace_record *find_leave(const struct view_policies *p,
                                             const struct trace_record *r)
{
    const struct trace_mail_accepted *a = r->data;
    const struct trace_record *first = NULL;

    for (uint32_t i = 0; i < a->recipients.count; i++) {
        const struct trace_record *found =
            find_policy(p, true, r->where.conn, r->where.host, a->recipients.items[i]);

        first = first ? first : found;
        if (found && found->kind == TRACE_POLICY_RELAY &&
            !text_equal(((const struct trace_policy_relay *)found->data)->reason, TEXT("local")))
            return found;
    }
    return first;
}

bool view_policy_is_probe(const struct trace_record *r)
{
    const struct trace_policy_decision *d = r->data;

    return r->kind == TRACE_POLICY_DECISION && text_starts_nocase(d->rule, TEXT("probe "));
}

/* What the server that a probe asked had for or against it: the newest verdict at the other end. */
static const struct trace_record *find_asked(const struct view_policies *p,
                                             const struct trace_record *probe)
{
    const struct trace_policy_decision *d = probe->data;
    bool good = text_equal(d->verdict, TEXT("accept"));
    size_t kept = p->next < POLICIES ? p->next : POLICIES;

    for (size_t back = 1; d->code + good > 0 && back <= kept; back++) {
        const struct trace_record *r = &p->ring[(p->next - back) % POLICIES].record;

        if (r->where.conn == probe->where.conn && !view_policy_is_probe(r) &&
            policy_is_good(r) == good &&
            (text_equal_nocase(policy_subject(r), d->subject) ||
             (!good && is_about_client(r, d->code))))
            return r;
    }
    return NULL;
}

/* What decided the fate that this record tells. */
const struct trace_record *view_policy_because(const struct view_policies *p,
                                               const struct trace_record *r)
{
    if (r->kind == TRACE_MAIL_ACCEPTED) {
        return find_leave(p, r);
    }
    if (view_policy_is_probe(r))
        return find_asked(p, r);
    if (r->kind == TRACE_QUEUE_BOUNCED) {
        const struct trace_queue_bounced *b = r->data;

        return b->remote.size > 0 ? find_refusal(p, r, b->remote, b->recipient, b->code) : NULL;
    }
    if (r->kind == TRACE_QUEUE_DEFERRED) {
        const struct trace_queue_deferred *d = r->data;

        return d->remote.size > 0 ? find_refusal(p, r, d->remote, d->recipient, d->code) : NULL;
    }
    return NULL;
}
