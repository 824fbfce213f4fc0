/*
 * directory.h - the names of every domain and what is behind each: what all MTAs of a domain know.
 *
 * Built once from the MDAs; read when a recipient is judged at RCPT, and when an address is expanded
 * or delivered.  Local parts are found without their case, as every MDA here has it (RFC 5321 2.4
 * leaves that to the final host).  An address is looked for in this order: the name itself; the name
 * without its detail (alice+lab, RFC 5233), where the MDA has such a sign; who catches all the rest.
 *
 * Owner   the world's memory; what the entries point to is the configuration's (config.h).
 * Errors  NULL: nobody of that name is here.
 */
#ifndef SIM_AGENTS_HOST_DIRECTORY_H
#define SIM_AGENTS_HOST_DIRECTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/agents/config/config.h"
#include "sim/kernel/memory.h"
#include "sim/kernel/table.h"
#include "sim/kernel/text.h"

enum directory_kind {
    DIRECTORY_MAILBOX,
    DIRECTORY_ALIAS,
    DIRECTORY_LIST,
    DIRECTORY_CATCH_ALL /* no name of its own: nobody else has this one */
};

struct directory_entry {
    uint32_t host; /* of the MDA */
    enum directory_kind kind;
    struct text mailbox; /* MAILBOX: name there; else empty */
    union {
        const struct mailbox_config *box; /* MAILBOX; NULL: the postmaster that is implied */
        const struct alias_config *alias; /* ALIAS, CATCH_ALL */
        const struct list_config *list;   /* LIST */
    };
};

struct directory_domain;

struct directory {
    struct memory *memory;
    struct table names; /* "local@domain" in lower case -> index */
    struct directory_entry *entries;
    uint32_t count, room;
    struct table domain_names; /* of those with a sign for details or a catch-all -> index */
    struct directory_domain *domains;
    uint32_t domain_count, domain_room;
};

void directory_init(struct directory *d, struct memory *m);
void directory_add_mda(struct directory *d, uint32_t host, const struct mda_config *config);
/* Whether one of the MDA's domains had no postmaster: it has a mailbox of that name now (4.5.1). */
bool directory_add_postmaster(struct directory *d, uint32_t host, const struct mda_config *config);
/* NULL if nobody takes mail for that name.  A bare Postmaster (RFC 5321 4.5.1) is looked up in `home`. */
const struct directory_entry *directory_find(const struct directory *d, struct text address,
                                             struct text home);
/* Whom the entry stands for; NULL if it is a mailbox that keeps what comes. */
const struct targets_config *directory_targets(const struct directory_entry *e);

#endif
