/*
 * route_mail.c - rules of this host first, then the MX records of the domain.
 */
#include "sim/agents/mail_routing/route_mail.h"

#include <assert.h>
#include <string.h>

#include "sim/agents/policy/policy.h"

/* "shop.example" is itself, ".example" everything below, "*" everything. */
static bool pattern_matches(struct text pattern, struct text domain)
{
    if (text_equal(pattern, TEXT("*")))
        return true;
    if (pattern.size && pattern.at[0] == '.')
        return domain.size > pattern.size && text_ends_nocase(domain, pattern);
    return text_equal_nocase(pattern, domain);
}

static struct hop local_hop(const struct mail_queue *q, const struct queue_recipient *r)
{
    const struct host *h = q->host;
    const struct mta_config *c = &h->mta->config;
    struct text home = c->domain_count ? c->domains[0] : h->name;
    const struct directory_entry *entry = directory_find(&h->world->directory, r->address, home);

    if (entry && !r->direct && directory_targets(entry))
        return (struct hop){.kind = HOP_EXPAND, .entry = entry};
    if (c->deliver_host.size)
        return (struct hop){.kind = HOP_LMTP, .host = c->deliver_host, .port = c->deliver_port};
    if (entry && entry->host == h->index)
        return (struct hop){.kind = HOP_LOCAL, .entry = entry};
    return (struct hop){.kind = HOP_NO_MAILBOX};
}

struct hop route_mail(const struct mail_queue *q, const struct queue_recipient *r)
{
    if (q->outbox)
        return (struct hop){.kind = HOP_SMARTHOST, .host = q->server, .port = q->port};
    if (policy_is_local(q->host, r->domain))
        return local_hop(q, r);
    const struct mta_config *c = &q->host->mta->config;
    for (size_t i = 0; i < c->route_count; i++) {
        const struct mail_route_rule *rule = &c->routes[i];
        if (!pattern_matches(rule->pattern, r->domain))
            continue;
        switch (rule->kind) {
        case MAIL_ROUTE_MX: return (struct hop){.kind = HOP_MX, .host = r->domain, .port = 25};
        case MAIL_ROUTE_SMARTHOST:
            return (struct hop){
                .kind = HOP_SMARTHOST, .host = rule->host, .port = rule->port ? rule->port : 25};
        case MAIL_ROUTE_LMTP:
            return (struct hop){
                .kind = HOP_LMTP, .host = rule->host, .port = rule->port ? rule->port : 24};
        case MAIL_ROUTE_REFUSE: return (struct hop){.kind = HOP_REFUSED};
        }
    }
    return (struct hop){.kind = HOP_MX, .host = r->domain, .port = 25};
}

struct text hop_words(const struct hop *hop, char *out)
{
    struct text prefix = hop->kind == HOP_SMARTHOST ? TEXT("smarthost:")
                         : hop->kind == HOP_LMTP    ? TEXT("lmtp:")
                         : hop->kind == HOP_MX      ? TEXT("mx")
                                                    : TEXT("local");

    if (hop->kind != HOP_SMARTHOST && hop->kind != HOP_LMTP)
        return prefix;
    assert(prefix.size + hop->host.size <= CUSTODY_NAME_MAX);
    memcpy(out, prefix.at, prefix.size);
    memcpy(out + prefix.size, hop->host.at, hop->host.size);
    return text_from(out, prefix.size + hop->host.size);
}

/* ---- the hosts to try ----------------------------------------------------------------------------- */

static void add(struct mx_plan *p, struct host *h, struct text name, int64_t preference,
                uint64_t draw)
{
    struct memory *m = &h->world->memory;

    if (p->count == p->room) {
        uint32_t room = p->room ? 2 * p->room : 2;
        p->candidates = memory_grow(m, p->candidates, p->room * sizeof *p->candidates,
                                    room * sizeof *p->candidates);
        p->room = room;
    }
    p->candidates[p->count++] =
        (struct candidate){.host = text_copy(m, name), .preference = preference, .draw = draw};
}

static bool better(const struct candidate *a, const struct candidate *b)
{
    if (a->preference != b->preference)
        return a->preference < b->preference;
    if (a->draw != b->draw)
        return a->draw < b->draw;
    return text_compare(a->host, b->host) < 0;
}

/* Insertion sort: an MX list has a handful of entries, and it is stable. */
static void sort(struct mx_plan *p)
{
    for (uint32_t i = 1; i < p->count; i++) {
        struct candidate c = p->candidates[i];
        uint32_t k = i;
        for (; k > 0 && better(&c, &p->candidates[k - 1]); k--)
            p->candidates[k] = p->candidates[k - 1];
        p->candidates[k] = c;
    }
}

/* RFC 7505 3: beside others a null MX has no meaning; "." is the name of no host. */
static void drop_null(struct mx_plan *p)
{
    for (uint32_t i = 0; i < p->count; i++)
        if (text_equal(p->candidates[i].host, TEXT("."))) {
            p->candidates[i].verdict = CANDIDATE_DROPPED;
            p->candidates[i].why = TEXT("a null MX beside others: the name of no host");
        }
}

/* RFC 5321 5.1: if this host is in the list, it and all that are not better must not be tried. */
static void drop_own(struct mx_plan *p, const struct host *h)
{
    int64_t own = INT64_MAX;

    for (uint32_t i = 0; i < p->count; i++)
        if (text_equal_nocase(p->candidates[i].host, h->name) && p->candidates[i].preference < own)
            own = p->candidates[i].preference;
    for (uint32_t i = 0; i < p->count; i++) {
        struct candidate *c = &p->candidates[i];
        if (c->preference < own)
            continue;
        c->verdict = CANDIDATE_DROPPED;
        c->why = text_equal_nocase(c->host, h->name) ? TEXT("this host itself")
                                                     : TEXT("no better than this host");
    }
}

static void choose_first(struct mx_plan *p)
{
    for (p->current = 0; p->current < p->count; p->current++)
        if (p->candidates[p->current].verdict == CANDIDATE_LATER)
            break;
    if (p->current == p->count)
        return;
    struct candidate *c = &p->candidates[p->current];
    c->verdict = CANDIDATE_CHOSEN;
    bool tie = p->current + 1 < p->count && c[1].preference == c->preference;
    if (p->reason == MX_BY_RECORD)
        c->why = tie ? TEXT("lowest preference; drawn among equals") : TEXT("lowest preference");
}

bool mx_plan_from_answer(struct mx_plan *p, struct host *h, struct text domain,
                         const struct dns_result *answer)
{
    *p = (struct mx_plan){.reason = MX_BY_RECORD};
    switch (answer->outcome) {
    case DNS_NO_NAME: p->reason = MX_NO_DOMAIN; return false;
    case DNS_FAILED:
    case DNS_TIMED_OUT: p->reason = MX_NONE; return false;
    case DNS_NO_DATA:
        p->reason = MX_IMPLICIT;
        add(p, h, domain, 0, 0);
        p->candidates[0].why = TEXT("no MX record: the domain itself");
        break;
    case DNS_OK:
        for (uint32_t i = 0; i < answer->count; i++)
            if (answer->records[i].type == DNS_MX)
                add(p, h, answer->records[i].target, answer->records[i].preference,
                    answer->count > 1 ? random_next(&h->draw_mx) : 0);
        if (p->count == 1 && text_equal(p->candidates[0].host, TEXT("."))) {
            p->reason = MX_NULL;
            p->candidates[0].verdict = CANDIDATE_DROPPED;
            p->candidates[0].why = TEXT("null MX: this domain takes no mail");
            p->current = p->count;
            return false;
        }
        sort(p);
        drop_null(p);
        break;
    }
    drop_own(p, h);
    choose_first(p);
    if (p->current == p->count)
        p->reason = p->count ? MX_LOOP : MX_NONE;
    return p->current < p->count;
}

void mx_plan_single(struct mx_plan *p, struct host *h, struct text name, enum mx_reason reason)
{
    *p = (struct mx_plan){.reason = reason};
    add(p, h, name, reason == MX_LITERAL ? 0 : -1, 0);
    p->candidates[0].why = reason == MX_LITERAL ? TEXT("the address in the recipient's domain")
                                                : TEXT("the route says so");
    p->candidates[0].verdict = CANDIDATE_CHOSEN;
}

bool mx_plan_next(struct mx_plan *p, struct text why)
{
    if (p->current == p->count)
        return false;
    p->candidates[p->current].verdict = CANDIDATE_FAILED;
    p->candidates[p->current].why = why;
    for (p->current++; p->current < p->count; p->current++)
        if (p->candidates[p->current].verdict == CANDIDATE_LATER)
            break;
    if (p->current == p->count)
        return false;
    p->candidates[p->current].verdict = CANDIDATE_CHOSEN;
    p->candidates[p->current].why = TEXT("the ones before it failed");
    p->reason = MX_NEXT;
    return true;
}

void mx_plan_own(struct mx_plan *p)
{
    for (uint32_t i = p->current; i < p->count; i++) {
        p->candidates[i].why = i == p->current ? TEXT("this host itself, by its address")
                                               : TEXT("no better than this host");
        p->candidates[i].verdict = CANDIDATE_DROPPED;
    }
    p->current = p->count;
}

static struct text reason_word(enum mx_reason reason)
{
    static const struct text words[] = {
        [MX_BY_RECORD] = TEXT_INIT("mx"),    [MX_IMPLICIT] = TEXT_INIT("implicit_mx"),
        [MX_NULL] = TEXT_INIT("null_mx"),    [MX_SMARTHOST] = TEXT_INIT("smarthost"),
        [MX_LITERAL] = TEXT_INIT("literal"), [MX_NEXT] = TEXT_INIT("next"),
        [MX_NONE] = TEXT_INIT("none"),       [MX_NO_DOMAIN] = TEXT_INIT("no_domain"),
        [MX_LOOP] = TEXT_INIT("loop"),
    };
    return words[reason];
}

static struct text verdict_word(enum candidate_verdict v)
{
    switch (v) {
    case CANDIDATE_CHOSEN: return TEXT("chosen");
    case CANDIDATE_FAILED: return TEXT("failed");
    case CANDIDATE_DROPPED: return TEXT("dropped");
    case CANDIDATE_LATER: break;
    }
    return TEXT("later");
}

uint64_t mx_plan_record(const struct mx_plan *p, struct host *h, struct text domain,
                        struct text address, const struct trace_where *where)
{
    struct world *w = h->world;

    if (!trace_wants(&w->trace, TRACE_DNS_MX_CHOSEN))
        return trace_skip(&w->trace, TRACE_DNS_MX_CHOSEN, where);
    size_t size = p->count * sizeof(struct trace_candidate);
    struct trace_candidate *rows = memory_take(&w->memory, size ? size : 1);
    for (uint32_t i = 0; i < p->count; i++)
        rows[i] = (struct trace_candidate){.preference = p->candidates[i].preference,
                                           .host = p->candidates[i].host,
                                           .verdict = verdict_word(p->candidates[i].verdict),
                                           .why = p->candidates[i].why};
    uint64_t cause = trace_emit_dns_mx_chosen(
        &w->trace, where,
        &(struct trace_dns_mx_chosen){
            .domain = domain,
            .candidates = {rows, p->count},
            .chosen = p->current < p->count ? p->candidates[p->current].host : TEXT(""),
            .address = address,
            .reason = reason_word(p->reason)});
    memory_give(&w->memory, rows, size ? size : 1);
    return cause;
}

void mx_plan_end(struct mx_plan *p, struct host *h)
{
    struct memory *m = &h->world->memory;

    for (uint32_t i = 0; i < p->count; i++)
        memory_give(m, (char *)(uintptr_t)p->candidates[i].host.at, p->candidates[i].host.size + 1);
    memory_give(m, p->candidates, p->room * sizeof *p->candidates);
    *p = (struct mx_plan){0};
}
