/*
 * probe.h - asks a server whether it would take mail for somebody, without sending any.
 *
 * MAIL, RCPT, RSET, QUIT (RFC 5321 3.3; smtp_client_mail.probe).  Used by the verb `probe`, by strangers
 * who look for open relays, by blocklists that test whether one is closed.
 *
 * Owner   a probe frees itself after `told`, or when its host goes down (then `gone` is called instead).
 *         The question's texts are copied.
 * Errors  none: what goes wrong is an answer.
 */
#ifndef SIM_AGENTS_DELIVERY_PROBE_H
#define SIM_AGENTS_DELIVERY_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/agents/host/host.h"
#include "sim/kernel/text.h"
#include "sim/net/address.h"
#include "sim/smtp/act.h"

struct probe_answer {
    enum smtp_fate fate; /* WELCOME; REFUSED; else not known now */
    unsigned code;       /* 0: no reply decided */
    struct text enhanced, text;
    uint64_t cause;
};

struct probe_question {
    const struct address *address; /* NULL: the address of `server` is asked for */
    struct text server;            /* host name; with an address, for nobody but the reader */
    uint16_t port;
    bool lmtp;
    struct text sender; /* empty: <> */
    struct text recipient;
    void (*told)(void *context, struct host *h, const struct probe_answer *answer);
    void (*gone)(void *context); /* instead, if the host goes down before; may be NULL */
    void *context;
};

/* Every verdict is recorded here as a policy.decision with the rule "probe SERVER". */
void probe_start(struct host *h, const struct probe_question *q, uint64_t cause);
void probe_host_down(struct host *h, bool crash, uint64_t cause);

#endif
