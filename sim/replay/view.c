/*
 * view.c - takes the records, and keeps hosts, connections and what concerns the whole run; view_mail.c
 * keeps mails.
 *
 * The records of a told mail, or of a ladder, are copied as they come; of the rest only counts stay.
 */
#include "sim/replay/view_parts.h"

#define STORY_KINDS                                                                                \
    (VIEW_KIND(SIM_STARTED) | VIEW_KIND(SIM_INPUT) | VIEW_KIND(SIM_FAULT) | VIEW_KIND(SIM_ENDED) | \
     VIEW_KIND(HOST_STARTED) | VIEW_KIND(HOST_STOPPED) | VIEW_KIND(HOST_CRASHED) |                 \
     VIEW_KIND(LINK_STATE) | VIEW_KIND(TCP_OPENED) | VIEW_KIND(TCP_CLOSED) |                       \
     VIEW_KIND(DNS_ANSWER) | VIEW_KIND(DNS_CACHED) | VIEW_KIND(DNS_MX_CHOSEN) |                    \
     VIEW_KIND(POLICY_DECISION) | VIEW_KIND(POLICY_RELAY) | VIEW_KIND(QUEUE_ATTEMPT) |             \
     VIEW_KIND(QUEUE_DEFERRED) | VIEW_KIND(QUEUE_HELD) | VIEW_KIND(QUEUE_WARNED) |                 \
     VIEW_KIND(QUEUE_BOUNCED) | VIEW_KIND(QUEUE_EXPIRED) | VIEW_KIND(CUSTODY_OPENED) |             \
     VIEW_KIND(CUSTODY_CLOSED) | VIEW_KIND(CUSTODY_OVERLAP) | VIEW_KIND(MAIL_COMPOSED) |           \
     VIEW_KIND(MAIL_ACCEPTED) | VIEW_KIND(MAIL_RELAYED) | VIEW_KIND(MAIL_EXPANDED) |               \
     VIEW_KIND(MAIL_DELIVERED) | VIEW_KIND(MAIL_COLLECTED) | VIEW_KIND(MAIL_NDR) |                 \
     VIEW_KIND(MAIL_DISCARDED) | VIEW_KIND(MAIL_ENDED) | VIEW_KIND(LIST_LISTED) |                  \
     VIEW_KIND(LIST_DELISTED) | VIEW_KIND(TLS_STARTED) | VIEW_KIND(TLS_REFUSED) |                  \
     VIEW_KIND(AUTH_RESULT))
#define ASIDE_KINDS                                                                                \
    (VIEW_KIND(SIM_FAULT) | VIEW_KIND(HOST_STARTED) | VIEW_KIND(HOST_STOPPED) |                    \
     VIEW_KIND(HOST_CRASHED) | VIEW_KIND(LINK_STATE) | VIEW_KIND(LIST_LISTED) |                    \
     VIEW_KIND(LIST_DELISTED))

/* ---- lists -------------------------------------------------------------------------------- */

void view_add_step(struct view *v, struct view_steps *steps, struct view_step step)
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

struct view_conn *view_find_conn(const struct view *v, uint32_t number)
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
    struct view_conn *c = view_find_conn(v, r->where.conn);

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
    struct view_conn *c = view_find_conn(v, r->where.conn);

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
    view_add_step(v, &c->steps, (struct view_step){.record = r});
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
    return STORY_KINDS | (v->limits.conns > 0 ? VIEW_LADDER_KINDS : 0);
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
    const struct view_conn *c = r->where.conn != 0 ? view_find_conn(v, r->where.conn) : NULL;
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
    view_add_step(v, &v->asides, step);
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
        view_add_step(v, &v->asides, (struct view_step){.record = r});
    else if (r->kind == TRACE_TCP_OPENED)
        conn_opened(v, r);
    else if (r->kind == TRACE_TCP_CLOSED)
        conn_closed(v, r);
    else if (VIEW_LADDER_KINDS >> r->kind & 1)
        add_to_ladder(v, r);
    else if ((r->kind == TRACE_POLICY_RELAY || r->kind == TRACE_POLICY_DECISION) &&
             r->where.conn > 0) /* a verdict without a client explains no reply */
        view_policy_keep(&v->policies, r);
}

void view_record(struct view *v, const struct trace_record *r)
{
    v->now_ns = r->time_ns;
    holders_record(&v->holders, r);
    record_run(v, r);
    view_mail_record(v, r);
}
