/*
 * acts.h - what both ends of a dialogue do with acts: records, and the timer of the current phase.
 *
 * Owner   an act_timer lives inside a delivery or a reception.  Errors  none.
 */
#ifndef SIM_AGENTS_DIALOGUE_ACTS_H
#define SIM_AGENTS_DIALOGUE_ACTS_H

#include <stdint.h>

#include "sim/kernel/queue.h"
#include "sim/net/tcp.h"
#include "sim/smtp/act.h"
#include "sim/trace/trace.h"

/* The record of an act that has one (COMMAND, REPLY, STATE, MESSAGE_END), at this end of the
 * connection.  Returns its cause handle; for a STATE, which leads to nothing, the one given. */
uint64_t acts_record(struct trace *t, const struct tcp *tcp, const struct smtp_act *a,
                     uint64_t cause);
uint64_t acts_record_timeout(struct trace *t, const struct trace_where *where,
                             enum smtp_phase phase);

/* A deadline that moves with every command: the event sleeps on and looks again when it wakes, so
 * that moving the deadline is one store. */
struct act_timer {
    struct event event;  /* `fire` calls act_timer_event() */
    int64_t deadline_ns; /* 0: none */
    enum smtp_phase phase;
};

/* limit_ns 0 clears it. */
void act_timer_set(struct act_timer *t, struct queue *q, enum smtp_phase phase, int64_t limit_ns);
void act_timer_event(struct queue *q, struct event *e,
                     void (*ran_off)(struct act_timer *t, enum smtp_phase phase));

#endif
