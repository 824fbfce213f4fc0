/*
 * outage.h - a host stops, loses power, or starts.
 *
 *   stop    in good order, as when a service is shut down: 421 to open sessions (RFC 5321 3.8), the
 *           listeners are closed, so connections are refused while the machine itself stays up.
 *           Deliveries under way are broken off, but for those that have sent the final dot: these wait
 *           for their reply, or a second copy would come of it (6.1).
 *   crash   the power goes: connections are gone without a word, packets to the host are lost.
 *   start   listens again, and works through its queues: what was under way is due at once, and so is
 *           what has become due in the meantime.
 *
 * What is on the disk survives both: queues, mailboxes, greylists.  What is in memory does not:
 * sessions, deliveries, timers, questions to name servers and the resolver's cache.
 *
 * Each part of a host has its own X_host_down(host, crash, cause) and X_host_up(host, cause); outage.c
 * only says in which order.  A part that starts work by itself (a timer, a letter that a person
 * writes) looks at `host->up` first.
 *
 * Owner   nothing: each part of the host keeps its own.
 * Errors  stopping what is stopped, or starting what runs, has no effect and says false.
 */
#ifndef SIM_AGENTS_OUTAGE_H
#define SIM_AGENTS_OUTAGE_H

#include <stdbool.h>
#include <stdint.h>

struct host;

bool host_stop(struct host *h, uint64_t cause);
bool host_crash(struct host *h, uint64_t cause);
bool host_start(struct host *h, uint64_t cause);

/* Says world_entry_met() of the outage that the host is in, if something met it. */
void outage_judge(struct host *h);
/* Emits host.started and lets the listeners listen: for outage.c and the beginning of a run. */
void host_announce(struct host *h, uint64_t cause);

#endif
