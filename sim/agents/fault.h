/*
 * fault.h - faults aimed at commands: the reply is another one, is lost, late, or never given.
 *
 * A fault waits from its entry's time on.  It looks at each command of its kind that a server session
 * of its host reads (from its client only, if it names one), begins with the nth, and acts `times`
 * times; at most one fault acts on a command, the first in the order of the timeline.
 *
 * Owner   the world's memory; the configuration is borrowed.
 */
#ifndef SIM_AGENTS_FAULT_H
#define SIM_AGENTS_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/agents/config.h"

struct host;

struct fault {
    struct fault *next; /* in host->faults, oldest first */
    const struct fault_config *is;
    int64_t entry;
    struct text verb;
    int64_t seen, left; /* commands of its kind; how many more times it acts */
};

/* From now on.  A close without an aim acts at once. */
void fault_arm(struct host *h, const struct fault_config *is, int64_t entry, struct text verb,
               uint64_t cause);

#endif
