/*
 * view_policy.h - which verdict of a policy led to a record of a mail's life.
 *
 * Verdicts carry a connection but no mail: the server does not know yet what it is about to get.  So
 * the last few are kept in a ring, where the record that follows from one finds it: the acceptance on
 * the same connection, or the failure that the client reports of this host.
 *
 * Owner   storage of its own from `memory`, used again and again.  Errors  none: a verdict too long
 *         ago is not found.
 */
#ifndef SIM_REPLAY_VIEW_POLICY_H
#define SIM_REPLAY_VIEW_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/kernel/memory.h"
#include "sim/trace/trace.h"

struct view_policy;

struct view_policies {
    struct memory *memory;
    struct view_policy *ring;
    size_t next; /* verdicts kept so far */
};

void view_policy_init(struct view_policies *p, struct memory *m);
void view_policy_free(struct view_policies *p);
/* `r` is a policy.* record. */
void view_policy_keep(struct view_policies *p, const struct trace_record *r);
/* A policy.decision that tells what a probe found out (not one of the server that was asked). */
bool view_policy_is_probe(const struct trace_record *r);
/* The verdict that decided what `r` tells, or NULL; valid until the next view_policy_keep(). */
const struct trace_record *view_policy_because(const struct view_policies *p,
                                               const struct trace_record *r);

#endif
