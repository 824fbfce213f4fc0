/*
 * policy_blocklist.c - is the client on somebody's list (RFC 5782)?
 *
 * The address, turned round, is asked as a name in the list's zone: 192.0.2.99 is 99.2.0.192.bl.example,
 * IPv6 goes by nibbles (2.1, 2.4).  An A record in 127.0.0.0/8 says listed, the TXT beside it why.
 * No such name: not listed.  No answer: not listed either, since a list that is down must not stop the
 * mail of the world.
 */
#include "sim/agents/policy/policy_filter.h"
#include "sim/agents/policy/policy_rules.h"

#include "sim/dns/blocklist_name.h"

struct lookup {
    struct dns_asking asking;
    struct judgement *judgement;
    uint32_t list;
    bool why; /* it is listed; the TXT is awaited */
    struct buffer name;
};

static bool says_listed(const struct dns_result *answer)
{
    for (uint32_t i = 0; i < answer->count; i++) {
        const struct dns_record *r = &answer->records[i];
        if (r->type == DNS_A && r->address.octets[0] == 127)
            return true;
    }
    return false;
}

static void record(struct judgement *j, struct text zone, const char *more)
{
    struct buffer rule;

    buffer_init(&rule, &j->q->host->world->memory);
    buffer_put_string(&rule, "blocklist ");
    buffer_put_text(&rule, zone);
    buffer_put_string(&rule, more);
    judge_record(j, buffer_text(&rule), j->q->client.address_text,
                 j->q->client.address->family == ADDRESS_IPV6 ? TEXT("RFC 5782 2.4")
                                                              : TEXT("RFC 5782 2.1"));
    buffer_free(&rule);
}

/* Listed: the words of its TXT, if there are any, go to the client. */
static void refuse(struct judgement *j, struct text zone, const struct dns_result *why)
{
    struct buffer *words = &policy_filter(j->q->host)->words;

    buffer_clear(words);
    buffer_put_string(words, "your address is listed by ");
    buffer_put_text(words, zone);
    for (uint32_t i = 0; i < why->count; i++)
        if (why->records[i].type == DNS_TXT) {
            buffer_put_string(words, ": ");
            dns_txt_join(words, why->records[i].strings);
            break;
        }
    judge_refuse(j, 550, TEXT("5.7.1"), buffer_text(words));
    record(j, zone, "");
}

/* What one answer means: DECIDED, or WAITS for the next question (with *list and *why moved on). */
static enum judge_step understand(struct judgement *j, uint32_t *list, bool *why,
                                  const struct dns_result *answer)
{
    struct text zone = j->q->host->mta->config.filter.blocklists[*list];

    j->where.cause = answer->cause;
    if (*why) {
        refuse(j, zone, answer);
        return JUDGE_DECIDED;
    }
    if (says_listed(answer)) {
        *why = true;
        return JUDGE_WAITS;
    }
    bool silent = answer->outcome == DNS_TIMED_OUT || answer->outcome == DNS_FAILED;
    record(j, zone, silent ? ": no answer" : ": not listed");
    ++*list;
    return JUDGE_WAITS;
}

static void end(struct judgement *held)
{
    struct lookup *l = held->state;

    dns_cancel(&l->asking);
    buffer_free(&l->name);
    memory_give(&held->q->host->world->memory, l, sizeof *l);
}

static void answered(void *world, struct dns_asking *self, const struct dns_result *answer);

/* Asks one list after the other, from the cache as long as it knows. */
static enum judge_step ask(struct judgement *j, uint32_t list, bool why)
{
    struct host *h = j->q->host;
    const struct filter_config *c = &h->mta->config.filter;
    struct buffer name;

    while (list < c->blocklist_count) {
        struct dns_result answer;
        uint16_t type = why ? DNS_TXT : DNS_A;

        buffer_init(&name, &h->world->memory);
        blocklist_put_name(&name, j->q->client.address, c->blocklists[list]);
        if (!dns_peek(host_resolver(h), buffer_text(&name), type, j->where.cause, j->where.mail,
                      &answer)) {
            struct judgement *held = judge_hold(j);
            struct lookup *l = MEMORY_NEW(&h->world->memory, struct lookup);
            *l = (struct lookup){.judgement = held, .list = list, .why = why, .name = name};
            l->asking = (struct dns_asking){.answered = answered, .mail = held->where.mail};
            judge_wait(held, l, end);
            dns_ask(host_resolver(h), &l->asking, buffer_text(&l->name), type, held->where.cause);
            return JUDGE_WAITS;
        }
        enum judge_step step = understand(j, &list, &why, &answer);
        buffer_free(&name);
        if (step == JUDGE_DECIDED)
            return step;
    }
    return JUDGE_PASS;
}

static void answered(void *world, struct dns_asking *self, const struct dns_result *answer)
{
    struct lookup *l = EVENT_OWNER(self, struct lookup, asking);
    struct judgement *j = l->judgement;
    uint32_t list = l->list;
    bool why = l->why;

    (void)world;
    enum judge_step step = understand(j, &list, &why, answer);
    judge_wake(j);
    if (step == JUDGE_WAITS)
        step = ask(j, list, why);
    if (step != JUDGE_WAITS)
        judge_go_on(j, step);
}

enum judge_step policy_rule_blocklists(struct judgement *j)
{
    const struct judge_question *q = j->q;

    if (q->host->mta->config.filter.blocklist_count == 0 || policy_trusts(q->host, &q->client) ||
        policy_spares(j))
        return JUDGE_PASS;
    return ask(j, 0, false);
}
