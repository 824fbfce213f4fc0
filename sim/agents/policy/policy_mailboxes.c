/*
 * policy_mailboxes.c - rules about the mailbox behind a recipient: is there room in it?
 */
#include "sim/agents/mda/mda.h"
#include "sim/agents/policy/policy_rules.h"

/* RFC 1870 6.1: with SIZE the answer can come before the message does. */
enum judge_step policy_rule_room(struct judgement *j)
{
    const struct judge_question *q = j->q;
    struct host *h = q->host;

    if (!h->mda || !h->mda->has_quotas || !policy_is_local(h, q->path->mailbox.domain))
        return JUDGE_PASS;
    const struct directory_entry *entry =
        directory_find(&h->world->directory, q->subject, policy_home_domain(h));
    if (!entry || entry->host != h->index || !entry->mailbox.size)
        return JUDGE_PASS;
    if (!q->lmtp && directory_targets(entry) && !entry->box->keep_copy)
        return JUDGE_PASS;
    const struct mda_room room = mda_room(h, entry, q->envelope->parameters.size);
    if (room.fits)
        return JUDGE_PASS;
    judge_refuse(j, room.code, room.enhanced, room.text);
    judge_record(j, TEXT("quota"), q->subject, TEXT("RFC 5321 4.2.3, RFC 3463 3.3"));
    return JUDGE_DECIDED;
}
