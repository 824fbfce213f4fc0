/*
 * server.h - a name server on a host: answers on UDP port 53 from its zones (RFC 1034 4.1).
 *
 * Authoritative only: AA is set, RA is not, names outside its zones are REFUSED.  A server for all
 * zones serves the root zone too, so names in no zone are NXDOMAIN.  What does not fit into 512
 * octets, or with EDNS into what the asker offers up to 1232, is left out RRset by RRset with TC set.
 *
 * Simplified   UDP only; no recursion; no authority or additional records but the SOA of a denial
 *              (RFC 1034 would allow more; many servers send as little).
 *
 * Errors  a message too short for a header, and replies, are dropped; other nonsense gets FORMERR, other
 *         opcodes NOTIMP, other classes REFUSED.
 * Owner   the caller owns `struct dns_server`; the net and the zones must outlive it.
 */
#ifndef SIM_DNS_SERVER_H
#define SIM_DNS_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/dns/message.h"
#include "sim/dns/zone.h"
#include "sim/kernel/table.h"
#include "sim/net/net.h"

enum { DNS_PORT = 53 };

/* What a scenario can make a server do instead of answering. */
enum dns_fault { DNS_ANSWERS, DNS_SAYS_SERVFAIL, DNS_SAYS_NXDOMAIN, DNS_SAYS_REFUSED, DNS_SILENT };

struct dns_server {
    struct net *net;
    struct dns_zones *zones;
    uint32_t host;
    bool all;            /* serves every zone */
    struct table serves; /* else: those whose origins are here */
    struct table faulty; /* name -> index in faults */
    struct dns_server_fault *faults;
    uint32_t fault_count, fault_capacity;
    struct dns_message question; /* the one being answered */
};

/* Binds port 53 of the host, which must have its addresses and no other name server. */
void dns_server_init(struct dns_server *s, struct net *net, uint32_t host, struct dns_zones *zones);
void dns_server_end(struct dns_server *s);
/* Whether it listens: not while its host is down.  Questions are then lost, as if nobody were there. */
void dns_server_listen(struct dns_server *s, bool listens);

/* Serves one zone more: resolvers will ask all addresses of this host, and the zone's implied NS
 * and SOA name it. */
void dns_server_serve(struct dns_server *s, uint32_t zone);
/* Serves the zones that there are, the root (added if need be), and those added later. */
void dns_server_serve_all(struct dns_server *s);

/* From now on questions for `name`, and if `below` for every name below it too, meet `fault` instead of
 * an answer, `times` times (-1: without limit); the fault of the nearest name counts, and a later one
 * for the same name replaces it.  DNS_ANSWERS lifts it.  `entry` is the timeline's index for
 * sim.fault, or -1: no such record. */
void dns_server_fault(struct dns_server *s, struct text name, bool below, enum dns_fault fault,
                      int64_t times, int64_t entry);

/* What it says to `question` from `peer`: a reply in `out` (DNS_UDP_EDNS_MAX octets), its size, or 0
 * for silence.  The whole server but for the datagrams; the door of tests and fuzzers.  `*cause` goes
 * from the question's record to the answer's. */
size_t dns_server_reply(struct dns_server *s, struct text question, struct text peer,
                        uint64_t *cause, uint8_t *out);

#endif
