/*
 * The page is the view, part by part; sentences are those of the story (tell.h).
 */
#include "sim/export/html.h"

#include "sim/export/clean.h"
#include "sim/export/html_style.h"
#include "sim/export/tell.h"
#include "sim/kernel/clock.h"
#include "sim/replay/view.h"

enum { MAILS_SHOWN = 20, CONNS_SHOWN = 40, STEPS_SHOWN = 300, ASIDES_SHOWN = 40, HOSTS_SHOWN = 40 };

struct html {
    struct memory *memory;
    const struct replay_header *header;
    struct view view;
    struct buffer out, words, clean;
};

/* ---- pieces ------------------------------------------------------------------------------- */

static void put(struct html *h, const char *markup)
{
    buffer_put_string(&h->out, markup);
}

/* Text of the run, made harmless. */
static void put_text(struct html *h, struct text t)
{
    buffer_clear(&h->clean);
    clean_put(&h->clean, t);
    for (size_t i = 0; i < h->clean.size; i++) {
        char c = h->clean.at[i];

        if (c == '<')
            put(h, "&lt;");
        else if (c == '>')
            put(h, "&gt;");
        else if (c == '&')
            put(h, "&amp;");
        else if (c == '"')
            put(h, "&quot;");
        else
            buffer_put_char(&h->out, c);
    }
}

/* What was said to h->words. */
static void put_said(struct html *h)
{
    put_text(h, buffer_text(&h->words));
    buffer_clear(&h->words);
}

static void put_int(struct html *h, int64_t value)
{
    buffer_put_int(&h->out, value);
}

static void put_time(struct html *h, int64_t time_ns)
{
    put(h, "<time>");
    tell_duration(&h->words, time_ns);
    put_said(h);
    put(h, "</time>");
}

static const char *tone_class(enum tell_tone tone)
{
    static const char *const names[] = {[TELL_PLAIN] = "plain",
                                        [TELL_DUTY] = "duty",
                                        [TELL_GOOD] = "good",
                                        [TELL_WAIT] = "wait",
                                        [TELL_BAD] = "bad"};

    return names[tone];
}

static void put_cell(struct html *h, struct text t)
{
    put(h, "<td>");
    put_text(h, t);
    put(h, "</td>");
}

/* ---- the head ----------------------------------------------------------------------------- */

static void put_head(struct html *h)
{
    struct text title = replay_scenario_text(h->header, h->memory, TEXT("title"));

    if (title.size == 0)
        title = TEXT("A run of smtplab");
    put(h, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
           "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    put_text(h, title);
    put(h, "</title>\n<style>\n");
    html_put_style(&h->out);
    put(h, "</style>\n</head>\n<body>\n<main>\n<h1>");
    put_text(h, title);
    put(h, "</h1>\n");
}

static void put_summary(struct html *h)
{
    const struct view_totals *t = &h->view.totals;
    uint64_t counts[VIEW_VERDICT_COUNT], ended = 0;
    int64_t start_s;

    memcpy(counts, t->verdicts, sizeof counts);
    for (int verdict = 0; verdict < VIEW_VERDICT_COUNT; verdict++)
        ended += counts[verdict];
    counts[VIEW_UNDER_WAY] += t->recipients > ended ? t->recipients - ended : 0;
    put(h, "<p class=\"soft\">");
    if (clock_parse_utc(h->view.start, &start_s)) {
        tell_date(&h->words, start_s);
        buffer_put_string(&h->words, ". ");
    }
    buffer_put_string(&h->words, "Seed ");
    buffer_put_text(&h->words, h->header->seed);
    buffer_put_string(&h->words, ".");
    put_said(h);
    put(h, "</p>\n<p>In all ");
    tell_count(&h->words, t->mails, "message", "messages");
    if (t->reports > 0) {
        buffer_put_string(&h->words, ", of which ");
        tell_count(&h->words, t->reports, "is a report", "are reports");
    }
    buffer_put_string(&h->words, ", to ");
    tell_count(&h->words, t->recipients, "recipient", "recipients");
    buffer_put_string(&h->words, ": ");
    tell_verdicts(&h->words, counts);
    buffer_put_string(&h->words, ".");
    put_said(h);
    put(h, "</p>\n");
}

static void put_hosts(struct html *h)
{
    size_t shown = h->view.host_count > HOSTS_SHOWN ? HOSTS_SHOWN : h->view.host_count;

    if (shown == 0)
        return;
    put(h, "<h2>Hosts</h2>\n<div class=\"hosts\">\n<table>\n<tr><th>Host</th><th>Addresses</th>"
           "<th>Roles</th></tr>\n");
    for (size_t i = 0; i < shown; i++) {
        put(h, "<tr>");
        put_cell(h, h->view.hosts[i].name);
        put(h, "<td>");
        tell_list(&h->words, h->view.hosts[i].addresses.items, h->view.hosts[i].addresses.count);
        put_said(h);
        put(h, "</td>");
        put_cell(h, h->view.hosts[i].roles);
        put(h, "</tr>\n");
    }
    put(h, "</table>\n");
    if (shown < h->view.host_count) {
        put(h, "<p class=\"soft\">and ");
        put_int(h, (int64_t)(h->view.host_count - shown));
        put(h, " more</p>\n");
    }
    put(h, "</div>\n");
}

/* A sentence at its time; `sentence` is emptied for the next. */
static void put_step(struct html *h, int64_t time_ns, enum tell_tone tone, struct buffer *sentence)
{
    put(h, "<li class=\"");
    put(h, tone_class(tone));
    put(h, "\">");
    put_time(h, time_ns);
    put(h, "<span>");
    put_text(h, buffer_text(sentence));
    put(h, "</span></li>\n");
    buffer_clear(sentence);
}

static void put_asides(struct html *h)
{
    const struct view_steps *steps = &h->view.asides;
    struct buffer sentence;

    if (steps->count == 0)
        return;
    buffer_init(&sentence, h->memory);
    put(h, "<h2>On the side</h2>\n<article>\n<ol class=\"steps\">\n");
    for (size_t i = 0; i < steps->count; i++) {
        enum tell_tone tone;

        if (tell_aside(&sentence, steps->items[i].record, &tone))
            put_step(h, steps->items[i].record->time_ns, tone, &sentence);
    }
    buffer_free(&sentence);
    put(h, "</ol>\n</article>\n");
}

/* ---- messages ----------------------------------------------------------------------------- */

static void put_mail_heading(struct html *h, const struct view_mail *mail)
{
    put(h, "<h3>");
    if (mail->is_report) {
        put(h, "Report ");
        put(h, mail->about != VIEW_NONE ? "about " : "");
        if (mail->about != VIEW_NONE)
            put_text(h, h->view.mails[mail->about]->id);
    } else if (mail->subject.size > 0) {
        put_text(h, mail->subject);
    } else {
        put(h, "(no subject)");
    }
    put(h, "</h3>\n<p class=\"about\">");
    put_text(h, mail->id);
    put(h, " &middot; ");
    if (mail->from.size > 0)
        put_text(h, mail->from);
    else
        put(h, "&lt;&gt;");
    put(h, " &rarr; ");
    for (uint32_t i = 0; i < mail->outcome_count && i < 6; i++) {
        put(h, i > 0 ? ", " : "");
        put_text(h, mail->outcomes[i].recipient);
    }
    put(h, mail->outcome_count > 6 ? ", &hellip;</p>\n" : "</p>\n");
}

static void put_steps(struct html *h, const struct view_mail *mail)
{
    struct buffer sentence;

    buffer_init(&sentence, h->memory);
    put(h, "<ol class=\"steps\">\n");
    for (size_t i = 0; i < mail->steps.count; i++) {
        enum tell_tone tone;

        if (tell_step(&sentence, &h->view, mail, i, &tone))
            put_step(h, mail->steps.items[i].record->time_ns, tone, &sentence);
    }
    buffer_free(&sentence);
    put(h, "</ol>\n");
    if (mail->steps.left_out > 0)
        put(h, "<p class=\"soft\">Much more of the same is left out here.</p>\n");
}

static void put_outcomes(struct html *h, const struct view_mail *mail)
{
    for (uint32_t i = 0; i < mail->outcome_count && i < STEPS_SHOWN; i++) {
        enum tell_tone tone;

        tell_outcome(&h->words, &h->view, mail, &mail->outcomes[i], &tone);
        put(h, "<p class=\"end ");
        put(h, tone_class(tone));
        put(h, "\">");
        put_said(h);
        put(h, "</p>\n");
    }
}

static const struct trace_record *find_close(const struct view_mail *mail, struct text custody)
{
    for (size_t i = 0; i < mail->steps.count; i++) {
        const struct trace_record *r = mail->steps.items[i].record;

        if (r->kind == TRACE_CUSTODY_CLOSED &&
            text_equal(((const struct trace_custody_closed *)r->data)->custody, custody))
            return r;
    }
    return NULL;
}

/* "passed_on" as people write it. */
static void put_word(struct html *h, struct text word)
{
    for (size_t i = 0; i < word.size; i++)
        buffer_put_char(&h->words, word.at[i] == '_' ? ' ' : word.at[i]);
    put_said(h);
}

static void put_custody(struct html *h, const struct view_mail *mail, const struct trace_record *r)
{
    const struct trace_custody_opened *o = r->data;
    const struct trace_record *end = find_close(mail, o->custody);
    const struct trace_custody_closed *c = end != NULL ? end->data : NULL;

    put(h, "<tr>");
    put_cell(h, o->recipient);
    put_cell(h, r->where.host);
    put(h, "<td>");
    put_word(h, o->how);
    put(h, " at ");
    put_time(h, r->time_ns);
    put(h, "</td><td>");
    if (c != NULL) {
        put_word(h, c->how);
        if (c->to.size > 0) {
            put(h, " &rarr; ");
            put_text(h, c->to);
        }
        put(h, " at ");
        put_time(h, end->time_ns);
    } else {
        put(h, "still open");
    }
    put(h, "</td></tr>\n");
}

static void put_custodies(struct html *h, const struct view_mail *mail)
{
    bool any = false;

    for (size_t i = 0; i < mail->steps.count; i++) {
        const struct trace_record *r = mail->steps.items[i].record;

        if (r->kind != TRACE_CUSTODY_OPENED)
            continue;
        if (!any)
            put(h, "<h4>Who was responsible</h4>\n<table>\n<tr><th>For</th><th>Host</th>"
                   "<th>Since</th><th>Until</th></tr>\n");
        any = true;
        put_custody(h, mail, r);
    }
    put(h, any ? "</table>\n" : "");
}

static void put_mails(struct html *h)
{
    put(h, "<h2>Messages</h2>\n");
    for (size_t i = 0; i < h->view.mail_count; i++) {
        const struct view_mail *mail = h->view.mails[i];

        put(h, "<article>\n");
        put_mail_heading(h, mail);
        put_outcomes(h, mail);
        put_steps(h, mail);
        put_custodies(h, mail);
        put(h, "</article>\n");
    }
    if (h->view.totals.mails > h->view.mail_count) {
        put(h, "<p class=\"soft\">And ");
        put_int(h, (int64_t)(h->view.totals.mails - h->view.mail_count));
        put(h, " more messages.</p>\n");
    }
}

/* ---- connections -------------------------------------------------------------------------- */

static const char *reply_class(int64_t code)
{
    return code >= 500 ? "row reply no" : code >= 400 ? "row reply later" : "row reply";
}

static void begin_row(struct html *h, const char *class, int64_t time_ns)
{
    put(h, "<div class=\"");
    put(h, class);
    put(h, "\">");
    put_time(h, time_ns);
    put(h, "<p>");
}

static void put_reply(struct html *h, const struct trace_record *r)
{
    const struct trace_smtp_reply *reply = r->data;

    begin_row(h, reply_class(reply->code), r->time_ns);
    put(h, "<b>");
    put_int(h, reply->code);
    if (reply->enhanced.size > 0) {
        put(h, " ");
        put_text(h, reply->enhanced);
    }
    put(h, "</b> ");
    for (uint32_t i = 0; i < reply->lines.count; i++) {
        put(h, i > 0 ? "<br>" : "");
        put(h, "<code>");
        put_text(h, reply->lines.items[i]);
        put(h, "</code>");
    }
    put(h, "</p></div>\n");
}

static void put_note(struct html *h, const struct trace_record *r, const char *what,
                     struct text more)
{
    begin_row(h, "row note", r->time_ns);
    put(h, what);
    put_text(h, more);
    put(h, "</p></div>\n");
}

static void put_rung(struct html *h, const struct trace_record *r)
{
    if (r->kind == TRACE_SMTP_COMMAND) {
        begin_row(h, "row", r->time_ns);
        put(h, "<code>");
        put_text(h, ((const struct trace_smtp_command *)r->data)->line);
        put(h, "</code></p></div>\n");
    } else if (r->kind == TRACE_SMTP_REPLY) {
        put_reply(h, r);
    } else if (r->kind == TRACE_SMTP_DATA) {
        begin_row(h, "row", r->time_ns);
        put(h, "the message, ");
        put_int(h, ((const struct trace_smtp_data *)r->data)->octets);
        put(h, " octets in ");
        put_int(h, ((const struct trace_smtp_data *)r->data)->lines);
        put(h, " lines, and a line that holds only a dot</p></div>\n");
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
    put(h, "<article>\n<h3>Connection ");
    put_int(h, c->number);
    if (c->port != 0) {
        put(h, " to port ");
        put_int(h, c->port);
    }
    put(h, "</h3>\n<div class=\"ladder\"><div class=\"ends\"><span>");
    put_text(h, c->client);
    put(h, "</span><span>");
    put_text(h, c->server);
    put(h, "</span></div>\n");
    for (size_t i = 0; i < c->steps.count; i++)
        if (c->steps.items[i].record->where.side == side)
            put_rung(h, c->steps.items[i].record);
    put(h, "</div>\n");
    if (c->steps.left_out > 0)
        put(h, "<p class=\"soft\">The rest of this dialogue is left out.</p>\n");
    put(h, "</article>\n");
}

static void put_conns(struct html *h)
{
    bool any = false;
    size_t shown = 0;

    for (size_t i = 0; i < h->view.conn_count; i++) {
        const struct view_conn *c = h->view.conns[i];

        if (!c->laddered || c->steps.count == 0)
            continue;
        if (!any)
            put(h,
                "<h2>Connections</h2>\n<p class=\"soft\">Each as the client saw it: when it sent "
                "a command, and when it read the reply.</p>\n");
        any = true;
        shown++;
        put_ladder(h, c);
    }
    if (any && h->view.totals.conns > shown) {
        put(h, "<p class=\"soft\">And ");
        put_int(h, (int64_t)(h->view.totals.conns - shown));
        put(h, " more connections.</p>\n");
    }
}

/* ---- the page ----------------------------------------------------------------------------- */

static void put_end(struct html *h, const struct replay_footer *footer)
{
    put(h, "<footer><p>");
    if (footer != NULL) {
        put(h, "Simulated by smtplab ");
        put_text(h, h->header->version);
        put(h, "; ended (");
        put(h, replay_status_name(footer->status));
        put(h, ") after ");
        put_time(h, footer->end_ns);
        put(h, ".");
    } else {
        put(h, "The trace is truncated: what happened afterwards is not in it.");
    }
    put(h, "</p></footer>\n</main>\n</body>\n</html>\n");
}

static void record(void *context, const struct trace_record *r)
{
    struct html *h = context;

    view_record(&h->view, r);
}

struct html *html_begin(struct memory *m, const struct replay_header *header)
{
    const struct view_limits limits = {
        .mails = MAILS_SHOWN, .conns = CONNS_SHOWN, .steps = STEPS_SHOWN, .asides = ASIDES_SHOWN};
    struct html *h = MEMORY_NEW(m, struct html);

    h->memory = m;
    h->header = header;
    view_init(&h->view, m, &limits);
    buffer_init(&h->out, m);
    buffer_init(&h->words, m);
    buffer_init(&h->clean, m);
    return h;
}

struct trace_sink html_sink(struct html *h)
{
    return (struct trace_sink){.kinds = view_kinds(&h->view), .record = record, .context = h};
}

void html_end(struct html *h, const struct replay_footer *footer, struct export_output output)
{
    struct memory *m = h->memory;

    put_head(h);
    put_summary(h);
    put_mails(h);
    put_asides(h);
    put_conns(h);
    put_hosts(h);
    put_end(h, footer);
    output.put(output.context, buffer_text(&h->out));
    view_free(&h->view);
    buffer_free(&h->out);
    buffer_free(&h->words);
    buffer_free(&h->clean);
    memory_give(m, h, sizeof *h);
}
