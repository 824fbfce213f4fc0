/*
 * The story of runs that were made by hand, as a person found it good; and what it must bear.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "sim/export/prose.h"
#include "sim/export/story.h"
#include "sim/export/tell.h"
#include "sim/kernel/clock.h"
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

TestSuite(export_story, .init = init, .fini = fini);

static struct text tell(unsigned options, const struct story_options *how)
{
    struct replay_header header = sample_header(STORY_LAYERS);
    struct buffer out;
    struct sample s;
    struct story *story;

    buffer_init(&out, &memory);
    story = story_begin(&memory, &header, how);
    sample_begin(&s, STORY_LAYERS, options);
    trace_add_sink(&s.trace, story_sink(story));
    sample_run(&s);
    story_end(story, NULL, sample_output(&out));
    return buffer_text(&out);
}

Test(export_story, a_letter)
{
    golden_check("tests/golden/story_letter.txt", tell(0, &(struct story_options){0}));
}

Test(export_story, one_of_two_is_not_known)
{
    golden_check("tests/golden/story_bounce.txt",
                 tell(SAMPLE_BOUNCE | SAMPLE_IPV6, &(struct story_options){0}));
}

Test(export_story, the_run_ends_too_early)
{
    golden_check("tests/golden/story_open.txt", tell(SAMPLE_OPEN, &(struct story_options){0}));
}

Test(export_story, outcomes_only)
{
    golden_check("tests/golden/story_brief.txt",
                 tell(SAMPLE_BOUNCE, &(struct story_options){.brief = true}));
}

Test(export_story, colour_changes_no_word)
{
    struct text plain = tell(SAMPLE_BOUNCE, &(struct story_options){0});
    struct text coloured = tell(SAMPLE_BOUNCE, &(struct story_options){.colour = true});
    struct buffer bare;
    size_t escapes = 0;

    buffer_init(&bare, &memory);
    for (size_t i = 0; i < coloured.size; i++) {
        if (coloured.at[i] == '\033') {
            escapes++;
            while (coloured.at[i] != 'm')
                i++;
        } else {
            buffer_put_char(&bare, coloured.at[i]);
        }
    }
    cr_assert_gt(escapes, 20);
    cr_assert(text_equal(buffer_text(&bare), plain));
}

/* ---- retries ------------------------------------------------------------------------------ */

static void try_once(struct trace *t, const struct trace_where *where, int64_t attempt,
                     const char *reason, const char *chosen)
{
    struct text to = TEXT("bob@shop.example");

    trace_emit_queue_attempt(t, where,
                             &(struct trace_queue_attempt){.attempt = attempt,
                                                           .route = TEXT("mx"),
                                                           .domain = TEXT("shop.example"),
                                                           .recipients = {&to, 1}});
    trace_emit_dns_mx_chosen(t, where,
                             &(struct trace_dns_mx_chosen){.domain = TEXT("shop.example"),
                                                           .chosen = text_of(chosen),
                                                           .address = TEXT("198.51.100.25"),
                                                           .reason = TEXT("implicit_mx")});
    trace_emit_queue_deferred(
        t, where,
        &(struct trace_queue_deferred){.recipient = to,
                                       .attempt = attempt,
                                       .code = 451,
                                       .enhanced = TEXT("4.3.0"),
                                       .reason = text_of(reason),
                                       .remote = text_of(chosen),
                                       .next_try_ns = *t->now_ns + CLOCK_HOUR});
}

Test(export_story, the_same_answer_again_and_again_is_told_once)
{
    static const char *const reasons[] = {"later", "later", "later", "later",
                                          "full",  "full",  "full"};
    struct replay_header header = sample_header(STORY_LAYERS);
    struct text to = TEXT("bob@shop.example");
    struct trace_where where = {
        .host = TEXT("mail.uni.example"), .mail = TEXT("alice-pc.1"), .queue = TEXT("A1")};
    int64_t now_ns = 0;
    struct buffer out;
    struct trace trace;
    struct story *story;

    buffer_init(&out, &memory);
    story = story_begin(&memory, &header, &(struct story_options){0});
    trace_init(&trace, &now_ns, STORY_LAYERS);
    trace_add_sink(&trace, story_sink(story));
    trace_emit_mail_composed(&trace, &where,
                             &(struct trace_mail_composed){.from = TEXT("alice@uni.example"),
                                                           .to = {&to, 1},
                                                           .subject = TEXT("Again")});
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        try_once(&trace, &where, (int64_t)i + 1, reasons[i], "mail.shop.example");
        now_ns += CLOCK_HOUR;
    }
    trace_emit_queue_expired(
        &trace, &where,
        &(struct trace_queue_expired){.recipient = to, .age_ns = now_ns, .attempts = 7});
    story_end(story, NULL, sample_output(&out));
    golden_check("tests/golden/story_retries.txt", buffer_text(&out));
}

/* R075 - the reply after the dot was lost, and both hosts did as they should. */
Test(export_story, a_second_copy_is_told)
{
    struct replay_header header = sample_header(STORY_LAYERS);
    struct text to = TEXT("bob@shop.example");
    struct trace_where where = {.host = TEXT("mail.shop.example"), .mail = TEXT("alice-pc.1")};
    int64_t now_ns = 0;
    struct buffer out;
    struct trace trace;
    struct story *story;

    buffer_init(&out, &memory);
    story = story_begin(&memory, &header, &(struct story_options){.brief = true});
    trace_init(&trace, &now_ns, STORY_LAYERS);
    trace_add_sink(&trace, story_sink(story));
    trace_emit_mail_composed(
        &trace, &where,
        &(struct trace_mail_composed){.from = TEXT("alice@uni.example"), .to = {&to, 1}});
    for (int copy = 0; copy < 2; copy++) {
        now_ns += CLOCK_MINUTE;
        trace_emit_mail_delivered(
            &trace, &where,
            &(struct trace_mail_delivered){.recipient = to, .mailbox = TEXT("bob")});
    }
    trace_emit_mail_ended(&trace, &where,
                          &(struct trace_mail_ended){.recipient = to,
                                                     .verdict = TEXT("delivered"),
                                                     .at = TEXT("mail.shop.example")});
    story_end(story, NULL, sample_output(&out));
    cr_expect(text_has(buffer_text(&out), "after it was written; in all there are two copies."),
              "%.*s", TEXT_ARG(buffer_text(&out)));
}

/* ---- many --------------------------------------------------------------------------------- */

static void letter(struct trace *t, int number, const char *subject, const char *verdict)
{
    char id[30];
    struct text to = TEXT("bob@shop.example");
    struct trace_where where = {.host = TEXT("alice-pc"), .mail = {id, 0}};

    where.mail.size = (size_t)snprintf(id, sizeof id, "alice-pc.%d", number);
    trace_emit_mail_composed(t, &where,
                             &(struct trace_mail_composed){.from = TEXT("alice@uni.example"),
                                                           .to = {&to, 1},
                                                           .subject = text_of(subject)});
    if (verdict[0])
        trace_emit_mail_ended(t, &where,
                              &(struct trace_mail_ended){.recipient = to,
                                                         .verdict = text_of(verdict),
                                                         .at = TEXT("mail.shop.example"),
                                                         .why = TEXT("so it is")});
}

static struct text many(int count, const char *subject, size_t *used)
{
    struct replay_header header = sample_header(STORY_LAYERS);
    int64_t now_ns = 0;
    struct buffer out;
    struct trace trace;
    struct story *story;

    size_t before = memory.used;

    buffer_init(&out, &memory);
    story = story_begin(&memory, &header, &(struct story_options){.told = 2});
    trace_init(&trace, &now_ns, STORY_LAYERS);
    trace_add_sink(&trace, story_sink(story));
    for (int i = 1; i <= count; i++) {
        letter(&trace, i, subject, i % 10 == 0 ? "bounced" : i % 10 == 5 ? "" : "delivered");
        now_ns += 1000;
    }
    *used = memory.used - before;
    story_end(story, NULL, sample_output(&out));
    return buffer_text(&out);
}

Test(export_story, of_ten_thousand_two_are_told_and_the_rest_is_counted)
{
    size_t few, lots;
    struct text told;

    many(100, "Hi", &few);
    told = many(10000, "Hi", &lots);
    cr_expect(
        text_has(told, "And 9998 more messages; their recipients: 7998 delivered, 1000 bounced,"),
        "%.*s", TEXT_ARG(told));
    cr_expect(text_has(told, "10000 recipients: 8000 delivered,"), "%.*s", TEXT_ARG(told));
    cr_expect_lt(told.size, 3000);
    cr_expect_leq(lots, few + 4096, "memory grows with the mails: %zu, %zu", few, lots);
}

Test(export_story, what_a_subject_holds_does_not_reach_the_terminal)
{
    size_t used;
    struct text told = many(1, "\033[2J\007\r\n\302\233 x", &used);

    for (size_t i = 0; i < told.size; i++) {
        unsigned char c = (unsigned char)told.at[i];

        cr_expect(c >= ' ' || c == '\n', "control %d", c);
        cr_expect_not(c == 0x9b && i > 0 && (unsigned char)told.at[i - 1] == 0xc2);
    }
}

Test(export_story, what_rounding_hides_is_told_as_a_difference)
{
    static const struct {
        int64_t us;
        const char *want;
    } times[] = {
        {0, "0 s"},
        {50000, "50 ms"},
        {50400, "50 ms"},
        {276000, "276 ms"},
        {10230000, "10.2 s"},
        {10240000, "+ 10 ms"},
        {10249000, "+ 19 ms"},
        {10260000, "10.3 s"},
        {120000000, "2 min"},
        {120000900, "2 min"},
        {120226000, "+ 226 ms"},
        {120427000, "+ 427 ms"},
        {121000000, "2 min 1 s"},
        {121007000, "+ 7 ms"},
        {7200000000, "2 h"},
        {7212500000, "+ 12.5 s"},
        {7260000000, "2 h 1 min"},
    };
    int64_t told_ns = -1;
    struct buffer b;

    buffer_init(&b, &memory);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        buffer_clear(&b);
        tell_moment(&b, &told_ns, times[i].us * 1000);
        cr_expect(text_equal(buffer_text(&b), text_of(times[i].want)), "%lld us: want %s, got %.*s",
                  (long long)times[i].us, times[i].want, TEXT_ARG(buffer_text(&b)));
    }
}

Test(export_story, no_line_is_wider_than_the_page)
{
    struct text told = tell(SAMPLE_BOUNCE, &(struct story_options){0});
    size_t columns = 0;

    for (size_t i = 0; i < told.size; i++) {
        columns = told.at[i] == '\n' ? 0 : columns + (((unsigned char)told.at[i] & 0xc0) != 0x80);
        cr_assert_leq(columns, PROSE_COLUMNS, "at %zu", i);
    }
}
