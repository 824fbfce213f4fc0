/*
 * route_mail.h - where a recipient's mail goes from here (RFC 5321 3.6, 5).
 *
 * First the host's own rules: local domains are delivered or handed over by LMTP, aliases expanded,
 * then `routes` by domain pattern, and what matches none goes by MX.  Then, for MX, the list of
 * hosts to try: sorted by preference, equals drawn by the seed, this host and all that are no better
 * dropped (RFC 5321 5.1).
 *
 * Owner   a plan's arrays belong to the world's memory until mx_plan_end().
 * Errors  a kind of hop or a reason that says why there is no way.
 */
#ifndef SIM_AGENTS_MAIL_ROUTING_ROUTE_MAIL_H
#define SIM_AGENTS_MAIL_ROUTING_ROUTE_MAIL_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/agents/host/host.h"
#include "sim/agents/mail_queue/mail_queue.h"
#include "sim/dns/resolver.h"

enum hop_kind {
    HOP_LOCAL,  /* into a mailbox of this host */
    HOP_EXPAND, /* an alias */
    HOP_MX,     /* host: the recipient's domain */
    HOP_SMARTHOST,
    HOP_LMTP,
    HOP_REFUSED,   /* a route says so */
    HOP_NO_MAILBOX /* the domain is local and nobody of that name is known */
};

struct hop {
    enum hop_kind kind;
    struct text host;
    uint16_t port;
    const struct directory_entry *entry; /* LOCAL, EXPAND */
};

struct hop route_mail(const struct mail_queue *q, const struct queue_recipient *r);
/* "mx", "smarthost:HOST", "lmtp:HOST", "local" into `out` (room for CUSTODY_NAME_MAX octets). */
struct text hop_words(const struct hop *hop, char *out);

/* ---- the hosts to try ----------------------------------------------------------------------------- */

enum candidate_verdict { CANDIDATE_LATER, CANDIDATE_CHOSEN, CANDIDATE_FAILED, CANDIDATE_DROPPED };

struct candidate {
    struct text host;
    int64_t preference; /* -1: not from an MX record */
    uint64_t draw;
    enum candidate_verdict verdict;
    struct text why;
};

enum mx_reason {
    MX_BY_RECORD,
    MX_IMPLICIT,
    MX_NULL,
    MX_SMARTHOST,
    MX_LITERAL,
    MX_NEXT,
    MX_NONE,
    MX_NO_DOMAIN,
    MX_LOOP
};

struct mx_plan {
    struct candidate *candidates;
    uint32_t count, room, current; /* current: index of the chosen one; count: none is left */
    enum mx_reason reason;
};

/* From the answer to the MX question; false if nothing may be tried (reason says why). */
bool mx_plan_from_answer(struct mx_plan *p, struct host *h, struct text domain,
                         const struct dns_result *answer);
/* One host, given by a route or an address literal. */
void mx_plan_single(struct mx_plan *p, struct host *h, struct text name, enum mx_reason reason);
/* Marks the current one as failed and goes to the next; false if there is none. */
bool mx_plan_next(struct mx_plan *p, struct text why);
/* The current one has an address of this host: it and all after it are dropped (they are no better). */
void mx_plan_own(struct mx_plan *p);
/* Emits dns.mx_chosen. */
uint64_t mx_plan_record(const struct mx_plan *p, struct host *h, struct text domain,
                        struct text address, const struct trace_where *where);
void mx_plan_end(struct mx_plan *p, struct host *h);

#endif
