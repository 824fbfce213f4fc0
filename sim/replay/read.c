/*
 * One line at a time: cut it off, scan it with sim/json's reader, fill the struct of its kind by the
 * table.  A line without LF at the end of the file is not read at all.
 */
#include "sim/replay/read.h"

#include <assert.h>
#include <stdio.h>

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

/* ---- errors ------------------------------------------------------------------------------- */

/* Remembers the first mistake, at the last token; always false. */
static bool fail(struct replay_reader *r, const char *what, struct text about)
{
    enum { SHOWN = 60 };
    int shown = about.size > SHOWN ? SHOWN : (int)about.size;

    if (r->error.line != 0)
        return false;
    r->error.line = r->line;
    r->error.column = r->json.token_at + 1;
    if (shown > 0)
        snprintf(r->error.what, sizeof r->error.what, "%s \"%.*s\"", what, shown, about.at);
    else
        snprintf(r->error.what, sizeof r->error.what, "%s", what);
    return false;
}

static bool fail_plain(struct replay_reader *r, const char *what)
{
    return fail(r, what, (struct text){NULL, 0});
}

/* ---- tokens ------------------------------------------------------------------------------- */

static bool read_token(struct replay_reader *r, enum json_token want, const char *wanted)
{
    enum json_token got = json_read(&r->json);

    if (got == want)
        return true;
    if (got == JSON_MISTAKE)
        return fail_plain(r, r->json.error);
    return fail(r, "expected", text_of(wanted));
}

static bool read_key(struct replay_reader *r, struct text key)
{
    if (!read_token(r, JSON_KEY, key.at))
        return false;
    return text_equal(r->json.string, key) || fail(r, "expected", key);
}

static bool read_int(struct replay_reader *r, int64_t *value)
{
    if (!read_token(r, JSON_NUMBER, "a number"))
        return false;
    *value = r->json.number;
    return true;
}

static bool read_count(struct replay_reader *r, uint64_t *value)
{
    int64_t number;

    if (!read_int(r, &number))
        return false;
    *value = (uint64_t)number;
    return number >= 0 || fail_plain(r, "expected a number from 0");
}

/* Copies the string: what the scanner decoded lives only until its next token.  There is room for
 * all texts of the line, because none is longer decoded than written. */
static bool read_text(struct replay_reader *r, struct text *value)
{
    if (!read_token(r, JSON_STRING, "a string"))
        return false;
    assert(r->texts.capacity - r->texts.size >= r->json.string.size);
    *value = text_from(r->texts.at + r->texts.size, r->json.string.size);
    buffer_put_text(&r->texts, r->json.string);
    return true;
}

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

/* ---- data, by the table ------------------------------------------------------------------- */

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

    if (!read_token(r, JSON_ARRAY_BEGIN, "["))
        return false;
    while ((token = json_read(&r->json)) == JSON_STRING) {
        struct text *item = list_item(r, list, count++, sizeof *item);

        *item = text_from(r->texts.at + r->texts.size, r->json.string.size);
        buffer_put_text(&r->texts, r->json.string);
    }
    if (token != JSON_ARRAY_END)
        return fail_plain(r, r->json.error != NULL ? r->json.error : "expected a string or ]");
    *texts = (struct trace_texts){r->lists[list].items, count};
    return true;
}

static bool read_rows(struct replay_reader *r, size_t list, const struct trace_field *f, char *at);

static bool read_field(struct replay_reader *r, const struct trace_field *f, size_t list, char *at)
{
    enum json_token token;

    switch (f->type) {
    case TRACE_INT: return read_int(r, (int64_t *)(void *)at);
    case TRACE_BOOL:
        token = json_read(&r->json);
        *(bool *)at = token == JSON_TRUE;
        return token == JSON_TRUE || token == JSON_FALSE || fail_plain(r, "expected true or false");
    case TRACE_TEXT: return read_text(r, (struct text *)(void *)at);
    case TRACE_WORD:
        return read_text(r, (struct text *)(void *)at) &&
               (is_choice(f->choices, *(struct text *)(void *)at) ||
                fail(r, "expected one of", text_of(f->choices)));
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
        if (!read_key(r, text_of(fields[i].name)) ||
            !read_field(r, &fields[i], list, data + fields[i].offset))
            return false;
        list += fields[i].type == TRACE_TEXTS || fields[i].type == TRACE_ROWS;
    }
    return read_token(r, JSON_OBJECT_END, "}");
}

/* Every struct trace_rows_X has the layout of the first one: a pointer and a count.  Rows hold no
 * lists themselves. */
static bool read_rows(struct replay_reader *r, size_t list, const struct trace_field *f, char *at)
{
    const struct trace_row_shape *shape = f->rows;
    enum json_token token;
    uint32_t count = 0;

    if (!read_token(r, JSON_ARRAY_BEGIN, "["))
        return false;
    while ((token = json_read(&r->json)) == JSON_OBJECT_BEGIN)
        if (!read_fields(r, shape->fields, shape->field_count,
                         list_item(r, list, count++, shape->size)))
            return false;
    if (token != JSON_ARRAY_END)
        return fail_plain(r, r->json.error != NULL ? r->json.error : "expected { or ]");
    const void *items = r->lists[list].items;

    memcpy(at + offsetof(struct trace_rows_candidate, items), &items, sizeof items);
    memcpy(at + offsetof(struct trace_rows_candidate, count), &count, sizeof count);
    return true;
}

/* ---- an event ----------------------------------------------------------------------------- */

static bool read_side(struct replay_reader *r, enum trace_side *side)
{
    if (!read_token(r, JSON_STRING, "a string"))
        return false;
    if (text_equal(r->json.string, TEXT("client")))
        *side = TRACE_SIDE_CLIENT;
    else if (text_equal(r->json.string, TEXT("server")))
        *side = TRACE_SIDE_SERVER;
    else
        return fail(r, "expected client or server, not", r->json.string);
    return true;
}

static bool read_kind(struct replay_reader *r, enum trace_kind *kind)
{
    if (!read_token(r, JSON_STRING, "a string"))
        return false;
    *kind = trace_kind_find(r->json.string);
    if (*kind == TRACE_KIND_COUNT)
        return fail(r, "unknown kind", r->json.string);
    return (trace_layer_kinds(r->header.layers) >> *kind & 1) != 0 ||
           fail(r, "of a layer that the header does not name:", r->json.string);
}

static bool read_seq(struct replay_reader *r, uint64_t *seq)
{
    return read_count(r, seq) && (*seq > r->seq || fail_plain(r, "seq does not grow"));
}

static bool read_time(struct replay_reader *r, int64_t *time_ns)
{
    return read_int(r, time_ns) && (*time_ns >= r->time_ns || fail_plain(r, "time runs back"));
}

static bool read_conn(struct replay_reader *r, uint32_t *conn)
{
    uint64_t number;

    if (!read_count(r, &number))
        return false;
    *conn = (uint32_t)number;
    return (number > 0 && number <= UINT32_MAX) || fail_plain(r, "not a connection's number");
}

static bool read_cause(struct replay_reader *r, uint64_t seq, uint64_t *cause)
{
    return read_count(r, cause) &&
           ((*cause > 0 && *cause < seq) || fail_plain(r, "a cause comes earlier"));
}

static bool read_data(struct replay_reader *r, struct trace_record *record)
{
    const struct trace_kind_info *info = trace_kind_info(record->kind);

    record->data = r->data;
    return read_token(r, JSON_OBJECT_BEGIN, "{") &&
           read_fields(r, info->fields, info->field_count, r->data);
}

static bool read_value(struct replay_reader *r, enum envelope key, struct trace_record *record)
{
    struct trace_where *where = &record->where;

    switch (key) {
    case KEY_SEQ: return read_seq(r, &record->seq);
    case KEY_TIME: return read_time(r, &record->time_ns);
    case KEY_HOST: return read_text(r, &where->host);
    case KEY_KIND: return read_kind(r, &record->kind);
    case KEY_SIDE: return read_side(r, &where->side);
    case KEY_CONN: return read_conn(r, &where->conn);
    case KEY_MAIL: return read_text(r, &where->mail);
    case KEY_QUEUE: return read_text(r, &where->queue);
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
static bool read_event(struct replay_reader *r, struct text line, struct trace_record *record)
{
    int next = KEY_SEQ;

    json_reader_open(&r->json, line);
    buffer_clear(&r->texts);
    buffer_reserve(&r->texts, line.size);
    *record = (struct trace_record){0};
    if (!read_token(r, JSON_OBJECT_BEGIN, "{"))
        return false;
    while (next < KEY_COUNT) {
        if (!read_token(r, JSON_KEY, envelope_keys[next].at))
            return false;
        while (next < KEY_COUNT && !text_equal(r->json.string, envelope_keys[next])) {
            if (is_required((enum envelope)next))
                return fail(r, "expected", envelope_keys[next]);
            next++;
        }
        if (next == KEY_COUNT)
            return fail(r, "unknown key, or out of its order:", r->json.string);
        if (!read_value(r, (enum envelope)next, record))
            return false;
        next++;
    }
    if (!read_token(r, JSON_OBJECT_END, "}") || !read_token(r, JSON_END, "the end of the line"))
        return false;
    r->seq = record->seq;
    r->time_ns = record->time_ns;
    r->counts[record->kind]++;
    r->written++;
    holders_record(&r->holders, record);
    return true;
}

/* ---- header ------------------------------------------------------------------------------- */

static bool read_layers(struct replay_reader *r, uint32_t *layers)
{
    enum json_token token;

    if (!read_token(r, JSON_ARRAY_BEGIN, "["))
        return false;
    while ((token = json_read(&r->json)) == JSON_STRING) {
        enum trace_layer layer = trace_layer_find(r->json.string);

        if (layer == TRACE_LAYER_COUNT)
            return fail(r, "unknown layer", r->json.string);
        *layers |= 1U << layer;
    }
    return token == JSON_ARRAY_END || fail_plain(r, "expected a layer or ]");
}

/* Strings of a scenario are Unicode, those of a trace are octets. */
static bool read_scenario(struct replay_reader *r, struct text *scenario)
{
    size_t start;
    bool whole;

    r->json.strings = JSON_UTF8;
    if (!read_token(r, JSON_OBJECT_BEGIN, "{"))
        return false;
    start = r->json.token_at;
    whole = json_read_skip(&r->json);
    r->json.strings = JSON_OCTETS;
    if (!whole)
        return fail_plain(r, r->json.error != NULL ? r->json.error : "expected an object");
    *scenario = text_from(r->json.input.at + start, r->json.at - start);
    return true;
}

static bool check_scenario(struct replay_reader *r)
{
    char hex[REPLAY_SHA256_HEX + 1];

    if (r->digest.add == NULL)
        return true;
    r->digest.add(r->digest.context, r->header.scenario);
    r->digest.finish(r->digest.context, hex);
    return text_equal(text_of(hex), r->header.scenario_sha256) ||
           fail_plain(r, "scenario_sha256 is not that of the scenario");
}

static bool read_own_text(struct replay_reader *r, struct text *value)
{
    if (!read_token(r, JSON_STRING, "a string"))
        return false;
    *value = text_copy(r->memory, r->json.string);
    return true;
}

static bool read_header(struct replay_reader *r, struct text line)
{
    struct replay_header *h = &r->header;
    int64_t format;
    enum json_token token;

    json_reader_open(&r->json, line);
    if (!read_token(r, JSON_OBJECT_BEGIN, "{") || !read_key(r, TEXT("smtplab_trace")) ||
        !read_int(r, &format))
        return false;
    if (format != REPLAY_FORMAT)
        return fail_plain(r, "a trace format that this version does not know");
    if (!read_key(r, TEXT("header")) || !read_token(r, JSON_OBJECT_BEGIN, "{") ||
        !read_key(r, TEXT("version")) || !read_own_text(r, &h->version) ||
        !read_key(r, TEXT("seed")) || !read_own_text(r, &h->seed) || !read_key(r, TEXT("layers")) ||
        !read_layers(r, &h->layers) || !read_key(r, TEXT("scenario")) ||
        !read_scenario(r, &h->scenario) || !read_key(r, TEXT("scenario_sha256")) ||
        !read_own_text(r, &h->scenario_sha256) || !check_scenario(r) ||
        !read_token(r, JSON_OBJECT_END, "}"))
        return false;
    token = json_read(&r->json);
    if (token == JSON_OBJECT_END)
        return read_token(r, JSON_END, "the end of the line");
    r->framed = token == JSON_KEY && text_equal(r->json.string, TEXT("events"));
    if (!r->framed)
        return fail(r, "expected", TEXT("events"));
    return read_token(r, JSON_ARRAY_BEGIN, "[") &&
           (r->json.at == line.size || fail_plain(r, "expected the end of the line"));
}

/* ---- footer ------------------------------------------------------------------------------- */

static bool read_status(struct replay_reader *r, enum replay_status *status)
{
    if (!read_token(r, JSON_STRING, "a string"))
        return false;
    for (int s = 0; s < REPLAY_STATUS_COUNT; s++)
        if (text_equal(r->json.string, text_of(replay_status_name((enum replay_status)s)))) {
            *status = (enum replay_status)s;
            return true;
        }
    return fail(r, "unknown status", r->json.string);
}

static bool read_counts(struct replay_reader *r, uint64_t counts[TRACE_KIND_COUNT])
{
    enum json_token token;

    if (!read_token(r, JSON_OBJECT_BEGIN, "{"))
        return false;
    while ((token = json_read(&r->json)) == JSON_KEY) {
        enum trace_kind kind = trace_kind_find(r->json.string);

        if (kind == TRACE_KIND_COUNT)
            return fail(r, "unknown kind", r->json.string);
        if (!read_count(r, &counts[kind]))
            return false;
    }
    return token == JSON_OBJECT_END || fail_plain(r, "expected a kind or }");
}

static bool read_custody(struct replay_reader *r, struct replay_custody *c)
{
    return read_key(r, TEXT("custody")) && read_own_text(r, &c->custody) &&
           read_key(r, TEXT("host")) && read_own_text(r, &c->host) && read_key(r, TEXT("mail")) &&
           read_own_text(r, &c->mail) && read_key(r, TEXT("recipient")) &&
           read_own_text(r, &c->recipient) && read_token(r, JSON_OBJECT_END, "}");
}

static bool read_custodies(struct replay_reader *r, struct replay_footer *f)
{
    struct replay_custody *open = NULL;
    size_t capacity = 0;
    enum json_token token;

    if (!read_token(r, JSON_ARRAY_BEGIN, "["))
        return false;
    while ((token = json_read(&r->json)) == JSON_OBJECT_BEGIN) {
        if (f->open_count == capacity) {
            size_t more = capacity > 0 ? 2 * capacity : 8;

            open = memory_grow(r->memory, open, capacity * sizeof *open, more * sizeof *open);
            capacity = more;
        }
        if (!read_custody(r, &open[f->open_count++]))
            return false;
    }
    f->open = open;
    return token == JSON_ARRAY_END || fail_plain(r, "expected { or ]");
}

static bool same_custody(const struct replay_custody *a, const struct replay_custody *b)
{
    return text_equal(a->custody, b->custody) && text_equal(a->host, b->host) &&
           text_equal(a->mail, b->mail) && text_equal(a->recipient, b->recipient);
}

/* Those that the footer lists must be those that the events leave open, in the same order; without
 * the core layer the events do not tell. */
static bool check_custodies(struct replay_reader *r, const struct replay_footer *f)
{
    size_t count = r->holders.open, size = count * sizeof(struct replay_custody);
    struct replay_custody *open;
    bool same = count == f->open_count;

    if ((r->header.layers >> TRACE_LAYER_CORE & 1) == 0)
        return true;
    open = memory_take(r->memory, size);
    holders_list(&r->holders, open);
    for (size_t i = 0; same && i < count; i++)
        same = same_custody(&open[i], &f->open[i]);
    memory_give(r->memory, open, size);
    return same || fail_plain(r, "custodies_open are not those that the events leave open");
}

static bool check_footer(struct replay_reader *r, const struct replay_footer *f, const char *sha256)
{
    uint64_t kinds = trace_layer_kinds(r->header.layers), records = 0;

    for (int kind = 0; kind < TRACE_KIND_COUNT; kind++) {
        records += f->counts[kind];
        if ((kinds >> kind & 1) != 0 && f->counts[kind] != r->counts[kind])
            return fail(r, "the events count otherwise:",
                        text_of(trace_kind_info((enum trace_kind)kind)->name));
    }
    if (f->records != records)
        return fail_plain(r, "\"records\" is not the sum of \"counts\"");
    if (f->written != r->written)
        return fail_plain(r, "\"written\" is not the number of events");
    if (f->end_ns < r->time_ns || f->records < r->seq)
        return fail_plain(r, "the footer ends before the events");
    if (!check_custodies(r, f))
        return false;
    return sha256 == NULL || strcmp(sha256, f->events_sha256) == 0 ||
           fail_plain(r, "events_sha256 is not that of the events: the file was changed");
}

static bool read_footer_fields(struct replay_reader *r, struct replay_footer *f)
{
    if (!read_token(r, JSON_OBJECT_BEGIN, "{") || !read_key(r, TEXT("status")) ||
        !read_status(r, &f->status) || !read_key(r, TEXT("end_ns")) || !read_int(r, &f->end_ns) ||
        !read_key(r, TEXT("records")) || !read_count(r, &f->records) ||
        !read_key(r, TEXT("written")) || !read_count(r, &f->written) ||
        !read_key(r, TEXT("counts")) || !read_counts(r, f->counts) ||
        !read_key(r, TEXT("custodies_open")) || !read_custodies(r, f) ||
        !read_key(r, TEXT("events_sha256")) || !read_token(r, JSON_STRING, "a string"))
        return false;
    if (r->json.string.size != REPLAY_SHA256_HEX)
        return fail_plain(r, "expected 64 hexadecimal digits");
    memcpy(f->events_sha256, r->json.string.at, REPLAY_SHA256_HEX);
    return read_token(r, JSON_OBJECT_END, "}");
}

/* `object` is {"footer":{...}}; when framed, its first octet stands for "],". */
static bool read_footer(struct replay_reader *r, struct text object)
{
    char hex[REPLAY_SHA256_HEX + 1];

    json_reader_open(&r->json, object);
    if (r->digest.add != NULL)
        r->digest.finish(r->digest.context, hex);
    r->has_footer = read_token(r, JSON_OBJECT_BEGIN, "{") && read_key(r, TEXT("footer")) &&
                    read_footer_fields(r, &r->footer) && read_token(r, JSON_OBJECT_END, "}") &&
                    read_token(r, JSON_END, "the end of the line") &&
                    check_footer(r, &r->footer, r->digest.add != NULL ? hex : NULL);
    if (r->has_footer && r->at != r->octets.size) {
        r->line++;
        r->json.token_at = 0;
        r->has_footer = fail_plain(r, "something follows the footer");
    }
    return r->has_footer;
}

/* ---- lines -------------------------------------------------------------------------------- */

/* The next line without its LF; false at the end, or if what is left has none. */
static bool next_line(struct replay_reader *r, struct text *line)
{
    struct text left = text_after(r->octets, r->at);
    size_t end = text_find(left, '\n');

    if (end == left.size) {
        r->truncated = true;
        return false;
    }
    *line = text_from(left.at, end);
    r->at += end + 1;
    r->line++;
    return true;
}

bool replay_read_open(struct replay_reader *r, struct memory *m, struct text octets,
                      const struct replay_digest *digest)
{
    struct text line;
    size_t data_size = 0;

    *r = (struct replay_reader){.memory = m, .octets = octets};
    if (digest != NULL)
        r->digest = *digest;
    for (int kind = 0; kind < TRACE_KIND_COUNT; kind++)
        if (trace_kind_info((enum trace_kind)kind)->size > data_size)
            data_size = trace_kind_info((enum trace_kind)kind)->size;
    r->data_size = data_size;
    r->data = memory_take(m, data_size);
    buffer_init(&r->texts, m);
    holders_init(&r->holders, m);
    json_reader_init(&r->json, m, JSON_OCTETS);
    if (!next_line(r, &line)) {
        r->line = 1;
        return fail_plain(r, "not a trace: it has no whole first line");
    }
    r->comma = true;
    r->has_header = read_header(r, line);
    return r->has_header;
}

/* When framed, the first event follows "[" as if a comma had been there. */
static bool is_footer(const struct replay_reader *r, struct text line)
{
    return r->framed ? line.size > 0 && line.at[0] == ']'
                     : text_starts_nocase(line, TEXT("{\"footer\""));
}

static bool read_frame_end(struct replay_reader *r, struct text line)
{
    struct text rest = text_after(line, 2);

    r->json.token_at = 0;
    if (line.size < 2 || line.at[1] != ',' || (r->comma && r->written > 0))
        return fail_plain(r, "expected ],\"footer\" after an event without a comma");
    buffer_clear(&r->texts);
    buffer_put_char(&r->texts, '{');
    buffer_put_text(&r->texts, rest);
    if (read_footer(r, buffer_text(&r->texts)))
        return true;
    r->error.column++; /* the line has one octet more */
    return false;
}

bool replay_read_next(struct replay_reader *r, struct trace_record *record)
{
    struct text line;

    if (r->error.line != 0 || r->has_footer || !r->has_header || !next_line(r, &line))
        return false;
    if (is_footer(r, line)) {
        if (r->framed)
            read_frame_end(r, line);
        else
            read_footer(r, line);
        return false;
    }
    if (r->framed && !r->comma) {
        r->json.token_at = 0;
        return fail_plain(r, "an event without a comma before it");
    }
    r->comma = line.size > 0 && line.at[line.size - 1] == ',';
    if (r->framed && r->comma)
        line.size--;
    if (r->digest.add != NULL) {
        r->digest.add(r->digest.context, line);
        r->digest.add(r->digest.context, TEXT("\n"));
    }
    return read_event(r, line, record);
}

void replay_read_close(struct replay_reader *r)
{
    for (size_t i = 0; i < REPLAY_LISTS_MAX; i++)
        memory_give(r->memory, r->lists[i].items, r->lists[i].size);
    memory_give(r->memory, r->data, r->data_size);
    json_reader_free(&r->json);
    holders_free(&r->holders);
    buffer_free(&r->texts);
}

bool replay_read_feed(struct replay_reader *r, const struct trace_sink *sinks, size_t sink_count)
{
    struct trace_record record;

    while (replay_read_next(r, &record))
        for (size_t i = 0; i < sink_count; i++)
            if (sinks[i].kinds >> record.kind & 1)
                sinks[i].record(sinks[i].context, &record);
    return r->error.line == 0;
}
