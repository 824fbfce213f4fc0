/*
 * The body is written as records come; participants are listed before it at the end, in the order in
 * which they first took part.  Of a connection both ends are known from its records: the server's
 * come first, and an arrow is drawn when its text is read at the other end.
 */
#include "sim/export/diagram.h"

#include <assert.h>

#include "sim/export/clean.h"
#include "sim/export/tell.h"
#include "sim/kernel/table.h"

enum { TEXT_SHOWN = 64, LINES_SHOWN = 3 };

#define NONE UINT32_MAX

struct ends {
    uint32_t conn;
    uint32_t client, server; /* participants; NONE: not known yet */
    bool pop3;
};

struct diagram {
    struct memory *memory;
    struct export_output output;
    const struct replay_header *header;
    struct table by_name;    /* host -> participant */
    struct table by_address; /* address -> index in `owners` */
    struct text *names;      /* of participants */
    size_t name_count;
    uint32_t name_capacity;
    struct text *owners; /* host of each address */
    size_t owner_count;
    uint32_t owner_capacity;
    struct ends *conns;
    size_t conn_count;
    uint32_t conn_capacity;
    struct table by_conn;
    size_t arrows, left_out;
    struct buffer body, words;
};

/* ---- participants ------------------------------------------------------------------------- */

static uint32_t participant(struct diagram *d, struct text host)
{
    uint32_t i = table_get(&d->by_name, host);

    if (i != TABLE_NONE)
        return i;
    i = (uint32_t)d->name_count;
    d->names =
        memory_make_room(d->memory, d->names, d->name_count, &d->name_capacity, sizeof *d->names);
    d->names[d->name_count++] = text_copy(d->memory, host);
    table_set(&d->by_name, d->names[i], i);
    return i;
}

/* The host that has the address; the address itself if none is known. */
static struct text owner_of(const struct diagram *d, struct text address)
{
    uint32_t i = table_get(&d->by_address, address);

    return i == TABLE_NONE ? address : d->owners[i];
}

static void host_started(struct diagram *d, const struct trace_record *r)
{
    const struct trace_host_started *h = r->data;

    for (uint32_t i = 0; i < h->addresses.count; i++) {
        if (table_get(&d->by_address, h->addresses.items[i]) != TABLE_NONE)
            continue;
        d->owners = memory_make_room(d->memory, d->owners, d->owner_count, &d->owner_capacity,
                                     sizeof *d->owners);
        d->owners[d->owner_count] = text_copy(d->memory, r->where.host);
        table_set(&d->by_address, text_copy(d->memory, h->addresses.items[i]),
                  (uint32_t)d->owner_count++);
    }
}

static struct ends *ends_of(struct diagram *d, const struct trace_record *r)
{
    uint32_t number = r->where.conn;
    struct text key = text_from((const char *)&number, sizeof number);
    uint32_t i = table_get(&d->by_conn, key), self = participant(d, r->where.host);
    struct ends *e;

    if (i == TABLE_NONE) {
        i = (uint32_t)d->conn_count;
        d->conns = memory_make_room(d->memory, d->conns, d->conn_count, &d->conn_capacity,
                                    sizeof *d->conns);
        d->conns[d->conn_count++] = (struct ends){number, NONE, NONE, false};
        table_set(&d->by_conn, text_copy(d->memory, key), i);
    }
    e = &d->conns[i];
    if (r->where.side == TRACE_SIDE_CLIENT)
        e->client = self;
    else
        e->server = self;
    return e;
}

/* ---- lines -------------------------------------------------------------------------------- */

/* Mermaid cuts texts at ";" and reads "#..;" as an entity and "<" as HTML. */
static void put_escaped(struct buffer *b, struct text t)
{
    for (size_t i = 0; i < t.size; i++) {
        switch (t.at[i]) {
        case '#': buffer_put_string(b, "#35;"); break;
        case ';': buffer_put_string(b, "#59;"); break;
        case '<': buffer_put_string(b, "#lt;"); break;
        case '>': buffer_put_string(b, "#gt;"); break;
        case '&': buffer_put_string(b, "#amp;"); break;
        case '"': buffer_put_string(b, "#quot;"); break;
        case '%': buffer_put_string(b, "#37;"); break;
        case '\\': buffer_put_string(b, "#92;"); break;
        default: buffer_put_char(b, t.at[i]); break;
        }
    }
}

/* Not in the middle of a word, if that can be: half a number is another number. */
static struct text cut_short(struct text t)
{
    struct text shown = clean_prefix(t, TEXT_SHOWN);
    size_t end = shown.size;

    if (shown.size == t.size || t.at[shown.size] == ' ')
        return shown;
    while (end > shown.size / 2 && shown.at[end - 1] != ' ')
        end--;
    if (end > shown.size / 2)
        shown.size = end - 1;
    return shown;
}

/* Cleaned, cut to a length that can be read, escaped. */
static void put_label(struct diagram *d, struct text t)
{
    struct text shown;
    struct buffer clean;

    buffer_init(&clean, d->memory);
    clean_put(&clean, t);
    shown = cut_short(buffer_text(&clean));
    put_escaped(&d->body, shown);
    if (shown.size < clean.size)
        buffer_put_string(&d->body, " ...");
    buffer_free(&clean);
}

static void put_participant(struct buffer *b, uint32_t i)
{
    buffer_put_char(b, 'h');
    buffer_put_int(b, (int64_t)i + 1);
}

/* An arrow labelled with d->words. */
static void put_arrow(struct diagram *d, uint32_t from, const char *arrow, uint32_t to)
{
    d->arrows++;
    buffer_put_string(&d->body, "    ");
    put_participant(&d->body, from);
    buffer_put_string(&d->body, arrow);
    put_participant(&d->body, to);
    buffer_put_string(&d->body, ": ");
    put_label(d, buffer_text(&d->words));
    buffer_put_char(&d->body, '\n');
    buffer_clear(&d->words);
}

/* A note with d->words over one participant, or two. */
static void put_note(struct diagram *d, uint32_t one, uint32_t other)
{
    buffer_put_string(&d->body, "    Note over ");
    put_participant(&d->body, one);
    if (other != NONE && other != one) {
        buffer_put_char(&d->body, ',');
        put_participant(&d->body, other);
    }
    buffer_put_string(&d->body, ": ");
    put_label(d, buffer_text(&d->words));
    buffer_put_char(&d->body, '\n');
    buffer_clear(&d->words);
}

/* ---- records ------------------------------------------------------------------------------ */

/* Visits to a mailbox are many and alike, so what is drawn of them is what they bring. */
static bool is_pop3(uint16_t port)
{
    return port == 110 || port == 995;
}

static void draw_opened(struct diagram *d, const struct trace_record *r)
{
    const struct trace_tcp_opened *o = r->data;
    struct ends *e = ends_of(d, r);

    if (r->where.side != TRACE_SIDE_CLIENT)
        return;
    e->server = participant(d, o->remote_host.size > 0 ? o->remote_host : o->remote);
    e->pop3 = is_pop3((uint16_t)o->remote_port);
    if (e->pop3)
        return;
    buffer_put_string(&d->words, "connection ");
    buffer_put_int(&d->words, r->where.conn);
    buffer_put_string(&d->words, " to port ");
    buffer_put_int(&d->words, o->remote_port);
    buffer_put_string(&d->words, " at ");
    tell_duration(&d->words, r->time_ns);
    put_note(d, e->client, e->server);
}

static void draw_sealed(struct diagram *d, const struct trace_record *r)
{
    struct ends *e = ends_of(d, r);

    if (r->where.side != TRACE_SIDE_CLIENT || e->client == NONE || e->server == NONE || e->pop3)
        return;
    buffer_put_string(&d->words, "sealed by TLS from here on");
    put_note(d, e->client, e->server);
}

static void draw_collected(struct diagram *d, const struct trace_record *r)
{
    struct ends *e = ends_of(d, r);

    if (e->client == NONE || e->server == NONE)
        return;
    buffer_put_string(&d->words, "(fetched by POP3, ");
    buffer_put_int(&d->words, ((const struct trace_mail_collected *)r->data)->octets);
    buffer_put_string(&d->words, " octets)");
    put_arrow(d, e->server, "-->>", e->client);
}

/* Drawn when the server has read it. */
static void draw_command(struct diagram *d, const struct trace_record *r)
{
    const struct trace_smtp_command *c = r->data;
    struct ends *e = ends_of(d, r);

    if (r->where.side != TRACE_SIDE_SERVER || e->client == NONE)
        return;
    buffer_put_text(&d->words, c->line);
    put_arrow(d, e->client, "->>", e->server);
}

/* Drawn when the client has read it. */
static void draw_reply(struct diagram *d, const struct trace_record *r)
{
    const struct trace_smtp_reply *reply = r->data;
    struct ends *e = ends_of(d, r);

    if (r->where.side != TRACE_SIDE_CLIENT || e->server == NONE)
        return;
    buffer_put_int(&d->words, reply->code);
    if (reply->enhanced.size > 0) {
        buffer_put_char(&d->words, ' ');
        buffer_put_text(&d->words, reply->enhanced);
    }
    for (uint32_t i = 0; i < reply->lines.count && i < LINES_SHOWN; i++) {
        buffer_put_string(&d->words, i == 0 ? " " : ", ");
        buffer_put_text(&d->words, reply->lines.items[i]);
    }
    if (reply->lines.count > LINES_SHOWN)
        buffer_put_string(&d->words, ", ...");
    put_arrow(d, e->server, "-->>", e->client);
}

static void draw_message(struct diagram *d, const struct trace_record *r)
{
    const struct trace_smtp_data *data = r->data;
    struct ends *e = ends_of(d, r);

    if (r->where.side != TRACE_SIDE_SERVER || e->client == NONE)
        return;
    buffer_put_string(&d->words, "(the message, ");
    buffer_put_int(&d->words, data->octets);
    buffer_put_string(&d->words, " octets)");
    put_arrow(d, e->client, "->>", e->server);
}

static void draw_query(struct diagram *d, const struct trace_record *r)
{
    const struct trace_dns_query *q = r->data;

    if (q->attempt > 0) /* the client's record: not yet arrived */
        return;
    buffer_put_string(&d->words, "DNS: ");
    buffer_put_text(&d->words, q->type);
    buffer_put_char(&d->words, ' ');
    buffer_put_text(&d->words, q->name);
    buffer_put_char(&d->words, '?');
    put_arrow(d, participant(d, owner_of(d, q->peer)), "->>", participant(d, r->where.host));
}

static void draw_answer(struct diagram *d, const struct trace_record *r)
{
    const struct trace_dns_answer *a = r->data;
    struct text server = owner_of(d, a->peer);

    if (a->waited_ns == 0) /* the server's record: not yet arrived */
        return;
    buffer_put_string(&d->words, "DNS: ");
    for (uint32_t i = 0; i < a->answers.count && i < LINES_SHOWN; i++) {
        if (i > 0)
            buffer_put_string(&d->words, ", ");
        buffer_put_text(&d->words, a->answers.items[i]);
    }
    if (a->answers.count == 0)
        buffer_put_text(&d->words,
                        text_equal(a->rcode, TEXT("NOERROR")) ? TEXT("no such record") : a->rcode);
    put_arrow(d, participant(d, server), "-->>", participant(d, r->where.host));
}

/* "bob@shop.example and 2 others" */
static void put_recipients(struct buffer *b, const struct text *items, uint32_t count)
{
    buffer_put_text(b, count > 0 ? items[0] : TEXT("nobody"));
    if (count == 2)
        buffer_put_string(b, " and one other");
    if (count <= 2)
        return;
    buffer_put_string(b, " and ");
    buffer_put_int(b, (int64_t)count - 1);
    buffer_put_string(b, " others");
}

/* What is said beside a host: who is responsible, and where a mail ends. */
static bool say_note(struct diagram *d, const struct trace_record *r)
{
    struct buffer *b = &d->words;

    if (r->kind == TRACE_MAIL_ACCEPTED) {
        const struct trace_mail_accepted *a = r->data;

        buffer_put_string(b, "now responsible for ");
        put_recipients(b, a->recipients.items, a->recipients.count);
    } else if (r->kind == TRACE_MAIL_DELIVERED) {
        buffer_put_string(b, "in the mailbox ");
        buffer_put_text(b, ((const struct trace_mail_delivered *)r->data)->mailbox);
    } else if (r->kind == TRACE_QUEUE_DEFERRED) {
        const struct trace_queue_deferred *q = r->data;

        buffer_put_text(b, q->recipient);
        buffer_put_string(b, " must wait; next try at ");
        tell_duration(b, q->next_try_ns);
    } else if (r->kind == TRACE_QUEUE_BOUNCED) {
        buffer_put_string(b, "gives up on ");
        buffer_put_text(b, ((const struct trace_queue_bounced *)r->data)->recipient);
    } else if (r->kind == TRACE_QUEUE_EXPIRED) {
        buffer_put_string(b, "waited too long for ");
        buffer_put_text(b, ((const struct trace_queue_expired *)r->data)->recipient);
    } else if (r->kind == TRACE_MAIL_NDR) {
        buffer_put_string(b, "writes a report to ");
        buffer_put_text(b, ((const struct trace_mail_ndr *)r->data)->to);
    } else if (r->kind == TRACE_MAIL_COMPOSED) {
        const struct trace_mail_composed *c = r->data;

        if (c->from.size == 0 || c->to.count == 0)
            return false; /* a report: mail.ndr says more */
        buffer_put_string(b, "writes to ");
        put_recipients(b, c->to.items, c->to.count);
    } else if (r->kind == TRACE_HOST_CRASHED || r->kind == TRACE_HOST_STOPPED) {
        buffer_put_string(b, r->kind == TRACE_HOST_CRASHED ? "loses power" : "stops");
    } else {
        return false;
    }
    return true;
}

static void record(void *context, const struct trace_record *r)
{
    struct diagram *d = context;

    if (d->arrows >= DIAGRAM_ARROWS_MAX)
        d->left_out++;
    else if (r->kind == TRACE_HOST_STARTED)
        host_started(d, r);
    else if (r->kind == TRACE_TCP_OPENED)
        draw_opened(d, r);
    else if (r->kind == TRACE_SMTP_COMMAND)
        draw_command(d, r);
    else if (r->kind == TRACE_SMTP_REPLY)
        draw_reply(d, r);
    else if (r->kind == TRACE_SMTP_DATA)
        draw_message(d, r);
    else if (r->kind == TRACE_TLS_STARTED)
        draw_sealed(d, r);
    else if (r->kind == TRACE_MAIL_COLLECTED)
        draw_collected(d, r);
    else if (r->kind == TRACE_DNS_QUERY)
        draw_query(d, r);
    else if (r->kind == TRACE_DNS_ANSWER)
        draw_answer(d, r);
    else if (say_note(d, r))
        put_note(d, participant(d, r->where.host), NONE);
}

/* ---- the diagram -------------------------------------------------------------------------- */

struct diagram *diagram_begin(struct memory *m, struct export_output output,
                              const struct replay_header *header)
{
    struct diagram *d = MEMORY_NEW(m, struct diagram);

    d->memory = m;
    d->output = output;
    d->header = header;
    table_init(&d->by_name, m, true);
    table_init(&d->by_address, m, false);
    table_init(&d->by_conn, m, false);
    buffer_init(&d->body, m);
    buffer_init(&d->words, m);
    return d;
}

struct trace_sink diagram_sink(struct diagram *d)
{
#define KIND(suffix) (UINT64_C(1) << TRACE_##suffix)
    return (struct trace_sink){
        .kinds = KIND(HOST_STARTED) | KIND(HOST_STOPPED) | KIND(HOST_CRASHED) | KIND(TCP_OPENED) |
                 KIND(DNS_QUERY) | KIND(DNS_ANSWER) | KIND(SMTP_COMMAND) | KIND(SMTP_REPLY) |
                 KIND(SMTP_DATA) | KIND(MAIL_ACCEPTED) | KIND(MAIL_DELIVERED) |
                 KIND(QUEUE_DEFERRED) | KIND(QUEUE_BOUNCED) | KIND(QUEUE_EXPIRED) | KIND(MAIL_NDR) |
                 KIND(MAIL_COMPOSED) | KIND(TLS_STARTED) | KIND(MAIL_COLLECTED),
        .record = record,
        .context = d,
    };
#undef KIND
}

static void put_head(struct diagram *d, struct buffer *b)
{
    struct text title = replay_scenario_text(d->header, d->memory, TEXT("title"));

    buffer_put_string(b, "sequenceDiagram\n    autonumber\n");
    if (title.size > 0) {
        clean_put(&d->words, title);
        buffer_put_string(b, "    title: ");
        put_escaped(b, clean_prefix(buffer_text(&d->words), TEXT_SHOWN));
        buffer_put_char(b, '\n');
        buffer_clear(&d->words);
    }
    for (size_t i = 0; i < d->name_count; i++) {
        buffer_put_string(b, "    participant ");
        put_participant(b, (uint32_t)i);
        buffer_put_string(b, " as ");
        put_escaped(b, d->names[i]);
        buffer_put_char(b, '\n');
    }
}

void diagram_end(struct diagram *d)
{
    struct memory *m = d->memory;
    struct buffer head;

    buffer_init(&head, m);
    put_head(d, &head);
    if (d->left_out > 0) {
        assert(d->name_count > 0);
        buffer_put_string(&d->words, "the rest of the run, ");
        buffer_put_int(&d->words, (int64_t)d->left_out);
        buffer_put_string(&d->words, " records, is left out");
        put_note(d, 0, (uint32_t)d->name_count - 1);
    }
    d->output.put(d->output.context, buffer_text(&head));
    d->output.put(d->output.context, buffer_text(&d->body));
    buffer_free(&head);
    table_free(&d->by_name);
    table_free(&d->by_address);
    table_free(&d->by_conn);
    memory_give(m, d->names, d->name_capacity * sizeof *d->names);
    memory_give(m, d->owners, d->owner_capacity * sizeof *d->owners);
    memory_give(m, d->conns, d->conn_capacity * sizeof *d->conns);
    buffer_free(&d->body);
    buffer_free(&d->words);
    memory_give(m, d, sizeof *d);
}
