/*
 * dead_host.h - hosts that could not be reached, remembered across messages (RFC 5321 4.5.4.1).
 *
 * One row for each address and port at which a connection could not be opened.  Until its retry time
 * (or a little before: a twentieth of the wait) nobody asks there again; when the time has come, one
 * delivery asks, and the others that want to go there wait for what it finds.  As soon as anything
 * answers there the row is forgotten, whatever the answer says: a 5yz to MAIL is no reason to keep away
 * (R100).
 *
 * A row that nobody has had bad news about for the personality's time (retry.h) is forgotten too.
 *
 * Errors  none: what is known against a host is news for the delivery.
 * Owner   the mail queue, made when it is first needed; deliveries in its lines are borrowed.
 */
#ifndef SIM_AGENTS_MAIL_QUEUE_DEAD_HOST_H
#define SIM_AGENTS_MAIL_QUEUE_DEAD_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/net/address.h"
#include "sim/net/tcp.h"

struct delivery;
struct mail_queue;
struct dead_hosts;

enum dead_host_advice {
    DEAD_HOST_ASK,  /* nothing is known against it, or its time has come */
    DEAD_HOST_SKIP, /* not before its time */
    DEAD_HOST_WAIT  /* somebody is asking: dead_host_go_on() follows */
};

struct dead_host_news {
    enum tcp_reason why;
    int64_t next_ns; /* when it is asked again */
    bool hopeless;   /* it has been failing for so long that mail for it is given up (exim) */
};

/* May `d` open a connection there?  *news only if DEAD_HOST_SKIP. */
enum dead_host_advice dead_host_ask(struct mail_queue *q, struct delivery *d,
                                    const struct address *address, uint16_t port,
                                    struct dead_host_news *news);
/* It could not be reached by `d`, which began to try at `asked_ns`; those in line go on. */
struct dead_host_news dead_host_failed(struct mail_queue *q, struct delivery *d,
                                       const struct address *address, uint16_t port,
                                       int64_t asked_ns, enum tcp_reason why, uint64_t cause);
/* It answered: forgotten, and those in line go on. */
void dead_host_answered(struct mail_queue *q, const struct address *address, uint16_t port,
                        uint64_t cause);
/* The host that remembers stops: nobody waits any more, and what was only in memory is gone. */
void dead_host_down(struct mail_queue *q);

/* By delivery_dead.c: one that waited may ask again. */
void dead_host_go_on(struct delivery *d, uint64_t cause);
/* By delivery_dead.c: the link in the line. */
struct delivery **dead_host_next(struct delivery *d);

#endif
