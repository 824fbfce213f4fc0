/*
 * tls_parts.h - what the files of TLS share.  For sim/net/tls*.c only.
 *
 *   tls.c         the order of the handshake, records as they come, what others call
 *   tls_hello.c   ClientHello and ServerHello as octets (RFC 8446 4.1)
 *   tls_record.c  records (5) and the streams that seal them
 *
 * Units   octets.
 * Errors  false for what no TLS 1.3 end may say.
 * Owner   buffers are the caller's and are appended to; texts that were read are borrowed.
 */
#ifndef SIM_NET_TLS_PARTS_H
#define SIM_NET_TLS_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/random.h"
#include "sim/kernel/text.h"
#include "sim/net/tls.h"

enum {
    TLS_RANDOM = 32,
    TLS_KEY = 32, /* X25519 */
    TLS_NAME_MAX = 255,
    TLS_HEAD = 5,                /* of a record */
    TLS_RECORD_MAX = 16384 + 256 /* behind its head, sealed (5.2) */
};

/* Types of records (5.1). */
enum { TLS_CHANGE_CIPHER_SPEC = 20, TLS_ALERT = 21, TLS_HANDSHAKE = 22, TLS_DATA = 23 };

/* Types of handshake messages (4). */
enum {
    TLS_CLIENT_HELLO = 1,
    TLS_SERVER_HELLO = 2,
    TLS_ENCRYPTED_EXTENSIONS = 8,
    TLS_CERTIFICATE = 11,
    TLS_CERTIFICATE_VERIFY = 15,
    TLS_FINISHED = 20
};

/* ---- hellos --------------------------------------------------------------------------------- */

struct tls_hello {
    uint8_t random[TLS_RANDOM], session[TLS_RANDOM], key[TLS_KEY];
    struct text name; /* in a client's; without octets: none (RFC 6066 3) */
};

/* A hello with the head of its record; `role` is who says it. */
void tls_put_hello(struct buffer *b, enum tls_role role, const struct tls_hello *h);

/* What the other side said, without the head of the record: `random`, and of a client's hello also
 * `session` and `name` if they are there; the rest stays as it was.  False if it is no whole hello or
 * does not know TLS 1.3, the only version we speak. */
bool tls_read_hello(struct text message, enum tls_role said_by, struct tls_hello *h);

/* ---- lengths and records -------------------------------------------------------------------- */

/* Big-endian. */
void tls_put_number(struct buffer *b, size_t value, unsigned octets);
/* Leaves a length open; tls_fill_length() goes back to where it is. */
size_t tls_open_length(struct buffer *b, unsigned octets);
void tls_fill_length(struct buffer *b, size_t at, unsigned octets);

/* One direction of what is sealed: both ends make the same octets of it. */
struct tls_stream {
    struct random random;
    uint64_t word;
    unsigned left; /* octets of it not used yet */
};

/* `hellos`: a digest of both; `randoms`: the client's and the server's; `purpose`: which direction. */
void tls_stream_init(struct tls_stream *s, uint64_t hellos, struct text randoms,
                     struct text purpose);

/* In as many records as it needs. */
void tls_seal_all(struct tls_stream *s, unsigned type, struct text plain, struct buffer *records);
/* Opens in place what stands behind a record's head: the plaintext's size and its true type, or false
 * if the tag does not fit. */
bool tls_open_record(struct tls_stream *s, char *at, size_t *size, unsigned *type);

/* An alert in clear (6), fatal. */
void tls_put_alert(struct buffer *b, unsigned description);
void tls_put_change_cipher_spec(struct buffer *b);

#endif
