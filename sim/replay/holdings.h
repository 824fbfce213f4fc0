/*
 * holdings.h - what lies at a host at a given moment: messages in its queue, letters in its mailboxes.
 *
 * Found in the recording through its chains, so that any moment costs the same.  Lists of what there is
 * are short to make; what is to be shown of one is read alone.
 *
 * Units   simulated nanoseconds.
 * Owner   arrays live in the memory given; texts are borrowed from the recording.
 * Errors  none.
 */
#ifndef SIM_REPLAY_HOLDINGS_H
#define SIM_REPLAY_HOLDINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/replay/recording.h"

/* ---- the mail queue ----------------------------------------------------------------------------- */

/* X(SUFFIX, "in words") */
#define QUEUED_STATES(X)                                                                           \
    X(NEW, "not tried yet")                                                                        \
    X(TRYING, "being tried")                                                                       \
    X(WAITS, "waits")                                                                              \
    X(HELD, "set aside")                                                                           \
    X(FAILED, "failed for good") /* and its sender is to be told */                                \
    X(DONE, "done") /* passed on, delivered, expanded or reported: nothing left to do */

enum queued_state {
#define X(suffix, words) QUEUED_##suffix,
    QUEUED_STATES(X)
#undef X
        QUEUED_STATE_COUNT
};
const char *queued_words(enum queued_state state);

struct queued_recipient {
    struct text address;
    enum queued_state state;
    int64_t tries;       /* begun so far */
    int64_t next_try_ns; /* WAITS; else -1 */
    int64_t code;        /* of the last reply that deferred it; 0: none */
    struct text enhanced, reason;
    uint32_t record; /* that said so last */
};

struct queued {
    uint32_t entry, mail, entered; /* recording_entry; mail; record */
    struct text sender;            /* empty: null */
    struct queued_recipient *recipients;
    uint32_t recipient_count;
    uint32_t left; /* recipients that are not done */
};

/* Entries (indices of recording_entry) of a host's queue after the record `index`, the oldest first.
 * Writes the newest `room` of them; returns how many. */
uint32_t holdings_queue(const struct recording *r, uint32_t host, uint32_t index, uint32_t *out,
                        uint32_t room);
void holdings_queued(struct queued *q, struct memory *m, const struct recording *r, uint32_t entry,
                     uint32_t index);

/* ---- mailboxes ---------------------------------------------------------------------------------- */

struct shelved {
    uint32_t record; /* mail.delivered; at an MUA mail.collected */
    uint32_t mail;
    struct text mailbox;
    int64_t time_ns;
    uint32_t collected; /* mail.collected, or RECORDING_NONE */
    bool removed;       /* by whoever collected it */
};

/* The letters that were put into a host's mailboxes or fetched by its MUA, the newest first;
 * `last` is the host's last record that counts (scene_host.last).  Writes the newest `room`;
 * returns how many. */
uint32_t holdings_letters(struct shelved *out, uint32_t room, const struct recording *r,
                          uint32_t last, uint32_t index);

#endif
