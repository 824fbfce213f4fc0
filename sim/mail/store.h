/*
 * store.h - the mailboxes of one host: where final delivery puts a message.
 *
 * Names are local parts without quotes.  This is the final host, so it may say what case means
 * (RFC 5321 2.4): here, as nearly everywhere, Bob and bob are one mailbox.
 *
 * A run's memory must not grow with what has passed, so a store keeps what it is told to keep:
 * whole messages, their headers, or nothing but the count of what was delivered.
 *
 * Owner   the store holds references to its messages; mail_store_end() gives them back.
 * Errors  none: MAIL_NO_BOX or false where there is no such mailbox or letter.
 */
#ifndef SIM_MAIL_STORE_H
#define SIM_MAIL_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/table.h"
#include "sim/kernel/text.h"
#include "sim/mail/message.h"

enum mail_keep { MAIL_KEEP_ALL, MAIL_KEEP_HEADERS, MAIL_KEEP_NOTHING };

struct mail_item {
    struct message *message; /* what was kept */
    struct text mail;        /* the trace's name of it ("alice-pc.1"), ours */
    int64_t time_ns;         /* of delivery */
    size_t size;             /* octets as delivered, whatever was kept */
    uint32_t uid;            /* 1, 2, ... in this mailbox, never used again */
};

struct mail_box {
    struct text name;
    struct mail_item *items; /* in the order of delivery */
    uint32_t count, capacity;
    uint32_t next_uid;
    uint64_t octets;    /* of the items now in it, as delivered */
    uint64_t delivered; /* messages ever */
};

struct mail_store {
    struct memory *memory;
    enum mail_keep keep;
    struct table names; /* to an index in boxes */
    struct mail_box *boxes;
    uint32_t count, capacity;
};

#define MAIL_NO_BOX TABLE_NONE

void mail_store_init(struct mail_store *s, struct memory *m, enum mail_keep keep);
void mail_store_end(struct mail_store *s);
/* Index of the mailbox, new or old.  The name is copied. */
uint32_t mail_store_add(struct mail_store *s, struct text name);
/* MAIL_NO_BOX if there is none. */
uint32_t mail_store_find(const struct mail_store *s, struct text name);
/* Takes a reference of its own (or a part of the message, as `keep` says).  Returns the uid. */
uint32_t mail_store_append(struct mail_store *s, uint32_t box, struct message *msg,
                           struct text mail, int64_t time_ns);
/* Removes the item with that uid; false if there is none. */
bool mail_store_remove(struct mail_store *s, uint32_t box, uint32_t uid);

#endif
