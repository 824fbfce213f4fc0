/*
 * retry.c - the table of habits, and the arithmetic of each.
 *
 * Real servers count in whole seconds; here only where it shows.
 */
#include "sim/agents/mail_queue/retry.h"

#include "sim/kernel/clock.h"

static const struct retry_habits habits[PERSONALITY_COUNT] = {
    /* RFC 5321 4.5.4.1: give up after at least 4 to 5 days; the rest is ours. */
    [PERSONALITY_RFC] = {.name = TEXT_INIT("rfc"),
                         .give_up_ns = 5 * CLOCK_DAY,
                         .warn_ns = 4 * CLOCK_HOUR,
                         .end = RETRY_ONE_MORE,
                         .warning = RETRY_WARN_THEN,
                         .host_clock = true},
    /* postconf(5): maximal_queue_lifetime 5d, delay_warning_time 0h (none), default_process_limit 100,
     * default_destination_concurrency_limit 20, minimal_backoff_time 300s ("also limits the time an
     * unreachable destination is kept in the short-term, in-memory, destination status cache").
     * When it expires and warns: src/qmgr/qmgr_active.c, qmgr_active_done_25_generic(). */
    [PERSONALITY_POSTFIX] = {.name = TEXT_INIT("postfix"),
                             .give_up_ns = 5 * CLOCK_DAY,
                             .parallel = 100,
                             .parallel_per_host = 20,
                             .end = RETRY_NO_MORE,
                             .warning = RETRY_WARN_FAILED,
                             .host_memory_ns = 300 * CLOCK_SECOND},
    /* Exim specification, "Retry configuration" and the rule of its default configuration; main
     * options delay_warning 24h, retry_data_expire 7d.  It sets no limit on deliveries as a whole. */
    [PERSONALITY_EXIM] = {.name = TEXT_INIT("exim"),
                          .give_up_ns = 4 * CLOCK_DAY,
                          .warn_ns = 24 * CLOCK_HOUR,
                          .end = RETRY_NO_MORE,
                          .warning = RETRY_WARN_FAILED,
                          .host_memory_ns = 7 * CLOCK_DAY,
                          .host_memory_on_disk = true,
                          .host_clock = true},
    /* smtpd.conf(5): queue ttl 4d, bounce warn-interval 4h.  usr.sbin/smtpd/limit.c: 100 connections
     * of a relay, 10 to a host; scheduler.c: warns if the next try comes later than the interval;
     * scheduler_ramqueue.c: expires at the time.  mta.c: a route is off for DELAY_ROUTE_BASE, 15 s. */
    [PERSONALITY_OPENSMTPD] = {.name = TEXT_INIT("opensmtpd"),
                               .give_up_ns = 4 * CLOCK_DAY,
                               .warn_ns = 4 * CLOCK_HOUR,
                               .parallel = 100,
                               .parallel_per_host = 10,
                               .end = RETRY_AT_ONCE,
                               .warning = RETRY_WARN_FORESEEN,
                               .host_memory_ns = 15 * CLOCK_SECOND},
};

const struct retry_habits *retry_habits(enum mta_personality p)
{
    return &habits[p];
}

/* As the scenario wrote them; the last one repeats. */
static int64_t written(const struct retry_plan *p, uint32_t tries, int64_t now_ns)
{
    size_t k = tries <= p->wait_count ? tries - 1 : p->wait_count - 1;

    return now_ns + p->waits_ns[k];
}

/* Postfix, qmgr_active.c: the wait is the age of the message, between minimal_backoff_time and
 * maximal_backoff_time (qmgr_active_done_3_generic()); every queue_run_delay the deferred queue is
 * looked through for what is due by then or within one more second (qmgr_active_feed()). */
static int64_t postfix(const struct retry_plan *p, int64_t entered_ns, int64_t now_ns)
{
    const int64_t least = 300, most = 4000, run = 300;
    int64_t wait = now_ns / CLOCK_SECOND - entered_ns / CLOCK_SECOND;

    wait = wait < least ? least : wait > most ? most : wait;
    int64_t due = now_ns / CLOCK_SECOND + wait - 1 - p->runs_from_ns / CLOCK_SECOND;
    return p->runs_from_ns + (due + run - 1) / run * run * CLOCK_SECOND;
}

/* Exim, "F,2h,15m; G,16h,1h,1.5; F,4d,6h": each until so long after the first failure
 * (src/retry.c, retry_update()). */
static int64_t exim(const struct retry_past *past, int64_t now_ns)
{
    const int64_t minute = 60, hour = 60 * minute;
    int64_t now = now_ns / CLOCK_SECOND, last = past->last_ns / CLOCK_SECOND;
    int64_t failing = now - past->entered_ns / CLOCK_SECOND;
    int64_t planned = past->planned_ns / CLOCK_SECOND - last, real = now - last;
    int64_t gap = planned < real ? planned : real;

    if (failing <= 2 * hour)
        now += 15 * minute;
    else if (failing <= 16 * hour)
        now += gap < hour ? hour : gap * 3 / 2;
    else
        now += 6 * hour;
    return now * CLOCK_SECOND;
}

/* OpenSMTPD, scheduler_ramqueue.c, scheduler_next(): BACKOFF_TRANSFER times the square of the tries,
 * after the arrival, and further on if that is past. */
static int64_t opensmtpd(int64_t entered_ns, uint32_t tries, int64_t now_ns)
{
    int64_t next_ns;

    do {
        next_ns = entered_ns + 400 * CLOCK_SECOND * tries * tries;
        tries++;
    } while (next_ns <= now_ns);
    return next_ns;
}

static int64_t next_by_habit(const struct retry_plan *p, const struct retry_past *past,
                             int64_t now_ns)
{
    if (p->wait_count > 0)
        return written(p, past->tries, now_ns);
    switch (p->personality) {
    case PERSONALITY_POSTFIX: return postfix(p, past->entered_ns, now_ns);
    case PERSONALITY_EXIM: return exim(past, now_ns);
    case PERSONALITY_OPENSMTPD: return opensmtpd(past->entered_ns, past->tries, now_ns);
    case PERSONALITY_RFC:
    case PERSONALITY_COUNT: break;
    }
    return -1; /* no waits at all: one try */
}

/* Exim's limit is the last moment that counts as before; the others' is the first after. */
static int64_t until_end(const struct retry_plan *p, int64_t entered_ns, int64_t next_ns,
                         int64_t now_ns)
{
    int64_t end_ns = entered_ns + p->give_up_ns;

    if (p->personality == PERSONALITY_EXIM ? now_ns > end_ns : now_ns >= end_ns)
        return -1;
    return next_ns > end_ns && habits[p->personality].end != RETRY_NO_MORE ? end_ns : next_ns;
}

int64_t retry_next(const struct retry_plan *p, const struct retry_past *past, int64_t now_ns)
{
    return until_end(p, past->entered_ns, next_by_habit(p, past, now_ns), now_ns);
}

int64_t retry_next_with_host(const struct retry_plan *p, const struct retry_past *past,
                             int64_t host_ns, int64_t now_ns)
{
    if (!habits[p->personality].host_clock || host_ns < now_ns)
        return retry_next(p, past, now_ns);
    return until_end(p, past->entered_ns, host_ns, now_ns);
}

int64_t retry_next_host(const struct retry_plan *p, const struct retry_past *past, int64_t now_ns,
                        bool *hopeless)
{
    const struct retry_habits *h = &habits[p->personality];

    *hopeless = false;
    if (!h->host_clock) /* remembered for so long, and that is all */
        return now_ns + h->host_memory_ns;
    if (p->personality == PERSONALITY_EXIM)
        *hopeless = now_ns - past->entered_ns > p->give_up_ns;
    int64_t next_ns = next_by_habit(p, past, now_ns);
    return next_ns < 0 ? now_ns : next_ns;
}

bool retry_is_over(const struct retry_plan *p, int64_t entered_ns, int64_t now_ns)
{
    return habits[p->personality].end == RETRY_AT_ONCE && now_ns >= entered_ns + p->give_up_ns;
}
