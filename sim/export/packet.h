/*
 * packet.h - IP packets as octets: IPv4 (RFC 791), IPv6 (RFC 8200), TCP (RFC 9293), UDP (RFC 768).
 *
 * Big-endian with lengths and checksums filled in; 64 hops, "don't fragment" on IPv4.
 *
 * Owner   payloads are borrowed, packets are appended to the caller's buffer.
 * Errors  false, and nothing appended, for addresses of two families or beyond 65,535 octets.
 */
#ifndef SIM_EXPORT_PACKET_H
#define SIM_EXPORT_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/text.h"

enum { PACKET_MAX = 65535 };

struct packet_address {
    uint8_t octets[16];
    uint8_t size; /* 4 or 16 */
};

/* "192.0.2.1" or "2001:db8::1", as in RFC 5952. */
bool packet_address_parse(struct text t, struct packet_address *a);

struct packet_flow {
    struct packet_address source, destination;
    uint16_t source_port, destination_port;
    uint16_t id; /* IPv4 identification */
};

enum { PACKET_FIN = 1, PACKET_SYN = 2, PACKET_RST = 4, PACKET_PSH = 8, PACKET_ACK = 16 };

struct packet_tcp {
    uint32_t seq_no, ack_no;
    uint8_t flags;
    uint16_t window;
    uint16_t mss; /* option of a SYN; 0: none */
    struct text payload;
};

bool packet_put_tcp(struct buffer *b, const struct packet_flow *flow, const struct packet_tcp *tcp);
bool packet_put_udp(struct buffer *b, const struct packet_flow *flow, struct text payload);

#endif
