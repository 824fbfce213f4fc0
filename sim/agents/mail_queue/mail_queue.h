/*
 * mail_queue.h - the messages that a host has taken responsibility for, and what is next for each.
 *
 * An entry is one message with the recipients that it still has to reach from here.  It comes in
 * by queue_prepare() and queue_admit() (two steps, since custody begins with the 2yz that is sent in
 * between), is tried at once and then by the schedule, and goes when every recipient is settled: passed
 * on, delivered, expanded into a further entry, reported as failed, or discarded.  All failed
 * recipients of one round go into one report (RFC 5321 4.4).
 *
 * An MUA's outbox is a queue as well, with one fixed way out; when its server refuses, the author sees
 * it on the screen, and no report is written.
 *
 * Owner   queue_prepare() allocates an entry, the queue frees it when it is settled.
 * Errors  a recipient that cannot be reached is reported to the sender; nothing is lost in silence.
 */
#ifndef SIM_AGENTS_MAIL_QUEUE_MAIL_QUEUE_H
#define SIM_AGENTS_MAIL_QUEUE_MAIL_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/agents/custody/custody.h"
#include "sim/agents/custody/letter.h"
#include "sim/agents/host/host.h"
#include "sim/agents/mail_queue/retry.h"
#include "sim/kernel/queue.h"
#include "sim/mail/dsn.h"
#include "sim/mail/message.h"
#include "sim/mail/status.h"

struct queue_dsn;
/* A place for one delivery to a next hop; they are counted only if there is a limit. */
struct queue_destination;

enum { QUEUE_ID_MAX = 12 };

enum recipient_state {
    RECIPIENT_WAITING, /* accepted and never tried (attempts 0), or deferred; held if the entry is */
    RECIPIENT_ACTIVE,  /* in a delivery */
    RECIPIENT_FAILED,  /* for good; to be reported when the round is over */
    RECIPIENT_DONE
};

/* Why a recipient was not reached; kept for the report. */
struct failure {
    uint16_t code; /* of the reply; 0: there was none */
    struct mail_status status;
    struct text reply;   /* its text (first line), or our own words if there was none */
    struct text quoted;  /* all of it as it was on the wire, '\n' between lines; empty: none */
    struct text remote;  /* host that was asked; empty: none */
    struct text command; /* what the reply answered; empty: none */
    bool untried;        /* nobody was asked this time: all hosts were known to be dead */
};

struct kept_failure {
    struct failure is; /* its texts lie in this block */
    int64_t time_ns;
    int64_t tried_ns;    /* when somebody was last asked (RFC 3464 2.3.7); -1: never */
    int64_t deferred_ns; /* when it was last deferred; -1: never */
    bool expired;
    size_t size;
};

struct queue_recipient {
    struct text address, domain;
    struct custody custody;
    struct kept_failure *failure; /* the last one */
    int64_t next_try_ns;
    uint32_t attempts;
    uint8_t state; /* enum recipient_state */
    bool warned;   /* the sender has been told that it is late */
    bool direct;   /* into the mailbox itself: its forwarding is done */
};

struct queue_entry {
    struct mail_queue *queue;
    struct queue_entry *next, *prev; /* in the queue */
    struct event due;
    struct letter *letter;
    struct message *message;
    /* That it came from (expansion.h), or the start of a chain; or NULL. */
    struct expansion *expansion;
    struct text sender; /* empty: null reverse-path */
    struct text id;
    char id_octets[QUEUE_ID_MAX];
    int64_t entered_ns;
    uint64_t cause;
    struct queue_dsn *dsn; /* queue_dsn.h; NULL: nothing was asked of reports */
    uint32_t active;       /* deliveries under way or waiting for their turn */
    uint32_t left;         /* recipients not done */
    uint32_t count;
    bool held;
    bool as_written;                     /* goes out with its bare CR and LF */
    size_t size;                         /* of this block */
    struct queue_recipient recipients[]; /* then the texts */
};

struct dead_hosts;
struct queue_slots;

struct mail_queue {
    struct host *host;
    struct mail_queue *sibling; /* the next one of this host */
    bool outbox;
    uint32_t refusals;  /* outbox: recipients that its server refused so far */
    struct text server; /* outbox: where everything goes */
    uint16_t port;
    struct retry_plan plan;
    int64_t warn_ns; /* 0: never */
    bool hold;
    uint32_t limit_messages;          /* of what waits here; 0: none */
    int64_t limit_octets;             /* the same */
    struct queue_slots *slots;        /* NULL: any number of deliveries at a time */
    struct dead_hosts *dead;          /* NULL: none so far */
    struct queue_entry *first, *last; /* in the order of admission */
    uint32_t entries;
    int64_t octets; /* of their messages */
};

struct queue_addressee {
    struct text address;
    uint32_t fate; /* in the letter */
    struct custody_ref parent;
    const struct dsn_recipient *dsn; /* NULL: nothing was asked */
    bool direct;
};

struct queue_submission {
    struct letter *letter;
    struct message *message;
    struct text sender;
    struct expansion *expansion;   /* borrowed; NULL: none */
    struct text id;                /* from queue_next_id(), or empty: a new one */
    const struct dsn_message *dsn; /* NULL: nothing was asked */
    /* Alias or forward: what was asked for this recipient of `from` goes along (RFC 3461 5.2.7).  NULL for
     * a list, where nothing does, and for what was not expanded. */
    const struct queue_entry *from;
    uint32_t from_recipient;
    const struct queue_addressee *addressees;
    uint32_t count;
    /* Its bare CR and LF go out as they are, whatever the host does with others'. */
    bool as_written;
};

struct mail_queue *queue_new(struct host *h);
/* The next queue id of this host ("4C7A"), written to `out`. */
struct text queue_next_id(struct host *h, char out[QUEUE_ID_MAX]);

struct queue_entry *queue_prepare(struct mail_queue *q, const struct queue_submission *s);
/* Custody opens for each recipient and the first try is due now.  `parents[i]` is used as the parent
 * of recipient i.  Returns the cause handle of queue.entered. */
uint64_t queue_admit(struct queue_entry *e, enum custody_origin how,
                     const struct custody_ref *parents, uint64_t cause);

/* ---- what becomes of recipient i; called by deliveries -------------------------------------- */

void queue_passed_on(struct queue_entry *e, uint32_t i, struct text next_hop, unsigned code,
                     struct text reply, uint64_t cause);
void queue_delivered(struct queue_entry *e, uint32_t i, struct text mailbox, uint64_t cause);
/* Kept until queue_defer() or queue_fail() makes up its mind about it. */
void queue_keep_failure(struct queue_entry *e, uint32_t i, const struct failure *f);
/* Not now: by the kept failure.  Gives up if it has been here too long. */
void queue_defer(struct queue_entry *e, uint32_t i, uint64_t cause);
/* The same if nothing but hosts that cannot be reached was in the way, the first of which is asked
 * again at `host_ns`; hopeless: they have been failing for so long that it is given up. */
void queue_defer_with_host(struct queue_entry *e, uint32_t i, int64_t host_ns, bool hopeless,
                           uint64_t cause);
/* Not at all: by the kept failure. */
void queue_fail(struct queue_entry *e, uint32_t i, uint64_t cause);
/* The host went down while recipient i was in a delivery: it waits again, due at once. */
void queue_broken_off(struct queue_entry *e, uint32_t i);
/* That delivery is gone; the round ends when the host is up again. */
void queue_delivery_broken_off(struct queue_entry *e);
/* A delivery is over; the last of a round writes the report, sets the next try, or frees the entry. */
void queue_delivery_over(struct queue_entry *e, uint64_t cause);
/* And its place is free for another. */
void queue_give_slot(struct mail_queue *q, struct queue_destination *to);

/* ---- from outside ----------------------------------------------------------------------------- */

/* How many deliveries at a time, in all and to one next hop.  Limits of 0 are none. */
void queue_limit_deliveries(struct mail_queue *q, uint32_t parallel, uint32_t per_host);
/* From now on what enters is set aside (queue.held), or: no longer, and what was set aside is tried. */
void queue_set_hold(struct mail_queue *q, bool hold, uint64_t cause);
/* Is there room for one more message of that size?  (RFC 1870 6.1: if not, 452 4.3.1.) */
bool queue_has_room(const struct mail_queue *q, int64_t octets);
/* The host stops or crashes: entries stay with their custody, as on a disk; deliveries under way are
 * broken off, and their recipients wait again, also those in doubt (RFC 5321 6.1: better a second copy
 * than none).  Nothing is tried until queue_host_up(). */
void queue_host_down(struct mail_queue *q, bool crash, uint64_t cause);
/* It is up again: what was in a delivery is tried now, the others when they are due. */
void queue_host_up(struct mail_queue *q, uint64_t cause);
/* Does the sender want to be told that this recipient's copy is late?  (Not an MUA's own outbox, and
 * never the null reverse-path.) */
bool queue_wants_warning(const struct queue_entry *e, uint32_t i);

/* A record's place: host, mail and queue id. */
struct trace_where queue_where(const struct queue_entry *e, uint64_t cause);

#endif
