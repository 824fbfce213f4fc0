/*
 * A trace that is written, read and written again: the same octets; and what a reader must refuse.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/export/sha256.h"
#include "sim/export/trace_json.h"
#include "sim/kernel/random.h"
#include "sim/replay/load.h"
#include "sim/replay/read.h"
#include "tests/sample_run.h"

static struct memory memory;

static void init(void)
{
    memory_init(&memory, 0);
}

static void fini(void)
{
    memory_end(&memory);
}

TestSuite(replay_read, .init = init, .fini = fini);

static struct text rewrite(struct text octets, enum trace_json_form form)
{
    struct replay_digest digest = sha256_begin();
    struct replay_reader r;
    struct trace_json *w;
    struct trace_sink sink;
    struct buffer out;

    buffer_init(&out, &memory);
    cr_assert(replay_read_open(&r, &memory, octets, &digest), "%zu:%zu: %s", r.error.line,
              r.error.column, r.error.what);
    w = trace_json_begin(&memory, sample_output(&out), form, &r.header);
    sink = trace_json_sink(w);
    cr_assert(replay_read_feed(&r, &sink, 1), "%zu:%zu: %s", r.error.line, r.error.column,
              r.error.what);
    cr_assert(r.has_footer);
    cr_assert_not(r.truncated);
    trace_json_end_copy(w, &r.footer);
    replay_read_close(&r);
    sha256_end(&digest);
    return buffer_text(&out);
}

static void expect_same(struct text a, struct text b, const char *what)
{
    size_t i = 0;

    while (i < a.size && i < b.size && a.at[i] == b.at[i])
        i++;
    cr_assert(text_equal(a, b), "%s: differ at %zu of %zu and %zu: %.*s | %.*s", what, i, a.size,
              b.size, (int)(a.size - i < 60 ? a.size - i : 60), a.at + i,
              (int)(b.size - i < 60 ? b.size - i : 60), b.at + i);
}

Test(replay_read, both_forms_come_back_octet_by_octet)
{
    const unsigned options[] = {0, SAMPLE_BOUNCE, SAMPLE_LOSS | SAMPLE_IPV6, SAMPLE_OPEN};
    const uint32_t layers[] = {TRACE_ALL_LAYERS, 1U << TRACE_LAYER_CORE, 1U << TRACE_LAYER_SMTP, 0};

    for (size_t o = 0; o < 4; o++)
        for (size_t l = 0; l < 4; l++) {
            struct text framed = sample_trace(&memory, TRACE_JSON_FRAMED, layers[l], options[o]);
            struct text lines = sample_trace(&memory, TRACE_JSON_LINES, layers[l], options[o]);

            expect_same(framed, rewrite(framed, TRACE_JSON_FRAMED), "framed");
            expect_same(lines, rewrite(lines, TRACE_JSON_LINES), "lines");
            expect_same(lines, rewrite(framed, TRACE_JSON_LINES), "framed to lines");
            expect_same(framed, rewrite(lines, TRACE_JSON_FRAMED), "lines to framed");
        }
}

/* ---- random records of every kind ---------------------------------------------------------- */

static struct text random_text(struct random *r)
{
    size_t size = random_chance(r, 50000) ? 5000 + random_below(r, 5000) : random_below(r, 24);
    char *at = memory_take(&memory, size + 1);
    bool wild = random_chance(r, 500000);

    for (size_t i = 0; i < size; i++)
        at[i] = wild ? (char)random_below(r, 256) : (char)(' ' + random_below(r, 95));
    return text_from(at, size);
}

static int64_t random_int(struct random *r)
{
    switch (random_below(r, 4)) {
    case 0: return INT64_MIN + (int64_t)random_below(r, 2);
    case 1: return INT64_MAX - (int64_t)random_below(r, 2);
    case 2: return (int64_t)(random_next(r) >> random_below(r, 64));
    default: return -(int64_t)random_below(r, 3);
    }
}

static struct text random_word(struct random *r, const char *choices)
{
    uint64_t pick = 0, count = 1;

    for (const char *c = choices; *c; c++)
        count += *c == '|';
    pick = random_below(r, count);
    while (pick-- > 0)
        choices = strchr(choices, '|') + 1;
    return text_from(choices, strcspn(choices, "|"));
}

static void fill(struct random *r, const struct trace_field *f, size_t count, char *data)
{
    for (; count-- > 0; f++) {
        void *at = data + f->offset;

        switch (f->type) {
        case TRACE_INT: *(int64_t *)at = random_int(r); break;
        case TRACE_BOOL: *(bool *)at = random_chance(r, 500000); break;
        case TRACE_TEXT: *(struct text *)at = random_text(r); break;
        case TRACE_WORD: *(struct text *)at = random_word(r, f->choices); break;
        case TRACE_TEXTS: {
            struct trace_texts *texts = at;
            struct text *items = memory_take(&memory, 20 * sizeof *items);

            texts->count = (uint32_t)random_below(r, 20);
            for (uint32_t i = 0; i < texts->count; i++)
                items[i] = random_text(r);
            texts->items = items;
            break;
        }
        case TRACE_ROWS: {
            struct trace_rows_candidate *rows = at;
            char *items = memory_take_clear(&memory, 20 * f->rows->size);

            rows->count = (uint32_t)random_below(r, 20);
            for (uint32_t i = 0; i < rows->count; i++)
                fill(r, f->rows->fields, f->rows->field_count, items + i * f->rows->size);
            rows->items = (void *)items;
            break;
        }
        }
    }
}

static struct text random_trace(struct random *r, uint32_t layers)
{
    struct replay_header header = sample_header(layers);
    int64_t now_ns = 0;
    struct trace_json *w;
    struct trace trace;
    struct buffer out;

    buffer_init(&out, &memory);
    w = trace_json_begin(&memory, sample_output(&out), TRACE_JSON_LINES, &header);
    trace_init(&trace, &now_ns, layers);
    trace_add_sink(&trace, trace_json_sink(w));
    for (int i = 0; i < 4 * TRACE_KIND_COUNT; i++) {
        enum trace_kind kind = (enum trace_kind)(i % TRACE_KIND_COUNT);
        const struct trace_kind_info *info = trace_kind_info(kind);
        char *data = memory_take_clear(&memory, info->size);
        struct trace_where where = {
            .host = random_text(r),
            .side = (enum trace_side)random_below(r, 3),
            .conn = random_chance(r, 500000) ? (uint32_t)random_next(r) : 0,
            .mail = random_text(r),
            .queue = random_text(r),
            .cause = random_below(r, trace.seq + 1),
        };

        fill(r, info->fields, info->field_count, data);
        trace_emit(&trace, kind, &where, data);
        now_ns += (int64_t)random_below(r, 1000);
    }
    trace_json_end(w, REPLAY_ERROR, now_ns, trace.counts);
    return buffer_text(&out);
}

Test(replay_read, random_records_of_every_kind_come_back)
{
    for (uint64_t seed = 0; seed < 40; seed++) {
        struct random r;
        struct text lines;

        random_init(&r, seed, TEXT("test"), TEXT("records"));
        lines = random_trace(&r, (uint32_t)random_below(&r, TRACE_ALL_LAYERS + 1));
        expect_same(lines, rewrite(lines, TRACE_JSON_LINES), "lines");
        expect_same(lines, rewrite(rewrite(lines, TRACE_JSON_FRAMED), TRACE_JSON_LINES), "framed");
        for (size_t i = 0; i < lines.size; i++)
            cr_assert((lines.at[i] >= ' ' && lines.at[i] < 0x7f) || lines.at[i] == '\n');
    }
}

/* ---- cut short ----------------------------------------------------------------------------- */

Test(replay_read, a_cut_file_gives_its_whole_lines_and_says_so)
{
    for (int form = TRACE_JSON_FRAMED; form <= TRACE_JSON_LINES; form++) {
        struct text whole = sample_trace(&memory, (enum trace_json_form)form,
                                         1U << TRACE_LAYER_CORE, SAMPLE_BOUNCE);
        size_t lines = 0;

        for (size_t cut = 0; cut < whole.size; cut++) {
            struct replay_digest digest = sha256_begin();
            struct trace_record record;
            struct replay_reader r;
            size_t records = 0;

            if (replay_read_open(&r, &memory, text_from(whole.at, cut), &digest)) {
                while (replay_read_next(&r, &record))
                    records++;
                cr_assert_eq(r.error.line, 0, "cut at %zu: %zu:%zu: %s", cut, r.error.line,
                             r.error.column, r.error.what);
                cr_assert_eq(records, lines - 1, "cut at %zu", cut);
            } else {
                cr_assert_eq(lines, 0);
                cr_assert_eq(r.error.line, 1);
            }
            cr_assert(r.truncated);
            cr_assert_not(r.has_footer);
            replay_read_close(&r);
            sha256_end(&digest);
            lines += whole.at[cut] == '\n';
        }
    }
}

/* ---- changed ------------------------------------------------------------------------------- */

static const struct edit {
    const char *name, *from, *to;
    const char *want; /* part of the error */
} edits[] = {
    {"another format", "\"smtplab_trace\":1", "\"smtplab_trace\":2", "format"},
    {"scenario changed", "My first", "My worst", "scenario_sha256"},
    {"unknown key in the header", "\",\"changed\":", "\",\"chance\":", "expected \"changed\" or }"},
    {"unknown layer", "\"core\"", "\"cork\"", "unknown layer \"cork\""},
    {"missing key", "\"seed\":", "\"seat\":", "expected \"seed\""},
    {"unknown kind", "\"kind\":\"mail.composed\"", "\"kind\":\"mail.decomposed\"",
     "unknown kind \"mail.decomposed\""},
    {"seq that stays", "{\"seq\":3,", "{\"seq\":2,", "seq does not grow"},
    {"time that runs back", "\"t_ns\":4000000,", "\"t_ns\":5,", "time runs back"},
    {"cause in the future", "\"cause\":6,", "\"cause\":600000,", "a cause comes earlier"},
    {"unknown word", "\"protocol\":\"ESMTP\"", "\"protocol\":\"EMTP\"", "expected one of"},
    {"string for a number", "\"attempt\":1", "\"attempt\":\"1\"", "expected \"a number\""},
    {"number for a string", "\"subject\":\"Hi\"", "\"subject\":17", "expected \"a string\""},
    {"field out of order", "\"from\":\"alice@uni.example\",\"to\"",
     "\"to\":\"alice@uni.example\",\"from\"", "expected \"from\""},
    {"unknown field", "\"message_id\"", "\"massage_id\"", "expected \"message_id\""},
    {"envelope out of order", "\"host\":\"ns.example\",\"kind\":\"host.started\"",
     "\"kind\":\"host.started\",\"host\":\"ns.example\"", "expected \"data\""},
    {"side of no one", "\"side\":\"server\"", "\"side\":\"middle\"", "client or server"},
    {"blank in an event", "{\"seq\":3,", "{ \"seq\":3,", "events_sha256"},
    {"subject changed", "\"subject\":\"Hi\"", "\"subject\":\"Ho\"", "events_sha256"},
    {"connection 0", "\"conn\":1,", "\"conn\":0,", "connection"},
    {"code point beyond an octet", "\"subject\":\"Hi\"", "\"subject\":\"\\u0100\"", ""},
    {"not JSON", "\"code\":250", "\"code\":0250", ""},
    {"counts changed", "\"mail.composed\":2", "\"mail.composed\":3", "count otherwise"},
    {"records changed", "\"records\":", "\"records\":1", "sum"},
    {"written changed", "\"written\":", "\"written\":1", "number of events"},
    {"status unknown", "\"status\":\"complete\"", "\"status\":\"fine\"", "unknown status"},
    {"a custody that is closed", "\"custodies_open\":[]",
     "\"custodies_open\":[{\"custody\":\"a\",\"host\":\"b\",\"mail\":\"c\",\"recipient\":\"d\"}]",
     "custodies_open"},
    {"something behind", "\"}}\n", "\"}}\n{}\n", ""},
};

/* With the first `from` replaced. */
static struct text edited(struct text t, const struct edit *e)
{
    struct buffer b;
    size_t size = strlen(e->from);
    size_t at = 0;

    while (at + size <= t.size && memcmp(t.at + at, e->from, size) != 0)
        at++;
    cr_assert_leq(at + size, t.size, "%s: not found", e->name);
    buffer_init(&b, &memory);
    buffer_put(&b, t.at, at);
    buffer_put_string(&b, e->to);
    buffer_put_text(&b, text_after(t, at + size));
    return buffer_text(&b);
}

Test(replay_read, what_was_changed_is_refused_with_its_line)
{
    for (int form = TRACE_JSON_FRAMED; form <= TRACE_JSON_LINES; form++)
        for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
            struct text whole =
                sample_trace(&memory, (enum trace_json_form)form, TRACE_ALL_LAYERS, SAMPLE_BOUNCE);
            struct replay_digest digest = sha256_begin();
            struct trace_record record;
            struct replay_reader r;

            if (replay_read_open(&r, &memory, edited(whole, &edits[i]), &digest))
                while (replay_read_next(&r, &record))
                    ;
            cr_expect_neq(r.error.line, 0, "form %d, %s: taken", form, edits[i].name);
            cr_expect_not(r.has_footer, "%s", edits[i].name);
            cr_expect(strstr(r.error.what, edits[i].want) != NULL, "form %d, %s: %zu:%zu: %s", form,
                      edits[i].name, r.error.line, r.error.column, r.error.what);
            replay_read_close(&r);
            sha256_end(&digest);
        }
}

Test(replay_read, the_place_of_an_error_is_right)
{
    struct text whole = sample_trace(&memory, TRACE_JSON_FRAMED, TRACE_ALL_LAYERS, 0);
    const struct edit e = {"", "{\"seq\":3,\"t_ns\":0,", "{\"seq\":3,\"t_ms\":0,", ""};
    struct trace_record record;
    struct replay_reader r;

    cr_assert(replay_read_open(&r, &memory, edited(whole, &e), NULL));
    while (replay_read_next(&r, &record))
        ;
    cr_expect_eq(r.error.line, 4); /* the header is line 1 */
    cr_expect_eq(r.error.column, 10);
    replay_read_close(&r);
}

Test(replay_read, a_missing_comma_is_refused)
{
    struct text whole = sample_trace(&memory, TRACE_JSON_FRAMED, 1U << TRACE_LAYER_CORE, 0);
    const struct edit less = {"", "}},\n{", "}}\n{", ""}, more = {"", "}}\n]", "}},\n]", ""};
    struct trace_record record;
    struct replay_reader r;

    for (int i = 0; i < 2; i++) {
        cr_assert(replay_read_open(&r, &memory, edited(whole, i ? &more : &less), NULL));
        while (replay_read_next(&r, &record))
            ;
        cr_expect_neq(r.error.line, 0);
        cr_expect(strstr(r.error.what, "comma") != NULL, "%s", r.error.what);
        replay_read_close(&r);
    }
}

/* ---- all in memory ------------------------------------------------------------------------- */

Test(replay_read, a_loaded_trace_holds_the_same_records)
{
    struct text whole = sample_trace(&memory, TRACE_JSON_LINES, TRACE_ALL_LAYERS, SAMPLE_BOUNCE);
    struct replay_reader r;
    struct replay_trace trace;
    struct buffer out;
    struct text events;

    cr_assert(replay_read_open(&r, &memory, whole, NULL));
    cr_assert(replay_load(&r, &memory, &trace));
    buffer_init(&out, &memory);
    for (size_t i = 0; i < trace.count; i++) {
        trace_json_put_record(&out, trace.records[i]);
        buffer_put_char(&out, '\n');
        cr_assert_eq(replay_find(&trace, trace.records[i]->seq), trace.records[i]);
    }
    cr_assert_null(replay_find(&trace, 0));
    cr_assert_null(replay_find(&trace, trace.records[trace.count - 1]->seq + 1));
    events = text_after(whole, text_find(whole, '\n') + 1);
    events.size = out.size;
    expect_same(events, buffer_text(&out), "records");
    cr_assert(trace.has_footer);
    replay_read_close(&r);
}

Test(replay_read, reading_takes_no_more_memory_as_records_pass)
{
    struct text whole = sample_trace(&memory, TRACE_JSON_LINES, TRACE_ALL_LAYERS, SAMPLE_BOUNCE);
    struct memory own;
    struct trace_record record;
    struct replay_reader r;
    size_t after_first = 0;

    memory_init(&own, 0);
    cr_assert(replay_read_open(&r, &own, whole, NULL));
    while (replay_read_next(&r, &record))
        if (r.written == 100)
            after_first = own.used;
    cr_expect_leq(own.used, after_first + 65536, "grows with the records");
    replay_read_close(&r);
    memory_end(&own);
}
