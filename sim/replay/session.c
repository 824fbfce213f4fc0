/*
 * session.c - the smtp.state records of a connection's side.
 */
#include "sim/replay/session.h"

#define NONE RECORDING_NONE

struct session_state session_at(const struct recording *r, uint32_t conn, enum trace_side side,
                                uint32_t index)
{
    struct session_state s = {.record = NONE};

    if (conn == NONE || index == NONE)
        return s;
    for (uint32_t i = r->conns[conn].first; i != NONE && i <= index; i = r->lines[i].conn_after) {
        const struct recording_line *line = &r->lines[i];

        if (line->record->where.side != side || line->record->kind != TRACE_SMTP_STATE)
            continue;
        const struct trace_smtp_state *d = line->record->data;
        s.record = i;
        s.from = d->from;
        s.to = d->to;
        s.input = d->input;
        s.steps++;
    }
    return s;
}
