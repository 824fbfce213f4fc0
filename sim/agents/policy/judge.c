/*
 * judge.c - the lists of rules, and going through one of them.
 */
#include "sim/agents/policy/judge.h"

#include <assert.h>

#include "sim/agents/policy/policy_filter.h"
#include "sim/agents/policy/policy_rules.h"

enum { RULES_MAX = 12 };

/* A row ends with NULL.  A rule finds out for itself whether it has a say in this case. */
static judge_rule *const rules[SMTP_QUESTION_COUNT][RULES_MAX] = {
    [SMTP_ASK_CONNECTION] = {policy_rule_connections},
    [SMTP_ASK_SENDER] = {policy_rule_submitter, policy_rule_sender_qualified,
                         policy_rule_sender_own, policy_rule_rate, policy_rule_queue,
                         policy_rule_null_mx, policy_rule_spf},
    [SMTP_ASK_RECIPIENT] = {policy_rule_recipient_qualified, policy_rule_relay,
                            policy_rule_blocklists, policy_rule_mailbox, policy_rule_room,
                            policy_rule_null_mx, policy_rule_callout, policy_rule_greylist},
    [SMTP_ASK_MESSAGE] = {policy_rule_hop_limit, policy_rule_queue},
};

static judge_rule *const lmtp_rules[SMTP_QUESTION_COUNT][RULES_MAX] = {
    [SMTP_ASK_RECIPIENT] = {policy_rule_lmtp_mailbox, policy_rule_room},
};

/* A judgement that waits, with copies of what the question borrowed for the moment. */
struct waiting {
    struct judgement judgement;
    struct judge_question question;
    struct mail_path path;
    struct buffer texts;
    void (*decided)(void *context, const struct policy_answer *answer);
    void *context;
};

uint32_t judge_asks(const struct host *h, bool submission, bool lmtp)
{
    uint32_t asks = SMTP_ASKS(SMTP_ASK_RECIPIENT) | SMTP_ASKS(SMTP_ASK_MESSAGE);

    if (lmtp)
        return asks;
    const struct filter_config *c = &h->mta->config.filter;
    if (submission || c->rate.mails || c->spf != SPF_OFF || policy_limits_queue(h) ||
        h->mta->config.null_mx_refused)
        asks |= SMTP_ASKS(SMTP_ASK_SENDER);
    if (c->connections)
        asks |= SMTP_ASKS(SMTP_ASK_CONNECTION);
    return asks;
}

/* From rule j->at on.  JUDGE_WAITS: j->held knows the rest. */
static enum judge_step run(struct judgement *j)
{
    judge_rule *const *list = j->q->rules  ? j->q->rules
                              : j->q->lmtp ? lmtp_rules[j->q->at]
                                           : rules[j->q->at];

    for (; list[j->at]; j->at++) {
        enum judge_step step = list[j->at](j);
        if (step == JUDGE_WAITS)
            return step;
        if (step == JUDGE_DECIDED)
            break;
    }
    return policy_tarpit(j) ? JUDGE_WAITS : JUDGE_DECIDED;
}

struct judgement *judge(const struct judge_question *q, struct policy_answer *answer,
                        void (*decided)(void *context, const struct policy_answer *answer),
                        void *context)
{
    struct judgement j = {
        .q = q, .answer = {.verdict = POLICY_ACCEPT, .code = 250}, .where = q->where};

    if (run(&j) != JUDGE_WAITS) {
        assert(!j.held);
        *answer = j.answer;
        answer->cause = j.where.cause;
        return NULL;
    }
    struct waiting *w = EVENT_OWNER(j.held, struct waiting, judgement);
    w->decided = decided;
    w->context = context;
    return j.held;
}

/* ---- waiting -------------------------------------------------------------------------------------- */

static void put_path(struct buffer *b, const struct mail_path *p)
{
    buffer_put_text(b, p->route);
    buffer_put_text(b, p->mailbox.local);
    buffer_put_text(b, p->mailbox.domain);
}

static struct text next(struct text *rest, struct text like)
{
    struct text t = text_from(rest->at, like.size);

    *rest = text_after(*rest, like.size);
    return t;
}

/* Subject, names and path lie in acts or in the observer's hands; copies of all of them in one block. */
static void keep_texts(struct waiting *w)
{
    struct judge_question *q = &w->question;
    const struct mail_path *path = q->path;

    buffer_put_text(&w->texts, q->subject);
    buffer_put_text(&w->texts, q->hello);
    buffer_put_text(&w->texts, q->where.mail);
    buffer_put_text(&w->texts, q->where.queue);
    if (path)
        put_path(&w->texts, path);
    struct text rest = buffer_text(&w->texts);
    q->subject = next(&rest, q->subject);
    q->hello = next(&rest, q->hello);
    q->where.mail = next(&rest, q->where.mail);
    q->where.queue = next(&rest, q->where.queue);
    if (!path)
        return;
    w->path = *path;
    w->path.route = next(&rest, path->route);
    w->path.mailbox.local = next(&rest, path->mailbox.local);
    w->path.mailbox.domain = next(&rest, path->mailbox.domain);
    q->path = &w->path;
}

struct judgement *judge_hold(struct judgement *j)
{
    struct memory *m = &j->q->host->world->memory;

    if (j->held)
        return j->held;
    struct waiting *w = MEMORY_NEW(m, struct waiting);
    w->judgement = *j;
    w->question = *j->q;
    buffer_init(&w->texts, m);
    keep_texts(w);
    w->judgement.q = &w->question;
    w->judgement.where.mail = w->question.where.mail;
    w->judgement.where.queue = w->question.where.queue;
    w->judgement.held = &w->judgement;
    j->held = &w->judgement;
    return j->held;
}

void judge_wait(struct judgement *held, void *state, void (*end)(struct judgement *held))
{
    assert(held->held == held && !held->end);
    held->state = state;
    held->end = end;
}

static void release(struct judgement *held)
{
    struct waiting *w = EVENT_OWNER(held, struct waiting, judgement);

    buffer_free(&w->texts);
    memory_give(&w->question.host->world->memory, w, sizeof *w);
}

static void tell(struct judgement *held)
{
    struct waiting *w = EVENT_OWNER(held, struct waiting, judgement);

    held->answer.cause = held->where.cause;
    w->decided(w->context, &held->answer);
}

void judge_wake(struct judgement *held)
{
    assert(held->held == held && held->end);
    held->end(held);
    held->state = NULL;
    held->end = NULL;
}

void judge_go_on(struct judgement *held, enum judge_step step)
{
    assert(held->held == held && !held->end && step != JUDGE_WAITS);
    if (step == JUDGE_PASS) {
        held->at++;
        step = run(held);
    } else if (policy_tarpit(held)) {
        step = JUDGE_WAITS;
    }
    if (step == JUDGE_WAITS)
        return;
    tell(held);
    release(held);
}

void judge_tell(struct judgement *held)
{
    tell(held);
    judge_wake(held);
    release(held);
}

void judge_cancel(struct judgement *j)
{
    if (!j)
        return;
    judge_wake(j);
    release(j);
}

/* ---- notes --------------------------------------------------------------------------------------- */

struct judge_notes *judge_notes(struct judgement *j)
{
    struct memory *m = &j->q->host->world->memory;
    struct judge_notes **at = j->q->notes;

    if (!at)
        return NULL;
    if (!*at) {
        *at = MEMORY_NEW(m, struct judge_notes);
        buffer_init(&(*at)->fields, m);
    }
    return *at;
}

void judge_notes_free(struct judge_notes *notes)
{
    if (!notes)
        return;
    struct memory *m = notes->fields.memory;
    buffer_free(&notes->fields);
    memory_give(m, notes, sizeof *notes);
}

/* ---- verdicts ------------------------------------------------------------------------------------ */

void judge_refuse(struct judgement *j, int code, struct text enhanced, struct text text)
{
    j->answer = (struct policy_answer){.verdict = code / 100 == 5 ? POLICY_REFUSE : POLICY_DEFER,
                                       .code = code,
                                       .enhanced = enhanced,
                                       .text = text};
}

void judge_record(struct judgement *j, struct text rule, struct text subject, struct text reference)
{
    const struct policy_answer *a = &j->answer;
    struct text verdict = a->verdict == POLICY_ACCEPT   ? TEXT("accept")
                          : a->verdict == POLICY_REFUSE ? TEXT("refuse")
                                                        : TEXT("defer");

    j->where.cause = trace_emit_policy_decision(
        &j->q->host->world->trace, &j->where,
        &(struct trace_policy_decision){.at = smtp_question_name(j->q->at),
                                        .verdict = verdict,
                                        .code = a->code,
                                        .enhanced = a->enhanced,
                                        .rule = rule,
                                        .subject = subject,
                                        .reference = reference});
}
