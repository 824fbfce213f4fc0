/*
 * session.h - the state of one side of a connection at a given moment, and how it came there.
 *
 * Owner   nothing: texts are borrowed from the recording.  Errors  none.
 */
#ifndef SIM_REPLAY_SESSION_H
#define SIM_REPLAY_SESSION_H

#include <stdint.h>

#include "sim/kernel/text.h"
#include "sim/replay/recording.h"

struct session_state {
    uint32_t record; /* the last smtp.state, or RECORDING_NONE: none yet */
    struct text from, to, input;
    uint32_t steps; /* changes of state so far */
};

/* After the record `index`. */
struct session_state session_at(const struct recording *r, uint32_t conn, enum trace_side side,
                                uint32_t index);

#endif
