/*
 * Deep copies, by the table, into chunks: a record has many small texts, and nothing of it is given
 * back alone.
 */
#include "sim/replay/keep.h"

enum { CHUNK = 60000, ALIGNMENT = 8 };

/* ---- storage ------------------------------------------------------------------------------ */

static void *keep(struct replay_keep *k, size_t size)
{
    size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    void *at;

    if (rounded > CHUNK / 4)
        return memory_take(k->memory, rounded);
    if (rounded > k->chunk_left) {
        k->chunk = memory_take(k->memory, CHUNK);
        k->chunk_left = CHUNK;
    }
    at = k->chunk;
    k->chunk += rounded;
    k->chunk_left -= rounded;
    return at;
}

static void *keep_copy(struct replay_keep *k, const void *from, size_t size)
{
    void *to = keep(k, size);

    if (size > 0)
        memcpy(to, from, size);
    return to;
}

struct text replay_keep_text(struct replay_keep *k, struct text from)
{
    return text_from(keep_copy(k, from.at, from.size), from.size);
}

/* ---- one record --------------------------------------------------------------------------- */

static void keep_texts(struct replay_keep *k, struct trace_texts *texts)
{
    struct text *items = keep_copy(k, texts->items, texts->count * sizeof *items);

    for (uint32_t i = 0; i < texts->count; i++)
        items[i] = replay_keep_text(k, items[i]);
    texts->items = items;
}

static void keep_rows(struct replay_keep *k, const struct trace_field *f, char *at);

/* `data` is a copy of the struct whose texts still lie where the reader put them. */
static void keep_fields(struct replay_keep *k, const struct trace_field *fields, size_t count,
                        char *data)
{
    for (size_t i = 0; i < count; i++) {
        void *at = data + fields[i].offset;

        switch (fields[i].type) {
        case TRACE_TEXT:
        case TRACE_WORD: *(struct text *)at = replay_keep_text(k, *(struct text *)at); break;
        case TRACE_TEXTS: keep_texts(k, at); break;
        case TRACE_ROWS: keep_rows(k, &fields[i], at); break;
        case TRACE_INT:
        case TRACE_BOOL: break;
        }
    }
}

/* Every struct trace_rows_X has the layout of the first one: a pointer and a count. */
static void keep_rows(struct replay_keep *k, const struct trace_field *f, char *at)
{
    const struct trace_row_shape *shape = f->rows;
    const void *from;
    char *items;
    uint32_t count;

    memcpy(&from, at + offsetof(struct trace_rows_candidate, items), sizeof from);
    memcpy(&count, at + offsetof(struct trace_rows_candidate, count), sizeof count);
    items = keep_copy(k, from, count * shape->size);
    for (uint32_t i = 0; i < count; i++)
        keep_fields(k, shape->fields, shape->field_count, items + i * shape->size);
    from = items;
    memcpy(at + offsetof(struct trace_rows_candidate, items), &from, sizeof from);
}

const struct trace_record *replay_keep_record(struct replay_keep *k,
                                              const struct trace_record *record)
{
    const struct trace_kind_info *info = trace_kind_info(record->kind);
    struct trace_record *kept = keep_copy(k, record, sizeof *record);
    void *data = keep_copy(k, record->data, info->size);

    kept->where.host = replay_keep_text(k, record->where.host);
    kept->where.mail = replay_keep_text(k, record->where.mail);
    kept->where.queue = replay_keep_text(k, record->where.queue);
    keep_fields(k, info->fields, info->field_count, data);
    kept->data = data;
    return kept;
}
