/*
 * udp.h - datagrams (RFC 768), for DNS.
 *
 * They may be lost or overtake each other and are never repeated here; a datagram to a port that
 * nobody has bound is silently lost (no ICMP).
 *
 * Units   octets.
 * Owner   octets are copied by udp_send() and lent to the handler for the call only.
 * Errors  udp_bind(): 0; what cannot be sent is recorded, and nobody is told.
 */
#ifndef SIM_NET_UDP_H
#define SIM_NET_UDP_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/text.h"
#include "sim/net/net.h"

enum { UDP_PAYLOAD_MAX = 1232 }; /* what needs no fragments anywhere (DNS flag day 2020) */

struct udp_datagram {
    uint32_t source, destination; /* indices into net->addresses */
    uint16_t source_port, destination_port;
    struct text octets; /* borrowed */
    uint64_t cause;     /* handle of the record udp.datagram */
};

/* Runs from events only. */
typedef void udp_handler(void *context, const struct udp_datagram *datagram);

/* Binds `port` on every address of the host; 0: an ephemeral one, drawn from the host's stream (RFC
 * 5452 4.5).  Returns the port, or 0 if it is taken. */
uint16_t udp_bind(struct net *net, uint32_t host, uint16_t port, udp_handler *handler,
                  void *context);
void udp_unbind(struct net *net, uint32_t host, uint16_t port);

/* `source` may be NULL: the first address of the destination's family.  Never runs a handler.
 * `where` gives mail and cause; its host is filled in here.
 * Returns the handle of the record; what cannot be sent is recorded as net.dropped. */
uint64_t udp_send(struct net *net, uint32_t host, const struct address *source,
                  uint16_t source_port, const struct address *destination,
                  uint16_t destination_port, struct text octets, const struct trace_where *where);

#endif
