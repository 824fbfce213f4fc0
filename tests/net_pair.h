/*
 * net_pair.h - two hosts and one connection between them, for tests of TCP.
 */
#ifndef TESTS_NET_PAIR_H
#define TESTS_NET_PAIR_H

#include "tests/net_lab.h"

/* Two hosts on the internet, 25 ms apart, with a listener on port 25. */
struct pair {
    struct net_lab lab;
    uint32_t a, b;
    struct lab_tcp client, server;
};

void pair_init(struct pair *p);
void pair_connect(struct pair *p);
/* Connects, lets both ends open (75 ms), and begins a new log. */
void open_pair(struct pair *p);
/* Besides, every cause so far was an earlier record. */
void pair_end(struct pair *p);
/* The whole log, to the letter. */
void want_log(struct pair *p, const char *want);
void take_internet_down(struct pair *p);

/* Drops the segments of these numbers, counted from 1 as they are sent. */
struct dropper {
    int seen;
    int numbers[8]; /* 0 ends */
};

void pair_drop(struct pair *p, struct dropper *d);

#endif
