/*
 * Two passes: side by side to the first record that differs; then, since nothing can be lined up any
 * more, by what does not depend on order: verdicts by mail and recipient, counts by kind.
 */
#include "sim/replay/compare.h"

#include "sim/kernel/clock.h"
#include "sim/kernel/table.h"
#include "sim/replay/record.h"

enum { CAUSES_SHOWN = 12, VERDICTS_SHOWN = 20 };

struct pair {
    const struct replay_trace *a, *b;
    struct text name_a, name_b;
    struct buffer *out;
    uint64_t kinds; /* that both wrote */
    bool causes;    /* compared too */
    bool same;
};

/* ---- pieces ------------------------------------------------------------------------------- */

static void say(struct pair *p, const char *string)
{
    buffer_put_string(p->out, string);
}

static void say_line(struct pair *p, const char *string)
{
    say(p, string);
    say(p, "\n");
}

static void say_int(struct pair *p, uint64_t value)
{
    buffer_put_int(p->out, (int64_t)value);
}

/* A fact of the two that is not the same. */
static void differ(struct pair *p, const char *what, struct text a, struct text b)
{
    if (text_equal(a, b))
        return;
    p->same = false;
    say(p, what);
    say(p, ": ");
    buffer_put_text(p->out, a);
    say(p, " and ");
    buffer_put_text(p->out, b);
    say(p, "\n");
}

static void differ_count(struct pair *p, const char *what, uint64_t a, uint64_t b)
{
    if (a == b)
        return;
    p->same = false;
    say(p, what);
    say(p, ": ");
    say_int(p, a);
    say(p, " and ");
    say_int(p, b);
    say(p, "\n");
}

/* ---- header and footer -------------------------------------------------------------------- */

static void say_layers(struct pair *p, uint32_t layers)
{
    bool first = true;

    for (int layer = 0; layer < TRACE_LAYER_COUNT; layer++) {
        if ((layers >> layer & 1) == 0)
            continue;
        say(p, first ? "" : ", ");
        say(p, trace_layer_info((enum trace_layer)layer)->name);
        first = false;
    }
    say(p, first ? "none" : "");
}

static void compare_headers(struct pair *p)
{
    const struct replay_header *a = &p->a->header, *b = &p->b->header;

    say(p, "A is ");
    buffer_put_text(p->out, p->name_a);
    say(p, ", ");
    say_int(p, p->a->count);
    say(p, " events; B is ");
    buffer_put_text(p->out, p->name_b);
    say(p, ", ");
    say_int(p, p->b->count);
    say_line(p, " events.");
    differ(p, "version of smtplab", a->version, b->version);
    differ(p, "seed", a->seed, b->seed);
    differ(p, "scenario, by its sha256", a->scenario_sha256, b->scenario_sha256);
    if (a->layers == b->layers)
        return;
    p->same = false;
    say(p, "layers: ");
    say_layers(p, a->layers);
    say(p, " and ");
    say_layers(p, b->layers);
    say(p, ".  Compared are only ");
    say_layers(p, a->layers & b->layers);
    say_line(p, ", and no causes, since a cause names what was written.");
}

static struct text status_of(const struct replay_trace *t)
{
    return t->has_footer ? text_of(replay_status_name(t->footer.status)) : TEXT("truncated");
}

static void compare_footers(struct pair *p)
{
    const struct replay_footer *a = &p->a->footer, *b = &p->b->footer;

    differ(p, "status", status_of(p->a), status_of(p->b));
    if (!p->a->has_footer && !p->b->has_footer)
        say_line(p, "Both are truncated: what is missing was not compared.");
    if (!p->a->has_footer || !p->b->has_footer)
        return;
    if (a->end_ns != b->end_ns || a->open_count != b->open_count ||
        memcmp(a->counts, b->counts, sizeof a->counts) != 0)
        say_line(p, "\nThe end, and how many records of each kind, in A and in B:");
    differ_count(p, "end, in ns", (uint64_t)a->end_ns, (uint64_t)b->end_ns);
    for (int kind = 0; kind < TRACE_KIND_COUNT; kind++)
        differ_count(p, trace_kind_info((enum trace_kind)kind)->name, a->counts[kind],
                     b->counts[kind]);
    differ_count(p, "custodies open at the end", a->open_count, b->open_count);
}

/* ---- side by side ------------------------------------------------------------------------- */

/* Index of the next record from `i` on of a kind that both wrote. */
static size_t next_common(const struct pair *p, const struct replay_trace *t, size_t i)
{
    while (i < t->count && (p->kinds >> t->records[i]->kind & 1) == 0)
        i++;
    return i;
}

static void say_causes(struct pair *p, const char *label, const struct replay_trace *t,
                       const struct trace_record *r)
{
    int shown = 0;

    say(p, "What led there in ");
    say(p, label);
    say_line(p, ":");
    while (r->where.cause != 0 && shown++ < CAUSES_SHOWN) {
        r = replay_find(t, r->where.cause);
        if (r == NULL)
            break;
        say(p, "   ");
        record_put(p->out, r);
        say(p, "\n");
    }
    if (shown == 0)
        say_line(p, "   nothing: it is a beginning");
    else if (r != NULL && r->where.cause != 0)
        say_line(p, "   and more before that");
}

static void say_first(struct pair *p, const struct trace_record *a, const struct trace_record *b,
                      uint64_t before)
{
    p->same = false;
    say(p, "\nThe first ");
    say_int(p, before);
    say_line(p, " events are the same.  Then:");
    say(p, "A: ");
    if (a != NULL)
        record_put(p->out, a);
    say_line(p, a == NULL ? "nothing more" : "");
    say(p, "B: ");
    if (b != NULL)
        record_put(p->out, b);
    say_line(p, b == NULL ? "nothing more" : "");
    if (a != NULL && b != NULL) {
        say(p, "Different: ");
        record_put_difference(p->out, a, b, p->causes);
        say(p, "\n");
    }
    if (a != NULL && b != NULL && p->causes && a->where.cause == b->where.cause) {
        say_causes(p, "both", p->a, a);
        return;
    }
    if (a != NULL)
        say_causes(p, "A", p->a, a);
    if (b != NULL)
        say_causes(p, "B", p->b, b);
}

static void compare_records(struct pair *p)
{
    size_t i = next_common(p, p->a, 0), k = next_common(p, p->b, 0);
    uint64_t before = 0;

    while (i < p->a->count && k < p->b->count &&
           record_equal(p->a->records[i], p->b->records[k], p->causes)) {
        before++;
        i = next_common(p, p->a, i + 1);
        k = next_common(p, p->b, k + 1);
    }
    if (i < p->a->count || k < p->b->count)
        say_first(p, i < p->a->count ? p->a->records[i] : NULL,
                  k < p->b->count ? p->b->records[k] : NULL, before);
}

/* ---- verdicts ----------------------------------------------------------------------------- */

struct verdicts {
    struct table by_key; /* mail, LF, recipient -> index in records */
    const struct trace_record **records;
    size_t count;
};

static struct text key_of(struct memory *m, const struct trace_record *r)
{
    const struct trace_mail_ended *e = r->data;
    struct buffer b;

    buffer_init(&b, m);
    buffer_put_text(&b, r->where.mail);
    buffer_put_char(&b, '\n');
    buffer_put_text(&b, e->recipient);
    return buffer_text(&b); /* lives as long as the report's memory */
}

static void collect(struct verdicts *v, struct memory *m, const struct replay_trace *t)
{
    size_t wanted = 1;

    for (size_t i = 0; i < t->count; i++)
        wanted += t->records[i]->kind == TRACE_MAIL_ENDED;
    table_init(&v->by_key, m, false);
    v->count = 0;
    v->records = memory_take(m, wanted * sizeof *v->records);
    for (size_t i = 0; i < t->count; i++) {
        if (t->records[i]->kind != TRACE_MAIL_ENDED)
            continue;
        table_set(&v->by_key, key_of(m, t->records[i]), (uint32_t)v->count);
        v->records[v->count++] = t->records[i];
    }
}

static const struct trace_record *find_same(const struct verdicts *v, struct memory *m,
                                            const struct trace_record *r)
{
    uint32_t i = table_get(&v->by_key, key_of(m, r));

    return i == TABLE_NONE ? NULL : v->records[i];
}

static void say_verdict(struct pair *p, const struct trace_record *r)
{
    const struct trace_mail_ended *e = r != NULL ? r->data : NULL;

    if (e == NULL) {
        say(p, "nothing is known");
        return;
    }
    buffer_put_text(p->out, e->verdict);
    say(p, " at ");
    buffer_put_text(p->out, e->at);
    say(p, " after ");
    clock_put_duration(p->out, r->time_ns);
}

static bool same_verdict(const struct trace_record *x, const struct trace_record *y)
{
    const struct trace_mail_ended *a = x->data, *b = y->data;

    return text_equal(a->verdict, b->verdict) && text_equal(a->at, b->at);
}

static void say_other_verdict(struct pair *p, const struct trace_record *named,
                              const struct trace_record *a, const struct trace_record *b,
                              uint64_t *others)
{
    p->same = false;
    if ((*others)++ >= VERDICTS_SHOWN)
        return;
    say(p, "   ");
    buffer_put_text(p->out, named->where.mail);
    say(p, " to ");
    buffer_put_text(p->out, ((const struct trace_mail_ended *)named->data)->recipient);
    say(p, ": in A ");
    say_verdict(p, a);
    say(p, ", in B ");
    say_verdict(p, b);
    say(p, "\n");
}

static void compare_verdicts(struct pair *p)
{
    struct memory *m = p->out->memory;
    uint64_t others = 0, later = 0;
    struct verdicts a, b;

    if ((p->kinds >> TRACE_MAIL_ENDED & 1) == 0) {
        say_line(p, "Verdicts are not compared: not both have the core layer.");
        return;
    }
    collect(&a, m, p->a);
    collect(&b, m, p->b);
    say_line(p, "\nWhat became of the mails:");
    for (size_t i = 0; i < a.count; i++) {
        const struct trace_record *r = a.records[i], *other = find_same(&b, m, r);

        if (other == NULL || !same_verdict(r, other))
            say_other_verdict(p, r, r, other, &others);
        else
            later += r->time_ns != other->time_ns;
    }
    for (size_t i = 0; i < b.count; i++)
        if (find_same(&a, m, b.records[i]) == NULL)
            say_other_verdict(p, b.records[i], NULL, b.records[i], &others);
    if (others > VERDICTS_SHOWN) {
        say(p, "   and ");
        say_int(p, others - VERDICTS_SHOWN);
        say_line(p, " more");
    }
    say(p, "   ");
    say_int(p, others);
    say(p, " recipients with another verdict, ");
    say_int(p, later);
    say_line(p, " with the same at another time");
    table_free(&a.by_key);
    table_free(&b.by_key);
}

bool replay_compare(const struct replay_trace *a, struct text name_a, const struct replay_trace *b,
                    struct text name_b, struct buffer *report)
{
    struct pair p = {.a = a, .b = b, .name_a = name_a, .name_b = name_b, .out = report};

    p.kinds = trace_layer_kinds(a->header.layers & b->header.layers);
    p.causes = a->header.layers == b->header.layers;
    p.same = true;
    compare_headers(&p);
    compare_records(&p);
    if (!p.same)
        compare_verdicts(&p);
    compare_footers(&p);
    if (p.same)
        say_line(&p, "They are the same.");
    return p.same;
}
