/*
 * client_parts.h - what the files of the client's session share: client.c drives the dialogue,
 * client_fate.c tells what becomes of recipients,
 * client_write.c writes commands, client_secure.c begins TLS and logs in, client_data.c sends the
 * message.
 *
 * Nobody outside includes this; the session's interface is client.h.
 *
 * Owner   as in client.h.  Errors  none.
 */
#ifndef SIM_SMTP_CLIENT_PARTS_H
#define SIM_SMTP_CLIENT_PARTS_H

#include "sim/smtp/client.h"

/* ---- client_fate.c -------------------------------------------------------------------------------- */

/* What decided about a recipient: a reply, or our own words. */
struct smtp_ruling {
    enum smtp_fate fate;
    enum smtp_verb by;
    unsigned code;
    struct text enhanced, text;
    const struct smtp_reply *reply; /* NULL: our own words */
    bool in_doubt;
};

struct smtp_ruling smtp_ruling_by_reply(enum smtp_fate fate, const struct smtp_reply *r);
struct smtp_ruling smtp_ruling_by_us(enum smtp_fate fate, struct text enhanced, struct text text);
/* What an input that ends the transaction means for the recipients that are still open. */
struct smtp_ruling smtp_client_ruling(const struct smtp_client *c, enum smtp_client_input input,
                                      const struct smtp_reply *reply);
void smtp_client_settle(struct smtp_client *c, size_t index, const struct smtp_ruling *r,
                        struct smtp_acts *acts);
/* All from `index` on that are open. */
void smtp_client_settle_from(struct smtp_client *c, size_t index, const struct smtp_ruling *r,
                             struct smtp_acts *acts);
/* Every fate is told: the mail is no longer ours. */
void smtp_client_done(struct smtp_client *c, struct smtp_acts *acts);

/* ---- client_write.c ------------------------------------------------------------------------------- */

/* A line as COMMAND and SEND, of which only `shown` is told: with a password in it, or no command. */
void smtp_client_line(enum smtp_verb verb, struct text line, struct text shown,
                      struct smtp_acts *acts);
/* A command as COMMAND and SEND; `argument` may be empty. */
void smtp_client_command(enum smtp_verb verb, struct text argument, struct smtp_acts *acts);
/* "BDAT 1000 LAST" */
void smtp_client_send_bdat(struct smtp_client *c, struct smtp_acts *acts);
/* MAIL, and if it may be the whole group: all RCPT, and DATA if that is to follow, in one SEND. */
void smtp_client_send_group(struct smtp_client *c, struct smtp_acts *acts);
/* RCPT for the next recipient that is not named yet. */
void smtp_client_send_rcpt(struct smtp_client *c, struct smtp_acts *acts);

/* ---- client_secure.c ------------------------------------------------------------------------------ */

/* What is to be done in READY before any mail: an input of the table, or MAIL_WANTED for nothing. */
enum smtp_client_input smtp_client_before_mail(const struct smtp_client *c);
/* AUTH with the best mechanism that both know; the next response; false: there is none. */
void smtp_client_send_auth(struct smtp_client *c, struct smtp_acts *acts);
bool smtp_client_can_respond(const struct smtp_client *c);
void smtp_client_send_response(struct smtp_client *c, struct smtp_acts *acts);
/* The mechanisms behind the keyword AUTH. */
uint8_t smtp_client_read_mechanisms(struct text words);

/* ---- client_data.c ------------------------------------------------------------------------------- */

void smtp_client_data_begin(struct smtp_client *c);
/* SEND acts for these octets, dots added, and for the end if they are the last. */
void smtp_client_data_put(struct smtp_client *c, struct text octets, bool last,
                          struct smtp_acts *acts);

#endif
