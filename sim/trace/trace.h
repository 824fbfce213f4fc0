/*
 * trace.h - what happened, in order.
 *
 * The engine emits typed records and never reads them back.  Sinks (JSON, pcap, mbox, the story)
 * only read, and nothing that a sink does can change a later record.
 *
 * The kinds come from kinds.h.  For each there is a struct of its fields, `struct trace_smtp_reply`,
 * and a function that emits it:
 *
 *     uint64_t cause = trace_emit_smtp_reply(trace, &where,
 *         &(struct trace_smtp_reply){.code = 250, .enhanced = TEXT("2.1.5"), ...});
 *
 * What it costs when nobody listens: a counter and a test of one bit.  Where a field is costly to
 * make, ask trace_wants() first and call trace_skip() otherwise, so that seq stays the same.
 *
 * Causes  every function returns a cause handle: the seq of the record if the trace's layers
 *         include it, else the handle it was given.  So `cause` always names the nearest ancestor
 *         that is written, and is carried along by whatever the record leads to.  It decides nothing.
 * Units   time is simulated nanoseconds since the start.  Order: (time_ns, seq).
 * Owner   a record and all its texts are borrowed and valid only during the call of the sink.
 * Errors  none: memory that runs out ends in memory.h's one door.
 */
#ifndef SIM_TRACE_TRACE_H
#define SIM_TRACE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/text.h"
#include "sim/trace/kinds.h"

enum trace_layer {
#define L(suffix, name, doc) TRACE_LAYER_##suffix,
    TRACE_LAYERS(L)
#undef L
        TRACE_LAYER_COUNT
};

enum trace_kind {
#define K(suffix, name, wire, layer, doc) TRACE_##suffix,
    TRACE_KINDS(K)
#undef K
        TRACE_KIND_COUNT
};
_Static_assert(TRACE_KIND_COUNT <= 64, "a set of kinds is one 64-bit word");

enum trace_type { TRACE_INT, TRACE_BOOL, TRACE_TEXT, TRACE_WORD, TRACE_TEXTS, TRACE_ROWS };

struct trace_texts {
    const struct text *items;
    uint32_t count;
};

#define TRACE_CTYPE_INT(argument)   int64_t
#define TRACE_CTYPE_BOOL(argument)  bool
#define TRACE_CTYPE_TEXT(argument)  struct text
#define TRACE_CTYPE_WORD(argument)  struct text
#define TRACE_CTYPE_TEXTS(argument) struct trace_texts
#define TRACE_CTYPE_ROWS(argument)  struct trace_rows_##argument

#define F(type, name, argument, doc) TRACE_CTYPE_##type(argument) name;
#define R(name, fields)                                                                            \
    struct trace_##name {                                                                          \
        fields(F)                                                                                  \
    };                                                                                             \
    struct trace_rows_##name {                                                                     \
        const struct trace_##name *items;                                                          \
        uint32_t count;                                                                            \
    };
TRACE_ROWS(R)
#undef R
#define K(suffix, name, wire, layer, doc)                                                          \
    struct trace_##name {                                                                          \
        FIELDS_##suffix(F)                                                                         \
    };
TRACE_KINDS(K)
#undef K
#undef F

/* ---- the table as data, for whoever writes, reads or documents records --------------------- */

struct trace_row_shape;

struct trace_field {
    const char *name;
    enum trace_type type;
    size_t offset;                      /* in the struct of the kind or row */
    const char *choices;                /* WORD: "a|b|c" */
    const struct trace_row_shape *rows; /* ROWS: their shape */
    const char *doc;
};

struct trace_row_shape {
    const char *name;
    const struct trace_field *fields;
    size_t field_count, size; /* octets of one row's struct */
};

struct trace_kind_info {
    const char *name; /* "smtp.reply" */
    enum trace_layer layer;
    const char *doc;
    const struct trace_field *fields;
    size_t field_count, size;
};

struct trace_layer_info {
    const char *name, *doc;
};

const struct trace_kind_info *trace_kind_info(enum trace_kind kind);
const struct trace_layer_info *trace_layer_info(enum trace_layer layer);
/* The kind of that name, or TRACE_KIND_COUNT. */
enum trace_kind trace_kind_find(struct text name);
/* The layer of that name, or TRACE_LAYER_COUNT. */
enum trace_layer trace_layer_find(struct text name);
/* The set of kinds (bit k: kind k) in a set of layers (bit l: layer l). */
uint64_t trace_layer_kinds(uint32_t layers);
#define TRACE_ALL_LAYERS ((1U << TRACE_LAYER_COUNT) - 1)

/* ---- emitting ------------------------------------------------------------------------------ */

enum trace_side { TRACE_SIDE_NONE, TRACE_SIDE_CLIENT, TRACE_SIDE_SERVER };

/* Where a record was observed and what it belongs to; what does not apply is empty or 0. */
struct trace_where {
    struct text host; /* host name */
    enum trace_side side;
    uint32_t conn;     /* connection, 1, 2, ... in the order of connect() */
    struct text mail;  /* "alice-pc.1": origin host and its counter; known to the observer only */
    struct text queue; /* queue id at this host */
    uint64_t cause;    /* handle */
};

struct trace_record {
    uint64_t seq; /* 1, 2, 3, ...: every record, written or not */
    int64_t time_ns;
    enum trace_kind kind;
    struct trace_where where;
    const void *data; /* struct of the kind */
};

struct trace_sink {
    uint64_t kinds; /* those it wants */
    void (*record)(void *context, const struct trace_record *r);
    void *context;
};

enum { TRACE_SINKS_MAX = 8 };

struct trace {
    const int64_t *now_ns;             /* the world's clock, borrowed */
    uint64_t seq;                      /* of the last record */
    uint64_t layers;                   /* kinds that count as written: what causes may name */
    uint64_t wanted;                   /* union of the sinks' kinds */
    uint64_t counts[TRACE_KIND_COUNT]; /* of every record, written or not */
    struct trace_sink sinks[TRACE_SINKS_MAX];
    size_t sink_count;
};

void trace_init(struct trace *t, const int64_t *now_ns, uint32_t layers);
/* Before the first record. */
void trace_add_sink(struct trace *t, struct trace_sink sink);

static inline bool trace_wants(const struct trace *t, enum trace_kind kind)
{
    return t->wanted >> kind & 1;
}

/* Counts a record that nobody wants. */
static inline uint64_t trace_skip(struct trace *t, enum trace_kind kind,
                                  const struct trace_where *where)
{
    t->seq++;
    t->counts[kind]++;
    return t->layers >> kind & 1 ? t->seq : where->cause;
}

uint64_t trace_emit(struct trace *t, enum trace_kind kind, const struct trace_where *where,
                    const void *data);

#define K(suffix, name, wire, layer, doc)                                                          \
    static inline uint64_t trace_emit_##name(struct trace *t, const struct trace_where *where,     \
                                             const struct trace_##name *data)                      \
    {                                                                                              \
        return trace_wants(t, TRACE_##suffix) ? trace_emit(t, TRACE_##suffix, where, data)         \
                                              : trace_skip(t, TRACE_##suffix, where);              \
    }
TRACE_KINDS(K)
#undef K

#endif
