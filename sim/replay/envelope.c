/*
 * envelope.c - the last transaction or queue that a mail's records tell of.
 */
#include "sim/replay/envelope.h"

#include "sim/replay/path.h"

#define NONE RECORDING_NONE

/* Does this record begin an envelope: a queue's, the author's, or a transaction's? */
static bool begins(const struct recording *r, uint32_t at)
{
    const struct recording_line *line = &r->lines[at];
    enum trace_kind kind = line->record->kind;

    if (kind != TRACE_SMTP_COMMAND)
        return kind == TRACE_QUEUE_ENTERED || kind == TRACE_MAIL_COMPOSED;
    /* The server reads what the client sent: that is no other envelope, unless we see no client. */
    bool client = line->record->where.side == TRACE_SIDE_CLIENT;
    return text_equal(RECORDING_DATA(line, smtp_command)->verb, TEXT("MAIL")) &&
           (client || (line->conn != NONE && r->conns[line->conn].client == NONE));
}

static uint32_t newest(const struct recording *r, uint32_t mail, uint32_t host, uint32_t index)
{
    uint32_t found = NONE;

    for (uint32_t i = r->mails[mail].first; i != NONE && i <= index; i = r->lines[i].mail_after)
        if (begins(r, i) && (host == NONE || r->lines[i].host == host))
            found = i;
    return found;
}

static void add(struct envelope *e, struct memory *m, uint32_t *room, struct text address,
                uint32_t record)
{
    e->recipients =
        memory_make_room(m, e->recipients, e->recipient_count, room, sizeof *e->recipients);
    e->recipients[e->recipient_count++] =
        (struct envelope_recipient){.address = address, .record = record};
}

static void of_texts(struct envelope *e, struct memory *m, struct trace_texts to)
{
    uint32_t room = 0;

    for (uint32_t i = 0; i < to.count; i++)
        add(e, m, &room, to.items[i], e->record);
}

static void answer(struct envelope *e, uint32_t *answered, const struct trace_smtp_reply *p,
                   uint32_t at)
{
    if (text_equal(p->to, TEXT("MAIL"))) {
        e->sender_code = p->code;
        e->ended = p->code >= 400;
    } else if (text_equal(p->to, TEXT("RCPT")) && *answered < e->recipient_count) {
        e->recipients[*answered].code = p->code;
        e->recipients[(*answered)++].record = at;
    } else if (text_equal(p->to, TEXT("message"))) {
        e->ended = true;
    }
}

/* MAIL, and what was said on its connection until the transaction ended. */
static void of_transaction(struct envelope *e, struct memory *m, const struct recording *r,
                           uint32_t index)
{
    const struct recording_line *mail = &r->lines[e->record];
    uint32_t room = 0, answered = 0;

    e->sender = path_of_command(RECORDING_DATA(mail, smtp_command)->line);
    e->conn = mail->conn;
    e->other = mail->other;
    for (uint32_t i = mail->conn_after; i != NONE && i <= index && !e->ended;
         i = r->lines[i].conn_after) {
        const struct trace_record *record = r->lines[i].record;

        if (record->where.side != mail->record->where.side)
            continue;
        if (record->kind == TRACE_SMTP_REPLY) {
            answer(e, &answered, record->data, i);
        } else if (record->kind == TRACE_SMTP_COMMAND) {
            const struct trace_smtp_command *c = record->data;

            if (text_equal(c->verb, TEXT("RCPT")))
                add(e, m, &room, path_of_command(c->line), i);
            else if (text_equal(c->verb, TEXT("RSET")) || text_equal(c->verb, TEXT("QUIT")) ||
                     text_equal(c->verb, TEXT("MAIL")))
                e->ended = true;
        } else if (record->kind == TRACE_TCP_CLOSED) {
            e->ended = true;
        }
    }
}

bool envelope_at(struct envelope *e, struct memory *m, const struct recording *r, uint32_t mail,
                 uint32_t host, uint32_t index)
{
    *e = (struct envelope){.host = NONE, .other = NONE, .conn = NONE, .record = NONE};
    if (mail == NONE || index == NONE)
        return false;
    e->record = newest(r, mail, host, index);
    if (e->record == NONE)
        e->record = newest(r, mail, NONE, index);
    if (e->record == NONE)
        return false;
    const struct recording_line *line = &r->lines[e->record];

    e->host = line->host;
    if (line->record->kind == TRACE_SMTP_COMMAND) {
        of_transaction(e, m, r, index);
    } else if (line->record->kind == TRACE_QUEUE_ENTERED) {
        e->sender = RECORDING_DATA(line, queue_entered)->sender;
        of_texts(e, m, RECORDING_DATA(line, queue_entered)->recipients);
    } else {
        e->sender = RECORDING_DATA(line, mail_composed)->from;
        of_texts(e, m, RECORDING_DATA(line, mail_composed)->to);
    }
    return true;
}
