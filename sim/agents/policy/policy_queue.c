/*
 * policy_queue.c - is there room for one more message in the queue of this host?
 *
 * Asked at MAIL, with the size that the client declares, if any, and again when the message is whole
 * (RFC 1870 6.1, 6.3; RFC 5321 4.2.2: 452 insufficient system storage).
 */
#include "sim/agents/mail_queue/mail_queue.h"
#include "sim/agents/policy/policy_rules.h"

bool policy_limits_queue(const struct host *h)
{
    return h->mta && (h->mta->config.queue_limit_octets || h->mta->config.queue_limit_messages);
}

enum judge_step policy_rule_queue(struct judgement *j)
{
    const struct judge_question *q = j->q;
    int64_t octets = 0;

    if (!policy_limits_queue(q->host))
        return JUDGE_PASS;
    if (q->message)
        octets = (int64_t)message_size(q->message);
    else if (q->parameters && q->parameters->size > 0)
        octets = q->parameters->size;
    if (queue_has_room(q->host->mta->queue, octets))
        return JUDGE_PASS;
    judge_refuse(j, 452, TEXT("4.3.1"), TEXT("the mail queue of this host is full, try later"));
    judge_record(j, TEXT("queue limit"), q->subject, TEXT("RFC 1870 6.1"));
    return JUDGE_DECIDED;
}
