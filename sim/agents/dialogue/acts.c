/*
 * acts.c - records of acts; the sleeping timer.
 */
#include "sim/agents/dialogue/acts.h"

#include <assert.h>

static uint64_t record_command(struct trace *t, const struct trace_where *where,
                               const struct smtp_act *a)
{
    return trace_emit_smtp_command(
        t, where, &(struct trace_smtp_command){.verb = a->command.word, .line = a->command.line});
}

static uint64_t record_reply(struct trace *t, const struct trace_where *where,
                             const struct smtp_reply *reply)
{
    return trace_emit_smtp_reply(
        t, where,
        &(struct trace_smtp_reply){.code = reply->code,
                                   .enhanced = reply->enhanced,
                                   .lines = {reply->lines, (uint32_t)reply->line_count},
                                   .to = smtp_verb_name(reply->to)});
}

static uint64_t record_state(struct trace *t, const struct trace_where *where,
                             const struct smtp_act *a)
{
    return trace_emit_smtp_state(t, where,
                                 &(struct trace_smtp_state){.from = a->state.from,
                                                            .to = a->state.to,
                                                            .input = a->state.input});
}

static uint64_t record_message_end(struct trace *t, const struct trace_where *where,
                                   const struct smtp_act *a)
{
    return trace_emit_smtp_data(t, where,
                                &(struct trace_smtp_data){.octets = a->message_end.octets,
                                                          .lines = a->message_end.lines,
                                                          .dots = a->message_end.dots});
}

/* Most runs are not watched at every layer, so the place is looked up only for a record that somebody
 * wants. */
uint64_t acts_record(struct trace *t, const struct tcp *tcp, const struct smtp_act *a,
                     uint64_t cause)
{
    enum trace_kind kind = a->kind == SMTP_ACT_COMMAND ? TRACE_SMTP_COMMAND
                           : a->kind == SMTP_ACT_REPLY ? TRACE_SMTP_REPLY
                           : a->kind == SMTP_ACT_STATE ? TRACE_SMTP_STATE
                                                       : TRACE_SMTP_DATA;
    struct trace_where where = {.cause = cause};

    assert(kind != TRACE_SMTP_DATA || a->kind == SMTP_ACT_MESSAGE_END);
    if (!trace_wants(t, kind)) {
        uint64_t handle = trace_skip(t, kind, &where);
        return kind == TRACE_SMTP_STATE ? cause : handle;
    }
    where = tcp_where(tcp, cause);
    if (kind == TRACE_SMTP_COMMAND)
        return record_command(t, &where, a);
    if (kind == TRACE_SMTP_REPLY)
        return record_reply(t, &where, &a->reply);
    if (kind == TRACE_SMTP_DATA)
        return record_message_end(t, &where, a);
    record_state(t, &where, a);
    return cause;
}

uint64_t acts_record_timeout(struct trace *t, const struct trace_where *where,
                             enum smtp_phase phase)
{
    return trace_emit_smtp_timeout(
        t, where,
        &(struct trace_smtp_timeout){.phase = smtp_phase_name(phase),
                                     .limit_ns = smtp_phase_limit_ns(phase)});
}

void act_timer_set(struct act_timer *t, struct queue *q, enum smtp_phase phase, int64_t limit_ns)
{
    t->phase = phase;
    if (limit_ns == 0) {
        t->deadline_ns = 0;
        queue_clear(q, &t->event);
        return;
    }
    t->deadline_ns = q->now_ns + limit_ns;
    if (!event_pending(&t->event) || event_time(&t->event) > t->deadline_ns)
        queue_set(q, &t->event, t->deadline_ns);
}

void act_timer_event(struct queue *q, struct event *e,
                     void (*ran_off)(struct act_timer *t, enum smtp_phase phase))
{
    struct act_timer *t = EVENT_OWNER(e, struct act_timer, event);

    if (q->now_ns < t->deadline_ns)
        queue_set(q, e, t->deadline_ns);
    else if (t->deadline_ns)
        ran_off(t, t->phase);
}
