/*
 * fate.c - the records of one mail, folded by recipient.
 *
 * Who is meant by a record: the recipient that it names, at the host and queue that it comes from.  Which
 * recipient of the envelope that is, the custodies tell: each names the one that it came from.
 */
#include "sim/replay/fate.h"

#include "sim/kernel/table.h"
#include "sim/replay/path.h"

#define NONE RECORDING_NONE

const char *fate_words(enum fate_state state)
{
    static const char *const words[FATE_COUNT] = {
#define X(suffix, text) [FATE_##suffix] = text,
        FATES(X)
#undef X
    };
    return words[state];
}

struct custody {
    struct text id;
    uint32_t fate; /* in the order in which they were made */
    uint32_t host;
    struct text queue;
    bool open;
};

/* An RCPT whose reply is still to be read: replies come in the order of the commands. */
struct asked {
    uint32_t conn, fate;
    bool answered;
};

struct kin {
    uint32_t parent;   /* what it was expanded from, or NONE */
    uint32_t children; /* into how many it was */
};

struct fold {
    const struct recording *recording;
    struct memory *memory;
    struct fate *fates;
    struct kin *kin; /* of each */
    uint32_t fate_count, fate_room, kin_room;
    struct custody *custodies;
    uint32_t custody_count, custody_room;
    struct table roots, by_id, by_place; /* fates; custodies; fates */
    struct buffer key;
    struct asked *asked;
    uint32_t asked_count, asked_room;
};

/* ---- who is meant ------------------------------------------------------------------------------- */

static uint32_t add_fate(struct fold *f, struct text recipient, uint32_t parent)
{
    f->fates =
        memory_make_room(f->memory, f->fates, f->fate_count, &f->fate_room, sizeof *f->fates);
    f->kin = memory_make_room(f->memory, f->kin, f->fate_count, &f->kin_room, sizeof *f->kin);
    f->kin[f->fate_count] = (struct kin){.parent = parent};
    if (parent != NONE)
        f->kin[parent].children++;
    else
        table_set(&f->roots, recipient, f->fate_count);
    f->fates[f->fate_count] = (struct fate){
        .recipient = recipient,
        .depth = parent == NONE ? 0 : f->fates[parent].depth + 1,
        .record = NONE,
        .host = NONE,
        .asked = NONE,
        .next_try_ns = -1,
        .report = NONE,
    };
    return f->fate_count++;
}

static uint32_t find_root(const struct fold *f, struct text recipient)
{
    uint32_t fate = table_get(&f->roots, recipient);

    return fate == TABLE_NONE ? NONE : fate;
}

static struct custody *find_custody(const struct fold *f, struct text id)
{
    uint32_t custody = table_get(&f->by_id, id);

    return custody == TABLE_NONE ? NULL : &f->custodies[custody];
}

/* A recipient at a host, in one of its queues or (queue empty) in any. */
static struct text place_key(struct fold *f, uint32_t host, struct text queue,
                             struct text recipient)
{
    buffer_clear(&f->key);
    buffer_put(&f->key, &host, sizeof host);
    buffer_put_text(&f->key, queue);
    buffer_put_char(&f->key, '\0');
    buffer_put_text(&f->key, recipient);
    return buffer_text(&f->key);
}

/* The recipient that a record of this host (and queue, where it has one) names. */
static uint32_t find_fate(struct fold *f, uint32_t at, struct text recipient)
{
    const struct recording_line *line = &f->recording->lines[at];
    uint32_t fate =
        table_get(&f->by_place, place_key(f, line->host, line->record->where.queue, recipient));

    return fate != TABLE_NONE ? fate : find_root(f, recipient);
}

static void set_place(struct fold *f, uint32_t host, struct text queue, struct text recipient,
                      uint32_t fate)
{
    struct text key = place_key(f, host, queue, recipient);

    table_set(&f->by_place, text_copy(f->memory, key), fate);
}

static void say(struct fold *f, uint32_t fate, enum fate_state state, uint32_t at)
{
    f->fates[fate].state = state;
    f->fates[fate].record = at;
    f->fates[fate].next_try_ns = -1;
}

/* ---- what is said ------------------------------------------------------------------------------- */

static void custody_opened(struct fold *f, uint32_t at)
{
    const struct recording_line *line = &f->recording->lines[at];
    const struct trace_custody_opened *o = line->record->data;
    const struct custody *parent = o->parent.size > 0 ? find_custody(f, o->parent) : NULL;
    uint32_t fate;

    if (parent != NULL && text_equal(o->how, TEXT("expanded")))
        fate = add_fate(f, o->recipient, parent->fate);
    else if (parent != NULL)
        fate = parent->fate;
    else if ((fate = find_root(f, o->recipient)) == NONE)
        fate = add_fate(f, o->recipient, NONE);
    f->custodies = memory_make_room(f->memory, f->custodies, f->custody_count, &f->custody_room,
                                    sizeof *f->custodies);
    f->custodies[f->custody_count] =
        (struct custody){o->custody, fate, line->host, line->record->where.queue, true};
    table_set(&f->by_id, o->custody, f->custody_count++);
    set_place(f, line->host, line->record->where.queue, o->recipient, fate);
    set_place(f, line->host, TEXT(""), o->recipient, fate);
    struct fate *t = &f->fates[fate];
    say(f, fate, FATE_UNDER_WAY, at);
    t->host = line->host;
    t->attempts = 0;
    t->code = 0;
    t->enhanced = t->words = TEXT("");
    t->asked = NONE;
}

static void custody_closed(struct fold *f, uint32_t at)
{
    static const struct {
        struct text how;
        enum fate_state state;
    } ways[] = {{TEXT_INIT("delivered"), FATE_DELIVERED},
                {TEXT_INIT("bounced"), FATE_BOUNCED},
                {TEXT_INIT("expired"), FATE_EXPIRED},
                {TEXT_INIT("expanded"), FATE_EXPANDED},
                {TEXT_INIT("discarded"), FATE_DISCARDED}};
    const struct trace_custody_closed *d = f->recording->lines[at].record->data;
    struct custody *c = find_custody(f, d->custody);

    if (c == NULL)
        return;
    c->open = false;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        if (text_equal(d->how, ways[i].how)) {
            say(f, c->fate, ways[i].state, at);
            f->fates[c->fate].host = c->host;
            if (d->to.size > 0 && ways[i].state != FATE_DELIVERED && ways[i].state != FATE_EXPANDED)
                f->fates[c->fate].report = recording_find_mail(f->recording, d->to);
        }
    if (!text_equal(d->how, TEXT("passed_on")) || f->fates[c->fate].host != c->host)
        return;
    for (uint32_t i = 0; i < f->custody_count; i++) /* whoever has it now */
        if (f->custodies[i].open && f->custodies[i].fate == c->fate)
            f->fates[c->fate].host = f->custodies[i].host;
}

static void reply_of(struct fate *t, int64_t code, struct text enhanced, struct text words,
                     uint32_t asked)
{
    t->code = code;
    t->enhanced = enhanced;
    t->words = words;
    t->asked = asked;
}

static void queue_attempt(struct fold *f, uint32_t at)
{
    const struct trace_queue_attempt *a = f->recording->lines[at].record->data;

    for (uint32_t i = 0; i < a->recipients.count; i++) {
        uint32_t fate = find_fate(f, at, a->recipients.items[i]);

        if (fate == NONE)
            continue;
        say(f, fate, FATE_UNDER_WAY, at);
        f->fates[fate].host = f->recording->lines[at].host;
        f->fates[fate].attempts = a->attempt;
        reply_of(&f->fates[fate], 0, TEXT(""), TEXT(""), NONE);
    }
}

static void queue_verdict(struct fold *f, uint32_t at)
{
    const struct recording *r = f->recording;
    const struct trace_record *record = r->lines[at].record;
    uint32_t fate;

    if (record->kind == TRACE_QUEUE_DEFERRED) {
        const struct trace_queue_deferred *d = record->data;

        if ((fate = find_fate(f, at, d->recipient)) == NONE)
            return;
        say(f, fate, FATE_WAITS, at);
        f->fates[fate].host = r->lines[at].host;
        f->fates[fate].next_try_ns = d->next_try_ns;
        f->fates[fate].attempts = d->attempt;
        reply_of(&f->fates[fate], d->code, d->enhanced, d->reason, cast_host(r->cast, d->remote));
    } else if (record->kind == TRACE_QUEUE_BOUNCED) {
        const struct trace_queue_bounced *b = record->data;

        if ((fate = find_fate(f, at, b->recipient)) == NONE)
            return;
        say(f, fate, FATE_FAILED, at);
        reply_of(&f->fates[fate], b->code, b->status, b->reason, cast_host(r->cast, b->remote));
    } else if (record->kind == TRACE_QUEUE_EXPIRED) {
        const struct trace_queue_expired *e = record->data;

        if ((fate = find_fate(f, at, e->recipient)) != NONE)
            say(f, fate, FATE_FAILED, at);
    } else {
        const struct trace_queue_held *h = record->data;

        if ((fate = find_fate(f, at, h->recipient)) == NONE)
            return;
        say(f, fate, FATE_HELD, at);
        f->fates[fate].words = h->reason;
    }
}

static void delivered(struct fold *f, uint32_t at)
{
    const struct trace_mail_delivered *d = f->recording->lines[at].record->data;
    uint32_t fate = find_fate(f, at, d->recipient);

    if (fate == NONE)
        return;
    say(f, fate, FATE_DELIVERED, at);
    f->fates[fate].host = f->recording->lines[at].host;
    f->fates[fate].mailbox = d->mailbox;
    f->fates[fate].copies++;
}

static void expanded(struct fold *f, uint32_t at)
{
    const struct trace_mail_expanded *e = f->recording->lines[at].record->data;
    uint32_t fate = find_fate(f, at, e->recipient);

    if (fate != NONE)
        f->fates[fate].by = e->by;
}

static void ended(struct fold *f, uint32_t at)
{
    static const struct {
        struct text verdict;
        enum fate_state state;
    } verdicts[] = {{TEXT_INIT("delivered"), FATE_DELIVERED}, {TEXT_INIT("bounced"), FATE_BOUNCED},
                    {TEXT_INIT("expired"), FATE_EXPIRED},     {TEXT_INIT("refused"), FATE_REFUSED},
                    {TEXT_INIT("discarded"), FATE_DISCARDED}, {TEXT_INIT("open"), FATE_OPEN}};
    const struct trace_mail_ended *e = f->recording->lines[at].record->data;
    uint32_t fate = find_root(f, e->recipient);

    if (fate == NONE)
        fate = add_fate(f, e->recipient, NONE);
    for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++)
        if (text_equal(e->verdict, verdicts[i].verdict))
            say(f, fate, verdicts[i].state, at);
    struct fate *t = &f->fates[fate];
    t->ended = true;
    t->words = e->why;
    t->host = cast_host(f->recording->cast, e->at);
}

/* ---- the dialogue ------------------------------------------------------------------------------- */

/* The client's side knows which mail it is about; where it is not in the trace, the server's does. */
static bool speaks_for(const struct fold *f, uint32_t at)
{
    const struct recording_line *line = &f->recording->lines[at];
    bool client = line->record->where.side == TRACE_SIDE_CLIENT;

    return client || (line->conn != NONE && f->recording->conns[line->conn].client == NONE);
}

static void command(struct fold *f, uint32_t at)
{
    const struct recording_line *line = &f->recording->lines[at];
    const struct trace_smtp_command *c = line->record->data;

    if (!speaks_for(f, at) || !text_equal(c->verb, TEXT("RCPT")))
        return;
    f->asked =
        memory_make_room(f->memory, f->asked, f->asked_count, &f->asked_room, sizeof *f->asked);
    f->asked[f->asked_count++] =
        (struct asked){line->conn, find_fate(f, at, path_of_command(c->line)), false};
}

static void reply(struct fold *f, uint32_t at)
{
    const struct recording_line *line = &f->recording->lines[at];
    const struct trace_smtp_reply *p = line->record->data;

    if (!speaks_for(f, at) || !text_equal(p->to, TEXT("RCPT")))
        return;
    for (uint32_t i = 0; i < f->asked_count; i++) {
        struct asked *a = &f->asked[i];

        if (a->answered || a->conn != line->conn)
            continue;
        a->answered = true;
        if (a->fate == NONE)
            return;
        struct fate *t = &f->fates[a->fate];
        reply_of(t, p->code, p->enhanced, p->lines.count > 0 ? p->lines.items[0] : TEXT(""),
                 line->other);
        if (t->state == FATE_UNDER_WAY)
            t->record = at;
        return;
    }
}

/* ---- the fold ----------------------------------------------------------------------------------- */

static void composed(struct fold *f, uint32_t at)
{
    const struct trace_mail_composed *c = f->recording->lines[at].record->data;

    for (uint32_t i = 0; i < c->to.count; i++)
        if (find_root(f, c->to.items[i]) == NONE) {
            uint32_t fate = add_fate(f, c->to.items[i], NONE);
            say(f, fate, FATE_UNDER_WAY, at);
            f->fates[fate].host = f->recording->lines[at].host;
        }
}

static void take(struct fold *f, uint32_t at)
{
    enum trace_kind kind = f->recording->lines[at].record->kind;

    if (kind == TRACE_MAIL_COMPOSED)
        composed(f, at);
    else if (kind == TRACE_CUSTODY_OPENED)
        custody_opened(f, at);
    else if (kind == TRACE_CUSTODY_CLOSED)
        custody_closed(f, at);
    else if (kind == TRACE_QUEUE_ATTEMPT)
        queue_attempt(f, at);
    else if (kind == TRACE_QUEUE_DEFERRED || kind == TRACE_QUEUE_BOUNCED ||
             kind == TRACE_QUEUE_EXPIRED || kind == TRACE_QUEUE_HELD)
        queue_verdict(f, at);
    else if (kind == TRACE_MAIL_DELIVERED)
        delivered(f, at);
    else if (kind == TRACE_MAIL_EXPANDED)
        expanded(f, at);
    else if (kind == TRACE_MAIL_ENDED)
        ended(f, at);
    else if (kind == TRACE_SMTP_COMMAND)
        command(f, at);
    else if (kind == TRACE_SMTP_REPLY)
        reply(f, at);
}

/* Those that a recipient was expanded into come behind it.  They were made later than it, so one pass
 * backwards knows how many there are below each, and one forwards where each stands. */
static void put_tree(struct fold *f, struct fate *out)
{
    uint32_t *sizes = memory_take(f->memory, f->fate_count * sizeof *sizes);
    uint32_t *next = memory_take(f->memory, f->fate_count * sizeof *next), top = 0;

    for (uint32_t i = 0; i < f->fate_count; i++)
        sizes[i] = 1;
    for (uint32_t i = f->fate_count; i-- > 0;)
        if (f->kin[i].parent != NONE)
            sizes[f->kin[i].parent] += sizes[i];
    for (uint32_t i = 0; i < f->fate_count; i++) {
        uint32_t *place = f->kin[i].parent == NONE ? &top : &next[f->kin[i].parent];

        out[*place] = f->fates[i];
        out[*place].children = f->kin[i].children;
        next[i] = *place + 1;
        *place += sizes[i];
    }
}

static struct fold begin(struct memory *m, const struct recording *r)
{
    struct fold f = {.recording = r, .memory = m, .fate_room = 8, .kin_room = 8};

    f.fates = memory_take(m, f.fate_room * sizeof *f.fates);
    f.kin = memory_take(m, f.kin_room * sizeof *f.kin);
    table_init(&f.roots, m, false);
    table_init(&f.by_id, m, false);
    table_init(&f.by_place, m, false);
    buffer_init(&f.key, m);
    return f;
}

uint32_t fate_all(struct fate **out, struct memory *m, const struct recording *r, uint32_t mail,
                  uint32_t index)
{
    *out = NULL;
    if (mail == NONE || index == NONE)
        return 0;
    struct fold f = begin(m, r);
    for (uint32_t i = r->mails[mail].first; i != NONE && i <= index; i = r->lines[i].mail_after)
        take(&f, i);
    if (f.fate_count == 0)
        return 0;
    *out = memory_take(m, f.fate_count * sizeof **out);
    put_tree(&f, *out);
    return f.fate_count;
}
