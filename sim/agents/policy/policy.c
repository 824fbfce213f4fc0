/*
 * policy.c - the rules, in the order in which they are asked.
 */
#include "sim/agents/policy/policy.h"

#include "sim/agents/policy/policy_rules.h"

bool policy_is_local(const struct host *h, struct text domain)
{
    if (domain.size == 0)
        return true;
    return (h->mta && table_get(&h->mta->domains, domain) != TABLE_NONE) ||
           (h->mda && table_get(&h->mda->domains, domain) != TABLE_NONE);
}

struct text policy_home_domain(const struct host *h)
{
    if (h->mta && h->mta->config.domain_count)
        return h->mta->config.domains[0];
    if (h->mda && h->mda->config.domain_count)
        return h->mda->config.domains[0];
    return h->name;
}

bool policy_knows(const struct host *h, struct text name)
{
    return directory_find(&h->world->directory, name, policy_home_domain(h)) != NULL;
}

static bool domain_within(struct text domain, struct text above)
{
    if (text_equal_nocase(domain, above))
        return true;
    return domain.size > above.size + 1 && text_ends_nocase(domain, above) &&
           domain.at[domain.size - above.size - 1] == '.';
}

static bool rule_matches(const struct relay_rule *r, const struct policy_client *client,
                         struct text domain)
{
    switch (r->match) {
    case RELAY_ANYONE: return true;
    case RELAY_LOGIN: return client->user.size > 0;
    case RELAY_FROM: return address_net_holds(&r->net, client->address);
    case RELAY_TO: return domain_within(domain, r->domain);
    }
    return false;
}

static struct text rule_reason(const struct relay_rule *r)
{
    if (!r || !r->allow)
        return TEXT("denied");
    switch (r->match) {
    case RELAY_ANYONE: return TEXT("anyone");
    case RELAY_LOGIN: return TEXT("login");
    case RELAY_FROM: return TEXT("network");
    case RELAY_TO: return TEXT("domain");
    }
    return TEXT("denied");
}

const struct relay_rule *policy_relay_rule(const struct host *h, const struct policy_client *client,
                                           struct text domain)
{
    const struct mta_config *c = &h->mta->config;

    for (size_t i = 0; i < c->relay_count; i++)
        if (rule_matches(&c->relay[i], client, domain))
            return &c->relay[i];
    return NULL;
}

bool policy_trusts(const struct host *h, const struct policy_client *client)
{
    if (client->submission || client->user.size)
        return true;
    for (size_t i = 0; h->mta && i < h->mta->config.relay_count; i++) {
        const struct relay_rule *r = &h->mta->config.relay[i];
        if (r->match == RELAY_FROM && rule_matches(r, client, TEXT("")))
            return r->allow;
    }
    return false;
}

static void record_relay(struct judgement *j, bool allowed, struct text reason, struct text rule,
                         struct text reference)
{
    const struct judge_question *q = j->q;

    j->where.cause =
        trace_emit_policy_relay(&q->host->world->trace, &j->where,
                                &(struct trace_policy_relay){.allowed = allowed,
                                                             .reason = reason,
                                                             .rule = rule,
                                                             .client = q->client.address_text,
                                                             .recipient = q->subject,
                                                             .reference = reference});
}

/* Whether a submission server takes mail from this client at all: a rule that lets it send somewhere.
 * (RELAY_TO rules speak of recipients, so they are left to RCPT.) */
static const struct relay_rule *submitter_rule(const struct host *h,
                                               const struct policy_client *client)
{
    const struct mta_config *c = &h->mta->config;

    for (size_t i = 0; i < c->relay_count; i++) {
        const struct relay_rule *r = &c->relay[i];
        if (r->match != RELAY_TO && rule_matches(r, client, TEXT("")))
            return r;
    }
    return NULL;
}

enum judge_step policy_rule_submitter(struct judgement *j)
{
    const struct judge_question *q = j->q;

    if (!q->client.submission)
        return JUDGE_PASS;
    const struct relay_rule *rule = submitter_rule(q->host, &q->client);
    bool allowed = rule && rule->allow;
    if (allowed)
        j->answer.enhanced = TEXT("2.1.0");
    else if (q->host->mta->config.user_count && q->client.user.size == 0)
        judge_refuse(j, 530, TEXT("5.7.0"), TEXT("log in first")); /* RFC 4954 6 */
    else
        judge_refuse(j, 550, TEXT("5.7.1"), TEXT("your address may not submit mail here"));
    judge_record(j, rule ? rule->words : TEXT("no relay rule matches"), q->subject,
                 TEXT("RFC 6409 4.3"));
    return allowed ? JUDGE_PASS : JUDGE_DECIDED;
}

/* RFC 6409 4.2: a submission server takes only domains that others can understand. */
static enum judge_step qualified(struct judgement *j, struct text enhanced)
{
    const struct judge_question *q = j->q;
    struct text domain = q->path->mailbox.domain;

    if (!q->client.submission || q->path->null || domain.size == 0 || domain.at[0] == '[' ||
        mail_domain_qualified(domain))
        return JUDGE_PASS;
    judge_refuse(j, 554, enhanced, TEXT("the domain must be fully qualified"));
    judge_record(j, TEXT("qualified domain"), q->subject, TEXT("RFC 6409 4.2"));
    return JUDGE_DECIDED;
}

enum judge_step policy_rule_sender_qualified(struct judgement *j)
{
    return qualified(j, TEXT("5.1.8"));
}

enum judge_step policy_rule_recipient_qualified(struct judgement *j)
{
    return qualified(j, TEXT("5.1.2"));
}

static enum judge_step judge_mailbox(struct judgement *j)
{
    const struct judge_question *q = j->q;

    if (directory_find(&q->host->world->directory, q->subject, policy_home_domain(q->host)))
        return JUDGE_PASS;
    judge_refuse(j, 550, TEXT("5.1.1"), TEXT("no such user here"));
    judge_record(j, TEXT("mailbox"), q->subject, TEXT("RFC 5321 3.3"));
    return JUDGE_DECIDED;
}

enum judge_step policy_rule_lmtp_mailbox(struct judgement *j)
{
    const struct judge_question *q = j->q;

    if (q->host->mda && policy_is_local(q->host, q->path->mailbox.domain)) {
        const struct directory_entry *entry =
            directory_find(&q->host->world->directory, q->subject, policy_home_domain(q->host));
        if (entry && entry->host == q->host->index && entry->mailbox.size)
            return JUDGE_PASS;
        judge_refuse(j, 550, TEXT("5.1.1"), TEXT("no such mailbox here"));
        judge_record(j, TEXT("mailbox"), q->subject, TEXT("RFC 2033 4.2"));
        return JUDGE_DECIDED;
    }
    judge_refuse(j, 550, TEXT("5.1.2"), TEXT("no mailboxes of that domain here"));
    judge_record(j, TEXT("domain"), q->subject, TEXT("RFC 2033 4.2"));
    return JUDGE_DECIDED;
}

enum judge_step policy_rule_relay(struct judgement *j)
{
    const struct judge_question *q = j->q;
    struct text domain = q->path->mailbox.domain;

    j->answer.enhanced = TEXT("2.1.5");
    if (policy_is_local(q->host, domain)) {
        record_relay(j, true, TEXT("local"), TEXT("local domain"), TEXT("RFC 5321 3.6.2"));
        return JUDGE_PASS;
    }
    const struct relay_rule *rule = policy_relay_rule(q->host, &q->client, domain);
    bool allowed = rule && rule->allow;
    if (!allowed)
        judge_refuse(j, 550, TEXT("5.7.1"), TEXT("this server does not relay for you"));
    record_relay(j, allowed, rule_reason(rule), rule ? rule->words : TEXT("no rule matches"),
                 allowed ? TEXT("RFC 5321 3.6.2") : TEXT("RFC 5321 7.9"));
    return allowed ? JUDGE_PASS : JUDGE_DECIDED;
}

enum judge_step policy_rule_mailbox(struct judgement *j)
{
    const struct judge_question *q = j->q;

    const struct mta_config *c = &q->host->mta->config;

    if (c->recipients == RECIPIENTS_ANY ||
        (c->recipients == RECIPIENTS_ASK && c->deliver_host.size) ||
        !policy_is_local(q->host, q->path->mailbox.domain))
        return JUDGE_PASS;
    return judge_mailbox(j);
}

enum judge_step policy_rule_hop_limit(struct judgement *j)
{
    const struct judge_question *q = j->q;
    uint32_t limit = q->host->mta ? q->host->mta->config.hop_limit : 0;

    j->answer.enhanced = TEXT("2.0.0");
    if (limit == 0 || message_count_hops(q->message) - 1 < limit) /* one is our own */
        return JUDGE_PASS;
    judge_refuse(j, 554, TEXT("5.4.6"), TEXT("too many hops: the message runs in a circle"));
    judge_record(j, TEXT("hop limit"), TEXT(""), TEXT("RFC 5321 6.3"));
    return JUDGE_DECIDED;
}
