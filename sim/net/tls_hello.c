/*
 * tls_hello.c - ClientHello and ServerHello as octets, with the extensions that a mail host's say.
 */
#include "sim/net/tls_parts.h"

/* Extensions (4.2, RFC 6066). */
enum {
    SERVER_NAME = 0,
    GROUPS = 10,
    SIGNATURES = 13,
    VERSIONS = 43,
    PSK_MODES = 45,
    KEY_SHARE = 51
};

/* ---- writing ------------------------------------------------------------------------------- */

static void put_server_name(struct buffer *b, struct text name)
{
    if (name.size == 0)
        return;
    tls_put_number(b, SERVER_NAME, 2);
    size_t extension = tls_open_length(b, 2), list = tls_open_length(b, 2);
    tls_put_number(b, 0, 1); /* host_name */
    tls_put_number(b, name.size, 2);
    buffer_put_text(b, name);
    tls_fill_length(b, list, 2);
    tls_fill_length(b, extension, 2);
}

static void put_key_share(struct buffer *b, const uint8_t key[TLS_KEY], bool list)
{
    tls_put_number(b, KEY_SHARE, 2);
    tls_put_number(b, TLS_KEY + 4 + (list ? 2 : 0), 2);
    if (list)
        tls_put_number(b, TLS_KEY + 4, 2);
    tls_put_number(b, 0x001d, 2); /* x25519 */
    tls_put_number(b, TLS_KEY, 2);
    buffer_put(b, key, TLS_KEY);
}

/* Ciphers and all that follows them. */
static void put_client_offer(struct buffer *b, const struct tls_hello *h)
{
    static const uint8_t suites[] = {0, 6, 0x13, 0x02, 0x13, 0x03, 0x13, 0x01};
    static const uint8_t compression[] = {1, 0};
    static const uint8_t offers[] = {0,    GROUPS,     0,    4,    0, 2, 0x00, 0x1d, /* x25519 */
                                     0,    SIGNATURES, 0,    8,    0, 6, 0x04, 0x03,
                                     0x08, 0x04,       0x04, 0x01, /* ECDSA, RSA-PSS, RSA */
                                     0,    VERSIONS,   0,    3,    2, 3, 4, /* 1.3 */
                                     0,    PSK_MODES,  0,    2,    1, 1};

    buffer_put(b, suites, sizeof suites);
    buffer_put(b, compression, sizeof compression);
    size_t extensions = tls_open_length(b, 2);
    put_server_name(b, h->name);
    buffer_put(b, offers, sizeof offers);
    put_key_share(b, h->key, true);
    tls_fill_length(b, extensions, 2);
}

static void put_server_choice(struct buffer *b, const struct tls_hello *h)
{
    tls_put_number(b, 0x1301, 2); /* TLS_AES_128_GCM_SHA256 */
    tls_put_number(b, 0, 1);
    size_t extensions = tls_open_length(b, 2);
    tls_put_number(b, VERSIONS, 2);
    tls_put_number(b, 2, 2);
    tls_put_number(b, 0x0304, 2);
    put_key_share(b, h->key, false);
    tls_fill_length(b, extensions, 2);
}

void tls_put_hello(struct buffer *b, enum tls_role role, const struct tls_hello *h)
{
    bool client = role == TLS_CLIENT;

    tls_put_number(b, TLS_HANDSHAKE, 1);
    tls_put_number(b, client ? 0x0301 : 0x0303, 2); /* a client's: for old middle boxes (5.1) */
    size_t record = tls_open_length(b, 2);
    tls_put_number(b, client ? TLS_CLIENT_HELLO : TLS_SERVER_HELLO, 1);
    size_t message = tls_open_length(b, 3);
    tls_put_number(b, 0x0303, 2);
    buffer_put(b, h->random, TLS_RANDOM);
    tls_put_number(b, TLS_RANDOM, 1);
    buffer_put(b, h->session, TLS_RANDOM);
    if (client)
        put_client_offer(b, h);
    else
        put_server_choice(b, h);
    tls_fill_length(b, message, 3);
    tls_fill_length(b, record, 2);
}

/* ---- reading ------------------------------------------------------------------------------- */

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

static void read_server_name(struct reader e, struct tls_hello *h)
{
    struct reader list = take_part(&e, 2);
    bool host = take_number(&list, 1) == 0;
    struct reader name = take_part(&list, 2);

    if (host && !name.bad && name.left <= TLS_NAME_MAX)
        h->name = text_from((const char *)name.at, name.left);
}

/* True if TLS 1.3 is among the versions, or is the one that was chosen (4.2.1). */
static bool read_extensions(struct reader r, enum tls_role said_by, struct tls_hello *h)
{
    bool version = false;

    while (r.left > 0 && !r.bad) {
        size_t type = take_number(&r, 2);
        struct reader e = take_part(&r, 2);

        if (type == VERSIONS) {
            if (said_by == TLS_CLIENT)
                e = take_part(&e, 1);
            while (e.left > 0 && !e.bad)
                version |= take_number(&e, 2) == 0x0304 && !e.bad;
        } else if (type == SERVER_NAME && said_by == TLS_CLIENT && e.left > 0) {
            read_server_name(e, h);
        }
    }
    return version && !r.bad;
}

bool tls_read_hello(struct text message, enum tls_role said_by, struct tls_hello *h)
{
    bool client = said_by == TLS_CLIENT;
    struct reader all = {(const uint8_t *)message.at, message.size, false};
    size_t type = take_number(&all, 1);
    struct reader r = take_part(&all, 3);

    if (all.bad || all.left > 0 || type != (client ? TLS_CLIENT_HELLO : TLS_SERVER_HELLO))
        return false;
    take_number(&r, 2);
    const uint8_t *at = take(&r, TLS_RANDOM);
    if (at)
        memcpy(h->random, at, TLS_RANDOM);
    struct reader session = take_part(&r, 1);
    if (client && session.left == TLS_RANDOM)
        memcpy(h->session, session.at, TLS_RANDOM);
    if (client) { /* suites, compression */
        take_part(&r, 2);
        take_part(&r, 1);
    } else {
        take(&r, 3);
    }
    struct reader extensions = take_part(&r, 2);
    return !r.bad && read_extensions(extensions, said_by, h);
}
