/*
 * The page: well-formed, self-contained, and harmless whatever a message holds.
 */
#include <criterion/criterion.h>
#include <ctype.h>

#include "sim/export/html.h"
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

TestSuite(export_html, .init = init, .fini = fini);

/* Every element that opens closes, in order; void elements aside. */
static void expect_balanced(struct text t)
{
    enum { DEEPEST = 32 };
    char open[DEEPEST][20];
    size_t depth = 0;

    for (size_t i = 0; i < t.size; i++) {
        char name[20];
        size_t n = 0, at = i + 1;
        bool closing;

        if (t.at[i] != '<' || t.at[at] == '!')
            continue;
        closing = t.at[at] == '/';
        at += closing;
        while (n < sizeof name - 1 && isalnum((unsigned char)t.at[at]))
            name[n++] = t.at[at++];
        name[n] = '\0';
        cr_assert_gt(n, 0, "a bare < at %zu", i);
        if (strcmp(name, "meta") == 0 || strcmp(name, "br") == 0)
            continue;
        if (!closing) {
            cr_assert_lt(depth, DEEPEST);
            strcpy(open[depth++], name);
        } else {
            cr_assert_gt(depth, 0);
            cr_assert_str_eq(open[--depth], name, "at %zu", i);
        }
    }
    cr_assert_eq(depth, 0);
}

static struct text page(unsigned options)
{
    struct replay_header header = sample_header(HTML_LAYERS);
    struct buffer out;
    struct sample s;
    struct html *h;

    buffer_init(&out, &memory);
    h = html_begin(&memory, &header);
    sample_begin(&s, HTML_LAYERS, options);
    trace_add_sink(&s.trace, html_sink(h));
    sample_run(&s);
    html_end(h, NULL, sample_output(&out));
    return buffer_text(&out);
}

Test(export_html, is_well_formed_and_fetches_nothing)
{
    struct text t = page(SAMPLE_BOUNCE);

    expect_balanced(t);
    cr_expect_not(text_has(t, "<script"));
    cr_expect_not(text_has(t, "http"));
    cr_expect_not(text_has(t, "src="));
    cr_expect_not(text_has(t, "href="));
    cr_expect_not(text_has(t, "url("));
    cr_expect_not(text_has(t, "@import"));
}

Test(export_html, tells_messages_custodies_and_dialogues)
{
    struct text t = page(SAMPLE_BOUNCE);

    cr_expect(text_has(t, "<title>My first letter \342\200\224 Caf\303\251</title>"));
    cr_expect(text_has(t, "bob@shop.example: delivered into the mailbox &quot;bob&quot;"));
    cr_expect(text_has(t, "nobody@shop.example: failed"));
    cr_expect_eq(text_count(t, TEXT("<h3>Connection ")), 2);
    cr_expect_eq(text_count(t, TEXT("<td>bob@shop.example</td>")), 3,
                 "three hosts held it for Bob");
    cr_expect_eq(text_count(t, TEXT("<code>QUIT</code>")), 2);
    cr_expect_eq(text_count(t, TEXT("row reply no")), 1, "one 550");
    cr_expect_not(text_has(t, "still open"));
}

Test(export_html, says_what_is_still_open)
{
    struct text t = page(SAMPLE_OPEN);

    expect_balanced(t);
    cr_expect_eq(text_count(t, TEXT("still open")), 1);
    cr_expect(text_has(t, "responsible for it: mail.uni.example"));
}

Test(export_html, markup_in_a_message_stays_text)
{
    struct replay_header header = sample_header(HTML_LAYERS);
    struct text to = TEXT("<script>alert(1)</script>@x"), t;
    struct trace_where where = {.host = TEXT("a"), .mail = TEXT("a.1"), .conn = 1};
    int64_t now_ns = 0;
    struct buffer out;
    struct trace trace;
    struct html *h;

    buffer_init(&out, &memory);
    h = html_begin(&memory, &header);
    trace_init(&trace, &now_ns, HTML_LAYERS);
    trace_add_sink(&trace, html_sink(h));
    trace_emit_mail_composed(&trace, &where,
                             &(struct trace_mail_composed){.from = TEXT("\"><img src=x>"),
                                                           .to = {&to, 1},
                                                           .subject = TEXT("</style>&amp;\0\377")});
    where.side = TRACE_SIDE_CLIENT;
    trace_emit_smtp_command(&trace, &where,
                            &(struct trace_smtp_command){.line = TEXT("<b onload='x'>\033")});
    html_end(h, NULL, sample_output(&out));
    t = buffer_text(&out);
    expect_balanced(t);
    cr_expect_not(text_has(t, "<script"));
    cr_expect_not(text_has(t, "<img"));
    cr_expect_not(text_has(t, "<b onload"));
    cr_expect(text_has(t, "&lt;/style&gt;&amp;amp;?\357\277\275"));
}
