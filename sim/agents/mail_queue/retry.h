/*
 * retry.h - when a message that could not be sent is tried again, and when it is given up.
 *
 * RFC 5321 4.5.4.1 asks for waits of at least 30 minutes (sooner at first), for 4 to 5 days, and leaves
 * the rest to the server.  "rfc" waits as the scenario writes it (`retry`); the other personalities do
 * as these servers do with the settings they come with:
 *
 *   postfix    waits about as long as the message is old, 300 s to 4000 s, and looks only every 300 s
 *   exim       by rules that count from the first failure: every 15 min for 2 h, then 1 h growing by
 *              1.5 up to 16 h, then every 6 h to 4 d; of an address that cannot be reached all
 *              messages share one clock
 *   opensmtpd  400 s times the square of the number of tries, counted from the arrival
 *
 * Waits that the scenario writes take the place of the personality's; its other habits stay.
 *
 * Units   nanoseconds; times since the start of the simulation.
 * Errors  none.
 * Owner   the table is constant; a plan borrows its waits.
 * Source  each row of the table (retry.c) names its own.
 */
#ifndef SIM_AGENTS_MAIL_QUEUE_RETRY_H
#define SIM_AGENTS_MAIL_QUEUE_RETRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/agents/config/config.h"

/* What happens when a message has waited for give_up_ns. */
enum retry_end {
    RETRY_ONE_MORE, /* the last wait is cut short for one last try */
    RETRY_NO_MORE, /* it goes on as planned, and the first try that fails from then on was the last */
    RETRY_AT_ONCE /* it is given up then, without a further try */
};

/* When a sender is warned who is to be told after warn_ns. */
enum retry_warning {
    RETRY_WARN_THEN,    /* then */
    RETRY_WARN_FAILED,  /* after the first try from then on that fails */
    RETRY_WARN_FORESEEN /* after the last try before it, when the next would come later than that */
};

struct retry_habits {
    struct text name;           /* "postfix" */
    int64_t give_up_ns;         /* where the scenario does not say; so for the next three */
    int64_t warn_ns;            /* 0: never */
    uint32_t parallel;          /* deliveries at a time; 0: no limit */
    uint32_t parallel_per_host; /* the same to one next hop */
    enum retry_end end;         /* of a message that waits too long */
    enum retry_warning warning; /* of one that waits long */
    int64_t host_memory_ns;     /* how long a host that could not be reached is remembered; 0: as
                                       long as a message may wait */
    bool host_memory_on_disk;   /* it survives a restart */
    bool host_clock;            /* messages that wait for such a host are tried when it is */
};

const struct retry_habits *retry_habits(enum mta_personality p);

struct retry_plan {
    enum mta_personality personality;
    const int64_t *waits_ns; /* as written, the last repeats; count 0: the personality's own */
    size_t wait_count;
    int64_t give_up_ns;
    int64_t runs_from_ns; /* postfix: when the first run of the queue was */
};

/* What was before a try that failed just now. */
struct retry_past {
    int64_t entered_ns; /* when the message came in; of a host, when it first failed */
    int64_t last_ns;    /* the failure before this one; equal to now: there was none */
    int64_t planned_ns; /* what was planned then for the next try; not used without one */
    uint32_t tries;     /* this one included */
};

/* When it is tried next, or (RETRY_AT_ONCE) given up; -1: it is given up now. */
int64_t retry_next(const struct retry_plan *p, const struct retry_past *past, int64_t now_ns);
/* The same if it waits for a host that cannot be reached and that is asked at `host_ns`. */
int64_t retry_next_with_host(const struct retry_plan *p, const struct retry_past *past,
                             int64_t host_ns, int64_t now_ns);
/* The same for a host that cannot be reached, which is not given up: when it is asked next.
 * `*hopeless` is set if it has been failing for so long that messages for it are given up. */
int64_t retry_next_host(const struct retry_plan *p, const struct retry_past *past, int64_t now_ns,
                        bool *hopeless);
/* A message whose time has come is given up without a try (RETRY_AT_ONCE). */
bool retry_is_over(const struct retry_plan *p, int64_t entered_ns, int64_t now_ns);

#endif
