/*
 * mail_queue_try.c - one round: who is due, by which way, in which company.
 *
 * Recipients with the same next hop go together, one copy for all of them (RFC 5321 4.5.4.1).
 */
#include "sim/agents/mail_queue/mail_queue_parts.h"

#include "sim/agents/delivery/delivery.h"
#include "sim/agents/mail_queue/expansion.h"
#include "sim/agents/mail_routing/route_mail.h"
#include "sim/agents/mda/mda.h"

void queue_fail_here(struct queue_entry *e, uint32_t i, struct mail_status status,
                     struct text words, uint64_t cause)
{
    queue_keep_failure(e, i, &(struct failure){.status = status, .reply = words});
    queue_fail(e, i, cause);
}

static uint64_t record_attempt(struct queue_entry *e, const struct hop *hop, const uint32_t *group,
                               uint32_t count)
{
    struct world *w = e->queue->host->world;
    struct trace_where where = queue_where(e, e->cause);
    struct queue_recipient *r = &e->recipients[group[0]];
    char words[CUSTODY_NAME_MAX];

    if (!trace_wants(&w->trace, TRACE_QUEUE_ATTEMPT))
        return trace_skip(&w->trace, TRACE_QUEUE_ATTEMPT, &where);
    struct text *list = memory_take(&w->memory, count * sizeof *list);
    for (uint32_t i = 0; i < count; i++)
        list[i] = e->recipients[group[i]].address;
    uint64_t cause =
        trace_emit_queue_attempt(&w->trace, &where,
                                 &(struct trace_queue_attempt){.attempt = r->attempts,
                                                               .route = hop_words(hop, words),
                                                               .domain = r->domain,
                                                               .recipients = {list, count}});
    memory_give(&w->memory, list, count * sizeof *list);
    return cause;
}

static void deliver_here(struct queue_entry *e, uint32_t i, const struct directory_entry *entry,
                         uint64_t cause)
{
    const struct mda_room room = mda_room(e->queue->host, entry, (int64_t)message_size(e->message));

    if (room.fits) {
        queue_delivered(e, i, entry->mailbox, cause);
        return;
    }
    queue_keep_failure(e, i,
                       &(struct failure){.status = mail_status_of_reply(room.code, room.enhanced),
                                         .reply = room.text});
    if (room.code / 100 == 4)
        queue_defer(e, i, cause);
    else
        queue_fail(e, i, cause);
}

static uint64_t begin_attempt(struct queue_entry *e, const struct hop *hop, const uint32_t *group,
                              uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        e->recipients[group[i]].state = RECIPIENT_ACTIVE;
        e->recipients[group[i]].attempts++;
    }
    return record_attempt(e, hop, group, count);
}

void queue_start_delivery(struct queue_entry *e, const struct hop *hop, const uint32_t *group,
                          uint32_t count, struct queue_destination *to)
{
    uint64_t cause = begin_attempt(e, hop, group, count);

    delivery_start(e, hop, group, count, to, cause);
}

static bool goes_out(const struct hop *hop)
{
    return hop->kind == HOP_MX || hop->kind == HOP_SMARTHOST || hop->kind == HOP_LMTP;
}

static void try_group(struct queue_entry *e, const struct hop *hop, const uint32_t *group,
                      uint32_t count)
{
    if (goes_out(hop)) {
        queue_take_slot(e, hop, group, count);
        return;
    }
    uint64_t cause = begin_attempt(e, hop, group, count);
    switch (hop->kind) {
    case HOP_LOCAL: deliver_here(e, group[0], hop->entry, cause); break;
    case HOP_EXPAND: expansion_expand(e, group[0], hop->entry, cause); break;
    case HOP_REFUSED:
        for (uint32_t i = 0; i < count; i++)
            queue_fail_here(e, group[i], (struct mail_status){5, 7, 1},
                            TEXT("this server sends no mail there"), cause);
        break;
    case HOP_NO_MAILBOX:
        for (uint32_t i = 0; i < count; i++)
            queue_fail_here(e, group[i], (struct mail_status){5, 1, 1}, TEXT("no such user here"),
                            cause);
        break;
    case HOP_MX:
    case HOP_SMARTHOST:
    case HOP_LMTP: break; /* a delivery: queue_take_slot() */
    }
}

/* Mailboxes and aliases go one by one: each is a delivery or an expansion of its own. */
static bool goes_alone(const struct hop *hop)
{
    return hop->kind == HOP_LOCAL || hop->kind == HOP_EXPAND;
}

static bool is_due(const struct queue_entry *e, uint32_t i)
{
    const struct queue_recipient *r = &e->recipients[i];

    return r->state == RECIPIENT_WAITING && r->next_try_ns <= e->queue->host->world->queue.now_ns;
}

/* Who goes with whom: lists of recipients with the same next hop, in the order of their first. */
struct companies {
    struct hop *hops;       /* of each recipient */
    uint32_t *first, *next; /* first: one for each company; next: of each recipient */
    uint32_t *last;         /* of each company */
    uint32_t *group;        /* one company, gathered */
    uint32_t count, room;
    struct table names; /* next hop in words -> company */
};

static void companies_begin(struct companies *c, struct memory *m, uint32_t room)
{
    *c = (struct companies){.room = room};
    c->hops = memory_take(m, room * sizeof *c->hops);
    c->first = memory_take(m, 4 * (size_t)room * sizeof *c->first);
    c->next = c->first + room;
    c->last = c->next + room;
    c->group = c->last + room;
    table_init(&c->names, m, true);
}

static void companies_end(struct companies *c, struct memory *m)
{
    for (uint32_t i = 0; i < c->names.capacity; i++)
        if (c->names.slots[i].value != TABLE_NONE)
            memory_give(m, (char *)(uintptr_t)c->names.slots[i].key.at,
                        c->names.slots[i].key.size + 1);
    table_free(&c->names);
    memory_give(m, c->hops, c->room * sizeof *c->hops);
    memory_give(m, c->first, 4 * (size_t)c->room * sizeof *c->first);
}

void queue_put_hop_key(struct buffer *b, const struct hop *hop)
{
    buffer_clear(b);
    buffer_put_int(b, hop->kind);
    buffer_put_char(b, ' ');
    buffer_put_int(b, hop->port);
    buffer_put_char(b, ' ');
    buffer_put_text(b, hop->host);
}

/* An address beyond ASCII is refused (5.6.7) with all that are named beside it, so it goes apart. */
static void join(struct companies *c, struct memory *m, uint32_t i, bool ascii, struct buffer *key)
{
    uint32_t company = TABLE_NONE;

    c->next[i] = TABLE_NONE;
    if (!goes_alone(&c->hops[i])) {
        queue_put_hop_key(key, &c->hops[i]);
        if (!ascii)
            buffer_put_string(key, " UTF-8");
        company = table_get(&c->names, buffer_text(key));
        if (company == TABLE_NONE)
            table_set(&c->names, text_copy(m, buffer_text(key)), c->count);
    }
    if (company == TABLE_NONE) {
        c->first[c->count] = i;
        c->last[c->count++] = i;
    } else {
        c->next[c->last[company]] = i;
        c->last[company] = i;
    }
}

static void try_companies(struct queue_entry *e)
{
    struct memory *m = &e->queue->host->world->memory;
    struct companies c;
    struct buffer key;

    companies_begin(&c, m, e->count);
    buffer_init(&key, m);
    for (uint32_t i = 0; i < e->count; i++)
        if (is_due(e, i)) {
            c.hops[i] = route_mail(e->queue, &e->recipients[i]);
            join(&c, m, i, text_is_ascii(e->recipients[i].address), &key);
        }
    for (uint32_t g = 0; g < c.count; g++) {
        uint32_t count = 0;
        for (uint32_t i = c.first[g]; i != TABLE_NONE; i = c.next[i])
            c.group[count++] = i;
        try_group(e, &c.hops[c.first[g]], c.group, count);
    }
    buffer_free(&key);
    companies_end(&c, m);
}

/* OpenSMTPD does so without another try. */
static void expire_all(struct queue_entry *e)
{
    for (uint32_t i = 0; i < e->count; i++) {
        if (!is_due(e, i))
            continue;
        if (!e->recipients[i].failure)
            queue_keep_failure(e, i, &(struct failure){.reply = TEXT("it waited too long")});
        queue_expire(e, i, e->cause);
    }
}

void queue_try_due(void *world, struct event *due)
{
    struct queue_entry *e = EVENT_OWNER(due, struct queue_entry, due);

    (void)world;
    e->active++; /* the round does not end before everybody has been looked at */
    if (retry_is_over(&e->queue->plan, e->entered_ns, e->queue->host->world->queue.now_ns))
        expire_all(e);
    if (e->count > 1) {
        try_companies(e);
    } else if (is_due(e, 0)) {
        struct hop hop = route_mail(e->queue, &e->recipients[0]);
        try_group(e, &hop, &(uint32_t){0}, 1);
    }
    queue_delivery_over(e, 0);
}
