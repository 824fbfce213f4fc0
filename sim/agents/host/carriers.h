/*
 * carriers.h - which delivery speaks at the client's end of a connection: observer's knowledge.
 *
 * The server's side of a connection asks here whose letter it is being given, for its records only;
 * nothing that an agent does may depend on it.
 *
 * Owner   the table's storage is the world's memory; deliveries enter and remove themselves.
 * Errors  none: a connection that nobody of ours opened has no carrier.
 */
#ifndef SIM_AGENTS_HOST_CARRIERS_H
#define SIM_AGENTS_HOST_CARRIERS_H

#include <stdint.h>

#include "sim/kernel/memory.h"

struct delivery;

struct carrier {
    uint32_t conn; /* number of the connection; 0: empty */
    struct delivery *delivery;
};

struct carriers {
    struct carrier *slots;
    uint32_t room, count; /* room: a power of two, or 0 */
    struct memory *memory;
};

void carriers_init(struct carriers *c, struct memory *m);
/* NULL if there is none. */
struct delivery *carriers_get(const struct carriers *c, uint32_t conn);
/* `conn` must be new to the table. */
void carriers_add(struct carriers *c, uint32_t conn, struct delivery *d);
/* No effect if it is not there. */
void carriers_remove(struct carriers *c, uint32_t conn);

#endif
