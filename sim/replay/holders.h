/*
 * holders.h - who is responsible for what right now: custodies opened and not yet closed.
 *
 * For the footer of a trace, its check, and whoever tells the end of a run.
 *
 * Owner   ids and names are copied into `memory`; memory grows with what is open, not with what has
 *         passed.
 * Errors  records that break the rule (opened twice, closed without being open) are counted in
 *         `broken`; the engine asserts that there are none, a trace that is read may hold some.
 */
#ifndef SIM_REPLAY_HOLDERS_H
#define SIM_REPLAY_HOLDERS_H

#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/table.h"
#include "sim/replay/frame.h"
#include "sim/trace/trace.h"

#define HOLDERS_KINDS (UINT64_C(1) << TRACE_CUSTODY_OPENED | UINT64_C(1) << TRACE_CUSTODY_CLOSED)

/* Slots form one list in the order of opening and one of the free. */
struct holders_slot {
    struct replay_custody custody;
    uint32_t prev, next;
};

struct holders {
    struct memory *memory;
    struct table by_id;
    struct holders_slot *slots; /* slot 0 is the head of the list */
    uint32_t capacity, used, free;
    size_t open;
    uint64_t broken;
};

void holders_init(struct holders *h, struct memory *m);
void holders_free(struct holders *h);
/* A record of HOLDERS_KINDS; others are ignored. */
void holders_record(struct holders *h, const struct trace_record *r);
/* Copies the open ones, in the order of opening, to `out`, which has room for `h->open`. */
void holders_list(const struct holders *h, struct replay_custody *out);

#endif
