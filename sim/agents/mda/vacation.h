/*
 * vacation.h - automatic answers of people who are away (RFC 3834, RFC 5230 4).
 *
 * When a message has come into a mailbox with a vacation text, its sender may get an answer: a new
 * message with the null reverse-path, to the Return-Path and not to From (RFC 3834 4), with
 * "Auto-Submitted: auto-replied".  None goes to a null reverse-path (2), to addresses of machines
 * and lists, about what was itself sent automatically or by a list, where the mailbox's own address
 * does not stand in To, Cc or Bcc, and to the same sender again within seven days.  Each decision
 * is a record (policy.decision, at "vacation").
 *
 * Owner   the world's memory: one row for each sender that was answered, for mailboxes that have a text.
 * Errors  none.
 */
#ifndef SIM_AGENTS_MDA_VACATION_H
#define SIM_AGENTS_MDA_VACATION_H

#include <stdint.h>

#include "sim/agents/host/host.h"
#include "sim/agents/mda/mda.h"

struct vacations;

/* Of the host's MDA; NULL if nobody there has a text. */
struct vacations *vacations_new(struct host *h);
/* After a change of the configuration: who was answered, stays answered, where the text is the same. */
void vacations_keep(struct vacations *v, const struct vacations *before);
/* What `d` brought is in its mailbox now: answers if it should.  The host has a mail queue. */
void vacation_answer(struct host *h, const struct mda_delivery *d, uint64_t cause);

#endif
