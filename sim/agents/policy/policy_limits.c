/*
 * policy_limits.c - so many connections, so many mails, and no hurry with refusals.
 */
#include "sim/agents/policy/policy_filter.h"
#include "sim/agents/policy/policy_rules.h"
#include "sim/agents/reception/reception.h"

struct policy_filter *policy_filter(struct host *h)
{
    struct memory *m = &h->world->memory;

    if (!h->mta->filter) {
        h->mta->filter = MEMORY_NEW(m, struct policy_filter);
        recall_init(&h->mta->filter->triples, m);
        recall_init(&h->mta->filter->clients, m);
        recall_init(&h->mta->filter->rates, m);
        buffer_init(&h->mta->filter->words, m);
    }
    return h->mta->filter;
}

void policy_host_down(struct host *h)
{
    if (h->mta && h->mta->filter)
        recall_clear(&h->mta->filter->rates);
}

bool policy_spares(const struct judgement *j)
{
    return j->q->path && mail_address_is_postmaster(&j->q->path->mailbox);
}

/* The connection that asks is among those that are counted. */
enum judge_step policy_rule_connections(struct judgement *j)
{
    const struct judge_question *q = j->q;
    uint32_t limit = q->host->mta->config.filter.connections;

    if (limit == 0 || !reception_exceeds(q->host, limit))
        return JUDGE_PASS;
    judge_refuse(j, 421, TEXT("4.7.0"), TEXT("too many connections, try again later"));
    judge_record(j, TEXT("connection limit"), q->client.address_text, TEXT("RFC 5321 3.8"));
    return JUDGE_DECIDED;
}

enum judge_step policy_rule_rate(struct judgement *j)
{
    const struct judge_question *q = j->q;
    const struct rate_config *c = &q->host->mta->config.filter.rate;
    struct text who = q->client.user.size ? q->client.user : q->client.address_text;

    if (c->mails == 0)
        return JUDGE_PASS;
    struct recall_item *item =
        recall_make(&policy_filter(q->host)->rates, who, q->host->world->queue.now_ns, c->per_ns);
    if (item->count < c->mails) {
        item->count++;
        return JUDGE_PASS;
    }
    judge_refuse(j, 450, TEXT("4.7.1"), TEXT("too many mails in a short time, try again later"));
    judge_record(j, TEXT("rate limit"), who, TEXT("RFC 5321 7.8"));
    return JUDGE_DECIDED;
}

/* ---- tarpit --------------------------------------------------------------------------------------- */

struct tarpit {
    struct event event;
    struct judgement *judgement;
    struct buffer texts; /* of the answer: they may not last so long */
};

static void end(struct judgement *held)
{
    struct tarpit *t = held->state;

    queue_clear(&held->q->host->world->queue, &t->event);
    buffer_free(&t->texts);
    memory_give(&held->q->host->world->memory, t, sizeof *t);
}

static void over(void *world, struct event *e)
{
    struct tarpit *t = EVENT_OWNER(e, struct tarpit, event);

    (void)world;
    judge_tell(t->judgement);
}

static void keep(struct tarpit *t, struct policy_answer *a)
{
    buffer_put_text(&t->texts, a->enhanced);
    buffer_put_text(&t->texts, a->text);
    a->enhanced = text_from(t->texts.at, a->enhanced.size);
    a->text = text_after(buffer_text(&t->texts), a->enhanced.size);
}

bool policy_tarpit(struct judgement *j)
{
    struct host *h = j->q->host;
    int64_t wait_ns = h->mta ? h->mta->config.filter.tarpit_ns : 0;

    if (wait_ns == 0 || j->q->at != SMTP_ASK_RECIPIENT || j->q->lmtp ||
        j->answer.verdict == POLICY_ACCEPT)
        return false;
    judge_record(j, TEXT("tarpit"), j->q->client.address_text, TEXT("RFC 5321 7.8"));
    struct judgement *held = judge_hold(j);
    struct tarpit *t = MEMORY_NEW(&h->world->memory, struct tarpit);
    t->judgement = held;
    t->event.fire = over;
    buffer_init(&t->texts, &h->world->memory);
    keep(t, &held->answer);
    judge_wait(held, t, end);
    queue_set(&h->world->queue, &t->event, h->world->queue.now_ns + wait_ns);
    return true;
}
