#include "sim/export/sha256.h"

#include <assert.h>

#include <openssl/evp.h>

enum { DIGEST_OCTETS = 32 };

static void start(EVP_MD_CTX *context)
{
    int done = EVP_DigestInit_ex(context, EVP_sha256(), NULL);

    assert(done == 1);
    (void)done;
}

static void add(void *context, struct text octets)
{
    int done = EVP_DigestUpdate(context, octets.at, octets.size);

    assert(done == 1);
    (void)done;
}

static void finish(void *context, char hex[REPLAY_SHA256_HEX + 1])
{
    unsigned char digest[DIGEST_OCTETS];
    int done = EVP_DigestFinal_ex(context, digest, NULL);

    assert(done == 1);
    (void)done;
    for (int i = 0; i < DIGEST_OCTETS; i++) {
        hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    hex[REPLAY_SHA256_HEX] = '\0';
    start(context);
}

struct replay_digest sha256_begin(void)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    assert(context != NULL);
    start(context);
    return (struct replay_digest){.add = add, .finish = finish, .context = context};
}

void sha256_end(struct replay_digest *digest)
{
    EVP_MD_CTX_free(digest->context);
    *digest = (struct replay_digest){.context = NULL};
}

void sha256_hex(struct text octets, char hex[REPLAY_SHA256_HEX + 1])
{
    struct replay_digest digest = sha256_begin();

    digest.add(digest.context, octets);
    digest.finish(digest.context, hex);
    sha256_end(&digest);
}
