#include "sim/replay/record.h"

#include "sim/kernel/clock.h"

enum { TEXT_SHOWN = 60 };

/* ---- values ------------------------------------------------------------------------------- */

static void put_text(struct buffer *b, struct text t)
{
    struct text shown = t.size > TEXT_SHOWN ? text_from(t.at, TEXT_SHOWN) : t;

    buffer_put_char(b, '"');
    for (size_t i = 0; i < shown.size; i++) {
        unsigned char c = (unsigned char)shown.at[i];

        if (c >= ' ' && c < 0x7f) {
            buffer_put_char(b, (char)c);
        } else if (c == '\r' || c == '\n') {
            buffer_put_string(b, c == '\r' ? "\\r" : "\\n");
        } else {
            buffer_put_string(b, "\\x");
            buffer_put_char(b, "0123456789abcdef"[c >> 4]);
            buffer_put_char(b, "0123456789abcdef"[c & 15]);
        }
    }
    buffer_put_string(b, shown.size < t.size ? "...\"" : "\"");
}

/* Every struct trace_rows_X has the layout of the first one: a pointer and a count. */
static const char *rows_of(const void *at, uint32_t *count)
{
    const char *items;

    memcpy(&items, (const char *)at + offsetof(struct trace_rows_candidate, items), sizeof items);
    memcpy(count, (const char *)at + offsetof(struct trace_rows_candidate, count), sizeof *count);
    return items;
}

static void put_fields(struct buffer *b, const struct trace_field *fields, size_t count,
                       const char *data);

static void put_value(struct buffer *b, const struct trace_field *f, const void *at)
{
    const struct trace_texts *texts = at;
    const char *items;
    uint32_t count;

    switch (f->type) {
    case TRACE_INT: buffer_put_int(b, *(const int64_t *)at); break;
    case TRACE_BOOL: buffer_put_string(b, *(const bool *)at ? "true" : "false"); break;
    case TRACE_TEXT: put_text(b, *(const struct text *)at); break;
    case TRACE_WORD: buffer_put_text(b, *(const struct text *)at); break;
    case TRACE_TEXTS:
        buffer_put_char(b, '[');
        for (uint32_t i = 0; i < texts->count; i++) {
            buffer_put_string(b, i > 0 ? ", " : "");
            put_text(b, texts->items[i]);
        }
        buffer_put_char(b, ']');
        break;
    case TRACE_ROWS:
        items = rows_of(at, &count);
        buffer_put_char(b, '[');
        for (uint32_t i = 0; i < count; i++) {
            buffer_put_string(b, i > 0 ? "; " : "");
            put_fields(b, f->rows->fields, f->rows->field_count, items + i * f->rows->size);
        }
        buffer_put_char(b, ']');
        break;
    }
}

static void put_fields(struct buffer *b, const struct trace_field *fields, size_t count,
                       const char *data)
{
    for (size_t i = 0; i < count; i++) {
        buffer_put_string(b, i > 0 ? ", " : "");
        buffer_put_string(b, fields[i].name);
        buffer_put_char(b, ' ');
        put_value(b, &fields[i], data + fields[i].offset);
    }
}

static bool fields_equal(const struct trace_field *fields, size_t count, const char *a,
                         const char *b);

static bool value_equal(const struct trace_field *f, const void *a, const void *b)
{
    const struct trace_texts *x = a, *y = b;
    const char *rows_a, *rows_b;
    uint32_t count_a, count_b;
    bool same;

    switch (f->type) {
    case TRACE_INT: return *(const int64_t *)a == *(const int64_t *)b;
    case TRACE_BOOL: return *(const bool *)a == *(const bool *)b;
    case TRACE_TEXT:
    case TRACE_WORD: return text_equal(*(const struct text *)a, *(const struct text *)b);
    case TRACE_TEXTS:
        same = x->count == y->count;
        for (uint32_t i = 0; same && i < x->count; i++)
            same = text_equal(x->items[i], y->items[i]);
        return same;
    case TRACE_ROWS:
        rows_a = rows_of(a, &count_a);
        rows_b = rows_of(b, &count_b);
        same = count_a == count_b;
        for (uint32_t i = 0; same && i < count_a; i++)
            same = fields_equal(f->rows->fields, f->rows->field_count, rows_a + i * f->rows->size,
                                rows_b + i * f->rows->size);
        return same;
    }
    return false;
}

static bool fields_equal(const struct trace_field *fields, size_t count, const char *a,
                         const char *b)
{
    for (size_t i = 0; i < count; i++)
        if (!value_equal(&fields[i], a + fields[i].offset, b + fields[i].offset))
            return false;
    return true;
}

/* ---- records ------------------------------------------------------------------------------ */

static const char *side_name(enum trace_side side)
{
    return side == TRACE_SIDE_CLIENT ? "client" : side == TRACE_SIDE_SERVER ? "server" : "none";
}

void record_put(struct buffer *b, const struct trace_record *r)
{
    const struct trace_kind_info *info = trace_kind_info(r->kind);

    buffer_put_int(b, (int64_t)r->seq);
    buffer_put_string(b, " at ");
    clock_put_duration(b, r->time_ns);
    if (r->where.host.size > 0) {
        buffer_put_string(b, ", ");
        buffer_put_text(b, r->where.host);
    }
    buffer_put_string(b, ": ");
    buffer_put_string(b, info->name);
    if (r->where.side != TRACE_SIDE_NONE) {
        buffer_put_string(b, ", ");
        buffer_put_string(b, side_name(r->where.side));
    }
    if (r->where.conn != 0) {
        buffer_put_string(b, ", conn ");
        buffer_put_int(b, r->where.conn);
    }
    if (r->where.mail.size > 0) {
        buffer_put_string(b, ", mail ");
        buffer_put_text(b, r->where.mail);
    }
    if (r->where.queue.size > 0) {
        buffer_put_string(b, ", queue ");
        buffer_put_text(b, r->where.queue);
    }
    buffer_put_string(b, "; ");
    put_fields(b, info->fields, info->field_count, r->data);
}

bool record_equal(const struct trace_record *a, const struct trace_record *b, bool causes)
{
    const struct trace_kind_info *info = trace_kind_info(a->kind);

    return a->seq == b->seq && a->time_ns == b->time_ns && a->kind == b->kind &&
           text_equal(a->where.host, b->where.host) && a->where.side == b->where.side &&
           a->where.conn == b->where.conn && text_equal(a->where.mail, b->where.mail) &&
           text_equal(a->where.queue, b->where.queue) &&
           (!causes || a->where.cause == b->where.cause) &&
           fields_equal(info->fields, info->field_count, a->data, b->data);
}

/* ---- differences -------------------------------------------------------------------------- */

static void put_name(struct buffer *out, size_t start, const char *name)
{
    if (out->size > start)
        buffer_put_string(out, ", ");
    buffer_put_string(out, name);
    buffer_put_char(out, ' ');
}

static void put_ints(struct buffer *out, size_t start, const char *name, uint64_t a, uint64_t b)
{
    if (a == b)
        return;
    put_name(out, start, name);
    buffer_put_int(out, (int64_t)a);
    buffer_put_string(out, " and ");
    buffer_put_int(out, (int64_t)b);
}

static void put_strings(struct buffer *out, size_t start, const char *name, struct text a,
                        struct text b)
{
    if (text_equal(a, b))
        return;
    put_name(out, start, name);
    put_text(out, a);
    buffer_put_string(out, " and ");
    put_text(out, b);
}

void record_put_difference(struct buffer *out, const struct trace_record *a,
                           const struct trace_record *b, bool causes)
{
    const struct trace_kind_info *info = trace_kind_info(a->kind);
    size_t start = out->size;

    put_ints(out, start, "seq", a->seq, b->seq);
    put_ints(out, start, "t_ns", (uint64_t)a->time_ns, (uint64_t)b->time_ns);
    put_strings(out, start, "host", a->where.host, b->where.host);
    put_strings(out, start, "kind", text_of(info->name), text_of(trace_kind_info(b->kind)->name));
    put_strings(out, start, "side", text_of(side_name(a->where.side)),
                text_of(side_name(b->where.side)));
    put_ints(out, start, "conn", a->where.conn, b->where.conn);
    put_strings(out, start, "mail", a->where.mail, b->where.mail);
    put_strings(out, start, "queue", a->where.queue, b->where.queue);
    if (causes)
        put_ints(out, start, "cause", a->where.cause, b->where.cause);
    for (size_t i = 0; a->kind == b->kind && i < info->field_count; i++) {
        const struct trace_field *f = &info->fields[i];
        const char *x = (const char *)a->data + f->offset, *y = (const char *)b->data + f->offset;

        if (value_equal(f, x, y))
            continue;
        put_name(out, start, f->name);
        put_value(out, f, x);
        buffer_put_string(out, " and ");
        put_value(out, f, y);
    }
}
