/*
 * policy_callout.c - does the next host know the recipient?  ("recipients": "ask")
 *
 * A host that has no list of the mailboxes behind it can ask the one that does: it names the recipient
 * there, with the null reverse-path, and goes away without a message (probe.h).  Asked are the recipients of
 * its own domains that it hands over, and those that anybody may send to by an "allow to DOMAIN" rule; not
 * those to whom a client of ours writes, since to ask strangers about strangers would be a nuisance.
 *
 *   yes                          remembered for a day
 *   no (5yz)                     remembered for two hours; the client gets 550 with the next host's words
 *   it cannot be asked now       450, and nothing is remembered
 *
 * RFC 5321 leaves it to a server how it learns which recipients are good (3.3); these times are Exim's.
 */
#include "sim/agents/delivery/probe.h"
#include "sim/agents/mail_routing/route_mail.h"
#include "sim/agents/policy/policy_rules.h"
#include "sim/kernel/clock.h"

static const int64_t YES_NS = CLOCK_DAY, NO_NS = 2 * CLOCK_HOUR;

struct memory_of_one {
    int64_t until_ns;
    bool welcome;
    struct text enhanced, words; /* of a no; our own copies */
};

struct callouts {
    struct table names; /* address -> index */
    struct memory_of_one *rows;
    uint32_t count, room;
};

/* One question under way.  The judgement may end before the probe does, so the probe frees it. */
struct callout {
    struct host *host;
    struct judgement *held; /* NULL: nobody waits any more */
    struct dns_asking asking;
    bool probing;
    struct hop hop;
    struct mx_plan plan;
    struct text recipient; /* our own copy */
};

/* ---- what is remembered ----------------------------------------------------------------------------- */

static const struct memory_of_one *recall(const struct host *h, struct text recipient)
{
    const struct callouts *c = h->mta->callouts;
    uint32_t i = c ? table_get(&c->names, recipient) : TABLE_NONE;

    return i != TABLE_NONE && h->world->queue.now_ns < c->rows[i].until_ns ? &c->rows[i] : NULL;
}

static void forget_words(struct memory *m, const struct memory_of_one *row)
{
    const struct text texts[] = {row->enhanced, row->words};

    for (size_t i = 0; i < 2; i++)
        if (texts[i].at)
            memory_give(m, (char *)(uintptr_t)texts[i].at, texts[i].size + 1);
}

static struct memory_of_one *row_for(struct host *h, struct text recipient)
{
    struct memory *m = &h->world->memory;
    struct callouts *c = h->mta->callouts;

    if (!c) {
        c = h->mta->callouts = MEMORY_NEW(m, struct callouts);
        table_init(&c->names, m, true);
    }
    uint32_t i = table_get(&c->names, recipient);
    if (i != TABLE_NONE) {
        forget_words(m, &c->rows[i]);
        return &c->rows[i];
    }
    if (c->count == c->room) {
        uint32_t room = c->room ? 2 * c->room : 8;
        c->rows = memory_grow(m, c->rows, c->room * sizeof *c->rows, room * sizeof *c->rows);
        c->room = room;
    }
    table_set(&c->names, text_copy(m, recipient), c->count);
    return &c->rows[c->count++];
}

/* A no in the words of whoever said it. */
static void remember(struct host *h, struct text recipient, struct text server,
                     const struct probe_answer *a)
{
    struct memory_of_one *row = row_for(h, recipient);
    bool welcome = a->fate == SMTP_FATE_WELCOME;
    struct buffer words;

    *row = (struct memory_of_one){.until_ns = h->world->queue.now_ns + (welcome ? YES_NS : NO_NS),
                                  .welcome = welcome};
    if (welcome)
        return;
    row->enhanced = text_copy(&h->world->memory, a->enhanced.size ? a->enhanced : TEXT("5.1.1"));
    buffer_init(&words, &h->world->memory);
    buffer_put_text(&words, server);
    buffer_put_string(&words, " says: ");
    buffer_put_text(&words, a->text);
    row->words = text_copy(&h->world->memory, buffer_text(&words));
    buffer_free(&words);
}

static enum judge_step apply(struct judgement *j, const struct memory_of_one *row, const char *rule)
{
    if (!row->welcome)
        judge_refuse(j, 550, row->enhanced, row->words);
    judge_record(j, text_of(rule), j->q->subject, TEXT("RFC 5321 3.3"));
    return row->welcome ? JUDGE_PASS : JUDGE_DECIDED;
}

/* ---- asking ----------------------------------------------------------------------------------------- */

static void forget(struct callout *c)
{
    struct host *h = c->host;

    mx_plan_end(&c->plan, h);
    memory_give(&h->world->memory, (char *)(uintptr_t)c->recipient.at, c->recipient.size + 1);
    memory_give(&h->world->memory, c, sizeof *c);
}

/* Of judge_wait(): the session is gone, or the answer is there. */
static void end(struct judgement *held)
{
    struct callout *c = held->state;

    c->held = NULL;
    dns_cancel(&c->asking);
    if (!c->probing)
        forget(c);
}

static void cannot_ask(struct callout *c)
{
    struct judgement *j = c->held;

    judge_refuse(j, 450, TEXT("4.4.1"),
                 TEXT("the host behind this one cannot be asked now about the recipient"));
    judge_record(j, TEXT("call-out"), j->q->subject, TEXT("RFC 5321 3.3"));
    judge_wake(j);
    judge_go_on(j, JUDGE_DECIDED);
}

static void told(void *context, struct host *h, const struct probe_answer *answer);
static void gone(void *context);

static struct text server_of(const struct callout *c)
{
    return c->hop.kind == HOP_MX ? c->plan.candidates[c->plan.current].host : c->hop.host;
}

static void ask_host(struct callout *c, uint64_t cause)
{
    c->probing = true;
    probe_start(c->host,
                &(struct probe_question){.server = server_of(c),
                                         .port = c->hop.port,
                                         .lmtp = c->hop.kind == HOP_LMTP,
                                         .recipient = c->recipient,
                                         .told = told,
                                         .gone = gone,
                                         .context = c},
                cause);
}

static void told(void *context, struct host *h, const struct probe_answer *a)
{
    struct callout *c = context;
    bool known = a->fate == SMTP_FATE_WELCOME || a->fate == SMTP_FATE_REFUSED;

    c->probing = false;
    if (known)
        remember(h, c->recipient, server_of(c), a);
    if (!c->held) {
        forget(c);
        return;
    }
    struct judgement *j = c->held;
    j->where.cause = a->cause;
    if (known) {
        enum judge_step step = apply(j, recall(h, c->recipient), "call-out");
        judge_wake(j);
        judge_go_on(j, step);
    } else if (c->hop.kind == HOP_MX && mx_plan_next(&c->plan, TEXT("it cannot be asked"))) {
        ask_host(c, a->cause);
    } else {
        cannot_ask(c);
    }
}

/* The host goes down, and with it the probe and the session. */
static void gone(void *context)
{
    struct callout *c = context;

    c->probing = false;
    if (!c->held)
        forget(c);
}

static void mx_known(void *world, struct dns_asking *self, const struct dns_result *answer)
{
    struct callout *c = EVENT_OWNER(self, struct callout, asking);

    (void)world;
    c->held->where.cause = answer->cause;
    if (mx_plan_from_answer(&c->plan, c->host, c->hop.host, answer))
        ask_host(c, answer->cause);
    else
        cannot_ask(c);
}

static enum judge_step ask(struct judgement *j, const struct hop *hop)
{
    struct host *h = j->q->host;
    struct memory *m = &h->world->memory;
    struct judgement *held = judge_hold(j);
    struct callout *c = MEMORY_NEW(m, struct callout);

    *c = (struct callout){
        .host = h, .held = held, .hop = *hop, .recipient = text_copy(m, held->q->subject)};
    judge_wait(held, c, end);
    if (hop->kind == HOP_MX) {
        c->hop.host = held->q->path->mailbox.domain;
        c->asking = (struct dns_asking){.answered = mx_known};
        dns_ask(host_resolver(h), &c->asking, c->hop.host, DNS_MX, held->where.cause);
    } else {
        ask_host(c, held->where.cause);
    }
    return JUDGE_WAITS;
}

enum judge_step policy_rule_callout(struct judgement *j)
{
    const struct judge_question *q = j->q;
    struct host *h = q->host;
    struct text domain = q->path->mailbox.domain;

    if (h->mta->config.recipients != RECIPIENTS_ASK || domain.size == 0)
        return JUDGE_PASS;
    if (!policy_is_local(h, domain)) {
        const struct relay_rule *rule = policy_relay_rule(h, &q->client, domain);
        if (!rule || rule->match != RELAY_TO)
            return JUDGE_PASS;
    }
    const struct hop hop = route_mail(
        h->mta->queue, &(struct queue_recipient){.address = q->subject, .domain = domain});
    if (hop.kind != HOP_LMTP && hop.kind != HOP_SMARTHOST && hop.kind != HOP_MX)
        return JUDGE_PASS; /* this host knows by itself */
    const struct memory_of_one *row = recall(h, q->subject);
    return row ? apply(j, row, "call-out, remembered") : ask(j, &hop);
}
