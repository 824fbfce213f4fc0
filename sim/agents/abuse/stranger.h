/*
 * stranger.h - somebody from outside: looks for servers that relay for anyone, and uses them.
 *
 * Without `abuse` a stranger only sends what the timeline says (mua.h).  With it: at the start, and then
 * `every` so often, it asks each of its servers whether it would take mail for an address of nobody
 * there; of those that would, letters are poured through each at PACE until all are sent or one is refused.
 * What a server only defers, a stranger forgets: programs of that kind do not queue.
 *
 * It knows what its own connections tell it, and nothing else.
 *
 * Owner   the host.  Errors  none.
 */
#ifndef SIM_AGENTS_ABUSE_STRANGER_H
#define SIM_AGENTS_ABUSE_STRANGER_H

#include "sim/agents/host/host.h"
#include "sim/agents/host/periodic.h"

struct stranger_target {
    struct stranger *stranger;
    struct text server;
    struct event next; /* letter */
    uint32_t left;
    uint32_t refusals; /* that the outbox had counted when the pouring began */
    uint64_t cause;
};

struct stranger {
    struct host *host;
    struct stranger_config config;
    struct periodic round;
    bool started;
    struct stranger_target *targets;
    uint64_t cause; /* of the next round: what began the last */
};

void stranger_add(struct host *h, const struct stranger_config *config);
/* The host is up (again): the first round is due. */
void stranger_host_up(struct host *h, uint64_t cause);
void stranger_host_down(struct host *h);

#endif
