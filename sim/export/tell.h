/*
 * tell.h - sentences about what happened, for the story and the page.
 *
 * Owner   text is appended to the caller's buffer: plain UTF-8 as it stands in the records, without
 *         line ends; whoever prints it wraps and escapes it.
 * Errors  none; what the records do not say is left out of the sentence.
 */
#ifndef SIM_EXPORT_TELL_H
#define SIM_EXPORT_TELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/text.h"
#include "sim/replay/view.h"

enum tell_tone {
    TELL_PLAIN,
    TELL_DUTY, /* responsibility moves */
    TELL_GOOD, /* delivered */
    TELL_WAIT, /* deferred */
    TELL_BAD   /* refused, bounced, expired */
};

/* Step `index` of a mail's life.  False, and nothing appended, if it is told with another one or not
 * worth a sentence. */
bool tell_step(struct buffer *b, const struct view *v, const struct view_mail *mail, size_t index,
               enum tell_tone *tone);
/* "bob@shop.example was delivered ..." */
void tell_outcome(struct buffer *b, const struct view *v, const struct view_mail *mail,
                  const struct view_outcome *o, enum tell_tone *tone);
/* A fault, a host that stops, a link that changes, a probe: false if it is none of these. */
bool tell_aside(struct buffer *b, const struct view_step *step, enum tell_tone *tone);
/* "2 delivered, 1 bounced", of an array by verdict; "none" if all are 0. */
void tell_verdicts(struct buffer *b, const uint64_t counts[VIEW_VERDICT_COUNT]);

/* "one letter", "2 letters"; small numbers in words. */
void tell_count(struct buffer *b, uint64_t count, const char *one, const char *several);
/* "a, b and c"; of more than a few, the rest counted. */
void tell_list(struct buffer *b, const struct text *items, uint32_t count);
/* "301 ms", "1.16 s", "2 h 30 min": a duration with about three digits, to be read aloud. */
void tell_duration(struct buffer *b, int64_t ns);
/* The same in a list of times, where several would be rounded to one: "2 min", then "+ 226 ms" and
 * "+ 301 ms" after it.  *told_ns is the last that was told whole; -1 begins a list. */
void tell_moment(struct buffer *b, int64_t *told_ns, int64_t ns);
/* "Monday, 2 March 2026, 09:00:00 UTC" */
void tell_date(struct buffer *b, int64_t unix_seconds);

#endif
