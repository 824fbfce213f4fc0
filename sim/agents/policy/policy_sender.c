/*
 * policy_sender.c - as whom may a user send who has logged in (RFC 6409 6.1)?
 *
 * As every address that ends in the user's own mailbox: the mailbox itself, and the aliases that lead
 * to it.  A null reverse-path is everybody's (RFC 6409 3.2).
 */
#include "sim/agents/policy/policy_rules.h"

enum { DEPTH = 8 }; /* of aliases of aliases */

static bool leads_to(const struct host *h, struct text address, struct text user, int depth)
{
    const struct directory_entry *e =
        directory_find(&h->world->directory, address, policy_home_domain(h));

    if (!e || depth == 0)
        return false;
    if (e->mailbox.size)
        return text_equal_nocase(e->mailbox, user);
    if (e->kind != DIRECTORY_ALIAS)
        return false;
    const struct targets_config *t = directory_targets(e);
    for (size_t i = 0; t && i < t->count; i++)
        if (leads_to(h, t->at[i], user, depth - 1))
            return true;
    return false;
}

enum judge_step policy_rule_sender_own(struct judgement *j)
{
    const struct judge_question *q = j->q;

    if (!q->client.submission || q->client.user.size == 0 || q->path->null ||
        q->host->mta->config.senders_any)
        return JUDGE_PASS;
    if (policy_is_local(q->host, q->path->mailbox.domain) &&
        leads_to(q->host, q->subject, q->client.user, DEPTH))
        return JUDGE_PASS;
    judge_refuse(j, 550, TEXT("5.7.1"), TEXT("that address is not yours to send from"));
    judge_record(j, TEXT("own addresses"), q->subject, TEXT("RFC 6409 6.1"));
    return JUDGE_DECIDED;
}
