/*
 * What `diff` says about two traces.
 */
#include <criterion/criterion.h>

#include "sim/replay/compare.h"
#include "sim/replay/record.h"
#include "tests/golden.h"
#include "tests/sample_run.h"
#include "tests/text_lab.h"

static struct memory memory;

static void init(void)
{
    memory_init(&memory, 0);
}

static void fini(void)
{
    memory_end(&memory);
}

TestSuite(replay_compare, .init = init, .fini = fini);

static void load(struct replay_reader *r, struct replay_trace *t, struct text octets)
{
    cr_assert(replay_read_open(r, &memory, octets, NULL));
    cr_assert(replay_load(r, &memory, t), "%s", r->error.what);
}

static bool compare(struct text a, struct text b, struct text *said)
{
    struct replay_reader reader_a, reader_b;
    struct replay_trace trace_a, trace_b;
    struct buffer report;
    bool same;

    buffer_init(&report, &memory);
    load(&reader_a, &trace_a, a);
    load(&reader_b, &trace_b, b);
    same = replay_compare(&trace_a, TEXT("a.json"), &trace_b, TEXT("b.json"), &report);
    *said = buffer_text(&report);
    return same;
}

static struct text trace(uint32_t layers, unsigned options)
{
    return sample_trace(&memory, TRACE_JSON_FRAMED, layers, options);
}

Test(replay_compare, the_same_in_both_forms)
{
    struct text said, lines = sample_trace(&memory, TRACE_JSON_LINES, TRACE_ALL_LAYERS, 1);

    cr_expect(compare(trace(TRACE_ALL_LAYERS, 1), lines, &said));
    cr_expect(text_has(said, "They are the same."), "%.*s", TEXT_ARG(said));
}

Test(replay_compare, a_lost_segment)
{
    struct text said;

    cr_expect_not(compare(trace(TRACE_ALL_LAYERS, 0), trace(TRACE_ALL_LAYERS, SAMPLE_LOSS), &said));
    golden_check("tests/golden/compare_loss.txt", said);
}

Test(replay_compare, one_recipient_more)
{
    const uint32_t core = 1U << TRACE_LAYER_CORE;
    struct text said;

    cr_expect_not(compare(trace(core, 0), trace(core, SAMPLE_BOUNCE), &said));
    golden_check("tests/golden/compare_bounce.txt", said);
}

Test(replay_compare, other_layers_are_said_and_the_common_ones_compared)
{
    struct text said;

    cr_expect_not(compare(trace(TRACE_ALL_LAYERS, 0), trace(1U << TRACE_LAYER_CORE, 0), &said));
    cr_expect(text_has(said, "Compared are only core, and no causes"), "%.*s", TEXT_ARG(said));
    cr_expect_not(text_has(said, "Then:"), "%.*s", TEXT_ARG(said));
}

Test(replay_compare, a_truncated_one_is_said)
{
    struct text said, whole = trace(TRACE_ALL_LAYERS, 0);

    cr_expect_not(compare(whole, text_from(whole.at, whole.size / 2), &said));
    cr_expect(text_has(said, "status: complete and truncated"), "%.*s", TEXT_ARG(said));
    cr_expect(text_has(said, "B: nothing more"), "%.*s", TEXT_ARG(said));
}

/* Any one field of any one record that is changed is found. */
Test(replay_compare, every_field_counts)
{
    for (int kind = 0; kind < TRACE_KIND_COUNT; kind++) {
        const struct trace_kind_info *info = trace_kind_info((enum trace_kind)kind);
        struct text word = TEXT("x");
        struct trace_candidate row = {.host = TEXT("h")};

        for (size_t f = 0; f < info->field_count; f++) {
            char *a = memory_take_clear(&memory, info->size), *at;
            char *b = memory_take_clear(&memory, info->size);
            struct trace_record x = {.seq = 1, .kind = (enum trace_kind)kind, .data = a}, y = x;
            struct buffer said;

            y.data = b;
            at = b + info->fields[f].offset;
            switch (info->fields[f].type) {
            case TRACE_INT: *(int64_t *)(void *)at = -1; break;
            case TRACE_BOOL: *(bool *)at = true; break;
            case TRACE_TEXT:
            case TRACE_WORD: *(struct text *)(void *)at = word; break;
            case TRACE_TEXTS:
                *(struct trace_texts *)(void *)at = (struct trace_texts){&word, 1};
                break;
            case TRACE_ROWS:
                *(struct trace_rows_candidate *)(void *)at = (struct trace_rows_candidate){&row, 1};
                break;
            }
            buffer_init(&said, &memory);
            cr_expect(record_equal(&x, &x, true));
            cr_expect_not(record_equal(&x, &y, true), "%s.%s", info->name, info->fields[f].name);
            record_put_difference(&said, &x, &y, true);
            cr_expect(text_has(buffer_text(&said), info->fields[f].name), "%s.%s", info->name,
                      info->fields[f].name);
            record_put(&said, &y);
        }
    }
}
