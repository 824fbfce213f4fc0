/*
 * Pieces of sentences that several sentences are made of.
 */
#include "sim/export/tell_parts.h"

#include "sim/export/tell.h"
#include "sim/kernel/clock.h"

enum { LIST_SHOWN = 4 };

void tell_string(struct buffer *b, const char *string)
{
    buffer_put_string(b, string);
}

void tell_text(struct buffer *b, struct text t)
{
    buffer_put_text(b, t);
}

void tell_quoted(struct buffer *b, struct text t)
{
    tell_string(b, "\"");
    tell_text(b, t);
    tell_string(b, "\"");
}

void tell_failure(struct buffer *b, struct text remote, int64_t code, struct text status,
                  struct text reason)
{
    if (remote.size > 0 && code != 0) {
        tell_text(b, remote);
        tell_string(b, " answered ");
        tell_reply(b, code, status, reason);
        return;
    }
    tell_text(b, reason);
    if (remote.size > 0) {
        tell_string(b, " (");
        tell_text(b, remote);
        tell_string(b, ")");
    }
}

void tell_count(struct buffer *b, uint64_t count, const char *one, const char *several)
{
    static const char *const words[] = {"no",  "one",   "two",   "three", "four", "five",
                                        "six", "seven", "eight", "nine",  "ten"};

    if (count < sizeof words / sizeof *words)
        tell_string(b, words[count]);
    else
        buffer_put_int(b, (int64_t)count);
    tell_string(b, " ");
    tell_string(b, count == 1 ? one : several);
}

void tell_list(struct buffer *b, const struct text *items, uint32_t count)
{
    uint32_t shown = count > LIST_SHOWN + 1 ? LIST_SHOWN : count;

    for (uint32_t i = 0; i < shown; i++) {
        if (i > 0)
            tell_string(b, i + 1 == count ? " and " : ", ");
        tell_text(b, items[i]);
    }
    if (shown < count) {
        tell_string(b, " and ");
        tell_count(b, count - shown, "other", "others");
    }
}

void tell_date(struct buffer *b, int64_t unix_seconds)
{
    static const char *const days[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                       "Thursday", "Friday", "Saturday"};
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    struct clock_civil c = clock_civil(unix_seconds);

    tell_string(b, days[c.weekday]);
    tell_string(b, ", ");
    buffer_put_int(b, c.day);
    tell_string(b, " ");
    tell_string(b, months[c.month - 1]);
    tell_string(b, " ");
    buffer_put_int(b, c.year);
    tell_string(b, ", ");
    clock_put_time_of_day(b, &c);
    tell_string(b, " UTC");
}

void tell_duration(struct buffer *b, int64_t ns)
{
    int64_t step = ns < 10 * CLOCK_MILLISECOND ? CLOCK_MICROSECOND
                   : ns < CLOCK_SECOND         ? CLOCK_MILLISECOND
                   : ns < 10 * CLOCK_SECOND    ? 10 * CLOCK_MILLISECOND
                   : ns < CLOCK_MINUTE         ? 100 * CLOCK_MILLISECOND
                   : ns < CLOCK_HOUR           ? CLOCK_SECOND
                   : ns < CLOCK_DAY            ? CLOCK_MINUTE
                                               : CLOCK_HOUR;

    if (ns > step) /* shorter than that is told as it is */
        ns = (ns + step / 2) / step * step;
    clock_put_duration(b, ns);
}

/* What the rounding of a late time hides is told as the time since the line that is so labelled. */
void tell_moment(struct buffer *b, int64_t *told_ns, int64_t ns)
{
    struct buffer told;
    size_t start = b->size;
    bool same;

    buffer_init(&told, b->memory);
    if (*told_ns >= 0)
        tell_duration(&told, *told_ns);
    tell_duration(b, ns);
    same = text_equal(buffer_text(&told), text_after(buffer_text(b), start));
    buffer_free(&told);
    if (!same) {
        *told_ns = ns;
    } else if (ns - *told_ns >= CLOCK_MILLISECOND) {
        b->size = start;
        tell_string(b, "+ ");
        tell_duration(b, ns - *told_ns);
    }
}

void tell_octets(struct buffer *b, int64_t octets)
{
    buffer_put_int(b, octets);
    tell_string(b, octets == 1 ? " octet" : " octets");
}

/* 550 5.1.1 "no such user here" */
void tell_reply(struct buffer *b, int64_t code, struct text enhanced, struct text words)
{
    buffer_put_int(b, code);
    if (enhanced.size > 0) {
        tell_string(b, " ");
        tell_text(b, enhanced);
    }
    if (words.size > 0) {
        tell_string(b, " ");
        tell_quoted(b, words);
    }
}

/* " (192.0.2.25, port 25)", as far as it is known. */
void tell_place(struct buffer *b, struct text address, int64_t port)
{
    if (address.size == 0)
        return;
    tell_string(b, " (");
    tell_text(b, address);
    if (port != 0) {
        tell_string(b, ", port ");
        buffer_put_int(b, port);
    }
    tell_string(b, ")");
}

/* The command at which a policy decides. */
static const char *stage_of(struct text at)
{
    static const struct {
        struct text at;
        const char *stage;
    } stages[] = {{TEXT_INIT("connection"), "the connection"},
                  {TEXT_INIT("hello"), "EHLO"},
                  {TEXT_INIT("sender"), "MAIL"},
                  {TEXT_INIT("recipient"), "RCPT"},
                  {TEXT_INIT("data"), "DATA"}};

    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        if (text_equal(at, stages[i].at))
            return stages[i].stage;
    return "the end of the message";
}

void tell_reference(struct buffer *b, const struct trace_record *policy)
{
    const struct trace_policy_relay *relay;
    const struct trace_policy_decision *decision;

    if (policy == NULL)
        return;
    relay = policy->data;
    decision = policy->data;
    if (policy->kind == TRACE_POLICY_RELAY) {
        tell_string(b, " Decided at RCPT by the rule ");
        tell_quoted(b, relay->rule);
        tell_string(b, " (");
        tell_text(b, relay->reference);
    } else {
        tell_string(b, " Decided at ");
        tell_string(b, stage_of(decision->at));
        tell_string(b, " by: ");
        tell_text(b, decision->rule);
        tell_string(b, " (");
        tell_text(b, decision->reference);
    }
    tell_string(b, ").");
}
