#include "render/stage/road.h"

#include <stdio.h>

#include "render/stage/recent.h"

enum { TLS_LOOK = 256 };

/* ---- which ------------------------------------------------------------------------------------ */

/* The main road of a pair of hosts stands for its others. */
static uint32_t put_road(struct road *out, uint32_t count, const struct road *road)
{
    for (uint32_t i = 0; i < count; i++)
        if (out[i].from == road->from && out[i].to == road->to && out[i].kind == road->kind) {
            if (road->main && !out[i].main)
                out[i] = *road;
            return count;
        }
    if (count < ROADS_SHOWN)
        out[count++] = *road;
    return count;
}

static double opened_part(const struct flight *flights, uint32_t count, const struct ui *ui,
                          uint32_t conn)
{
    for (uint32_t i = 0; i < count; i++)
        if (flights[i].travel == TRAVEL_CONNECT && flights[i].state == FLIGHT_AWAY &&
            ui_line(ui, flights[i].sent)->conn == conn)
            return flights[i].part;
    return 1;
}

static bool is_refused(const struct ui *ui, const struct gate *gates, uint32_t count, uint32_t conn)
{
    for (uint32_t i = 0; i < count; i++)
        if (gates[i].verdict == GATE_CLOSED && ui_line(ui, gates[i].record)->conn == conn)
            return true;
    return false;
}

static struct road talk_of(const struct ui *ui, uint32_t conn, uint8_t sealed)
{
    const struct recording_conn *c = &ui->moment.recording->conns[conn];

    return (struct road){
        .from = c->client,
        .to = c->server,
        .conn = conn,
        .kind = c->pop3 ? ROAD_PULL : ROAD_TALK,
        .sealed = sealed,
        .main = conn == ui_conn(ui),
        .open = 1,
        .alpha = 1,
    };
}

/* The connection in view that is just over. */
static uint32_t put_closed(const struct ui *ui, struct road *out, uint32_t count)
{
    for (uint32_t i = recent_first(ui); i != RECORDING_NONE; i = recent_before(ui, i)) {
        const struct recording_line *line = ui_line(ui, i);

        if (line->record->kind != TRACE_TCP_CLOSED || line->conn == RECORDING_NONE ||
            line->conn != ui_conn(ui))
            continue;
        struct road road = talk_of(ui, line->conn, 0);
        road.alpha = recent_alpha(ui, i);
        if (road.from != RECORDING_NONE && road.to != RECORDING_NONE)
            count = put_road(out, count, &road);
        break;
    }
    return count;
}

static uint32_t put_flight_roads(const struct ui *ui, const struct flight *flights,
                                 uint32_t flight_count, struct road *out, uint32_t count)
{
    for (uint32_t i = 0; i < flight_count; i++) {
        const struct flight *f = &flights[i];
        bool question = f->travel == TRAVEL_QUESTION, answer = f->travel == TRAVEL_ANSWER;
        struct road road = {.conn = RECORDING_NONE, .main = true, .alpha = f->alpha};

        if (!f->main || f->from == RECORDING_NONE || f->to == RECORDING_NONE)
            continue;
        if (question || answer) {
            road.kind = ROAD_LOOKUP;
            road.from = question ? f->from : f->to;
            road.to = question ? f->to : f->from;
            road.open = question && f->state != FLIGHT_LANDED ? f->part : 1;
        } else if (ui_line(ui, f->sent)->record->kind == TRACE_TCP_FAILED) {
            road.from = f->from;
            road.to = f->to;
            road.open = f->part;
            road.refused = text_equal(RECORDING_DATA(ui_line(ui, f->sent), tcp_failed)->reason,
                                      TEXT("refused"));
        } else {
            continue;
        }
        count = put_road(out, count, &road);
    }
    return count;
}

static void mark_trouble(const struct flight *flights, uint32_t count, struct road *road)
{
    for (uint32_t i = 0; i < count; i++)
        if ((flights[i].state == FLIGHT_LOST || flights[i].state == FLIGHT_PACKET) &&
            ((flights[i].from == road->from && flights[i].to == road->to) ||
             (flights[i].from == road->to && flights[i].to == road->from)))
            road->trouble = true;
}

uint32_t roads_at(const struct ui *ui, const struct flight *flights, uint32_t flight_count,
                  const struct gate *gates, uint32_t gate_count, struct road *out)
{
    const struct scene *s = ui->moment.scene;
    bool crowd = s->conn_count > FLIGHTS_LOOKED_AT;
    uint32_t count = 0;

    for (uint32_t i = 0; i < s->conn_count; i++) {
        struct road road = talk_of(ui, s->conns[i].conn, s->conns[i].sealed);

        if (road.from == RECORDING_NONE || road.to == RECORDING_NONE || (crowd && !road.main) ||
            ui_veiled(ui, s->conns[i].opened))
            continue;
        road.open = opened_part(flights, flight_count, ui, road.conn);
        road.refused = is_refused(ui, gates, gate_count, road.conn);
        count = put_road(out, count, &road);
    }
    count = put_closed(ui, out, count);
    count = put_flight_roads(ui, flights, flight_count, out, count);
    for (uint32_t i = 0; i < count; i++)
        mark_trouble(flights, flight_count, &out[i]);
    for (uint32_t i = 0, end = count; i < end; i++) /* the main ones to the end */
        if (out[i].main) {
            struct road road = out[i];
            memmove(&out[i], &out[i + 1], (count - i - 1) * sizeof road);
            out[count - 1] = road;
            end--;
            i--;
        }
    return count;
}

/* ---- words ------------------------------------------------------------------------------------ */

/* The TLS version, from the last tls.started up to now; empty: not known. */
static struct text tls_version(const struct ui *ui, uint32_t conn)
{
    const struct recording *r = ui->moment.recording;
    uint32_t i = r->conns[conn].first;

    for (int look = TLS_LOOK; look > 0 && i != RECORDING_NONE && i <= ui->moment.place.index;
         look--) {
        if (ui_line(ui, i)->record->kind == TRACE_TLS_STARTED)
            return RECORDING_DATA(ui_line(ui, i), tls_started)->version;
        i = ui_line(ui, i)->conn_after;
    }
    return TEXT("TLS");
}

struct text road_words(const struct ui *ui, const struct road *road, char *out)
{
    if (road->conn == RECORDING_NONE)
        return TEXT("");
    const struct recording_conn *c = &ui->moment.recording->conns[road->conn];
    struct text version = road->sealed == 3 ? tls_version(ui, road->conn) : TEXT("");
    char port[24] = "";
    int size;

    if (c->port > 0)
        snprintf(port, sizeof port, "port %d", (int)c->port);
    if (road->kind == ROAD_PULL)
        size = snprintf(out, ROAD_WORDS, "POP3, not SMTP");
    else
        size = snprintf(out, ROAD_WORDS, "%.*s%s%s%s%s", TEXT_ARG(version),
                        version.size > 0 ? ", " : "", c->lmtp ? "LMTP" : "",
                        c->lmtp && port[0] ? ", " : "", port);
    return ui_printed(out, size, ROAD_WORDS);
}
