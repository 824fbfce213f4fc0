/*
 * ladder_rows.h - a dialogue as rows: what the ladder draws, prints and compares.
 *
 * What travels is one row, from its sending to its arrival: the command that the client sent and the
 * same command as the server read it are two records and one row.  What only belongs to a row (a
 * question to the policy, its verdict, a change of state) is placed on it.  Rows stand in the order of
 * their first records.  A function of the recording and a limit, nothing else.
 *
 * Index   records as in the recording; RECORDING_NONE: none.
 * Owner   everything lives in the memory given until ladder_free().
 * Errors  none.
 */
#ifndef RENDER_PANELS_LADDER_ROWS_H
#define RENDER_PANELS_LADDER_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/replay/recording.h"

enum ladder_what {
    LADDER_OPEN,    /* TCP: the connection is there */
    LADDER_FAILED,  /* TCP: it could not be opened */
    LADDER_COMMAND, /* of SMTP, LMTP or POP3 */
    LADDER_REPLY,
    LADDER_LETTER,   /* the message itself, up to its final dot */
    LADDER_SEAL,     /* TLS begins */
    LADDER_LOSS,     /* packets that were lost or sent again, one after the other */
    LADDER_NOTE,     /* something at one host: a time-out, no TLS, a fault */
    LADDER_CLOSE,    /* TCP: the connection is over */
    LADDER_QUESTION, /* DNS: a question and its answer */
    LADDER_EVENT     /* of the message, at one host: written, queued, deferred, delivered, ... */
};

struct ladder_row {
    uint32_t record;  /* the first of it: where it was sent, or observed */
    uint32_t arrival; /* of what travels; of SEAL and CLOSE the other side's record */
    uint32_t answer;  /* QUESTION: as the asker had it */
    uint32_t last;    /* the last record that is placed on it */
    uint32_t conn;
    uint32_t from, to; /* hosts; `to` is NONE for what does not travel */
    uint32_t ask;      /* smtp.ask: the server waits, or waited, for a verdict */
    uint32_t verdict;  /* policy.relay, policy.decision or auth.result: the last one on it */
    uint32_t fault;    /* sim.fault that met it */
    uint32_t accepted; /* mail.accepted: the promise of this reply; mail.collected */
    uint32_t repeats;  /* LOSS: how many records */
    uint16_t group;    /* sent in one go with its neighbours of the same number; 0: alone */
    uint8_t what;      /* enum ladder_what */
    bool sealed;       /* inside TLS */
    bool lost;         /* it never arrived, and that is known by now */
    bool unsent;       /* read by the server, never sent as a command: it stood inside a letter */
};

/* Which row a record is placed on. */
struct ladder_place {
    uint32_t record, row;
};

struct ladder {
    struct memory *memory;
    const struct recording *recording;
    uint32_t limit; /* the last record that counts */
    struct ladder_row *rows;
    uint32_t count, capacity;
    struct ladder_place *places; /* by record */
    uint32_t place_count, place_capacity;
    uint32_t *hosts; /* lifelines from the left; of a connection: client, server */
    uint32_t host_count, host_capacity;
    int64_t begin_ns; /* time of the first record: rows tell the time since then */
    bool whole;       /* of a message across all its hops, not of one connection */
    bool cut; /* there are earlier rows: only the last LADDER_RECORDS records are looked at */
};

enum { LADDER_RECORDS = 3000, LADDER_ALL = 0x7fffffff };

/* The connection up to and with record `limit`; at most `records` of its last records. */
void ladder_of_conn(struct ladder *l, struct memory *m, const struct recording *r, uint32_t conn,
                    uint32_t limit, uint32_t records);
/* The message across all its hops.  `open`: the connection of which all rows are wanted, of the others
 * only what decides; RECORDING_NONE: brief for all; LADDER_ALL: everything of all. */
void ladder_of_mail(struct ladder *l, struct memory *m, const struct recording *r, uint32_t mail,
                    uint32_t open, uint32_t limit, uint32_t records);
/* Is it among the rows of a message that is told in brief? */
bool ladder_decides(const struct ladder *l, const struct ladder_row *row);
void ladder_free(struct ladder *l);

/* The first place of that record or a later one: an index in `places`. */
uint32_t ladder_place_from(const struct ladder *l, uint32_t record);
/* The row that a record is placed on, or RECORDING_NONE. */
uint32_t ladder_row_of(const struct ladder *l, uint32_t record);
/* 1 for commands and verbs, 2 to 5 for replies (POP3: 2 or 5), 0 for everything else. */
int ladder_class(const struct ladder *l, const struct ladder_row *row);
/* Did it arrive, or need it not travel? */
bool ladder_arrived(const struct ladder_row *row);

/* ---- what a row says --------------------------------------------------------------------------- */

/* Lines of the row as on the wire, "250-PIPELINING": at least one. */
uint32_t ladder_lines(const struct ladder *l, const struct ladder_row *row);
/* Appends line `n`; returns how many octets of it are strong: the verb, the code. */
size_t ladder_put_line(struct buffer *b, const struct ladder *l, const struct ladder_row *row,
                       uint32_t n);
/* Appends what is remarked beside the row: the rule that decided, that it waits, a fault; may be
 * nothing. */
void ladder_put_remark(struct buffer *b, const struct ladder *l, const struct ladder_row *row);
/* The same in a word or two, for where there is no room: "refused", "fault"; only of what went wrong. */
void ladder_put_short_remark(struct buffer *b, const struct ladder *l,
                             const struct ladder_row *row);
/* Appends what the row means, in a few words, for the row that is looked at: "permanent: no retry". */
void ladder_put_meaning(struct buffer *b, const struct ladder *l, const struct ladder_row *row);
/* "+0.05", "+12.3", "+5:01", "+3:00:04", "+2 d 4 h": since the first row; "-0.70" before it. */
void ladder_put_time(struct buffer *b, int64_t since_ns);

#endif
