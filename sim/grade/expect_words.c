/*
 * What was wanted and what was found, as a person would say it.
 */
#include "sim/export/tell.h"
#include "sim/grade/expect_parts.h"

static void put(struct buffer *b, const char *string)
{
    buffer_put_string(b, string);
}

static void put_named(struct buffer *b, const char *before, struct text t)
{
    if (!t.at)
        return;
    put(b, before);
    buffer_put_text(b, t);
}

static void put_quoted(struct buffer *b, const char *before, struct text t)
{
    if (!t.at)
        return;
    put(b, before);
    buffer_put_char(b, '"');
    buffer_put_text(b, t);
    buffer_put_char(b, '"');
}

static void put_within(struct buffer *b, const struct expectation *x)
{
    if (x->within_ns < 0)
        return;
    put(b, " within ");
    tell_duration(b, x->within_ns);
}

static void put_letter(struct buffer *b, const struct expectation *x)
{
    if (x->copies >= 0)
        tell_count(b, (uint64_t)x->copies, "letter", "letters");
    else
        put(b, "a letter");
    put_quoted(b, " with the subject ", x->subject);
    if (x->from.at && expect_is_null(x->from))
        put(b, " from <>");
    else
        put_named(b, " from ", x->from);
    put_named(b, " to ", x->to);
    put(b, x->copies > 1 ? " reach mailboxes" : " reaches a mailbox");
    put_within(b, x);
}

void expect_put_wanted(struct buffer *b, const struct expectation *x)
{
    switch (x->form) {
    case FORM_DELIVERED: put_letter(b, x); break;
    case FORM_NOT_RELAYED:
        if (x->by.at)
            buffer_put_text(b, x->by);
        else
            put(b, "no server");
        put(b, x->by.at ? " passes on nothing that " : " passes on what ");
        buffer_put_text(b, x->from);
        put(b, " hands in");
        put_named(b, " for ", x->to);
        put(b, x->to.at ? "" : " for other domains");
        break;
    case FORM_NDR:
        put(b, "a report of failure");
        put_named(b, " about ", x->about);
        put_named(b, " with status ", x->status);
        put_named(b, " reaches ", x->to);
        put_within(b, x);
        break;
    case FORM_HAPPENS:
        put(b, "it happens: ");
        matcher_put(b, &x->matcher);
        break;
    case FORM_NEVER:
        put(b, "it never happens: ");
        matcher_put(b, &x->matcher);
        break;
    case FORM_NONE: break;
    }
}

static void put_times(struct buffer *b, uint64_t count)
{
    if (count == 1)
        put(b, "once");
    else
        tell_count(b, count, "times", "times");
}

static void put_found_delivered(struct buffer *b, const struct expectation *x)
{
    if (x->written == 0 && x->arrived == 0) {
        put(b, "nobody wrote such a letter");
    } else if (x->arrived == 0) {
        put(b, "it reached no mailbox");
    } else if (x->copies >= 0 && x->arrived != (uint64_t)x->copies) {
        tell_count(b, x->arrived, "letter has arrived", "letters have arrived");
    } else {
        put(b, "it came too late");
    }
}

static void put_found_ndr(struct buffer *b, const struct expectation *x)
{
    put(b, x->arrived > 0     ? "it came too late"
           : x->written > 0   ? "it was written, but reached no mailbox"
           : x->otherwise > 0 ? "no report was like that; others were"
                              : "no report was written");
}

void expect_put_found(struct buffer *b, const struct expectation *x)
{
    switch (x->form) {
    case FORM_DELIVERED: put_found_delivered(b, x); break;
    case FORM_NDR: put_found_ndr(b, x); break;
    case FORM_NOT_RELAYED:
        put(b, "it was passed on ");
        put_times(b, x->arrived);
        break;
    case FORM_HAPPENS:
        put(b, x->near_count > 0 ? "it did not; this came nearest" : "it did not");
        break;
    case FORM_NEVER:
        put(b, "it happened ");
        put_times(b, x->arrived);
        break;
    case FORM_NONE: break;
    }
}
