/*
 * tell_copies.h - when two hosts have the message, and what comes of it.
 *
 * Between the 250 to the end of a message and its arrival both sides hold it; if it never arrives, both go
 * on, and the recipient gets a copy more (RFC 5321 6.1, RFC 1047).
 *
 * Owner   the caller's buffer.  Errors  none.
 */
#ifndef SIM_EXPORT_TELL_COPIES_H
#define SIM_EXPORT_TELL_COPIES_H

#include <stddef.h>

#include "sim/kernel/text.h"
#include "sim/replay/view.h"

/* At a queue.deferred: that the other side has taken it in this attempt; nothing if it has not. */
void tell_doubt(struct buffer *b, const struct view *v, const struct view_mail *mail, size_t index);
/* At a mail.delivered: the how manieth copy it is; nothing for the first. */
void tell_copy(struct buffer *b, const struct view_mail *mail, size_t index);

#endif
