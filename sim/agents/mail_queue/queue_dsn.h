/*
 * queue_dsn.h - what the sender of a queued message asked of reports (RFC 3461), kept beside its entry
 * and only if anything was asked, with the successes that are still to be told.
 *
 *   passed on to a host with DSN      goes along unchanged, and that host reports (5.2.1)
 *   passed on to a host without       SUCCESS is told as "relayed" here (5.2.2)
 *   LMTP host without                 its 250 means "in the mailbox": told as "delivered" (RFC 2033 4.2)
 *   into a mailbox here, or a list    SUCCESS is told as "delivered" (5.2.3, 5.2.7.1)
 *   one alias for one                 goes along unchanged, nothing is told (5.2.7.2)
 *   one alias for several             SUCCESS is told as "expanded", the rest goes along (5.2.7.3 c)
 *
 * Errors  none.
 * Owner   the entry; texts are copies that it owns.
 */
#ifndef SIM_AGENTS_MAIL_QUEUE_QUEUE_DSN_H
#define SIM_AGENTS_MAIL_QUEUE_QUEUE_DSN_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/agents/mail_queue/mail_queue.h"
#include "sim/mail/dsn.h"
#include "sim/mail/report.h"

/* A success that the sender wants to hear of, until the round is over. */
struct queue_success {
    enum mail_action action;
    struct mail_status status;
    int64_t time_ns;
    struct text remote, quoted; /* host that took it, and its reply; empty: it is here */
    size_t size;                /* of this block, with the texts */
};

struct queue_dsn_recipient {
    struct dsn_recipient asked;
    struct queue_success *success; /* NULL: none to be told */
};

struct queue_dsn {
    struct dsn_message message;
    uint32_t successes;                      /* to be told */
    uint64_t cause;                          /* of the last of them */
    size_t size;                             /* of this block */
    struct queue_dsn_recipient recipients[]; /* as in the entry; then the texts */
};

/* NULL if nothing was asked. */
struct queue_dsn *queue_dsn_new(struct memory *m, const struct queue_submission *s);
/* NULL is fine. */
void queue_dsn_free(struct memory *m, struct queue_dsn *d, uint32_t count);

/* NOTIFY of recipient i; 0: not given. */
static inline uint8_t queue_notify(const struct queue_entry *e, uint32_t i)
{
    return e->dsn ? e->dsn->recipients[i].asked.notify : 0;
}

static inline bool dsn_wants_success(uint8_t notify)
{
    return (notify & DSN_NOTIFY_SUCCESS) != 0;
}

static inline bool dsn_wants_failure(uint8_t notify)
{
    return notify == 0 || (notify & DSN_NOTIFY_FAILURE) != 0;
}

static inline bool dsn_allows_delay(uint8_t notify)
{
    return notify == 0 || (notify & DSN_NOTIFY_DELAY) != 0;
}

/* Recipient i was reached, and who wrote is told when the round is over, if it was asked for.  `by`: the
 * reply of the host that took it, or NULL. */
void queue_note_success(struct queue_entry *e, uint32_t i, enum mail_action action,
                        const struct failure *by, uint64_t cause);
/* They have been told. */
void queue_forget_successes(struct queue_entry *e);

#endif
