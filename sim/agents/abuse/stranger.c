/*
 * stranger.c - rounds of probes; what is open is flooded.
 */
#include "sim/agents/abuse/stranger.h"

#include "sim/agents/delivery/probe.h"
#include "sim/agents/mail_queue/mail_queue.h"
#include "sim/agents/mua/mua.h"
#include "sim/kernel/clock.h"

static const int64_t PACE_NS = 100 * CLOCK_MILLISECOND;

/* ---- pouring --------------------------------------------------------------------------------------- */

static void pour(void *world, struct event *e)
{
    struct stranger_target *t = EVENT_OWNER(e, struct stranger_target, next);
    struct host *h = t->stranger->host;
    const struct abuse_config *c = t->stranger->config.abuse;
    struct world *w = world;
    struct mail_queue *outbox = mua_outbox(h, t->server, 25);

    if (t->left == 0 || outbox->refusals > t->refusals)
        return; /* all sent, or the door is shut */
    t->left--;
    mua_send(h,
             &(struct send_config){.from = c->from,
                                   .to = c->to,
                                   .to_count = c->to_count,
                                   .subject = c->subject,
                                   .body = TEXT("Claim your prize today.\n"),
                                   .server = t->server,
                                   .port = 25},
             t->cause);
    queue_set(&w->queue, e, w->queue.now_ns + PACE_NS);
}

static void probed(void *context, struct host *h, const struct probe_answer *answer)
{
    struct stranger_target *t = context;

    if (answer->fate != SMTP_FATE_WELCOME || event_pending(&t->next))
        return;
    t->left = h->stranger->config.abuse->letters;
    t->refusals = mua_outbox(h, t->server, 25)->refusals;
    t->cause = answer->cause;
    queue_set(&h->world->queue, &t->next, h->world->queue.now_ns + PACE_NS);
}

/* ---- rounds ---------------------------------------------------------------------------------------- */

static void begin_round(struct stranger *s)
{
    const struct abuse_config *c = s->config.abuse;

    for (size_t i = 0; i < c->server_count; i++)
        if (!event_pending(&s->targets[i].next))
            probe_start(s->host,
                        &(struct probe_question){.server = c->servers[i],
                                                 .port = 25,
                                                 .sender = c->from,
                                                 .recipient = c->probe,
                                                 .told = probed,
                                                 .context = &s->targets[i]},
                        s->cause);
}

static void round_due(struct world *w, struct periodic *p)
{
    struct stranger *s = EVENT_OWNER(p, struct stranger, round);

    (void)w;
    if (s->host->up)
        begin_round(s);
}

void stranger_add(struct host *h, const struct stranger_config *config)
{
    struct memory *m = &h->world->memory;
    struct stranger *s = h->stranger = MEMORY_NEW(m, struct stranger);

    s->host = h;
    s->config = *config;
    s->round.due = round_due;
    if (!config->abuse)
        return;
    s->round.every_ns = config->abuse->every_ns;
    s->targets = memory_take_clear(m, (config->abuse->server_count + 1) * sizeof *s->targets);
    for (size_t i = 0; i < config->abuse->server_count; i++) {
        s->targets[i].stranger = s;
        s->targets[i].server = config->abuse->servers[i];
        s->targets[i].next.fire = pour;
    }
}

void stranger_host_up(struct host *h, uint64_t cause)
{
    struct stranger *s = h->stranger;

    if (!s || !s->config.abuse)
        return;
    s->cause = cause;
    begin_round(s);
    if (!s->started)
        periodic_start(h->world, &s->round);
    s->started = true;
}

void stranger_host_down(struct host *h)
{
    struct stranger *s = h->stranger;

    if (!s || !s->config.abuse)
        return;
    for (size_t i = 0; i < s->config.abuse->server_count; i++)
        queue_clear(&h->world->queue, &s->targets[i].next);
}
