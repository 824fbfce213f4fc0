/*
 * pop3_client.h - one POP3 dialogue as the client sees it: one visit, everything new is fetched.
 *
 *   greeting, [CAPA, STLS, CAPA,] USER, PASS, UIDL, { RETR, [DELE] }, QUIT
 *
 * It never sends a password in clear unless `tls` is TLS_WISH_NONE.  What was fetched before is known by
 * its unique-id, so that a message left there, or one whose removal was cut off, is not fetched twice.
 *
 * Owner   the caller owns the session, the options and the list of known ids (which the session
 *         renews: ids that are no longer listed are dropped).
 * Errors  what the server refuses ends the visit; calls out of turn are our bugs, asserted.
 */
#ifndef SIM_AGENTS_POP3_POP3_CLIENT_H
#define SIM_AGENTS_POP3_POP3_CLIENT_H

#include "sim/agents/config/config.h"
#include "sim/agents/pop3/pop3.h"

enum pop3_step {
    POP3_GREETING,
    POP3_CAPA,
    POP3_STLS,
    POP3_SEALING,
    POP3_USER,
    POP3_PASS,
    POP3_UIDL,
    POP3_RETR,
    POP3_DELE,
    POP3_QUIT,
    POP3_DONE
};

struct pop3_client {
    const struct collect_config *options;
    struct memory *memory;
    struct buffer *known; /* unique-ids that were fetched, each with a line feed */
    struct buffer input;
    struct buffer uids; /* of what is to be fetched: "3 17\n" */
    size_t uids_at;
    struct text number, uid; /* of the message under way; in `uids` */
    int64_t octets;          /* of it, so far */
    enum pop3_step step;
    bool multi;      /* the lines of a reply are being read */
    bool stls, user; /* offered in the last CAPA */
    bool sealed;     /* by STLS */
};

void pop3_client_init(struct pop3_client *c, struct memory *m, const struct collect_config *o,
                      struct buffer *known);
void pop3_client_free(struct pop3_client *c);
void pop3_client_start(struct pop3_client *c, struct pop3_acts *acts);
void pop3_client_input(struct pop3_client *c, struct text octets, struct pop3_acts *acts);
void pop3_client_tls_up(struct pop3_client *c, struct pop3_acts *acts);
void pop3_client_tls_failed(struct pop3_client *c, struct pop3_acts *acts);

#endif
