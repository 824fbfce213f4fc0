/*
 * The sentences of the window: every record has some, of the right length, and these are exact.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "sim/export/narrate.h"
#include "sim/replay/record.h"
#include "sim/replay/steps.h"
#include "tests/replay_lab.h"
#include "tests/text_lab.h"

/* Characters of clean UTF-8; fails the test if it is not. */
static size_t characters(struct text t)
{
    size_t count = 0;

    for (size_t i = 0; i < t.size; i++) {
        unsigned char c = (unsigned char)t.at[i];
        size_t size = c < 0x80 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;

        cr_assert(c >= 0x20 && c != 0x7F && (c & 0xC0) != 0x80, "%.*s", TEXT_ARG(t));
        for (size_t k = 1; k < size; k++)
            cr_assert(i + k < t.size && ((unsigned char)t.at[i + k] & 0xC0) == 0x80);
        i += size - 1;
        count++;
    }
    return count;
}

static void check_form(struct replay_lab *l, const struct recording *r, uint32_t at,
                       const struct narration *n, const char *name)
{
    struct text head = buffer_text(&n->headline), detail = buffer_text(&n->detail);
    struct buffer b;

    buffer_init(&b, l->memory);
    record_put(&b, r->lines[at].record);
    cr_assert(head.size > 0 && detail.size > 0, "%s: %.*s", name, TEXT_ARG(buffer_text(&b)));
    cr_assert(characters(head) <= NARRATE_HEADLINE && characters(detail) <= NARRATE_DETAIL);
    cr_assert(head.at[head.size - 1] != '.' && head.at[head.size - 1] != ' ', "%.*s",
              TEXT_ARG(head));
    cr_assert(strchr(".?\xA6", detail.at[detail.size - 1]), "%.*s", TEXT_ARG(detail));
    for (const char *const *bad = (const char *const[]){"  ", "%", "..", " .", "(null)", NULL};
         *bad; bad++)
        cr_assert(!text_has(head, *bad) || strcmp(*bad, "..") == 0, "%s: %.*s", name,
                  TEXT_ARG(head));
    buffer_free(&b);
}

static void narrates_steps(struct replay_lab *l, const char *name)
{
    struct recording r;
    struct steps steps;
    struct narration n;

    replay_lab_record(&r, l);
    steps_init(&steps, l->memory, &r);
    steps_extend(&steps);
    narration_init(&n, l->memory);
    for (uint32_t i = 0; i < steps.count; i++) {
        uint32_t at = steps.items[i].record;

        narrate(&n, &r, at);
        check_form(l, &r, at, &n, name);
        cr_assert(!text_has(buffer_text(&n.headline), "somebody"), "%s: %.*s", name,
                  TEXT_ARG(buffer_text(&n.headline)));
        if (r.lines[at].record->kind == TRACE_SMTP_REPLY)
            cr_assert_eq(n.code, RECORDING_DATA(&r.lines[at], smtp_reply)->code);
        cr_assert(!text_has(buffer_text(&n.detail), "A record of the kind"), "%s: %.*s", name,
                  TEXT_ARG(buffer_text(&n.headline)));
    }
}

Test(narrate, every_step_of_every_scenario)
{
    replay_lab_each(TRACE_ALL_LAYERS, narrates_steps);
}

static void narrates_all(struct replay_lab *l, const char *name)
{
    struct recording r;
    struct narration n;

    replay_lab_record(&r, l);
    narration_init(&n, l->memory);
    for (uint32_t i = 0; i < r.count; i++) {
        narrate(&n, &r, i);
        check_form(l, &r, i, &n, name);
    }
}

Test(narrate, every_record_of_random_worlds)
{
    replay_lab_each(TRACE_ALL_LAYERS, narrates_all);
    replay_lab_swarm(1000, 60, TRACE_ALL_LAYERS, narrates_all);
}

/* Names and words from outside may be long, empty, no UTF-8, or full of control characters. */
Test(narrate, whatever_the_words_are)
{
    static const char *const words[] = {"",      "\x1B[31m\r\n\t", "\xFF\xFE\x80", "<<<>>>",
                                        "a@b@c", "%H%x%d",         "........"};
    struct replay_lab l;
    struct recording r;
    struct narration n;
    char longest[3000];

    replay_lab_run(&l, "two-of-three", TRACE_ALL_LAYERS);
    memset(longest, '\xC3', sizeof longest);
    narration_init(&n, l.memory);
    for (size_t w = 0; w <= sizeof words / sizeof words[0]; w++) {
        struct text word = w < sizeof words / sizeof words[0] ? text_of(words[w])
                                                              : text_from(longest, sizeof longest);

        recording_init(&r, l.memory, &l.cast);
        for (uint32_t i = 0; i < l.count; i++) { /* all texts of all records are this word */
            const struct trace_kind_info *info = trace_kind_info(l.records[i]->kind);
            struct trace_record copy = *l.records[i];
            char data[400];

            cr_assert(info->size <= sizeof data);
            memcpy(data, copy.data, info->size);
            copy.data = data;
            for (size_t f = 0; f < info->field_count; f++)
                if (info->fields[f].type == TRACE_TEXT)
                    memcpy(data + info->fields[f].offset, &word, sizeof word);
            recording_add(&r, &copy);
        }
        for (uint32_t i = 0; i < r.count; i++) {
            narrate(&n, &r, i);
            cr_assert(n.headline.size > 0);
            cr_assert(characters(buffer_text(&n.headline)) <= NARRATE_HEADLINE);
            cr_assert(characters(buffer_text(&n.detail)) <= NARRATE_DETAIL);
        }
    }
    replay_lab_free(&l);
}

/* ---- exact sentences ------------------------------------------------------------------------ */

static const struct row {
    const char *scenario, *headline, *detail;
    int64_t code;
} rows[] = {
#include "tests/golden/narrate.inc"
};

static bool said(struct replay_lab *l, const struct row *row)
{
    struct recording r;
    struct narration n;

    replay_lab_record(&r, l);
    narration_init(&n, l->memory);
    for (uint32_t i = 0; i < r.count; i++) {
        narrate(&n, &r, i);
        if (n.code == row->code && text_equal(buffer_text(&n.headline), text_of(row->headline)) &&
            text_equal(buffer_text(&n.detail), text_of(row->detail)))
            return true;
    }
    return false;
}

Test(narrate, exact_sentences)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct replay_lab l;

        replay_lab_run(&l, rows[i].scenario, TRACE_ALL_LAYERS);
        cr_expect(said(&l, &rows[i]), "%s: %s", rows[i].scenario, rows[i].headline);
        replay_lab_free(&l);
    }
}
