/*
 * The records of a told mail, or of a ladder, are copied as they come; of the rest only counts stay.
 */
#include "sim/replay/view.h"

#include <assert.h>

#define KIND(suffix) (UINT64_C(1) << TRACE_##suffix)
#define STORY_KINDS                                                                                \
    (KIND(SIM_STARTED) | KIND(SIM_INPUT) | KIND(SIM_FAULT) | KIND(SIM_ENDED) |                     \
     KIND(HOST_STARTED) | KIND(HOST_STOPPED) | KIND(HOST_CRASHED) | KIND(LINK_STATE) |             \
     KIND(TCP_OPENED) | KIND(TCP_CLOSED) | KIND(DNS_ANSWER) | KIND(DNS_CACHED) |                   \
     KIND(DNS_MX_CHOSEN) | KIND(POLICY_DECISION) | KIND(POLICY_RELAY) | KIND(QUEUE_ATTEMPT) |      \
     KIND(QUEUE_DEFERRED) | KIND(QUEUE_HELD) | KIND(QUEUE_WARNED) | KIND(QUEUE_BOUNCED) |          \
     KIND(QUEUE_EXPIRED) | KIND(CUSTODY_OPENED) | KIND(CUSTODY_CLOSED) | KIND(CUSTODY_OVERLAP) |   \
     KIND(MAIL_COMPOSED) | KIND(MAIL_ACCEPTED) | KIND(MAIL_RELAYED) | KIND(MAIL_EXPANDED) |        \
     KIND(MAIL_DELIVERED) | KIND(MAIL_COLLECTED) | KIND(MAIL_NDR) | KIND(MAIL_DISCARDED) |         \
     KIND(MAIL_ENDED) | KIND(LIST_LISTED) | KIND(LIST_DELISTED) | KIND(TLS_STARTED) |              \
     KIND(TLS_REFUSED) | KIND(AUTH_RESULT))
#define LADDER_KINDS                                                                               \
    (KIND(SMTP_COMMAND) | KIND(SMTP_REPLY) | KIND(SMTP_DATA) | KIND(SMTP_TIMEOUT) |                \
     KIND(TLS_STARTED) | KIND(TLS_REFUSED) | KIND(AUTH_RESULT) | KIND(TCP_FAILED) |                \
     KIND(POP3_COMMAND) | KIND(POP3_REPLY))
#define ASIDE_KINDS                                                                                \
    (KIND(SIM_FAULT) | KIND(HOST_STARTED) | KIND(HOST_STOPPED) | KIND(HOST_CRASHED) |              \
     KIND(LINK_STATE) | KIND(LIST_LISTED) | KIND(LIST_DELISTED))

const char *view_verdict_name(enum view_verdict verdict)
{
    static const char *const names[VIEW_VERDICT_COUNT] = {
        [VIEW_DELIVERED] = "delivered", [VIEW_BOUNCED] = "bounced",     [VIEW_EXPIRED] = "expired",
        [VIEW_REFUSED] = "refused",     [VIEW_DISCARDED] = "discarded", [VIEW_OPEN] = "open",
        [VIEW_UNDER_WAY] = "under way",
    };

    assert(verdict < VIEW_VERDICT_COUNT);
    return names[verdict];
}

/* ---- lists -------------------------------------------------------------------------------- */

/* Room for one more in an array of `size` octets an item. */
static void add_step(struct view *v, struct view_steps *steps, struct view_step step)
{
    if (steps->count == v->limits.steps) {
        steps->left_out++;
        return;
    }
    step.record = replay_keep_record(&v->keep, step.record);
    if (step.because != NULL)
        step.because = replay_keep_record(&v->keep, step.because);
    step.address = replay_keep_text(&v->keep, step.address);
    steps->items = memory_make_room(v->memory, steps->items, steps->count, &steps->capacity,
                                    sizeof *steps->items);
    steps->items[steps->count++] = step;
}

static void free_steps(struct view *v, struct view_steps *steps)
{
    memory_give(v->memory, steps->items, steps->capacity * sizeof *steps->items);
}

/* ---- hosts -------------------------------------------------------------------------------- */

const struct view_host *view_find_address(const struct view *v, struct text address)
{
    for (size_t i = 0; i < v->host_count; i++)
        for (uint32_t k = 0; k < v->hosts[i].addresses.count; k++)
            if (text_equal_nocase(v->hosts[i].addresses.items[k], address))
                return &v->hosts[i];
    return NULL;
}

static void add_host(struct view *v, const struct trace_record *r)
{
    const struct trace_host_started *started = r->data;
    struct view_host *h;
    struct buffer roles;

    buffer_init(&roles, v->memory);
    for (uint32_t i = 0; i < started->roles.count; i++) {
        if (i > 0)
            buffer_put_string(&roles, ", ");
        buffer_put_text(&roles, started->roles.items[i]);
    }
    v->hosts =
        memory_make_room(v->memory, v->hosts, v->host_count, &v->host_capacity, sizeof *v->hosts);
    h = &v->hosts[v->host_count++];
    h->name = replay_keep_text(&v->keep, r->where.host);
    h->roles = replay_keep_text(&v->keep, buffer_text(&roles));
    h->addresses =
        ((const struct trace_host_started *)replay_keep_record(&v->keep, r)->data)->addresses;
    buffer_free(&roles);
}

/* ---- connections -------------------------------------------------------------------------- */

static struct text number_key(const uint32_t *number)
{
    return text_from((const char *)number, sizeof *number);
}

static struct view_conn *find_conn(const struct view *v, uint32_t number)
{
    uint32_t i = table_get(&v->conn_by_number, number_key(&number));

    return i == TABLE_NONE ? NULL : v->conns[i];
}

static uint32_t take_conn(struct view *v)
{
    uint32_t slot = v->free_conn;

    if (slot != 0) {
        v->free_conn = v->conns[slot - 1]->next_free;
        return slot - 1;
    }
    v->conns =
        memory_make_room(v->memory, v->conns, v->conn_count, &v->conn_capacity, sizeof *v->conns);
    v->conns[v->conn_count] = memory_take(v->memory, sizeof(struct view_conn));
    return (uint32_t)v->conn_count++;
}

static struct view_conn *need_conn(struct view *v, const struct trace_record *r)
{
    struct view_conn *c = find_conn(v, r->where.conn);

    if (c == NULL) {
        uint32_t i = take_conn(v);

        c = v->conns[i];
        *c = (struct view_conn){.number = r->where.conn, .opened_ns = r->time_ns};
        c->laddered = v->ladders < v->limits.conns;
        v->ladders += c->laddered;
        v->totals.conns++;
        table_set(&v->conn_by_number, number_key(&c->number), i);
    }
    return c;
}

static void give_text(struct view *v, struct text t)
{
    if (t.at != NULL)
        memory_give(v->memory, (void *)(uintptr_t)t.at, t.size + 1);
}

static void set_text(struct view *v, struct text *to, struct text from)
{
    give_text(v, *to);
    *to = text_copy(v->memory, from);
}

static void conn_opened(struct view *v, const struct trace_record *r)
{
    const struct trace_tcp_opened *o = r->data;
    struct view_conn *c = need_conn(v, r);
    bool client = r->where.side == TRACE_SIDE_CLIENT;

    set_text(v, client ? &c->client : &c->server, r->where.host);
    set_text(v, client ? &c->server : &c->client, o->remote_host);
    set_text(v, client ? &c->client_address : &c->server_address, o->local);
    set_text(v, client ? &c->server_address : &c->client_address, o->remote);
    c->port = client ? o->remote_port : o->local_port;
}

/* A connection that is over on both sides makes room, unless its ladder is kept. */
static void conn_closed(struct view *v, const struct trace_record *r)
{
    struct view_conn *c = find_conn(v, r->where.conn);

    if (c == NULL)
        return;
    c->closed[r->where.side == TRACE_SIDE_SERVER] = true;
    if (!c->closed[0] || !c->closed[1] || c->laddered)
        return;
    uint32_t i = table_get(&v->conn_by_number, number_key(&c->number));

    table_remove(&v->conn_by_number, number_key(&c->number));
    give_text(v, c->client);
    give_text(v, c->server);
    give_text(v, c->client_address);
    give_text(v, c->server_address);
    c->next_free = v->free_conn;
    v->free_conn = i + 1;
}

static void add_to_ladder(struct view *v, const struct trace_record *r)
{
    struct view_conn *c = r->where.conn != 0 ? need_conn(v, r) : NULL;

    if (c == NULL || !c->laddered)
        return;
    if (r->where.side == TRACE_SIDE_CLIENT && c->client.size == 0)
        set_text(v, &c->client, r->where.host);
    if (r->where.side == TRACE_SIDE_SERVER && c->server.size == 0)
        set_text(v, &c->server, r->where.host);
    add_step(v, &c->steps, (struct view_step){.record = r});
}

/* ---- mails -------------------------------------------------------------------------------- */

struct view_mail *view_find_mail(const struct view *v, struct text id)
{
    uint32_t i = id.size > 0 ? table_get(&v->mail_by_id, id) : TABLE_NONE;

    return i == TABLE_NONE ? NULL : v->mails[i];
}

static struct view_mail *add_mail(struct view *v, const struct trace_record *r,
                                  const struct text *recipients, uint32_t count)
{
    struct view_mail *mail = MEMORY_NEW(v->memory, struct view_mail);

    mail->id = replay_keep_text(&v->keep, r->where.mail);
    mail->host = replay_keep_text(&v->keep, r->where.host);
    mail->composed_ns = r->time_ns;
    mail->about = mail->inside = VIEW_NONE;
    mail->outcome_count = count;
    mail->outcomes = memory_take(v->memory, count * sizeof *mail->outcomes);
    for (uint32_t i = 0; i < count; i++)
        mail->outcomes[i] = (struct view_outcome){
            .recipient = replay_keep_text(&v->keep, recipients[i]),
            .verdict = VIEW_UNDER_WAY,
            .report = VIEW_NONE,
        };
    v->mails =
        memory_make_room(v->memory, v->mails, v->mail_count, &v->mail_capacity, sizeof *v->mails);
    table_set(&v->mail_by_id, mail->id, (uint32_t)v->mail_count);
    v->mails[v->mail_count++] = mail;
    return mail;
}

/* The mail that this host took by this connection before. */
static uint32_t find_carried(const struct view *v, const struct trace_record *r)
{
    for (size_t i = v->mail_count; i-- > 0;)
        for (size_t k = v->mails[i]->steps.count; k-- > 0;) {
            const struct trace_record *step = v->mails[i]->steps.items[k].record;

            if (step->kind == TRACE_MAIL_ACCEPTED && step->where.conn == r->where.conn)
                return (uint32_t)i;
        }
    return VIEW_NONE;
}

static void mail_composed(struct view *v, const struct trace_record *r)
{
    const struct trace_mail_composed *c = r->data;
    struct view_mail *mail;
    uint32_t inside;

    v->totals.mails++;
    v->totals.recipients += c->to.count;
    if (v->mail_count >= v->limits.mails)
        return;
    inside = r->where.conn > 0 ? find_carried(v, r) : VIEW_NONE;
    mail = add_mail(v, r, c->to.items, c->to.count);
    mail->from = replay_keep_text(&v->keep, c->from);
    mail->subject = replay_keep_text(&v->keep, c->subject);
    mail->found = r->where.side == TRACE_SIDE_SERVER;
    if (mail->found && inside != VIEW_NONE)
        mail->inside = v->mails[inside]->found ? v->mails[inside]->inside : inside;
}

static struct view_outcome *find_direct(const struct view_mail *mail, struct text recipient)
{
    for (uint32_t i = 0; i < mail->outcome_count; i++)
        if (text_equal_nocase(mail->outcomes[i].recipient, recipient))
            return &mail->outcomes[i];
    return NULL;
}

/* The expansion that made this address, before step `end`; its index, or `end`. */
static size_t find_expansion(const struct view_mail *mail, struct text recipient, size_t end)
{
    for (size_t i = end; i-- > 0;) {
        const struct trace_mail_expanded *e = mail->steps.items[i].record->data;

        if (mail->steps.items[i].record->kind != TRACE_MAIL_EXPANDED)
            continue;
        for (uint32_t k = 0; k < e->into.count; k++)
            if (text_equal_nocase(e->into.items[k], recipient))
                return i;
    }
    return end;
}

struct view_outcome *view_find_outcome(const struct view_mail *mail, struct text recipient)
{
    size_t end = mail->steps.count, at;
    struct view_outcome *o;

    for (;;) { /* back from alias to alias, each expanded earlier */
        o = find_direct(mail, recipient);
        if (o != NULL || (at = find_expansion(mail, recipient, end)) == end)
            break;
        recipient =
            ((const struct trace_mail_expanded *)mail->steps.items[at].record->data)->recipient;
        end = at;
    }
    return o == NULL && mail->outcome_count == 1 ? &mail->outcomes[0] : o;
}

/* A report about a mail that is kept is kept too. */
static void mail_reported(struct view *v, const struct trace_record *r)
{
    const struct trace_mail_ndr *ndr = r->data;
    struct view_mail *mail = view_find_mail(v, r->where.mail);
    uint32_t about = table_get(&v->mail_by_id, ndr->about);
    bool failed = text_equal(ndr->action, TEXT("failed"));
    bool delayed = text_equal(ndr->action, TEXT("delayed")); /* no outcome, only news */

    v->totals.reports++;
    if (mail == NULL && about == TABLE_NONE)
        return;
    if (mail == NULL)
        mail = add_mail(v, r, &ndr->to, 1);
    mail->is_report = true;
    mail->action = ndr->action;
    mail->about = about == TABLE_NONE ? VIEW_NONE : about;
    uint32_t self = table_get(&v->mail_by_id, mail->id);

    for (uint32_t i = 0; about != TABLE_NONE && i < ndr->recipients.count; i++) {
        struct view_outcome *o = view_find_outcome(v->mails[about], ndr->recipients.items[i]);

        if (o != NULL && (failed || (o->report == VIEW_NONE && !delayed)))
            o->report = self;
    }
}

static enum view_verdict verdict_of(struct text word)
{
    for (int i = 0; i < VIEW_UNDER_WAY; i++)
        if (text_equal(word, text_of(view_verdict_name((enum view_verdict)i))))
            return (enum view_verdict)i;
    return VIEW_OPEN;
}

static void mail_ended(struct view *v, struct view_mail *mail, const struct trace_record *r)
{
    const struct trace_mail_ended *e = r->data;
    struct view_outcome *o = mail != NULL ? view_find_outcome(mail, e->recipient) : NULL;

    v->totals.verdicts[verdict_of(e->verdict)]++;
    if (o == NULL)
        return;
    o->verdict = verdict_of(e->verdict);
    o->at = replay_keep_text(&v->keep, e->at);
    o->why = replay_keep_text(&v->keep, e->why);
    if (o->mailbox.size == 0)
        o->time_ns = r->time_ns;
}

static void mail_delivered(struct view *v, struct view_mail *mail, const struct trace_record *r)
{
    const struct trace_mail_delivered *d = r->data;
    struct view_outcome *o = view_find_outcome(mail, d->recipient);

    if (o == NULL)
        return;
    if (o->copies++ > 0)
        return; /* the first one counts */
    o->mailbox = replay_keep_text(&v->keep, d->mailbox);
    o->time_ns = r->time_ns;
}

/* Of questions, only those whose answers say where mail goes are told. */
static bool is_told(const struct trace_record *r)
{
    if (r->kind == TRACE_DNS_CACHED)
        return text_equal(((const struct trace_dns_cached *)r->data)->type, TEXT("MX"));
    if (r->kind == TRACE_DNS_ANSWER)
        return text_equal(((const struct trace_dns_answer *)r->data)->type, TEXT("A"));
    if (r->kind == TRACE_TLS_STARTED || r->kind == TRACE_TLS_REFUSED)
        return r->where.side == TRACE_SIDE_CLIENT;
    return r->kind == TRACE_AUTH_RESULT || (LADDER_KINDS >> r->kind & 1) == 0;
}

static void mail_step(struct view *v, struct view_mail *mail, const struct trace_record *r)
{
    const struct view_conn *c = r->where.conn != 0 ? find_conn(v, r->where.conn) : NULL;
    struct view_step step = {.record = r, .because = view_policy_because(&v->policies, r)};

    if (c != NULL) {
        step.address = r->where.side == TRACE_SIDE_SERVER ? c->server_address : c->client_address;
        step.port = c->port;
    }
    add_step(v, &mail->steps, step);
    if (r->kind == TRACE_MAIL_DELIVERED)
        mail_delivered(v, mail, r);
}

/* ---- the view ----------------------------------------------------------------------------- */

void view_init(struct view *v, struct memory *m, const struct view_limits *limits)
{
    *v = (struct view){.memory = m, .keep = {.memory = m}, .limits = *limits};
    table_init(&v->mail_by_id, m, false);
    table_init(&v->conn_by_number, m, false);
    holders_init(&v->holders, m);
    view_policy_init(&v->policies, m);
}

void view_free(struct view *v)
{
    struct memory *m = v->memory;

    for (size_t i = 0; i < v->mail_count; i++) {
        free_steps(v, &v->mails[i]->steps);
        memory_give(m, v->mails[i]->outcomes,
                    v->mails[i]->outcome_count * sizeof *v->mails[i]->outcomes);
        memory_give(m, v->mails[i], sizeof *v->mails[i]);
    }
    for (size_t i = 0; i < v->conn_count; i++) {
        free_steps(v, &v->conns[i]->steps);
        memory_give(m, v->conns[i], sizeof *v->conns[i]);
    }
    view_policy_free(&v->policies);
    memory_give(m, v->mails, v->mail_capacity * sizeof *v->mails);
    memory_give(m, v->hosts, v->host_capacity * sizeof *v->hosts);
    memory_give(m, v->conns, v->conn_capacity * sizeof *v->conns);
    free_steps(v, &v->asides);
    table_free(&v->mail_by_id);
    table_free(&v->conn_by_number);
    holders_free(&v->holders);
}

uint64_t view_kinds(const struct view *v)
{
    return STORY_KINDS | (v->limits.conns > 0 ? LADDER_KINDS : 0);
}

/* Of the inputs, those that change a host; what they do otherwise has records of its own. */
static bool is_aside(const struct trace_record *r)
{
    if (r->kind == TRACE_SIM_INPUT)
        return text_equal(((const struct trace_sim_input *)r->data)->verb, TEXT("set"));
    return (ASIDE_KINDS >> r->kind & 1) || view_policy_is_probe(r);
}

static bool same_answer(const struct trace_record *a, const struct trace_record *b)
{
    const struct trace_policy_decision *x = a->data, *y = b->data;

    return text_equal(a->where.host, b->where.host) && text_equal(x->rule, y->rule) &&
           text_equal(x->subject, y->subject) && text_equal(x->verdict, y->verdict) &&
           x->code == y->code;
}

/* Lists test their clients again and again: what is found as before is counted at the first. */
static void aside_probe(struct view *v, const struct trace_record *r)
{
    const struct view_conn *c = r->where.conn != 0 ? find_conn(v, r->where.conn) : NULL;
    struct view_step step = {.record = r, .because = view_policy_because(&v->policies, r)};

    for (size_t i = v->asides.count; i-- > 0;) {
        struct view_step *before = &v->asides.items[i];

        if (!view_policy_is_probe(before->record))
            continue;
        if (same_answer(before->record, r)) {
            before->again++;
            return;
        }
        if (text_equal(before->record->where.host, r->where.host))
            break; /* another answer, or another question, lies between */
    }
    if (c != NULL) {
        step.address = c->server_address;
        step.port = c->port;
    }
    add_step(v, &v->asides, step);
}

/* A host comes up with what it was responsible for: a step in the life of each such mail. */
static void host_up(struct view *v, const struct trace_record *r)
{
    const struct holders_slot *slots = v->holders.slots;

    for (uint32_t i = v->holders.open > 0 ? slots[0].next : 0; i != 0; i = slots[i].next) {
        const struct replay_custody *c = &slots[i].custody;
        struct view_mail *mail =
            text_equal(c->host, r->where.host) ? view_find_mail(v, c->mail) : NULL;
        size_t steps = mail != NULL ? mail->steps.count : 0;

        if (mail != NULL && (steps == 0 || mail->steps.items[steps - 1].record->seq != r->seq))
            add_step(v, &mail->steps, (struct view_step){.record = r});
    }
}

/* What concerns the whole run, one mail or not. */
static void record_run(struct view *v, const struct trace_record *r)
{
    if (r->kind == TRACE_SIM_STARTED)
        v->start = replay_keep_text(&v->keep, ((const struct trace_sim_started *)r->data)->start);
    else if (r->kind == TRACE_SIM_ENDED)
        v->ended = replay_keep_text(&v->keep, ((const struct trace_sim_ended *)r->data)->reason);
    else if (r->kind == TRACE_HOST_STARTED && r->time_ns == 0)
        add_host(v, r);
    else if (view_policy_is_probe(r) && view_find_mail(v, r->where.mail) == NULL)
        aside_probe(v, r);
    else if (is_aside(r) && view_find_mail(v, r->where.mail) == NULL)
        add_step(v, &v->asides, (struct view_step){.record = r});
    else if (r->kind == TRACE_TCP_OPENED)
        conn_opened(v, r);
    else if (r->kind == TRACE_TCP_CLOSED)
        conn_closed(v, r);
    else if (LADDER_KINDS >> r->kind & 1)
        add_to_ladder(v, r);
    else if ((r->kind == TRACE_POLICY_RELAY || r->kind == TRACE_POLICY_DECISION) &&
             r->where.conn > 0) /* a verdict without a client explains no reply */
        view_policy_keep(&v->policies, r);
}

void view_record(struct view *v, const struct trace_record *r)
{
    struct view_mail *mail;

    v->now_ns = r->time_ns;
    holders_record(&v->holders, r);
    record_run(v, r);
    if (r->kind == TRACE_HOST_STARTED && r->time_ns > 0)
        host_up(v, r);
    if (r->kind == TRACE_MAIL_COMPOSED)
        mail_composed(v, r);
    else if (r->kind == TRACE_MAIL_NDR)
        mail_reported(v, r);
    mail = view_find_mail(v, r->where.mail);
    if (r->kind == TRACE_MAIL_ENDED)
        mail_ended(v, mail, r);
    if (mail != NULL && is_told(r))
        mail_step(v, mail, r);
}
