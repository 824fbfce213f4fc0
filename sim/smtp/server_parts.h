/*
 * server_parts.h - what the files of the server's session share: server.c drives the dialogue,
 * server_data.c reads messages, server_envelope.c keeps transactions.
 *
 * Nobody outside includes this; the session's interface is server.h.
 *
 * Owner   as in server.h.  Errors  none.
 */
#ifndef SIM_SMTP_SERVER_PARTS_H
#define SIM_SMTP_SERVER_PARTS_H

#include "sim/smtp/server.h"

/* ---- server_envelope.c -------------------------------------------------------------------------- */

/* A transaction that begins with this sender; the slices are copied. */
struct smtp_envelope *smtp_envelope_new(struct memory *m, struct text argument,
                                        const struct mail_path *path,
                                        const struct smtp_parameters *parameters);
void smtp_envelope_free(struct memory *m, struct smtp_envelope *e);
/* Puts a recipient behind the accepted ones without counting it yet. */
struct smtp_recipient *smtp_envelope_propose(struct memory *m, struct smtp_envelope *e,
                                             struct text argument, const struct mail_path *path,
                                             const struct smtp_parameters *parameters);
/* What was proposed last is accepted, or forgotten. */
void smtp_envelope_settle(struct smtp_envelope *e, bool accepted, uintptr_t tag);

/* ---- server_data.c ------------------------------------------------------------------------------ */

void smtp_server_data_begin(struct smtp_server *s);
/*
 * Reads message octets, gives DATA acts, and stops behind the end of data (*end).  Returns the
 * octets used.  `copy`: the octets lie in our own buffer, so acts need copies.
 */
size_t smtp_server_data_read(struct smtp_server *s, struct text octets, bool copy, bool *end,
                             struct smtp_acts *acts);

/* ---- server_write.c ------------------------------------------------------------------------------  */

/* The reply of `cell`, with the answer's words and code if there is one (or NULL). */
void smtp_server_reply(struct smtp_server *s, const struct smtp_cell *cell,
                       const struct smtp_answer *answer, enum smtp_verb to, unsigned code,
                       struct smtp_acts *acts);
/* Formats the replies that are not on their way yet, as one SEND. */
void smtp_server_flush(struct smtp_acts *acts);
struct text smtp_server_join(struct smtp_acts *acts, struct text a, struct text b, struct text c);

/* ---- server_command.c ---------------------------------------------------------------------------- */

void smtp_server_command(struct smtp_server *s, const struct smtp_command *c,
                         struct smtp_acts *acts);
void smtp_server_ask_connection(struct smtp_server *s, struct smtp_acts *acts);
/* In state MESSAGE: asks about the message, in LMTP about the next recipient's copy. */
void smtp_server_judge(struct smtp_server *s, struct smtp_acts *acts);
void smtp_server_resolve(struct smtp_server *s, enum smtp_question question,
                         const struct smtp_answer *answer, struct smtp_acts *acts);

/* ---- server.c ------------------------------------------------------------------------------------ */

const struct smtp_cell *smtp_server_cell(const struct smtp_server *s, enum smtp_server_input input);
/* Executes the cell of this input; `answer` (or NULL) may bring other words and another code. */
void smtp_server_apply(struct smtp_server *s, enum smtp_server_input input, enum smtp_verb to,
                       const struct smtp_answer *answer, struct smtp_acts *acts);
void smtp_server_drop(struct smtp_server *s);
struct text smtp_server_take_text(struct smtp_server *s, struct text t);
void smtp_server_give_text(struct smtp_server *s, struct text *t);

#endif
