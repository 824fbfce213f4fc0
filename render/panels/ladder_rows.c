/*
 * One pass over the records in their order.  For each connection it is remembered which row came last
 * and whether TLS is on; everything else a row knows when its record is met.
 */
#include "render/panels/ladder_rows.h"

#include <string.h>

/* What is known of a connection while its records pass. */
struct link {
    uint32_t conn;
    uint32_t last;  /* its last row, or NONE */
    uint32_t asked; /* the row that waits for a verdict, or NONE */
    uint16_t group;
    bool sealed;
};

struct builder {
    struct ladder *l;
    struct link *links;
    uint32_t link_count, link_capacity;
    bool mail; /* a message's ladder: lifelines are found as they are met, events have rows */
};

static const struct recording_line *line_of(const struct builder *b, uint32_t record)
{
    return &b->l->recording->lines[record];
}

static enum trace_kind kind_of(const struct builder *b, uint32_t record)
{
    return line_of(b, record)->record->kind;
}

static struct link *link_of(struct builder *b, uint32_t conn)
{
    /* The latest is the likeliest. */
    for (uint32_t i = b->link_count; i-- > 0;)
        if (b->links[i].conn == conn)
            return &b->links[i];
    b->links = memory_make_room(b->l->memory, b->links, b->link_count, &b->link_capacity,
                                sizeof *b->links);
    b->links[b->link_count] =
        (struct link){.conn = conn, .last = RECORDING_NONE, .asked = RECORDING_NONE};
    return &b->links[b->link_count++];
}

/* ---- rows and places -------------------------------------------------------------------------- */

static void place(struct builder *b, uint32_t record, uint32_t row)
{
    struct ladder *l = b->l;

    l->places = memory_make_room(l->memory, l->places, l->place_count, &l->place_capacity,
                                 sizeof *l->places);
    l->places[l->place_count++] = (struct ladder_place){record, row};
    l->rows[row].last = record;
}

static struct ladder_row *add_row(struct builder *b, uint32_t record, enum ladder_what what)
{
    struct ladder *l = b->l;
    const struct recording_line *line = line_of(b, record);
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
    place(b, record, l->count);
    return &l->rows[l->count++];
}

uint32_t ladder_row_of(const struct ladder *l, uint32_t record)
{
    uint32_t low = 0, high = l->place_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (l->places[middle].record < record)
            low = middle + 1;
        else
            high = middle;
    }
    return low < l->place_count && l->places[low].record == record ? l->places[low].row
                                                                   : RECORDING_NONE;
}

/* The row that this record belongs to: that of what caused it, else the last of its connection. */
static uint32_t row_behind(struct builder *b, uint32_t record)
{
    const struct recording_line *line = line_of(b, record);
    uint32_t cause = line->cause;

    for (int i = 0; i < 8 && cause != RECORDING_NONE; i++) {
        uint32_t row = ladder_row_of(b->l, cause);

        if (row != RECORDING_NONE && b->l->rows[row].conn == line->conn)
            return row;
        cause = line_of(b, cause)->cause;
    }
    /* A verdict that came from far away, by the DNS say, belongs to its question. */
    if (line->record->kind == TRACE_POLICY_DECISION || line->record->kind == TRACE_POLICY_RELAY ||
        line->record->kind == TRACE_AUTH_RESULT)
        if (link_of(b, line->conn)->asked != RECORDING_NONE)
            return link_of(b, line->conn)->asked;
    return link_of(b, line->conn)->last;
}

/* ---- what travels ----------------------------------------------------------------------------- */

/* The row before this one of the same connection was sent at the same instant: one group. */
static void join_group(struct builder *b, struct ladder_row *row, uint32_t before)
{
    struct link *link = link_of(b, row->conn);
    struct ladder_row *other = before == RECORDING_NONE ? NULL : &b->l->rows[before];

    if (!other || other->what != row->what || other->from != row->from || other->unsent ||
        line_of(b, other->record)->record->time_ns != line_of(b, row->record)->record->time_ns)
        return;
    if (other->group == 0)
        other->group = ++link->group;
    row->group = other->group;
}

static void add_sent(struct builder *b, uint32_t record, enum ladder_what what)
{
    const struct recording_line *line = line_of(b, record);
    uint32_t before = link_of(b, line->conn)->last;
    struct ladder_row *row = add_row(b, record, what);

    row->to = line->other;
    if (what == LADDER_COMMAND || what == LADDER_REPLY)
        join_group(b, row, before);
}

static void add_arrival(struct builder *b, uint32_t record, enum ladder_what what)
{
    const struct recording_line *line = line_of(b, record);
    uint32_t row = line->pair == RECORDING_NONE ? RECORDING_NONE : ladder_row_of(b->l, line->pair);

    if (row != RECORDING_NONE) {
        b->l->rows[row].arrival = record;
        place(b, record, row);
        return;
    }
    struct ladder_row *alone = add_row(b, record, what);
    alone->from = line->other;
    alone->to = line->host;
    alone->arrival = record;
    /* Without a pair nobody sent it; if its sending was only left out, it has one. */
    alone->unsent =
        what == LADDER_COMMAND && line->pair == RECORDING_NONE && line->other != RECORDING_NONE;
}

static void add_travel(struct builder *b, uint32_t record, enum ladder_what what)
{
    if (line_of(b, record)->leaves)
        add_sent(b, record, what);
    else
        add_arrival(b, record, what);
}

/* ---- the connection itself -------------------------------------------------------------------- */

/* Both sides record the same: one row. */
static void add_both(struct builder *b, uint32_t record, enum ladder_what what)
{
    struct ladder *l = b->l;
    const struct recording_line *line = line_of(b, record);

    for (uint32_t i = l->count; i-- > 0;) {
        struct ladder_row *row = &l->rows[i];

        if (row->conn != line->conn || row->what != what)
            continue;
        if (row->arrival != RECORDING_NONE || row->from == line->host)
            break;
        row->arrival = record;
        place(b, record, i);
        return;
    }
    add_row(b, record, what)->to = line->other;
}

static void seal(struct builder *b, uint32_t record)
{
    add_both(b, record, LADDER_SEAL);
    link_of(b, line_of(b, record)->conn)->sealed = true;
}

static void add_loss(struct builder *b, uint32_t record)
{
    uint32_t conn = line_of(b, record)->conn;
    struct link *link = link_of(b, conn);

    if (link->last != RECORDING_NONE && b->l->rows[link->last].what == LADDER_LOSS) {
        b->l->rows[link->last].repeats++;
        place(b, record, link->last);
    } else {
        add_row(b, record, LADDER_LOSS)->repeats = 1;
    }
}

/* ---- what belongs to a row -------------------------------------------------------------------- */

static void attach(struct builder *b, uint32_t record)
{
    uint32_t at = row_behind(b, record);

    if (at == RECORDING_NONE)
        return;
    struct ladder_row *row = &b->l->rows[at];
    place(b, record, at);
    switch ((unsigned)kind_of(b, record)) {
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

static void add_conn_record(struct builder *b, uint32_t record)
{
    switch ((unsigned)kind_of(b, record)) {
    case TRACE_TCP_OPENED: add_travel(b, record, LADDER_OPEN); break;
    case TRACE_TCP_FAILED: add_row(b, record, LADDER_FAILED)->to = line_of(b, record)->other; break;
    case TRACE_SMTP_COMMAND:
    case TRACE_POP3_COMMAND: add_travel(b, record, LADDER_COMMAND); break;
    case TRACE_SMTP_REPLY:
    case TRACE_POP3_REPLY: add_travel(b, record, LADDER_REPLY); break;
    case TRACE_SMTP_DATA: add_travel(b, record, LADDER_LETTER); break;
    case TRACE_TLS_STARTED: seal(b, record); break;
    case TRACE_TLS_REFUSED:
    case TRACE_SMTP_TIMEOUT: add_row(b, record, LADDER_NOTE); break;
    case TRACE_NET_DROPPED:
    case TRACE_TCP_TIMEOUT: add_loss(b, record); break;
    case TRACE_TCP_CLOSED: add_both(b, record, LADDER_CLOSE); break;
    default: attach(b, record); break;
    }
}

/* ---- a message's own events ------------------------------------------------------------------- */

/* Question and answer are four records and one row. */
static void add_question(struct builder *b, uint32_t record)
{
    const struct recording_line *line = line_of(b, record);
    bool answer = line->record->kind != TRACE_DNS_QUERY;

    if (!answer && line->leaves) {
        struct ladder_row *row = add_row(b, record, LADDER_QUESTION);

        row->to = line->other;
        return;
    }
    /* The latest question between these two that is still open. */
    for (uint32_t i = b->l->count; i-- > 0;) {
        struct ladder_row *row = &b->l->rows[i];
        bool asker = row->from == line->host;

        if (row->what != LADDER_QUESTION || row->answer != RECORDING_NONE ||
            (!asker && row->to != line->host) || (!asker && row->from != line->other))
            continue;
        if (asker)
            row->answer = record;
        else if (!answer)
            row->arrival = record;
        place(b, record, i);
        return;
    }
}

static bool is_event(enum trace_kind kind)
{
    return kind == TRACE_MAIL_COMPOSED || kind == TRACE_MAIL_NDR || kind == TRACE_MAIL_DELIVERED ||
           kind == TRACE_MAIL_DISCARDED || kind == TRACE_MAIL_EXPANDED ||
           kind == TRACE_QUEUE_DEFERRED || kind == TRACE_QUEUE_BOUNCED ||
           kind == TRACE_QUEUE_EXPIRED || kind == TRACE_QUEUE_HELD || kind == TRACE_QUEUE_WARNED ||
           kind == TRACE_DNS_MX_CHOSEN || kind == TRACE_CUSTODY_OVERLAP;
}

static void add_mail_record(struct builder *b, uint32_t record)
{
    const struct recording_line *line = line_of(b, record);
    enum trace_kind kind = line->record->kind;

    if (kind == TRACE_DNS_QUERY || kind == TRACE_DNS_ANSWER || kind == TRACE_DNS_TIMEOUT)
        add_question(b, record);
    else if (line->conn != RECORDING_NONE)
        add_conn_record(b, record);
    else if (is_event(kind))
        add_row(b, record, LADDER_EVENT);
    else if (link_of(b, RECORDING_NONE)->last != RECORDING_NONE)
        attach(b, record);
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

/* ---- brief ------------------------------------------------------------------------------------ */

static bool decides(const struct ladder *l, const struct ladder_row *row)
{
    switch ((enum ladder_what)row->what) {
    case LADDER_COMMAND: return row->fault != RECORDING_NONE || row->unsent || row->lost;
    case LADDER_REPLY:
        return ladder_class(l, row) >= 4 || row->accepted != RECORDING_NONE || row->lost;
    case LADDER_CLOSE:
        return row->lost ||
               !text_equal(
                   ((const struct trace_tcp_closed *)l->recording->lines[row->record].record->data)
                       ->reason,
                   TEXT("fin"));
    case LADDER_OPEN:
    case LADDER_FAILED:
    case LADDER_LETTER:
    case LADDER_SEAL:
    case LADDER_LOSS:
    case LADDER_NOTE:
    case LADDER_QUESTION:
    case LADDER_EVENT: break;
    }
    return true;
}

/* Leaves out what does not decide; what was placed there goes to the row before it. */
static void shorten(struct builder *b, uint32_t open)
{
    struct ladder *l = b->l;
    size_t size = (l->count + 1) * sizeof(uint32_t);
    uint32_t *now = memory_take(l->memory, size), kept = 0;

    for (uint32_t i = 0; i < l->count; i++) {
        const struct ladder_row row = l->rows[i];

        if (row.conn == open || decides(l, &row))
            l->rows[kept++] = row;
        now[i] = kept > 0 ? kept - 1 : 0;
    }
    l->count = kept;
    for (uint32_t i = 0; i < l->place_count; i++)
        l->places[i].row = now[l->places[i].row];
    memory_give(l->memory, now, size);
}

/* ---- from where to where ---------------------------------------------------------------------- */

static void begin(struct builder *b, struct ladder *l, struct memory *m, const struct recording *r,
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
static void mark_lost(struct builder *b)
{
    for (uint32_t i = 0; i < b->l->count; i++) {
        struct ladder_row *row = &b->l->rows[i];
        const struct recording_line *line = line_of(b, row->record);

        row->lost = row->arrival == RECORDING_NONE && line->lost && line->over <= b->l->limit;
    }
}

static void end(struct builder *b)
{
    memory_give(b->l->memory, b->links, b->link_capacity * sizeof *b->links);
    meet_all(b->l);
}

enum chain { BY_CONN, BY_MAIL };

static uint32_t before(const struct recording *r, uint32_t i, enum chain chain)
{
    return chain == BY_CONN ? r->lines[i].conn_before : r->lines[i].mail_before;
}

static uint32_t after(const struct recording *r, uint32_t i, enum chain chain)
{
    return chain == BY_CONN ? r->lines[i].conn_after : r->lines[i].mail_after;
}

/* The last record of the chain that counts: near the limit, if it is the one in view. */
static uint32_t last_of(const struct ladder *l, uint32_t number, uint32_t last, enum chain chain)
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
static uint32_t first_of(struct ladder *l, uint32_t first, uint32_t last, uint32_t records,
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

    begin(&b, l, m, r, limit);
    if (conn >= r->conn_count || l->limit == RECORDING_NONE || r->conns[conn].first > l->limit)
        return;
    const struct recording_conn *c = &r->conns[conn];
    uint32_t last = last_of(l, conn, c->last, BY_CONN);
    uint32_t from = first_of(l, c->first, last, records, BY_CONN);

    l->begin_ns = r->lines[c->first].record->time_ns;
    meet(l, c->client);
    meet(l, c->server);
    if (l->cut) /* TLS comes early in a connection */
        for (uint32_t i = c->first, n = 0; n < 200 && i < from; n++, i = after(r, i, BY_CONN))
            if (r->lines[i].record->kind == TRACE_TLS_STARTED)
                link_of(&b, conn)->sealed = true;
    for (uint32_t i = from; i != RECORDING_NONE && i <= last; i = after(r, i, BY_CONN))
        add_conn_record(&b, i);
    mark_lost(&b);
    end(&b);
}

void ladder_of_mail(struct ladder *l, struct memory *m, const struct recording *r, uint32_t mail,
                    uint32_t open, uint32_t limit, uint32_t records)
{
    struct builder b;

    begin(&b, l, m, r, limit);
    if (mail >= r->mail_count || l->limit == RECORDING_NONE || r->mails[mail].first > l->limit)
        return;
    const struct recording_mail *c = &r->mails[mail];
    uint32_t last = last_of(l, mail, c->last, BY_MAIL);
    uint32_t from = first_of(l, c->first, last, records, BY_MAIL);

    b.mail = true;
    l->begin_ns = r->lines[c->first].record->time_ns;
    for (uint32_t i = from; i != RECORDING_NONE && i <= last; i = after(r, i, BY_MAIL))
        add_mail_record(&b, i);
    mark_lost(&b);
    if (open != LADDER_ALL)
        shorten(&b, open);
    end(&b);
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
