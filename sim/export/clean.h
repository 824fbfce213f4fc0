/*
 * clean.h - octets of a message as text that a terminal, a browser or a diagram may be given.
 *
 * Owner   the buffer is the caller's.  Errors  what is not UTF-8 (RFC 3629) becomes U+FFFD, a control
 *         character "?".
 */
#ifndef SIM_EXPORT_CLEAN_H
#define SIM_EXPORT_CLEAN_H

#include <stddef.h>

#include "sim/kernel/text.h"

void clean_put(struct buffer *b, struct text octets);
/* Octets of the character at `at` (< t.size); 0 if there is none: then one octet is to be replaced. */
size_t clean_size(struct text t, size_t at);
/* The first `characters` of clean text. */
struct text clean_prefix(struct text t, size_t characters);

#endif
