/*
 * A command is a step when the server reads it and a reply when the client does: what is on its way is
 * seen moving, and the sentence about it is true from the moment in which it has arrived.  What a host
 * does by itself is a step where it happens.  Records of custody, queue and state go with the act that
 * caused them.
 */
#include "sim/replay/steps_parts.h"

#include "sim/kernel/sorted.h"
#include "sim/replay/seen.h"

/* ---- which records are acts ------------------------------------------------------------------- */

static unsigned unless(bool fine)
{
    return fine ? 0 : STEP_TROUBLE;
}

/* What travels is a step where it arrives; at the end that is not ours, where it leaves. */
static bool arrives(const struct recording_line *line)
{
    return !line->leaves || line->other == RECORDING_NONE;
}

static unsigned is_reply(const struct recording_line *line)
{
    const struct trace_smtp_reply *d = RECORDING_DATA(line, smtp_reply);

    if (!arrives(line))
        return 0;
    return STEP_ACT | STEP_REPLY | unless(d->code < 400) |
           (text_equal(d->to, TEXT("message")) && d->code < 300 ? STEP_HOP : 0);
}

/* "Accepted" is worth a step only where a rule had something to decide. */
static unsigned is_decision(const struct recording_line *line)
{
    const struct trace_policy_decision *d = RECORDING_DATA(line, policy_decision);
    bool fine = text_equal(d->verdict, TEXT("accept"));

    return STEP_ACT | STEP_DECISION | unless(fine);
}

/* The hop is where the client reads the 250; only a trace without the dialogue needs this one. */
static unsigned is_relayed(const struct recording *r, const struct recording_line *line)
{
    const struct recording_line *cause =
        line->cause == RECORDING_NONE ? NULL : &r->lines[line->cause];

    if (cause && cause->record->kind == TRACE_SMTP_REPLY && cause->host == line->host)
        return 0;
    return STEP_ACT | STEP_HOP;
}

static unsigned is_input(const struct recording_line *line)
{
    /* What the others do is seen where it happens. */
    return text_equal(RECORDING_DATA(line, sim_input)->verb, TEXT("set")) ? STEP_ACT : 0;
}

static unsigned is_mail(const struct recording *r, const struct recording_line *line)
{
    switch ((unsigned)line->record->kind) {
    case TRACE_MAIL_RELAYED: return is_relayed(r, line);
    case TRACE_MAIL_ACCEPTED:
    case TRACE_MAIL_DELIVERED:
    case TRACE_MAIL_COLLECTED: return STEP_ACT | STEP_HOP;
    case TRACE_MAIL_DISCARDED:
    case TRACE_QUEUE_DEFERRED:
    case TRACE_QUEUE_HELD:
    case TRACE_QUEUE_WARNED:
    case TRACE_QUEUE_BOUNCED:
    case TRACE_QUEUE_EXPIRED: return STEP_ACT | STEP_TROUBLE;
    case TRACE_QUEUE_ATTEMPT:
        return RECORDING_DATA(line, queue_attempt)->attempt > 1 ? STEP_ACT : 0;
    case TRACE_MAIL_COMPOSED: /* a report's step is its mail.ndr */
        return RECORDING_DATA(line, mail_composed)->from.size > 0 ? STEP_ACT : 0;
    case TRACE_MAIL_EXPANDED:
    case TRACE_MAIL_NDR: return STEP_ACT;
    default: return 0;
    }
}

static unsigned is_session(const struct recording_line *line)
{
    switch ((unsigned)line->record->kind) {
    case TRACE_SMTP_REPLY: return is_reply(line);
    case TRACE_POP3_REPLY:
        return arrives(line) ? STEP_ACT | STEP_REPLY | unless(RECORDING_DATA(line, pop3_reply)->ok)
                             : 0;
    case TRACE_TCP_OPENED:
    case TRACE_SMTP_COMMAND:
    case TRACE_POP3_COMMAND:
    case TRACE_SMTP_DATA: return arrives(line) ? STEP_ACT : 0;
    case TRACE_TLS_STARTED: return line->record->where.side == TRACE_SIDE_CLIENT ? STEP_ACT : 0;
    case TRACE_AUTH_RESULT:
        return line->record->where.side == TRACE_SIDE_CLIENT
                   ? 0
                   : STEP_ACT | STEP_DECISION | unless(RECORDING_DATA(line, auth_result)->accepted);
    case TRACE_POLICY_RELAY:
        return STEP_ACT | STEP_DECISION | unless(RECORDING_DATA(line, policy_relay)->allowed);
    case TRACE_POLICY_DECISION: return is_decision(line);
    case TRACE_SMTP_TIMEOUT:
    case TRACE_TLS_REFUSED: return STEP_ACT | STEP_TROUBLE;
    default: return 0;
    }
}

static unsigned is_network(const struct recording_line *line)
{
    switch ((unsigned)line->record->kind) {
    case TRACE_DNS_ANSWER: return line->leaves ? 0 : STEP_ACT;
    case TRACE_DNS_CACHED: return STEP_ACT;
    case TRACE_DNS_MX_CHOSEN: return STEP_ACT | STEP_DECISION;
    case TRACE_TCP_CLOSED:
        return text_equal(RECORDING_DATA(line, tcp_closed)->reason, TEXT("fin"))
                   ? 0
                   : STEP_ACT | STEP_TROUBLE;
    case TRACE_DNS_TIMEOUT:
    case TRACE_TCP_FAILED:
    case TRACE_NET_DROPPED: return STEP_ACT | STEP_TROUBLE;
    default: return 0;
    }
}

static unsigned is_world(const struct recording_line *line)
{
    switch ((unsigned)line->record->kind) {
    case TRACE_SIM_INPUT: return is_input(line);
    case TRACE_SIM_ENDED:
    case TRACE_LIST_DELISTED: return STEP_ACT;
    case TRACE_HOST_STARTED: /* at the beginning all of them do */
        return line->record->time_ns > 0 ? STEP_ACT : 0;
    case TRACE_LINK_STATE:
        return STEP_ACT |
               unless(!text_equal(RECORDING_DATA(line, link_state)->state, TEXT("down")));
    case TRACE_SIM_FAULT:
    case TRACE_HOST_STOPPED:
    case TRACE_HOST_CRASHED:
    case TRACE_LIST_LISTED: return STEP_ACT | STEP_TROUBLE;
    default: return 0;
    }
}

unsigned steps_is(const struct recording *r, uint32_t record)
{
    const struct recording_line *line = &r->lines[record];
    unsigned is = is_mail(r, line);

    if (!is)
        is = is_session(line);
    if (!is)
        is = is_network(line);
    return is ? is : is_world(line);
}

/* ---- all of it -------------------------------------------------------------------------------- */

void steps_init(struct steps *s, struct memory *m, const struct recording *r)
{
    *s = (struct steps){.recording = r, .memory = m, .thread = {.conn = RECORDING_NONE}};
    s->seen = MEMORY_NEW(m, struct seen);
}

/* What the story is about at the step that comes: what it leaves open is as it was before. */
static void put_focus(struct steps *s)
{
    struct step focus = s->items[s->count];

    if (s->count > 0) {
        const struct step *before = &s->foci[s->count - 1];
        focus.host = focus.host == RECORDING_NONE ? before->host : focus.host;
        focus.conn = focus.conn == RECORDING_NONE ? before->conn : focus.conn;
        focus.mail = focus.mail == RECORDING_NONE ? before->mail : focus.mail;
    }
    if (s->count == s->foci_capacity)
        s->foci =
            memory_make_room(s->memory, s->foci, s->count, &s->foci_capacity, sizeof *s->foci);
    s->foci[s->count] = focus;
}

/* A rule's verdict is news the first time that such a host gives it. */
static bool is_news(struct steps *s, const struct recording_line *line, unsigned is)
{
    return is & STEP_DECISION &&
           seen_times(s->seen, seen_between(s->recording, line, seen_key(line))) == 1;
}

static void put_step(struct steps *s, uint32_t record, unsigned is)
{
    const struct recording_line *line = &s->recording->lines[record];

    if (s->count == s->capacity)
        s->items = memory_make_room(s->memory, s->items, s->count, &s->capacity, sizeof *s->items);
    s->items[s->count] = (struct step){.record = record,
                                       .host = line->host,
                                       .conn = line->conn,
                                       .mail = line->mail,
                                       .is = (uint8_t)is};
    put_focus(s);
    s->count++;
    steps_put_chapter(s, line);
    bool news = is_news(s, line, is);

    if (news || is & (STEP_HOP | STEP_TROUBLE) ||
        s->chapters[s->chapter_count - 1].first_step == s->count - 1)
        s->items[s->count - 1].is |= STEP_STOP;
}

void steps_mark_stop(struct steps *s, uint32_t record)
{
    uint32_t i = record == 0 ? RECORDING_NONE : steps_at(s, record - 1);

    i = i == RECORDING_NONE ? 0 : i + 1;
    if (i < s->count)
        s->items[i].is |= STEP_STOP;
}

void steps_extend(struct steps *s)
{
    for (; s->taken < s->recording->count; s->taken++) {
        unsigned is = steps_is(s->recording, s->taken);

        if (is)
            put_step(s, s->taken, is);
    }
}

uint32_t steps_at(const struct steps *s, uint32_t record)
{
    uint32_t later = record == RECORDING_NONE
                         ? 0
                         : sorted_before(s->items, s->count, sizeof *s->items,
                                         offsetof(struct step, record), record + 1);

    return later > 0 ? later - 1 : RECORDING_NONE;
}

static uint32_t step_after(const struct steps *s, uint32_t record, unsigned is)
{
    uint32_t i = steps_at(s, record);

    for (i = i == RECORDING_NONE ? 0 : i + 1; i < s->count; i++)
        if (s->items[i].is & is)
            return s->items[i].record;
    return RECORDING_NONE;
}

static uint32_t step_before(const struct steps *s, uint32_t record, unsigned is)
{
    uint32_t i = record == RECORDING_NONE || record == 0 ? RECORDING_NONE : steps_at(s, record - 1);

    for (; i != RECORDING_NONE; i = i > 0 ? i - 1 : RECORDING_NONE)
        if (s->items[i].is & is)
            return s->items[i].record;
    return RECORDING_NONE;
}

uint32_t steps_next(const struct steps *s, uint32_t record, int direction, unsigned is)
{
    return direction < 0 ? step_before(s, record, is) : step_after(s, record, is);
}

struct step steps_focus(const struct steps *s, uint32_t record)
{
    uint32_t i = steps_at(s, record);

    if (i == RECORDING_NONE)
        return (struct step){RECORDING_NONE, RECORDING_NONE, RECORDING_NONE, RECORDING_NONE, 0};
    return s->foci[i];
}
