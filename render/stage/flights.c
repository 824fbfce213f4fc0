#include "render/stage/flights.h"

#include <assert.h>

#include "render/stage/recent.h"

enum {
    CONN_LOOK = 64,   /* records of a connection looked at for a reason */
    HOST_LOOK = 256,  /* records of a host looked at for a question */
    MAIN_CONN = 8,    /* commands or replies of the connection in view, drawn one by one */
    MAIN_OTHER = 2,   /* things beside it that are drawn large */
    HASH_WAYS = 2048, /* a power of two */
    FLIGHTS_DROPPED = 4
};

static const struct recording_line *line_at(const struct ui *ui, uint32_t record)
{
    return &ui->moment.recording->lines[record];
}

static unsigned kind_of(const struct ui *ui, uint32_t record)
{
    return (unsigned)line_at(ui, record)->record->kind;
}

static bool known(const struct ui *ui, uint32_t record)
{
    return record != RECORDING_NONE && ui->moment.place.index != RECORDING_NONE &&
           record <= ui->moment.place.index && !ui_veiled(ui, record);
}

/* ---- losses ----------------------------------------------------------------------------------- */

static bool tells_of_loss(unsigned kind)
{
    return kind == TRACE_NET_DROPPED || kind == TRACE_SMTP_TIMEOUT || kind == TRACE_TCP_CLOSED ||
           kind == TRACE_DNS_TIMEOUT;
}

static bool same_question(const struct ui *ui, uint32_t sent, uint32_t timeout)
{
    const struct trace_dns_query *q = RECORDING_DATA(line_at(ui, sent), dns_query);
    const struct trace_dns_timeout *t = RECORDING_DATA(line_at(ui, timeout), dns_timeout);

    return q->id == t->id && text_equal(q->name, t->name) && text_equal(q->type, t->type);
}

/* The record up to now that says that what was sent there is lost, or NONE. */
static uint32_t loss_of(const struct ui *ui, uint32_t sent)
{
    const struct recording_line *line = line_at(ui, sent);
    bool dns = line->travel == TRAVEL_QUESTION || line->travel == TRAVEL_ANSWER;
    uint32_t i = dns ? line->host_after : line->conn_after;

    if (!line->lost)
        return RECORDING_NONE;
    for (int look = dns ? HOST_LOOK : CONN_LOOK; look > 0 && known(ui, i); look--) {
        unsigned kind = kind_of(ui, i);

        if (dns ? kind == TRACE_DNS_TIMEOUT && kind_of(ui, sent) == TRACE_DNS_QUERY &&
                      same_question(ui, sent, i)
                : tells_of_loss(kind))
            return i;
        i = dns ? line_at(ui, i)->host_after : line_at(ui, i)->conn_after;
    }
    return RECORDING_NONE;
}

/* ---- one flight ------------------------------------------------------------------------------- */

static double part_of(const struct ui *ui, uint32_t sent, const struct recording_line *line)
{
    const struct moment *m = &ui->moment;
    uint32_t arrives = line->pair;
    double part;

    /* What will become of it is not known yet, or may not be: both look the same. */
    if (arrives == RECORDING_NONE || arrives >= m->pace->count || ui_veiled(ui, arrives))
        part = pace_way(m->pace, m->ms, sent, RECORDING_NONE) / 2;
    else
        part = pace_way(m->pace, m->ms, sent, arrives);
    return ui->wish.still ? 0.5 : part;
}

static struct flight under_way(const struct ui *ui, uint32_t sent)
{
    const struct recording_line *line = line_at(ui, sent);
    uint32_t loss = loss_of(ui, sent);

    return (struct flight){
        .sent = sent,
        .end = loss,
        .from = line->host,
        .to = line->other,
        .travel = line->travel,
        .state = loss == RECORDING_NONE ? FLIGHT_AWAY : FLIGHT_LOST,
        .part = loss == RECORDING_NONE ? part_of(ui, sent, line) : 0.5,
        .alpha = 1,
    };
}

static struct flight ended(const struct ui *ui, uint32_t sent, uint32_t end,
                           enum flight_state state)
{
    const struct recording_line *line = line_at(ui, sent);

    return (struct flight){
        .sent = sent,
        .end = end,
        .from = line->host,
        .to = line->other,
        .travel = line->travel,
        .state = (uint8_t)state,
        .main = true,
        .part = state == FLIGHT_LANDED ? 1 : 0.5,
        .alpha = state == FLIGHT_LANDED ? recent_landed_alpha(ui, end) : recent_alpha(ui, end),
    };
}

/* ---- what has just ended ---------------------------------------------------------------------- */

static bool of_story(const struct ui *ui, uint32_t record)
{
    const struct recording_line *line = line_at(ui, record);
    uint32_t conn = ui_conn(ui), mail = ui_mail(ui);

    return (conn != RECORDING_NONE && line->conn == conn) ||
           (mail != RECORDING_NONE && line->mail == mail);
}

/* The sending that this record ends, or NONE; the flight's state in *state. */
static uint32_t ends(const struct ui *ui, uint32_t record, enum flight_state *state)
{
    const struct recording_line *line = line_at(ui, record);

    *state = FLIGHT_LOST;
    if (line->travel != TRAVEL_NOT && !line->leaves) {
        *state = FLIGHT_LANDED;
        return line->pair;
    }
    switch (kind_of(ui, record)) {
    case TRACE_TCP_FAILED: return record;
    case TRACE_NET_DROPPED: *state = FLIGHT_PACKET; return record;
    case TRACE_DNS_TIMEOUT: {
        uint32_t i = line->host_before;
        for (int look = HOST_LOOK; look > 0 && i != RECORDING_NONE; look--) {
            if (kind_of(ui, i) == TRACE_DNS_QUERY && same_question(ui, i, record))
                return i;
            i = line_at(ui, i)->host_before;
        }
        return RECORDING_NONE;
    }
    case TRACE_TCP_CLOSED:
    case TRACE_SMTP_TIMEOUT: {
        uint32_t i = line->conn_before;
        for (int look = CONN_LOOK; look > 0 && i != RECORDING_NONE; look--) {
            if (line_at(ui, i)->travel != TRAVEL_NOT && line_at(ui, i)->leaves)
                return line_at(ui, i)->lost ? i : RECORDING_NONE;
            i = line_at(ui, i)->conn_before;
        }
        return RECORDING_NONE;
    }
    default: return RECORDING_NONE;
    }
}

static bool has_sent(const struct flight *flights, uint32_t count, uint32_t sent)
{
    for (uint32_t i = 0; i < count; i++)
        if (flights[i].sent == sent)
            return true;
    return false;
}

/* Is this packet the reason for which a flight is shown as lost? */
static bool is_reason(const struct flight *flights, uint32_t count, uint32_t record)
{
    for (uint32_t i = 0; i < count; i++)
        if (flights[i].state == FLIGHT_LOST && flights[i].end == record)
            return true;
    return false;
}

static uint32_t put_ended(const struct ui *ui, struct flight *out, uint32_t count)
{
    uint32_t landed = 0, dropped = 0;

    for (uint32_t i = recent_first(ui); i != RECORDING_NONE; i = recent_before(ui, i)) {
        enum flight_state state;
        uint32_t sent = ends(ui, i, &state);

        if (sent == RECORDING_NONE || ui_veiled(ui, i) || has_sent(out, count, sent))
            continue;
        if (state == FLIGHT_LANDED ? landed >= FLIGHTS_LANDED || !of_story(ui, i)
                                   : dropped >= FLIGHTS_DROPPED)
            continue;
        if (state == FLIGHT_PACKET && is_reason(out, count, i))
            continue;
        state == FLIGHT_LANDED ? landed++ : dropped++;
        struct flight f = ended(ui, sent, i, state);
        if (f.alpha > 0)
            out[count++] = f;
    }
    return count;
}

/* ---- all of them ------------------------------------------------------------------------------ */

uint32_t flights_room(const struct ui *ui)
{
    return ui->moment.scene->flight_count + FLIGHTS_LANDED + FLIGHTS_DROPPED;
}

static void swap(struct flight *a, struct flight *b)
{
    struct flight t = *a;

    *a = *b;
    *b = t;
}

/* Those of the connection in view first, then others of its mail: these are drawn large. */
static void choose_main(const struct ui *ui, struct flight *flights, uint32_t count)
{
    uint32_t conn = ui_conn(ui), mail = ui_mail(ui), main = 0, other = 0;

    if (count == 0)
        return;
    for (uint32_t i = 0; i < count && main < MAIN_CONN; i++)
        if (conn != RECORDING_NONE && line_at(ui, flights[i].sent)->conn == conn) {
            flights[i].main = true;
            swap(&flights[main++], &flights[i]);
        }
    for (uint32_t i = main; i < count && other < MAIN_OTHER; i++) {
        const struct recording_line *line = line_at(ui, flights[i].sent);
        bool ours = mail != RECORDING_NONE && line->mail == mail;

        if (ours || flights[i].state == FLIGHT_LOST) {
            flights[i].main = true;
            swap(&flights[main + other++], &flights[i]);
        }
    }
}

uint32_t flights_at(const struct ui *ui, struct flight *out, uint32_t room)
{
    const struct scene *scene = ui->moment.scene;
    uint32_t count = 0;

    assert(room >= flights_room(ui));
    (void)room;
    for (uint32_t i = 0; i < scene->flight_count; i++)
        if (!ui_veiled(ui, scene->flights[i].sent))
            out[count++] = under_way(ui, scene->flights[i].sent);
    choose_main(ui, out, count);
    return put_ended(ui, out, count);
}

/* ---- flows ------------------------------------------------------------------------------------ */

static void count_in(struct flow *flow, uint8_t travel)
{
    if (travel == TRAVEL_MESSAGE)
        flow->letters++;
    else if (travel == TRAVEL_QUESTION || travel == TRAVEL_ANSWER)
        flow->lookups++;
    else
        flow->lines++;
}

uint32_t flows_of(const struct flight *flights, uint32_t count, struct flow *out, uint32_t room)
{
    uint32_t slots[HASH_WAYS] = {0}, ways = 0; /* 1 + index in out */

    assert(room > 0 && room < HASH_WAYS);
    for (uint32_t i = 0; i < count; i++) {
        const struct flight *f = &flights[i];
        uint32_t slot = (f->from * 2654435761U ^ (f->to * 40503U << 7)) & (HASH_WAYS - 1);

        if (f->main)
            continue;
        while (slots[slot] > 0 && ways < room &&
               (out[slots[slot] - 1].from != f->from || out[slots[slot] - 1].to != f->to))
            slot = (slot + 1) & (HASH_WAYS - 1);
        if (slots[slot] == 0 && ways < room) {
            slots[slot] = ++ways;
            out[ways - 1] = (struct flow){.from = f->from, .to = f->to};
        }
        count_in(&out[slots[slot] > 0 ? slots[slot] - 1 : ways - 1], f->travel);
    }
    return ways;
}
