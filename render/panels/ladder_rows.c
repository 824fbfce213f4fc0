/*
 * One pass over the records in their order.  For each connection it is remembered which row came last
 * and whether TLS is on; everything else a row knows when its record is met.
 */
#include "render/panels/ladder_rows.h"

#include <string.h>

#include "render/panels/ladder_build.h"
#include "sim/kernel/sorted.h"

static struct link *link_of(struct builder *b, uint32_t conn)
{
    uint32_t at =
        sorted_before(b->links, b->link_count, sizeof *b->links, offsetof(struct link, conn), conn);

    if (at < b->link_count && b->links[at].conn == conn)
        return &b->links[at];
    b->links = memory_make_room(b->l->memory, b->links, b->link_count, &b->link_capacity,
                                sizeof *b->links);
    memmove(&b->links[at + 1], &b->links[at], (b->link_count++ - at) * sizeof *b->links);
    b->links[at] = (struct link){.conn = conn,
                                 .last = RECORDING_NONE,
                                 .asked = RECORDING_NONE,
                                 .sealing = RECORDING_NONE,
                                 .closing = RECORDING_NONE};
    return &b->links[at];
}

/* ---- rows and places -------------------------------------------------------------------------- */

void build_place(struct builder *b, uint32_t record, uint32_t row)
{
    struct ladder *l = b->l;

    l->places = memory_make_room(l->memory, l->places, l->place_count, &l->place_capacity,
                                 sizeof *l->places);
    l->places[l->place_count++] = (struct ladder_place){record, row};
    l->rows[row].last = record;
}

struct ladder_row *build_row(struct builder *b, uint32_t record, enum ladder_what what)
{
    struct ladder *l = b->l;
    const struct recording_line *line = build_line(b, record);
    struct link *link = link_of(b, line->conn);

    l->rows = memory_make_room(l->memory, l->rows, l->count, &l->capacity, sizeof *l->rows);
    l->rows[l->count] =
        (struct ladder_row){.record = record,
                            .arrival = RECORDING_NONE,
                            .answer = RECORDING_NONE,
                            .conn = line->conn,
                            .from = line->host,
                            .to = RECORDING_NONE,
                            .ask = RECORDING_NONE,
                            .verdict = RECORDING_NONE,
                            .fault = RECORDING_NONE,
                            .accepted = RECORDING_NONE,
                            .what = (uint8_t)what,
                            .sealed = link->sealed && what != LADDER_CLOSE && what != LADDER_LOSS};
    link->last = l->count;
    build_place(b, record, l->count);
    return &l->rows[l->count++];
}

uint32_t ladder_place_from(const struct ladder *l, uint32_t record)
{
    return sorted_before(l->places, l->place_count, sizeof *l->places,
                         offsetof(struct ladder_place, record), record);
}

uint32_t ladder_row_of(const struct ladder *l, uint32_t record)
{
    uint32_t at = ladder_place_from(l, record);

    return at < l->place_count && l->places[at].record == record ? l->places[at].row
                                                                 : RECORDING_NONE;
}

/* The row that this record belongs to: that of what caused it, else the last of its connection. */
static uint32_t row_behind(struct builder *b, uint32_t record)
{
    const struct recording_line *line = build_line(b, record);
    uint32_t cause = line->cause;

    for (int i = 0; i < 8 && cause != RECORDING_NONE; i++) {
        uint32_t row = ladder_row_of(b->l, cause);

        if (row != RECORDING_NONE &&
            (line->conn == RECORDING_NONE || b->l->rows[row].conn == line->conn))
            return row;
        cause = build_line(b, cause)->cause;
    }
    /* A verdict that came from far away, by the DNS say, belongs to its question. */
    if (line->record->kind == TRACE_POLICY_DECISION || line->record->kind == TRACE_POLICY_RELAY ||
        line->record->kind == TRACE_AUTH_RESULT)
        if (link_of(b, line->conn)->asked != RECORDING_NONE)
            return link_of(b, line->conn)->asked;
    if (line->conn == RECORDING_NONE)
        return b->l->count > 0 ? b->l->count - 1 : RECORDING_NONE;
    return link_of(b, line->conn)->last;
}

/* ---- what travels ----------------------------------------------------------------------------- */

/* The row before this one of the same connection was sent at the same instant: one group. */
static void join_group(struct builder *b, struct ladder_row *row, uint32_t before)
{
    struct link *link = link_of(b, row->conn);
    struct ladder_row *other = before == RECORDING_NONE ? NULL : &b->l->rows[before];

    if (!other || other->what != row->what || other->from != row->from || other->unsent ||
        build_line(b, other->record)->record->time_ns !=
            build_line(b, row->record)->record->time_ns)
        return;
    if (other->group == 0)
        other->group = ++link->group;
    row->group = other->group;
}

static void add_sent(struct builder *b, uint32_t record, enum ladder_what what)
{
    const struct recording_line *line = build_line(b, record);
    uint32_t before = link_of(b, line->conn)->last;
    struct ladder_row *row = build_row(b, record, what);

    row->to = line->other;
    if (what == LADDER_COMMAND || what == LADDER_REPLY)
        join_group(b, row, before);
}

static void add_arrival(struct builder *b, uint32_t record, enum ladder_what what)
{
    const struct recording_line *line = build_line(b, record);
    uint32_t row = line->pair == RECORDING_NONE ? RECORDING_NONE : ladder_row_of(b->l, line->pair);

    if (row != RECORDING_NONE) {
        b->l->rows[row].arrival = record;
        build_place(b, record, row);
        return;
    }
    struct ladder_row *alone = build_row(b, record, what);
    alone->from = line->other;
    alone->to = line->host;
    alone->arrival = record;
    /* Without a pair nobody sent it; if its sending was only left out, it has one. */
    alone->unsent = (what == LADDER_COMMAND || what == LADDER_LETTER) &&
                    line->pair == RECORDING_NONE && line->other != RECORDING_NONE;
}

static void add_travel(struct builder *b, uint32_t record, enum ladder_what what)
{
    if (build_line(b, record)->leaves)
        add_sent(b, record, what);
    else
        add_arrival(b, record, what);
}

/* ---- the connection itself -------------------------------------------------------------------- */

/* Both sides record the same: one row. */
static void add_both(struct builder *b, uint32_t record, enum ladder_what what)
{
    const struct recording_line *line = build_line(b, record);
    struct link *link = link_of(b, line->conn);
    uint32_t *one = what == LADDER_SEAL ? &link->sealing : &link->closing;
    struct ladder_row *row = *one == RECORDING_NONE ? NULL : &b->l->rows[*one];

    if (row && row->arrival == RECORDING_NONE && row->from != line->host) {
        row->arrival = record;
        build_place(b, record, *one);
        return;
    }
    *one = b->l->count;
    build_row(b, record, what)->to = line->other;
}

static void seal(struct builder *b, uint32_t record)
{
    add_both(b, record, LADDER_SEAL);
    link_of(b, build_line(b, record)->conn)->sealed = true;
}

static void add_loss(struct builder *b, uint32_t record)
{
    uint32_t conn = build_line(b, record)->conn;
    struct link *link = link_of(b, conn);

    if (link->last != RECORDING_NONE && b->l->rows[link->last].what == LADDER_LOSS) {
        b->l->rows[link->last].repeats++;
        build_place(b, record, link->last);
    } else {
        build_row(b, record, LADDER_LOSS)->repeats = 1;
    }
}

/* ---- what belongs to a row -------------------------------------------------------------------- */

void build_attach(struct builder *b, uint32_t record)
{
    uint32_t at = row_behind(b, record);

    if (at == RECORDING_NONE)
        return;
    struct ladder_row *row = &b->l->rows[at];
    build_place(b, record, at);
    switch ((unsigned)build_kind(b, record)) {
    case TRACE_SMTP_ASK:
        row->ask = record;
        link_of(b, row->conn)->asked = at;
        break;
    case TRACE_POLICY_RELAY:
    case TRACE_POLICY_DECISION:
    case TRACE_AUTH_RESULT: row->verdict = record; break;
    case TRACE_SIM_FAULT: row->fault = record; break;
    case TRACE_MAIL_ACCEPTED:
    case TRACE_MAIL_COLLECTED: row->accepted = record; break;
    default: break;
    }
}

void build_conn_record(struct builder *b, uint32_t record)
{
    switch ((unsigned)build_kind(b, record)) {
    case TRACE_TCP_OPENED: add_travel(b, record, LADDER_OPEN); break;
    case TRACE_TCP_FAILED:
        build_row(b, record, LADDER_FAILED)->to = build_line(b, record)->other;
        break;
    case TRACE_SMTP_COMMAND:
    case TRACE_POP3_COMMAND: add_travel(b, record, LADDER_COMMAND); break;
    case TRACE_SMTP_REPLY:
    case TRACE_POP3_REPLY: add_travel(b, record, LADDER_REPLY); break;
    case TRACE_SMTP_DATA: add_travel(b, record, LADDER_LETTER); break;
    case TRACE_TLS_STARTED: seal(b, record); break;
    case TRACE_TLS_REFUSED:
    case TRACE_SMTP_TIMEOUT: build_row(b, record, LADDER_NOTE); break;
    case TRACE_NET_DROPPED:
    case TRACE_TCP_TIMEOUT: add_loss(b, record); break;
    case TRACE_TCP_CLOSED: add_both(b, record, LADDER_CLOSE); break;
    default: build_attach(b, record); break;
    }
}

/* ---- lifelines -------------------------------------------------------------------------------- */

static void meet(struct ladder *l, uint32_t host)
{
    if (host == RECORDING_NONE)
        return;
    for (uint32_t i = 0; i < l->host_count; i++)
        if (l->hosts[i] == host)
            return;
    l->hosts =
        memory_make_room(l->memory, l->hosts, l->host_count, &l->host_capacity, sizeof *l->hosts);
    l->hosts[l->host_count++] = host;
}

/* Those who keep the message first, in the order in which it meets them; name servers to the right. */
static void meet_all(struct ladder *l)
{
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < l->count; i++) {
            meet(l, l->rows[i].from);
            if (pass == 1 || l->rows[i].what != LADDER_QUESTION)
                meet(l, l->rows[i].to);
        }
}

/* ---- from where to where ---------------------------------------------------------------------- */

void build_begin(struct builder *b, struct ladder *l, struct memory *m, const struct recording *r,
                 uint32_t limit)
{
    memset(l, 0, sizeof *l);
    memset(b, 0, sizeof *b);
    l->memory = m;
    l->recording = r;
    l->limit = r->count == 0 ? RECORDING_NONE : limit >= r->count ? r->count - 1 : limit;
    b->l = l;
}

/* What never arrives is known to be lost when its connection, or the answer's time, is over. */
void build_losses(struct builder *b)
{
    for (uint32_t i = 0; i < b->l->count; i++) {
        struct ladder_row *row = &b->l->rows[i];
        const struct recording_line *line = build_line(b, row->record);

        row->lost = row->arrival == RECORDING_NONE && line->lost && line->over <= b->l->limit;
    }
}

void build_end(struct builder *b)
{
    memory_give(b->l->memory, b->links, b->link_capacity * sizeof *b->links);
    meet_all(b->l);
}

static uint32_t before(const struct recording *r, uint32_t i, enum chain chain)
{
    return chain == BY_CONN ? r->lines[i].conn_before : r->lines[i].mail_before;
}

static uint32_t after(const struct recording *r, uint32_t i, enum chain chain)
{
    return chain == BY_CONN ? r->lines[i].conn_after : r->lines[i].mail_after;
}

/* The last record of the chain that counts: near the limit, if it is the one in view. */
uint32_t build_last(const struct ladder *l, uint32_t number, uint32_t last, enum chain chain)
{
    const struct recording *r = l->recording;

    for (uint32_t i = l->limit, steps = 0; last > l->limit && steps < 4096; i--, steps++) {
        if ((chain == BY_CONN ? r->lines[i].conn : r->lines[i].mail) == number)
            return i;
        if (i == 0)
            return RECORDING_NONE;
    }
    while (last != RECORDING_NONE && last > l->limit)
        last = before(r, last, chain);
    return last;
}

/* The first record to look at, so that there are not more than `records`. */
uint32_t build_first(struct ladder *l, uint32_t first, uint32_t last, uint32_t records,
                     enum chain chain)
{
    uint32_t from = last;

    for (uint32_t n = 1; n < records && from != first && from != RECORDING_NONE; n++)
        from = before(l->recording, from, chain);
    l->cut = from != first;
    return from;
}

void ladder_of_conn(struct ladder *l, struct memory *m, const struct recording *r, uint32_t conn,
                    uint32_t limit, uint32_t records)
{
    struct builder b;

    build_begin(&b, l, m, r, limit);
    if (conn >= r->conn_count || l->limit == RECORDING_NONE || r->conns[conn].first > l->limit)
        return;
    const struct recording_conn *c = &r->conns[conn];
    uint32_t last = build_last(l, conn, c->last, BY_CONN);
    uint32_t from = build_first(l, c->first, last, records, BY_CONN);

    l->begin_ns = r->lines[c->first].record->time_ns;
    meet(l, c->client);
    meet(l, c->server);
    if (l->cut) /* TLS comes early in a connection */
        for (uint32_t i = c->first, n = 0; n < 200 && i < from; n++, i = after(r, i, BY_CONN))
            if (r->lines[i].record->kind == TRACE_TLS_STARTED)
                link_of(&b, conn)->sealed = true;
    for (uint32_t i = from; i != RECORDING_NONE && i <= last; i = after(r, i, BY_CONN))
        build_conn_record(&b, i);
    build_losses(&b);
    build_end(&b);
}

void ladder_free(struct ladder *l)
{
    memory_give(l->memory, l->rows, l->capacity * sizeof *l->rows);
    memory_give(l->memory, l->places, l->place_capacity * sizeof *l->places);
    memory_give(l->memory, l->hosts, l->host_capacity * sizeof *l->hosts);
    l->rows = NULL;
    l->places = NULL;
    l->hosts = NULL;
    l->count = l->place_count = l->host_count = 0;
    l->capacity = l->place_capacity = l->host_capacity = 0;
}
