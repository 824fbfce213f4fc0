/*
 * route.h - which way a packet goes.
 *
 * The rule.  If declared links lead to the destination, the packet takes the best of those ways: the
 * fewest links that are down, then the least sum of latencies, then the fewest hops, then the lowest
 * indices.  Only routers forward.  So a link that goes down is avoided where another way exists, and
 * otherwise drops what is sent over it; it never turns traffic out to the internet.
 * If no declared links lead there, the packet goes over the internet: from this host, or by links to
 * the nearest router on the internet; to the destination, or to the router nearest to it.
 *
 * Ways are computed once for a destination (Dijkstra 1959, from the destination) when they are first
 * asked for, and kept until a link changes; a destination without links costs nothing.
 *
 * Owner   struct net.  Errors  ROUTE_NONE: unreachable.
 */
#ifndef SIM_NET_ROUTE_H
#define SIM_NET_ROUTE_H

#include <stdint.h>

struct net;

enum route_kind { ROUTE_NONE, ROUTE_LOOPBACK, ROUTE_LINK, ROUTE_INTERNET };

struct route {
    uint32_t generation; /* of the topology that it was computed for; 0: not computed */
    uint32_t link;       /* ROUTE_LINK: index */
    uint32_t next;       /* host at the other end of this hop */
    uint8_t kind;        /* enum route_kind */
};

/* The next hop from host `from` on the way to host `to`. */
struct route route_find(struct net *net, uint32_t from, uint32_t to);

#endif
