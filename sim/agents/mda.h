/*
 * mda.h - final delivery into a mailbox of this host (RFC 5321 4.4, 4.5.1; RFC 5598 4.3.3).
 *
 * Errors  none yet: a mailbox that the directory knows takes everything (quotas come later).
 */
#ifndef SIM_AGENTS_MDA_H
#define SIM_AGENTS_MDA_H

#include "sim/agents/host.h"
#include "sim/agents/letter.h"
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

/* Puts the message into the mailbox; returns the cause handle of mail.delivered. */
uint64_t mda_deliver(struct host *h, const struct mda_delivery *d);

#endif
