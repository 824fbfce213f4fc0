/*
 * host.h - what the network keeps of a host and of a link.  For the files of sim/net/ only.
 *
 * Owner   struct net; arrays that may move when a host or link is added, so no pointer into them is
 *         kept across such a call.
 * Errors  none.
 */
#ifndef SIM_NET_HOST_H
#define SIM_NET_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/random.h"
#include "sim/net/net.h"

struct tcp;

/* One direction of a line: when it is free, and its own random numbers. */
struct net_line {
    int64_t free_ns; /* the last octet accepted so far will have been sent */
    struct random loss, jitter;
};

struct net_link {
    uint32_t ends[2];      /* hosts a and b */
    uint32_t next_link[2]; /* next link of a, of b; NET_NONE ends the list */
    struct link_traits traits;
    int64_t queue_ns;    /* what the queue holds, as sending time */
    struct text name;    /* "a - b" */
    struct text ways[2]; /* "a > b", "b > a" */
    struct net_line lines[2];
};

/* Ports that connections from this host use, as bits; grown by doubling, so a host that opens few
 * connections at a time costs few octets.  Those in TIME-WAIT queue up, oldest first. */
struct net_ephemeral {
    uint64_t *bits;
    uint32_t bit_count; /* a power of two, or 0 */
    uint32_t next;      /* where to look first */
    uint32_t busy;
    struct net_time_wait {
        int64_t until_ns;
        uint32_t slot;
    } * waiting; /* ring */
    uint32_t waiting_room, waiting_first, waiting_count;
};

struct net_host {
    struct text name;
    uint64_t secret; /* of (seed, name): for initial sequence numbers and ports */
    uint32_t first_address, last_address;
    uint32_t first_link, last_link;
    uint32_t node; /* number among the hosts with links (route.c), or NET_NONE */
    bool up, router, on_internet;
    uint64_t udp_ports;      /* where the host's ephemeral UDP ports come from */
    int64_t receive_free_ns; /* the internet's access line towards this host */
    struct net_line *access; /* away from this host; made when first used */
    struct net_link *own;    /* its way to the internet, if that was changed; else NULL */
    uint64_t missed;         /* packets that met nobody here */
    struct tcp *ends;        /* its TCP connections, newest first */
    struct net_ephemeral ephemeral;
};

/* ceil(octets * 8 / rate) in nanoseconds; 0 without limit. */
static inline int64_t link_sending_time(const struct link_traits *traits, int64_t octets)
{
    if (traits->rate_bits == 0)
        return 0;
    return (octets * INT64_C(8000000000) + traits->rate_bits - 1) / traits->rate_bits;
}

/* Makes the streams of a line: (seed, "a > b", "loss") and (seed, "a > b", "jitter"). */
void net_line_init(struct net_line *line, uint64_t seed, struct text way);
/* "alice-pc > internet", in memory of the net's own. */
struct text net_access_name(const struct net *net, uint32_t host);
/* An address that nobody has, with its text, for records. */
struct net_address *net_stray_address(struct net *net, const struct address *a);
void net_drop_stray(struct net *net, struct net_address *stray);

#endif
