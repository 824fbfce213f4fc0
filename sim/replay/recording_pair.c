/*
 * recording_pair.c - where what was sent arrives, and what is lost.
 *
 * On a connection everything arrives in the order in which it was sent (TCP), so what a side reads is
 * the first of its kind that is on its way there and says the same; whatever was sent before it and
 * did not arrive as itself never will (a server that reads a command has skipped the rest of what it
 * refused).  What a side reads and nobody sent as such was inside a letter: a smuggled one.
 *
 * A side that is over reads nothing: what is on its way there is lost then, and what is sent later at
 * once.  What the ended side itself had sent may still arrive.
 *
 * Questions to name servers are told apart by asker, asked, id, name and type.  One that timed out
 * before it arrived is lost, and so is its answer if that comes later.
 */
#include "sim/replay/recording_parts.h"

#include <assert.h>

#define NONE RECORDING_NONE

/* ---- what travels -------------------------------------------------------------------------- */

static enum recording_travel travel_of(const struct trace_record *record)
{
    switch ((int)record->kind) {
    case TRACE_TCP_OPENED: return TRAVEL_CONNECT;
    case TRACE_SMTP_COMMAND:
    case TRACE_POP3_COMMAND: return TRAVEL_COMMAND;
    case TRACE_SMTP_REPLY:
    case TRACE_POP3_REPLY: return TRAVEL_REPLY;
    case TRACE_SMTP_DATA: return TRAVEL_MESSAGE;
    case TRACE_DNS_QUERY: return TRAVEL_QUESTION;
    case TRACE_DNS_ANSWER: return TRAVEL_ANSWER;
    default: return TRAVEL_NOT;
    }
}

static bool is_reply(uint8_t travel)
{
    return travel == TRAVEL_REPLY || travel == TRAVEL_ANSWER;
}

static void lose(struct recording *r, uint32_t sent, uint32_t at)
{
    r->lines[sent].lost = true;
    r->lines[sent].over = at;
    r->lines[at].settles |= at != sent;
}

static void join(struct recording *r, uint32_t sent, uint32_t arrived)
{
    r->lines[sent].pair = arrived;
    r->lines[arrived].pair = sent;
}

/* ---- connections --------------------------------------------------------------------------- */

void recording_pair_conn(struct recording *r, uint32_t conn)
{
    struct recording_own *own = r->own;

    own->ends = memory_make_room(r->memory, own->ends, conn, &own->end_capacity, sizeof *own->ends);
    own->ends[conn] = (struct recording_ends){.pending = {{NONE, NONE}, {NONE, NONE}},
                                              .open_at = own->open_count};
    own->open = memory_make_room(r->memory, own->open, own->open_count, &own->open_capacity,
                                 sizeof *own->open);
    own->open[own->open_count++] = conn;
}

static void add_pending(struct recording *r, struct recording_pending *p, uint32_t index)
{
    if (p->first == NONE)
        p->first = index;
    else
        r->own->later[p->last] = index;
    p->last = index;
}

static void lose_pending(struct recording *r, struct recording_pending *p, uint32_t at)
{
    for (uint32_t i = p->first; i != NONE; i = r->own->later[i])
        lose(r, i, at);
    *p = (struct recording_pending){NONE, NONE};
}

static bool says_the_same(const struct recording_line *sent, const struct recording_line *read)
{
    const struct trace_record *a = sent->record, *b = read->record;

    if (a->kind != b->kind)
        return false;
    switch ((int)a->kind) {
    case TRACE_SMTP_COMMAND:
        return text_equal(RECORDING_DATA(sent, smtp_command)->line,
                          RECORDING_DATA(read, smtp_command)->line);
    case TRACE_SMTP_REPLY:
        return RECORDING_DATA(sent, smtp_reply)->code == RECORDING_DATA(read, smtp_reply)->code;
    case TRACE_POP3_COMMAND:
        return text_equal(RECORDING_DATA(sent, pop3_command)->line,
                          RECORDING_DATA(read, pop3_command)->line);
    case TRACE_POP3_REPLY:
        return RECORDING_DATA(sent, pop3_reply)->ok == RECORDING_DATA(read, pop3_reply)->ok;
    default: return true;
    }
}

static void arrive(struct recording *r, struct recording_pending *p, uint32_t index)
{
    uint32_t *later = r->own->later, sent = p->first;

    while (sent != NONE && !says_the_same(&r->lines[sent], &r->lines[index]))
        sent = later[sent];
    if (sent == NONE)
        return;
    for (uint32_t i = p->first; i != sent; i = later[i])
        lose(r, i, index);
    p->first = later[sent];
    if (p->first == NONE)
        p->last = NONE;
    join(r, sent, index);
}

static void close_list(struct recording *r, struct recording_ends *e)
{
    struct recording_own *own = r->own;
    uint32_t last = own->open[--own->open_count];

    own->open[e->open_at] = last;
    own->ends[last].open_at = e->open_at;
    e->open_at = NONE;
}

/* One side is over.  If the other never was open and this side has waited in vain, nothing arrives
 * there either. */
static void end_side(struct recording *r, uint32_t conn, int side, bool in_vain, uint32_t at)
{
    struct recording_ends *e = &r->own->ends[conn];
    int other = side == TO_CLIENT ? TO_SERVER : TO_CLIENT;

    if (e->ended[side])
        return;
    e->ended[side] = true;
    lose_pending(r, &e->pending[side], at);
    if (in_vain && !e->opened[other])
        lose_pending(r, &e->pending[other], at);
    if (e->open_at != NONE &&
        (e->ended[other] || (!e->opened[other] && e->pending[other].first == NONE)))
        close_list(r, e);
}

/* The other side answered with a reset, or it is a round trip since this side was open: if the other is
 * not by now, it never will be. */
static bool waited_in_vain(const struct recording *r, uint32_t conn, uint32_t at)
{
    const struct recording_line *end = &r->lines[at];
    uint32_t first = r->own->ends[conn].pending[TO_SERVER].first;
    const struct recording_line *opening = first != NONE ? &r->lines[first] : NULL;

    if (end->record->kind == TRACE_TCP_CLOSED &&
        text_equal(RECORDING_DATA(end, tcp_closed)->reason, TEXT("reset")))
        return true;
    return opening && opening->record->kind == TRACE_TCP_OPENED &&
           end->record->time_ns - opening->record->time_ns >
               RECORDING_DATA(opening, tcp_opened)->waited_ns;
}

/* A server whose SYN was answered loses what it knows of it, too; one that is only asked may be up again
 * when the next SYN comes. */
static bool has_begun(const struct recording_ends *e)
{
    return e->opened[TO_CLIENT] || e->opened[TO_SERVER];
}

static void end_conns_of(struct recording *r, uint32_t host, uint32_t at)
{
    for (uint32_t i = r->own->open_count; i-- > 0;) {
        uint32_t conn = r->own->open[i];
        const struct recording_conn *c = &r->conns[conn];

        if (c->client == host)
            end_side(r, conn, TO_CLIENT, waited_in_vain(r, conn, at), at);
        else if (c->server == host && has_begun(&r->own->ends[conn]))
            end_side(r, conn, TO_SERVER, false, at);
    }
}

/* Nothing is left to happen, so what is still under way was lost when nobody could say so: both sides
 * lost power before the connection was open. */
static void end_all(struct recording *r, uint32_t at)
{
    if (!text_equal(RECORDING_DATA(&r->lines[at], sim_ended)->reason, TEXT("quiet")))
        return;
    for (uint32_t i = 0; i < r->own->open_count; i++) {
        struct recording_ends *e = &r->own->ends[r->own->open[i]];

        lose_pending(r, &e->pending[TO_CLIENT], at);
        lose_pending(r, &e->pending[TO_SERVER], at);
    }
}

static void pair_on_conn(struct recording *r, uint32_t index)
{
    struct recording_line *line = &r->lines[index];
    struct recording_ends *e = &r->own->ends[line->conn];
    int side = line->record->where.side == TRACE_SIDE_CLIENT ? TO_CLIENT : TO_SERVER;
    int other = side == TO_CLIENT ? TO_SERVER : TO_CLIENT;

    if (line->record->kind == TRACE_TCP_OPENED)
        e->opened[side] = true;
    if (line->travel != TRAVEL_NOT && line->leaves) {
        if (e->ended[other])
            lose(r, index, index);
        else
            add_pending(r, &e->pending[other], index);
    } else if (line->travel != TRAVEL_NOT) {
        arrive(r, &e->pending[side], index);
    } else if (line->record->kind == TRACE_TCP_CLOSED) {
        end_side(r, line->conn, side, waited_in_vain(r, line->conn, index), index);
    } else if (line->record->kind == TRACE_TCP_FAILED) {
        end_side(r, line->conn, side, true, index);
    }
}

/* ---- questions ----------------------------------------------------------------------------- */

/* id, name and type stand first in the three kinds, but each has its own struct. */
struct asked {
    int64_t id;
    struct text name, type;
};

static struct asked asked_in(const struct recording_line *line)
{
    const struct trace_dns_query *query = line->record->data;
    const struct trace_dns_answer *answer = line->record->data;
    const struct trace_dns_timeout *timeout = line->record->data;

    if (line->record->kind == TRACE_DNS_QUERY)
        return (struct asked){query->id, query->name, query->type};
    if (line->record->kind == TRACE_DNS_ANSWER)
        return (struct asked){answer->id, answer->name, answer->type};
    return (struct asked){timeout->id, timeout->name, timeout->type};
}

static bool is_question(const struct recording *r, const struct recording_question *q,
                        uint32_t asked_host, const struct asked *wanted)
{
    const struct recording_line *line = &r->lines[q->asked];
    struct asked a = asked_in(line);

    return line->other == asked_host && a.id == wanted->id && text_equal(a.name, wanted->name) &&
           text_equal(a.type, wanted->type);
}

/* The link that leads to the oldest such question of `asker` that satisfies neither flag, or NULL. */
static uint32_t *find_question(struct recording *r, uint32_t asker, uint32_t asked_host,
                               const struct recording_line *line)
{
    struct asked wanted = asked_in(line);
    uint32_t *link = asker != NONE ? &r->own->host_question[asker] : NULL;

    while (link && *link != NONE) {
        struct recording_question *q = &r->own->questions[*link];
        bool at_server = line->record->where.side == TRACE_SIDE_SERVER;
        bool passed =
            at_server ? (line->record->kind == TRACE_DNS_QUERY ? q->arrived : q->answered != NONE)
                      : q->given_up;

        if (!passed && is_question(r, q, asked_host, &wanted))
            return link;
        link = &q->next;
    }
    return NULL;
}

static void forget_question(struct recording *r, uint32_t *link)
{
    uint32_t gone = *link;

    assert(r->own->questions && gone < r->own->question_count);
    *link = r->own->questions[gone].next;
    r->own->questions[gone].next = r->own->question_free;
    r->own->question_free = gone;
}

static void ask(struct recording *r, uint32_t index)
{
    struct recording_own *own = r->own;
    uint32_t asker = r->lines[index].host, at = own->question_free, *link;

    if (asker == NONE)
        return;
    if (at == NONE) {
        own->questions = memory_make_room(r->memory, own->questions, own->question_count,
                                          &own->question_capacity, sizeof *own->questions);
        at = own->question_count++;
    } else {
        own->question_free = own->questions[at].next;
    }
    own->questions[at] =
        (struct recording_question){.next = NONE, .asked = index, .answered = NONE};
    for (link = &own->host_question[asker]; *link != NONE; link = &own->questions[*link].next)
        ;
    *link = at;
}

/* The server reads the question, or answers it. */
static void pair_at_server(struct recording *r, uint32_t index)
{
    struct recording_line *line = &r->lines[index];
    uint32_t *link = find_question(r, line->other, line->host, line);
    struct recording_question *q = link ? &r->own->questions[*link] : NULL;

    if (q)
        line->mail = r->lines[q->asked].mail;
    if (line->travel == TRAVEL_QUESTION) {
        if (!q)
            return;
        q->arrived = true;
        join(r, q->asked, index);
    } else if (!q || q->given_up) {
        lose(r, index, index);
        if (link)
            forget_question(r, link);
    } else {
        q->answered = index;
    }
}

static void give_up(struct recording *r, uint32_t *link, uint32_t at)
{
    struct recording_question *q = &r->own->questions[*link];

    q->given_up = true;
    if (!q->arrived && !r->lines[q->asked].lost)
        lose(r, q->asked, at);
    if (q->answered != NONE && !r->lines[q->answered].lost)
        lose(r, q->answered, at);
    if (!q->arrived || q->answered != NONE)
        forget_question(r, link);
}

/* The asker has its answer, or waits no longer. */
static void pair_at_asker(struct recording *r, uint32_t index)
{
    struct recording_line *line = &r->lines[index];
    uint32_t *link = find_question(r, line->host, line->other, line);

    if (!link)
        return;
    if (line->record->kind == TRACE_DNS_TIMEOUT) {
        give_up(r, link, index);
    } else {
        if (r->own->questions[*link].answered != NONE)
            join(r, r->own->questions[*link].answered, index);
        forget_question(r, link);
    }
}

static void pair_question(struct recording *r, uint32_t index)
{
    struct recording_line *line = &r->lines[index];

    if (line->record->where.side == TRACE_SIDE_SERVER)
        pair_at_server(r, index);
    else if (line->record->kind == TRACE_DNS_QUERY)
        ask(r, index);
    else
        pair_at_asker(r, index);
}

/* A host that is down hears no answer. */
static void give_up_all(struct recording *r, uint32_t host, uint32_t at)
{
    uint32_t *link = &r->own->host_question[host];

    while (*link != NONE) {
        struct recording_question *q = &r->own->questions[*link];

        q->given_up = true;
        if (q->answered != NONE) {
            if (!r->lines[q->answered].lost)
                lose(r, q->answered, at);
            forget_question(r, link);
        } else {
            link = &q->next;
        }
    }
}

/* A datagram that is dropped is not sent again by itself, as a segment is. */
static void drop(struct recording *r, uint32_t index)
{
    const struct recording_line *line = &r->lines[index];
    struct recording_line *sent = line->cause != NONE ? &r->lines[line->cause] : NULL;

    if (!sent || !text_equal(RECORDING_DATA(line, net_dropped)->protocol, TEXT("udp")))
        return;
    if ((sent->travel == TRAVEL_QUESTION || sent->travel == TRAVEL_ANSWER) && sent->leaves &&
        sent->pair == NONE && !sent->lost)
        lose(r, line->cause, index);
}

/* ---- who is at the other end --------------------------------------------------------------- */

static struct text route_host(struct text route)
{
    size_t colon = text_find(route, ':');

    return text_after(route, colon + 1);
}

static uint32_t end_of_drop(const struct recording *r, const struct recording_line *line)
{
    const struct trace_net_dropped *dropped = line->record->data;
    uint32_t to = cast_address(r->cast, dropped->destination);

    return to != line->host ? to : cast_address(r->cast, dropped->source);
}

static uint32_t other_of(const struct recording *r, const struct recording_line *line)
{
    const struct cast *c = r->cast;

    switch ((int)line->record->kind) {
    case TRACE_NET_DROPPED: return end_of_drop(r, line);
    case TRACE_DNS_QUERY: return cast_address(c, RECORDING_DATA(line, dns_query)->peer);
    case TRACE_DNS_ANSWER: return cast_address(c, RECORDING_DATA(line, dns_answer)->peer);
    case TRACE_DNS_TIMEOUT: return cast_address(c, RECORDING_DATA(line, dns_timeout)->peer);
    case TRACE_DNS_MX_CHOSEN: return cast_address(c, RECORDING_DATA(line, dns_mx_chosen)->address);
    case TRACE_QUEUE_ATTEMPT:
        return cast_host(c, route_host(RECORDING_DATA(line, queue_attempt)->route));
    case TRACE_QUEUE_DEFERRED: return cast_host(c, RECORDING_DATA(line, queue_deferred)->remote);
    case TRACE_QUEUE_BOUNCED: return cast_host(c, RECORDING_DATA(line, queue_bounced)->remote);
    case TRACE_CUSTODY_CLOSED: return cast_host(c, RECORDING_DATA(line, custody_closed)->to);
    case TRACE_MAIL_RELAYED: return cast_host(c, RECORDING_DATA(line, mail_relayed)->next_hop);
    case TRACE_MAIL_COLLECTED: return cast_host(c, RECORDING_DATA(line, mail_collected)->server);
    case TRACE_LIST_LISTED: return cast_address(c, RECORDING_DATA(line, list_listed)->address);
    case TRACE_LIST_DELISTED: return cast_address(c, RECORDING_DATA(line, list_delisted)->address);
    default: break;
    }
    if (line->conn == NONE)
        return NONE;
    return line->record->where.side == TRACE_SIDE_SERVER ? r->conns[line->conn].client
                                                         : r->conns[line->conn].server;
}

/* ---- a line -------------------------------------------------------------------------------- */

void recording_pair_line(struct recording *r, uint32_t index)
{
    struct recording_own *own = r->own;
    struct recording_line *line = &r->lines[index];
    enum trace_side side = line->record->where.side;

    own->later =
        memory_make_room(r->memory, own->later, index, &own->later_capacity, sizeof *own->later);
    own->later[index] = NONE;
    line->other = other_of(r, line);
    if (side != TRACE_SIDE_NONE)
        line->travel = (uint8_t)travel_of(line->record);
    line->leaves =
        line->travel != TRAVEL_NOT && is_reply(line->travel) == (side == TRACE_SIDE_SERVER);
    if (line->travel == TRAVEL_QUESTION || line->travel == TRAVEL_ANSWER ||
        line->record->kind == TRACE_DNS_TIMEOUT)
        pair_question(r, index);
    else if (line->conn != NONE && side != TRACE_SIDE_NONE)
        pair_on_conn(r, index);
    else if (line->record->kind == TRACE_NET_DROPPED)
        drop(r, index);
    if (line->record->kind == TRACE_SIM_ENDED)
        end_all(r, index);
    if (line->host == NONE)
        return;
    if (line->record->kind == TRACE_HOST_CRASHED)
        end_conns_of(r, line->host, index);
    if (line->record->kind == TRACE_HOST_CRASHED || line->record->kind == TRACE_HOST_STOPPED)
        give_up_all(r, line->host, index);
}
