/*
 * link.h - links between two hosts, and the internet between all of them.
 *
 * A link has two directions that do not disturb each other.  A packet waits until those before it
 * are sent, takes ceil(octets * 8 / rate) to send, and arrives `latency` (and a random share of
 * `jitter`) later: store and forward, one event a hop.  The queue is a tail-drop FIFO, bounded by
 * the octets that wait or are being sent.  Jitter may reorder packets; the queue never does.
 *
 * The internet joins every host that is on it: one latency between any two, and for each host an
 * access line of `rate` in each direction.  A packet is sent at the sender's rate and arrives
 * `latency` later; only when the receiver's line is still busy with others' packets does it wait
 * there too (its first octet is passed on while its last is on the way, so equal rates add up to one
 * sending time, not two).  One event a packet, and a second one only if it had to wait.
 *
 * Units   nanoseconds, bits a second, octets (of the IP packet, header included), parts per million.
 * Owner   struct net.
 * Errors  none: traits beyond the limits below are a bug of the caller (assert).
 */
#ifndef SIM_NET_LINK_H
#define SIM_NET_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/text.h"

struct net;

struct link_traits {
    int64_t latency_ns;   /* one way, >= 0 */
    int64_t jitter_ns;    /* added, evenly from 0 to this, to each packet */
    int64_t rate_bits;    /* a second, each direction; 0: without limit */
    int64_t queue_octets; /* that may wait or be under way in one direction; 0: without limit */
    uint32_t loss_ppm;    /* share of packets lost */
    bool down;
};

/* Limits that keep every sum within 64 bits; scenario/ refuses what is beyond them. */
#define LINK_LATENCY_MAX_NS (INT64_C(86400) * 1000000000)
#define LINK_RATE_MAX_BITS  INT64_C(1000000000000)
#define LINK_QUEUE_MAX      INT64_C(1000000000)

/* Index of the new link.  `name` ("a - b") is made here. */
uint32_t link_add(struct net *net, uint32_t a, uint32_t b, const struct link_traits *traits);
/* Index of a link between the two, either way round, or NET_NONE. */
uint32_t link_find(const struct net *net, uint32_t a, uint32_t b);
const struct link_traits *link_traits(const struct net *net, uint32_t link);
/* From now on; what is under way arrives as planned.  Emits link.state, returns its handle. */
uint64_t link_change(struct net *net, uint32_t link, const struct link_traits *traits,
                     uint64_t cause);
/* The internet's traits before the run begins: no record.  25 ms without limits if never set. */
void link_set_internet(struct net *net, const struct link_traits *traits);
/* The same later. */
uint64_t link_change_internet(struct net *net, const struct link_traits *traits, uint64_t cause);
const struct link_traits *link_internet(const struct net *net);
/* One host's way to the internet, in both directions: as all others' until it is changed.  A packet
 * meets the longer latency, the lower rate and the losses of both ends. */
const struct link_traits *link_access(const struct net *net, uint32_t host);
uint64_t link_change_access(struct net *net, uint32_t host, const struct link_traits *traits,
                            uint64_t cause);

#endif
