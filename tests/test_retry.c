/*
 * test_retry.c - when a message is tried again: the whole life of one that can never be sent, for each
 * personality with its defaults, against times that stand in its documentation.
 *
 * The tables are written by hand from what each source says, not taken from a run.
 */
#include <criterion/criterion.h>

#include "sim/agents/mail_queue/retry.h"
#include "sim/kernel/clock.h"

enum { TRIES_MAX = 300 };

struct life {
    int64_t tries_ns[TRIES_MAX];
    int count;
    int64_t over_ns; /* given up */
};

/* Every try fails `takes_ns` after it began. */
static struct life live(const struct retry_plan *p, int64_t from_ns, int64_t takes_ns)
{
    struct life l = {.over_ns = -1};
    struct retry_past past = {.entered_ns = from_ns};
    int64_t at_ns = from_ns, last_ns = -1, planned_ns = 0;

    while (l.count < TRIES_MAX) {
        if (retry_is_over(p, from_ns, at_ns)) {
            l.over_ns = at_ns;
            return l;
        }
        l.tries_ns[l.count++] = at_ns;
        int64_t now_ns = at_ns + takes_ns;
        past.last_ns = last_ns < 0 ? now_ns : last_ns;
        past.planned_ns = last_ns < 0 ? now_ns : planned_ns;
        past.tries = (uint32_t)l.count;
        planned_ns = at_ns = retry_next(p, &past, now_ns);
        last_ns = now_ns;
        if (at_ns < 0) {
            l.over_ns = now_ns;
            return l;
        }
        cr_assert_gt(at_ns, now_ns, "try %d", l.count);
    }
    return l;
}

static struct retry_plan defaults(enum mta_personality p)
{
    return (struct retry_plan){.personality = p, .give_up_ns = retry_habits(p)->give_up_ns};
}

static void expect_tries(const struct life *l, const int64_t *want_s, int count)
{
    cr_expect_eq(l->count, count, "%d tries, not %d", l->count, count);
    for (int i = 0; i < l->count && i < count; i++)
        cr_expect_eq(l->tries_ns[i], want_s[i] * CLOCK_SECOND, "try %d: %lld s, not %lld s", i + 1,
                     (long long)(l->tries_ns[i] / CLOCK_SECOND), (long long)want_s[i]);
}

/* postconf(5): minimal_backoff_time 300s, maximal_backoff_time 4000s, queue_run_delay 300s,
 * maximal_queue_lifetime 5d; QSHAPE_README and qmgr(8): the wait is the time the message has been in
 * the queue.  R095 R096 */
Test(retry, postfix_doubles_the_age_until_4000_seconds_and_looks_every_300)
{
    struct retry_plan p = defaults(PERSONALITY_POSTFIX);
    int64_t want_s[TRIES_MAX] = {0, 300, 600, 1200, 2400, 4800};
    int count = 6;

    /* From here on 4000 s, and then until the next run: 4200 s. */
    while (want_s[count - 1] < 5 * 86400) {
        want_s[count] = want_s[count - 1] + 4200;
        count++;
    }
    struct life l = live(&p, 0, 0);
    expect_tries(&l, want_s, count);
    cr_expect_eq(l.over_ns, want_s[count - 1] * CLOCK_SECOND, "the first failure after 5 days");
    cr_expect_eq(want_s[count - 1], 433200);
}

/* One that came in between two runs of the queue, with tries that take a minute each. */
Test(retry, postfix_counts_the_age_and_takes_the_next_run)
{
    struct retry_plan p = defaults(PERSONALITY_POSTFIX);
    /* 100+60 fails at 160, age 60: 300 s, due at 460, run at 600; fails at 660, age 560: 1220, 1500;
     * 1560, age 1460: 3020, 3300; 3360, 3260: 6620, 6900; 6960: 4000 s: 10960, 11100. */
    const int64_t want_s[] = {100, 600, 1500, 3300, 6900, 11100};
    struct life l = live(&p, 100 * CLOCK_SECOND, 60 * CLOCK_SECOND);

    for (int i = 0; i < 6; i++)
        cr_expect_eq(l.tries_ns[i], want_s[i] * CLOCK_SECOND, "try %d", i + 1);
}

/* Exim specification, "Retry configuration", and the default configuration: "F,2h,15m; G,16h,1h,1.5;
 * F,4d,6h" retries every 15 minutes for 2 hours, then at intervals that start at 1 hour and grow by 1.5
 * up to 16 hours, then every 6 hours until 4 days after the first failure; after the cutoff the next
 * failure is the end.  R095 R096 */
Test(retry, exim_follows_its_default_rule)
{
    struct retry_plan p = defaults(PERSONALITY_EXIM);
    const int64_t quarter = 900, hour = 3600;
    int64_t want_s[TRIES_MAX] = {0};
    int count = 1;

    for (; count <= 9; count++) /* up to 2 h, and the one that was set at 2 h */
        want_s[count] = count * quarter;
    int64_t wait_s = hour;
    while (want_s[count - 1] <= 16 * hour) { /* 1 h, 1.5 h, 2.25 h, ...; whole seconds */
        want_s[count] = want_s[count - 1] + wait_s;
        wait_s = wait_s * 3 / 2;
        count++;
    }
    while (want_s[count - 1] <= 96 * hour) {
        want_s[count] = want_s[count - 1] + 6 * hour;
        count++;
    }
    struct life l = live(&p, 0, 0);
    expect_tries(&l, want_s, count);
    cr_expect_eq(l.over_ns, want_s[count - 1] * CLOCK_SECOND);
    /* By hand: 2 h 15 min, then after 1 h, 1:30, 2:15, 3:22:30, 5:03:45, 7:35:37; 6 h each. */
    static const struct {
        int at;
        int64_t s;
    } hand[] = {{9, 8100},   {10, 11700}, {11, 17100}, {12, 25200},
                {13, 37350}, {14, 55575}, {15, 82912}, {16, 82912 + 21600}};
    for (size_t i = 0; i < sizeof hand / sizeof *hand; i++)
        cr_expect_eq(l.tries_ns[hand[i].at], hand[i].s * CLOCK_SECOND, "try %d", hand[i].at + 1);
    cr_expect_eq(count, 29);
}

/* smtpd(8), usr.sbin/smtpd/scheduler_ramqueue.c: BACKOFF_TRANSFER 400 s times the square of the number
 * of tries, from the creation; smtpd.conf(5): queue ttl 4d, when it expires.  R095 R096 */
Test(retry, opensmtpd_is_quadratic_and_expires_to_the_second)
{
    struct retry_plan p = defaults(PERSONALITY_OPENSMTPD);
    int64_t want_s[TRIES_MAX];
    int count = 0;

    for (int64_t n = 0; 400 * n * n < 4 * 86400; n++)
        want_s[count++] = 400 * n * n;
    struct life l = live(&p, 0, 0);
    expect_tries(&l, want_s, count);
    cr_expect_eq(count, 30);
    cr_expect_eq(l.over_ns, 4 * CLOCK_DAY, "given up at the time itself, without a try");
}

/* A try that takes longer than the next step: the one after it. */
Test(retry, opensmtpd_leaves_out_what_is_past)
{
    struct retry_plan p = defaults(PERSONALITY_OPENSMTPD);
    struct retry_past past = {.entered_ns = 0, .tries = 1};

    cr_expect_eq(retry_next(&p, &past, 500 * CLOCK_SECOND), 1600 * CLOCK_SECOND);
    cr_expect_eq(retry_next(&p, &past, 400 * CLOCK_SECOND), 1600 * CLOCK_SECOND);
    cr_expect_eq(retry_next(&p, &past, 399 * CLOCK_SECOND), 400 * CLOCK_SECOND);
}

/* R095 R096: both numbers are the scenario's. */
Test(retry, rfc_waits_as_written_and_tries_once_more_at_the_end)
{
    static const int64_t waits_ns[] = {5 * CLOCK_MINUTE, 15 * CLOCK_MINUTE, CLOCK_HOUR};
    struct retry_plan p = {.waits_ns = waits_ns, .wait_count = 3, .give_up_ns = 3 * CLOCK_HOUR};
    const int64_t want_s[] = {0, 300, 1200, 4800, 8400, 10800};
    struct life l = live(&p, 0, 0);

    expect_tries(&l, want_s, 6);
    cr_expect_eq(l.over_ns, 3 * CLOCK_HOUR);
}

/* The scenario's waits take the place of the personality's, its way to give up stays. */
Test(retry, written_waits_win)
{
    static const int64_t waits_ns[] = {CLOCK_HOUR};
    struct retry_plan p = {.waits_ns = waits_ns, .wait_count = 1, .give_up_ns = 150 * CLOCK_MINUTE};
    static const struct {
        enum mta_personality p;
        int tries;
        int64_t over_ns;
    } rows[] = {{PERSONALITY_RFC, 4, 150 * CLOCK_MINUTE}, /* 0 1 2 2:30 */
                {PERSONALITY_POSTFIX, 4, 3 * CLOCK_HOUR}, /* 0 1 2 3 */
                {PERSONALITY_EXIM, 4, 3 * CLOCK_HOUR},    /* 0 1 2 3 */
                {PERSONALITY_OPENSMTPD, 3, 150 * CLOCK_MINUTE} /* 0 1 2 */};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        p.personality = rows[i].p;
        struct life l = live(&p, 0, 0);
        cr_expect_eq(l.count, rows[i].tries, "%s: %d tries", retry_habits(rows[i].p)->name.at,
                     l.count);
        cr_expect_eq(l.over_ns, rows[i].over_ns, "%s", retry_habits(rows[i].p)->name.at);
    }
}

/* postconf(5): delay_warning_time 0h; Exim: delay_warning 24h; smtpd.conf(5): warn-interval 4h; the
 * lifetimes as above. */
Test(retry, defaults_are_those_of_the_real_ones)
{
    static const struct {
        const char *name;
        int64_t give_up_ns, warn_ns;
        uint32_t per_host;
    } rows[PERSONALITY_COUNT] = {
        [PERSONALITY_RFC] = {"rfc", 5 * CLOCK_DAY, 4 * CLOCK_HOUR, 0},
        [PERSONALITY_POSTFIX] = {"postfix", 5 * CLOCK_DAY, 0, 20},
        [PERSONALITY_EXIM] = {"exim", 4 * CLOCK_DAY, CLOCK_DAY, 0},
        [PERSONALITY_OPENSMTPD] = {"opensmtpd", 4 * CLOCK_DAY, 4 * CLOCK_HOUR, 10},
    };

    for (int p = 0; p < PERSONALITY_COUNT; p++) {
        const struct retry_habits *h = retry_habits((enum mta_personality)p);
        cr_expect(text_equal(h->name, text_of(rows[p].name)));
        cr_expect_eq(h->give_up_ns, rows[p].give_up_ns, "%s", rows[p].name);
        cr_expect_eq(h->warn_ns, rows[p].warn_ns, "%s", rows[p].name);
        cr_expect_eq(h->parallel_per_host, rows[p].per_host, "%s", rows[p].name);
    }
}

/* Exim, "Long-term failures": a host that has been failing for longer than the cutoff. */
Test(retry, exim_gives_up_hosts_after_the_cutoff)
{
    struct retry_plan p = defaults(PERSONALITY_EXIM);
    struct retry_past past = {.entered_ns = 0, .last_ns = 0, .planned_ns = 0, .tries = 9};
    bool hopeless;

    cr_expect_eq(retry_next_host(&p, &past, 4 * CLOCK_DAY, &hopeless),
                 4 * CLOCK_DAY + 6 * CLOCK_HOUR);
    cr_expect_not(hopeless);
    retry_next_host(&p, &past, 4 * CLOCK_DAY + 1, &hopeless);
    cr_expect(hopeless);
}
