/*
 * extensions.h - the extensions that a server can offer, one row each (RFC 5321 2.2, 4.1.1.1).
 *
 * A row brings its keyword, how much longer it makes MAIL and RCPT lines, and its parameters have
 * rows of their own.  A session is given the set it offers; a client reads the set from EHLO.
 *
 * Owner   constant data.  Errors  none.
 */
#ifndef SIM_SMTP_EXTENSIONS_H
#define SIM_SMTP_EXTENSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/text.h"
#include "sim/smtp/grammar.h"

/* X(SUFFIX, "KEYWORD", octets more in MAIL, octets more in RCPT, "RFC section") */
#define SMTP_EXTENSIONS(X)                                                                         \
    X(PIPELINING, "PIPELINING", 0, 0, "RFC 2920 3")                                                \
    X(SIZE, "SIZE", 26, 0, "RFC 1870 3")                                                           \
    X(8BITMIME, "8BITMIME", 17, 0, "RFC 6152 2")                                                   \
    X(ENHANCEDSTATUSCODES, "ENHANCEDSTATUSCODES", 0, 0, "RFC 2034 3")

enum smtp_extension_index {
#define X(suffix, keyword, mail, rcpt, section) SMTP_INDEX_##suffix,
    SMTP_EXTENSIONS(X)
#undef X
        SMTP_EXTENSION_COUNT
};

/* Sets of extensions are uint32_t with these bits. */
enum smtp_extension {
#define X(suffix, keyword, mail, rcpt, section) SMTP_HAS_##suffix = 1 << SMTP_INDEX_##suffix,
    SMTP_EXTENSIONS(X)
#undef X
        SMTP_HAS_ALL = (1 << SMTP_EXTENSION_COUNT) - 1
};

/* X(SUFFIX, "KEYWORD", verb, extensions of which one must be offered; 0: always known) */
#define SMTP_PARAMETERS(X)                                                                         \
    X(SIZE, "SIZE", MAIL, SMTP_HAS_SIZE)                                                           \
    X(BODY, "BODY", MAIL, SMTP_HAS_8BITMIME)                                                       \
    X(AUTH, "AUTH", MAIL, 0)

enum smtp_parameter {
#define X(suffix, keyword, verb, needs) SMTP_PARAMETER_##suffix,
    SMTP_PARAMETERS(X)
#undef X
        SMTP_PARAMETER_COUNT
};

struct smtp_extension_info {
    struct text keyword;
    uint16_t mail_octets, rcpt_octets;
    const char *section;
};

struct smtp_parameter_info {
    struct text keyword;
    enum smtp_verb verb;
    uint32_t needs;
};

const struct smtp_extension_info *smtp_extension_info(enum smtp_extension_index index);
const struct smtp_parameter_info *smtp_parameter_info(enum smtp_parameter parameter);
/* The index of a keyword in any case, or SMTP_EXTENSION_COUNT. */
enum smtp_extension_index smtp_extension_find(struct text keyword);
/* Longest line of that verb with CRLF when `extensions` are offered. */
size_t smtp_extension_line_max(enum smtp_verb verb, uint32_t extensions);

#endif
