/*
 * pop3_server.h - one POP3 dialogue as the server sees it (RFC 1939).
 *
 *   AUTHORIZATION --USER, PASS--> TRANSACTION --QUIT--> UPDATE
 *
 * The maildrop is a snapshot taken with the login: what is delivered meanwhile waits for the next
 * session (RFC 1939 8), and what was marked by DELE is removed by QUIT alone (6), never by a lost
 * connection.  A password in clear is refused unless `tls` says that there is none to be had.
 *
 * Owner   the caller owns the session and the options; the session holds its messages itself.
 * Errors  calls out of turn are our bugs, asserted.
 */
#ifndef SIM_AGENTS_POP3_POP3_SERVER_H
#define SIM_AGENTS_POP3_POP3_SERVER_H

#include "sim/agents/config/config.h"
#include "sim/agents/pop3/pop3.h"
#include "sim/mail/message.h"

struct pop3_server_options {
    struct text name; /* our host name */
    enum tls_policy tls;
    bool implicit; /* sealed from the first octet: nothing is said before pop3_server_tls_up() */
};

struct pop3_item {
    struct message *message;
    uint32_t uid;
    bool deleted;
};

enum pop3_state { POP3_AUTHORIZATION, POP3_TRANSACTION, POP3_OVER };

struct pop3_server {
    const struct pop3_server_options *options;
    struct memory *memory;
    struct buffer input;
    struct text user; /* ours to free */
    struct pop3_item *items;
    uint32_t count;
    enum pop3_state state;
    bool sealed, sealing, asking, discarding;
};

void pop3_server_init(struct pop3_server *s, struct memory *m, const struct pop3_server_options *o);
void pop3_server_free(struct pop3_server *s);
void pop3_server_start(struct pop3_server *s, struct pop3_acts *acts);
void pop3_server_input(struct pop3_server *s, struct text octets, struct pop3_acts *acts);
void pop3_server_tls_up(struct pop3_server *s, struct pop3_acts *acts);
void pop3_server_tls_failed(struct pop3_server *s, struct pop3_acts *acts);

enum pop3_login { POP3_LOGIN_GOOD, POP3_LOGIN_BAD, POP3_LOGIN_IN_USE };

/* The answer to LOGIN; the messages of `items` are held (message_hold) if it is good. */
void pop3_server_login(struct pop3_server *s, enum pop3_login verdict,
                       const struct pop3_item *items, uint32_t count, struct pop3_acts *acts);

#endif
