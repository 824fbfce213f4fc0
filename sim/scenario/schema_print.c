/*
 * schema_print.c - scenarios/smtplab.schema.json, made from the table of keys.
 *
 * Only what draft-07 and 2020-12 have in common and mean alike, so editors that know one of the two
 * complete it, and every key shows its description, default and an example where it is.  The one
 * $ref goes to the matcher, which is long and stands in four places.
 */
#include <cjson/cJSON.h>

#include "sim/json/write.h"
#include "sim/scenario/check.h"
#include "sim/trace/trace.h"

static void print_type(struct json_writer *w, const struct schema_type *type);

static void put_type(struct json_writer *w, const char *type)
{
    json_put_text(w, TEXT("type"), text_of(type));
}

static void print_word(void *context, struct text word)
{
    json_write_text(context, word);
}

static void put_pattern(struct json_writer *w, const char *pattern)
{
    struct buffer whole;

    if (!pattern)
        return;
    buffer_init(&whole, w->out->memory);
    buffer_put_string(&whole, "^(");
    buffer_put_string(&whole, pattern);
    buffer_put_string(&whole, ")$");
    json_put_text(w, TEXT("pattern"), buffer_text(&whole));
    buffer_free(&whole);
}

static const char *pattern_of(enum schema_form_id form)
{
    if (form >= FORM_DURATION && form <= FORM_SHARE)
        return unit_pattern((enum unit_kind)(form - FORM_DURATION + UNIT_DURATION));
    return schema_form(form)->pattern;
}

/* A value of our own table, parsed so that it is written in our own way. */
static void put_json(struct json_writer *w, const cJSON *item)
{
    if (cJSON_IsString(item))
        json_write_text(w, text_of(item->valuestring));
    else if (cJSON_IsNumber(item))
        json_write_int(w, (int64_t)item->valuedouble);
    else if (cJSON_IsBool(item))
        json_write_bool(w, cJSON_IsTrue(item));
    else if (cJSON_IsObject(item))
        json_write_flat_object(w);
    else
        json_write_flat_array(w);
    if (!cJSON_IsObject(item) && !cJSON_IsArray(item))
        return;
    for (const cJSON *child = item->child; child; child = child->next) {
        if (cJSON_IsObject(item))
            json_write_key(w, text_of(child->string));
        put_json(w, child);
    }
    json_write_end(w);
}

static void put_parsed(struct json_writer *w, const char *json)
{
    cJSON *item = cJSON_Parse(json);

    put_json(w, item);
    cJSON_Delete(item);
}

/* `built`: NULL for everything, "" for nothing yet, else the words that are. */
static void put_notes(struct json_writer *w, const char *doc, const char *implied,
                      const char *example, const char *built)
{
    struct buffer text;

    buffer_init(&text, w->out->memory);
    buffer_put_string(&text, doc);
    if (built && !built[0])
        buffer_put_string(&text, " (Not built yet: `check` knows it, `run` does not.)");
    else if (built) {
        buffer_put_string(&text, " (Built so far: ");
        buffer_put_string(&text, built);
        buffer_put_string(&text, ".)");
    }
    json_put_text(w, TEXT("description"), buffer_text(&text));
    buffer_free(&text);
    if (implied) {
        json_write_key(w, TEXT("default"));
        put_parsed(w, implied);
    }
    json_write_key(w, TEXT("examples"));
    json_write_flat_array(w);
    put_parsed(w, example);
    json_write_end(w);
}

static void print_key(struct json_writer *w, const struct schema_key *key)
{
    json_write_key(w, text_of(key->name));
    json_write_object(w);
    put_notes(w, key->doc, key->implied, key->example,
              key->flags & SCHEMA_UNBUILT ? "" : key->built);
    print_type(w, key->type);
    json_write_end(w);
}

static void print_object(struct json_writer *w, const struct schema_type *type)
{
    bool any = false;

    put_type(w, "object");
    json_write_key(w, TEXT("properties"));
    json_write_object(w);
    for (const struct schema_key *k = type->keys; k->name; k++)
        print_key(w, k);
    for (const struct schema_key *k = type->one_of; k && k->name; k++)
        print_key(w, k);
    json_write_end(w);
    for (const struct schema_key *k = type->keys; k->name; k++) {
        if (!(k->flags & SCHEMA_REQUIRED))
            continue;
        if (!any) {
            json_write_key(w, TEXT("required"));
            json_write_flat_array(w);
        }
        any = true;
        json_write_text(w, text_of(k->name));
    }
    if (any)
        json_write_end(w);
    json_put_bool(w, TEXT("additionalProperties"), false);
    if (!type->one_of)
        return;
    json_write_key(w, TEXT("oneOf"));
    json_write_array(w);
    for (const struct schema_key *k = type->one_of; k->name; k++) {
        json_write_flat_object(w);
        json_write_key(w, TEXT("required"));
        json_write_array(w);
        json_write_text(w, text_of(k->name));
        json_write_end(w);
        json_write_end(w);
    }
    json_write_end(w);
}

static void put_range(struct json_writer *w, const char *least, const char *most,
                      const struct schema_type *type, int64_t extra)
{
    if (type->least > 0 || type->kind == SCHEMA_INT)
        json_put_int(w, text_of(least), type->least);
    if (type->most > 0)
        json_put_int(w, text_of(most), type->most + extra);
}

static void print_map(struct json_writer *w, const struct schema_type *type)
{
    bool note = type->item->kind == SCHEMA_OBJECT; /* any object may carry a note */

    put_type(w, "object");
    json_write_key(w, TEXT("propertyNames"));
    json_write_flat_object(w);
    put_pattern(w, pattern_of(type->form));
    json_write_end(w);
    if (note) {
        json_write_key(w, TEXT("properties"));
        json_write_object(w);
        json_write_key(w, TEXT("note"));
        json_write_object(w);
        json_put_text(w, TEXT("description"),
                      TEXT("A remark for whoever reads the file; it changes nothing."));
        json_write_key(w, TEXT("anyOf"));
        json_write_array(w);
        json_write_flat_object(w);
        put_type(w, "string");
        json_write_end(w);
        json_write_object(w);
        print_type(w, type->item);
        json_write_end(w);
        json_write_end(w);
        json_write_end(w);
        json_write_end(w);
    }
    json_write_key(w, TEXT("additionalProperties"));
    json_write_object(w);
    print_type(w, type->item);
    json_write_end(w);
    put_range(w, "minProperties", "maxProperties", type, note);
}

/* ---- matchers: their own keys, then every field of every kind, once ------------------------- */

static const struct {
    const char *name, *type, *doc, *example;
} own_keys[] = {
    {"on", "string", "The host where it was observed.", "\"smtp.uni.example\""},
    {"client", "string", "The host, or its address, at the other end.", "\"bulk.test\""},
    {"reply_to", "string", "A reply to this command.", "\"RCPT\""},
    {"mail", "string", "The mail that it belongs to.", "\"alice-pc.1\""},
    {"queue", "string", "Its name in the queue.", "\"4C7A\""},
    {"note", "string", "A remark for whoever reads the file; it changes nothing.", "\"why\""},
};

static void print_own_keys(struct json_writer *w)
{
    static const struct schema_type side = {.kind = SCHEMA_WORD, .words = "client|server"};
    static const struct schema_type code = {.kind = SCHEMA_INT, .least = 200, .most = 599};

    for (size_t i = 0; i < sizeof own_keys / sizeof *own_keys; i++) {
        json_write_key(w, text_of(own_keys[i].name));
        json_write_object(w);
        put_notes(w, own_keys[i].doc, NULL, own_keys[i].example, NULL);
        if (strcmp(own_keys[i].name, "on") == 0)
            print_type(w, &schema_host_name);
        else
            put_type(w, own_keys[i].type);
        json_write_end(w);
    }
    json_write_key(w, TEXT("side"));
    json_write_object(w);
    put_notes(w, "Which end of the connection saw it; the server if not written.", NULL,
              "\"client\"", NULL);
    print_type(w, &side);
    json_write_end(w);
    json_write_key(w, TEXT("code"));
    json_write_object(w);
    put_notes(w, "The code of the reply.", NULL, "550", NULL);
    print_type(w, &code);
    json_write_end(w);
}

static bool is_own_key(const char *name)
{
    for (size_t i = 0; i < sizeof own_keys / sizeof *own_keys; i++)
        if (strcmp(own_keys[i].name, name) == 0)
            return true;
    return strcmp(name, "side") == 0 || strcmp(name, "code") == 0 || strcmp(name, "kind") == 0;
}

static bool came_before(const char *name, int kind, size_t field)
{
    for (int k = 0; k <= kind; k++) {
        const struct trace_kind_info *info = trace_kind_info((enum trace_kind)k);
        size_t count = k == kind ? field : info->field_count;

        for (size_t f = 0; f < count; f++)
            if (info->fields[f].type != TRACE_ROWS && strcmp(info->fields[f].name, name) == 0)
                return true;
    }
    return false;
}

static const char *json_type(enum trace_type type)
{
    return type == TRACE_INT ? "integer" : type == TRACE_BOOL ? "boolean" : "string";
}

static bool has_type(const char *name, const char *type)
{
    for (int k = 0; k < TRACE_KIND_COUNT; k++) {
        const struct trace_kind_info *info = trace_kind_info((enum trace_kind)k);

        for (size_t f = 0; f < info->field_count; f++)
            if (info->fields[f].type != TRACE_ROWS && strcmp(info->fields[f].name, name) == 0 &&
                strcmp(json_type(info->fields[f].type), type) == 0)
                return true;
    }
    return false;
}

/* A field may be a number in one kind and a text in another. */
static void print_field(struct json_writer *w, const struct trace_kind_info *kind,
                        const struct trace_field *field)
{
    static const char *const types[] = {"integer", "boolean", "string"};
    struct buffer doc;

    buffer_init(&doc, w->out->memory);
    buffer_put_string(&doc, "A field of ");
    buffer_put_string(&doc, kind->name);
    buffer_put_string(&doc, field->doc[0] ? ": " : ".");
    buffer_put_string(&doc, field->doc);
    json_write_key(w, text_of(field->name));
    json_write_object(w);
    put_notes(w, text_copy(doc.memory, buffer_text(&doc)).at, NULL,
              field->type == TRACE_INT    ? "1"
              : field->type == TRACE_BOOL ? "true"
                                          : "\"...\"",
              NULL);
    json_write_key(w, TEXT("type"));
    json_write_flat_array(w);
    for (int i = 0; i < 3; i++)
        if (has_type(field->name, types[i]))
            json_write_text(w, text_of(types[i]));
    json_write_end(w);
    json_write_end(w);
    buffer_free(&doc);
}

static void print_matcher(struct json_writer *w)
{
    put_type(w, "object");
    json_write_key(w, TEXT("properties"));
    json_write_object(w);
    json_write_key(w, TEXT("kind"));
    json_write_object(w);
    put_notes(w, "The kind of record.", NULL, "\"policy.relay\"", NULL);
    put_type(w, "string");
    json_write_key(w, TEXT("enum"));
    json_write_array(w);
    for (int k = 0; k < TRACE_KIND_COUNT; k++)
        json_write_text(w, text_of(trace_kind_info((enum trace_kind)k)->name));
    json_write_end(w);
    json_write_end(w);
    print_own_keys(w);
    for (int k = 0; k < TRACE_KIND_COUNT; k++) {
        const struct trace_kind_info *info = trace_kind_info((enum trace_kind)k);

        for (size_t f = 0; f < info->field_count; f++)
            if (info->fields[f].type != TRACE_ROWS && !is_own_key(info->fields[f].name) &&
                !came_before(info->fields[f].name, k, f))
                print_field(w, info, &info->fields[f]);
    }
    json_write_end(w);
    json_put_bool(w, TEXT("additionalProperties"), false);
    json_put_int(w, TEXT("minProperties"), 1);
}

/* ---- any type ------------------------------------------------------------------------------ */

static void print_type(struct json_writer *w, const struct schema_type *type)
{
    switch (type->kind) {
    case SCHEMA_TEXT:
        put_type(w, "string");
        put_pattern(w, pattern_of(type->form));
        break;
    case SCHEMA_WORD:
        put_type(w, "string");
        json_write_key(w, TEXT("enum"));
        json_write_flat_array(w);
        schema_each_word(type->words, print_word, w);
        json_write_end(w);
        break;
    case SCHEMA_INT:
        put_type(w, "integer");
        put_range(w, "minimum", "maximum", type, 0);
        break;
    case SCHEMA_BOOL: put_type(w, "boolean"); break;
    case SCHEMA_TRUE:
        json_write_key(w, TEXT("const"));
        json_write_bool(w, true);
        break;
    case SCHEMA_OBJECT: print_object(w, type); break;
    case SCHEMA_MAP: print_map(w, type); break;
    case SCHEMA_LIST:
        put_type(w, "array");
        json_write_key(w, TEXT("items"));
        json_write_object(w);
        print_type(w, type->item);
        json_write_end(w);
        put_range(w, "minItems", "maxItems", type, 0);
        break;
    case SCHEMA_EITHER:
        json_write_key(w, TEXT("anyOf"));
        json_write_array(w);
        for (size_t i = 0; type->types[i]; i++) {
            json_write_object(w);
            print_type(w, type->types[i]);
            json_write_end(w);
        }
        json_write_end(w);
        break;
    case SCHEMA_MATCHER:
        json_write_key(w, TEXT("allOf"));
        json_write_flat_array(w);
        json_write_object(w);
        json_put_text(w, TEXT("$ref"), TEXT("#/definitions/matcher"));
        json_write_end(w);
        json_write_end(w);
        break;
    case SCHEMA_ANY: break;
    }
}

void scenario_print_schema(struct buffer *out)
{
    struct json_writer w;

    json_writer_init(&w, out, true);
    json_write_object(&w);
    json_put_text(&w, TEXT("$schema"), TEXT("http://json-schema.org/draft-07/schema#"));
    json_put_text(&w, TEXT("$id"), TEXT("https://smtplab.example/smtplab.schema.json"));
    json_put_text(&w, TEXT("title"), TEXT("smtplab scenario"));
    json_put_text(
        &w, TEXT("description"),
        TEXT("Hosts, what lies between them, what happens when, and what is expected. What is "
             "not written is implied: `smtplab check --show-defaults` prints it."));
    print_type(&w, &schema_scenario);
    json_write_key(&w, TEXT("definitions"));
    json_write_object(&w);
    json_write_key(&w, TEXT("matcher"));
    json_write_object(&w);
    print_matcher(&w);
    json_write_end(&w);
    json_write_end(&w);
    json_write_end(&w);
    buffer_put_char(out, '\n');
}
