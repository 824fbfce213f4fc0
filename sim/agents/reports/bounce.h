/*
 * bounce.h - who wrote is told what became of it (RFC 5321 6.1, RFC 3461 5.2, RFC 3464).
 *
 * Failures of a round stand in one report, successes that were asked for in one for each action, and
 * delays in one.  None is written about a message with a null reverse-path, nor where NOTIFY says no:
 * then what failed is discarded.  What an MUA could not hand over, its author sees on the screen.
 *
 * Errors  none.
 * Owner   the caller releases the letter of a result.
 *
 * (RFC 3461 5.2 would like the local postmaster to hear of what failed and may not be reported.  Here
 * the trace tells it.)
 */
#ifndef SIM_AGENTS_REPORTS_BOUNCE_H
#define SIM_AGENTS_REPORTS_BOUNCE_H

#include "sim/agents/custody/custody.h"
#include "sim/agents/mail_queue/mail_queue.h"

struct bounce_result {
    enum custody_end how;  /* BOUNCED or RETURNED (the author's screen) */
    struct text to;        /* the report's name, or in words */
    struct letter *letter; /* of the report, a reference for the caller; or NULL */
    uint64_t cause;
};

/* Why nobody is told that recipient i failed; empty: somebody is. */
struct text bounce_silence(const struct queue_entry *e, uint32_t i);
/* For all recipients of the entry that are RECIPIENT_FAILED, of whom somebody is told. */
struct bounce_result bounce_write(struct queue_entry *e, uint64_t cause);
/* "delivered", "relayed" and "expanded": all that queue_note_success() noted. */
void bounce_successes(struct queue_entry *e);
/* The report "delayed" (RFC 3461 4.1, RFC 3464 2.3.3) about recipients `which[0..count-1]`, which go on
 * waiting until `retry_until_ns` (Will-Retry-Until, 2.3.9).  queue.warned has been recorded for each,
 * and each wants it: queue_wants_warning(). */
void bounce_warn(struct queue_entry *e, const uint32_t *which, uint32_t count,
                 int64_t retry_until_ns, uint64_t cause);

#endif
