/*
 * holdings.c - queues through the chain of a host's entries, mailboxes through that of its records.
 */
#include "sim/replay/holdings.h"

#define NONE RECORDING_NONE

const char *queued_words(enum queued_state state)
{
    static const char *const words[QUEUED_STATE_COUNT] = {
#define X(suffix, text) [QUEUED_##suffix] = text,
        QUEUED_STATES(X)
#undef X
    };
    return words[state];
}

/* ---- the mail queue ----------------------------------------------------------------------------- */

uint32_t holdings_queue(const struct recording *r, uint32_t host, uint32_t index, uint32_t *out,
                        uint32_t room)
{
    uint32_t count = 0;

    if (index == NONE || host == NONE)
        return 0;
    for (uint32_t e = r->host_entry[host]; e != NONE && count < room; e = r->entries[e].before) {
        const struct recording_entry *entry = &r->entries[e];

        if (entry->entered <= index && (entry->removed == NONE || entry->removed > index))
            out[count++] = e;
    }
    for (uint32_t i = 0; i < count / 2; i++) {
        uint32_t e = out[i];
        out[i] = out[count - 1 - i];
        out[count - 1 - i] = e;
    }
    return count;
}

static struct queued_recipient *find(struct queued *q, struct text address)
{
    for (uint32_t i = 0; i < q->recipient_count; i++)
        if (text_equal(q->recipients[i].address, address))
            return &q->recipients[i];
    return NULL;
}

static struct queued_recipient *say(struct queued *q, struct text address, enum queued_state state,
                                    uint32_t record)
{
    struct queued_recipient *to = find(q, address);

    if (to == NULL)
        return NULL;
    to->state = state;
    to->next_try_ns = -1;
    to->record = record;
    return to;
}

static void tried(struct queued *q, const struct trace_queue_attempt *a, uint32_t record)
{
    for (uint32_t i = 0; i < a->recipients.count; i++) {
        struct queued_recipient *to = say(q, a->recipients.items[i], QUEUED_TRYING, record);

        if (to != NULL)
            to->tries = a->attempt;
    }
}

static void deferred(struct queued *q, const struct trace_queue_deferred *d, uint32_t record)
{
    struct queued_recipient *to = say(q, d->recipient, QUEUED_WAITS, record);

    if (to == NULL)
        return;
    to->tries = d->attempt;
    to->next_try_ns = d->next_try_ns;
    to->code = d->code;
    to->enhanced = d->enhanced;
    to->reason = d->reason;
}

static void take(struct queued *q, const struct recording *r, uint32_t at)
{
    const struct recording_line *line = &r->lines[at];
    enum trace_kind kind = line->record->kind;

    if (kind == TRACE_QUEUE_ATTEMPT) {
        tried(q, line->record->data, at);
    } else if (kind == TRACE_QUEUE_DEFERRED) {
        deferred(q, line->record->data, at);
    } else if (kind == TRACE_QUEUE_HELD) {
        struct queued_recipient *to =
            say(q, RECORDING_DATA(line, queue_held)->recipient, QUEUED_HELD, at);
        if (to != NULL)
            to->reason = RECORDING_DATA(line, queue_held)->reason;
    } else if (kind == TRACE_QUEUE_BOUNCED) {
        const struct trace_queue_bounced *b = line->record->data;
        struct queued_recipient *to = say(q, b->recipient, QUEUED_FAILED, at);
        if (to != NULL) {
            to->code = b->code;
            to->enhanced = b->enhanced;
            to->reason = b->reason;
        }
    } else if (kind == TRACE_QUEUE_EXPIRED) {
        (void)say(q, RECORDING_DATA(line, queue_expired)->recipient, QUEUED_FAILED, at);
    } else if (kind == TRACE_CUSTODY_CLOSED) {
        (void)say(q, RECORDING_DATA(line, custody_closed)->recipient, QUEUED_DONE, at);
    }
}

void holdings_queued(struct queued *q, struct memory *m, const struct recording *r, uint32_t entry,
                     uint32_t index)
{
    const struct recording_entry *e = &r->entries[entry];
    const struct trace_queue_entered *in = RECORDING_DATA(&r->lines[e->entered], queue_entered);

    *q = (struct queued){.entry = entry, .mail = e->mail, .entered = e->entered};
    q->sender = in->sender;
    q->recipient_count = in->recipients.count;
    q->recipients = memory_take_clear(m, (in->recipients.count + 1) * sizeof *q->recipients);
    for (uint32_t i = 0; i < in->recipients.count; i++) {
        q->recipients[i].address = in->recipients.items[i];
        q->recipients[i].next_try_ns = -1;
        q->recipients[i].record = e->entered;
    }
    for (uint32_t i = r->lines[e->entered].mail_after; i != NONE && i <= index;
         i = r->lines[i].mail_after)
        if (r->lines[i].host == e->host && text_equal(r->lines[i].record->where.queue, e->queue))
            take(q, r, i);
    for (uint32_t i = 0; i < q->recipient_count; i++)
        q->left += q->recipients[i].state != QUEUED_DONE;
}

/* ---- mailboxes ---------------------------------------------------------------------------------- */

/* Was what DELE marked at this record removed?  QUIT does it, RSET and a lost connection do not
 * (RFC 1939 6). */
static bool is_removed(const struct recording *r, uint32_t dele, uint32_t index)
{
    for (uint32_t i = r->lines[dele].conn_after; i != NONE && i <= index;
         i = r->lines[i].conn_after) {
        const struct trace_record *record = r->lines[i].record;

        if (record->kind != TRACE_POP3_COMMAND || record->where.side != TRACE_SIDE_SERVER)
            continue;
        struct text line = RECORDING_DATA(&r->lines[i], pop3_command)->line;
        if (text_starts_nocase(line, TEXT("QUIT")))
            return true;
        if (text_starts_nocase(line, TEXT("RSET")))
            return false;
    }
    return false;
}

/* What its owner did with it since.  Of two copies in one mailbox the one delivered first is fetched
 * first: `earlier` copies are passed over. */
static void collect(struct shelved *s, const struct recording *r, uint32_t host, uint32_t earlier,
                    uint32_t index)
{
    uint32_t conn = NONE, passed = earlier;

    for (uint32_t i = s->record; i != NONE && i <= index; i = r->lines[i].mail_after) {
        const struct recording_line *line = &r->lines[i];

        if (line->record->kind == TRACE_MAIL_COLLECTED) {
            const struct trace_mail_collected *c = line->record->data;

            if (!text_equal(c->mailbox, s->mailbox) ||
                !text_equal(c->server, r->cast->hosts[host].name))
                continue;
            if (s->collected == NONE && passed-- == 0) {
                s->collected = i;
                conn = line->conn;
            }
        } else if (line->record->kind == TRACE_POP3_COMMAND && s->collected != NONE &&
                   line->host == host && line->conn == conn && i > s->collected &&
                   text_starts_nocase(RECORDING_DATA(line, pop3_command)->line, TEXT("DELE"))) {
            s->removed = s->removed || is_removed(r, i, index);
        }
    }
}

/* Copies of this mail that this mailbox had been given before. */
static uint32_t copies_before(const struct recording *r, uint32_t record)
{
    const struct recording_line *line = &r->lines[record];
    struct text mailbox = RECORDING_DATA(line, mail_delivered)->mailbox;
    uint32_t count = 0;

    for (uint32_t i = line->mail_before; i != NONE; i = r->lines[i].mail_before)
        count += r->lines[i].record->kind == TRACE_MAIL_DELIVERED &&
                 r->lines[i].host == line->host &&
                 text_equal(RECORDING_DATA(&r->lines[i], mail_delivered)->mailbox, mailbox);
    return count;
}

uint32_t holdings_letters(struct shelved *out, uint32_t room, const struct recording *r,
                          uint32_t last, uint32_t index)
{
    uint32_t count = 0;

    for (uint32_t i = last; i != NONE && count < room; i = r->lines[i].host_before) {
        const struct recording_line *line = &r->lines[i];

        if (line->record->kind == TRACE_MAIL_COLLECTED)
            out[count++] = (struct shelved){
                .record = i,
                .mail = line->mail,
                .mailbox = RECORDING_DATA(line, mail_collected)->mailbox,
                .time_ns = line->record->time_ns,
                .collected = i,
            };
        if (line->record->kind != TRACE_MAIL_DELIVERED || count == room)
            continue;
        out[count] = (struct shelved){
            .record = i,
            .mail = line->mail,
            .mailbox = RECORDING_DATA(line, mail_delivered)->mailbox,
            .time_ns = line->record->time_ns,
            .collected = NONE,
        };
        collect(&out[count++], r, line->host, copies_before(r, i), index);
    }
    return count;
}
