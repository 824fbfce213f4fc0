/*
 * net.h - the network: hosts, their addresses, and what is shared by links, TCP and UDP.
 *
 * Hosts are numbers from 0 in the order of net_add_host(), everywhere in the engine.  A packet costs
 * one event a hop (link.h), ways are found as route.h says, octets travel by tcp.h and udp.h.
 *
 * Units   nanoseconds, octets.
 * Errors  return codes for what a scenario may get wrong (an address taken twice); the rest asserts.
 * Owner   the caller owns `struct net` and lends it the world's queue, memory and trace, which must
 *         outlive it; everything else dies with the memory.  Names are borrowed for as long.
 */
#ifndef SIM_NET_NET_H
#define SIM_NET_NET_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/queue.h"
#include "sim/kernel/text.h"
#include "sim/net/address.h"
#include "sim/net/link.h"
#include "sim/net/route.h"
#include "sim/trace/trace.h"

#define NET_NONE UINT32_MAX

/* A host's packets to itself take this long. */
#define NET_LOOPBACK_NS (20 * INT64_C(1000))

enum net_protocol { NET_TCP = 6, NET_UDP = 17 };

/* Why a packet did not arrive; the words of net.dropped. */
enum net_drop {
    NET_PASSED,
    NET_LOSS,
    NET_QUEUE_FULL,
    NET_LINK_DOWN,
    NET_NO_ROUTE,
    NET_HOST_DOWN,
    NET_NO_SUCH_ADDRESS,
    NET_FAULT,
    NET_DROP_COUNT
};

/* What a fault filter sees of a packet that is about to be sent. */
struct net_sight {
    enum net_protocol protocol;
    uint32_t from, to; /* hosts; `to` is NET_NONE if nobody has the address */
    uint16_t source_port, destination_port;
    uint32_t conn;     /* TCP: number of the connection */
    struct text flags; /* TCP: of S A P F R */
    struct text octets;
};

/* A fault filter: NET_PASSED or NET_FAULT; may add to *delay_ns. */
typedef enum net_drop net_filter(void *context, const struct net_sight *sight, int64_t *delay_ns,
                                 uint64_t cause);

/* Times of TCP that a scenario may change before the first connection. */
struct net_times {
    int64_t connect_limit_ns; /* from the first SYN to giving up: 3 min (RFC 1122 4.2.3.5, R2) */
    int64_t give_up_ns;     /* from the first to the last try of an octet: 15 min (the same, R2) */
    int64_t delayed_ack_ns; /* 40 ms; below 500 ms (RFC 1122 4.2.3.2) */
};

struct net_address {
    struct address address;
    struct text text; /* as in RFC 5952, made once */
    uint32_t host;
    uint32_t next; /* the host's next address, or NET_NONE */
};

struct net_host;
struct net_link;
struct route_cache;
struct port_table;

struct net {
    struct queue *queue;
    struct memory *memory;
    struct trace *trace;
    uint64_t seed;
    struct net_times times;
    net_filter *filter; /* NULL: none */
    void *filter_context;

    struct net_host *hosts;
    uint32_t host_count, host_room;
    struct net_address *addresses;
    uint32_t address_count, address_room;
    uint32_t *address_slots; /* open addressing: index of an address + 1 */
    uint32_t slot_count;     /* a power of two */

    struct net_link *links;
    uint32_t link_count, link_room;
    struct net_link *internet;
    struct route_cache *routes;
    uint32_t generation; /* of the topology, from 1 */
    struct port_table *ports;

    uint32_t conn_count;                                  /* connections numbered so far */
    uint64_t segments, datagrams, dropped, retransmitted; /* for reports */
};

void net_init(struct net *net, struct queue *queue, struct memory *memory, struct trace *trace,
              uint64_t seed);

struct net_host_traits {
    bool router;       /* forwards for others */
    bool off_internet; /* reached by declared links only */
};

/* `name` is borrowed for the life of the net.  Hosts start up, without addresses. */
uint32_t net_add_host(struct net *net, struct text name, const struct net_host_traits *traits);
/* False if some host has it already. */
bool net_add_address(struct net *net, uint32_t host, const struct address *a);

struct text net_host_name(const struct net *net, uint32_t host);
/* Indices into net->addresses, in the order added: the first of that family (ADDRESS_NONE: of any),
 * and the next one by its `next`; or NET_NONE. */
uint32_t net_host_address(const struct net *net, uint32_t host, enum address_family family);
/* Index into net->addresses, or NET_NONE. */
uint32_t net_find_address(const struct net *net, const struct address *a);
/* The host that has this address, or NET_NONE. */
uint32_t net_find_host(const struct net *net, const struct address *a);

bool net_host_up(const struct net *net, uint32_t host);
/* What came and met nobody: packets while it was down, connection requests and datagrams to a port
 * that nobody has bound. */
uint64_t net_host_missed(const struct net *net, uint32_t host);
/* A host that is down drops what arrives.  Its connections: tcp_host_down().  Bound ports stay. */
void net_set_host_up(struct net *net, uint32_t host, bool up);

#endif
