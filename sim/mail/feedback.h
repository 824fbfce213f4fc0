/*
 * feedback.h - a complaint about a letter: multipart/report; report-type=feedback-report (RFC 5965).
 *
 * Written by the host that delivered what is complained about, which comes back whole; read by whoever
 * keeps a list of sources.  A reader believes the complainant's own server and nobody else: of the
 * Received lines from the top, those that hosts of the complainant's domain added, up to the first
 * that took the letter from outside.  What stands below may be forged.
 *
 * Left out: Source-IP and the other optional fields of RFC 5965 3.2 but the two of the envelope.
 *
 * Units   as in message.h.
 * Owner   the caller releases what is built; what was read lies in the caller's buffer.
 * Errors  mail_feedback_source() is false where there is no complaint, or no such line.
 */
#ifndef SIM_MAIL_FEEDBACK_H
#define SIM_MAIL_FEEDBACK_H

#include <stdbool.h>

#include "sim/mail/message.h"

struct mail_feedback {
    struct text from; /* who complains: the mailbox that got it */
    struct text to;
    struct text message_id;
    struct text id;     /* names the boundary */
    struct text sender; /* reverse-path of what is complained about; empty: null */
    int64_t date;
    struct message *about;
};

struct message *mail_feedback_build(struct memory *m, const struct mail_feedback *f);
/* "Abuse report", the Subject. */
struct text mail_feedback_subject(void);

/* The address from which the complainant's domain took the letter, as text, put into `out`. */
bool mail_feedback_source(const struct message *complaint, struct text domain, struct buffer *out);
/* What one Received field says: from which address (without brackets), and which host added it. */
bool mail_received_parse(struct text value, struct text *address, struct text *by);

#endif
