/*
 * udp.c - datagrams (see udp.h).
 */
#include "sim/net/udp.h"

#include <assert.h>
#include <string.h>

#include "sim/net/host.h"
#include "sim/net/packet.h"
#include "sim/net/port.h"

struct datagram {
    struct packet packet;
    struct net_address *stray;    /* the destination if nobody has it, else NULL */
    uint32_t source, destination; /* indices into net->addresses, or NET_NONE */
    uint32_t size;
    uint16_t source_port, destination_port;
    char octets[];
};

uint16_t udp_bind(struct net *net, uint32_t host, uint16_t port, udp_handler *handler,
                  void *context)
{
    struct port *p = NULL;

    assert(handler != NULL);
    if (port != 0) {
        p = port_bind(net, host, NET_UDP, port);
    } else {
        uint64_t *state = &net->hosts[host].udp_ports;

        for (int tries = 0; p == NULL && tries < 4 * PORT_DYNAMIC_COUNT; tries++) {
            *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            port = (uint16_t)(PORT_DYNAMIC_FIRST + (*state >> 40) % PORT_DYNAMIC_COUNT);
            p = port_bind(net, host, NET_UDP, port);
        }
    }
    if (p == NULL)
        return 0;
    p->handler = handler;
    p->context = context;
    return port;
}

void udp_unbind(struct net *net, uint32_t host, uint16_t port)
{
    port_unbind(net, host, NET_UDP, port);
}

/* ---- sending ------------------------------------------------------------------------------- */

static const struct packet_type udp_packets;

static const struct net_address *destination_address(const struct datagram *d)
{
    const struct net *net = d->packet.net;

    return d->destination != NET_NONE ? &net->addresses[d->destination] : d->stray;
}

static struct text source_text(const struct datagram *d)
{
    return d->source != NET_NONE ? d->packet.net->addresses[d->source].text : TEXT("");
}

static struct datagram *make_datagram(struct net *net, uint32_t host, struct text octets)
{
    struct datagram *d = memory_take(net->memory, sizeof *d + octets.size);

    memset(d, 0, sizeof *d);
    d->packet.net = net;
    d->packet.type = &udp_packets;
    d->packet.at = host;
    d->size = (uint32_t)octets.size;
    memcpy(d->octets, octets.at, octets.size);
    return d;
}

static void drop_datagram(struct datagram *d)
{
    struct memory *memory = d->packet.net->memory;

    net_drop_stray(d->packet.net, d->stray);
    memory_give(memory, d, sizeof *d + d->size);
}

/* Fills in both addresses and returns the first hop. */
static struct route find_way(struct datagram *d, const struct address *source,
                             const struct address *destination)
{
    struct net *net = d->packet.net;
    uint32_t host = d->packet.at;

    d->source = source != NULL ? net_find_address(net, source)
                               : net_host_address(net, host, destination->family);
    d->destination =
        address_is_loopback(destination) ? d->source : net_find_address(net, destination);
    if (d->destination == NET_NONE)
        d->stray = net_stray_address(net, destination);
    d->packet.to = d->destination == NET_NONE ? NET_NONE : net->addresses[d->destination].host;
    if (d->source == NET_NONE)
        return (struct route){.kind = ROUTE_NONE, .next = NET_NONE};
    return route_find(net, host, d->packet.to);
}

static uint64_t record_datagram(const struct datagram *d, const struct packet_fate *fate,
                                const struct trace_where *where)
{
    return trace_emit_udp_datagram(
        d->packet.net->trace, where,
        &(struct trace_udp_datagram){.source = source_text(d),
                                     .source_port = d->source_port,
                                     .destination = destination_address(d)->text,
                                     .destination_port = d->destination_port,
                                     .octets = text_from(d->octets, d->size),
                                     .arrives_ns = fate->arrives_ns});
}

uint64_t udp_send(struct net *net, uint32_t host, const struct address *source,
                  uint16_t source_port, const struct address *destination,
                  uint16_t destination_port, struct text octets, const struct trace_where *where)
{
    struct trace_where here = *where;

    assert(host < net->host_count && octets.size <= UDP_PAYLOAD_MAX);
    struct datagram *d = make_datagram(net, host, octets);
    bool ipv6 = destination->family == ADDRESS_IPV6;
    here.host = net->hosts[host].name;
    d->source_port = source_port;
    d->destination_port = destination_port;
    d->packet.octets = (uint16_t)(octets.size + UDP_HEADER + (ipv6 ? IPV6_HEADER : IPV4_HEADER));
    struct route route = find_way(d, source, destination);
    struct packet_fate fate = packet_plan(&d->packet, &route);
    if (net->filter != NULL)
        packet_filter(&d->packet, &fate, where->cause);
    net->datagrams++;
    uint64_t record = record_datagram(d, &fate, &here);
    packet_commit(&d->packet, &fate, record);
    return record;
}

/* ---- as a packet --------------------------------------------------------------------------- */

static void udp_arrive(struct packet *p)
{
    struct datagram *d = EVENT_OWNER(p, struct datagram, packet);
    const struct port *port = port_find(p->net, p->to, NET_UDP, d->destination_port);

    if (port == NULL)
        p->net->hosts[p->to].missed++;
    else
        port->handler(port->context, &(struct udp_datagram){.source = d->source,
                                                            .destination = d->destination,
                                                            .source_port = d->source_port,
                                                            .destination_port = d->destination_port,
                                                            .octets = text_from(d->octets, d->size),
                                                            .cause = p->cause});
    drop_datagram(d);
}

static void udp_lose(struct packet *p)
{
    drop_datagram(EVENT_OWNER(p, struct datagram, packet));
}

static void udp_describe(const struct packet *p, struct trace_where *where,
                         struct trace_net_dropped *drop)
{
    const struct datagram *d = EVENT_OWNER(p, const struct datagram, packet);

    (void)where;
    drop->protocol = TEXT("udp");
    drop->source = source_text(d);
    drop->source_port = d->source_port;
    drop->destination = destination_address(d)->text;
    drop->destination_port = d->destination_port;
    drop->packet_octets = p->octets;
}

static void udp_show(const struct packet *p, struct net_sight *sight)
{
    const struct datagram *d = EVENT_OWNER(p, const struct datagram, packet);

    sight->protocol = NET_UDP;
    sight->source_port = d->source_port;
    sight->destination_port = d->destination_port;
    sight->octets = text_from(d->octets, d->size);
}

static const struct packet_type udp_packets = {
    .arrive = udp_arrive, .lose = udp_lose, .describe = udp_describe, .show = udp_show};
