/*
 * scenario.h - a scenario, read, checked and completed: what `build.h` turns into a world.
 *
 * Three steps, each with a file of its own: the strict syntax and the table of keys (check), what
 * the names and numbers mean together (meaning), and everything that is implied (complete).  All
 * mistakes are reported in one go.  What comes out is explicit: nothing is implied any more.
 *
 * Units   durations int64 nanoseconds, rates bits a second, sizes octets, shares parts per million.
 *         In the file they are strings with units; no floating point on the way.
 * Owner   everything belongs to the `struct memory` given to scenario_read(), except the JSON tree,
 *         which scenario_free() gives back.  The text is borrowed until then.
 * Source  contract.md; the table of keys is schema.c, from which scenarios/smtplab.schema.json comes.
 * Errors  false, and all that was found wrong in `mistakes`.
 */
#ifndef SIM_SCENARIO_SCENARIO_H
#define SIM_SCENARIO_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/agents/config/config.h"
#include "sim/json/read.h"
#include "sim/kernel/memory.h"
#include "sim/kernel/table.h"
#include "sim/kernel/text.h"

/* ---- what was found wrong --------------------------------------------------------------------- */

enum scenario_severity { SCENARIO_ERROR, SCENARIO_WARNING };

struct scenario_mistake {
    enum scenario_severity severity;
    struct json_place at;   /* line 0: not in the file, but in an option such as --set */
    struct text what;       /* "there is no host "mx.shop.exmaple"" */
    struct text place;      /* JSON pointer */
    struct text suggestion; /* may be empty */
};

struct scenario_mistakes {
    struct memory *memory;
    struct scenario_mistake *items; /* in the order of the file */
    uint32_t count, capacity;
    uint32_t errors, warnings; /* all that were found, also those not kept */
};

/* "file:line:column: error: what (at /place); suggestion" and a line feed. */
void scenario_put_mistake(struct buffer *out, struct text file, const struct scenario_mistake *m);

/* ---- the model -------------------------------------------------------------------------------- */

struct scenario_limits {
    int64_t time_ns;
    int64_t events;
    int64_t queue_octets;   /* in all mail queues together */
    int64_t message_octets; /* of one message */
    int64_t nesting;        /* of expansions: an alias of an alias of ... */
};

struct scenario_link {
    uint32_t a, b; /* hosts; not used in the one that is the internet */
    int64_t latency_ns;
    int64_t jitter_ns;
    int64_t rate_bits; /* per direction */
    uint32_t loss_ppm;
    int64_t queue_octets; /* waiting at each end */
};

struct scenario_host {
    struct text name;
    struct address *addresses; /* IPv4 before IPv6 */
    size_t address_count;
    bool internet, router;
    const struct stranger_config *stranger; /* NULL: not this role; so for the next ones */
    const struct blocklist_config *blocklist;
    const struct mua_config *mua;
    const struct mta_config *mta; /* MTA, MSA or both */
    const struct mda_config *mda;
    bool name_server;
    bool all_zones; /* name server of all zones, else of zone_names */
    const struct text *zone_names;
    size_t zone_name_count;
};

enum scenario_record_type {
    SCENARIO_A,
    SCENARIO_AAAA,
    SCENARIO_MX,
    SCENARIO_NS,
    SCENARIO_SOA,
    SCENARIO_CNAME,
    SCENARIO_TXT,
    SCENARIO_PTR
};

struct scenario_record {
    struct text name; /* absolute, without the final dot */
    enum scenario_record_type type;
    struct text data;   /* an address, a name, a text; of an SOA the primary server */
    int64_t preference; /* MX */
    int64_t ttl_s;
};

enum scenario_failure { SCENARIO_ANSWERS, SCENARIO_SERVFAIL, SCENARIO_SILENT, SCENARIO_NXDOMAIN };

/* A name whose questions fail, whatever the zone holds. */
struct scenario_failing_name {
    struct text name;
    enum scenario_failure failure;
};

struct scenario_zone {
    struct text origin; /* "shop.example", "2.0.192.in-addr.arpa" */
    enum scenario_failure failure;
    int64_t ttl_s, negative_ttl_s;
    const struct scenario_record *records;
    size_t record_count;
    const struct scenario_failing_name *failing;
    size_t failing_count;
};

struct scenario;

enum scenario_verb {
    SCENARIO_SEND,
    SCENARIO_ANSWER,
    SCENARIO_DROP,
    SCENARIO_DELAY,
    SCENARIO_CLOSE,
    SCENARIO_STOP,
    SCENARIO_CRASH,
    SCENARIO_START,
    SCENARIO_LINK,
    SCENARIO_SET,
    SCENARIO_PROBE,
    SCENARIO_READ,
    SCENARIO_VERB_COUNT
};

struct scenario_entry {
    int64_t time_ns;
    uint32_t host;
    uint32_t index; /* in the timeline, from 0 */
    enum scenario_verb verb;
    struct text word;        /* "send" */
    struct json_place at;    /* of that word in the file; line 0: not there */
    struct send_config send; /* SCENARIO_SEND */
    int64_t times, every_ns; /* SCENARIO_SEND: so many letters, so far apart */
    struct link_config link; /* SCENARIO_LINK */
    bool aimed;              /* CLOSE, CRASH: at a command, as ANSWER, DROP and DELAY always are */
    struct probe_config probe; /* SCENARIO_PROBE */
    struct fault_config fault;
    /* SCENARIO_SET: the scenario as it is then and as it was, and which of it changes. */
    const struct scenario *after, *before;
    bool sets_host, sets_zones;
    struct text detail; /* the verb's value as JSON */
};

struct scenario {
    struct memory *memory;
    struct text file; /* its name, as given */
    struct text title, note;
    uint64_t seed;
    int64_t start_unix;
    struct scenario_limits limits;
    struct scenario_host *hosts; /* in the order of the file, then the implied ones */
    uint32_t host_count;
    struct table host_names; /* name -> index in hosts; ASCII case does not matter */
    struct scenario_zone *zones;
    uint32_t zone_count;
    struct scenario_link *links;
    uint32_t link_count;
    struct scenario_link internet;
    struct scenario_entry *timeline; /* in the order of the file */
    uint32_t entry_count;
    uint32_t expect_count;
    struct scenario_mistakes mistakes;
    struct json_document document; /* completed: every implied key is in the tree */
    bool has_unbuilt;              /* see scenario_first_unbuilt() */
    struct scenario_mistake unbuilt;
};

/* One `--set /json/pointer=VALUE`: the value is JSON, or else a plain string. */
struct scenario_setting {
    struct text pointer, value;
};

struct scenario_options {
    const struct scenario_setting *settings;
    size_t setting_count;
    int64_t seed; /* --seed, or -1 */
    /* Inside: the scenario as it is after a "set", whose entries are passed over. */
    bool after_settings;
};

/* ---- reading ---------------------------------------------------------------------------------- */

/* Reads, checks and completes.  True if there is no error (there may be warnings); if false, only
 * the mistakes may be used.  `options` may be NULL.  `file` is only for messages. */
bool scenario_read(struct scenario *s, struct memory *m, struct text input, struct text file,
                   const struct scenario_options *options);
void scenario_free(struct scenario *s);

/* A warning about an entry of the timeline, in the form of the others. */
void scenario_warn_entry(const struct scenario *s, int64_t entry, struct text what,
                         struct text suggestion, struct buffer *out);

/* The first thing in the file that this version cannot run yet; false if there is none.  The
 * message is an error in the form of the others, for `run` (status 65). */
bool scenario_first_unbuilt(const struct scenario *s, struct scenario_mistake *m);

/* The scenario with everything implied written out.  Reading it again prints the same bytes.
 * Compact for the header of a trace, pretty for people. */
void scenario_print_normalised(const struct scenario *s, bool pretty, struct buffer *out);

/* The JSON schema made from the table of keys: the bytes of scenarios/smtplab.schema.json. */
void scenario_print_schema(struct buffer *out);

#endif
