/*
 * policy.c - the rules, in the order in which they are asked.
 */
#include "sim/agents/policy.h"

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
    case RELAY_LOGIN: return client->login;
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

static const struct relay_rule *first_match(const struct host *h,
                                            const struct policy_client *client, struct text domain)
{
    const struct mta_config *c = &h->mta->config;

    for (size_t i = 0; i < c->relay_count; i++)
        if (rule_matches(&c->relay[i], client, domain))
            return &c->relay[i];
    return NULL;
}

static uint64_t record_relay(struct host *h, const struct policy_client *client,
                             struct text recipient, bool allowed, struct text reason,
                             struct text rule, struct text reference,
                             const struct trace_where *where)
{
    return trace_emit_policy_relay(&h->world->trace, where,
                                   &(struct trace_policy_relay){.allowed = allowed,
                                                                .reason = reason,
                                                                .rule = rule,
                                                                .client = client->address_text,
                                                                .recipient = recipient,
                                                                .reference = reference});
}

static uint64_t record_decision(struct host *h, struct text at, const struct policy_answer *a,
                                struct text rule, struct text subject, struct text reference,
                                const struct trace_where *where)
{
    struct text verdict = a->verdict == POLICY_ACCEPT   ? TEXT("accept")
                          : a->verdict == POLICY_REFUSE ? TEXT("refuse")
                                                        : TEXT("defer");

    return trace_emit_policy_decision(&h->world->trace, where,
                                      &(struct trace_policy_decision){.at = at,
                                                                      .verdict = verdict,
                                                                      .code = a->code,
                                                                      .enhanced = a->enhanced,
                                                                      .rule = rule,
                                                                      .subject = subject,
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

/* RFC 6409 4.2: a submission server takes only domains that others can understand. */
static struct policy_answer unqualified(struct host *h, struct text at, struct text enhanced,
                                        struct text as_written, const struct trace_where *where)
{
    struct policy_answer a = {.verdict = POLICY_REFUSE,
                              .code = 554,
                              .enhanced = enhanced,
                              .text = TEXT("the domain must be fully qualified")};

    a.cause = record_decision(h, at, &a, TEXT("qualified domain"), as_written, TEXT("RFC 6409 4.2"),
                              where);
    return a;
}

static bool is_qualified(const struct mail_address *a)
{
    return a->domain.size == 0 || a->domain.at[0] == '[' || mail_domain_qualified(a->domain);
}

struct policy_answer policy_sender(struct host *h, const struct policy_client *client,
                                   const struct mail_address *sender, struct text as_written,
                                   const struct trace_where *where)
{
    struct policy_answer a = {
        .verdict = POLICY_ACCEPT, .code = 250, .enhanced = TEXT("2.1.0"), .cause = where->cause};

    if (!client->submission)
        return a;
    const struct relay_rule *rule = submitter_rule(h, client);
    if (!rule || !rule->allow)
        a = (struct policy_answer){.verdict = POLICY_REFUSE,
                                   .code = 550,
                                   .enhanced = TEXT("5.7.1"),
                                   .text = TEXT("your address may not submit mail here")};
    a.cause =
        record_decision(h, TEXT("sender"), &a, rule ? rule->words : TEXT("no relay rule matches"),
                        as_written, TEXT("RFC 6409 4.3"), where);
    if (a.verdict != POLICY_ACCEPT || !sender || is_qualified(sender))
        return a;
    struct trace_where after = *where;
    after.cause = a.cause;
    return unqualified(h, TEXT("sender"), TEXT("5.1.8"), as_written, &after);
}

static struct policy_answer judge_mailbox(struct host *h, struct text as_written,
                                          const struct trace_where *where)
{
    struct policy_answer a = {
        .verdict = POLICY_ACCEPT, .code = 250, .enhanced = TEXT("2.1.5"), .cause = where->cause};

    if (directory_find(&h->world->directory, as_written, policy_home_domain(h)))
        return a;
    a = (struct policy_answer){.verdict = POLICY_REFUSE,
                               .code = 550,
                               .enhanced = TEXT("5.1.1"),
                               .text = TEXT("no such user here")};
    a.cause = record_decision(h, TEXT("recipient"), &a, TEXT("mailbox"), as_written,
                              TEXT("RFC 5321 3.3"), where);
    return a;
}

struct policy_answer policy_mailbox(struct host *h, const struct mail_address *recipient,
                                    struct text as_written, const struct trace_where *where)
{
    if (h->mda && policy_is_local(h, recipient->domain))
        return judge_mailbox(h, as_written, where);
    struct policy_answer a = {.verdict = POLICY_REFUSE,
                              .code = 550,
                              .enhanced = TEXT("5.1.2"),
                              .text = TEXT("no mailboxes of that domain here")};
    a.cause = record_decision(h, TEXT("recipient"), &a, TEXT("domain"), as_written,
                              TEXT("RFC 2033 4.2"), where);
    return a;
}

struct policy_answer policy_recipient(struct host *h, const struct policy_client *client,
                                      const struct mail_address *recipient, struct text as_written,
                                      const struct trace_where *where)
{
    struct policy_answer a = {.verdict = POLICY_ACCEPT, .code = 250, .enhanced = TEXT("2.1.5")};
    struct trace_where after = *where;

    if (client->submission && !is_qualified(recipient))
        return unqualified(h, TEXT("recipient"), TEXT("5.1.2"), as_written, where);
    if (policy_is_local(h, recipient->domain)) {
        after.cause = record_relay(h, client, as_written, true, TEXT("local"), TEXT("local domain"),
                                   TEXT("RFC 5321 3.6.2"), where);
        if (h->mta->config.recipients == RECIPIENTS_KNOWN)
            return judge_mailbox(h, as_written, &after);
        a.cause = after.cause;
        return a;
    }
    const struct relay_rule *rule = first_match(h, client, recipient->domain);
    bool allowed = rule && rule->allow;
    if (!allowed)
        a = (struct policy_answer){.verdict = POLICY_REFUSE,
                                   .code = 550,
                                   .enhanced = TEXT("5.7.1"),
                                   .text = TEXT("this server does not relay for you")};
    a.cause = record_relay(h, client, as_written, allowed, rule_reason(rule),
                           rule ? rule->words : TEXT("no rule matches"),
                           allowed ? TEXT("RFC 5321 3.6.2") : TEXT("RFC 5321 7.9"), where);
    return a;
}

struct policy_answer policy_message(struct host *h, size_t hops, const struct trace_where *where)
{
    struct policy_answer a = {
        .verdict = POLICY_ACCEPT, .code = 250, .enhanced = TEXT("2.0.0"), .cause = where->cause};
    uint32_t limit = h->mta ? h->mta->config.hop_limit : 0;

    if (limit == 0 || hops < limit)
        return a;
    a = (struct policy_answer){.verdict = POLICY_REFUSE,
                               .code = 554,
                               .enhanced = TEXT("5.4.6"),
                               .text = TEXT("too many hops: the message runs in a circle")};
    a.cause = record_decision(h, TEXT("message"), &a, TEXT("hop limit"), TEXT(""),
                              TEXT("RFC 5321 6.3"), where);
    return a;
}
