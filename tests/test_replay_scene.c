/*
 * How things stand at any record: against a count of our own, and the same however one gets there.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/replay/holdings.h"
#include "sim/replay/record.h"
#include "sim/replay/recording.h"
#include "sim/replay/scene.h"
#include "tests/replay_lab.h"

#define NONE RECORDING_NONE

static uint32_t pick(uint64_t *state, uint32_t below)
{
    *state = *state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)((*state >> 33) % below);
}

/* ---- seeking ------------------------------------------------------------------------------ */

static void seeks(struct replay_lab *l, const char *name)
{
    static const size_t budgets[] = {0, 3000, 40000, SCENES_BUDGET};
    struct recording r;
    uint64_t state = 7;

    replay_lab_record(&r, l);
    for (size_t b = 0; b < sizeof budgets / sizeof budgets[0]; b++) {
        struct scenes s, fresh;

        scenes_init(&s, l->memory, &r, budgets[b]);
        scenes_init(&fresh, l->memory, &r, 0);
        for (int i = 0; i < 40; i++) {
            uint32_t at = pick(&state, r.count + 1) - 1; /* NONE, too */

            if (i % 4 == 3 && s.now.index != NONE && s.now.index + 5 < r.count)
                at = s.now.index + pick(&state, 5);
            scenes_seek(&s, at);
            scenes_fold(&fresh, at);
            cr_assert_eq(s.now.index, at);
            cr_assert(scene_equal(&s.now, &fresh.now), "%s: at %u, budget %zu", name, at,
                      budgets[b]);
            cr_assert(scenes_used(&s) <= budgets[b]);
        }
        cr_assert_eq(scenes_seek(&s, r.count + 7)->index, r.count - 1);
    }
}

Test(replay_scene, seeks)
{
    replay_lab_each(TRACE_ALL_LAYERS, seeks);
    replay_lab_swarm(700, 60, TRACE_ALL_LAYERS, seeks);
}

/* While a run goes on, every scene is the one that it will be afterwards. */
static void grows(struct replay_lab *l, const char *name)
{
    struct recording whole, growing;
    struct scenes after, during;
    uint64_t state = 3;

    replay_lab_record(&whole, l);
    recording_init(&growing, l->memory, &l->cast);
    scenes_init(&after, l->memory, &whole, SCENES_BUDGET);
    scenes_init(&during, l->memory, &growing, 20000);
    for (uint32_t i = 0; i < l->count; i++) {
        recording_add(&growing, l->records[i]);
        if (growing.count == 0 || pick(&state, 20) > 0)
            continue;
        uint32_t at = pick(&state, 3) > 0 ? growing.count - 1 : pick(&state, growing.count);

        cr_assert(scene_equal(scenes_seek(&during, at), scenes_seek(&after, at)), "%s: at %u", name,
                  at);
    }
}

Test(replay_scene, grows)
{
    replay_lab_each(TRACE_ALL_LAYERS, grows);
    replay_lab_swarm(800, 20, TRACE_ALL_LAYERS, grows);
}

Test(replay_scene, equal_sees_every_difference)
{
    struct replay_lab l;
    struct recording r;
    struct scenes a, b;

    replay_lab_run(&l, "first-letter", TRACE_ALL_LAYERS);
    replay_lab_record(&r, &l);
    scenes_init(&a, l.memory, &r, SCENES_BUDGET);
    scenes_init(&b, l.memory, &r, SCENES_BUDGET);
    for (uint32_t i = 1; i < r.count; i++)
        cr_assert(!scene_equal(scenes_seek(&a, i), scenes_seek(&b, i - 1)), "%u", i);
    scenes_seek(&a, 60);
    scenes_seek(&b, 60);
    cr_assert(scene_equal(&a.now, &b.now));
    a.now.hosts[2].cached++;
    cr_assert_not(scene_equal(&a.now, &b.now));
    replay_lab_free(&l);
}

/* ---- a count of our own -------------------------------------------------------------------- */

/* Names of things that are so at present: "host queue recipient" and the like. */
struct set {
    struct text *items;
    uint32_t count, capacity;
    struct memory *memory;
};

static uint32_t find(const struct set *s, struct text item)
{
    uint32_t i = 0;

    while (i < s->count && !text_equal(s->items[i], item))
        i++;
    return i;
}

static void include(struct set *s, struct text item)
{
    if (find(s, item) < s->count)
        return;
    s->items = memory_make_room(s->memory, s->items, s->count, &s->capacity, sizeof *s->items);
    s->items[s->count++] = item;
}

static void exclude(struct set *s, struct text item)
{
    uint32_t at = find(s, item);

    if (at < s->count)
        s->items[at] = s->items[--s->count];
}

static uint32_t starting(const struct set *s, struct text start)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < s->count; i++)
        count += s->items[i].size >= start.size &&
                 text_equal(text_from(s->items[i].at, start.size), start);
    return count;
}

static struct text name3(struct memory *m, struct text a, struct text b, struct text c)
{
    struct buffer n;

    buffer_init(&n, m);
    buffer_put_text(&n, a);
    buffer_put_char(&n, ' ');
    buffer_put_text(&n, b);
    buffer_put_char(&n, ' ');
    buffer_put_text(&n, c);
    return buffer_text(&n);
}

struct tally {
    struct memory *memory;
    struct set deferred, held, queued, duties, sessions, down;
    uint64_t mailbox, collected, delivered, bounced, reports, refused;
};

static struct text of(const struct tally *t, const struct trace_record *r, struct text what)
{
    return name3(t->memory, r->where.host, r->where.queue, what);
}

static void tally_queue(struct tally *t, const struct trace_record *r)
{
    const void *d = r->data;
    struct trace_texts tried = {0};
    struct text who = TEXT("");

    if (r->kind == TRACE_QUEUE_ATTEMPT)
        tried = ((const struct trace_queue_attempt *)d)->recipients;
    if (r->kind == TRACE_QUEUE_ENTERED)
        include(&t->queued, of(t, r, TEXT("")));
    if (r->kind == TRACE_QUEUE_DEFERRED)
        include(&t->deferred, of(t, r, ((const struct trace_queue_deferred *)d)->recipient));
    if (r->kind == TRACE_QUEUE_HELD) {
        who = ((const struct trace_queue_held *)d)->recipient;
        exclude(&t->deferred, of(t, r, who));
        include(&t->held, of(t, r, who));
    }
    for (uint32_t i = 0; i < tried.count; i++) {
        exclude(&t->deferred, of(t, r, tried.items[i]));
        exclude(&t->held, of(t, r, tried.items[i]));
    }
    if (r->kind == TRACE_QUEUE_BOUNCED)
        who = ((const struct trace_queue_bounced *)d)->recipient;
    if (r->kind == TRACE_QUEUE_EXPIRED)
        who = ((const struct trace_queue_expired *)d)->recipient;
    if (who.size > 0 && r->kind != TRACE_QUEUE_HELD) {
        exclude(&t->deferred, of(t, r, who));
        exclude(&t->held, of(t, r, who));
        t->bounced++;
    }
    if (r->kind == TRACE_QUEUE_REMOVED) {
        struct text entry = of(t, r, TEXT(""));

        exclude(&t->queued, entry);
        for (uint32_t i = t->deferred.count; i-- > 0;)
            if (text_equal(text_from(t->deferred.items[i].at, entry.size), entry))
                exclude(&t->deferred, t->deferred.items[i]);
    }
}

static struct text conn_name(const struct tally *t, const struct trace_record *r)
{
    char number[20];

    snprintf(number, sizeof number, "%u", r->where.conn);
    return name3(t->memory, r->where.host, text_copy(t->memory, text_of(number)),
                 r->where.side == TRACE_SIDE_CLIENT ? TEXT("c") : TEXT("s"));
}

static void tally_rest(struct tally *t, const struct trace_record *r)
{
    const void *d = r->data;
    struct text host = r->where.host;

    switch ((int)r->kind) {
    case TRACE_CUSTODY_OPENED:
        include(&t->duties, name3(t->memory, host, TEXT(""),
                                  ((const struct trace_custody_opened *)d)->custody));
        break;
    case TRACE_CUSTODY_CLOSED:
        exclude(&t->duties, name3(t->memory, host, TEXT(""),
                                  ((const struct trace_custody_closed *)d)->custody));
        break;
    case TRACE_TCP_OPENED: include(&t->sessions, conn_name(t, r)); break;
    case TRACE_TCP_CLOSED: exclude(&t->sessions, conn_name(t, r)); break;
    case TRACE_HOST_CRASHED:
        for (uint32_t i = t->sessions.count; i-- > 0;)
            if (text_equal(text_from(t->sessions.items[i].at, text_find(t->sessions.items[i], ' ')),
                           host))
                exclude(&t->sessions, t->sessions.items[i]);
        break;
    case TRACE_MAIL_DELIVERED: t->delivered++; break;
    case TRACE_MAIL_NDR: t->reports++; break;
    case TRACE_POLICY_RELAY: t->refused += !((const struct trace_policy_relay *)d)->allowed; break;
    case TRACE_POLICY_DECISION:
        t->refused +=
            text_equal(((const struct trace_policy_decision *)d)->verdict, TEXT("refuse"));
        break;
    case TRACE_LINK_STATE:
        if (text_equal(((const struct trace_link_state *)d)->state, TEXT("down")))
            include(&t->down, ((const struct trace_link_state *)d)->link);
        else if (text_equal(((const struct trace_link_state *)d)->state, TEXT("up")))
            exclude(&t->down, ((const struct trace_link_state *)d)->link);
        break;
    default: break;
    }
}

static struct tally tally(struct memory *m, const struct recording *r, uint32_t count)
{
    struct tally t = {.memory = m};

    t.deferred.memory = t.held.memory = t.queued.memory = t.duties.memory = m;
    t.sessions.memory = t.down.memory = m;
    for (uint32_t i = 0; i < count; i++) {
        tally_queue(&t, r->lines[i].record);
        tally_rest(&t, r->lines[i].record);
    }
    return t;
}

/* Its last record of one of these kinds, or NONE. */
static uint32_t last_of(const struct recording *r, uint32_t count, uint32_t host, uint64_t kinds)
{
    while (count-- > 0)
        if (r->lines[count].host == host && kinds >> r->lines[count].record->kind & 1)
            return count;
    return NONE;
}

static uint32_t count_of(const struct recording *r, uint32_t count, uint32_t host,
                         enum trace_kind kind)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < count; i++)
        found += r->lines[i].host == host && r->lines[i].record->kind == kind;
    return found;
}

static enum scene_power power_of(const struct recording *r, uint32_t count, uint32_t host)
{
    uint32_t last = last_of(r, count, host,
                            UINT64_C(1) << TRACE_HOST_STARTED | UINT64_C(1) << TRACE_HOST_STOPPED |
                                UINT64_C(1) << TRACE_HOST_CRASHED);

    if (last == NONE)
        return SCENE_NOT_YET;
    return r->lines[last].record->kind == TRACE_HOST_STARTED   ? SCENE_UP
           : r->lines[last].record->kind == TRACE_HOST_STOPPED ? SCENE_STOPPED
                                                               : SCENE_CRASHED;
}

static void check_hosts(const struct recording *r, const struct scene *s, const struct tally *t,
                        const char *name)
{
    uint32_t count = s->index + 1;

    for (uint32_t i = 0; i < s->host_count; i++) {
        const struct scene_host *h = &s->hosts[i];
        struct text start = name3(t->memory, r->cast->hosts[i].name, TEXT(""), TEXT(""));
        uint32_t out[1000];

        start.size--; /* one blank after the name */
        cr_assert_eq(h->queued, starting(&t->queued, start), "%s: %u: queued", name, s->index);
        cr_assert_eq(h->deferred, starting(&t->deferred, start), "%s: %u: deferred", name,
                     s->index);
        cr_assert_eq(h->held, starting(&t->held, start), "%s: %u: held", name, s->index);
        cr_assert_eq(h->duties, starting(&t->duties, start), "%s: %u: duties", name, s->index);
        cr_assert_eq(h->sessions, starting(&t->sessions, start), "%s: %u: sessions", name,
                     s->index);
        cr_assert_eq(h->mailbox, count_of(r, count, i, TRACE_MAIL_DELIVERED));
        cr_assert_eq(h->collected, count_of(r, count, i, TRACE_MAIL_COLLECTED));
        cr_assert_eq(h->last, last_of(r, count, i, UINT64_MAX));
        cr_assert_eq(h->verdict, last_of(r, count, i,
                                         UINT64_C(1) << TRACE_POLICY_RELAY |
                                             UINT64_C(1) << TRACE_POLICY_DECISION));
        cr_assert_eq(h->power, power_of(r, count, i), "%s: %u: power", name, s->index);
        cr_assert_eq(holdings_queue(r, i, s->index, out, 1000), h->queued);
        for (uint32_t k = 0; k < h->queued; k++) {
            cr_assert_eq(r->entries[out[k]].host, i);
            cr_assert(k == 0 || out[k] > out[k - 1], "the oldest first");
            cr_assert(find(&t->queued, name3(t->memory, r->cast->hosts[i].name,
                                             r->entries[out[k]].queue, TEXT(""))) < t->queued.count,
                      "%s: %u: queue", name, s->index);
        }
    }
}

/* Sent by now, and neither arrived nor lost by now. */
static void check_flights(const struct recording *r, const struct scene *s, const char *name)
{
    uint32_t at = 0;

    for (uint32_t i = 0; i <= s->index; i++) {
        const struct recording_line *line = &r->lines[i];
        bool over = line->over != NONE && line->over <= s->index;

        if (line->travel == TRAVEL_NOT || !line->leaves || over ||
            (line->pair != NONE && line->pair <= s->index))
            continue;
        cr_assert(at < s->flight_count && s->flights[at].sent == i, "%s: %u: flight of %u", name,
                  s->index, i);
        at++;
    }
    cr_assert_eq(at, s->flight_count, "%s: %u: flights", name, s->index);
}

/* Has it been said that both hold it? */
static bool overlaps(const struct recording *r, uint32_t index, struct text custody,
                     uint32_t opened)
{
    struct text next = RECORDING_DATA(&r->lines[opened], custody_opened)->custody;

    for (uint32_t i = opened; i <= index; i++)
        if (r->lines[i].record->kind == TRACE_CUSTODY_OVERLAP &&
            text_equal(RECORDING_DATA(&r->lines[i], custody_overlap)->custody, custody) &&
            text_equal(RECORDING_DATA(&r->lines[i], custody_overlap)->next, next))
            return true;
    return false;
}

static void check_duties(const struct recording *r, const struct scene *s, const struct tally *t,
                         const char *name)
{
    cr_assert_eq(s->duty_count, t->duties.count);
    for (uint32_t i = 0; i < s->duty_count; i++) {
        const struct scene_duty *d = &s->duties[i];
        const struct recording_line *line = &r->lines[d->opened];
        struct text custody = RECORDING_DATA(line, custody_opened)->custody;
        uint32_t doubt = 0;

        cr_assert(find(&t->duties, name3(t->memory, line->record->where.host, TEXT(""), custody)) <
                      t->duties.count,
                  "%s: %u: duty", name, s->index);
        cr_assert(line->host == d->host && line->mail == d->mail);
        for (uint32_t k = 0; k < s->duty_count; k++)
            doubt += overlaps(r, s->index, custody, s->duties[k].opened);
        cr_assert_eq(d->doubt, doubt, "%s: %u: doubt", name, s->index);
    }
}

static void counts(struct replay_lab *l, const char *name)
{
    struct recording r;
    struct scenes s;
    uint64_t state = 11;

    replay_lab_record(&r, l);
    scenes_init(&s, l->memory, &r, SCENES_BUDGET);
    for (int i = 0; i < 12; i++) {
        uint32_t at = i == 0 ? r.count - 1 : pick(&state, r.count);
        const struct scene *now = scenes_seek(&s, at);
        struct tally t = tally(l->memory, &r, at + 1);

        check_hosts(&r, now, &t, name);
        check_duties(&r, now, &t, name);
        cr_assert_eq(now->delivered, t.delivered);
        cr_assert_eq(now->bounced, t.bounced);
        cr_assert_eq(now->reports, t.reports);
        cr_assert_eq(now->refused, t.refused);
        cr_assert_eq(now->links_down, t.down.count);
        cr_assert_eq(now->now_ns, r.lines[at].record->time_ns);
    }
    for (int i = 0; i < 40; i++)
        check_flights(&r, scenes_seek(&s, pick(&state, r.count)), name);
}

Test(replay_scene, counts)
{
    replay_lab_each(TRACE_ALL_LAYERS, counts);
    replay_lab_swarm(900, 40, TRACE_ALL_LAYERS, counts);
}

/* ---- what a lesson shows ------------------------------------------------------------------- */

static uint32_t first_of(const struct recording *r, enum trace_kind kind)
{
    return recording_next(r, NONE, 1, UINT64_C(1) << kind);
}

Test(replay_scene, doubt_after_a_lost_reply)
{
    struct replay_lab l;
    struct recording r;
    struct scenes s;
    uint32_t lost = NONE;

    replay_lab_run(&l, "two-copies", TRACE_ALL_LAYERS);
    replay_lab_record(&r, &l);
    scenes_init(&s, l.memory, &r, SCENES_BUDGET);
    for (uint32_t i = 0; i < r.count && lost == NONE; i++)
        if (r.lines[i].record->kind == TRACE_CUSTODY_OVERLAP &&
            text_equal(r.lines[i].record->where.host, TEXT("mail.shop.example")))
            lost = i;
    scenes_seek(&s, lost);
    cr_assert_eq(s.now.duty_count, 2);
    cr_expect_eq(s.now.duties[0].doubt, 1);
    cr_expect_neq(s.now.duties[0].host, s.now.duties[1].host);
    scenes_seek(&s, recording_next(&r, lost, 1, UINT64_C(1) << TRACE_QUEUE_DEFERRED));
    cr_assert_eq(s.now.duty_count, 1); /* delivered; the sender does not know, and holds it */
    cr_expect_eq(s.now.duties[0].doubt, 0);
    cr_expect_eq(s.now.hosts[s.now.duties[0].host].deferred, 1);
    cr_expect_eq(s.now.delivered, 1);
    cr_expect_eq(scenes_seek(&s, r.count - 1)->delivered, 2);
    cr_expect_eq(s.now.duty_count, 0);
    cr_expect_eq(s.now.flight_count, 0);
    cr_expect_eq(s.now.conn_count, 0);
    replay_lab_free(&l);
}

Test(replay_scene, sealed_and_in_data)
{
    struct replay_lab l;
    struct recording r;
    struct scenes s;
    uint32_t data;

    replay_lab_run(&l, "sealed-road", TRACE_ALL_LAYERS);
    replay_lab_record(&r, &l);
    scenes_init(&s, l.memory, &r, SCENES_BUDGET);
    scenes_seek(&s, first_of(&r, TRACE_TCP_OPENED));
    cr_assert_eq(s.now.conn_count, 1);
    cr_expect(s.now.conns[0].open == 1 && s.now.conns[0].sealed == 0);
    data = first_of(&r, TRACE_SMTP_DATA);
    scenes_seek(&s, data);
    cr_expect(s.now.conns[0].conn == r.lines[data].conn && s.now.conns[0].last == data);
    cr_expect(s.now.conns[0].open == 3 && s.now.conns[0].in_data == 1);
    cr_assert(r.lines[data].pair != NONE);
    scenes_seek(&s, r.lines[data].pair);
    cr_expect_eq(s.now.conns[0].in_data, 0);
    for (uint32_t at = first_of(&r, TRACE_TLS_STARTED); at != NONE;
         at = recording_next(&r, at, 1, UINT64_C(1) << TRACE_TLS_STARTED)) {
        scenes_seek(&s, at);
        uint32_t sealed = 0;
        for (uint32_t i = 0; i < s.now.conn_count; i++)
            sealed += s.now.conns[i].conn == r.lines[at].conn && s.now.conns[i].sealed != 0;
        cr_expect_eq(sealed, 1);
    }
    replay_lab_free(&l);
}
