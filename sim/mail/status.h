/*
 * status.h - enhanced status codes (RFC 3463) and how SMTP replies map to them.
 *
 * Owner   none.  Errors  false, or a status of class 0.
 */
#ifndef SIM_MAIL_STATUS_H
#define SIM_MAIL_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/text.h"

struct mail_status {
    uint16_t class, subject, detail; /* "5.1.1"; class 2, 4 or 5; class 0: none */
};

/* The whole of `t`; class 2, 4 or 5, at most three digits each (RFC 3463 2). */
bool mail_status_parse(struct text t, struct mail_status *out);
void mail_status_put(struct buffer *b, struct mail_status s);
/*
 * From a reply: its enhanced code if its class agrees with the basic one's (RFC 2034 4), else what
 * the basic code alone tells.  `enhanced` may be empty.
 */
struct mail_status mail_status_of_reply(int code, struct text enhanced);
/* What it means for the one who wrote the letter: one sentence without a dot; "" if not known. */
const char *mail_status_words(struct mail_status s);

#endif
