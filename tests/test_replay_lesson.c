/*
 * Cards, notes and questions: where they belong, what a vote is, and that the bundled ones are right.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/json/read.h"
#include "sim/replay/record.h"
#include "tests/replay_film.h"
#include "tests/text_lab.h"

#define NONE RECORDING_NONE

static size_t words(struct text t)
{
    size_t count = 0;

    for (size_t i = 0; i < t.size; i++)
        count += t.at[i] != ' ' && (i == 0 || t.at[i - 1] == ' ');
    return count;
}

/* ---- the bundled ones ------------------------------------------------------------------------- */

/* They show how a file is written, not what mail does. */
static bool is_sample(const char *name)
{
    return strcmp(name, "my-first-letter") == 0 || strcmp(name, "borrowed-server") == 0;
}

static void check_notes(const struct played *f, const char *name)
{
    for (uint32_t n = 0; n < f->lesson.note_count; n++) {
        uint32_t met = 0, stops = 0;

        for (uint32_t i = 0; i < f->recording.count; i++)
            if (f->lesson.note_of[i] == n + 1) {
                met++;
                stops += steps_is(&f->recording, i) != 0;
            }
        cr_expect(met > 0, "%s: note %u meets no record", name, n);
        cr_expect(stops > 0 || is_sample(name), "%s: note %u meets no step", name, n);
        cr_expect(words(f->lesson.notes[n].say) <= 30, "%s: note %u is long", name, n);
    }
}

/* An answer that is a reply's code, or a verdict, must be what the trace says next. */
static void check_answer(const struct played *f, const struct lesson_prompt *p, const char *name)
{
    const struct recording_line *line = &f->recording.lines[p->record];
    long code = strtol(p->answer.at, NULL, 10);

    if (code >= 200 && code < 600) {
        uint32_t i = p->record;

        while (i != NONE && (f->recording.lines[i].record->kind != TRACE_SMTP_REPLY ||
                             f->recording.lines[i].host != line->host))
            i = i + 1 < f->recording.count ? i + 1 : NONE;
        cr_assert_neq(i, NONE, "%s: %.*s", name, TEXT_ARG(p->id));
        cr_expect_eq(RECORDING_DATA(&f->recording.lines[i], smtp_reply)->code, code,
                     "%s: %.*s: the trace says %ld", name, TEXT_ARG(p->id),
                     (long)RECORDING_DATA(&f->recording.lines[i], smtp_reply)->code);
    }
    if (text_equal(p->answer, TEXT("Allowed")) || text_equal(p->answer, TEXT("Refused"))) {
        cr_assert_eq(line->record->kind, TRACE_POLICY_RELAY);
        cr_expect_eq(RECORDING_DATA(line, policy_relay)->allowed,
                     text_equal(p->answer, TEXT("Allowed")), "%s: %.*s", name, TEXT_ARG(p->id));
    }
}

static void check_prompt(const struct played *f, const struct lesson_prompt *p, const char *name)
{
    uint32_t right = 0;

    cr_assert_neq(p->record, NONE, "%s: %.*s stops nowhere", name, TEXT_ARG(p->id));
    /* What came before it is seen while the question is asked. */
    cr_expect(pace_when(&f->pace, p->record) > pace_when(&f->pace, p->record - 1) ||
                  steps_is(&f->recording, p->record - 1) == 0,
              "%s: %.*s", name, TEXT_ARG(p->id));
    /* Where that record is shown only after the question, the 250 to the letter is out, and nothing
     * says yet that its server has the duty. */
    for (uint32_t i = p->record; i > 0 && pace_when(&f->pace, i) == pace_when(&f->pace, p->record);
         i--)
        cr_expect_neq(f->recording.lines[i].record->kind, TRACE_MAIL_ACCEPTED,
                      "%s: %.*s asks between a reply and what it means", name, TEXT_ARG(p->id));
    for (uint32_t i = 0; i < p->choice_count; i++)
        right += lesson_is_right(p, (int32_t)i);
    cr_expect_eq(right, 1, "%s: %.*s", name, TEXT_ARG(p->id));
    cr_expect(p->choice_count >= 2 && p->choice_count <= 4, "%s: %.*s", name, TEXT_ARG(p->id));
    cr_expect(text_has(p->because, "RFC"), "%s: %.*s: no section", name, TEXT_ARG(p->id));
    cr_expect(words(p->ask) <= 45 && words(p->because) <= 45, "%s: %.*s is long", name,
              TEXT_ARG(p->id));
    check_answer(f, p, name);
}

static void check_lesson(struct replay_lab *l, const char *name)
{
    struct played f;

    played_make(&f, l);
    check_notes(&f, name);
    for (uint32_t i = 0; i < f.lesson.prompt_count; i++)
        check_prompt(&f, &f.lesson.prompts[i], name);
    for (uint32_t i = 0; i < f.lesson.card_count; i++)
        cr_expect(words(f.lesson.cards[i].text) <= 60 && f.lesson.cards[i].title.size > 0,
                  "%s: card %u", name, i);
    if (is_sample(name))
        return;
    cr_expect(f.lesson.card_count >= 2, "%s has %u cards", name, f.lesson.card_count);
    cr_expect(f.lesson.prompt_count >= 1, "%s asks nothing", name);
    cr_expect(f.lesson.note_count >= 2, "%s has %u notes", name, f.lesson.note_count);
}

Test(replay_lesson, bundled)
{
    replay_lab_each(WATCHED_LAYERS, check_lesson);
}

/* Which host does it: said by the next record of that kind after the question. */
Test(replay_lesson, answers_that_are_hosts)
{
    static const struct {
        const char *scenario, *prompt;
        enum trace_kind kind;
    } rows[] = {
        {"nobody-home", "who-writes", TRACE_MAIL_NDR},
        {"maybe-here", "who-writes-now", TRACE_MAIL_NDR},
        {"the-way-back", "which-way", TRACE_MAIL_ACCEPTED},
        {"not-the-shortest", "which-one", TRACE_MAIL_ACCEPTED},
        {"receipts", "who-has-it", TRACE_QUEUE_ATTEMPT},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct replay_lab l;
        struct played f;
        const struct lesson_prompt *p = NULL;
        uint32_t record;

        replay_lab_run(&l, rows[i].scenario, WATCHED_LAYERS);
        played_make(&f, &l);
        for (uint32_t k = 0; k < f.lesson.prompt_count; k++)
            if (text_equal(f.lesson.prompts[k].id, text_of(rows[i].prompt)))
                p = &f.lesson.prompts[k];
        cr_assert(p, "%s", rows[i].prompt);
        record = played_find(&f, p->record - 1, rows[i].kind, NULL);
        cr_assert_neq(record, NONE);
        cr_expect(text_starts_nocase(p->answer, f.recording.lines[record].record->where.host),
                  "%s: the trace says %.*s", rows[i].scenario,
                  TEXT_ARG(f.recording.lines[record].record->where.host));
        replay_lab_free(&l);
    }
}

/* ---- where playback stops --------------------------------------------------------------------- */

#define STRANGER                                                                                   \
    "{\"smtplab\":1,\"title\":\"T\",\"hosts\":{"                                                   \
    "\"bulk.test\":{\"stranger\":{}},"                                                             \
    "\"mail.uni.example\":{\"mta\":{},\"mda\":{\"mailboxes\":[\"alice\"]}}},"                      \
    "\"timeline\":[{\"at\":\"0s\",\"on\":\"bulk.test\",\"send\":{\"server\":\"mail.uni.example\"," \
    "\"from\":\"ceo@bank.example\",\"to\":\"bob@shop.example\"}}],"                                \
    "\"lesson\":{\"cards\":[{\"title\":\"A\",\"text\":\"B\"}],"                                    \
    "\"notes\":[{\"on\":{\"reply_to\":\"RCPT\",\"code\":550},\"say\":\"Closed.\"}],"               \
    "\"prompts\":[{\"id\":\"q\",\"ask\":\"?\",\"choices\":[\"250\",\"550\"],\"answer\":\"550\","   \
    "\"before\":{\"reply_to\":\"RCPT\",\"client\":\"bulk.test\"}}]}}"

static void film_of(struct played *f, struct replay_lab *l, struct text scenario)
{
    replay_lab_run_text(l, scenario, WATCHED_LAYERS);
    played_make(f, l);
}

/* Before a reply stands the verdict, and that would give it away. */
Test(replay_lesson, a_question_stops_before_what_leads_to_the_reply)
{
    struct replay_lab l;
    struct played f;
    uint32_t verdict, command;

    film_of(&f, &l, TEXT(STRANGER));
    verdict = played_find(&f, NONE, TRACE_POLICY_RELAY, "mail.uni.example");
    cr_assert_eq(f.lesson.prompt_count, 1);
    cr_expect_eq(f.lesson.prompts[0].record, verdict);
    command = f.lesson.prompts[0].record;
    do
        command--;
    while (f.recording.lines[command].host != f.recording.lines[verdict].host ||
           !f.recording.lines[command].travel);
    cr_expect_eq(f.recording.lines[command].record->kind, TRACE_SMTP_COMMAND);
    cr_expect(
        text_equal(RECORDING_DATA(&f.recording.lines[command], smtp_command)->verb, TEXT("RCPT")));
    cr_expect_eq(lesson_veil(&f.lesson), verdict);
    /* The command has arrived when the question is asked. */
    cr_expect(pace_when(&f.pace, command) < pace_when(&f.pace, verdict));
    replay_lab_free(&l);
}

/* What is said of a reply is shown where it is sent and where it is read. */
Test(replay_lesson, a_note_goes_with_its_reply)
{
    struct replay_lab l;
    struct played f;
    uint32_t shown = 0;

    film_of(&f, &l, TEXT(STRANGER));
    for (uint32_t i = 0; i < f.recording.count; i++)
        if (lesson_note(&f.lesson, i).size > 0) {
            cr_expect_eq(f.recording.lines[i].record->kind, TRACE_SMTP_REPLY);
            cr_expect(text_equal(lesson_note(&f.lesson, i), TEXT("Closed.")));
            shown++;
        }
    cr_expect_eq(shown, 2);
    cr_expect_eq(lesson_note(&f.lesson, 0).size, 0);
    cr_expect_eq(lesson_note(&f.lesson, f.recording.count).size, 0);
    replay_lab_free(&l);
}

Test(replay_lesson, questions_in_the_order_of_their_records)
{
    struct replay_lab l;
    struct played f;
    struct lesson_prompt *p;
    uint32_t at = NONE, count = 0, last = 0;

    replay_lab_run(&l, "closed-door", WATCHED_LAYERS);
    played_make(&f, &l);
    while ((p = lesson_next(&f.lesson, at, NONE)) != NULL) {
        cr_assert(p->record >= last);
        cr_expect_null(lesson_next(&f.lesson, at, p->record - 1));
        last = at = p->record;
        count++;
    }
    cr_expect_eq(count, f.lesson.prompt_count);
    p = lesson_next(&f.lesson, NONE, NONE);
    p->revealed = true;
    cr_expect(lesson_veil(&f.lesson) > p->record);
    for (uint32_t i = 0; i < f.lesson.prompt_count; i++)
        f.lesson.prompts[i].revealed = true;
    cr_expect_eq(lesson_veil(&f.lesson), NONE);
    replay_lab_free(&l);
}

static void check_growing(struct replay_lab *l, const char *name)
{
    struct played whole, f;

    played_make(&whole, l);
    played_begin(&f, l);
    while (f.recording.count < l->count)
        played_grow(&f, (uint32_t)rand() % 83 + 1);
    for (uint32_t i = 0; i < f.lesson.prompt_count; i++)
        cr_assert_eq(f.lesson.prompts[i].record, whole.lesson.prompts[i].record, "%s", name);
    for (uint32_t i = 0; i < f.recording.count; i++)
        cr_assert_eq(f.lesson.note_of[i], whole.lesson.note_of[i], "%s: record %u", name, i);
}

Test(replay_lesson, growing)
{
    srand(6);
    replay_lab_each(WATCHED_LAYERS, check_growing);
}

/* ---- votes and answers ------------------------------------------------------------------------ */

static struct text answers(struct played *f, struct replay_lab *l)
{
    struct buffer b;

    buffer_init(&b, l->memory);
    lesson_put_answers(&b, &f->lesson, "00ff");
    return buffer_text(&b);
}

Test(replay_lesson, votes)
{
    struct replay_lab l;
    struct played f;
    struct lesson_prompt *p;

    film_of(&f, &l, TEXT(STRANGER));
    p = &f.lesson.prompts[0];
    cr_expect_not(lesson_vote_again(p), "a second vote without a first");
    lesson_vote(p, 2, 0);
    lesson_vote(p, -1, 0);
    cr_expect_eq(p->vote_count, 0, "no such choice");
    lesson_vote(p, 0, 100);
    lesson_vote(p, 1, 200);
    cr_expect(p->vote_count == 1 && p->votes[0] == 1, "a vote may be changed");
    cr_expect(lesson_vote_again(p));
    cr_expect_not(lesson_vote_again(p),
                  "the second vote has not been taken yet, there is no third");
    lesson_vote(p, 0, 300);
    p->revealed = true;
    lesson_vote(p, 1, 400);
    cr_expect(p->votes[0] == 1 && p->votes[1] == 0, "after the answer nothing is changed");
    cr_expect(lesson_is_right(p, 1) && !lesson_is_right(p, 0) && !lesson_is_right(p, -1));
    lesson_reset(&f.lesson);
    cr_expect(!p->revealed && p->vote_count == 0 && p->votes[0] == -1);
    replay_lab_free(&l);
}

Test(replay_lesson, the_file_of_answers)
{
    struct replay_lab l;
    struct played f;
    struct lesson_prompt *p;

    film_of(&f, &l, TEXT(STRANGER));
    p = &f.lesson.prompts[0];
    cr_expect(text_equal(answers(&f, &l), TEXT("{\n  \"smtplab_answers\": 1,\n"
                                               "  \"trace_sha256\": \"00ff\",\n"
                                               "  \"answers\": []\n}\n")),
              "%.*s", TEXT_ARG(answers(&f, &l)));
    lesson_vote(p, 0, 1772442000);
    lesson_vote_again(p);
    lesson_vote(p, 1, 1772442060);
    cr_expect(
        text_equal(answers(&f, &l),
                   TEXT("{\n  \"smtplab_answers\": 1,\n  \"trace_sha256\": \"00ff\",\n"
                        "  \"answers\": [\n"
                        "    {\"id\": \"q\", \"choice\": \"250\", \"correct\": false, \"vote\": 1, "
                        "\"at_utc\": \"2026-03-02T09:00:00Z\"},\n"
                        "    {\"id\": \"q\", \"choice\": \"550\", \"correct\": true, \"vote\": 2, "
                        "\"at_utc\": \"2026-03-02T09:01:00Z\"}\n  ]\n}\n")),
        "%.*s", TEXT_ARG(answers(&f, &l)));
    replay_lab_free(&l);
}

/* The engine knows nothing of it: with and without a lesson, watched and answered or not, the same
 * records. */
Test(replay_lesson, the_trace_stays_the_same)
{
    struct replay_lab with, without;
    struct played f;
    struct text scenario = TEXT(STRANGER);
    struct buffer bare, a, b;
    size_t cut = 0;

    while (!text_starts_nocase(text_after(scenario, cut), TEXT(",\"lesson\"")))
        cut++;
    film_of(&f, &with, scenario);
    buffer_init(&bare, with.memory);
    buffer_put_text(&bare, text_from(scenario.at, cut));
    buffer_put_char(&bare, '}');
    for (uint32_t i = 0; i < f.lesson.prompt_count; i++)
        lesson_vote(&f.lesson.prompts[i], 0, 5);
    replay_lab_run_text(&without, buffer_text(&bare), WATCHED_LAYERS);
    cr_assert_eq(with.count, without.count);
    buffer_init(&a, with.memory);
    buffer_init(&b, with.memory);
    for (uint32_t i = 0; i < with.count; i++) {
        record_put(&a, with.records[i]);
        record_put(&b, without.records[i]);
    }
    cr_expect(text_equal(buffer_text(&a), buffer_text(&b)));
    replay_lab_free(&with);
    replay_lab_free(&without);
}

/* ---- a run that was changed --------------------------------------------------------------------- */

Test(replay_lesson, a_changed_run_asks_nothing_and_says_why)
{
    static const struct {
        const char *lesson, *changed;
        uint32_t cards, prompts;
    } rows[] = {
        {"{\"cards\":[{\"title\":\"Who\"}],\"prompts\":[{\"id\":\"x\"}]}", "", 1, 1},
        {"{\"cards\":[{\"title\":\"Who\"}],\"prompts\":[{\"id\":\"x\"}]}", "--seed 7", 2, 0},
        {"{\"prompts\":[{\"id\":\"x\"}]}", "--seed 7", 1, 0},
        /* Nothing is left out where nothing is asked. */
        {"{\"cards\":[{\"title\":\"Who\"}]}", "--seed 7", 1, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct memory m;
        struct buffer scenario, what;
        struct lesson l;

        memory_init(&m, 0);
        buffer_init(&scenario, &m);
        buffer_init(&what, &m);
        buffer_put_string(&scenario, "{\"lesson\":");
        buffer_put_string(&scenario, rows[i].lesson);
        buffer_put_string(&scenario, "}");
        struct replay_header header = {.scenario = buffer_text(&scenario),
                                       .changed = text_of(rows[i].changed)};

        cr_assert(lesson_read(&l, &m, &header, NULL, &what));
        cr_expect_eq(l.card_count, rows[i].cards, "row %zu: %u cards", i, l.card_count);
        cr_expect_eq(l.prompt_count, rows[i].prompts, "row %zu: %u questions", i, l.prompt_count);
        if (l.card_count > 0 && rows[i].cards + rows[i].prompts > 1 && header.changed.size > 0)
            cr_expect(text_has(l.cards[0].text, "--seed 7"), "row %zu", i);
        if (rows[i].cards == 2)
            cr_expect(text_equal(l.cards[1].title, TEXT("Who")));
        memory_end(&m);
    }
}

/* ---- headers of others ------------------------------------------------------------------------ */

static bool reads(struct text scenario, struct lesson *l, struct memory *m, struct buffer *what)
{
    struct replay_header header = {.scenario = scenario};

    memory_init(m, 0);
    buffer_init(what, m);
    return lesson_read(l, m, &header, NULL, what);
}

Test(replay_lesson, other_headers)
{
    static const char *const odd[] = {
        "{}",
        "{\"lesson\":{}}",
        "{\"lesson\":3}",
        "{\"lesson\":{\"cards\":[3]}}",
        "{\"lesson\":{\"prompts\":[{\"choices\":[1]}]}}",
        "{\"lesson\":{\"prompts\":[{\"id\":\"x\",\"choices\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\","
        "\"7\","
        "\"8\",\"9\",\"10\"]}]}}",
        "{\"lesson\":{\"notes\":[{\"on\":[]}]}}",
        "{\"lesson\":",
    };
    struct memory m;
    struct lesson l;
    struct buffer what;

    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        cr_expect(reads(text_of(odd[i]), &l, &m, &what), "%s", odd[i]);
        memory_end(&m);
    }
    cr_expect_not(reads(TEXT("[]"), &l, &m, &what));
    cr_expect(text_has(buffer_text(&what), "no object"));
    memory_end(&m);
}
