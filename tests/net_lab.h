/*
 * net_lab.h - a small network for tests: hosts with addresses, ends that remember what happened to
 * them, and a log of segments in words.
 *
 * A line of the log: "25000000 a S 0 mss 1460" - nanoseconds, sender, flags, sequence number counted
 * from its SYN, then "ack N", "len N", "mss N", "again" where they apply.  Drops: "0 a loss a > b".
 */
#ifndef TESTS_NET_LAB_H
#define TESTS_NET_LAB_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/clock.h"
#include "sim/kernel/memory.h"
#include "sim/kernel/queue.h"
#include "sim/net/net.h"
#include "sim/net/tcp.h"
#include "sim/net/udp.h"
#include "sim/trace/trace.h"

struct net_lab {
    struct queue queue;
    struct memory memory;
    struct trace trace;
    struct net net;
    struct buffer log;      /* lines as above */
    struct buffer bytes[2]; /* tcp.bytes of client and server sides */
    uint64_t digest;        /* over every record */
    uint32_t iss[2];        /* of the latest connection */
    uint32_t resent, timeouts, dropped;
    int64_t timeout_at[32];
    bool causes_fine; /* so far every cause is an earlier record */
    uint64_t fired_limit;
};

/* A world without links and an internet of 25 ms, without limits. */
void lab_init(struct net_lab *lab, uint64_t seed);
/* The same without a sink: nothing is logged. */
void lab_init_quiet(struct net_lab *lab, uint64_t seed);
void lab_end(struct net_lab *lab);
/* Until nothing is left to do, or until a time (if >= 0); false if it never ends. */
bool lab_run(struct net_lab *lab, int64_t until_ns);
uint32_t lab_host(struct net_lab *lab, const char *name, const char *address);
struct address lab_address(const char *text);
/* The log as a C string. */
const char *lab_log(struct net_lab *lab);

/* One end of a connection under test. */
struct lab_tcp {
    struct net_lab *lab;
    struct tcp *tcp;
    struct buffer got;
    int opened, failed, finished, closed, sent;
    enum tcp_reason reason;
    int64_t opened_ns, ended_ns, finished_ns;
    uint64_t cause; /* of the last handler */
    /* What it does by itself. */
    struct text greet;  /* written when opened */
    bool echo;          /* writes back what it receives */
    bool close_too;     /* closes when the peer has finished */
    bool close_at_once; /* closes when opened, after the greeting */
    bool abort_on_data;
};

extern const struct tcp_handlers lab_handlers;
void lab_tcp_init(struct lab_tcp *end, struct net_lab *lab);
/* From host to the first IPv4 address of another. */
void lab_connect(struct lab_tcp *end, uint32_t from, uint32_t to, uint16_t port);
void lab_write(struct lab_tcp *end, const char *octets);
/* `size` octets of a pattern that depends on `salt`. */
struct text lab_pattern(struct net_lab *lab, size_t size, uint64_t salt);

/* Calls `act` at a time. */
struct lab_timer {
    struct event event;
    void (*act)(void *context);
    void *context;
};
void lab_at(struct net_lab *lab, struct lab_timer *timer, int64_t time_ns, void (*act)(void *),
            void *context);

#endif
