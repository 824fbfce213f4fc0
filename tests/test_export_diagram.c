/*
 * Mermaid diagrams: that of the sample run as a person found it good, escapes, and the limit.
 * tests/test_export_files.py has Mermaid's own parser read them.
 */
#include <criterion/criterion.h>

#include "sim/export/clean.h"
#include "sim/export/diagram.h"
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

TestSuite(export_diagram, .init = init, .fini = fini);

static struct text draw(unsigned options, uint64_t leave_out)
{
    struct replay_header header = sample_header(DIAGRAM_LAYERS);
    struct buffer out;
    struct diagram *d;
    struct trace_sink sink;
    struct sample s;

    buffer_init(&out, &memory);
    d = diagram_begin(&memory, sample_output(&out), &header);
    sink = diagram_sink(d);
    sink.kinds &= ~leave_out;
    sample_begin(&s, 0, options);
    trace_add_sink(&s.trace, sink);
    sample_run(&s);
    diagram_end(d);
    return buffer_text(&out);
}

Test(export_diagram, a_letter_with_one_unknown_recipient)
{
    golden_check("tests/golden/diagram_bounce.mmd", draw(SAMPLE_BOUNCE, 0));
}

Test(export_diagram, without_the_tcp_layer_both_ends_are_found_too)
{
    golden_check("tests/golden/diagram_no_tcp.mmd", draw(0, UINT64_C(1) << TRACE_TCP_OPENED));
}

static void say(struct trace *t, enum trace_side side, const char *line)
{
    struct trace_where where = {
        .host = side == TRACE_SIDE_CLIENT ? TEXT("a") : TEXT("b"), .side = side, .conn = 1};

    trace_emit_smtp_command(
        t, &where, &(struct trace_smtp_command){.verb = TEXT("NOOP"), .line = text_of(line)});
}

Test(export_diagram, what_a_line_holds_cannot_end_it)
{
    struct replay_header header = sample_header(0);
    struct buffer out;
    struct diagram *d;
    struct trace trace;
    int64_t now_ns = 0;

    buffer_init(&out, &memory);
    d = diagram_begin(&memory, sample_output(&out), &header);
    trace_init(&trace, &now_ns, 0);
    trace_add_sink(&trace, diagram_sink(d));
    for (int i = 0; i < 1000; i++) {
        say(&trace, TRACE_SIDE_CLIENT, "NOOP");
        say(&trace, TRACE_SIDE_SERVER, "NOOP ;end\n%%x\r#<b>\"&\\ \303\244\377\033[2J");
    }
    diagram_end(d);
    cr_expect_eq(
        text_count(buffer_text(&out), TEXT("h1->>h2: NOOP #59;end?#37;#37;x?#35;#lt;b#gt;#quot;"
                                           "#amp;#92; \303\244\357\277\275?[2J\n")),
        DIAGRAM_ARROWS_MAX);
    cr_expect_eq(text_count(buffer_text(&out), TEXT("1400 records, is left out")), 1);
    cr_expect_lt(out.size, 50000);
}

/* ---- clean text --------------------------------------------------------------------------- */

Test(export_diagram, clean_text_is_utf_8_without_controls)
{
    static const struct {
        const char *octets, *want;
    } rows[] = {
        {"plain", "plain"},
        {"\303\251\342\202\254\360\237\223\247", "\303\251\342\202\254\360\237\223\247"},
        {"\300\200", "\357\277\275\357\277\275"},                 /* overlong */
        {"\355\240\200", "\357\277\275\357\277\275\357\277\275"}, /* a surrogate */
        {"\364\220\200\200", "\357\277\275\357\277\275\357\277\275\357\277\275"},
        {"a\303", "a\357\277\275"},
        {"\302\205\302\240", "?\302\240"},
        {"\a\t\n\177", "????"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer b;

        buffer_init(&b, &memory);
        clean_put(&b, text_of(rows[i].octets));
        cr_expect(text_equal(buffer_text(&b), text_of(rows[i].want)), "row %zu: %.*s", i,
                  TEXT_ARG(buffer_text(&b)));
    }
    cr_expect(text_equal(clean_prefix(TEXT("\303\251\303\251x"), 2), TEXT("\303\251\303\251")));
}
