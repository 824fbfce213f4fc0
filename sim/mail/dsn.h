/*
 * dsn.h - what a sender asks of delivery reports, envelope's part (RFC 3461): RET and ENVID with
 * MAIL, NOTIFY and ORCPT with RCPT, as values and as they stand on the wire.
 *
 * A host that can pass them on does so unchanged (5.2.1); one that cannot, acts on them itself.  The
 * texts are therefore kept as they were written: xtext, and for ORCPT "rfc822;bob@a.example".
 *
 * Units   octets.
 * Owner   texts are slices of what was read, or whatever the caller has; nothing is copied.
 * Errors  parsers say false for what the grammar of section 4 does not allow.
 */
#ifndef SIM_MAIL_DSN_H
#define SIM_MAIL_DSN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/text.h"

/* 4.4 and 4.2: how long the values may be, as written. */
enum { DSN_ENVID_MAX = 100, DSN_ORCPT_MAX = 500 };

/* 4.3: how much of the message a report of a failure brings back. */
enum dsn_ret {
    DSN_RET_NONE, /* not said: up to whoever reports */
    DSN_RET_FULL,
    DSN_RET_HDRS,
};

/* 4.1: bits of NOTIFY; 0: not given, as FAILURE and perhaps DELAY.  NEVER stands alone. */
enum dsn_notify {
    DSN_NOTIFY_NEVER = 1,
    DSN_NOTIFY_SUCCESS = 2,
    DSN_NOTIFY_FAILURE = 4,
    DSN_NOTIFY_DELAY = 8,
};

struct dsn_message {
    uint8_t ret;       /* enum dsn_ret */
    struct text envid; /* xtext as written, or empty */
};

struct dsn_recipient {
    uint8_t notify;    /* bits of enum dsn_notify */
    struct text orcpt; /* type;xtext as written, or empty */
};

static inline bool dsn_message_given(const struct dsn_message *d)
{
    return d->ret != DSN_RET_NONE || d->envid.size > 0;
}

static inline bool dsn_recipient_given(const struct dsn_recipient *d)
{
    return d->notify != 0 || d->orcpt.size > 0;
}

/* "FULL" or "HDRS", in any case. */
bool dsn_ret_parse(struct text value, uint8_t *ret);
/* "NEVER", or "SUCCESS", "FAILURE", "DELAY" with commas between, in any case, none twice. */
bool dsn_notify_parse(struct text value, uint8_t *notify);
/* xtext of 1 to DSN_ENVID_MAX octets. */
bool dsn_envid_valid(struct text value);
/* An address type, ";", xtext: up to DSN_ORCPT_MAX octets. */
bool dsn_orcpt_valid(struct text value);

/* "FULL", "HDRS"; empty for DSN_RET_NONE. */
struct text dsn_ret_name(uint8_t ret);
/* "SUCCESS,DELAY" onto `out`; nothing for 0. */
void dsn_notify_put(struct buffer *out, uint8_t notify);

/* ---- xtext (4): printable ASCII, all else and "+" and "=" as "+" and two hexadecimal digits --------- */

bool dsn_xtext_valid(struct text t);
void dsn_xtext_put(struct buffer *out, struct text plain);
/* The octets that valid xtext stands for. */
void dsn_xtext_decode(struct buffer *out, struct text xtext);

#endif
