/*
 * The dialogue of each connection as a ladder: commands run to the right, replies back.
 */
#include "sim/export/html_parts.h"

static const char *reply_class(int64_t code)
{
    return code >= 500 ? "row reply no" : code >= 400 ? "row reply later" : "row reply";
}

static void begin_row(struct html *h, const char *class, int64_t time_ns)
{
    html_put(h, "<div class=\"");
    html_put(h, class);
    html_put(h, "\">");
    html_put_moment(h, time_ns);
    html_put(h, "<p>");
}

static void put_reply(struct html *h, const struct trace_record *r)
{
    const struct trace_smtp_reply *reply = r->data;

    begin_row(h, reply_class(reply->code), r->time_ns);
    html_put(h, "<b>");
    html_put_int(h, reply->code);
    if (reply->enhanced.size > 0) {
        html_put(h, " ");
        html_put_text(h, reply->enhanced);
    }
    html_put(h, "</b> ");
    for (uint32_t i = 0; i < reply->lines.count; i++) {
        html_put(h, i > 0 ? "<br>" : "");
        html_put(h, "<code>");
        html_put_text(h, reply->lines.items[i]);
        html_put(h, "</code>");
    }
    html_put(h, "</p></div>\n");
}

static void put_pop3(struct html *h, const struct trace_record *r)
{
    bool command = r->kind == TRACE_POP3_COMMAND;
    bool refused = !command && !((const struct trace_pop3_reply *)r->data)->ok;

    begin_row(h, command ? "row" : refused ? "row reply no" : "row reply", r->time_ns);
    html_put(h, "<code>");
    html_put_text(h, command ? ((const struct trace_pop3_command *)r->data)->line
                             : ((const struct trace_pop3_reply *)r->data)->line);
    html_put(h, "</code></p></div>\n");
}

static void put_note(struct html *h, const struct trace_record *r, const char *what,
                     struct text more)
{
    begin_row(h, "row note", r->time_ns);
    html_put(h, what);
    html_put_text(h, more);
    html_put(h, "</p></div>\n");
}

static void put_rung(struct html *h, const struct trace_record *r)
{
    if (r->kind == TRACE_SMTP_COMMAND) {
        begin_row(h, "row", r->time_ns);
        html_put(h, "<code>");
        html_put_text(h, ((const struct trace_smtp_command *)r->data)->line);
        html_put(h, "</code></p></div>\n");
    } else if (r->kind == TRACE_SMTP_REPLY) {
        put_reply(h, r);
    } else if (r->kind == TRACE_POP3_COMMAND || r->kind == TRACE_POP3_REPLY) {
        put_pop3(h, r);
    } else if (r->kind == TRACE_SMTP_DATA) {
        begin_row(h, "row", r->time_ns);
        html_put(h, "the message, ");
        html_put_int(h, ((const struct trace_smtp_data *)r->data)->octets);
        html_put(h, " octets in ");
        html_put_int(h, ((const struct trace_smtp_data *)r->data)->lines);
        html_put(h, " lines, and a line that holds only a dot</p></div>\n");
    } else if (r->kind == TRACE_SMTP_TIMEOUT) {
        put_note(h, r, "too long a silence: ", ((const struct trace_smtp_timeout *)r->data)->phase);
    } else if (r->kind == TRACE_TLS_STARTED) {
        put_note(h, r,
                 "sealed from here on: ", ((const struct trace_tls_started *)r->data)->version);
    } else if (r->kind == TRACE_TLS_REFUSED) {
        put_note(h, r, "no TLS: ", ((const struct trace_tls_refused *)r->data)->reason);
    } else if (r->kind == TRACE_AUTH_RESULT) {
        put_note(h, r,
                 ((const struct trace_auth_result *)r->data)->accepted ? "logged in: "
                                                                       : "login refused: ",
                 ((const struct trace_auth_result *)r->data)->user);
    } else if (r->kind == TRACE_TCP_FAILED) {
        put_note(h, r, "no connection: ", ((const struct trace_tcp_failed *)r->data)->reason);
    }
}

/* As the client saw it; as the server did where the records have no client. */
static void put_ladder(struct html *h, const struct view_conn *c)
{
    enum trace_side side = TRACE_SIDE_SERVER;

    for (size_t i = 0; i < c->steps.count; i++)
        if (c->steps.items[i].record->where.side == TRACE_SIDE_CLIENT)
            side = TRACE_SIDE_CLIENT;
    html_put(h, "<article>\n<h3>Connection ");
    html_put_int(h, c->number);
    if (c->port != 0) {
        html_put(h, " to port ");
        html_put_int(h, c->port);
    }
    h->told_ns = -1;
    html_put(h, "</h3>\n<div class=\"ladder\"><div class=\"ends\"><span>");
    html_put_text(h, c->client);
    html_put(h, "</span><span>");
    html_put_text(h, c->server);
    html_put(h, "</span></div>\n");
    for (size_t i = 0; i < c->steps.count; i++)
        if (c->steps.items[i].record->where.side == side)
            put_rung(h, c->steps.items[i].record);
    html_put(h, "</div>\n");
    if (c->steps.left_out > 0)
        html_put(h, "<p class=\"soft\">The rest of this dialogue is left out.</p>\n");
    html_put(h, "</article>\n");
}

void html_put_ladders(struct html *h)
{
    bool any = false;
    size_t shown = 0;

    for (size_t i = 0; i < h->view.conn_count; i++) {
        const struct view_conn *c = h->view.conns[i];

        if (!c->laddered || c->steps.count == 0)
            continue;
        if (!any)
            html_put(
                h,
                "<h2>Connections</h2>\n<p class=\"soft\">Each as the client saw it: when it sent "
                "a command, and when it read the reply.</p>\n");
        any = true;
        shown++;
        put_ladder(h, c);
    }
    if (any && h->view.totals.conns > shown) {
        html_put(h, "<p class=\"soft\">And ");
        html_put_int(h, (int64_t)(h->view.totals.conns - shown));
        html_put(h, " more connections.</p>\n");
    }
}
