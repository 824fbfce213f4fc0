/*
 * rules.h - a host's rules and what they said last: which were passed over, which one decided.
 *
 * Of relaying: first whether the recipient's domain is the host's own, then its rules in their order; the
 * first that fits decides, and if none does the recipient is refused (RFC 5321 3.6.2, 7.9).  Of the other
 * rules the trace has the verdicts alone: the last of each.
 *
 * Owner   arrays live in the memory given; texts are borrowed from the cast and the recording.
 * Errors  none.
 */
#ifndef SIM_REPLAY_RULES_H
#define SIM_REPLAY_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/replay/recording.h"

enum rule_verdict {
    RULE_NOT_ASKED, /* another one before it decided, or nobody has asked yet */
    RULE_PASSED,    /* it did not fit */
    RULE_ALLOWED,   /* it decided: yes */
    RULE_REFUSED    /* it decided: no */
};

struct rule {
    struct text words; /* as in the scenario; empty: the host's own domains */
    enum rule_verdict verdict;
    bool added; /* it decided, and is none of those that the scenario began with */
};

struct rules {
    struct rule *relay; /* the first: whether the domain is the host's own */
    uint32_t relay_count;
    uint32_t record; /* the last policy.relay, or NONE: nobody has asked yet */
    /* Records of policy.decision, the newest first, one of each rule and question. */
    uint32_t *others;
    uint32_t other_count;
};

/* `last` is the host's last record that counts (scene_host.last).  Of a host with very many records only
 * the last 20,000 are asked for its other rules. */
void rules_at(struct rules *out, struct memory *m, const struct recording *r, uint32_t host,
              uint32_t last);

#endif
