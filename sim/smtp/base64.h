/*
 * base64.h - octets as text of A to Z, a to z, 0 to 9, "+", "/" and "=" (RFC 4648 4), for AUTH.
 *
 * Units   octets.  Owner  the caller owns the buffer that is written.
 * Errors  decoding says false for anything but whole groups of four in the one right spelling.
 */
#ifndef SIM_SMTP_BASE64_H
#define SIM_SMTP_BASE64_H

#include <stdbool.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"

void base64_put(struct buffer *out, struct text octets);
/* Onto `out`; what it holds after a failure is of no use. */
bool base64_decode(struct buffer *out, struct text encoded);

#endif
