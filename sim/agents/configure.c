/*
 * configure.c - what is kept of a configuration besides itself: tables, the directory, the queue's waits.
 */
#include "sim/agents/configure.h"

#include <assert.h>

#include "sim/agents/host/host.h"
#include "sim/agents/mail_queue/mail_queue.h"
#include "sim/agents/mda/vacation.h"
#include "sim/agents/reception/reception.h"
#include "sim/kernel/clock.h"

static void fill_table(struct table *t, struct memory *m, const struct text *keys, size_t count)
{
    if (t->memory)
        table_free(t);
    table_init(t, m, true);
    for (size_t i = 0; i < count; i++)
        table_set(t, keys[i], (uint32_t)i);
}

/* A person's password does not go in clear unless the settings say so; nor does the mail. */
static void set_client(struct host *h)
{
    static const enum smtp_tls tls[] = {[TLS_WISH_NONE] = SMTP_TLS_NONE,
                                        [TLS_WISH_STARTTLS] = SMTP_TLS_REQUIRED,
                                        [TLS_WISH_IMPLICIT] = SMTP_TLS_IMPLICIT};
    struct mua *mua = h->mua;

    mua->login = (struct smtp_login){.user = mua->config.login.user,
                                     .password = mua->config.login.password,
                                     .on_behalf = TEXT(""),
                                     .mechanism = TEXT("")};
    mua->client = h->smtp_client;
    mua->client.tls = tls[mua->config.tls];
    mua->client.login = mua->login.user.size ? &mua->login : NULL;
    mua->client.login_in_clear = mua->config.tls == TLS_WISH_NONE;
}

void configure_mua(struct host *h, const struct mua_config *config)
{
    static const int64_t retry_ns[] = {5 * CLOCK_MINUTE};
    struct mail_queue *q = h->mua->outbox;

    h->mua->config = *config;
    set_client(h);
    q->outbox = true;
    q->server = config->server;
    q->port = config->port;
    q->plan = /* people press "send" again sooner than servers try */
        (struct retry_plan){.waits_ns = retry_ns, .wait_count = 1, .give_up_ns = CLOCK_DAY};
}

/* Where it has to say who it is, it does so behind TLS or not at all (RFC 8314 3). */
static void set_smarthost(struct host *h)
{
    struct mta *mta = h->mta;

    mta->login = (struct smtp_login){.user = mta->config.smarthost_login.user,
                                     .password = mta->config.smarthost_login.password,
                                     .on_behalf = TEXT(""),
                                     .mechanism = TEXT("")};
    mta->smarthost = h->smtp_client;
    mta->smarthost.tls = SMTP_TLS_REQUIRED;
    mta->smarthost.login = &mta->login;
}

void configure_mta(struct host *h, const struct mta_config *config, uint64_t cause)
{
    struct mail_queue *q = h->mta->queue;

    h->mta->config = *config;
    fill_table(&h->mta->domains, &h->world->memory, config->domains, config->domain_count);
    if (h->mta->users.memory)
        table_free(&h->mta->users);
    table_init(&h->mta->users, &h->world->memory, false);
    for (size_t i = 0; i < config->user_count; i++)
        table_set(&h->mta->users, config->users[i].user, (uint32_t)i);
    h->smtp_client.tls = SMTP_TLS_OFFERED; /* between servers: where it is offered (RFC 7435) */
    q->plan = (struct retry_plan){.personality = config->personality,
                                  .waits_ns = config->retry_ns,
                                  .wait_count = config->retry_count,
                                  .give_up_ns = config->give_up_ns};
    q->warn_ns = config->warn_ns;
    q->limit_octets = config->queue_limit_octets;
    q->limit_messages = config->queue_limit_messages;
    h->smtp_client.chunking = config->chunking;
    h->smtp_client.bare_lf = h->lmtp_client.bare_lf = config->bare_lf_kept;
    set_smarthost(h);
    if (q->hold != config->hold)
        queue_set_hold(q, config->hold, cause);
}

void configure_mda(struct host *h, const struct mda_config *config)
{
    struct world *w = h->world;
    struct mda *mda = h->mda;

    mda->config = *config;
    mda->has_quotas = mda->has_complaints = false;
    fill_table(&mda->domains, &w->memory, config->domains, config->domain_count);
    for (size_t i = 0; i < config->mailbox_count; i++) {
        mail_store_add(&mda->store, config->mailboxes[i].name);
        mda->has_complaints = mda->has_complaints || config->mailboxes[i].complains.to.size > 0;
        mda->has_quotas = mda->has_quotas || config->mailboxes[i].quota_octets > 0;
    }
    struct vacations *before = mda->vacations;
    mda->vacations = vacations_new(h);
    if (before && mda->vacations)
        vacations_keep(mda->vacations, before);
    directory_add_mda(&w->directory, h->index, config);
    if (directory_add_postmaster(&w->directory, h->index, config))
        mail_store_add(&mda->store, TEXT("postmaster"));
}

/* The old directory's storage stays, since somebody may be reading in it. */
static void configure_all_mdas(struct world *w, const struct host *changed,
                               const struct mda_config *config)
{
    directory_init(&w->directory, &w->memory);
    for (uint32_t i = 0; i < w->host_count; i++)
        if (w->hosts[i]->mda)
            configure_mda(w->hosts[i], w->hosts[i] == changed ? config : &w->hosts[i]->mda->config);
}

void world_reconfigure(struct world *w, uint32_t host, const struct mua_config *mua,
                       const struct mta_config *mta, const struct mda_config *mda, uint64_t cause)
{
    struct host *h = world_host(w, host);

    assert(!mua == !h->mua && !mta == !h->mta && !mda == !h->mda);
    if (mua)
        configure_mua(h, mua);
    if (mta)
        configure_mta(h, mta, cause);
    if (mda)
        configure_all_mdas(w, h, mda);
    reception_reload(h);
}
