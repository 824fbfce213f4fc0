/*
 * policy_filter.h - what a server remembers of its clients: for the rules of suspicion.
 *
 * Made when it is first needed.  The greylist is on disk and outlives a crash; counts do not.
 *
 * Owner   the host's struct mta.  Errors  none.
 */
#ifndef SIM_AGENTS_POLICY_POLICY_FILTER_H
#define SIM_AGENTS_POLICY_POLICY_FILTER_H

#include <stdbool.h>

#include "sim/agents/policy/judge.h"
#include "sim/agents/policy/recall.h"

struct policy_filter {
    struct recall triples; /* greylist: client, sender, recipient; mark 1: it came back in time */
    struct recall clients; /* greylist: addresses that came back once */
    struct recall rates;   /* mails of a user or an address in the window */
    struct buffer words;   /* of the last answer that had to be composed */
};

struct policy_filter *policy_filter(struct host *h);
/* The host went down: what was only in memory is gone. */
void policy_host_down(struct host *h);

/* A recipient whom everybody may write to, suspected or not: postmaster (RFC 5321 4.5.1). */
bool policy_spares(const struct judgement *j);
/* Holds a refusal back for a while (tarpit); false: not this one. */
bool policy_tarpit(struct judgement *j);

#endif
