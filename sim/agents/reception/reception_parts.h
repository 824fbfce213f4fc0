/*
 * reception_parts.h - one server session with its message: shared by reception.c and reception_message.c.
 *
 * Owner   a reception frees itself when its connection is gone; what it holds of a message goes with
 *         reception_drop_message().
 * Errors  as in reception.h.
 */
#ifndef SIM_AGENTS_RECEPTION_RECEPTION_PARTS_H
#define SIM_AGENTS_RECEPTION_RECEPTION_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/agents/dialogue/acts.h"
#include "sim/agents/mail_queue/mail_queue.h"
#include "sim/agents/policy/judge.h"
#include "sim/agents/reception/reception.h"
#include "sim/net/tcp.h"
#include "sim/smtp/server.h"

struct listener {
    struct host *host;
    struct listener *next; /* in host->listeners */
    enum listener_kind kind;
    uint16_t port;
    struct smtp_server_options options;
};

struct door; /* TLS and login: reception_door.c */

struct reception {
    struct host *host;
    const struct listener *listener;
    struct reception *next, *prev; /* in host->receptions */
    struct tcp *tcp;
    struct smtp_server session;
    struct act_timer timer;
    uint64_t cause;
    bool closing;
    bool gone;                   /* so is the connection: nothing can be sent */
    struct door *door;           /* NULL: in clear, and nobody logged in */
    struct judgement *judgement; /* of the open question, if it has to wait */
    struct judge_notes *notes;   /* NULL: none yet */
    struct session_fault *fault; /* NULL: none acts (fault.c) */
    struct buffer octets;        /* of the message that is being read */
    struct message *message;     /* whole, with our Received field */
    struct letter *letter;       /* observer's */
    struct queue_entry *entry;   /* prepared; admitted with the 250 */
    struct custody_ref *parents;
    uint32_t parent_count;
    struct text mailbox, sender,
        recipient;            /* LMTP: of the copy being judged; the last two in `names` */
    struct buffer names;      /* else: the queue id of a message whose verdict has to wait */
    struct report_wish *wish; /* LMTP: who wrote wants to hear of that copy; mostly NULL */
};

/* Before the session is told that it is over (lost, timed out, shut down): nobody waits any more. */
void reception_stop_waiting(struct reception *r);
/* Turns the acts of the last call into records, octets and questions, in order. */
void reception_act(struct reception *r, uint64_t cause);
/* The connection is gone: so is the session with all that it holds. */
void reception_free(struct reception *r);
/* Closes the connection without a word; the session's acts are still to be done. */
void reception_close(struct reception *r, uint64_t cause);
/* The connection is reset, and the session gone. */
void reception_break(struct reception *r, uint64_t cause);

/* ---- reception_door.c -------------------------------------------------------------------------- */

/* What the settings say of TLS and logins; before a session begins. */
void listener_set_doors(struct listener *l);
struct smtp_answer reception_judge_login(struct reception *r, const struct smtp_login *login);
/* Who logged in; empty: nobody. */
struct text reception_user(const struct reception *r);
/* The session said SEAL. */
void reception_seal(struct reception *r);
/* Octets from the connection, to the session; octets from the session, to the connection; and the end:
 * each through TLS if there is any. */
void reception_read(struct reception *r, struct text octets, uint64_t cause);
void reception_send(struct reception *r, struct text octets);
void reception_hang_up(struct reception *r);
void reception_free_door(struct reception *r);

/* ---- reception.c, reception_message.c ---------------------------------------------------------- */

/* The client's address. */
struct text reception_client_text(const struct reception *r);
/* The octets that were read become a message with our Received field before it (RFC 5321 4.4). */
void reception_take_message(struct reception *r, struct text queue);
void reception_drop_message(struct reception *r);
/* Everything that custody will need, before the envelope goes with the answer. */
void reception_prepare_entry(struct reception *r, struct text id);
/* The 2yz to the end of data is on its way: from here on this host is responsible (4.2.5, 6.1). */
void reception_admit(struct reception *r);
/* LMTP: one copy goes into its mailbox with its 2yz; custody begins and ends here (RFC 2033 4.2). */
void reception_deliver_copy(struct reception *r);

#endif
