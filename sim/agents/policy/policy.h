/*
 * policy.h - may this client send this there?  Every verdict is a record.
 *
 * At MAIL, a submission server asks who the client is (RFC 6409 4.3); at RCPT every server asks
 * whether the recipient is its own and exists (RFC 5321 3.3), and if not its own, whether it relays
 * there for this client (RFC 5321 3.6.2, 7.9): the ordered rules of `relay`, the first that matches
 * decides, and no match is a refusal.  judge.h puts these and further rules in order.
 *
 * Owner   nothing: answers are values, what is passed in is borrowed.
 * Errors  none: a refusal is data.  Texts of a verdict are static or live as long as the world.
 */
#ifndef SIM_AGENTS_POLICY_POLICY_H
#define SIM_AGENTS_POLICY_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/agents/host/host.h"
#include "sim/kernel/text.h"
#include "sim/mail/address.h"
#include "sim/net/address.h"

struct policy_client {
    const struct address *address;
    struct text address_text;
    bool submission;  /* it came in by a submission port */
    struct text user; /* who logged in (RFC 4954); empty: nobody */
};

enum policy_verdict { POLICY_ACCEPT, POLICY_REFUSE, POLICY_DEFER };

struct policy_answer {
    enum policy_verdict verdict;
    int code; /* 0: the session's own words */
    struct text enhanced, text;
    uint64_t cause;
};

/* Is it one of ours: by a submission port, a login, or a rule of `relay` that names its network?  "Allow
 * anyone" makes nobody ours. */
bool policy_trusts(const struct host *h, const struct policy_client *client);
/* Is the domain final at this MTA?  A bare Postmaster always is (RFC 5321 4.5.1). */
bool policy_is_local(const struct host *h, struct text domain);
/* The domain that a host's own mail comes from, and where a bare Postmaster lives. */
struct text policy_home_domain(const struct host *h);
/* The rule of `relay` that decides about mail for that domain, or NULL. */
const struct relay_rule *policy_relay_rule(const struct host *h, const struct policy_client *client,
                                           struct text domain);
/* May mail be refused here because the queue is full? */
bool policy_limits_queue(const struct host *h);
/* Does VRFY know this user (RFC 5321 3.5)?  `name` is a local part or an address. */
bool policy_knows(const struct host *h, struct text name);

#endif
