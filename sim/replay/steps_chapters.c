/*
 * steps_chapters.c - which chapter of the story a step belongs to.
 *
 * What happens beside the conversation that the story follows does not cut it: its steps stay in the
 * chapter at hand until that conversation is over, or silent for a while.  The first dialogue between two
 * kinds of hosts is told part by part; those after it are one chapter each.
 */
#include <assert.h>

#include "sim/replay/steps_parts.h"

#define NONE RECORDING_NONE

/* Beyond some chapters only what is a story of its own opens one: a film has about 40 at most. */
enum { MANY_CHAPTERS = 22, TOO_MANY_CHAPTERS = 34, QUIET_MOST = 6 };

const char *chapter_name(enum chapter_kind kind)
{
    static const char *const names[] = {
#define X(suffix, name) [CHAPTER_##suffix] = name,
        CHAPTERS(X)
#undef X
    };

    assert(kind < CHAPTER_COUNT);
    return names[kind];
}

/* ---- who is who ------------------------------------------------------------------------------- */

static bool has_role(const struct recording *r, uint32_t host, unsigned roles)
{
    return host != NONE && (r->cast->hosts[host].roles & roles) != 0;
}

/* Is it known to be a report when `record` has happened?  What comes later may not count: the chapters
 * would depend on how a trace grows. */
static bool is_report(const struct recording *r, uint32_t mail, uint32_t record)
{
    return mail != NONE && r->mails[mail].ndr != NONE && r->mails[mail].ndr <= record;
}

bool steps_is_abuse(const struct recording *r, uint32_t mail, uint32_t record)
{
    uint32_t composed = mail == NONE ? NONE : r->mails[mail].composed;

    return composed != NONE && composed <= record &&
           has_role(r, r->lines[composed].host, CAST_STRANGER);
}

/* Whose journey has chapters of its own; CHAPTER_COUNT: nobody's. */
static enum chapter_kind journey(const struct recording *r, const struct recording_line *line)
{
    uint32_t record = (uint32_t)(line - r->lines);

    return is_report(r, line->mail, record)        ? CHAPTER_REPORT
           : steps_is_abuse(r, line->mail, record) ? CHAPTER_ABUSE
                                                   : CHAPTER_COUNT;
}

/* ---- dialogues -------------------------------------------------------------------------------- */

static struct text verb_of(const struct recording_line *line)
{
    switch ((unsigned)line->record->kind) {
    case TRACE_SMTP_COMMAND: return RECORDING_DATA(line, smtp_command)->verb;
    case TRACE_SMTP_REPLY: return RECORDING_DATA(line, smtp_reply)->to;
    case TRACE_POP3_COMMAND: return RECORDING_DATA(line, pop3_command)->line;
    default: return TEXT("");
    }
}

static bool ends_dialogue(const struct recording_line *line)
{
    return text_equal(verb_of(line), TEXT("QUIT")) || line->record->kind == TRACE_TCP_CLOSED ||
           line->record->kind == TRACE_TCP_FAILED || line->record->kind == TRACE_SMTP_TIMEOUT;
}

/* Is the dialogue the first between hosts of such roles?  Asked with each of its steps. */
static bool part_by_part(struct steps *s, uint32_t conn)
{
    const struct recording_conn *c = &s->recording->conns[conn];
    const struct cast_host *hosts = s->recording->cast->hosts;
    uint16_t roles;

    if (s->told_count > 0 && s->told_conn == conn)
        return true;
    if (c->client == NONE || c->server == NONE || s->told_count == STEPS_TOLD)
        return false;
    roles = (uint16_t)((hosts[c->client].roles & 0xff) << 8 | (hosts[c->server].roles & 0xff));
    for (uint32_t i = 0; i < s->told_count; i++)
        if (s->told[i] == roles)
            return false;
    s->told[s->told_count++] = roles;
    s->told_conn = conn;
    return true;
}

static enum chapter_kind part_of_dialogue(const struct recording_line *line, enum chapter_kind now)
{
    struct text verb = verb_of(line);
    bool reply = line->record->kind == TRACE_SMTP_REPLY;

    if (line->record->kind == TRACE_TLS_STARTED || text_equal(verb, TEXT("STARTTLS")))
        return CHAPTER_SEAL;
    if (line->record->kind == TRACE_SMTP_DATA || text_equal(verb, TEXT("DATA")))
        return CHAPTER_DATA;
    if (now == CHAPTER_DATA && reply) /* to what was sent before DATA, in one go with it */
        return now;
    if (text_equal(verb, TEXT("MAIL")) || text_equal(verb, TEXT("RCPT")))
        return CHAPTER_ENVELOPE;
    if (line->record->kind == TRACE_TCP_OPENED)
        return CHAPTER_CONNECT;
    return now >= CHAPTER_CONNECT && now <= CHAPTER_DATA ? now : CHAPTER_CONNECT;
}

static bool collects(const struct recording_line *line, int64_t port)
{
    return port == 110 || port == 995 || line->record->kind == TRACE_POP3_COMMAND ||
           line->record->kind == TRACE_POP3_REPLY;
}

static enum chapter_kind of_dialogue(struct steps *s, const struct recording_line *line,
                                     enum chapter_kind now)
{
    const struct recording *r = s->recording;
    const struct recording_conn *c = &r->conns[line->conn];
    enum chapter_kind own = journey(r, line);

    if ((now == CHAPTER_DELIVER || now == CHAPTER_COLLECT) && s->thread.conn == line->conn)
        return now; /* delivered while its sender waits for the reply, perhaps */
    if (text_equal(verb_of(line), TEXT("message")))
        return now; /* an end, not a beginning */
    if (own < CHAPTER_COUNT)
        return own;
    if (collects(line, c->port))
        return CHAPTER_COLLECT;
    if (has_role(r, c->client, CAST_STRANGER))
        return CHAPTER_ABUSE;
    if (c->port == 24 || text_equal(verb_of(line), TEXT("LHLO")))
        return CHAPTER_DELIVER;
    if (has_role(r, c->client, CAST_MUA))
        return CHAPTER_SUBMIT;
    return part_by_part(s, line->conn) ? part_of_dialogue(line, now) : CHAPTER_RELAY;
}

/* ---- what a host does by itself --------------------------------------------------------------- */

static enum chapter_kind of_host(const struct recording *r, const struct recording_line *line,
                                 enum chapter_kind now)
{
    enum chapter_kind own = journey(r, line);

    if (own < CHAPTER_COUNT)
        return own;
    switch ((unsigned)line->record->kind) {
    case TRACE_MAIL_COMPOSED: return CHAPTER_SUBMIT;
    case TRACE_DNS_ANSWER:
    case TRACE_DNS_CACHED:
    case TRACE_DNS_TIMEOUT:
    case TRACE_DNS_MX_CHOSEN:
        if (has_role(r, line->host, CAST_MUA))
            return line->mail == NONE ? CHAPTER_COLLECT : CHAPTER_SUBMIT;
        return line->mail == NONE || now == CHAPTER_WAIT ? now : CHAPTER_LOOKUP;
    case TRACE_QUEUE_DEFERRED:
    case TRACE_QUEUE_HELD:
    case TRACE_QUEUE_ATTEMPT: return CHAPTER_WAIT;
    case TRACE_MAIL_DELIVERED:
    case TRACE_MAIL_EXPANDED: return CHAPTER_DELIVER;
    case TRACE_MAIL_NDR:
    case TRACE_QUEUE_WARNED:
    case TRACE_QUEUE_EXPIRED: return CHAPTER_REPORT;
    case TRACE_MAIL_COLLECTED: return CHAPTER_COLLECT;
    default: return now;
    }
}

/* ---- one after the other ---------------------------------------------------------------------- */

/* Happens this beside the conversation that is followed? */
static bool is_beside(struct steps *s, const struct recording_line *line)
{
    struct steps_thread *t = &s->thread;

    if (t->conn == NONE || t->over || line->conn == t->conn)
        return false;
    if (line->record->kind == TRACE_MAIL_DELIVERED || line->record->kind == TRACE_MAIL_NDR)
        return false; /* worth a chapter always */
    return ++t->quiet <= QUIET_MOST;
}

static void follow(struct steps *s, const struct recording_line *line)
{
    bool stays = line->record->kind == TRACE_MAIL_DELIVERED; /* its sender still waits */

    if (line->conn != NONE)
        s->thread = (struct steps_thread){.conn = line->conn};
    else if (!stays)
        s->thread = (struct steps_thread){.conn = NONE};
}

static bool may_open(const struct steps *s, const struct recording_line *line,
                     enum chapter_kind kind)
{
    const struct chapter *last = &s->chapters[s->chapter_count - 1];

    if (line->record->kind == TRACE_MAIL_COMPOSED && last->step_count > 10)
        return s->chapter_count < TOO_MANY_CHAPTERS; /* a new story */
    if (kind == last->kind)
        return false;
    if (s->chapter_count >= TOO_MANY_CHAPTERS) /* ever longer ones */
        return last->step_count > 40 * (s->chapter_count - TOO_MANY_CHAPTERS + 1);
    if (s->chapter_count >= MANY_CHAPTERS && (kind == CHAPTER_LOOKUP || kind == CHAPTER_DELIVER))
        return false;
    return true;
}

void steps_put_chapter(struct steps *s, const struct recording_line *line)
{
    struct chapter *last = s->chapter_count > 0 ? &s->chapters[s->chapter_count - 1] : NULL;
    uint32_t step = s->count - 1;
    enum chapter_kind kind = last ? last->kind : CHAPTER_OTHER;

    if (ends_dialogue(line)) {
        if (line->conn == s->thread.conn)
            s->thread.over = true;
    } else if (!is_beside(s, line)) {
        kind = line->conn != NONE ? of_dialogue(s, line, kind) : of_host(s->recording, line, kind);
        follow(s, line);
    }
    if (last && !may_open(s, line, kind)) {
        last->step_count++;
        return;
    }
    s->chapters = memory_make_room(s->memory, s->chapters, s->chapter_count, &s->chapter_capacity,
                                   sizeof *s->chapters);
    s->chapters[s->chapter_count++] = (struct chapter){
        .kind = kind,
        .first_step = step,
        .step_count = 1,
        .host = line->host,
        .mail = line->mail,
    };
}
