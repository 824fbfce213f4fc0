/*
 * $defs are flat ("data_smtp.reply", not "data/smtp.reply"): some validators refuse others.  An event
 * is one of its kinds: the kind is a constant that decides the shape of the data.
 */
#include "sim/export/trace_schema.h"

#include "sim/json/write.h"
#include "sim/replay/frame.h"
#include "sim/trace/trace.h"

static void put_string(struct json_writer *w, struct text key, const char *value)
{
    json_put_text(w, key, text_of(value));
}

/* {"$ref":"#/$defs/PREFIX NAME"} */
static void put_reference(struct json_writer *w, const char *prefix, const char *name)
{
    struct buffer reference;

    buffer_init(&reference, w->out->memory);
    buffer_put_string(&reference, "#/$defs/");
    buffer_put_string(&reference, prefix);
    buffer_put_string(&reference, name);
    json_write_flat_object(w);
    json_put_text(w, TEXT("$ref"), buffer_text(&reference));
    json_write_end(w);
    buffer_free(&reference);
}

static void begin_definition(struct json_writer *w, const char *prefix, const char *name)
{
    struct buffer key;

    buffer_init(&key, w->out->memory);
    buffer_put_string(&key, prefix);
    buffer_put_string(&key, name);
    json_write_key(w, buffer_text(&key));
    json_write_object(w);
    buffer_free(&key);
}

/* ---- fields ------------------------------------------------------------------------------- */

static void put_choices(struct json_writer *w, const char *choices)
{
    struct text left = text_of(choices);

    json_write_key(w, TEXT("enum"));
    json_write_flat_array(w);
    while (left.size > 0) {
        size_t end = text_find(left, '|');

        json_write_text(w, text_from(left.at, end));
        left = text_after(left, end + 1);
    }
    json_write_end(w);
}

static void put_field(struct json_writer *w, const struct trace_field *f)
{
    json_write_key(w, text_of(f->name));
    json_write_object(w);
    if (f->doc[0] != '\0')
        put_string(w, TEXT("description"), f->doc);
    switch (f->type) {
    case TRACE_INT: put_string(w, TEXT("type"), "integer"); break;
    case TRACE_BOOL: put_string(w, TEXT("type"), "boolean"); break;
    case TRACE_TEXT: put_string(w, TEXT("$ref"), "#/$defs/octets"); break;
    case TRACE_WORD: put_choices(w, f->choices); break;
    case TRACE_TEXTS:
        put_string(w, TEXT("type"), "array");
        json_write_key(w, TEXT("items"));
        put_reference(w, "", "octets");
        break;
    case TRACE_ROWS:
        put_string(w, TEXT("type"), "array");
        json_write_key(w, TEXT("items"));
        put_reference(w, "row_", f->rows->name);
        break;
    }
    json_write_end(w);
}

/* An object with exactly these fields. */
static void put_fields(struct json_writer *w, const struct trace_field *fields, size_t count)
{
    put_string(w, TEXT("type"), "object");
    json_write_key(w, TEXT("properties"));
    json_write_object(w);
    for (size_t i = 0; i < count; i++)
        put_field(w, &fields[i]);
    json_write_end(w);
    json_write_key(w, TEXT("required"));
    json_write_flat_array(w);
    for (size_t i = 0; i < count; i++)
        json_write_text(w, text_of(fields[i].name));
    json_write_end(w);
    json_put_bool(w, TEXT("additionalProperties"), false);
}

/* ---- definitions -------------------------------------------------------------------------- */

static void put_octets(struct json_writer *w)
{
    begin_definition(w, "", "octets");
    put_string(w, TEXT("description"), "Octets as the code points U+0000 to U+00FF.");
    put_string(w, TEXT("type"), "string");
    put_string(w, TEXT("pattern"), "^[\\u0000-\\u00ff]*$");
    json_write_end(w);
}

/* A shape as JSON, for what does not come from the table. */
static void put_raw(struct json_writer *w, const char *key, const char *json)
{
    json_write_key(w, text_of(key));
    json_write_raw(w, text_of(json));
}

static void put_layers(struct json_writer *w)
{
    json_write_key(w, TEXT("layers"));
    json_write_object(w);
    put_string(w, TEXT("description"), "the layers of records that are written");
    put_string(w, TEXT("type"), "array");
    json_write_key(w, TEXT("items"));
    json_write_flat_object(w);
    json_write_key(w, TEXT("enum"));
    json_write_flat_array(w);
    for (int layer = 0; layer < TRACE_LAYER_COUNT; layer++)
        json_write_text(w, text_of(trace_layer_info((enum trace_layer)layer)->name));
    json_write_end(w);
    json_write_end(w);
    json_put_bool(w, TEXT("uniqueItems"), true);
    json_write_end(w);
}

static void put_header(struct json_writer *w)
{
    begin_definition(w, "", "header");
    put_string(w, TEXT("type"), "object");
    json_write_key(w, TEXT("properties"));
    json_write_object(w);
    put_raw(w, "version", "{\"description\":\"of smtplab\",\"type\":\"string\"}");
    put_raw(
        w, "seed",
        "{\"description\":\"64 bits, in decimal\",\"type\":\"string\",\"pattern\":\"^[0-9]+$\"}");
    put_layers(w);
    put_raw(w, "scenario", "{\"description\":\"normalised, whole\",\"type\":\"object\"}");
    put_raw(w, "scenario_sha256", "{\"$ref\":\"#/$defs/sha256\"}");
    put_raw(
        w, "changed",
        "{\"description\":\"--seed and --set as typed, which made the scenario another than the "
        "one that was written\",\"type\":\"string\",\"minLength\":1}");
    json_write_end(w);
    put_raw(w, "required", "[\"version\",\"seed\",\"layers\",\"scenario\",\"scenario_sha256\"]");
    json_put_bool(w, TEXT("additionalProperties"), false);
    json_write_end(w);
}

static void put_footer(struct json_writer *w)
{
    begin_definition(w, "", "footer");
    put_string(w, TEXT("type"), "object");
    json_write_key(w, TEXT("properties"));
    json_write_object(w);
    put_raw(w, "status",
            "{\"description\":\"complete; stopped at a limit; ended by an error\","
            "\"enum\":[\"complete\",\"limit\",\"error\"]}");
    put_raw(w, "end_ns",
            "{\"description\":\"simulated time at the end\",\"type\":\"integer\",\"minimum\":0}");
    put_raw(w, "records",
            "{\"description\":\"all that happened, written or not: seq of the last one\","
            "\"type\":\"integer\",\"minimum\":0}");
    put_raw(w, "written",
            "{\"description\":\"number of events\",\"type\":\"integer\",\"minimum\":0}");
    json_write_key(w, TEXT("counts"));
    json_write_object(w);
    put_string(w, TEXT("description"), "of every kind that happened, written or not");
    put_string(w, TEXT("type"), "object");
    json_write_key(w, TEXT("propertyNames"));
    json_write_flat_object(w);
    json_write_key(w, TEXT("enum"));
    json_write_flat_array(w);
    for (int kind = 0; kind < TRACE_KIND_COUNT; kind++)
        json_write_text(w, text_of(trace_kind_info((enum trace_kind)kind)->name));
    json_write_end(w);
    json_write_end(w);
    put_raw(w, "additionalProperties", "{\"type\":\"integer\",\"minimum\":1}");
    json_write_end(w);
    put_raw(w, "custodies_open",
            "{\"description\":\"who is still responsible\",\"type\":\"array\",\"items\":"
            "{\"$ref\":\"#/$defs/custody\"}}");
    put_raw(w, "events_sha256", "{\"$ref\":\"#/$defs/sha256\"}");
    json_write_end(w);
    put_raw(w, "required",
            "[\"status\",\"end_ns\",\"records\",\"written\",\"counts\",\"custodies_open\","
            "\"events_sha256\"]");
    json_put_bool(w, TEXT("additionalProperties"), false);
    json_write_end(w);
}

static void put_small(struct json_writer *w)
{
    put_raw(w, "sha256", "{\"type\":\"string\",\"pattern\":\"^[0-9a-f]{64}$\"}");
    put_raw(w, "custody",
            "{\"type\":\"object\",\"properties\":{\"custody\":{\"$ref\":\"#/$defs/octets\"},"
            "\"host\":{\"$ref\":\"#/$defs/octets\"},\"mail\":{\"$ref\":\"#/$defs/octets\"},"
            "\"recipient\":{\"$ref\":\"#/$defs/octets\"}},\"required\":[\"custody\",\"host\","
            "\"mail\",\"recipient\"],\"additionalProperties\":false}");
}

/* ---- events ------------------------------------------------------------------------------- */

static void put_kind(struct json_writer *w, const struct trace_kind_info *info)
{
    begin_definition(w, "data_", info->name);
    put_string(w, TEXT("description"), info->doc);
    put_fields(w, info->fields, info->field_count);
    json_write_end(w);
}

static void put_rule(struct json_writer *w, const struct trace_kind_info *info)
{
    json_write_object(w);
    json_write_key(w, TEXT("if"));
    json_write_flat_object(w);
    json_write_key(w, TEXT("properties"));
    json_write_flat_object(w);
    json_write_key(w, TEXT("kind"));
    json_write_flat_object(w);
    put_string(w, TEXT("const"), info->name);
    json_write_end(w);
    json_write_end(w);
    json_write_end(w);
    json_write_key(w, TEXT("then"));
    json_write_flat_object(w);
    json_write_key(w, TEXT("properties"));
    json_write_flat_object(w);
    json_write_key(w, TEXT("data"));
    put_reference(w, "data_", info->name);
    json_write_end(w);
    json_write_end(w);
    json_write_end(w);
}

static void put_envelope(struct json_writer *w)
{
    json_write_key(w, TEXT("properties"));
    json_write_object(w);
    put_raw(w, "seq",
            "{\"description\":\"1, 2, 3, ...: every record, written or not\",\"type\":\"integer\","
            "\"minimum\":1}");
    put_raw(w, "t_ns",
            "{\"description\":\"simulated nanoseconds since the start\",\"type\":\"integer\","
            "\"minimum\":0}");
    put_raw(w, "host", "{\"description\":\"where it was observed\",\"type\":\"string\"}");
    json_write_key(w, TEXT("kind"));
    json_write_flat_object(w);
    json_write_key(w, TEXT("enum"));
    json_write_flat_array(w);
    for (int kind = 0; kind < TRACE_KIND_COUNT; kind++)
        json_write_text(w, text_of(trace_kind_info((enum trace_kind)kind)->name));
    json_write_end(w);
    json_write_end(w);
    put_raw(w, "side",
            "{\"description\":\"which end of the connection\",\"enum\":[\"client\",\"server\"]}");
    put_raw(w, "conn", "{\"description\":\"connection\",\"type\":\"integer\",\"minimum\":1}");
    put_raw(w, "mail",
            "{\"description\":\"host where it was written, and that host's counter; known to the "
            "observer only\",\"type\":\"string\"}");
    put_raw(w, "queue", "{\"description\":\"queue id at this host\",\"type\":\"string\"}");
    put_raw(w, "cause",
            "{\"description\":\"seq of the nearest written record that led here\","
            "\"type\":\"integer\",\"minimum\":1}");
    put_raw(w, "data", "{\"type\":\"object\"}");
    json_write_end(w);
    put_raw(w, "required", "[\"seq\",\"t_ns\",\"kind\",\"data\"]");
    json_put_bool(w, TEXT("additionalProperties"), false);
}

static void put_event(struct json_writer *w)
{
    begin_definition(w, "", "event");
    put_string(w, TEXT("type"), "object");
    put_envelope(w);
    json_write_key(w, TEXT("allOf"));
    json_write_array(w);
    for (int kind = 0; kind < TRACE_KIND_COUNT; kind++)
        put_rule(w, trace_kind_info((enum trace_kind)kind));
    json_write_end(w);
    json_write_end(w);
}

static void put_rows(struct json_writer *w)
{
    const struct trace_field *fields;

#define R(row, row_fields)                                                                         \
    fields = NULL;                                                                                 \
    for (int kind = 0; kind < TRACE_KIND_COUNT; kind++) {                                          \
        const struct trace_kind_info *info = trace_kind_info((enum trace_kind)kind);               \
        for (size_t i = 0; i < info->field_count; i++)                                             \
            if (info->fields[i].rows != NULL && strcmp(info->fields[i].rows->name, #row) == 0)     \
                fields = &info->fields[i];                                                         \
    }                                                                                              \
    if (fields != NULL) {                                                                          \
        begin_definition(w, "row_", #row);                                                         \
        put_fields(w, fields->rows->fields, fields->rows->field_count);                            \
        json_write_end(w);                                                                         \
    }
    TRACE_ROWS(R)
#undef R
}

void trace_schema_put(struct buffer *b)
{
    struct json_writer w;

    json_writer_init(&w, b, true);
    json_write_object(&w);
    put_string(&w, TEXT("$schema"), "https://json-schema.org/draft/2020-12/schema");
    put_string(&w, TEXT("title"), "A trace of smtplab (framed JSON)");
    put_string(
        &w, TEXT("description"),
        "What happened in a run, in order.  JSON lines hold the same: the header, each event, "
        "the footer.  Made from the table of kinds; do not edit.");
    put_string(&w, TEXT("type"), "object");
    json_write_key(&w, TEXT("properties"));
    json_write_object(&w);
    put_raw(&w, "smtplab_trace", "{\"description\":\"version of the format\",\"const\":1}");
    put_raw(&w, "header", "{\"$ref\":\"#/$defs/header\"}");
    put_raw(&w, "events", "{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/event\"}}");
    put_raw(&w, "footer", "{\"$ref\":\"#/$defs/footer\"}");
    json_write_end(&w);
    put_raw(&w, "required", "[\"smtplab_trace\",\"header\",\"events\",\"footer\"]");
    json_put_bool(&w, TEXT("additionalProperties"), false);
    json_write_key(&w, TEXT("$defs"));
    json_write_object(&w);
    put_header(&w);
    put_footer(&w);
    put_event(&w);
    for (int kind = 0; kind < TRACE_KIND_COUNT; kind++)
        put_kind(&w, trace_kind_info((enum trace_kind)kind));
    put_rows(&w);
    put_octets(&w);
    put_small(&w);
    json_write_end(&w);
    json_write_end(&w);
    buffer_put_char(b, '\n');
}
