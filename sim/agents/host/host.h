/*
 * host.h - what the agents of one world share: the world itself, its hosts, and their roles.
 *
 * For the files of sim/agents only; everybody else uses sim/agents/world.h.
 *
 * A host has a resolver and up to four kinds of agent.  An MUA sends through an outbox of its own; an
 * MTA (or MSA, or both) has one mail queue behind all its listeners; an MDA has mailboxes.
 *
 * Owner   struct world owns everything through its memory.
 * Errors  none.
 */
#ifndef SIM_AGENTS_HOST_HOST_H
#define SIM_AGENTS_HOST_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/agents/config/config.h"
#include "sim/agents/host/carriers.h"
#include "sim/agents/host/directory.h"
#include "sim/agents/host/outcome.h"
#include "sim/agents/pop3/pop3.h"
#include "sim/dns/resolver.h"
#include "sim/dns/server.h"
#include "sim/kernel/random.h"
#include "sim/kernel/table.h"
#include "sim/mail/store.h"
#include "sim/smtp/act.h"
#include "sim/smtp/client.h"

struct mail_queue;
struct delivery;
struct probe;
struct stranger;
struct blocklist;
struct reception;
struct input;
struct fault;
struct vacations;
struct callouts;

struct collecting;
struct periodic;
struct pop3_listener;
struct pop3_reception;

/* Entries that should meet something: faults, stops, crashes; in the order of the timeline. */
struct aims {
    struct aim {
        int64_t entry;
        bool met;
    } * items;
    uint32_t count, room;
};

struct mua {
    struct mua_config config;
    struct mail_queue *outbox;
    struct smtp_client_options client; /* of what goes out by the outbox */
    struct smtp_login login;
    struct collecting *collecting; /* NULL: it does not */
};

struct mta {
    struct mta_config config;
    struct mail_queue *queue;
    struct table domains;                 /* local ones */
    struct table users;                   /* who may log in -> index in config.users */
    struct policy_filter *filter;         /* NULL: nothing to remember yet */
    struct smtp_client_options smarthost; /* of what goes to a smarthost with a login */
    struct smtp_login login;
    struct callouts *callouts; /* NULL: nobody was asked about yet */
};

struct mda {
    struct mda_config config;
    struct mail_store store;
    struct table domains;
    struct vacations *vacations; /* NULL: nobody is away */
    bool has_complaints;         /* some mailbox has somebody who complains */
    bool has_quotas;
};

struct host {
    struct world *world;
    uint32_t index;
    struct text name;
    bool up;
    struct dns_resolver *resolver;  /* made when it is first needed: host_resolver() */
    struct dns_server *name_server; /* NULL without that role; so for the next three */
    struct mua *mua;
    struct stranger *stranger;
    struct blocklist *blocklist;
    struct mta *mta;
    struct mda *mda;
    struct reception *receptions; /* open server sessions, for stopping the host */
    struct listener *listeners;   /* while it runs; newest first */
    struct mail_queue *queues;    /* all of them: outboxes and the MTA's */
    struct probe *probes;         /* under way */
    struct delivery *deliveries;  /* under way, newest first */
    struct fault *faults;         /* aimed at commands; oldest first */
    struct input *waiting_inputs; /* what a person wants to do when the host is on again */
    uint32_t letters, queue_ids, custodies, reports; /* counters: ids never come from elsewhere */
    struct pop3_reception *pop3_sessions;            /* open ones, newest first */
    struct pop3_listener *pop3_listeners;            /* while it runs */
    struct random draw_mx, draw_tls;
    bool outage_met;      /* the outage it is in has met something */
    int64_t outage_entry; /* that stopped or crashed it; -1: none, or a fault did */
    uint64_t missed;      /* what the network could not bring to it until then */
    struct smtp_client_options smtp_client, lmtp_client;
};

/* Periodic work (periodic.h), which does not keep a run alive. */
struct background {
    struct periodic *first;
    size_t pending;      /* of the queue's events */
    bool last_round;     /* nothing else was pending */
    uint32_t round;      /* 1, 2, ... */
    uint32_t turns_left; /* in this round */
    uint64_t delivered;  /* when it began */
};

struct world {
    struct world_options options;
    struct memory memory;
    struct queue queue;
    struct trace trace;
    struct net net;
    struct dns_zones zones;
    struct host **hosts;
    uint32_t host_count, host_room;
    struct table host_names;
    struct directory directory;
    struct carriers carriers;
    struct smtp_acts client_acts, server_acts; /* handlers never nest, so one of each is enough */
    struct pop3_acts pop3_client_acts, pop3_server_acts;
    struct background background;
    struct world_counts counts;
    uint64_t custodies_open;
    int64_t queued_octets; /* in all queues together */
    struct aims aims;
    uint32_t breaking; /* connections that a fault is about to break (fault.c) */
    enum world_status status;
    enum world_status limit_met; /* the run ends with this before the next event */
    bool started;
};

static inline struct host *world_host(const struct world *w, uint32_t index)
{
    return w->hosts[index];
}

static inline int64_t world_unix(const struct world *w)
{
    return w->options.start_unix + w->queue.now_ns / INT64_C(1000000000);
}

/* A record's place at this host; the rest is the caller's to fill in. */
static inline struct trace_where host_where(const struct host *h, uint64_t cause)
{
    return (struct trace_where){.host = h->name, .cause = cause};
}

/* So many more octets of mail wait in queues, or fewer. */
static inline void world_note_queued(struct world *w, int64_t octets)
{
    const struct world_options *o = &w->options;

    w->queued_octets += octets;
    if (o->message_limit_octets && octets > o->message_limit_octets)
        w->limit_met = WORLD_MESSAGE_LIMIT;
    else if (o->queue_limit_octets && w->queued_octets > o->queue_limit_octets)
        w->limit_met = WORLD_QUEUE_LIMIT;
}

/* Made when it is first asked for. */
struct dns_resolver *host_resolver(struct host *h);
/* That entry of the timeline met something. */
void world_entry_met(struct world *w, int64_t entry);

#endif
