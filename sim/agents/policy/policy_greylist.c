/*
 * policy_greylist.c - who is not known shall come again (RFC 6647).
 *
 * A server waits and tries again; a program that only pours out mail seldom does.  Three things make
 * an acquaintance: the client's address, the reverse-path, the forward-path (2.4).  Who came back once is
 * known by address, so that further letters of an honest server are not delayed (5).
 */
#include "sim/agents/policy/policy_filter.h"
#include "sim/agents/policy/policy_rules.h"

static void put_triple(struct buffer *b, const struct judge_question *q)
{
    buffer_clear(b);
    buffer_put_text(b, q->client.address_text);
    buffer_put_char(b, ' ');
    if (q->envelope && !q->envelope->sender.null)
        mail_address_put(b, &q->envelope->sender.mailbox);
    buffer_put_char(b, ' ');
    mail_address_put(b, &q->path->mailbox);
    for (size_t i = 0; i < b->size; i++)
        b->at[i] = ascii_lower(b->at[i]);
}

/* True if the triple may pass now. */
static bool passes(struct policy_filter *f, const struct greylist_config *c,
                   const struct judge_question *q, int64_t now_ns)
{
    put_triple(&f->words, q);
    struct text key = buffer_text(&f->words);
    struct recall_item *item = recall_make(&f->triples, key, now_ns, c->window_ns);

    if (!item->mark && now_ns - item->since_ns < c->delay_ns)
        return false;
    item->mark = 1;
    item->until_ns = now_ns + c->keep_ns;
    recall_make(&f->clients, q->client.address_text, now_ns, c->keep_ns)->until_ns =
        now_ns + c->keep_ns;
    return true;
}

enum judge_step policy_rule_greylist(struct judgement *j)
{
    const struct judge_question *q = j->q;
    const struct greylist_config *c = &q->host->mta->config.filter.greylist;
    int64_t now_ns = q->host->world->queue.now_ns;

    if (c->delay_ns == 0 || policy_trusts(q->host, &q->client) || policy_spares(j))
        return JUDGE_PASS;
    struct policy_filter *f = policy_filter(q->host);
    struct recall_item *known = recall_find(&f->clients, q->client.address_text, now_ns);
    if (known) {
        known->until_ns = now_ns + c->keep_ns;
        judge_record(j, TEXT("greylist: known"), q->client.address_text, TEXT("RFC 6647 5"));
        return JUDGE_PASS;
    }
    if (passes(f, c, q, now_ns)) {
        judge_record(j, TEXT("greylist: came back"), q->client.address_text, TEXT("RFC 6647 2.4"));
        return JUDGE_PASS;
    }
    judge_refuse(j, 451, TEXT("4.7.1"), TEXT("not known here yet, please try again later"));
    judge_record(j, TEXT("greylist"), q->client.address_text, TEXT("RFC 6647 2.4"));
    return JUDGE_DECIDED;
}
