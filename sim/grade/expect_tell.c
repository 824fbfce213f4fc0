#include "sim/grade/expect_tell.h"

#include "sim/export/prose.h"

enum { INDENT = 14 };

static void put_points(struct buffer *b, const struct expect_result *r)
{
    if (r->verdict != EXPECT_HELD) {
        buffer_put_string(b, "0 of ");
        buffer_put_int(b, r->points);
    } else {
        buffer_put_int(b, r->earned);
    }
    buffer_put_string(b, r->points == 1 ? " point" : " points");
}

static void put_line(const struct prose *p, struct buffer *words, const char *label,
                     enum tell_tone tone)
{
    prose_line(p, INDENT, text_of(label), buffer_text(words), tone);
    buffer_clear(words);
}

static void tell_one(const struct prose *p, struct buffer *words, const struct expect_result *r)
{
    static const enum tell_tone tones[EXPECT_VERDICT_COUNT] = {
        [EXPECT_HELD] = TELL_GOOD,
        [EXPECT_FAILED] = TELL_BAD,
        [EXPECT_NOT_COUNTED] = TELL_WAIT,
        [EXPECT_UNKNOWN] = TELL_WAIT,
    };

    buffer_put_text(words, r->id);
    buffer_put_string(words, " (");
    put_points(words, r);
    buffer_put_string(words, "): ");
    buffer_put_text(words, r->wanted);
    if (r->verdict != EXPECT_HELD) {
        buffer_put_string(words, ". But ");
        buffer_put_text(words, r->found);
    }
    if (r->verdict == EXPECT_FAILED && r->say.size > 0) {
        buffer_put_string(words, ": ");
        buffer_put_text(words, r->say);
    }
    buffer_put_string(words, ".");
    put_line(p, words, expect_verdict_name(r->verdict), tones[r->verdict]);
    for (uint32_t i = 0; i < r->event_count; i++) {
        buffer_put_string(words, "record ");
        buffer_put_text(words, r->events[i].told);
        put_line(p, words, "", TELL_PLAIN);
    }
}

void expect_tell(const struct expect *e, bool colour, struct buffer *out)
{
    struct prose p = {.out = out, .colour = colour};
    struct buffer words;

    if (e->count == 0)
        return;
    buffer_init(&words, out->memory);
    prose_gap(&p);
    buffer_put_string(&words, "Expected: ");
    buffer_put_int(&words, e->held);
    buffer_put_string(&words, " of ");
    buffer_put_int(&words, e->count);
    buffer_put_string(&words, " held, ");
    buffer_put_int(&words, e->earned);
    buffer_put_string(&words, " of ");
    buffer_put_int(&words, e->points);
    buffer_put_string(&words, " points.");
    prose_title(&p, buffer_text(&words));
    buffer_clear(&words);
    for (uint32_t i = 0; i < e->count; i++)
        tell_one(&p, &words, &e->results[i]);
    buffer_free(&words);
}
