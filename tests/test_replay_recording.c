/*
 * How the records of a trace belong together: pairs, losses, chains, queues.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/replay/record.h"
#include "sim/replay/recording.h"
#include "tests/replay_lab.h"

#define NONE RECORDING_NONE

static struct text words(struct replay_lab *l, const struct recording_line *line)
{
    struct buffer b;

    buffer_init(&b, l->memory);
    record_put(&b, line->record);
    return buffer_text(&b);
}

/* ---- pairs -------------------------------------------------------------------------------- */

/* What both ends of a pair must say alike. */
static bool same_words(const struct recording_line *a, const struct recording_line *b)
{
    const struct trace_smtp_reply *x = a->record->data, *y = b->record->data;

    switch (a->travel) {
    case TRAVEL_COMMAND:
        if (a->record->kind == TRACE_POP3_COMMAND)
            return text_equal(RECORDING_DATA(a, pop3_command)->line,
                              RECORDING_DATA(b, pop3_command)->line);
        return text_equal(RECORDING_DATA(a, smtp_command)->line,
                          RECORDING_DATA(b, smtp_command)->line);
    case TRAVEL_REPLY:
        if (a->record->kind == TRACE_POP3_REPLY)
            return text_equal(RECORDING_DATA(a, pop3_reply)->line,
                              RECORDING_DATA(b, pop3_reply)->line);
        if (x->code != y->code || x->lines.count != y->lines.count)
            return false;
        for (uint32_t i = 0; i < x->lines.count; i++)
            if (!text_equal(x->lines.items[i], y->lines.items[i]))
                return false;
        return text_equal(x->enhanced, y->enhanced);
    case TRAVEL_QUESTION:
        return RECORDING_DATA(a, dns_query)->id == RECORDING_DATA(b, dns_query)->id &&
               text_equal(RECORDING_DATA(a, dns_query)->name, RECORDING_DATA(b, dns_query)->name) &&
               text_equal(RECORDING_DATA(a, dns_query)->type, RECORDING_DATA(b, dns_query)->type);
    case TRAVEL_ANSWER:
        return RECORDING_DATA(a, dns_answer)->id == RECORDING_DATA(b, dns_answer)->id &&
               text_equal(RECORDING_DATA(a, dns_answer)->name,
                          RECORDING_DATA(b, dns_answer)->name) &&
               RECORDING_DATA(a, dns_answer)->answers.count ==
                   RECORDING_DATA(b, dns_answer)->answers.count;
    default: return true;
    }
}

static void check_pair(struct replay_lab *l, const struct recording *r, uint32_t i,
                       const char *name)
{
    const struct recording_line *a = &r->lines[i], *b = &r->lines[a->pair];

    cr_assert(a->leaves && !b->leaves && a->pair > i && b->pair == i && !a->lost, "%s: %.*s", name,
              TEXT_ARG(words(l, a)));
    cr_assert(a->record->kind == b->record->kind && a->travel == b->travel);
    cr_assert(a->record->time_ns <= b->record->time_ns);
    cr_assert(a->conn == b->conn && a->host == b->other && a->other == b->host, "%s: %.*s", name,
              TEXT_ARG(words(l, a)));
    cr_assert(same_words(a, b), "%s: %.*s", name, TEXT_ARG(words(l, a)));
}

static void check_travels(struct replay_lab *l, const struct recording *r, const char *name)
{
    bool wild = strcmp(name, "smuggled") == 0;

    for (uint32_t i = 0; i < r->count; i++) {
        const struct recording_line *line = &r->lines[i];

        if (line->travel == TRAVEL_NOT)
            continue;
        if (line->leaves && line->pair != NONE)
            check_pair(l, r, i, name);
        else if (line->leaves)
            cr_expect(line->lost && line->over != NONE && line->over >= i,
                      "%s: under way for ever: %.*s", name, TEXT_ARG(words(l, line)));
        else
            cr_expect(line->pair != NONE || wild, "%s: from nowhere: %.*s", name,
                      TEXT_ARG(words(l, line)));
    }
}

static void pairs_of(struct replay_lab *l, const char *name)
{
    struct recording r;

    replay_lab_record(&r, l);
    check_travels(l, &r, name);
}

Test(replay_recording, pairs)
{
    replay_lab_each(TRACE_ALL_LAYERS, pairs_of);
}

Test(replay_recording, pairs_of_random_worlds)
{
    replay_lab_swarm(1, 150, TRACE_ALL_LAYERS, pairs_of);
}

/* With fewer layers the same must be found: nothing hangs on segments. */
Test(replay_recording, pairs_without_segments)
{
    replay_lab_each(WATCHED_LAYERS, pairs_of);
}

/* ---- growing ------------------------------------------------------------------------------ */

static uint32_t so_far(uint32_t index, uint32_t count)
{
    return index < count ? index : NONE;
}

/* A recording of the first records says what the whole one says of them, as far as it can know. */
static void check_prefix(const struct recording *whole, const struct recording *part,
                         const char *name)
{
    for (uint32_t i = 0; i < part->count; i++) {
        const struct recording_line *a = &whole->lines[i], *b = &part->lines[i];

        cr_assert_eq(a->record->seq, b->record->seq);
        cr_assert(a->host == b->host && a->other == b->other && a->mail == b->mail &&
                      a->conn == b->conn && a->cause == b->cause && a->travel == b->travel &&
                      a->leaves == b->leaves,
                  "%s: line %u", name, i);
        cr_assert_eq(b->pair, so_far(a->pair, part->count), "%s: line %u", name, i);
        cr_assert_eq(b->over, so_far(a->over, part->count), "%s: line %u", name, i);
        cr_assert_eq(b->lost, b->over != NONE, "%s: line %u", name, i);
        cr_assert(b->host_before == a->host_before && b->conn_before == a->conn_before &&
                  b->mail_before == a->mail_before);
        cr_assert(b->host_after == so_far(a->host_after, part->count) &&
                  b->conn_after == so_far(a->conn_after, part->count) &&
                  b->mail_after == so_far(a->mail_after, part->count));
    }
}

static void grows(struct replay_lab *l, const char *name)
{
    struct recording whole, part;

    replay_lab_record(&whole, l);
    recording_init(&part, l->memory, &l->cast);
    for (uint32_t i = 0; i < l->count; i++) {
        recording_add(&part, l->records[i]);
        if (i % 211 == 0 || i + 1 == l->count)
            check_prefix(&whole, &part, name);
    }
    cr_expect(!part.whole && whole.whole);
}

Test(replay_recording, grows)
{
    replay_lab_each(TRACE_ALL_LAYERS, grows);
    replay_lab_swarm(300, 20, TRACE_ALL_LAYERS, grows);
}

/* ---- chains, causes, connections, queues ------------------------------------------------------ */

static void check_chains(const struct recording *r, const char *name)
{
    uint32_t *last = calloc(r->cast->host_count + r->conn_count + r->mail_count + 1, sizeof *last);
    uint32_t *of_conn = last + r->cast->host_count, *of_mail = of_conn + r->conn_count;

    for (uint32_t i = 0; i < r->count; i++) { /* 1 + the last one seen, 0: none */
        const struct recording_line *line = &r->lines[i];

        if (line->host != NONE) {
            cr_assert_eq(line->host_before, last[line->host] - 1, "%s: line %u", name, i);
            last[line->host] = i + 1;
        }
        if (line->conn != NONE) {
            cr_assert_eq(line->conn_before, of_conn[line->conn] - 1, "%s: line %u", name, i);
            of_conn[line->conn] = i + 1;
        }
        if (line->mail != NONE) {
            cr_assert_eq(line->mail_before, of_mail[line->mail] - 1, "%s: line %u", name, i);
            of_mail[line->mail] = i + 1;
        }
        cr_assert(line->host_after == NONE || r->lines[line->host_after].host_before == i);
        cr_assert(line->conn_after == NONE || r->lines[line->conn_after].conn_before == i);
        cr_assert(line->mail_after == NONE || r->lines[line->mail_after].mail_before == i);
    }
    for (uint32_t i = 0; i < r->cast->host_count; i++)
        cr_assert_eq(r->host_last[i], last[i] - 1);
    for (uint32_t i = 0; i < r->conn_count; i++)
        cr_assert_eq(r->conns[i].last, of_conn[i] - 1);
    for (uint32_t i = 0; i < r->mail_count; i++)
        cr_assert_eq(r->mails[i].last, of_mail[i] - 1);
    free(last);
}

/* The cause is the nearest ancestor that is kept, by a walk over all records. */
static void check_causes(const struct replay_lab *l, const struct recording *r, const char *name)
{
    for (uint32_t i = 0, at = 0; i < l->count; i++) {
        uint64_t cause = l->records[i]->where.cause;
        uint32_t wanted = NONE;

        if (!(recording_kinds() >> l->records[i]->kind & 1))
            continue;
        for (uint32_t k = i; cause != 0 && k-- > 0;)
            if (l->records[k]->seq == cause) {
                wanted = recording_seq(r, cause);
                if (wanted != NONE)
                    break;
                cause = l->records[k]->where.cause;
            }
        cr_assert_eq(r->lines[at].cause, wanted, "%s: line %u", name, at);
        at++;
    }
}

/* Whom an MUA asks for its mailbox is not known before the connection is open. */
static bool opened(const struct recording *r, const struct recording_line *line)
{
    for (; line; line = line->conn_before != NONE ? &r->lines[line->conn_before] : NULL)
        if (line->record->kind == TRACE_TCP_OPENED || line->record->kind == TRACE_TCP_FAILED)
            return true;
    return false;
}

static void check_conns(struct replay_lab *l, const struct recording *r, const char *name)
{
    for (uint32_t i = 0; i < r->count; i++) {
        const struct recording_line *line = &r->lines[i];
        const struct recording_conn *c = line->conn != NONE ? &r->conns[line->conn] : NULL;

        if (!c || line->record->kind == TRACE_NET_DROPPED)
            continue;
        cr_assert_eq(c->number, line->record->where.conn);
        if (line->record->where.side == TRACE_SIDE_CLIENT)
            cr_assert(c->client == line->host && (line->other == c->server || !opened(r, line)),
                      "%s: %.*s", name, TEXT_ARG(words(l, line)));
        else if (line->record->where.side == TRACE_SIDE_SERVER)
            cr_assert(c->server == line->host && line->other == c->client, "%s: %.*s", name,
                      TEXT_ARG(words(l, line)));
    }
    for (uint32_t i = 0; i < r->conn_count; i++) {
        const struct recording_conn *c = &r->conns[i];

        for (uint32_t k = 0; k < i; k++)
            cr_assert_neq(c->number, r->conns[k].number, "%s: %u twice", name, c->number);
        cr_assert(c->client != NONE && c->server != NONE, "%s: %u", name, c->number);
        cr_assert(!c->lmtp || c->port == 24, "%s: %u", name, c->number);
        cr_assert(!c->pop3 || c->port == 110 || c->port == 995, "%s: %u", name, c->number);
    }
}

static void check_queues(const struct recording *r, const char *name)
{
    uint32_t open = 0, entered = 0, removed = 0;

    for (uint32_t i = 0; i < r->count; i++) {
        entered += r->lines[i].record->kind == TRACE_QUEUE_ENTERED;
        removed += r->lines[i].record->kind == TRACE_QUEUE_REMOVED;
    }
    for (uint32_t i = 0; i < r->entry_count; i++) {
        const struct recording_entry *e = &r->entries[i];

        open += e->removed == NONE;
        cr_assert_eq(r->lines[e->entered].record->kind, TRACE_QUEUE_ENTERED);
        if (e->removed == NONE)
            continue;
        cr_assert(e->removed > e->entered && r->lines[e->removed].host == e->host &&
                      r->lines[e->removed].mail == e->mail &&
                      text_equal(r->lines[e->removed].record->where.queue, e->queue),
                  "%s: entry %u", name, i);
    }
    cr_assert_eq(r->entry_count, entered);
    cr_assert_eq(open, entered - removed, "%s: %u open", name, open);
}

static void check_mails(const struct recording *r, const char *name)
{
    for (uint32_t i = 0; i < r->mail_count; i++) {
        const struct recording_mail *m = &r->mails[i];

        cr_assert_eq(recording_find_mail(r, m->id), i);
        cr_assert(m->composed != NONE && r->lines[m->composed].mail == i, "%s: %.*s", name,
                  TEXT_ARG(m->id));
        cr_assert(m->ndr == NONE || (m->about != NONE && m->about != i));
    }
}

static void belongs(struct replay_lab *l, const char *name)
{
    struct recording r;

    replay_lab_record(&r, l);
    check_chains(&r, name);
    check_causes(l, &r, name);
    check_conns(l, &r, name);
    check_queues(&r, name);
    check_mails(&r, name);
}

Test(replay_recording, belongs)
{
    replay_lab_each(TRACE_ALL_LAYERS, belongs);
    replay_lab_swarm(500, 60, TRACE_ALL_LAYERS, belongs);
}

/* ---- finding ------------------------------------------------------------------------------ */

Test(replay_recording, finds)
{
    struct replay_lab l;
    struct recording r;
    uint32_t rcpt, data, crash;

    replay_lab_run(&l, "two-of-three", TRACE_ALL_LAYERS);
    replay_lab_record(&r, &l);
    for (uint32_t i = 0; i < r.count; i++)
        cr_assert_eq(recording_seq(&r, r.lines[i].record->seq), i);
    cr_expect_eq(recording_seq(&r, 0), NONE);
    cr_expect_eq(recording_seq(&r, UINT64_MAX), NONE);
    rcpt = recording_search(&r, NONE, 1, TEXT("rcpt to:<carol"));
    cr_assert(rcpt != NONE && r.lines[rcpt].record->kind == TRACE_SMTP_COMMAND);
    data = recording_next(&r, rcpt, 1, UINT64_C(1) << TRACE_SMTP_DATA);
    cr_assert(data != NONE && data > rcpt && r.lines[data].record->kind == TRACE_SMTP_DATA);
    cr_expect_eq(recording_next(&r, data, -1, UINT64_C(1) << TRACE_SIM_STARTED), 0);
    crash = recording_next(&r, NONE, 1, UINT64_C(1) << TRACE_HOST_CRASHED);
    cr_expect_eq(crash, NONE);
    cr_expect_eq(recording_search(&r, NONE, 1, TEXT("no such words")), NONE);
    cr_expect_eq(recording_search(&r, NONE, 1, TEXT("")), NONE);
    cr_expect_eq(recording_find_mail(&r, TEXT("nobody.1")), NONE);
    replay_lab_free(&l);
}

Test(replay_recording, search_finds_codes_whole)
{
    struct replay_lab l;
    struct recording r;
    uint32_t at;

    replay_lab_run(&l, "two-of-three", TRACE_ALL_LAYERS);
    replay_lab_record(&r, &l);
    at = recording_search(&r, NONE, 1, TEXT("550"));
    cr_assert(at != NONE);
    while (r.lines[at].record->kind != TRACE_SMTP_REPLY)
        cr_assert((at = recording_search(&r, at, 1, TEXT("550"))) != NONE);
    cr_expect_eq(RECORDING_DATA(&r.lines[at], smtp_reply)->code, 550);
    cr_expect_eq(recording_search(&r, at, -1, TEXT("55")), NONE);
    replay_lab_free(&l);
}
