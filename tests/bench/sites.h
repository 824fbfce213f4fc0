/*
 * sites.h - the world of the benches: sites with a server and a user each, and a name server.
 *
 * Hosts hang on a router by declared links of 5 ms and 100 Mbit/s, so a packet passes two of them.  A
 * site has a server (MSA, MTA and MDA in one, whose mailbox keeps nothing) and a user's machine.  A mail
 * makes two transfers: MUA to MSA on 587, MTA to MTA on 25.  A transfer is one dialogue that carries one
 * message: DNS look-ups over UDP (every record has a TTL of 0, so each is asked for each time), a TCP
 * connection of its own, the SMTP session with real text on both sides, QUIT and FIN.
 *
 * Units   CPU seconds.
 * Owner   the caller owns the struct and its array of sites; the world is closed by sites_close().
 * Errors  what cannot be built is abort().
 */
#ifndef TESTS_BENCH_SITES_H
#define TESTS_BENCH_SITES_H

#include <stdint.h>

#include "sim/agents/world.h"
#include "sim/export/trace_json.h"

enum { SITES_MAX = 16000, BODY_OCTETS = 1024 };

struct site {
    char names[3][40]; /* site7.example, mail.site7.example, pc.site7.example */
    char mailbox[48];
    struct text domain, recipient;
    struct mua_config mua;
    struct mta_config mta;
    struct mda_config mda;
    struct relay_rule rule;
    uint32_t pc;
};

struct sites {
    struct world *world;
    struct site *sites;
    uint32_t count, loss_ppm;
    char body[BODY_OCTETS];
    /* The writer, if anything is written. */
    struct memory memory;
    struct trace_json *json;
    uint64_t octets_written;
};

struct bench_mode {
    const char *name;
    uint32_t layers; /* written; 0: nobody listens */
};

enum { BENCH_MODES = 3 };
extern const struct bench_mode bench_modes[BENCH_MODES];

/* A world with `b->count` sites; records of the mode's layers are written to nowhere. */
void sites_open(struct sites *b, const struct bench_mode *mode);
/* A letter from the user of site `from` to the one of site `to`. */
void sites_send(struct sites *b, int64_t time_ns, uint32_t from, uint32_t to, uint32_t number);
/* The end of a run: what the writer still holds. */
void sites_end(struct sites *b);
void sites_close(struct sites *b);

double cpu_seconds(void);
/* Of `count` values, which are sorted. */
double median(double *values, int count);

#endif
