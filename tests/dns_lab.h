/*
 * dns_lab.h - hosts, name servers and zones for the tests of sim/dns.
 */
#ifndef TESTS_DNS_LAB_H
#define TESTS_DNS_LAB_H

#include "sim/dns/resolver.h"
#include "sim/dns/server.h"
#include "sim/dns/zone.h"
#include "sim/kernel/memory.h"
#include "sim/kernel/queue.h"
#include "sim/net/net.h"
#include "sim/trace/trace.h"

enum { DNS_LAB_SERVERS = 4 };

struct dns_lab {
    struct memory memory;
    struct queue queue;
    struct trace trace;
    struct net net;
    struct dns_zones zones;
    struct dns_server servers[DNS_LAB_SERVERS];
    int server_count;
    char log[16384]; /* of dns.*: time, host, what, without message ids */
    bool log_trace;
    int causeless; /* dns records without a cause */
};

/* Packets take 25 ms each way. */
void dns_lab_init(struct dns_lab *lab);
void dns_lab_end(struct dns_lab *lab);
uint32_t dns_lab_host(struct dns_lab *lab, const char *name, const char *address);
/* A host with a name server. */
struct dns_server *dns_lab_server(struct dns_lab *lab, const char *name, const char *address);
uint32_t dns_lab_zone(struct dns_lab *lab, const char *origin);
/* "mx.shop.example 60 A 192.0.2.25"; "-" for the zone's TTL.  SOA: "mname rname minimum". */
enum dns_zone_error dns_lab_record(struct dns_lab *lab, const char *line);
/* Fires events up to and including those at `until_ns`; -1: all. */
void dns_lab_run(struct dns_lab *lab, int64_t until_ns);

/* An asker that remembers what it was told, as text. */
struct dns_lab_asker {
    struct dns_asking asking;
    struct dns_lab *lab;
    int told;
    int64_t told_ns;
    struct dns_result result; /* its records are gone */
    char text[2048];          /* "ok host.example: 192.0.2.1, 192.0.2.2" */
};

void dns_lab_ask(struct dns_lab *lab, struct dns_resolver *r, struct dns_lab_asker *asker,
                 const char *name, uint16_t type);
/* The same text for any result. */
void dns_lab_say(char *out, size_t room, const struct dns_result *result, struct memory *memory);

#endif
