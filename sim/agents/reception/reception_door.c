/*
 * reception_door.c - who may come in: TLS and the login of a server session.
 *
 * Most sessions between servers have neither, so what belongs to them is made when it is needed.
 */
#include "sim/agents/dialogue/sealing.h"
#include "sim/agents/policy/policy.h"
#include "sim/agents/reception/reception_parts.h"

enum { SUBMISSIONS_PORT = 465 }; /* implicit TLS (RFC 8314 3.3) */

struct door {
    struct sealing *sealing;
    struct text user; /* who logged in, ours to free; empty: nobody */
};

static struct door *door_of(struct reception *r)
{
    if (!r->door)
        r->door = MEMORY_NEW(&r->host->world->memory, struct door);
    return r->door;
}

static void forget_user(struct reception *r)
{
    struct door *d = r->door;

    if (d && d->user.at)
        memory_give(&r->host->world->memory, (char *)(uintptr_t)d->user.at, d->user.size + 1);
    if (d)
        d->user = (struct text){NULL, 0};
}

void reception_free_door(struct reception *r)
{
    if (!r->door)
        return;
    forget_user(r);
    sealing_free(r->door->sealing);
    memory_give(&r->host->world->memory, r->door, sizeof *r->door);
    r->door = NULL;
}

struct text reception_user(const struct reception *r)
{
    return r->door && r->door->user.at ? r->door->user : TEXT("");
}

/* ---- options ------------------------------------------------------------------------------------- */

static enum smtp_tls tls_of(enum tls_policy policy, bool implicit)
{
    static const enum smtp_tls tls[] = {[TLS_NONE] = SMTP_TLS_NONE,
                                        [TLS_OFFERED] = SMTP_TLS_OFFERED,
                                        [TLS_REQUIRED] = SMTP_TLS_REQUIRED};

    return implicit ? SMTP_TLS_IMPLICIT : tls[policy];
}

void listener_set_doors(struct listener *l)
{
    struct smtp_server_options *o = &l->options;

    if (l->kind == LISTENER_LMTP)
        return;
    const struct mta_config *c = &l->host->mta->config;
    bool submission = l->kind == LISTENER_SUBMISSION;
    o->tls = tls_of(submission ? c->submission_tls : c->relay_tls,
                    submission && l->port == SUBMISSIONS_PORT);
    o->mechanisms = submission && c->user_count ? SMTP_MECHANISMS_ALL : 0;
    o->login_in_clear = o->tls == SMTP_TLS_NONE;
    if (o->mechanisms)
        o->asks |= SMTP_ASKS(SMTP_ASK_LOGIN);
}

/* ---- the login (RFC 4954) ------------------------------------------------------------------------ */

static struct text why_not(const struct reception *r, const struct smtp_login *login)
{
    const struct mta *mta = r->host->mta;
    uint32_t index = table_get(&mta->users, login->user);

    if (index == TABLE_NONE)
        return TEXT("there is no such user");
    if (!text_equal(mta->config.users[index].password, login->password))
        return TEXT("the password is another one");
    if (login->on_behalf.size && !text_equal(login->on_behalf, login->user))
        return TEXT("nobody acts for another here");
    return TEXT("");
}

struct smtp_answer reception_judge_login(struct reception *r, const struct smtp_login *login)
{
    struct world *w = r->host->world;
    struct text reason = why_not(r, login);
    struct trace_where where = tcp_where(r->tcp, r->cause);

    r->cause = trace_emit_auth_result(&w->trace, &where,
                                      &(struct trace_auth_result){.user = login->user,
                                                                  .mechanism = login->mechanism,
                                                                  .accepted = reason.size == 0,
                                                                  .reason = reason});
    if (reason.size)
        return (struct smtp_answer){.verdict = SMTP_REFUSE}; /* which of both is not told */
    forget_user(r);
    door_of(r)->user = text_copy(&w->memory, login->user);
    return (struct smtp_answer){.verdict = SMTP_ACCEPT};
}

/* ---- TLS (RFC 3207, RFC 8314) -------------------------------------------------------------------- */

void reception_seal(struct reception *r)
{
    door_of(r)->sealing = sealing_begin(r->host, r->tcp, r->host->name,
                                        r->listener->options.tls == SMTP_TLS_IMPLICIT, r->cause);
}

void reception_send(struct reception *r, struct text octets)
{
    if (!r->gone)
        sealing_write(r->door ? r->door->sealing : NULL, r->tcp, octets, r->cause);
}

void reception_hang_up(struct reception *r)
{
    r->closing = true;
    if (!r->gone)
        sealing_close(r->door ? r->door->sealing : NULL, r->tcp, r->cause);
}

/* Sealed octets: what comes of them goes to the session, which may have closed meanwhile. */
static void read_sealed(struct reception *r, struct text octets, uint64_t cause)
{
    struct world *w = r->host->world;
    struct buffer plain;

    buffer_init(&plain, &w->memory);
    enum sealing_news news = sealing_read(r->door->sealing, r->tcp, octets, &plain, &cause);
    if (news == SEALING_UP) {
        forget_user(r);
        smtp_server_tls_up(&r->session, &w->server_acts);
        reception_act(r, cause);
    } else if (news == SEALING_BROKEN) {
        reception_stop_waiting(r);
        smtp_server_tls_failed(&r->session, &w->server_acts);
        reception_act(r, cause);
    }
    if (plain.size > 0 && !r->closing) {
        smtp_server_input(&r->session, buffer_text(&plain), &w->server_acts);
        reception_act(r, cause);
    }
    buffer_free(&plain);
}

void reception_read(struct reception *r, struct text octets, uint64_t cause)
{
    if (r->door && r->door->sealing) {
        read_sealed(r, octets, cause);
        return;
    }
    smtp_server_input(&r->session, octets, &r->host->world->server_acts);
    reception_act(r, cause);
}
