/*
 * scene_fold.c - one record more: what it changes in a scene.
 *
 * Only what lies at or before the record is looked at, so a scene is the same while a run goes on and
 * afterwards.  Connections, flights and custodies are kept sorted and found by halving.
 */
#include <assert.h>

#include "sim/kernel/sorted.h"
#include "sim/replay/scene_parts.h"

#define NONE RECORDING_NONE

enum { CLIENT = 1, SERVER = 2 };

void scene_begin(struct scene *s, struct memory *m, const struct recording *r)
{
    uint32_t hosts = r->cast->host_count;

    if (!s->hosts) {
        *s = (struct scene){.host_count = hosts};
        s->hosts = memory_take(m, (hosts + 1) * sizeof *s->hosts);
    }
    for (uint32_t i = 0; i < hosts; i++)
        s->hosts[i] = (struct scene_host){.verdict = NONE, .last = NONE};
    s->index = NONE;
    s->now_ns = 0;
    s->conn_count = s->flight_count = s->duty_count = s->links_down = 0;
    s->delivered = s->bounced = s->reports = s->refused = 0;
}

/* ---- sorted arrays ------------------------------------------------------------------------- */

static uint32_t find_flight(const struct scene *s, uint32_t sent)
{
    return sorted_before(s->flights, s->flight_count, sizeof *s->flights,
                         offsetof(struct scene_flight, sent), sent);
}

static uint32_t find_conn(const struct scene *s, uint32_t conn)
{
    return sorted_before(s->conns, s->conn_count, sizeof *s->conns,
                         offsetof(struct scene_conn, conn), conn);
}

static uint32_t find_duty(const struct scene *s, uint32_t opened)
{
    return sorted_before(s->duties, s->duty_count, sizeof *s->duties,
                         offsetof(struct scene_duty, opened), opened);
}

/* The open custody that began at that record, or NULL. */
static struct scene_duty *duty_of(struct scene *s, uint32_t opened)
{
    uint32_t at = opened == NONE ? s->duty_count : find_duty(s, opened);

    return at < s->duty_count && s->duties[at].opened == opened ? &s->duties[at] : NULL;
}

static struct scene_conn *conn_of(struct scene *s, uint32_t conn)
{
    uint32_t at = conn == NONE ? s->conn_count : find_conn(s, conn);

    return at < s->conn_count && s->conns[at].conn == conn ? &s->conns[at] : NULL;
}

static void add_to(uint32_t *count, int64_t change)
{
    int64_t sum = (int64_t)*count + change;

    *count = sum < 0 ? 0 : (uint32_t)sum;
}

/* ---- what is under way --------------------------------------------------------------------- */

static void send_off(struct scene *s, struct memory *m, uint32_t sent)
{
    s->flights =
        memory_make_room(m, s->flights, s->flight_count, &s->flight_capacity, sizeof *s->flights);
    s->flights[s->flight_count++] = (struct scene_flight){sent};
}

static void land(struct scene *s, uint32_t sent)
{
    uint32_t at = find_flight(s, sent);

    if (at == s->flight_count || s->flights[at].sent != sent)
        return;
    s->flight_count--;
    memmove(s->flights + at, s->flights + at + 1, (s->flight_count - at) * sizeof *s->flights);
}

static void settle(struct scene *s, const struct recording *r, uint32_t index)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < s->flight_count; i++)
        if (r->lines[s->flights[i].sent].over != index)
            s->flights[kept++] = s->flights[i];
    s->flight_count = kept;
}

static void travel(struct scene *s, struct memory *m, const struct recording *r, uint32_t index)
{
    const struct recording_line *line = &r->lines[index];

    if (line->travel != TRAVEL_NOT && !line->leaves && line->pair != NONE)
        land(s, line->pair);
    if (line->settles)
        settle(s, r, index);
    if (line->travel != TRAVEL_NOT && line->leaves && line->over != index)
        send_off(s, m, index);
}

/* ---- connections --------------------------------------------------------------------------- */

static uint32_t end_host(const struct recording *r, uint32_t conn, int side)
{
    return side == CLIENT ? r->conns[conn].client : r->conns[conn].server;
}

static void count_session(struct scene *s, uint32_t host, int change)
{
    if (host != NONE)
        add_to(&s->hosts[host].sessions, change);
}

static void open_side(struct scene *s, struct memory *m, uint32_t index,
                      const struct recording_line *line, int side)
{
    struct scene_conn *c = conn_of(s, line->conn);

    if (!c) {
        uint32_t at = find_conn(s, line->conn);

        s->conns =
            memory_make_room(m, s->conns, s->conn_count, &s->conn_capacity, sizeof *s->conns);
        memmove(s->conns + at + 1, s->conns + at, (s->conn_count - at) * sizeof *s->conns);
        s->conn_count++;
        c = &s->conns[at];
        *c = (struct scene_conn){.conn = line->conn, .opened = index, .last = index, .mail = NONE};
    }
    if (c->open & side)
        return;
    c->open |= (uint8_t)side;
    count_session(s, line->host, 1);
}

/* Without the side that is over; a connection that is over on both goes. */
static void close_side(struct scene *s, const struct recording *r, uint32_t at, int side)
{
    struct scene_conn *c = &s->conns[at];

    if (!(c->open & side))
        return;
    c->open &= (uint8_t)~side;
    count_session(s, end_host(r, c->conn, side), -1);
    if (c->open)
        return;
    s->conn_count--;
    memmove(s->conns + at, s->conns + at + 1, (s->conn_count - at) * sizeof *s->conns);
}

static void close_all_of(struct scene *s, const struct recording *r, uint32_t host)
{
    for (uint32_t i = s->conn_count; i-- > 0;) {
        uint32_t conn = s->conns[i].conn;
        bool client = r->conns[conn].client == host, server = r->conns[conn].server == host;

        if (server)
            close_side(s, r, i, SERVER);
        if (client && i < s->conn_count && s->conns[i].conn == conn)
            close_side(s, r, i, CLIENT);
    }
}

static bool starts_message(const struct recording_line *line)
{
    if (line->record->kind == TRACE_SMTP_REPLY)
        return line->record->where.side == TRACE_SIDE_CLIENT &&
               RECORDING_DATA(line, smtp_reply)->code == 354;
    return line->record->kind == TRACE_SMTP_COMMAND && line->leaves &&
           text_equal(RECORDING_DATA(line, smtp_command)->verb, TEXT("BDAT"));
}

static bool ends_message(const struct recording_line *line)
{
    if (line->record->kind == TRACE_SMTP_REPLY)
        return line->record->where.side == TRACE_SIDE_CLIENT &&
               RECORDING_DATA(line, smtp_reply)->code != 354;
    return line->record->kind == TRACE_SMTP_DATA && !line->leaves;
}

static void speak(struct scene *s, struct memory *m, const struct recording *r, uint32_t index)
{
    const struct recording_line *line = &r->lines[index];
    int side = line->record->where.side == TRACE_SIDE_CLIENT   ? CLIENT
               : line->record->where.side == TRACE_SIDE_SERVER ? SERVER
                                                               : 0;
    struct scene_conn *c;

    if (line->conn == NONE)
        return;
    if (line->record->kind == TRACE_TCP_OPENED && side)
        open_side(s, m, index, line, side);
    c = conn_of(s, line->conn);
    if (!c)
        return;
    c->last = index;
    if (line->mail != NONE)
        c->mail = line->mail;
    if (line->record->kind == TRACE_TLS_STARTED)
        c->sealed |= (uint8_t)side;
    if (starts_message(line))
        c->in_data = 1;
    else if (ends_message(line))
        c->in_data = 0;
    if (line->record->kind == TRACE_TCP_CLOSED && side)
        close_side(s, r, (uint32_t)(c - s->conns), side);
}

/* ---- custodies ----------------------------------------------------------------------------- */

static void open_duty(struct scene *s, struct memory *m, const struct recording_line *line,
                      uint32_t index)
{
    s->duties = memory_make_room(m, s->duties, s->duty_count, &s->duty_capacity, sizeof *s->duties);
    s->duties[s->duty_count++] =
        (struct scene_duty){.host = line->host, .mail = line->mail, .opened = index};
    if (line->host != NONE)
        s->hosts[line->host].duties++;
}

/* The sender of what this holder gives away is alone again, if it still waits for the reply. */
static void close_duty(struct scene *s, const struct scene_notes *n, uint32_t opened)
{
    struct scene_duty *duty = duty_of(s, opened), *sender;
    uint32_t at;

    if (!duty)
        return;
    sender = duty_of(s, n->of[opened]);
    if (sender && sender->doubt > 0)
        sender->doubt--;
    if (duty->host != NONE)
        add_to(&s->hosts[duty->host].duties, -1);
    at = (uint32_t)(duty - s->duties);
    s->duty_count--;
    memmove(s->duties + at, s->duties + at + 1, (s->duty_count - at) * sizeof *s->duties);
}

static void custody(struct scene *s, struct memory *m, const struct recording_line *line,
                    const struct scene_notes *n, uint32_t index)
{
    struct scene_duty *duty;

    switch ((int)line->record->kind) {
    case TRACE_CUSTODY_OPENED: open_duty(s, m, line, index); break;
    case TRACE_CUSTODY_CLOSED: close_duty(s, n, n->of[index]); break;
    case TRACE_CUSTODY_OVERLAP:
        duty = duty_of(s, n->of[index]);
        if (duty && duty->doubt < UINT8_MAX)
            duty->doubt++;
        break;
    default: break;
    }
}

/* ---- counts -------------------------------------------------------------------------------- */

static void refuse(struct scene *s, struct scene_host *host)
{
    host->refused++;
    s->refused++;
}

static void judge(struct scene *s, struct scene_host *host, const struct recording_line *line,
                  uint32_t index)
{
    const struct trace_policy_relay *relay = line->record->data;

    host->verdict = index;
    if (line->record->kind == TRACE_POLICY_DECISION) {
        if (text_equal(RECORDING_DATA(line, policy_decision)->verdict, TEXT("refuse")))
            refuse(s, host);
    } else if (!relay->allowed) {
        refuse(s, host);
    } else if (!text_equal(relay->reason, TEXT("local"))) {
        host->relayed++;
    }
}

/* A host that stops or loses power forgets what it had looked up; its queue stays on its disk. */
static void power(struct scene *s, const struct recording *r, const struct recording_line *line)
{
    struct scene_host *host = &s->hosts[line->host];

    host->cached = 0;
    if (line->record->kind == TRACE_HOST_STARTED) {
        host->power = SCENE_UP;
        return;
    }
    host->power = line->record->kind == TRACE_HOST_CRASHED ? SCENE_CRASHED : SCENE_STOPPED;
    if (host->power == SCENE_CRASHED)
        close_all_of(s, r, line->host);
}

static void count_for_host(struct scene *s, const struct recording *r,
                           const struct recording_line *line, uint32_t index)
{
    struct scene_host *host = &s->hosts[line->host];

    host->last = index;
    switch ((int)line->record->kind) {
    case TRACE_HOST_STARTED:
    case TRACE_HOST_STOPPED:
    case TRACE_HOST_CRASHED: power(s, r, line); break;
    case TRACE_QUEUE_ENTERED: host->queued++; break;
    case TRACE_QUEUE_REMOVED: add_to(&host->queued, -1); break;
    case TRACE_MAIL_DELIVERED: host->mailbox++; break;
    case TRACE_MAIL_COLLECTED: host->collected++; break;
    case TRACE_DNS_ANSWER: host->cached += line->record->where.side == TRACE_SIDE_CLIENT; break;
    case TRACE_DNS_EXPIRED: add_to(&host->cached, -1); break;
    case TRACE_POLICY_RELAY:
    case TRACE_POLICY_DECISION: judge(s, host, line, index); break;
    default: break;
    }
}

static void count(struct scene *s, const struct recording *r, const struct recording_line *line,
                  uint32_t index)
{
    if (line->host != NONE)
        count_for_host(s, r, line, index);
    switch ((int)line->record->kind) {
    case TRACE_MAIL_DELIVERED: s->delivered++; break;
    case TRACE_QUEUE_BOUNCED:
    case TRACE_QUEUE_EXPIRED: s->bounced++; break;
    case TRACE_MAIL_NDR: s->reports++; break;
    case TRACE_LIST_LISTED:
        if (line->other != NONE)
            s->hosts[line->other].listed++;
        break;
    case TRACE_LIST_DELISTED:
        if (line->other != NONE)
            add_to(&s->hosts[line->other].listed, -1);
        break;
    default: break;
    }
}

static void change(struct scene *s, const struct recording_line *line, const struct scene_change *c)
{
    s->links_down += (uint32_t)c->links_down;
    if (line->host == NONE)
        return;
    add_to(&s->hosts[line->host].deferred, c->deferred);
    add_to(&s->hosts[line->host].held, c->held);
}

/* ---- one record ---------------------------------------------------------------------------- */

static bool is_custody(int kind)
{
    return kind == TRACE_CUSTODY_OPENED || kind == TRACE_CUSTODY_CLOSED ||
           kind == TRACE_CUSTODY_OVERLAP;
}

void scene_add(struct scene *s, struct memory *m, const struct recording *r,
               const struct scene_notes *n)
{
    uint32_t index = s->index == NONE ? 0 : s->index + 1;
    const struct recording_line *line = &r->lines[index];

    assert(index < n->count);
    s->index = index;
    s->now_ns = line->record->time_ns;
    travel(s, m, r, index);
    count(s, r, line, index);
    speak(s, m, r, index);
    if (is_custody((int)line->record->kind))
        custody(s, m, line, n, index);
    else if (n->of[index] != NONE)
        change(s, line, &n->changes[n->of[index]]);
}
