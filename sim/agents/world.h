/*
 * world.h - the hosts and everything between them: what the scenario builds and lab.h advances.
 *
 * A world owns its memory, queue, trace, network, name service and hosts; two worlds know nothing of
 * each other.  Building order: world_open(); hosts with addresses; links; roles; zones;
 * world_start(); then world_step() until it says that nothing is left.
 *
 * Units   time in simulated nanoseconds since the start.
 * Errors  the configuration has been checked before (sim/scenario): a bad one here is our bug.
 * Owner   world_open() allocates, world_close() frees everything in one go.
 */
#ifndef SIM_AGENTS_WORLD_H
#define SIM_AGENTS_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/agents/config/config.h"
#include "sim/agents/host/outcome.h"
#include "sim/kernel/memory.h"
#include "sim/kernel/queue.h"
#include "sim/kernel/text.h"
#include "sim/net/net.h"
#include "sim/trace/trace.h"

struct world;
struct dns_server;
struct dns_zones;

struct world *world_open(const struct world_options *options);
void world_close(struct world *w);

struct trace *world_trace(struct world *w);
struct net *world_net(struct world *w);
struct queue *world_queue(struct world *w);
struct memory *world_memory(struct world *w);

/* ---- building ----------------------------------------------------------------------------------- */

/* Hosts are numbered from 0 in the order of these calls; the name is also the name in EHLO. */
uint32_t world_add_host(struct world *w, struct text name, const struct address *addresses,
                        size_t address_count, bool internet, bool router);
void world_add_mua(struct world *w, uint32_t host, const struct mua_config *config);
void world_add_stranger(struct world *w, uint32_t host, const struct stranger_config *config);
void world_add_blocklist(struct world *w, uint32_t host, const struct blocklist_config *config);
void world_add_mta(struct world *w, uint32_t host, const struct mta_config *config);
void world_add_mda(struct world *w, uint32_t host, const struct mda_config *config);
/* All zones of the world; they are filled with the functions of sim/dns/zone.h. */
struct dns_zones *world_zones(struct world *w);
/* The host answers DNS questions on UDP port 53; which zones, sim/dns/server.h lets one say, and from
 * then on every resolver knows whom to ask about them. */
struct dns_server *world_add_name_server(struct world *w, uint32_t host);
/* NULL if it is none. */
struct dns_server *world_name_server(const struct world *w, uint32_t host);
/* Any other input: inputs.h.  A letter to be sent at `time_ns` by the MUA of `host`; `entry` is
 * its index in the timeline and `detail` its value as JSON, both for the record sim.input. */
void world_add_send(struct world *w, int64_t time_ns, uint32_t host, const struct send_config *send,
                    int64_t entry, struct text detail);
/* Emits sim.started and host.started and lets the listeners listen.  Sinks are attached before. */
void world_start(struct world *w);

/* ---- running -------------------------------------------------------------------------------------- */

/* Fires at most `budget` events.  When it returns anything but WORLD_RUNNING the run is over:
 * the custody audit was made and sim.ended emitted. */
enum world_status world_step(struct world *w, uint64_t budget);

/* ---- looking (for the end of a run, the footer, tests and benches) --------------------------------- */

const struct world_counts *world_counts(const struct world *w);

/* Calls `each` for every custody still open, in the order of hosts and queue ids. */
void world_each_custody(struct world *w,
                        void (*each)(void *context, struct text custody, struct text host,
                                     struct text mail, struct text recipient),
                        void *context);

#endif
