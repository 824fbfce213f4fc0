/*
 * fault.h - faults aimed at commands: the reply is another one, is lost, late, or never given.
 *
 * A fault waits from its entry's time on.  It counts each command of its kind that a server session
 * of its host reads (from its client only, if it names one), and from the nth on it acts, `times`
 * times.  At most one fault acts on a command: the first in the order of the timeline; the others
 * only count it.
 *
 *   answer   the reply is this one; the command is refused, deferred or fine as its code says
 *   drop     the command is obeyed and its reply sent, but neither this nor anything later arrives: the
 *            connection is reset.  A lost 250 to the final dot is how duplicates are made (RFC 5321 6.1)
 *   delay    the server takes so long before it obeys and replies.  A message that it has read to its
 *            end, it takes even if the client has lost patience and gone (RFC 1047)
 *   close    the connection is closed instead of a reply, and nothing is done
 *   crash    the host loses power before it obeys, or (`after`) as soon as the reply is sent
 *
 * The record sim.fault says each time that one acts; what follows has it as its cause.
 *
 * Errors  none: what a fault may say was checked with the scenario.
 * Owner   the world's memory; the configuration is borrowed.
 */
#ifndef SIM_AGENTS_RECEPTION_FAULT_H
#define SIM_AGENTS_RECEPTION_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/agents/config/config.h"
#include "sim/smtp/act.h"

struct host;
struct reception;

struct fault {
    struct fault *next; /* in host->faults, oldest first */
    const struct fault_config *is;
    enum smtp_verb to;
    int64_t entry;
    struct text verb;
    int64_t seen, left; /* commands of its kind; how many more times it acts */
};

/* From now on.  A close without an aim acts at once. */
void fault_arm(struct host *h, const struct fault_config *is, int64_t entry, struct text verb,
               uint64_t cause);

/* ---- for a server session (reception.c); all but the first two need r->fault -------------------- */

/* A session begins: the host's faults want to see some of its commands. */
void fault_watch(struct reception *r);
/* It asks about a watched command.  True: the session was answered, its acts are to be done. */
bool fault_command(struct reception *r, const struct smtp_act *a);
/* The command's reply goes out. */
void fault_reply(struct reception *r);
/* The client is gone while a reply was delayed: what the server does all the same, it does now. */
void fault_client_gone(struct reception *r, uint64_t cause);
/* The session ends. */
void fault_forget(struct reception *r);

#endif
