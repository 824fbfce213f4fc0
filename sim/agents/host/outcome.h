/*
 * outcome.h - how a run ended, and what was counted in it.
 *
 * Owner   plain values.  Errors  none.
 */
#ifndef SIM_AGENTS_HOST_OUTCOME_H
#define SIM_AGENTS_HOST_OUTCOME_H

#include <stdint.h>

enum world_status {
    WORLD_RUNNING,
    WORLD_QUIET,
    WORLD_UNTIL,
    WORLD_TIME_LIMIT,
    WORLD_EVENT_LIMIT,
    WORLD_QUEUE_LIMIT,  /* more mail waits in all queues together than queue_limit_octets */
    WORLD_MESSAGE_LIMIT /* a message is larger than message_limit_octets */
};

struct world_counts {
    uint64_t composed, accepted, relayed, delivered, bounced, expired, discarded, reports;
    uint64_t custodies_opened, custodies_closed;
};

#endif
