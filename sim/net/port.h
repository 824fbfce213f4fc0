/*
 * port.h - bound ports, and ephemeral ones.  For the files of sim/net/ only.
 *
 * Bound ports of all hosts lie in one hash table: looked up once for a connection (its SYN) or a
 * datagram.  Ephemeral TCP ports are bits of their host, from RFC 6335's dynamic range.
 *
 * Owner   struct net.
 * Errors  NULL or 0: the port is taken, or there is none.
 */
#ifndef SIM_NET_PORT_H
#define SIM_NET_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/net/net.h"
#include "sim/net/tcp.h"
#include "sim/net/udp.h"

enum { PORT_DYNAMIC_FIRST = 49152, PORT_DYNAMIC_COUNT = 16384 };

/* How long a port rests after its connection was closed from here first: 2 MSL (RFC 9293 3.4.2). */
#define PORT_TIME_WAIT_NS (240 * INT64_C(1000000000))

struct port {
    uint64_t key; /* host, protocol, port; 0: empty slot */
    const struct tcp_handlers *handlers;
    udp_handler *handler;
    void *context;
};

/* NULL if nobody has bound it.  Valid until the next port_bind(). */
struct port *port_find(const struct net *net, uint32_t host, enum net_protocol protocol,
                       uint16_t port);
/* NULL if it is taken. */
struct port *port_bind(struct net *net, uint32_t host, enum net_protocol protocol, uint16_t port);
void port_unbind(struct net *net, uint32_t host, enum net_protocol protocol, uint16_t port);

/* A free ephemeral TCP port; if all are taken, the one that has been in TIME-WAIT longest (RFC 1122
 * 4.2.2.13: the new connection's initial sequence number is greater); 0 if there is none. */
uint16_t port_take_ephemeral(struct net *net, uint32_t host);
/* Free at once, or after TIME-WAIT. */
void port_give_ephemeral(struct net *net, uint32_t host, uint16_t port, bool time_wait);

#endif
