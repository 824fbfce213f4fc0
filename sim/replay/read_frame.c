#include "sim/replay/read_parts.h"

#include <assert.h>

static bool read_own_text(struct replay_reader *r, struct text *value)
{
    if (!replay_token(r, JSON_STRING, "a string"))
        return false;
    *value = text_copy(r->memory, r->json.string);
    return true;
}

/* ---- header ------------------------------------------------------------------------------- */

static bool read_layers(struct replay_reader *r, uint32_t *layers)
{
    enum json_token token;

    if (!replay_token(r, JSON_ARRAY_BEGIN, "["))
        return false;
    while ((token = json_read(&r->json)) == JSON_STRING) {
        enum trace_layer layer = trace_layer_find(r->json.string);

        if (layer == TRACE_LAYER_COUNT)
            return replay_mistake_about(r, "unknown layer", r->json.string);
        *layers |= 1U << layer;
    }
    return token == JSON_ARRAY_END || replay_mistake(r, "expected a layer or ]");
}

/* Strings of a scenario are Unicode, those of a trace are octets. */
static bool read_scenario(struct replay_reader *r, struct text *scenario)
{
    size_t start;
    bool whole;

    r->json.strings = JSON_UTF8;
    if (!replay_token(r, JSON_OBJECT_BEGIN, "{"))
        return false;
    start = r->json.token_at;
    whole = json_read_skip(&r->json);
    r->json.strings = JSON_OCTETS;
    if (!whole)
        return replay_mistake(r, r->json.error != NULL ? r->json.error : "expected an object");
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
           replay_mistake(r, "scenario_sha256 is not that of the scenario");
}

/* The end of the header; before it, what was typed to change the scenario, if anything was. */
static bool read_changed(struct replay_reader *r, struct text *changed)
{
    enum json_token token = json_read(&r->json);

    if (token == JSON_OBJECT_END)
        return true;
    if (token != JSON_KEY || !text_equal(r->json.string, TEXT("changed")))
        return replay_mistake(r,
                              r->json.error != NULL ? r->json.error : "expected \"changed\" or }");
    return read_own_text(r, changed) && replay_token(r, JSON_OBJECT_END, "}");
}

bool replay_read_header(struct replay_reader *r, struct text line)
{
    struct replay_header *h = &r->header;
    int64_t format;
    enum json_token token;

    json_reader_open(&r->json, line);
    if (!replay_token(r, JSON_OBJECT_BEGIN, "{") || !replay_key(r, TEXT("smtplab_trace"))) {
        r->json.token_at = 0;
        r->error.line = 0; /* what exactly is missing says less */
        return replay_mistake(r, "not a trace; `smtplab run --trace FILE` writes one");
    }
    if (!replay_int(r, &format))
        return false;
    if (format != REPLAY_FORMAT)
        return replay_mistake(r, "a trace format that this version does not know");
    if (!replay_key(r, TEXT("header")) || !replay_token(r, JSON_OBJECT_BEGIN, "{") ||
        !replay_key(r, TEXT("version")) || !read_own_text(r, &h->version) ||
        !replay_key(r, TEXT("seed")) || !read_own_text(r, &h->seed) ||
        !replay_key(r, TEXT("layers")) || !read_layers(r, &h->layers) ||
        !replay_key(r, TEXT("scenario")) || !read_scenario(r, &h->scenario) ||
        !replay_key(r, TEXT("scenario_sha256")) || !read_own_text(r, &h->scenario_sha256) ||
        !check_scenario(r) || !read_changed(r, &h->changed))
        return false;
    token = json_read(&r->json);
    if (token == JSON_OBJECT_END)
        return replay_token(r, JSON_END, "the end of the line");
    r->framed = token == JSON_KEY && text_equal(r->json.string, TEXT("events"));
    if (!r->framed)
        return replay_mistake_about(r, "expected", TEXT("events"));
    return replay_token(r, JSON_ARRAY_BEGIN, "[") &&
           (r->json.at == line.size || replay_mistake(r, "expected the end of the line"));
}

/* ---- footer ------------------------------------------------------------------------------- */

static bool read_status(struct replay_reader *r, enum replay_status *status)
{
    if (!replay_token(r, JSON_STRING, "a string"))
        return false;
    for (int s = 0; s < REPLAY_STATUS_COUNT; s++)
        if (text_equal(r->json.string, text_of(replay_status_name((enum replay_status)s)))) {
            *status = (enum replay_status)s;
            return true;
        }
    return replay_mistake_about(r, "unknown status", r->json.string);
}

static bool read_counts(struct replay_reader *r, uint64_t counts[TRACE_KIND_COUNT])
{
    enum json_token token;

    if (!replay_token(r, JSON_OBJECT_BEGIN, "{"))
        return false;
    while ((token = json_read(&r->json)) == JSON_KEY) {
        enum trace_kind kind = trace_kind_find(r->json.string);

        if (kind == TRACE_KIND_COUNT)
            return replay_mistake_about(r, "unknown kind", r->json.string);
        if (!replay_count(r, &counts[kind]))
            return false;
    }
    return token == JSON_OBJECT_END || replay_mistake(r, "expected a kind or }");
}

static bool read_custody(struct replay_reader *r, struct replay_custody *c)
{
    return replay_key(r, TEXT("custody")) && read_own_text(r, &c->custody) &&
           replay_key(r, TEXT("host")) && read_own_text(r, &c->host) &&
           replay_key(r, TEXT("mail")) && read_own_text(r, &c->mail) &&
           replay_key(r, TEXT("recipient")) && read_own_text(r, &c->recipient) &&
           replay_token(r, JSON_OBJECT_END, "}");
}

static bool read_custodies(struct replay_reader *r, struct replay_footer *f)
{
    struct replay_custody *open = NULL;
    size_t capacity = 0;
    enum json_token token;

    if (!replay_token(r, JSON_ARRAY_BEGIN, "["))
        return false;
    while ((token = json_read(&r->json)) == JSON_OBJECT_BEGIN) {
        if (f->open_count == capacity) {
            size_t more = capacity > 0 ? 2 * capacity : 8;

            open = memory_grow(r->memory, open, capacity * sizeof *open, more * sizeof *open);
            capacity = more;
        }
        assert(open != NULL);
        if (!read_custody(r, &open[f->open_count++]))
            return false;
    }
    f->open = open;
    return token == JSON_ARRAY_END || replay_mistake(r, "expected { or ]");
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
    return same || replay_mistake(r, "custodies_open are not those that the events leave open");
}

static bool check_footer(struct replay_reader *r, const struct replay_footer *f, const char *sha256)
{
    uint64_t kinds = trace_layer_kinds(r->header.layers), records = 0;

    for (int kind = 0; kind < TRACE_KIND_COUNT; kind++) {
        records += f->counts[kind];
        if ((kinds >> kind & 1) != 0 && f->counts[kind] != r->counts[kind])
            return replay_mistake_about(r, "the events count otherwise:",
                                        text_of(trace_kind_info((enum trace_kind)kind)->name));
    }
    if (f->records != records)
        return replay_mistake(r, "\"records\" is not the sum of \"counts\"");
    if (f->written != r->written)
        return replay_mistake(r, "\"written\" is not the number of events");
    if (f->end_ns < r->time_ns || f->records < r->seq)
        return replay_mistake(r, "the footer ends before the events");
    if (!check_custodies(r, f))
        return false;
    return sha256 == NULL || strcmp(sha256, f->events_sha256) == 0 ||
           replay_mistake(r, "events_sha256 is not that of the events: the file was changed");
}

static bool read_footer_fields(struct replay_reader *r, struct replay_footer *f)
{
    if (!replay_token(r, JSON_OBJECT_BEGIN, "{") || !replay_key(r, TEXT("status")) ||
        !read_status(r, &f->status) || !replay_key(r, TEXT("end_ns")) ||
        !replay_int(r, &f->end_ns) || !replay_key(r, TEXT("records")) ||
        !replay_count(r, &f->records) || !replay_key(r, TEXT("written")) ||
        !replay_count(r, &f->written) || !replay_key(r, TEXT("counts")) ||
        !read_counts(r, f->counts) || !replay_key(r, TEXT("custodies_open")) ||
        !read_custodies(r, f) || !replay_key(r, TEXT("events_sha256")) ||
        !replay_token(r, JSON_STRING, "a string"))
        return false;
    if (r->json.string.size != REPLAY_SHA256_HEX)
        return replay_mistake(r, "expected 64 hexadecimal digits");
    memcpy(f->events_sha256, r->json.string.at, REPLAY_SHA256_HEX);
    return replay_token(r, JSON_OBJECT_END, "}");
}

/* `object` is {"footer":{...}}; when framed, its first octet stands for "],". */
bool replay_read_footer(struct replay_reader *r, struct text object)
{
    char hex[REPLAY_SHA256_HEX + 1];

    json_reader_open(&r->json, object);
    if (r->digest.add != NULL)
        r->digest.finish(r->digest.context, hex);
    r->has_footer = replay_token(r, JSON_OBJECT_BEGIN, "{") && replay_key(r, TEXT("footer")) &&
                    read_footer_fields(r, &r->footer) && replay_token(r, JSON_OBJECT_END, "}") &&
                    replay_token(r, JSON_END, "the end of the line") &&
                    check_footer(r, &r->footer, r->digest.add != NULL ? hex : NULL);
    if (r->has_footer && r->at != r->octets.size) {
        r->line++;
        r->json.token_at = 0;
        r->has_footer = replay_mistake(r, "something follows the footer");
    }
    return r->has_footer;
}
