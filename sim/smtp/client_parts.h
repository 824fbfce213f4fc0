/*
 * client_parts.h - what the files of the client's session share: client.c drives the dialogue,
 * client_write.c writes commands, client_data.c sends the message.
 *
 * Nobody outside includes this; the session's interface is client.h.
 *
 * Owner   as in client.h.  Errors  none.
 */
#ifndef SIM_SMTP_CLIENT_PARTS_H
#define SIM_SMTP_CLIENT_PARTS_H

#include "sim/smtp/client.h"

/* ---- client_write.c ------------------------------------------------------------------------------- */

/* A command as COMMAND and SEND; `argument` may be empty. */
void smtp_client_command(enum smtp_verb verb, struct text argument, struct smtp_acts *acts);
/* MAIL, and if it may be the whole group: all RCPT and DATA, in one SEND. */
void smtp_client_send_group(struct smtp_client *c, struct smtp_acts *acts);
/* RCPT for the next recipient that is not named yet. */
void smtp_client_send_rcpt(struct smtp_client *c, struct smtp_acts *acts);

/* ---- client_data.c ------------------------------------------------------------------------------- */

void smtp_client_data_begin(struct smtp_client *c);
/* SEND acts for these octets, dots added, and for the end if they are the last. */
void smtp_client_data_put(struct smtp_client *c, struct text octets, bool last,
                          struct smtp_acts *acts);

#endif
