/*
 * What lies at a host, what its resolver knows, what its rules said, and the state of a session.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "sim/explain/machine.h"
#include "sim/kernel/clock.h"
#include "sim/replay/cache.h"
#include "sim/replay/holdings.h"
#include "sim/replay/rules.h"
#include "sim/replay/session.h"
#include "tests/replay_lab.h"

#define NONE RECORDING_NONE
#define EQUAL(got, want)                                                                           \
    do {                                                                                           \
        struct text g = (got);                                                                     \
        cr_assert(text_equal(g, text_of(want)), "\"%.*s\" instead of \"%s\"", TEXT_ARG(g), want);  \
    } while (0)

/* The host's last record up to `index`, the slow way. */
static uint32_t last_of(const struct recording *r, uint32_t host, uint32_t index)
{
    for (uint32_t i = index + 1; i-- > 0;)
        if (r->lines[i].host == host)
            return i;
    return NONE;
}

/* ---- the queue is what an independent fold finds ------------------------------------------------ */

enum { QUEUE_MAX = 512 };

struct in_queue {
    uint32_t host;
    struct text queue;
    int64_t tries[128], next[128];
    struct text recipients[128];
    uint32_t count;
};

static struct in_queue kept[QUEUE_MAX];
static uint32_t kept_count, queues_seen;

static void fold(const struct recording *r, uint32_t i)
{
    const struct recording_line *line = &r->lines[i];
    struct text queue = line->record->where.queue;

    if (line->record->kind == TRACE_QUEUE_ENTERED) {
        const struct trace_queue_entered *e = line->record->data;
        cr_assert_lt(kept_count, QUEUE_MAX);
        struct in_queue *q = &kept[kept_count++];
        *q = (struct in_queue){.host = line->host, .queue = queue, .count = e->recipients.count};
        for (uint32_t k = 0; k < q->count; k++) {
            q->recipients[k] = e->recipients.items[k];
            q->next[k] = -1;
        }
        return;
    }
    for (uint32_t n = 0; n < kept_count; n++) {
        struct in_queue *q = &kept[n];

        if (q->host != line->host || !text_equal(q->queue, queue))
            continue;
        if (line->record->kind == TRACE_QUEUE_REMOVED) {
            kept_count--;
            memmove(q, q + 1, (kept_count - n) * sizeof *q);
            return;
        }
        for (uint32_t k = 0; k < q->count; k++) {
            const struct trace_queue_deferred *d = line->record->data;
            const struct trace_queue_attempt *a = line->record->data;

            if (line->record->kind == TRACE_QUEUE_DEFERRED &&
                text_equal(d->recipient, q->recipients[k]))
                q->next[k] = d->next_try_ns;
            for (uint32_t j = 0;
                 line->record->kind == TRACE_QUEUE_ATTEMPT && j < a->recipients.count; j++)
                if (text_equal(a->recipients.items[j], q->recipients[k])) {
                    q->tries[k] = a->attempt;
                    q->next[k] = -1;
                }
        }
    }
}

static void same_queue(struct replay_lab *l, const struct recording *r, uint32_t host,
                       uint32_t index, const char *name)
{
    uint32_t out[QUEUE_MAX], count = holdings_queue(r, host, index, out, QUEUE_MAX), n = 0;

    for (uint32_t i = 0; i < kept_count; i++) {
        struct queued q;

        if (kept[i].host != host)
            continue;
        cr_assert_lt(n, count, "%s: record %u", name, index);
        holdings_queued(&q, l->memory, r, out[n], index);
        cr_assert(text_equal(r->entries[out[n++]].queue, kept[i].queue), "%s: record %u: order",
                  name, index);
        cr_assert_eq(q.recipient_count, kept[i].count);
        for (uint32_t k = 0; k < q.recipient_count; k++) {
            const struct queued_recipient *to = &q.recipients[k];

            cr_assert_eq(to->tries, kept[i].tries[k]);
            cr_assert((to->state == QUEUED_WAITS ? to->next_try_ns : -1) == to->next_try_ns);
            cr_assert(to->state >= QUEUED_FAILED || to->next_try_ns == kept[i].next[k]);
            queues_seen++;
        }
    }
    cr_assert_eq(n, count, "%s: record %u", name, index);
    if (count > 1) { /* with less room: the newest */
        uint32_t few[1];
        cr_assert_eq(holdings_queue(r, host, index, few, 1), 1);
        cr_assert_eq(few[0], out[count - 1]);
    }
}

static void queues(struct replay_lab *l, const char *name)
{
    struct recording r;

    replay_lab_record(&r, l);
    kept_count = 0;
    for (uint32_t i = 0; i < r.count; i++) {
        enum trace_kind kind = r.lines[i].record->kind;

        if (kind != TRACE_QUEUE_ENTERED && kind != TRACE_QUEUE_REMOVED &&
            kind != TRACE_QUEUE_DEFERRED && kind != TRACE_QUEUE_ATTEMPT)
            continue;
        fold(&r, i);
        for (uint32_t h = 0; h < l->cast.host_count; h++)
            same_queue(l, &r, h, i, name);
    }
}

Test(holdings, a_queue_is_what_another_fold_finds)
{
    replay_lab_each(WATCHED_LAYERS, queues);
    cr_assert_gt(queues_seen, 500);
}

Test(holdings, a_message_that_waits_says_until_when_and_why)
{
    struct replay_lab l;
    struct recording r;
    struct queued q;
    uint32_t entry;

    replay_lab_run(&l, "closed-for-lunch", WATCHED_LAYERS);
    replay_lab_record(&r, &l);
    uint32_t at = replay_lab_nth(&r, TRACE_QUEUE_DEFERRED, "mail.uni.example", 2);
    cr_assert_eq(holdings_queue(&r, r.lines[at].host, at, &entry, 1), 1);
    holdings_queued(&q, l.memory, &r, entry, at);
    cr_assert(q.recipient_count == 1 && q.left == 1 && q.recipients[0].state == QUEUED_WAITS);
    cr_assert(q.recipients[0].tries == 3 && q.recipients[0].code == 450);
    EQUAL(q.recipients[0].reason, "closed for lunch");
    EQUAL(q.sender, "alice@uni.example");
    holdings_queued(&q, l.memory, &r, entry, q.entered);
    cr_assert(q.recipients[0].state == QUEUED_NEW && q.recipients[0].tries == 0);
    cr_assert_eq(holdings_queue(&r, r.lines[at].host, r.count - 1, &entry, 1), 0);
    replay_lab_free(&l);
}

/* ---- mailboxes ---------------------------------------------------------------------------------- */

static void mailboxes(struct replay_lab *l, const char *name)
{
    struct recording r;
    struct shelved s[QUEUE_MAX];

    replay_lab_record(&r, l);
    for (uint32_t h = 0; h < l->cast.host_count; h++) {
        uint32_t put = 0, got = 0;

        for (uint32_t i = 0; i < r.count; i++) {
            put += r.lines[i].host == h && r.lines[i].record->kind == TRACE_MAIL_DELIVERED;
            got += r.lines[i].host == h && r.lines[i].record->kind == TRACE_MAIL_COLLECTED;
        }
        cr_assert_eq(holdings_letters(s, QUEUE_MAX, &r, last_of(&r, h, r.count - 1), r.count - 1),
                     put + got, "%s", name);
        for (uint32_t i = 1; i < put + got; i++)
            cr_assert_lt(s[i].record, s[i - 1].record);
    }
}

Test(holdings, mailboxes_have_what_was_delivered)
{
    replay_lab_each(WATCHED_LAYERS, mailboxes);
}

Test(holdings, a_letter_that_was_fetched_is_gone_after_quit)
{
    struct replay_lab l;
    struct recording r;
    struct shelved s[4];

    replay_lab_run(&l, "first-letter", WATCHED_LAYERS);
    replay_lab_record(&r, &l);
    uint32_t store = cast_host(&l.cast, TEXT("store.shop.example"));
    uint32_t put = replay_lab_nth(&r, TRACE_MAIL_DELIVERED, "store.shop.example", 0);
    uint32_t got = replay_lab_nth(&r, TRACE_MAIL_COLLECTED, "bob-pc", 0);
    cr_assert_eq(holdings_letters(s, 4, &r, last_of(&r, store, put - 1), put - 1), 0);
    cr_assert_eq(holdings_letters(s, 4, &r, put, put), 1);
    EQUAL(s[0].mailbox, "bob");
    cr_assert(s[0].collected == NONE && !s[0].removed && s[0].time_ns > 0);
    cr_assert_eq(holdings_letters(s, 4, &r, last_of(&r, store, got), got), 1);
    cr_assert(s[0].collected == got && !s[0].removed, "DELE has not been sent yet");
    uint32_t end = r.count - 1;
    cr_assert_eq(holdings_letters(s, 4, &r, last_of(&r, store, end), end), 1);
    cr_assert(s[0].removed);
    cr_assert_eq(holdings_letters(s, 4, &r, last_of(&r, r.lines[got].host, end), end), 1);
    cr_assert_eq(s[0].record, got);
    replay_lab_free(&l);
}

/* ---- the cache ---------------------------------------------------------------------------------- */

static const struct cache_row *row_of(const struct cache_row *rows, uint32_t count,
                                      struct text name, struct text type)
{
    for (uint32_t i = 0; i < count; i++)
        if (text_equal_nocase(rows[i].name, name) && text_equal(rows[i].type, type))
            return &rows[i];
    return NULL;
}

static uint32_t hits_seen, asked_seen;

/* What a resolver takes from its cache is there with the TTL that it says; what it asks for is not. */
static void caches(struct replay_lab *l, const char *name)
{
    struct recording r;
    struct cache_row *rows;

    replay_lab_record(&r, l);
    for (uint32_t i = 1; i < r.count; i++) {
        const struct recording_line *line = &r.lines[i];

        if (line->record->kind == TRACE_DNS_CACHED) {
            const struct trace_dns_cached *c = line->record->data;
            uint32_t count = cache_rows(&rows, l->memory, QUEUE_MAX, &r, i, line->record->time_ns);
            const struct cache_row *row = row_of(rows, count, c->name, c->type);

            if (c->answers.count == 0)
                continue;
            cr_assert_not_null(row, "%s: record %u: %.*s", name, i, TEXT_ARG(c->name));
            cr_assert_eq(row->left_ns / CLOCK_SECOND, c->ttl_s, "%s: record %u", name, i);
            cr_assert_eq(row->count, c->answers.count);
            cr_assert_gt(row->hits, 0);
            cr_assert(text_ends_nocase(c->answers.items[0], row->data));
            hits_seen++;
        }
        if (line->record->kind == TRACE_DNS_QUERY &&
            line->record->where.side == TRACE_SIDE_CLIENT) {
            const struct trace_dns_query *q = line->record->data;
            uint32_t count = cache_rows(&rows, l->memory, QUEUE_MAX, &r, i, line->record->time_ns);
            const struct cache_row *row = row_of(rows, count, q->name, q->type);

            cr_assert(row == NULL || row->left_ns <= 0, "%s: record %u: %.*s", name, i,
                      TEXT_ARG(q->name));
            asked_seen++;
        }
    }
}

Test(cache, has_what_resolvers_find_in_theirs)
{
    replay_lab_each(WATCHED_LAYERS, caches);
    cr_assert_gt(hits_seen, 50);
    cr_assert_gt(asked_seen, 50);
}

Test(cache, entries_grow_old)
{
    struct replay_lab l;
    struct recording r;
    struct cache_row *rows;

    replay_lab_run(&l, "signpost", WATCHED_LAYERS);
    replay_lab_record(&r, &l);
    uint32_t at = replay_lab_nth(&r, TRACE_DNS_ANSWER, "mail.uni.example", 0);
    int64_t then = r.lines[at].record->time_ns;
    cr_assert_eq(cache_rows(&rows, l.memory, 9, &r, at, then), 1);
    EQUAL(rows[0].data, "10 post.shop.example");
    cr_assert(rows[0].ttl_s == 3600 && rows[0].left_ns == CLOCK_HOUR && rows[0].hits == 0);
    cache_rows(&rows, l.memory, 9, &r, at, then + CLOCK_MINUTE + 1);
    cr_assert_eq(rows[0].left_ns, 59 * CLOCK_MINUTE - 1);
    cache_rows(&rows, l.memory, 9, &r, at, then + CLOCK_HOUR);
    cr_assert_eq(rows[0].left_ns, 0);
    uint32_t end = last_of(&r, r.lines[at].host, r.count - 1);
    cr_assert_eq(cache_rows(&rows, l.memory, 9, &r, end, then), 2);
    EQUAL(rows[0].type, "A");
    cr_assert_eq(rows[1].hits, 1);
    cr_assert_eq(cache_rows(&rows, l.memory, 1, &r, end, then), 1);
    /* A name server answers; it caches nothing. */
    end = last_of(&r, cast_host(&l.cast, TEXT("ns.shop.example")), r.count - 1);
    cr_assert_eq(cache_rows(&rows, l.memory, 9, &r, end, then), 0);
    replay_lab_free(&l);
}

/* ---- rules -------------------------------------------------------------------------------------- */

Test(rules, say_who_was_passed_over_and_who_decided)
{
    struct replay_lab l;
    struct recording r;
    struct rules rules;

    replay_lab_run(&l, "closed-door", WATCHED_LAYERS);
    replay_lab_record(&r, &l);
    uint32_t isp = cast_host(&l.cast, TEXT("mail.isp.example")), seen[4] = {0};
    rules_at(&rules, l.memory, &r, isp, NONE);
    cr_assert(rules.relay_count == 3 && rules.record == NONE);
    cr_assert_eq(rules.relay[1].verdict, RULE_NOT_ASKED);
    for (uint32_t i = 0; i < r.count; i++) {
        if (r.lines[i].host != isp || r.lines[i].record->kind != TRACE_POLICY_RELAY)
            continue;
        const struct trace_policy_relay *p = RECORDING_DATA(&r.lines[i], policy_relay);
        uint32_t decided = 0;

        rules_at(&rules, l.memory, &r, isp, i);
        cr_assert(rules.record == i && rules.relay_count == 3);
        while (rules.relay[decided].verdict == RULE_PASSED)
            decided++;
        cr_assert_eq(rules.relay[decided].verdict, p->allowed ? RULE_ALLOWED : RULE_REFUSED);
        for (uint32_t k = decided + 1; k < 3; k++)
            cr_assert_eq(rules.relay[k].verdict, RULE_NOT_ASKED);
        seen[decided]++;
    }
    cr_assert(seen[0] == 4 && seen[1] == 2 && seen[2] == 2, "%u local, %u in range, %u refused",
              seen[0], seen[1], seen[2]);
    replay_lab_free(&l);
}

Test(rules, keep_the_last_verdict_of_each_other_rule)
{
    struct replay_lab l;
    struct recording r;
    struct rules rules;

    replay_lab_run(&l, "two-of-three", WATCHED_LAYERS);
    replay_lab_record(&r, &l);
    uint32_t refused = replay_lab_nth(&r, TRACE_POLICY_DECISION, "mail.shop.example", 0);
    rules_at(&rules, l.memory, &r, r.lines[refused].host, refused - 1);
    cr_assert_eq(rules.other_count, 0);
    rules_at(&rules, l.memory, &r, r.lines[refused].host, refused);
    cr_assert(rules.other_count == 1 && rules.others[0] == refused);
    EQUAL(RECORDING_DATA(&r.lines[refused], policy_decision)->rule, "mailbox");
    replay_lab_free(&l);
}

/* ---- sessions, and the machines that they run on ------------------------------------------------ */

static uint32_t moves_seen;

/* Every change of state is an arrow of the table, and the state of a session is where its last led. */
static void sessions(struct replay_lab *l, const char *name)
{
    struct recording r;
    struct machine machines[2];

    replay_lab_record(&r, l);
    machine_read(&machines[MACHINE_SERVER], l->memory, MACHINE_SERVER);
    machine_read(&machines[MACHINE_CLIENT], l->memory, MACHINE_CLIENT);
    for (uint32_t i = 0; i < r.count; i++) {
        const struct recording_line *line = &r.lines[i];

        if (line->record->kind != TRACE_SMTP_STATE)
            continue;
        const struct trace_smtp_state *d = line->record->data;
        enum trace_side side = line->record->where.side;
        const struct machine *m =
            &machines[side == TRACE_SIDE_CLIENT ? MACHINE_CLIENT : MACHINE_SERVER];
        struct session_state now = session_at(&r, line->conn, side, i);
        struct session_state before = session_at(&r, line->conn, side, i - 1);
        uint32_t from = d->from.size ? machine_state(m, d->from) : 0, to = machine_state(m, d->to),
                 found = 0;

        cr_assert_eq(now.record, i);
        cr_assert(text_equal(now.to, d->to) && text_equal(before.to, d->from), "%s: record %u",
                  name, i);
        cr_assert_eq(now.steps, before.steps + 1);
        for (uint32_t a = 0; a < m->arrow_count; a++)
            found += m->arrows[a].from == from && m->arrows[a].to == to &&
                     text_equal(m->arrows[a].input, d->input);
        /* LMTP lays cells over the table: LHLO is no input of SMTP's. */
        cr_assert(found == 1 || text_starts_nocase(d->input, TEXT("LHLO")),
                  "%s: %.*s -> %.*s on %.*s", name, TEXT_ARG(d->from), TEXT_ARG(d->to),
                  TEXT_ARG(d->input));
        moves_seen++;
    }
    cr_assert_eq(session_at(&r, NONE, TRACE_SIDE_CLIENT, r.count - 1).record, NONE);
}

Test(session, moves_along_the_arrows_of_the_table)
{
    replay_lab_each(WATCHED_LAYERS, sessions);
    cr_assert_gt(moves_seen, 500);
}

Test(machine, has_every_state_and_leads_to_an_end)
{
    struct memory memory;

    memory_init(&memory, 0);
    for (int side = MACHINE_SERVER; side <= MACHINE_CLIENT; side++) {
        struct machine m;
        machine_read(&m, &memory, (enum machine_side)side);
        uint32_t closed = machine_state(&m, TEXT("closed"));

        cr_assert_eq(closed, m.state_count - 1);
        cr_assert_eq(machine_state(&m, TEXT("asleep")), UINT32_MAX);
        for (uint32_t s = 0; s < m.state_count; s++) {
            bool ends = s == closed;
            for (uint32_t a = 0; a < m.arrow_count; a++) {
                cr_assert_neq(m.arrows[a].from, m.arrows[a].to);
                ends |= m.arrows[a].from == s && m.arrows[a].to == closed;
            }
            cr_assert(ends, "%.*s", TEXT_ARG(m.states[s].name));
        }
    }
    memory_end(&memory);
}
