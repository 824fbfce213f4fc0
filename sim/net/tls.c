/*
 * tls.c - the order of a TLS handshake, and what goes to and fro once it is done.
 *
 *   client                                          server
 *   ClientHello                       -->
 *                                     <--           ServerHello, change_cipher_spec,
 *                                                   {EncryptedExtensions} {Certificate}
 *                                                   {CertificateVerify} {Finished}
 *   change_cipher_spec, {Finished}    -->
 *   {data}                            <->           {data}
 *
 * What stands in braces is sealed: an outer record of type application_data, whose last octet inside is
 * the true type (5.2).  As OpenSSL does it, each message has a record of its own.
 */
#include "sim/net/tls.h"

#include <assert.h>

#include "sim/net/tls_parts.h"

enum { /* octets of messages without meaning for us */
       FINISHED = 32,
       CERTIFICATE = 740, /* a usual one for an ECDSA key, without the name */
       SIGNATURE = 71
};

enum { CLOSE_NOTIFY = 0, UNEXPECTED_MESSAGE = 10, BAD_RECORD_MAC = 20, DECODE_ERROR = 50 };

enum state { IDLE, HELLO_SENT, HELLO_AWAITED, FINISHED_AWAITED, UP, OVER };

struct tls_end {
    struct memory *memory;
    enum tls_role role;
    enum state state;
    bool closed; /* we said close_notify */
    /* Its name is ours to free; a server's becomes what the client asked for. */
    struct tls_hello own;
    uint64_t hellos; /* a digest of both, so that what was changed in them is noticed */
    struct tls_stream out, in;
    struct buffer input; /* part of a record */
};

/* ---- the handshake ------------------------------------------------------------------------- */

static void set_streams(struct tls_end *t, const uint8_t *client, const uint8_t *server)
{
    char both[2 * TLS_RANDOM];

    memcpy(both, client, TLS_RANDOM);
    memcpy(both + TLS_RANDOM, server, TLS_RANDOM);
    struct text randoms = text_from(both, sizeof both);
    bool client_end = t->role == TLS_CLIENT;
    tls_stream_init(client_end ? &t->out : &t->in, t->hellos, randoms, TEXT("tls client"));
    tls_stream_init(client_end ? &t->in : &t->out, t->hellos, randoms, TEXT("tls server"));
}

/* Each end digests them in the order in which they go over the wire. */
static void digest_hello(struct tls_end *t, struct text message)
{
    t->hellos = t->hellos * UINT64_C(0x9e3779b97f4a7c15) + text_hash(message);
}

/* The hello's message begins behind the head of its record. */
static void say_hello(struct tls_end *t, struct buffer *records)
{
    size_t at = records->size + TLS_HEAD;

    tls_put_hello(records, t->role, &t->own);
    digest_hello(t, text_after(buffer_text(records), at));
}

static void seal_message(struct tls_end *t, unsigned type, size_t filler, struct text name,
                         struct buffer *records)
{
    struct buffer b;

    buffer_init(&b, t->memory);
    tls_put_number(&b, type, 1);
    size_t message = tls_open_length(&b, 3);
    buffer_put_text(&b, name);
    for (size_t i = 0; i < filler; i++)
        buffer_put_char(&b, 0);
    tls_fill_length(&b, message, 3);
    tls_seal_all(&t->out, TLS_HANDSHAKE, buffer_text(&b), records);
    buffer_free(&b);
}

static void answer_hello(struct tls_end *t, const uint8_t *client_random, struct text own_name,
                         struct buffer *records)
{
    say_hello(t, records);
    set_streams(t, client_random, t->own.random);
    tls_put_change_cipher_spec(records);
    seal_message(t, TLS_ENCRYPTED_EXTENSIONS, 2, TEXT(""), records);
    seal_message(t, TLS_CERTIFICATE, CERTIFICATE, own_name, records);
    seal_message(t, TLS_CERTIFICATE_VERIFY, 4 + SIGNATURE, TEXT(""), records);
    seal_message(t, TLS_FINISHED, FINISHED, TEXT(""), records);
}

static enum tls_progress broken(struct tls_end *t, unsigned description, struct buffer *records)
{
    t->state = OVER;
    tls_put_alert(records, description);
    return TLS_BROKEN;
}

static void forget_name(struct tls_end *t)
{
    if (t->own.name.at)
        memory_give(t->memory, (char *)(uintptr_t)t->own.name.at, t->own.name.size + 1);
}

static enum tls_progress client_came(struct tls_end *t, struct text message, struct buffer *records)
{
    struct tls_hello hello = {.random = {0}};

    memcpy(hello.session, t->own.session, TLS_RANDOM);
    bool good = tls_read_hello(message, TLS_CLIENT, &hello);
    digest_hello(t, message);
    memcpy(t->own.session, hello.session, TLS_RANDOM); /* said back (4.1.3) */
    if (good)
        answer_hello(t, hello.random, t->own.name, records);
    forget_name(t);
    t->own.name = hello.name.at ? text_copy(t->memory, hello.name) : hello.name;
    return good ? TLS_GOING : broken(t, DECODE_ERROR, records);
}

static enum tls_progress server_came(struct tls_end *t, struct text message, struct buffer *records)
{
    struct tls_hello hello = {.random = {0}};

    if (!tls_read_hello(message, TLS_SERVER, &hello))
        return broken(t, DECODE_ERROR, records);
    digest_hello(t, message);
    set_streams(t, t->own.random, hello.random);
    return TLS_GOING;
}

static enum tls_progress hello_came(struct tls_end *t, struct text message, struct buffer *records)
{
    t->state = FINISHED_AWAITED;
    return t->role == TLS_SERVER ? client_came(t, message, records)
                                 : server_came(t, message, records);
}

static enum tls_progress finished_came(struct tls_end *t, struct buffer *records)
{
    if (t->role == TLS_CLIENT) {
        tls_put_change_cipher_spec(records);
        seal_message(t, TLS_FINISHED, FINISHED, TEXT(""), records);
    }
    t->state = UP;
    return TLS_UP;
}

/* ---- records in ---------------------------------------------------------------------------- */

static enum tls_progress sealed_came(struct tls_end *t, char *at, size_t size,
                                     struct buffer *records, struct buffer *plain)
{
    unsigned type;

    if (!tls_open_record(&t->in, at, &size, &type))
        return broken(t, BAD_RECORD_MAC, records);
    struct text inside = text_from(at, size);
    if (type == TLS_HANDSHAKE && t->state == FINISHED_AWAITED && inside.size > 0)
        return (uint8_t)inside.at[0] == TLS_FINISHED ? finished_came(t, records) : TLS_GOING;
    if (type == TLS_DATA && t->state == UP) {
        buffer_put_text(plain, inside);
        return TLS_GOING;
    }
    if (type == TLS_ALERT && inside.size == 2) {
        bool farewell = inside.at[1] == CLOSE_NOTIFY;
        if (!farewell)
            t->state = OVER;
        return farewell ? TLS_ENDED : TLS_BROKEN;
    }
    return broken(t, UNEXPECTED_MESSAGE, records);
}

static enum tls_progress record_came(struct tls_end *t, unsigned type, char *at, size_t size,
                                     struct buffer *records, struct buffer *plain)
{
    if (type == TLS_HANDSHAKE && (t->state == HELLO_AWAITED || t->state == HELLO_SENT))
        return hello_came(t, text_from(at, size), records);
    if (type == TLS_CHANGE_CIPHER_SPEC && t->state == FINISHED_AWAITED && size == 1)
        return TLS_GOING; /* says nothing (5) */
    if (type == TLS_DATA && (t->state == FINISHED_AWAITED || t->state == UP))
        return sealed_came(t, at, size, records, plain);
    if (type == TLS_ALERT) {
        t->state = OVER;
        return TLS_BROKEN;
    }
    return broken(t, UNEXPECTED_MESSAGE, records);
}

/* The whole records among the octets that are there; `up` is remembered over the plaintext behind it. */
enum tls_progress tls_receive(struct tls_end *t, struct text octets, struct buffer *records,
                              struct buffer *plain)
{
    enum tls_progress result = TLS_GOING;
    size_t done = 0;

    if (t->state == OVER)
        return TLS_BROKEN;
    buffer_put_text(&t->input, octets);
    while (t->input.size - done >= TLS_HEAD) {
        char *head = t->input.at + done;
        unsigned type = (uint8_t)head[0];
        size_t size = (size_t)(uint8_t)head[3] << 8 | (uint8_t)head[4];

        if (type < TLS_CHANGE_CIPHER_SPEC || type > TLS_DATA || head[1] != 3 ||
            size > TLS_RECORD_MAX) {
            result = broken(t, UNEXPECTED_MESSAGE, records);
            break;
        }
        if (t->input.size - done < TLS_HEAD + size)
            break;
        enum tls_progress p = record_came(t, type, head + TLS_HEAD, size, records, plain);
        done += TLS_HEAD + size;
        if (p != TLS_GOING)
            result = p;
        if (p == TLS_ENDED || p == TLS_BROKEN)
            break;
    }
    buffer_drop(&t->input, done);
    if (t->input.size == 0) {
        buffer_free(&t->input);
        buffer_init(&t->input, t->memory);
    }
    return result;
}

/* ---- the rest ------------------------------------------------------------------------------ */

static void draw_octets(struct random *r, uint8_t *out, size_t size)
{
    for (size_t i = 0; i < size; i += 8) {
        uint64_t word = random_next(r);

        for (size_t k = 0; k < 8 && i + k < size; k++)
            out[i + k] = (uint8_t)(word >> 8 * k);
    }
}

struct tls_end *tls_new(struct memory *m, enum tls_role role, struct text server_name,
                        struct random *draw)
{
    struct tls_end *t = MEMORY_NEW(m, struct tls_end);
    bool said = role == TLS_SERVER || (server_name.size > 0 && server_name.at[0] != '[' &&
                                       server_name.size <= TLS_NAME_MAX);

    t->memory = m;
    t->role = role;
    t->state = role == TLS_SERVER ? HELLO_AWAITED : IDLE;
    t->own.name = text_copy(m, said ? server_name : TEXT(""));
    draw_octets(draw, t->own.random, TLS_RANDOM);
    draw_octets(draw, t->own.key, TLS_KEY);
    if (role == TLS_CLIENT)
        draw_octets(draw, t->own.session, TLS_RANDOM);
    buffer_init(&t->input, m);
    return t;
}

void tls_free(struct tls_end *t)
{
    if (!t)
        return;
    buffer_free(&t->input);
    forget_name(t);
    memory_give(t->memory, t, sizeof *t);
}

void tls_start(struct tls_end *t, struct buffer *records)
{
    if (t->role == TLS_SERVER)
        return;
    assert(t->state == IDLE);
    say_hello(t, records);
    t->state = HELLO_SENT;
}

void tls_seal(struct tls_end *t, struct text plain, struct buffer *records)
{
    assert(t->state == UP && !t->closed);
    tls_seal_all(&t->out, TLS_DATA, plain, records);
}

void tls_close(struct tls_end *t, struct buffer *records)
{
    static const char farewell[] = {1, CLOSE_NOTIFY};

    if (t->state != UP || t->closed)
        return;
    t->closed = true;
    tls_seal_all(&t->out, TLS_ALERT, text_from(farewell, 2), records);
}

bool tls_is_up(const struct tls_end *t)
{
    return t->state == UP;
}

struct text tls_hello_name(const struct tls_end *t)
{
    bool known = t->role == TLS_CLIENT || (t->state != HELLO_AWAITED && t->own.name.at);

    return known ? t->own.name : TEXT("");
}
