/*
 * tls_record.c - records in clear and sealed, and the streams that seal them.
 */
#include "sim/net/tls_parts.h"

enum { PLAIN_MAX = 16384 /* 5.1 */, TAG = 16 /* of AES-GCM */ };

/* ---- streams ------------------------------------------------------------------------------- */

void tls_stream_init(struct tls_stream *s, uint64_t hellos, struct text randoms,
                     struct text purpose)
{
    random_init(&s->random, hellos, randoms, purpose);
    s->left = 0;
}

static uint8_t stream_next(struct tls_stream *s)
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

/* Sixteen octets that depend on everything inside, so that a changed octet is noticed. */
static void make_tag(struct tls_stream *s, struct text plain, unsigned type, uint8_t tag[TAG])
{
    uint64_t sum = text_hash(plain) ^ type;

    for (unsigned i = 0; i < TAG; i++) {
        tag[i] = (uint8_t)(stream_next(s) ^ (uint8_t)(sum >> 8 * (i % 8)));
        if (i == 7)
            sum *= UINT64_C(0x9e3779b97f4a7c15);
    }
}

/* ---- writing ------------------------------------------------------------------------------- */

void tls_put_number(struct buffer *b, size_t value, unsigned octets)
{
    while (octets-- > 0)
        buffer_put_char(b, (char)(value >> 8 * octets & 0xff));
}

size_t tls_open_length(struct buffer *b, unsigned octets)
{
    size_t at = b->size;

    tls_put_number(b, 0, octets);
    return at;
}

void tls_fill_length(struct buffer *b, size_t at, unsigned octets)
{
    size_t value = b->size - at - octets;

    for (unsigned i = 0; i < octets; i++)
        b->at[at + i] = (char)(value >> 8 * (octets - 1 - i) & 0xff);
}

static void put_head(struct buffer *b, unsigned type, size_t size)
{
    tls_put_number(b, type, 1);
    tls_put_number(b, 0x0303, 2);
    tls_put_number(b, size, 2);
}

void tls_put_alert(struct buffer *b, unsigned description)
{
    enum { FATAL = 2 };

    put_head(b, TLS_ALERT, 2);
    tls_put_number(b, FATAL, 1);
    tls_put_number(b, description, 1);
}

void tls_put_change_cipher_spec(struct buffer *b)
{
    put_head(b, TLS_CHANGE_CIPHER_SPEC, 1);
    tls_put_number(b, 1, 1);
}

/* ---- sealed -------------------------------------------------------------------------------- */

static void seal_record(struct tls_stream *s, unsigned type, struct text plain,
                        struct buffer *records)
{
    uint8_t tag[TAG];

    put_head(records, TLS_DATA, plain.size + 1 + TAG);
    buffer_reserve(records, plain.size + 1 + TAG);
    for (size_t i = 0; i < plain.size; i++)
        records->at[records->size++] = (char)((uint8_t)plain.at[i] ^ stream_next(s));
    records->at[records->size++] = (char)(type ^ stream_next(s));
    make_tag(s, plain, type, tag);
    buffer_put(records, tag, TAG);
}

void tls_seal_all(struct tls_stream *s, unsigned type, struct text plain, struct buffer *records)
{
    while (plain.size > 0) {
        size_t size = plain.size < PLAIN_MAX ? plain.size : PLAIN_MAX;

        seal_record(s, type, text_from(plain.at, size), records);
        plain = text_after(plain, size);
    }
}

bool tls_open_record(struct tls_stream *s, char *at, size_t *size, unsigned *type)
{
    uint8_t tag[TAG];

    if (*size < 1 + TAG)
        return false;
    size_t plain = *size - TAG - 1;
    for (size_t i = 0; i < plain + 1; i++)
        at[i] = (char)((uint8_t)at[i] ^ stream_next(s));
    *size = plain;
    *type = (uint8_t)at[plain];
    make_tag(s, text_from(at, plain), *type, tag);
    return memcmp(tag, at + plain + 1, TAG) == 0;
}
