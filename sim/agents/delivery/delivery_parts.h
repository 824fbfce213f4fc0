/*
 * delivery_parts.h - one delivery: shared by delivery.c (dialogue, connection) and delivery_host.c
 * (which host, which address).
 *
 *   delivery_find_host --> delivery_connect_next --> dialogue
 *                               |     ^                 |
 *                next address --+     +-- next host ----+--> delivery_give_up
 *
 * Owner   a delivery frees itself (delivery.h); what it asks for is borrowed.
 * Errors  delivery_give_up(): the recipients that are left are told to the queue.
 */
#ifndef SIM_AGENTS_DELIVERY_DELIVERY_PARTS_H
#define SIM_AGENTS_DELIVERY_DELIVERY_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/agents/delivery/delivery.h"
#include "sim/agents/dialogue/acts.h"
#include "sim/net/tcp.h"
#include "sim/smtp/client.h"

enum {
    ADDRESSES_MAX = 8,    /* of one host and family; RFC 5321 5.1 asks for two at least */
    TRANSACTION_MAX = 100 /* recipients: what every server must take (4.5.3.1.8) */
};

struct ghost;
struct sealing;

/* What every segment of the dialogue touches comes first, what only the search for a host needs last:
 * with thousands of deliveries under way the lines of the cache are what is scarce. */
struct delivery {
    struct host *host;
    struct tcp *tcp;
    struct sealing *sealing; /* NULL: in clear */
    uint64_t cause;
    uint64_t unsent; /* octets that TCP held when the timer began */
    bool closing;
    bool cut; /* the connection ended before the dialogue did */
    bool letter_taken;
    bool answered; /* some host answered, whatever it said */
    uint32_t open_count;
    struct queue_entry *entry; /* NULL: all recipients are told, only the connection is left */
    struct act_timer timer;
    struct smtp_client client;
    struct smtp_client_mail mail;
    uint32_t *open; /* recipients not decided yet, in order */
    uint32_t *todo; /* to be named to the current host, from todo_at on */
    uint32_t group_size, todo_at, todo_count;
    /* The transaction under way: */
    uint32_t transaction_size, transaction_room;
    struct smtp_client_recipient *rcpt;
    uint32_t *members;
    bool *again; /* this one was one too many: 4.5.3.1.10 asks for a further transaction */

    struct letter *letter;
    struct mail_queue *queue;
    struct delivery *next, *prev;  /* in host->deliveries */
    struct delivery *next_waiting; /* in the line of a host that somebody else asks (dead_host.h) */
    struct queue_destination *to;
    struct ghost *ghost; /* this is none any more: only the observer still needs it */
    struct hop hop;
    int64_t began_ns;
    struct mx_plan plan;
    uint32_t address_count, address_at;
    uint8_t families;  /* asked so far for this host: 0, 1, 2 */
    bool any_address;  /* the plan had at least one */
    bool host_address; /* the current host had one */
    bool chosen;       /* an address was: a record says so */
    bool hopeless;     /* all that were asked have been failing for too long */
    struct text why;   /* the current host is of no use; static */
    int64_t asked_ns;  /* when the connection was begun */
    int64_t host_ns; /* the first time at which one that could not be reached is asked again; -1 */
    struct dns_asking asking;
    struct failure last; /* why the last host or address failed; texts static or the world's */
    struct address addresses[ADDRESSES_MAX];
};

/* ---- delivery_door.c --------------------------------------------------------------------------- */

/* How it speaks to the host that it is about to call. */
const struct smtp_client_options *delivery_options(const struct delivery *d);
/* The session said SEAL. */
void delivery_seal(struct delivery *d);
void delivery_note_tls(struct delivery *d, const struct smtp_reply *reply);
/* Appends plaintext; true: the session was told that TLS is up, or broken, and has acts. */
bool delivery_unseal(struct delivery *d, struct text octets, struct buffer *plain, uint64_t *cause);

/* ---- delivery.c, delivery_host.c --------------------------------------------------------------- */

/* MX question, smarthost or literal: leads to delivery_connect_next() or to the end. */
void delivery_find_host(struct delivery *d);
/* The current host failed, as d->last says: the next one, or the end. */
void delivery_next_host(struct delivery *d);
/* The current host's addresses of the next family; the next host if there is none left. */
void delivery_ask_address(struct delivery *d);
/* Emits dns.mx_chosen for the address that is about to be tried. */
uint64_t delivery_record_choice(struct delivery *d, struct text address);
/* Connects to the next address of the current host. */
void delivery_connect_next(struct delivery *d);
/* Why the last host or address failed: X.subject.detail, class 4 or 5. */
void delivery_fail_with(struct delivery *d, uint16_t subject, uint16_t detail, bool temporary,
                        struct text words);
/* Nothing left to try: what is open fails for good or waits, and the delivery is gone. */
void delivery_give_up(struct delivery *d);

/* The act RECIPIENT of its client: the queue is told, or it stays open. */
void delivery_decided(struct delivery *d, const struct smtp_act *a);

/* Gives back all that it holds; it is in no list any more. */
void delivery_free(struct delivery *d);
/* The connection is no more, at this end. */
void delivery_forget_connection(struct delivery *d);
/* What is open waits again, due at once when the host runs. */
void delivery_break_off(struct delivery *d);

/* ---- delivery_dead.c ---------------------------------------------------------------------------- */

/* False: the host is known to be dead, and the delivery goes on without it, now or when somebody who
 * asks there knows more. */
bool delivery_may_ask(struct delivery *d, const struct address *address);
/* No connection came about, and that is remembered; d->cause says so. */
void delivery_not_reached(struct delivery *d, enum tcp_reason reason);
/* One did. */
void delivery_reached(struct delivery *d, uint64_t cause);

/* ---- delivery_ghost.c --------------------------------------------------------------------------- */

/* Before the session hears of it: this end of the connection is given up (d->cut from now on),
 * but octets may be under way still, and the server at its other end may yet take the message
 * from them: whose letter it is, stays known until then. */
void delivery_leave_ghost(struct delivery *d);
const struct custody *delivery_ghost_custody(const struct delivery *d, struct text recipient);

#endif
