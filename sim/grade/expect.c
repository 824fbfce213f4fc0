#include "sim/grade/expect.h"

#include "sim/grade/expect_parts.h"
#include "sim/replay/record.h"

#define KIND(suffix) (UINT64_C(1) << TRACE_##suffix)

const char *expect_verdict_name(enum expect_verdict verdict)
{
    static const char *const names[EXPECT_VERDICT_COUNT] = {
        [EXPECT_HELD] = "held",
        [EXPECT_FAILED] = "failed",
        [EXPECT_NOT_COUNTED] = "not counted",
        [EXPECT_UNKNOWN] = "unknown",
    };

    return names[verdict];
}

bool expect_is_null(struct text from)
{
    return from.size == 0 || text_equal(from, TEXT("<>"));
}

/* ---- what shows it ------------------------------------------------------------------------ */

static struct expect_event event_of(struct expect *e, const struct trace_record *r)
{
    struct buffer *words = &e->state->words;

    buffer_clear(words);
    record_put(words, r);
    return (struct expect_event){
        .seq = r->seq,
        .time_ns = r->time_ns,
        .host = text_copy(e->memory, r->where.host),
        .told = text_copy(e->memory, buffer_text(words)),
    };
}

void expect_note(struct expect *e, struct expect_event *events, uint32_t *count,
                 const struct trace_record *r)
{
    if (*count < EXPECT_EVENTS_SHOWN)
        events[(*count)++] = event_of(e, r);
}

static void note_event(struct expect *e, uint32_t index, const struct trace_record *r)
{
    expect_note(e, e->results[index].events, &e->results[index].event_count, r);
}

static void note_near(struct expect *e, uint32_t index, const struct trace_record *r)
{
    struct expectation *x = &e->state->items[index];

    expect_note(e, x->near, &x->near_count, r);
}

/* ---- delivered ---------------------------------------------------------------------------- */

static bool is_letter(const struct expectation *x, const struct letter_state *s)
{
    if (x->from.at && expect_is_null(x->from) ? s->from.size > 0 : s->is_report)
        return false;
    return (!x->from.at || expect_is_null(x->from) || text_equal_nocase(s->from, x->from)) &&
           (!x->subject.at || text_equal(s->subject, x->subject));
}

static bool in_time(const struct expectation *x, int64_t since_ns, int64_t now_ns)
{
    return x->within_ns < 0 || (since_ns >= 0 && now_ns - since_ns <= x->within_ns);
}

static void see_letter(struct expect *e, uint32_t index, const struct trace_record *r)
{
    struct expectation *x = &e->state->items[index];
    const struct letter_state *s = letters_find(&e->state->letters, r->where.mail);

    if (!s || !is_letter(x, s))
        return;
    if (r->kind == TRACE_MAIL_COMPOSED) {
        const struct trace_mail_composed *c = r->data;

        for (uint32_t i = 0; i < c->to.count; i++)
            x->written += text_equal_nocase(c->to.items[i], x->to);
    } else if (r->kind == TRACE_MAIL_DELIVERED) {
        const struct trace_mail_delivered *d = r->data;

        if (!letter_comes_from(s, d->recipient, x->to))
            return;
        x->arrived++;
        x->in_time += in_time(x, s->composed_ns, r->time_ns);
        note_event(e, index, r);
    } else if (r->kind == TRACE_MAIL_ENDED) {
        const struct trace_mail_ended *d = r->data;

        if (text_equal_nocase(d->recipient, x->to) && !text_equal(d->verdict, TEXT("delivered")))
            note_near(e, index, r);
    } else if (r->kind == TRACE_QUEUE_DEFERRED) {
        if (letter_comes_from(s, ((const struct trace_queue_deferred *)r->data)->recipient, x->to))
            note_near(e, index, r);
    }
}

/* ---- ndr ---------------------------------------------------------------------------------- */

static bool reports_on(const struct expect *e, const struct expectation *x,
                       const struct trace_mail_ndr *n)
{
    const struct letter_state *about = letters_find(&e->state->letters, n->about);

    for (uint32_t i = 0; i < n->recipients.count; i++)
        if ((!x->about.at || letter_comes_from(about, n->recipients.items[i], x->about)) &&
            (!x->status.at ||
             (i < n->statuses.count && text_equal(n->statuses.items[i], x->status))))
            return true;
    return false;
}

static void see_report(struct expect *e, uint32_t index, const struct trace_record *r)
{
    struct expectation *x = &e->state->items[index];
    struct letter_state *s = letters_find(&e->state->letters, r->where.mail);

    if (r->kind == TRACE_MAIL_NDR) {
        const struct trace_mail_ndr *n = r->data;

        if (text_equal_nocase(n->to, x->to) && text_equal(n->action, TEXT("failed")) && s &&
            reports_on(e, x, n)) {
            x->written++;
            letter_note_answer(&e->state->letters, s, index);
        } else {
            x->otherwise++;
        }
        note_near(e, index, r);
        return;
    }
    for (uint32_t i = 0; s && i < s->answer_count; i++) {
        if (s->answers[i] != index)
            continue;
        if (r->kind == TRACE_MAIL_DELIVERED) {
            x->arrived++;
            x->in_time += in_time(x, s->about_ns, r->time_ns);
            note_event(e, index, r);
        } else if (r->kind == TRACE_MAIL_ENDED) {
            note_near(e, index, r);
        }
    }
}

/* ---- happens, never ----------------------------------------------------------------------- */

/* Kinds of one group hang together: where none of them came anywhere, none was in question. */
static int group_of(enum trace_kind kind)
{
    static const struct {
        const char *prefix;
        int group;
    } rows[] = {{"smtp.", 1},  {"tls.", 1},     {"auth.", 1}, {"policy.", 1}, {"mail.", 2},
                {"queue.", 2}, {"custody.", 2}, {"dns.", 3},  {"pop3.", 4}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (text_starts_nocase(text_of(trace_kind_info(kind)->name), text_of(rows[i].prefix)))
            return rows[i].group;
    return 0; /* hosts, links, faults: what may come of them stands in the scenario and is checked there */
}

static uint64_t kinds_around(uint64_t kinds)
{
    uint64_t all = 0;

    for (int kind = 0; kind < TRACE_KIND_COUNT; kind++)
        for (int other = 0; (kinds >> kind & 1) && other < TRACE_KIND_COUNT; other++)
            if (group_of((enum trace_kind)other) == group_of((enum trace_kind)kind))
                all |= UINT64_C(1) << other;
    return all;
}

static void see_match(struct expect *e, uint32_t index, const struct trace_record *r)
{
    struct expectation *x = &e->state->items[index];
    enum match match = matcher_try(&x->matcher, &e->state->ends, r);

    if (match == MATCH_FITS) {
        x->arrived++;
        note_event(e, index, r);
    } else if (match == MATCH_NEAR) {
        note_near(e, index, r);
    }
    x->could_fail |= match != MATCH_NOT || (x->around >> r->kind & 1);
}

/* ---- the sink ----------------------------------------------------------------------------- */

static uint64_t kinds_of(const struct expectation *x)
{
    switch (x->form) {
    case FORM_DELIVERED:
        return KIND(MAIL_COMPOSED) | KIND(MAIL_DELIVERED) | KIND(MAIL_ENDED) | KIND(QUEUE_DEFERRED);
    case FORM_NDR: return KIND(MAIL_NDR) | KIND(MAIL_DELIVERED) | KIND(MAIL_ENDED);
    case FORM_NOT_RELAYED: return EXPECT_RELAY_KINDS;
    case FORM_HAPPENS: return x->matcher.kinds;
    case FORM_NEVER: return x->matcher.kinds | x->around;
    case FORM_NONE: break;
    }
    return 0;
}

static void record(void *context, const struct trace_record *r)
{
    struct expect *e = context;
    struct expect_state *s = e->state;

    if (r->kind == TRACE_SIM_ENDED)
        s->came_to_rest =
            text_equal(((const struct trace_sim_ended *)r->data)->reason, TEXT("quiet"));
    match_ends_record(&s->ends, r);
    letters_record(&s->letters, r);
    for (uint32_t i = 0; i < e->count; i++) {
        if (!(kinds_of(&s->items[i]) >> r->kind & 1))
            continue;
        if (s->items[i].form == FORM_DELIVERED)
            see_letter(e, i, r);
        else if (s->items[i].form == FORM_NDR)
            see_report(e, i, r);
        else if (s->items[i].form == FORM_NOT_RELAYED)
            expect_relay_record(e, i, r);
        else
            see_match(e, i, r);
    }
    letters_forget(&s->letters, r);
}

struct trace_sink expect_sink(struct expect *e)
{
    uint64_t kinds = MATCH_ENDS_KINDS | LETTERS_KINDS | KIND(SIM_ENDED);

    for (uint32_t i = 0; i < e->count; i++)
        kinds |= kinds_of(&e->state->items[i]);
    return (struct trace_sink){.kinds = e->count ? kinds : 0, .record = record, .context = e};
}

/* ---- the verdict -------------------------------------------------------------------------- */

/* Are the records there that would tell?  A matcher may ask for what a trace was not asked to hold. */
static bool is_known(const struct expectation *x, uint32_t layers)
{
    uint64_t wanted = x->form == FORM_HAPPENS || x->form == FORM_NEVER ? x->matcher.kinds : 0;
    bool client =
        x->matcher.client.at &&
        (wanted & ~(KIND(POLICY_RELAY) | KIND(MAIL_ACCEPTED) | KIND(DNS_QUERY) | KIND(DNS_ANSWER)));

    if (x->form != FORM_HAPPENS && x->form != FORM_NEVER)
        return layers >> TRACE_LAYER_CORE & 1;
    return (wanted & ~trace_layer_kinds(layers)) == 0 &&
           (!client || (layers >> TRACE_LAYER_TCP & 1));
}

static bool has_held(const struct expectation *x)
{
    switch (x->form) {
    case FORM_DELIVERED:
        if (x->copies >= 0)
            return x->arrived == (uint64_t)x->copies && x->in_time == x->arrived;
        return x->in_time > 0;
    case FORM_NDR: return x->in_time > 0;
    case FORM_HAPPENS: return x->arrived > 0;
    case FORM_NOT_RELAYED:
    case FORM_NEVER: return x->arrived == 0;
    case FORM_NONE: break;
    }
    return false;
}

/* Could it still hold, had the run gone on? */
static bool is_open(const struct expectation *x)
{
    if (x->form == FORM_NDR || x->form == FORM_HAPPENS)
        return true;
    return x->form == FORM_DELIVERED &&
           (x->copies < 0 || (x->arrived < (uint64_t)x->copies && x->in_time == x->arrived));
}

static enum expect_verdict judge(const struct expect *e, const struct expectation *x)
{
    if (!is_known(x, e->state->layers))
        return EXPECT_UNKNOWN;
    for (uint32_t i = 0; i < x->need_count; i++)
        if (e->results[x->needs[i]].verdict != EXPECT_HELD)
            return EXPECT_NOT_COUNTED;
    if (has_held(x))
        return EXPECT_HELD;
    return !e->state->came_to_rest && is_open(x) ? EXPECT_UNKNOWN : EXPECT_FAILED;
}

static struct text said(struct expect *e, const struct expectation *x,
                        void (*put)(struct buffer *, const struct expectation *))
{
    buffer_clear(&e->state->words);
    put(&e->state->words, x);
    return text_copy(e->memory, buffer_text(&e->state->words));
}

static struct text say_needs(struct expect *e, const struct expectation *x)
{
    struct buffer *b = &e->state->words;

    buffer_clear(b);
    buffer_put_string(b, "it needs what has not held: ");
    for (uint32_t i = 0, listed = 0; i < x->need_count; i++)
        if (e->results[x->needs[i]].verdict != EXPECT_HELD) {
            buffer_put_string(b, listed++ > 0 ? ", " : "");
            buffer_put_text(b, e->results[x->needs[i]].id);
        }
    return text_copy(e->memory, buffer_text(b));
}

/* Of those that show it and those that came near, as many as are shown, in the order of the run. */
static void choose_events(struct expect_result *result, const struct expectation *x)
{
    struct expect_event *events = result->events;

    for (uint32_t i = 0; i < x->near_count && result->event_count < EXPECT_EVENTS_SHOWN; i++)
        events[result->event_count++] = x->near[i];
    for (uint32_t i = 1; i < result->event_count; i++)
        for (uint32_t k = i; k > 0 && events[k].seq < events[k - 1].seq; k--) {
            struct expect_event earlier = events[k];

            events[k] = events[k - 1];
            events[k - 1] = earlier;
        }
}

static void conclude(struct expect *e, uint32_t index)
{
    struct expect_result *result = &e->results[index];
    struct expectation *x = &e->state->items[index];

    result->verdict = judge(e, x);
    result->wanted = said(e, x, expect_put_wanted);
    if (result->verdict == EXPECT_UNKNOWN) {
        result->found = is_known(x, e->state->layers)
                            ? TEXT("the run ended before it was decided")
                            : TEXT("the trace does not hold the records that would tell");
    } else if (result->verdict == EXPECT_NOT_COUNTED) {
        result->found = say_needs(e, x);
    } else if (result->verdict == EXPECT_FAILED) {
        result->found = said(e, x, expect_put_found);
    } else {
        result->idle = !x->could_fail && e->state->came_to_rest &&
                       (x->form == FORM_NOT_RELAYED || x->form == FORM_NEVER);
        result->earned = result->points;
        e->held++;
    }
    if (result->verdict == EXPECT_FAILED) {
        choose_events(result, x);
        e->failed++;
    } else {
        result->event_count = 0;
    }
    e->points += result->points;
    e->earned += result->earned;
}

void expect_end(struct expect *e)
{
    for (uint32_t i = 0; i < e->count; i++)
        conclude(e, i);
}

/* ---- life --------------------------------------------------------------------------------- */

struct expect *expect_begin(struct memory *m, const struct replay_header *header)
{
    struct expect *e = MEMORY_NEW(m, struct expect);

    e->memory = m;
    e->state = MEMORY_NEW(m, struct expect_state);
    e->state->layers = header->layers;
    buffer_init(&e->state->words, m);
    match_ends_init(&e->state->ends, m);
    letters_init(&e->state->letters, m);
    e->broken = !expect_read(e, header->scenario);
    if (e->broken)
        e->count = 0;
    for (uint32_t i = 0; i < e->count; i++)
        e->state->items[i].around = kinds_around(e->state->items[i].matcher.kinds);
    return e;
}

/* Names and words stay with the memory, as all texts that were copied from the scenario do. */
void expect_free(struct expect *e)
{
    for (uint32_t i = 0; i < e->count; i++)
        expect_relay_free(e, &e->state->items[i]);
    match_ends_free(&e->state->ends);
    letters_free(&e->state->letters);
    buffer_free(&e->state->words);
    memory_give(e->memory, e->state, sizeof *e->state);
    memory_give(e->memory, e, sizeof *e);
}
