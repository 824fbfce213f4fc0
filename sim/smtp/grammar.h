/*
 * grammar.h - command lines: verbs, arguments, paths with their parameters (RFC 5321 4.1).
 *
 * Pure slicing: nothing is copied, everything found is a slice of the line.  What is a mailbox is
 * said in sim/mail/address.h; which parameters exist in extensions.h.
 *
 * Units   octets.  Errors  an enum smtp_path_result.  Owner  the caller owns the line.
 */
#ifndef SIM_SMTP_GRAMMAR_H
#define SIM_SMTP_GRAMMAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/text.h"
#include "sim/mail/address.h"
#include "sim/mail/dsn.h"

/* 4.5.3.1.4: a command line with its CRLF.  Extensions make MAIL and RCPT longer (extensions.h). */
enum { SMTP_COMMAND_MAX = 512 };

/* X(SUFFIX, "as on the wire").  The first ones are no verbs but what a reply can answer besides. */
#define SMTP_VERBS(X)                                                                              \
    X(NONE, "")                                                                                    \
    X(GREETING, "greeting")                                                                        \
    X(MESSAGE, "message")                                                                          \
    X(UNKNOWN, "")                                                                                 \
    X(EHLO, "EHLO")                                                                                \
    X(HELO, "HELO")                                                                                \
    X(LHLO, "LHLO")                                                                                \
    X(MAIL, "MAIL")                                                                                \
    X(RCPT, "RCPT")                                                                                \
    X(DATA, "DATA")                                                                                \
    X(RSET, "RSET")                                                                                \
    X(NOOP, "NOOP")                                                                                \
    X(VRFY, "VRFY")                                                                                \
    X(EXPN, "EXPN")                                                                                \
    X(HELP, "HELP")                                                                                \
    X(QUIT, "QUIT")                                                                                \
    X(AUTH, "AUTH")                                                                                \
    X(STARTTLS, "STARTTLS")                                                                        \
    X(BDAT, "BDAT")                                                                                \
    X(ETRN, "ETRN")                                                                                \
    X(TURN, "TURN")                                                                                \
    X(SEND, "SEND")                                                                                \
    X(SOML, "SOML")                                                                                \
    X(SAML, "SAML")

enum smtp_verb {
#define X(suffix, name) SMTP_VERB_##suffix,
    SMTP_VERBS(X)
#undef X
        SMTP_VERB_COUNT
};

/* "RCPT"; "greeting" and "message" for what is no verb. */
struct text smtp_verb_name(enum smtp_verb verb);

struct smtp_command {
    enum smtp_verb verb;  /* SMTP_VERB_UNKNOWN if it is none */
    struct text word;     /* the verb as it was written */
    struct text argument; /* after one space, trailing blanks left out (4.1.1) */
};

/* `line` is without CRLF. */
struct smtp_command smtp_command_parse(struct text line);

/* Parameters of MAIL and RCPT.  What was not given is 0, empty, SMTP_BODY_7BIT. */
enum smtp_body { SMTP_BODY_7BIT, SMTP_BODY_8BITMIME };

struct smtp_parameters {
    uint32_t given;      /* bits of enum smtp_parameter (extensions.h) */
    enum smtp_body body; /* RFC 6152 */
    int64_t size;        /* RFC 1870, octets; more than 63 bits count as INT64_MAX */
    struct text auth;    /* RFC 4954 5, as written; nobody here is trusted, so it counts as <> */
    union {
        struct dsn_message message;     /* of MAIL */
        struct dsn_recipient recipient; /* of RCPT */
    } dsn;                              /* RFC 3461 */
};

enum smtp_path_result {
    SMTP_PATH_FINE,
    SMTP_PATH_BAD,               /* no "FROM:" or "TO:", or no path there */
    SMTP_PATH_PARAMETER_BAD,     /* a value that its grammar does not allow */
    SMTP_PATH_PARAMETER_UNKNOWN, /* not offered, or no parameter at all */
};

/*
 * The argument of MAIL ("FROM:<...> SIZE=10") or RCPT ("TO:<...>").  `extensions`: the set that was
 * offered (extensions.h); 0 after HELO.  A blank after the colon is let pass, as every server
 * measured lets it.  On SMTP_PATH_BAD *error says why, in words.
 */
enum smtp_path_result smtp_path_parse(enum smtp_verb verb, struct text argument,
                                      uint32_t extensions, struct mail_path *path,
                                      struct smtp_parameters *parameters, const char **error);

/* The argument of EHLO, HELO, LHLO: one domain or address literal (4.1.1.1).  An underscore in a
 * name is against the grammar. */
bool smtp_hello_valid(struct text argument);

/* How many CRLFs the octets hold; after_cr: a CR stands before them. */
int64_t smtp_count_lines(struct text octets, bool after_cr);

#endif
