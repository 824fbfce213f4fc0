/*
 * pcap.h - records into a capture file that any packet analyser opens.
 *
 * From tcp.segment, tcp.bytes and udp.datagram, each packet once, as its sender sent it: classic
 * pcap with nanoseconds (magic a1b23c4d, little-endian), LINKTYPE_RAW, IPv4 (RFC 791) and IPv6 (RFC
 * 8200), TCP (RFC 9293) and UDP (RFC 768) with right checksums.  Times are absolute: the scenario's
 * start (of sim.started) plus simulated time.
 *
 * Owner   the caller.  What was sent is kept per connection until that side closes, because it may
 *         have to be sent again.
 * Errors  a segment whose octets are not in the records is counted in pcap_end()'s result: its
 *         payload is written as zeros.
 */
#ifndef SIM_EXPORT_PCAP_H
#define SIM_EXPORT_PCAP_H

#include <stdint.h>

#include "sim/export/output.h"
#include "sim/kernel/memory.h"
#include "sim/trace/trace.h"

/* A read trace must have been written with these layers (and core) to make a capture from it. */
#define PCAP_LAYERS                                                                                \
    (1U << TRACE_LAYER_CORE | 1U << TRACE_LAYER_TCP | 1U << TRACE_LAYER_SEGMENT |                  \
     1U << TRACE_LAYER_BYTES)

struct pcap;

struct pcap *pcap_begin(struct memory *m, struct export_output output);
struct trace_sink pcap_sink(struct pcap *p);
/* Flushes, releases `p`; returns how many segments lacked octets (0 is right). */
uint64_t pcap_end(struct pcap *p);

#endif
