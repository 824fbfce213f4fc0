/*
 * scene.h - how things stand at one record: the plain view that a window draws, and the way to any of them.
 *
 * A scene is what the records up to and with `index` add up to: numbers and indices, no pointers, one
 * block.  The scenes at regular spacing are kept, within a budget; going anywhere is copying the nearest
 * one before it and folding the records between.  A scene found by seeking is, octet by octet, the one
 * that a fresh fold from the first record gives (test).
 *
 * What is large (queues, mailboxes, caches, a mail's history) is not here but found in the recording
 * through its chains: holdings.h, cache.h, fate.h.  The scene has the counts.
 *
 * Units   simulated nanoseconds; counts.
 * Owner   `struct scenes` owns its blocks in the memory given.
 * Errors  none.
 */
#ifndef SIM_REPLAY_SCENE_H
#define SIM_REPLAY_SCENE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/replay/recording.h"

enum scene_power { SCENE_NOT_YET, SCENE_UP, SCENE_STOPPED, SCENE_CRASHED };

struct scene_host {
    uint32_t queued;    /* messages in its mail queue */
    uint32_t deferred;  /* of those: recipients that wait for a later try */
    uint32_t held;      /* recipients set aside */
    uint32_t mailbox;   /* letters put into its mailboxes so far, whether fetched since or not */
    uint32_t collected; /* letters that its MUA has fetched */
    uint32_t duties;    /* recipients that it is responsible for */
    uint32_t cached;    /* answers that its cache may know: had, and not found too old */
    uint32_t listed;    /* blocklists that list one of its addresses */
    uint32_t sessions;  /* connections that are open on its side */
    uint32_t relayed;   /* recipients elsewhere that its relay rules let through */
    uint32_t refused;   /* recipients and others that its rules refused for good */
    uint32_t verdict;   /* its last policy.relay or policy.decision record, or NONE */
    uint32_t last;      /* its last record, or NONE */
    uint8_t power;      /* enum scene_power */
};

/* A connection that is open on at least one side.  In the order of the recording's. */
struct scene_conn {
    uint32_t conn;         /* index in the recording */
    uint32_t opened, last; /* records */
    uint32_t mail;         /* the last that was named on it, or NONE */
    uint8_t sealed;        /* TLS on 1: client's, 2: server's side, 3: both */
    uint8_t open;          /* 1: client's, 2: server's side */
    uint8_t in_data;       /* a message's octets are being transferred: from 354 read, or BDAT sent,
                              until the server has read it to its end */
};

/* Something under way at this moment: sent, not yet arrived (or lost, and not yet known to be).  In the
 * order of sending. */
struct scene_flight {
    uint32_t sent; /* record; recording_line.pair says where it arrives, .travel what it is */
};

/* A custody that is open: who is responsible for which recipient of which mail.  In the order of
 * opening. */
struct scene_duty {
    uint32_t host, mail;
    uint32_t opened; /* record */
    /* How many later holders hold it, too, while this one has not read their reply. */
    uint8_t doubt;
};

struct scene {
    uint32_t index;           /* last record that counts; RECORDING_NONE: none yet */
    int64_t now_ns;           /* its time; 0 before the first */
    struct scene_host *hosts; /* as many as the cast has */
    struct scene_conn *conns;
    struct scene_flight *flights;
    struct scene_duty *duties;
    uint32_t host_count, conn_count, flight_count, duty_count;
    uint32_t conn_capacity, flight_capacity, duty_capacity;
    uint32_t links_down;         /* of cast links and ways to the internet */
    uint64_t delivered, bounced; /* recipients so far; two copies count twice; expired is bounced */
    uint64_t reports;            /* letters */
    uint64_t refused;            /* recipients and others that a rule refused for good */
};

struct scenes {
    const struct recording *recording;
    struct memory *memory;
    struct scene now;
    size_t budget;    /* octets for kept scenes */
    uint32_t spacing; /* records between two of them; doubles when the budget is used up */
    struct scenes_own *own;
};

/* 32 MB keep every seek in a million records below 5 ms with 100 hosts, 20 ms with 500 (bench). */
enum { SCENES_BUDGET = 32 * 1024 * 1024 };

/* The recording and its cast are borrowed. */
void scenes_init(struct scenes *s, struct memory *m, const struct recording *r, size_t budget);
/* Looks at up to `records` more, so that seeking there is quick; true if there are still more.  Not
 * needed, but whoever is idle may. */
bool scenes_prepare(struct scenes *s, uint32_t records);
/* s->now becomes the scene at `index` (RECORDING_NONE: before the first record). */
const struct scene *scenes_seek(struct scenes *s, uint32_t index);
/* Octets that the kept scenes use. */
size_t scenes_used(const struct scenes *s);
/* Folds everything afresh, for tests: the same as scenes_seek(). */
void scenes_fold(struct scenes *s, uint32_t index);
bool scene_equal(const struct scene *a, const struct scene *b);

#endif
