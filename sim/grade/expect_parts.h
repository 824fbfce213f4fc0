/*
 * expect_parts.h - what the files of expect share.
 *
 *   expect.c         records come in, verdicts come out
 *   expect_read.c    from the scenario
 *   expect_relay.c   not_relayed
 *   expect_words.c   what was wanted and what was found, in words
 *
 * Owner   the memory that expect_begin() was given.
 * Errors  as expect.h says.
 */
#ifndef SIM_GRADE_EXPECT_PARTS_H
#define SIM_GRADE_EXPECT_PARTS_H

#include "sim/grade/expect.h"
#include "sim/grade/letters.h"
#include "sim/replay/match.h"

enum expect_form {
    FORM_NONE,
    FORM_DELIVERED,
    FORM_NOT_RELAYED,
    FORM_NDR,
    FORM_HAPPENS,
    FORM_NEVER
};

/* What a client may hand in for a domain that is not the server's own, and what it has handed in. */
struct expect_grant {
    uint32_t conn;
    struct text host, queue, recipient; /* queue: empty until the message is accepted */
};

struct expect_grants {
    struct expect_grant *items;
    uint32_t count, capacity;
};

/* One expectation while the records come. */
struct expectation {
    enum expect_form form;
    struct text to, from, subject, about, status, by; /* at == NULL: not asked */
    int64_t within_ns, copies;                        /* -1: not asked */
    struct matcher matcher;                           /* happens, never */
    uint64_t around; /* never: kinds without which those of the matcher cannot come */
    uint32_t *needs; /* indices of earlier ones */
    uint32_t need_count, need_capacity;

    uint64_t written;   /* letters, or reports, that it asks for */
    uint64_t arrived;   /* of those, into a mailbox; or records that fit */
    uint64_t in_time;   /* of those that arrived */
    uint64_t otherwise; /* reports that are nearly what it asks for */
    bool could_fail;    /* something has happened that might have made it fail */
    struct expect_grants grants;
    /* Records that came near, where there are none that show more. */
    struct expect_event near[EXPECT_EVENTS_SHOWN];
    uint32_t near_count;
};

struct expect_state {
    struct expectation *items; /* one for each result */
    struct match_ends ends;
    struct letters letters;
    struct buffer words;
    uint32_t layers;   /* that the trace holds */
    bool came_to_rest; /* nothing was left to do: what has not happened never will */
};

/* Fills e->results (id, say, points) and the items; false on a mistake. */
bool expect_read(struct expect *e, struct text scenario);

/* Notes the record among those that show why; beyond a few it has no effect. */
void expect_note(struct expect *e, struct expect_event *events, uint32_t *count,
                 const struct trace_record *r);
/* The kinds that not_relayed looks at, and what it makes of one record. */
#define EXPECT_RELAY_KINDS                                                                         \
    (UINT64_C(1) << TRACE_POLICY_RELAY | UINT64_C(1) << TRACE_POLICY_DECISION |                    \
     UINT64_C(1) << TRACE_MAIL_ACCEPTED | UINT64_C(1) << TRACE_MAIL_RELAYED |                      \
     UINT64_C(1) << TRACE_QUEUE_REMOVED)
void expect_relay_record(struct expect *e, uint32_t index, const struct trace_record *r);
void expect_relay_free(struct expect *e, struct expectation *x);

void expect_put_wanted(struct buffer *b, const struct expectation *x);
/* Why it did not hold. */
void expect_put_found(struct buffer *b, const struct expectation *x);
/* <>: the null reverse-path, however it is written. */
bool expect_is_null(struct text from);

#endif
