/*
 * policy_null_mx.c - domains that say they take no mail (RFC 7505): heard during the session, if `null_mx`
 * says "refuse".
 *
 * A recipient of such a domain cannot be reached, and a sender of such a domain cannot be told.  RFC 7505 4
 * leaves it to a server whether it looks; if it refuses, these are the codes.  Whatever else the name
 * servers say, or that they say nothing, is no reason to refuse here.
 */
#include "sim/agents/policy/policy_rules.h"

#include <assert.h>

#include "sim/dns/resolver.h"

struct lookup {
    struct dns_asking asking;
    struct judgement *judgement;
};

static bool is_null(const struct dns_result *answer)
{
    const struct dns_record *only = NULL;

    for (uint32_t i = 0; i < answer->count; i++) {
        if (answer->records[i].type != DNS_MX)
            continue;
        if (only)
            return false;
        only = &answer->records[i];
    }
    return only && text_equal(only->target, TEXT("."));
}

static enum judge_step understand(struct judgement *j, const struct dns_result *answer)
{
    bool sender = j->q->at == SMTP_ASK_SENDER;

    j->where.cause = answer->cause;
    if (!is_null(answer))
        return JUDGE_PASS;
    if (sender)
        judge_refuse(j, 550, TEXT("5.7.27"),
                     TEXT("the sender's domain takes no mail (null MX), so it cannot be answered"));
    else
        judge_refuse(j, 556, TEXT("5.1.10"),
                     TEXT("the recipient's domain takes no mail (null MX)"));
    judge_record(j, TEXT("null MX"), j->q->subject,
                 sender ? TEXT("RFC 7505 4.2") : TEXT("RFC 7505 4.1, RFC 7504 4"));
    return JUDGE_DECIDED;
}

static void end(struct judgement *held)
{
    struct lookup *l = held->state;

    dns_cancel(&l->asking);
    memory_give(&held->q->host->world->memory, l, sizeof *l);
}

static void answered(void *world, struct dns_asking *self, const struct dns_result *answer)
{
    struct judgement *held = EVENT_OWNER(self, struct lookup, asking)->judgement;
    enum judge_step step = understand(held, answer);

    (void)world;
    judge_wake(held);
    judge_go_on(held, step);
}

/* One rule for both questions: the domain is that of the path, unless it is our own or no name. */
enum judge_step policy_rule_null_mx(struct judgement *j)
{
    const struct judge_question *q = j->q;
    struct host *h = q->host;
    struct text domain = q->path->null ? TEXT("") : q->path->mailbox.domain;
    struct dns_result answer;

    if (!h->mta->config.null_mx_refused || domain.size == 0 || domain.at[0] == '[' ||
        policy_is_local(h, domain))
        return JUDGE_PASS;
    if (dns_peek(host_resolver(h), domain, DNS_MX, j->where.cause, j->where.mail, &answer))
        return understand(j, &answer);
    struct judgement *held = judge_hold(j);
    struct lookup *l = MEMORY_NEW(&h->world->memory, struct lookup);
    *l = (struct lookup){.judgement = held,
                         .asking = {.answered = answered, .mail = held->where.mail}};
    judge_wait(held, l, end);
    dns_ask(host_resolver(h), &l->asking, held->q->path->mailbox.domain, DNS_MX, held->where.cause);
    return JUDGE_WAITS;
}
