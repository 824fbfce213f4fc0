/*
 * recording_parts.h - what the files of the recording share: recording.c keeps lines and chains,
 * recording_pair.c finds where what was sent arrives.
 *
 * Owner   everything lives in the recording's memory.  Errors  none.
 */
#ifndef SIM_REPLAY_RECORDING_PARTS_H
#define SIM_REPLAY_RECORDING_PARTS_H

#include "sim/replay/recording.h"

/* Records that were sent and did not yet arrive, in the order of sending: a chain through
 * `recording_own.later`. */
struct recording_pending {
    uint32_t first, last; /* NONE: empty */
};

enum { TO_CLIENT, TO_SERVER, DIRECTIONS };

struct recording_ends {
    struct recording_pending pending[DIRECTIONS];
    bool opened[DIRECTIONS], ended[DIRECTIONS]; /* the client's, the server's side */
    uint32_t open_at;                           /* index in `open` */
};

/* A question that was asked and not yet settled. */
struct recording_question {
    uint32_t next; /* of the same host's, or NONE */
    uint32_t asked, answered;
    bool arrived, given_up;
};

/* The cause of a record that is not kept. */
struct recording_aside {
    uint64_t seq;
    uint32_t cause;
};

struct recording_own {
    struct replay_keep keep;
    struct table mails, conns, entries;
    struct recording_ends *ends; /* as many as connections */
    uint32_t end_capacity;
    uint32_t *later; /* as many as lines */
    uint32_t later_capacity;
    uint32_t *open; /* connections with an end that is not over */
    uint32_t open_count, open_capacity;
    struct recording_question *questions;
    uint32_t question_count, question_capacity, question_free;
    uint32_t *host_question; /* by host */
    struct recording_aside *asides;
    uint32_t aside_count, aside_capacity;
};

/* Fills travel, leaves, pair, other, mail of a name server's line; settles what it ends. */
void recording_pair_line(struct recording *r, uint32_t index);
/* A connection that was just named for the first time. */
void recording_pair_conn(struct recording *r, uint32_t conn);

#endif
