/*
 * view_parts.h - what the files of the view share: view.c takes the records and keeps hosts and
 * connections, view_mail.c the life of mails, view_policy.c the verdicts that decided something.
 *
 * Owner   everything is of the view and goes with view_free().  Errors  none.
 */
#ifndef SIM_REPLAY_VIEW_PARTS_H
#define SIM_REPLAY_VIEW_PARTS_H

#include "sim/replay/view.h"

#define VIEW_KIND(suffix) (UINT64_C(1) << TRACE_##suffix)
/* What is said on a connection. */
#define VIEW_LADDER_KINDS                                                                          \
    (VIEW_KIND(SMTP_COMMAND) | VIEW_KIND(SMTP_REPLY) | VIEW_KIND(SMTP_DATA) |                      \
     VIEW_KIND(SMTP_TIMEOUT) | VIEW_KIND(TLS_STARTED) | VIEW_KIND(TLS_REFUSED) |                   \
     VIEW_KIND(AUTH_RESULT) | VIEW_KIND(TCP_FAILED) | VIEW_KIND(POP3_COMMAND) |                    \
     VIEW_KIND(POP3_REPLY))

/* Copies what the step points to; beyond the limit it is only counted. */
void view_add_step(struct view *v, struct view_steps *steps, struct view_step step);
/* The connection of that number if it is open or its ladder is kept, or NULL. */
struct view_conn *view_find_conn(const struct view *v, uint32_t number);
/* What the record means for the mail that it names, or for those at the host that has just come up. */
void view_mail_record(struct view *v, const struct trace_record *r);

#endif
