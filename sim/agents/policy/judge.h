/*
 * judge.h - a session's question, put to a list of rules one after another; some have to wait.
 *
 * Each question of a server's session (connection, hello, sender, recipient, data, message) has a list
 * of rules in a fixed order (judge.c).  A rule passes the case on to the next one, decides it, or waits:
 * for DNS, for another server, for time to pass.  If no rule waits, judge() answers at once and takes no
 * memory; else one call to `decided` comes later, from an event, unless judge_cancel() came first.
 * If no rule decides, the answer is yes.
 *
 *   a rule   says JUDGE_PASS, JUDGE_DECIDED (with its verdict in j->answer, see judge_refuse() and
 *            judge_record()), or JUDGE_WAITS.  One that waits calls judge_hold(), keeps what that
 *            returns beside its dns_asking or event, says judge_wait(), and ends its waiting with
 *            judge_wake() and judge_go_on(), from an event and never from inside the rule.
 *   to add   write the rule, declare it in policy_rules.h, put it into the list in judge.c where it
 *            belongs: cheap ones before those that wait, what is certain before what is suspicion.
 *
 * Owner   the caller owns the question and the envelope, path and message that it names; the session
 *         keeps the last three while its question is open.  Subject and path are copied if a rule
 *         waits.  A judgement that waits frees itself after `decided` or in judge_cancel().
 * Errors  none: a refusal is data.  Texts of an answer are good until `decided` returns, or (at once)
 *         until the next event.
 */
#ifndef SIM_AGENTS_POLICY_JUDGE_H
#define SIM_AGENTS_POLICY_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/agents/host/host.h"
#include "sim/agents/policy/policy.h"
#include "sim/kernel/text.h"
#include "sim/mail/address.h"
#include "sim/mail/message.h"
#include "sim/smtp/act.h"
#include "sim/smtp/server.h"
#include "sim/trace/trace.h"

struct judgement;

enum judge_step { JUDGE_PASS, JUDGE_DECIDED, JUDGE_WAITS };

typedef enum judge_step judge_rule(struct judgement *j);

struct judge_question {
    struct host *host;
    judge_rule *const *rules; /* up to NULL; NULL: those of judge.c for this question */
    enum smtp_question at;
    bool lmtp;
    struct policy_client client;
    struct text hello;                        /* the name the client gave; empty before */
    struct text subject;                      /* the address as written, the client, the name */
    const struct mail_path *path;             /* sender, recipient: it; else NULL */
    const struct smtp_parameters *parameters; /* sender, recipient: of MAIL, RCPT; else NULL */
    const struct smtp_envelope *envelope;     /* after an accepted MAIL; else NULL */
    const struct message *message; /* message: with our Received field before it; else NULL */
    struct trace_where where;      /* of records; its cause leads to the first */
    struct judge_notes **notes;    /* where the session keeps them; NULL: it keeps none */
};

/* What rules remember for the rest of a session; there is none until one asks for it. */
struct judge_notes {
    uint32_t refusals;    /* recipients refused so far */
    struct buffer fields; /* header fields to put before the message; ends with the transaction */
};

struct judgement {
    const struct judge_question *q;
    struct policy_answer answer; /* yes, until a rule says otherwise */
    struct trace_where where;    /* cause: the last record of this judgement */
    uint32_t at;                 /* the rule that is asked, in its list */
    struct judgement *held;      /* inside */
    void *state;                 /* of the rule that waits */
    void (*end)(struct judgement *j);
};

/* ---- for whoever asks --------------------------------------------------------------------------- */

/* The questions (SMTP_ASKS) for which a host's listener has rules at all; the others need no asking. */
uint32_t judge_asks(const struct host *h, bool submission, bool lmtp);

/* NULL: *answer is the verdict.  Else it waits, and `decided` will be called. */
struct judgement *judge(const struct judge_question *q, struct policy_answer *answer,
                        void (*decided)(void *context, const struct policy_answer *answer),
                        void *context);
/* The session is gone: no call comes any more.  NULL is fine. */
void judge_cancel(struct judgement *j);

/* NULL is fine. */
void judge_notes_free(struct judge_notes *notes);

/* ---- for rules ---------------------------------------------------------------------------------- */

/* A place that stays while the rule waits; the same for every rule of one judgement.  From then on
 * `j` as given to the rule is not to be used any more. */
struct judgement *judge_hold(struct judgement *j);
/* `end` cancels what is awaited and frees held->state; called once, when the waiting ends. */
void judge_wait(struct judgement *held, void *state, void (*end)(struct judgement *held));
/* The waiting is over: calls what judge_wait() was given.  The rule may wait anew, or */
void judge_wake(struct judgement *held);
/* ... is done: JUDGE_PASS or JUDGE_DECIDED. */
void judge_go_on(struct judgement *held, enum judge_step step);
/* Everything is decided, only the telling had to wait; instead of the last two. */
void judge_tell(struct judgement *held);

/* The session's notes, made if there are none; NULL if it keeps none. */
struct judge_notes *judge_notes(struct judgement *j);

/* The answer becomes a refusal (5yz) or a deferral (4yz). */
void judge_refuse(struct judgement *j, int code, struct text enhanced, struct text text);
/* Records j->answer as the verdict of `rule` (policy.decision) about `subject`. */
void judge_record(struct judgement *j, struct text rule, struct text subject,
                  struct text reference);

#endif
