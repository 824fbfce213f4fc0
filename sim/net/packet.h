/*
 * packet.h - a packet on its way.  For the files of sim/net/ only.
 *
 * Sending takes two steps, so that the record of the packet comes before what becomes of it:
 * packet_plan() decides its fate (waiting, loss, arrival), the caller emits its record with the
 * planned arrival, and packet_commit() sets the event of its arrival or emits net.dropped.
 *
 * Units   nanoseconds; octets of the IP packet, header included.
 * Owner   whoever sends allocates the packet inside its own struct; from packet_commit() on it
 *         belongs to the network until `arrive` or `lose` hands it back.
 * Errors  none: what gets lost is told to its type and recorded as net.dropped.
 */
#ifndef SIM_NET_PACKET_H
#define SIM_NET_PACKET_H

#include <stdint.h>

#include "sim/kernel/queue.h"
#include "sim/net/net.h"
#include "sim/net/route.h"

enum { IPV4_HEADER = 20, IPV6_HEADER = 40, TCP_HEADER = 20, TCP_MSS_OPTION = 4, UDP_HEADER = 8 };

struct packet;

struct packet_type {
    /* At its destination, which is up. */
    void (*arrive)(struct packet *p);
    /* It will not arrive. */
    void (*lose)(struct packet *p);
    /* For net.dropped: the fields from `protocol` to `packet_octets`, and side, conn and mail. */
    void (*describe)(const struct packet *p, struct trace_where *where,
                     struct trace_net_dropped *drop);
    /* For a fault filter. */
    void (*show)(const struct packet *p, struct net_sight *sight);
};

struct packet {
    struct event event; /* arrival at `at` */
    struct net *net;
    const struct packet_type *type;
    uint64_t cause;     /* handle of its record, once sent */
    int64_t sending_ns; /* at the internet's rate */
    uint32_t at;        /* the host it arrives at next; before sending: where it is */
    uint32_t to;        /* where it goes, or NET_NONE */
    uint16_t octets;
    bool met_line; /* it is on the internet and has not yet met the receiver's access line */
};

/* What becomes of a packet on its next hop. */
struct packet_fate {
    int64_t arrives_ns; /* planned, even if it gets lost on the way; now, if it is not sent */
    int64_t event_ns;   /* the same, before it has waited for the receiver's access line */
    enum net_drop drop; /* NET_PASSED: it arrives */
    uint32_t from;      /* the host that sends it on this hop */
    struct route route;
};

/* `route` is the next hop from p->at.  Advances the line's clock and random streams. */
struct packet_fate packet_plan(struct packet *p, const struct route *route);
/* Asks the net's fault filter, which there must be; may change the fate.  `cause` is what the packet's
 * record will name.  For the first hop only. */
void packet_filter(struct packet *p, struct packet_fate *fate, uint64_t cause);
/* `cause` is the handle of the packet's own record. */
void packet_commit(struct packet *p, const struct packet_fate *fate, uint64_t cause);

#endif
