/*
 * report_write.h - a delivery report becomes a letter in this host's own queue.
 *
 * A report is a new message: null reverse-path (RFC 5321 6.1, RFC 3464 2), addressed to the reverse-path
 * of the message that it is about, and routed afresh from here by the MX of that domain.  It need not
 * pass the hosts through which the message came.
 *
 * How much of the message comes back: all of it for a failure, unless RET=HDRS was given or it is large,
 * else its header (RFC 3461 4.3, 6.2).
 *
 * Errors  none; only for messages that may be reported on (mail_report_allowed()), or it is our bug.
 * Owner   what is passed in is borrowed; the caller releases the letter of the result.
 */
#ifndef SIM_AGENTS_REPORTS_REPORT_WRITE_H
#define SIM_AGENTS_REPORTS_REPORT_WRITE_H

#include <stdint.h>

#include "sim/agents/custody/letter.h"
#include "sim/agents/host/host.h"
#include "sim/mail/dsn.h"
#include "sim/mail/report.h"

/* RFC 3461 6.2 lets a host return the header alone of what is long, even with RET=FULL.  50,000 octets
 * are what Postfix sets (bounce_size_limit). */
enum { REPORT_RETURNS_MAX = 50000 };

struct report_about {
    struct host *host;     /* it has a mail queue */
    struct letter *letter; /* the observer's name of the message */
    struct message *message;
    struct text sender; /* its reverse-path, not null */
    int64_t arrived_ns; /* here */
    struct dsn_message dsn;
};

struct report_written {
    struct letter *letter; /* of the report: one reference is the caller's */
    uint64_t cause;        /* handle of mail.ndr */
};

/* All rows have the same action. */
struct report_written report_write(const struct report_about *about,
                                   const struct mail_report_recipient *rows, uint32_t count,
                                   uint64_t cause);

/* What was asked for a copy that goes into a mailbox with its 250 (LMTP); kept while that is under way. */
struct report_wish {
    struct dsn_message message;
    struct dsn_recipient recipient;
    size_t size; /* of this block, with the texts */
};

/* NULL unless success is to be told. */
struct report_wish *report_wish_new(struct memory *m, const struct dsn_message *message,
                                    const struct dsn_recipient *recipient);
/* NULL is fine. */
void report_wish_free(struct memory *m, struct report_wish *wish);
/* The copy for `recipient` is in its mailbox: the report "delivered". */
void report_wish_fulfil(const struct report_about *about, const struct report_wish *wish,
                        struct text recipient, uint64_t cause);

/* Civil seconds of a simulated time. */
int64_t report_unix(const struct world *w, int64_t time_ns);
/* ORCPT as Original-Recipient shows it (RFC 3461 6.3 d): a copy for report_forget(), or empty. */
struct text report_original(struct world *w, const struct dsn_recipient *asked);
void report_forget(struct world *w, struct text copy);

#endif
