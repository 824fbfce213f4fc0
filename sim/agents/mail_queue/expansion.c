/*
 * expansion.c - steps of expansion as a chain upwards, and who was reached by them.
 *
 *   message as it came in <-- staff@ (alias) <-- alice@ (forward)         parent: for "leads back to itself"
 *            |                    |                    |
 *            +----- one scope: whom this message and reverse-path has reached -----+
 *
 * A list begins a scope of its own: what it sends is a new envelope (RFC 5321 3.9.2).
 *
 * Only those who expand no further are spared a second copy.  For the others it would be wrong: of two
 * aliases that stand for each other, each would leave the delivery to the other.
 */
#include "sim/agents/mail_queue/expansion.h"

#include <assert.h>

#include "sim/agents/mail_queue/mail_queue_parts.h"
#include "sim/agents/mail_queue/queue_dsn.h"
#include "sim/agents/policy/policy.h"

struct scope {
    struct memory *memory;
    uint32_t refs;
    struct table reached; /* folded address; '=' before that of a mailbox that forwards and keeps */
};

struct expansion {
    struct memory *memory;
    uint32_t refs, depth;
    struct expansion *parent;
    struct scope *scope;
    struct text name; /* folded address that was expanded; empty: as the message came in */
};

/* ---- addresses ------------------------------------------------------------------------------------ */

static size_t domain_at(struct text address)
{
    size_t at = address.size;

    while (at > 0 && address.at[at - 1] != '@')
        at--;
    return at;
}

/* Local parts without their case where this host may say so (RFC 5321 2.4), domains everywhere. */
static void put_folded(struct buffer *b, const struct host *h, struct text address, bool direct)
{
    size_t at = domain_at(address);
    bool local = policy_is_local(h, text_after(address, at));
    buffer_clear(b);
    if (direct)
        buffer_put_char(b, '=');
    for (size_t i = 0; i < address.size; i++)
        buffer_put_char(b, local || i >= at ? ascii_lower(address.at[i]) : address.at[i]);
}

/* ---- scopes and chains ------------------------------------------------------------------------------ */

static struct scope *scope_new(struct memory *m)
{
    struct scope *s = MEMORY_NEW(m, struct scope);

    s->memory = m;
    s->refs = 1;
    table_init(&s->reached, m, false);
    return s;
}

static void scope_release(struct scope *s)
{
    if (--s->refs)
        return;
    for (uint32_t i = 0; i < s->reached.capacity; i++)
        if (s->reached.slots[i].value != TABLE_NONE)
            memory_give(s->memory, (char *)(uintptr_t)s->reached.slots[i].key.at,
                        s->reached.slots[i].key.size + 1);
    table_free(&s->reached);
    memory_give(s->memory, s, sizeof *s);
}

/* False if it was reached before. */
static bool reach(struct scope *s, struct text folded)
{
    if (table_get(&s->reached, folded) != TABLE_NONE)
        return false;
    table_set(&s->reached, text_copy(s->memory, folded), 1);
    return true;
}

static struct expansion *expansion_new(struct memory *m, struct expansion *parent, struct text name,
                                       struct scope *scope)
{
    struct expansion *x = MEMORY_NEW(m, struct expansion);

    *x = (struct expansion){.memory = m,
                            .refs = 1,
                            .depth = parent ? parent->depth + 1 : 0,
                            .parent = parent,
                            .scope = scope,
                            .name = text_copy(m, name)};
    return x;
}

struct expansion *expansion_hold(struct expansion *x)
{
    x->refs++;
    return x;
}

void expansion_release(struct expansion *x)
{
    while (x && --x->refs == 0) {
        struct expansion *parent = x->parent;
        scope_release(x->scope);
        memory_give(x->memory, (char *)(uintptr_t)x->name.at, x->name.size + 1);
        memory_give(x->memory, x, sizeof *x);
        x = parent;
    }
}

/* The beginning of the chain: made when the first recipient of a message is expanded. */
static struct expansion *chain_of(struct queue_entry *e, struct buffer *folded)
{
    struct host *h = e->queue->host;
    struct memory *m = &h->world->memory;

    if (e->expansion)
        return e->expansion;
    e->expansion = expansion_new(m, NULL, TEXT(""), scope_new(m));
    for (uint32_t i = 0; i < e->count; i++) {
        put_folded(folded, h, e->recipients[i].address, false);
        reach(e->expansion->scope, buffer_text(folded));
    }
    return e->expansion;
}

static bool leads_back(const struct expansion *x, struct text name)
{
    for (; x; x = x->parent)
        if (text_equal(x->name, name))
            return true;
    return false;
}

/* ---- into whom -------------------------------------------------------------------------------------- */

/* One step: who comes out of it, and as whose mail. */
struct step {
    const struct directory_entry *entry;
    const struct targets_config *targets;
    struct targets_config owner; /* a report to a list: its owner alone */
    struct text sender;
    struct text word;
    bool list, copy; /* copy: the mailbox itself comes out too, after the others */
    uint32_t count;
};

static struct step step_of(const struct queue_entry *e, const struct directory_entry *entry)
{
    struct step s = {.entry = entry, .targets = directory_targets(entry), .sender = e->sender};

    switch (entry->kind) {
    case DIRECTORY_MAILBOX:
        s.word = TEXT("forward");
        s.copy = entry->box->keep_copy;
        break;
    case DIRECTORY_ALIAS: s.word = TEXT("alias"); break;
    case DIRECTORY_CATCH_ALL: s.word = TEXT("catch_all"); break;
    case DIRECTORY_LIST:
        s.word = TEXT("list");
        s.list = true;
        s.owner = (struct targets_config){&entry->list->owner, 1};
        if (e->sender.size)
            s.sender = entry->list->owner;
        break;
    }
    s.count = (uint32_t)s.targets->count + s.copy;
    return s;
}

/* A report about a list's mail belongs to its owner, and no list may send it on. */
static void owner_alone(struct step *s, const struct queue_entry *e)
{
    if (!s->list || e->sender.size)
        return;
    s->targets = &s->owner;
    s->count = 1;
}

/* Nobody else comes out of it here, so it may be spared a second copy. */
static bool is_last(const struct host *h, struct text address)
{
    const struct directory_entry *entry;

    if (!policy_is_local(h, text_after(address, domain_at(address))))
        return true;
    entry = directory_find(&h->world->directory, address, policy_home_domain(h));
    return !entry || entry->kind == DIRECTORY_LIST || !directory_targets(entry);
}

static uint64_t record(struct queue_entry *e, const struct queue_recipient *r, const struct step *s,
                       const struct queue_addressee *to, uint64_t cause)
{
    struct world *w = e->queue->host->world;
    struct trace_where where = queue_where(e, cause);

    if (!trace_wants(&w->trace, TRACE_MAIL_EXPANDED))
        return trace_skip(&w->trace, TRACE_MAIL_EXPANDED, &where);
    struct text *list = memory_take(&w->memory, s->count * sizeof *list);
    for (uint32_t k = 0; k < s->count; k++)
        list[k] = to[k].address;
    cause = trace_emit_mail_expanded(
        &w->trace, &where,
        &(struct trace_mail_expanded){
            .recipient = r->address, .into = {list, s->count}, .by = s->word, .sender = s->sender});
    memory_give(&w->memory, list, s->count * sizeof *list);
    return cause;
}

/* Those who were reached before: their custody has just opened, and closes here. */
static void spare(struct queue_entry *next, const bool *again)
{
    const struct text why = TEXT("a further copy for somebody who gets this message already");
    struct world *w = next->queue->host->world;

    for (uint32_t k = 0; k < next->count; k++) {
        if (!again[k])
            continue;
        struct trace_where where = queue_where(next, next->cause);
        next->cause =
            trace_emit_mail_discarded(&w->trace, &where,
                                      &(struct trace_mail_discarded){
                                          .recipient = next->recipients[k].address, .reason = why});
        queue_settle(next, k, CUSTODY_DUPLICATE, TEXT(""), why, next->cause);
    }
}

static void expand(struct queue_entry *e, uint32_t i, const struct step *s, struct expansion *x,
                   uint64_t cause)
{
    struct host *h = e->queue->host;
    struct memory *m = &h->world->memory;
    struct queue_recipient *r = &e->recipients[i];
    struct queue_addressee *to = memory_take_clear(m, s->count * sizeof *to);
    struct custody_ref *parents = memory_take(m, s->count * sizeof *parents);
    bool *again = memory_take_clear(m, s->count * sizeof *again);
    struct buffer folded;

    buffer_init(&folded, m);
    for (uint32_t k = 0; k < s->count; k++) {
        bool itself = k == s->targets->count;
        to[k] = (struct queue_addressee){.address = itself ? r->address : s->targets->at[k],
                                         .fate = r->custody.fate,
                                         .direct = itself};
        parents[k] = custody_ref(&r->custody);
        put_folded(&folded, h, to[k].address, itself);
        again[k] = !reach(x->scope, buffer_text(&folded)) && (itself || is_last(h, to[k].address));
    }
    buffer_free(&folded);
    cause = record(e, r, s, to, cause);
    struct queue_entry *next =
        queue_prepare(e->queue, &(struct queue_submission){.letter = e->letter,
                                                           .message = e->message,
                                                           .sender = s->sender,
                                                           .expansion = x,
                                                           .from = s->list ? NULL : e,
                                                           .from_recipient = i,
                                                           .addressees = to,
                                                           .count = s->count});
    queue_admit(next, CUSTODY_EXPANDED, parents, cause);
    if (s->list || s->count > 1) /* a list is the end of the way (RFC 3461 5.2.7.1) */
        queue_note_success(e, i, s->list ? MAIL_DELIVERED : MAIL_EXPANDED, NULL, cause);
    queue_settle(e, i, CUSTODY_EXPANDED_INTO, next->id, TEXT(""), cause);
    spare(next, again);
    memory_give(m, to, s->count * sizeof *to);
    memory_give(m, parents, s->count * sizeof *parents);
    memory_give(m, again, s->count * sizeof *again);
}

void expansion_expand(struct queue_entry *e, uint32_t i, const struct directory_entry *into,
                      uint64_t cause)
{
    struct host *h = e->queue->host;
    struct memory *m = &h->world->memory;
    uint32_t limit = h->world->options.nesting_limit;
    struct step s = step_of(e, into);
    struct buffer name;

    owner_alone(&s, e);
    buffer_init(&name, m);
    struct expansion *from = chain_of(e, &name);
    put_folded(&name, h, e->recipients[i].address, false);
    if (leads_back(from, buffer_text(&name))) {
        queue_fail_here(e, i, (struct mail_status){5, 4, 6},
                        TEXT("the address leads back to itself"), cause);
    } else if (limit && from->depth >= limit) {
        queue_fail_here(e, i, (struct mail_status){5, 4, 6},
                        TEXT("too many aliases, forwards and lists one behind the other"), cause);
    } else {
        from->scope->refs += !s.list;
        struct expansion *x = expansion_new(m, expansion_hold(from), buffer_text(&name),
                                            s.list ? scope_new(m) : from->scope);
        expand(e, i, &s, x, cause);
        expansion_release(x);
    }
    buffer_free(&name);
}
