/*
 * pop3_reception.c - sessions, the login, and the lock on a mailbox.
 */
#include "sim/agents/reception/pop3_reception.h"

#include <assert.h>

#include "sim/agents/dialogue/sealing.h"
#include "sim/agents/host/host.h"
#include "sim/agents/pop3/pop3_server.h"
#include "sim/kernel/clock.h"

enum { SEALED_PORT = 995, PATIENCE_MINUTES = 10 /* at least (RFC 1939 3) */ };

struct pop3_listener {
    struct host *host;
    struct pop3_listener *next; /* in host->pop3_listeners */
    uint16_t port;
    struct pop3_server_options options;
};

struct pop3_reception {
    struct host *host;
    const struct pop3_listener *listener;
    struct pop3_reception *next, *prev; /* in host->pop3_sessions */
    struct tcp *tcp;
    struct sealing *sealing;
    struct pop3_server session;
    struct event patience;
    uint64_t cause;
    uint32_t box; /* that it has locked, or MAIL_NO_BOX */
    bool closing;
};

/* ---- the login ----------------------------------------------------------------------------------- */

static const struct mailbox_config *account(const struct mda_config *c, uint32_t box,
                                            struct text user)
{
    /* Boxes come in the order of the settings; one more may be there, for the postmaster. */
    if (box < c->mailbox_count && text_equal_nocase(c->mailboxes[box].name, user))
        return &c->mailboxes[box];
    for (size_t i = 0; i < c->mailbox_count; i++)
        if (text_equal_nocase(c->mailboxes[i].name, user))
            return &c->mailboxes[i];
    return NULL;
}

static bool is_locked(const struct host *h, uint32_t box)
{
    for (const struct pop3_reception *r = h->pop3_sessions; r; r = r->next)
        if (r->box == box)
            return true;
    return false;
}

static enum pop3_login judge(const struct pop3_reception *r, const struct pop3_act *a, uint32_t box,
                             struct text *reason)
{
    const struct mailbox_config *known =
        box == MAIL_NO_BOX ? NULL : account(&r->host->mda->config, box, a->text);

    *reason = !known                                      ? TEXT("there is no such mailbox")
              : known->password.size == 0                 ? TEXT("the mailbox has no password")
              : !text_equal(known->password, a->password) ? TEXT("the password is another one")
              : is_locked(r->host, box) ? TEXT("another session has the mailbox open")
                                        : TEXT("");
    if (reason->size == 0)
        return POP3_LOGIN_GOOD;
    return known && text_equal(known->password, a->password) && known->password.size > 0
               ? POP3_LOGIN_IN_USE
               : POP3_LOGIN_BAD;
}

static void log_in(struct pop3_reception *r, const struct pop3_act *a)
{
    struct world *w = r->host->world;
    struct mail_store *store = &r->host->mda->store;
    uint32_t box = mail_store_find(store, a->text);
    struct text reason;
    enum pop3_login verdict = judge(r, a, box, &reason);
    struct trace_where where = tcp_where(r->tcp, r->cause);
    struct pop3_item *items = NULL;
    uint32_t count = 0;

    r->cause =
        trace_emit_auth_result(&w->trace, &where,
                               &(struct trace_auth_result){.user = a->text,
                                                           .mechanism = TEXT("USER"),
                                                           .accepted = verdict == POP3_LOGIN_GOOD,
                                                           .reason = reason});
    if (verdict == POP3_LOGIN_GOOD) {
        const struct mail_box *b = &store->boxes[box];
        r->box = box;
        count = b->count;
        items = memory_take_clear(&w->memory, count * sizeof *items);
        for (uint32_t i = 0; i < count; i++)
            items[i] = (struct pop3_item){.message = b->items[i].message, .uid = b->items[i].uid};
    }
    pop3_server_login(&r->session, verdict, items, count, &w->pop3_server_acts);
    memory_give(&w->memory, items, count * sizeof *items);
}

/* Which mail goes out now: the observer's.  Nobody but this session takes anything away meanwhile. */
static void tag(struct pop3_reception *r, uint32_t number)
{
    const struct mail_box *b = &r->host->mda->store.boxes[r->box];

    if (number < b->count && b->items[number].uid == r->session.items[number].uid)
        tcp_set_tag(r->tcp, b->items[number].mail);
}

/* ---- acts ---------------------------------------------------------------------------------------- */

static void hang_up(struct pop3_reception *r)
{
    r->closing = true;
    r->box = MAIL_NO_BOX;
    tcp_set_tag(r->tcp, TEXT("")); /* what it named may be gone from the mailbox */
    sealing_close(r->sealing, r->tcp, r->cause);
}

/* False: the login was answered, and the acts are new ones. */
static bool one_act(struct pop3_reception *r, const struct pop3_act *a)
{
    struct world *w = r->host->world;

    switch (a->kind) {
    case POP3_ACT_COMMAND:
    case POP3_ACT_REPLY: r->cause = pop3_record(&w->trace, r->tcp, a, r->cause); break;
    case POP3_ACT_SEND: sealing_write(r->sealing, r->tcp, a->text, r->cause); break;
    case POP3_ACT_SEAL:
        r->sealing =
            sealing_begin(r->host, r->tcp, r->host->name, r->listener->options.implicit, r->cause);
        break;
    case POP3_ACT_LOGIN: log_in(r, a); return false;
    case POP3_ACT_MESSAGE: tag(r, a->number); break;
    case POP3_ACT_REMOVE: mail_store_remove(&r->host->mda->store, r->box, a->number); break;
    case POP3_ACT_CLOSE: hang_up(r); break;
    case POP3_ACT_REFUSED: assert(0 && "an act of a client");
    }
    return true;
}

static void act(struct pop3_reception *r, uint64_t cause)
{
    struct pop3_acts *acts = &r->host->world->pop3_server_acts;

    r->cause = cause;
    for (size_t i = 0; i < acts->count; i++)
        if (!one_act(r, &acts->at[i]))
            i = (size_t)-1; /* from the first again */
}

/* ---- the connection ------------------------------------------------------------------------------ */

static void be_patient(struct pop3_reception *r)
{
    struct queue *q = &r->host->world->queue;

    queue_set(q, &r->patience, q->now_ns + PATIENCE_MINUTES * CLOCK_MINUTE);
}

/* RFC 1939 3: without a word, and without the UPDATE state. */
static void patience_ended(void *world, struct event *e)
{
    struct pop3_reception *r = EVENT_OWNER(e, struct pop3_reception, patience);

    (void)world;
    if (!r->closing)
        hang_up(r);
}

static void opened(void *context, struct tcp *tcp, uint64_t cause)
{
    struct pop3_listener *l = context;
    struct world *w = l->host->world;

    if (!l->host->up) {
        tcp_abort(tcp, cause);
        return;
    }
    struct pop3_reception *r = MEMORY_NEW(&w->memory, struct pop3_reception);
    l->options.tls = l->host->mda->config.pop3.tls; /* the timeline may have changed it */
    r->host = l->host;
    r->listener = l;
    r->tcp = tcp;
    r->box = MAIL_NO_BOX;
    r->patience.fire = patience_ended;
    r->next = l->host->pop3_sessions;
    if (r->next)
        r->next->prev = r;
    l->host->pop3_sessions = r;
    tcp_set_context(tcp, r);
    pop3_server_init(&r->session, &w->memory, &l->options);
    pop3_server_start(&r->session, &w->pop3_server_acts);
    be_patient(r);
    act(r, cause);
}

static void read_sealed(struct pop3_reception *r, struct text octets, uint64_t cause)
{
    struct world *w = r->host->world;
    struct buffer plain;

    buffer_init(&plain, &w->memory);
    enum sealing_news news = sealing_read(r->sealing, r->tcp, octets, &plain, &cause);
    if (news == SEALING_UP) {
        pop3_server_tls_up(&r->session, &w->pop3_server_acts);
        act(r, cause);
    } else if (news == SEALING_BROKEN) {
        pop3_server_tls_failed(&r->session, &w->pop3_server_acts);
        act(r, cause);
    }
    if (plain.size > 0 && !r->closing) {
        pop3_server_input(&r->session, buffer_text(&plain), &w->pop3_server_acts);
        act(r, cause);
    }
    buffer_free(&plain);
}

static void received(void *context, struct tcp *tcp, struct text octets, uint64_t cause)
{
    struct pop3_reception *r = context;

    (void)tcp;
    if (r->closing)
        return;
    be_patient(r);
    if (r->sealing) {
        read_sealed(r, octets, cause);
        return;
    }
    pop3_server_input(&r->session, octets, &r->host->world->pop3_server_acts);
    act(r, cause);
}

static void finished(void *context, struct tcp *tcp, uint64_t cause)
{
    struct pop3_reception *r = context;

    r->closing = true;
    tcp_close(tcp, cause);
}

static void free_session(struct pop3_reception *r)
{
    struct world *w = r->host->world;

    queue_clear(&w->queue, &r->patience);
    pop3_server_free(&r->session);
    sealing_free(r->sealing);
    if (r->next)
        r->next->prev = r->prev;
    if (r->prev)
        r->prev->next = r->next;
    else
        r->host->pop3_sessions = r->next;
    memory_give(&w->memory, r, sizeof *r);
}

static void closed(void *context, struct tcp *tcp, enum tcp_reason reason, uint64_t cause)
{
    (void)tcp;
    (void)reason;
    (void)cause;
    free_session(context);
}

static const struct tcp_handlers handlers = {
    .opened = opened, .received = received, .finished = finished, .closed = closed};

void pop3_listen(struct host *h, uint16_t port)
{
    struct pop3_listener *l = MEMORY_NEW(&h->world->memory, struct pop3_listener);

    l->host = h;
    l->port = port;
    l->options = (struct pop3_server_options){.name = h->name, .implicit = port == SEALED_PORT};
    l->next = h->pop3_listeners;
    h->pop3_listeners = l;
    bool fresh = tcp_listen(&h->world->net, h->index, port, &handlers, l);
    assert(fresh);
    (void)fresh;
}

void pop3_host_down(struct host *h, bool crash, uint64_t cause)
{
    for (const struct pop3_listener *l = h->pop3_listeners; l; l = l->next)
        tcp_unlisten(&h->world->net, h->index, l->port);
    h->pop3_listeners = NULL;
    for (struct pop3_reception *r = h->pop3_sessions, *next; r; r = next) {
        next = r->next;
        if (crash) {
            free_session(r);
        } else if (!r->closing) {
            r->cause = cause;
            hang_up(r);
        }
    }
}
