/*
 * cache.h - what a host's resolver knows at a given moment, from the answers that it has had.
 *
 * A row is an RRset or a denial that came in a dns.answer: it lives for the least of its TTLs from then
 * on, until the host stops or loses power.  How long a denial lives stands in the SOA record, which a trace
 * does not keep: it is not known until a dns.cached says it.
 *
 * Units   simulated nanoseconds; TTLs in seconds, rounded down as resolvers do.
 * Order   the newest first.
 * Owner   the array lives in the memory given; texts are borrowed from the recording.
 * Errors  none.
 */
#ifndef SIM_REPLAY_CACHE_H
#define SIM_REPLAY_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/replay/recording.h"

struct cache_row {
    struct text name, type;
    struct text data; /* of the first record: "10 mx.shop.example"; empty: a denial */
    uint32_t count;   /* records; 0: a denial */
    struct text *all; /* data of each */
    bool no_name;     /* a denial of the whole name (NXDOMAIN) */
    int64_t ttl_s;    /* as it came; -1: not known */
    int64_t left_ns;  /* 0: too old; -1: not known */
    uint32_t hits;    /* how often it was used since */
    uint32_t record;  /* dns.answer */
};

/* After the record `index`, at the time `now_ns`; `last` is the host's last record that counts.  At most
 * `most` rows (the newest); returns how many. */
uint32_t cache_rows(struct cache_row **out, struct memory *m, uint32_t most,
                    const struct recording *r, uint32_t last, int64_t now_ns);

#endif
