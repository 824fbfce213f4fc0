/*
 * ladder_plates.c - who talks: name, role and address of both ends, above their lifelines.
 */
#include "render/panels/ladder_parts.h"

#include <math.h>

static const double RADIUS = 8;

/* Address and port of one end, from the first record that has them. */
static void put_address(struct buffer *b, const struct ladder *l, bool server, bool with_port)
{
    for (uint32_t i = 0; i < l->count && i < 8; i++) {
        const struct recording_line *line = ladder_line(l, l->rows[i].record);
        struct text address;
        int64_t port;

        if (line->record->kind == TRACE_TCP_OPENED) {
            const struct trace_tcp_opened *d = RECORDING_DATA(line, tcp_opened);
            bool own = (line->record->where.side == TRACE_SIDE_SERVER) == server;

            address = own ? d->local : d->remote;
            port = own ? d->local_port : d->remote_port;
        } else if (line->record->kind == TRACE_TCP_FAILED && server) {
            address = RECORDING_DATA(line, tcp_failed)->remote;
            port = RECORDING_DATA(line, tcp_failed)->remote_port;
        } else {
            continue;
        }
        bool six = text_find(address, ':') < address.size;
        buffer_put_string(b, six && with_port ? "[" : "");
        buffer_put_text(b, address);
        if (with_port) {
            buffer_put_string(b, six ? "]:" : ":");
            buffer_put_int(b, port);
        }
        return;
    }
}

double ladder_plates_height(struct ladder_view *v)
{
    struct canvas *c = v->ui->canvas;

    return canvas_line_height(c, (struct style){FONT_BOLD, 18, COLOUR_TEXT, ALIGN_LEFT}) +
           (v->room ? 0 : canvas_line_height(c, ladder_remark(COLOUR_TEXT))) + 12;
}

/* "MTA  192.0.2.11:25", or less where there is no room: without roles, without the port. */
static void put_details(struct ladder_view *v, uint32_t host, bool server, int less)
{
    buffer_clear(&v->text);
    if (less == 0) {
        cast_put_roles(&v->text, v->l.recording->cast->hosts[host].roles);
        buffer_put_string(&v->text, "  ");
    }
    put_address(&v->text, &v->l, server, less < 2);
}

/* "client  mail.uni", in the middle. */
static void paint_name(struct ladder_view *v, struct rect r, bool server, uint32_t host)
{
    struct canvas *c = v->ui->canvas;
    enum colour ink = server ? COLOUR_GOOD_TEXT : COLOUR_MAIL_TEXT;
    struct style side = {FONT_SANS, 18, ink, ALIGN_LEFT}, name = {FONT_BOLD, 18, ink, ALIGN_LEFT};
    struct text word = server ? TEXT("server") : TEXT("client");
    double first = canvas_text_width(c, side, word) + v->line * 0.4,
           all = fmin(r.w, first + canvas_text_width(c, name, ladder_host(&v->l, host)) + 1);

    rect_cut_left(&r, (r.w - all) / 2);
    canvas_text_in(c, side, rect_cut_left(&r, first), word);
    r.w = all - first;
    canvas_text_in(c, name, r, ladder_host(&v->l, host));
}

static void paint_plate(struct ladder_view *v, struct rect r, bool server)
{
    struct canvas *c = v->ui->canvas;
    uint32_t host = v->l.hosts[server ? 1 : 0];
    enum colour ink = server ? COLOUR_GOOD_TEXT : COLOUR_MAIL_TEXT;
    struct style name = {FONT_BOLD, 18, ink, ALIGN_MIDDLE}, more = ladder_remark(ink);

    canvas_fill(c, r, RADIUS, server ? COLOUR_GOOD_FILL : COLOUR_MAIL_FILL);
    r = rect_inset(r, 6);
    more.align = ALIGN_MIDDLE;
    paint_name(v, rect_cut_top(&r, canvas_line_height(c, name)), server, host);
    if (v->room)
        return;
    for (int less = 0; less < 3; less++) {
        put_details(v, host, server, less);
        if (canvas_text_width(c, more, buffer_text(&v->text)) <= r.w)
            break;
    }
    canvas_text_in(c, more, r, buffer_text(&v->text));
}

void ladder_paint_plates(struct ladder_view *v, struct rect r)
{
    double width = (r.w - 16) / 2;

    if (v->l.host_count < 2)
        return;
    paint_plate(v, rect_cut_left(&r, width), false);
    paint_plate(v, rect_cut_right(&r, width), true);
}
