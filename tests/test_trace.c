/*
 * test_trace.c - the table of kinds as data; numbering, causes and sinks of the trace.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>

#include "sim/trace/trace.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const size_t type_sizes[] = {
    [TRACE_INT] = sizeof(int64_t),
    [TRACE_BOOL] = sizeof(bool),
    [TRACE_TEXT] = sizeof(struct text),
    [TRACE_WORD] = sizeof(struct text),
    [TRACE_TEXTS] = sizeof(struct trace_texts),
    [TRACE_ROWS] = sizeof(struct trace_rows_candidate),
};

static bool is_name(const char *s, const char *also)
{
    for (const char *c = s; *c; c++)
        if (!((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9' && c > s) || strchr(also, *c)))
            return false;
    return *s != '\0';
}

/* Fields lie one behind the other, none over another, and say what they are. */
static void check_fields(const char *of, const struct trace_field *fields, size_t count,
                         size_t size)
{
    size_t end = 0;

    for (size_t i = 0; i < count; i++) {
        const struct trace_field *f = &fields[i];
        cr_expect(is_name(f->name, "_"), "%s.%s", of, f->name);
        cr_expect_geq(f->offset, end, "%s.%s", of, f->name);
        end = f->offset + type_sizes[f->type];
        cr_expect_eq(f->choices != NULL, f->type == TRACE_WORD, "%s.%s", of, f->name);
        cr_expect_eq(f->rows != NULL, f->type == TRACE_ROWS, "%s.%s", of, f->name);
        if (f->choices)
            cr_expect(is_name(f->choices, "_|ABCDEFGHIJKLMNOPQRSTUVWXYZ-") &&
                          f->choices[0] != '|' && !strstr(f->choices, "||"),
                      "%s.%s: %s", of, f->name, f->choices);
        if (f->rows)
            check_fields(f->rows->name, f->rows->fields, f->rows->field_count, f->rows->size);
        for (size_t k = 0; k < i; k++)
            cr_expect_neq(strcmp(f->name, fields[k].name), 0, "%s.%s twice", of, f->name);
    }
    cr_expect_leq(end, size, "%s", of);
}

Test(trace, table_of_kinds_is_sound)
{
    uint64_t seen = 0;

    for (unsigned k = 0; k < TRACE_KIND_COUNT; k++) {
        const struct trace_kind_info *info = trace_kind_info((enum trace_kind)k);
        check_fields(info->name, info->fields, info->field_count, info->size);
        cr_expect(is_name(info->name, "._") && strchr(info->name, '.'), "%s", info->name);
        cr_expect_gt(strlen(info->doc), 0, "%s", info->name);
        cr_expect_eq(trace_kind_find(text_of(info->name)), k, "%s", info->name);
        cr_expect(trace_layer_kinds(1U << info->layer) >> k & 1, "%s", info->name);
    }
    for (unsigned l = 0; l < TRACE_LAYER_COUNT; l++) {
        const struct trace_layer_info *info = trace_layer_info((enum trace_layer)l);
        cr_expect_eq(trace_layer_find(text_of(info->name)), l, "%s", info->name);
        cr_expect_eq(seen & trace_layer_kinds(1U << l), 0, "a kind lies in one layer");
        seen |= trace_layer_kinds(1U << l);
    }
    cr_expect_eq(seen, trace_layer_kinds(TRACE_ALL_LAYERS));
    cr_expect_eq(__builtin_popcountll(seen), TRACE_KIND_COUNT);
    cr_expect_eq(trace_kind_find(TEXT("smtp.repl")), TRACE_KIND_COUNT);
    cr_expect_eq(trace_kind_find(TEXT("")), TRACE_KIND_COUNT);
    cr_expect_eq(trace_layer_find(TEXT("smtp ")), TRACE_LAYER_COUNT);
    cr_expect_eq(trace_layer_kinds(0), 0);
}

/* Names that the contract froze (contract.md): they may not change with the table. */
Test(trace, frozen_names)
{
    static const struct {
        const char *name;
        enum trace_layer layer;
    } rows[] = {
        {"sim.started", TRACE_LAYER_CORE},    {"host.crashed", TRACE_LAYER_CORE},
        {"net.dropped", TRACE_LAYER_TCP},     {"tcp.segment", TRACE_LAYER_SEGMENT},
        {"tcp.bytes", TRACE_LAYER_BYTES},     {"dns.mx_chosen", TRACE_LAYER_CORE},
        {"smtp.command", TRACE_LAYER_SMTP},   {"smtp.reply", TRACE_LAYER_SMTP},
        {"policy.relay", TRACE_LAYER_CORE},   {"queue.deferred", TRACE_LAYER_CORE},
        {"custody.opened", TRACE_LAYER_CORE}, {"custody.overlap", TRACE_LAYER_CORE},
        {"mail.delivered", TRACE_LAYER_CORE}, {"mail.ndr", TRACE_LAYER_CORE},
        {"pop3.command", TRACE_LAYER_POP3},   {"dns.query", TRACE_LAYER_DNS},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        enum trace_kind kind = trace_kind_find(text_of(rows[i].name));
        cr_assert_lt(kind, TRACE_KIND_COUNT, "%s", rows[i].name);
        cr_expect_eq(trace_kind_info(kind)->layer, rows[i].layer, "%s", rows[i].name);
    }
}

Test(trace, fields_are_found_where_the_structs_have_them)
{
    static const struct trace_candidate candidates[] = {
        {.preference = 10, .host = TEXT_INIT("mx1"), .verdict = TEXT_INIT("chosen")},
        {.preference = 20, .host = TEXT_INIT("mx2"), .verdict = TEXT_INIT("later")}};
    struct trace_dns_mx_chosen record = {
        .domain = TEXT("shop.example"), .candidates = {candidates, 2}, .reason = TEXT("mx")};
    const struct trace_kind_info *info = trace_kind_info(TRACE_DNS_MX_CHOSEN);
    const char *at = (const char *)&record;

    cr_assert_eq(info->size, sizeof record);
    cr_assert_str_eq(info->fields[0].name, "domain");
    cr_expect(
        text_equal(*(const struct text *)(at + info->fields[0].offset), TEXT("shop.example")));
    cr_assert_str_eq(info->fields[1].name, "candidates");
    cr_assert_eq(info->fields[1].type, TRACE_ROWS);
    const struct trace_row_shape *shape = info->fields[1].rows;
    /* Any list of rows can be read as one of these: an address and a count. */
    const struct trace_rows_candidate *rows = (const void *)(at + info->fields[1].offset);
    const char *second = (const char *)rows->items + shape->size;
    cr_assert_eq(rows->count, 2);
    cr_assert_str_eq(shape->fields[0].name, "preference");
    cr_expect_eq(*(const int64_t *)(second + shape->fields[0].offset), 20);
    cr_expect(text_equal(*(const struct text *)(second + shape->fields[1].offset), TEXT("mx2")));
}

/* ---- emitting ------------------------------------------------------------------------------- */

enum { SEEN_MAX = 32 };

struct seen {
    struct trace_record records[SEEN_MAX];
    size_t count;
};

static void see(void *context, const struct trace_record *r)
{
    struct seen *s = context;

    cr_assert_lt(s->count, SEEN_MAX);
    s->records[s->count++] = *r;
}

static uint32_t layer(enum trace_layer l)
{
    return 1U << l;
}

/* A little story: a command (smtp) leads to a verdict (core), that to a segment, that to a reply. */
static void tell(struct trace *t, int64_t *now_ns, uint64_t handles[4])
{
    struct trace_where where = {.host = TEXT("mx"), .side = TRACE_SIDE_SERVER, .conn = 1};

    handles[0] =
        trace_emit_smtp_command(t, &where, &(struct trace_smtp_command){.verb = TEXT("RCPT")});
    where.cause = handles[0];
    *now_ns += 5;
    handles[1] = trace_emit_policy_relay(t, &where, &(struct trace_policy_relay){.allowed = true});
    where.cause = handles[1];
    handles[2] = trace_skip(t, TRACE_TCP_SEGMENT, &where);
    where.cause = handles[2];
    *now_ns += 5;
    handles[3] = trace_emit_smtp_reply(t, &where, &(struct trace_smtp_reply){.code = 250});
}

Test(trace, seq_counts_every_record_written_or_not)
{
    struct trace t;
    struct seen smtp = {.count = 0};
    int64_t now_ns = 100;
    uint64_t handles[4];

    trace_init(&t, &now_ns, layer(TRACE_LAYER_SMTP));
    trace_add_sink(&t, (struct trace_sink){trace_layer_kinds(layer(TRACE_LAYER_SMTP)), see, &smtp});
    tell(&t, &now_ns, handles);
    cr_expect_eq(t.seq, 4);
    cr_expect_eq(t.counts[TRACE_SMTP_COMMAND], 1);
    cr_expect_eq(t.counts[TRACE_POLICY_RELAY], 1);
    cr_expect_eq(t.counts[TRACE_TCP_SEGMENT], 1);
    cr_expect_eq(t.counts[TRACE_SMTP_REPLY], 1);
    cr_assert_eq(smtp.count, 2);
    cr_expect_eq(smtp.records[0].seq, 1);
    cr_expect_eq(smtp.records[0].time_ns, 100);
    cr_expect_eq(smtp.records[0].kind, TRACE_SMTP_COMMAND);
    cr_expect_eq(smtp.records[1].seq, 4);
    cr_expect_eq(smtp.records[1].time_ns, 110);
    cr_expect(text_equal(smtp.records[1].where.host, TEXT("mx")));
    cr_expect_eq(smtp.records[1].where.side, TRACE_SIDE_SERVER);
}

Test(trace, causes_name_the_nearest_written_ancestor)
{
    static const struct {
        const char *name;
        uint32_t layers;
        uint64_t handles[4];
    } rows[] = {
        {"all", TRACE_ALL_LAYERS, {1, 2, 3, 4}},
        {"core and smtp", 1U << TRACE_LAYER_CORE | 1U << TRACE_LAYER_SMTP, {1, 2, 2, 4}},
        {"smtp", 1U << TRACE_LAYER_SMTP, {1, 1, 1, 4}},
        {"segment", 1U << TRACE_LAYER_SEGMENT, {0, 0, 3, 3}},
        {"none", 0, {0, 0, 0, 0}},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        /* Whether anybody listens makes no difference. */
        for (int listening = 0; listening < 2; listening++) {
            struct trace t;
            struct seen all = {.count = 0};
            int64_t now_ns = 0;
            uint64_t handles[4];
            trace_init(&t, &now_ns, rows[i].layers);
            if (listening)
                trace_add_sink(&t, (struct trace_sink){UINT64_MAX, see, &all});
            tell(&t, &now_ns, handles);
            for (int k = 0; k < 4; k++)
                cr_expect_eq(handles[k], rows[i].handles[k], "%s: %d", rows[i].name, k);
            cr_expect_eq(t.seq, 4);
        }
}

Test(trace, each_sink_gets_what_it_wants_in_order)
{
    struct trace t;
    struct seen core = {.count = 0}, smtp = {.count = 0}, nothing = {.count = 0};
    int64_t now_ns = 0;
    uint64_t handles[4];

    trace_init(&t, &now_ns, TRACE_ALL_LAYERS);
    trace_add_sink(&t, (struct trace_sink){trace_layer_kinds(layer(TRACE_LAYER_CORE)), see, &core});
    trace_add_sink(&t, (struct trace_sink){trace_layer_kinds(layer(TRACE_LAYER_SMTP)), see, &smtp});
    trace_add_sink(&t, (struct trace_sink){0, see, &nothing});
    cr_expect(trace_wants(&t, TRACE_POLICY_RELAY));
    cr_expect(trace_wants(&t, TRACE_SMTP_REPLY));
    cr_expect_not(trace_wants(&t, TRACE_TCP_SEGMENT));
    tell(&t, &now_ns, handles);
    cr_expect_eq(core.count, 1);
    cr_expect_eq(core.records[0].seq, 2);
    cr_expect_eq(core.records[0].where.cause, 1);
    cr_expect_eq(smtp.count, 2);
    cr_expect_eq(nothing.count, 0);
}

/* A sink that writes all over what it was lent changes neither handles nor later records. */
static void spoil(void *context, const struct trace_record *r)
{
    struct trace_record *mine = (struct trace_record *)(uintptr_t)r;

    (void)context;
    mine->seq = 99;
    mine->time_ns = -1;
    mine->where.cause = 77;
    mine->where.conn = 5;
}

Test(trace, sinks_cannot_influence_the_run)
{
    struct trace quiet, spoilt;
    struct seen after = {.count = 0};
    int64_t now_a = 0, now_b = 0;
    uint64_t a[4], b[4];

    trace_init(&quiet, &now_a, TRACE_ALL_LAYERS);
    trace_init(&spoilt, &now_b, TRACE_ALL_LAYERS);
    trace_add_sink(&spoilt, (struct trace_sink){UINT64_MAX, spoil, NULL});
    trace_add_sink(&spoilt, (struct trace_sink){UINT64_MAX, see, &after});
    tell(&quiet, &now_a, a);
    tell(&spoilt, &now_b, b);
    for (int i = 0; i < 4; i++)
        cr_expect_eq(a[i], b[i]);
    cr_expect_eq(quiet.seq, spoilt.seq);
    cr_expect_eq(now_a, now_b);
    cr_expect_arr_eq(quiet.counts, spoilt.counts, sizeof quiet.counts);
    cr_expect_eq(after.count, 3, "one was skipped");
}

Test(trace, a_sink_that_comes_late_is_a_bug_of_ours, .signal = SIGABRT)
{
    struct trace t;
    int64_t now_ns = 0;

    trace_init(&t, &now_ns, TRACE_ALL_LAYERS);
    trace_skip(&t, TRACE_SIM_STARTED, &(struct trace_where){.cause = 0});
    trace_add_sink(&t, (struct trace_sink){UINT64_MAX, see, NULL});
}
