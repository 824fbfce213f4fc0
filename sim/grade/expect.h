/*
 * expect.h - the expectations of a scenario, judged from the records of a run and nothing else.
 *
 * A sink: fed record by record, by a run or by a trace that was saved (replay/read.h), so that it needs
 * no file.  Behaviour is judged, not configuration: whatever way of doing it right is right.
 *
 *   delivered    a letter (not a report, unless "from" is "<>") reaches a mailbox.  `to` is the address
 *                that the sender named, or what an alias or list made of it; `within` counts from the
 *                writing of the letter; with `copies` so many must arrive in all, each in time.
 *   not_relayed  no server passes on what this client hands in for a domain that is not the server's
 *                own (policy.relay with another reason than "local"; then mail.relayed).
 *   ndr          a report of failure reaches the mailbox of its reader; `within` counts from the writing
 *                of the letter that it is about.
 *   happens, never   a record fits, no record fits (replay/match.h).
 *
 *     struct expect *e = expect_begin(memory, &header);
 *     trace_add_sink(trace, expect_sink(e));   or replay_read_feed(&reader, &sink, 1)
 *     ...
 *     expect_end(e);
 *     for (uint32_t i = 0; i < e->count; i++) ... e->results[i] ...
 *
 * Units   simulated nanoseconds; points as in the scenario.
 * Errors  expectations that cannot be read (a header that nobody checked) count as none, `broken` is set.
 * Owner   everything lives in `memory`; expect_free() gives it back.
 */
#ifndef SIM_GRADE_EXPECT_H
#define SIM_GRADE_EXPECT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/replay/frame.h"
#include "sim/trace/trace.h"

enum expect_verdict {
    EXPECT_HELD,
    EXPECT_FAILED,
    EXPECT_NOT_COUNTED, /* what it needs has not held */
    EXPECT_UNKNOWN,     /* the run ended before it was decided, or the trace lacks the records */
    EXPECT_VERDICT_COUNT
};
/* "held", "failed", "not counted", "unknown". */
const char *expect_verdict_name(enum expect_verdict verdict);

/* A record that shows why. */
struct expect_event {
    uint64_t seq;
    int64_t time_ns;
    struct text host;
    struct text told; /* as record_put() tells it: seq, time and host in front */
};

enum { EXPECT_EVENTS_SHOWN = 4 };

struct expect_result {
    struct text id, say;
    struct text wanted; /* in words: "a letter to bob@shop.example within 10 s" */
    struct text found;  /* in words, unless it held: why not */
    enum expect_verdict verdict;
    bool idle;              /* it held, and nothing in this run could have made it fail */
    int64_t points, earned; /* what it is worth; that, or 0 */
    struct expect_event events[EXPECT_EVENTS_SHOWN];
    uint32_t event_count;
};

struct expect_state;

struct expect {
    struct memory *memory;
    struct expect_result *results; /* in the order of the scenario; complete after expect_end() */
    uint32_t count;
    uint32_t held, failed;
    int64_t points, earned;
    bool broken;
    struct expect_state *state; /* its own */
};

/* Reads the expectations of the header's scenario. */
struct expect *expect_begin(struct memory *m, const struct replay_header *header);
/* Wants every kind that some expectation asks for. */
struct trace_sink expect_sink(struct expect *e);
/* Judges; no more records may come. */
void expect_end(struct expect *e);
void expect_free(struct expect *e);

#endif
