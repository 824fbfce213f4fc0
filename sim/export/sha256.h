/*
 * sha256.h - SHA-256 by libcrypto, which uses the processor's instructions for it.
 *
 * Owner   sha256_begin() takes from libcrypto, sha256_end() gives back.
 * Errors  libcrypto without SHA-256, or without memory, is asserted.
 */
#ifndef SIM_EXPORT_SHA256_H
#define SIM_EXPORT_SHA256_H

#include "sim/kernel/text.h"
#include "sim/replay/frame.h"

/* As the reader wants it. */
struct replay_digest sha256_begin(void);
void sha256_end(struct replay_digest *digest);
/* Of one text at once: 64 hexadecimal digits and a NUL. */
void sha256_hex(struct text octets, char hex[REPLAY_SHA256_HEX + 1]);

#endif
