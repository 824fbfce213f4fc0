/*
 * policy_config.h - whom a server distrusts, strangers and blocklists: what config.h holds of policy.
 *
 * Units   _ns simulated nanoseconds.
 * Owner   all texts and arrays are borrowed and must outlive the world.
 * Errors  none: plain data.
 */
#ifndef SIM_AGENTS_CONFIG_POLICY_CONFIG_H
#define SIM_AGENTS_CONFIG_POLICY_CONFIG_H

#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/text.h"

/* RFC 6647: an unknown triple (client, sender, recipient) is deferred for `delay`; it may come again
 * within `window` of its first try, and is then known until it was not seen for `keep`. */
struct greylist_config {
    int64_t delay_ns; /* 0: no greylisting */
    int64_t window_ns, keep_ns;
};

enum spf_mode { SPF_OFF, SPF_MARK, SPF_REFUSE };

struct rate_config {
    uint32_t mails; /* 0: no limit */
    int64_t per_ns;
};

/* Everything a server may ask beyond whether it relays there; all zero: nothing. */
struct filter_config {
    struct greylist_config greylist;
    const struct text *blocklists; /* zones (RFC 5782) */
    size_t blocklist_count;
    enum spf_mode spf;
    struct rate_config rate;
    int64_t tarpit_ns;    /* each refusal of a recipient is held back for so long */
    uint32_t connections; /* at a time; 0: no limit */
};

/* Whoever reads a mailbox returns letters with a complaint (RFC 5965); `to` empty: never. */
struct complains_config {
    struct text to;
    struct text about; /* words in the Subject; empty: all letters */
    int64_t after_ns;
};

/* Looking for open relays, and using them. */
struct abuse_config {
    int64_t every_ns;
    const struct text *servers; /* host names */
    size_t server_count;
    uint32_t letters;
    struct text from, subject;
    struct text probe;     /* the recipient that it probes with */
    const struct text *to; /* victims */
    size_t to_count;
};

struct stranger_config {
    const struct abuse_config *abuse; /* NULL: only the timeline moves it */
};

/* Asking a server whether it would take mail for somebody. */
struct probe_config {
    struct text server; /* host name */
    uint16_t port;
    struct text from; /* empty: <> */
    const struct text *to;
    size_t to_count;
};

struct blocklist_config {
    struct text zone;
    struct text mailbox; /* whole address of the mailbox that it reads */
    uint32_t threshold;
    int64_t window_ns, test_ns;
    uint32_t ttl_s;
};

#endif
