/*
 * cast_parts.h - between reading the cast (cast.c) and deciding what it leaves open (cast_site.c).
 *
 * Owner   texts are borrowed.  Errors  none.
 */
#ifndef SIM_REPLAY_CAST_PARTS_H
#define SIM_REPLAY_CAST_PARTS_H

#include "sim/replay/cast.h"

/* What is only needed until all hosts are read. */
struct cast_loose {
    struct text server;
    bool all_zones;
};

/* What is behind the @, or empty. */
struct text cast_domain_of(struct text mailbox);
/* `domains`: those of mail, local to a host or of somebody's mailbox; `loose`: one for each host. */
void cast_find_sites(struct cast *c, struct memory *m, const struct table *domains,
                     const struct cast_loose *loose);
void cast_find_labels(struct cast *c, struct memory *m);

#endif
