/*
 * match.h - does this record fit that matcher?  For expectations, and later for prompts and notes.
 *
 * A matcher is an object of a scenario (contract.md): a `kind`, any of its fields, and keys of its own:
 * `on` (where it was observed), `client` (who is at the client's end: a host's name or an address),
 * `side`, `reply_to`, `mail`, `queue`.  All that is written must fit.
 *
 * Sides   of kinds that both ends of a connection write, the server's record is meant unless `side`
 *         says otherwise; what only a client writes (tcp.failed, dns.timeout, mail.collected) is
 *         meant as it is.
 * Names   of hosts compare without case, and so do addresses; all other texts octet by octet.  A list
 *         fits if one of its items does.
 * Errors  matcher_read() says false on a mistake; matching cannot fail.
 * Owner   texts of a matcher are borrowed from the memory that it was read into.
 */
#ifndef SIM_REPLAY_MATCH_H
#define SIM_REPLAY_MATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/json/read.h"
#include "sim/kernel/memory.h"
#include "sim/kernel/table.h"
#include "sim/kernel/text.h"
#include "sim/trace/trace.h"

/* ---- who is at the client's end --------------------------------------------------------------- */

struct match_end;

/* Hosts by their addresses, and the clients of the connections that are open. */
struct match_ends {
    struct memory *memory;
    struct table host_by_address; /* -> index in names */
    struct text *names;
    uint32_t name_count, name_capacity;
    struct table by_conn;    /* -> index in ends */
    struct match_end **ends; /* each stays where it is: its number is a key */
    uint32_t end_count, end_capacity, free;
};

#define MATCH_ENDS_KINDS                                                                           \
    (UINT64_C(1) << TRACE_HOST_STARTED | UINT64_C(1) << TRACE_TCP_OPENED |                         \
     UINT64_C(1) << TRACE_TCP_CLOSED)

void match_ends_init(struct match_ends *e, struct memory *m);
void match_ends_free(struct match_ends *e);
/* To be called with every record, before it is matched; others than MATCH_ENDS_KINDS are ignored. */
void match_ends_record(struct match_ends *e, const struct trace_record *r);
/* Is the client of this record's connection the host of that name, or has it that address? */
bool match_client(const struct match_ends *e, const struct trace_record *r, struct text client);

/* ---- matchers --------------------------------------------------------------------------------- */

struct match_field {
    struct text name;
    enum trace_type type; /* TRACE_INT, TRACE_BOOL or TRACE_TEXT: as it stands in the scenario */
    int64_t number;       /* or the truth value */
    struct text text;
};

enum { MATCH_FIELDS_MAX = 24 };

struct matcher {
    uint64_t kinds;                                /* that can fit: they have all the fields */
    struct text on, client, reply_to, mail, queue; /* at == NULL: any */
    enum trace_side side;                          /* TRACE_SIDE_NONE: the server's */
    struct match_field fields[MATCH_FIELDS_MAX];
    uint32_t field_count;
};

/* Reads the object whose JSON_OBJECT_BEGIN was the last token; texts go to `m`.  False on a mistake:
 * the scenario has not been checked. */
bool matcher_read(struct matcher *matcher, struct json_reader *r, struct memory *m);

enum match {
    MATCH_NOT,
    MATCH_NEAR,
    MATCH_FITS
}; /* near: kind, host and client fit, a field does not */
enum match matcher_try(const struct matcher *matcher, const struct match_ends *ends,
                       const struct trace_record *r);

/* "mail.ndr, status \"5.1.1\"": what it asks for, in the order in which it stands in the scenario. */
void matcher_put(struct buffer *b, const struct matcher *matcher);

#endif
