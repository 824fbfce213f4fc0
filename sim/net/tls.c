/*
 * tls.c - records, hellos, and a stream to seal them with.
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

enum {
    RANDOM = 32,
    KEY = 32, /* X25519 */
    FINISHED = 32,
    TAG = 16, /* AES-GCM */
    HEAD = 5, /* of a record */
    PLAIN_MAX = 16384,
    RECORD_MAX = PLAIN_MAX + 256, /* 5.2 */
    NAME_MAX = 255,
    CERTIFICATE = 740, /* octets of a usual one for an ECDSA key, without the name */
    SIGNATURE = 71
};

enum { CHANGE_CIPHER_SPEC = 20, ALERT = 21, HANDSHAKE = 22, DATA = 23 };

enum {
    CLIENT_HELLO = 1,
    SERVER_HELLO = 2,
    ENCRYPTED_EXTENSIONS = 8,
    CERTIFICATE_MESSAGE = 11,
    CERTIFICATE_VERIFY = 15,
    FINISHED_MESSAGE = 20
};

enum { CLOSE_NOTIFY = 0, UNEXPECTED_MESSAGE = 10, BAD_RECORD_MAC = 20, DECODE_ERROR = 50 };

enum {
    SERVER_NAME = 0,
    GROUPS = 10,
    SIGNATURES = 13,
    VERSIONS = 43,
    PSK_MODES = 45,
    KEY_SHARE = 51
};

enum state { IDLE, HELLO_SENT, HELLO_AWAITED, FINISHED_AWAITED, UP, OVER };

/* One direction: both ends make the same octets of it. */
struct stream {
    struct random random;
    uint64_t word;
    unsigned left; /* octets of it not used yet */
};

struct tls_end {
    struct memory *memory;
    enum tls_role role;
    enum state state;
    bool closed; /* we said close_notify */
    uint8_t own_random[RANDOM], session[RANDOM], key[KEY];
    uint64_t hellos; /* a digest of both, so that what was changed in them is noticed */
    struct stream out, in;
    struct buffer input; /* part of a record */
    struct text name;    /* ours to free */
};

/* ---- streams ------------------------------------------------------------------------------- */

static void draw_octets(struct random *r, uint8_t *out, size_t size)
{
    for (size_t i = 0; i < size; i += 8) {
        uint64_t word = random_next(r);

        for (size_t k = 0; k < 8 && i + k < size; k++)
            out[i + k] = (uint8_t)(word >> 8 * k);
    }
}

static uint8_t stream_next(struct stream *s)
{
    if (s->left == 0) {
        s->word = random_next(&s->random);
        s->left = 8;
    }
    uint8_t octet = (uint8_t)s->word;
    s->word >>= 8;
    s->left--;
    return octet;
}

static void set_streams(struct tls_end *t, const uint8_t *client, const uint8_t *server)
{
    char both[2 * RANDOM];

    memcpy(both, client, RANDOM);
    memcpy(both + RANDOM, server, RANDOM);
    struct text seed = text_from(both, sizeof both);
    struct stream *of_client = t->role == TLS_CLIENT ? &t->out : &t->in;
    struct stream *of_server = t->role == TLS_CLIENT ? &t->in : &t->out;
    random_init(&of_client->random, t->hellos, seed, TEXT("tls client"));
    random_init(&of_server->random, t->hellos, seed, TEXT("tls server"));
    of_client->left = of_server->left = 0;
}

/* Each end digests them in the order in which they go over the wire. */
static void digest_hello(struct tls_end *t, struct text message)
{
    t->hellos = t->hellos * UINT64_C(0x9e3779b97f4a7c15) + text_hash(message);
}

/* Sixteen octets that depend on everything inside, so that a changed octet is noticed. */
static void make_tag(struct stream *s, uint64_t sum, uint8_t tag[TAG])
{
    for (unsigned i = 0; i < TAG; i++) {
        tag[i] = (uint8_t)(stream_next(s) ^ (uint8_t)(sum >> 8 * (i % 8)));
        if (i == 7)
            sum *= UINT64_C(0x9e3779b97f4a7c15);
    }
}

/* ---- writing ------------------------------------------------------------------------------- */

static void put_number(struct buffer *b, size_t value, unsigned octets)
{
    while (octets-- > 0)
        buffer_put_char(b, (char)(value >> 8 * octets & 0xff));
}

/* Goes back to a length that was left open, of so many octets. */
static void fill_length(struct buffer *b, size_t at, unsigned octets)
{
    size_t value = b->size - at - octets;

    for (unsigned i = 0; i < octets; i++)
        b->at[at + i] = (char)(value >> 8 * (octets - 1 - i) & 0xff);
}

static size_t open_length(struct buffer *b, unsigned octets)
{
    size_t at = b->size;

    put_number(b, 0, octets);
    return at;
}

static void put_head(struct buffer *b, unsigned type, unsigned version, size_t size)
{
    put_number(b, type, 1);
    put_number(b, version, 2);
    put_number(b, size, 2);
}

static void put_alert(struct buffer *b, unsigned description)
{
    put_head(b, ALERT, 0x0303, 2);
    put_number(b, description == CLOSE_NOTIFY ? 1 : 2, 1);
    put_number(b, description, 1);
}

static void put_change_cipher_spec(struct buffer *b)
{
    put_head(b, CHANGE_CIPHER_SPEC, 0x0303, 1);
    put_number(b, 1, 1);
}

static void seal_record(struct tls_end *t, unsigned type, struct text plain, struct buffer *records)
{
    uint64_t sum = text_hash(plain) ^ type;
    uint8_t tag[TAG];

    put_head(records, DATA, 0x0303, plain.size + 1 + TAG);
    buffer_reserve(records, plain.size + 1 + TAG);
    for (size_t i = 0; i < plain.size; i++)
        records->at[records->size++] = (char)((uint8_t)plain.at[i] ^ stream_next(&t->out));
    records->at[records->size++] = (char)(type ^ stream_next(&t->out));
    make_tag(&t->out, sum, tag);
    buffer_put(records, tag, TAG);
}

static void seal_all(struct tls_end *t, unsigned type, struct text plain, struct buffer *records)
{
    while (plain.size > 0) {
        size_t size = plain.size < PLAIN_MAX ? plain.size : PLAIN_MAX;

        seal_record(t, type, text_from(plain.at, size), records);
        plain = text_after(plain, size);
    }
}

/* ---- hellos -------------------------------------------------------------------------------- */

static void put_server_name(struct buffer *b, struct text name)
{
    if (name.size == 0)
        return;
    put_number(b, SERVER_NAME, 2);
    size_t extension = open_length(b, 2), list = open_length(b, 2);
    put_number(b, 0, 1); /* host_name */
    put_number(b, name.size, 2);
    buffer_put_text(b, name);
    fill_length(b, list, 2);
    fill_length(b, extension, 2);
}

static void put_key_share(struct buffer *b, const uint8_t key[KEY], bool list)
{
    put_number(b, KEY_SHARE, 2);
    put_number(b, KEY + 4 + (list ? 2 : 0), 2);
    if (list)
        put_number(b, KEY + 4, 2);
    put_number(b, 0x001d, 2); /* x25519 */
    put_number(b, KEY, 2);
    buffer_put(b, key, KEY);
}

/* What client and server say alike, up to the session id. */
static void put_hello_start(struct buffer *b, const struct tls_end *t)
{
    put_number(b, 0x0303, 2);
    buffer_put(b, t->own_random, RANDOM);
    put_number(b, RANDOM, 1);
    buffer_put(b, t->session, RANDOM);
}

static void put_client_hello(struct buffer *b, const struct tls_end *t)
{
    static const uint8_t suites[] = {0, 6, 0x13, 0x02, 0x13, 0x03, 0x13, 0x01};
    static const uint8_t compression[] = {1, 0};
    static const uint8_t offers[] = {0,    GROUPS,     0,    4,    0, 2, 0x00, 0x1d, /* x25519 */
                                     0,    SIGNATURES, 0,    8,    0, 6, 0x04, 0x03,
                                     0x08, 0x04,       0x04, 0x01, /* ECDSA, RSA-PSS, RSA */
                                     0,    VERSIONS,   0,    3,    2, 3, 4, /* 1.3 */
                                     0,    PSK_MODES,  0,    2,    1, 1};

    put_number(b, HANDSHAKE, 1);
    put_number(b, 0x0301, 2); /* for old middle boxes (5.1) */
    size_t record = open_length(b, 2);
    put_number(b, CLIENT_HELLO, 1);
    size_t message = open_length(b, 3);
    put_hello_start(b, t);
    buffer_put(b, suites, sizeof suites);
    buffer_put(b, compression, sizeof compression);
    size_t extensions = open_length(b, 2);
    put_server_name(b, t->name);
    buffer_put(b, offers, sizeof offers);
    put_key_share(b, t->key, true);
    fill_length(b, extensions, 2);
    fill_length(b, message, 3);
    fill_length(b, record, 2);
}

static void put_server_hello(struct buffer *b, const struct tls_end *t)
{
    put_number(b, HANDSHAKE, 1);
    put_number(b, 0x0303, 2);
    size_t record = open_length(b, 2);
    put_number(b, SERVER_HELLO, 1);
    size_t message = open_length(b, 3);
    put_hello_start(b, t);
    put_number(b, 0x1301, 2); /* TLS_AES_128_GCM_SHA256 */
    put_number(b, 0, 1);
    size_t extensions = open_length(b, 2);
    put_number(b, VERSIONS, 2);
    put_number(b, 2, 2);
    put_number(b, 0x0304, 2);
    put_key_share(b, t->key, false);
    fill_length(b, extensions, 2);
    fill_length(b, message, 3);
    fill_length(b, record, 2);
}

/* ---- sealed handshake messages ------------------------------------------------------------- */

static void seal_message(struct tls_end *t, unsigned type, size_t filler, struct text name,
                         struct buffer *records)
{
    struct buffer b;

    buffer_init(&b, t->memory);
    put_number(&b, type, 1);
    size_t message = open_length(&b, 3);
    buffer_put_text(&b, name);
    for (size_t i = 0; i < filler; i++)
        buffer_put_char(&b, 0);
    fill_length(&b, message, 3);
    seal_all(t, HANDSHAKE, buffer_text(&b), records);
    buffer_free(&b);
}

/* The hello's message begins behind the head of its record. */
static void say_hello(struct tls_end *t, struct buffer *records,
                      void (*put)(struct buffer *b, const struct tls_end *t))
{
    size_t at = records->size + HEAD;

    put(records, t);
    digest_hello(t, text_after(buffer_text(records), at));
}

static void answer_hello(struct tls_end *t, const uint8_t *client_random, struct text own_name,
                         struct buffer *records)
{
    say_hello(t, records, put_server_hello);
    set_streams(t, client_random, t->own_random);
    put_change_cipher_spec(records);
    seal_message(t, ENCRYPTED_EXTENSIONS, 2, TEXT(""), records);
    seal_message(t, CERTIFICATE_MESSAGE, CERTIFICATE, own_name, records);
    seal_message(t, CERTIFICATE_VERIFY, 4 + SIGNATURE, TEXT(""), records);
    seal_message(t, FINISHED_MESSAGE, FINISHED, TEXT(""), records);
}

/* ---- reading the hellos -------------------------------------------------------------------- */

struct reader {
    const uint8_t *at;
    size_t left;
    bool bad;
};

static const uint8_t *take(struct reader *r, size_t size)
{
    const uint8_t *at = r->at;

    if (r->left < size) {
        r->bad = true;
        return NULL;
    }
    r->at += size;
    r->left -= size;
    return at;
}

static size_t take_number(struct reader *r, unsigned octets)
{
    const uint8_t *at = take(r, octets);
    size_t value = 0;

    for (unsigned i = 0; at && i < octets; i++)
        value = value << 8 | at[i];
    return value;
}

static struct reader take_part(struct reader *r, unsigned octets)
{
    size_t size = take_number(r, octets);
    const uint8_t *at = take(r, size);

    return (struct reader){at, at ? size : 0, at == NULL};
}

static void set_name(struct tls_end *t, struct text name)
{
    if (t->name.at)
        memory_give(t->memory, (char *)(uintptr_t)t->name.at, t->name.size + 1);
    t->name = text_copy(t->memory, name);
}

/* TLS 1.3 is the only version we speak, so a hello without it is refused. */
static bool read_extensions(struct tls_end *t, struct reader r)
{
    bool version = false;

    while (r.left > 0 && !r.bad) {
        size_t type = take_number(&r, 2);
        struct reader e = take_part(&r, 2);

        if (type == VERSIONS) {
            if (t->role == TLS_SERVER)
                e = take_part(&e, 1);
            while (e.left > 0 && !e.bad)
                version |= take_number(&e, 2) == 0x0304 && !e.bad;
        } else if (type == SERVER_NAME && t->role == TLS_SERVER && e.left > 0) {
            struct reader list = take_part(&e, 2);
            bool host = take_number(&list, 1) == 0;
            struct reader name = take_part(&list, 2);
            if (host && !name.bad && name.left <= NAME_MAX)
                set_name(t, text_from((const char *)name.at, name.left));
        }
    }
    return version && !r.bad;
}

static bool read_hello(struct tls_end *t, struct text message, uint8_t random[RANDOM])
{
    struct reader all = {(const uint8_t *)message.at, message.size, false};
    size_t type = take_number(&all, 1);
    struct reader r = take_part(&all, 3);

    if (all.bad || all.left > 0 || type != (t->role == TLS_SERVER ? CLIENT_HELLO : SERVER_HELLO))
        return false;
    take_number(&r, 2);
    const uint8_t *at = take(&r, RANDOM);
    if (at)
        memcpy(random, at, RANDOM);
    struct reader session = take_part(&r, 1);
    if (t->role == TLS_SERVER && session.left == RANDOM)
        memcpy(t->session, session.at, RANDOM); /* said back (4.1.3) */
    if (t->role == TLS_SERVER) {
        take_part(&r, 2);
        take_part(&r, 1);
    } else {
        take(&r, 3);
    }
    struct reader extensions = take_part(&r, 2);
    return !r.bad && read_extensions(t, extensions);
}

/* ---- records in ---------------------------------------------------------------------------- */

static enum tls_progress broken(struct tls_end *t, unsigned description, struct buffer *records)
{
    t->state = OVER;
    put_alert(records, description);
    return TLS_BROKEN;
}

static enum tls_progress hello_came(struct tls_end *t, struct text message, struct buffer *records)
{
    uint8_t random[RANDOM] = {0};
    struct text own_name = t->name;

    if (t->role == TLS_SERVER) /* the name in the hello takes its place */
        t->name = (struct text){NULL, 0};
    bool good = read_hello(t, message, random);
    digest_hello(t, message);
    if (good && t->role == TLS_SERVER)
        answer_hello(t, random, own_name, records);
    else if (good)
        set_streams(t, t->own_random, random);
    if (t->role == TLS_SERVER)
        memory_give(t->memory, (char *)(uintptr_t)own_name.at, own_name.size + 1);
    if (!good)
        return broken(t, DECODE_ERROR, records);
    t->state = FINISHED_AWAITED;
    return TLS_GOING;
}

static enum tls_progress finished_came(struct tls_end *t, struct buffer *records)
{
    if (t->role == TLS_CLIENT) {
        put_change_cipher_spec(records);
        seal_message(t, FINISHED_MESSAGE, FINISHED, TEXT(""), records);
    }
    t->state = UP;
    return TLS_UP;
}

/* Opens a sealed record in place: its plaintext, or false if the tag does not fit. */
static bool open_record(struct tls_end *t, char *at, size_t size, unsigned *type)
{
    uint8_t tag[TAG];

    for (size_t i = 0; i < size - TAG; i++)
        at[i] = (char)((uint8_t)at[i] ^ stream_next(&t->in));
    *type = (uint8_t)at[size - TAG - 1];
    make_tag(&t->in, text_hash(text_from(at, size - TAG - 1)) ^ *type, tag);
    return memcmp(tag, at + size - TAG, TAG) == 0;
}

static enum tls_progress sealed_came(struct tls_end *t, char *at, size_t size,
                                     struct buffer *records, struct buffer *plain)
{
    unsigned type;

    if (size < 1 + TAG || !open_record(t, at, size, &type))
        return broken(t, BAD_RECORD_MAC, records);
    struct text inside = text_from(at, size - TAG - 1);
    if (type == HANDSHAKE && t->state == FINISHED_AWAITED && inside.size > 0)
        return (uint8_t)inside.at[0] == FINISHED_MESSAGE ? finished_came(t, records) : TLS_GOING;
    if (type == DATA && t->state == UP) {
        buffer_put_text(plain, inside);
        return TLS_GOING;
    }
    if (type == ALERT && inside.size == 2) {
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
    if (type == HANDSHAKE && (t->state == HELLO_AWAITED || t->state == HELLO_SENT))
        return hello_came(t, text_from(at, size), records);
    if (type == CHANGE_CIPHER_SPEC && t->state == FINISHED_AWAITED && size == 1)
        return TLS_GOING; /* says nothing (5) */
    if (type == DATA && (t->state == FINISHED_AWAITED || t->state == UP))
        return sealed_came(t, at, size, records, plain);
    if (type == ALERT) {
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
    while (t->input.size - done >= HEAD) {
        char *head = t->input.at + done;
        unsigned type = (uint8_t)head[0];
        size_t size = (size_t)(uint8_t)head[3] << 8 | (uint8_t)head[4];

        if (type < CHANGE_CIPHER_SPEC || type > DATA || head[1] != 3 || size > RECORD_MAX) {
            result = broken(t, UNEXPECTED_MESSAGE, records);
            break;
        }
        if (t->input.size - done < HEAD + size)
            break;
        enum tls_progress p = record_came(t, type, head + HEAD, size, records, plain);
        done += HEAD + size;
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

struct tls_end *tls_new(struct memory *m, enum tls_role role, struct text server_name,
                        struct random *draw)
{
    struct tls_end *t = MEMORY_NEW(m, struct tls_end);
    bool said = role == TLS_SERVER ||
                (server_name.size > 0 && server_name.at[0] != '[' && server_name.size <= NAME_MAX);

    t->memory = m;
    t->role = role;
    t->state = role == TLS_SERVER ? HELLO_AWAITED : IDLE;
    t->name = text_copy(m, said ? server_name : TEXT(""));
    draw_octets(draw, t->own_random, RANDOM);
    draw_octets(draw, t->key, KEY);
    if (role == TLS_CLIENT)
        draw_octets(draw, t->session, RANDOM);
    buffer_init(&t->input, m);
    return t;
}

void tls_free(struct tls_end *t)
{
    if (!t)
        return;
    buffer_free(&t->input);
    if (t->name.at)
        memory_give(t->memory, (char *)(uintptr_t)t->name.at, t->name.size + 1);
    memory_give(t->memory, t, sizeof *t);
}

void tls_start(struct tls_end *t, struct buffer *records)
{
    if (t->role == TLS_SERVER)
        return;
    assert(t->state == IDLE);
    say_hello(t, records, put_client_hello);
    t->state = HELLO_SENT;
}

void tls_seal(struct tls_end *t, struct text plain, struct buffer *records)
{
    assert(t->state == UP && !t->closed);
    seal_all(t, DATA, plain, records);
}

void tls_close(struct tls_end *t, struct buffer *records)
{
    static const char farewell[] = {1, CLOSE_NOTIFY};

    if (t->state != UP || t->closed)
        return;
    t->closed = true;
    seal_record(t, ALERT, text_from(farewell, 2), records);
}

bool tls_is_up(const struct tls_end *t)
{
    return t->state == UP;
}

struct text tls_hello_name(const struct tls_end *t)
{
    bool known = t->role == TLS_CLIENT || (t->state != HELLO_AWAITED && t->name.at);

    return known ? t->name : TEXT("");
}
