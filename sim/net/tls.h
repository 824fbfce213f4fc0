/*
 * tls.h - one end of a TLS 1.3 connection as it looks on the wire (RFC 8446).
 *
 * Octets from TCP go in, plaintext comes out, and the other way round.  Pure: no connection, no clock,
 * no trace.
 *
 *   true       records and their lengths, the hellos with their extensions (the server's name can be
 *              read by everybody on the way: RFC 6066 3), the order and the usual sizes of the sealed
 *              handshake messages, the change_cipher_spec records for middle boxes (D.4), alerts
 *   stand-in   randoms and key shares are drawn from a seeded stream; "ciphertext" is the plaintext
 *              XORed with a stream that is made of both hellos, so that either end can open it, and so
 *              could anybody who knows how.  No certificate is checked, no session resumed.
 *
 * Units   octets.
 * Owner   tls_new() takes from `memory`, tls_free() gives back; the buffers are the caller's and are
 *         appended to.
 * Errors  what the other side does wrong ends in TLS_BROKEN with an alert to send; calls out of turn
 *         are our bugs, asserted.
 */
#ifndef SIM_NET_TLS_H
#define SIM_NET_TLS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/random.h"
#include "sim/kernel/text.h"

enum tls_role { TLS_CLIENT, TLS_SERVER };

enum tls_progress {
    TLS_GOING, /* nothing new, or plaintext only */
    TLS_UP,    /* the handshake has just been completed; plaintext may have come with it */
    TLS_ENDED, /* the other side said close_notify: nothing more will come */
    TLS_BROKEN /* what came is no TLS, or was changed on the way; nothing more can be done */
};

struct tls_end;

/* `server_name`: whom a client wants to speak to; empty, or an address literal: not said (RFC 6066 3).
 * A server's is the name in its certificate.  `draw` is used here and now only. */
struct tls_end *tls_new(struct memory *m, enum tls_role role, struct text server_name,
                        struct random *draw);
/* NULL is fine. */
void tls_free(struct tls_end *t);

/* A client speaks first; for a server nothing happens. */
void tls_start(struct tls_end *t, struct buffer *records);
enum tls_progress tls_receive(struct tls_end *t, struct text octets, struct buffer *records,
                              struct buffer *plain);
/* Once it is up.  Nothing after tls_close(). */
void tls_seal(struct tls_end *t, struct text plain, struct buffer *records);
/* close_notify (6.1), before the FIN; nothing if it is not up, or a second time. */
void tls_close(struct tls_end *t, struct buffer *records);

bool tls_is_up(const struct tls_end *t);
/* The name in the ClientHello, as sent or received; empty if there is none (yet). */
struct text tls_hello_name(const struct tls_end *t);

#endif
