/*
 * Records are copied deep, by the table, into chunks: a trace has many small texts, and nothing of
 * it is given back alone.
 */
#include "sim/replay/load.h"

#include <assert.h>

enum { CHUNK = 60000, FIRST_CAPACITY = 1024, ALIGNMENT = 8 };

/* ---- storage ------------------------------------------------------------------------------ */

static void *keep(struct replay_trace *t, size_t size)
{
    size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    void *at;

    if (rounded > CHUNK / 4)
        return memory_take(t->memory, rounded);
    if (rounded > t->chunk_left) {
        t->chunk = memory_take(t->memory, CHUNK);
        t->chunk_left = CHUNK;
    }
    at = t->chunk;
    t->chunk += rounded;
    t->chunk_left -= rounded;
    return at;
}

static void *keep_copy(struct replay_trace *t, const void *from, size_t size)
{
    void *to = keep(t, size);

    if (size > 0)
        memcpy(to, from, size);
    return to;
}

static struct text keep_text(struct replay_trace *t, struct text from)
{
    return text_from(keep_copy(t, from.at, from.size), from.size);
}

/* ---- one record --------------------------------------------------------------------------- */

static void keep_texts(struct replay_trace *t, struct trace_texts *texts)
{
    struct text *items = keep_copy(t, texts->items, texts->count * sizeof *items);

    for (uint32_t i = 0; i < texts->count; i++)
        items[i] = keep_text(t, items[i]);
    texts->items = items;
}

static void keep_rows(struct replay_trace *t, const struct trace_field *f, char *at);

/* `data` is a copy of the struct whose texts still lie where the reader put them. */
static void keep_fields(struct replay_trace *t, const struct trace_field *fields, size_t count,
                        char *data)
{
    for (size_t i = 0; i < count; i++) {
        void *at = data + fields[i].offset;

        switch (fields[i].type) {
        case TRACE_TEXT:
        case TRACE_WORD: *(struct text *)at = keep_text(t, *(struct text *)at); break;
        case TRACE_TEXTS: keep_texts(t, at); break;
        case TRACE_ROWS: keep_rows(t, &fields[i], at); break;
        case TRACE_INT:
        case TRACE_BOOL: break;
        }
    }
}

/* Every struct trace_rows_X has the layout of the first one: a pointer and a count. */
static void keep_rows(struct replay_trace *t, const struct trace_field *f, char *at)
{
    const struct trace_row_shape *shape = f->rows;
    const void *from;
    char *items;
    uint32_t count;

    memcpy(&from, at + offsetof(struct trace_rows_candidate, items), sizeof from);
    memcpy(&count, at + offsetof(struct trace_rows_candidate, count), sizeof count);
    items = keep_copy(t, from, count * shape->size);
    for (uint32_t i = 0; i < count; i++)
        keep_fields(t, shape->fields, shape->field_count, items + i * shape->size);
    from = items;
    memcpy(at + offsetof(struct trace_rows_candidate, items), &from, sizeof from);
}

static void keep_record(struct replay_trace *t, const struct trace_record *record)
{
    const struct trace_kind_info *info = trace_kind_info(record->kind);
    void *data = keep_copy(t, record->data, info->size);
    struct trace_record *kept = &t->records[t->count++];

    *kept = *record;
    kept->where.host = keep_text(t, record->where.host);
    kept->where.mail = keep_text(t, record->where.mail);
    kept->where.queue = keep_text(t, record->where.queue);
    keep_fields(t, info->fields, info->field_count, data);
    kept->data = data;
}

/* ---- the trace ---------------------------------------------------------------------------- */

bool replay_load(struct replay_reader *r, struct memory *m, struct replay_trace *trace)
{
    struct trace_record record;

    *trace = (struct replay_trace){.header = r->header, .memory = m};
    while (replay_read_next(r, &record)) {
        if (trace->count == trace->capacity) {
            size_t more = trace->capacity > 0 ? 2 * trace->capacity : FIRST_CAPACITY;

            trace->records =
                memory_grow(m, trace->records, trace->capacity * sizeof *trace->records,
                            more * sizeof *trace->records);
            trace->capacity = more;
        }
        keep_record(trace, &record);
    }
    trace->footer = r->footer;
    trace->has_footer = r->has_footer;
    trace->truncated = r->truncated;
    return r->error.line == 0;
}

const struct trace_record *replay_find(const struct replay_trace *trace, uint64_t seq)
{
    size_t from = 0, to = trace->count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (trace->records[middle].seq == seq)
            return &trace->records[middle];
        if (trace->records[middle].seq < seq)
            from = middle + 1;
        else
            to = middle;
    }
    return NULL;
}
