/*
 * policy_spf.c - may this client speak for the sender's domain?  SPF (RFC 7208) as a rule at MAIL.
 *
 * The check itself is pure (spf.h); here are its questions, their answers for as long as it takes, the
 * verdict, and the field Received-SPF that goes above our Received (9.1).
 */
#include "sim/agents/policy/policy_filter.h"
#include "sim/agents/policy/policy_rules.h"
#include "sim/agents/spf/spf.h"
#include "sim/dns/name.h"

/* What DNS has said during this check; it does not change while the check goes on. */
struct said {
    struct said *next;
    struct text name;
    struct dns_result result;
    size_t size; /* of result.records */
};

struct run {
    struct dns_asking asking;
    struct judgement *judgement; /* NULL: it has not had to wait yet */
    struct spf_check check;
    struct host *host;
    struct said *said;
    struct buffer name; /* in the spelling of DNS */
    uint64_t cause;
    struct text mail;
};

/* ---- answers ----------------------------------------------------------------------------------------- */

static const struct dns_result *keep(struct run *r, struct text name, uint16_t type,
                                     const struct dns_result *answer)
{
    struct memory *m = &r->host->world->memory;
    struct said *s = MEMORY_NEW(m, struct said);

    s->name = text_copy(m, name);
    s->result = *answer;
    s->result.type = type;
    s->size = dns_records_size(answer->records, answer->count);
    s->result.records = s->size ? dns_records_copy(memory_take(m, s->size), answer->records,
                                                   answer->count, TEXT(""))
                                : NULL;
    s->next = r->said;
    r->said = s;
    r->cause = answer->cause;
    return &s->result;
}

static const struct dns_result *look(void *context, struct text name, uint16_t type)
{
    static const struct dns_result nothing = {.outcome = DNS_NO_NAME};
    struct run *r = context;
    struct dns_result answer;
    char spelling[DNS_NAME_TEXT_MAX];
    struct text proper = text_from(spelling, dns_name_normalise(name, spelling));

    if (proper.size == 0)
        return &nothing;
    for (const struct said *s = r->said; s; s = s->next)
        if (s->result.type == type && text_equal_nocase(s->name, proper))
            return &s->result;
    if (dns_peek(host_resolver(r->host), proper, type, r->cause, r->mail, &answer))
        return keep(r, proper, type, &answer);
    buffer_clear(&r->name);
    buffer_put_text(&r->name, proper);
    return NULL;
}

static void release(struct run *r)
{
    struct memory *m = &r->host->world->memory;

    dns_cancel(&r->asking);
    spf_free(&r->check);
    buffer_free(&r->name);
    while (r->said) {
        struct said *s = r->said;
        r->said = s->next;
        memory_give(m, (char *)(uintptr_t)s->name.at, s->name.size + 1);
        memory_give(m, (void *)(uintptr_t)s->result.records, s->size);
        memory_give(m, s, sizeof *s);
    }
    memory_give(m, r, sizeof *r);
}

static void begin_check(struct run *r, const struct judge_question *q)
{
    bool null = q->path->null;

    spf_init(&r->check, &r->host->world->memory,
             &(struct spf_identity){.client = *q->client.address,
                                    .local = null ? TEXT("") : q->path->mailbox.local,
                                    .domain = null ? q->hello : q->path->mailbox.domain,
                                    .helo = q->hello,
                                    .receiver = q->host->name,
                                    .unix_s = world_unix(q->host->world)});
    r->check.look = look;
    r->check.context = r;
}

/* ---- the verdict --------------------------------------------------------------------------------------- */

static void put_pair(struct buffer *b, const char *key, struct text value, const char *end)
{
    buffer_put_string(b, key);
    buffer_put_char(b, '=');
    buffer_put_char(b, '"');
    for (size_t i = 0; i < value.size; i++) {
        if (value.at[i] == '"' || value.at[i] == '\\')
            buffer_put_char(b, '\\');
        buffer_put_char(b, value.at[i]);
    }
    buffer_put_char(b, '"');
    buffer_put_string(b, end);
}

/* 9.1 */
static void note_field(struct judgement *j, enum spf_result result)
{
    struct judge_notes *notes = judge_notes(j);
    const struct judge_question *q = j->q;
    struct buffer *b = notes ? &notes->fields : NULL;

    if (!b)
        return;
    buffer_clear(b);
    buffer_put_string(b, "Received-SPF: ");
    buffer_put_text(b, spf_result_word(result));
    buffer_put_string(b, "\r\n\treceiver=");
    buffer_put_text(b, q->host->name);
    buffer_put_string(b, "; client-ip=");
    buffer_put_text(b, q->client.address_text);
    buffer_put_string(b, ";\r\n\t");
    put_pair(b, "envelope-from", q->path->null ? TEXT("") : q->subject, ";\r\n\t");
    put_pair(b, "helo", q->hello, ";\r\n\t");
    buffer_put_string(b, q->path->null ? "identity=helo\r\n" : "identity=mailfrom\r\n");
}

static void record(struct judgement *j, const struct run *r, enum spf_result result)
{
    struct buffer rule;

    buffer_init(&rule, &j->q->host->world->memory);
    buffer_put_string(&rule, "SPF ");
    buffer_put_text(&rule, spf_result_word(result));
    if (r->check.term.size) {
        buffer_put_string(&rule, ": ");
        buffer_put_text(&rule, buffer_text(&r->check.term));
    }
    judge_record(j, buffer_text(&rule), j->q->subject, TEXT("RFC 7208 2.6"));
    buffer_free(&rule);
}

static enum judge_step decide(struct judgement *j, const struct run *r, enum spf_result result)
{
    const struct judge_question *q = j->q;
    struct buffer *words;

    j->where.cause = r->cause;
    if (q->host->mta->config.filter.spf != SPF_REFUSE || result != SPF_FAIL) {
        note_field(j, result);
        record(j, r, result);
        return JUDGE_PASS;
    }
    words = &policy_filter(q->host)->words;
    buffer_clear(words);
    buffer_put_string(words, "the sender's domain does not let ");
    buffer_put_text(words, q->client.address_text);
    buffer_put_string(words, " speak for it");
    if (r->check.words.size) { /* 6.2: what the domain itself says */
        buffer_put_string(words, "; it says: ");
        buffer_put_text(words, buffer_text(&r->check.words));
    }
    judge_refuse(j, 550, TEXT("5.7.23"), buffer_text(words));
    record(j, r, result);
    return JUDGE_DECIDED;
}

/* ---- waiting ------------------------------------------------------------------------------------------- */

static void end(struct judgement *held)
{
    release(held->state);
}

static void answered(void *world, struct dns_asking *self, const struct dns_result *answer);

static void ask(struct run *r)
{
    r->asking = (struct dns_asking){.answered = answered, .mail = r->mail};
    dns_ask(host_resolver(r->host), &r->asking, buffer_text(&r->name), r->check.type, r->cause);
}

static void answered(void *world, struct dns_asking *self, const struct dns_result *answer)
{
    struct run *r = EVENT_OWNER(self, struct run, asking);
    struct judgement *j = r->judgement;

    (void)world;
    keep(r, buffer_text(&r->name), r->check.type, answer);
    enum spf_result result = spf_check(&r->check);
    if (result == SPF_WAITS) {
        ask(r);
        return;
    }
    enum judge_step step = decide(j, r, result);
    judge_wake(j);
    judge_go_on(j, step);
}

enum judge_step policy_rule_spf(struct judgement *j)
{
    const struct judge_question *q = j->q;

    if (q->host->mta->config.filter.spf == SPF_OFF || policy_trusts(q->host, &q->client))
        return JUDGE_PASS;
    struct run *r = MEMORY_NEW(&q->host->world->memory, struct run);
    r->host = q->host;
    r->cause = j->where.cause;
    r->mail = j->where.mail;
    buffer_init(&r->name, &q->host->world->memory);
    begin_check(r, q);
    enum spf_result result = spf_check(&r->check);
    if (result != SPF_WAITS) {
        enum judge_step step = decide(j, r, result);
        release(r);
        return step;
    }
    struct judgement *held = judge_hold(j);
    uint16_t type = r->check.type;
    spf_free(&r->check); /* the texts of the question may go: those of the held one stay */
    begin_check(r, held->q);
    r->check.type = type;
    r->judgement = held;
    r->mail = held->where.mail;
    judge_wait(held, r, end);
    ask(r);
    return JUDGE_WAITS;
}
