/*
 * not_relayed: what a client hands in for others' domains, followed until the server passes it on.
 */
#include "sim/grade/expect_parts.h"

static void give_text(struct memory *m, struct text t)
{
    if (t.at)
        memory_give(m, (void *)(uintptr_t)t.at, t.size + 1);
}

static void drop(struct expect *e, struct expect_grants *g, uint32_t i)
{
    give_text(e->memory, g->items[i].host);
    give_text(e->memory, g->items[i].queue);
    give_text(e->memory, g->items[i].recipient);
    g->items[i] = g->items[--g->count];
}

static void add(struct expect *e, struct expect_grants *g, const struct trace_record *r,
                struct text queue, struct text recipient)
{
    if (g->count == g->capacity) {
        uint32_t more = g->capacity ? 2 * g->capacity : 8;

        g->items = memory_grow(e->memory, g->items, g->capacity * sizeof *g->items,
                               more * sizeof *g->items);
        g->capacity = more;
    }
    g->items[g->count++] = (struct expect_grant){
        .conn = r->where.conn,
        .host = text_copy(e->memory, r->where.host),
        .queue = text_copy(e->memory, queue),
        .recipient = text_copy(e->memory, recipient),
    };
}

/* A verdict at RCPT: is it one that lets the client through to others? */
static void asked(struct expect *e, uint32_t index, const struct trace_record *r)
{
    const struct trace_policy_relay *p = r->data;
    struct expectation *x = &e->state->items[index];

    if (!p->allowed || text_equal(p->reason, TEXT("local")) ||
        (x->to.at && !text_equal_nocase(p->recipient, x->to)))
        return;
    expect_note(e, x->near, &x->near_count, r);
    add(e, &x->grants, r, TEXT(""), p->recipient);
}

/* The message is in the server's hands: its grants get its queue id, those of other transactions of
 * this connection are gone. */
static void accepted(struct expect *e, uint32_t index, const struct trace_record *r)
{
    const struct trace_mail_accepted *a = r->data;
    struct expectation *x = &e->state->items[index];
    struct expect_grants *g = &x->grants;

    for (uint32_t i = g->count; i-- > 0;) {
        bool taken = false;

        if (g->items[i].conn != r->where.conn || g->items[i].queue.size > 0)
            continue;
        for (uint32_t k = 0; k < a->recipients.count; k++)
            taken = taken || text_equal_nocase(a->recipients.items[k], g->items[i].recipient);
        if (taken) {
            give_text(e->memory, g->items[i].queue);
            g->items[i].queue = text_copy(e->memory, r->where.queue);
            expect_note(e, x->near, &x->near_count, r);
        } else {
            drop(e, g, i);
        }
    }
}

static bool is_of(const struct expect_grant *g, const struct trace_record *r)
{
    return g->queue.size > 0 && text_equal(g->queue, r->where.queue) &&
           text_equal_nocase(g->host, r->where.host);
}

static void relayed(struct expect *e, uint32_t index, const struct trace_record *r)
{
    const struct trace_mail_relayed *m = r->data;
    struct expectation *x = &e->state->items[index];

    for (uint32_t i = 0; i < x->grants.count; i++)
        if (is_of(&x->grants.items[i], r) &&
            text_equal_nocase(x->grants.items[i].recipient, m->recipient)) {
            x->arrived++;
            expect_note(e, e->results[index].events, &e->results[index].event_count, r);
            drop(e, &x->grants, i);
            return;
        }
}

static void removed(struct expect *e, struct expectation *x, const struct trace_record *r)
{
    for (uint32_t i = x->grants.count; i-- > 0;)
        if (is_of(&x->grants.items[i], r))
            drop(e, &x->grants, i);
}

/* Does the client ask anywhere for a domain that is not the server's own, or is it turned away before
 * it can?  If not, nobody's rules were put to the test. */
static bool tests_rules(const struct trace_record *r)
{
    const struct trace_policy_relay *relay = r->data;
    const struct trace_policy_decision *decision = r->data;

    return r->kind == TRACE_POLICY_RELAY
               ? !text_equal(relay->reason, TEXT("local"))
               : r->kind == TRACE_POLICY_DECISION && !text_equal(decision->verdict, TEXT("accept"));
}

void expect_relay_record(struct expect *e, uint32_t index, const struct trace_record *r)
{
    struct expectation *x = &e->state->items[index];

    if (r->kind == TRACE_MAIL_RELAYED)
        relayed(e, index, r);
    else if (r->kind == TRACE_QUEUE_REMOVED)
        removed(e, x, r);
    else if (match_client(&e->state->ends, r, x->from)) {
        x->could_fail |= tests_rules(r);
        if (x->by.at && !text_equal_nocase(x->by, r->where.host))
            return;
        if (r->kind == TRACE_POLICY_RELAY)
            asked(e, index, r);
        else if (r->kind == TRACE_MAIL_ACCEPTED)
            accepted(e, index, r);
    }
}

void expect_relay_free(struct expect *e, struct expectation *x)
{
    while (x->grants.count > 0)
        drop(e, &x->grants, x->grants.count - 1);
    memory_give(e->memory, x->grants.items, x->grants.capacity * sizeof *x->grants.items);
}
