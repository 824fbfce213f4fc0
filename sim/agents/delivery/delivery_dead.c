/*
 * delivery_dead.c - what a delivery makes of hosts that cannot be reached (dead_host.h).
 *
 * An MUA's outbox remembers none: who presses "send" again wants it tried.
 */
#include "sim/agents/delivery/delivery_parts.h"

#include "sim/agents/mail_queue/dead_host.h"

static void cannot_reach(struct delivery *d, struct text words)
{
    delivery_fail_with(d, 4, 1, true, words);
    d->last.remote = d->plan.candidates[d->plan.current].host;
}

static struct text failure_words(enum tcp_reason reason)
{
    return reason == TCP_REFUSED       ? TEXT("connection refused")
           : reason == TCP_UNREACHABLE ? TEXT("no way there")
                                       : TEXT("no answer to the connection request");
}

static struct text skip_words(enum tcp_reason reason)
{
    return reason == TCP_REFUSED
               ? TEXT("not asked before its time: it refused the connection before")
           : reason == TCP_UNREACHABLE
               ? TEXT("not asked before its time: there was no way there before")
               : TEXT("not asked before its time: it did not answer before");
}

/* When this host is asked again: the earliest of all that were in the way counts. */
static void heed(struct delivery *d, struct dead_host_news news)
{
    if (d->host_ns < 0 || news.next_ns < d->host_ns)
        d->host_ns = news.next_ns;
    d->hopeless = d->hopeless && news.hopeless;
}

bool delivery_may_ask(struct delivery *d, const struct address *address)
{
    struct dead_host_news news;

    if (d->queue->outbox)
        return true;
    switch (dead_host_ask(d->queue, d, address, d->hop.port, &news)) {
    case DEAD_HOST_ASK: return true;
    case DEAD_HOST_WAIT: break;
    case DEAD_HOST_SKIP:
        if (!d->chosen)
            cannot_reach(d, skip_words(news.why));
        else if (d->why.size == 0) /* what was really tried says more */
            d->why = skip_words(news.why);
        heed(d, news);
        delivery_connect_next(d);
    }
    return false;
}

void delivery_not_reached(struct delivery *d, enum tcp_reason reason)
{
    cannot_reach(d, failure_words(reason));
    if (!d->queue->outbox)
        heed(d, dead_host_failed(d->queue, d, &d->addresses[d->address_at - 1], d->hop.port,
                                 d->asked_ns, reason, d->cause));
}

void delivery_reached(struct delivery *d, uint64_t cause)
{
    d->answered = true;
    dead_host_answered(d->queue, &d->addresses[d->address_at - 1], d->hop.port, cause);
}

void dead_host_go_on(struct delivery *d, uint64_t cause)
{
    d->cause = cause;
    d->address_at--;
    delivery_connect_next(d);
}

struct delivery **dead_host_next(struct delivery *d)
{
    return &d->next_waiting;
}
