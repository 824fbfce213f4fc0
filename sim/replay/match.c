/*
 * The fields of a kind are compared by the table (trace/kinds.h), so a new kind can be matched at once.
 */
#include "sim/replay/match.h"

#include <assert.h>

#define KIND(suffix) (UINT64_C(1) << TRACE_##suffix)

/* What both ends of a connection write: without `side` the server's record is meant. */
#define BOTH_ENDS                                                                                  \
    (KIND(TCP_OPENED) | KIND(TCP_CLOSED) | KIND(TCP_SEGMENT) | KIND(TCP_BYTES) |                   \
     KIND(TCP_TIMEOUT) | KIND(UDP_DATAGRAM) | KIND(DNS_QUERY) | KIND(DNS_ANSWER) |                 \
     KIND(SMTP_COMMAND) | KIND(SMTP_REPLY) | KIND(SMTP_STATE) | KIND(SMTP_DATA) |                  \
     KIND(SMTP_TIMEOUT) | KIND(TLS_STARTED) | KIND(TLS_REFUSED) | KIND(AUTH_RESULT) |              \
     KIND(POP3_COMMAND) | KIND(POP3_REPLY))

/* ---- clients ------------------------------------------------------------------------------ */

enum { FIRST = 16 };
#define NO_END UINT32_MAX

struct match_end {
    uint32_t conn, next_free;
    struct text host, address;
    uint8_t closed; /* bit 0: the client's side, bit 1: the server's */
};

void match_ends_init(struct match_ends *e, struct memory *m)
{
    *e = (struct match_ends){.memory = m, .free = NO_END};
    table_init(&e->host_by_address, m, true);
    table_init(&e->by_conn, m, false);
}

static void give_text(struct memory *m, struct text t)
{
    if (t.at)
        memory_give(m, (void *)(uintptr_t)t.at, t.size + 1);
}

void match_ends_free(struct match_ends *e)
{
    for (uint32_t i = 0; i < e->end_count; i++)
        memory_give(e->memory, e->ends[i], sizeof *e->ends[i]);
    memory_give(e->memory, e->names, e->name_capacity * sizeof *e->names);
    memory_give(e->memory, e->ends, e->end_capacity * sizeof *e->ends);
    table_free(&e->host_by_address);
    table_free(&e->by_conn);
}

static void host_started(struct match_ends *e, const struct trace_record *r)
{
    const struct trace_host_started *h = r->data;

    if (h->addresses.count == 0 ||
        table_get(&e->host_by_address, h->addresses.items[0]) != TABLE_NONE)
        return; /* up again */
    if (e->name_count == e->name_capacity) {
        uint32_t more = e->name_capacity ? 2 * e->name_capacity : FIRST;

        e->names = memory_grow(e->memory, e->names, e->name_capacity * sizeof *e->names,
                               more * sizeof *e->names);
        e->name_capacity = more;
    }
    e->names[e->name_count] = text_copy(e->memory, r->where.host);
    for (uint32_t i = 0; i < h->addresses.count; i++)
        table_set(&e->host_by_address, text_copy(e->memory, h->addresses.items[i]), e->name_count);
    e->name_count++;
}

static struct text conn_key(const uint32_t *conn)
{
    return text_from((const char *)conn, sizeof *conn);
}

static uint32_t take_end(struct match_ends *e)
{
    uint32_t i = e->free;

    if (i != NO_END) {
        e->free = e->ends[i]->next_free;
        return i;
    }
    if (e->end_count == e->end_capacity) {
        uint32_t more = e->end_capacity ? 2 * e->end_capacity : FIRST;

        e->ends = memory_grow(e->memory, e->ends, e->end_capacity * sizeof *e->ends,
                              more * sizeof *e->ends);
        e->end_capacity = more;
    }
    e->ends[e->end_count] = MEMORY_NEW(e->memory, struct match_end);
    return e->end_count++;
}

static void conn_opened(struct match_ends *e, const struct trace_record *r)
{
    const struct trace_tcp_opened *o = r->data;
    bool client = r->where.side == TRACE_SIDE_CLIENT;
    uint32_t i;

    if (table_get(&e->by_conn, conn_key(&r->where.conn)) != TABLE_NONE)
        return;
    i = take_end(e);
    *e->ends[i] = (struct match_end){
        .conn = r->where.conn,
        .host = text_copy(e->memory, client ? r->where.host : o->remote_host),
        .address = text_copy(e->memory, client ? o->local : o->remote),
    };
    table_set(&e->by_conn, conn_key(&e->ends[i]->conn), i);
}

static void conn_closed(struct match_ends *e, const struct trace_record *r)
{
    uint32_t i = table_get(&e->by_conn, conn_key(&r->where.conn));
    struct match_end *end;

    if (i == TABLE_NONE)
        return;
    end = e->ends[i];
    end->closed |= r->where.side == TRACE_SIDE_CLIENT ? 1 : 2;
    if (end->closed != 3)
        return;
    table_remove(&e->by_conn, conn_key(&r->where.conn));
    give_text(e->memory, end->host);
    give_text(e->memory, end->address);
    end->next_free = e->free;
    e->free = i;
}

void match_ends_record(struct match_ends *e, const struct trace_record *r)
{
    if (r->kind == TRACE_HOST_STARTED)
        host_started(e, r);
    else if (r->kind == TRACE_TCP_OPENED)
        conn_opened(e, r);
    else if (r->kind == TRACE_TCP_CLOSED)
        conn_closed(e, r);
}

/* The host that has that address; empty: none. */
static struct text match_ends_host(const struct match_ends *e, struct text address)
{
    uint32_t i = table_get(&e->host_by_address, address);

    return i == TABLE_NONE ? TEXT("") : e->names[i];
}

/* What the record itself says of the client's address; empty: nothing. */
static struct text address_in(const struct trace_record *r)
{
    if (r->kind == TRACE_POLICY_RELAY)
        return ((const struct trace_policy_relay *)r->data)->client;
    if (r->kind == TRACE_MAIL_ACCEPTED)
        return ((const struct trace_mail_accepted *)r->data)->address;
    if (r->kind == TRACE_DNS_QUERY && r->where.side == TRACE_SIDE_SERVER)
        return ((const struct trace_dns_query *)r->data)->peer;
    if (r->kind == TRACE_DNS_ANSWER && r->where.side == TRACE_SIDE_SERVER)
        return ((const struct trace_dns_answer *)r->data)->peer;
    return TEXT("");
}

bool match_client(const struct match_ends *e, const struct trace_record *r, struct text client)
{
    uint32_t i = r->where.conn ? table_get(&e->by_conn, conn_key(&r->where.conn)) : TABLE_NONE;
    struct text address = i == TABLE_NONE ? address_in(r) : e->ends[i]->address;
    struct text host = i == TABLE_NONE ? match_ends_host(e, address) : e->ends[i]->host;

    return (address.size > 0 && text_equal_nocase(address, client)) ||
           (host.size > 0 && text_equal_nocase(host, client));
}

/* ---- reading ------------------------------------------------------------------------------ */

static bool is_key(struct json_reader *r, const char *key)
{
    return text_equal(r->string, text_of(key));
}

static bool read_text(struct json_reader *r, struct memory *m, struct text *out)
{
    if (!json_read_expect(r, JSON_STRING))
        return false;
    *out = text_copy(m, r->string);
    return true;
}

static bool read_field(struct matcher *matcher, struct json_reader *r, struct memory *m)
{
    struct match_field *f = &matcher->fields[matcher->field_count];
    enum json_token token;

    if (matcher->field_count == MATCH_FIELDS_MAX)
        return false;
    f->name = text_copy(m, r->string);
    token = json_read(r);
    matcher->field_count++;
    if (token == JSON_NUMBER) {
        f->type = TRACE_INT;
        f->number = r->number;
    } else if (token == JSON_TRUE || token == JSON_FALSE) {
        f->type = TRACE_BOOL;
        f->number = token == JSON_TRUE;
    } else if (token == JSON_STRING) {
        f->type = TRACE_TEXT;
        f->text = text_copy(m, r->string);
    } else {
        return false;
    }
    return true;
}

/* The words of a timeline for what the trace calls "message" and "greeting". */
static struct text reply_word(struct text to)
{
    return text_equal(to, TEXT("."))         ? TEXT("message")
           : text_equal(to, TEXT("connect")) ? TEXT("greeting")
                                             : to;
}

static bool read_key(struct matcher *matcher, struct json_reader *r, struct memory *m)
{
    struct text word;

    if (is_key(r, "kind")) {
        if (!read_text(r, m, &word) || trace_kind_find(word) == TRACE_KIND_COUNT)
            return false;
        matcher->kinds &= UINT64_C(1) << trace_kind_find(word);
    } else if (is_key(r, "side")) {
        if (!read_text(r, m, &word))
            return false;
        matcher->side = text_equal(word, TEXT("client")) ? TRACE_SIDE_CLIENT : TRACE_SIDE_SERVER;
    } else if (is_key(r, "reply_to")) {
        if (!read_text(r, m, &word))
            return false;
        matcher->reply_to = reply_word(word);
        matcher->kinds &= KIND(SMTP_REPLY);
    } else if (is_key(r, "on")) {
        return read_text(r, m, &matcher->on);
    } else if (is_key(r, "client")) {
        return read_text(r, m, &matcher->client);
    } else if (is_key(r, "mail")) {
        return read_text(r, m, &matcher->mail);
    } else if (is_key(r, "queue")) {
        return read_text(r, m, &matcher->queue);
    } else if (is_key(r, "note")) {
        return json_read_skip(r);
    } else {
        return read_field(matcher, r, m);
    }
    return true;
}

static bool types_fit(enum trace_type field, enum trace_type written)
{
    return field == written ||
           (written == TRACE_TEXT && (field == TRACE_WORD || field == TRACE_TEXTS));
}

static const struct trace_field *find_field(enum trace_kind kind, const struct match_field *wanted)
{
    const struct trace_kind_info *info = trace_kind_info(kind);

    for (size_t i = 0; i < info->field_count; i++)
        if (text_equal(text_of(info->fields[i].name), wanted->name) &&
            types_fit(info->fields[i].type, wanted->type))
            return &info->fields[i];
    return NULL;
}

bool matcher_read(struct matcher *matcher, struct json_reader *r, struct memory *m)
{
    enum json_token token;

    *matcher = (struct matcher){.kinds = UINT64_MAX >> (64 - TRACE_KIND_COUNT)};
    while ((token = json_read(r)) == JSON_KEY)
        if (!read_key(matcher, r, m))
            return false;
    for (int kind = 0; kind < TRACE_KIND_COUNT; kind++)
        for (uint32_t i = 0; i < matcher->field_count; i++)
            if (!find_field((enum trace_kind)kind, &matcher->fields[i]))
                matcher->kinds &= ~(UINT64_C(1) << kind);
    return token == JSON_OBJECT_END;
}

/* ---- matching ----------------------------------------------------------------------------- */

static bool side_fits(const struct matcher *matcher, const struct trace_record *r)
{
    if (matcher->side != TRACE_SIDE_NONE)
        return r->where.side == matcher->side;
    return r->where.side != TRACE_SIDE_CLIENT || !(BOTH_ENDS >> r->kind & 1);
}

static bool value_fits(const struct trace_field *f, const void *data,
                       const struct match_field *wanted)
{
    const void *at = (const char *)data + f->offset;
    const struct trace_texts *texts = at;

    switch (f->type) {
    case TRACE_INT: return *(const int64_t *)at == wanted->number;
    case TRACE_BOOL: return *(const bool *)at == (wanted->number != 0);
    case TRACE_TEXT:
    case TRACE_WORD: return text_equal(*(const struct text *)at, wanted->text);
    case TRACE_TEXTS:
        for (uint32_t i = 0; i < texts->count; i++)
            if (text_equal(texts->items[i], wanted->text))
                return true;
        return false;
    case TRACE_ROWS: break;
    }
    return false;
}

static bool fields_fit(const struct matcher *matcher, const struct trace_record *r)
{
    for (uint32_t i = 0; i < matcher->field_count; i++) {
        const struct trace_field *f = find_field(r->kind, &matcher->fields[i]);

        assert(f); /* the kind is among matcher->kinds */
        if (!value_fits(f, r->data, &matcher->fields[i]))
            return false;
    }
    return true;
}

static bool is_or_any(struct text wanted, struct text got)
{
    return !wanted.at || text_equal(wanted, got);
}

enum match matcher_try(const struct matcher *matcher, const struct match_ends *ends,
                       const struct trace_record *r)
{
    if (!(matcher->kinds >> r->kind & 1) || !side_fits(matcher, r) ||
        (matcher->on.at && !text_equal_nocase(matcher->on, r->where.host)) ||
        (matcher->reply_to.at &&
         !text_equal_nocase(((const struct trace_smtp_reply *)r->data)->to, matcher->reply_to)) ||
        (matcher->client.at && !match_client(ends, r, matcher->client)))
        return MATCH_NOT;
    return is_or_any(matcher->mail, r->where.mail) && is_or_any(matcher->queue, r->where.queue) &&
                   fields_fit(matcher, r)
               ? MATCH_FITS
               : MATCH_NEAR;
}

/* ---- in words ----------------------------------------------------------------------------- */

static void put_part(struct buffer *b, size_t start, const char *name, struct text value)
{
    if (!value.at)
        return;
    buffer_put_string(b, b->size > start ? ", " : "");
    buffer_put_string(b, name);
    buffer_put_string(b, " ");
    buffer_put_text(b, value);
}

static void put_field(struct buffer *b, size_t start, const struct match_field *f)
{
    buffer_put_string(b, b->size > start ? ", " : "");
    buffer_put_text(b, f->name);
    buffer_put_string(b, " ");
    if (f->type == TRACE_INT) {
        buffer_put_int(b, f->number);
    } else if (f->type == TRACE_BOOL) {
        buffer_put_string(b, f->number ? "true" : "false");
    } else {
        buffer_put_char(b, '"');
        buffer_put_text(b, f->text);
        buffer_put_char(b, '"');
    }
}

void matcher_put(struct buffer *b, const struct matcher *matcher)
{
    size_t start = b->size;

    for (int kind = 0; kind < TRACE_KIND_COUNT; kind++)
        if (matcher->kinds == UINT64_C(1) << kind && !matcher->reply_to.at)
            buffer_put_string(b, trace_kind_info((enum trace_kind)kind)->name);
    put_part(b, start, "reply to", matcher->reply_to);
    for (uint32_t i = 0; i < matcher->field_count; i++)
        put_field(b, start, &matcher->fields[i]);
    put_part(b, start, "on", matcher->on);
    put_part(b, start, "client", matcher->client);
    if (matcher->side == TRACE_SIDE_CLIENT)
        buffer_put_string(b, ", the client's side");
    put_part(b, start, "mail", matcher->mail);
    put_part(b, start, "queue", matcher->queue);
}
