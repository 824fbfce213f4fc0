/*
 * ladder_all.c - a whole message across its hops: one lifeline for each host that it meets, the words
 * in a column beside them.
 *
 * A lifeline is thick while its host answers for the message (its custody is open): where two are, it
 * is in doubt.  What belongs to one connection stands on one band between its two hosts.  Hosts beyond
 * those that have room share the last lifeline.
 */
#include "render/panels/ladder_parts.h"

#include <math.h>

enum { LANES_MAX = 8 };
static const double LANE = 36, LANE_LEAST = 24, SHARE = 0.4, HEAD = 8;

/* ---- lifelines -------------------------------------------------------------------------------- */

void ladder_all_lanes(struct ladder_view *v, double width)
{
    /* Larger text needs more of the width. */
    double share = SHARE / fmax(1, v->ui->wish.text);
    uint32_t room = (uint32_t)fmax(2, floor(width * share / LANE_LEAST));

    v->lanes = v->l.host_count;
    if (v->lanes > room)
        v->lanes = room;
    if (v->lanes > LANES_MAX)
        v->lanes = LANES_MAX;
    v->lane_w =
        v->lanes < 2 ? 0 : fmin(v->lanes > 3 ? LANE : 2 * LANE, width * share / (v->lanes - 1));
}

static uint32_t lane_of(const struct ladder_view *v, uint32_t host)
{
    for (uint32_t i = 0; i < v->l.host_count; i++)
        if (v->l.hosts[i] == host)
            return i < v->lanes ? i : v->lanes - 1;
    return v->lanes - 1;
}

static double lane_x(const struct ladder_view *v, uint32_t lane)
{
    return v->lane_x + v->lane_w * lane;
}

static double host_x(const struct ladder_view *v, uint32_t host)
{
    return lane_x(v, lane_of(v, host));
}

static double middle_y(const struct ladder_view *v, uint32_t row)
{
    return ladder_row_y(v, row) + (v->line + v->gap * 0.5) / 2;
}

double ladder_all_head_height(struct ladder_view *v)
{
    return v->lanes * canvas_line_height(v->ui->canvas, ladder_remark(COLOUR_TEXT)) + 6;
}

/* Names as stairs: each begins at its lifeline and has all the room to its right. */
void ladder_all_paint_head(struct ladder_view *v, struct rect head)
{
    struct canvas *c = v->ui->canvas;
    struct style s = ladder_remark(COLOUR_TEXT);
    double step = canvas_line_height(c, s), bottom = head.y + head.h;

    s.font = FONT_MEDIUM;
    for (uint32_t i = 0; i < v->lanes; i++) {
        double x = lane_x(v, i), y = head.y + step * i;
        struct rect r = {x + 8, y, head.x + head.w - x - 8, step};

        canvas_disc(c, (struct point){x, y + step / 2}, 4, COLOUR_WIRE);
        canvas_line(c, (struct point){x, y + step / 2}, (struct point){x, bottom},
                    (struct pen){COLOUR_WIRE, 1.5, DASH_NONE, 0.8});
        buffer_clear(&v->text);
        buffer_put_text(&v->text, ladder_host(&v->l, v->l.hosts[i]));
        if (i + 1 == v->lanes && v->l.host_count > v->lanes) {
            buffer_put_string(&v->text, " and ");
            ladder_put_count(&v->text, v->l.host_count - v->lanes, " other", " others");
        }
        canvas_text_in(c, s, r, buffer_text(&v->text));
    }
}

/* ---- who answers for it ----------------------------------------------------------------------- */

/* Thin lifelines, and thick ones from the row of a custody's opening to that of its end. */
static void paint_lifelines(struct ladder_view *v)
{
    struct canvas *c = v->ui->canvas;
    uint32_t held[LANES_MAX] = {0}, place = 0;
    double end = ladder_row_y(v, v->to - 1) + v->boxes[v->to - 1].h;

    for (uint32_t i = 0; i < v->lanes; i++)
        canvas_line(c, (struct point){lane_x(v, i), v->area.y}, (struct point){lane_x(v, i), end},
                    (struct pen){COLOUR_WIRE, 1.5, DASH_NONE, 0.8});
    for (uint32_t row = 0; row < v->to; row++) {
        uint32_t next = row + 1 < v->l.count ? v->l.rows[row + 1].record : RECORDING_NONE;

        for (; place < v->l.place_count && v->l.places[place].record < next; place++) {
            const struct recording_line *line = ladder_line(&v->l, v->l.places[place].record);

            if (line->host == RECORDING_NONE)
                continue;
            uint32_t *n = &held[lane_of(v, line->host)];
            if (line->record->kind == TRACE_CUSTODY_OPENED)
                ++*n;
            else if (line->record->kind == TRACE_CUSTODY_CLOSED && *n > 0)
                --*n;
        }
        if (row < v->from || v->boxes[row].h <= 0)
            continue;
        double top = middle_y(v, row), bottom = row + 1 < v->to ? middle_y(v, row + 1) : end;
        for (uint32_t i = 0; i < v->lanes; i++)
            if (held[i] > 0)
                canvas_line(c, (struct point){lane_x(v, i), top},
                            (struct point){lane_x(v, i), bottom},
                            (struct pen){COLOUR_MAIL, 5, DASH_NONE, 0});
    }
}

/* ---- bands of connections --------------------------------------------------------------------- */

static void paint_band(struct ladder_view *v, uint32_t first, uint32_t last, bool sealed)
{
    const struct recording_conn *conn = &v->l.recording->conns[v->l.rows[first].conn];
    double y = ladder_row_y(v, first) + 1, end = ladder_row_y(v, last) + v->boxes[last].h - 1, a, b;

    if (conn->client == RECORDING_NONE || conn->server == RECORDING_NONE)
        return;
    a = host_x(v, conn->client);
    b = host_x(v, conn->server);
    struct rect r = {fmin(a, b) - 7, y, fabs(b - a) + 14, end - y};
    canvas_fill(v->ui->canvas, r, 6, sealed ? COLOUR_SEAL_FILL : COLOUR_INSET);
    if (sealed)
        canvas_outline(v->ui->canvas, r, 6, (struct pen){COLOUR_SEAL, 1.5, DASH_NONE, 0});
}

static void paint_bands(struct ladder_view *v)
{
    for (uint32_t i = v->from; i < v->to;) {
        const struct ladder_row *r = &v->l.rows[i];
        uint32_t last = i, end;
        bool sealed = r->sealed || r->what == LADDER_SEAL;

        while (last + 1 < v->to && v->l.rows[last + 1].conn == r->conn &&
               (v->l.rows[last + 1].sealed || v->l.rows[last + 1].what == LADDER_SEAL) == sealed)
            last++;
        end = last + 1;
        while (i < last && v->boxes[i].h <= 0)
            i++;
        while (i < last && v->boxes[last].h <= 0)
            last--;
        if (r->conn != RECORDING_NONE && v->boxes[i].h > 0)
            paint_band(v, i, last, sealed);
        i = end;
    }
}

/* ---- rows ------------------------------------------------------------------------------------- */

static void stroke(struct ladder_view *v, uint32_t row, double part, enum dash dash)
{
    struct canvas *c = v->ui->canvas;
    const struct ladder_row *r = &v->l.rows[row];
    double a = host_x(v, r->from), b = host_x(v, r->to), y = middle_y(v, row),
           width = row == v->current || r->what == LADDER_LETTER ? 3 : 2, way = b > a ? 1 : -1;
    enum colour colour = ladder_stroke(v, r);

    if (a == b)
        return;
    b = a + (b - a) * part - (part >= 1 ? way * 3 : 0);
    canvas_line(c, (struct point){a, y}, (struct point){b - way * HEAD * 0.7, y},
                (struct pen){colour, width, dash, 0});
    canvas_arrow_head(c, (struct point){a, y}, (struct point){b, y}, HEAD + width, colour);
    if (r->what == LADDER_QUESTION && r->answer != RECORDING_NONE && part >= 1)
        canvas_arrow_head(c, (struct point){b, y}, (struct point){a + way * 3, y}, HEAD + width,
                          colour);
}

static int event_class(enum trace_kind kind)
{
    switch ((unsigned)kind) {
    case TRACE_MAIL_DELIVERED: return 2;
    case TRACE_QUEUE_DEFERRED:
    case TRACE_QUEUE_HELD:
    case TRACE_QUEUE_WARNED: return 4;
    case TRACE_QUEUE_BOUNCED:
    case TRACE_QUEUE_EXPIRED:
    case TRACE_MAIL_DISCARDED: return 5;
    default: return 0;
    }
}

/* What happens at one host: a shape on its lifeline. */
static void paint_event(struct ladder_view *v, uint32_t row)
{
    struct canvas *c = v->ui->canvas;
    const struct ladder_row *r = &v->l.rows[row];
    enum trace_kind kind = ladder_kind(&v->l, r->record);
    struct point at = {host_x(v, r->from), middle_y(v, row)};
    double radius = v->line * 0.32;
    enum icon icon = kind == TRACE_MAIL_COMPOSED     ? ICON_ENVELOPE
                     : kind == TRACE_MAIL_NDR        ? ICON_REPORT
                     : kind == TRACE_CUSTODY_OVERLAP ? ICON_BATON
                     : kind == TRACE_DNS_MX_CHOSEN   ? ICON_DNS
                                                     : ICON_COUNT;

    canvas_disc(c, at, radius + 3, COLOUR_PANEL);
    if (r->what == LADDER_LOSS || r->what == LADDER_NOTE)
        ladder_cross(c, at, radius * 0.7, COLOUR_BAD);
    else if (icon != ICON_COUNT)
        canvas_icon(
            c, icon,
            (struct rect){at.x - radius - 2, at.y - radius - 2, 2 * radius + 4, 2 * radius + 4},
            COLOUR_TEXT);
    else
        canvas_class(c, event_class(kind), at, radius);
}

static void paint_lock(struct ladder_view *v, uint32_t row)
{
    const struct ladder_row *r = &v->l.rows[row];
    double side = v->line * 0.8, x = (host_x(v, r->from) + host_x(v, r->to)) / 2;

    canvas_icon(v->ui->canvas, ICON_LOCK,
                (struct rect){x - side / 2, middle_y(v, row) - side / 2, side, side}, COLOUR_SEAL);
}

/* A bar across both lifelines. */
static void paint_close(struct ladder_view *v, uint32_t row)
{
    const struct ladder_row *r = &v->l.rows[row];
    double y = middle_y(v, row);

    for (int i = 0; i < 2; i++) {
        double x = host_x(v, i == 0 ? r->from : r->to);

        canvas_line(v->ui->canvas, (struct point){x - 7, y}, (struct point){x + 7, y},
                    (struct pen){COLOUR_WIRE, 2, DASH_NONE, 0});
    }
}

static void paint_sign(struct ladder_view *v, uint32_t row)
{
    const struct ladder_row *r = &v->l.rows[row];
    double part = 0.55;

    if (r->what == LADDER_SEAL) {
        paint_lock(v, row);
    } else if (r->what == LADDER_CLOSE) {
        paint_close(v, row);
    } else if (r->to == RECORDING_NONE) {
        paint_event(v, row);
    } else if (r->what == LADDER_FAILED || r->lost) {
        double a = host_x(v, r->from), b = host_x(v, r->to);

        stroke(v, row, part, DASH_NONE);
        ladder_cross(v->ui->canvas, (struct point){a + (b - a) * (part + 0.12), middle_y(v, row)},
                     5, COLOUR_BAD);
    } else if (!ladder_under_way(r)) {
        stroke(v, row, 1, r->what == LADDER_QUESTION ? DASH_DOTTED : DASH_NONE);
    }
}

void ladder_all_paint(struct ladder_view *v, struct rect head)
{
    ladder_all_paint_head(v, head);
    ladder_all_paint_rows(v);
}

void ladder_all_paint_rows(struct ladder_view *v)
{
    paint_bands(v);
    for (uint32_t i = v->from; i < v->to; i++)
        if (i == v->current || i == v->chosen)
            ladder_paint_box(v, i);
    paint_lifelines(v);
    for (uint32_t i = v->from; i < v->to; i++) {
        if (v->boxes[i].h <= 0)
            continue;
        paint_sign(v, i);
        ladder_paint_time(v, i);
        ladder_paint_words(v, i);
        ladder_paint_hit(v, i);
    }
}

void ladder_all_moving(struct ladder_view *v)
{
    for (uint32_t i = v->from; i < v->to; i++) {
        const struct ladder_row *r = &v->l.rows[i];

        if (!ladder_under_way(r) || r->to == RECORDING_NONE || v->boxes[i].h <= 0)
            continue;
        if (r->what <= LADDER_LETTER)
            stroke(v, i, ladder_part(v, r), DASH_NONE);
        else if (r->what == LADDER_QUESTION)
            stroke(v, i, r->arrival != RECORDING_NONE ? 1 : ladder_part(v, r), DASH_DOTTED);
    }
}
