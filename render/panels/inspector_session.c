/*
 * inspector_session.c - the state diagram of one end of a session, with the current state lit.
 *
 * States and arrows are those of the table that runs (sim/explain/machine.h).  Where a state stands is
 * chosen by hand below, so that the way of every letter goes from left to right.  Arrows to a state that
 * nearly every other leads to (closed, and a client's quit) would hide the rest: they are said in words,
 * and drawn when one of them is the last that was taken.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "render/panels/inspector_parts.h"
#include "render/panels/inspector_states.h"
#include "sim/explain/machine.h"
#include "sim/replay/session.h"

#define NONE RECORDING_NONE

static const struct state_place server_places[] = {
    {"start", 0, 1},  {"greeted", 1, 1}, {"ready", 2, 1},      {"mail", 3, 1},  {"rcpt", 4, 1},
    {"data", 5, 1},   {"message", 6, 1}, {"no mail", 0, 0},    {"tls", 1, 0},   {"auth", 2, 0},
    {"chunks", 4, 0}, {"chunk", 5, 0},   {"no service", 0, 2}, {"closed", 6, 2}};
static const char *const server_ways[][2] = {
    {"start", "greeted"}, {"start", "no mail"}, {"start", "no service"}, {"greeted", "ready"},
    {"ready", "tls"},     {"tls", "greeted"},   {"ready", "auth"},       {"auth", "ready"},
    {"ready", "mail"},    {"mail", "rcpt"},     {"rcpt", "data"},        {"rcpt", "chunk"},
    {"chunk", "chunks"},  {"chunks", "chunk"},  {"chunk", "message"},    {"data", "message"},
    {"message", "ready"}, {"mail", "ready"},    {"rcpt", "ready"},       {"data", "ready"}};

static const struct state_place client_places[] = {
    {"greeting", 0, 1}, {"ehlo", 1, 1},    {"ready", 2, 1},   {"mail", 3, 1},   {"rcpt", 4, 1},
    {"data", 5, 1},     {"sending", 6, 1}, {"message", 7, 1}, {"start", 0, 0},  {"tls", 1, 0},
    {"starttls", 2, 0}, {"auth", 3, 0},    {"helo", 1, 2},    {"closed", 2, 2}, {"quit", 3, 2},
    {"rset", 4, 2},     {"failed", 5, 2}};
static const char *const client_ways[][2] = {
    {"start", "greeting"}, {"greeting", "ehlo"},  {"ehlo", "ready"},      {"ehlo", "helo"},
    {"helo", "ready"},     {"ready", "starttls"}, {"starttls", "tls"},    {"starttls", "ready"},
    {"tls", "ehlo"},       {"ready", "auth"},     {"auth", "ready"},      {"ready", "mail"},
    {"ready", "quit"},     {"mail", "rcpt"},      {"rcpt", "data"},       {"rcpt", "failed"},
    {"data", "sending"},   {"data", "failed"},    {"sending", "message"}, {"message", "ready"},
    {"mail", "ready"},     {"failed", "rset"},    {"rset", "mail"},       {"quit", "closed"},
    {"rcpt", "sending"},   {"data", "message"},   {"rcpt", "rset"},       {"rset", "ready"}};

#define COUNT(array) (uint32_t)(sizeof(array) / sizeof(array)[0])

const struct state_map inspector_state_maps[2] = {[MACHINE_SERVER] = {server_places,
                                                                      COUNT(server_places),
                                                                      server_ways,
                                                                      COUNT(server_ways),
                                                                      7,
                                                                      {"closed", "ready"}},
                                                  [MACHINE_CLIENT] = {client_places,
                                                                      COUNT(client_places),
                                                                      client_ways,
                                                                      COUNT(client_ways),
                                                                      8,
                                                                      {"closed", "quit"}}};

/* ---- geometry ----------------------------------------------------------------------------------- */

enum { STATES_MAX = 32 };

struct diagram {
    struct pane *pane;
    const struct state_map *map;
    struct machine machine;
    struct rect area;
    struct style font;
    struct session_state state;
    uint32_t from, to;            /* the last move; NONE: none */
    uint32_t entered[STATES_MAX]; /* record by which each was entered last; NONE: never */
    enum colour strong, ink, fill;
    double box_w, box_h;
};

static const struct state_place *place_of(const struct state_map *map, struct text name)
{
    for (uint32_t i = 0; i < map->place_count; i++)
        if (text_equal(text_of(map->places[i].state), name))
            return &map->places[i];
    return NULL;
}

static struct rect box_of(const struct diagram *d, uint32_t state)
{
    const struct state_place *at = place_of(d->map, d->machine.states[state].name);
    double pitch = d->area.w / d->map->columns, rows = (d->area.h - d->box_h) / 2;

    if (at == NULL)
        return (struct rect){0};
    return (struct rect){d->area.x + pitch * (at->column + 0.5) - d->box_w / 2,
                         d->area.y + rows * at->row, d->box_w, d->box_h};
}

/* Where the line from the middle of a box to `to` leaves it. */
static struct point border(struct rect box, struct point to, double gap)
{
    struct point m = rect_middle(box);
    double dx = to.x - m.x, dy = to.y - m.y, w = box.w / 2 + gap, h = box.h / 2 + gap;
    double part = fmin(dx != 0 ? w / fabs(dx) : 9, dy != 0 ? h / fabs(dy) : 9);

    return (struct point){m.x + dx * part, m.y + dy * part};
}

static bool is_arrow(const struct diagram *d, uint32_t from, uint32_t to)
{
    for (uint32_t i = 0; i < d->machine.arrow_count; i++)
        if (d->machine.arrows[i].from == from && d->machine.arrows[i].to == to)
            return true;
    return false;
}

/* ---- arrows ------------------------------------------------------------------------------------- */

struct way {
    struct point p[4];
    uint32_t count;
};

/* Between two rows. */
static double lane(const struct diagram *d, struct rect a, double part)
{
    return a.y + a.h + ((d->area.h - d->box_h) / 2 - d->box_h) * part;
}

/* Back to an earlier state of the middle row: below the row, and up again. */
static struct way way_back(const struct diagram *d, struct rect a, struct rect b)
{
    double below = lane(d, a, 0.36), from = a.x + a.w * 0.4, to = b.x + b.w * 0.72;

    return (struct way){{{from, a.y + a.h}, {from, below}, {to, below}, {to, b.y + b.h + 2}}, 4};
}

/* From the last row to a far earlier state of the middle one: it joins the way back. */
static struct way way_up(const struct diagram *d, struct rect a, struct rect b)
{
    double below = lane(d, b, 0.36), from = a.x + a.w * 0.25, to = b.x + b.w * 0.72;

    return (struct way){{{from, a.y}, {from, below}, {to, below}, {to, b.y + b.h + 2}}, 4};
}

/* Forward past a state of the middle row: above it.  Two such ways may overlap, so each has its lane. */
static struct way way_over(const struct diagram *d, struct rect a, struct rect b, int column)
{
    double above = a.y - ((d->area.h - d->box_h) / 2 - d->box_h) * (column % 2 == 0 ? 0.34 : 0.68),
           from = a.x + a.w * 0.7, to = b.x + b.w * 0.3;

    return (struct way){{{from, a.y}, {from, above}, {to, above}, {to, b.y - 2}}, 4};
}

/* Down to a far state of the last row, in a lane of its own. */
static struct way way_down(const struct diagram *d, struct rect a, struct rect b)
{
    double below = lane(d, a, 0.7), from = a.x + a.w * 0.6, to = b.x + b.w * 0.5;

    return (struct way){{{from, a.y + a.h}, {from, below}, {to, below}, {to, b.y - 2}}, 4};
}

static struct way way_of(const struct diagram *d, uint32_t from, uint32_t to)
{
    struct rect a = box_of(d, from), b = box_of(d, to);
    const struct state_place *at = place_of(d->map, d->machine.states[from].name),
                             *goal = place_of(d->map, d->machine.states[to].name);

    if (at->row == 1 && goal->row == 1 && goal->column < at->column)
        return way_back(d, a, b);
    if (at->row == 1 && goal->row == 1 && goal->column > at->column + 1)
        return way_over(d, a, b, at->column);
    if (at->row == 2 && goal->row == 1 && at->column > goal->column + 1)
        return way_up(d, a, b);
    if (at->row == 1 && goal->row == 2 && abs(goal->column - at->column) > 1)
        return way_down(d, a, b);
    struct point p = border(a, rect_middle(b), 0), q = border(b, rect_middle(a), 2);
    if ((at->row != 1 || goal->row != 1) && is_arrow(d, to, from)) {
        /* Two ways between two states stand beside each other. */
        double dx = q.x - p.x, dy = q.y - p.y, length = fmax(1, hypot(dx, dy)), off = 5;
        p.x -= dy / length * off, q.x -= dy / length * off;
        p.y += dx / length * off, q.y += dx / length * off;
    }
    return (struct way){{p, q}, 2};
}

static void draw_way(struct diagram *d, uint32_t from, uint32_t to, bool taken)
{
    struct way way = way_of(d, from, to);
    struct pen pen = {taken ? d->strong : COLOUR_WIRE, taken ? 3 : 1.5, DASH_NONE, 0};
    struct point tip = way.p[way.count - 1], before = way.p[way.count - 2];

    canvas_polyline(d->pane->canvas, way.p, way.count, pen);
    canvas_arrow_head(d->pane->canvas, before, tip, taken ? 10 : 7, pen.colour);
}

static void draw_ways(struct diagram *d)
{
    for (uint32_t i = 0; i < d->map->way_count; i++) {
        uint32_t from = machine_state(&d->machine, text_of(d->map->ways[i][0])),
                 to = machine_state(&d->machine, text_of(d->map->ways[i][1]));
        if (from != UINT32_MAX && to != UINT32_MAX && is_arrow(d, from, to))
            draw_way(d, from, to, false);
    }
    if (d->from != NONE && d->to != NONE)
        draw_way(d, d->from, d->to, true);
}

/* ---- states ------------------------------------------------------------------------------------- */

static void draw_state(struct diagram *d, uint32_t state)
{
    struct canvas *c = d->pane->canvas;
    struct rect box = box_of(d, state);
    bool now = state == d->to, was = d->entered[state] != NONE;
    struct style s = d->font;

    if (box.w <= 0)
        return;
    s.font = now ? FONT_BOLD : was ? FONT_MEDIUM : FONT_SANS;
    s.colour = now ? COLOUR_ON_STRONG : was ? d->ink : COLOUR_SOFT;
    canvas_fill(c, box, box.h / 3, now ? d->strong : was ? d->fill : COLOUR_INSET);
    canvas_outline(c, box, box.h / 3,
                   (struct pen){was || now ? d->strong : COLOUR_EDGE, 1, DASH_NONE, 0});
    if (now)
        canvas_outline(c, rect_inset(box, -3), box.h / 3 + 3,
                       (struct pen){d->strong, 2, DASH_NONE, 0});
    canvas_text_in(c, s, rect_inset(box, 3), d->machine.states[state].name);
    if (was)
        canvas_hit(c, box, ACT_SHOW, d->entered[state]);
}

/* As large as fits: the widest name in bold, and room for an arrow between two boxes. */
static void choose_size(struct diagram *d)
{
    struct canvas *c = d->pane->canvas;
    double pitch = d->area.w / d->map->columns;

    d->font =
        (struct style){FONT_BOLD, d->pane->ui->wish.room ? 20 : 16, COLOUR_TEXT, ALIGN_MIDDLE};
    for (;;) {
        d->box_w = 0;
        for (uint32_t i = 0; i < d->machine.state_count; i++)
            d->box_w = fmax(d->box_w, canvas_text_width(c, d->font, d->machine.states[i].name));
        d->box_w += 16;
        d->box_h = canvas_line_height(c, d->font) + 6;
        if (d->font.size <= 8 || (d->box_w <= pitch - 22 && d->box_h * 3 + 30 <= d->area.h))
            break;
        d->font.size -= 0.5;
    }
    d->box_w = fmin(d->box_w, pitch - 14);
}

static void find_seen(struct diagram *d, enum trace_side side)
{
    const struct pane *p = d->pane;

    for (uint32_t i = p->recording->conns[p->conn].first; i != NONE && i <= p->index;
         i = p->recording->lines[i].conn_after) {
        const struct trace_record *record = p->recording->lines[i].record;
        if (record->kind != TRACE_SMTP_STATE || record->where.side != side)
            continue;
        uint32_t state =
            machine_state(&d->machine, ((const struct trace_smtp_state *)record->data)->to);
        if (state < STATES_MAX)
            d->entered[state] = i;
    }
}

/* Those states are reached from everywhere: said, not drawn. */
static void draw_caption(struct diagram *d, bool client)
{
    double pitch = d->area.w / d->map->columns;
    uint32_t closed = machine_state(&d->machine, TEXT("closed"));
    struct rect at = box_of(d, closed), r;
    struct style s = inspector_soft;

    s.size = fmin(15, d->font.size);
    if (client) { /* right of what stands below */
        r = (struct rect){d->area.x + pitch * 6.1, at.y, pitch * 1.9, at.h};
        canvas_text_in(d->pane->canvas, s, r, TEXT("any state: quit, closed"));
        return;
    }
    s.align = ALIGN_RIGHT;
    r = (struct rect){d->area.x + pitch * 1.1, at.y, at.x - 12 - (d->area.x + pitch * 1.1), at.h};
    canvas_text_in(d->pane->canvas, s, r,
                   TEXT("from any state: QUIT, 421, time-out, connection lost \xe2\x86\x92"));
}

static uint32_t end_of(const struct pane *p, enum machine_side side)
{
    const struct recording_conn *c = &p->recording->conns[p->conn];

    return side == MACHINE_CLIENT ? c->client : c->server;
}

static enum trace_side trace_side(enum machine_side side)
{
    return side == MACHINE_CLIENT ? TRACE_SIDE_CLIENT : TRACE_SIDE_SERVER;
}

/* "mail.shop: rcpt since "RCPT fine"" */
static struct text state_words(const struct pane *p, enum machine_side side)
{
    struct session_state s = session_at(p->recording, p->conn, trace_side(side), p->index);

    if (s.record == NONE)
        return pane_say(p, "%t: not connected yet", pane_host(p, end_of(p, side)));
    return pane_say(p, "%t: %t since \xe2\x80\x9c%t\xe2\x80\x9d", pane_host(p, end_of(p, side)),
                    s.to, s.input);
}

/* What the state that it is in means. */
static struct text state_doc(const struct diagram *d)
{
    return d->to < d->machine.state_count ? d->machine.states[d->to].doc : TEXT("");
}

static void draw_machine(struct pane *p, struct rect r, enum machine_side which, bool headed)
{
    bool client = which == MACHINE_CLIENT;
    struct diagram d = {.pane = p,
                        .map = &inspector_state_maps[which],
                        .from = NONE,
                        .to = NONE,
                        .strong = client ? COLOUR_MAIL : COLOUR_GOOD,
                        .ink = client ? COLOUR_MAIL_TEXT : COLOUR_GOOD_TEXT,
                        .fill = client ? COLOUR_MAIL_FILL : COLOUR_GOOD_FILL};

    machine_read(&d.machine, p->memory, which);
    memset(d.entered, 0xff, sizeof d.entered); /* NONE */
    d.state = session_at(p->recording, p->conn, trace_side(which), p->index);
    if (d.state.record != NONE) {
        d.from = machine_state(&d.machine,
                               d.state.from.size > 0 ? d.state.from : d.machine.states[0].name);
        d.to = machine_state(&d.machine, d.state.to);
        find_seen(&d, trace_side(which));
    }
    if (headed)
        pane_heading(
            p, &r, client ? "CLIENT" : "SERVER",
            pane_say(p, "%t%s%t", state_words(p, which), d.to != NONE ? ": " : "", state_doc(&d)));
    d.area = (struct rect){r.x, r.y + 6, r.w, r.h - 12};
    choose_size(&d);
    draw_ways(&d);
    for (uint32_t i = 0; i < d.machine.state_count && i < STATES_MAX; i++)
        draw_state(&d, i);
    draw_caption(&d, client);
}

bool inspector_session_both(const struct pane *p, struct rect r)
{
    double factor = p->ui->wish.text > 0 ? p->ui->wish.text : 1;

    return r.h >= 270 * factor || r.w >= 1500 * factor;
}

struct text inspector_session_note(struct pane *p)
{
    const struct recording_conn *c = &p->recording->conns[p->conn];

    if (c->pop3)
        return pane_say(p, "%t to %t, POP3", pane_host(p, c->client), pane_host(p, c->server));
    if (p->both)
        return pane_say(p, "%t to %t, port %d", pane_host(p, c->client), pane_host(p, c->server),
                        c->port);
    return state_words(p, p->tab == TAB_CLIENT ? MACHINE_CLIENT : MACHINE_SERVER);
}

void inspector_session_draw(struct pane *p, struct rect r)
{
    double factor = p->ui->wish.text > 0 ? p->ui->wish.text : 1;

    if (p->recording->conns[p->conn].pop3) {
        pane_empty(p, r, TEXT("This session speaks POP3; the diagram is SMTP's."));
    } else if (!inspector_session_both(p, r)) {
        draw_machine(p, r, p->tab == TAB_CLIENT ? MACHINE_CLIENT : MACHINE_SERVER, false);
    } else if (r.h >= 270 * factor) {
        struct rect top = rect_cut_top(&r, r.h / 2 - 6);
        rect_cut_top(&r, 12);
        draw_machine(p, top, MACHINE_CLIENT, true);
        draw_machine(p, r, MACHINE_SERVER, true);
    } else {
        struct rect left = rect_cut_left(&r, r.w / 2 - 14);
        rect_cut_left(&r, 28);
        draw_machine(p, left, MACHINE_CLIENT, true);
        draw_machine(p, r, MACHINE_SERVER, true);
    }
}
