/*
 * blocklist.h - a host that keeps a DNS blocklist (RFC 5782): fed by complaints, asked by servers.
 *
 * It reads the complaints that come into its mailbox (sim/mail/feedback.h), and counts them by the
 * address from which the complainant's own server took the letter.  At the threshold it tries whether a
 * server at that address relays for strangers (MAIL and RCPT with addresses that are none of its
 * business, no message), and lists it: an A record 127.0.0.2 and a TXT with the reason, in its zone.
 *
 * It is taken off the list when a later test finds that it does not relay any more (if it did), or when
 * no complaint has come for a window.
 *
 * Simplified   whoever complains is believed, once for each letter.
 *
 * Units   simulated nanoseconds.
 * Owner   the host; the list is on disk and outlives a crash.
 * Errors  none: what is no complaint is left in the mailbox.
 */
#ifndef SIM_AGENTS_ABUSE_BLOCKLIST_H
#define SIM_AGENTS_ABUSE_BLOCKLIST_H

#include "sim/agents/host/host.h"
#include "sim/agents/host/idle.h"
#include "sim/agents/mda/mda.h"

struct blocklist_entry {
    struct blocklist *list;
    struct text text; /* the address */
    struct address address;
    int64_t since_ns, last_ns; /* complaints: of the first in the window, and the latest */
    int64_t test_ns;           /* when it is tested next */
    uint32_t complaints;
    uint64_t cause;
    bool listed, open, testing;
    struct idle_event due; /* the next test, or the end of the window */
};

struct blocklist {
    struct host *host;
    struct blocklist_config config;
    struct text mailbox; /* local part of config.mailbox */
    struct table addresses;
    struct blocklist_entry **entries;
    uint32_t count, room;
};

void blocklist_add(struct host *h, const struct blocklist_config *config);
/* `d` is in a mailbox of this host, as `cause` says. */
void blocklist_read(struct host *h, const struct mda_delivery *d, uint64_t cause);
void blocklist_host_up(struct host *h);
void blocklist_host_down(struct host *h);

#endif
