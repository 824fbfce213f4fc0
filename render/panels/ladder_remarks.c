/*
 * ladder_remarks.c - what is said beside a row: the rule that decided, what it waits for, what it means.
 */
#include "render/panels/ladder_parts.h"

#include "sim/explain/explain.h"
#include "sim/kernel/clock.h"

/* ---- remarks ---------------------------------------------------------------------------------- */

static void put_decision(struct buffer *b, const struct ladder *l, const struct ladder_row *row)
{
    uint32_t record = row->verdict;

    switch ((unsigned)ladder_kind(l, record)) {
    case TRACE_POLICY_RELAY: {
        const struct trace_policy_relay *d = LADDER_DATA(l, record, policy_relay);

        buffer_put_string(b, "rule: ");
        buffer_put_text(b, d->rule);
        break;
    }
    case TRACE_POLICY_DECISION: {
        const struct trace_policy_decision *d = LADDER_DATA(l, record, policy_decision);

        buffer_put_string(b, "rule: ");
        buffer_put_text(b, d->rule);
        if (!text_equal(d->verdict, TEXT("accept"))) {
            buffer_put_string(b, text_equal(d->verdict, TEXT("defer")) ? ": not now" : ": refused");
        }
        break;
    }
    default: {
        const struct trace_auth_result *d = LADDER_DATA(l, record, auth_result);

        buffer_put_string(b, d->accepted ? "logged in: " : "login refused: ");
        buffer_put_text(b, d->user);
        break;
    }
    }
}

/* A verdict that took its time had to ask others. */
static void put_waited(struct buffer *b, const struct ladder *l, const struct ladder_row *row)
{
    int64_t waited = ladder_time(l, row->verdict) - ladder_time(l, row->ask);

    if (waited < LADDER_MS)
        return;
    buffer_put_string(b, " after ");
    clock_put_duration(b, waited);
}

/* Is a question to the DNS under way that came from this row's question to the policy? */
static bool asks_dns(const struct ladder *l, uint32_t ask)
{
    for (uint32_t i = ask + 1; i <= l->limit && i < ask + 64; i++) {
        const struct recording_line *line = ladder_line(l, i);

        if (line->record->kind == TRACE_DNS_QUERY && line->leaves &&
            line->host == ladder_line(l, ask)->host && line->cause != RECORDING_NONE &&
            line->cause >= ask)
            return true;
    }
    return false;
}

static void put_ask(struct buffer *b, const struct ladder *l, const struct ladder_row *row)
{
    buffer_put_string(b, asks_dns(l, row->ask) ? "waits for DNS" : "waits for a verdict");
}

static void put_fault(struct buffer *b, struct text verb)
{
    static const char *const words[][2] = {{"answer", "its reply is forced"},
                                           {"drop", "its reply gets lost"},
                                           {"delay", "its reply comes late"},
                                           {"close", "the connection is closed"},
                                           {"crash", "the host loses power"}};

    buffer_put_string(b, "fault: ");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_equal(verb, text_of(words[i][0]))) {
            buffer_put_string(b, words[i][1]);
            return;
        }
    buffer_put_text(b, verb);
}

static void put_travel_remark(struct buffer *b, const struct ladder *l,
                              const struct ladder_row *row)
{
    if (row->fault != RECORDING_NONE) {
        put_fault(b, LADDER_DATA(l, row->fault, sim_fault)->verb);
    } else if (row->verdict != RECORDING_NONE) {
        buffer_put_string(b, row->unsent ? "never sent as a command; " : "");
        put_decision(b, l, row);
        if (row->ask != RECORDING_NONE && row->ask < row->verdict)
            put_waited(b, l, row);
    } else if (row->unsent) {
        buffer_put_string(b, "never sent as a command");
    } else if (row->ask != RECORDING_NONE && row->last == row->ask && row->ask == l->limit) {
        put_ask(b, l, row);
    }
}

bool ladder_letter_differs(const struct ladder *l, const struct ladder_row *row)
{
    return row->arrival != RECORDING_NONE && !row->unsent &&
           LADDER_DATA(l, row->arrival, smtp_data)->octets !=
               LADDER_DATA(l, row->record, smtp_data)->octets;
}

static void put_letter_remark(struct buffer *b, const struct ladder *l,
                              const struct ladder_row *row)
{
    const struct trace_smtp_data *sent = LADDER_DATA(l, row->record, smtp_data);

    if (row->unsent) {
        buffer_put_string(b, "never sent as a letter");
    } else if (ladder_letter_differs(l, row)) {
        buffer_put_string(b, "read as ");
        ladder_put_count(b, LADDER_DATA(l, row->arrival, smtp_data)->octets, " octet, ",
                         " octets, ");
        ladder_put_count(b, LADDER_DATA(l, row->arrival, smtp_data)->lines, " line", " lines");
    } else if (sent->dots > 0) {
        ladder_put_count(b, sent->dots, " dot added", " dots added");
    }
}

static void put_event_remark(struct buffer *b, const struct ladder *l, uint32_t record)
{
    switch ((unsigned)ladder_kind(l, record)) {
    case TRACE_QUEUE_DEFERRED:
        buffer_put_string(b, "next try after ");
        clock_put_duration(b, LADDER_DATA(l, record, queue_deferred)->next_try_ns -
                                  ladder_time(l, record));
        break;
    case TRACE_QUEUE_BOUNCED:
        buffer_put_text(b, LADDER_DATA(l, record, queue_bounced)->reason);
        break;
    case TRACE_QUEUE_EXPIRED:
        buffer_put_string(b, "after ");
        clock_put_duration(b, LADDER_DATA(l, record, queue_expired)->age_ns);
        break;
    case TRACE_QUEUE_HELD: buffer_put_text(b, LADDER_DATA(l, record, queue_held)->reason); break;
    case TRACE_MAIL_DISCARDED:
        buffer_put_text(b, LADDER_DATA(l, record, mail_discarded)->reason);
        break;
    default: break;
    }
}

void ladder_put_remark(struct buffer *b, const struct ladder *l, const struct ladder_row *row)
{
    switch ((enum ladder_what)row->what) {
    case LADDER_OPEN:
        if (ladder_kind(l, row->record) == TRACE_TCP_OPENED &&
            ladder_line(l, row->record)->leaves) {
            buffer_put_string(b, "open after ");
            clock_put_duration(b, LADDER_DATA(l, row->record, tcp_opened)->waited_ns / LADDER_MS *
                                      LADDER_MS);
        }
        break;
    case LADDER_FAILED:
        buffer_put_string(b, "after ");
        clock_put_duration(b, LADDER_DATA(l, row->record, tcp_failed)->waited_ns / LADDER_MS *
                                  LADDER_MS);
        break;
    case LADDER_LETTER:
        put_letter_remark(b, l, row);
        if (row->fault != RECORDING_NONE)
            put_travel_remark(b, l, row);
        break;
    case LADDER_SEAL: buffer_put_string(b, "from here on: unreadable to others"); break;
    case LADDER_COMMAND:
    case LADDER_REPLY: put_travel_remark(b, l, row); break;
    case LADDER_EVENT: put_event_remark(b, l, row->record); break;
    case LADDER_LOSS:
    case LADDER_NOTE:
    case LADDER_CLOSE:
    case LADDER_QUESTION: break;
    }
}

static const char *short_verdict(const struct ladder *l, uint32_t record)
{
    switch ((unsigned)ladder_kind(l, record)) {
    case TRACE_POLICY_RELAY: return LADDER_DATA(l, record, policy_relay)->allowed ? "" : "refused";
    case TRACE_POLICY_DECISION: {
        struct text verdict = LADDER_DATA(l, record, policy_decision)->verdict;

        return text_equal(verdict, TEXT("refuse"))  ? "refused"
               : text_equal(verdict, TEXT("defer")) ? "not now"
                                                    : "";
    }
    default: return LADDER_DATA(l, record, auth_result)->accepted ? "" : "refused";
    }
}

void ladder_put_short_remark(struct buffer *b, const struct ladder *l, const struct ladder_row *row)
{
    if (row->fault != RECORDING_NONE) {
        buffer_put_string(b, "fault");
    } else if (row->what == LADDER_LETTER && !row->unsent) {
        if (ladder_letter_differs(l, row)) {
            buffer_put_string(b, "read as ");
            ladder_put_count(b, LADDER_DATA(l, row->arrival, smtp_data)->octets, " octet",
                             " octets");
        }
    } else if (row->unsent)
        buffer_put_string(b, "not sent as such");
    else if (row->verdict != RECORDING_NONE)
        buffer_put_string(b, short_verdict(l, row->verdict));
}

/* ---- meaning ---------------------------------------------------------------------------------- */

/* Replies to these decide about the message: then 4yz and 5yz say whether another try is any use. */
static bool about_message(struct text to)
{
    return text_equal(to, TEXT("MAIL")) || text_equal(to, TEXT("RCPT")) ||
           text_equal(to, TEXT("message"));
}

static void put_entry(struct buffer *b, enum explain_topic topic, struct text name)
{
    const struct explain_entry *e = explain_entry(topic, name);

    if (e)
        buffer_put_string(b, e->title);
}

static void put_code_meaning(struct buffer *b, const struct trace_smtp_reply *d)
{
    char digits[3] = {(char)('0' + d->code / 100), (char)('0' + d->code / 10 % 10),
                      (char)('0' + d->code % 10)};

    if (d->code >= 500 && about_message(d->to))
        buffer_put_string(b, "permanent: no retry");
    else if (d->code >= 400 && d->code < 500 && about_message(d->to))
        buffer_put_string(b, "temporary: a later try may work");
    else if (d->code >= 400 && d->enhanced.size > 0)
        put_entry(b, EXPLAIN_STATUS, d->enhanced);
    else if (d->code != 250 && !text_equal(d->to, TEXT("STARTTLS"))) /* "done" says nothing new */
        put_entry(b, EXPLAIN_CODE, text_from(digits, sizeof digits));
}

void ladder_put_meaning(struct buffer *b, const struct ladder *l, const struct ladder_row *row)
{
    if (ladder_kind(l, row->record) != TRACE_SMTP_REPLY)
        return;
    const struct trace_smtp_reply *d = LADDER_DATA(l, row->record, smtp_reply);

    if (row->accepted != RECORDING_NONE && d->code < 300) {
        buffer_put_text(b, ladder_host(l, row->from));
        buffer_put_string(b, " now answers for it");
    } else {
        put_code_meaning(b, d);
    }
}
