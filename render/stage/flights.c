#include "render/stage/flights.h"

#include <assert.h>

#include "render/stage/recent.h"

enum {
    LOOK_BACK = 256, /* records of a connection or host looked at for what was lost */
    MAIN_CONN = 8,   /* commands or replies of the connection in view, drawn one by one */
    MAIN_OTHER = 2,  /* things beside it that are drawn large */
    HASH_WAYS = 2048 /* a power of two */
};

static const struct recording_line *line_at(const struct ui *ui, uint32_t record)
{
    return &ui->moment.recording->lines[record];
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
    return (struct flight){
        .sent = sent,
        .end = RECORDING_NONE,
        .from = line->host,
        .to = line->other,
        .travel = line->travel,
        .state = FLIGHT_AWAY,
        .part = part_of(ui, sent, line),
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
        .travel = line->record->kind == TRACE_TCP_FAILED ? TRAVEL_CONNECT : line->travel,
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

/* A sending before `record` that is lost as this record says; `from`: look before that one, NONE: look
 * from the record on.  NONE: there is none (left). */
static uint32_t lost_before(const struct ui *ui, uint32_t record, uint32_t from)
{
    bool conn = line_at(ui, record)->conn != RECORDING_NONE;
    uint32_t i = from == RECORDING_NONE ? record : from;

    for (int look = LOOK_BACK; look > 0; look--) {
        i = conn ? line_at(ui, i)->conn_before : line_at(ui, i)->host_before;
        if (i == RECORDING_NONE)
            return i;
        if (line_at(ui, i)->lost && line_at(ui, i)->over == record)
            return i;
    }
    return RECORDING_NONE;
}

static bool has_sent(const struct flight *flights, uint32_t count, uint32_t sent)
{
    for (uint32_t i = 0; i < count; i++)
        if (flights[i].sent == sent)
            return true;
    return false;
}

struct ended_list {
    struct flight *out;
    uint32_t count, landed, lost;
};

static void put_ended(const struct ui *ui, struct ended_list *l, uint32_t sent, uint32_t end,
                      enum flight_state state)
{
    struct flight f = ended(ui, sent, end, state);
    uint32_t *used = state == FLIGHT_LANDED ? &l->landed : &l->lost;

    if (f.alpha <= 0 || has_sent(l->out, l->count, sent) ||
        *used == (state == FLIGHT_LANDED ? FLIGHTS_LANDED : FLIGHTS_LOST))
        return;
    ++*used;
    l->out[l->count++] = f;
}

static void put_ends_of(const struct ui *ui, struct ended_list *l, uint32_t record)
{
    const struct recording_line *line = line_at(ui, record);
    unsigned kind = (unsigned)line->record->kind;

    if (line->travel != TRAVEL_NOT && !line->leaves) {
        /* of a connection the road stays */
        if (line->pair != RECORDING_NONE && line->travel != TRAVEL_CONNECT && of_story(ui, record))
            put_ended(ui, l, line->pair, record, FLIGHT_LANDED);
        return;
    }
    if (line->lost && line->over == record) /* nobody is there to read it */
        put_ended(ui, l, record, record, FLIGHT_LOST);
    uint32_t sent = line->settles ? lost_before(ui, record, RECORDING_NONE) : RECORDING_NONE;
    for (; sent != RECORDING_NONE; sent = lost_before(ui, record, sent))
        put_ended(ui, l, sent, record, FLIGHT_LOST);
    if (kind == TRACE_TCP_FAILED)
        put_ended(ui, l, record, record, FLIGHT_LOST);
    else if (kind == TRACE_NET_DROPPED && !line->settles)
        put_ended(ui, l, record, record, FLIGHT_PACKET);
}

static uint32_t put_recent(const struct ui *ui, struct flight *out, uint32_t count)
{
    struct ended_list l = {.out = out, .count = count};

    for (uint32_t i = recent_first(ui); i != RECORDING_NONE; i = recent_before(ui, i))
        put_ends_of(ui, &l, i);
    return l.count;
}

/* ---- all of them ------------------------------------------------------------------------------ */

uint32_t flights_room(const struct ui *ui)
{
    return ui->moment.scene->flight_count + FLIGHTS_LANDED + FLIGHTS_LOST;
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

        if (mail != RECORDING_NONE && line->mail == mail && line->travel != TRAVEL_CONNECT) {
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
    return put_recent(ui, out, count);
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

uint32_t flows_of(const struct flight *flights, uint32_t count, struct flow *out, uint32_t room,
                  uint32_t *way)
{
    uint32_t slots[HASH_WAYS] = {0}, ways = 0; /* 1 + index in out */

    assert(room > 0 && room < HASH_WAYS);
    for (uint32_t i = 0; i < count; i++) {
        const struct flight *f = &flights[i];
        uint32_t slot = (f->from * 2654435761U ^ (f->to * 40503U << 7)) & (HASH_WAYS - 1);

        if (way)
            way[i] = RECORDING_NONE;
        if (f->main)
            continue;
        while (slots[slot] > 0 && ways < room &&
               (out[slots[slot] - 1].from != f->from || out[slots[slot] - 1].to != f->to))
            slot = (slot + 1) & (HASH_WAYS - 1);
        if (slots[slot] == 0 && ways < room) {
            slots[slot] = ++ways;
            out[ways - 1] = (struct flow){.from = f->from, .to = f->to};
        }
        uint32_t taken = slots[slot] > 0 ? slots[slot] - 1 : ways - 1;
        count_in(&out[taken], f->travel);
        if (way)
            way[i] = taken;
    }
    return ways;
}
