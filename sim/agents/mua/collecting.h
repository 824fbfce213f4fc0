/*
 * collecting.h - an MUA fetches what is in its mailbox, by POP3: every so often, and when its person
 * reads.
 *
 * A visit that fails (no connection, no login) is not repeated before the next one is due.
 *
 * Owner   the world.  Errors  none: what goes wrong is a record.
 */
#ifndef SIM_AGENTS_MUA_COLLECTING_H
#define SIM_AGENTS_MUA_COLLECTING_H

#include <stdbool.h>
#include <stdint.h>

struct host;

/* The MUA collects from now on, as its settings say; nothing if they do not. */
void collecting_start(struct host *h);
/* A visit now, unless one is under way. */
void collecting_visit(struct host *h, uint64_t cause);
/* The visit under way is over. */
void collecting_host_down(struct host *h, bool crash, uint64_t cause);

#endif
