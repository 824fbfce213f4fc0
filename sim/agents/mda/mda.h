/*
 * mda.h - final delivery into a mailbox of this host (RFC 5321 4.4, 4.5.1; RFC 5598 4.3.3).
 *
 * A mailbox with a quota takes what fits into it: mda_room() is asked before, at RCPT (where SIZE may
 * tell how much is coming) and again before delivery.
 *
 * Owner   everything passed in is borrowed; the mailbox keeps its own copy.
 * Errors  none: whoever delivers has asked whether there is room.
 */
#ifndef SIM_AGENTS_MDA_MDA_H
#define SIM_AGENTS_MDA_MDA_H

#include "sim/agents/custody/letter.h"
#include "sim/agents/host/host.h"
#include "sim/kernel/text.h"
#include "sim/mail/message.h"

struct mda_delivery {
    struct letter *letter;
    struct message *message;
    struct text sender;    /* for Return-Path */
    struct text recipient; /* as it came */
    struct text mailbox;
    struct text queue;
    uint64_t cause;
};

/* Whether so many octets (0: not known how many) fit into the entry's mailbox, which is on this host; and
 * what to say if not: later (452 4.2.2), or never (552 5.2.3) if it is more than the whole mailbox. */
struct mda_room {
    bool fits;
    uint16_t code;
    struct text enhanced, text; /* static */
};
struct mda_room mda_room(const struct host *h, const struct directory_entry *entry, int64_t octets);

/* Emits the decision that this recipient's mailbox has no room for the message. */
uint64_t mda_record_full(struct host *h, const struct mda_room *room, struct text recipient,
                         const struct trace_where *where);

/* Puts the message into the mailbox; returns the cause handle of mail.delivered. */
uint64_t mda_deliver(struct host *h, const struct mda_delivery *d);

#endif
