/*
 * server.h - a name server on a host: answers on UDP port 53 from its zones (RFC 1034 4.1).
 *
 * Authoritative only: AA is set, RA is not, names outside its zones are REFUSED.  A server for all
 * zones serves the root zone too, so that names in no zone are NXDOMAIN.  What does not fit into 512
 * octets, or into what EDNS offers up to 1232, is left out RRset by RRset with TC set.
 *
 * Simplified   UDP only; no recursion; answers carry no authority or additional records but the SOA of
 *              a denial (RFC 1035 would allow more, many servers send as little).
 *
 * Errors  a message too short for a header and replies are dropped; other nonsense gets FORMERR, other
 *         opcodes NOTIMP.
 */
#ifndef SIM_DNS_SERVER_H
#define SIM_DNS_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/dns/message.h"
#include "sim/dns/zone.h"
#include "sim/kernel/table.h"

/* What a scenario can make a server do instead of answering. */
enum dns_fault {
    DNS_FAULT_NONE,
    DNS_FAULT_SERVFAIL,
    DNS_FAULT_NXDOMAIN,
    DNS_FAULT_REFUSED,
    DNS_FAULT_SILENT
};

struct dns_server; /* inside: below once sim/net is there */

/* Serves one zone more, or all there are and the root. */
void dns_server_serve(struct dns_server *s, uint32_t zone);
void dns_server_serve_all(struct dns_server *s);

/* From now on questions for `name`, and with `below` for every name below it, meet `fault`, `times` times
 * (-1: without limit), instead of an answer; the nearest fault counts.  `entry` is the timeline's index
 * for sim.fault, or -1 for none.  DNS_FAULT_NONE lifts it. */
void dns_server_fault(struct dns_server *s, struct text name, bool below, enum dns_fault fault,
                      int64_t times, int64_t entry);

/* What it says to the octets `question`: a reply in `out` (room for DNS_UDP_EDNS_MAX octets), its size, or 0
 * for silence.  The whole server but for the datagram's way; the tests' and the fuzzer's door. */
size_t dns_server_reply(struct dns_server *s, struct text question, struct text peer,
                        uint64_t *cause, uint8_t *out);

#endif
