/*
 * report.h - delivery reports: multipart/report (RFC 6522) with message/delivery-status (RFC 3464).
 *
 * A report is an ordinary message, written by a mail system to the sender of another one.  Three
 * parts: words for people, fields for machines, and the message it is about.  That it travels with
 * the null reverse-path, and that none is ever written about a null reverse-path (RFC 5321 6.1), is
 * the envelope's business and so the caller's; mail_report_allowed() is the rule.
 *
 * The original is not copied: the report shares its octets (message.h).
 *
 * Units   dates in civil seconds since 1970, -1: none.
 * Owner   everything in the structs is borrowed during the call; the result is the caller's.
 * Errors  none.
 */
#ifndef SIM_MAIL_REPORT_H
#define SIM_MAIL_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/mail/message.h"
#include "sim/mail/status.h"

/* RFC 3464 2.3.3 */
enum mail_action {
    MAIL_FAILED,
    MAIL_DELAYED,
    MAIL_DELIVERED,
    MAIL_RELAYED,
    MAIL_EXPANDED,
    MAIL_ACTION_COUNT
};

/* RFC 3461 4.3: how much of the original comes back. */
enum mail_return { MAIL_RETURN_FULL, MAIL_RETURN_HEADERS, MAIL_RETURN_NOTHING };

struct mail_report_recipient {
    struct text address;  /* Final-Recipient: rfc822; ... with its case */
    struct text original; /* ORCPT, xtext decoded: "rfc822;bob@x"; empty: none */
    enum mail_action action;
    bool expired; /* failed since it waited too long; the status is that of the last trouble */
    struct mail_status status;
    struct text remote; /* Remote-MTA: dns; ...; empty unless a remote host was asked */
    /* What the reply answered: "RCPT", "message", "greeting"; empty: not known. */
    struct text command;
    /* "550 5.1.1 no such user": the other host's words, '\n' between lines; empty: none. */
    struct text reply;
    struct text reason; /* our own words, where there was no reply: "no answer for 5 days" */
    int64_t last_attempt;
    int64_t retry_until; /* Will-Retry-Until, in delayed reports only */
};

struct mail_report {
    struct text reporting_mta;     /* this host */
    struct text postmaster_domain; /* whose postmaster can help; empty: the host's name */
    struct text to;                /* reverse-path of the original */
    struct text message_id;        /* of the report, without < > */
    struct text queue_id;          /* of the report; names the boundary */
    int64_t date;
    int64_t arrival_date;    /* of the original at this host */
    struct text envelope_id; /* ENVID, decoded; empty: none */
    const struct mail_report_recipient *recipients;
    size_t recipient_count; /* at least one */
    struct message *original;
    enum mail_return returns;
};

/* May a report go to this reverse-path?  Not to the null one. */
bool mail_report_allowed(struct text reverse_path);
struct message *mail_report_build(struct memory *m, const struct mail_report *r);

/* "failed", "delayed", ... */
const char *mail_action_word(enum mail_action action);
/* Is `msg` a report by its header?  (A hint for people; the null reverse-path is what counts.) */
bool mail_report_is(const struct message *msg);

#endif
