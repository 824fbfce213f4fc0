/*
 * The keys are texts that the preprocessor makes of the table, comma and quotes included, so that a
 * record is a run of copies.
 *
 * What comes between two event lines (LF, or a comma and LF when framed) is written with the second
 * of them, so the buffer never holds more than what is certain.
 */
#include "sim/export/trace_json.h"

#include <assert.h>

#include "sim/export/sha256.h"
#include "sim/json/write.h"
#include "sim/replay/holders.h"

enum { FLUSH_AT = 1 << 16 };

#define F(type, name, argument, doc) TEXT_INIT(",\"" #name "\":"),
#define R(name, fields)              static const struct text row_keys_##name[] = {fields(F)};
TRACE_ROWS(R)
#undef R
#define K(suffix, name, wire, layer, doc)                                                          \
    static const struct text keys_##name[] = {FIELDS_##suffix(F)};
TRACE_KINDS(K)
#undef K
#undef F

static const struct kind_texts {
    struct text kind; /* ,"kind":"smtp.reply" */
    const struct text *keys;
} kind_texts[TRACE_KIND_COUNT] = {
#define K(suffix, name, wire, layer, doc) {TEXT_INIT(",\"kind\":\"" wire "\""), keys_##name},
    TRACE_KINDS(K)
#undef K
};

struct trace_json {
    struct memory *memory;
    struct buffer out;
    struct export_output output;
    enum trace_json_form form;
    struct replay_digest digest;
    uint64_t kinds; /* those that are written */
    uint64_t written, seq;
    struct holders holders;
};

/* ---- values ------------------------------------------------------------------------------- */

static void put_texts(struct buffer *b, const struct trace_texts *texts)
{
    buffer_put_text(b, TEXT("["));
    for (uint32_t i = 0; i < texts->count; i++) {
        if (i > 0)
            buffer_put_text(b, TEXT(","));
        json_quote_octets(b, texts->items[i]);
    }
    buffer_put_text(b, TEXT("]"));
}

/* ---- records ------------------------------------------------------------------------------ */

static void put_rows(struct buffer *b, const struct trace_field *f, const char *rows);

static void put_fields(struct buffer *b, const struct trace_field *fields, size_t count,
                       const struct text *keys, const char *data)
{
    for (size_t i = 0; i < count; i++) {
        const struct trace_field *f = &fields[i];
        const void *at = data + f->offset;

        buffer_put_text(b, i == 0 ? text_after(keys[0], 1) : keys[i]);
        switch (f->type) {
        case TRACE_INT: buffer_put_int(b, *(const int64_t *)at); break;
        case TRACE_BOOL:
            buffer_put_text(b, *(const bool *)at ? TEXT("true") : TEXT("false"));
            break;
        case TRACE_TEXT:
        case TRACE_WORD: json_quote_octets(b, *(const struct text *)at); break;
        case TRACE_TEXTS: put_texts(b, at); break;
        case TRACE_ROWS: put_rows(b, f, at); break;
        }
    }
}

static const struct text *row_keys(const struct trace_row_shape *shape)
{
#define R(row, row_fields)                                                                         \
    if (strcmp(shape->name, #row) == 0)                                                            \
        return row_keys_##row;
    TRACE_ROWS(R)
#undef R
    assert(0); /* not a shape of the table */
    return NULL;
}

/* Every struct trace_rows_X has the layout of the first one: a pointer and a count. */
static void put_rows(struct buffer *b, const struct trace_field *f, const char *rows)
{
    const char *items;
    uint32_t count;

    memcpy(&items, rows + offsetof(struct trace_rows_candidate, items), sizeof items);
    memcpy(&count, rows + offsetof(struct trace_rows_candidate, count), sizeof count);
    buffer_put_text(b, TEXT("["));
    for (uint32_t i = 0; i < count; i++) {
        buffer_put_text(b, i == 0 ? TEXT("{") : TEXT(",{"));
        put_fields(b, f->rows->fields, f->rows->field_count, row_keys(f->rows),
                   items + i * f->rows->size);
        buffer_put_text(b, TEXT("}"));
    }
    buffer_put_text(b, TEXT("]"));
}

static void put_named(struct buffer *b, struct text key, struct text value)
{
    if (value.size == 0)
        return;
    buffer_put_text(b, key);
    json_quote_octets(b, value);
}

void trace_json_put_record(struct buffer *b, const struct trace_record *r)
{
    const struct trace_kind_info *info = trace_kind_info(r->kind);
    const struct trace_where *where = &r->where;

    buffer_put_text(b, TEXT("{\"seq\":"));
    buffer_put_int(b, (int64_t)r->seq);
    buffer_put_text(b, TEXT(",\"t_ns\":"));
    buffer_put_int(b, r->time_ns);
    put_named(b, TEXT(",\"host\":"), where->host);
    buffer_put_text(b, kind_texts[r->kind].kind);
    if (where->side != TRACE_SIDE_NONE)
        buffer_put_text(b, where->side == TRACE_SIDE_CLIENT ? TEXT(",\"side\":\"client\"")
                                                            : TEXT(",\"side\":\"server\""));
    if (where->conn != 0) {
        buffer_put_text(b, TEXT(",\"conn\":"));
        buffer_put_int(b, where->conn);
    }
    put_named(b, TEXT(",\"mail\":"), where->mail);
    put_named(b, TEXT(",\"queue\":"), where->queue);
    if (where->cause != 0) {
        buffer_put_text(b, TEXT(",\"cause\":"));
        buffer_put_int(b, (int64_t)where->cause);
    }
    buffer_put_text(b, TEXT(",\"data\":{"));
    put_fields(b, info->fields, info->field_count, kind_texts[r->kind].keys, r->data);
    buffer_put_text(b, TEXT("}}"));
}

static void record(void *context, const struct trace_record *r)
{
    struct trace_json *w = context;

    holders_record(&w->holders, r);
    if ((w->kinds >> r->kind & 1) == 0)
        return;
    if (w->written > 0)
        buffer_put_text(&w->out, w->form == TRACE_JSON_FRAMED ? TEXT(",\n") : TEXT("\n"));
    size_t start = w->out.size;

    trace_json_put_record(&w->out, r);
    buffer_put_text(&w->out,
                    TEXT("\n")); /* for the hash; whether a comma goes before it is not yet known */
    w->digest.add(w->digest.context, text_after(buffer_text(&w->out), start));
    w->out.size--;
    w->written++;
    w->seq = r->seq;
    if (w->out.size >= FLUSH_AT)
        trace_json_flush(w);
}

/* ---- header and footer -------------------------------------------------------------------- */

static void put_header(struct buffer *b, enum trace_json_form form, const struct replay_header *h)
{
    bool first = true;

    buffer_put_text(b, TEXT("{\"smtplab_trace\":"));
    buffer_put_int(b, REPLAY_FORMAT);
    put_named(b, TEXT(",\"header\":{\"version\":"), h->version);
    put_named(b, TEXT(",\"seed\":"), h->seed);
    buffer_put_text(b, TEXT(",\"layers\":["));
    for (int layer = 0; layer < TRACE_LAYER_COUNT; layer++) {
        if ((h->layers >> layer & 1) == 0)
            continue;
        if (!first)
            buffer_put_text(b, TEXT(","));
        json_quote_octets(b, text_of(trace_layer_info((enum trace_layer)layer)->name));
        first = false;
    }
    buffer_put_text(b, TEXT("],\"scenario\":"));
    buffer_put_text(b, h->scenario);
    put_named(b, TEXT(",\"scenario_sha256\":"), h->scenario_sha256);
    if (h->changed.size > 0)
        put_named(b, TEXT(",\"changed\":"), h->changed);
    buffer_put_text(b, form == TRACE_JSON_FRAMED ? TEXT("},\"events\":[\n") : TEXT("}}\n"));
}

static void put_footer(struct buffer *b, const struct replay_footer *f)
{
    bool first = true;

    buffer_put_text(b, TEXT("\"footer\":{\"status\":"));
    json_quote_octets(b, text_of(replay_status_name(f->status)));
    buffer_put_text(b, TEXT(",\"end_ns\":"));
    buffer_put_int(b, f->end_ns);
    buffer_put_text(b, TEXT(",\"records\":"));
    buffer_put_int(b, (int64_t)f->records);
    buffer_put_text(b, TEXT(",\"written\":"));
    buffer_put_int(b, (int64_t)f->written);
    buffer_put_text(b, TEXT(",\"counts\":{"));
    for (int kind = 0; kind < TRACE_KIND_COUNT; kind++) {
        if (f->counts[kind] == 0)
            continue;
        if (!first)
            buffer_put_text(b, TEXT(","));
        json_quote_octets(b, text_of(trace_kind_info((enum trace_kind)kind)->name));
        buffer_put_text(b, TEXT(":"));
        buffer_put_int(b, (int64_t)f->counts[kind]);
        first = false;
    }
    buffer_put_text(b, TEXT("},\"custodies_open\":["));
    for (size_t i = 0; i < f->open_count; i++) {
        buffer_put_text(b, i == 0 ? TEXT("{\"custody\":") : TEXT(",{\"custody\":"));
        json_quote_octets(b, f->open[i].custody);
        buffer_put_text(b, TEXT(",\"host\":"));
        json_quote_octets(b, f->open[i].host);
        buffer_put_text(b, TEXT(",\"mail\":"));
        json_quote_octets(b, f->open[i].mail);
        buffer_put_text(b, TEXT(",\"recipient\":"));
        json_quote_octets(b, f->open[i].recipient);
        buffer_put_text(b, TEXT("}"));
    }
    buffer_put_text(b, TEXT("],\"events_sha256\":"));
    json_quote_octets(b, text_of(f->events_sha256));
    buffer_put_text(b, TEXT("}}\n"));
}

struct trace_json *trace_json_begin(struct memory *m, struct export_output output,
                                    enum trace_json_form form, const struct replay_header *header)
{
    struct trace_json *w = MEMORY_NEW(m, struct trace_json);

    assert(header->scenario.size > 0 && text_find(header->scenario, '\n') == header->scenario.size);
    w->memory = m;
    w->output = output;
    w->form = form;
    w->kinds = trace_layer_kinds(header->layers);
    w->digest = sha256_begin();
    holders_init(&w->holders, m);
    buffer_init(&w->out, m);
    buffer_reserve(&w->out, 2 * FLUSH_AT);
    put_header(&w->out, form, header);
    return w;
}

struct trace_sink trace_json_sink(struct trace_json *w)
{
    return (struct trace_sink){.kinds = w->kinds | HOLDERS_KINDS, .record = record, .context = w};
}

void trace_json_flush(struct trace_json *w)
{
    w->output.put(w->output.context, buffer_text(&w->out));
    buffer_clear(&w->out);
}

static void release(struct trace_json *w)
{
    trace_json_flush(w);
    holders_free(&w->holders);
    sha256_end(&w->digest);
    buffer_free(&w->out);
    memory_give(w->memory, w, sizeof *w);
}

/* Writes `footer` but for what only this writer knows, and releases everything. */
static void end(struct trace_json *w, struct replay_footer footer)
{
    footer.written = w->written;
    w->digest.finish(w->digest.context, footer.events_sha256);
    if (w->written > 0)
        buffer_put_text(&w->out, TEXT("\n"));
    buffer_put_text(&w->out, w->form == TRACE_JSON_FRAMED ? TEXT("],") : TEXT("{"));
    put_footer(&w->out, &footer);
    release(w);
}

void trace_json_end(struct trace_json *w, enum replay_status status, int64_t end_ns,
                    const uint64_t counts[TRACE_KIND_COUNT])
{
    struct memory *m = w->memory;
    struct replay_footer footer = {.status = status, .end_ns = end_ns};
    size_t open_size = w->holders.open * sizeof(struct replay_custody);
    struct replay_custody *open = memory_take(m, open_size);

    holders_list(&w->holders, open);
    footer.open = open;
    footer.open_count = w->holders.open;
    for (int kind = 0; kind < TRACE_KIND_COUNT; kind++) {
        footer.counts[kind] = counts[kind];
        footer.records += counts[kind];
    }
    end(w, footer);
    memory_give(m, open, open_size);
}

void trace_json_end_copy(struct trace_json *w, const struct replay_footer *footer)
{
    end(w, *footer);
}

void trace_json_end_cut(struct trace_json *w)
{
    if (w->written > 0)
        buffer_put_text(&w->out, TEXT("\n"));
    release(w);
}
