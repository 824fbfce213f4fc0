/*
 * cast.h - who is who: the hosts, sites, links and people of a trace, from its header's scenario.
 *
 * A saved trace is enough: its header carries the whole normalised scenario.  What the scenario
 * leaves open is decided here, once, for everybody who draws or tells: the site of a host (the domain
 * that its people or its mail belong to), its short name, whose computer it is.
 *
 * Units   positions as written, in hundredths of the map's width and height.
 * Order   hosts and links as in the scenario; an index is a host's number everywhere in a window.
 * Owner   texts live in the memory given.
 * Errors  cast_read() is false if the header's scenario is no object, with `what` saying why; what a
 *         foreign program left out of it is empty.
 */
#ifndef SIM_REPLAY_CAST_H
#define SIM_REPLAY_CAST_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/table.h"
#include "sim/kernel/text.h"
#include "sim/replay/frame.h"
#include "sim/trace/trace.h"

#define CAST_NONE UINT32_MAX

/* Roles as a set of bits; a host may have several. */
enum cast_role {
    CAST_MUA = 1,
    CAST_MSA = 2,
    CAST_MTA = 4,
    CAST_MDA = 8,
    CAST_DNS = 16,       /* a name server */
    CAST_STRANGER = 32,  /* abuses others */
    CAST_BLOCKLIST = 64, /* answers look-ups of listed addresses */
    CAST_ROUTER = 128
};

struct cast_host {
    struct text name;    /* "mail.uni.example" */
    struct text label;   /* as short as the cast allows: "mail.uni"; unique */
    struct text person;  /* an MUA's: "Alice"; empty: none */
    struct text mailbox; /* an MUA's: "alice@uni.example" */
    struct text note;    /* of the scenario */
    unsigned roles;      /* set of enum cast_role */
    struct trace_texts addresses;
    struct trace_texts mailboxes; /* names of those that it keeps (MDA) */
    struct trace_texts domains;   /* local to its MTA or MDA */
    struct trace_texts relay;     /* its rules in words, in order; several of MSA and MTA: MTA's */
    uint32_t site;
    uint32_t server; /* an MUA's submission server, or CAST_NONE */
    bool placed;     /* the scenario gives its place */
    double x, y;
};

struct cast_site {
    struct text name; /* "uni.example"; empty: hosts of nobody, each on its own */
    uint32_t host_count;
};

struct cast_link {
    uint32_t a, b; /* hosts */
};

struct cast {
    struct text title, note, start; /* of the scenario */
    int64_t lesson;                 /* its number in the course; 0: none */
    struct cast_host *hosts;
    uint32_t host_count;
    struct cast_site *sites;
    uint32_t site_count;
    struct cast_link *links; /* those written; everybody else meets on the internet */
    uint32_t link_count;
    struct table by_name, by_address;
};

bool cast_read(struct cast *c, struct memory *m, const struct replay_header *header,
               struct buffer *what);
/* Index of the host of that name or address, or CAST_NONE. */
uint32_t cast_host(const struct cast *c, struct text name);
uint32_t cast_address(const struct cast *c, struct text address);
/* "MSA", "MSA MTA MDA": in the order of the enum. */
void cast_put_roles(struct buffer *b, unsigned roles);

#endif
