/*
 * ladder_hops.c - the rows of a whole message: its connections, its questions to the DNS, and what
 * happens to it at each host.
 */
#include "render/panels/ladder_build.h"

/* ---- a message's own events ------------------------------------------------------------------- */

/* The id of a question and of what came of it. */
static int64_t dns_id(const struct recording_line *line)
{
    return line->record->kind == TRACE_DNS_QUERY    ? RECORDING_DATA(line, dns_query)->id
           : line->record->kind == TRACE_DNS_ANSWER ? RECORDING_DATA(line, dns_answer)->id
                                                    : RECORDING_DATA(line, dns_timeout)->id;
}

/* Question and answer are four records and one row. */
static void add_question(struct builder *b, uint32_t record)
{
    const struct recording_line *line = build_line(b, record);
    bool answer = line->record->kind != TRACE_DNS_QUERY;

    if (!answer && line->leaves) {
        struct ladder_row *row = build_row(b, record, LADDER_QUESTION);

        row->to = line->other;
        return;
    }
    /* The latest question of that id between these two that is still open. */
    for (uint32_t i = b->l->count; i-- > 0;) {
        struct ladder_row *row = &b->l->rows[i];
        bool asker = row->from == line->host;

        if (row->what != LADDER_QUESTION || row->answer != RECORDING_NONE ||
            (!asker && row->to != line->host) || (!asker && row->from != line->other) ||
            dns_id(build_line(b, row->record)) != dns_id(line))
            continue;
        if (asker)
            row->answer = record;
        else if (!answer)
            row->arrival = record;
        build_place(b, record, i);
        return;
    }
}

static bool is_event(enum trace_kind kind)
{
    return kind == TRACE_MAIL_COMPOSED || kind == TRACE_MAIL_NDR || kind == TRACE_MAIL_DELIVERED ||
           kind == TRACE_MAIL_DISCARDED || kind == TRACE_MAIL_EXPANDED ||
           kind == TRACE_QUEUE_DEFERRED || kind == TRACE_QUEUE_BOUNCED ||
           kind == TRACE_QUEUE_EXPIRED || kind == TRACE_QUEUE_HELD || kind == TRACE_QUEUE_WARNED ||
           kind == TRACE_DNS_MX_CHOSEN || kind == TRACE_CUSTODY_OVERLAP;
}

/* Each recipient has its custody; that two hosts hold the message is said once. */
static void add_event(struct builder *b, uint32_t record)
{
    struct ladder *l = b->l;
    uint32_t last = l->count - 1;

    if (l->count > 0 && build_kind(b, record) == TRACE_CUSTODY_OVERLAP &&
        build_kind(b, l->rows[last].record) == TRACE_CUSTODY_OVERLAP &&
        build_line(b, l->rows[last].record)->record->time_ns ==
            build_line(b, record)->record->time_ns)
        build_place(b, record, last);
    else
        build_row(b, record, LADDER_EVENT);
}

static void add_mail_record(struct builder *b, uint32_t record)
{
    const struct recording_line *line = build_line(b, record);
    enum trace_kind kind = line->record->kind;

    if (kind == TRACE_DNS_QUERY || kind == TRACE_DNS_ANSWER || kind == TRACE_DNS_TIMEOUT)
        add_question(b, record);
    else if (line->conn != RECORDING_NONE)
        build_conn_record(b, record);
    else if (is_event(kind))
        add_event(b, record);
    else
        build_attach(b, record);
}

/* ---- brief ------------------------------------------------------------------------------------ */

bool ladder_decides(const struct ladder *l, const struct ladder_row *row)
{
    switch ((enum ladder_what)row->what) {
    case LADDER_COMMAND: return row->fault != RECORDING_NONE || row->unsent || row->lost;
    case LADDER_REPLY:
        return ladder_class(l, row) >= 4 || row->accepted != RECORDING_NONE || row->lost;
    case LADDER_CLOSE:
        return row->lost ||
               !text_equal(
                   ((const struct trace_tcp_closed *)l->recording->lines[row->record].record->data)
                       ->reason,
                   TEXT("fin"));
    case LADDER_OPEN:
    case LADDER_FAILED:
    case LADDER_LETTER:
    case LADDER_SEAL:
    case LADDER_LOSS:
    case LADDER_NOTE:
    case LADDER_QUESTION:
    case LADDER_EVENT: break;
    }
    return true;
}

/* Leaves out what does not decide; what was placed there goes to the row before it. */
static void shorten(struct builder *b, uint32_t open)
{
    struct ladder *l = b->l;
    size_t size = (l->count + 1) * sizeof(uint32_t);
    uint32_t *now = memory_take(l->memory, size), kept = 0;

    for (uint32_t i = 0; i < l->count; i++) {
        const struct ladder_row row = l->rows[i];

        if (row.conn == open || ladder_decides(l, &row))
            l->rows[kept++] = row;
        now[i] = kept > 0 ? kept - 1 : 0;
    }
    l->count = kept;
    for (uint32_t i = 0; i < l->place_count; i++)
        l->places[i].row = now[l->places[i].row];
    memory_give(l->memory, now, size);
}

/* ---- all of it --------------------------------------------------------------------------------- */

void ladder_of_mail(struct ladder *l, struct memory *m, const struct recording *r, uint32_t mail,
                    uint32_t open, uint32_t limit, uint32_t records)
{
    struct builder b;

    build_begin(&b, l, m, r, limit);
    l->whole = true;
    if (mail >= r->mail_count || l->limit == RECORDING_NONE || r->mails[mail].first > l->limit)
        return;
    const struct recording_mail *c = &r->mails[mail];
    uint32_t last = build_last(l, mail, c->last, BY_MAIL);
    uint32_t from = build_first(l, c->first, last, records, BY_MAIL);

    l->begin_ns = r->lines[c->first].record->time_ns;
    for (uint32_t i = from; i != RECORDING_NONE && i <= last; i = r->lines[i].mail_after)
        add_mail_record(&b, i);
    build_losses(&b);
    if (open != LADDER_ALL)
        shorten(&b, open);
    build_end(&b);
}
