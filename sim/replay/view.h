/*
 * view.h - records folded to what a person asks about: mails, what became of them, connections.
 *
 * A view is a sink.  It keeps copies of the records that tell the life of the first few mails and
 * the dialogues of the first few connections; everything else is only counted, so that a run of a
 * million mails needs no more memory than one of a hundred.
 *
 * Units   simulated nanoseconds.  Order: everything is in the order of the records.
 * Owner   copies live as long as `memory`; pointers into the view stay good until view_free().
 * Errors  none: what the records do not say is empty.
 */
#ifndef SIM_REPLAY_VIEW_H
#define SIM_REPLAY_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/table.h"
#include "sim/kernel/text.h"
#include "sim/replay/holders.h"
#include "sim/replay/keep.h"
#include "sim/replay/view_policy.h"
#include "sim/trace/trace.h"

#define VIEW_NONE UINT32_MAX

/* A record of a mail's life, with what else was known when it happened. */
struct view_step {
    const struct trace_record *record;
    const struct trace_record *because; /* the policy.* record that decided it, or NULL */
    struct text address;                /* of this host on the connection; empty: not known */
    int64_t port;                       /* of the server; 0: not known */
    uint64_t again;                     /* a probe: how often later ones found the same */
};

struct view_steps {
    struct view_step *items;
    size_t count;
    uint32_t capacity;
    size_t left_out; /* beyond the limit */
};

/* Verdicts of mail.ended, and VIEW_UNDER_WAY before there is one. */
enum view_verdict {
    VIEW_DELIVERED,
    VIEW_BOUNCED,
    VIEW_EXPIRED,
    VIEW_REFUSED,
    VIEW_DISCARDED,
    VIEW_OPEN,
    VIEW_UNDER_WAY,
    VIEW_VERDICT_COUNT
};
/* The trace's word; "under way" for the last. */
const char *view_verdict_name(enum view_verdict verdict);

struct view_outcome {
    struct text recipient;
    enum view_verdict verdict;
    struct text at, why, mailbox; /* host; in words; if delivered */
    int64_t time_ns;              /* of the verdict; if delivered, of the delivery */
    uint32_t copies;              /* in mailboxes: two are a duplicate, or an alias of two */
    /* Index of the mail that reports its failure, else its success; or VIEW_NONE. */
    uint32_t report;
};

struct view_mail {
    struct text id, host, from, subject;
    int64_t composed_ns;
    uint32_t about; /* a report: index of the mail that it is about; VIEW_NONE otherwise */
    bool is_report;
    bool found;         /* nobody composed it: `host` took it, `composed_ns` is when */
    uint32_t inside;    /* found: index of the mail that the connection carried, or VIEW_NONE */
    struct text action; /* a report's: "failed", "delayed", ... (RFC 3464 2.3.3) */
    struct view_outcome *outcomes; /* one for each recipient of the envelope */
    uint32_t outcome_count;
    struct view_steps steps;
};

struct view_host {
    struct text name, roles; /* roles with ", " between */
    struct trace_texts addresses;
};

struct view_conn {
    uint32_t number, next_free;
    struct text client, server, client_address, server_address;
    int64_t port;      /* of the server */
    int64_t opened_ns; /* of the first record */
    bool closed[2];    /* client's, server's side */
    bool laddered;     /* steps are kept, and so is this */
    struct view_steps steps;
};

struct view_totals {
    uint64_t mails, reports, recipients;
    uint64_t verdicts[VIEW_VERDICT_COUNT]; /* of recipients, reports' included */
    uint64_t conns;
};

struct view_limits {
    size_t mails, conns, steps, asides; /* to keep; steps of each mail or connection */
};

struct view {
    struct memory *memory;
    struct replay_keep keep;
    struct view_limits limits;
    struct text start; /* civil date of time 0, as in the trace */
    int64_t now_ns;    /* of the last record */
    struct text ended; /* reason of sim.ended; empty: not yet */

    struct view_mail **mails;
    size_t mail_count;
    uint32_t mail_capacity;
    struct table mail_by_id;

    struct view_host *hosts;
    size_t host_count;
    uint32_t host_capacity;

    struct view_conn **conns; /* slots: those with a ladder, and any that is open */
    size_t conn_count, ladders;
    uint32_t conn_capacity;
    uint32_t free_conn; /* 1 + slot; 0: none */
    struct table conn_by_number;

    /* Hosts going down and up, links, lists, probes, faults that met no mail. */
    struct view_steps asides;
    struct holders holders;
    struct view_totals totals;

    struct view_policies policies;
};

void view_init(struct view *v, struct memory *m, const struct view_limits *limits);
void view_free(struct view *v);
/* Kinds that the view makes use of; those of the ladders only if limits.conns > 0. */
uint64_t view_kinds(const struct view *v);
void view_record(struct view *v, const struct trace_record *r);

/* The mail of that id, or NULL. */
struct view_mail *view_find_mail(const struct view *v, struct text id);
/* What becomes of the recipient of the envelope that this address is, or that an alias or list made
 * into it; NULL: neither is known. */
struct view_outcome *view_find_outcome(const struct view_mail *mail, struct text recipient);
/* The host that has that address, or NULL. */
const struct view_host *view_find_address(const struct view *v, struct text address);

#endif
