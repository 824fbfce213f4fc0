/*
 * envelope.h - what servers use: the reverse-path and recipients of a mail at one place and moment.
 *
 * While it is being handed over, that is the transaction: MAIL and RCPT as the client sent them, with the
 * replies that it has read.  While it lies in a queue, the envelope kept with it.
 *
 * Owner   the array lives in the memory given; texts are borrowed from the recording.
 * Errors  false: nothing is known of one yet.
 */
#ifndef SIM_REPLAY_ENVELOPE_H
#define SIM_REPLAY_ENVELOPE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/replay/recording.h"

struct envelope_recipient {
    struct text address;
    int64_t code;    /* of the reply to RCPT; 0: none yet, or the envelope lies in a queue */
    uint32_t record; /* RCPT or its reply; in a queue that of the envelope */
};

struct envelope {
    struct text sender;   /* empty: null, <> */
    int64_t sender_code;  /* of the reply to MAIL, 0: none */
    uint32_t record;      /* MAIL, or the record of the queue */
    uint32_t host, other; /* who has it; in a transaction, to whom it goes; or RECORDING_NONE */
    uint32_t conn;        /* of the transaction; RECORDING_NONE: in a queue */
    bool ended;           /* the transaction is over */
    struct envelope_recipient *recipients;
    uint32_t recipient_count;
};

/* The newest one after the record `index` at `host`; RECORDING_NONE, or where it never was: of all. */
bool envelope_at(struct envelope *e, struct memory *m, const struct recording *r, uint32_t mail,
                 uint32_t host, uint32_t index);

#endif
