/*
 * sample_run.h - the records of a small run, made by hand: what readers are tested with where the
 * engine would only be in the way.
 *
 * Alice writes to Bob, and with SAMPLE_BOUNCE to nobody as well: submission on 587, one MX look-up,
 * one connection on 25, Bob's mailbox, and the report that comes back to Alice's.  The records are
 * those that a real run has, down to each segment.
 */
#ifndef TESTS_SAMPLE_RUN_H
#define TESTS_SAMPLE_RUN_H

#include "sim/export/output.h"
#include "sim/export/trace_json.h"
#include "sim/kernel/memory.h"
#include "sim/replay/frame.h"
#include "sim/trace/trace.h"

enum {
    SAMPLE_BOUNCE = 1, /* a second recipient whom nobody knows */
    SAMPLE_LOSS = 2,   /* one segment is lost and sent again */
    SAMPLE_IPV6 = 4,   /* the servers talk over IPv6 */
    SAMPLE_OPEN = 8    /* stops while mail.uni.example still holds the letter */
};

struct sample {
    struct trace trace;
    int64_t now_ns;
    unsigned options;
    uint64_t cause;
    uint32_t conns;
    const char *mail, *queue; /* of the records to come; "" : none */
};

/* Ready for trace_add_sink(). */
void sample_begin(struct sample *s, uint32_t layers, unsigned options);
void sample_run(struct sample *s);
/* A header for it; texts are static. */
struct replay_header sample_header(uint32_t layers);

/* Appends whatever an exporter writes to `b`. */
struct export_output sample_output(struct buffer *b);
/* The whole run as a trace, in one go. */
struct text sample_trace(struct memory *m, enum trace_json_form form, uint32_t layers,
                         unsigned options);

#endif
