/*
 * The writer's own promises: the schema, the hash, causes and layers, lines that others can read.
 * tests/test_replay_read.c reads everything back.
 */
#include <criterion/criterion.h>

#include "sim/export/sha256.h"
#include "sim/export/trace_json.h"
#include "sim/export/trace_schema.h"
#include "tests/golden.h"
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

TestSuite(export_trace, .init = init, .fini = fini);

Test(export_trace, the_schema_in_scenarios_is_that_of_the_table)
{
    struct buffer b;

    buffer_init(&b, &memory);
    trace_schema_put(&b);
    golden_check("scenarios/smtplab-trace.schema.json", buffer_text(&b));
}

Test(export_trace, sha256_of_known_texts)
{
    char hex[REPLAY_SHA256_HEX + 1];

    sha256_hex(TEXT(""), hex);
    cr_expect_str_eq(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sha256_hex(TEXT("abc"), hex);
    cr_expect_str_eq(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

Test(export_trace, one_record_of_each_type_of_field)
{
    struct trace_candidate rows[] = {{.preference = -1,
                                      .host = TEXT("mx"),
                                      .verdict = TEXT("chosen"),
                                      .why = TEXT("why \"not\"")},
                                     {.verdict = TEXT("later")}};
    struct text lines[] = {TEXT("a"), TEXT("\0\b\t\n\f\r\033\"\\/\177\200\377")};
    const struct {
        struct trace_record record;
        const char *want;
    } table[] = {
        {{.seq = 1,
          .time_ns = 0,
          .kind = TRACE_SIM_ENDED,
          .data = &(struct trace_sim_ended){.reason = TEXT("quiet"), .events = INT64_MIN}},
         "{\"seq\":1,\"t_ns\":0,\"kind\":\"sim.ended\",\"data\":{\"reason\":\"quiet\","
         "\"events\":-9223372036854775808}}"},
        {{.seq = 17,
          .time_ns = 123456789,
          .kind = TRACE_SMTP_REPLY,
          .where = {.host = TEXT("mx.shop.example"),
                    .side = TRACE_SIDE_SERVER,
                    .conn = 3,
                    .mail = TEXT("alice-pc.1"),
                    .queue = TEXT("4C7A"),
                    .cause = 16},
          .data =
              &(struct trace_smtp_reply){.code = 250, .lines = {lines, 2}, .to = TEXT("greeting")}},
         "{\"seq\":17,\"t_ns\":123456789,\"host\":\"mx.shop.example\",\"kind\":\"smtp.reply\","
         "\"side\":\"server\",\"conn\":3,\"mail\":\"alice-pc.1\",\"queue\":\"4C7A\",\"cause\":16,"
         "\"data\":{\"code\":250,\"enhanced\":\"\",\"lines\":[\"a\",\"\\u0000\\b\\t\\n\\f\\r\\u001b"
         "\\\"\\\\/\\u007f\\u0080\\u00ff\"],\"to\":\"greeting\"}}"},
        {{.seq = 2,
          .time_ns = INT64_MAX,
          .kind = TRACE_DNS_MX_CHOSEN,
          .where = {.side = TRACE_SIDE_CLIENT},
          .data = &(struct trace_dns_mx_chosen){.domain = TEXT("d"), .candidates = {rows, 2}}},
         "{\"seq\":2,\"t_ns\":9223372036854775807,\"kind\":\"dns.mx_chosen\",\"side\":\"client\","
         "\"data\":{\"domain\":\"d\",\"candidates\":[{\"preference\":-1,\"host\":\"mx\","
         "\"verdict\":\"chosen\",\"why\":\"why \\\"not\\\"\"},{\"preference\":0,\"host\":\"\","
         "\"verdict\":\"later\",\"why\":\"\"}],\"chosen\":\"\",\"address\":\"\",\"reason\":\"\"}}"},
        {{.seq = 3,
          .kind = TRACE_AUTH_RESULT,
          .data = &(struct trace_auth_result){.accepted = true}},
         "{\"seq\":3,\"t_ns\":0,\"kind\":\"auth.result\",\"data\":{\"user\":\"\",\"mechanism\":"
         "\"\","
         "\"accepted\":true,\"reason\":\"\"}}"},
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct buffer b;

        buffer_init(&b, &memory);
        trace_json_put_record(&b, &table[i].record);
        cr_expect(text_equal(buffer_text(&b), text_of(table[i].want)), "%.*s\nwant %s",
                  TEXT_ARG(buffer_text(&b)), table[i].want);
    }
}

Test(export_trace, both_forms_carry_the_same_hash)
{
    struct text framed = sample_trace(&memory, TRACE_JSON_FRAMED, TRACE_ALL_LAYERS, 1);
    struct text lines = sample_trace(&memory, TRACE_JSON_LINES, TRACE_ALL_LAYERS, 1);
    size_t tail = strlen("\"events_sha256\":\"\"}}\n") + REPLAY_SHA256_HEX;
    char hex[REPLAY_SHA256_HEX + 1];
    size_t first = text_find(lines, '\n') + 1, last = lines.size - 1;

    cr_assert(
        text_equal(text_after(framed, framed.size - tail), text_after(lines, lines.size - tail)));
    while (lines.at[last - 1] != '\n')
        last--;
    sha256_hex(text_from(lines.at + first, last - first), hex);
    cr_expect_arr_eq(hex, lines.at + lines.size - 4 - REPLAY_SHA256_HEX, REPLAY_SHA256_HEX);
}

Test(export_trace, the_footer_lists_what_is_still_open)
{
    struct text t = sample_trace(&memory, TRACE_JSON_LINES, 1U << TRACE_LAYER_SMTP,
                                 SAMPLE_OPEN | SAMPLE_BOUNCE);
    static const char want[] = "\"custodies_open\":[{\"custody\":\"mail.uni.example/1\",\"host\":"
                               "\"mail.uni.example\",\"mail\":\"alice-pc.1\",\"recipient\":"
                               "\"bob@shop.example\"},{\"custody\":\"mail.uni.example/2\",";
    bool found = false;

    for (size_t i = 0; i + sizeof want <= t.size; i++)
        found |= memcmp(t.at + i, want, sizeof want - 1) == 0;
    cr_expect(found, "though the core layer is not written");
}

/* The writer hands on large pieces, and all of them. */
struct pieces {
    struct buffer all;
    size_t count, largest;
};

static void take_piece(void *context, struct text octets)
{
    struct pieces *p = context;

    buffer_put_text(&p->all, octets);
    p->count++;
    p->largest = octets.size > p->largest ? octets.size : p->largest;
}

Test(export_trace, memory_does_not_grow_with_records)
{
    struct replay_header header = sample_header(TRACE_ALL_LAYERS);
    struct pieces pieces = {0};
    struct trace_json *w;
    struct trace trace;
    int64_t now_ns = 0;
    size_t used = 0;

    buffer_init(&pieces.all, &memory);
    w = trace_json_begin(&memory, (struct export_output){.put = take_piece, .context = &pieces},
                         TRACE_JSON_FRAMED, &header);
    trace_init(&trace, &now_ns, TRACE_ALL_LAYERS);
    trace_add_sink(&trace, trace_json_sink(w));
    buffer_reserve(&pieces.all, 8 << 20);
    for (int i = 0; i < 40000; i++) {
        trace_emit_smtp_command(&trace, &(struct trace_where){.host = TEXT("mx.shop.example")},
                                &(struct trace_smtp_command){.line = TEXT("NOOP")});
        if (i == 1000)
            used = memory.used;
    }
    cr_expect_eq(memory.used, used);
    trace_json_end(w, REPLAY_COMPLETE, now_ns, trace.counts);
    cr_expect_lt(pieces.largest, 70000);
    cr_expect_gt(pieces.count, 30);
    cr_expect_gt(pieces.all.size, 40000 * 90);
}
