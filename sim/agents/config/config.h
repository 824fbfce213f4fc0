/*
 * config.h - what an agent is told before time begins.
 *
 * Plain data that the scenario (or a bench, or a test) fills in and world.h takes.  Everything is
 * explicit here: what a scenario leaves out has been implied before (sim/scenario).
 *
 * Units   _ns simulated nanoseconds, _octets octets.
 * Owner   all texts and arrays are borrowed and must outlive the world.
 * Errors  none: what cannot be has been refused before.
 */
#ifndef SIM_AGENTS_CONFIG_CONFIG_H
#define SIM_AGENTS_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/agents/config/policy_config.h"
#include "sim/kernel/text.h"
#include "sim/net/address.h"

/* ---- relay policy: an ordered list of rules in words, the first that matches decides ---------- */

enum relay_match { RELAY_ANYONE, RELAY_LOGIN, RELAY_FROM, RELAY_TO };

struct relay_rule {
    bool allow;
    enum relay_match match; /* a bare "refuse" matches anyone */
    struct address_net net; /* RELAY_FROM */
    struct text domain;     /* RELAY_TO: the domain and everything below it */
    struct text words;      /* as the scenario wrote it: "allow from 192.0.2.0/24" */
};

/* ---- routes: recipient domain -> where to send -------------------------------------------------- */

enum mail_route_kind { MAIL_ROUTE_MX, MAIL_ROUTE_SMARTHOST, MAIL_ROUTE_LMTP, MAIL_ROUTE_REFUSE };

struct mail_route_rule {
    struct text pattern; /* "shop.example", ".example" (everything below), or "*" */
    enum mail_route_kind kind;
    struct text host; /* SMARTHOST, LMTP */
    uint16_t port;    /* 0: 25, or 24 for LMTP */
};

/* ---- doors: who may come in, and what is sealed (RFC 3207, RFC 4954, RFC 8314) ----------------- */

enum tls_policy {           /* of a server; implicit TLS goes by the port (465, 995) */
                  TLS_NONE, /* in clear, passwords too */
                  TLS_OFFERED,
                  TLS_REQUIRED /* nothing goes before it */
};

enum tls_wish { TLS_WISH_NONE, TLS_WISH_STARTTLS, TLS_WISH_IMPLICIT }; /* of a client */

/* An account at a server, or what a client says of itself; user empty: no login. */
struct login_config {
    struct text user, password;
};

/* Collecting by POP3; `server` empty: not at all. */
struct collect_config {
    struct text server; /* host name */
    uint16_t port;
    struct login_config login;
    enum tls_wish tls;
    int64_t every_ns; /* 0: only when the timeline says "read" */
    bool keep;        /* leave the messages there */
};

struct pop3_config {
    const uint16_t *ports; /* 995: implicit TLS */
    size_t port_count;
    enum tls_policy tls;
};

/* ---- roles ------------------------------------------------------------------------------------- */

struct mua_config {
    struct text mailbox; /* alice@uni.example: reverse-path and From */
    struct text name;    /* display name, may be empty */
    struct text server;  /* host name of its MSA */
    uint16_t port;       /* 587, or 25 as it once was */
    struct login_config login;
    enum tls_wish tls;
    struct collect_config collect;
};

enum recipients_mode { RECIPIENTS_KNOWN, RECIPIENTS_ANY, RECIPIENTS_ASK };

/* Whose habits the queue has (retry.h). */
enum mta_personality {
    PERSONALITY_RFC,
    PERSONALITY_POSTFIX,
    PERSONALITY_EXIM,
    PERSONALITY_OPENSMTPD,
    PERSONALITY_COUNT
};

/* An MTA, an MSA, or both: one mail queue, one policy, several listeners.  A host whose only role is
 * MSA gets one of these too, with no port 25. */
struct mta_config {
    const uint16_t *relay_ports; /* MTA: usually 25 */
    size_t relay_port_count;
    const uint16_t *submission_ports; /* MSA: usually 587 */
    size_t submission_port_count;
    const struct login_config *users; /* who may log in at the submission ports */
    size_t user_count;
    bool senders_any;               /* a login may send as anybody (RFC 6409 6.1) */
    enum tls_policy submission_tls; /* port 465 is implicit TLS whatever this says */
    enum tls_policy relay_tls;
    const struct text *domains; /* local domains: final here, or handed over by `deliver` */
    size_t domain_count;
    enum recipients_mode recipients;
    const struct relay_rule *relay; /* no rule matches: refused */
    size_t relay_count;
    const struct mail_route_rule *routes; /* no pattern matches: MX */
    size_t route_count;
    struct text deliver_host; /* LMTP hand-over of the local domains; empty: MDA on this host */
    uint16_t deliver_port;
    enum mta_personality personality;
    const int64_t *retry_ns; /* waits between tries, the last repeats; none: the personality's */
    size_t retry_count;
    int64_t give_up_ns;
    int64_t warn_ns;            /* the sender is told that it is late; 0: never */
    bool hold;                  /* what enters the queue is set aside */
    uint32_t parallel;          /* deliveries at a time; 0: no limit */
    uint32_t parallel_per_host; /* the same to one next hop */
    int64_t queue_limit_octets; /* of what waits here, 452 beyond; 0: none */
    uint32_t queue_limit_messages;
    int64_t size_limit_octets; /* 0: none */
    uint32_t recipients_limit;
    uint32_t hop_limit; /* Received lines (RFC 5321 6.3) */
    struct filter_config filter;
    struct login_config smarthost_login; /* at its smarthosts, never in clear; user empty: none */
    bool null_mx_refused;                /* during the session, not by a report (RFC 7505 4.1) */
    uint32_t without;                    /* extensions that it does not offer: SMTP_HAS_* */
    bool vrfy_refused; /* says of nobody whether he has a mailbox (RFC 5321 3.5.3) */
    bool chunking;     /* offers BDAT, and sends so where it is offered (RFC 3030) */
    bool bare_lf_kept; /* hands bare LF on as they came */
    bool bare_lf_ends; /* takes them for ends of lines */
};

enum keep_mode { KEEP_ALL, KEEP_HEADERS, KEEP_NONE };

/* Whole addresses that mail goes to instead. */
struct targets_config {
    const struct text *at;
    size_t count;
};

struct mailbox_config {
    struct text name;              /* local part */
    int64_t quota_octets;          /* 0: none */
    struct targets_config forward; /* none: the mailbox keeps what comes */
    bool keep_copy;                /* of what is forwarded */
    struct text vacation;          /* text of the automatic answer; empty: none */
    struct text password;          /* for POP3; empty: nobody may collect */
    struct complains_config complains;
};

struct alias_config {
    struct text name; /* local part */
    struct targets_config targets;
};

struct list_config {
    struct text name;  /* local part */
    struct text owner; /* whole address: the list's reverse-path */
    struct targets_config members;
};

struct mda_config {
    const struct text *domains;
    size_t domain_count;
    const struct mailbox_config *mailboxes;
    size_t mailbox_count;
    const struct alias_config *aliases;
    size_t alias_count;
    const struct list_config *lists;
    size_t list_count;
    struct alias_config catch_all; /* no targets: none; its name is not used */
    char subaddress;               /* the sign behind which a detail follows: "+"; 0: none */
    const uint16_t *lmtp_ports;    /* none: only the MTA of the same host hands over */
    size_t lmtp_port_count;
    struct pop3_config pop3; /* no ports: no POP3 */
    enum keep_mode keep;
    int64_t size_limit_octets;
    uint32_t recipients_limit;
    uint32_t without; /* of its LMTP: SMTP_HAS_* */
};

/* ---- what the timeline does to a host ------------------------------------------------------------- */

#define CONFIG_NO_HOST UINT32_MAX

/* What a link is from now on; what is negative stays as it is. */
struct link_config {
    uint32_t to; /* the other end, or CONFIG_NO_HOST: the internet, for this host */
    int down;    /* 1, 0, or -1 */
    int64_t latency_ns, jitter_ns, rate_bits, loss_ppm;
};

/* A fault aimed at a command of clients of this server. */
enum fault_verb { FAULT_ANSWER, FAULT_DROP, FAULT_DELAY, FAULT_CLOSE, FAULT_CRASH };

struct fault_config {
    enum fault_verb verb;
    struct text to;     /* "RCPT", "." (end of data), "connect"; empty: at once (close) */
    uint32_t client;    /* only when this host sends it, or CONFIG_NO_HOST */
    int64_t nth, times; /* from the nth such command on, so many times */
    bool after;         /* crash: after the reply is sent */
    int64_t by_ns;      /* delay */
    uint16_t code;      /* answer */
    struct text enhanced, text;
};

/* ---- what an MUA is asked to send ----------------------------------------------------------------- */

/* NOTIFY of one recipient. */
struct send_notify {
    struct text address;
    uint8_t notify;
};

struct send_config {
    struct text from;      /* reverse-path; empty: the MUA's mailbox */
    bool null_sender;      /* MAIL FROM:<> */
    const struct text *to; /* recipients of the envelope and To */
    size_t to_count;
    const struct text *cc; /* also in Cc */
    size_t cc_count;
    const struct text *bcc; /* envelope only */
    size_t bcc_count;
    struct text subject;
    struct text body;    /* UTF-8, any line ends */
    bool as_written;     /* a CR or LF alone is sent so, against RFC 5321 2.3.8 */
    int64_t size_octets; /* > 0: a body of about this size is made instead, numbered lines */
    struct text server;  /* empty: the MUA's */
    uint16_t port;       /* 0: the MUA's */
    struct text envid;   /* RFC 3461, not yet in xtext; empty: none */
    uint8_t notify, ret; /* bits of enum dsn_notify, enum dsn_ret; 0: not given */
    const struct send_notify *notify_each; /* of these recipients it is another */
    size_t notify_each_count;
};

/* ---- the world itself --------------------------------------------------------------------------- */

struct world_options {
    uint64_t seed;
    int64_t start_unix;               /* civil UTC second of time 0 */
    uint32_t layers;                  /* that the trace's causes may name (trace.h) */
    int64_t time_limit_ns;            /* 0: none; a limit, status 75 */
    int64_t until_ns;                 /* -1: none; a wish, the run is complete there */
    uint64_t event_limit;             /* 0: none */
    uint32_t nesting_limit;           /* expansions one behind the other at a host; 0: none */
    int64_t queue_limit_octets;       /* of mail in all queues together; 0: none */
    int64_t message_limit_octets;     /* of one message in a queue; 0: none */
    size_t memory_limit;              /* octets; 0: none */
    void (*exhausted)(void *context); /* memory.h */
    void *context;
};

#endif
