/*
 * The page is the view, part by part; sentences are those of the story (tell.h).
 */
#include "sim/export/html.h"

#include "sim/export/html_parts.h"
#include "sim/export/html_style.h"
#include "sim/export/tell.h"
#include "sim/kernel/clock.h"
#include "sim/replay/view.h"

enum { MAILS_SHOWN = 20, CONNS_SHOWN = 40, STEPS_SHOWN = 300, ASIDES_SHOWN = 40, HOSTS_SHOWN = 40 };

/* ---- the head ----------------------------------------------------------------------------- */

static void put_head(struct html *h)
{
    struct text title = replay_scenario_text(h->header, h->memory, TEXT("title"));

    if (title.size == 0)
        title = TEXT("A run of smtplab");
    html_put(h, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    html_put_text(h, title);
    html_put(h, "</title>\n<style>\n");
    html_put_style(&h->out);
    html_put(h, "</style>\n</head>\n<body>\n<main>\n<h1>");
    html_put_text(h, title);
    html_put(h, "</h1>\n");
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
    html_put(h, "<p class=\"soft\">");
    if (clock_parse_utc(h->view.start, &start_s)) {
        tell_date(&h->words, start_s);
        buffer_put_string(&h->words, ". ");
    }
    buffer_put_string(&h->words, "Seed ");
    buffer_put_text(&h->words, h->header->seed);
    buffer_put_string(&h->words, ".");
    html_put_said(h);
    html_put(h, "</p>\n<p>In all ");
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
    html_put_said(h);
    html_put(h, "</p>\n");
}

static void put_hosts(struct html *h)
{
    size_t shown = h->view.host_count > HOSTS_SHOWN ? HOSTS_SHOWN : h->view.host_count;

    if (shown == 0)
        return;
    html_put(h,
             "<h2>Hosts</h2>\n<div class=\"hosts\">\n<table>\n<tr><th>Host</th><th>Addresses</th>"
             "<th>Roles</th></tr>\n");
    for (size_t i = 0; i < shown; i++) {
        html_put(h, "<tr>");
        html_put_cell(h, h->view.hosts[i].name);
        html_put(h, "<td>");
        tell_list(&h->words, h->view.hosts[i].addresses.items, h->view.hosts[i].addresses.count);
        html_put_said(h);
        html_put(h, "</td>");
        html_put_cell(h, h->view.hosts[i].roles);
        html_put(h, "</tr>\n");
    }
    html_put(h, "</table>\n");
    if (shown < h->view.host_count) {
        html_put(h, "<p class=\"soft\">and ");
        html_put_int(h, (int64_t)(h->view.host_count - shown));
        html_put(h, " more</p>\n");
    }
    html_put(h, "</div>\n");
}

/* A sentence at its time; `sentence` is emptied for the next. */
static void put_step(struct html *h, int64_t time_ns, enum tell_tone tone, struct buffer *sentence)
{
    html_put(h, "<li class=\"");
    html_put(h, html_tone(tone));
    html_put(h, "\">");
    html_put_moment(h, time_ns);
    html_put(h, "<span>");
    html_put_text(h, buffer_text(sentence));
    html_put(h, "</span></li>\n");
    buffer_clear(sentence);
}

static void put_asides(struct html *h)
{
    const struct view_steps *steps = &h->view.asides;
    struct buffer sentence;

    if (steps->count == 0)
        return;
    buffer_init(&sentence, h->memory);
    html_put(h, "<h2>On the side</h2>\n<article>\n<ol class=\"steps\">\n");
    h->told_ns = -1;
    for (size_t i = 0; i < steps->count; i++) {
        enum tell_tone tone;

        if (tell_aside(&sentence, &steps->items[i], &tone))
            put_step(h, steps->items[i].record->time_ns, tone, &sentence);
    }
    buffer_free(&sentence);
    html_put(h, "</ol>\n</article>\n");
}

/* ---- messages ----------------------------------------------------------------------------- */

static void put_mail_heading(struct html *h, const struct view_mail *mail)
{
    html_put(h, "<h3>");
    if (mail->is_report) {
        html_put(h, "Report ");
        html_put(h, mail->about != VIEW_NONE ? "about " : "");
        if (mail->about != VIEW_NONE)
            html_put_text(h, h->view.mails[mail->about]->id);
    } else if (mail->subject.size > 0) {
        html_put_text(h, mail->subject);
    } else {
        html_put(h, "(no subject)");
    }
    html_put(h, "</h3>\n<p class=\"about\">");
    html_put_text(h, mail->id);
    html_put(h, " &middot; ");
    if (mail->from.size > 0)
        html_put_text(h, mail->from);
    else
        html_put(h, "&lt;&gt;");
    html_put(h, " &rarr; ");
    for (uint32_t i = 0; i < mail->outcome_count && i < 6; i++) {
        html_put(h, i > 0 ? ", " : "");
        html_put_text(h, mail->outcomes[i].recipient);
    }
    html_put(h, mail->outcome_count > 6 ? ", &hellip;</p>\n" : "</p>\n");
}

static void put_steps(struct html *h, const struct view_mail *mail)
{
    struct buffer sentence;

    buffer_init(&sentence, h->memory);
    html_put(h, "<ol class=\"steps\">\n");
    h->told_ns = -1;
    for (size_t i = 0; i < mail->steps.count; i++) {
        enum tell_tone tone;

        if (tell_step(&sentence, &h->view, mail, i, &tone))
            put_step(h, mail->steps.items[i].record->time_ns, tone, &sentence);
    }
    buffer_free(&sentence);
    html_put(h, "</ol>\n");
    if (mail->steps.left_out > 0)
        html_put(h, "<p class=\"soft\">Much more of the same is left out here.</p>\n");
}

static void put_outcomes(struct html *h, const struct view_mail *mail)
{
    for (uint32_t i = 0; i < mail->outcome_count && i < STEPS_SHOWN; i++) {
        enum tell_tone tone;

        tell_outcome(&h->words, &h->view, mail, &mail->outcomes[i], &tone);
        html_put(h, "<p class=\"end ");
        html_put(h, html_tone(tone));
        html_put(h, "\">");
        html_put_said(h);
        html_put(h, "</p>\n");
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
    html_put_said(h);
}

static void put_custody(struct html *h, const struct view_mail *mail, const struct trace_record *r)
{
    const struct trace_custody_opened *o = r->data;
    const struct trace_record *end = find_close(mail, o->custody);
    const struct trace_custody_closed *c = end != NULL ? end->data : NULL;

    html_put(h, "<tr>");
    html_put_cell(h, o->recipient);
    html_put_cell(h, r->where.host);
    html_put(h, "<td>");
    put_word(h, o->how);
    html_put(h, " at ");
    html_put_time(h, r->time_ns);
    html_put(h, "</td><td>");
    if (c != NULL) {
        put_word(h, c->how);
        if (c->to.size > 0) {
            html_put(h, " &rarr; ");
            html_put_text(h, c->to);
        }
        html_put(h, " at ");
        html_put_time(h, end->time_ns);
    } else {
        html_put(h, "still open");
    }
    html_put(h, "</td></tr>\n");
}

static void put_custodies(struct html *h, const struct view_mail *mail)
{
    bool any = false;

    for (size_t i = 0; i < mail->steps.count; i++) {
        const struct trace_record *r = mail->steps.items[i].record;

        if (r->kind != TRACE_CUSTODY_OPENED)
            continue;
        if (!any)
            html_put(h, "<h4>Who was responsible</h4>\n<table>\n<tr><th>For</th><th>Host</th>"
                        "<th>Since</th><th>Until</th></tr>\n");
        any = true;
        put_custody(h, mail, r);
    }
    html_put(h, any ? "</table>\n" : "");
}

static void put_mails(struct html *h)
{
    html_put(h, "<h2>Messages</h2>\n");
    for (size_t i = 0; i < h->view.mail_count; i++) {
        const struct view_mail *mail = h->view.mails[i];

        html_put(h, "<article>\n");
        put_mail_heading(h, mail);
        put_outcomes(h, mail);
        put_steps(h, mail);
        put_custodies(h, mail);
        html_put(h, "</article>\n");
    }
    if (h->view.totals.mails > h->view.mail_count) {
        html_put(h, "<p class=\"soft\">And ");
        html_put_int(h, (int64_t)(h->view.totals.mails - h->view.mail_count));
        html_put(h, " more messages.</p>\n");
    }
}

/* ---- the page ----------------------------------------------------------------------------- */

static void put_end(struct html *h, const struct replay_footer *footer)
{
    html_put(h, "<footer><p>");
    if (footer != NULL) {
        html_put(h, "Simulated by smtplab ");
        html_put_text(h, h->header->version);
        html_put(h, "; ended (");
        html_put(h, replay_status_name(footer->status));
        html_put(h, ") after ");
        html_put_time(h, footer->end_ns);
        html_put(h, ".");
    } else {
        html_put(h, "The trace is truncated: what happened afterwards is not in it.");
    }
    html_put(h, "</p></footer>\n</main>\n</body>\n</html>\n");
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
    html_put_ladders(h);
    put_hosts(h);
    put_end(h, footer);
    output.put(output.context, buffer_text(&h->out));
    view_free(&h->view);
    buffer_free(&h->out);
    buffer_free(&h->words);
    buffer_free(&h->clean);
    memory_give(m, h, sizeof *h);
}
