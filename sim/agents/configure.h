/*
 * configure.h - a host's roles take up their configuration: at the beginning, and when it changes.
 *
 * A change while the host runs is what an administrator does by editing the files and telling the
 * service to reload them.  Mail in queues and mailboxes stays; a mailbox that is taken away is closed
 * to new mail; what is limited for a session (size, recipients) counts for those that begin later, and
 * rules count from the next question on.  Not everything can change: ports, addresses and roles stay,
 * and sim/scenario refuses to change them.
 *
 * Owner   configurations are borrowed and must outlive the world.
 * Errors  they have been checked before.
 */
#ifndef SIM_AGENTS_CONFIGURE_H
#define SIM_AGENTS_CONFIGURE_H

#include <stdint.h>

#include "sim/agents/config/config.h"

struct host;
struct world;

/* One role that the host has. */
void configure_mua(struct host *h, const struct mua_config *config);
void configure_mta(struct host *h, const struct mta_config *config, uint64_t cause);
/* Enters its names into the directory too; their old ones must be gone from there. */
void configure_mda(struct host *h, const struct mda_config *config);

/* The roles of a host as they are from now on; NULL for a role that it has not. */
void world_reconfigure(struct world *w, uint32_t host, const struct mua_config *mua,
                       const struct mta_config *mta, const struct mda_config *mda, uint64_t cause);

#endif
