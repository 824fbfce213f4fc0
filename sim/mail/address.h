/*
 * address.h - mailbox addresses as they stand in an envelope: RFC 5321 4.1.2 and 4.1.3.
 *
 * One grammar for everybody: the server's path parser, EHLO arguments, the scenario's checks, the
 * queue.  Nothing is copied: the parts of an address are slices of what was parsed.
 *
 * The local part is written and understood by its owner alone: it is carried as it came (2.4) and
 * compared with case, and `"bob"@x` is the same mailbox as `bob@x` (4.1.2).  Domains compare
 * without case.  "Postmaster" without a domain is an address to RCPT (4.5.1) and to nobody else.
 *
 * Units   octets.
 * Errors  false and an `enum mail_address_error`; `error` may be NULL.
 * Owner   the caller owns the text that was parsed, and keeps it as long as the address.
 */
#ifndef SIM_MAIL_ADDRESS_H
#define SIM_MAIL_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/text.h"

/* RFC 5321 4.5.3.1.1 to 3; a label as in RFC 1035 2.3.4. */
enum { MAIL_LOCAL_MAX = 64, MAIL_DOMAIN_MAX = 255, MAIL_PATH_MAX = 256, MAIL_LABEL_MAX = 63 };

/* X(SUFFIX, "in words") */
#define MAIL_ADDRESS_ERRORS(X)                                                                     \
    X(NONE, "fine")                                                                                \
    X(EMPTY, "there is no address")                                                                \
    X(NO_BRACKET, "the path must stand between < and >")                                           \
    X(NO_LOCAL, "nothing stands before the @")                                                     \
    X(LOCAL_SYNTAX, "a character before the @ must be quoted, or a dot is misplaced")              \
    X(LOCAL_LONG, "the part before the @ has more than 64 octets")                                 \
    X(QUOTE_OPEN, "a quotation mark is not closed")                                                \
    X(NO_DOMAIN, "an @ and a domain are missing")                                                  \
    X(DOMAIN_SYNTAX, "the domain has a character or a dot in a wrong place")                       \
    X(DOMAIN_LONG, "the domain has more than 255 octets, or a label more than 63")                 \
    X(LITERAL_SYNTAX, "the address literal is malformed")                                          \
    X(BARE_NUMBERS, "an IP address must stand between [ and ]")                                    \
    X(ROUTE_SYNTAX, "the source route is malformed")                                               \
    X(PATH_LONG, "the path has more than 256 octets")                                              \
    X(NOT_ASCII, "an octet is not ASCII, and SMTPUTF8 was not asked for")

enum mail_address_error {
#define X(suffix, words) MAIL_ADDRESS_##suffix,
    MAIL_ADDRESS_ERRORS(X)
#undef X
};

struct mail_address {
    struct text local;  /* as written, with its quotes if it has any */
    struct text domain; /* as written; a literal with its brackets; empty: bare Postmaster */
};

/* ---- domains and literals: also for EHLO (4.1.1.1) ---------------------------------------- */

enum mail_domain_kind {
    MAIL_DOMAIN_BAD,
    MAIL_DOMAIN_NAME,    /* mail.uni.example */
    MAIL_DOMAIN_IPV4,    /* [192.0.2.1] */
    MAIL_DOMAIN_IPV6,    /* [IPv6:2001:db8::1] */
    MAIL_DOMAIN_GENERAL, /* [tag:content], a standardised tag that we do not know */
};

/* One at the front of `t`; returns the octets used, 0 on error.  `error` is not NULL here. */
size_t mail_domain_scan(struct text t, enum mail_domain_kind *kind, enum mail_address_error *error);
/* The whole of `t` must be it. */
enum mail_domain_kind mail_domain_kind(struct text t, enum mail_address_error *error);
/* A name of at least two labels: fully qualified as far as one can see (2.3.5, RFC 6409 4.2). */
bool mail_domain_qualified(struct text name);
/* The address inside a literal: "192.0.2.1", "2001:db8::1"; empty for other kinds. */
struct text mail_domain_literal(struct text literal);
/* Dotted decimal, and the IPv6 forms of 4.1.3 (without the tag). */
bool mail_ipv4_valid(struct text t);
bool mail_ipv6_valid(struct text t);

/* ---- mailboxes ----------------------------------------------------------------------------- */

/* Mailbox = Local-part "@" ( Domain / address-literal ); the whole of `t`, no blanks around. */
bool mail_address_parse(struct text t, struct mail_address *out, enum mail_address_error *error);
/* The same, or "Postmaster" alone in any case: what RCPT takes (4.1.1.3). */
bool mail_address_parse_recipient(struct text t, struct mail_address *out,
                                  enum mail_address_error *error);
/* One at the front of `t`; returns the octets used, 0 on error.  What follows is not looked at. */
size_t mail_address_scan(struct text t, struct mail_address *out, enum mail_address_error *error);

/* ---- paths: what stands between the angle brackets of MAIL and RCPT ------------------------- */

struct mail_path {
    bool null;                   /* "<>" */
    struct text route;           /* "@a.example,@b.example"; empty without a source route */
    struct mail_address mailbox; /* the last hop, which is all that counts (3.3, appendix C) */
};

/*
 * A path at the front of `t`, from "<" to ">"; returns the octets used, 0 on error.  "<>" is read
 * as the null path and "<Postmaster>" as an address without domain: whether they may stand there is
 * for the caller to say.  A source route is recognised and set apart.
 */
size_t mail_path_scan(struct text t, struct mail_path *out, enum mail_address_error *error);

/* ---- what one does with them ---------------------------------------------------------------- */

bool mail_address_equal(const struct mail_address *a, const struct mail_address *b);
/* Local part alone: with case, quotes and backslashes resolved. */
bool mail_local_equal(struct text a, struct text b);
/* "postmaster" in any case (4.5.1), with or without a domain. */
bool mail_address_is_postmaster(const struct mail_address *a);

/* local@domain, quoted only where it must be, the domain as written. */
void mail_address_put(struct buffer *b, const struct mail_address *a);
/* The same with the domain in lower case: equal addresses give equal keys (for a struct table). */
void mail_address_put_key(struct buffer *b, const struct mail_address *a);
/* The local part without quotes and backslashes: the name of a mailbox. */
void mail_local_put_plain(struct buffer *b, struct text local);

const char *mail_address_error_text(enum mail_address_error error);

#endif
