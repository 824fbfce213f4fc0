/*
 * policy_rules.h - the rules that judge.c puts its questions to, each where it is defined.
 *
 * Owner   as in judge.h.  Errors  none.
 */
#ifndef SIM_AGENTS_POLICY_POLICY_RULES_H
#define SIM_AGENTS_POLICY_POLICY_RULES_H

#include "sim/agents/policy/judge.h"

/* ---- policy.c ------------------------------------------------------------------------------- */

judge_rule policy_rule_submitter;           /* sender: who may submit here (RFC 6409 4.3) */
judge_rule policy_rule_sender_qualified;    /* sender: a whole domain name (RFC 6409 4.2) */
judge_rule policy_rule_sender_own;          /* sender: a user's own address (policy_sender.c) */
judge_rule policy_rule_recipient_qualified; /* recipient: the same */
judge_rule policy_rule_lmtp_mailbox;        /* recipient, LMTP: a mailbox of this host's MDA */
judge_rule policy_rule_relay;               /* recipient: our own, or one we relay to */
judge_rule policy_rule_mailbox;             /* recipient: our own, and it exists (RFC 5321 3.3) */
judge_rule policy_rule_hop_limit;           /* message: not in a circle (RFC 5321 6.3) */

/* ---- policy_limits.c, policy_blocklist.c, policy_spf.c, policy_greylist.c ------------------- */

judge_rule policy_rule_connections; /* connection: not too many at a time (421) */
judge_rule policy_rule_rate;        /* sender: not too many mails in a window (450) */
judge_rule policy_rule_blocklists;  /* recipient: no list names the client (RFC 5782) */
judge_rule policy_rule_spf;         /* sender: the client may speak for its domain (RFC 7208) */
judge_rule policy_rule_greylist;    /* recipient: the client has come before (RFC 6647) */

/* ---- policy_mailboxes.c --------------------------------------------------------------------- */

judge_rule policy_rule_room; /* recipient: its mailbox here is not full */

/* ---- policy_callout.c, policy_null_mx.c ----------------------------------------------------- */

judge_rule policy_rule_callout; /* recipient: the next host knows it ("ask") */
judge_rule policy_rule_null_mx; /* sender, recipient: its domain takes mail at all (RFC 7505) */

/* ---- policy_queue.c ------------------------------------------------------------------------- */

judge_rule policy_rule_queue; /* sender, message: there is room in the queue (RFC 1870 6.1) */

#endif
