/*
 * fate.h - what has become of each recipient of a mail by a given moment.
 *
 * Each recipient of the envelope is judged alone, so each has a fate of its own.  An alias or a list
 * makes others out of one: those follow it, one deeper.  A fate is folded from the records of the mail up
 * to that moment; where the trace gives the verdict (mail.ended), it is that.
 *
 * Units   simulated nanoseconds.
 * Order   as in the envelope; what a recipient was expanded into stands behind it.
 * Owner   the array lives in the memory given; texts are borrowed from the recording.
 * Errors  none: what the records do not say is empty, RECORDING_NONE, 0 or -1.
 */
#ifndef SIM_REPLAY_FATE_H
#define SIM_REPLAY_FATE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/replay/recording.h"

/* X(SUFFIX, "in words") */
#define FATES(X)                                                                                   \
    X(UNDER_WAY, "under way")                                                                      \
    X(WAITS, "waits")                                                                              \
    X(HELD, "set aside")                                                                           \
    X(FAILED, "failed")     /* for good, and its sender is not told yet */                         \
    X(EXPANDED, "expanded") /* into those that follow */                                           \
    X(DELIVERED, "delivered")                                                                      \
    X(BOUNCED, "bounced")                                                                          \
    X(EXPIRED, "expired")                                                                          \
    X(REFUSED, "refused")                                                                          \
    X(DISCARDED, "discarded")                                                                      \
    X(OPEN, "open") /* the run ended before it did */

enum fate_state {
#define X(suffix, words) FATE_##suffix,
    FATES(X)
#undef X
        FATE_COUNT
};
const char *fate_words(enum fate_state state);

struct fate {
    struct text recipient;
    uint32_t depth;    /* 0: of the envelope */
    uint32_t children; /* into how many it was expanded: they follow, one deeper */
    struct text by;    /* what expanded it: alias, list, forward, catch_all */
    enum fate_state state;
    uint32_t record; /* that said so last */
    uint32_t host;   /* who has it now, or where it ended */
    /* The last reply to its RCPT, or to the message, that its client read; code 0: none. */
    int64_t code;
    struct text enhanced, words; /* words: of the reply, or why it waits, failed, ended */
    uint32_t asked;              /* who replied so */
    int64_t attempts;            /* tries of the host that has it */
    int64_t next_try_ns;         /* WAITS; else -1 */
    uint32_t report;             /* the mail that tells its sender */
    struct text mailbox;         /* DELIVERED */
    uint32_t copies;             /* in mailboxes */
    bool ended;                  /* the trace gave the verdict */
};

/* After the record `index`.  Returns how many there are. */
uint32_t fate_all(struct fate **out, struct memory *m, const struct recording *r, uint32_t mail,
                  uint32_t index);

#endif
