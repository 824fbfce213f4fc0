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
    X(ENHANCEDSTATUSCODES, "ENHANCEDSTATUSCODES", 0, 0, "RFC 2034 3")                              \
    X(DSN, "DSN", 116, 536, "RFC 3461 3")                                                          \
    X(CHUNKING, "CHUNKING", 0, 0, "RFC 3030 2")                                                    \
    X(STARTTLS, "STARTTLS", 0, 0, "RFC 3207 4")                                                    \
    X(AUTH, "AUTH", 500, 0, "RFC 4954 3")

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
        SMTP_HAS_ALL = (1 << SMTP_EXTENSION_COUNT) - 1,
    /* What needs nothing of its host; STARTTLS and AUTH are offered by options of their own. */
    SMTP_HAS_BASIC =
        SMTP_HAS_PIPELINING | SMTP_HAS_SIZE | SMTP_HAS_8BITMIME | SMTP_HAS_ENHANCEDSTATUSCODES
};

/* X(SUFFIX, "KEYWORD", verb, extensions of which one must be offered (0: always known), once only).
 * Where it may stand twice, the last one holds. */
#define SMTP_PARAMETERS(X)                                                                         \
    X(SIZE, "SIZE", MAIL, SMTP_HAS_SIZE, false)                                                    \
    X(BODY, "BODY", MAIL, SMTP_HAS_8BITMIME, false)                                                \
    X(AUTH, "AUTH", MAIL, 0, false)                                                                \
    X(RET, "RET", MAIL, SMTP_HAS_DSN, true)                                                        \
    X(ENVID, "ENVID", MAIL, SMTP_HAS_DSN, true)                                                    \
    X(NOTIFY, "NOTIFY", RCPT, SMTP_HAS_DSN, true)                                                  \
    X(ORCPT, "ORCPT", RCPT, SMTP_HAS_DSN, true)

enum smtp_parameter {
#define X(suffix, keyword, verb, needs, once) SMTP_PARAMETER_##suffix,
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
    bool once;
};

/* How TLS is used: a server offers it, a client wants it. */
enum smtp_tls {
    SMTP_TLS_NONE,
    SMTP_TLS_OFFERED,  /* STARTTLS is offered; a client uses it where it is (opportunistic) */
    SMTP_TLS_REQUIRED, /* nothing goes on before STARTTLS (RFC 3207 4) */
    SMTP_TLS_IMPLICIT, /* from the first octet (RFC 8314 3.3) */
};

/* The mechanisms of AUTH.  X(SUFFIX, "NAME", "where it is defined"); a set is bits 1 << index. */
#define SMTP_MECHANISMS(X)                                                                         \
    X(PLAIN, "PLAIN", "RFC 4616")                                                                  \
    X(LOGIN, "LOGIN", "draft-murchison-sasl-login")

enum smtp_mechanism {
#define X(suffix, name, source) SMTP_MECHANISM_##suffix,
    SMTP_MECHANISMS(X)
#undef X
        SMTP_MECHANISM_COUNT
};

enum { SMTP_MECHANISMS_ALL = (1 << SMTP_MECHANISM_COUNT) - 1 };

struct text smtp_mechanism_name(enum smtp_mechanism mechanism);
/* The mechanism of that name in any case, or SMTP_MECHANISM_COUNT. */
enum smtp_mechanism smtp_mechanism_find(struct text name);

const struct smtp_extension_info *smtp_extension_info(enum smtp_extension_index index);
const struct smtp_parameter_info *smtp_parameter_info(enum smtp_parameter parameter);
/* The index of a keyword in any case, or SMTP_EXTENSION_COUNT. */
enum smtp_extension_index smtp_extension_find(struct text keyword);
/* Longest line of that verb with CRLF when `extensions` are offered. */
size_t smtp_extension_line_max(enum smtp_verb verb, uint32_t extensions);

#endif
