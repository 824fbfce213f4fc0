/*
 * An event line: the envelope key by key, then the struct of its kind by the table.
 */
#include "sim/replay/read_parts.h"

#include <assert.h>

/* Keys of an event's envelope, in their order. */
enum envelope {
    KEY_SEQ,
    KEY_TIME,
    KEY_HOST,
    KEY_KIND,
    KEY_SIDE,
    KEY_CONN,
    KEY_MAIL,
    KEY_QUEUE,
    KEY_CAUSE,
    KEY_DATA,
    KEY_COUNT
};

static const struct text envelope_keys[KEY_COUNT] = {
    TEXT_INIT("seq"),  TEXT_INIT("t_ns"), TEXT_INIT("host"),  TEXT_INIT("kind"),  TEXT_INIT("side"),
    TEXT_INIT("conn"), TEXT_INIT("mail"), TEXT_INIT("queue"), TEXT_INIT("cause"), TEXT_INIT("data"),
};

/* ---- data, by the table ------------------------------------------------------------------- */

static bool is_choice(const char *choices, struct text word)
{
    struct text left = text_of(choices);

    while (left.size > 0) {
        size_t end = text_find(left, '|');

        if (text_equal(text_from(left.at, end), word))
            return true;
        left = text_after(left, end + 1);
    }
    return false;
}

/* Item `index` of the list storage number `list`, growing it; `size` is that of one item. */
static void *list_item(struct replay_reader *r, size_t list, size_t index, size_t size)
{
    size_t needed = (index + 1) * size, had;

    assert(list < REPLAY_LISTS_MAX);
    had = r->lists[list].size;
    if (needed > had) {
        size_t more = had * 2 > needed ? had * 2 : needed + 7 * size;

        r->lists[list].items = memory_grow(r->memory, r->lists[list].items, had, more);
        r->lists[list].size = more;
    }
    return (char *)r->lists[list].items + index * size;
}

static bool read_texts(struct replay_reader *r, size_t list, struct trace_texts *texts)
{
    enum json_token token;
    uint32_t count = 0;

    if (!replay_token(r, JSON_ARRAY_BEGIN, "["))
        return false;
    while ((token = json_read(&r->json)) == JSON_STRING) {
        struct text *item = list_item(r, list, count++, sizeof *item);

        *item = text_from(r->texts.at + r->texts.size, r->json.string.size);
        buffer_put_text(&r->texts, r->json.string);
    }
    if (token != JSON_ARRAY_END)
        return replay_mistake(r, r->json.error != NULL ? r->json.error : "expected a string or ]");
    *texts = (struct trace_texts){r->lists[list].items, count};
    return true;
}

static bool read_rows(struct replay_reader *r, size_t list, const struct trace_field *f, char *at);

static bool read_field(struct replay_reader *r, const struct trace_field *f, size_t list, char *at)
{
    enum json_token token;

    switch (f->type) {
    case TRACE_INT: return replay_int(r, (int64_t *)(void *)at);
    case TRACE_BOOL:
        token = json_read(&r->json);
        *(bool *)at = token == JSON_TRUE;
        return token == JSON_TRUE || token == JSON_FALSE ||
               replay_mistake(r, "expected true or false");
    case TRACE_TEXT: return replay_text(r, (struct text *)(void *)at);
    case TRACE_WORD:
        return replay_text(r, (struct text *)(void *)at) &&
               (is_choice(f->choices, *(struct text *)(void *)at) ||
                replay_mistake_about(r, "expected one of", text_of(f->choices)));
    case TRACE_TEXTS: return read_texts(r, list, (struct trace_texts *)(void *)at);
    case TRACE_ROWS: return read_rows(r, list, f, at);
    }
    return false;
}

/* The object behind a key: `fields` in their order, nothing else. */
static bool read_fields(struct replay_reader *r, const struct trace_field *fields, size_t count,
                        char *data)
{
    size_t list = 0;

    for (size_t i = 0; i < count; i++) {
        if (!replay_key(r, text_of(fields[i].name)) ||
            !read_field(r, &fields[i], list, data + fields[i].offset))
            return false;
        list += fields[i].type == TRACE_TEXTS || fields[i].type == TRACE_ROWS;
    }
    return replay_token(r, JSON_OBJECT_END, "}");
}

/* Every struct trace_rows_X has the layout of the first one: a pointer and a count.  Rows hold no
 * lists themselves. */
static bool read_rows(struct replay_reader *r, size_t list, const struct trace_field *f, char *at)
{
    const struct trace_row_shape *shape = f->rows;
    enum json_token token;
    uint32_t count = 0;

    if (!replay_token(r, JSON_ARRAY_BEGIN, "["))
        return false;
    while ((token = json_read(&r->json)) == JSON_OBJECT_BEGIN)
        if (!read_fields(r, shape->fields, shape->field_count,
                         list_item(r, list, count++, shape->size)))
            return false;
    if (token != JSON_ARRAY_END)
        return replay_mistake(r, r->json.error != NULL ? r->json.error : "expected { or ]");
    const void *items = r->lists[list].items;

    memcpy(at + offsetof(struct trace_rows_candidate, items), &items, sizeof items);
    memcpy(at + offsetof(struct trace_rows_candidate, count), &count, sizeof count);
    return true;
}

/* ---- an event ----------------------------------------------------------------------------- */

static bool read_side(struct replay_reader *r, enum trace_side *side)
{
    if (!replay_token(r, JSON_STRING, "a string"))
        return false;
    if (text_equal(r->json.string, TEXT("client")))
        *side = TRACE_SIDE_CLIENT;
    else if (text_equal(r->json.string, TEXT("server")))
        *side = TRACE_SIDE_SERVER;
    else
        return replay_mistake_about(r, "expected client or server, not", r->json.string);
    return true;
}

static bool read_kind(struct replay_reader *r, enum trace_kind *kind)
{
    if (!replay_token(r, JSON_STRING, "a string"))
        return false;
    *kind = trace_kind_find(r->json.string);
    if (*kind == TRACE_KIND_COUNT)
        return replay_mistake_about(r, "unknown kind", r->json.string);
    return (trace_layer_kinds(r->header.layers) >> *kind & 1) != 0 ||
           replay_mistake_about(r, "of a layer that the header does not name:", r->json.string);
}

static bool read_seq(struct replay_reader *r, uint64_t *seq)
{
    return replay_count(r, seq) && (*seq > r->seq || replay_mistake(r, "seq does not grow"));
}

static bool read_time(struct replay_reader *r, int64_t *time_ns)
{
    return replay_int(r, time_ns) &&
           (*time_ns >= r->time_ns || replay_mistake(r, "time runs back"));
}

static bool read_conn(struct replay_reader *r, uint32_t *conn)
{
    uint64_t number;

    if (!replay_count(r, &number))
        return false;
    *conn = (uint32_t)number;
    return (number > 0 && number <= UINT32_MAX) || replay_mistake(r, "not a connection's number");
}

static bool read_cause(struct replay_reader *r, uint64_t seq, uint64_t *cause)
{
    return replay_count(r, cause) &&
           ((*cause > 0 && *cause < seq) || replay_mistake(r, "a cause comes earlier"));
}

static bool read_data(struct replay_reader *r, struct trace_record *record)
{
    const struct trace_kind_info *info = trace_kind_info(record->kind);

    record->data = r->data;
    return replay_token(r, JSON_OBJECT_BEGIN, "{") &&
           read_fields(r, info->fields, info->field_count, r->data);
}

static bool read_value(struct replay_reader *r, enum envelope key, struct trace_record *record)
{
    struct trace_where *where = &record->where;

    switch (key) {
    case KEY_SEQ: return read_seq(r, &record->seq);
    case KEY_TIME: return read_time(r, &record->time_ns);
    case KEY_HOST: return replay_text(r, &where->host);
    case KEY_KIND: return read_kind(r, &record->kind);
    case KEY_SIDE: return read_side(r, &where->side);
    case KEY_CONN: return read_conn(r, &where->conn);
    case KEY_MAIL: return replay_text(r, &where->mail);
    case KEY_QUEUE: return replay_text(r, &where->queue);
    case KEY_CAUSE: return read_cause(r, record->seq, &where->cause);
    case KEY_DATA: return read_data(r, record);
    case KEY_COUNT: break;
    }
    return false;
}

static bool is_required(enum envelope key)
{
    return key == KEY_SEQ || key == KEY_TIME || key == KEY_KIND || key == KEY_DATA;
}

/* `line` holds one JSON object, an event. */
bool replay_read_event(struct replay_reader *r, struct text line, struct trace_record *record)
{
    int next = KEY_SEQ;

    json_reader_open(&r->json, line);
    buffer_clear(&r->texts);
    buffer_reserve(&r->texts, line.size);
    *record = (struct trace_record){0};
    if (!replay_token(r, JSON_OBJECT_BEGIN, "{"))
        return false;
    while (next < KEY_COUNT) {
        if (!replay_token(r, JSON_KEY, envelope_keys[next].at))
            return false;
        while (next < KEY_COUNT && !text_equal(r->json.string, envelope_keys[next])) {
            if (is_required((enum envelope)next))
                return replay_mistake_about(r, "expected", envelope_keys[next]);
            next++;
        }
        if (next == KEY_COUNT)
            return replay_mistake_about(r, "unknown key, or out of its order:", r->json.string);
        if (!read_value(r, (enum envelope)next, record))
            return false;
        next++;
    }
    if (!replay_token(r, JSON_OBJECT_END, "}") || !replay_token(r, JSON_END, "the end of the line"))
        return false;
    r->seq = record->seq;
    r->time_ns = record->time_ns;
    r->counts[record->kind]++;
    r->written++;
    holders_record(&r->holders, record);
    return true;
}
