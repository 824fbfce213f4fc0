/*
 * recording.h - all records of a trace in memory, and how they belong together.
 *
 * An append-only list.  For each record it is known at which host it was observed, who is at the other
 * end, which connection and mail it belongs to, and, for what travels, where it arrived: the command
 * that a client sent and the same command when the server read it are two records, and a line of each
 * names the other.  It grows while a run goes on and is the same when read from a file at once.
 *
 * Index   records are counted from 0 in the order of the trace; RECORDING_NONE is no record.
 * Mails   numbered in the order in which they are first named, connections as in the trace.
 * Cost    about 72 octets a record beside the record itself; O(1) to add one.
 * Owner   copies live in `memory`.  Pointers to lines do not survive recording_add().
 * Errors  none.
 */
#ifndef SIM_REPLAY_RECORDING_H
#define SIM_REPLAY_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/table.h"
#include "sim/replay/cast.h"
#include "sim/replay/keep.h"
#include "sim/trace/trace.h"

#define RECORDING_NONE UINT32_MAX

/* What a record is to somebody who watches. */
enum recording_travel {
    TRAVEL_NOT,
    TRAVEL_CONNECT,  /* TCP: from the client's opening to the server's */
    TRAVEL_COMMAND,  /* smtp.command, pop3.command */
    TRAVEL_REPLY,    /* smtp.reply, pop3.reply */
    TRAVEL_MESSAGE,  /* smtp.data: the letter itself */
    TRAVEL_QUESTION, /* dns.query */
    TRAVEL_ANSWER    /* dns.answer */
};

struct recording_line {
    const struct trace_record *record;
    uint32_t host; /* in the cast, where it was observed; or NONE */
    /* At the other end of its connection or question, the asked next hop, the host of its address; or
     * NONE. */
    uint32_t other;
    uint32_t mail; /* number of its mail, or NONE; what a name server says has its question's */
    uint32_t conn; /* index of its connection, or NONE */
    /* What travels: the record of its arrival, on an arrival that of its sending; NONE: not yet, never
     * (see `lost`), or an arrival that nobody is known to have sent: a command in a smuggled letter. */
    uint32_t pair;
    uint32_t over;  /* lost: the record that says so: a connection's end, a time-out, a drop */
    uint32_t cause; /* index of the record that led here, or NONE */
    /* The one before and after it of the same host, connection and mail; or NONE. */
    uint32_t host_before, host_after, conn_before, conn_after, mail_before, mail_after;
    uint8_t travel; /* enum recording_travel; on both of a pair */
    bool leaves;    /* it was sent here; else it arrived */
    bool lost;      /* sent, and it will not arrive: the connection ended, or nobody answered */
    bool settles;   /* here it is known that something sent before was lost (its `over`) */
};

struct recording_conn {
    uint32_t number;         /* as in the trace */
    uint32_t client, server; /* hosts, or NONE; before it is open, the one that is asked */
    int64_t port;            /* of the server; 0: not known */
    uint32_t first, last;    /* records */
    bool pop3;               /* speaks POP3 */
    bool lmtp;
};

struct recording_mail {
    struct text id;
    uint32_t first, last; /* records */
    uint32_t composed;    /* mail.composed, or NONE */
    uint32_t about;       /* a report's: the mail that it is about; or NONE */
    uint32_t ndr;         /* a report's: its mail.ndr record; or NONE */
};

/* A message in a host's mail queue: from queue.entered to queue.removed. */
struct recording_entry {
    uint32_t host, mail;
    uint32_t entered, removed; /* records; removed NONE: still there */
    uint32_t before;           /* the entry of the same host that entered before it, or NONE */
    struct text queue;         /* id */
};

struct recording {
    struct memory *memory;
    const struct cast *cast;
    struct recording_line *lines;
    uint32_t count, capacity;
    struct recording_conn *conns;
    uint32_t conn_count, conn_capacity;
    struct recording_mail *mails;
    uint32_t mail_count, mail_capacity;
    struct recording_entry *entries;
    uint32_t entry_count, entry_capacity;
    uint32_t *host_first, *host_last, *host_entry; /* by host: records; its last entry */
    bool whole;                                    /* nothing more will come */
    struct recording_own *own;
};

/* The cast may be empty; it is borrowed. */
void recording_init(struct recording *r, struct memory *m, const struct cast *cast);
/* The record is copied.  Of kinds that are not worth recording only the cause is remembered. */
void recording_add(struct recording *r, const struct trace_record *record);
void recording_end(struct recording *r);
/* Kinds that are worth recording for a window: all but segments, datagrams and octets. */
uint64_t recording_kinds(void);

/* Index of the record with that seq; RECORDING_NONE: it is not among these. */
uint32_t recording_seq(const struct recording *r, uint64_t seq);
/* Number of the mail of that id, or RECORDING_NONE. */
uint32_t recording_find_mail(const struct recording *r, struct text id);
/* The next record after `from` (before it, if `step` is -1) of one of these kinds, or RECORDING_NONE.
 * `from` RECORDING_NONE: before the first. */
uint32_t recording_next(const struct recording *r, uint32_t from, int step, uint64_t kinds);
/* The next record after `from` whose words contain `words`, without case; for the search. */
uint32_t recording_search(const struct recording *r, uint32_t from, int step, struct text words);

/* The data of a record that is known to be of that kind: RECORDING_DATA(line, smtp_reply)->code. */
#define RECORDING_DATA(line, name) ((const struct trace_##name *)(line)->record->data)

#endif
