/*
 * bounce.h - the report about recipients that failed (RFC 5321 6.1, RFC 3464).
 *
 * It is a new message with the null reverse-path, written by this host to the reverse-path of the one
 * that failed, and it finds its own way.  About a message with a null reverse-path none is written:
 * then what failed is discarded.  What an MUA could not hand over, its author sees on the screen.
 */
#ifndef SIM_AGENTS_BOUNCE_H
#define SIM_AGENTS_BOUNCE_H

#include "sim/agents/custody.h"
#include "sim/agents/mail_queue.h"

struct bounce_result {
    enum custody_end how;  /* BOUNCED, RETURNED (the author's screen) or DISCARDED */
    struct text to;        /* the report's name, or in words */
    struct letter *letter; /* of the report, a reference for the caller; or NULL */
    uint64_t cause;
};

/* For all recipients of the entry that are RECIPIENT_FAILED. */
struct bounce_result bounce_write(struct queue_entry *e, uint64_t cause);
/* The report "delayed" (RFC 3461 4.1, RFC 3464 2.3.3) about recipients `which[0..count-1]`, which go on
 * waiting until `retry_until_ns` (Will-Retry-Until, 2.3.9).  queue.warned has been recorded for each,
 * and each wants it: queue_wants_warning(). */
void bounce_warn(struct queue_entry *e, const uint32_t *which, uint32_t count,
                 int64_t retry_until_ns, uint64_t cause);

#endif
