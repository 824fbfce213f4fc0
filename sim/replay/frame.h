/*
 * frame.h - what stands around the records of a trace: its header and its footer.
 *
 * The engine's caller fills both when a trace is written, the reader fills them when it is read.
 *
 * Units   simulated nanoseconds; sizes in records.
 * Owner   texts are borrowed: when written, until the call returns; when read, as long as the reader.
 * Errors  none: what a header does not say is empty.
 */
#ifndef SIM_REPLAY_FRAME_H
#define SIM_REPLAY_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/trace/trace.h"

enum { REPLAY_FORMAT = 1, REPLAY_SHA256_HEX = 64 };

struct replay_header {
    struct text version;         /* of the program, "1.0.0" */
    struct text seed;            /* decimal: 64 bits do not fit every reader's numbers */
    uint32_t layers;             /* set of enum trace_layer: the records that are written */
    struct text scenario;        /* normalised: a JSON object in ASCII on one line */
    struct text scenario_sha256; /* of those octets, in lower-case hexadecimal */
    /* What was typed to change the scenario that somebody wrote, "--seed 7 --set /title=T"; empty: nothing.
     * `scenario` and `seed` are those of the run. */
    struct text changed;
};

enum replay_status { REPLAY_COMPLETE, REPLAY_LIMIT, REPLAY_ERROR, REPLAY_STATUS_COUNT };
/* "complete", "limit", "error". */
const char *replay_status_name(enum replay_status status);

/* A string of the scenario's first level ("title"), in UTF-8 as long as `m` lives; empty if there is
 * none. */
struct text replay_scenario_text(const struct replay_header *h, struct memory *m, struct text key);

/* A custody that nobody closed: who still holds what. */
struct replay_custody {
    struct text custody, host, mail, recipient;
};

struct replay_footer {
    enum replay_status status;
    int64_t end_ns;                    /* simulated time at the end */
    uint64_t records;                  /* every record: seq of the last one */
    uint64_t written;                  /* those of the layers that are written: event lines */
    uint64_t counts[TRACE_KIND_COUNT]; /* of every record, written or not */
    const struct replay_custody *open; /* in the order in which they were opened */
    size_t open_count;
    char events_sha256[REPLAY_SHA256_HEX + 1]; /* of the event lines, each as JSON and one LF */
};

/* SHA-256 through whoever links a library for it (sim/export/sha256.h), so that this room does not.
 * finish() writes 64 hexadecimal digits and a NUL, and starts afresh. */
struct replay_digest {
    void (*add)(void *context, struct text octets);
    void (*finish)(void *context, char hex[REPLAY_SHA256_HEX + 1]);
    void *context;
};

#endif
