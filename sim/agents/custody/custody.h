/*
 * custody.h - who is responsible for a message to one recipient (RFC 5321 4.2.5, 6.1).
 *
 * It opens with the 2yz to the end of data, or when a host itself writes or expands a message, and
 * closes once: passed on, delivered, bounced, expired, expanded or discarded.  Every transition is
 * made here, checked in O(1) in every build, counted and recorded; the audit at the end of a run
 * compares the counts with what the queues hold.
 *
 * Between the sending and the receiving of that 2yz two hosts hold it; custody.overlap says so.  If the
 * reply is lost, this is where duplicates come from.
 *
 * Owner   a custody lives inside the queue's recipient; it holds a reference to its letter.
 * Errors  a transition that may not be is a bug of ours (assert, in every build).
 */
#ifndef SIM_AGENTS_CUSTODY_CUSTODY_H
#define SIM_AGENTS_CUSTODY_CUSTODY_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/agents/custody/letter.h"
#include "sim/kernel/text.h"
#include "sim/trace/trace.h"

struct world;

enum custody_origin { CUSTODY_WRITTEN, CUSTODY_ACCEPTED, CUSTODY_EXPANDED };

enum custody_end {
    CUSTODY_PASSED_ON,
    CUSTODY_DELIVERED,
    CUSTODY_BOUNCED,
    CUSTODY_RETURNED, /* "bounced" too: an MUA's author sees it on the screen, no report is written */
    CUSTODY_EXPIRED,
    CUSTODY_EXPANDED_INTO,
    CUSTODY_DISCARDED,
    CUSTODY_DUPLICATE /* "discarded" too: another custody of this host stands for the same copy */
};

/* A name for a custody that may be gone by now: host and that host's counter; number 0 is none. */
struct custody_ref {
    uint32_t host, number;
};

struct custody {
    struct letter *letter; /* NULL: not open */
    uint32_t host, number;
    uint32_t fate; /* in the letter */
};

static inline bool custody_is_open(const struct custody *c)
{
    return c->letter != NULL;
}

static inline struct custody_ref custody_ref(const struct custody *c)
{
    return (struct custody_ref){c->host, c->number};
}

struct custody_opening {
    struct letter *letter;
    uint32_t fate;
    struct text queue; /* queue id at this host */
    struct text recipient;
    enum custody_origin how;
    struct custody_ref parent;
    uint64_t cause;
};

/* Returns the cause handle of custody.opened. */
uint64_t custody_open(struct world *w, uint32_t host, struct custody *c,
                      const struct custody_opening *o);
/* `to` is the host, mailbox or report it went to; `why` goes to mail.ended if this was the last. */
uint64_t custody_close(struct world *w, struct custody *c, struct text queue, struct text recipient,
                       enum custody_end how, struct text to, struct text why, uint64_t cause);
/* The receiver `next` has just opened its own while `c` is still open at the sender. */
void custody_overlap(struct world *w, const struct custody *c, const struct custody *next,
                     struct text queue, uint64_t cause);

/* "host/number" into `out` (no NUL); at most CUSTODY_NAME_MAX octets. */
enum { CUSTODY_NAME_MAX = 280 };
struct text custody_name(const struct world *w, struct custody_ref ref, char *out);

#endif
