/*
 * letter.h - the observer's knowledge of one mail: its name in the trace, and what becomes of each
 * recipient that its author named.
 *
 * Hosts do not know this: to them each hop is a new message.  The letter follows it behind the
 * scenes, so that records carry the mail's name and mail.ended can be said once for each recipient.
 * Nothing here may influence what an agent does.
 *
 * Owner   counted references: each custody and each session that speaks of it holds one.
 * Errors  none.
 */
#ifndef SIM_AGENTS_CUSTODY_LETTER_H
#define SIM_AGENTS_CUSTODY_LETTER_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/text.h"
#include "sim/trace/trace.h"

struct world;

/* The worst that happened to any copy meant for a recipient is what its author should hear. */
enum letter_verdict {
    LETTER_OPEN,
    LETTER_DUPLICATE, /* said only if nothing else is: the copy was spared, since another goes there */
    LETTER_DELIVERED,
    LETTER_DISCARDED,
    LETTER_EXPIRED,
    LETTER_BOUNCED,
    LETTER_REFUSED
};

struct letter_fate {
    struct text recipient;
    uint32_t open; /* custodies that still stand for it */
    enum letter_verdict verdict;
    bool said;      /* mail.ended */
    struct text at; /* host where that was decided */
    /* In words; our own copy unless it was delivered or a duplicate, where it is static. */
    struct text why;
};

struct letter {
    struct world *world;
    struct text id;      /* "alice-pc.1": where it was written, and that host's counter */
    int64_t composed_ns; /* -1: not known */
    uint32_t refs;
    uint32_t fate_count;
    size_t size;                /* of this block */
    struct letter_fate fates[]; /* then the texts */
};

/* Named after `host` and its counter; one reference is the caller's. */
struct letter *letter_new(struct world *w, uint32_t host, int64_t composed_ns,
                          const struct text *recipients, uint32_t count);
struct letter *letter_hold(struct letter *l);
void letter_release(struct letter *l);
/* The fate of that recipient, or 0 if its author did not name it (then the first stands for all). */
uint32_t letter_fate_find(const struct letter *l, struct text recipient);

/* A custody for this fate opened, or closed (LETTER_OPEN: it went on to somebody else).  When the last
 * one closes, mail.ended is said; `why` is in words, static for those two. */
void letter_fate_open(struct letter *l, uint32_t fate);
void letter_fate_close(struct letter *l, uint32_t fate, enum letter_verdict verdict,
                       const struct trace_where *where, struct text why);

#endif
