/*
 * trace.c - kinds.h as data, and handing records to the sinks.
 */
#include "sim/trace/trace.h"

#include <assert.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- kinds.h as data ------------------------------------------------------------------------ */

#define CHOICES_INT(argument)   NULL
#define CHOICES_BOOL(argument)  NULL
#define CHOICES_TEXT(argument)  NULL
#define CHOICES_WORD(argument)  argument
#define CHOICES_TEXTS(argument) NULL
#define CHOICES_ROWS(argument)  NULL
#define SHAPE_INT(argument)     NULL
#define SHAPE_BOOL(argument)    NULL
#define SHAPE_TEXT(argument)    NULL
#define SHAPE_WORD(argument)    NULL
#define SHAPE_TEXTS(argument)   NULL
#define SHAPE_ROWS(argument)    &argument##_shape

/* `self` is the struct whose fields are being listed. */
#define F(type, field, argument, doc)                                                              \
    {                                                                                              \
        #field,                                                                                    \
        TRACE_##type,                                                                              \
        offsetof(self, field),                                                                     \
        CHOICES_##type(argument),                                                                  \
        SHAPE_##type(argument),                                                                    \
        doc},

/* A list of fields cannot say whose it is, so each row shape is spelled out here; one that is
 * missing does not compile. */
#define self struct trace_candidate
static const struct trace_field candidate_fields[] = {ROW_CANDIDATE(F)};
#undef self
static const struct trace_row_shape candidate_shape = {
    "candidate", candidate_fields, COUNT(candidate_fields), sizeof(struct trace_candidate)};

const struct trace_kind_info *trace_kind_info(enum trace_kind kind)
{
    assert(kind < TRACE_KIND_COUNT);
    switch (kind) {
#define K(suffix, name, wire, layer, doc)                                                          \
    case TRACE_##suffix: {                                                                         \
        typedef struct trace_##name self;                                                          \
        static const struct trace_field fields[] = {FIELDS_##suffix(F)};                           \
        static const struct trace_kind_info info = {wire,   TRACE_LAYER_##layer, doc,              \
                                                    fields, COUNT(fields),       sizeof(self)};    \
        return &info;                                                                              \
    }
        TRACE_KINDS(K)
#undef K
    case TRACE_KIND_COUNT: break;
    }
    return NULL;
}

const struct trace_layer_info *trace_layer_info(enum trace_layer layer)
{
    static const struct trace_layer_info layers[] = {
#define L(suffix, name, doc) {name, doc},
        TRACE_LAYERS(L)
#undef L
    };

    assert(layer < TRACE_LAYER_COUNT);
    return &layers[layer];
}

enum trace_kind trace_kind_find(struct text name)
{
    static const struct text names[] = {
#define K(suffix, name, wire, layer, doc) TEXT_INIT(wire),
        TRACE_KINDS(K)
#undef K
    };
    unsigned kind = 0;

    while (kind < TRACE_KIND_COUNT && !text_equal(names[kind], name))
        kind++;
    return (enum trace_kind)kind;
}

enum trace_layer trace_layer_find(struct text name)
{
    unsigned layer = 0;

    while (layer < TRACE_LAYER_COUNT &&
           !text_equal(text_of(trace_layer_info((enum trace_layer)layer)->name), name))
        layer++;
    return (enum trace_layer)layer;
}

uint64_t trace_layer_kinds(uint32_t layers)
{
    uint64_t kinds = 0;

#define K(suffix, name, wire, layer, doc)                                                          \
    if (layers >> TRACE_LAYER_##layer & 1)                                                         \
        kinds |= UINT64_C(1) << TRACE_##suffix;
    TRACE_KINDS(K)
#undef K
    return kinds;
}

/* ---- emitting ------------------------------------------------------------------------------- */

void trace_init(struct trace *t, const int64_t *now_ns, uint32_t layers)
{
    *t = (struct trace){.now_ns = now_ns, .layers = trace_layer_kinds(layers)};
}

void trace_add_sink(struct trace *t, struct trace_sink sink)
{
    assert(t->seq == 0 && t->sink_count < TRACE_SINKS_MAX && sink.record);
    t->sinks[t->sink_count++] = sink;
    t->wanted |= sink.kinds;
}

uint64_t trace_emit(struct trace *t, enum trace_kind kind, const struct trace_where *where,
                    const void *data)
{
    uint64_t handle = trace_skip(t, kind, where);
    struct trace_record r = {
        .seq = t->seq, .time_ns = *t->now_ns, .kind = kind, .where = *where, .data = data};

    for (size_t i = 0; i < t->sink_count; i++)
        if (t->sinks[i].kinds >> kind & 1)
            t->sinks[i].record(t->sinks[i].context, &r);
    return handle;
}
