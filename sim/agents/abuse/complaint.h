/*
 * complaint.h - whoever reads a mailbox complains about letters: `complains` of a mailbox.
 *
 * The complaint (RFC 5965) is written at the mailbox's host and goes by its MTA, from the mailbox's
 * address.  Nobody complains about a report: what has a null reverse-path gives no complaint.
 *
 * Owner   a complaint frees itself when it is sent.
 * Errors  none: a host that is down when it should be written writes none.
 */
#ifndef SIM_AGENTS_ABUSE_COMPLAINT_H
#define SIM_AGENTS_ABUSE_COMPLAINT_H

#include <stdint.h>

#include "sim/agents/mda/mda.h"

/* `d` is in the mailbox, as `cause` says. */
void complaint_consider(struct host *h, const struct mda_delivery *d, uint64_t cause);

#endif
