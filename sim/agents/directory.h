/*
 * directory.h - the mailboxes and aliases of every domain: what all MTAs of a domain know of its users.
 *
 * Built once from the MDAs; read when a recipient is judged at RCPT, and when an address is expanded
 * or delivered.  Local parts are found without their case, as every MDA here has it (RFC 5321 2.4
 * leaves that to the final host).
 *
 * Owner   the world's memory.
 */
#ifndef SIM_AGENTS_DIRECTORY_H
#define SIM_AGENTS_DIRECTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/agents/config.h"
#include "sim/kernel/memory.h"
#include "sim/kernel/table.h"
#include "sim/kernel/text.h"

struct directory_entry {
    uint32_t host;                    /* of the MDA */
    struct text mailbox;              /* name there, or empty for an alias */
    const struct alias_config *alias; /* NULL for a mailbox */
};

struct directory {
    struct memory *memory;
    struct table names; /* "local@domain" in lower case -> index */
    struct directory_entry *entries;
    uint32_t count, room;
};

void directory_init(struct directory *d, struct memory *m);
void directory_add_mda(struct directory *d, uint32_t host, const struct mda_config *config);
/* Whether one of the MDA's domains had no postmaster: it has a mailbox of that name now (4.5.1). */
bool directory_add_postmaster(struct directory *d, uint32_t host, const struct mda_config *config);
/* NULL if nobody of that name is known.  A bare Postmaster (RFC 5321 4.5.1) is looked up in `home`. */
const struct directory_entry *directory_find(const struct directory *d, struct text address,
                                             struct text home);

#endif
