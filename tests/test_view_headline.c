/*
 * The top of the window: what it says is what is narrated, and nothing of what may not be known yet.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "render/panels/headline.h"
#include "sim/export/narrate.h"
#include "tests/replay_lab.h"
#include "tests/text_lab.h"

#define NONE RECORDING_NONE

struct stage {
    struct replay_lab lab;
    struct recording recording;
    struct steps steps;
    struct lesson lesson;
    struct ui ui;
};

static void begin(struct stage *s, const char *scenario)
{
    struct buffer what;
    char why[200];

    replay_lab_run(&s->lab, scenario, TRACE_ALL_LAYERS);
    replay_lab_record(&s->recording, &s->lab);
    steps_init(&s->steps, s->lab.memory, &s->recording);
    steps_extend(&s->steps);
    buffer_init(&what, s->lab.memory);
    cr_assert(lesson_read(&s->lesson, s->lab.memory, &s->lab.header, &s->recording, &what));
    lesson_extend(&s->lesson);
    s->ui = (struct ui){.canvas = canvas_open(1600, 900, "assets/icons", why, sizeof why),
                        .wish = {.text = 1}};
    cr_assert(s->ui.canvas, "%s", why);
    canvas_paint(s->ui.canvas, false);
    s->ui.choice.record = NONE;
    s->ui.moment = (struct moment){.cast = &s->lab.cast,
                                   .recording = &s->recording,
                                   .steps = &s->steps,
                                   .lesson = &s->lesson,
                                   .veil = NONE};
}

static void end(struct stage *s)
{
    canvas_close(s->ui.canvas);
    replay_lab_free(&s->lab);
}

/* All that is written when `index` is the last that happened, with line feeds between. */
static struct text written(struct stage *s, uint32_t index)
{
    const struct mark *marks;
    struct buffer b;
    size_t count;

    buffer_init(&b, s->lab.memory);
    s->ui.moment.place.index = index;
    canvas_begin(s->ui.canvas);
    headline_draw(&s->ui, (struct rect){24, 12, 1552, 86});
    marks = canvas_marks(s->ui.canvas, &count);
    for (size_t i = 0; i < count; i++)
        if (marks[i].kind == MARK_TEXT) {
            buffer_put_text(&b, canvas_mark_text(s->ui.canvas, &marks[i]));
            buffer_put_char(&b, '\n');
        }
    return buffer_text(&b);
}

#define SAYS(t, part) cr_expect(text_has(t, part), "no %s in:\n%.*s", part, TEXT_ARG(t))

Test(view_headline, says_what_is_narrated)
{
    struct stage s;
    struct narration n;

    begin(&s, "first-letter");
    narration_init(&n, s.lab.memory);
    for (uint32_t i = 0; i < s.steps.count; i++) {
        struct text said = written(&s, s.steps.items[i].record);
        char step[60];

        narrate(&n, &s.recording, s.steps.items[i].record);
        cr_assert(text_count(said, buffer_text(&n.headline)), "%.*s", TEXT_ARG(said));
        snprintf(step, sizeof step, "Step %u of %u", i + 1, s.steps.count);
        cr_assert(text_count(said, text_of(step)), "%.*s", TEXT_ARG(said));
    }
    end(&s);
}

Test(view_headline, before_the_first_step)
{
    struct stage s;
    struct text said;

    begin(&s, "first-letter");
    said = written(&s, NONE);
    SAYS(said, "The first letter: who is who");
    SAYS(said, "3 cards. Return: the next card.");
    SAYS(said, "Lesson 1 \xC2\xB7 The first letter");
    SAYS(said, "Before the first step");
    cr_expect(text_equal(said, written(&s, s.steps.items[0].record - 1)));
    end(&s);
}

static uint32_t reply_of(const struct stage *s, int64_t code)
{
    for (uint32_t i = 0; i < s->steps.count; i++) {
        const struct recording_line *line = &s->recording.lines[s->steps.items[i].record];

        if (line->record->kind == TRACE_SMTP_REPLY &&
            RECORDING_DATA(line, smtp_reply)->code == code)
            return s->steps.items[i].record;
    }
    cr_assert_fail("no such reply");
    return NONE;
}

/* The lesson's words stand instead of the detail until the next step, and a code has its plate. */
Test(view_headline, a_note_and_a_code)
{
    struct stage s;
    struct text said;
    uint32_t at;

    begin(&s, "two-of-three");
    at = reply_of(&s, 550);
    said = written(&s, at);
    cr_assert(lesson_note(&s.lesson, at).size > 0);
    cr_expect(text_count(said, lesson_note(&s.lesson, at)), "%.*s", TEXT_ARG(said));
    SAYS(said, "mail.shop refuses mail for nobody@shop.example: 550");
    SAYS(said, "\nno\n");
    cr_expect_not(text_has(said, "It says 550"));
    said = written(&s, s.steps.items[steps_at(&s.steps, at) + 1].record);
    cr_expect_not(text_count(said, lesson_note(&s.lesson, at)));
    end(&s);
}

/* A question stands before the 550: how many steps follow is a hint, and so is what was chosen there. */
Test(view_headline, nothing_behind_the_veil)
{
    struct stage s;
    struct text said;
    uint32_t veil;

    begin(&s, "two-of-three");
    veil = reply_of(&s, 550);
    s.ui.moment.veil = veil;
    said = written(&s, veil - 1);
    SAYS(said, "Step ");
    cr_expect_not(text_has(said, " of 5"));
    s.ui.choice.record = veil;
    cr_expect(text_equal(said, written(&s, veil - 1)));
    s.ui.moment.veil = NONE;
    said = written(&s, veil - 1);
    SAYS(said, "Chosen record");
    SAYS(said, "mail.shop refuses mail for nobody@shop.example: 550");
    end(&s);
}
